import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import TestSupport
import Testing

/// A tile is the same bytes whoever reads its rows: SQL, the copy in memory, or the oracle over an array.
@Suite struct TileReaderTests {
  private static let zooms = [9, 13, 15]

  private static func tiles(around extent: Envelope) throws -> [TileCoordinate] {
    try zooms.flatMap { zoom in
      let low = TileMatrixSet.webMercatorQuad.tile(at: Coordinate(x: extent.minX, y: extent.maxY), matrix: zoom)
      let high = TileMatrixSet.webMercatorQuad.tile(at: Coordinate(x: extent.maxX, y: extent.minY), matrix: zoom)
      let (first, last) = (try #require(low), try #require(high))
      return (first.row...last.row).flatMap { row in
        (first.column...last.column).map { TileCoordinate(matrix: zoom, row: row, column: $0) }
      }
    }
  }

  @Test(arguments: ReaderFixture.all.filter { !$0.features.isEmpty })
  func everyReaderGivesTheSameBytes(fixture: ReaderFixture) throws {
    try TemporaryFolder.with { folder in
      let store = try Store(path: folder.appendingPathComponent("town.sqlite").path, mode: .create, readers: 1)
      defer { store.close() }
      try store.createCollection(fixture.descriptor)
      var rest = fixture.features[...]
      _ = try store.importFeatures(
        into: fixture.descriptor, options: ImportOptions(), from: { rest.popFirst() }, rejected: { Issue.record("\($0)") },
        sparing: { [] })
      let compared = try store.readSync { reader in try Self.compare(reader, fixture) }
      #expect(compared > 50)
    }
  }

  /// Draws every tile from SQL, from memory and from the array. Answers how many features were compared.
  private static func compare(_ reader: StoreReader, _ fixture: ReaderFixture) throws -> Int {
    let descriptor = try reader.descriptor(of: fixture.descriptor.id)
    let resident = try ResidentCollection(descriptor: descriptor, version: 1, reading: reader)
    // The store gives numbers of its own: the array takes them over.
    var features: [Feature] = []
    let known = Dictionary(uniqueKeysWithValues: fixture.features.map { ($0.id, $0) })
    try reader.forEachRow(matching: FeatureQuery(collection: descriptor.id, geometry: false, after: .min)) { row in
      if var feature = known[String(decoding: row.id, as: UTF8.self)] {
        feature.number = row.number
        features.append(feature)
      }
      return .next
    }
    let array = try InMemoryFeatureReader(descriptor: descriptor, features: features)
    let toMercator = try CoordinateTransform(from: descriptor.storageCrs, to: .webMercator)
    let tiles = try tiles(around: try toMercator.transform(try #require(descriptor.storageExtent)))
    let scratch = TileScratch()
    var filters = RandomFilter(fixture, seed: 11)
    var compared = 0
    for round in 0..<12 {
      var layer = try TileLayer(descriptor, thinning: round % 3 == 0 ? .none : .automatic)
      layer.settings = TileSettings(
        thinBelow: 15, grouping: round % 2 == 0 ? .representatives : .clusters, statusProperty: "year",
        byteBudget: round % 4 == 0 ? 3000 : 500_000)
      if round > 2 { layer.filter = filters.next() }
      let renderer = try TileRenderer(layers: [layer])
      for tile in tiles {
        let fromSQL = try renderer.render(tile, from: reader, scratch: scratch)
        let fromArray = try renderer.render(tile, from: array, scratch: scratch)
        let fromMemory = try renderer.render(tile, from: array, residents: [resident], scratch: scratch)
        #expect(fromSQL == fromArray, "\(descriptor.id), \(tile), \(String(describing: layer.filter))")
        #expect(fromMemory == fromArray, "\(descriptor.id), \(tile), \(String(describing: layer.filter))")
        compared += fromSQL?.featureCount ?? 0
      }
    }
    return compared
  }
}
