import HTTPTypes
import Hummingbird
import LageplanFeatures

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
    let name = try context.element("name")
    guard let mediaType = Self.mediaType(of: name) else { throw Problem.notFound("There is no such file.", value: name) }
    if let bytes = application.resources.file(.web, named: name) {
      return Answer(mediaType, bytes, tag: EntityTag.of(bytes))
    }
    guard let bytes = application.resources.file(.assets, named: name) else {
      throw Problem.notFound("There is no such file. Run `make assets` if it is the map library.", value: name)
    }
    var answer = Answer(mediaType, bytes, tag: EntityTag.of(bytes))
    // The library's name carries its version, so the file never changes; the note that names it may.
    if name.hasPrefix("maplibre-gl-") { answer.cacheControl = "public, max-age=31536000, immutable" }
    return answer
  }

  /// `/styles/{id}`: a MapLibre style with our own address filled in, and only the sources and layers of collections that are here.
  @Sendable func style(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "json")
    let id = try context.element("styleId")
    guard let bytes = application.resources.file(.styles, named: id + ".json") else {
      throw Problem.notFound("There is no such style.", value: id)
    }
    let links = application.links(request)
    let text = String(decoding: bytes, as: UTF8.self).replacing("{base}", with: links.base)
    let known = Set(try application.collections(for: request).map(\.id))
    let body = Self.reduced(try JSONValue(parsing: text), to: known).bytes
    return Answer("application/vnd.mapbox.style+json", body, tag: EntityTag.of(body))
  }

  /// Sources are named after their collections; a layer goes with its source.
  private static func reduced(_ style: JSONValue, to collections: Set<String>) -> JSONValue {
    guard case .object(let members) = style else { return style }
    return .object(
      members.map { key, value in
        switch (key, value) {
        case ("sources", .object(let sources)):
          return (key, .object(sources.filter { $0.value["type"] != "vector" || collections.contains($0.key) }))
        case ("layers", .array(let layers)):
          return (key, .array(layers.filter { $0["source"]?.text.map(collections.contains) ?? true }))
        default:
          return (key, value)
        }
      })
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
