import LageplanPlanner
import Synchronization

/// One search for a plan, from its begin to its end, and what those who wait or listen know of it.
final class TourRun: Sendable {
  /// How far the search has come.
  struct Progress: Hashable {
    /// From 0 to 1, of what the search may take.
    var spent = 0.0
    /// Of the best plan so far: jobs that it leaves out, and what the rest of it costs in seconds of travel; `nil` before there is one.
    var leftOut: Int?
    var cost: Int?
    /// Since the search was asked for, waiting included.
    var seconds = 0.0
  }

  enum Outcome: Sendable {
    init(catching search: () throws -> TourPlan) {
      do { self = .planned(try search()) } catch { self = .failed(error) }
    }

    /// The best plan found, also where the search was told to stop.
    case planned(TourPlan)
    /// It was told to stop before there was a plan.
    case cancelled
    case failed(any Error)
  }

  /// What a listener sees at a glance.
  struct View {
    var progress: Progress
    /// Rises with every change of `progress`.
    var progressNumber: Int
    /// The best plan so far, where somebody asked for it.
    var best: TourPlan?
    /// Rises with every new best plan.
    var bestNumber: Int
    var outcome: Outcome?
  }

  /// What a listener hears.
  enum Signal: Sendable {
    /// There is something new to see.
    case changed
    /// Nothing happened for a while; the connection wants a sign of life.
    case silent
  }

  private struct State {
    var view = View(progress: Progress(), progressNumber: 0, best: nil, bestNumber: 0, outcome: nil)
    var told: ContinuousClock.Instant?
    var bestCost: (leftOut: Int, cost: Int)?
    var bestMade: ContinuousClock.Instant?
    var isStopping = false
    var search: PlanningThreads.Search?
    var listeners: [Int: AsyncStream<Signal>.Continuation] = [:]
    var nextListener = 0
  }

  /// At most four times a second.
  private static let progressPause = Duration.milliseconds(250)
  /// A plan costs its lines on the roads; once in so long is enough to watch.
  private static let planPause = Duration.seconds(2)

  private let state = Mutex(State())
  private let began = ContinuousClock.now

  var view: View { state.withLock { $0.view } }
  var isStopping: Bool { state.withLock { $0.isStopping } }

  // MARK: The search's side

  /// The search of the run; cancelled at once where the run was told to stop before.
  func begins(_ search: PlanningThreads.Search) {
    let isStopping = state.withLock { state in
      state.search = search
      return state.isStopping
    }
    if isStopping { search.cancel() }
  }

  /// Notes how far the search has come; false: it shall stop. Called on its thread.
  func note(_ found: TourPlanProgress) -> Bool {
    let now = ContinuousClock.now
    let (isDue, wantsPlan, isStopping) = state.withLock { state in
      let isDue = state.told.map { now - $0 >= Self.progressPause } ?? true
      if isDue {
        state.told = now
        state.view.progress = Progress(
          spent: found.spent, leftOut: found.leftOut, cost: found.cost, seconds: (now - began) / .seconds(1))
        state.view.progressNumber += 1
      }
      let isBetter = state.bestCost.map { (found.leftOut, found.cost) < $0 } ?? true
      let isWanted = isDue && isBetter && !state.isStopping && !state.listeners.isEmpty
      let wantsPlan = isWanted && (state.bestMade.map { now - $0 >= Self.planPause } ?? true)
      if wantsPlan { (state.bestMade, state.bestCost) = (now, (found.leftOut, found.cost)) }
      return (isDue, wantsPlan, state.isStopping)
    }
    // A plan that cannot be drawn fails at the end, where somebody hears of it.
    if wantsPlan, let plan = try? found.plan() {
      state.withLock { state in
        state.view.best = plan
        state.view.bestNumber += 1
      }
    }
    if isDue { tell(.changed) }
    return !isStopping
  }

  func end(_ outcome: Outcome) {
    state.withLock { state in
      guard state.view.outcome == nil else { return }
      state.view.outcome = outcome
      state.view.progress.seconds = (ContinuousClock.now - began) / .seconds(1)
      state.view.progressNumber += 1
    }
    for listener in state.withLock({ Array($0.listeners.values) }) {
      listener.yield(.changed)
      listener.finish()
    }
  }

  // MARK: The others' side

  /// Tells the search to stop; the best plan that it has is its outcome.
  func stop() {
    let search = state.withLock { state in
      state.isStopping = true
      return state.search
    }
    search?.cancel()
  }

  /// Waits for the end.
  func finished() async { await state.withLock({ $0.search })?.finished() }

  /// Signals until the run ends; the first comes at once.
  func listen(heartbeat: Duration) -> AsyncStream<Signal> {
    let (signals, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(1))
    let (number, isOver) = state.withLock { state in
      state.nextListener += 1
      if state.view.outcome == nil { state.listeners[state.nextListener] = continuation }
      return (state.nextListener, state.view.outcome != nil)
    }
    let beat = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: heartbeat)
        if case .terminated = continuation.yield(.silent) { return }
      }
    }
    continuation.onTermination = { [weak self] _ in
      beat.cancel()
      self?.state.withLock { $0.listeners[number] = nil }
    }
    continuation.yield(.changed)
    if isOver { continuation.finish() }
    return signals
  }

  private func tell(_ signal: Signal) {
    // Told outside of the lock: a listener that has gone takes itself off the list.
    for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(signal) }
  }
}
