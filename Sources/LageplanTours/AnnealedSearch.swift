#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rounds of ruin and recreate, accepted by simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983, doi:10.1126/science.220.4598.671),
/// in which levels and prizes are soft; what is kept is the best plan by their exact order.
struct AnnealedSearch {
  /// Temperatures at the begin and the end, in mean legs between neighbours: where everything finds a place, and where jobs must be chosen.
  private static let placing = (hot: 2.0, cold: 0.02)
  private static let choosing = (hot: 4.0, cold: 0.1)
  /// So many rounds pass between two looks at the clock.
  private static let clockRounds = 64
  /// The first plan may take so long even where the budget is less.
  private static let leastSeconds = 1.0

  private let problem: TourProblem
  private let clock: SolverClock
  private let isWarm: Bool

  init(_ problem: TourProblem, _ clock: SolverClock, isWarm: Bool) {
    self.problem = problem
    self.clock = clock
    self.isWarm = isWarm
  }

  /// The best plan seen.
  func improve(
    _ plan: inout WorkingPlan, _ space: borrowing SearchSpace, _ random: inout SolverRandom, _ progress: (TourProgress) -> Bool
  ) -> TourDraft {
    guard space.jobCount > 0, space.shiftCount > 0 else { return TourDraft(sequences: plan.sequences()) }
    var rounds = RuinAndRecreate(space)
    /// Promises beyond the most that may be broken outweigh everything.
    let mostChanges = space.ties.mostChanges
    rounds.mostBroken = max(mostChanges, plan.broken)
    plan.beginRound()
    let best = BestPlan(plan)
    var isStopped = false
    rounds.recreate(&plan, &random, space, retrying: space.jobCount) { plan in
      guard clock.spent(after: 0) < 1 || clock.seconds < Self.leastSeconds, !Task.isCancelled else { return false }
      best.keep(plan)
      isStopped = !progress(report(best, best.draft(problem), leftOut: plan.absentCount, spent: 0))
      return !isStopped
    }
    plan.commit()
    rounds.mostBroken = max(mostChanges, plan.broken)
    best.keep(plan)
    var reported = best.draft(problem)
    let excessCost = 2 * space.heaviest
    var leftOut = plan.absentCount
    var isReported = true
    var iteration = 0
    var temperature = 0.0
    while !isStopped {
      if iteration % Self.clockRounds == 0 {
        let spent = clock.spent(after: iteration)
        if spent >= 1 || Task.isCancelled { break }
        if !isReported { reported = best.draft(problem) }
        isReported = true
        if !progress(report(best, reported, leftOut: leftOut, spent: spent)) { break }
        let (hot, cold) = leftOut == 0 ? Self.placing : Self.choosing
        let hottest = isWarm ? (hot * cold).squareRoot() : hot
        temperature = space.meanLeg * hottest * pow(cold / hottest, spent)
      }
      iteration += 1
      let before = plan.cost + excess(plan, mostChanges) * excessCost
      plan.beginRound()
      rounds.ruin(&plan, &random, space)
      rounds.recreate(&plan, &random, space)
      plan.assertSums(space)
      let threshold = Double(before) - temperature * log(1 - random.fraction())
      let after = plan.cost + excess(plan, mostChanges) * excessCost
      guard Double(after) < threshold, plan.broken <= rounds.mostBroken, plan.keepsRules(space) else {
        plan.takeBack(space)
        continue
      }
      plan.commit()
      let isCloser = plan.broken < rounds.mostBroken && rounds.mostBroken > mostChanges
      if isCloser || best.isBeaten(by: plan) && plan.broken <= rounds.mostBroken {
        if isCloser { rounds.mostBroken = max(mostChanges, plan.broken) }
        leftOut = plan.absentCount
        isReported = false
        best.keep(plan)
      }
    }
    return best.draft(problem)
  }

  private func report(_ best: BestPlan, _ draft: TourDraft, leftOut: Int, spent: Double) -> TourProgress {
    TourProgress(spent: spent, leftOut: leftOut, cost: best.routesCost, value: best.value, best: draft, problem: problem)
  }

  private func excess(_ plan: borrowing WorkingPlan, _ most: Int) -> Int { max(0, plan.broken - most) }
}
