import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanTiles

/// Letters for map libraries: which fonts there are, and 256 glyphs at a time.
struct FontsController: Sendable {
  let application: LageplanApplication

  static let mediaType = "application/x-protobuf"

  /// `/fonts`: the names that may stand in a style's `text-font`.
  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "json")
    let shelf = application.styles
    let names = try await shelf.drawing.run { shelf.glyphs.names }
    let links = application.links(request)
    let document: JSONValue = [
      "fonts": .array(names.map { .text($0) }),
      "links": [
        links.link("/fonts", rel: "self", type: "application/json"),
        [
          "href": .text(links("/fonts/{fontstack}/{range}.pbf")), "rel": "item", "type": .text(Self.mediaType), "templated": true,
        ],
      ],
    ]
    return .json(document, tag: application.tag(["fonts", links.base] + names))
  }

  /// `/fonts/{fontstack}/{range}.pbf`: `Noto Sans Bold,DejaVu Sans Bold` and `0-255`.
  @Sendable func range(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    let stack = try context.element("fontstack").split(separator: ",").map(\.trimmed)
    let range = try context.element("range")
    let bounds = range.hasSuffix(".pbf") ? range.dropLast(4).split(separator: "-").map { UInt16($0).map(Int.init) } : []
    guard bounds.count == 2, let first = bounds[0], let last = bounds[1], last == first + 255 else {
      throw Problem.badParameter("range", value: range, "A range of glyphs is 0-255.pbf, 256-511.pbf and so on.")
    }
    guard !stack.isEmpty else { throw Problem.badParameter("fontstack", value: "", "Name at least one font.") }
    let shelf = application.styles
    do {
      let bytes = try await shelf.drawing.run { try shelf.glyphs.range(first: first, of: stack) }
      var answer = Answer(Self.mediaType, bytes, tag: EntityTag.of(bytes))
      // Fonts change with the operating system's packages, if ever.
      answer.cacheControl = "public, max-age=86400"
      return answer
    } catch let failure as GlyphLibrary.Failure {
      switch failure {
      case .unknownFont(let name, _):
        throw Problem(.notFound, code: "unknown-font", detail: "\(failure).", parameter: "fontstack", value: name)
      case .tooManyFonts:
        throw Problem.badParameter("fontstack", value: stack.joined(separator: ","), "\(failure).")
      case .notARange: throw Problem.badParameter("range", value: range, "\(failure).")
      }
    }
  }
}
