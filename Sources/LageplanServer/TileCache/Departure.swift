import NIOCore
import Synchronization

/// That a client has gone, told to whoever works for it.
///
/// A request's task hears of it only when it writes; until then it would draw tiles for nobody.
final class Departure: Sendable {
  private struct State {
    var hasLeft = false
    var next = 0
    var listeners: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  var hasLeft: Bool { state.withLock { $0.hasLeft } }

  /// Calls `listener` when the client leaves, at once where it has left; until ``forget(_:)`` with the number answered.
  func onLeaving(_ listener: @escaping @Sendable () -> Void) -> Int {
    let (number, hasLeft) = state.withLock { state in
      state.next += 1
      if !state.hasLeft { state.listeners[state.next] = listener }
      return (state.next, state.hasLeft)
    }
    if hasLeft { listener() }
    return number
  }

  func forget(_ number: Int) { state.withLock { $0.listeners[number] = nil } }

  func leave() {
    let listeners = state.withLock { state in
      state.hasLeft = true
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener() }
  }

  // MARK: Of a connection

  private static let known = Mutex<[ObjectIdentifier: Departure]>([:])

  /// The departure of the client at the other end of `channel`; `nil`: nobody watches this connection.
  static func of(_ channel: any Channel) -> Departure? { known.withLock { $0[ObjectIdentifier(channel)] } }

  /// To be called by the one who watches the connection, and ``unregister(_:)`` before it goes.
  static func register(_ departure: Departure, of channel: any Channel) {
    known.withLock { $0[ObjectIdentifier(channel)] = departure }
  }

  static func unregister(_ channel: any Channel) { _ = known.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) } }
}
