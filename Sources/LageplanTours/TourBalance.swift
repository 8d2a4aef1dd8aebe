import LageplanGeometry

/// Evens out working time: the longest day becomes as short as a stated allowance of more way permits.
public enum TourBalance {
  /// So many times the limit between the longest day so far and what is impossible is halved.
  private static let steps = 6

  /// A solution that leaves out nothing more than `solution`, whose ways cost at most `percent` more, and whose longest tour, breaks included, is as short as was
  /// found within the budget. Of several alike the first: without a better one `solution` itself. `progress` is called now and then on the searching thread; false
  /// ends the search.
  public static func evened(
    _ solution: TourSolution, of problem: TourProblem, allowing percent: Int, seed: UInt64, budget: SolverBudget,
    progress: (TourProgress) -> Bool = { _ in true }
  ) -> TourSolution {
    let cost = TourCost(of: solution, in: problem)
    let most = cost.travel + cost.travel * percent / 100
    let part = budget.divided(by: steps)
    var best = solution
    var high = longest(solution, problem)
    // Nobody can work less than the mean of what is worked at all.
    var low = work(solution, problem).reduce(0, +) / max(1, problem.shifts.count)
    var isStopped = false
    for step in 0..<steps where high - low > 60 && !Task.isCancelled && !isStopped {
      let limit = (low + high) / 2
      guard let limited = limited(problem, to: limit) else { break }
      let found = TourSolver.solve(limited, seed: seed &+ UInt64(step), budget: part, start: best) { report in
        var report = report
        report.spent = (Double(step) + report.spent) / Double(steps)
        isStopped = !progress(report)
        return !isStopped
      }
      let foundCost = TourCost(of: found, in: problem)
      let foundLongest = longest(found, problem)
      if foundLongest < high, foundCost.leftOut == cost.leftOut, foundCost.travel <= most,
        TourChecker.violations(of: found, in: problem).isEmpty
      {
        best = found
        high = foundLongest
      } else {
        low = limit
      }
    }
    return best
  }

  private static func work(_ solution: TourSolution, _ problem: TourProblem) -> [Int] {
    solution.routes.indices.filter { !solution.routes[$0].jobs.isEmpty }.map { shift in
      let table = TourTimetable(of: solution.routes[shift], shift: shift, in: problem)
      return table.arrival.value - table.departure.value
    }
  }

  private static func longest(_ solution: TourSolution, _ problem: TourProblem) -> Int { work(solution, problem).max() ?? 0 }

  private static func limited(_ problem: TourProblem, to limit: Int) -> TourProblem? {
    let shifts = problem.shifts.map { shift in
      var shift = shift
      shift.longestWork = min(shift.longestWork ?? Seconds(limit), Seconds(limit))
      return shift
    }
    return try? problem.with(shifts: shifts)
  }
}
