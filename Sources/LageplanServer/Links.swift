import Foundation
import HTTPTypes
import Hummingbird
import LageplanFeatures

/// Absolute links to our own resources.
struct Links {
  /// Scheme, host and path prefix, without a slash at the end.
  let base: String

  /// Links from nowhere: what the command line prints stands on no server.
  init(base: String) { self.base = base }

  init(configuration: ServerConfiguration, request: Request) {
    if let url = configuration.publicUrl {
      base = url.hasSuffix("/") ? String(url.dropLast()) : url
      return
    }
    // Only what a trusted proxy says is still there (`ForwardingMiddleware`).
    let forwarding = Forwarding(request.headers)
    let authority = request.head.authority.flatMap { Self.isHost($0) ? $0 : nil }
    let host = forwarding.host ?? authority ?? "\(configuration.host):\(configuration.port)"
    base = "\(forwarding.scheme ?? "http")://\(host)\(forwarding.prefix ?? "")"
  }

  /// The path before all of ours, without a slash at the end: empty, or what a proxy puts before us. Pages link by it, so that they work
  /// under whichever host name they were opened.
  var prefix: String {
    guard let scheme = base.firstRange(of: "://"), let slash = base[scheme.upperBound...].firstIndex(of: "/") else { return "" }
    return String(base[slash...])
  }

  func callAsFunction(_ path: String) -> String { base + path }

  func link(_ path: String, rel: String, type: String, title: String? = nil) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("href", .text(base + path)), ("rel", .text(rel)), ("type", .text(type)),
    ]
    if let title { members.append(("title", .text(title))) }
    return .object(members)
  }

  /// `Host` is the client's word: only the characters of a name, an address and a port may stand in our links.
  static func isHost(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
