import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanTours

/// Each rule alone, on problems that fit on a screen: the depot at minute 0, places at minutes 10, 20 and 30.
struct TourRuleTests {
  private func solve(_ jobs: [TourJob], _ shifts: [TourShift], rounds: Int = 200) throws -> (
    solution: TourSolution, problem: TourProblem
  ) {
    let problem = try TourProblem(jobs: jobs, shifts: shifts, travel: SmallProblems.line([0, 10, 20, 30]))
    return (TourSolver.solveBothWays(problem, rounds: rounds), problem)
  }

  private func shift(_ latest: Int, breaks: [TourBreak] = [], fixed: [Int] = []) -> TourShift {
    TourShift(start: 0, end: 0, span: SmallProblems.window(0, latest), breaks: breaks, fixed: fixed)
  }

  @Test func breakMayLieOnTheWay() throws {
    // The way to minute 30 takes from 0 to 1800 s; the break must begin between 800 and 900 s.
    let pause = TourBreak(duration: 600, window: SmallProblems.window(800, 900))
    let (solution, problem) = try solve([TourJob(location: 3, service: 60)], [shift(5000, breaks: [pause])])
    let table = TourTimetable(of: solution.routes[0], shift: 0, in: problem)
    #expect(table.breaks == [TourTimetable.Pause(afterVisits: 0, begin: 800, end: 1400)])
    #expect(table.visits.map(\.arrival) == [2400])
    #expect(table.arrival == 4260)
  }

  @Test func breakTakesItsTimeFromTheShift() throws {
    // 60 minutes of way, 5 of work, 10 of break.
    let pause = TourBreak(duration: 600, window: SmallProblems.window(0, 4000))
    let job = TourJob(location: 3, service: 300)
    #expect(try solve([job], [shift(4500, breaks: [pause])]).solution.unassigned == [])
    #expect(try solve([job], [shift(4499, breaks: [pause])]).solution.unassigned == [0])
  }

  @Test func secondWindowIsTakenWhereTheFirstIsMissed() throws {
    let job = TourJob(location: 1, service: 60, windows: [SmallProblems.window(0, 500), SmallProblems.window(2000, 2100)])
    let (solution, problem) = try solve([job], [shift(9000)])
    #expect(TourTimetable(of: solution.routes[0], shift: 0, in: problem).visits.map(\.begin) == [2000])
  }

  @Test func setUpFallsAwayAtTheSameLocation() throws {
    var jobs = [TourJob(location: 1, service: 60), TourJob(location: 1, service: 60)]
    for job in jobs.indices { jobs[job].setUp = 300 }
    // 20 minutes of way, 5 of set-up once, 2 of work.
    #expect(try solve(jobs, [shift(1620)]).solution.unassigned == [])
    #expect(try solve(jobs, [shift(1619)]).solution.unassigned.count == 1)
  }

  @Test func eachMeasureOfLoadCounts() throws {
    let jobs = [TourJob(location: 1, service: 60, load: [1, 3]), TourJob(location: 2, service: 60, load: [1, 3])]
    var narrow = shift(9000)
    narrow.capacity = [9, 5]
    #expect(try solve(jobs, [narrow]).solution.unassigned.count == 1)
    narrow.capacity = [9, 6]
    #expect(try solve(jobs, [narrow]).solution.unassigned == [])
  }

  @Test func pinnedJobGoesToItsShift() throws {
    let jobs = [TourJob(location: 1, service: 60), TourJob(location: 1, service: 60, pinned: [1])]
    let (solution, _) = try solve(jobs, [shift(9000), shift(9000)])
    #expect(solution.routes[1].jobs.contains(1))
  }

  @Test func wishIsMetWhereItIsWorthTheWay() throws {
    // A way of its own to minute 10 costs 1200 s.
    for (cost, isMet) in [(1199, false), (1201, true)] {
      var jobs = [TourJob(location: 1, service: 60, pinned: [0]), TourJob(location: 1, service: 60)]
      jobs[1].wishes = [TourWish(shifts: [1], cost: cost)]
      let (solution, problem) = try solve(jobs, [shift(9000), shift(9000)])
      #expect(solution.routes[1].jobs == (isMet ? [1] : []))
      #expect(TourCost(of: solution, in: problem).wishes == (isMet ? 0 : cost))
    }
  }

  @Test func longestTravelLimitsTheWayAlone() throws {
    let jobs = [TourJob(location: 1, service: 3000), TourJob(location: 3, service: 60)]
    var near = shift(90_000)
    near.longestTravel = 1200
    #expect(try solve(jobs, [near]).solution.routes[0].jobs == [0])
  }

  @Test func typeOfInspectorTellsTheService() throws {
    var job = TourJob(location: 1, service: 6000)
    job.serviceByType = [7: 600]
    var quick = shift(2000)
    quick.type = 7
    #expect(try solve([job], [shift(2000), quick]).solution.routes.map(\.jobs) == [[], [0]])
  }

