import LageplanGeometry

/// How much one request for roads may ask. A larger one is refused with the number that would have been taken.
public struct RoutingLimits: Sendable {
  /// A place with no road of the profile within this is not on the network.
  static let farthestSnap = Metres(1_000)

  /// Places that one route goes through.
  public var routePlaces = 500
  /// Rows times columns of one table.
  public var tableCells = 4_000_000
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
      ("route-places", \.routePlaces), ("table-cells", \.tableCells), ("trip-places", \.tripPlaces),
      ("snap-places", \.snapPlaces), ("reachable-minutes", \.reachableMinutes), ("reachable-metres", \.reachableMetres),
      ("contours", \.contours), ("candidates", \.candidates),
    ]
  }

  /// The limits with those changed that `settings` name: `table-cells=9000000`.
  public init(parsing settings: [String]) throws(Unknown) {
    for setting in settings {
      let halves = setting.split(separator: "=", omittingEmptySubsequences: false)
      guard halves.count == 2, let limit = Self.names.first(where: { $0.name == halves[0] })?.limit, let number = Int(halves[1]),
        (1...1_000_000_000).contains(number)
      else { throw Unknown(setting: setting) }
      self[keyPath: limit] = number
    }
  }

  /// A setting that names no limit, or no number.
  public struct Unknown: Error, CustomStringConvertible {
    public var setting: String

    public var description: String {
      "\"\(setting)\" is no limit; write NAME=NUMBER with a number from 1, and one of "
        + "\(RoutingLimits.names.map(\.name).joined(separator: ", "))."
    }
  }
}
