import LageplanGeometry

/// The shapes that stand for the cells of a thinned layer.
extension ShapeEncoder {
  /// Writes the shape of a cell's representative, which is `shape` where it has one: a point stays where it is, a line is drawn
  /// as it is, a polygon that stands for several is a square of the area of all. `nil` where its anchor lies outside of the
  /// tile and its buffer.
  mutating func encode(
    _ cell: ThinningGrid.Cell, _ shape: LentShape?, _ placement: TilePlacement,
    in grid: borrowing ThinningGrid, into commands: inout CommandWriter
  ) -> MvtGeometryType? {
    let anchor = Coordinate(x: cell.x, y: cell.y)
    guard TilePlacement.window.contains(anchor) else { return nil }
    switch ThinningGrid.Kind(rawValue: cell.kind) {
    case .line:
      if let shape, let type = try? encode(shape, placement, tolerance: grid.tolerance, into: &commands) { return type }
      put(tickAt: quantise(anchor), into: &commands)
      return .lineString
    case .polygon:
      if cell.count == 1, let shape, let type = try? encode(shape, placement, tolerance: grid.tolerance, into: &commands) {
        return type
      }
      put(squareAround: anchor, area: cell.area, margin: grid.margin, into: &commands)
      return .polygon
    case .point, nil:
      commands.begin()
      put(point: quantise(anchor), into: &commands)
      return .point
    }
  }

  /// Writes the point in the middle of a cluster's members; false where it lies outside of the tile and its buffer.
  mutating func encode(middleOf cell: ThinningGrid.Cell, into commands: inout CommandWriter) -> Bool {
    let count = Int64(cell.count)
    // Rounded down, so that the middle never leaves the cell.
    func mean(_ sum: Int64) -> Int32 {
      Int32(truncatingIfNeeded: sum >= 0 ? sum / count : -((-sum + count - 1) / count))
    }
    let point = TilePoint(x: mean(cell.sumX), y: mean(cell.sumY))
    guard TilePlacement.window.contains(Coordinate(x: Double(point.x), y: Double(point.y))) else { return false }
    commands.begin()
    put(point: point, into: &commands)
    return true
  }

  private mutating func put(point: TilePoint, into commands: inout CommandWriter) {
    withUnsafePointer(to: point) { commands.put(points: UnsafeBufferPointer(start: $0, count: 1)) }
  }

  /// A line too short for two vertices: one unit long.
  private mutating func put(tickAt point: TilePoint, into commands: inout CommandWriter) {
    commands.begin()
    let line = (point, TilePoint(x: point.x + 1, y: point.y))
    withUnsafeTemporaryAllocation(of: TilePoint.self, capacity: 2) { room in
      room[0] = line.0
      room[1] = line.1
      commands.put(line: UnsafeBufferPointer(room))
    }
  }

  /// At least one unit wide; moved where it would reach beyond `margin` units around the tile, so that nothing of it is cut off.
  private mutating func put(
    squareAround anchor: Coordinate, area: Double, margin: Int32, into commands: inout CommandWriter
  ) {
    commands.begin()
    let low = -margin
    let high = TilePlacement.extent + margin
    let side = Int32(min(max(1, area.squareRoot().rounded()), Double(high - low)))
    let half = Double(side) / 2
    let corner = quantise(Coordinate(x: anchor.x - half, y: anchor.y - half))
    let x = min(max(corner.x, low), high - side)
    let y = min(max(corner.y, low), high - side)
    withUnsafeTemporaryAllocation(of: TilePoint.self, capacity: 4) { room in
      room[0] = TilePoint(x: x, y: y)
      room[1] = TilePoint(x: x + side, y: y)
      room[2] = TilePoint(x: x + side, y: y + side)
      room[3] = TilePoint(x: x, y: y + side)
      commands.put(ring: UnsafeBufferPointer(room), reversed: false)
    }
  }
}
