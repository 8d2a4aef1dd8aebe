public import LageplanGeometry

/// A system in which coordinates of unknown system would make sense.
public struct CrsCandidate: Hashable, Sendable {
  public var crs: CoordinateReferenceSystem
  /// `ETRS89 / UTM zone 32N`.
  public var name: String
  /// Where the coordinates would lie, in the middle, in degrees.
  public var centre: Coordinate

  /// `7.63° E, 51.95° N`, without locale.
  public var place: String {
    func two(_ value: Double) -> String {
      let hundredths = Int((abs(value) * 100).rounded())
      let rest = hundredths % 100
      return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)°"
    }
    return "\(two(centre.x)) \(centre.x < 0 ? "W" : "E"), \(two(centre.y)) \(centre.y < 0 ? "S" : "N")"
  }
}

/// Where the positions of one system may lie.
///
/// More than 3° of longitude beyond the system's area of use is impossible; for the systems of German surveying, and for data of which
/// more than half lie in Germany, so is anything outside Germany's envelope widened by 1°. What lies between the area of use and these
/// bounds is correct data more often than not (Bavaria east of 12° uses zone 32): it is kept and counted.
struct CrsGuard {
  enum Verdict: UInt8, Sendable {
    case inside
    case outsideArea
    case impossible
  }

  /// Germany's mainland and islands, in degrees.
  static let germany = Envelope(minX: 5.8, minY: 47.2, maxX: 15.1, maxY: 55.1)
  static let nearGermany = germany.expanded(by: 1)
  /// All longitudes and latitudes, and a tenth of a micrometre beyond: what ends at the antimeridian has often been rounded past it.
  static let degrees = Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90).expanded(by: 1e-12)
  /// Degrees of longitude beyond the area of use that are still taken.
  private static let margin = 3.0

  /// Systems of German surveying: UTM on ETRS89, also with northing first or with the zone in front of the easting,
  /// Gauß-Krüger on DHDN and S42/83, Soldner Berlin.
  private static let germanSystems: Set<String> = [
    "25831", "25832", "25833", "3043", "3044", "3045", "4647", "5649", "5650", "5651", "5652", "5653", "31466", "31467", "31468",
    "31469",
    "5676", "5677", "5678", "5679", "2397", "2398", "2399", "3068", "5555", "5556",
  ]

  let crs: CoordinateReferenceSystem
  let info: CrsInfo
  private let toDegrees: CoordinateTransform
  private let area: Envelope?
  private var bounds: Envelope

  /// Throws `CrsError` for a system that PROJ does not know.
  init(_ crs: CoordinateReferenceSystem) throws(CrsError) {
    self.crs = crs
    info = try crs.info()
    toDegrees = try CoordinateTransform(from: crs, to: .crs84)
    bounds = Self.degrees
    area = info.areaOfUse.flatMap { $0.isEmpty ? nil : $0 }
    if let area {
      bounds.minX = max(Self.degrees.minX, area.minX - Self.margin)
      bounds.maxX = min(Self.degrees.maxX, area.maxX + Self.margin)
    }
    if Self.germanSystems.contains(crs.code) { holdToGermany() }
  }

  /// Narrows the bounds to Germany and a degree around it, as far as the system reaches there.
  mutating func holdToGermany() {
    if let common = bounds.intersection(Self.nearGermany) { bounds = common }
  }

  /// The position in degrees; `nil` where the system has none.
  func degrees(_ position: Coordinate) -> Coordinate? {
    guard position.isFinite, let place = try? toDegrees.transform(position), place.isFinite else { return nil }
    return place
  }

  func judge(_ position: Coordinate) -> Verdict {
    if info.isGeographic, !Self.degrees.contains(position) { return .impossible }
    guard let place = degrees(position), bounds.contains(place) else { return .impossible }
    guard let area else { return .inside }
    return area.contains(place) ? .inside : .outsideArea
  }

  /// An envelope is judged by its worst corner.
  func judge(_ envelope: Envelope) -> Verdict {
    let low = judge(Coordinate(x: envelope.minX, y: envelope.minY))
    if envelope.width == 0, envelope.height == 0 { return low }
    return [
      low, judge(Coordinate(x: envelope.maxX, y: envelope.minY)), judge(Coordinate(x: envelope.maxX, y: envelope.maxY)),
      judge(Coordinate(x: envelope.minX, y: envelope.maxY)),
    ].max { $0.rawValue < $1.rawValue } ?? low
  }

  // MARK: Causes

  /// x and y change places, and all is well.
  func isSwapped(_ position: Coordinate) -> Bool {
    judge(Coordinate(x: position.y, y: position.x)) != .impossible
  }

  /// With decimal points put back into one or both numbers the position lies in Germany; `nil` where not.
  /// Only whole numbers can have lost theirs.
  func withDecimalPoints(_ position: Coordinate) -> Coordinate? {
    guard position.isFinite, position.x == position.x.rounded(), position.y == position.y.rounded() else { return nil }
    var x = position.x
    for _ in 0...10 {
      var y = position.y
      for _ in 0...10 {
        let candidate = Coordinate(x: x, y: y)
        if candidate != position, let place = degrees(candidate), Self.germany.contains(place), judge(candidate) != .impossible {
          return candidate
        }
        y /= 10
      }
      x /= 10
    }
    return nil
  }
}

/// Which systems make sense of coordinates.
enum CrsGuess {
  /// In the order in which they are named when several fit: by how many German registers use them.
  private static let systems: [CoordinateReferenceSystem] = [
    .crs84, .utm32, .utm33, .epsg(31467), .epsg(31468), .epsg(31466), .epsg(31469), .webMercator, .epsg(4647), .epsg(5650),
    .utm31,
  ]
  private static let sampleSize = 500

  /// Systems in which at least nine of ten positions lie in Germany, likeliest first.
  static func candidates(for places: [Envelope], except excluded: CoordinateReferenceSystem?) -> [CrsCandidate] {
    let sample = sample(places)
    guard !sample.isEmpty else { return [] }
    return systems.compactMap { system in
      guard system != excluded, let fence = try? CrsGuard(system) else { return nil }
      var around = Envelope.empty
      var hits = 0
      for position in sample where fence.judge(position) != .impossible {
        guard let place = fence.degrees(position), CrsGuard.germany.contains(place) else { continue }
        hits += 1
        around.formUnion(place)
      }
      guard hits * 10 >= sample.count * 9 else { return nil }
      // WGS 84 is declared by its EPSG name in files and on the command line.
      let named = system == .crs84 ? .wgs84 : system
      return CrsCandidate(crs: named, name: (try? named.info().name) ?? named.name, centre: around.centre)
    }
  }

  /// The system in which most positions would lie in Germany, had they kept their decimal points.
  static func systemWithDecimalPoints(for places: [Envelope]) -> CoordinateReferenceSystem? {
    let sample = sample(places)
    return systems.first { system in
      guard let fence = try? CrsGuard(system) else { return false }
      return sample.count { fence.withDecimalPoints($0) != nil } * 10 >= sample.count * 9
    }
  }

  /// Evenly spread over the file.
  private static func sample(_ places: [Envelope]) -> [Coordinate] {
    let stride = max(1, places.count / sampleSize)
    return Swift.stride(from: 0, to: places.count, by: stride).map { places[$0].centre }
  }
}

extension CoordinateReferenceSystem {
  /// ETRS89 / UTM zone 31N, west of 6°.
  static let utm31 = epsg(25831)
}
