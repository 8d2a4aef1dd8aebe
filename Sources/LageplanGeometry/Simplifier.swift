/// Takes away vertices that matter less than a tolerance: Ramer's and Douglas & Peucker's way, without recursion.
///
/// Every vertex taken away lies within the tolerance of the edge that replaces it, in the unit of the frame. First and last vertex stay;
/// a ring keeps at least four (closed triangle). Lines may come to cross each other or themselves: topology is not watched.
/// One simplifier is reused for many geometries, for its memory. Source: Douglas & Peucker 1973, doi:10.3138/FM57-6770-U75U-7727.
public struct Simplifier: Sendable {
  private var isKept: [Bool] = []
  private var pending: [(first: Int, last: Int)] = []

  /// A simplifier without memory yet.
  public init() {}

  /// Simplifies lines and rings in place; points stay. Heights and measures go with their vertices.
  /// A tolerance that is not positive changes nothing.
  public mutating func simplify(_ geometry: inout Geometry, tolerance: Double) {
    for index in geometry.members.indices { simplify(&geometry.members[index], tolerance: tolerance) }
    guard tolerance > 0, !geometry.partEnds.isEmpty else { return }
    mark(geometry, tolerance)
    compact(&geometry)
  }

  /// Leaves in `isKept` what stays.
  private mutating func mark(_ geometry: Geometry, _ tolerance: Double) {
    isKept.removeAll(keepingCapacity: true)
    isKept.append(contentsOf: repeatElement(false, count: geometry.coordinates.count))
    let isPolygon = !geometry.polygonEnds.isEmpty
    geometry.coordinates.withUnsafeBufferPointer { vertices in
      for index in geometry.partEnds.indices {
        let range = geometry.part(index)
        guard let first = range.first, let last = range.last else { continue }
        isKept[first] = true
        isKept[last] = true
        if isPolygon {
          markRing(vertices, first, last, tolerance * tolerance)
        } else {
          markLine(vertices, first, last, tolerance * tolerance)
        }
      }
    }
  }

  private mutating func markLine(_ vertices: UnsafeBufferPointer<Coordinate>, _ first: Int, _ last: Int, _ limit: Double) {
    pending.removeAll(keepingCapacity: true)
    pending.append((first, last))
    while let (first, last) = pending.popLast() {
      let (farthest, squared) = Self.farthest(vertices, first, last)
      guard squared > limit else { continue }
      isKept[farthest] = true
      pending.append((first, farthest))
      pending.append((farthest, last))
    }
  }

  /// A ring has no ends: the vertex farthest from the first is a second fixed one, and the one farthest from
  /// the line between these two a third, whatever the tolerance.
  private mutating func markRing(_ vertices: UnsafeBufferPointer<Coordinate>, _ first: Int, _ last: Int, _ limit: Double) {
    guard last - first > 3 else {
      for index in first...last { isKept[index] = true }
      return
    }
    var opposite = first + 1
    for index in (first + 1)..<last
    where Self.squaredDistance(vertices[index], vertices[first]) > Self.squaredDistance(vertices[opposite], vertices[first]) {
      opposite = index
    }
    isKept[opposite] = true
    let before = Self.farthest(vertices, first, opposite)
    let after = Self.farthest(vertices, opposite, last)
    isKept[before.squared >= after.squared ? before.index : after.index] = true
    markLine(vertices, first, opposite, limit)
    markLine(vertices, opposite, last, limit)
  }

  /// The vertex between `first` and `last` that is farthest from the segment between them; −1 where there is none between.
  private static func farthest(
    _ vertices: UnsafeBufferPointer<Coordinate>, _ first: Int, _ last: Int
  ) -> (index: Int, squared: Double) {
    let a = vertices[first]
    let b = vertices[last]
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length2 = dx * dx + dy * dy
    var result = (index: first, squared: -1.0)
    guard last - first > 1 else { return result }
    for index in (first + 1)..<last {
      let p = vertices[index]
      let (px, py) = (p.x - a.x, p.y - a.y)
      var squared = px * px + py * py
      if length2 > 0 {
        let along = px * dx + py * dy
        if along >= length2 {
          squared = squaredDistance(p, b)
        } else if along > 0 {
          let across = px * dy - py * dx
          squared = across * across / length2
        }
      }
      if squared > result.squared { result = (index, squared) }
    }
    return result
  }

  @inline(__always)
  private static func squaredDistance(_ a: Coordinate, _ b: Coordinate) -> Double {
    let (dx, dy) = (a.x - b.x, a.y - b.y)
    return dx * dx + dy * dy
  }

  private func compact(_ geometry: inout Geometry) {
    let (hasZ, hasM) = (geometry.hasZ, geometry.hasM)
    var kept = 0
    var vertex = 0
    for index in geometry.partEnds.indices {
      while vertex < geometry.partEnds[index] {
        if isKept[vertex] {
          geometry.coordinates[kept] = geometry.coordinates[vertex]
          if hasZ { geometry.z[kept] = geometry.z[vertex] }
          if hasM { geometry.m[kept] = geometry.m[vertex] }
          kept += 1
        }
        vertex += 1
      }
      geometry.partEnds[index] = kept
    }
    geometry.coordinates.removeLast(geometry.coordinates.count - kept)
    if hasZ { geometry.z.removeLast(geometry.z.count - kept) }
    if hasM { geometry.m.removeLast(geometry.m.count - kept) }
  }
}
