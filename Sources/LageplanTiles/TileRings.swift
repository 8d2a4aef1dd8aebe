import LageplanGeometry

/// The rings of one polygon feature in whole tile units, and whether they still make valid polygons.
///
/// Rings are open and have no repeated and no straight vertices: three neighbours never lie on one line.
/// The first ring of a polygon is its shell.
struct TileRings: ~Copyable {
  private(set) var points = FlatBuffer<TilePoint>()
  private(set) var ringEnds = FlatBuffer<Int>(capacity: 16)
  private(set) var polygonEnds = FlatBuffer<Int>(capacity: 16)
  /// By edge, which bears the index of its first point: its last point.
  private var edgeEnds = FlatBuffer<Int32>()
  /// Edges by rising minimum: the minimum in the high half, the edge in the low one.
  private var sweep = FlatBuffer<UInt64>()

  mutating func removeAll() {
    points.removeAll()
    ringEnds.removeAll()
    polygonEnds.removeAll()
  }

  var isEmpty: Bool { ringEnds.count == 0 }

  /// Vertices of ring `index`.
  @inline(__always)
  func ring(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ringEnds[index &- 1])..<ringEnds[index] }

  /// Rings of polygon `index`.
  @inline(__always)
  func rings(ofPolygon index: Int) -> Range<Int> { (index == 0 ? 0 : polygonEnds[index &- 1])..<polygonEnds[index] }

  // MARK: Building

  /// Rounds an open ring; answers whether anything is left of it.
  mutating func append(ring: UnsafeBufferPointer<Coordinate>) -> Bool {
    let start = points.count
    for index in 0..<ring.count { append(quantise(ring[index]), from: start) }
    let first = tidyClosing(from: start)
    guard points.count - first >= 3 else {
      points.truncate(to: start)
      return false
    }
    if first > start { moveDown(from: first, to: start) }
    ringEnds.append(points.count)
    return true
  }

  /// Ends the polygon whose rings have been appended.
  mutating func closePolygon() { polygonEnds.append(ringEnds.count) }

  /// Appends a vertex after taking away the ones it makes superfluous: repeated, straight, and the tips of spikes.
  @inline(__always)
  private mutating func append(_ point: TilePoint, from start: Int) {
    while points.count > start {
      let last = points.last
      if last == point { return }
      guard points.count &- start >= 2, cross(points[points.count &- 2], last, point) == 0 else { break }
      points.removeLast()
    }
    points.append(point)
  }

  /// The same across the closing edge. Answers the index of the first vertex that stays.
  private mutating func tidyClosing(from start: Int) -> Int {
    var first = start
    while points.count - first >= 3 {
      let last = points.last
      if last == points[first] || cross(points[points.count - 2], last, points[first]) == 0 {
        points.removeLast()
      } else if cross(last, points[first], points[first + 1]) == 0 {
        first += 1
      } else {
        break
      }
    }
    return first
  }

  private mutating func moveDown(from first: Int, to start: Int) {
    for index in first..<points.count { points[start + index - first] = points[index] }
    points.truncate(to: points.count - (first - start))
  }

  // MARK: Measures

  /// Twice the area of a ring by the surveyor's formula; positive for a shell in MVT (section 4.3.4.4), y being downwards.
  func doubledArea(ofRing index: Int) -> Int {
    let range = ring(index)
    var sum = 0
    var previous = points[range.upperBound - 1]
    for vertex in range {
      let current = points[vertex]
      sum &+= Int(previous.x) &* Int(current.y) &- Int(current.x) &* Int(previous.y)
      previous = current
    }
    return sum
  }

  // MARK: Validity

  /// A cheap, exact test that is enough, not needed: true means valid by ISO 19125 (GEOS agrees); false means that somebody has
  /// to look closer. It asks for more than validity does: rings must not even touch, and shells must not lie in holes.
  ///
  /// Edges are swept along the axis on which they spread further; pairs that overlap there and across are tested in
  /// integers. Town data have short edges, so the pairs are few.
  mutating func areClearlyValid() -> Bool {
    if ringEnds.count == 1, points.count == 3 { return true }
    return edgesKeepApart() && holesLieInShells() && shellsKeepApart()
  }

  private mutating func edgesKeepApart() -> Bool {
    edgeEnds.removeAll()
    var low = points[0]
    var high = points[0]
    for index in 0..<ringEnds.count {
      let range = ring(index)
      for vertex in range {
        edgeEnds.append(Int32(vertex + 1 == range.upperBound ? range.lowerBound : vertex + 1))
        let point = points[vertex]
        low = TilePoint(x: min(low.x, point.x), y: min(low.y, point.y))
        high = TilePoint(x: max(high.x, point.x), y: max(high.y, point.y))
      }
    }
    let alongX = high.x - low.x >= high.y - low.y
    sweep.removeAll()
    for edge in 0..<points.count {
      let a = points[edge]
      let b = points[Int(edgeEnds[edge])]
      let minimum = alongX ? min(a.x, b.x) - low.x : min(a.y, b.y) - low.y
      sweep.append(UInt64(truncatingIfNeeded: minimum) << 32 | UInt64(truncatingIfNeeded: edge))
    }
    var order = UnsafeMutableBufferPointer(start: sweep.base, count: sweep.count)
    order.sort()
    for position in 0..<sweep.count {
      let edge = Int(sweep[position] & 0xFFFF_FFFF)
      let a = points[edge]
      let b = points[Int(edgeEnds[edge])]
      let maximum = UInt64(truncatingIfNeeded: alongX ? max(a.x, b.x) - low.x : max(a.y, b.y) - low.y)
      var next = position + 1
      while next < sweep.count, sweep[next] >> 32 <= maximum {
        let other = Int(sweep[next] & 0xFFFF_FFFF)
        next += 1
        // Neighbours share a vertex and nothing else, since no three vertices in a row lie on one line.
        if Int(edgeEnds[edge]) == other || Int(edgeEnds[other]) == edge { continue }
        if meet(a, b, points[other], points[Int(edgeEnds[other])]) { return false }
      }
    }
    return true
  }

  /// Only to be asked when no two rings touch: then one vertex tells where a whole ring lies.
  private func holesLieInShells() -> Bool {
    for polygon in 0..<polygonEnds.count {
      let rings = rings(ofPolygon: polygon)
      for hole in rings.dropFirst() {
        let vertex = points[ring(hole).lowerBound]
        guard contains(rings.lowerBound, vertex) else { return false }
        for other in rings.dropFirst() where other != hole && contains(other, vertex) { return false }
      }
    }
    return true
  }

  private func shellsKeepApart() -> Bool {
    for polygon in 0..<polygonEnds.count {
      let vertex = points[ring(rings(ofPolygon: polygon).lowerBound).lowerBound]
      for other in 0..<polygonEnds.count where other != polygon && contains(rings(ofPolygon: other).lowerBound, vertex) {
        return false
      }
    }
    return true
  }

  /// Whether a vertex that is not on the ring lies inside: crossings of a ray to the right are odd.
  private func contains(_ ringIndex: Int, _ vertex: TilePoint) -> Bool {
    let range = ring(ringIndex)
    var inside = false
    var a = points[range.upperBound - 1]
    for index in range {
      let b = points[index]
      if (a.y > vertex.y) != (b.y > vertex.y) {
        let side = cross(a, b, vertex)
        if (b.y > a.y) == (side > 0) { inside.toggle() }
      }
      a = b
    }
    return inside
  }
}

/// Twice the signed area of the triangle a, b, c; 0 where they lie on one line.
@inline(__always)
private func cross(_ a: TilePoint, _ b: TilePoint, _ c: TilePoint) -> Int {
  (Int(b.x) &- Int(a.x)) &* (Int(c.y) &- Int(a.y)) &- (Int(b.y) &- Int(a.y)) &* (Int(c.x) &- Int(a.x))
}

/// Whether two segments have a point in common, ends included: their boxes meet, and each has its ends on both sides of
/// the other's line or on it. Exact.
@inline(__always)
private func meet(_ a: TilePoint, _ b: TilePoint, _ c: TilePoint, _ d: TilePoint) -> Bool {
  if max(a.x, b.x) < min(c.x, d.x) || max(c.x, d.x) < min(a.x, b.x) { return false }
  if max(a.y, b.y) < min(c.y, d.y) || max(c.y, d.y) < min(a.y, b.y) { return false }
  let abc = cross(a, b, c)
  let abd = cross(a, b, d)
  if (abc > 0 && abd > 0) || (abc < 0 && abd < 0) { return false }
  let cda = cross(c, d, a)
  let cdb = cross(c, d, b)
  return !((cda > 0 && cdb > 0) || (cda < 0 && cdb < 0))
}
