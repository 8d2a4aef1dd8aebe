public import LageplanFeatures
public import LageplanGeometry

/// Writes rows as GPX 1.1 (https://www.topografix.com/GPX/1/1/): points as waypoints, lines as tracks.
///
/// GPX has WGS 84 degrees, no areas, and waypoints before tracks: it holds collections of points or of lines. Features without a place have
/// no place in it and are left out; ``skipped`` counts them. Name and description are for the device; all properties follow as extensions
/// in GDAL's namespace, from which GDAL reads them again.
public struct GpxWriter: RowWriter {
  public static let mediaType = "application/gpx+xml"

  public var bytes: [UInt8] = []
  /// How many features have no place, or none that could be written.
  public private(set) var skipped = 0
  private let descriptor: CollectionDescriptor
  private let properties: [PropertyDefinition]
  private let elements: [String]
  private let nameIndex: Int?
  private var geometries: RowGeometryReader

  public var flaws: [GeoJSONWriterError] { geometries.flaws }
  public var flawCount: Int { geometries.flawCount }

  /// Whether GPX can hold a collection of this kind.
  public static func holds(_ kind: GeometryKind?) -> Bool {
    switch kind {
    case .point, .multiPoint, .lineString, .multiLineString: true
    case .polygon, .multiPolygon, .geometryCollection, nil: false
    }
  }

  /// Throws ``ExchangeError/unsuitableFormat(_:reason:)`` for a collection with areas or mixed geometries, `CrsError` for one whose system
  /// has no way to WGS 84, `FeatureError.unknownProperty` for a selection that the schema lacks.
  public init(descriptor: CollectionDescriptor, properties selection: PropertySelection = .all) throws {
    guard Self.holds(descriptor.geometryKind) else {
      throw ExchangeError.unsuitableFormat("GPX", reason: "GPX has points and lines only; choose GeoJSON, KML or GeoPackage")
    }
    self.descriptor = descriptor
    let properties = try selection.indices(in: descriptor).map { descriptor.schema.properties[$0] }
    self.properties = properties
    // Two properties may become the same element: the later one keeps its number, so that none hides the other.
    var taken: Set<String> = [FeatureExporter.idColumn]
    elements = properties.enumerated().map { index, property in
      let name = XmlText.elementName(property.name)
      if property.name == FeatureExporter.idColumn || taken.insert(name).inserted { return name }
      return "\(name)_\(index + 1)"
    }
    nameIndex = properties.firstIndex { $0.name.lowercased() == "name" }
    geometries = try RowGeometryReader(from: descriptor.storageCrs, to: .crs84)
  }

  public mutating func begin() {
    bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Lageplan\"")
    bytes.append(" xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:ogr=\"http://osgeo.org/gdal\">\n<metadata><name>")
    bytes.append(xml: descriptor.title)
    bytes.append("</name></metadata>\n")
  }

  public mutating func append(_ row: borrowing FeatureRow) {
    guard geometries.read(row), !geometries.shape.isEmpty else {
      skipped += 1
      return
    }
    let geometry = geometries.shape
    let described = description(of: row)
    switch geometry.kind {
    case .point, .multiPoint:
      for index in geometry.coordinates.indices {
        appendPoint("wpt", index, of: geometry, described)
        bytes.append(UInt8(ascii: "\n"))
      }
    case .lineString, .multiLineString:
      bytes.append("<trk>")
      bytes.append(contentsOf: described)
      for part in geometry.partEnds.indices {
        bytes.append("<trkseg>")
        for index in geometry.part(part) { appendPoint("trkpt", index, of: geometry, []) }
        bytes.append("</trkseg>")
      }
      bytes.append("</trk>\n")
    case .polygon, .multiPolygon, .geometryCollection:
      // Not of this collection's kind: left there by another program.
      skipped += 1
    }
  }

  public mutating func end() { bytes.append("</gpx>\n") }

  /// `name`, `desc` and `extensions`, in the order of the schema.
  private func description(of row: borrowing FeatureRow) -> [UInt8] {
    let id = String(decoding: row.id, as: UTF8.self)
    let spellings = (0..<min(row.values.count, properties.count)).map { row.values[$0].value(as: properties[$0].kind).spelling }
    var result: [UInt8] = []
    result.append("<name>")
    result.append(xml: nameIndex.flatMap { $0 < spellings.count ? spellings[$0] : nil } ?? id)
    result.append("</name><desc>")
    let lines = zip(properties, spellings).compactMap { property, spelling in
      spelling.map { "\(property.title ?? property.name): \($0)" }
    }
    result.append(xml: lines.joined(separator: "\n"))
    result.append("</desc><extensions>")
    if !properties.contains(where: { $0.name == FeatureExporter.idColumn }) {
      Self.append(id, as: FeatureExporter.idColumn, to: &result)
    }
    for (element, spelling) in zip(elements, spellings) {
      if let spelling { Self.append(spelling, as: element, to: &result) }
    }
    result.append("</extensions>")
    return result
  }

  private static func append(_ value: String, as element: String, to result: inout [UInt8]) {
    result.append("<ogr:\(element)>")
    result.append(xml: value)
    result.append("</ogr:\(element)>")
  }

  private mutating func appendPoint(_ element: String, _ index: Int, of geometry: Geometry, _ described: [UInt8]) {
    let place = geometry.coordinates[index]
    bytes.append("<\(element) lat=\"")
    bytes.append(place.y, decimals: 7)
    bytes.append("\" lon=\"")
    bytes.append(place.x, decimals: 7)
    bytes.append("\">")
    if geometry.hasZ, geometry.z[index].isFinite {
      bytes.append("<ele>")
      bytes.append(geometry.z[index], decimals: 3)
      bytes.append("</ele>")
    }
    bytes.append(contentsOf: described)
    bytes.append("</\(element)>")
  }
}
