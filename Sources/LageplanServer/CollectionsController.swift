import Hummingbird
import LageplanFeatures

/// The collections and their schemas.
struct CollectionsController: Sendable {
  let application: LageplanApplication

  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let descriptors = try application.publicCollections()
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json:
      return .json(CollectionDocuments.collections(descriptors, links), tag: tag(descriptors, "collections", links))
    case .html:
      var page = HtmlPage(title: "Collections", breadcrumbs: [("Home", "/?f=html")], links)
      page.list(descriptors.map { ($0.title, "/collections/\($0.id)?f=html", "\($0.featureCount) features") })
      page.alternates = [("This page as JSON", "/collections?f=json")]
      return .html(page)
    }
  }

  @Sendable func one(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let descriptor = try application.descriptor(try context.element("collectionId"))
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let document = CollectionDocuments.collection(descriptor, links)
    switch try Representation.negotiated(request, query) {
    case .json: return .json(document, tag: tag([descriptor], "collection", links))
    case .html:
      let path = "/collections/\(descriptor.id)"
      var page = HtmlPage(
        title: descriptor.title, breadcrumbs: [("Home", "/?f=html"), ("Collections", "/collections?f=html")], links)
      if let description = descriptor.description { page.paragraph(description) }
      page.list([
        ("Features", "\(path)/items?f=html&limit=50", "\(descriptor.featureCount)"), ("Schema", "\(path)/schema?f=html", ""),
        ("Vector tiles", "/tiles/\(descriptor.id).json", "TileJSON"),
      ])
      if case .object(let members) = document { page.definitions(members.filter { $0.0 != "links" && $0.0 != "title" }) }
      page.alternates = [("This page as JSON", "\(path)?f=json")]
      return .html(page)
    }
  }

  @Sendable func schema(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let descriptor = try application.descriptor(try context.element("collectionId"))
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let document = CollectionDocuments.schema(of: descriptor, links)
    switch try Representation.negotiated(request, query) {
    case .json:
      var answer = Answer.json(document, tag: tag([descriptor], "schema", links))
      answer.mediaType = "application/schema+json"
      return answer
    case .html:
      let path = "/collections/\(descriptor.id)"
      var page = HtmlPage(
        title: "Schema of \(descriptor.title)",
        breadcrumbs: [("Home", "/?f=html"), ("Collections", "/collections?f=html"), (descriptor.title, "\(path)?f=html")], links)
      if case .object(let properties)? = document["properties"] { page.definitions(properties) }
      page.alternates = [("This page as JSON Schema", "\(path)/schema?f=json")]
      return .html(page)
    }
  }

  /// The state of the descriptions: their versions, and the address that stands in their links.
  private func tag(_ descriptors: [CollectionDescriptor], _ kind: String, _ links: Links) -> String {
    application.tag([kind, links.base] + descriptors.map { "\($0.id):\($0.dataVersion)" })
  }
}
