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

  /// What the tiles of the matrix cover, in the set's system.
  public var boundingBox: Envelope {
    Envelope(
      minX: pointOfOrigin.x, minY: pointOfOrigin.y - Double(matrixHeight) * cellSize * Double(tileHeight),
      maxX: pointOfOrigin.x + Double(matrixWidth) * cellSize * Double(tileWidth), maxY: pointOfOrigin.y)
  }

  /// The WebMercatorQuad matrix of the nearest scale: what the zoom range of a collection is measured in.
  public var zoom: Int {
    Int((TileMatrixSet.worldScaleDenominator / scaleDenominator).logarithmBase2.rounded())
  }
}

extension Double {
  /// The logarithm to base 2 from exponent and significand, precise enough to round to the nearest zoom.
  fileprivate var logarithmBase2: Double {
    // log2(s) for 1 ≤ s < 2 by the secant, whose error (0.086 at most) moves no rounding of scales that are powers of two apart.
    Double(exponent) + (significand - 1)
  }
}
