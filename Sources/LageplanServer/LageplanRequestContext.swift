import Hummingbird
import NIOCore
import Synchronization

/// What goes with each request through the server: Hummingbird's own, the connection, and who asks.
struct LageplanRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Closed under a stream that nobody takes.
  let channel: any Channel
  /// Looked up once, before any controller; `nil`: not yet.
  var visitor: Visitor?
  /// The kept tile that the answer was taken from, for the middleware that learns answers.
  let answeredTile = AnsweredTile()

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// The client, or the proxy before us; `nil` where there is no socket.
  var peer: SocketAddress? { channel.remoteAddress }
}

/// What a controller leaves for the middlewares that its answer passes.
final class AnsweredTile: Sendable {
  private let tile = Mutex<KeptTile?>(nil)

  var value: KeptTile? {
    get { tile.withLock { $0 } }
    set { tile.withLock { $0 = newValue } }
  }
}
