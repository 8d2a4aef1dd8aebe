import Hummingbird
import NIOCore

/// What goes with each request through the server: Hummingbird's own, and the connection.
struct LageplanRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Closed under a stream that nobody takes.
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// The client, or the proxy before us; `nil` where there is no socket.
  var peer: SocketAddress? { channel.remoteAddress }
}
