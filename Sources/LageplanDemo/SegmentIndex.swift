import LageplanGeometry

/// All street edges in square cells: which of them come near a place.
struct SegmentIndex {
  private struct Edge {
    var a: Coordinate
    var b: Coordinate
    var line: Int
  }

  /// Square cells around the market place.
  private struct Grid {
    let size = 64.0
    let half: Int

    var count: Int { (2 * half + 1) * (2 * half + 1) }

    func forEachCell(around a: Coordinate, _ b: Coordinate, margin: Double, _ body: (Int) -> Void) {
      let rows = range(min(a.y, b.y) - margin, max(a.y, b.y) + margin)
      let columns = range(min(a.x, b.x) - margin, max(a.x, b.x) + margin)
      for row in rows {
        for column in columns { body((row + half) * (2 * half + 1) + column + half) }
      }
    }

    /// Bounded by the rim, so that a place beyond it is answered by the rim's cells.
    private func range(_ low: Double, _ high: Double) -> ClosedRange<Int> {
      let bound = { (value: Double) in min(max(Int((value / size).rounded(.down)), -half), half) }
      return bound(low)...bound(high)
    }
  }

  private let grid: Grid
  private let edges: [Edge]
  /// The edges of cell `i` are `members[starts[i]..<starts[i + 1]]`.
  private let starts: [Int32]
  private let members: [Int32]

  init(_ lines: [[Coordinate]]) {
    let reach = lines.joined().reduce(0) { max($0, max(abs($1.x), abs($1.y))) }
    let grid = Grid(half: Int(reach / 64) + 2)
    var edges: [Edge] = []
    for (line, vertices) in lines.enumerated() {
      for (a, b) in zip(vertices, vertices.dropFirst()) { edges.append(Edge(a: a, b: b, line: line)) }
    }
    var starts = [Int32](repeating: 0, count: grid.count + 1)
    for edge in edges { grid.forEachCell(around: edge.a, edge.b, margin: 0) { starts[$0 + 1] += 1 } }
    for cell in 0..<grid.count { starts[cell + 1] += starts[cell] }
    var next = starts
    var members = [Int32](repeating: 0, count: Int(starts[grid.count]))
    for (index, edge) in edges.enumerated() {
      grid.forEachCell(around: edge.a, edge.b, margin: 0) { cell in
        members[Int(next[cell])] = Int32(index)
        next[cell] += 1
      }
    }
    self.grid = grid
    self.edges = edges
    self.starts = starts
    self.members = members
  }

  private func forEachEdge(around a: Coordinate, _ b: Coordinate, margin: Double, _ body: (Edge) -> Void) {
    grid.forEachCell(around: a, b, margin: margin) { cell in
      for index in starts[cell]..<starts[cell + 1] { body(edges[Int(members[Int(index)])]) }
    }
  }

  /// Any street crosses or touches the ring's border.
  func crosses(_ ring: [Coordinate]) -> Bool {
    for index in ring.indices {
      let (a, b) = (ring[index], ring[(index + 1) % ring.count])
      var isCrossed = false
      forEachEdge(around: a, b, margin: 0) { edge in
        if !isCrossed { isCrossed = Plane.intersect(a, b, edge.a, edge.b) }
      }
      if isCrossed { return true }
    }
    return false
  }

  /// Metres to the nearest street within `reach`, and its index; `nil`: none so near.
  func nearest(_ point: Coordinate, within reach: Double) -> (distance: Double, line: Int)? {
    var best: (distance: Double, line: Int)?
    forEachEdge(around: point, point, margin: reach) { edge in
      let distance = Plane.distance(point, edge.a, edge.b)
      if distance <= reach, distance < best?.distance ?? .infinity { best = (distance, edge.line) }
    }
    return best
  }
}
