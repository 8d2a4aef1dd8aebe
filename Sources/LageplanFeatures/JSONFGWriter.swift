public import LageplanGeometry

/// Writes rows as one JSON-FG feature collection (OGC 21-045r1, Features and Geometries JSON 1.0, conformance classes core and types-schemas).
///
/// JSON-FG is GeoJSON that can say more: the system in which coordinates stand, the type of the features, when they are. Every feature has
/// its `geometry` in WGS 84, as any GeoJSON reader expects it. Where another system is asked for, `place` has the coordinates in it, in the
/// order of its authority, and `coordRefSys` names it; otherwise `place` is null, as the standard wants it.
/// `time` is told where the collection has exactly one property that is a date or a date-time: with more of them nobody can say which is meant.
public struct JSONFGWriter: RowWriter {
  public static let mediaType = "application/vnd.ogc.fg+json"
  public static let conformance = [
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core", "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
  ]

  public var bytes: [UInt8] {
    get { output.bytes }
    set { output.bytes = newValue }
  }
  private var output = JSONWriter()
  private let descriptor: CollectionDescriptor
  private let schemaAddress: String?
  /// In WGS 84, for `geometry`.
  private var degrees: RowGeometryReader
  /// In the system asked for, for `place`; `nil`: that is WGS 84 longitude, latitude.
  private var places: RowGeometryReader?
  private let placeDecimals: Int
  private let placeSwapsAxes: Bool
  private let columns: [(name: String, kind: PropertyKind)]
  /// The value of a row that tells `time`.
  private let time: Int?
  /// How many features have been written.
  public private(set) var count = 0

  public var flaws: [GeoJSONWriterError] { degrees.flaws }
  public var flawCount: Int { degrees.flawCount }

  /// `target` is the system of `place`. `schemaAddress` is where the schema of the features is served, an absolute URL.
  /// Throws `CrsError` for a target that cannot be reached, `FeatureError.unknownProperty` for a selection that the schema lacks.
  public init(
    descriptor: CollectionDescriptor, properties selection: PropertySelection = .all,
    target: CoordinateReferenceSystem = .crs84, swapsAxes: Bool = false, schemaAddress: String? = nil
  ) throws {
    self.descriptor = descriptor
    self.schemaAddress = schemaAddress
    degrees = try RowGeometryReader(from: descriptor.storageCrs, to: .crs84)
    places = target == .crs84 ? nil : try RowGeometryReader(from: descriptor.storageCrs, to: target)
    placeDecimals = try GeoJSONGeometryFormat(target).decimals
    placeSwapsAxes = swapsAxes
    columns = try selection.indices(in: descriptor).map { index in
      let property = descriptor.schema.properties[index]
      return (property.name, property.kind)
    }
    let temporal = descriptor.schema.properties.filter { $0.kind == .date || $0.kind == .dateTime }
    time = temporal.count == 1 ? columns.firstIndex { $0.name == temporal[0].name } : nil
  }

  public mutating func begin() {
    output.beginObject()
    output.member("type", "FeatureCollection")
    output.member("conformsTo", .array(Self.conformance.map { .text($0) }))
    if let places { output.member("coordRefSys", places.target.uri) }
    output.member("featureType", descriptor.id)
    if let schemaAddress { output.member("featureSchema", schemaAddress) }
    if let dimension = descriptor.geometryKind?.dimension { output.member("geometryDimension", dimension) }
    output.key("features")
    output.beginArray()
  }

  public mutating func append(_ row: borrowing FeatureRow) {
    count += 1
    output.beginObject()
    output.member("type", "Feature")
    output.key("id")
    output.text(utf8: row.id)
    output.key("time")
    writeTime(row)
    output.key("place")
    if places?.read(row) == true, let shape = places?.shape {
      output.geometry(shape, decimals: placeDecimals, swapsAxes: placeSwapsAxes, windsRings: false)
    } else {
      output.null()
    }
    output.key("geometry")
    if degrees.read(row) { output.geometry(degrees.shape) } else { output.null() }
    output.key("properties")
    output.beginObject()
    for index in 0..<min(row.values.count, columns.count) {
      output.key(columns[index].name)
      output.lent(row.values[index], as: columns[index].kind)
    }
    output.endObject()
    output.endObject()
  }

  private mutating func writeTime(_ row: borrowing FeatureRow) {
    guard let time, time < row.values.count else { return output.null() }
    switch row.values[time].value(as: columns[time].kind) {
    case .date(let day):
      output.beginObject()
      output.member("date", day.iso)
      output.endObject()
    case .dateTime(let instant):
      output.beginObject()
      output.member("timestamp", instant.iso)
      output.endObject()
    case .null, .text, .integer, .real, .boolean, .json: output.null()
    }
  }

  public mutating func end() { end(members: []) }

  /// As ``end()``, with what the document says of the whole behind the features: counts, links.
  public mutating func end(members: [(key: String, value: JSONValue)]) {
    output.endArray()
    output.member("numberReturned", count)
    for (key, value) in members { output.member(key, value) }
    output.endObject()
  }
}

extension GeometryKind {
  /// 0 for points, 1 for lines, 2 for areas; `nil` for collections, which may mix them.
  fileprivate var dimension: Int? {
    switch self {
    case .point, .multiPoint: 0
    case .lineString, .multiLineString: 1
    case .polygon, .multiPolygon: 2
    case .geometryCollection: nil
    }
  }
}
