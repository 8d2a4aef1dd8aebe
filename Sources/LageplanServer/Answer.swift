import HTTPTypes
import Hummingbird
import LageplanTiles
import NIOCore

/// What a controller gives back: bytes with a media type and, where known, the tag of their state.
///
/// Turned into a response in one place: 304 where the client has this state already, gzip where the client takes it and it pays,
/// no body for HEAD.
struct Answer: ResponseGenerator {
  var status: HTTPResponse.Status = .ok
  var mediaType: String
  var body: [UInt8]
  /// The opaque part of the entity tag (RFC 9110, section 8.8.3), without quotes; `nil`: the answer has none.
  var tag: String?
  var headers: HTTPFields = [:]
  /// The body packed already (tiles are packed once, when made).
  var gzipBody: [UInt8]?
  /// May a cache keep it, and how: data must be asked for again each time, which the tag makes cheap.
  var cacheControl = "no-cache"

  init(_ mediaType: String, _ body: [UInt8], tag: String? = nil) {
    self.mediaType = mediaType
    self.body = body
    self.tag = tag
  }

  /// Below this, packing costs more than it saves: one network packet is sent anyway.
  static let smallestPacked = 1_000

  func response(from request: Request, context: some RequestContext) -> Response {
    var fields = headers
    fields[.vary] = "Accept, Accept-Encoding, Accept-Language"
    fields[.cacheControl] = cacheControl
    if let tag {
      // Weak, since the packed and the plain spelling of one state share it.
      fields[.eTag] = "W/\"\(tag)\""
      if request.hasState(tag) { return Response(status: .notModified, headers: fields) }
    }
    fields[.contentType] = mediaType
    var bytes = body
    if request.acceptsGzip {
      if let gzipBody {
        bytes = gzipBody
        fields[.contentEncoding] = "gzip"
      } else if body.count >= Self.smallestPacked, Self.isCompressible(mediaType), let packed = Gzip.compress(body) {
        bytes = packed
        fields[.contentEncoding] = "gzip"
      }
    }
    if request.method == .head {
      fields[.contentLength] = String(bytes.count)
      return Response(status: status, headers: fields)
    }
    if status == .noContent { return Response(status: status, headers: fields) }
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
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
