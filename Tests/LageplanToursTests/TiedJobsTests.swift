import LageplanGeometry
import LageplanTours
import Testing

/// Jobs done together, shipments and loads, on problems that fit on a screen: the depot at minute 0, places at minutes 10, 20 and 30.
struct TiedJobsTests {
  private func shift(_ earliest: Int, _ latest: Int) -> TourShift {
    TourShift(start: 0, end: 0, span: SmallProblems.window(earliest, latest))
  }

  private func problem(_ jobs: [TourJob], _ shifts: [TourShift], _ ties: TourTies) throws -> TourProblem {
    try TourProblem(jobs: jobs, shifts: shifts, travel: SmallProblems.line([0, 10, 20, 30]), ties: ties)
  }

  private func solve(_ problem: TourProblem) -> TourSolution {
    TourSolver.solveBothWays(problem, rounds: 400)
  }

  private func begin(of job: Int, _ solution: TourSolution, _ problem: TourProblem) -> Seconds? {
    problem.shifts.indices.lazy.compactMap { shift in
      TourTimetable(of: solution.routes[shift], shift: shift, in: problem).visits.first { $0.job == job }?.begin
    }.first
  }

  @Test func twoPeopleBeginInTheSameSecond() throws {
    // The second shift begins half an hour later: the first one waits.
    let pair = [TourJob(location: 1, service: 600), TourJob(location: 1, service: 600)]
    let problem = try problem(pair, [shift(0, 7200), shift(1800, 7200)], TourTies(together: [[0, 1]]))
    let solution = solve(problem)
    #expect(solution.routes.map(\.jobs.count) == [1, 1])
    #expect(begin(of: 0, solution, problem) == begin(of: 1, solution, problem))
    #expect(begin(of: 0, solution, problem).map { $0 >= 2400 } == true)
  }

  @Test func whereOnlyOneCanComeNobodyComes() throws {
    let pair = [TourJob(location: 1, service: 600), TourJob(location: 1, service: 600)]
    let problem = try problem(pair, [shift(0, 3000), shift(3000, 7200)], TourTies(together: [[0, 1]]))
    let solution = solve(problem)
    #expect(solution.unassigned == [0, 1])
    #expect(TourExplanation(of: solution, in: problem).reason(for: 0) == .partnerLeftOut(job: 1))
  }

  @Test func checkerFindsThoseWhoDoNotBeginTogether() throws {
    let pair = [TourJob(location: 1, service: 600), TourJob(location: 1, service: 600)]
    let problem = try problem(pair, [shift(0, 7200), shift(0, 7200)], TourTies(together: [[0, 1]]))
    func routes(_ second: Seconds) -> TourSolution {
      TourSolution(routes: [TourRoute(jobs: [0], departure: 0), TourRoute(jobs: [1], departure: second)], unassigned: [])
    }
    #expect(TourChecker.violations(of: routes(0), in: problem) == [])
    #expect(TourChecker.violations(of: routes(60), in: problem) == [.notTogether(group: 0)])
    var alone = TourSolution(sequences: [[0, 1], []], of: problem)
    #expect(TourChecker.violations(of: alone, in: problem) == [.notTogether(group: 0)])
    alone = TourSolution(sequences: [[0], []], of: problem)
    #expect(TourChecker.violations(of: alone, in: problem) == [.notTogether(group: 0)])
  }

  @Test func sequencesOfAGroupAreTimedToMeet() throws {
    let jobs = [TourJob(location: 1, service: 600), TourJob(location: 1, service: 600), TourJob(location: 3, service: 60)]
    let problem = try problem(jobs, [shift(0, 9000), shift(0, 9000)], TourTies(together: [[0, 1]]))
    let solution = TourSolution(sequences: [[0], [2, 1]], of: problem)
    #expect(TourChecker.violations(of: solution, in: problem) == [])
    // 30 minutes out, 1 of work, 20 back.
    #expect(begin(of: 0, solution, problem) == 3060)
  }

  @Test func shipmentIsFetchedBeforeItIsBrought() throws {
    // By the way alone the order would not matter; the delivery has the smaller number.
    let jobs = [TourJob(location: 1, service: 60), TourJob(location: 3, service: 60)]
    let ties = TourTies(shipments: [TourShipment(pickup: 1, delivery: 0)])
    #expect(solve(try problem(jobs, [shift(0, 9000)], ties)).routes[0].jobs == [1, 0])
  }

  @Test func vehicleCarriesOneShipmentAfterTheOther() throws {
    let jobs = [1, 2, 1, 2].map { TourJob(location: $0, service: 60) }
    let ties = TourTies(shipments: [
      TourShipment(pickup: 0, delivery: 1, amount: 2), TourShipment(pickup: 2, delivery: 3, amount: 2),
    ])
    var small = shift(0, 20_000)
    small.capacity = 3
    let problem = try problem(jobs, [small], ties)
    let tour = solve(problem).routes[0].jobs
    #expect([[0, 1, 2, 3], [2, 3, 0, 1]].contains(tour))
    let both = TourSolution(sequences: [[0, 2, 1, 3]], of: problem)
    #expect(TourChecker.violations(of: both, in: problem) == [.overloaded(shift: 0, load: 4, capacity: 3)])
    let reversed = TourSolution(sequences: [[1, 0, 2, 3]], of: problem)
    #expect(TourChecker.violations(of: reversed, in: problem) == [.shipmentBroken(shipment: 0)])
  }

