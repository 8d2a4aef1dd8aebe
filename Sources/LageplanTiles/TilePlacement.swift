import LageplanGeometry

/// Where a tile lies: the way from its system's coordinates to tile units.
///
/// Tile units count from the tile's top left corner, x to the right, y downwards; `extent` of them make its width.
/// Drawn is the tile with `buffer` units around it, so that lines and symbols meet across the edge.
struct TilePlacement {
  static let extent: Int32 = 4096
  static let bufferInTileUnits: Int32 = 64

  /// In the system of the tile matrix set.
  let tile: Envelope
  private let unitsPerX: Double
  private let unitsPerY: Double

  init(_ tile: Envelope) {
    self.tile = tile
    unitsPerX = Double(Self.extent) / tile.width
    unitsPerY = Double(Self.extent) / tile.height
  }

  /// The tile grown by its buffer, in the system of the tile matrix set.
  var buffered: Envelope {
    let share = Double(Self.bufferInTileUnits) / Double(Self.extent)
    return Envelope(
      minX: tile.minX - share * tile.width, minY: tile.minY - share * tile.height, maxX: tile.maxX + share * tile.width,
      maxY: tile.maxY + share * tile.height)
  }

  /// The same in tile units: what geometry is clipped to.
  static let window = Envelope(
    minX: -Double(bufferInTileUnits), minY: -Double(bufferInTileUnits), maxX: Double(extent + bufferInTileUnits),
    maxY: Double(extent + bufferInTileUnits))

  @inline(__always)
  func place(_ position: Coordinate) -> Coordinate {
    Coordinate(x: (position.x - tile.minX) * unitsPerX, y: (tile.maxY - position.y) * unitsPerY)
  }
}

/// The nearest whole tile unit; halves go up. `position` must lie near the tile.
@inline(__always)
func quantise(_ position: Coordinate) -> TilePoint {
  TilePoint(
    x: Int32(truncatingIfNeeded: Int((position.x + 0.5).rounded(.down))),
    y: Int32(truncatingIfNeeded: Int((position.y + 0.5).rounded(.down))))
}
