import HTTPTypes
import Hummingbird

/// What a proxy says of the address that its client used: `Forwarded` (RFC 7239), else the older `X-Forwarded-Proto`, `-Host`, `-Port`
/// and `-Prefix`. Of a chain of proxies the first entry counts, which stands for the client.
struct Forwarding {
  var scheme: String?
  var host: String?
  /// The path that the proxy took away: begins with a slash, ends without.
  var prefix: String?

  static let headers: [HTTPField.Name] = [.forwarded, .xForwardedProto, .xForwardedHost, .xForwardedPort, .xForwardedPrefix]

  /// What is not a scheme, a host or a path is left out: headers are text from a network, and stand in our links.
  init(_ fields: HTTPFields) {
    if let forwarded = fields[.forwarded] {
      for piece in forwarded.prefix(while: { $0 != "," }).split(separator: ";") {
        let halves = piece.split(separator: "=", maxSplits: 1).map(\.trimmed)
        guard halves.count == 2 else { continue }
        let value = halves[1].trimmingQuotes
        switch halves[0].lowercased() {
        case "proto": scheme = Self.scheme(value)
        case "host": host = Links.isHost(value) ? value : nil
        default: break
        }
      }
    } else {
      scheme = fields.first(.xForwardedProto).flatMap(Self.scheme)
      host = fields.first(.xForwardedHost).flatMap { Links.isHost($0) ? $0 : nil }
      if let name = host, !name.contains(":"), let port = fields.first(.xForwardedPort), let number = UInt16(port),
        number != (scheme == "https" ? 443 : 80)
      {
        host = "\(name):\(number)"
      }
    }
    prefix = fields.first(.xForwardedPrefix).flatMap(Self.prefix)
  }

  private static func scheme(_ text: String) -> String? {
    let lower = text.lowercased()
    return lower == "http" || lower == "https" ? lower : nil
  }

  private static func prefix(_ text: String) -> String? {
    let path = text.hasSuffix("/") ? String(text.dropLast()) : text
    guard path.hasPrefix("/"), !path.hasPrefix("//"), path.utf8.count <= 255 else { return nil }
    let isPath = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "%"):
        true
      default: false
      }
    }
    return isPath ? path : nil
  }
}

/// Takes the forwarding headers from everybody but the trusted proxies: whoever reads them later may believe them.
struct ForwardingMiddleware: RouterMiddleware {
  let trustedProxies: [IpNetwork]

  func handle(
    _ request: Request, context: LageplanRequestContext, next: (Request, LageplanRequestContext) async throws -> Response
  ) async throws -> Response {
    let isTrusted = context.peer.map { peer in trustedProxies.contains { $0.contains(peer) } } ?? false
    if isTrusted { return try await next(request, context) }
    guard Forwarding.headers.contains(where: { request.headers[$0] != nil }) else { return try await next(request, context) }
    var head = request.head
    for name in Forwarding.headers { head.headerFields[name] = nil }
    return try await next(Request(head: head, body: request.body), context)
  }
}

extension HTTPFields {
  /// The first of a comma-separated list.
  fileprivate func first(_ name: HTTPField.Name) -> String? {
    self[name].flatMap { $0.split(separator: ",").first.map { $0.trimmed } }
  }
}

extension String {
  fileprivate var trimmingQuotes: String {
    count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
  }
}

extension HTTPField.Name {
  /// A name of our own making; every one is a token (RFC 9110, section 5.1).
  private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .via }

  static let forwarded = known("Forwarded")
  static let xForwardedProto = known("X-Forwarded-Proto")
  static let xForwardedHost = known("X-Forwarded-Host")
  static let xForwardedPort = known("X-Forwarded-Port")
  static let xForwardedPrefix = known("X-Forwarded-Prefix")
  static let contentCrs = known("Content-Crs")
}
