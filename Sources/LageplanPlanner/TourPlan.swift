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
/// Every feature of the request is in exactly one stop or unassigned; one that needs two people is in two stops at the same time.
public struct TourPlan: Hashable, Sendable {
  /// What is done with one feature at a stop.
  public struct Visit: Hashable, Sendable {
    public var feature: FeatureReference
    /// What people call the feature; `nil` where no property tells.
    public var name: String?
    public var service: Seconds
    /// The day by which it should be visited.
    public var due: CalendarDate?
    public var level: TourLevel
    /// What it takes from the vehicle, by measure; measures of which it takes nothing are not named.
    public var load: [String: Int]

    public init(
      feature: FeatureReference, name: String? = nil, service: Seconds, due: CalendarDate? = nil, level: TourLevel = .routine,
      load: [String: Int] = [:]
    ) {
      self.feature = feature
      self.name = name
      self.service = service
      self.due = due
      self.level = level
      self.load = load
    }
  }

  /// A halt that serves one or more features at one place, or from one place on foot.
  public struct Stop: Hashable, Sendable {
    /// In the order in which they are served; at least one.
    public var visits: [Visit]
    /// Where the vehicle halts, in CRS84.
    public var location: Coordinate
    public var arrival: Instant
    /// When the first visit begins: set-up, breaks and waiting done.
    public var begin: Instant
    public var departure: Instant
    /// The round on foot from the vehicle over the visits and back, one leg more than visits; none where everything is at the vehicle.
    public var walk: [Leg]
    /// The other inspectors who are here at the same time, by their ids, where a visit needs more than one.
    public var companions: [String]
    /// It stands where it is whatever is planned anew: done, under way, or locked by a person.
    public var isFixed: Bool
    /// Why it comes when it does.
    public var reason: TourText?

    public init(
      visits: [Visit], location: Coordinate, arrival: Instant, begin: Instant, departure: Instant, walk: [Leg] = [],
      companions: [String] = [], isFixed: Bool = false, reason: TourText? = nil
    ) {
      self.visits = visits
      self.location = location
      self.arrival = arrival
      self.begin = begin
      self.departure = departure
      self.walk = walk
      self.companions = companions
      self.isFixed = isFixed
      self.reason = reason
    }

    public var features: [FeatureReference] { visits.map(\.feature) }
  }

  /// A break of an inspector: at a stop or on the way.
  public struct Pause: Hashable, Sendable {
    /// So many stops of the route come before it.
    public var afterStops: Int
    public var begin: Instant
    public var end: Instant

