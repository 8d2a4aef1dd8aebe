#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The ellipsoidal transverse Mercator projection as UTM uses it, by Krüger's series in the third flattening.
///
/// Frames: longitude and latitude in degrees on the ellipsoid GRS 80; easting and northing in metres with scale 0.9996 and false
/// easting 500,000, northern hemisphere. Taken to n⁴, which leaves about a micrometre near the meridian, far less than a
/// millimetre up to ``reach``.
/// Sources: Krüger 1912 (doi:10.2312/GFZ.b103-krueger28), in the form of Karney 2011 (doi:10.1007/s00190-011-0445-3, equations 7–36).
struct TransverseMercator {
  /// Degrees.
  let centralMeridian: Double

  static let falseEasting = 500_000.0
  /// Degrees from the central meridian within which every latitude has coordinates.
  static let reach = 40.0
  /// Beyond this η (5,000 km of easting) the series is given up.
  private static let etaLimit = 0.8

  private static let flattening = 1 / 298.257222101
  private static let eccentricity = (flattening * (2 - flattening)).squareRoot()
  private static let n = flattening / (2 - flattening)
  /// Scale on the central meridian times the radius of the rectifying sphere.
  private static let radius: Double = {
    let n2 = n * n
    return 0.9996 * 6_378_137 / (1 + n) * (1 + n2 / 4 + n2 * n2 / 64)
  }()

  /// Coefficients of one series; four doubles, held in the struct.
  private struct Series {
    let c1: Double
    let c2: Double
    let c3: Double
    let c4: Double

    /// c₁n + c₂n² …, each line of the table being one coefficient as a polynomial in n.
    init(_ a: [Double], _ b: [Double], _ c: [Double], _ d: [Double]) {
      func value(_ polynomial: [Double]) -> Double { polynomial.reversed().reduce(0) { ($0 + $1) * TransverseMercator.n } }
      c1 = value(a)
      c2 = value([0] + b)
      c3 = value([0, 0] + c)
      c4 = value([0, 0, 0] + d)
    }
  }

  private let alpha = Self.alphaSeries
  private let beta = Self.betaSeries
  private let delta = Self.deltaSeries
  private let scaledRadius = Self.radius
  private let e = Self.eccentricity

  private static let alphaSeries = Series(
    [1 / 2, -2 / 3, 5 / 16, 41 / 180], [13 / 48, -3 / 5, 557 / 1440], [61 / 240, -103 / 140], [49561 / 161280])
  private static let betaSeries = Series(
    [1 / 2, -2 / 3, 37 / 96, -1 / 360], [1 / 48, 1 / 15, -437 / 1440], [17 / 480, -37 / 840], [4397 / 161280])
  /// From the conformal to the geodetic latitude.
  private static let deltaSeries = Series(
    [2, -2 / 3, -2, 116 / 45], [7 / 3, -8 / 5, -227 / 45], [56 / 15, -136 / 35], [4279 / 630])

  init(centralMeridian: Double) { self.centralMeridian = centralMeridian }

  /// `nil` far from the central meridian (never within ``reach``), beyond a pole, or for what is not finite.
  func forward(_ place: Coordinate) -> Coordinate? {
    let fromMeridian = Self.shortWay(place.x - centralMeridian)
    guard abs(fromMeridian) <= 80, abs(place.y) <= 90 else { return nil }
    let lambda = fromMeridian * .pi / 180
    let phi = place.y * .pi / 180
    let sine = sin(phi)
    // Never zero: π/2 is not a double. So tangents stay finite at the poles.
    let cosine = cos(phi)
    // Tangent of the conformal latitude (Karney 2011, equations 7–9).
    let tau = sine / cosine
    let (sigma, rootSigma) = Self.sinhCosh(e * Self.atanhOfSmall(e * sine))
    let t = tau * rootSigma - sigma * (1 + tau * tau).squareRoot()
    let c = cos(lambda)
    let squared = t * t + c * c
    let sinhEta = sin(lambda) / squared.squareRoot()
    let eta = asinh(sinhEta)
    guard abs(eta) <= Self.etaLimit else { return nil }
    let sum = Self.sum(
      alpha, sin2: 2 * t * c / squared, cos2: (c * c - t * t) / squared,
      sinh2: 2 * sinhEta * (1 + sinhEta * sinhEta).squareRoot(), cosh2: 1 + 2 * sinhEta * sinhEta)
    return Coordinate(
      x: Self.falseEasting + scaledRadius * (eta + sum.imaginary), y: scaledRadius * (atan2(t, c) + sum.real))
  }

  /// `nil` for coordinates as far from the meridian as ``forward(_:)`` gives none, or beyond a pole, or for what is not finite.
  func inverse(_ position: Coordinate) -> Coordinate? {
    guard let place = conformal(position) else { return nil }
    let chi = atan2(place.t, place.horizontal)
    let fromMeridian = atan2(place.s, place.c) * 180 / .pi
    return Coordinate(
      x: Self.shortWay(centralMeridian + fromMeridian), y: (chi + latitudeCorrection(place)) * 180 / .pi)
  }

