import HTTPTypes
import Hummingbird

/// The map page and the files it needs, sent as they are from our own folders: no other host is ever asked.
struct PageController: Sendable {
  let application: LageplanApplication

  @Sendable func map(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    guard let bytes = application.resources.file(.web, named: "map.html") else {
      throw Problem(
        .serviceUnavailable, code: "page-missing",
        detail: "The page's files are not beside the binary. Name their folder in LAGEPLAN_RESOURCES, or run `make stage`.")
    }
    var answer = Answer(HtmlPage.mediaType, bytes, tag: EntityTag.of(bytes))
    answer.headers[.contentSecurityPolicy] = HtmlPage.contentSecurityPolicy
    return answer
  }

  /// `/assets/{name}`: our own scripts and sheets, then the pinned map library.
  @Sendable func asset(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: ["v"])
    return try Self.asset(try context.element("name"), from: application.resources)
  }

  static func asset(_ name: String, from resources: Resources) throws -> Answer {
    guard let mediaType = mediaType(of: name) else { throw Problem.notFound("There is no such file.", value: name) }
    if let bytes = resources.file(.web, named: name) {
      return Answer(mediaType, bytes, tag: EntityTag.of(bytes))
    }
    guard let bytes = resources.file(.assets, named: name) else {
      throw Problem.notFound("There is no such file. Run `make assets` if it is the map library.", value: name)
    }
    var answer = Answer(mediaType, bytes, tag: EntityTag.of(bytes))
    // The library's name carries its version, so the file never changes; the note that names it may.
    if name.hasPrefix("maplibre-gl-") { answer.cacheControl = "public, max-age=31536000, immutable" }
    return answer
  }

  private static func mediaType(of name: String) -> String? {
    switch name.split(separator: ".").last?.lowercased() {
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "json": "application/json"
    case "txt": "text/plain; charset=utf-8"
    default: nil
    }
  }
}
