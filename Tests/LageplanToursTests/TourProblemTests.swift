import LageplanGeometry
import Testing

@testable import LageplanTours

struct TourProblemTests {
  private let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 3600))

  @Test func tableMustBeSquareAndInRange() throws {
    #expect(throws: TourProblemError.tableSize(locations: 2, seconds: 4, metres: 3)) {
      try TravelTable(locationCount: 2, seconds: [0, 1, 1, 0], metres: [0, 1, 1])
    }
    #expect(throws: TourProblemError.travelOutOfRange(from: 1, to: 0, seconds: -1, metres: 1)) {
      try TravelTable(locationCount: 2, seconds: [0, 1, -1, 0], metres: [0, 1, 1, 0])
    }
  }

  @Test func whatCannotBeMeantIsNamed() throws {
    let travel = try SmallProblems.line([0, 10])
    func problem(_ job: TourJob, _ shift: TourShift? = nil, _ objective: TourObjective = TourObjective()) throws {
      _ = try TourProblem(jobs: [job], shifts: [shift ?? self.shift], travel: travel, objective: objective)
    }
    let job = TourJob(location: 1, service: 60)
    try problem(job)
    #expect(throws: TourProblemError.locationOutOfRange(.job(0), location: 2)) { try problem(TourJob(location: 2, service: 60)) }
    #expect(throws: TourProblemError.valueOutOfRange(.job(0), "service", -1)) { try problem(TourJob(location: 1, service: -1)) }
    #expect(throws: TourProblemError.valueOutOfRange(.job(0), "prize", 0)) {
      try problem(TourJob(location: 1, service: 60, prize: 0))
    }
    let overlapping = [SmallProblems.window(0, 100), SmallProblems.window(100, 200)]
    #expect(throws: TourProblemError.badWindow(.job(0), overlapping[1])) {
      try problem(TourJob(location: 1, service: 60, windows: overlapping))
    }
    #expect(throws: TourProblemError.badWindow(.shift(0), SmallProblems.window(10, 9))) {
      try problem(job, TourShift(start: 0, end: 0, span: SmallProblems.window(10, 9)))
    }
    #expect(throws: TourProblemError.locationOutOfRange(.shift(0), location: -1)) {
      try problem(job, TourShift(start: 0, end: -1, span: SmallProblems.window(0, 9)))
    }
    #expect(throws: TourProblemError.valueOutOfRange(.objective, "metre", -1)) { try problem(job, nil, TourObjective(metre: -1)) }
  }

  /// No sum could hold them: each of the sixteen levels outweighs ten million of the next.
  @Test func sixteenLevelsOfTheLargestPrizesKeepTheirOrder() throws {
    let travel = try SmallProblems.line([0, 10])
    let jobs = (0..<160).map { TourJob(location: 1, service: 600, level: 15 - $0 % 16, prize: 1_000_000) }
    // Twenty minutes of way and room for twelve visits of ten minutes: all of level 0 and two of level 1.
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 8400))
    let problem = try TourProblem(jobs: jobs, shifts: [shift], travel: travel)
    let solution = TourSolver.solve(problem, seed: 1, budget: .rounds(300))
    #expect(TourChecker.violations(of: solution, in: problem) == [])
    #expect(TourCost(of: solution, in: problem).leftOut == [0, 8_000_000] + Array(repeating: 10_000_000, count: 14))

    let few = try TourProblem(
      jobs: Array(jobs[9..<16]), shifts: [TourShift(start: 0, end: 0, span: SmallProblems.window(0, 2400))], travel: travel)
    #expect(TourSolver.solveBothWays(few, rounds: 50).unassigned == [0, 1, 2, 3, 4])
  }

  @Test func costsBeyondWhatTheSearchCountsAreRefused() throws {
    let travel = try SmallProblems.line([0, 10])
    let jobs = [TourJob(location: 1, service: 60)]
    for weights in [TourObjective(travelSecond: 2_000_000), TourObjective(workSecond: 20_000_000)] {
      #expect(throws: TourProblemError.costTooLarge) {
        try TourProblem(jobs: jobs, shifts: [shift], travel: travel, objective: weights)
      }
    }
  }

  @Test func waysThatDoNotExistCostNothing() throws {
    let off = TravelTable.unreachable
    let count = 40
    let ways = (0..<count * count).map { $0 % count == 0 || $0 < count ? Int32(1) : off }
    let travel = try TravelTable(locationCount: count, seconds: ways, metres: ways)
    let problem = try TourProblem(
      jobs: (1..<count).map { TourJob(location: $0, service: 0) }, shifts: [shift], travel: travel,
      objective: TourObjective(travelSecond: 500_000_000, metre: 500_000_000))
    let cost = TourCost(of: TourSolution(sequences: [Array(0..<count - 1)], of: problem), in: problem)
    #expect((cost.travel, cost.travelSeconds) == (2_000_000_000, 2))
  }

  @Test func oneJobOfAHigherLevelOutweighsAllBelow() throws {
    let travel = try SmallProblems.line([0, 10])
    let jobs =
      [TourJob(location: 1, service: 60, level: 0)] + (0..<50).map { _ in TourJob(location: 1, service: 60, level: 1, prize: 9) }
    let problem = try TourProblem(jobs: jobs, shifts: [shift], travel: travel)
    func cost(_ sequence: [Int]) -> TourCost { TourCost(of: TourSolution(sequences: [sequence], of: problem), in: problem) }
    #expect(cost([0]) < cost(Array(1...50)))
    #expect(cost([0, 1]) < cost([0]))
    #expect(cost([0]).leftOut == [0, 450])
  }

  @Test func costCountsSecondsMetresAndShifts() throws {
    let travel = try SmallProblems.line([0, 10, 20])
    let jobs = [TourJob(location: 1, service: 60), TourJob(location: 2, service: 60)]
    let problem = try TourProblem(
      jobs: jobs, shifts: [shift, shift, shift], travel: travel,
      objective: TourObjective(travelSecond: 2, metre: 3, usedShift: 1000))
    let cost = TourCost(of: TourSolution(sequences: [[0], [1], []], of: problem), in: problem)
    // 20 and 40 minutes there and back.
    #expect(cost.travelSeconds == 3600)
    #expect(cost.metres == 30_000)
    #expect(cost.travel == 2 * 3600 + 3 * 30_000)
    #expect(cost.shifts == 2000)
    #expect(cost.leftOut == [0])
  }

  @Test func timetableWaitsForTheFirstWindowStillOpen() throws {
    let travel = try SmallProblems.line([0, 10])
    let windows = [SmallProblems.window(0, 500), SmallProblems.window(900, 1000)]
    let problem = try TourProblem(jobs: [TourJob(location: 1, service: 60, windows: windows)], shifts: [shift], travel: travel)
    let table = TourTimetable(of: TourRoute(jobs: [0], departure: 0), shift: 0, in: problem)
    #expect(table.visits == [TourTimetable.Visit(job: 0, arrival: 600, begin: 900, departure: 960)])
    #expect(table.arrival == 1560)
    // The departure that the solution chooses does not wait.
    #expect(TourSolution(sequences: [[0]], of: problem).routes[0].departure == 300)
  }
}
