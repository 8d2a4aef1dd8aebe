public import LageplanGeometry

/// Builds tours and improves them until the budget is used up.
///
/// A handful of jobs is solved by trying everything (see `CompleteSearch`). Of more, jobs are placed one after another where they cost least; then rounds of ruin and recreate (see `RuinAndRecreate`), accepted by simulated annealing, in which
/// levels and prizes are soft. Every plan that is accepted keeps all rules; the best one seen by the exact order of levels is returned. A single tour in which
/// nothing but the way matters is left to `SingleTour`.
public enum TourSolver {
  /// The best solution found. Same problem, seed, rounds and start: same solution. Ends early when the task is cancelled or `progress` answers false.
  ///
  /// - Parameters:
  ///   - problem: What to solve.
  ///   - seed: Of all that is left to chance.
  ///   - budget: When to stop.
  ///   - start: A solution to begin from, as far as it keeps the rules; with it the search begins cool, so that most of it stays.
  ///   - progress: Called now and then on the searching thread; false stops the search.
  public static func solve(
    _ problem: TourProblem, seed: UInt64, budget: SolverBudget, start: TourSolution? = nil,
    progress: (TourProgress) -> Bool = { _ in true }
  ) -> TourSolution {
    let clock = SolverClock(budget)
    let space = SearchSpace(problem)
    var random = SolverRandom(seed: seed)
    if budget.triesAll, budget.iterations != 0, let plan = complete(space, problem, clock, start) {
      let best = BestPlan(plan).draft(problem)
      let (leftOut, cost, value) = (plan.absentCount, plan.routesCost, plan.value)
      _ = progress(TourProgress(spent: 1, leftOut: leftOut, cost: cost, value: value, best: best, problem: problem))
      return best.solution(of: problem)
    }
    if start == nil, var tour = SingleTour(problem, space) {
      let order = tour.solve(&random, clock) { spent, cost, order in
        let draft = TourDraft(sequences: [order])
        let value = PlanValue(leftOut: problem.levels.map { _ in 0 }, routesCost: cost)
        return progress(TourProgress(spent: spent, leftOut: 0, cost: cost, value: value, best: draft, problem: problem))
      }
      return TourSolution(sequences: [order], of: problem)
    }
    var plan = WorkingPlan(space, fixed: problem.shifts.map(\.fixed))
    if let start { plan.adopt(start, problem, space) }
    let search = AnnealedSearch(problem, clock, isWarm: start != nil)
    return search.improve(&plan, space, &random, progress).solution(of: problem)
  }

  /// The best plan of all where everything can be tried; the start, where that is as good. `nil`: too much to try.
  private static func complete(
    _ space: borrowing SearchSpace, _ problem: TourProblem, _ clock: SolverClock, _ start: TourSolution?
  ) -> WorkingPlan? {
    var plan = WorkingPlan(space, fixed: problem.shifts.map(\.fixed))
    guard var search = CompleteSearch(plan, clock, space), search.complete(&plan, space) else { return nil }
    guard let start else { return plan }
    var known = WorkingPlan(space, fixed: problem.shifts.map(\.fixed))
    known.adopt(start, problem, space)
    let most = space.ties.mostChanges
    let isAsGood = (max(0, known.broken - most), known.value) <= (max(0, plan.broken - most), plan.value)
    return isAsGood ? known : plan
  }

  /// Runs independent searches side by side, one for each of the seeds that follow `seed`, and returns the best of them: with a budget of rounds the same
  /// solution on every machine, however many cores it has. `progress` tells of the best one so far; it is called from any of the searching threads, never
  /// from two at once. False from it, or the end of the task, ends all searches.
  public static func solve(
    _ problem: TourProblem, seed: UInt64, budget: SolverBudget, searches: Int, start: TourSolution? = nil,
    progress: @escaping @Sendable (TourProgress) -> Bool = { _ in true }
  ) async -> TourSolution {
    let reports = SharedProgress(progress, searches: max(1, searches))
    return await withTaskGroup(of: (search: Int, solution: TourSolution).self) { group in
      for search in 0..<max(1, searches) {
        group.addTask {
          let solution = solve(problem, seed: seed &+ UInt64(search), budget: budget, start: start) {
            reports.add($0, of: search)
          }
          return (search, solution)
        }
      }
      var found: [(search: Int, cost: TourCost, solution: TourSolution)] = []
      for await (search, solution) in group { found.append((search, TourCost(of: solution, in: problem), solution)) }
      found.sort { ($0.cost, $0.search) < ($1.cost, $1.search) }
      return found[0].solution
    }
  }

  /// Solves a changed problem from the solution that people know, so that little of it changes: a plan anew during the day.
  ///
  /// Every job that `solution` serves is promised its shift and its begin, give or take `tolerance` (jobs that have a ``TourJob/promise`` of their own keep
  /// that). At most `mostChanges` promises are broken, jobs left out among them; where more cannot be helped, as few as the search finds. What cannot
  /// be kept in any case, such as the work of somebody who is absent, is better left out of the routes of `solution`: then nothing is promised.
  /// A tour may wait for a promised begin. The work of the answer is counted from ``TourTimetable/Visit/begin`` of its timetable.
  ///
  /// - Parameters:
  ///   - problem: With the jobs as they are now.
  ///   - solution: The one that people know, in indices of this problem; it may break rules.
  ///   - tolerance: How much earlier or later a visit may begin.
  ///   - changeCost: What a broken promise costs, in the unit of ``TourObjective``.
  ///   - mostChanges: `nil`: any number, at their cost.
  ///   - seed: Of all that is left to chance.
  ///   - budget: When to stop.
  ///   - progress: Called now and then on the searching thread; false stops the search.
  public static func resolve(
    _ problem: TourProblem, from solution: TourSolution, within tolerance: Seconds = 1800, changeCost: Int = 900,
    mostChanges: Int?, seed: UInt64, budget: SolverBudget, progress: (TourProgress) -> Bool = { _ in true }
  ) throws(TourProblemError) -> TourSolution {
    let promising = try problem.promising(solution, within: tolerance, cost: changeCost, mostChanges: mostChanges)
    return solve(promising, seed: seed, budget: budget, start: solution, progress: progress)
  }
}
