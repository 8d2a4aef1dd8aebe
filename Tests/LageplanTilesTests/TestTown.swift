import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// A collection in memory for these tests: rows in the order of the array, envelopes tested one by one, geometry lent as WKB.
struct TestTown: FeatureReading {
  var descriptor: CollectionDescriptor
  var features: [Feature]

  init(
    _ id: String = "things", crs: CoordinateReferenceSystem = .webMercator, _ properties: [PropertyDefinition] = [],
    maxZoom: Int = 22,
    _ features: [Feature]
  ) {
    descriptor = CollectionDescriptor(
      id: id, title: id, geometryKind: nil, storageCrs: crs, schema: Schema(properties: properties), maxZoom: maxZoom)
    self.features = features
  }

  /// Features numbered from 1, without properties.
  init(crs: CoordinateReferenceSystem = .webMercator, maxZoom: Int = 22, _ geometries: [Geometry]) {
    self.init(
      crs: crs, maxZoom: maxZoom,
      geometries.enumerated().map { Feature(id: "f\($0)", number: Int64($0) + 1, geometry: $1, values: []) })
  }

  func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    guard query.collection == descriptor.id else { throw FeatureError.unknownCollection(query.collection) }
    for feature in features {
      if let window = query.spatial?.envelope, feature.geometry?.envelope.intersects(window) != true { continue }
      let wkb = feature.geometry?.wkb()
      var texts: [UnsafeMutableRawBufferPointer] = []
      defer { for text in texts { text.deallocate() } }
      func lend(_ text: String) -> UnsafeRawBufferPointer {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
        copy.copyBytes(from: text.utf8)
        texts.append(copy)
        return UnsafeRawBufferPointer(copy)
      }
      let values: [LentValue] = feature.values.map { value in
        switch value {
        case .null: .null
        case .text(let text), .json(let text): .text(lend(text))
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .boolean(let flag): .boolean(flag)
        case .date(let date): .text(lend(date.iso))
        case .dateTime(let instant): .text(lend(instant.iso))
        }
      }
      let id = lend(feature.id)
      let decision = try (wkb ?? []).withUnsafeBytes { bytes in
        try values.withUnsafeBufferPointer { values in
          try body(
            FeatureRow(
              number: feature.number, id: id, geometry: wkb == nil ? nil : GeometryBytes(encoding: .wkb, bytes: bytes),
              values: values))
        }
      }
      if decision == .stop { return }
    }
  }

  func encoded(_ tile: TileCoordinate) throws -> EncodedTile? {
    try TileRenderer(layers: [try TileLayer(descriptor)]).render(tile, from: self, scratch: TileScratch())
  }

  /// The features in a tile, read back by the strict decoder.
  func drawn(_ tile: TileCoordinate) throws -> [DecodedFeature] {
    guard let encoded = try encoded(tile) else { return [] }
    #expect(encoded.flawCount == 0, "\(encoded.flaws)")
    return try MvtDecoder.decode(encoded.bytes).layers.flatMap(\.features)
  }
}

/// Tiles of WebMercatorQuad by the textbook, without our own code.
struct Square: Hashable {
  var zoom: Int
  var row: Int
  var column: Int

  static let world = 2 * Double.pi * 6_378_137

  var tile: TileCoordinate { TileCoordinate(matrix: zoom, row: row, column: column) }
  var width: Double { Square.world / Double(1 << zoom) }
  var minX: Double { Double(column) * width - Square.world / 2 }
  var maxY: Double { Square.world / 2 - Double(row) * width }
  var envelope: Envelope { Envelope(minX: minX, minY: maxY - width, maxX: minX + width, maxY: maxY) }

  func units(_ place: Coordinate) -> Coordinate {
    Coordinate(x: (place.x - minX) / width * 4096, y: (maxY - place.y) / width * 4096)
  }

  /// The place of tile units in web mercator.
  func place(x: Double, y: Double) -> Coordinate { Coordinate(x: minX + x / 4096 * width, y: maxY - y / 4096 * width) }

  /// All that meet an envelope.
  static func covering(_ envelope: Envelope, zoom: Int) -> [Square] {
    let width = world / Double(1 << zoom)
    let columns =
      Int(((envelope.minX + world / 2) / width).rounded(.down))...Int(((envelope.maxX + world / 2) / width).rounded(.down))
    let rows =
      Int(((world / 2 - envelope.maxY) / width).rounded(.down))...Int(((world / 2 - envelope.minY) / width).rounded(.down))
    return rows.flatMap { row in columns.map { Square(zoom: zoom, row: row, column: $0) } }
  }
}
