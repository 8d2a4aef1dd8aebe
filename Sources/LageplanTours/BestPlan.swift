import LageplanGeometry

/// The links of the best plan seen, and what its jobs are held to.
final class BestPlan {
  private let next: UnsafeMutablePointer<Int32>
  private let held: UnsafeMutablePointer<Int32>
  private let jobCount: Int
  private let shiftCount: Int
  private(set) var routesCost = 0

  init(_ plan: borrowing WorkingPlan) {
    (jobCount, shiftCount) = (plan.jobCount, plan.shiftCount)
    next = .allocate(capacity: jobCount + shiftCount)
    held = .allocate(capacity: max(1, jobCount))
    keep(plan)
  }

  deinit {
    next.deallocate()
    held.deallocate()
  }

  func keep(_ plan: borrowing WorkingPlan) {
    for at in 0..<(jobCount + shiftCount) { next[at] = plan.node[at].next }
    held.update(from: plan.held, count: jobCount)
    routesCost = plan.routesCost
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
