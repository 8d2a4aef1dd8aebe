import HTTPTypes
import NIOPosix
import Synchronization

/// One thread with a bounded queue before it, for work that keeps a processor or the database for long: one piece after the other,
/// while the threads that answer requests stay free.
final class WorkThread: Sendable {
  private let pool = NIOThreadPool(numberOfThreads: 1)
  private let waiting = Mutex(0)
  private let mostWaiting: Int
  private let busy: String

  /// `busy` tells a client why its work was refused, and what to do.
  init(mostWaiting: Int, busy: String) {
    self.mostWaiting = mostWaiting
    self.busy = busy
    pool.start()
  }

  /// Throws 503 where the queue is full.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    let admitted = waiting.withLock { count in
      guard count < mostWaiting else { return false }
      count += 1
      return true
    }
    guard admitted else {
      throw Problem(.serviceUnavailable, code: "busy", detail: busy, headers: [.retryAfter: "5"])
    }
    defer { waiting.withLock { $0 -= 1 } }
    return try await pool.runIfActive(body)
  }

  deinit { pool.shutdownGracefully { _ in } }
}
