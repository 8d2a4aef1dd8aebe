import HTTPTypes
import Hummingbird

/// One path with all its methods: those it has, `HEAD` beside `GET`, `OPTIONS` with `Allow`, and 405 for the rest (RFC 9110, section 15.5.6).
struct Resource {
  typealias Handler = @Sendable (Request, LageplanRequestContext) async throws -> Answer

  var path: String
  var get: Handler?
  var post: Handler?
  var put: Handler?
  var patch: Handler?
  var delete: Handler?

  /// What a browser may send to us from a page of another host.
  private static let acceptedHeaders =
    "Accept, Accept-Language, Authorization, Content-Crs, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID"

  /// Methods that are answered at all: those of HTTP and, so that they get 405 as well, those that extend it (RFC 4918, QUERY).
  private static let all: [HTTPRequest.Method] =
    [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]
    + ["QUERY", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "LINK", "UNLINK"]
    .compactMap {
      HTTPRequest.Method($0)
    }

  func register(on router: Router<LageplanRequestContext>) {
    var allowed: [HTTPRequest.Method] = [.options]
    if let get {
      allowed += [.get, .head]
      on(router, .get, get)
      on(router, .head, get)
    }
    for (method, handler) in [(HTTPRequest.Method.post, post), (.put, put), (.patch, patch), (.delete, delete)] {
      guard let handler else { continue }
      allowed.append(method)
      on(router, method, handler)
    }
    let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
    on(router, .options) { _, _ in
      // 200, not 204: OGC 20-002, /req/create-replace-delete/options-response.
      var answer = Answer("text/plain", [])
      answer.headers[.allow] = names
      answer.headers[.accessControlAllowMethods] = names
      answer.headers[.accessControlAllowHeaders] = Self.acceptedHeaders
      answer.headers[.accessControlMaxAge] = "86400"
      return answer
    }
    for method in Self.all where !allowed.contains(method) {
      on(router, method) { _, _ in
        throw Problem(
          .methodNotAllowed, code: "method-not-allowed", detail: "This resource takes \(names).", value: method.rawValue,
          headers: [.allow: names])
      }
    }
  }

  private func on(_ router: Router<LageplanRequestContext>, _ method: HTTPRequest.Method, _ handler: @escaping Handler) {
    router.on(RouterPath(path), method: method, use: handler)
  }
}

extension LageplanRequestContext {
  /// An element of the path by its name in the template, percent-decoded.
  func element(_ name: String) throws(Problem) -> String {
    guard let raw = parameters.get(name), let decoded = RequestQuery.decodePathElement(raw) else {
      throw Problem(.badRequest, code: "invalid-path", detail: "The path is not percent-encoded UTF-8.", parameter: name)
    }
    return decoded
  }

  /// A whole number in the path.
  func index(_ name: String, droppingSuffix suffix: String = "") throws(Problem) -> Int {
    let text = try element(name)
    guard text.hasSuffix(suffix), let number = Int(text.dropLast(suffix.count)) else {
      throw Problem(
        .badRequest, code: "invalid-path",
        detail: "A whole number\(suffix.isEmpty ? "" : " followed by \(suffix)") is needed here.",
        parameter: name, value: text)
    }
    return number
  }
}

extension Request {
  /// The whole body, at most `limit` bytes; 413 beyond, 415 unless one of `mediaTypes` is declared.
  func body(upTo limit: Int, mediaTypes: [String]) async throws -> [UInt8] {
    let declared = headers[.contentType]?.split(separator: ";").first.map { $0.trimmed.lowercased() }
    guard let declared, mediaTypes.contains(declared) else {
      throw Problem(
        .unsupportedMediaType, code: "unsupported-media-type",
        detail: "Send the body with Content-Type \(mediaTypes.joined(separator: " or ")).", parameter: "Content-Type",
        value: headers[.contentType] ?? "")
    }
    let tooLarge = Problem(
      .contentTooLarge, code: "body-too-large", detail: "The body may have at most \(limit) bytes.", parameter: "body")
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
    var bytes: [UInt8] = []
    for try await chunk in self.body {
      guard bytes.count + chunk.readableBytes <= limit else { throw tooLarge }
      bytes.append(contentsOf: chunk.readableBytesView)
    }
    return bytes
  }
}
