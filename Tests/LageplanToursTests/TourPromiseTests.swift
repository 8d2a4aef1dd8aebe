import LageplanGeometry
import LageplanTours
import TestSupport
import Testing

/// Planning anew from what people know.
struct TourPromiseTests {
  private func week(_ seed: inout Seed) throws -> (problem: TourProblem, solution: TourSolution) {
    let problem = try SmallProblems.random(&seed, jobs: 24, shifts: 4, withGaps: false)
    return (problem, TourSolver.solve(problem, seed: 1, budget: .iterations(400)))
  }

  /// How many visits of `old` are in another shift, begin at another time, or are gone.
  private func changes(_ old: TourSolution, _ new: TourSolution, _ problem: TourProblem, within: Int) -> Int {
    func visits(_ solution: TourSolution) -> [Int: (shift: Int, begin: Int)] {
      var all: [Int: (Int, Int)] = [:]
      for (shift, route) in solution.routes.enumerated() where !route.jobs.isEmpty {
        for visit in TourTimetable(of: route, shift: shift, in: problem).visits { all[visit.job] = (shift, visit.begin.value) }
      }
      return all
    }
    let (before, after) = (visits(old), visits(new))
    return before.filter { job, was in
      guard let now = after[job] else { return true }
      return now.shift != was.shift || abs(now.begin - was.begin) > within
    }.count
  }

  @Test(arguments: Seed.hundred.prefix(8), [0, 2]) func atMostSoManyPromisesAreBroken(seed: Seed, most: Int) throws {
    var seed = seed
    let (problem, known) = try week(&seed)
    // The first visit of a tour is cancelled, another is new: it was in no tour before.
    var tours = known.routes.map(\.jobs)
    guard let shift = tours.indices.max(by: { tours[$0].count < tours[$1].count }), tours[shift].count > 2 else { return }
    let cancelled = tours[shift].removeFirst()
    let urgent = tours[shift].removeLast()
    let base = TourSolution(sequences: tours, of: problem)
    var jobs = problem.jobs
    jobs[cancelled].skills = SkillSet(rawValue: 1 << 63)
    jobs[urgent].level = 0
    let now = try problem.with(jobs: jobs)
    // In a random table a detour can be the shorter way: without the cancelled visit the rest may be late.
    guard TourChecker.violations(of: base, in: now) == [] else { return }
    let answer = try TourSolver.resolve(
      now, from: base, within: 600, mostChanges: most, seed: 3, budget: .iterations(200))
    #expect(TourChecker.violations(of: answer, in: now) == [])
    #expect(changes(base, answer, now, within: 600) <= most)
    #expect(answer.unassigned.contains(cancelled))
  }

  @Test func whatCannotBeKeptIsBrokenAsSeldomAsPossible() throws {
    // Both visits were promised to a shift that is now too short for more than one of them.
    let jobs = [TourJob(location: 1, service: 600), TourJob(location: 2, service: 600)]
    let long = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 7200))
    let before = try TourProblem(jobs: jobs, shifts: [long, long], travel: SmallProblems.line([0, 10, 20]))
    let known = TourSolution(sequences: [[0, 1], []], of: before)
    let after = try before.with(shifts: [TourShift(start: 0, end: 0, span: SmallProblems.window(0, 2400)), long])
    for budget in [SolverBudget.rounds(300), .iterations(300)] {
      let answer = try TourSolver.resolve(after, from: known, mostChanges: 0, seed: 1, budget: budget)
      #expect(TourChecker.violations(of: answer, in: after) == [])
      #expect(answer.routes.map(\.jobs) == [[0], [1]])
    }
  }

  @Test func tourWaitsForAPromisedBegin() throws {
    var job = TourJob(location: 1, service: 600)
    job.promise = TourPromise(shift: 0, begin: SmallProblems.window(3000, 3300), cost: 100)
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 7200))
    let problem = try TourProblem(jobs: [job], shifts: [shift], travel: SmallProblems.line([0, 10]))
    let solution = TourSolver.solveBothWays(problem, rounds: 20)
    #expect(TourTimetable(of: solution.routes[0], shift: 0, in: problem).visits.map(\.begin) == [3000])
    #expect(TourCost(of: solution, in: problem).promises == 0)
    #expect(TourCost(of: TourSolution(sequences: [[0]], of: problem), in: problem).brokenPromises == 0)
  }

  @Test func promiseIsBrokenWhereThatIsCheaper() throws {
    // A way of its own for the second shift costs 2400 s; on the first one's way it costs nothing.
    for (cost, isKept) in [(2399, false), (2401, true)] {
      var jobs = [TourJob(location: 2, service: 60, pinned: [0]), TourJob(location: 2, service: 60)]
      jobs[1].promise = TourPromise(shift: 1, begin: SmallProblems.window(0, 9000), cost: cost)
      let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 9000))
      let problem = try TourProblem(jobs: jobs, shifts: [shift, shift], travel: SmallProblems.line([0, 10, 20]))
      let solution = TourSolver.solveBothWays(problem, rounds: 100)
      #expect(solution.routes[1].jobs == (isKept ? [1] : []))
      #expect(TourCost(of: solution, in: problem).promises == (isKept ? 0 : cost))
    }
  }

  @Test func brokenPromisesBeyondTheMostAreFound() throws {
    var job = TourJob(location: 1, service: 600)
    job.promise = TourPromise(shift: 0, begin: SmallProblems.window(3000, 3300))
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 7200))
    let problem = try TourProblem(
      jobs: [job], shifts: [shift], travel: SmallProblems.line([0, 10]), mostChanges: 0)
    let early = TourSolution(routes: [TourRoute(jobs: [0], departure: 0)], unassigned: [])
    #expect(TourChecker.violations(of: early, in: problem) == [.promisesBroken(1, most: 0)])
    let without = TourSolution(routes: [TourRoute(jobs: [], departure: 0)], unassigned: [0])
    #expect(TourChecker.violations(of: without, in: problem) == [.promisesBroken(1, most: 0)])
  }

  @Test func reportHandsOutTheBestSolutionSoFar() throws {
    var seed = Seed(3)
    let problem = try SmallProblems.random(&seed, jobs: 25, shifts: 3)
    var last: TourProgress?
    let solution = TourSolver.solve(problem, seed: 1, budget: .iterations(2000)) { report in
      let best = report.solution()
      #expect(TourChecker.violations(of: best, in: problem) == [])
      #expect(best.unassigned.count == report.leftOut)
      #expect(TourCost(of: best, in: problem).afterJobs == report.cost)
      last = report
      return report.spent < 0.5
    }
    #expect(last?.solution() == solution)
  }

  @Test func oneReportStopsAllSearches() async throws {
    var seed = Seed(3)
    let problem = try SmallProblems.random(&seed, jobs: 25, shifts: 3)
    let solution = await TourSolver.solve(problem, seed: 1, budget: .iterations(Int.max), searches: 3) { _ in false }
    #expect(TourChecker.violations(of: solution, in: problem) == [])
  }

  @Test func cancelledTaskEndsAllSearches() async throws {
    var seed = Seed(3)
    let problem = try SmallProblems.random(&seed, jobs: 25, shifts: 3)
    let task = Task { await TourSolver.solve(problem, seed: 1, budget: .iterations(Int.max), searches: 2) }
    task.cancel()
    let solution = await task.value
    #expect(TourChecker.violations(of: solution, in: problem) == [])
  }
}
