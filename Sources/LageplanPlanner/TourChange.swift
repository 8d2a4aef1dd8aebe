public import LageplanFeatures
public import LageplanGeometry

/// What has happened since a plan was made, and what a person wants otherwise: the body of `POST /tours/{id}/replan`.
///
/// ``TourReplanner`` makes a new plan of it that differs from the old one as little as asked for.
public struct TourChange: Hashable, Sendable {
  /// A visit that has come in, or that has become more important.
  public struct Urgent: Hashable, Sendable {
    public var feature: FeatureReference
    /// `nil`: as long as the request says.
    public var service: Seconds?
    /// When it may begin, on the town's clock; `nil`: as the request says.
    public var windows: [TourRequest.DayWindow]?
    public var level: TourLevel

    public init(
      feature: FeatureReference, service: Seconds? = nil, windows: [TourRequest.DayWindow]? = nil, level: TourLevel = .must
    ) {
      self.feature = feature
      self.service = service
      self.windows = windows
      self.level = level
    }
  }

  /// An inspector is later than planned by so much: what goes on ends later, what comes begins later.
  public struct Delay: Hashable, Sendable {
    public var inspector: String
    /// `nil`: the shift that runs at ``TourChange/at``, or the inspector's first.
    public var day: CalendarDate?
    public var time: Seconds

    public init(inspector: String, day: CalendarDate? = nil, time: Seconds) {
      self.inspector = inspector
      self.day = day
      self.time = time
    }
  }

  /// An inspector who does not come, or goes home when the current visit is done.
  public struct Absence: Hashable, Sendable {
    public var inspector: String
    /// `nil`: all days that are still to come; of ``TourPlan/absent`` and ``TourChange/present`` all days.
    public var day: CalendarDate?

    public init(inspector: String, day: CalendarDate? = nil) {
      self.inspector = inspector
      self.day = day
    }
  }

  /// A person gives a visit to an inspector, at a certain place of the tour; one that needs several people has this one among them.
  public struct Move: Hashable, Sendable {
    public var feature: FeatureReference
    public var inspector: String
    /// `nil`: the day on which it is planned, or the inspector's first. Of several shifts on a day the one in which it is planned, else the first that is not over.
    public var day: CalendarDate?
    /// Counted from 1 among the stops of that tour without this one; `nil`: wherever it costs least.
    public var position: Int?

    public init(feature: FeatureReference, inspector: String, day: CalendarDate? = nil, position: Int? = nil) {
      self.feature = feature
      self.inspector = inspector
      self.day = day
      self.position = position
    }
  }

  /// Whatever began before stays as it was; `nil`: as the change before it said, and after none nothing has begun.
  public var at: Instant?
  /// Taken out of the plan.
  public var cancelled: [FeatureReference] = []
  public var urgent: [Urgent] = []
  /// Visited already, though the plan may have them later.
  public var done: [FeatureReference] = []
  public var delays: [Delay] = []
  /// They stay absent in every version that is made of this one, until ``present`` names them.
  public var absent: [Absence] = []
  /// Those whom a change before this one calls absent, and who come all the same.
  public var present: [Absence] = []
  /// They stay with their inspectors on their days, and those of one tour in their order, apart from visits for several people: when these come, several tours agree.
  /// What was locked before stays locked.
  public var locks: [FeatureReference] = []
  public var unlocks: [FeatureReference] = []
  public var moves: [Move] = []
  /// So many promises may be broken, apart from those that the change itself breaks: at a stop that gets another inspector or day, that is left out, or
  /// whose begin moves by more than ``promise``. `nil`: as many as make the plan better.
  public var mostChanges: Int?
  public var promise: Seconds = 1800
  /// How long to search; `nil`: as many rounds as visibly help.
  public var seconds: Double?
  public var seed: UInt64 = 1
  /// Nobody waits for the answer; see `POST /tours/{id}/replan`.
  public var isBackground = false

  public init(at: Instant? = nil) { self.at = at }

  /// Everything that the change names as work.
  public var features: [FeatureReference] {
    cancelled + urgent.map(\.feature) + done + locks + unlocks + moves.map(\.feature)
  }
}
