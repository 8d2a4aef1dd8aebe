import LageplanGeometry

/// Rings out of the ways of a multipolygon (OSM wiki, "Relation:multipolygon/Algorithm"): ways are joined where they share an end, whichever way they
/// were drawn. Roles are not asked: which ring lies in which, the geometry itself tells.
struct OsmRings {
  /// Lists of nodes, first and last the same.
  private(set) var closed: [[Int64]] = []
  /// Chains that do not come back to where they begin.
  private(set) var openCount = 0

  init(of ways: [[Int64]]) {
    let ways = ways.filter { $0.count > 1 }
    var ends: [Int64: [Int]] = [:]
    for (index, way) in ways.enumerated() where way.first != way.last {
      for node in [way.first, way.last].compactMap({ $0 }) { ends[node, default: []].append(index) }
    }
    var isUsed = [Bool](repeating: false, count: ways.count)
    for start in ways.indices where !isUsed[start] {
      isUsed[start] = true
      var ring = ways[start]
      while ring.first != ring.last, let last = ring.last, let next = ends[last]?.first(where: { !isUsed[$0] }) {
        isUsed[next] = true
        ring += ways[next].first == last ? ways[next].dropFirst() : ways[next].reversed().dropFirst()
      }
      if ring.first == ring.last, ring.count > 3 { closed.append(ring) } else { openCount += 1 }
    }
  }

  /// The area that the rings bound: a ring within an odd number of others is a hole of the innermost of those. Valid, or `nil` where nothing remains.
  static func area(of rings: [[Coordinate]]) -> Geometry? {
    guard !rings.isEmpty else { return nil }
    let places = rings.map(inside(of:))
    let sizes = rings.map(size(of:))
    // Rings do not cross: one lies in another where it is smaller and a place within it lies there.
    func isWithin(_ inner: Int, _ outer: Int) -> Bool {
      guard sizes[inner] < sizes[outer], let place = places[inner] else { return false }
      return crossings(of: rings[outer], at: place.y).count { $0 < place.x } % 2 == 1
    }
    let around = rings.indices.map { inner in rings.indices.filter { isWithin(inner, $0) } }
    var polygons: [[[Coordinate]]] = []
    for shell in rings.indices where around[shell].count.isMultiple(of: 2) && places[shell] != nil {
      let holes = rings.indices.filter { around[$0].count == around[shell].count + 1 && around[$0].contains(shell) }
      polygons.append([rings[shell]] + holes.map { rings[$0] })
    }
    guard let first = polygons.first else { return nil }
    return OsmShapes.repaired(polygons.count == 1 ? .polygon(first) : .multiPolygon(polygons))
  }

  /// The area of a ring in square degrees, by the shoelace formula from its first vertex.
  private static func size(of ring: [Coordinate]) -> Double {
    guard let origin = ring.first else { return 0 }
    return abs(
      zip(ring, ring.dropFirst()).reduce(0) { sum, side in
        sum + (side.0.x - origin.x) * (side.1.y - origin.y) - (side.1.x - origin.x) * (side.0.y - origin.y)
      }) / 2
  }

  /// Where a ring crosses a horizontal line. An edge owns its lower end only, so that a vertex on the line counts once.
  private static func crossings(of ring: [Coordinate], at y: Double) -> [Double] {
    zip(ring, ring.dropFirst()).compactMap { a, b in
      (a.y <= y) != (b.y <= y) ? a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y) : nil
    }
  }

  /// A place within a ring: the middle of its widest piece on a line between two of its vertices' heights. `nil`: it bounds nothing.
  private static func inside(of ring: [Coordinate]) -> Coordinate? {
    let heights = Set(ring.map(\.y)).sorted()
    guard heights.count > 1 else { return nil }
    let y = (heights[heights.count / 2 - 1] + heights[heights.count / 2]) / 2
    let crossings = crossings(of: ring, at: y).sorted()
    var widest = (width: 0.0, x: 0.0)
    for index in stride(from: 1, to: crossings.count, by: 2) where crossings[index] - crossings[index - 1] > widest.width {
      widest = (crossings[index] - crossings[index - 1], (crossings[index] + crossings[index - 1]) / 2)
    }
    return widest.width > 0 ? Coordinate(x: widest.x, y: y) : nil
  }
}
