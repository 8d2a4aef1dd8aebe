import Foundation
import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import Logging
import NIOCore
import NIOEmbedded
import TestSupport

@testable import LageplanServer

/// The whole service over a database of its own, without a socket.
struct TestService {
  let application: LageplanApplication
  private let responder: any HTTPResponder<LageplanRequestContext>

  struct Reply {
    var status: Int
    var headers: HTTPFields
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { get throws { try JSONValue(parsing: body) } }
  }

  /// `fill` writes what the test needs into the fresh store.
  static func with<T>(
    _ fill: (Store) throws -> Void, publicUrl: String? = nil, trustedProxies: [IpNetwork] = [], isWritable: Bool = false,
    configure: (inout ServerConfiguration) -> Void = { _ in }, _ body: (TestService) async throws -> T
  ) async throws -> T {
    try await TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("test.sqlite")
      try EmptyStore.bytes.get().write(to: file)
      let store = try Store(path: file.path, mode: .open, readers: 2)
      defer { store.close() }
      try fill(store)
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      var configuration = ServerConfiguration(townTime: try TownTime())
      configuration.publicUrl = publicUrl
      configuration.trustedProxies = trustedProxies
      configuration.isWritable = isWritable
      configure(&configuration)
      let application = LageplanApplication(store: store, configuration: configuration, logger: logger)
      return try await body(
        TestService(application: application, responder: application.router().buildResponder()))
    }
  }

  func get(_ path: String, headers: HTTPFields = [:]) async throws -> Reply {
    try await send(.get, path, headers: headers)
  }

  func post(_ path: String, _ body: String, type: String = "application/geo+json") async throws -> Reply {
    try await send(.post, path, headers: [.contentType: type], body: body)
  }

  /// `peer` is who is at the other end of the connection; `hearing` gets the answer piece by piece as it comes.
  func send(
    _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: String = "", from peer: SocketAddress? = nil,
    hearing: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Reply {
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: "town.example:8080", path: path, headerFields: headers),
      body: RequestBody(buffer: ByteBuffer(string: body)))
    let channel = EmbeddedChannel()
    channel.remoteAddress = peer
    let context = LageplanRequestContext(source: ApplicationRequestContextSource(channel: channel, logger: application.logger))
    let response = try await responder.respond(to: request, context: context)
    let collected = Collected()
    try await response.body.write(CollectingWriter(collected: collected, hearing: hearing))
    return Reply(status: response.status.code, headers: response.headers, body: collected.bytes)
  }
}

/// A fresh database, made once: SpatiaLite's metadata take longer to write than most tests need.
private enum EmptyStore {
  static let bytes = Result {
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("empty.sqlite")
      try Store(path: file.path, mode: .create, readers: 1).close()
      return try Data(contentsOf: file)
    }
  }
}

private final class Collected: @unchecked Sendable {
  var bytes: [UInt8] = []
}

private struct CollectingWriter: ResponseBodyWriter {
  let collected: Collected
  let hearing: @Sendable (String) -> Void

  mutating func write(_ buffer: ByteBuffer) async throws {
    collected.bytes.append(contentsOf: buffer.readableBytesView)
    hearing(String(buffer: buffer))
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
