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
  public var travelSeconds: Int
  public var metres: Int

  /// Counts the solution from the problem alone, whether or not it keeps the rules. Jobs in no route count as left out.
  public init(of solution: TourSolution, in problem: TourProblem) {
    leftOut = Array(repeating: 0, count: (problem.jobs.map(\.level).max() ?? -1) + 1)
    travel = 0
    shifts = 0
    wishes = 0
    travelSeconds = 0
    metres = 0
    var left = Array(repeating: true, count: problem.jobs.count)
    for ((number, route), shift) in zip(solution.routes.enumerated(), problem.shifts) where !route.jobs.isEmpty {
      shifts += problem.objective.usedShift
      var place = shift.start
      for job in route.jobs {
        add(from: place, to: problem.jobs[job].location, in: problem)
        place = problem.jobs[job].location
        left[job] = false
        wishes += problem.jobs[job].wishCost(on: number)
      }
      add(from: place, to: shift.end, in: problem)
    }
    for (job, isLeft) in zip(problem.jobs, left) where isLeft { leftOut[job.level] += job.prize }
  }

  private mutating func add(from: Int, to: Int, in problem: TourProblem) {
    travel += problem.legCost(from: from, to: to)
    travelSeconds += problem.travel.seconds(from: from, to: to).value
    metres += Int(problem.travel.metres[from * problem.travel.locationCount + to])
  }

  /// What counts where the same prizes are left out.
  public var afterJobs: Int { travel + shifts + wishes }

  public static func < (a: TourCost, b: TourCost) -> Bool {
    for (first, second) in zip(a.leftOut, b.leftOut) where first != second { return first < second }
    return a.afterJobs < b.afterJobs
  }
}
