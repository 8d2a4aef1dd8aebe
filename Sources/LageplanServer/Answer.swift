import HTTPTypes
import Hummingbird
import LageplanTiles
import NIOCore

/// What a controller gives back: a body with a media type and, where known, the tag of its state.
///
/// Turned into a response in one place: 304 where the client has this state already, gzip where the client takes it and it pays,
/// no body for HEAD.
struct Answer: ResponseGenerator {
  /// Writes a streamed body; begins when the head has been sent, and never for HEAD or 304.
  typealias Content = @Sendable (inout BodySink) async throws -> Void

  enum Body: Sendable {
    case bytes([UInt8])
    /// Shared with others who are sent the same, never copied, never packed.
    case buffer(ByteBuffer)
    /// `length` in bytes where it is known beforehand: clients show progress by it, and HEAD tells it.
    case stream(length: Int?, Content)
  }

  var status: HTTPResponse.Status = .ok
  var mediaType: String
  var body: Body
  /// The opaque part of the entity tag (RFC 9110, section 8.8.3), without quotes; `nil`: the answer has none.
  var tag: String?
  /// The tag names these very bytes, so that a change can be made on condition of it (RFC 9110, section 8.8.1). They are never packed:
  /// packed ones would need another tag.
  var isTagStrong = false
  var headers: HTTPFields = [:]
  /// The body packed already (tiles are packed where they are made).
  var gzipBody: [UInt8]?
  /// May a cache keep it, and how: data must be asked for again each time, which the tag makes cheap.
  var cacheControl = "no-cache"

  init(_ mediaType: String, _ body: [UInt8], tag: String? = nil) {
    self.mediaType = mediaType
    self.body = .bytes(body)
    self.tag = tag
  }

  /// A body that is written while it is sent, however long it gets. It is sent as it is written, never packed.
  init(_ mediaType: String, length: Int? = nil, tag: String? = nil, stream content: @escaping Content) {
    self.mediaType = mediaType
    body = .stream(length: length, content)
    self.tag = tag
  }

  /// What of a request decides the answer beside its address.
  var vary = "Accept, Accept-Encoding, Accept-Language"

  /// Below this, packing costs more than it saves: one network packet is sent anyway.
  static let smallestPacked = 1_000

  func response(from request: Request, context: some RequestContext) -> Response {
    var fields = headers
    fields[.vary] = vary
    fields[.cacheControl] = cacheControl
    if let tag {
      // Otherwise weak, since the packed and the plain spelling of one state share it.
      fields[.eTag] = isTagStrong ? "\"\(tag)\"" : "W/\"\(tag)\""
      if request.hasState(tag) { return Response(status: .notModified, headers: fields) }
    }
    if status == .notModified { return Response(status: status, headers: fields) }
    fields[.contentType] = mediaType
    switch body {
    case .bytes(let bytes): return response(bytes, fields, to: request)
    case .buffer(let buffer): return response(buffer, fields, to: request)
    case .stream(let length, let content):
      let channel = (context as? LageplanRequestContext)?.channel
      return streamed(length, fields, to: request) {
        StreamWatch.body(length: length, over: channel, logger: context.logger, content)
      }
    }
  }

  private func response(_ body: [UInt8], _ fields: HTTPFields, to request: Request) -> Response {
    var fields = fields
    var bytes = body
    if request.acceptsGzip, !isTagStrong {
      if let gzipBody {
        bytes = gzipBody
        fields[.contentEncoding] = "gzip"
      } else if body.count >= Self.smallestPacked, Self.isCompressible(mediaType), let packed = Gzip.compress(body) {
        bytes = packed
        fields[.contentEncoding] = "gzip"
      }
    }
    return response(ByteBuffer(bytes: bytes), fields, to: request)
  }

  private func response(_ body: ByteBuffer, _ fields: HTTPFields, to request: Request) -> Response {
    if status == .noContent { return Response(status: status, headers: fields) }
    guard request.method == .head else {
      return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
    }
    var fields = fields
    fields[.contentLength] = String(body.readableBytes)
    return Response(status: status, headers: fields)
  }

  private func streamed(_ length: Int?, _ fields: HTTPFields, to request: Request, _ body: () -> ResponseBody) -> Response {
    var fields = fields
    if let length { fields[.contentLength] = String(length) }
    guard request.method == .head else { return Response(status: status, headers: fields, body: body()) }
    if length != nil { return Response(status: status, headers: fields) }
    // Without a length the end of the body is marked by a chunk, which after HEAD would be read as the start of the next answer:
    // so this is the last one of its connection.
    fields[.connection] = "close"
    return Response(status: status, headers: fields, body: ResponseBody { writer in try await writer.finish(nil) })
  }

  static func notModified(tag: String) -> Answer {
    // The tag alone decides; the body is never sent.
    Answer("application/octet-stream", [], tag: tag)
  }

  private static func isCompressible(_ mediaType: String) -> Bool {
    mediaType.hasPrefix("text/") || mediaType.contains("json") || mediaType.contains("javascript") || mediaType.contains("xml")
      || mediaType.contains("mapbox-vector-tile")
  }
}

extension Request {
  /// The client already holds the state named by `tag` (If-None-Match, RFC 9110, section 13.1.2; weak comparison).
  func hasState(_ tag: String) -> Bool {
    guard method == .get || method == .head, let wanted = headers[.ifNoneMatch] else { return false }
    return wanted.split(separator: ",").contains { piece in
      let one = piece.trimmed
      return one == "*" || one == "W/\"\(tag)\"" || one == "\"\(tag)\""
    }
  }

  /// `Accept-Encoding` names gzip (or everything) with a quality above zero.
  var acceptsGzip: Bool {
    guard let accepted = headers[.acceptEncoding] else { return false }
    var any = false
    for piece in accepted.split(separator: ",") {
      let parts = piece.split(separator: ";").map(\.trimmed)
      let refused = parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
      switch parts.first?.lowercased() {
      case "gzip", "x-gzip": return !refused
      case "*": any = !refused
      default: break
      }
    }
    return any
  }
}
