import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanTiles

/// Styles (OGC API Styles, draft 20-009): which there are, each as a MapLibre style, and what each draws.
///
/// A style is a file in `Styles`, or generated for a collection that no file draws; each comes in three variants, told by the end of
/// its id: `lageplan`, `lageplan-dark`, `lageplan-contrast`.
struct StylesController: Sendable {
  let application: LageplanApplication

  static let mediaType = "application/vnd.mapbox.style+json"
  private static let metadataType = "application/json"

  /// `/styles`: those of the files, then one for each collection that may be seen.
  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let entries = try entries(for: request)
    switch try Representation.negotiated(request, query) {
    case .html: return .html(StylePages.list(entries, links))
    case .json:
      var members: [(key: String, value: JSONValue)] = []
      if entries.contains(where: { $0.id == StyleShelf.main }) { members.append(("default", .text(StyleShelf.main))) }
      members.append(("styles", .array(entries.map { $0.document(links) })))
      members.append(
        (
          "links",
          [
            links.link("/styles?f=json", rel: "self", type: "application/json"),
            links.link("/styles?f=html", rel: "alternate", type: "text/html"),
          ]
        ))
      return .json(.object(members), tag: application.tag(["styles", links.base] + entries.flatMap { [$0.id, $0.title] }))
    }
  }

  /// `/styles/{id}`: our own address filled in, and only the sources and layers of collections that the one who asks may see.
  @Sendable func one(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    guard query["f"] == nil || query["f"] == "json" || query["f"] == "mapbox" else {
      throw Problem.badParameter("f", value: query["f"] ?? "", "A style comes as json, which is a MapLibre style (mapbox).")
    }
    let found = try style(try context.element("styleId"), for: request)
    let body = found.style.served(
      at: application.links(request).base, collections: found.collections, variant: found.variant
    ).bytes
    return Answer(Self.mediaType, body, tag: EntityTag.of(body))
  }

  /// `/styles/{id}/metadata`: what a catalogue tells of a style, and which layers it draws.
  @Sendable func metadata(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "json")
    let id = try context.element("styleId")
    let found = try style(id, for: request)
    let links = application.links(request)
    let served = found.style.served(at: links.base, collections: found.collections, variant: found.variant)
    let title = served["name"]?.text ?? id
    let path = Entry.path(id)
    let layers = (served["layers"]?.array ?? []).compactMap { layer -> JSONValue? in
      guard let source = layer["source-layer"]?.text, let name = layer["id"]?.text else { return nil }
      let geometry = ["fill": "polygon", "line": "line", "circle": "point", "symbol": "point"][layer["type"]?.text ?? ""]
      return [
        "id": .text(name), "type": .text(geometry ?? "geometry"),
        "sampleData": links.link("/collections/\(source)/items", rel: "items", type: "application/geo+json"),
      ]
    }
    var members: [(key: String, value: JSONValue)] = [("id", .text(id)), ("title", .text(title))]
    if let description = found.style.description { members.append(("description", .text(description))) }
    members += [
      ("scope", "style"),
      (
        "stylesheets",
        [
          [
            "title": "MapLibre", "version": "8", "native": true,
            "specification": "https://maplibre.org/maplibre-style-spec/",
            "link": links.link(path, rel: "stylesheet", type: Self.mediaType),
          ]
        ]
      ), ("layers", .array(layers)),
      (
        "links",
        [
          links.link(path + "/metadata", rel: "self", type: Self.metadataType),
          links.link(path, rel: "stylesheet", type: Self.mediaType),
        ]
      ),
    ]
    let body = JSONValue.object(members).bytes
    return Answer(Self.metadataType, body, tag: EntityTag.of(body))
  }

  // MARK: - Which there are

  /// One line of the list.
  struct Entry: Sendable {
    var id: String
    var title: String
    /// The page that shows a collection in this style.
    var preview: String?

    static func path(_ id: String) -> String { "/styles/\(RequestQuery.encode(id))" }

    func document(_ links: Links) -> JSONValue {
      var own = [
        links.link(Self.path(id), rel: "stylesheet", type: mediaType, title: "MapLibre"),
        links.link(Self.path(id) + "/metadata", rel: "describedby", type: metadataType),
      ]
      if let preview { own.append(links.link(preview, rel: "preview", type: "text/html")) }
      return ["id": .text(id), "title": .text(title), "links": .array(own)]
    }
  }

  private func entries(for request: Request) throws -> [Entry] {
    let files = application.styles.styles()
    let known = Set(files.map(\.id))
    var entries: [Entry] = []
    for style in files {
      for variant in style.variants {
        let title = variant == .light ? style.title : "\(style.title) (\(variant.title))"
        entries.append(
          Entry(id: style.id + variant.suffix, title: title, preview: style.id == StyleShelf.main ? "/map" : nil))
      }
    }
    for collection in try application.collections(for: request) where !known.contains(collection.id) {
      entries.append(
        Entry(id: collection.id, title: collection.title, preview: "/preview/\(RequestQuery.encode(collection.id))"))
    }
    return entries
  }

  /// The style of an id, light where it tells no variant, and the collections that it may draw for the one who asks.
  ///
  /// A file counts first, then a collection; a collection that the main style draws is drawn as there. Throws 404 otherwise, whether
  /// there is no such collection or the one who asks may not see it.
  private func style(
    _ id: String, for request: Request
  ) throws -> (style: MapStyle, variant: StyleVariant, collections: [CollectionDescriptor]) {
    let collections = try application.collections(for: request)
    // A file or a collection whose own id ends like a variant is found by that id.
    for (name, variant) in [(id, StyleVariant.light), StyleVariant.split(id)] {
      if let style = try application.styles.style(name) {
        if style.variants.contains(variant) { return (style, variant, collections) }
      } else if let collection = collections.first(where: { $0.id == name }) {
        let style = try application.styles.style(of: collection)
        if style.variants.contains(variant) { return (style, variant, [collection]) }
      }
    }
    throw Problem.notFound("There is no such style; /styles lists those that there are.", value: id)
  }
}
