import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanStore

/// The landing page, what the server conforms to, its description for machines, its health.
struct ServiceController: Sendable {
  let application: LageplanApplication

  @Sendable func landing(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let document = CollectionDocuments.landing(links, title: "Lageplan")
    switch try Representation.negotiated(request, query) {
    case .json: return .json(document)
    case .html: return .html(ServicePages.landing(try application.collections(for: request), links))
    }
  }

  @Sendable func conformance(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json: return .json(Conformance.document(isWritable: application.configuration.isWritable))
    case .html:
      return .html(ServicePages.conformance(Conformance.classes(isWritable: application.configuration.isWritable), links))
    }
  }

  /// The functions that filters may call beside those of CQL2.
  @Sendable func functions(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    switch try Representation.negotiated(request, query) {
    case .json: return .json(FilterFunction.document)
    case .html: return .html(ServicePages.functions(FilterFunction.all, application.links(request)))
    }
  }

  @Sendable func api(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let document = OpenApiDocument.document(
      try application.collections(for: request), links, isWritable: application.configuration.isWritable)
    switch try Representation.negotiated(request, query) {
    case .json:
      var answer = Answer.json(document)
      answer.mediaType = "application/vnd.oai.openapi+json;version=3.0"
      return answer
    case .html: return .html(ApiPage(document: document, links: links).page())
    }
  }

  /// 200 while the database answers; what of it the one who asks may see, which of that is held in memory, and whether the map library is
  /// there.
  @Sendable func health(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    let collections = try application.collections(for: request)
    var answer = Answer.json(
      [
        "status": "ok", "collections": .integer(Int64(collections.count)),
        "features": .integer(Int64(collections.reduce(0) { $0 + $1.featureCount })),
        "mapLibrary": .boolean(application.resources.file(.assets, named: "maplibre.json") != nil),
        // Behind: the log of changes cannot be read, and no kept tile is taken for true.
        "feed": .text(application.store.isFeedBehind ? "behind" : "current"),
        "resident": resident(Set(collections.map(\.id))),
        "tileCache": application.tileCache.document,
        "roads": application.roads.document(tellsClosures: collections.contains { $0.id == RoadService.closures }),
      ])
    answer.cacheControl = "no-store"
    return answer
  }

  /// What is held in memory, of the collections that may be seen, and why what is not is not.
  private func resident(_ visible: Set<String>) -> JSONValue {
    var total = 0
    let collections = application.store.residentStates().filter { visible.contains($0.collection) }.map { state -> JSONValue in
      switch state.standing {
      case .resident(let byteCount, let version):
        total += byteCount
        return [
          "id": .text(state.collection), "isResident": true, "bytes": .integer(Int64(byteCount)), "version": .integer(version),
        ]
      case .loading: return ["id": .text(state.collection), "isResident": false, "reason": "it is being read"]
      case .onDisk(let reason): return ["id": .text(state.collection), "isResident": false, "reason": .text(reason)]
      }
    }
    return [
      "budgetBytes": .integer(Int64(application.store.residentBudget ?? 0)), "bytes": .integer(Int64(total)),
      "collections": .array(collections),
    ]
  }
}

extension JSONValue {
  /// Compact JSON text, UTF-8.
  var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }
}

extension Answer {
  static func json(_ document: JSONValue, tag: String? = nil) -> Answer {
    Answer("application/json", document.bytes, tag: tag)
  }

  static func html(_ page: HtmlPage, tag: String? = nil) -> Answer {
    var answer = Answer(HtmlPage.mediaType, page.bytes, tag: tag)
    answer.headers[.contentSecurityPolicy] = HtmlPage.contentSecurityPolicy
    answer.headers[.contentLanguage] = "de"
    answer.headers[.xContentTypeOptions] = "nosniff"
    return answer
  }
}
