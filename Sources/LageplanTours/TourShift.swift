public import LageplanGeometry

/// A pause that a shift must hold (Pause). It has no place of its own: it may lie at a stop, before or after the visit, or on the way between two stops.
public struct TourBreak: Hashable, Sendable {
  public var duration: Seconds
  /// When it may begin.
  public var window: TimeWindow
  /// The most that may be on board meanwhile; `nil`: anything.
  public var largestLoad: TourLoad?

  public init(duration: Seconds, window: TimeWindow, largestLoad: TourLoad? = nil) {
    self.duration = duration
    self.window = window
    self.largestLoad = largestLoad
  }

  /// A pause that begins at most `hours` after a shift does. Work comes before it: it does not begin before half of the hours are over, or half of a shorter
  /// shift without the pause.
  public static func within(_ hours: Seconds, of span: TimeWindow, duration: Seconds) -> TourBreak {
    let begin = span.earliest.value
    let work = max(0, span.latest.value - begin - duration.value)
    return TourBreak(
      duration: duration,
      window: TimeWindow(earliest: Seconds(begin + min(hours.value, work) / 2), latest: Seconds(begin + hours.value)))
  }
}

/// One inspector on one day (Schicht): where the tour starts and ends, when, and what it can carry.
public struct TourShift: Hashable, Sendable {
  /// Rows of the travel table.
  public var start: Int
  public var end: Int
  /// Not before this does the tour leave its start, not after this does it reach its end.
  public var span: TimeWindow
  /// The longest time between leaving and reaching, breaks included; `nil`: the span alone limits it.
  public var longestWork: Seconds?
  /// The longest time on the way altogether.
  public var longestTravel: Seconds?
  /// The longest way altogether.
  public var longestWay: Metres?
  /// The most jobs that one tour serves.
  public var mostJobs: Int?
  public var skills: SkillSet
  /// The most that may be on board anywhere on the way; `nil`: unlimited.
  public var capacity: TourLoad?
  /// In the order in which they are taken, at most ``mostBreaks``, at most one on the way from one stop to the next.
  public var breaks: [TourBreak]
  /// Jobs that the tour serves first, in this order, whatever it costs: done, promised, or on the way to. Their windows are not asked.
  public var fixed: [Int]
  /// The inspector's type: see ``TourJob/serviceByType``.
  public var type: Int
  /// By which travel table it moves: 0 is ``TourProblem/travel``, 1 the first of ``TourProblem/otherTravel``.
  public var profile = 0
  /// What this shift costs, where that is not as the problem says.
  public var costs: TourObjective?

  public static let mostBreaks = 3

  /// Nothing can be done in it any more.
  public var isOver: Bool { span.latest <= span.earliest }

  public init(
    start: Int, end: Int, span: TimeWindow, longestWork: Seconds? = nil, longestTravel: Seconds? = nil, skills: SkillSet = [],
    capacity: TourLoad? = nil, breaks: [TourBreak] = [], fixed: [Int] = [], type: Int = 0
  ) {
    self.start = start
    self.end = end
    self.span = span
    self.longestWork = longestWork
    self.longestTravel = longestTravel
    self.skills = skills
    self.capacity = capacity
    self.breaks = breaks
    self.fixed = fixed
    self.type = type
  }
}
