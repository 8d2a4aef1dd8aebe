/// A line on the globe (CRS84) along which things are found: how far from it, and how far from its start.
///
/// Edges are straight in longitude and latitude, lengths are geodesics on WGS 84; the exactness is that of ``GeodesicDistance``.
public struct GeodesicLine: Sendable {
  /// Longitude and latitude in degrees.
  public let vertices: [Coordinate]
  /// Metres from the start to each vertex.
  private let lengths: [Double]
  /// An envelope for every run of ``runLength`` segments: most runs are told to be too far by it.
  private let runs: [Envelope]
  /// Over ``runs``: a line may have a hundred thousand vertices, and be asked about as many geometries.
  private let tree: PackedRTree

  private static let runLength = 16
  /// Up to here the local plane errs by less than a percent; beyond, a search is not narrowed by its limit.
  private static let widestSeed = 100_000.0

  /// `nil` without at least two vertices.
  public init?(_ vertices: [Coordinate]) {
    guard vertices.count >= 2 else { return nil }
    self.vertices = vertices
    var lengths = [0.0]
    lengths.reserveCapacity(vertices.count)
    for index in 1..<vertices.count {
      lengths.append(lengths[index - 1] + Geodesic.metres(vertices[index - 1], vertices[index]))
    }
    self.lengths = lengths
    runs = stride(from: 0, to: vertices.count - 1, by: Self.runLength).map { first in
      var box = Envelope.empty
      for index in first...min(first + Self.runLength, vertices.count - 1) { box.formUnion(vertices[index]) }
      return box
    }
    tree = PackedRTree(runs)
  }

  /// The sum of the geodesics between the vertices.
  public var length: Metres { Metres(lengths[lengths.count - 1]) }

  /// An envelope in degrees that holds everything within `distance` of the line; see `Geodesic.envelope(around:within:)`.
  public func envelope(within distance: Metres) -> Envelope {
    vertices.reduce(Envelope.empty) { $0.union(Geodesic.envelope(around: $1, within: distance)) }
  }

  /// Envelopes in degrees that hold together everything within `distance` of the line, one for every few segments: much less than
  /// ``envelope(within:)`` where the line winds.
  public func envelopes(within distance: Metres) -> [Envelope] {
    runs.map { Geodesic.envelope(around: $0, within: distance) }
  }

  /// How far the nearest part of `geometry` is from the line, and how far along the line the nearest place is (the first one,
  /// if there are several). What the line crosses, touches or lies in is 0 m away. `nil` for an empty geometry, and for one
  /// farther away than `limit`, which is found out sooner than how far it is.
  public func nearest(to geometry: Geometry, within limit: Metres? = nil) -> (distance: Metres, along: Metres)? {
    let box = geometry.envelope
    guard !box.isEmpty else { return nil }
    if geometry.contains(vertices[0]) { return (Metres(0), Metres(0)) }
    if let along = firstContact(with: geometry) { return (Metres(0), Metres(along)) }
    var best = Nearest()
    if let limit, limit.value < Self.widestSeed {
      // A percent more than asked for: the plane errs by less, and the true distance decides below.
      let seed = limit.value * 1.01 + 0.01
      best.squared = seed * seed
    }
    let seed = best.squared
    searchFromVertices(of: geometry, &best)
    searchFromLine(to: geometry, &best)
    guard best.squared < seed else { return nil }
    let place = GeodesicDistance.place(best.t, vertices[best.segment], vertices[best.segment + 1])
    let along = lengths[best.segment] + Geodesic.metres(vertices[best.segment], place)
    let distance = Metres(Geodesic.metres(place, best.place))
    if let limit, distance.value > limit.value { return nil }
    return (distance, Metres(along))
  }

  private struct Nearest {
    var squared = Double.infinity
    /// On the line: between vertices `segment` and `segment + 1`.
    var segment = 0
    var t = 0.0
    /// On the geometry.
    var place = Coordinate(x: 0, y: 0)

    mutating func offer(_ squared: Double, _ segment: Int, _ t: Double, _ place: Coordinate) {
      guard squared < self.squared || squared == self.squared && (segment, t) < (self.segment, self.t) else { return }
      self = Nearest(squared: squared, segment: segment, t: t, place: place)
    }
  }

  private func segments(ofRun run: Int) -> Range<Int> {
    (run * Self.runLength)..<min((run + 1) * Self.runLength, vertices.count - 1)
  }

  // MARK: Contact

