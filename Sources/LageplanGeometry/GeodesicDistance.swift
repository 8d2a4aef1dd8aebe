/// Distances on the ellipsoid from one place to geometries, all in CRS84 (degrees of WGS 84).
///
/// Edges are straight in longitude and latitude, as GeoJSON defines them (RFC 7946, section 3.1.1). A place inside a polygon
/// or on its border is 0 m away; inside a hole it is not inside. The distance given is the true geodesic to a point of the
/// geometry that is nearest to within 0.1 % (measured: 0.01 % up to 50 km, for edges up to 100 km, latitudes up to ±80°);
/// farther off the choice of the point coarsens slowly, its distance stays true.
public struct GeodesicDistance: Sendable {
  /// Where distances are taken from, in degrees.
  public let origin: Coordinate
  private let plane: LocalPlane

  /// Distances from `origin`, longitude and latitude in degrees.
  public init(from origin: Coordinate) {
    self.origin = origin
    plane = LocalPlane(at: origin)
  }

  /// To the nearest part of `geometry`; `nil` for an empty one.
  public func distance(to geometry: Geometry) -> Metres? {
    nearest(in: geometry)?.distance
  }

  /// To a place; the same number as to a point there.
  public func distance(to place: Coordinate) -> Metres {
    plane.position(of: place).squaredLength == 0 ? Metres(0) : Metres(Geodesic.metres(origin, place))
  }

  /// The nearest place of `geometry` (the origin itself when inside) and how far it is; `nil` for an empty geometry.
  public func nearest(in geometry: Geometry) -> (place: Coordinate, distance: Metres)? {
    var best = Nearest()
    search(geometry, &best)
    guard best.squared < .infinity else { return nil }
    if best.squared == 0 { return (best.place, Metres(0)) }
    return (best.place, Metres(Geodesic.metres(origin, best.place)))
  }

  private struct Nearest {
    var squared = Double.infinity
    var place = Coordinate(x: 0, y: 0)
  }

  private func search(_ geometry: Geometry, _ best: inout Nearest) {
    switch geometry.kind {
    case .point, .multiPoint:
      for position in geometry.coordinates { offer(position, &best) }
    case .lineString, .multiLineString:
      for part in geometry.partEnds.indices { searchLine(geometry, geometry.part(part), &best) }
    case .polygon, .multiPolygon:
      if geometry.contains(origin) {
        best = Nearest(squared: 0, place: origin)
        return
      }
      for ring in geometry.partEnds.indices { searchLine(geometry, geometry.part(ring), &best) }
    case .geometryCollection:
      for member in geometry.members where best.squared > 0 { search(member, &best) }
    }
  }

  private func offer(_ position: Coordinate, _ best: inout Nearest) {
    let squared = plane.position(of: position).squaredLength
    if squared < best.squared { best = Nearest(squared: squared, place: position) }
  }

  private func searchLine(_ geometry: Geometry, _ range: Range<Int>, _ best: inout Nearest) {
    geometry.coordinates.withUnsafeBufferPointer { vertices in
      guard let first = range.first else { return }
      if range.count == 1 { offer(vertices[first], &best) }
      for index in range.dropFirst() {
        let found = plane.nearest(onSegmentFrom: vertices[index - 1], to: vertices[index], limit: best.squared)
        if found.squared < best.squared {
          best = Nearest(squared: found.squared, place: Self.place(found.t, vertices[index - 1], vertices[index]))
        }
      }
    }
  }

  static func place(_ t: Double, _ a: Coordinate, _ b: Coordinate) -> Coordinate {
    // Written so that t = 1 gives b exactly.
    Coordinate(x: a.x * (1 - t) + b.x * t, y: a.y * (1 - t) + b.y * t)
  }
}
