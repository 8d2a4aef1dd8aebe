#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A distance that nothing inside an envelope undercuts: what prunes a search for the nearest.
///
/// The bound is exact in this sense: both radii of curvature of WGS 84 are at least a(1−e²) = 6,335,439 m, so every way on the
/// ellipsoid is at least as long as the same way, by longitude and latitude, on a sphere of that radius, and on the sphere the
/// distance to a rectangle of meridians and parallels is known in closed form. It is at most 1 % short of the truth.
public struct GeodesicLowerBound: Sendable {
  /// The radius of curvature of the meridian at the equator, the smallest there is.
  static let smallestRadius = Geodesic.semiMajorAxis * (1 - Geodesic.flattening * (2 - Geodesic.flattening))
  private static let radians = Double.pi / 180

  /// Where bounds are taken from, in degrees.
  public let origin: Coordinate
  private let sine: Double
  private let cosine: Double

  /// Bounds from `origin`, longitude and latitude in degrees.
  public init(from origin: Coordinate) {
    self.origin = origin
    sine = sin(origin.y * Self.radians)
    cosine = cos(origin.y * Self.radians)
  }

  /// Metres that every place in `envelope` (degrees, borders included) is away at least; 0 inside, infinite for `.empty`.
  public func metres(to envelope: Envelope) -> Double {
    if envelope.isEmpty { return .infinity }
    let toWest = degreesWest(of: envelope)
    let toEast = degreesEast(of: envelope)
    if toWest <= 0 || toEast <= 0 {
      let degrees = max(envelope.minY - origin.y, origin.y - envelope.maxY, 0)
      return degrees * Self.radians * Self.smallestRadius
    }
    // Outside in longitude: the nearest place lies on the nearer of the two border meridians.
    let lambda = min(toWest, toEast) * Self.radians
    return angle(toMeridianAt: lambda, from: envelope.minY * Self.radians, to: envelope.maxY * Self.radians)
      * Self.smallestRadius
  }

  /// Degrees from the origin eastwards to the envelope's west border; not positive inside its longitudes.
  private func degreesWest(of envelope: Envelope) -> Double {
    guard envelope.width < 360 else { return 0 }
    let gap = (envelope.minX - origin.x).truncatingRemainder(dividingBy: 360)
    let eastwards = gap < 0 ? gap + 360 : gap
    // Coming from the west border westwards all round: within the envelope when that is more than the gap outside it.
    return eastwards > 360 - envelope.width ? eastwards - 360 : eastwards
  }

  private func degreesEast(of envelope: Envelope) -> Double {
    guard envelope.width < 360 else { return 0 }
    let gap = (origin.x - envelope.maxX).truncatingRemainder(dividingBy: 360)
    let westwards = gap < 0 ? gap + 360 : gap
    return westwards > 360 - envelope.width ? westwards - 360 : westwards
  }

  /// The angle from the origin to the piece of a meridian `lambda` away, between two latitudes; all in radians.
  private func angle(toMeridianAt lambda: Double, from south: Double, to north: Double) -> Double {
    let cosLambda = cos(lambda)
    // The foot of the perpendicular great circle; beyond 90° the meridian only recedes, and its ends decide.
    if cosLambda > 0 {
      let foot = atan2(sine, cosine * cosLambda)
      if foot >= south, foot <= north { return asin(min(1, cosine * sin(lambda))) }
      return haversine(to: foot < south ? south : north, lambda)
    }
    return min(haversine(to: south, lambda), haversine(to: north, lambda))
  }

  private func haversine(to latitude: Double, _ lambda: Double) -> Double {
    let half = sin((latitude - origin.y * Self.radians) / 2)
    let side = sin(lambda / 2)
    return 2 * asin(min(1, (half * half + cosine * cos(latitude) * side * side).squareRoot()))
  }

  /// Degrees of longitude that a circle of `angle` (radians) around a place at `latitude` (degrees) spans to either side;
  /// only for circles that hold no pole.
  static func widestLongitude(latitude: Double, angle: Double) -> Double {
    let ratio = sin(angle) / cos(latitude * radians)
    return ratio >= 1 ? 180 : asin(ratio) / radians
  }
}
