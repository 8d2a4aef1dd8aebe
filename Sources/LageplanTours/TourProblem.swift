import LageplanGeometry

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
/// A solution gives each shift a sequence of jobs, the fixed ones of the shift first. A tour leaves its start at a stated second, drives, waits where it
/// comes before the first window that is still open, serves, drives on, and reaches its end; between two stops it may take a break. It must keep
/// the jobs' windows, pins and skills, and the shift's span, breaks, longest work, longest travel and capacity. A shift without jobs costs nothing and
/// takes no break.
///
/// Objective, lexicographic: first the prizes left out, level by level (level 0 first), then ``TourObjective`` and the wishes that are not met.
/// Time is counted in seconds after an origin that the caller chooses, all of it within `0...TravelTable.longest`.
public struct TourProblem: Sendable {
  public let jobs: [TourJob]
  public let shifts: [TourShift]
  public let travel: TravelTable
  public let objective: TourObjective
  /// The cost of leaving out each job, so large that one sum orders solutions as the levels do.
  let penalties: [Int]

  /// Throws the first of the ``faults(jobs:shifts:travel:objective:)``.
  public init(
    jobs: [TourJob], shifts: [TourShift], travel: TravelTable, objective: TourObjective = TourObjective()
  ) throws(TourProblemError) {
    if let fault = Self.faults(jobs: jobs, shifts: shifts, travel: travel, objective: objective).first { throw fault }
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

  /// Set-up at `job` for whoever comes from `location`.
  func setUp(at job: TourJob, from location: Int) -> Int { location == job.location ? 0 : job.setUp.value }

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
    for job in jobs { for wish in job.wishes { everythingBelow += wish.cost } }
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
