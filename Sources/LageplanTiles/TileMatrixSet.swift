public import LageplanGeometry

/// One scale of a tile matrix set: a grid of equal tiles from a corner (OGC 17-083r4, section 6.2.1).
public struct TileMatrix: Hashable, Sendable {
  /// `0`, `1`, …; some sets begin elsewhere.
  public var id: String
  /// Map scale with pixels of 0.28 mm.
  public var scaleDenominator: Double
  /// The width and height of a cell (pixel), in units of the set's system.
  public var cellSize: Double
  /// The top left corner of the grid, in x, y order.
  public var pointOfOrigin: Coordinate
  /// Cells per tile.
  public var tileWidth: Int
  public var tileHeight: Int
  /// Tiles per row and per column.
  public var matrixWidth: Int
  public var matrixHeight: Int

  public init(
    id: String, scaleDenominator: Double, cellSize: Double, pointOfOrigin: Coordinate, tileWidth: Int, tileHeight: Int,
    matrixWidth: Int, matrixHeight: Int
  ) {
    self.id = id
    self.scaleDenominator = scaleDenominator
    self.cellSize = cellSize
    self.pointOfOrigin = pointOfOrigin
    self.tileWidth = tileWidth
    self.tileHeight = tileHeight
    self.matrixWidth = matrixWidth
    self.matrixHeight = matrixHeight
  }

  /// The WebMercatorQuad matrix of the nearest scale: what the zoom range of a collection is measured in.
  public var zoom: Int {
    Int((TileMatrixSet.worldScaleDenominator / scaleDenominator).logarithmBase2.rounded())
  }
}

/// A tiling of the plane at several scales (OGC 17-083r4, "Two Dimensional Tile Matrix Set", section 6.2).
///
/// Tiles within a matrix are equal: variable matrix widths (section 6.2.1.3) are not carried.
public struct TileMatrixSet: Hashable, Sendable {
  public var id: String
  public var title: String
  /// The set's registered identity, where it has one.
  public var uri: String?
  public var crs: CoordinateReferenceSystem
  /// The names of the axes in the authority's order, as the JSON form tells them.
  public var orderedAxes: [String]
  public var wellKnownScaleSet: String?
  /// From the smallest scale to the largest.
  public var matrices: [TileMatrix]

  public init(
    id: String, title: String, uri: String? = nil, crs: CoordinateReferenceSystem, orderedAxes: [String],
    wellKnownScaleSet: String? = nil, matrices: [TileMatrix]
  ) {
    self.id = id
    self.title = title
    self.uri = uri
    self.crs = crs
    self.orderedAxes = orderedAxes
    self.wellKnownScaleSet = wellKnownScaleSet
    self.matrices = matrices
  }

  /// Half the width of the world in web Mercator: π times the radius of 6,378,137 m.
  static let webMercatorHalfWidth = Double.pi * 6_378_137
  /// The scale of WebMercatorQuad's matrix 0: its cell size over pixels of 0.28 mm.
  static let worldScaleDenominator = 2 * webMercatorHalfWidth / 256 / 0.000_28

  /// The tiling of web maps (OGC 17-083r4, annex D.1), matrices 0 to 24.
  public static let webMercatorQuad = TileMatrixSet(
    id: "WebMercatorQuad", title: "Google Maps Compatible for the World",
    uri: "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad", crs: .webMercator, orderedAxes: ["X", "Y"],
    wellKnownScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
    matrices: (0...24).map { zoom in
      let tiles = 1 << zoom
      return TileMatrix(
        id: String(zoom), scaleDenominator: worldScaleDenominator / Double(tiles),
        cellSize: 2 * webMercatorHalfWidth / Double(256 * tiles),
        pointOfOrigin: Coordinate(x: -webMercatorHalfWidth, y: webMercatorHalfWidth), tileWidth: 256, tileHeight: 256,
        matrixWidth: tiles, matrixHeight: tiles)
    })

  /// The sets that are built in.
  public static let all = [webMercatorQuad]

  /// The coordinate that a request names by the matrix's identifier.
  /// Throws `TileError.unknownMatrix`, or `TileError.tileOutOfRange` unless row and column lie inside the matrix.
  public func coordinate(matrix id: String, row: Int, column: Int) throws(TileError) -> TileCoordinate {
    guard let index = matrices.firstIndex(where: { $0.id == id }) else {
      throw .unknownMatrix(id, tileMatrixSet: self.id, known: matrices.map(\.id))
    }
    let tile = TileCoordinate(matrix: index, row: row, column: column)
    _ = try matrix(of: tile)
    return tile
  }

  /// The matrix of a tile, after checking that the tile lies in it.
  /// Throws `TileError.unknownMatrix` or `TileError.tileOutOfRange`.
  public func matrix(of tile: TileCoordinate) throws(TileError) -> TileMatrix {
    guard matrices.indices.contains(tile.matrix) else {
      throw .unknownMatrix(String(tile.matrix), tileMatrixSet: id, known: matrices.map(\.id))
    }
    let matrix = matrices[tile.matrix]
    guard (0..<matrix.matrixHeight).contains(tile.row), (0..<matrix.matrixWidth).contains(tile.column) else {
      throw .tileOutOfRange(tile, tileMatrixSet: id, rows: matrix.matrixHeight, columns: matrix.matrixWidth)
    }
    return matrix
  }

  /// The rectangle of a tile, in `crs`. Neighbours share their edge to the last bit.
  /// Throws `TileError.unknownMatrix` or `TileError.tileOutOfRange`.
  public func envelope(of tile: TileCoordinate) throws(TileError) -> Envelope {
    let matrix = try matrix(of: tile)
    let width = matrix.cellSize * Double(matrix.tileWidth)
    let height = matrix.cellSize * Double(matrix.tileHeight)
    return Envelope(
      minX: matrix.pointOfOrigin.x + Double(tile.column) * width,
      minY: matrix.pointOfOrigin.y - Double(tile.row + 1) * height,
      maxX: matrix.pointOfOrigin.x + Double(tile.column + 1) * width,
      maxY: matrix.pointOfOrigin.y - Double(tile.row) * height)
  }

  /// The tile of `matrix` that holds a position given in `crs`; `nil` outside the matrix.
  /// A position on an edge belongs to the tile on its right and below.
  public func tile(at position: Coordinate, matrix index: Int) -> TileCoordinate? {
    guard matrices.indices.contains(index), position.isFinite else { return nil }
    let matrix = matrices[index]
    let column = ((position.x - matrix.pointOfOrigin.x) / (matrix.cellSize * Double(matrix.tileWidth))).rounded(.down)
    let row = ((matrix.pointOfOrigin.y - position.y) / (matrix.cellSize * Double(matrix.tileHeight))).rounded(.down)
    guard 0 <= column, column < Double(matrix.matrixWidth), 0 <= row, row < Double(matrix.matrixHeight) else { return nil }
    return TileCoordinate(matrix: index, row: Int(row), column: Int(column))
  }
}

extension Double {
  /// The logarithm to base 2 from exponent and significand, precise enough to round to the nearest zoom.
  fileprivate var logarithmBase2: Double {
    // log2(s) for 1 ≤ s < 2 by the secant, whose error (0.086 at most) moves no rounding of scales that are powers of two apart.
    Double(exponent) + (significand - 1)
  }
}
