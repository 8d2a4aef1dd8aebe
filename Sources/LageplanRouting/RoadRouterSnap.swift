public import LageplanGeometry

/// From places to the streets beside them.
extension RoadRouter {
  /// The streets of this profile that are nearest to a place, one place on each edge, nearest first; at most `count`.
  ///
  /// Where a part of an edge is closed, the nearest place of its open part serves. None within the distance: the place is not on the
  /// network. Distances are measured on the ellipsoid to about 0.02 % within a kilometre.
  public func snap(_ place: Coordinate, count: Int = 1, _ conditions: RoadSnapConditions = RoadSnapConditions()) -> [RoadSnap] {
    guard place.isFinite, abs(place.x) <= 180, abs(place.y) <= 90, count > 0, conditions.distance.value >= 0 else { return [] }
    let network = roads.network
    let plane = RoadPlane(at: place)
    let whole = conditions.distance.value * conditions.distance.value
    var found: [Found] = []
    found.reserveCapacity(count + 1)
    roads.segments.search(about: plane, within: whole) { run in
      let edge = Int(run.edge)
      // Most runs that are met beside a path of walkers end here.
      guard graph.firstUse[2 * edge] < graph.firstUse[2 * edge + 2] else {
        return found.count < count ? whole : Found.loosened(found[count - 1].squared)
      }
      var limit = found.count < count ? whole : found[count - 1].squared
      var first = plane.point(network.vertices[Int(run.firstVertex)])
      for segment in 0..<Int(run.count) {
        let vertex = Int(run.firstVertex) + segment
        let second = plane.point(network.vertices[vertex + 1])
        let share = SIMD2.zero.foot(from: first, to: second)
        let squared = (first + (second - first) * share).squaredLength
        if squared <= Found.loosened(limit) {
          let candidate = Found(
            squared: squared, edge: run.edge, segment: Int32(vertex - Int(network.firstVertex[edge])), share: share)
          if let candidate = serving(candidate, plane: plane, limit: limit, conditions) {
            keep(candidate, in: &found, count: count)
            limit = found.count < count ? whole : found[count - 1].squared
          }
        }
        first = second
      }
      return Found.loosened(limit)
    }
    return found.map { snap(place, $0, plane: plane, conditions) }
  }

  /// The street from which a way begins or ends at best: the nearest, unless it lies in a small part of the network that is cut off, such
  /// as a car park behind a private road; then the nearest that is not, if there is one within the distance.
  ///
  /// Small is a component other than the largest with less than 1,000 arcs.
  public func nearest(to place: Coordinate, _ conditions: RoadSnapConditions = RoadSnapConditions()) -> RoadSnap? {
    guard let first = snap(place, count: 1, conditions).first else { return nil }
    if first.component == 0 || conditions.leastComponent != nil { return first }
    var connected = conditions
    connected.leastComponent = 1000
    return snap(place, count: 1, connected).first ?? first
  }

  // MARK: Candidates

  private struct Found {
    var squared: Double
    var edge: Int32
    var segment: Int32
    var share: Double
    /// Along the edge, where it is known exactly: at the end of a closed part.
    var fraction: Double?
    var forward = true
    var backward = true

    /// In metres: edges that meet at the nearest place count as equally near.
    static let tie = 0.05

    /// The square of a distance that counts as equal to the one whose square this is.
    static func loosened(_ squared: Double) -> Double { squared + tie * (2 * squared.squareRoot() + tie) }

    /// The nearer goes first; of those that meet at a junction one that is travelled in both directions, since on the end of a one-way
    /// street one comes only from its other end, or leaves only for it; then the one of the lower number.
    func precedes(_ other: Found) -> Bool {
      guard max(squared, other.squared) <= Self.loosened(min(squared, other.squared)) else { return squared < other.squared }
      let isOneWay = forward != backward
      guard isOneWay == (other.forward != other.backward) else { return !isOneWay }
      return edge < other.edge
    }
  }

  /// Puts a candidate in its place by distance; only the nearest of each edge is kept.
  private func keep(_ candidate: Found, in found: inout [Found], count: Int) {
    if let same = found.firstIndex(where: { $0.edge == candidate.edge }) {
      guard candidate.squared < found[same].squared else { return }
      found.remove(at: same)
    }
    let place = found.firstIndex { candidate.precedes($0) } ?? found.count
    found.insert(candidate, at: place)
    if found.count > count { found.removeLast() }
  }