  @Test func whatIsOnBoardAlreadyIsBroughtByItsVehicle() throws {
    let jobs = [TourJob(location: 1, service: 60), TourJob(location: 3, service: 60)]
    var first = shift(0, 9000)
    first.fixed = [0]
    let ties = TourTies(shipments: [TourShipment(pickup: 0, delivery: 1, amount: 1)])
    #expect(solve(try problem(jobs, [first, shift(0, 9000)], ties)).routes.map(\.jobs) == [[0, 1], []])
  }

  @Test func deliveriesLeaveRoomForPickups() throws {
    // Three measures out, three back: never more than three on board if the delivery comes first.
    var jobs = [TourJob(location: 1, service: 60, load: 3), TourJob(location: 2, service: 60)]
    jobs[1].delivery = 3
    var narrow = shift(0, 9000)
    narrow.capacity = 3
    let problem = try problem(jobs, [narrow], TourTies())
    #expect(solve(problem).routes[0].jobs == [1, 0])
    let wrong = TourSolution(sequences: [[0, 1]], of: problem)
    #expect(TourChecker.violations(of: wrong, in: problem) == [.overloaded(shift: 0, load: 6, capacity: 3)])
  }

  @Test func breakWaitsUntilTheLoadIsLight() throws {
    var job = TourJob(location: 1, service: 60)
    job.delivery = 5
    var loaded = shift(0, 9000)
    loaded.breaks = [TourBreak(duration: 60, window: SmallProblems.window(0, 9000), largestLoad: 0)]
    let problem = try problem([job], [loaded], TourTies())
    #expect(solve(problem).routes[0].breaks == [1])
    let early = TourSolution(routes: [TourRoute(jobs: [0], departure: 0, breaks: [0])], unassigned: [])
    #expect(
      TourChecker.violations(of: early, in: problem) == [.breakOverloaded(shift: 0, number: 0, load: 5, largest: 0)])
  }

  @Test func limitsOfJobsAndMetresHold() throws {
    let jobs = (1...3).map { TourJob(location: $0, service: 60) }
    var few = shift(0, 20_000)
    few.mostJobs = 2
    #expect(solve(try problem(jobs, [few], TourTies())).unassigned.count == 1)
    var near = shift(0, 20_000)
    near.longestWay = Metres(20_000)
    let problem = try problem(jobs, [near], TourTies())
    let solution = solve(problem)
    #expect(solution.unassigned == [2])
    #expect(TourExplanation(of: solution, in: problem).reason(for: 2) == .wayTooLong(shift: 0, missing: Metres(10_000)))
  }

  @Test func eachShiftMovesAndCostsItsOwnWay() throws {
    let slow = try TravelTable(locationCount: 2, seconds: [0, 900, 900, 0], metres: [0, 5000, 5000, 0])
    let quick = try TravelTable(locationCount: 2, seconds: [0, 300, 300, 0], metres: [0, 6000, 6000, 0])
    var second = shift(0, 7200)
    second.profile = 1
    second.costs = TourObjective(travelSecond: 2, usedShift: 100, workSecond: 1)
    let problem = try TourProblem(
      jobs: [TourJob(location: 1, service: 60)], shifts: [shift(0, 7200), second], travel: slow, otherTravel: [quick])
    let solution = TourSolver.solveBothWays(problem, rounds: 50)
    #expect(TourChecker.violations(of: solution, in: problem) == [])
    // 2 · 600 + 100 + 60 is less than 1800.
    #expect(solution.routes.map(\.jobs) == [[], [0]])
    #expect(TourCost(of: solution, in: problem).afterJobs == 1360)
  }

  @Test func faultsOfTiesAreNamedAtOnce() throws {
    let jobs = (0..<3).map { _ in TourJob(location: 1, service: 60) }
    let ties = TourTies(together: [[0], [1, 2]], shipments: [TourShipment(pickup: 2, delivery: 7)])
    let faults = TourProblem.faults(
      jobs: jobs, shifts: [shift(0, 60)], travel: try SmallProblems.line([0, 10]), ties: ties, mostChanges: -1)
    #expect(
      faults == [
        .badGroup(0, jobs: 1), .tiedTwice(job: 2), .unknownIndex(.shipment(0), "job", 7),
        .valueOutOfRange(.objective, "mostChanges", -1),
      ])
  }

  @Test func moreJobsThanASearchHoldsAreRefusedAtOnce() throws {
    let jobs = Array(repeating: TourJob(location: 0, service: 60), count: 100_000)
    let travel = try TravelTable(locationCount: 1, seconds: [0], metres: [0])
    #expect(
      TourProblem.faults(jobs: jobs, shifts: [shift(0, 60)], travel: travel) == [.tooLarge(jobs: 100_000, shifts: 1)])
  }
}
