public import LageplanGeometry

/// Which tiles of a matrix a tile set has (OGC 17-083r4, section 6.3): rows and columns from the least to the greatest, both included.
public struct TileMatrixLimits: Hashable, Sendable {
  /// The index into ``TileMatrixSet/matrices``.
  public var matrix: Int
  public var rows: ClosedRange<Int>
  public var columns: ClosedRange<Int>

  public init(matrix: Int, rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    self.matrix = matrix
    self.rows = rows
    self.columns = columns
  }

  /// The smallest that hold both; `other` must be of the same matrix.
  public func union(_ other: TileMatrixLimits) -> TileMatrixLimits {
    TileMatrixLimits(
      matrix: matrix,
      rows: min(rows.lowerBound, other.rows.lowerBound)...max(rows.upperBound, other.rows.upperBound),
      columns: min(columns.lowerBound, other.columns.lowerBound)...max(columns.upperBound, other.columns.upperBound))
  }

  public func contains(_ tile: TileCoordinate) -> Bool {
    tile.matrix == matrix && rows.contains(tile.row) && columns.contains(tile.column)
  }
}

extension TileMatrixSet {
  /// The tiles in which something from `extent` (in `crs`) can be drawn, for every matrix whose zoom lies in `zooms`.
  ///
  /// A tile also draws what lies in its buffer, so the limits reach that far beyond the extent, and a rounded unit more: outside of them
  /// every tile is empty. Matrices that the extent does not touch are left out; an empty extent has no limits at all.
  public func limits(of extent: Envelope, zooms: ClosedRange<Int>) -> [TileMatrixLimits] {
    guard !extent.isEmpty else { return [] }
    let margin = Double(TilePlacement.bufferInTileUnits + 1) / Double(TilePlacement.extent)
    return matrices.indices.compactMap { index in
      let matrix = matrices[index]
      guard zooms.contains(matrix.zoom) else { return nil }
      let width = matrix.cellSize * Double(matrix.tileWidth)
      let height = matrix.cellSize * Double(matrix.tileHeight)
      guard
        let columns = Self.indices(
          from: (extent.minX - matrix.pointOfOrigin.x) / width - margin,
          to: (extent.maxX - matrix.pointOfOrigin.x) / width + margin,
          below: matrix.matrixWidth),
        let rows = Self.indices(
          from: (matrix.pointOfOrigin.y - extent.maxY) / height - margin,
          to: (matrix.pointOfOrigin.y - extent.minY) / height + margin, below: matrix.matrixHeight)
      else { return nil }
      return TileMatrixLimits(matrix: index, rows: rows, columns: columns)
    }
  }

  /// The whole numbers that an interval touches, among `0..<count`.
  private static func indices(from low: Double, to high: Double, below count: Int) -> ClosedRange<Int>? {
    guard low < Double(count), high >= 0 else { return nil }
    return Int(max(0, low.rounded(.down)))...Int(min(Double(count - 1), high.rounded(.down)))
  }
}
