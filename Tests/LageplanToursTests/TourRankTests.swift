import LageplanGeometry
import LageplanTours
import Testing

/// Jobs that a person has put in order.
struct TourRankTests {
  /// On one street, 100 s from each to the next, the start before the first.
  private func street(_ ranks: [Int?]) throws -> TourProblem {
    let count = ranks.count + 1
    let seconds = (0..<count * count).map { Int32(100 * abs($0 / count - $0 % count)) }
    let jobs = ranks.enumerated().map { index, rank in
      var job = TourJob(location: index + 1, service: 10)
      job.rank = rank
      return job
    }
    let shift = TourShift(start: 0, end: 0, span: TimeWindow(earliest: 0, latest: 100_000))
    return try TourProblem(
      jobs: jobs, shifts: [shift],
      travel: TravelTable(locationCount: count, seconds: seconds, metres: seconds.map { Int32($0) }))
  }

  @Test func ranksAreServedInTheirOrder() throws {
    let problem = try street([3, nil, 2, nil, 1, nil])
    let solution = TourSolver.solveBothWays(problem, rounds: 500)
    #expect(TourChecker.violations(of: solution, in: problem) == [])
    #expect(solution.unassigned == [])
    #expect(solution.routes[0].jobs.filter { problem.jobs[$0].rank != nil } == [4, 2, 0])
  }

  @Test func theCheckerObjectsToABrokenOrder() throws {
    let problem = try street([2, nil, 1])
    let wrong = TourSolution(sequences: [[0, 1, 2]], of: problem)
    #expect(TourChecker.violations(of: wrong, in: problem) == [.orderBroken(job: 2, shift: 0)])
    let right = TourSolution(sequences: [[2, 1, 0]], of: problem)
    #expect(TourChecker.violations(of: right, in: problem) == [])
  }
}