    public init(afterStops: Int, begin: Instant, end: Instant) {
      self.afterStops = afterStops
      self.begin = begin
      self.end = end
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

  /// One inspector's tour of one shift; no stops: the inspector is not needed and stays.
  public struct Route: Hashable, Sendable {
    /// By id.
    public var inspector: String
    /// The day on which the shift begins.
    public var day: CalendarDate
    /// In CRS84.
    public var start: Coordinate
    public var end: Coordinate
    /// When the inspector leaves the start and reaches the end.
    public var departure: Instant
    public var arrival: Instant
    public var stops: [Stop]
    /// In their order.
    public var breaks: [Pause]
    /// Of the way.
    public var metres: Int
    /// On the way, without the visits.
    public var seconds: Int
    /// From the start over the stops to the end, one more than stops; none where the source of travel knows only lengths, and for who stays.
    public var legs: [Leg]

    public init(
      inspector: String, day: CalendarDate, start: Coordinate, end: Coordinate, departure: Instant, arrival: Instant,
      stops: [Stop], breaks: [Pause] = [], metres: Int, seconds: Int, legs: [Leg] = []
    ) {
      self.inspector = inspector
      self.day = day
      self.start = start
      self.end = end
      self.departure = departure
      self.arrival = arrival
      self.stops = stops
      self.breaks = breaks
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
    /// No vehicle of a qualified inspector can carry what it needs.
    case loadTooLarge
    /// Those who may do it by name are not qualified, or not there.
    case pinnedToOthers
    /// It needs more people than can be there at one time.
    case notEnoughPeople
    /// A person took it out of the plan.
    case cancelled
  }

  /// What keeps a feature out of one inspector's shift: the least of all places in the tour.
  public struct Obstacle: Hashable, Sendable {
    public var inspector: String
    public var day: CalendarDate
    public var reason: Reason
    /// What would have to be added to the shift, or to the window.
    public var missing: Seconds?
    /// What would have to leave the tour for it.
    public var displaces: [FeatureReference]
    public var message: TourText

    public init(
      inspector: String, day: CalendarDate, reason: Reason, missing: Seconds? = nil, displaces: [FeatureReference] = [],
      message: TourText
    ) {
      self.inspector = inspector
      self.day = day
      self.reason = reason
      self.missing = missing
      self.displaces = displaces
      self.message = message
    }
  }

  public struct Unassigned: Hashable, Sendable {
    public var visit: Visit
    /// In CRS84; `nil`: without a place.
    public var location: Coordinate?
    public var reason: Reason
    /// A sentence with figures.
    public var message: TourText
    /// One for each shift, in the order of the routes; none where nobody can come at all.
    public var obstacles: [Obstacle]

    public init(visit: Visit, location: Coordinate?, reason: Reason, message: TourText, obstacles: [Obstacle] = []) {
      self.visit = visit
      self.location = location
      self.reason = reason
      self.message = message
      self.obstacles = obstacles
    }

    public var feature: FeatureReference { visit.feature }
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

  /// The first day.
  public var day: CalendarDate
  /// One per shift: by day, then in the order of the inspectors.
  public var routes: [Route]
  public var unassigned: [Unassigned]
  public var travel: Travel
  /// The clock on which people read the plan.
  public var time: TownTime
  /// What began before this has begun, by the latest change; `nil`: no change has said so.
  public var at: Instant?
  /// What the changes that led here have called urgent, with the latest terms of each feature: work of the plan, whatever its request selects.
  public var urgent: [TourChange.Urgent]
  /// Whom the changes that led here call absent.
  public var absent: [TourChange.Absence]
  /// What people called the inspectors when the plan was made, by their ids; whoever has none is known by the id alone.
  public var names: [String: String]

  public init(
    day: CalendarDate, routes: [Route], unassigned: [Unassigned], travel: Travel, time: TownTime,
    at: Instant? = nil, urgent: [TourChange.Urgent] = [], absent: [TourChange.Absence] = [], names: [String: String] = [:]
  ) {
    self.day = day
    self.routes = routes
    self.unassigned = unassigned
    self.travel = travel
    self.time = time
    self.at = at
    self.urgent = urgent
    self.absent = absent
    self.names = names
  }

  /// What people call an inspector: the id of whoever has no name.
  public func title(ofInspector id: String) -> String { names[id] ?? id }

  /// The id of an inspector, with the name behind it where there is one.
  public func named(_ id: String) -> String { names[id].map { "\(id) (\($0))" } ?? id }

  /// What people call the inspector whose tour it is.
  public func title(of route: Route) -> String { title(ofInspector: route.inspector) }

  /// What people call the others who are at a stop at the same time, in one line; empty where one is alone.
  public func companions(at stop: Stop) -> String { stop.companions.map(title(ofInspector:)).joined(separator: ", ") }

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

/// How much a visit matters: leaving out one of a level is worse than leaving out all of the levels after it.
public enum TourLevel: String, Hashable, Sendable, CaseIterable, Comparable {
  case must
  case overdue
  case routine

  /// 0 matters most.
  public var rank: Int {
    switch self {
    case .must: 0
    case .overdue: 1
    case .routine: 2
    }
  }

  /// A word that registers may hold as well: it is read back as the same level.
  public var title: TourText {
    switch self {
    case .must: TourText(english: "must", german: "muss")
    case .overdue: TourText(english: "overdue", german: "überfällig")
    case .routine: TourText(english: "routine", german: "Routine")
    }
  }

  /// What matters more comes first.
  public static func < (a: TourLevel, b: TourLevel) -> Bool { a.rank < b.rank }
}

/// A sentence for people, in the languages of the service.
public struct TourText: Hashable, Sendable {
  public var english: String
  public var german: String

  public init(english: String, german: String) {
    self.english = english
    self.german = german
  }
}

/// A plan that cannot be given out: never the fault of the request.
public enum PlanError: Error, Hashable, Sendable {
  /// The independent checker found these, told in words. A defect of the program.
  case violation([String])
  /// The source of travel times gave none.
  case noTravelTimes(TravelFailure)
}
