public import LageplanFeatures
public import LageplanGeometry

/// What shall be visited, by whom, and when: the body of `POST /tours` and the file of `lageplan tour`, read and checked.
public struct TourRequest: Hashable, Sendable {
  /// What people call the plan.
  public var title: String?

  // MARK: What

  public var collections: [String]
  /// Which features of the collections, by their properties; `nil`: all.
  public var filter: Filter?
  /// Which of these, by their place or their name.
  public var selection: Selection
  /// Which of these, by the day on which they are due; `nil`: whether due or not.
  public var due: Due?
  /// The property that tells the level: `must`, `overdue`, `routine`, or a number from 0, which matters most, to 15. It goes before the level that follows from
  /// the due date.
  public var priority: String?
  /// The property that people call a feature by; `nil`: whatever property of the collection is called like that.
  public var name: String?

  // MARK: How

  public var service: Told<Seconds>
  /// How long the visit of any feature lasts when an inspector of a certain type makes it.
  public var serviceByType: [String: Seconds]
  /// To get ready, before the first visit of a stop.
  public var setUp: Told<Seconds>
  /// When, on the clock of the town, a visit may begin; none: at any time.
  public var windows: Told<[DayWindow]>
  /// Whether the whole visit must lie in the night.
  public var nightOnly: Told<Bool>
  public var night: DayWindow
  /// What an inspector must hold to visit the features of a collection; a collection that is not named needs nothing.
  public var requires: [String: [String]]
  /// The property that names what else an inspector must hold: one or more, with commas between.
  public var qualification: String?
  /// The property that names inspectors who may not make the visit, by id or name: whoever made the last one, say.
  public var independentOf: String?
  /// How many inspectors are there at the same time.
  public var people: Told<Int>
  /// What a visit takes from the vehicle, in up to four measures.
  public var loads: [Load]
  /// Features within this distance share a stop.
  public var mergeReach: Metres
  /// `nil`: nobody leaves the vehicle to walk on to the next feature.
  public var walk: Walk?

  // MARK: Who and when

  /// The first day.
  public var day: CalendarDate
  /// So many days of the calendar from ``day``.
  public var days: Int
  public var inspectors: [Inspector]
  /// The collections that the inspectors stand in; ``TourWork`` puts them into ``inspectors``.
  public var register: InspectorRegister?
  public var pins: [Pin]
  public var preferences: [Preference]

  // MARK: The search

  /// The longest working day becomes as short as so many percent more way permit; `nil`: only the way counts.
  public var balance: Int?
  public var travel: Travel
  /// As the crow flies: how much longer than the geodesic the way is taken to be.
  public var detourFactor: Double
  /// As the crow flies: the speed on the way.
  public var kmh: Double
  /// Same request, same data, same seed, same iterations: same plan.
  public var seed: UInt64
  /// How long to search; `nil`: as long as it visibly helps, five seconds at most.
  public var seconds: Double?
  /// How many rounds to search, on any machine the same.
  public var iterations: Int?

  // MARK: The answer

  /// The answer does not wait for the plan.
  public var isBackground: Bool
  /// The plan is kept in the database.
  public var isStored: Bool

  public init(
    collections: [String], filter: Filter? = nil, selection: Selection = .all, service: Told<Seconds>,
    requires: [String: [String]] = [:], day: CalendarDate, days: Int = 1, inspectors: [Inspector], seed: UInt64 = 1,
    travel: Travel = .standard, detourFactor: Double = 1.3, kmh: Double = 30
  ) {
    title = nil
    self.collections = collections
    self.filter = filter
    self.selection = selection
    due = nil
    priority = nil
    name = nil
    self.service = service
    serviceByType = [:]
    setUp = .fixed(0)
    windows = .fixed([])
    nightOnly = .fixed(false)
    night = .night
    self.requires = requires
    qualification = nil
    independentOf = nil
    people = .fixed(1)
    loads = []
    mergeReach = Metres(15)
    walk = nil
    self.day = day
    self.days = days
    self.inspectors = inspectors
    register = nil
    pins = []
    preferences = []
    balance = nil
    self.travel = travel
    self.detourFactor = detourFactor
    self.kmh = kmh
    self.seed = seed
    seconds = nil
    iterations = nil
    isBackground = false
    isStored = false
  }

  public var lastDay: CalendarDate { day.adding(days: days - 1) }

  /// All days of the plan.
  public var calendar: [CalendarDate] { (0..<days).map { day.adding(days: $0) } }

  public func inspector(_ id: String) -> Inspector? { inspectors.first { $0.id == id } }
}
