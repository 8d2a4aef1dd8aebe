/// The place of a tile in a tile matrix set, in the order of OGC 17-083r4: matrix, row, column.
///
/// Rows count from the top (north) edge, columns from the left. `matrix` is the index into ``TileMatrixSet/matrices``;
/// in WebMercatorQuad that is the zoom. The `z/x/y` of web maps is `matrix/column/row`.
public struct TileCoordinate: Hashable, Sendable {
  public var matrix: Int
  public var row: Int
  public var column: Int

  @inlinable public init(matrix: Int, row: Int, column: Int) {
    self.matrix = matrix
    self.row = row
    self.column = column
  }
}
