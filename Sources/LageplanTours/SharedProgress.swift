import Synchronization

/// Puts the reports of searches that run side by side together to one: of the best solution among them.
final class SharedProgress: Sendable {
  private struct State {
    var reports: [TourProgress?]
    var isStopped = false
  }

  private let progress: @Sendable (TourProgress) -> Bool
  private let state: Mutex<State>

  init(_ progress: @escaping @Sendable (TourProgress) -> Bool, searches: Int) {
    self.progress = progress
    state = Mutex(State(reports: Array(repeating: nil, count: searches)))
  }

  /// Whether the search shall go on.
  func add(_ report: TourProgress, of search: Int) -> Bool {
    state.withLock { state in
      guard !state.isStopped else { return false }
      state.reports[search] = report
      let all = state.reports.compactMap(\.self)
      guard var best = all.min(by: { ($0.exactCost, $0.cost) < ($1.exactCost, $1.cost) }) else { return true }
      best.spent = all.count < state.reports.count ? 0 : all.map(\.spent).min() ?? 0
      state.isStopped = !progress(best)
      return !state.isStopped
    }
  }
}
