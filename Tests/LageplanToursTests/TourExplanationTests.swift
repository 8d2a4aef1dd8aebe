import LageplanGeometry
import LageplanTours
import TestSupport
import Testing

struct TourExplanationTests {
  /// The depot at minute 0; shift 0 has two hours, shift 1 one hour and skill 1.
  private func reason(
    _ job: TourJob, others: [TourJob] = [], routes: [[Int]] = [[], []], travel: TravelTable? = nil, capacity: TourLoad? = nil
  ) throws -> UnassignedReason {
    let shifts = [
      TourShift(start: 0, end: 0, span: SmallProblems.window(0, 7200), capacity: capacity),
      TourShift(
        start: 0, end: 0, span: SmallProblems.window(0, 3600), skills: SkillSet(rawValue: 1), capacity: capacity),
    ]
    let problem = try TourProblem(
      jobs: [job] + others, shifts: shifts, travel: travel ?? SmallProblems.line([0, 10, 20]))
    return TourExplanation(of: TourSolution(sequences: routes, of: problem), in: problem).reason(for: 0)
  }

  @Test func skillThatNobodyHolds() throws {
    #expect(try reason(TourJob(location: 1, service: 60, skills: SkillSet(rawValue: 2))) == .noQualifiedInspector)
  }

  @Test func placeWithoutAWay() throws {
    let off = TravelTable.unreachable
    let travel = try TravelTable(
      locationCount: 3, seconds: [0, off, 60, 60, 0, 60, 60, 60, 0], metres: [0, off, 60, 60, 0, 60, 60, 60, 0])
    #expect(try reason(TourJob(location: 1, service: 60), travel: travel) == .notReachable)
  }

  @Test func moreThanAnyoneCarries() throws {
    #expect(try reason(TourJob(location: 1, service: 60, load: 5), capacity: 4) == .loadTooLarge)
  }

  @Test func visitLongerThanTheShiftTellsTheMissingSeconds() throws {
    // 20 minutes of way and 110 of work in 120.
    #expect(try reason(TourJob(location: 1, service: 6600)) == .shiftTooShort(shift: 0, missing: TourShortage(shift: 600)))
    // Only shift 1 is qualified: 20 and 50 in 60.
    let skilled = TourJob(location: 1, service: 3000, skills: SkillSet(rawValue: 1))
    #expect(try reason(skilled) == .shiftTooShort(shift: 1, missing: TourShortage(shift: 600)))
  }

  @Test func windowThatClosesBeforeAnyoneComes() throws {
    let job = TourJob(location: 1, service: 60, windows: [SmallProblems.window(0, 480)])
    #expect(try reason(job) == .windowMissed(shift: 0, late: 120))
  }

  @Test func fullTourTellsWhatIsMissingAtTheBestPlace() throws {
    // Job 1 at minute 20: 40 minutes of way and 70 of work leave 10 of 120 minutes; job 0 lies on the way and takes 15.
    let others = [TourJob(location: 2, service: 4200)]
    let job = TourJob(location: 1, service: 900)
    #expect(try reason(job, others: others, routes: [[1], []]) == .noRoomLeft(shift: 1, missing: TourShortage()))
    let long = TourJob(location: 1, service: 3000)
    #expect(try reason(long, others: others, routes: [[1], []]) == .noRoomLeft(shift: 1, missing: TourShortage(shift: 600)))
  }

  @Test func fullLoadLeavesNoRoom() throws {
    let others = [TourJob(location: 2, service: 60, load: 4), TourJob(location: 2, service: 60, load: 4)]
    let job = TourJob(location: 1, service: 60, load: 1)
    #expect(try reason(job, others: others, routes: [[1], [2]], capacity: 4) == .noRoomLeft(shift: 0, missing: nil))
  }