  /// The candidate with the directions that serve, moved out of a closed part; nil if it does not serve or comes to lie too far away.
  private func serving(_ found: Found, plane: RoadPlane, limit: Double, _ conditions: RoadSnapConditions) -> Found? {
    var found = found
    let edge = Int(found.edge)
    if let parts = blocked[found.edge] {
      let fraction = roads.network.fraction(along: edge, segment: Int(found.segment), share: found.share, in: plane)
      if let part = parts.first(where: { $0.contains(fraction) }) {
        guard let moved = moved(found, outOf: part, fraction: fraction, plane: plane), moved.squared <= Found.loosened(limit)
        else {
          return nil
        }
        found = moved
      }
    }
    found.forward = graph.firstUse[2 * edge] < graph.firstUse[2 * edge + 1]
    found.backward = graph.firstUse[2 * edge + 1] < graph.firstUse[2 * edge + 2]
    if conditions.bearing != nil || conditions.approach != .unrestricted { restrict(&found, plane: plane, conditions) }
    guard found.forward || found.backward else { return nil }
    if let least = conditions.leastComponent {
      let component = self.component(of: found)
      guard component == 0 || componentSizes[Int(component)] >= least else { return nil }
    }
    return found
  }

  private func moved(_ found: Found, outOf part: ClosedRange<Double>, fraction: Double, plane: RoadPlane) -> Found? {
    var ends: [Double] = []
    if part.lowerBound > 0 { ends.append(part.lowerBound) }
    if part.upperBound < 1 { ends.append(part.upperBound) }
    guard let end = ends.min(by: { abs($0 - fraction) < abs($1 - fraction) }) else { return nil }
    let (segment, position) = roads.network.place(on: Int(found.edge), at: end)
    let start = roads.network.vertexRange(of: Int(found.edge)).lowerBound + segment
    let a = plane.point(roads.network.vertices[start])
    let b = plane.point(roads.network.vertices[start + 1])
    let point = plane.point(position)
    var result = found
    result.fraction = end
    result.segment = Int32(segment)
    result.share = point.foot(from: a, to: b)
    result.squared = point.squaredLength
    return result
  }

  /// Takes away the directions that go another way than asked, or have the place on the wrong side.
  private func restrict(_ found: inout Found, plane: RoadPlane, _ conditions: RoadSnapConditions) {
    let start = Int(roads.network.firstVertex[Int(found.edge)] + found.segment)
    let a = plane.point(roads.network.vertices[start])
    let along = plane.point(roads.network.vertices[start + 1]) - a
    if let bearing = conditions.bearing {
      let forward = RoadBearing.degrees(along)
      found.forward = found.forward && RoadBearing.gap(forward, bearing.degrees) <= bearing.tolerance
      found.backward = found.backward && RoadBearing.gap(forward + 180, bearing.degrees) <= bearing.tolerance
    }
    guard conditions.approach != .unrestricted else { return }
    // The place is the origin: positive on the left of the segment.
    let side = along.x * -a.y - along.y * -a.x
    // Whoever stands on the street is on both sides of it.
    guard abs(side) > 1e-9 * max(1, along.squaredLength) else { return }
    let isRight = side < 0
    let wantsRight = (conditions.approach == .curb) != profile.drivesOnLeft
    if isRight == wantsRight { found.backward = false } else { found.forward = false }
  }

  private func component(of found: Found) -> Int32 {
    var least = Int32.max
    for direction in 0...1 where direction == 0 ? found.forward : found.backward {
      if let step = firstUse(of: found.edge, direction: direction) {
        least = min(least, graph.components[Int(graph.stepArcs[step])])
      }
    }
    return least
  }

  private func snap(_ place: Coordinate, _ found: Found, plane: RoadPlane, _ conditions: RoadSnapConditions) -> RoadSnap {
    let network = roads.network
    let edge = Int(found.edge)
    let start = Int(network.firstVertex[edge] + found.segment)
    let a = plane.point(network.vertices[start])
    let b = plane.point(network.vertices[start + 1])
    let position =
      found.share == 0
      ? network.vertices[start].coordinate
      : found.share == 1 ? network.vertices[start + 1].coordinate : plane.coordinate(a + (b - a) * found.share)
    return RoadSnap(
      place: place, position: position, distance: Metres(found.squared.squareRoot()), edge: found.edge, segment: found.segment,
      fraction: found.fraction
        ?? network.fraction(along: edge, segment: Int(found.segment), share: found.share, in: plane),
      forward: found.forward, backward: found.backward, component: component(of: found), street: network.streets[edge])
  }
}
