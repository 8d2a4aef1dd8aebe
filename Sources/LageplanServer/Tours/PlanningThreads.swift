import HTTPTypes
import NIOPosix
import Synchronization

/// Threads of their own for searches: they compute for seconds or minutes, and must hold up neither those who ask for maps nor each other's kind.
///
/// One plan at a time, the others wait their turn in the order in which they came. It is made in a task, so that cancelling the task reaches it wherever it is.
final class PlanningThreads: TaskExecutor {
  private struct State {
    var waiting = 0
    var last: Task<Void, Never>?
  }

  private let pool = NIOThreadPool(numberOfThreads: 1)
  private let state = Mutex(State())
  private let mostWaiting: Int
  private let busy: String

  /// `busy` tells a client why its search was refused, and what to do.
  init(mostWaiting: Int, busy: String) {
    self.mostWaiting = mostWaiting
    self.busy = busy
    pool.start()
  }

  /// Begins `work` when those before it have ended. Throws 503 where too many wait.
  func begin(_ work: @escaping @Sendable () async -> Void) throws(Problem) -> Task<Void, Never> {
    let task: Task<Void, Never>? = state.withLock { state in
      guard state.waiting < mostWaiting else { return nil }
      state.waiting += 1
      let previous = state.last
      let task = Task(executorPreference: self) {
        await previous?.value
        await work()
        self.state.withLock { $0.waiting -= 1 }
      }
      state.last = task
      return task
    }
    guard let task else { throw Problem(.serviceUnavailable, code: "busy", detail: busy, headers: [.retryAfter: "5"]) }
    return task
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  deinit { pool.shutdownGracefully { _ in } }
}
