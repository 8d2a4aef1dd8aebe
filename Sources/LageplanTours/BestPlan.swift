import LageplanGeometry

/// The links of the best plan seen, and what its jobs are held to.
final class BestPlan {
  private let next: UnsafeMutablePointer<Int32>
  private let held: UnsafeMutablePointer<Int32>
  private let jobCount: Int
  private let shiftCount: Int
  private let leftOut: UnsafeMutablePointer<Int>
  private let levelCount: Int
  private(set) var routesCost = 0

  init(_ plan: borrowing WorkingPlan) {
    (jobCount, shiftCount, levelCount) = (plan.jobCount, plan.shiftCount, plan.levelCount)
    leftOut = .allocate(capacity: max(1, levelCount))
    next = .allocate(capacity: jobCount + shiftCount)
    held = .allocate(capacity: max(1, jobCount))
    keep(plan)
  }

  deinit {
    next.deallocate()
    held.deallocate()
    leftOut.deallocate()
  }

  func keep(_ plan: borrowing WorkingPlan) {
    for at in 0..<(jobCount + shiftCount) { next[at] = plan.node[at].next }
    held.update(from: plan.held, count: jobCount)
    leftOut.update(from: plan.leftOut, count: levelCount)
    routesCost = plan.routesCost
  }

  var value: PlanValue {
    PlanValue(leftOut: Array(UnsafeBufferPointer(start: leftOut, count: levelCount)), routesCost: routesCost)
  }

  /// Whether the other counts more, by the exact order of levels.
  func isBeaten(by plan: borrowing WorkingPlan) -> Bool {
    for level in 0..<levelCount where plan.leftOut[level] != leftOut[level] { return plan.leftOut[level] < leftOut[level] }
    return plan.routesCost < routesCost
  }

  func draft(_ problem: TourProblem) -> TourDraft {
    let sequences = (0..<shiftCount).map { shift in
      var jobs: [Int] = []
      var at = Int(next[jobCount + shift])
      while at < jobCount {
        jobs.append(at)
        at = Int(next[at])
      }
      return jobs
    }
    guard problem.hasPromises || !problem.ties.together.isEmpty else { return TourDraft(sequences: sequences) }
    var appointments: [Int: TimeWindow] = [:]
    for job in sequences.joined() {
      appointments[job] = Held.window(held[job], of: problem.jobs[job])
    }
    return TourDraft(sequences: sequences, appointments: appointments)
  }
}
