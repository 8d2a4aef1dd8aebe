import LageplanGeometry
import LageplanTours
import Testing

/// Each test breaks one rule by hand; the plan of `keepsAllRules` is the one that they start from.
struct TourCheckerTests {
  /// The depot at minute 0, jobs at minutes 10, 20 and 30; each takes five minutes.
  private func problem(
    window: TimeWindow? = nil, end: Int = 7200, longestWork: Seconds? = nil, skills: SkillSet = [], capacity: TourLoad? = nil,
    travel: TravelTable? = nil
  ) throws -> TourProblem {
    let jobs = (1...3).map {
      TourJob(
        location: $0, service: 300, windows: $0 == 2 ? window.map { [$0] } ?? [] : [], skills: $0 == 3 ? skills : [], load: 1)
    }
    let shift = TourShift(
      start: 0, end: 0, span: SmallProblems.window(600, end), longestWork: longestWork, capacity: capacity)
    return try TourProblem(jobs: jobs, shifts: [shift, shift], travel: travel ?? SmallProblems.line([0, 10, 20, 30]))
  }

  private func check(
    _ problem: TourProblem, _ routes: [[Int]] = [[0, 1, 2], []], departure: Seconds = 600, unassigned: [Int] = []
  ) -> [TourViolation] {
    TourChecker.violations(
      of: TourSolution(routes: routes.map { TourRoute(jobs: $0, departure: departure) }, unassigned: unassigned), in: problem)
  }

  @Test func keepsAllRules() throws {
    // Leaves at 600 s, drives 60 min, works 15 min: back at 5100 s.
    let plan = try problem(
      window: SmallProblems.window(0, 2100), end: 5100, longestWork: 4500, capacity: 3)
    #expect(check(plan) == [])
  }

  @Test func missingJobIsFound() throws { #expect(check(try problem(), [[0, 1], []]) == [.jobMissing(2)]) }

  @Test func repeatedJobIsFound() throws {
    #expect(check(try problem(), [[0, 1], [2]], unassigned: [1]) == [.jobRepeated(1, times: 2)])
    #expect(check(try problem(), [[0, 1, 0], [2]]) == [.jobRepeated(0, times: 2)])
  }

  @Test func unknownJobIsFound() throws {
    #expect(check(try problem(), [[0, 1, 2, 7], []]) == [.unknownJob(7, shift: 0)])
    #expect(check(try problem(), unassigned: [-1]) == [.unknownJob(-1, shift: nil)])
  }

  @Test func wrongNumberOfRoutesIsFound() throws {
    #expect(check(try problem(), [[0, 1, 2]]) == [.routeCount(1, shifts: 2)])
  }

  @Test func missedWindowIsFound() throws {
    // Job 0 is reached at 1200 s and left at 1500 s, job 1 is reached at 2100 s.
    #expect(
      check(try problem(window: SmallProblems.window(0, 2099))) == [.windowMissed(job: 1, shift: 0, arrival: 2100)])
  }

  @Test func waitingForAWindowCountsAsWork() throws {
    // Waits 400 s at job 1.
    let plan = try problem(window: SmallProblems.window(2500, 3000), end: 5499, longestWork: 4899)
    #expect(
      check(plan) == [
        .endedTooLate(shift: 0, arrival: 5500, latest: 5499), .workedTooLong(shift: 0, work: 4900, longest: 4899),
      ])
  }

  @Test func earlyDepartureIsFound() throws {
    #expect(check(try problem(), departure: 599) == [.leftTooEarly(shift: 0, departure: 599, earliest: 600)])
  }

  @Test func lateEndIsFound() throws {
    #expect(check(try problem(end: 5099)) == [.endedTooLate(shift: 0, arrival: 5100, latest: 5099)])
  }

  @Test func longWorkIsFound() throws {
    #expect(check(try problem(longestWork: 4499)) == [.workedTooLong(shift: 0, work: 4500, longest: 4499)])
  }

  @Test func missingSkillIsFound() throws {
    #expect(check(try problem(skills: SkillSet(rawValue: 4))) == [.skillMissing(job: 2, shift: 0)])
  }

  @Test func overloadIsFound() throws {
    #expect(check(try problem(capacity: 2)) == [.overloaded(shift: 0, load: 3, capacity: 2)])
  }

  /// What fixed jobs and promises break is nobody's fault; what is broken besides is.
  @Test func onlyWhatTheSearchCouldAvoidIsItsFault() throws {
    let promised = TourPromise(shift: 0, begin: SmallProblems.window(0, 0))
    var jobs = [TourJob(location: 1, service: 300), TourJob(location: 1, service: 300)]
    jobs[1].promise = promised
    let shift = TourShift(start: 0, end: 0, span: SmallProblems.window(0, 900), fixed: [0])
    let problem = try TourProblem(jobs: jobs, shifts: [shift], travel: SmallProblems.line([0, 10]), mostChanges: 0)
    let solution = TourSolver.solve(problem, seed: 1, budget: .rounds(10))
    let violations = TourChecker.violations(of: solution, in: problem)
    #expect(Set(violations) == [.endedTooLate(shift: 0, arrival: 1500, latest: 900), .promisesBroken(1, most: 0)])
    #expect(TourChecker.avoidable(violations, in: problem) == [])
    let worse = TourSolution(sequences: [[0, 1]], of: problem)
    let more = TourChecker.violations(of: worse, in: problem)
    #expect(TourChecker.avoidable(more, in: problem) == [.endedTooLate(shift: 0, arrival: 1800, latest: 900)])
  }

  @Test func missingWayIsFound() throws {
    var seconds = try SmallProblems.line([0, 10, 20, 30]).seconds
    seconds[1 * 4 + 2] = TravelTable.unreachable
    seconds[3 * 4 + 0] = TravelTable.unreachable
    let travel = try TravelTable(locationCount: 4, seconds: seconds, metres: seconds)
    #expect(check(try problem(travel: travel)) == [.notReachable(shift: 0, job: 1), .notReachable(shift: 0, job: nil)])
  }
}
