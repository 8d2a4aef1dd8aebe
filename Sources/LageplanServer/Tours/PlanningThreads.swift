import HTTPTypes
import NIOPosix
import Synchronization

/// Threads of their own for searches: they compute for seconds or minutes, and must hold up neither those who ask for maps nor each other's kind.
///
/// One plan at a time. The others wait their turn: first those of people with a token, then those that anybody may ask for, who have a small share of the
/// queue; each in the order in which they came. A plan is made in a task, so that cancelling the task reaches it wherever it is.
final class PlanningThreads: TaskExecutor {
  private struct Place {
    let number: Int
    let hasToken: Bool
    /// Waits for its turn.
    var turn: CheckedContinuation<Void, Never>?
  }

  private struct State {
    /// The search whose turn it is and those that wait, in the order in which they came.
    var places: [Place] = []
    var current: Int?
    var number = 0

    /// Gives the turn to the next where nobody has it; answers who is to be told.
    mutating func advance() -> CheckedContinuation<Void, Never>? {
      guard current == nil, let next = places.firstIndex(where: \.hasToken) ?? places.indices.first else { return nil }
      current = places[next].number
      defer { places[next].turn = nil }
      return places[next].turn
    }
  }

  private let pool = NIOThreadPool(numberOfThreads: 1)
  private let state = Mutex(State())
  private let mostWaiting: Int
  private let mostWithoutToken: Int
  private let busy: String

  /// Beside the search at work `mostWaiting` wait for their turn, of which `mostWithoutToken` without a token; `busy` tells a client why its search was
  /// refused, and what to do.
  init(mostWaiting: Int, mostWithoutToken: Int, busy: String) {
    self.mostWaiting = mostWaiting
    self.mostWithoutToken = mostWithoutToken
    self.busy = busy
    pool.start()
  }

  /// At work or waiting.
  var searches: Int { state.withLock { $0.places.count } }

  /// A search in the queue or at work.
  struct Search: Sendable {
    fileprivate let task: Task<Void, Never>
    fileprivate let leave: @Sendable () -> Void

    /// Its place in the queue is free from now on, also where its turn has not come.
    func cancel() {
      leave()
      task.cancel()
    }

    func finished() async { await task.value }
  }

  /// Begins `work` when its turn comes. Throws 503 where too many wait.
  func begin(hasToken: Bool, _ work: @escaping @Sendable () async -> Void) throws(Problem) -> Search {
    let number: Int? = state.withLock { state in
      let alike = state.places.count { !$0.hasToken }
      guard state.places.count <= mostWaiting, hasToken || alike <= mostWithoutToken else { return nil }
      state.number += 1
      state.places.append(Place(number: state.number, hasToken: hasToken))
      // Nobody waits in a place that is new.
      _ = state.advance()
      return state.number
    }
    guard let number else { throw Problem(.serviceUnavailable, code: "busy", detail: busy, headers: [.retryAfter: "5"]) }
    let task = Task(executorPreference: self) {
      await self.turn(of: number)
      await work()
      self.leave(number)
    }
    return Search(task: task) { self.leave(number) }
  }

  /// Waits until it is the search's turn, or it has left the queue.
  private func turn(of number: Int) async {
    await withCheckedContinuation { turn in
      let waits = state.withLock { state in
        guard state.current != number, let at = state.places.firstIndex(where: { $0.number == number }) else { return false }
        state.places[at].turn = turn
        return true
      }
      if !waits { turn.resume() }
    }
  }

  private func leave(_ number: Int) {
    let turns = state.withLock { state -> [CheckedContinuation<Void, Never>?] in
      guard let at = state.places.firstIndex(where: { $0.number == number }) else { return [] }
      let own = state.places.remove(at: at).turn
      if state.current == number { state.current = nil }
      return [own, state.advance()]
    }
    for turn in turns { turn?.resume() }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  deinit { pool.shutdownGracefully { _ in } }
}
