/// Distances to the nearest of some lines, on a square grid in a plane: the ground from which the outline of a reach is drawn.
struct IsochroneField {
  /// Metres between neighbours.
  let spacing: Double
  /// The position of the first point of the grid, in metres.
  let origin: SIMD2<Double>
  let columns: Int
  let rows: Int
  /// Row by row, from south to north: squared metres, cut off at the square of the reach.
  private(set) var squares: [Float]
  private let reach: Double

  /// A grid about everything within `reach` of the corners `low` to `high`, all of it at a distance of at least `reach` yet.
  init(from low: SIMD2<Double>, to high: SIMD2<Double>, spacing: Double, reach: Double) {
    self.spacing = spacing
    self.reach = reach
    // Two lines of points stay outside, so that every outline is closed.
    let margin = reach + 2 * spacing
    origin = low - margin
    columns = Int(((high.x - low.x + 2 * margin) / spacing).rounded(.up)) + 1
    rows = Int(((high.y - low.y + 2 * margin) / spacing).rounded(.up)) + 1
    squares = [Float](repeating: Float(reach * reach), count: columns * rows)
  }

  /// Draws the segment from `a` to `b`.
  mutating func add(_ a: SIMD2<Double>, _ b: SIMD2<Double>) {
    let (first, last) = (a - origin, b - origin)
    let row0 = Int((min(first.y, last.y) - reach) / spacing)
    let row1 = min(rows - 1, Int((max(first.y, last.y) + reach) / spacing))
    let column0 = Int((min(first.x, last.x) - reach) / spacing)
    let column1 = min(columns - 1, Int((max(first.x, last.x) + reach) / spacing))
    guard row0 <= row1, column0 <= column1 else { return }
    let along = last - first
    let inverse = along.squaredLength > 0 ? 1 / along.squaredLength : 0
    squares.withUnsafeMutableBufferPointer { squares in
      for row in max(0, row0)...row1 {
        for column in max(0, column0)...column1 {
          let gap = SIMD2(Double(column), Double(row)) * spacing - first
          let share = min(1, max(0, gap.dot(along) * inverse))
          let square = Float((gap - along * share).squaredLength)
          if square < squares[row * columns + column] { squares[row * columns + column] = square }
        }
      }
    }
  }
}
