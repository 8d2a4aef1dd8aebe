import HTTPTypes
import LageplanStore
import Logging
import Synchronization

/// Tells those who listen that something has changed, whoever changed it: through this server, with a command, or with QGIS in the file.
///
/// It carries no changes: each listener reads from the log where it stands, at its own pace, so that a slow one holds up nobody and
/// misses nothing. While somebody listens, one task asks the file twice a second for its newest change, which takes some microseconds.
final class ChangeFeed: Sendable {
  /// What a listener hears.
  enum Signal: Sendable {
    /// There may be something new.
    case changed
    /// Nothing happened for a while; the connection wants a sign of life.
    case silent
  }

  /// Each costs a connection and a task.
  static let mostListeners = 200
  private static let pause = Duration.milliseconds(500)
  /// Below the minute after which many proxies drop a silent connection.
  static let heartbeat = Duration.seconds(15)

  private struct State {
    var listeners: [Int: AsyncStream<Signal>.Continuation] = [:]
    var next = 0
    var watch: Task<Void, Never>?
  }

  private let store: Store
  private let logger: Logger
  private let state = Mutex(State())

  init(store: Store, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  /// Signals until the listener stops or the server does. Throws 503 where too many listen.
  func listen() throws(Problem) -> AsyncStream<Signal> {
    let (signals, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = state.withLock { state in
      guard state.listeners.count < Self.mostListeners else { return nil }
      state.next += 1
      state.listeners[state.next] = continuation
      if state.watch == nil { state.watch = Task { await watch() } }
      return state.next
    }
    guard let number else {
      throw Problem(
        .serviceUnavailable, code: "busy",
        detail: "\(Self.mostListeners) listeners are connected. Ask /changes?since= now and then instead, or try again later.",
        headers: [.retryAfter: "60"])
    }
    continuation.onTermination = { [weak self] _ in self?.leave(number) }
    // The first look at the log, for what happened before the listener came.
    continuation.yield(.changed)
    return signals
  }

  /// Something was written by this server: told at once.
  func notice() { tell(.changed) }

  private func leave(_ number: Int) {
    state.withLock { state in
      state.listeners[number] = nil
      guard state.listeners.isEmpty else { return }
      state.watch?.cancel()
      state.watch = nil
    }
  }

  private func tell(_ signal: Signal) {
    // Told outside of the lock: a listener that has gone takes itself off the list.
    for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(signal) }
  }

  private func watch() async {
    var newest: Int64?
    var silentSince = ContinuousClock.now
    while !Task.isCancelled {
      do {
        let latest = try store.latestSequence()
        if latest != newest {
          newest = latest
          tell(.changed)
        }
      } catch StoreError.closed {
        return
      } catch {
        logger.error("the change feed cannot read the log of changes: \(error)")
      }
      if ContinuousClock.now - silentSince >= Self.heartbeat {
        silentSince = .now
        tell(.silent)
      }
      try? await Task.sleep(for: Self.pause)
    }
  }
}
