public import LageplanGeometry

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

  /// The sets that are built in, by the order of their use: web maps, then the grids of the German surveying authorities, then degrees.
  public static let all = [webMercatorQuad, adv25832, adv25833, worldCRS84Quad]

  /// The set of this identifier among those built in.
  public static func named(_ id: String) -> TileMatrixSet? { all.first { $0.id == id } }

  /// What the matrices cover, in `crs`: the rectangle around all of them.
  public var boundingBox: Envelope {
    matrices.reduce(.empty) { $0.union($1.boundingBox) }
  }

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