  /// Metres to the first place where the line meets an edge or a point of `geometry`.
  private func firstContact(with geometry: Geometry) -> Double? {
    var first = (segment: Int.max, t: Double.infinity)
    var found: [Int] = []
    geometry.forEachEdge { c, d in
      let edge = Envelope(around: c).union(Envelope(around: d))
      found.removeAll(keepingCapacity: true)
      tree.search(edge, appendingTo: &found)
      for run in found {
        for segment in segments(ofRun: run) where segment <= first.segment {
          let (a, b) = (vertices[segment], vertices[segment + 1])
          guard Envelope(around: a).union(Envelope(around: b)).intersects(edge) else { continue }
          if let t = Segments.firstContact(a, b, c, d), t <= 1, (segment, t) < first { first = (segment, t) }
        }
      }
    }
    guard first.segment < .max else { return nil }
    let (a, b) = (vertices[first.segment], vertices[first.segment + 1])
    return lengths[first.segment] + Geodesic.metres(a, GeodesicDistance.place(first.t, a, b))
  }

  // MARK: Distance

  /// From every vertex of the geometry to the line's segments, the nearest run first.
  private func searchFromVertices(of geometry: Geometry, _ best: inout Nearest) {
    for position in geometry.coordinates {
      let plane = LocalPlane(at: position)
      for (run, bound) in tree.nearest(to: GeodesicLowerBound(from: position)) {
        // One part in ten thousand for the plane's own error.
        let metres = bound * 0.9999
        if metres * metres > best.squared { break }
        for segment in segments(ofRun: run) {
          let found = plane.nearest(onSegmentFrom: vertices[segment], to: vertices[segment + 1], limit: best.squared)
          best.offer(found.squared, segment, found.t, position)
        }
      }
    }
    for member in geometry.members { searchFromVertices(of: member, &best) }
  }

  /// From the line's vertices to the geometry's edges: to each only from the runs that come nearer to it than the best.
  private func searchFromLine(to geometry: Geometry, _ best: inout Nearest) {
    var found: [Int] = []
    geometry.forEachEdge { c, d in
      // Between points all has been said by the search from the geometry's vertices.
      if c == d { return }
      let edge = Envelope(around: c).union(Envelope(around: d))
      found.removeAll(keepingCapacity: true)
      search(around: edge, within: best.squared.squareRoot() / 0.9999, appendingTo: &found)
      for run in found {
        let own = segments(ofRun: run)
        for index in own.lowerBound...own.upperBound {
          let metres = GeodesicLowerBound(from: vertices[index]).metres(to: edge) * 0.9999
          if metres * metres > best.squared { continue }
          let (segment, t) = index == own.upperBound ? (index - 1, 1.0) : (index, 0.0)
          let nearest = LocalPlane(at: vertices[index]).nearest(onSegmentFrom: c, to: d, limit: best.squared)
          best.offer(nearest.squared, segment, t, GeodesicDistance.place(nearest.t, c, d))
        }
      }
    }
  }

  /// The runs whose envelope comes within `metres` of `box`; all where that is without bound.
  private func search(around box: Envelope, within metres: Double, appendingTo result: inout [Int]) {
    guard metres < Self.widestSeed else {
      result.append(contentsOf: runs.indices)
      return
    }
    let near = Geodesic.envelope(around: box, within: Metres(metres))
    // The same meridian has several longitudes.
    for turn in [-360.0, 0, 360] {
      let turned = Envelope(minX: near.minX + turn, minY: near.minY, maxX: near.maxX + turn, maxY: near.maxY)
      tree.search(turned, appendingTo: &result)
    }
  }
}

extension Geometry {
  /// Every edge of lines and rings, and every point as an edge of no length.
  @inline(__always)
  func forEachEdge(_ body: (Coordinate, Coordinate) -> Void) {
    coordinates.withUnsafeBufferPointer { vertices in
      if partEnds.isEmpty {
        for position in vertices { body(position, position) }
      }
      for index in partEnds.indices {
        let range = part(index)
        if range.count == 1 { body(vertices[range.lowerBound], vertices[range.lowerBound]) }
        for vertex in range.dropFirst() { body(vertices[vertex - 1], vertices[vertex]) }
      }
    }
    for member in members { member.forEachMemberEdge(body) }
  }

  /// The recursion, apart so that the loop above can be inlined.
  private func forEachMemberEdge(_ body: (Coordinate, Coordinate) -> Void) { forEachEdge(body) }
}
