public import LageplanFeatures
public import LageplanGeometry

/// A feature by its collection and its id there.
public struct FeatureReference: Hashable, Sendable, CustomStringConvertible {
  public var collection: String
  public var id: String

  public init(collection: String, id: String) {
    self.collection = collection
    self.id = id
  }

  /// `playgrounds/17`.
  public var description: String { "\(collection)/\(id)" }
}

/// The answer to a ``TourRequest`` (Tourenplan): who is where when, and what is left out and why.
/// Every feature of the request is in exactly one stop or unassigned.
public struct TourPlan: Hashable, Sendable {
  /// A halt that serves one or more features at one place.
  public struct Stop: Hashable, Sendable {
    public var features: [FeatureReference]
    /// In CRS84.
    public var location: Coordinate
    public var arrival: Instant
    public var departure: Instant

    public init(features: [FeatureReference], location: Coordinate, arrival: Instant, departure: Instant) {
      self.features = features
      self.location = location
      self.arrival = arrival
      self.departure = departure
    }
  }

  /// The way from one halt of a tour to the next.
  public struct Leg: Hashable, Sendable {
    public var metres: Int
    public var seconds: Int
    /// On the streets, in CRS84.
    public var line: [Coordinate]

    public init(metres: Int, seconds: Int, line: [Coordinate]) {
      self.metres = metres
      self.seconds = seconds
      self.line = line
    }
  }

  /// One inspector's tour; no stops: the inspector is not needed and stays.
  public struct Route: Hashable, Sendable {
    public var inspector: String
    /// In CRS84.
    public var start: Coordinate
    public var end: Coordinate
    /// When the inspector leaves the start and reaches the end.
    public var departure: Instant
    public var arrival: Instant
    public var stops: [Stop]
    /// Of the way.
    public var metres: Int
    /// On the way, without the visits.
    public var seconds: Int
    /// From the start over the stops to the end, one more than stops; none where the source of travel knows only lengths, and for who stays.
    public var legs: [Leg]

    public init(
      inspector: String, start: Coordinate, end: Coordinate, departure: Instant, arrival: Instant, stops: [Stop], metres: Int,
      seconds: Int, legs: [Leg] = []
    ) {
      self.inspector = inspector
      self.start = start
      self.end = end
      self.departure = departure
      self.arrival = arrival
      self.stops = stops
      self.metres = metres
      self.seconds = seconds
      self.legs = legs
    }

    /// The whole tour as one line in CRS84: along the streets where the legs are known, else straight from halt to halt.
    public var line: [Coordinate] {
      guard !legs.isEmpty else { return [start] + stops.map(\.location) + [end] }
      var line: [Coordinate] = []
      for vertex in legs.lazy.flatMap(\.line) where vertex != line.last { line.append(vertex) }
      return line
    }
  }

  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The feature has no geometry.
    case noPlace
    /// The property that tells the minutes is null or no number, and the request names no default.
    case noServiceTime
    case noQualifiedInspector
    /// No street or path that the way of travelling may use is near.
    case notOnNetwork
    case notReachable
    /// Even alone on a tour it takes longer than any shift.
    case shiftTooShort
    case windowMissed
    /// It would fit alone, but the others fill the shifts.
    case noRoomLeft
  }

  public struct Unassigned: Hashable, Sendable {
    public var feature: FeatureReference
    /// In CRS84; `nil`: without a place.
    public var location: Coordinate?
    public var reason: Reason
    /// A sentence with figures.
    public var message: String

    public init(feature: FeatureReference, location: Coordinate?, reason: Reason, message: String) {
      self.feature = feature
      self.location = location
      self.reason = reason
      self.message = message
    }
  }

  /// Where the travel times come from.
  public enum Travel: Hashable, Sendable {
    /// As the crow flies, times a factor.
    case geodesic(detourFactor: Double, kmh: Double)
    /// On the roads that were imported from `network`.
    case roads(profile: String, network: String)
    /// From a router elsewhere: `service` is the protocol that it speaks (`osrm`).
    case router(service: String, address: String, profile: String)

    /// `geodesic`, `roads`, or the protocol of the router.
    public var source: String {
      switch self {
      case .geodesic: "geodesic"
      case .roads: "roads"
      case .router(let service, _, _): service
      }
    }

    /// `nil` as the crow flies.
    public var profile: String? {
      switch self {
      case .geodesic: nil
      case .roads(let profile, _), .router(_, _, let profile): profile
      }
    }
  }

  public var day: CalendarDate
  /// One per inspector, in the order of the request.
  public var routes: [Route]
  public var unassigned: [Unassigned]
  public var travel: Travel
  /// The clock on which people read the plan.
  public var time: TownTime

  public init(day: CalendarDate, routes: [Route], unassigned: [Unassigned], travel: Travel, time: TownTime) {
    self.day = day
    self.routes = routes
    self.unassigned = unassigned
    self.travel = travel
    self.time = time
  }

  /// The instant on the town's clock as ISO 8601 with its offset: `2026-12-01T07:12:30+01:00`.
  public func local(_ instant: Instant) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = time.day(of: instant)
    let clock = time.timeOfDay(of: instant).value
    let shown = Int(day.daysSince1970) * 86_400 + clock
    let offset = (shown - Int((Double(instant.millisecondsSince1970) / 1000).rounded(.down))) / 60
    let zone = "\(offset < 0 ? "-" : "+")\(two(abs(offset) / 60)):\(two(abs(offset) % 60))"
    return "\(day.iso)T\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60))\(zone)"
  }
}

/// A feature to visit, as the planner needs it.
public struct TourFeature: Hashable, Sendable {
  public var reference: FeatureReference
  /// In CRS84; `nil`: a feature without a place.
  public var location: Coordinate?
  /// `nil`: unknown.
  public var service: Seconds?
  /// The feature that this one is part of: the playground of a swing.
  public var whole: FeatureReference?

  public init(reference: FeatureReference, location: Coordinate?, service: Seconds?, whole: FeatureReference? = nil) {
    self.reference = reference
    self.location = location
    self.service = service
    self.whole = whole
  }
}

/// A plan that cannot be given out: never the fault of the request.
public enum PlanError: Error, Hashable, Sendable {
  /// The independent checker found these, told in words. A defect of the program.
  case violation([String])
  /// The source of travel times gave none.
  case noTravelTimes(TravelFailure)
}
