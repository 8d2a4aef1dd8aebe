public import LageplanFeatures
public import LageplanGeometry

extension TourRequest {
  /// Who goes, and when.
  public struct Inspector: Hashable, Sendable {
    /// A pause that every shift of the inspector holds, if it has any stop.
    public struct Pause: Hashable, Sendable {
      /// When it begins: on the clock of the town, or at most so long after the shift begins.
      public enum Limit: Hashable, Sendable {
        case window(DayWindow)
        case within(Seconds)
      }

      public var duration: Seconds
      public var limit: Limit

      public init(duration: Seconds, limit: Limit) {
        self.duration = duration
        self.limit = limit
      }
    }

    /// What differs from the ordinary shift: on a day with exceptions only they hold.
    public struct Exception: Hashable, Sendable {
      public var day: CalendarDate
      /// `nil`: the inspector is not there on this day.
      public var shift: DayWindow?

      public init(day: CalendarDate, shift: DayWindow?) {
        self.day = day
        self.shift = shift
      }
    }

    public var id: String
    public var name: String?
    /// In CRS84.
    public var start: Coordinate
    public var end: Coordinate
    /// On the town's clock, on each of the days.
    public var shift: DayWindow
    /// The days with the ordinary shift; `nil`: by ``weekdays``.
    public var days: [CalendarDate]?
    /// ISO 8601: 1 is Monday, 7 Sunday. `nil`: Monday to Friday, and the day of a plan for a single day whatever day it is.
    public var weekdays: Set<Int>?
    public var exceptions: [Exception]
    public var breaks: [Pause]
    public var longestTravel: Seconds?
    public var longestWork: Seconds?
    /// By the measures of the request's loads; of a measure that is not named the vehicle carries any amount.
    public var capacity: [String: Int]
    public var qualifications: [String]
    /// See ``TourRequest/serviceByType``.
    public var type: String?

    /// What people call the inspector.
    public var title: String { name ?? id }

    public init(
      id: String, start: Coordinate, end: Coordinate, shiftStart: Seconds, shiftEnd: Seconds, qualifications: [String] = []
    ) {
      self.id = id
      name = nil
      self.start = start
      self.end = end
      shift = DayWindow(begin: shiftStart, end: shiftEnd)
      days = nil
      weekdays = nil
      exceptions = []
      breaks = []
      longestTravel = nil
      longestWork = nil
      capacity = [:]
      self.qualifications = qualifications
      type = nil
    }
  }

  /// The ordinary collections that a town keeps its inspectors in.
  public struct InspectorRegister: Hashable, Sendable {
    public var inspectors: String
    /// Points with the ids that the inspectors name.
    public var depots: String
    /// Exceptions and additional shifts; `nil`: those of the collection `shifts` if there is one.
    public var shifts: String?
    /// Of the inspectors, by their ids; `nil`: all.
    public var ids: [String]?

    public init(inspectors: String = "inspectors", depots: String = "depots", shifts: String? = nil, ids: [String]? = nil) {
      self.inspectors = inspectors
      self.depots = depots
      self.shifts = shifts
      self.ids = ids
    }
  }
}
