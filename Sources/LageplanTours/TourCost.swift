import LageplanGeometry

/// What a solution costs, in whole numbers: exact, no rounding, the same on every machine.
///
/// Ordered as the objective says: the prizes left out of level 0 first, then level 1 and so on, then the tours.
public struct TourCost: Hashable, Comparable, Sendable {
  /// The sum of the prizes of the jobs left out, per level, level 0 first.
  public var leftOut: [Int]
  /// Weighted seconds and metres of all ways.
  public var travel: Int
  /// Cost of the shifts that are used.
  public var shifts: Int
  /// Cost of the wishes that are not met by jobs that are served.
  public var wishes: Int
  /// Weighted seconds of set-up and service.
  public var work: Int
  /// Cost of the promises that are broken to jobs that are served.
  public var promises: Int
  /// How many promises are broken, those to jobs left out among them; fixed jobs are not asked.
  public var brokenPromises: Int
  public var travelSeconds: Int
  public var metres: Int

  /// Counts the solution from the problem alone, whether or not it keeps the rules. Jobs in no route count as left out.
  public init(of solution: TourSolution, in problem: TourProblem) {
    leftOut = Array(repeating: 0, count: (problem.jobs.map(\.level).max() ?? -1) + 1)
    travel = 0
    shifts = 0
    wishes = 0
    work = 0
    promises = 0
    brokenPromises = 0
    travelSeconds = 0
    metres = 0
    var left = Array(repeating: true, count: problem.jobs.count)
    for ((number, route), shift) in zip(solution.routes.enumerated(), problem.shifts) where !route.jobs.isEmpty {
      let weights = problem.objective(of: number)
      let table = problem.travel(of: number)
      shifts += weights.usedShift
      var place = shift.start
      for index in route.jobs {
        let job = problem.jobs[index]
        add(from: place, to: job.location, table, weights)
        left[index] = false
        wishes += job.wishCost(on: number)
        work += weights.workSecond * (job.service(onType: shift.type).value + problem.setUp(at: job, from: place))
        place = job.location
      }
      add(from: place, to: shift.end, table, weights)
      if problem.hasPromises { countPromises(route, number, problem) }
    }
    let fixed = Set(problem.shifts.flatMap(\.fixed))
    for (index, job) in problem.jobs.enumerated() where left[index] {
      leftOut[job.level] += job.prize
      if job.promise != nil, !fixed.contains(index) { brokenPromises += 1 }
    }
  }

  private mutating func countPromises(_ route: TourRoute, _ shift: Int, _ problem: TourProblem) {
    let fixed = problem.shifts[shift].fixed
    for visit in TourTimetable(of: route, shift: shift, in: problem).visits.dropFirst(fixed.count) {
      guard let promise = problem.jobs[visit.job].promise, !promise.isKept(on: shift, begin: visit.begin) else { continue }
      promises += promise.cost
      brokenPromises += 1
    }
  }

  /// Where there is no way it costs nothing: a solution with that is against the rules.
  private mutating func add(from: Int, to: Int, _ table: TravelTable, _ weights: TourObjective) {
    guard table.isReachable(from: from, to: to) else { return }
    travel += table.cost(from: from, to: to, weights)
    travelSeconds += table.seconds(from: from, to: to).value
    metres += Int(table.metres[from * table.locationCount + to])
  }

  /// What counts where the same prizes are left out.
  public var afterJobs: Int { travel + shifts + work + wishes + promises }

  public static func < (a: TourCost, b: TourCost) -> Bool {
    for (first, second) in zip(a.leftOut, b.leftOut) where first != second { return first < second }
    return a.afterJobs < b.afterJobs
  }
}
