import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// The grids of the surveying authorities, by the figures that they publish.
@Suite struct AdvGridTests {
  private struct Published: Sendable {
    var set: TileMatrixSet
    var name: String
    var epsg: Int
    var left: Double
    var top: Double
  }

  private static let both = [
    Published(set: .adv25832, name: "AdV_25832", epsg: 25832, left: -46133.17, top: 6301219.54),
    Published(set: .adv25833, name: "AdV_25833", epsg: 25833, left: -464849.38, top: 6310160.14),
  ]

  /// Metres per pixel and scale of levels 0 to 14, as the WMTS of the states and of basemap.de tell them.
  private static let resolutions = [
    4891.96981025128, 2445.98490512564, 1222.99245256282, 611.49622628141, 305.748113140705, 152.874056570353, 76.4370282851763,
    38.2185141425881, 19.1092570712941, 9.55462853564703, 4.77731426782352, 2.38865713391176, 1.19432856695588, 0.597164283477939,
    0.29858214173897,
  ]

  @Test(arguments: both) private func gridIsThePublishedOne(grid: Published) {
    #expect(grid.set.id == grid.name)
    #expect(grid.set.crs == .epsg(grid.epsg))
    #expect(grid.set.orderedAxes == ["E", "N"])
    for (level, resolution) in Self.resolutions.enumerated() {
      let matrix = grid.set.matrices[level]
      #expect(matrix.id == String(level))
      #expect(abs(matrix.cellSize / resolution - 1) < 1e-12)
      #expect(matrix.pointOfOrigin == Coordinate(x: grid.left, y: grid.top))
      #expect(matrix.tileWidth == 256 && matrix.tileHeight == 256)
      #expect(matrix.matrixWidth == 1 << level && matrix.matrixHeight == 1 << level)
    }
    #expect(abs(grid.set.matrices[0].scaleDenominator / 17471320.7508974 - 1) < 1e-12)
    #expect(abs(grid.set.matrices[14].scaleDenominator / 1066.36479192489 - 1) < 1e-12)
  }

  /// The corner opposite to the origin, which the WMTS of Bavaria and ldproxy tell for zone 32 and 33.
  @Test func gridEndsWhereThePublishedOneEnds() {
    let west = TileMatrixSet.adv25832.boundingBox
    #expect(abs(west.maxX - 1206211.10142433) < 1e-6 && abs(west.minY - 5048875.26857567) < 1e-6)
    let east = TileMatrixSet.adv25833.boundingBox
    #expect(abs(east.maxX - 787494.89142433) < 1e-6 && abs(east.minY - 5057815.86857567) < 1e-6)
  }

  /// 9° east is the middle of zone 32, where the easting is 500,000 m: by hand, column ⌊(500000 + 46133.17) / (256 · 4.777…)⌋ of level 10.
  @Test func theZonesMeridianLiesInTheColumnReckonedByHand() throws {
    let tile = try #require(TileMatrixSet.adv25832.tile(at: Coordinate(x: 500_000, y: 5_800_000), matrix: 10))
    #expect(tile == TileCoordinate(matrix: 10, row: 409, column: 446))
  }

  /// Corners of Germany, as islands and villages: all lie in both grids.
  @Test(arguments: both) private func germanyLiesInTheGrid(grid: Published) throws {
    let list = [(8.42, 55.06), (10.18, 47.27), (5.87, 51.05), (15.04, 51.27), (13.84, 48.77), (7.59, 47.59), (13.43, 54.68)]
    for place in try Self.moved(list, to: grid.epsg) {
      for index in grid.set.matrices.indices { #expect(grid.set.tile(at: place, matrix: index) != nil) }
    }
  }

  /// PROJ, asked through GDAL's program, says where a place is; the grid's published formula says in which tile and where in it.
  @Test(arguments: both) private func pointsLieWhereProjAndTheFormulaSay(grid: Published) throws {
    var seed = Seed(7)
    let places = (0..<40).map { _ in
      (Double.random(in: 6...15, using: &seed), Double.random(in: 47.3...55, using: &seed))
    }
    let features = places.enumerated().map { index, place in
      Feature(
        id: "f\(index)", number: Int64(index + 1), geometry: .point(Coordinate(longitude: place.0, latitude: place.1)), values: []
      )
    }
    let reader = try InMemoryFeatureReader(
      descriptor: CollectionDescriptor(
        id: "things", title: "things", geometryKind: .point, storageCrs: .crs84, schema: Schema()), features: features)
    let renderer = try TileRenderer(layers: [try TileLayer(reader.descriptor, thinning: .none)], tileMatrixSet: grid.set)
    for (index, moved) in try Self.moved(places, to: grid.epsg).enumerated() {
      for level in [3, 10, 14] {
        let width = 256 * Self.resolutions[level]
        let column = ((moved.x - grid.left) / width).rounded(.down)
        let row = ((grid.top - moved.y) / width).rounded(.down)
        let tile = TileCoordinate(matrix: level, row: Int(row), column: Int(column))
        let encoded = try #require(try renderer.render(tile, from: reader, scratch: TileScratch()))
        let drawn = try MvtDecoder.decode(encoded.bytes).layers.flatMap(\.features)
        let own = try #require(drawn.first { $0.id == UInt64(index + 1) }?.geometry?.coordinates.first)
        #expect(abs(own.x - ((moved.x - grid.left) / width - column) * 4096) <= 0.51)
        #expect(abs(own.y - ((grid.top - moved.y) / width - row) * 4096) <= 0.51)
      }
    }
  }

  private static func moved(_ places: [(Double, Double)], to epsg: Int) throws -> [Coordinate] {
    let run = try CommandRun.program(
      "gdaltransform", ["-s_srs", "OGC:CRS84", "-t_srs", "EPSG:\(epsg)", "-output_xy"],
      input: places.map { "\($0.0) \($0.1)\n" }.joined())
    #expect(run.status == 0, "\(run.errors)")
    let moved = run.output.split(separator: "\n").compactMap { line -> Coordinate? in
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      return numbers.count == 2 ? Coordinate(x: numbers[0], y: numbers[1]) : nil
    }
    #expect(moved.count == places.count)
    return moved
  }
}
