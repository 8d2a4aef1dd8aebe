/// Traces the line on which an ``IsochroneField`` has a given distance: marching squares, with the crossings of the grid's edges found by
/// linear interpolation.
///
/// Where two corners of a square that face each other are inside and the other two are not, the inside is taken to be apart, so that
/// outlines never touch: each crossing belongs to exactly one ring. Source: Maple 2003, doi:10.1109/GMAG.2003.1219671.
struct IsochroneOutline {
  private let field: IsochroneField
  private let level: Double
  private let distances: [Float]

  init(of field: IsochroneField, at level: Double) {
    self.field = field
    self.level = level
    distances = field.squares.map { $0.squareRoot() }
  }

  /// All rings, closed, with the inside on the left: shells run against the clock, holes with it.
  func rings() -> [[SIMD2<Double>]] {
    // An edge of the grid is named by the point at its west or south end, twice, plus 1 for those that run north. From each crossed edge
    // the outline leads to the next: the inside lies on its left.
    var next = [Int32](repeating: -1, count: 2 * field.columns * field.rows)
    var starts: [Int] = []
    for row in 0..<(field.rows - 1) {
      for column in 0..<(field.columns - 1) {
        link(column, row) { from, to in
          next[from] = Int32(to)
          starts.append(from)
        }
      }
    }
    var rings: [[SIMD2<Double>]] = []
    for start in starts where next[start] >= 0 {
      var ring: [SIMD2<Double>] = []
      var edge = start
      while next[edge] >= 0 {
        ring.append(crossing(edge))
        let following = Int(next[edge])
        next[edge] = -1
        edge = following
      }
      ring.append(ring[0])
      rings.append(ring)
    }
    return rings
  }

  private func isInside(_ column: Int, _ row: Int) -> Bool { Double(distances[row * field.columns + column]) < level }

  /// The pieces of outline through one square, from crossed edge to crossed edge.
  ///
  ///     3---n---2      The corners that are inside, as bits. Walking with the inside on the left, one enters by the edge
  ///     w       e      on which the inside begins, seen against the clock, and leaves by the edge on which it ends.
  ///     0---s---1
  private func link(_ column: Int, _ row: Int, _ join: (Int, Int) -> Void) {
    let inside = [
      isInside(column, row), isInside(column + 1, row), isInside(column + 1, row + 1), isInside(column, row + 1),
    ]
    guard inside.contains(true), inside.contains(false) else { return }
    let point = row * field.columns + column
    let edges = [2 * point, 2 * (point + 1) + 1, 2 * (point + field.columns), 2 * point + 1]  // s, e, n, w
    for corner in 0..<4 where !inside[corner] && inside[(corner + 1) % 4] {
      // The inside begins at the next corner: it ends on the first edge further round on which it stops.
      var last = (corner + 1) % 4
      while inside[(last + 1) % 4] { last = (last + 1) % 4 }
      join(edges[last], edges[corner])
    }
  }

  private func crossing(_ edge: Int) -> SIMD2<Double> {
    let point = edge / 2
    let (column, row) = (point % field.columns, point / field.columns)
    let isNorthward = edge % 2 == 1
    let other = isNorthward ? point + field.columns : point + 1
    let (a, b) = (Double(distances[point]), Double(distances[other]))
    // A crossing never falls on a point of the grid: there outlines could touch.
    let share = min(0.999, max(0.001, (level - a) / (b - a)))
    let start = SIMD2(Double(column), Double(row)) * field.spacing + field.origin
    return start + (isNorthward ? SIMD2(0, share * field.spacing) : SIMD2(share * field.spacing, 0))
  }
}
