public import LageplanGeometry

/// A span of time on the clock of the problem, both ends included, in seconds after the problem's origin.
public struct TimeWindow: Hashable, Sendable {
  public var earliest: Seconds
  public var latest: Seconds

  public init(earliest: Seconds, latest: Seconds) {
    self.earliest = earliest
    self.latest = latest
  }
}

/// A set of up to 64 qualifications, one bit each. What a bit means is the caller's knowledge.
public struct SkillSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Work to place (Einsatz): one visit of one location.
public struct TourJob: Hashable, Sendable {
  /// Row of the travel table.
  public var location: Int
  /// How long the visit lasts.
  public var service: Seconds
  /// When the visit may *begin*: in any one of these, sorted and disjoint. Empty: at any time.
  public var windows: [TimeWindow]
  /// What the inspector must hold.
  public var skills: SkillSet
  /// Level of importance; 0 is the highest. Leaving out one job of a level is worse than leaving out all jobs of all levels below.
  public var level: Int
  /// How bad it is to leave this job out, compared with others of its level; at least 1.
  public var prize: Int
  /// What the visit adds to the vehicle's load.
  public var load: Int

  public init(
    location: Int, service: Seconds, windows: [TimeWindow] = [], skills: SkillSet = [], level: Int = 0, prize: Int = 1,
    load: Int = 0
  ) {
    self.location = location
    self.service = service
    self.windows = windows
    self.skills = skills
    self.level = level
    self.prize = prize
    self.load = load
  }
}

/// One inspector on one day (Schicht): where the tour starts and ends, when, and what it can carry.
public struct TourShift: Hashable, Sendable {
  /// Rows of the travel table.
  public var start: Int
  public var end: Int
  /// Not before this does the tour leave its start, not after this does it reach its end.
  public var span: TimeWindow
  /// The longest time between leaving and reaching; `nil`: the span alone limits it.
  public var longestWork: Seconds?
  public var skills: SkillSet
  /// The largest sum of the jobs' loads; `nil`: unlimited.
  public var capacity: Int?

  public init(
    start: Int, end: Int, span: TimeWindow, longestWork: Seconds? = nil, skills: SkillSet = [], capacity: Int? = nil
  ) {
    self.start = start
    self.end = end
    self.span = span
    self.longestWork = longestWork
    self.skills = skills
    self.capacity = capacity
  }
}

/// What is minimised after the jobs left out: a sum of whole numbers over all tours that serve at least one job.
public struct TourObjective: Hashable, Sendable {
  /// Cost of each second on the way.
  public var travelSecond: Int
  /// Cost of each metre on the way.
  public var metre: Int
  /// Cost of each shift that is used.
  public var usedShift: Int

  public init(travelSecond: Int = 1, metre: Int = 0, usedShift: Int = 0) {
    self.travelSecond = travelSecond
    self.metre = metre
    self.usedShift = usedShift
  }
}

/// A tour problem in plain integers: jobs, shifts, and the travel table between their locations.
///
/// A solution gives each shift a sequence of jobs. A tour leaves its start at a stated second, drives, waits where it comes before
/// the first window that is still open, serves, drives on, and reaches its end. It must keep the jobs' windows, the shift's span, the longest work,
/// the skills and the capacity. A shift without jobs costs nothing.
///
/// Objective, lexicographic: first the prizes left out, level by level (level 0 first), then ``TourObjective``.
/// Time is counted in seconds after an origin that the caller chooses, all of it within `0...TravelTable.longest`.
public struct TourProblem: Sendable {
  public let jobs: [TourJob]
  public let shifts: [TourShift]
  public let travel: TravelTable
  public let objective: TourObjective
  /// The cost of leaving out each job, so large that one sum orders solutions as the levels do.
  let penalties: [Int]