  /// Straight to web mercator, the way of every tile, without the latitude between: `nil` as ``inverse(_:)``.
  ///
  /// The spherical mercator of the geodetic latitude is ψ(χ) + e·atanh(e sin φ), with ψ(χ) = asinh tan χ.
  func inverseToWebMercator(_ position: Coordinate) -> Coordinate? {
    guard let place = conformal(position) else { return nil }
    let length = (place.t * place.t + place.horizontal * place.horizontal).squareRoot()
    let (sinCorrection, cosCorrection) = Self.sinCos(latitudeCorrection(place))
    let sinPhi = (place.t * cosCorrection + place.horizontal * sinCorrection) / length
    let y = asinh(place.t / place.horizontal) + e * Self.atanhOfSmall(e * sinPhi)
    let longitude = centralMeridian * .pi / 180 + atan2(place.s, place.c)
    return Coordinate(x: WebMercator.radius * longitude, y: WebMercator.radius * y)
  }

  /// A place on the conformal sphere: tan χ = t / `horizontal`, tan Δλ = s / c.
  private struct Conformal {
    var s: Double
    var c: Double
    var t: Double
    var horizontal: Double
  }

  private func conformal(_ position: Coordinate) -> Conformal? {
    let xi = position.y / scaledRadius
    let eta = (position.x - Self.falseEasting) / scaledRadius
    guard abs(xi) <= 1.6, abs(eta) <= Self.etaLimit + 0.01 else { return nil }
    let sinhEta = sinh(eta)
    let coshEta = (1 + sinhEta * sinhEta).squareRoot()
    let sine = sin(xi)
    let cosine = cos(xi)
    let sum = Self.sum(
      beta, sin2: 2 * sine * cosine, cos2: 1 - 2 * sine * sine, sinh2: 2 * sinhEta * coshEta, cosh2: 1 + 2 * sinhEta * sinhEta)
    // sin and cos of ξ − Re, sinh of η − Im: the corrections are small, so their own functions are short sums.
    let (sinReal, cosReal) = Self.sinCos(sum.real)
    let (sinhImaginary, coshImaginary) = Self.sinhCosh(sum.imaginary)
    let s = sinhEta * coshImaginary - coshEta * sinhImaginary
    let c = cosine * cosReal + sine * sinReal
    return Conformal(s: s, c: c, t: sine * cosReal - cosine * sinReal, horizontal: (s * s + c * c).squareRoot())
  }

  /// φ − χ, in radians: at most 0.0034.
  private func latitudeCorrection(_ place: Conformal) -> Double {
    let (t, h) = (place.t, place.horizontal)
    let length2 = t * t + h * h
    return Self.sum(delta, sin2: 2 * t * h / length2, cos2: (h * h - t * t) / length2)
  }

  /// Degrees within half a turn.
  private static func shortWay(_ degrees: Double) -> Double {
    abs(degrees) <= 180 ? degrees : remainder(degrees, 360)
  }

  // Power series, each to less than a unit in the last place of 1 for arguments as small as they come here.

  /// For |x| ≤ 0.01.
  private static func sinCos(_ x: Double) -> (Double, Double) {
    let x2 = x * x
    return (x * (1 - x2 / 6 * (1 - x2 / 20 * (1 - x2 / 42))), 1 - x2 / 2 * (1 - x2 / 12 * (1 - x2 / 30)))
  }

  /// For |x| ≤ 0.01.
  private static func sinhCosh(_ x: Double) -> (Double, Double) {
    let x2 = x * x
    return (x * (1 + x2 / 6 * (1 + x2 / 20 * (1 + x2 / 42))), 1 + x2 / 2 * (1 + x2 / 12 * (1 + x2 / 30)))
  }

  /// For |x| ≤ 0.082, the eccentricity.
  private static func atanhOfSmall(_ x: Double) -> Double {
    let x2 = x * x
    return x * (1 + x2 * (1 / 3 + x2 * (1 / 5 + x2 * (1 / 7 + x2 * (1 / 9 + x2 * (1 / 11 + x2 / 13))))))
  }

  /// Σ cₖ sin 2k(ξ + iη) by Clenshaw's recurrence in complex numbers.
  @inline(__always)
  private static func sum(
    _ series: Series, sin2: Double, cos2: Double, sinh2: Double, cosh2: Double
  ) -> (real: Double, imaginary: Double) {
    // 2 cos 2ζ, ζ = ξ + iη
    let a = 2 * cos2 * cosh2
    let b = -2 * sin2 * sinh2
    var (r2, i2) = (series.c4, 0.0)
    var (r1, i1) = (series.c3 + a * r2, b * r2)
    (r1, i1, r2, i2) = (series.c2 + a * r1 - b * i1 - r2, a * i1 + b * r1 - i2, r1, i1)
    (r1, i1, r2, i2) = (series.c1 + a * r1 - b * i1 - r2, a * i1 + b * r1 - i2, r1, i1)
    let sine = (real: sin2 * cosh2, imaginary: cos2 * sinh2)
    return (sine.real * r1 - sine.imaginary * i1, sine.real * i1 + sine.imaginary * r1)
  }

  /// Σ cₖ sin 2kχ.
  @inline(__always)
  private static func sum(_ series: Series, sin2: Double, cos2: Double) -> Double {
    let a = 2 * cos2
    let b3 = series.c3 + a * series.c4
    let b2 = series.c2 + a * b3 - series.c4
    let b1 = series.c1 + a * b2 - b3
    return sin2 * b1
  }
}
