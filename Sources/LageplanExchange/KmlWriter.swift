public import LageplanFeatures
import LageplanGeometry

/// Writes rows as KML 2.2 (OGC 12-007r2): a placemark a feature, its properties typed by a schema.
///
/// KML has WGS 84 degrees only. Every property stands as text under its own name, so nothing is cut off; whole numbers are declared as
/// doubles, since KML's integers have 32 bits. The placemark is called by a property `name`, else by the id. A feature without a place is a
/// placemark without geometry.
public struct KmlWriter: RowWriter {
  public static let mediaType = "application/vnd.google-earth.kml+xml"

  public var bytes: [UInt8] = []
  private let descriptor: CollectionDescriptor
  private let properties: [PropertyDefinition]
  private let hasIdColumn: Bool
  /// The value of a row that is the placemark's name.
  private let nameIndex: Int?
  private var geometries: RowGeometryReader

  public var flaws: [GeoJSONWriterError] { geometries.flaws }
  public var flawCount: Int { geometries.flawCount }

  /// Throws `CrsError` for a collection whose system has no way to WGS 84, `FeatureError.unknownProperty` for a selection that the schema lacks.
  public init(descriptor: CollectionDescriptor, properties selection: PropertySelection = .all) throws {
    self.descriptor = descriptor
    let properties = try selection.indices(in: descriptor).map { descriptor.schema.properties[$0] }
    self.properties = properties
    hasIdColumn = !properties.contains { $0.name == FeatureExporter.idColumn }
    nameIndex = properties.firstIndex { $0.name.lowercased() == "name" }
    geometries = try RowGeometryReader(from: descriptor.storageCrs, to: .crs84)
  }

  public mutating func begin() {
    bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n<name>")
    bytes.append(xml: descriptor.title)
    bytes.append("</name>\n")
    if let description = descriptor.description {
      bytes.append("<description>")
      bytes.append(xml: description)
      bytes.append("</description>\n")
    }
    bytes.append("<Schema name=\"\(descriptor.id)\" id=\"\(descriptor.id)\">\n")
    if hasIdColumn { bytes.append("<SimpleField type=\"string\" name=\"\(FeatureExporter.idColumn)\"/>\n") }
    for property in properties {
      bytes.append("<SimpleField type=\"\(Self.type(of: property.kind))\" name=\"")
      bytes.append(xml: property.name)
      bytes.append("\">")
      if let title = property.title {
        bytes.append("<displayName>")
        bytes.append(xml: title)
        bytes.append("</displayName>")
      }
      bytes.append("</SimpleField>\n")
    }
    bytes.append("</Schema>\n")
  }

  private static func type(of kind: PropertyKind) -> String {
    switch kind {
    case .text, .date, .dateTime, .json: "string"
    case .integer, .real: "double"
    case .boolean: "bool"
    }
  }

  public mutating func append(_ row: borrowing FeatureRow) {
    let id = String(decoding: row.id, as: UTF8.self)
    let name = nameIndex.flatMap { $0 < row.values.count ? row.values[$0].value(as: .text).spelling : nil }
    bytes.append("<Placemark><name>")
    bytes.append(xml: name ?? id)
    bytes.append("</name><ExtendedData><SchemaData schemaUrl=\"#\(descriptor.id)\">")
    if hasIdColumn { append(id, named: FeatureExporter.idColumn) }
    for index in 0..<min(row.values.count, properties.count) {
      let property = properties[index]
      guard let spelling = row.values[index].value(as: property.kind).spelling else { continue }
      append(spelling, named: property.name)
    }
    bytes.append("</SchemaData></ExtendedData>")
    if geometries.read(row) { append(geometries.shape) }
    bytes.append("</Placemark>\n")
  }

  public mutating func end() { bytes.append("</Document>\n</kml>\n") }

  private mutating func append(_ value: String, named name: String) {
    bytes.append("<SimpleData name=\"")
    bytes.append(xml: name)
    bytes.append("\">")
    bytes.append(xml: value)
    bytes.append("</SimpleData>")
  }

  // MARK: Geometry

  private mutating func append(_ geometry: Geometry) {
    guard !geometry.isEmpty else { return }
    switch geometry.kind {
    case .point: append("Point", geometry.coordinates.indices, of: geometry)
    case .lineString: append("LineString", geometry.part(0), of: geometry)
    case .polygon: appendPolygon(geometry.partEnds.indices, of: geometry)
    case .multiPoint:
      appendAll { writer in
        for index in geometry.coordinates.indices { writer.append("Point", index..<(index + 1), of: geometry) }
      }
    case .multiLineString:
      appendAll { writer in
        for part in geometry.partEnds.indices { writer.append("LineString", geometry.part(part), of: geometry) }
      }
    case .multiPolygon:
      appendAll { writer in
        for polygon in geometry.polygonEnds.indices { writer.appendPolygon(geometry.rings(ofPolygon: polygon), of: geometry) }
      }
    case .geometryCollection:
      appendAll { writer in
        for member in geometry.members { writer.append(member) }
      }
    }
  }

  private mutating func appendAll(_ members: (inout KmlWriter) -> Void) {
    bytes.append("<MultiGeometry>")
    members(&self)
    bytes.append("</MultiGeometry>")
  }

  private mutating func appendPolygon(_ rings: Range<Int>, of geometry: Geometry) {
    bytes.append("<Polygon>")
    for ring in rings {
      let border = ring == rings.lowerBound ? "outerBoundaryIs" : "innerBoundaryIs"
      bytes.append("<\(border)>")
      append("LinearRing", geometry.part(ring), of: geometry)
      bytes.append("</\(border)>")
    }
    bytes.append("</Polygon>")
  }

  private mutating func append(_ element: String, _ range: Range<Int>, of geometry: Geometry) {
    bytes.append("<\(element)><coordinates>")
    for index in range {
      if index > range.lowerBound { bytes.append(UInt8(ascii: " ")) }
      let place = geometry.coordinates[index]
      bytes.append(longitude: place.x, latitude: place.y, height: geometry.hasZ ? geometry.z[index] : nil)
    }
    bytes.append("</coordinates></\(element)>")
  }
}
