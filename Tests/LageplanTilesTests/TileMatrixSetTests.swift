import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

@Suite struct TileMatrixSetTests {
  /// A set as the OGC publishes it, read without our own code.
  private func published(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: SharedData.file("tiles/tms/\(name).json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func matrices(of set: [String: Any]) throws -> [TileMatrix] {
    try #require(set["tileMatrices"] as? [[String: Any]]).map { entry in
      let origin = try #require(entry["pointOfOrigin"] as? [Double])
      return TileMatrix(
        id: try #require(entry["id"] as? String), scaleDenominator: try #require(entry["scaleDenominator"] as? Double),
        cellSize: try #require(entry["cellSize"] as? Double), pointOfOrigin: Coordinate(x: origin[0], y: origin[1]),
        tileWidth: try #require(entry["tileWidth"] as? Int), tileHeight: try #require(entry["tileHeight"] as? Int),
        matrixWidth: try #require(entry["matrixWidth"] as? Int), matrixHeight: try #require(entry["matrixHeight"] as? Int))
    }
  }

  private static let registered = [TileMatrixSet.webMercatorQuad, .worldCRS84Quad]

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"), arguments: registered)
  func registeredSetsAreThePublishedOnes(ours: TileMatrixSet) throws {
    let set = try published(ours.id)
    #expect(ours.uri == set["uri"] as? String)
    #expect(ours.crs.uri == set["crs"] as? String)
    #expect(ours.wellKnownScaleSet == set["wellKnownScaleSet"] as? String)
    let theirs = try matrices(of: set)
    #expect(ours.matrices.count == theirs.count)
    for (a, b) in zip(ours.matrices, theirs) {
      #expect(a.id == b.id)
      #expect(abs(a.scaleDenominator / b.scaleDenominator - 1) < 1e-12)
      #expect(abs(a.cellSize / b.cellSize - 1) < 1e-12)
      #expect(abs(a.pointOfOrigin.x - b.pointOfOrigin.x) < 1e-6)
      #expect(abs(a.pointOfOrigin.y - b.pointOfOrigin.y) < 1e-6)
      #expect(a.tileWidth == b.tileWidth && a.tileHeight == b.tileHeight)
      #expect(a.matrixWidth == b.matrixWidth && a.matrixHeight == b.matrixHeight)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"), arguments: registered)
  func writtenSetReadsAsThePublishedOne(ours: TileMatrixSet) throws {
    var writer = JSONWriter()
    ours.write(into: &writer)
    let written = try #require(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any])
    let set = try published(ours.id)
    for key in ["id", "title", "uri", "crs", "wellKnownScaleSet"] { #expect(written[key] as? String == set[key] as? String) }
    #expect(written["orderedAxes"] as? [String] == set["orderedAxes"] as? [String])
    for (a, b) in zip(try matrices(of: written), try matrices(of: set)) {
      #expect(a.id == b.id)
      #expect(abs(a.cellSize / b.cellSize - 1) < 1e-12)
      #expect(a.pointOfOrigin.x.rounded() == b.pointOfOrigin.x.rounded())
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"), arguments: ["UTM32WGS84Quad", "UTM33WGS84Quad"])
  func metricSetsTileTheirPlaneToo(name: String) throws {
    let set = TileMatrixSet(
      id: name, title: name, crs: .epsg(name.contains("32") ? 32632 : 32633), orderedAxes: ["E", "N"],
      matrices: try matrices(of: try published(name)))
    #expect(set.matrices[0].id == "1")
    let place = Coordinate(x: 601_234, y: 5_807_765)
    for index in set.matrices.indices {
      let tile = try #require(set.tile(at: place, matrix: index))
      #expect(try set.envelope(of: tile).contains(place))
    }
    // Two rows and one column cover the first matrix.
    let first = try set.coordinate(matrix: "1", row: 1, column: 0)
    #expect(first == TileCoordinate(matrix: 0, row: 1, column: 0))
    #expect(throws: TileError.self) { try set.coordinate(matrix: "1", row: 0, column: 1) }
  }

  /// The formula of web maps, as the OSM wiki gives it, solved for the corner.
  @Test(arguments: Seed.hundred)
  func envelopeHasTheCornersOfTheSlippyMap(seed: Seed) throws {
    var seed = seed
    let zoom = Int.random(in: 0...24, using: &seed)
    let column = Int.random(in: 0..<(1 << zoom), using: &seed)
    let row = Int.random(in: 0..<(1 << zoom), using: &seed)
    let envelope = try TileMatrixSet.webMercatorQuad.envelope(of: TileCoordinate(matrix: zoom, row: row, column: column))
    let n = pow(2, Double(zoom))
    let west = Double(column) / n * 360 - 180
    let north = atan(sinh(.pi * (1 - 2 * Double(row) / n)))
    #expect(abs(envelope.minX - west * .pi / 180 * 6_378_137) < 1e-6)
    #expect(abs(envelope.maxY - log(tan(.pi / 4 + north / 2)) * 6_378_137) < 1e-5)
    #expect(abs(envelope.width - envelope.height) < 1e-6)
  }

  @Test(arguments: TileMatrixSet.all) func neighboursShareTheirEdgesToTheLastBit(set: TileMatrixSet) throws {
    var seed = Seed(11)
    for (index, matrix) in set.matrices.enumerated() where matrix.matrixWidth > 1 && matrix.matrixHeight > 1 {
      let row = Int.random(in: 0..<matrix.matrixHeight - 1, using: &seed)
      let column = Int.random(in: 0..<matrix.matrixWidth - 1, using: &seed)
      let tile = try set.envelope(of: TileCoordinate(matrix: index, row: row, column: column))
      let right = try set.envelope(of: TileCoordinate(matrix: index, row: row, column: column + 1))
      let below = try set.envelope(of: TileCoordinate(matrix: index, row: row + 1, column: column))
      #expect(tile.maxX == right.minX)
      #expect(tile.minY == below.maxY)
      // And with the four tiles that it becomes one level on.
      guard index + 1 < set.matrices.count else { continue }
      let child = try set.envelope(of: TileCoordinate(matrix: index + 1, row: 2 * row + 1, column: 2 * column + 1))
      #expect(child.maxX == tile.maxX && child.minY == tile.minY)
    }
  }

  @Test(arguments: TileMatrixSet.all) func aPlaceLiesInTheTileThatIsFoundForIt(set: TileMatrixSet) throws {
    var seed = Seed(12)
    let box = set.boundingBox
    for index in set.matrices.indices {
      let place = Coordinate(
        x: Double.random(in: box.minX..<box.maxX, using: &seed), y: Double.random(in: box.minY..<box.maxY, using: &seed))
      let tile = try #require(set.tile(at: place, matrix: index))
      #expect(try set.envelope(of: tile).contains(place))
    }
    #expect(set.tile(at: Coordinate(x: box.minX - 1, y: box.maxY), matrix: 0) == nil)
  }

  @Test func setsHaveTheirOwnNames() {
    #expect(TileMatrixSet.all.map(\.id) == ["WebMercatorQuad", "AdV_25832", "AdV_25833", "WorldCRS84Quad"])
    #expect(TileMatrixSet.named("AdV_25833") == .adv25833)
    #expect(TileMatrixSet.named("adv_25833") == nil)
  }

  @Test(arguments: [(0, 1, 0), (0, 0, 1), (3, 8, 0), (3, 0, 8), (3, -1, 0), (3, 0, -1)])
  func indicesOutsideTheMatrixAreRefused(matrix: Int, row: Int, column: Int) {
    let tile = TileCoordinate(matrix: matrix, row: row, column: column)
    #expect(
      throws: TileError.tileOutOfRange(tile, tileMatrixSet: "WebMercatorQuad", rows: 1 << matrix, columns: 1 << matrix)
    ) { try TileMatrixSet.webMercatorQuad.envelope(of: tile) }
  }

  @Test func unknownMatrixIsRefusedByName() {
    #expect(throws: TileError.self) { try TileMatrixSet.webMercatorQuad.coordinate(matrix: "25", row: 0, column: 0) }
    #expect(throws: TileError.self) { try TileMatrixSet.webMercatorQuad.coordinate(matrix: "x", row: 0, column: 0) }
  }

  @Test func zoomOfAMatrixIsItsIndexInWebMercatorQuad() {
    for (index, matrix) in TileMatrixSet.webMercatorQuad.matrices.enumerated() { #expect(matrix.zoom == index) }
  }

  /// 1:17,471,320.75 is the scale of WebMercatorQuad's matrix 5; the world in degrees begins with two tiles.
  @Test func zoomOfAMatrixIsThatOfTheNearestScale() {
    #expect(TileMatrixSet.adv25832.matrices.map(\.zoom) == Array(5...24))
    #expect(TileMatrixSet.adv25833.matrices.map(\.zoom) == Array(5...24))
    #expect(TileMatrixSet.worldCRS84Quad.matrices.map(\.zoom) == Array(1...24))
  }
}