  /// Throws ``TourProblemError``, naming the first job or shift that cannot be meant.
  public init(
    jobs: [TourJob], shifts: [TourShift], travel: TravelTable, objective: TourObjective = TourObjective()
  ) throws(TourProblemError) {
    let clock = 0...Int(TravelTable.longest)
    let places = 0..<travel.locationCount
    for (index, job) in jobs.enumerated() {
      guard places.contains(job.location) else { throw .locationOutOfRange(.job(index), location: job.location) }
      guard clock.contains(job.service.value) else { throw .valueOutOfRange(.job(index), "service", job.service.value) }
      guard (0...1_000_000).contains(job.load) else { throw .valueOutOfRange(.job(index), "load", job.load) }
      guard (0..<16).contains(job.level) else { throw .valueOutOfRange(.job(index), "level", job.level) }
      guard (1...1_000_000).contains(job.prize) else { throw .valueOutOfRange(.job(index), "prize", job.prize) }
      var after = -1
      for window in job.windows {
        guard clock.contains(window.earliest.value), clock.contains(window.latest.value), window.earliest <= window.latest,
          window.earliest.value > after
        else { throw .badWindow(.job(index), window) }
        after = window.latest.value
      }
    }
    for (index, shift) in shifts.enumerated() {
      for location in [shift.start, shift.end] where !places.contains(location) {
        throw .locationOutOfRange(.shift(index), location: location)
      }
      guard clock.contains(shift.span.earliest.value), clock.contains(shift.span.latest.value),
        shift.span.earliest <= shift.span.latest
      else { throw .badWindow(.shift(index), shift.span) }
      if let work = shift.longestWork, !clock.contains(work.value) {
        throw .valueOutOfRange(.shift(index), "longestWork", work.value)
      }
      if let capacity = shift.capacity, !(0...1_000_000_000).contains(capacity) {
        throw .valueOutOfRange(.shift(index), "capacity", capacity)
      }
    }
    for (name, weight) in [
      ("travelSecond", objective.travelSecond), ("metre", objective.metre), ("usedShift", objective.usedShift),
    ] where !(0...1_000_000_000).contains(weight) {
      throw .valueOutOfRange(.objective, name, weight)
    }
    self.jobs = jobs
    self.shifts = shifts
    self.travel = travel
    self.objective = objective
    penalties = try Self.penalties(jobs: jobs, shifts: shifts, travel: travel, objective: objective)
  }

  /// The cost of one leg: 0 weights make it free, an unreachable pair has none.
  func legCost(from: Int, to: Int) -> Int {
    let cell = from * travel.locationCount + to
    return objective.travelSecond * Int(travel.seconds[cell]) + objective.metre * Int(travel.metres[cell])
  }

  /// A level's weight exceeds everything that the levels below and the tours can cost together.
  private static func penalties(
    jobs: [TourJob], shifts: [TourShift], travel: TravelTable, objective: TourObjective
  ) throws(TourProblemError) -> [Int] {
    var dearestLeg = 0
    for cell in travel.seconds.indices where travel.seconds[cell] != TravelTable.unreachable {
      let cost = objective.travelSecond * Int(travel.seconds[cell]) + objective.metre * Int(travel.metres[cell])
      dearestLeg = max(dearestLeg, cost)
    }
    guard dearestLeg < 1 << 30 else { throw .costTooLarge }
    var everythingBelow = dearestLeg * (jobs.count + shifts.count) + objective.usedShift * shifts.count
    var weights: [Int: Int] = [:]
    for level in Set(jobs.map(\.level)).sorted(by: >) {
      let weight = everythingBelow + 1
      let prizes = jobs.reduce(0) { $1.level == level ? $0 + $1.prize : $0 }
      let (all, overflow) = weight.multipliedReportingOverflow(by: prizes)
      guard !overflow, all < Int.max / 4 - everythingBelow else { throw .costTooLarge }
      weights[level] = weight
      everythingBelow += all
    }
    return jobs.map { (weights[$0.level] ?? 0) * $0.prize }
  }
}

/// What cannot be meant in a tour problem.
public enum TourProblemError: Error, Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    case job(Int)
    case shift(Int)
    case objective
  }

  /// The travel tables do not have the square of the locations.
  case tableSize(locations: Int, seconds: Int, metres: Int)
  case travelOutOfRange(from: Int, to: Int, seconds: Int, metres: Int)
  case locationOutOfRange(Part, location: Int)
  case valueOutOfRange(Part, String, Int)
  /// Ends before it begins, overlaps the one before, or lies outside the clock.
  case badWindow(Part, TimeWindow)
  /// The levels and prizes cannot be told apart in 64 bits: use fewer levels or smaller prizes and weights.
  case costTooLarge
}
