import LageplanGeometry
import Synchronization
import TestSupport
import Testing

@testable import LageplanTours

struct TourSolverTests {
  /// Debug builds also assert, at each of the many changes on the way, that the cost moved by exactly the evaluated delta.
  @Test(arguments: Seed.hundred) func everySolutionKeepsTheRules(seed: Seed) throws {
    var seed = seed
    let problem = try SmallProblems.random(&seed, jobs: 40, shifts: 5)
    let solution = TourSolver.solve(problem, seed: 7, budget: .iterations(30))
    #expect(TourChecker.violations(of: solution, in: problem) == [])
  }

  @Test(arguments: Seed.hundred) func costKeptByDeltasIsTheCostCountedAnew(seed: Seed) throws {
    var seed = seed
    let problem = try SmallProblems.random(&seed, jobs: 30, shifts: 4)
    let space = SearchSpace(problem)
    var random = SolverRandom(seed: 1)
    var plan = WorkingPlan(space, fixed: problem.shifts.map(\.fixed))
    var rounds = RuinAndRecreate(space)
    for round in 0..<40 {
      plan.beginRound()
      let before = plan.value
      rounds.ruin(&plan, &random, space)
      #expect(plan.value == counted(plan, problem))
      rounds.recreate(&plan, &random, space)
      #expect(plan.value == counted(plan, problem))
      guard round % 3 == 0 else {
        plan.commit()
        continue
      }
      plan.takeBack(space)
      #expect(plan.value == before)
      #expect(plan.value == counted(plan, problem))
    }
  }

  private func counted(_ plan: borrowing WorkingPlan, _ problem: TourProblem) -> PlanValue {
    var sequences: [[Int]] = []
    for shift in problem.shifts.indices { sequences.append(plan.sequence(of: shift)) }
    let solution = TourSolution(sequences: sequences, of: problem)
    let cost = TourCost(of: solution, in: problem)
    // What was taken out can leave a leg without a way, which the search counts so that nothing is dearer, and the cost of a solution not at all.
    let gaps = zip(problem.shifts, sequences).reduce(0) { count, tour in
      let jobs = tour.1.map { problem.jobs[$0].location }
      let legs = jobs.isEmpty ? [] : Array(zip([tour.0.start] + jobs, jobs + [tour.0.end]))
      return count + legs.count { !problem.travel.isReachable(from: $0, to: $1) }
    }
    return PlanValue(
      leftOut: problem.levels.map { cost.leftOut[$0] }, routesCost: cost.afterJobs + gaps * Int(SearchSpace.noWay))
  }

  @Test(arguments: Seed.hundred) func tinyProblemsAreSolvedToTheOptimum(seed: Seed) throws {
    var seed = seed
    let problem = try SmallProblems.random(&seed, jobs: 5, shifts: 2, withGaps: false)
    let best = ExhaustiveSearch.best(problem)
    for budget in [SolverBudget.rounds(3000), .iterations(3000)] {
      #expect(TourCost(of: TourSolver.solve(problem, seed: 3, budget: budget), in: problem) == best)
    }
  }

  @Test(arguments: Seed.hundred) func problemsWithEveryRuleAreSolvedByTheRules(seed: Seed) throws {
    var seed = seed
    let problem = try SmallProblems.mixed(&seed, jobs: 30, shifts: 5)
    let solution = TourSolver.solve(problem, seed: 7, budget: .iterations(60))
    #expect(TourChecker.violations(of: solution, in: problem) == [])
  }

  /// Without a limit of working time: under one the solver looks at the windows and breaks that come first only.
  @Test(arguments: Seed.hundred) func tinyProblemsWithEveryRuleAreSolvedToTheOptimum(seed: Seed) throws {
    var seed = seed
    let drawn = try SmallProblems.mixed(&seed, jobs: 4, shifts: 2)
    var shifts = drawn.shifts
    for shift in shifts.indices { shifts[shift].longestWork = nil }
    let problem = try TourProblem(jobs: drawn.jobs, shifts: shifts, travel: drawn.travel, objective: drawn.objective)
    let best = ExhaustiveSearch.best(problem)
    for budget in [SolverBudget.rounds(3000), .iterations(3000)] {
      let solution = TourSolver.solve(problem, seed: 3, budget: budget)
      #expect(TourChecker.violations(of: solution, in: problem) == [])
      #expect(TourCost(of: solution, in: problem) == best)
    }
  }

