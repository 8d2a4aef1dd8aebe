import LageplanGeometry

/// How much one request for roads may ask. A larger one is refused with the number that would have been taken.
public struct RoutingLimits: Sendable {
  /// A place with no road of the profile within this is not on the network.
  static let farthestSnap = Metres(1_000)
  /// A request may have roads looked for so far away; VROOM asks its router for those within 35 km.
  static let largestRadius = Metres(100_000)

  /// Places that one route goes through.
  public var routePlaces = 500
  /// Rows times columns of one table.
  public var tableCells = 4_000_000
  /// Places of one table, those of its rows and those of its columns counted each by themselves.
  public var tablePlaces = 10_000
  /// Places of one round trip.
  public var tripPlaces = 200
  /// Places that are snapped in one request.
  public var snapPlaces = 10_000
  /// Minutes that a reachable area may reach.
  public var reachableMinutes = 240
  /// Metres that a reachable area may reach.
  public var reachableMetres = 200_000
  /// Areas of one request, one within the other.
  public var contours = 12
  /// Features that are looked at for one list by road.
  public var candidates = 50_000

  public init() {}

  /// The limits by the names that operators write them with.
  public static var names: [(name: String, limit: WritableKeyPath<RoutingLimits, Int>)] {
    [
      ("route-places", \.routePlaces), ("table-cells", \.tableCells), ("table-places", \.tablePlaces),
      ("trip-places", \.tripPlaces), ("snap-places", \.snapPlaces), ("reachable-minutes", \.reachableMinutes),
      ("reachable-metres", \.reachableMetres), ("contours", \.contours), ("candidates", \.candidates),
    ]
  }

  /// The greatest number that a limit may be set to: durations and lengths must remain ones that a `RoadCost` holds.
  private static func greatest(_ limit: WritableKeyPath<RoutingLimits, Int>) -> Int {
    switch limit {
    case \.reachableMinutes: 100_000
    case \.reachableMetres: 10_000_000
    default: 1_000_000_000
    }
  }

  /// The limits with those changed that `settings` name: `table-cells=9000000`.
  public init(parsing settings: [String]) throws(Unknown) {
    for setting in settings {
      let halves = setting.split(separator: "=", omittingEmptySubsequences: false)
      guard halves.count == 2, let limit = Self.names.first(where: { $0.name == halves[0] })?.limit else {
        throw Unknown(setting: setting)
      }
      let greatest = Self.greatest(limit)
      guard let number = Int(halves[1]), (1...greatest).contains(number) else {
        throw Unknown(setting: setting, greatest: greatest)
      }
      self[keyPath: limit] = number
    }
  }

  /// A setting that names no limit, or no number.
  public struct Unknown: Error, CustomStringConvertible {
    public var setting: String
    /// What the limit that it names can be at most; `nil`: it names none.
    public var greatest: Int?

    public var description: String {
      if let greatest { return "\"\(setting)\" has no number from 1 to \(greatest) behind the equals sign; write one." }
      return "\"\(setting)\" is no limit; write NAME=NUMBER with a number from 1, and one of "
        + "\(RoutingLimits.names.map(\.name).joined(separator: ", "))."
    }
  }
}
