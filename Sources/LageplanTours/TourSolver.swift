import LageplanGeometry

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far a search has come.
public struct TourProgress: Sendable {
  /// From 0 to 1, of the budget.
  public var spent: Double
  /// Of the best solution so far: how many jobs it leaves out, and what the rest of it costs.
  public var leftOut: Int
  public var cost: Int
}

/// Builds tours and improves them until the budget is used up.
///
/// Jobs are placed one after another where they cost least; then rounds of ruin and recreate (see `RuinAndRecreate`), accepted by simulated annealing, in which
/// levels and prizes are soft. Every plan that is accepted keeps all rules; the best one seen by the exact order of levels is returned. A single tour in which
/// nothing but the way matters is left to `SingleTour`.
public enum TourSolver {
  /// Temperatures at the begin and the end, in mean legs between neighbours: where everything finds a place, and where jobs must be chosen.
  private static let placing = (hot: 2.0, cold: 0.02)
  private static let choosing = (hot: 4.0, cold: 0.1)
  /// So many rounds pass between two looks at the clock.
  private static let clockRounds = 64

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
    if start == nil, var tour = SingleTour(problem, space) {
      let order = tour.solve(&random, clock) { progress(TourProgress(spent: $0, leftOut: 0, cost: $1)) }
      return TourSolution(sequences: [order], of: problem)
    }
    var plan = WorkingPlan(space, fixed: problem.shifts.map(\.fixed))
    if let start { plan.adopt(start, space) }
    let sequences = improve(&plan, space, &random, clock, isWarm: start != nil, progress)
    return TourSolution(sequences: sequences, of: problem)
  }

  /// Runs independent searches side by side, one for each of the seeds that follow `seed`, and returns the best of them: with a budget of rounds the same
  /// solution on every machine, however many cores it has.
  public static func solve(
    _ problem: TourProblem, seed: UInt64, budget: SolverBudget, searches: Int, start: TourSolution? = nil
  ) async -> TourSolution {
    await withTaskGroup(of: (search: Int, solution: TourSolution).self) { group in
      for search in 0..<max(1, searches) {
        group.addTask { (search, solve(problem, seed: seed &+ UInt64(search), budget: budget, start: start)) }
      }
      var found: [(search: Int, cost: TourCost, solution: TourSolution)] = []
      for await (search, solution) in group { found.append((search, TourCost(of: solution, in: problem), solution)) }
      found.sort { ($0.cost, $0.search) < ($1.cost, $1.search) }
      return found[0].solution
    }
  }

  /// The jobs of each shift in the best plan seen.
  private static func improve(
    _ plan: inout WorkingPlan, _ space: borrowing SearchSpace, _ random: inout SolverRandom, _ clock: SolverClock, isWarm: Bool,
    _ progress: (TourProgress) -> Bool
  ) -> [[Int]] {
    guard space.jobCount > 0, space.shiftCount > 0 else { return plan.sequences() }
    var rounds = RuinAndRecreate(space)
    plan.beginRound()
    rounds.recreate(&plan, &random, space, retrying: space.jobCount)
    plan.commit()
    let best = BestPlan(plan)
    var bestCost = plan.exactCost
    var leftOut = plan.absentCount
    var iteration = 0
    var temperature = 0.0
    while true {
      if iteration % clockRounds == 0 {
        let spent = clock.spent(after: iteration)
        if spent >= 1 || Task.isCancelled { break }
        let report = TourProgress(spent: spent, leftOut: leftOut, cost: best.routesCost)
        if !progress(report) { break }
        let (hot, cold) = leftOut == 0 ? placing : choosing
        let hottest = isWarm ? (hot * cold).squareRoot() : hot
        temperature = space.meanLeg * hottest * pow(cold / hottest, spent)
      }
      iteration += 1
      let before = plan.cost
      plan.beginRound()
      rounds.ruin(&plan, &random, space)
      rounds.recreate(&plan, &random, space)
      plan.assertSums(space)
      let threshold = Double(before) - temperature * log(1 - random.fraction())
      guard Double(plan.cost) < threshold, plan.keepsRules(space) else {
        plan.takeBack()
        continue
      }
      plan.commit()
      if plan.exactCost < bestCost {
        bestCost = plan.exactCost
        leftOut = plan.absentCount
        best.keep(plan)
      }
    }
    return best.sequences()
  }
}

/// The links of the best plan seen.
private final class BestPlan {
  private let next: UnsafeMutablePointer<Int32>
  private let jobCount: Int
  private let shiftCount: Int
  private(set) var routesCost = 0

  init(_ plan: borrowing WorkingPlan) {
    (jobCount, shiftCount) = (plan.jobCount, plan.shiftCount)
    next = .allocate(capacity: jobCount + shiftCount)
    keep(plan)
  }

  deinit { next.deallocate() }

  func keep(_ plan: borrowing WorkingPlan) {
    for at in 0..<(jobCount + shiftCount) { next[at] = plan.node[at].next }
    routesCost = plan.routesCost
  }

  func sequences() -> [[Int]] {
    (0..<shiftCount).map { shift in
      var jobs: [Int] = []
      var at = Int(next[jobCount + shift])
      while at < jobCount {
        jobs.append(at)
        at = Int(next[at])
      }
      return jobs
    }
  }
}
