import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

@Suite struct TileMatrixLimitsTests {
  /// Every tile around a feature is asked for: those that hold it are within the limits, at every level, in every set.
  @Test(arguments: TileMatrixSet.all) func noTileOutsideOfTheLimitsHoldsAnything(set: TileMatrixSet) throws {
    let ring = [(10.70, 52.40), (10.74, 52.40), (10.72, 52.43), (10.70, 52.40)].map {
      Coordinate(longitude: $0.0, latitude: $0.1)
    }
    let features = [
      Feature(id: "a", number: 1, geometry: .polygon([ring]), values: []),
      Feature(id: "b", number: 2, geometry: .point(Coordinate(longitude: 10.75, latitude: 52.44)), values: []),
    ]
    let reader = try InMemoryFeatureReader(
      descriptor: CollectionDescriptor(id: "things", title: "things", geometryKind: nil, storageCrs: .crs84, schema: Schema()),
      features: features)
    let renderer = try TileRenderer(layers: [try TileLayer(reader.descriptor)], tileMatrixSet: set)
    let extent = try CoordinateTransform(from: .crs84, to: set.crs)
      .transform(Envelope(minX: 10.70, minY: 52.40, maxX: 10.75, maxY: 52.44))
    let limits = set.limits(of: extent, zooms: 0...15)
    #expect(limits.map { set.matrices[$0.matrix].zoom } == Array((set.matrices[0].zoom)...15))
    var held = 0
    for limit in limits {
      let matrix = set.matrices[limit.matrix]
      for row in max(0, limit.rows.lowerBound - 1)...min(matrix.matrixHeight - 1, limit.rows.upperBound + 1) {
        for column in max(0, limit.columns.lowerBound - 1)...min(matrix.matrixWidth - 1, limit.columns.upperBound + 1) {
          let tile = TileCoordinate(matrix: limit.matrix, row: row, column: column)
          guard try renderer.render(tile, from: reader, scratch: TileScratch()) != nil else { continue }
          held += 1
          #expect(limit.contains(tile), "\(tile)")
        }
      }
    }
    #expect(held >= limits.count)
  }

  @Test func limitsAreTightToATile() {
    let set = TileMatrixSet.adv25832
    let width = set.matrices[10].cellSize * 256
    let origin = set.matrices[10].pointOfOrigin
    // In the middle of column 446, row 409.
    let point = Coordinate(x: origin.x + 446.5 * width, y: origin.y - 409.5 * width)
    #expect(
      set.limits(of: Envelope(around: point), zooms: 15...15) == [
        TileMatrixLimits(matrix: 10, rows: 409...409, columns: 446...446)
      ])
    // On its left edge: also in the buffer of column 445.
    let edge = Coordinate(x: origin.x + 446 * width, y: point.y)
    #expect(
      set.limits(of: Envelope(around: edge), zooms: 15...15) == [
        TileMatrixLimits(matrix: 10, rows: 409...409, columns: 445...446)
      ])
  }

  @Test func whatLiesElsewhereHasNoLimits() {
    let set = TileMatrixSet.adv25832
    #expect(set.limits(of: .empty, zooms: 0...22).isEmpty)
    #expect(set.limits(of: Envelope(minX: 3e6, minY: 5e6, maxX: 3.1e6, maxY: 5.1e6), zooms: 0...22).isEmpty)
    #expect(set.limits(of: set.boundingBox, zooms: 0...4).isEmpty)
  }
}
