import CPROJ

/// Geodesics on the ellipsoid WGS 84, solved by Karney's method: about 15 nanometres exact, everywhere.
///
/// Positions are longitude and latitude in degrees (CRS84). The solver is the one in PROJ (`geodesic.h`).
/// Source: Karney 2013, doi:10.1007/s00190-012-0578-z.
public enum Geodesic {
  /// The constants of the ellipsoid: written once, then only read, from any thread.
  private struct Ellipsoid: @unchecked Sendable {
    let constants: UnsafePointer<geod_geodesic>

    init() {
      let place = UnsafeMutablePointer<geod_geodesic>.allocate(capacity: 1)
      geod_init(place, semiMajorAxis, flattening)
      constants = UnsafePointer(place)
    }
  }

  static let semiMajorAxis = 6_378_137.0
  static let flattening = 1 / 298.257223563
  private static let wgs84 = Ellipsoid()

  /// The length of the shortest way between two places. NaN for a latitude beyond ±90° or what is not finite.
  public static func distance(_ a: Coordinate, _ b: Coordinate) -> Metres {
    Metres(metres(a, b))
  }

  static func metres(_ a: Coordinate, _ b: Coordinate) -> Double {
    var length = 0.0
    geod_inverse(wgs84.constants, a.y, a.x, b.y, b.x, &length, nil, nil)
    return length
  }

  /// The direction in which the shortest way to `b` leaves `a`: degrees clockwise from north, −180…180.
  public static func azimuth(from a: Coordinate, to b: Coordinate) -> Double {
    var azimuth = 0.0
    geod_inverse(wgs84.constants, a.y, a.x, b.y, b.x, nil, &azimuth, nil)
    return azimuth
  }

  /// The place reached by going `distance` from `start` towards `azimuth` (degrees clockwise from north).
  public static func destination(from start: Coordinate, azimuth: Double, distance: Metres) -> Coordinate {
    var longitude = 0.0
    var latitude = 0.0
    geod_direct(wgs84.constants, start.y, start.x, azimuth, distance.value, &latitude, &longitude, nil)
    return Coordinate(longitude: longitude, latitude: latitude)
  }

  /// The length of a line whose vertices are joined by geodesics. Fewer than two vertices are 0 m long.
  public static func length(_ line: [Coordinate]) -> Metres {
    var sum = 0.0
    for index in line.indices.dropFirst() { sum += metres(line[index - 1], line[index]) }
    return Metres(sum)
  }

  /// An envelope in degrees that holds every place within `distance` of `centre`.
  ///
  /// Generous by less than a percent; the whole width of the globe where a pole is within reach. Across the antimeridian
  /// longitudes run on beyond ±180°.
  public static func envelope(around centre: Coordinate, within distance: Metres) -> Envelope {
    // A place at distance d is at least d / radius away in angle on the smallest sphere: see GeodesicLowerBound.
    let angle = distance.value / GeodesicLowerBound.smallestRadius
    let latitudeReach = angle * 180 / .pi
    let minY = centre.y - latitudeReach
    let maxY = centre.y + latitudeReach
    guard minY > -90, maxY < 90 else {
      return Envelope(minX: -180, minY: max(minY, -90), maxX: 180, maxY: min(maxY, 90))
    }
    let longitudeReach = GeodesicLowerBound.widestLongitude(latitude: centre.y, angle: angle)
    return Envelope(minX: centre.x - longitudeReach, minY: minY, maxX: centre.x + longitudeReach, maxY: maxY)
  }

  /// An envelope in degrees that holds every place within `distance` of a place in `box`; otherwise as around a place.
  public static func envelope(around box: Envelope, within distance: Metres) -> Envelope {
    if box.isEmpty { return .empty }
    // The reach in longitude grows towards the poles, so that the corners decide.
    let southWest = envelope(around: Coordinate(x: box.minX, y: box.minY), within: distance)
    let northEast = envelope(around: Coordinate(x: box.maxX, y: box.maxY), within: distance)
    let southEast = envelope(around: Coordinate(x: box.maxX, y: box.minY), within: distance)
    let northWest = envelope(around: Coordinate(x: box.minX, y: box.maxY), within: distance)
    return southWest.union(northEast).union(southEast.union(northWest))
  }
}
