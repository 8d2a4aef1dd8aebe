public import LageplanFeatures

/// What has become of one version of a tour plan.
public enum TourPlanStatus: String, Hashable, Sendable, Codable, CaseIterable {
  /// A search is at it.
  case planning
  /// A plan that nobody goes by yet.
  case draft
  /// The plan that people go by; at most one version of a plan is.
  case released
  /// It was released until another version was.
  case superseded
  /// The search ended without a plan.
  case failed
  /// The search was ended before it had a plan.
  case cancelled
}

/// The figures of a version by which people tell it from others.
public struct TourPlanFigures: Hashable, Sendable {
  /// Tours with stops.
  public var tours: Int
  public var stops: Int
  /// Features that no stop serves, cancelled ones not counted.
  public var leftOut: Int
  public var metres: Int
  /// On the way, without the visits.
  public var seconds: Int

  public init(tours: Int, stops: Int, leftOut: Int, metres: Int, seconds: Int) {
    self.tours = tours
    self.stops = stops
    self.leftOut = leftOut
    self.metres = metres
    self.seconds = seconds
  }
}

/// One version of a stored tour plan, without its document.
public struct TourPlanVersion: Hashable, Sendable {
  /// From 1 on; of many versions the oldest drafts have gone.
  public var number: Int
  public var status: TourPlanStatus
  public var created: Instant
  /// Whose token made it.
  public var actor: String?
  /// JSON: what was asked to be changed of the version before; `nil` of a plan made from nothing.
  public var change: String?
  /// `nil` where there is no plan.
  public var figures: TourPlanFigures?

  public init(
    number: Int, status: TourPlanStatus, created: Instant, actor: String? = nil, change: String? = nil,
    figures: TourPlanFigures? = nil
  ) {
    self.number = number
    self.status = status
    self.created = created
    self.actor = actor
    self.change = change
    self.figures = figures
  }
}

/// A tour plan as the database keeps it: what was asked, and every version that was made. The documents of the versions are read one by one.
public struct TourPlanRecord: Hashable, Sendable {
  public var id: String
  public var title: String?
  /// The first day of the plan.
  public var day: CalendarDate
  /// Those that any version was made of: who may not see all of them may not see the plan.
  public var collections: [String]
  /// JSON: the request as it was sent.
  public var request: String
  public var created: Instant
  /// In the order of their numbers; at least one.
  public var versions: [TourPlanVersion]
  /// Its place in the list of all; 0 while the store has not given one.
  public internal(set) var number: Int64 = 0

  public init(
    id: String, title: String?, day: CalendarDate, collections: [String], request: String, created: Instant,
    versions: [TourPlanVersion]
  ) {
    self.id = id
    self.title = title
    self.day = day
    self.collections = collections
    self.request = request
    self.created = created
    self.versions = versions
  }

  /// Notes that a version was made of these collections too.
  public mutating func read(_ others: [String]) {
    for id in others where !collections.contains(id) { collections.append(id) }
  }

  /// The version that people go by.
  public var released: TourPlanVersion? { versions.last { $0.status == .released } }
}

/// What a released plan is as features: its tours and stops, for ordinary collections.
public struct TourPlanFeatures: Sendable {
  public var collection: CollectionDescriptor
  /// Each bears the plan's id in the property ``planProperty``.
  public var features: [Feature]

  /// The collections of tours and of their stops; the first release makes them.
  public static let tours = "tours"
  public static let stops = "stops"

  /// The text property that says whose features they are: a release replaces those of its own plan and no others.
  public static let planProperty = "plan"

  public init(collection: CollectionDescriptor, features: [Feature]) {
    self.collection = collection
    self.features = features
  }
}
