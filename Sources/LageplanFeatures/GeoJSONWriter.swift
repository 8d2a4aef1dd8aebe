public import LageplanGeometry

/// Why a feature cannot be written as GeoJSON.
public enum GeoJSONWriterError: Error, Hashable, Sendable {
  /// The stored bytes are no geometry.
  case undecodable(feature: String, reason: GeometryDecodingError)
  /// A vertex has no coordinates in the target, or is not finite.
  case unplaceable(feature: String, reason: CrsError)
}

extension GeoJSONWriterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .undecodable(let feature, let reason):
      "feature \"\(feature)\" has a broken geometry: \(reason); import it again or repair it"
    case .unplaceable(let feature, let reason): "feature \"\(feature)\" cannot be placed: \(reason)"
    }
  }
}

/// Writes rows as GeoJSON features (RFC 7946) straight into bytes, without trees or strings between.
///
///     {"type":"Feature","id":"baum-1042","geometry":{"type":"Point","coordinates":[10.7865,52.4227]},"properties":{"height":12.5}}
///
/// Coordinates are rounded to the nearest of 7 decimals in degrees (1 cm) and 3 in other units (1 mm). In WGS 84 degrees rings are wound as
/// section 3.1.6 asks: shells counter-clockwise, holes clockwise. Heights follow, measures do not: GeoJSON has no place for them.
/// An empty point, and a feature without a place, has `"geometry":null`. So has one whose geometry cannot be read or placed: others edit
/// the data too, and one broken geometry must not take all other features with it. ``flaws`` tells which they are.
///
/// One writer serves one request: it keeps room for a geometry, and the keys, ready to be copied.
public struct GeoJSONWriter: Sendable {
  public var target: CoordinateReferenceSystem { geometries.target }
  private var geometries: RowGeometryReader
  private let format: GeoJSONGeometryFormat
  private let swapsAxes: Bool
  /// Key and kind of each value of a row.
  private let columns: [(key: [UInt8], kind: PropertyKind)]
  /// Why features were written without the geometry that they have: the first ``RowGeometryReader/keptFlaws`` of them.
  public var flaws: [GeoJSONWriterError] { geometries.flaws }
  /// How many features were written without the geometry that they have.
  public var flawCount: Int { geometries.flawCount }

  /// A writer for rows of `descriptor`'s collection that carry the properties of `selection`.
  ///
  /// `swapsAxes` writes the second axis first, for representations that follow the authority's order, such as EPSG:4326.
  /// Throws `CrsError` for a target that cannot be reached, `FeatureError.unknownProperty` for a selection that the schema lacks.
  public init(
    descriptor: CollectionDescriptor, properties selection: PropertySelection = .all,
    target: CoordinateReferenceSystem = .crs84, swapsAxes: Bool = false
  ) throws {
    self.swapsAxes = swapsAxes
    geometries = try RowGeometryReader(from: descriptor.storageCrs, to: target)
    format = try GeoJSONGeometryFormat(target)
    columns = try selection.indices(in: descriptor).map { index in
      let property = descriptor.schema.properties[index]
      var key = JSONWriter()
      key.key(property.name)
      return (key.bytes, property.kind)
    }
  }

  private static let opening = Array(#"{"type":"Feature","id":"#.utf8)
  private static let geometryKey = Array(#""geometry":"#.utf8)
  private static let propertiesKey = Array(#""properties":"#.utf8)

  /// Appends one feature to `output`.
  ///
  /// `properties` and `members` are called inside the object of that name, and inside the feature behind its properties, to add what is
  /// not in the row: a distance, links. A geometry that cannot be written becomes null and counts among the ``flaws``.
  public mutating func append(
    _ row: borrowing FeatureRow, to output: inout JSONWriter, properties: ((inout JSONWriter) -> Void)? = nil,
    members: ((inout JSONWriter) -> Void)? = nil
  ) {
    let hasPlace = geometries.read(row)
    output.prepared(key: Self.opening)
    output.text(utf8: row.id)
    output.prepared(key: Self.geometryKey)
    if hasPlace {
      output.geometry(geometries.shape, decimals: format.decimals, swapsAxes: swapsAxes, windsRings: format.windsRings)
    } else {
      output.null()
    }
    output.prepared(key: Self.propertiesKey)
    output.beginObject()
    for index in 0..<min(row.values.count, columns.count) {
      output.prepared(key: columns[index].key)
      output.lent(row.values[index], as: columns[index].kind)
    }
    properties?(&output)
    output.endObject()
    members?(&output)
    output.endObject()
  }
}

extension JSONWriter {
  /// A lent value by the schema's kind; see ``LentValue/value(as:)`` for what becomes of values that the kind cannot hold.
  mutating func lent(_ value: LentValue, as kind: PropertyKind) {
    switch value {
    case .null: null()
    case .text(let bytes): if kind == .json { json(utf8: bytes) } else { text(utf8: bytes) }
    case .integer(let number):
      switch kind {
      case .boolean where number == 0 || number == 1: self.value(number == 1)
      case .text: self.value(String(number))
      case .boolean, .integer, .real, .date, .dateTime, .json: self.value(number)
      }
    case .real(let number): if kind == .text { self.value(value.value(as: .text)) } else { self.value(number) }
    case .boolean(let boolean): self.value(boolean)
    }
  }
}
