import LageplanGeometry

/// The number of a tile in a PMTiles archive: all tiles of the zooms below it, then its place on the Hilbert curve of its zoom.
///
/// The four tiles below tile `n` of a curve are `4n` to `4n + 3` of the next zoom's: whoever walks down in order stays in order.
/// Source: PMTiles 3, section "Entries".
public enum PMTilesId {
  /// Ids of higher zooms do not fit 64 bits.
  public static let highestZoom = 31

  /// The id of the first tile of a zoom, 0 to 32: (4ᶻ − 1) / 3.
  public static func first(ofZoom zoom: Int) -> UInt64 {
    zoom >= 32 ? UInt64.max / 3 : ((1 &<< UInt64(2 * zoom)) &- 1) / 3
  }

  /// Throws `PMTilesError.zoomOutOfRange`. Row and column must lie in the matrix of WebMercatorQuad.
  public static func id(of tile: TileCoordinate) throws(PMTilesError) -> UInt64 {
    guard (0...highestZoom).contains(tile.matrix) else { throw .zoomOutOfRange(tile.matrix) }
    let place = HilbertCurve.index(
      x: UInt32(truncatingIfNeeded: tile.column), y: UInt32(truncatingIfNeeded: tile.row), order: tile.matrix)
    return first(ofZoom: tile.matrix) + place
  }

  /// The tile of an id; `nil` for ids beyond the highest zoom.
  public static func tile(of id: UInt64) -> TileCoordinate? {
    guard id < first(ofZoom: highestZoom + 1) else { return nil }
    // 3 · id + 1 lies in [4ᶻ, 4ᶻ⁺¹); it fits, since the id is below a third of 2⁶⁴.
    let zoom = (63 - (3 * id + 1).leadingZeroBitCount) / 2
    let cell = HilbertCurve.cell(at: id - first(ofZoom: zoom), order: zoom)
    return TileCoordinate(matrix: zoom, row: Int(cell.y), column: Int(cell.x))
  }
}
