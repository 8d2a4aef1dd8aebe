public import LageplanFeatures
public import LageplanGeometry

/// Writes rows as comma-separated values (RFC 4180): UTF-8, a header, lines ended by CR LF.
///
///     feature_id,species,height,_WKT_EPSG_25832
///     baum-1042,"Linde, Winter-",12.5,POINT (606000.25 5808000)
///
/// The geometry is well-known text in the last column, whose name tells the system: GDAL, and so QGIS, reads place and system from it, as
/// the import does. Longitude or easting comes first whatever the authority says, as GIS programs expect of well-known text.
/// A null is nothing, an empty text `""`; dates and date-times are ISO 8601, booleans `true` and `false`.
///
/// Values are written as they are. A text that begins with `=`, `+`, `-` or `@` is a formula to a spreadsheet that opens the file without
/// asking; changing it here would change the data for everybody else. Spreadsheets are served by XLSX, where text is text.
public struct CsvWriter: RowWriter {
  public var bytes: [UInt8] = []
  private let properties: [PropertyDefinition]
  private let hasIdColumn: Bool
  private let geometryColumn: String?
  private var geometries: RowGeometryReader

  public var flaws: [GeoJSONWriterError] { geometries.flaws }
  public var flawCount: Int { geometries.flawCount }

  /// `geometry: false` leaves the geometry's column out. `target`: the collection's own system where none is named; coordinates are then
  /// those that are stored, to the last bit.
  /// Throws `CrsError` for a target that cannot be reached, `FeatureError.unknownProperty` for a selection that the schema lacks.
  public init(
    descriptor: CollectionDescriptor, properties selection: PropertySelection = .all, geometry: Bool = true,
    target: CoordinateReferenceSystem? = nil
  ) throws {
    properties = try selection.indices(in: descriptor).map { descriptor.schema.properties[$0] }
    hasIdColumn = !properties.contains { $0.name == FeatureExporter.idColumn }
    let target = target ?? descriptor.storageCrs
    geometryColumn = geometry ? ColumnCrs.wktColumn(in: target) : nil
    geometries = try RowGeometryReader(from: descriptor.storageCrs, to: target)
  }

  public mutating func begin() {
    var names = properties.map(\.name)
    if hasIdColumn { names.insert(FeatureExporter.idColumn, at: 0) }
    if let geometryColumn { names.append(geometryColumn) }
    for (index, name) in names.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(name)
    }
    endLine()
  }

  public mutating func append(_ row: borrowing FeatureRow) {
    var isFirst = true
    if hasIdColumn {
      append(row.id)
      isFirst = false
    }
    for index in 0..<min(row.values.count, properties.count) {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      switch row.values[index] {
      case .text(let text): append(text)
      case .null: break
      case .integer, .real, .boolean:
        if let spelling = row.values[index].value(as: properties[index].kind).spelling { bytes.append(spelling) }
      }
    }
    if geometryColumn != nil {
      bytes.append(UInt8(ascii: ","))
      if geometries.read(row) { append(geometries.shape.wkt) }
    }
    endLine()
  }

  public mutating func end() {}

  private mutating func endLine() {
    bytes.append(UInt8(ascii: "\r"))
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// In quotes where the text would otherwise end too soon or be trimmed; an empty text too, which else would be a null.
  private mutating func append(_ text: UnsafeRawBufferPointer) {
    var isPlain = !text.isEmpty && text.first != UInt8(ascii: " ") && text.last != UInt8(ascii: " ")
    var isAscii = true
    for byte in text {
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"): isPlain = false
      case 0x80...: isAscii = false
      default: break
      }
    }
    // What is no UTF-8 becomes U+FFFD: one broken value must not make the file unreadable.
    if !isAscii, String(validating: text, as: UTF8.self) == nil {
      return append(String(decoding: text, as: UTF8.self))
    }
    guard !isPlain else {
      bytes.append(contentsOf: text)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
