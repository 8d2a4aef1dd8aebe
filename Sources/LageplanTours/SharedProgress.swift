import Synchronization

/// Puts the reports of searches that run side by side together to one: of the best solution among them, by the exact order of levels. `progress` hears of
/// it, never from two threads at once; false from it ends all searches.
public final class SharedProgress: Sendable {
  private struct State {
    var reports: [TourProgress?]
    var isStopped = false
  }

  private let progress: @Sendable (TourProgress) -> Bool
  private let state: Mutex<State>

  public init(_ progress: @escaping @Sendable (TourProgress) -> Bool, searches: Int) {
    self.progress = progress
    state = Mutex(State(reports: Array(repeating: nil, count: searches)))
  }

  /// Whether the search shall go on.
  public func add(_ report: TourProgress, of search: Int) -> Bool {
    state.withLock { state in
      guard !state.isStopped else { return false }
      state.reports[search] = report
      let all = state.reports.compactMap(\.self)
      guard var best = all.min(by: { $0.isBetter(than: $1) }) else { return true }
      // All searches have the same budget; the slowest one tells how much of it is left.
      best.spent = all.count < state.reports.count ? 0 : all.map(\.spent).min() ?? 0
      state.isStopped = !progress(best)
      return !state.isStopped
    }
  }
}
