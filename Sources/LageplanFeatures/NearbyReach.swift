import LageplanGeometry

/// What of a collection a search for the nearest looks at, in the storage frame.
enum NearbyArea {
  case nothing
  case envelope(Envelope)
  case everything

  func intersects(_ envelope: Envelope) -> Bool {
    switch self {
    case .nothing: false
    case .envelope(let own): own.intersects(envelope)
    case .everything: true
    }
  }
}

/// Where the features of a collection are, and how areas in degrees become envelopes in the storage frame.
struct NearbyReach: Sendable {
  /// In degrees, generously; `nil` where the descriptor does not say.
  private let reach: Envelope?
  let toStorage: CoordinateTransform

  init(_ descriptor: CollectionDescriptor) throws(CrsError) {
    toStorage = try TransformCache.transform(from: .crs84, to: descriptor.storageCrs)
    reach = try descriptor.reach(in: .crs84)
  }

  /// The storage envelope of an area in degrees; `.everything` where it holds all features.
  func area(_ degrees: Envelope) throws(CrsError) -> NearbyArea {
    guard let reach else { return .everything }
    var degrees = degrees
    // Across the antimeridian longitudes run on: the whole width is simple, and rare.
    if degrees.minX < -180 || degrees.maxX > 180 { (degrees.minX, degrees.maxX) = (-180, 180) }
    if degrees.contains(reach) { return .everything }
    guard let common = degrees.intersection(reach) else { return .envelope(.empty) }
    let box = try toStorage.transform(common)
    // The transformed envelope is told to hold all; a thousandth more costs nothing and forgives a rounding.
    return .envelope(box.isEmpty ? box : box.expanded(by: max(box.width, box.height) / 1000))
  }

  /// The radius of a circle that holds `count` of `featureCount` features where they lie evenly, as far away as the nearest may be.
  func firstCircle(around place: Coordinate, count: Int, of featureCount: Int) -> Double {
    guard let reach else { return .infinity }
    let degree = 111_319.49
    let squareMetres = reach.width * degree * Self.cosine(reach.centre.y) * reach.height * degree
    let share = min(1, Double(count) / Double(max(1, featureCount)))
    return GeodesicLowerBound(from: place).metres(to: reach) + max(1, (share * squareMetres / .pi).squareRoot() * 1.2)
  }

  /// The next circle, where `circle` held only `found` of `count`.
  static func larger(_ circle: Double, found: Int, of count: Int) -> Double {
    let missing = found == 0 ? 4 : (Double(count) / Double(found)).squareRoot() * 1.2
    return circle * min(max(missing, 1.5), 8)
  }

  /// cos φ, by the first terms of its series: an estimate suffices here.
  static func cosine(_ degrees: Double) -> Double {
    let x = degrees * .pi / 180
    return max(0.01, 1 - x * x / 2 + x * x * x * x / 24)
  }
}
