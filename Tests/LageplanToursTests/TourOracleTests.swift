import LageplanGeometry
import LageplanTours
import Testing

/// Random problems in which every rule occurs, against an exhaustive search that shares no code with the solver. `lageplan-bench tours --oracle` asks for
/// ten thousand of them.
struct TourOracleTests {
  @Test(arguments: 0..<4) func everyRuleAtOnceIsSolvedToTheOptimum(block: UInt64) throws {
    var run = TourOracleRun()
    for seed in (50 * block)..<(50 * block + 50) { try run.run(seed: seed, budget: .iterations(1), jobs: 3...4) }
    for seed in (4 * block)..<(4 * block + 4) { try run.run(seed: seed, budget: .iterations(1), jobs: 5...6) }
    #expect(run.count == 54)
    #expect(run.misses.map(\.seed) == [])
  }

  /// Seven jobs, five of them promised: many more choices than are worth a try, but few of them go far. The best value is the oracle's, which takes
  /// seconds to find it.
  @Test func promisesDoNotKeepAProblemFromBeingTried() throws {
    let problem = try RandomTourProblem.problem(seed: 3740, jobs: 3...7)
    #expect(problem.jobs.count == 7 && problem.jobs.count { $0.promise != nil } == 5)
    let solution = TourSolver.solve(problem, seed: 3740, budget: .iterations(1))
    #expect(TourChecker.violations(of: solution, in: problem).isEmpty)
    let found = TourOracle.value(of: solution, in: problem)
    #expect((found.excess, found.leftOut, found.cost) == (0, [0, 2, 2], 10_061))
  }

  /// Rounds of search miss a few optima in a thousand, which lie behind plans against a rule; never these, and they never break a rule.
  @Test(arguments: 0..<4) func roundsOfSearchFindTheOptimumAsWell(block: UInt64) throws {
    var run = TourOracleRun()
    for seed in (3_100 + 25 * block)..<(3_125 + 25 * block) { try run.run(seed: seed, budget: .rounds(2_000), jobs: 3...4) }
    #expect(run.count == 25)
    #expect(run.misses.map(\.seed) == [])
  }

  /// The break ends before the window opens, and then comes another visit that is too late already.
  @Test func fixedJobAfterABreakWaitsForItsWindow() throws {
    let sorted = [
      TourJob(location: 1, service: 600, windows: [SmallProblems.window(6000, 9000)]),
      TourJob(location: 2, service: 600, windows: [SmallProblems.window(3600, 4800)]),
    ]
    var shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 30_000), fixed: [0])
    shift.breaks = [TourBreak(duration: 600, window: SmallProblems.window(0, 1200))]
    let problem = try TourProblem(jobs: sorted, shifts: [shift], travel: SmallProblems.line([0, 1, 2]))
    let solution = TourSolver.solveBothWays(problem, rounds: 20)
    #expect(solution.unassigned == [1])
    #expect(TourOracle.best(problem) == TourOracle.value(of: solution, in: problem))
  }

  @Test func randomProblemsFixJobsWithWindowsInShiftsWithBreaks() throws {
    let met = try (UInt64(0)..<200).filter { seed in
      let problem = try RandomTourProblem.problem(seed: seed, jobs: 3...4)
      return problem.shifts.contains { shift in
        !shift.breaks.isEmpty && shift.fixed.contains { !problem.jobs[$0].windows.isEmpty }
      }
    }
    #expect(met.count >= 5)
  }

  /// The oracle itself, on a problem that can be counted by hand: 10 minutes there, 5 of work, 10 back.
  @Test func oracleCountsWhatCanBeCountedByHand() throws {
    let job = TourJob(location: 1, service: 300, level: 1, prize: 3)
    let long = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 1500))
    let short = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 1440))
    let travel = try SmallProblems.line([0, 10])
    let possible = TourOracle.best(try TourProblem(jobs: [job], shifts: [long], travel: travel))
    #expect((possible.leftOut, possible.cost) == ([0, 0], 1200))
    let impossible = TourOracle.best(try TourProblem(jobs: [job], shifts: [short], travel: travel))
    #expect((impossible.leftOut, impossible.cost) == ([0, 3], 0))
  }

  @Test func sameSeedDrawsTheSameProblem() throws {
    let (one, other) = (try RandomTourProblem.problem(seed: 5), try RandomTourProblem.problem(seed: 5))
    #expect(one.jobs == other.jobs && one.shifts == other.shifts && one.ties == other.ties)
  }

  /// With a budget of rounds the machine's cores do not matter: the searches are the same whether they run one after another or side by side.
  @Test func searchesSideBySideFindWhatTheyFindAlone() async throws {
    for seed in UInt64(1)...10 {
      let problem = try RandomTourProblem.problem(seed: seed, jobs: 7...7)
      let alone = (0..<3).map { TourSolver.solve(problem, seed: 40 + $0, budget: .rounds(60)) }
      let best = alone.min { TourCost(of: $0, in: problem) < TourCost(of: $1, in: problem) }
      let together = await TourSolver.solve(problem, seed: 40, budget: .rounds(60), searches: 3)
      #expect(together == best)
    }
  }
}
