import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// A collection in memory, and its tiles.
struct TestTown {
  let reader: InMemoryFeatureReader

  init(
    _ id: String = "things", crs: CoordinateReferenceSystem = .webMercator, _ properties: [PropertyDefinition] = [],
    maxZoom: Int = 22, _ features: [Feature]
  ) throws {
    reader = try InMemoryFeatureReader(
      descriptor: CollectionDescriptor(
        id: id, title: id, geometryKind: nil, storageCrs: crs, schema: Schema(properties: properties), maxZoom: maxZoom),
      features: features)
  }

  /// Features numbered from 1, without properties.
  init(crs: CoordinateReferenceSystem = .webMercator, maxZoom: Int = 22, _ geometries: [Geometry]) throws {
    try self.init(
      crs: crs, maxZoom: maxZoom,
      geometries.enumerated().map { Feature(id: "f\($0)", number: Int64($0) + 1, geometry: $1, values: []) })
  }

  var descriptor: CollectionDescriptor { reader.descriptor }

  /// All features are drawn, unless a thinning is asked for.
  func encoded(
    _ tile: TileCoordinate, thinning: TileThinning = .none, settings: TileSettings = TileSettings()
  ) throws -> EncodedTile? {
    var layer = try TileLayer(descriptor, thinning: thinning)
    layer.settings = settings
    return try TileRenderer(layers: [layer]).render(tile, from: reader, scratch: TileScratch())
  }

  /// The features in a tile, read back by the strict decoder.
  func drawn(
    _ tile: TileCoordinate, thinning: TileThinning = .none, settings: TileSettings = TileSettings()
  ) throws -> [DecodedFeature] {
    guard let encoded = try encoded(tile, thinning: thinning, settings: settings) else { return [] }
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
