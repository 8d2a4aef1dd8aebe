/// The systems with formulas of our own, each by its way to and from degrees.
enum OwnFrame: Equatable, Sendable {
  case degrees
  case webMercator
  /// Zone number, northern half, ETRS89.
  case utm(zone: Int)

  init?(_ crs: CoordinateReferenceSystem) {
    guard crs.authority == .epsg else {
      self = .degrees
      return
    }
    switch crs.code {
    case "4326", "4258": self = .degrees
    case "3857": self = .webMercator
    // 3043–3045 differ from 25831–25833 in the order of axes alone, which here is always x, y.
    case "25831", "3043": self = .utm(zone: 31)
    case "25832", "3044": self = .utm(zone: 32)
    case "25833", "3045": self = .utm(zone: 33)
    default: return nil
    }
  }

  /// A meridian or parallel is a straight line parallel to an axis.
  var isCylindrical: Bool {
    switch self {
    case .degrees, .webMercator: true
    case .utm: false
    }
  }

  @inline(__always)
  private func toDegrees(_ place: Coordinate) -> Coordinate? {
    switch self {
    case .degrees: place.isFinite && abs(place.y) <= 90 ? place : nil
    case .webMercator: WebMercator.inverse(place)
    case .utm(let zone): TransverseMercator.zone(zone).inverse(place)
    }
  }

  @inline(__always)
  private func fromDegrees(_ place: Coordinate) -> Coordinate? {
    switch self {
    case .degrees: place
    case .webMercator: WebMercator.forward(place)
    case .utm(let zone): TransverseMercator.zone(zone).forward(place)
    }
  }

  /// From this frame to `target`; `nil` where one of them has no coordinates.
  @inline(__always)
  func convert(_ place: Coordinate, to target: OwnFrame) -> Coordinate? {
    if case .utm(let zone) = self, target == .webMercator { return TransverseMercator.zone(zone).inverseToWebMercator(place) }
    return toDegrees(place).flatMap(target.fromDegrees)
  }

  /// The part of `envelope`, in this frame, that both this frame and `target` have coordinates for; `nil` where there is none.
  func limit(_ envelope: Envelope, for target: OwnFrame) -> Envelope? {
    var domain = ownDomain
    // Only straight frames can be cut to the other's degrees; within a UTM zone's own reach every target is defined.
    if isCylindrical, let reach = target.domainInDegrees {
      let low = fromDegrees(Coordinate(x: reach.minX, y: reach.minY))
      let high = fromDegrees(Coordinate(x: reach.maxX, y: reach.maxY))
      if let low, let high, let common = domain.intersection(Envelope(minX: low.x, minY: low.y, maxX: high.x, maxY: high.y)) {
        domain = common
      }
    }
    return envelope.intersection(domain)
  }

  private var ownDomain: Envelope {
    switch self {
    case .degrees: Envelope(minX: -540, minY: -90, maxX: 540, maxY: 90)
    case .webMercator: Envelope(minX: -6.1e7, minY: -2.1e7, maxX: 6.1e7, maxY: 2.1e7)
    // Every position in this rectangle is a place; the zone itself ends far inside.
    case .utm: Envelope(minX: -2_000_000, minY: -9_330_000, maxX: 3_000_000, maxY: 9_330_000)
    }
  }

  private var domainInDegrees: Envelope? {
    switch self {
    case .degrees: nil
    case .webMercator: Envelope(minX: -540, minY: -WebMercator.latitudeLimit, maxX: 540, maxY: WebMercator.latitudeLimit)
    case .utm(let zone):
      Envelope(
        minX: TransverseMercator.zone(zone).centralMeridian - TransverseMercator.reach, minY: -84,
        maxX: TransverseMercator.zone(zone).centralMeridian + TransverseMercator.reach, maxY: 84)
    }
  }
}

extension TransverseMercator {
  private static let zone31 = TransverseMercator(centralMeridian: 3)
  private static let zone32 = TransverseMercator(centralMeridian: 9)
  private static let zone33 = TransverseMercator(centralMeridian: 15)

  /// UTM zones 31, 32 and 33.
  @inline(__always)
  static func zone(_ number: Int) -> TransverseMercator {
    switch number {
    case 31: zone31
    case 32: zone32
    default: zone33
    }
  }
}
