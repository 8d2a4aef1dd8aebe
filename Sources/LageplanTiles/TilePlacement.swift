import LageplanGeometry

/// Where a tile lies: the way from its system's coordinates to tile units.
///
/// Tile units count from the tile's top left corner, x to the right, y downwards; `extent` of them make its width.
/// Drawn is the tile with `buffer` units around it, so that lines and symbols meet across the edge.
///
/// Positions are first told in units from the corner of the whole grid, then moved by whole tiles: neighbouring tiles round
/// a position to the same unit, and halving the scale halves a position exactly.
struct TilePlacement {
  static let extent: Int32 = 4096
  static let bufferInTileUnits: Int32 = 64

  /// In the system of the tile matrix set.
  let tile: Envelope
  private let origin: Coordinate
  private let unitsPerX: Double
  /// Units per coordinate, y upwards.
  private let unitsPerY: Double
  private let firstX: Double
  private let firstY: Double

  /// Throws `TileError` for a tile that is not in the set.
  init(_ tile: TileCoordinate, of set: TileMatrixSet) throws(TileError) {
    let matrix = try set.matrix(of: tile)
    self.tile = try set.envelope(of: tile)
    origin = matrix.pointOfOrigin
    unitsPerX = Double(Self.extent) / (matrix.cellSize * Double(matrix.tileWidth))
    unitsPerY = Double(Self.extent) / (matrix.cellSize * Double(matrix.tileHeight))
    firstX = Double(tile.column) * Double(Self.extent)
    firstY = Double(tile.row) * Double(Self.extent)
  }

  /// The tile grown by its buffer, in the system of the tile matrix set; and by a unit more, since the exact test of a position
  /// is in tile units and may not be forestalled by rounding.
  var buffered: Envelope {
    let share = Double(Self.bufferInTileUnits + 1) / Double(Self.extent)
    return Envelope(
      minX: tile.minX - share * tile.width, minY: tile.minY - share * tile.height, maxX: tile.maxX + share * tile.width,
      maxY: tile.maxY + share * tile.height)
  }

  /// The tile with its buffer, in tile units: what geometry is clipped to.
  static let window = Envelope(
    minX: -Double(bufferInTileUnits), minY: -Double(bufferInTileUnits), maxX: Double(extent + bufferInTileUnits),
    maxY: Double(extent + bufferInTileUnits))

  @inline(__always)
  func place(_ position: Coordinate) -> Coordinate {
    Coordinate(
      x: (position.x - origin.x) * unitsPerX - firstX, y: (origin.y - position.y) * unitsPerY - firstY)
  }

  /// A length in the system of the tile matrix set, in tile units; where the axes differ, along x.
  @inline(__always)
  func units(ofLength length: Double) -> Double { length * unitsPerX }

  /// An area in the system of the tile matrix set, in square tile units.
  @inline(__always)
  func units(ofArea area: Double) -> Double { area * unitsPerX * unitsPerY }
}

/// The nearest whole tile unit; halves go up. `position` must lie near the tile.
@inline(__always)
func quantise(_ position: Coordinate) -> TilePoint {
  TilePoint(
    x: Int32(truncatingIfNeeded: Int((position.x + 0.5).rounded(.down))),
    y: Int32(truncatingIfNeeded: Int((position.y + 0.5).rounded(.down))))
}
