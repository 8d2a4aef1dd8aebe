#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The spherical Mercator projection of web maps (EPSG:3857, method 1024): degrees of WGS 84 to metres on a sphere of 6,378,137 m.
struct WebMercator {
  static let radius = 6_378_137.0
  /// The latitude at which the world is a square: tile matrix sets end here (OGC 17-083r4, annex D.1).
  static let latitudeLimit = 85.05112877980659

  /// `nil` at the poles, beyond them, and for what is not finite.
  static func forward(_ place: Coordinate) -> Coordinate? {
    guard abs(place.y) < 90, place.x.isFinite else { return nil }
    return Coordinate(x: place.x * (.pi / 180) * radius, y: asinh(tan(place.y * (.pi / 180))) * radius)
  }

  /// `nil` for what is not finite.
  static func inverse(_ position: Coordinate) -> Coordinate? {
    guard position.isFinite else { return nil }
    return Coordinate(x: position.x / radius * (180 / .pi), y: atan(sinh(position.y / radius)) * (180 / .pi))
  }
}
