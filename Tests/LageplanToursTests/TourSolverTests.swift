import LageplanGeometry
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
    var plan = WorkingPlan(space)
    var search = LocalSearch(space)
    var rounds = RuinAndRecreate(problem, space)
    for _ in 0..<20 {
      rounds.recreate(&plan, &random, space, &search)
      #expect(plan.cost == counted(plan, problem))
      search.run(on: &plan, space)
      #expect(plan.cost == counted(plan, problem))
      rounds.ruin(&plan, &random, space)
      #expect(plan.cost == counted(plan, problem))
    }
  }

  private func counted(_ plan: borrowing WorkingPlan, _ problem: TourProblem) -> Int {
    var sequences: [[Int]] = []
    for shift in problem.shifts.indices { sequences.append(plan.sequence(of: shift)) }
    let solution = TourSolution(sequences: sequences, of: problem)
    let cost = TourCost(of: solution, in: problem)
    return cost.travel + cost.shifts + solution.unassigned.reduce(0) { $0 + problem.penalties[$1] }
  }

  @Test(arguments: Seed.hundred) func tinyProblemsAreSolvedToTheOptimum(seed: Seed) throws {
    var seed = seed
    let problem = try SmallProblems.random(&seed, jobs: 5, shifts: 2, withGaps: false)
    let solution = TourSolver.solve(problem, seed: 3, budget: .iterations(1000))
    #expect(TourCost(of: solution, in: problem) == bestOfAll(problem))
  }

  /// Every order of every choice of jobs in both tours.
  private func bestOfAll(_ problem: TourProblem) -> TourCost {
    var best = TourCost(of: TourSolution(sequences: [[], []], of: problem), in: problem)
    var sequences: [[Int]] = [[], []]
    func place(_ job: Int) {
      guard job < problem.jobs.count else {
        let left = problem.jobs.indices.filter { !sequences[0].contains($0) && !sequences[1].contains($0) }
        for first in departures(sequences[0], 0, problem) {
          for second in departures(sequences[1], 1, problem) {
            let routes = [
              TourRoute(jobs: sequences[0], departure: first), TourRoute(jobs: sequences[1], departure: second),
            ]
            let solution = TourSolution(routes: routes, unassigned: left)
            let cost = TourCost(of: solution, in: problem)
            if cost < best, TourChecker.violations(of: solution, in: problem).isEmpty { best = cost }
          }
        }
        return
      }
      place(job + 1)
      for shift in sequences.indices {
        for position in 0...sequences[shift].count {
          sequences[shift].insert(job, at: position)
          place(job + 1)
          sequences[shift].remove(at: position)
        }
      }
    }
    place(0)
    return best
  }

  /// The begin of the shift, and whatever brings the tour to a visit just as a window opens or closes: one of them wastes least time.
  private func departures(_ sequence: [Int], _ shift: Int, _ problem: TourProblem) -> Set<Seconds> {
    let earliest = problem.shifts[shift].span.earliest
    var departures: Set = [earliest]
    var place = problem.shifts[shift].start
    var driven = 0
    for index in sequence {
      let job = problem.jobs[index]
      driven += problem.travel.seconds(from: place, to: job.location).value
      for window in job.windows {
        departures.insert(max(earliest, Seconds(window.earliest.value - driven)))
        departures.insert(max(earliest, Seconds(window.latest.value - driven)))
      }
      driven += job.service.value
      place = job.location
    }
    return departures
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
    #expect(TourSolver.solve(idle, seed: 1, budget: .iterations(5)).routes.map(\.jobs) == [[]])
    let alone = try TourProblem(jobs: [TourJob(location: 1, service: 60)], shifts: [], travel: travel)
    #expect(TourSolver.solve(alone, seed: 1, budget: .iterations(5)) == TourSolution(routes: [], unassigned: [0]))
    let single = try TourProblem(jobs: [TourJob(location: 1, service: 60)], shifts: [shift], travel: travel)
    #expect(TourSolver.solve(single, seed: 1, budget: .iterations(5)).routes.map(\.jobs) == [[0]])
  }

  @Test func higherLevelGetsTheOnlyRoom() throws {
    let travel = try SmallProblems.line([0, 10, 20])
    // Twenty minutes of way leave room for one visit of forty minutes.
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 4800))
    let jobs = [
      TourJob(location: 1, service: 2400, level: 1, prize: 100), TourJob(location: 2, service: 2400, level: 0, prize: 1),
    ]
    let problem = try TourProblem(jobs: jobs, shifts: [shift], travel: travel)
    #expect(TourSolver.solve(problem, seed: 1, budget: .iterations(20)).unassigned == [0])
  }
}
