import HTTPTypes
import Hummingbird

/// The two spellings of every resource: JSON for programs, HTML for people.
enum Representation {
  case json
  case html

  /// `f=` decides; else `Accept`: only a client that names `text/html` before any JSON gets HTML, so `*/*` gets JSON
  /// (what OWSLib and Masterportal's streaming path send, and expect).
  static func negotiated(_ request: Request, _ query: RequestQuery) throws(Problem) -> Representation {
    switch query["f"] {
    case "json"?, "geojson"?: return .json
    case "html"?: return .html
    case let other?:
      throw Problem.badParameter("f", value: other, "The formats are json and html.")
    case nil: break
    }
    guard let accepted = request.headers[.accept] else { return .json }
    var best: (representation: Representation, quality: Double) = (.json, 0)
    for piece in accepted.split(separator: ",") {
      let parts = piece.split(separator: ";").map(\.trimmed)
      guard let type = parts.first?.lowercased() else { continue }
      let quality = parts.dropFirst().lazy.filter { $0.hasPrefix("q=") }.compactMap { Double($0.dropFirst(2)) }.first ?? 1
      let representation: Representation? =
        switch type {
        case "text/html", "application/xhtml+xml": .html
        case "application/json", "application/geo+json", "application/vnd.oai.openapi+json", "*/*", "application/*": .json
        default: type.hasSuffix("+json") ? .json : nil
        }
      if let representation, quality > best.quality { best = (representation, quality) }
    }
    guard best.quality > 0 else {
      throw Problem(
        .notAcceptable, code: "not-acceptable", detail: "This resource comes as application/json and as text/html.",
        parameter: "Accept", value: accepted)
    }
    return best.representation
  }
}
