import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// Which tiles of WebMercatorQuad a change touches, as ranges: one for each scale and place.
enum ChangedTiles {
  /// Pairs of scale and rectangle, `[zoom, minX, minY, maxX, maxY]`, borders included, from the smallest scale to the largest: the tiles
  /// that a feature with this envelope, in web Mercator, can show in.
  static func ranges(of envelope: Envelope, zooms: ClosedRange<Int>) -> [[Int]] {
    zooms.compactMap { zoom in
      guard TileMatrixSet.webMercatorQuad.matrices.indices.contains(zoom) else { return nil }
      let matrix = TileMatrixSet.webMercatorQuad.matrices[zoom]
      let width = matrix.cellSize * Double(matrix.tileWidth)
      let grown = envelope.expanded(by: width * TileFootprint.reach)
      // Rows count from the north.
      let columns = range(grown.minX - matrix.pointOfOrigin.x, grown.maxX - matrix.pointOfOrigin.x, width, matrix.matrixWidth)
      let rows = range(matrix.pointOfOrigin.y - grown.maxY, matrix.pointOfOrigin.y - grown.minY, width, matrix.matrixHeight)
      guard let columns, let rows else { return nil }
      return [zoom, columns.lowerBound, rows.lowerBound, columns.upperBound, rows.upperBound]
    }
  }

  /// The tiles between two distances from the origin; `nil`: none of them is there.
  private static func range(_ low: Double, _ high: Double, _ width: Double, _ count: Int) -> ClosedRange<Int>? {
    let last = Double(count - 1)
    let (first, end) = ((low / width).rounded(.down), (high / width).rounded(.down))
    guard first <= last, end >= 0 else { return nil }
    return Int(max(0, first))...Int(min(last, end))
  }
}