  @Test func fixedJobsStayInFront() throws {
    // Of the two orders 1, 0 is a detour; its window has passed, but it is done.
    let jobs = [
      TourJob(location: 1, service: 60), TourJob(location: 3, service: 60, windows: [SmallProblems.window(0, 1)]),
      TourJob(location: 2, service: 60),
    ]
    let (solution, _) = try solve(jobs, [shift(20_000, fixed: [1, 0])])
    #expect(solution.routes[0].jobs == [1, 0, 2])
  }

  @Test func allFaultsAreNamedAtOnce() throws {
    let jobs = [TourJob(location: 9, service: -1, prize: 0, pinned: [4]), TourJob(location: 0, service: 0)]
    let faults = TourProblem.faults(
      jobs: jobs, shifts: [shift(10, fixed: [0, 0, 7])], travel: try SmallProblems.line([0, 10]))
    #expect(
      faults == [
        .locationOutOfRange(.job(0), location: 9), .valueOutOfRange(.job(0), "service", -1),
        .valueOutOfRange(.job(0), "prize", 0), .unknownIndex(.job(0), "pinned", 4), .fixedTwice(job: 0),
        .unknownIndex(.shift(0), "fixed", 7),
      ])
  }

  @Test func searchFromASolutionKeepsWhatIsBest() throws {
    let jobs = (1...3).map { TourJob(location: $0, service: 60) }
    let problem = try TourProblem(jobs: jobs, shifts: [shift(9000)], travel: SmallProblems.line([0, 10, 20, 30]))
    let start = TourSolution(sequences: [[0, 1, 2]], of: problem)
    #expect(TourSolver.solve(problem, seed: 1, budget: .iterations(0), start: start) == start)
    #expect(TourSolver.solve(problem, seed: 1, budget: .iterations(50), start: start) == start)
  }

  @Test func severalSearchesGiveTheBestOfEach() async throws {
    var seed = Seed(9)
    let problem = try SmallProblems.random(&seed, jobs: 25, shifts: 3)
    let alone = (0..<3).map { TourSolver.solve(problem, seed: 4 + $0, budget: .iterations(40)) }
    let best = alone.map { TourCost(of: $0, in: problem) }.min()
    let together = await TourSolver.solve(problem, seed: 4, budget: .iterations(40), searches: 3)
    #expect(TourCost(of: together, in: problem) == best)
  }

  /// Alone on the way all four jobs belong into one tour; a second tour to minute 10 costs 20 minutes more.
  @Test func longestDayIsShortenedWithinTheAllowance() throws {
    let jobs = (0..<4).map { _ in TourJob(location: 1, service: 1200) }
    let (solution, problem) = try solve(jobs, [shift(9000), shift(9000)])
    #expect(solution.routes.map(\.jobs.count).sorted() == [0, 4])
    let evened = TourBalance.evened(solution, of: problem, allowing: 100, seed: 1, budget: .iterations(1200))
    #expect(evened.routes.map(\.jobs.count) == [2, 2])
    #expect(TourChecker.violations(of: evened, in: problem) == [])
    #expect(TourBalance.evened(solution, of: problem, allowing: 99, seed: 1, budget: .iterations(1200)) == solution)
  }

  /// What nobody can meet costs no way, and so gives the balance nothing to spend.
  @Test func allowanceOfTheBalanceIsOfWaysAlone() throws {
    var jobs = (0..<4).map { _ in TourJob(location: 1, service: 1200) }
    for job in jobs.indices { jobs[job].wishes = [TourWish(shifts: [], cost: 100_000)] }
    let (solution, problem) = try solve(jobs, [shift(9000), shift(9000)])
    #expect(TourBalance.evened(solution, of: problem, allowing: 99, seed: 1, budget: .iterations(1200)) == solution)
    let evened = TourBalance.evened(solution, of: problem, allowing: 100, seed: 1, budget: .iterations(1200))
    #expect(evened.routes.map(\.jobs.count) == [2, 2])
  }

  @Test func progressCanStopTheSearch() throws {
    var seed = Seed(3)
    let problem = try SmallProblems.random(&seed, jobs: 25, shifts: 3)
    var reports = 0
    _ = TourSolver.solve(problem, seed: 1, budget: .iterations(Int.max)) { progress in
      reports += 1
      #expect((0...1).contains(progress.spent))
      return reports < 3
    }
    #expect(reports == 3)
  }

  /// Points on a circle: the best tour goes around. Every start of a search must find it.
  @Test(arguments: 1...10) func pointsOnACircleAreVisitedAround(seed: UInt64) throws {
    let count = 24
    let along = (0..<count).map { ($0 * 7) % count }
    let ways = along.flatMap { a in along.map { b in Int32(min((a - b + count) % count, (b - a + count) % count) * 100) } }
    let travel = try TravelTable(locationCount: count, seconds: ways, metres: ways)
    let jobs = (1..<count).map { TourJob(location: $0, service: 0) }
    let shift = TourShift(start: 0, end: 0, span: TimeWindow(earliest: 0, latest: Seconds(Int(TravelTable.longest))))
    let problem = try TourProblem(jobs: jobs, shifts: [shift], travel: travel)
    let solution = TourSolver.solve(problem, seed: seed, budget: .iterations(200))
    #expect(TourChecker.violations(of: solution, in: problem) == [])
    #expect(TourCost(of: solution, in: problem).travel == count * 100)
  }
}
