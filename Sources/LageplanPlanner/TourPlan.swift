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

    public init(
      inspector: String, start: Coordinate, end: Coordinate, departure: Instant, arrival: Instant, stops: [Stop], metres: Int,
      seconds: Int
    ) {
      self.inspector = inspector
      self.start = start
      self.end = end
      self.departure = departure
      self.arrival = arrival
      self.stops = stops
      self.metres = metres
      self.seconds = seconds
    }
  }

  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The feature has no geometry.
    case noPlace
    /// The property that tells the minutes is null or no number, and the request names no default.
    case noServiceTime
    case noQualifiedInspector
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
  public struct Travel: Hashable, Sendable {
    public var source: String
    public var detourFactor: Double
    public var kmh: Double

    public init(source: String, detourFactor: Double, kmh: Double) {
      self.source = source
      self.detourFactor = detourFactor
      self.kmh = kmh
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

/// A plan that must not be given out. A defect of the program, never of the request.
public enum PlanError: Error, Hashable, Sendable {
  /// The independent checker found these, told in words.
  case violation([String])
}
