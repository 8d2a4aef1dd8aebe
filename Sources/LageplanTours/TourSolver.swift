import LageplanGeometry

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Builds tours and improves them until the budget is used up.
///
/// Construction by regret insertion, local search, then rounds of ruin and recreate, each repaired by local search around what moved and
/// accepted by simulated annealing. Every plan on the way keeps all rules; the best one seen is returned.
public enum TourSolver {
  /// Above this much work regret insertion gives way to plain insertion, which is a step of the recreation.
  private static let regretWork = 50_000_000
  /// Temperatures at the begin and the end, in mean legs between neighbours.
  private static let hot = 0.3
  private static let cold = 0.003

  /// The best solution found. Same problem, seed and rounds: same solution. Ends early when the task is cancelled.
  public static func solve(_ problem: TourProblem, seed: UInt64, budget: SolverBudget) -> TourSolution {
    let clock = ContinuousClock()
    let begin = clock.now
    let space = SearchSpace(problem)
    var random = SolverRandom(seed: seed)
    var plan = WorkingPlan(space)
    guard space.jobCount > 0, space.shiftCount > 0 else { return solution(plan, problem) }
    var search = LocalSearch(space)
    var rounds = RuinAndRecreate(problem, space)

    let regretWork = space.jobCount * space.jobCount * (space.shiftCount + space.jobCount / space.shiftCount)
    if regretWork <= Self.regretWork { plan.insertByRegret(levels: problem.jobs.map(\.level), &random, space) }
    rounds.recreate(&plan, &random, space, &search)
    for job in 0..<space.jobCount { search.enqueue(job, space) }
    search.run(on: &plan, space)

    var kept = WorkingPlan(space)
    var best = WorkingPlan(space)
    kept.copy(from: plan)
    best.copy(from: plan)
    var iteration = 0
    var temperature = hot * space.meanLeg
    let limit = budget.iterations ?? Int.max
    while iteration < limit {
      if iteration % 16 == 0 {
        if Task.isCancelled { break }
        var spent = Double(iteration) / Double(limit)
        if let seconds = budget.seconds {
          let elapsed = (clock.now - begin) / .seconds(1)
          if elapsed >= seconds { break }
          if budget.iterations == nil { spent = elapsed / seconds }
        }
        temperature = space.meanLeg * hot * pow(cold / hot, spent)
      }
      iteration += 1
      rounds.ruin(&plan, &random, space)
      rounds.recreate(&plan, &random, space, &search)
      search.run(on: &plan, space)
      let threshold = Double(kept.cost) - temperature * log(1 - random.fraction())
      if Double(plan.cost) < threshold {
        kept.copy(from: plan)
        if plan.cost < best.cost { best.copy(from: plan) }
      } else {
        plan.copy(from: kept)
      }
    }
    insertWhatFits(&best, &random, space)
    return solution(best, problem)
  }

  /// A blink may have left out a job that has a place.
  private static func insertWhatFits(_ plan: inout WorkingPlan, _ random: inout SolverRandom, _ space: borrowing SearchSpace) {
    var blinks = Blinks.none
    var job = 0
    while job < space.jobCount {
      if plan.route(job) < 0 {
        let insertion = plan.cheapestInsertion(of: job, blinks: &blinks, &random, space)
        if insertion.isPossible {
          plan.insert(job, after: Int(insertion.after), window: Int(insertion.window), delta: insertion.delta, space)
        }
      }
      job += 1
    }
  }

  private static func solution(_ plan: borrowing WorkingPlan, _ problem: TourProblem) -> TourSolution {
    var routes: [TourRoute] = []
    for shift in problem.shifts.indices {
      routes.append(TourRoute(jobs: plan.sequence(of: shift), departure: Seconds(Int(plan.node[plan.end(shift)].head.earliest))))
    }
    let unassigned = problem.jobs.indices.filter { plan.route($0) < 0 }
    return TourSolution(routes: routes, unassigned: unassigned)
  }
}
