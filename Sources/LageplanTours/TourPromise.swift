public import LageplanGeometry

/// What a job has been promised: who comes, and when. It may be broken at a cost, and ``TourProblem/mostChanges`` says how often.
///
/// A soft window, that is: hard windows say when a visit is possible, a promise when it is expected. A job that is left out breaks its promise; one
/// that is fixed in its shift is not asked.
public struct TourPromise: Hashable, Sendable {
  /// Index into the problem's shifts.
  public var shift: Int
  /// The visit begins within.
  public var begin: TimeWindow
  /// Of breaking it, in the unit of ``TourObjective``, where the job is served.
  public var cost: Int

  public init(shift: Int, begin: TimeWindow, cost: Int = 0) {
    self.shift = shift
    self.begin = begin
    self.cost = cost
  }

  public func isKept(on shift: Int, begin: Seconds) -> Bool {
    shift == self.shift && self.begin.earliest <= begin && begin <= self.begin.latest
  }
}

extension TourProblem {
  /// The same problem, in which every job that `solution` serves and that has no promise yet is promised that shift and that begin,
  /// give or take `tolerance`; at most `mostChanges` promises may be broken, each at `cost`.
  ///
  /// What is not in a route of `solution` is promised nothing: whoever plans anew leaves out of it what must move anyhow.
  public func promising(
    _ solution: TourSolution, within tolerance: Seconds, cost: Int = 0, mostChanges: Int? = nil
  ) throws(TourProblemError) -> TourProblem {
    var jobs = jobs
    let clock = Int(TravelTable.longest)
    for (shift, route) in solution.routes.enumerated().prefix(shifts.count) where !route.jobs.isEmpty {
      for visit in TourTimetable(of: route, shift: shift, in: self).visits where jobs[visit.job].promise == nil {
        let earliest = min(max(0, visit.begin.value - tolerance.value), clock)
        let latest = min(max(earliest, visit.begin.value + tolerance.value), clock)
        let begin = TimeWindow(earliest: Seconds(earliest), latest: Seconds(latest))
        jobs[visit.job].promise = TourPromise(shift: shift, begin: begin, cost: cost)
      }
    }
    return try with(jobs: jobs, mostChanges: mostChanges)
  }
}
