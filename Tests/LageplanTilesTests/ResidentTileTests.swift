import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// Tiles drawn from memory against tiles drawn from rows: byte by byte the same.
@Suite struct ResidentTileTests {
  private func compare(
    _ reader: InMemoryFeatureReader, _ settings: TileSettings, _ thinning: TileThinning, zooms: [Int], _ scratch: TileScratch
  ) throws -> Int {
    let resident = try ResidentCollection(descriptor: reader.descriptor, version: 1, reading: reader)
    var layer = try TileLayer(reader.descriptor, thinning: thinning)
    layer.settings = settings
    let renderer = try TileRenderer(layers: [layer])
    let toMercator = try CoordinateTransform(from: reader.descriptor.storageCrs, to: .webMercator)
    guard let extent = reader.descriptor.storageExtent else { return 0 }
    var compared = 0
    for zoom in zooms {
      for square in Square.covering(try toMercator.transform(extent), zoom: zoom) {
        let fromRows = try renderer.render(square.tile, from: reader, scratch: scratch)
        let fromMemory = try renderer.render(square.tile, from: NoRows(), residents: [resident], scratch: scratch)
        #expect(fromRows == fromMemory, "\(reader.descriptor.id), \(square)")
        compared += fromRows?.featureCount ?? 0
      }
    }
    return compared
  }

  /// Whoever asks it has not drawn from memory.
  private struct NoRows: FeatureReading {
    func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
      throw FeatureError.unknownCollection(query.collection)
    }
  }

  @Test(arguments: ReaderFixture.all)
  func memoryAndRowsGiveTheSameBytes(fixture: ReaderFixture) throws {
    let reader = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: fixture.features)
    let scratch = TileScratch()
    let zooms = [8, 12, 14, 15]
    var compared = try compare(reader, TileSettings(), .none, zooms: zooms, scratch)
    for grouping in TileSettings.Grouping.allCases {
      for budget in [500_000, 5000, 700] {
        let settings = TileSettings(
          thinBelow: 15, grouping: grouping, statusProperty: "year", propertyMinZooms: ["name": 12], byteBudget: budget)
        compared += try compare(reader, settings, .automatic, zooms: zooms, scratch)
      }
    }
    #expect(compared > 0 || fixture.features.isEmpty)
  }

  @Test func collectionsWithinCollectionsAreTheSameToo() throws {
    let square = TileRendererTests.square
    func at(_ x: Double, _ y: Double) -> Coordinate { square.place(x: x, y: y) }
    let town = try TestTown([
      .geometryCollection([.point(at(10, 20)), .geometryCollection([.lineString([at(0, 0), at(100, 100)])])]),
      .point(at(5, 5)), .geometryCollection([.point(at(50, 50)), .point(at(50, 51))]), .geometryCollection([]),
      .multiPoint([]), .point(Coordinate(x: .nan, y: .nan)), .multiPoint([at(1, 1), at(4000, 4000)]),
      .multiPoint([at(1, 1), at(2, 2)]),
    ])
    let scratch = TileScratch()
    for settings in [TileSettings(), TileSettings(thinBelow: 17), TileSettings(thinBelow: 17, grouping: .clusters)] {
      #expect(try compare(town.reader, settings, .automatic, zooms: [14, 16], scratch) > 0)
    }
  }

  /// EPSG:25832 is for Europe: what lies at its origin, on the equator, is a fault of entry, and shows nowhere.
  @Test func whatLiesOutsideTheStorageSystemsAreaIsDrawnByNeither() throws {
    let real = Coordinate(x: 600_000, y: 5_790_000)
    let nowhere = Coordinate(x: 0, y: 0)
    func line(_ start: Coordinate) -> Geometry { .lineString([start, Coordinate(x: start.x + 90_000, y: start.y + 90_000)]) }
    let points: [Geometry] = [.point(real), .point(nowhere), .point(Coordinate(x: 500_000, y: 10))]
    let shapes: [Geometry] = [line(real), line(nowhere), .geometryCollection([.point(nowhere), line(nowhere)]), .point(nowhere)]
    let scratch = TileScratch()
    for geometries in [points, shapes, [.point(nowhere)]] {
      let town = try TestTown(crs: .utm32, geometries)
      let resident = try ResidentCollection(descriptor: town.descriptor, version: 1, reading: town.reader)
      for settings in [TileSettings(), TileSettings(thinBelow: 17), TileSettings(thinBelow: 17, grouping: .clusters)] {
        _ = try compare(town.reader, settings, .automatic, zooms: [0, 1, 3, 6, 8], scratch)
        var layer = try TileLayer(town.descriptor)
        layer.settings = settings
        let renderer = try TileRenderer(layers: [layer])
        // At 4.5° east on the equator.
        let atEquator = Square.covering(Envelope(around: Coordinate(x: 502_350, y: 1)), zoom: 8)[0].tile
        #expect(try renderer.render(atEquator, from: NoRows(), residents: [resident], scratch: scratch) == nil)
        let world = try renderer.render(
          Square(zoom: 0, row: 0, column: 0).tile, from: NoRows(), residents: [resident], scratch: scratch)
        #expect(world?.featureCount ?? 0 == (geometries.count > 1 ? 1 : 0))
      }
    }
  }

  /// More values than an epoch of marks, and more epochs than fit a mark.
  @Test func marksOfEarlierTilesAreForgotten() throws {
    let square = TileRendererTests.square
    let town = try TestTown(
      "things", [PropertyDefinition(name: "name", kind: .text)],
      (0..<3000).map {
        let place = square.place(x: Double($0 % 60) * 60, y: Double($0 / 60) * 80)
        return Feature(id: "f\($0)", number: Int64($0 + 1), geometry: .point(place), values: [.text("\($0 % 7)")])
      })
    let resident = try ResidentCollection(descriptor: town.descriptor, version: 1, reading: town.reader)
    let renderer = try TileRenderer(layers: [try TileLayer(town.descriptor, thinning: .none)])
    let scratch = TileScratch()
    var finer: [TileCoordinate] = []
    for row in 0..<2 {
      for column in 0..<2 {
        finer.append(TileCoordinate(matrix: 17, row: square.row * 2 + row, column: square.column * 2 + column))
      }
    }
    let expected = try finer.map { try renderer.render($0, from: town.reader, scratch: TileScratch()) }
    for round in 0..<300 {
      let drawn = try renderer.render(finer[round % 4], from: NoRows(), residents: [resident], scratch: scratch)
      guard drawn == expected[round % 4] else {
        Issue.record("round \(round)")
        return
      }
    }
  }

  @Test func cancelledWorkStopsBetweenChunks() throws {
    let square = TileRendererTests.square
    let town = try TestTown((0..<5000).map { .point(square.place(x: Double($0 % 4000), y: 7)) })
    let resident = try ResidentCollection(descriptor: town.descriptor, version: 1, reading: town.reader)
    var asked = 0
    #expect(throws: TileError.cancelled) {
      try TileRenderer(layers: [try TileLayer(town.descriptor)]).render(
        square.tile, from: town.reader, residents: [resident], scratch: TileScratch()
      ) {
        asked += 1
        return asked > 2
      }
    }
    #expect(asked == 3)
  }
}
