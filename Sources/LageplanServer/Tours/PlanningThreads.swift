import HTTPTypes
import NIOPosix
import Synchronization

/// Threads of their own for searches: they compute for seconds or minutes, and must hold up neither those who ask for maps nor each other's kind.
///
/// One plan at a time, the others wait their turn in the order in which they came. It is made in a task, so that cancelling the task reaches it wherever it is.
final class PlanningThreads: TaskExecutor {
  private struct State {
    /// The search at work and those that wait, by their numbers.
    var busy: Set<Int> = []
    var number = 0
    var last: Task<Void, Never>?
  }

  private let pool = NIOThreadPool(numberOfThreads: 1)
  private let state = Mutex(State())
  private let mostWaiting: Int
  private let busy: String

  /// Beside the search at work `mostWaiting` wait for their turn; `busy` tells a client why its search was refused, and what to do.
  init(mostWaiting: Int, busy: String) {
    self.mostWaiting = mostWaiting
    self.busy = busy
    pool.start()
  }

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

  /// Begins `work` when those before it have ended. Throws 503 where too many wait.
  func begin(_ work: @escaping @Sendable () async -> Void) throws(Problem) -> Search {
    let search: Search? = state.withLock { state in
      guard state.busy.count <= mostWaiting else { return nil }
      state.number += 1
      let (number, previous) = (state.number, state.last)
      let leave: @Sendable () -> Void = { self.state.withLock { _ = $0.busy.remove(number) } }
      state.busy.insert(number)
      let task = Task(executorPreference: self) {
        await previous?.value
        await work()
        leave()
      }
      state.last = task
      return Search(task: task, leave: leave)
    }
    guard let search else { throw Problem(.serviceUnavailable, code: "busy", detail: busy, headers: [.retryAfter: "5"]) }
    return search
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  deinit { pool.shutdownGracefully { _ in } }
}
