import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Where a streamed body goes, piece by piece: of a download, of a feed of events.
///
///     Answer("text/csv", stream: { sink in
///       while let piece = try await nextPiece() { try await sink.send(piece) }
///     })
struct BodySink {
  private var writer: any ResponseBodyWriter
  private let watch: StreamWatch

  fileprivate init(_ writer: any ResponseBodyWriter, _ watch: StreamWatch) {
    self.writer = writer
    self.watch = watch
  }

  /// Sends `piece`, and returns as soon as the connection takes more: whoever writes never runs ahead of who reads by more than the
  /// connection's buffer. Throws when the client is gone, took nothing for ``StreamWatch/patience``, or the server must stop:
  /// the writer lets the error pass, and so ends.
  mutating func send(_ piece: [UInt8]) async throws {
    try await send(ByteBuffer(bytes: piece))
  }

  mutating func send(_ piece: ByteBuffer) async throws {
    guard piece.readableBytes > 0 else { return }
    watch.begin()
    defer { watch.end() }
    try await writer.write(piece)
  }
}

/// Ends a stream whose client stands still, or that would keep a stopping server alive.
///
/// A connection that is closed is all that a writer waiting for its client ever hears.
final class StreamWatch: Sendable {
  /// So long a client may take nothing at all while something waits to be sent.
  static let patience = Duration.seconds(60)
  /// So long streams go on when the server is told to stop.
  static let grace = Duration.seconds(5)

  /// Since when the piece under way waits; `nil`: none waits.
  private let waiting = Mutex<ContinuousClock.Instant?>(nil)

  fileprivate func begin() { waiting.withLock { $0 = .now } }
  fileprivate func end() { waiting.withLock { $0 = nil } }

  private func waitUntilStalled() async throws {
    while true {
      try await Task.sleep(for: Self.patience / 4)
      if let since = waiting.withLock({ $0 }), ContinuousClock.now - since > Self.patience { return }
    }
  }

  /// The body that `content` writes, over the connection of `channel`.
  static func body(length: Int?, over channel: (any Channel)?, logger: Logger, _ content: @escaping Answer.Content)
    -> ResponseBody
  {
    ResponseBody(contentLength: length) { writer in
      let watch = StreamWatch()
      do {
        try await withThrowingTaskGroup(of: Void.self) { group in
          defer { group.cancelAll() }
          group.addTask {
            try await watch.waitUntilStalled()
            channel?.close(promise: nil)
          }
          group.addTask {
            try await gracefulShutdown()
            try await Task.sleep(for: grace)
            channel?.close(promise: nil)
          }
          var sink = BodySink(writer, watch)
          try await content(&sink)
        }
      } catch {
        // The head is gone, so no problem document can follow: the connection is closed without the end of the body, by which every
        // client knows that something is missing. A client that left is no fault of anybody's.
        if !isDeparture(error) { logger.error("a streamed answer broke off: \(error)") }
        throw error
      }
      try await writer.finish(nil)
    }
  }

  private static func isDeparture(_ error: any Error) -> Bool {
    error is ChannelError || error is IOError || error is CancellationError || error is NIOAsyncWriterError
  }
}