  /// Of three hundred jobs the first plan holds some dozens when the first report stops it.
  @Test func searchStopsWhileTheFirstPlanIsBuilt() throws {
    let travel = try SmallProblems.line([0, 10])
    let jobs = (0..<300).map { _ in TourJob(location: 1, service: 60) }
    let pairs = TourTies(together: (0..<150).map { [2 * $0, 2 * $0 + 1] })
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 30_000))
    for ties in [TourTies(), pairs] {
      let problem = try TourProblem(jobs: jobs, shifts: [shift, shift], travel: travel, ties: ties)
      var reports: [TourProgress] = []
      let solution = TourSolver.solve(problem, seed: 1, budget: .rounds(10)) {
        reports.append($0)
        return false
      }
      #expect(reports.count == 1)
      #expect((200..<300).contains(solution.unassigned.count))
      #expect(reports.first?.solution() == solution)
      #expect(TourChecker.violations(of: solution, in: problem) == [])
      if ties.isEmpty { #expect(TourSolver.solve(problem, seed: 1, budget: .rounds(1)).unassigned == []) }
    }
  }

  /// Two searches: the one leaves out fewer jobs, but more important ones.
  @Test func previewOfSeveralSearchesIsOrderedByLevels() throws {
    let problem = try TourProblem(jobs: [], shifts: [], travel: SmallProblems.line([0]))
    func report(_ leftOut: Int, _ value: [Int]) -> TourProgress {
      TourProgress(
        spent: 0.5, leftOut: leftOut, cost: 9, value: PlanValue(leftOut: value, routesCost: 9), best: TourDraft(sequences: []),
        problem: problem)
    }
    let heard = Mutex([Int]())
    let reports = SharedProgress(
      { report in
        heard.withLock { $0.append(report.leftOut) }
        return true
      }, searches: 2)
    #expect(reports.add(report(1, [5, 0]), of: 0))
    #expect(reports.add(report(2, [0, 9]), of: 1))
    #expect(heard.withLock { $0 } == [1, 2])
  }

  @Test func roundsAreCutOffWhereTheyTakeTooLong() {
    #expect(SolverBudget.asked(iterations: 10_000_000, seconds: nil, jobs: 5, atMost: 60) == .iterations(10_000_000, atMost: 60))
    #expect(SolverBudget.asked(iterations: 9, seconds: 100, jobs: 5, atMost: 60) == .iterations(9, atMost: 60))
    #expect(SolverBudget.asked(iterations: nil, seconds: 7, jobs: 5, atMost: 60) == .seconds(7))
  }

  @Test func sameSeedAndRoundsGiveTheSameSolution() throws {
    var seed = Seed(5)
    let problem = try SmallProblems.random(&seed, jobs: 40, shifts: 5)
    let first = TourSolver.solve(problem, seed: 11, budget: .iterations(50))
    #expect(TourSolver.solve(problem, seed: 11, budget: .iterations(50)) == first)
  }

  @Test func nothingToDoAndNobodyThere() throws {
    let travel = try SmallProblems.line([0, 10])
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 3600))
    let idle = try TourProblem(jobs: [], shifts: [shift], travel: travel)
    #expect(TourSolver.solve(idle, seed: 1, budget: .rounds(5)).routes.map(\.jobs) == [[]])
    let alone = try TourProblem(jobs: [TourJob(location: 1, service: 60)], shifts: [], travel: travel)
    #expect(TourSolver.solve(alone, seed: 1, budget: .rounds(5)) == TourSolution(routes: [], unassigned: [0]))
    let single = try TourProblem(jobs: [TourJob(location: 1, service: 60)], shifts: [shift], travel: travel)
    #expect(TourSolver.solve(single, seed: 1, budget: .rounds(5)).routes.map(\.jobs) == [[0]])
  }

  @Test func higherLevelGetsTheOnlyRoom() throws {
    let travel = try SmallProblems.line([0, 10, 20])
    // Twenty minutes of way leave room for one visit of forty minutes.
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 4800))
    let jobs = [
      TourJob(location: 1, service: 2400, level: 1, prize: 100), TourJob(location: 2, service: 2400, level: 0, prize: 1),
    ]
    let problem = try TourProblem(jobs: jobs, shifts: [shift], travel: travel)
    #expect(TourSolver.solveBothWays(problem, rounds: 20).unassigned == [0])
  }
}
