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

  private static let runLength = 16

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
  }

  /// The sum of the geodesics between the vertices.
  public var length: Metres { Metres(lengths[lengths.count - 1]) }

  /// An envelope in degrees that holds everything within `distance` of the line; see ``Geodesic/envelope(around:within:)``.
  public func envelope(within distance: Metres) -> Envelope {
    vertices.reduce(Envelope.empty) { $0.union(Geodesic.envelope(around: $1, within: distance)) }
  }

  /// How far the nearest part of `geometry` is from the line, and how far along the line the nearest place is (the first one,
  /// if there are several). What the line crosses, touches or lies in is 0 m away. `nil` for an empty geometry.
  public func nearest(to geometry: Geometry) -> (distance: Metres, along: Metres)? {
    let box = geometry.envelope
    guard !box.isEmpty else { return nil }
    if geometry.contains(vertices[0]) { return (Metres(0), Metres(0)) }
    if let along = firstContact(with: geometry, box) { return (Metres(0), Metres(along)) }
    var best = Nearest()
    searchFromVertices(of: geometry, &best)
    searchFromLine(to: geometry, box, &best)
    guard best.squared < .infinity else { return nil }
    let place = GeodesicDistance.place(best.t, vertices[best.segment], vertices[best.segment + 1])
    let along = lengths[best.segment] + Geodesic.metres(vertices[best.segment], place)
    return (Metres(Geodesic.metres(place, best.place)), Metres(along))
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
  private func firstContact(with geometry: Geometry, _ box: Envelope) -> Double? {
    for run in runs.indices where runs[run].intersects(box) {
      for segment in segments(ofRun: run) {
        let (a, b) = (vertices[segment], vertices[segment + 1])
        guard Envelope(around: a).union(Envelope(around: b)).intersects(box) else { continue }
        var first = Double.infinity
        geometry.forEachEdge { c, d in first = min(first, Segments.firstContact(a, b, c, d) ?? .infinity) }
        if first <= 1 {
          return lengths[segment] + Geodesic.metres(a, GeodesicDistance.place(first, a, b))
        }
      }
    }
    return nil
  }

  // MARK: Distance

  /// From every vertex of the geometry to the line's segments.
  private func searchFromVertices(of geometry: Geometry, _ best: inout Nearest) {
    for position in geometry.coordinates {
      let plane = LocalPlane(at: position)
      let bound = GeodesicLowerBound(from: position)
      for run in runs.indices {
        // One part in ten thousand for the plane's own error.
        let metres = bound.metres(to: runs[run]) * 0.9999
        if metres * metres > best.squared { continue }
        for segment in segments(ofRun: run) {
          let found = plane.nearest(onSegmentFrom: vertices[segment], to: vertices[segment + 1], limit: best.squared)
          best.offer(found.squared, segment, found.t, position)
        }
      }
    }
    for member in geometry.members { searchFromVertices(of: member, &best) }
  }

  /// From every vertex of the line to the geometry's edges.
  private func searchFromLine(to geometry: Geometry, _ box: Envelope, _ best: inout Nearest) {
    for index in vertices.indices {
      let metres = GeodesicLowerBound(from: vertices[index]).metres(to: box) * 0.9999
      if metres * metres > best.squared { continue }
      let plane = LocalPlane(at: vertices[index])
      let (segment, t) = index == vertices.count - 1 ? (index - 1, 1.0) : (index, 0.0)
      geometry.forEachEdge { c, d in
        let found = plane.nearest(onSegmentFrom: c, to: d, limit: best.squared)
        best.offer(found.squared, segment, t, GeodesicDistance.place(found.t, c, d))
      }
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
