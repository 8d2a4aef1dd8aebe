import LageplanGeometry
import LageplanTours
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
    #expect(try reason(TourJob(location: 1, service: 6600)) == .shiftTooShort(shift: 0, missing: 600))
    // Only shift 1 is qualified: 20 and 50 in 60.
    let skilled = TourJob(location: 1, service: 3000, skills: SkillSet(rawValue: 1))
    #expect(try reason(skilled) == .shiftTooShort(shift: 1, missing: 600))
  }

  @Test func windowThatClosesBeforeAnyoneComes() throws {
    let job = TourJob(location: 1, service: 60, windows: [SmallProblems.window(0, 480)])
    #expect(try reason(job) == .windowMissed(shift: 0, late: 120))
  }

  @Test func fullTourTellsWhatIsMissingAtTheBestPlace() throws {
    // Job 1 at minute 20: 40 minutes of way and 70 of work leave 10 of 120 minutes; job 0 lies on the way and takes 15.
    let others = [TourJob(location: 2, service: 4200)]
    let job = TourJob(location: 1, service: 900)
    #expect(try reason(job, others: others, routes: [[1], []]) == .noRoomLeft(shift: 1, missing: 0))
    let long = TourJob(location: 1, service: 3000)
    #expect(try reason(long, others: others, routes: [[1], []]) == .noRoomLeft(shift: 1, missing: 600))
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
        .noRoomLeft(missing: 900), .skillsMissing(SkillSet(rawValue: 1)), .shiftTooShort(missing: 300),
      ])
    // Without job 3 there is one minute, without job 2 there are ten, without job 1 there is room.
    #expect(explanation.displaced(by: 0, on: 0) == 1)
    #expect(explanation.displaced(by: 0, on: 1) == nil)
  }
}
