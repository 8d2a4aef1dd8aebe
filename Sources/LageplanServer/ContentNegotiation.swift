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
    guard let accepted = request.headers[.accept], !accepted.trimmed.isEmpty else { return .json }
    let ranges = MediaRange.list(accepted)
    let json = MediaRange.rank(of: "application/json", alsoNamed: ranges.compactMap(\.jsonName), in: ranges)
    let html = MediaRange.rank(of: "text/html", alsoNamed: ["application/xhtml+xml"], in: ranges)
    switch (json, html) {
    case (let json?, let html?): return html > json ? .html : .json
    case (_?, nil): return .json
    case (nil, _?): return .html
    case (nil, nil):
      throw Problem(
        .notAcceptable, code: "not-acceptable", detail: "This resource comes as application/json and as text/html.",
        parameter: "Accept", value: accepted)
    }
  }
}
