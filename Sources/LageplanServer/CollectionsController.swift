import Hummingbird
import LageplanFeatures

/// The collections and their schemas.
struct CollectionsController: Sendable {
  let application: LageplanApplication

  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let descriptors = try application.collections(for: request)
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json:
      return .json(CollectionDocuments.collections(descriptors, links), tag: tag(descriptors, "collections", links))
    case .html: return .html(CollectionPages.all(descriptors, links))
    }
  }

  @Sendable func one(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let document = CollectionDocuments.collection(descriptor, links)
    switch try Representation.negotiated(request, query) {
    case .json: return .json(document, tag: tag([descriptor], "collection", links))
    case .html: return .html(CollectionPages.one(descriptor, document, links))
    }
  }

  @Sendable func schema(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try properties(.schema, SchemaDocuments.schema, request, context)
  }

  /// What filters can name (OGC 19-079r2, section 6).
  @Sendable func queryables(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try properties(.queryables, SchemaDocuments.queryables, request, context)
  }

  /// What `sortby` can name.
  @Sendable func sortables(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try properties(.sortables, SchemaDocuments.sortables, request, context)
  }

  private func properties(
    _ kind: PropertiesPage.Kind, _ describe: (CollectionDescriptor, Links, Set<String>) -> JSONValue, _ request: Request,
    _ context: LageplanRequestContext
  ) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let visible = try application.collections(for: request).map(\.id)
    let document = describe(descriptor, links, Set(visible))
    switch try Representation.negotiated(request, query) {
    case .json:
      var answer = Answer.json(document, tag: tag([descriptor], "\(kind.rawValue) \(visible)", links))
      answer.mediaType = "application/schema+json"
      return answer
    case .html:
      return .html(PropertiesPage(kind: kind, descriptor: descriptor, linkable: Set(visible), links: links).page(document))
    }
  }

  /// The state of the descriptions: their versions, and the address that stands in their links.
  private func tag(_ descriptors: [CollectionDescriptor], _ kind: String, _ links: Links) -> String {
    application.tag([kind, links.base] + descriptors.map { "\($0.id):\($0.dataVersion)" })
  }
}