  @Test func obstaclesAreToldForEachShiftAndWhatWouldLeave() throws {
    let travel = try SmallProblems.line([0, 10, 20])
    let asked = TourJob(location: 1, service: 900, skills: SkillSet(rawValue: 1))
    let jobs = [
      asked, TourJob(location: 2, service: 4200), TourJob(location: 1, service: 600, level: 1),
      TourJob(location: 1, service: 60, level: 2),
    ]
    func shift(_ skills: UInt64, _ latest: Int) -> TourShift {
      TourShift(start: 0, end: 0, span: SmallProblems.window(0, latest), skills: SkillSet(rawValue: skills))
    }
    // 40 minutes of way and 81 of work; job 0 lies on the way and takes 15.
    let problem = try TourProblem(jobs: jobs, shifts: [shift(1, 7260), shift(0, 7260), shift(1, 1800)], travel: travel)
    let explanation = TourExplanation(of: TourSolution(sequences: [[2, 1, 3], [], []], of: problem), in: problem)
    #expect(
      explanation.obstacles(for: 0) == [
        .noRoomLeft(missing: TourShortage(shift: 900)), .skillsMissing(SkillSet(rawValue: 1)),
        .shiftTooShort(missing: TourShortage(shift: 300)),
      ])
    // Without job 3 there is one minute, without job 2 there are ten, without job 1 there is room.
    #expect(explanation.displaced(by: 0, on: 0) == 1)
    #expect(explanation.displaced(by: 0, on: 1) == nil)
  }

  /// A shift from minute 120 to 240; the way takes ten minutes.
  private func windowed(_ windows: [TimeWindow]) throws -> UnassignedReason {
    let job = TourJob(location: 1, service: 60, windows: windows)
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(7200, 14_400))
    let problem = try TourProblem(jobs: [job], shifts: [shift], travel: SmallProblems.line([0, 10]))
    return TourExplanation(of: TourSolution(sequences: [[]], of: problem), in: problem).reason(for: 0)
  }

  /// The next window may open on another day: that no shift lasts until then is not why.
  @Test func ofAllWindowsTheNearestIsMissed() throws {
    let before = SmallProblems.window(3600, 6000)
    #expect(try windowed([before]) == .windowMissed(shift: 0, late: 1800))
    #expect(
      try windowed([SmallProblems.window(0, 60), before, SmallProblems.window(90_000, 92_400)])
        == .windowMissed(shift: 0, late: 1800))
    // Opens ten minutes after the end: one of work and ten of way later the shift would do.
    let after = SmallProblems.window(15_000, 16_000)
    let missing = TourShortage(shift: 1260)
    #expect(try windowed([before, after]) == .shiftTooShort(shift: 0, missing: missing))
    #expect(try windowed([after, SmallProblems.window(90_000, 92_400)]) == .shiftTooShort(shift: 0, missing: missing))
  }

  @Test func eachLimitThatIsPassedIsTold() throws {
    var shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 4800), longestWork: 3000, longestTravel: 900)
    let job = TourJob(location: 1, service: 4200)
    let travel = try SmallProblems.line([0, 10])
    let problem = try TourProblem(jobs: [job], shifts: [shift], travel: travel)
    // 20 minutes of way and 70 of work.
    let reason = TourExplanation(of: TourSolution(sequences: [[]], of: problem), in: problem).reason(for: 0)
    #expect(reason == .shiftTooShort(shift: 0, missing: TourShortage(shift: 600, work: 2400, travel: 300)))
    shift.span.latest = 5400
    shift.longestWork = 5400
    shift.longestTravel = 1200
    let mended = try TourProblem(jobs: [job], shifts: [shift], travel: travel)
    #expect(TourSolver.solve(mended, seed: 1, budget: .iterations(1)).unassigned == [])
  }

  /// Whoever adds what is said to be missing finds that the job fits.
  @Test(arguments: Seed.hundred) func whatIsMissingIsEnough(seed: Seed) throws {
    var seed = seed
    let problem = try SmallProblems.random(&seed, jobs: 14, shifts: 2)
    let solution = TourSolver.solve(problem, seed: 3, budget: .rounds(30))
    let explanation = TourExplanation(of: solution, in: problem)
    for job in solution.unassigned {
      for (number, obstacle) in explanation.obstacles(for: job).enumerated() {
        let missing: TourShortage
        switch obstacle {
        case .shiftTooShort(let alone): missing = alone
        case .noRoomLeft(let among) where among.lateness == 0: missing = among
        default: continue
        }
        var shifts = problem.shifts
        shifts[number].span.latest = Seconds(shifts[number].span.latest.value + missing.shift.value)
        shifts[number].longestWork = shifts[number].longestWork.map { Seconds($0.value + missing.work.value) }
        var solution = solution
        if case .shiftTooShort = obstacle { solution.routes[number].jobs = [] }
        let mended = TourExplanation(of: solution, in: try problem.with(shifts: shifts))
        if case .overloaded = mended.obstacles(for: job)[number] { continue }
        #expect(mended.obstacles(for: job)[number] == .none)
      }
    }
  }

  /// Two people at once: both shifts must become longer, and then both come.
  @Test func ofSeveralPeopleIsToldWhatTheyAllLack() throws {
    let job = TourJob(location: 1, service: 7200)
    func explained(_ ends: [Int]) throws -> (reason: UnassignedReason?, left: [Int]) {
      let shifts = ends.map { TourShift(start: 0, end: 0, span: SmallProblems.window(0, $0)) }
      let problem = try TourProblem(
        jobs: [job, job], shifts: shifts, travel: SmallProblems.line([0, 10]), ties: TourTies(together: [[0, 1]]))
      let solution = TourSolver.solve(problem, seed: 1, budget: .iterations(1))
      let explanation = TourExplanation(of: solution, in: problem)
      return (solution.unassigned.first.map { explanation.reason(for: $0) }, solution.unassigned)
    }
    let both = [
      TourNeed(shift: 1, missing: TourShortage(shift: 3000)), TourNeed(shift: 0, missing: TourShortage(shift: 4800)),
    ]
    #expect(try explained([3600, 5400]).reason == .peopleMissing(both, of: 2, isAlone: true))
    #expect(try explained([3600, 8400]).reason == .peopleMissing([both[1]], of: 2, isAlone: true))
    #expect(try explained([8400, 8400]).left == [])
    #expect(try explained([8400]).reason == .partnerLeftOut(job: 1))
  }

  @Test func workOfExplainingIsBounded() throws {
    let jobs = (0..<20).map { _ in TourJob(location: 1, service: 7200) }
    let shifts = (0..<500).map { TourShift(start: 0, end: 0, span: SmallProblems.window(0, 600 + $0)) }
    let problem = try TourProblem(jobs: jobs, shifts: shifts, travel: SmallProblems.line([0, 10]))
    let solution = TourSolution(sequences: shifts.map { _ in [] }, of: problem)
    let explanation = TourExplanation(of: solution, in: problem, atMost: 700)
    let whole = explanation.finding(for: 0)
    #expect((whole.tried, whole.of) == (500, 500))
    #expect(whole.reason == .shiftTooShort(shift: 499, missing: TourShortage(shift: 7301)))
    #expect(explanation.isSpent)
    #expect(explanation.obstacles(for: 0) == [])
    let some = TourExplanation(of: solution, in: problem).finding(for: 0, within: 100)
    #expect(some.of == 500 && (1...50).contains(some.tried))
    #expect(some == TourExplanation(of: solution, in: problem).finding(for: 0, within: 100))
  }
}
