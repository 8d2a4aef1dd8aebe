import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// Features: pages of a collection, one by id, and what meets a shape.
struct ItemsController: Sendable {
  let application: LageplanApplication

  @Sendable func items(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    let links = application.links(request)
    let format = try ItemFormat.negotiated(request, query, offered: ItemFormat.offered(for: descriptor))
    if format == .html { return try await page(request, context, query, of: descriptor) }
    let collections = try application.collections(for: request)
    let roads = try await application.roads(of: query)
    let question = try CollectionQuery(
      query, of: descriptor, links: links, linkable: Set(collections.map(\.id)), roads: roads,
      candidates: application.configuration.routing.candidates)
    let tag = application.tag(
      ["items", format.name, links.base, descriptor.id, "\(descriptor.dataVersion)", request.uri.query ?? ""]
        + (roads.map { ["roads \($0.version)"] } ?? [])
        // What may be linked to decides the links.
        + collections.map(\.id))
    if request.hasState(tag) { return .notModified(tag: tag) }
    guard format.isPaged else {
      let download = try ItemsDownload(question, query, as: format, in: application, links)
      return try await download.answer(to: request, tag: tag, logger: context.logger)
    }
    let searched = try await question.searched(in: application, for: context)
    let body = try await application.store.read { reader in try searched.geoJSON(from: reader) }
    return .features(body, in: question.request.crs, tag: tag)
  }

  @Sendable func item(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    try query.refuseUnknown(known: ["f", "crs", "asOf"] + FeatureSelection.parameters)
    let crs = try query.crs("crs", of: descriptor) ?? .crs84
    let selection = try FeatureSelection(query, of: descriptor)
    let asOf = try query.instant("asOf")
    let id = try context.element("featureId")
    let links = application.links(request)
    let representation = try Representation.negotiated(request, query)
    let collections = try application.collections(for: request)
    let referencing = collections.flatMap { other in
      other.schema.properties.filter { $0.reference == descriptor.id }.map { (collection: other, property: $0.name) }
    }
    // What is now, as GeoJSON, is what a change may be conditional on.
    let isEditable = asOf == nil && representation == .json
    let answer = try ItemsAnswer(
      descriptor: descriptor, links: links, linkable: Set(collections.map(\.id)), crs: crs, selection: selection)
    let found = try await application.store.read { reader in
      try answer.item(id, asOf: asOf, referencing: referencing, from: reader)
        .map { (body: $0, version: isEditable ? try reader.version(ofFeature: id, in: descriptor.id) : nil) }
    }
    guard let (body, version) = found else {
      throw Problem(
        .notFound, code: "unknown-feature", detail: "The collection \(descriptor.id) has no feature of this id.",
        parameter: "featureId", value: id)
    }
    if let version {
      let tag = application.featureTag(
        version: version, of: descriptor, links, query: request.uri.query ?? "", visible: collections)
      var answer = Answer.features(body, in: crs, tag: tag)
      answer.isTagStrong = true
      return answer
    }
    let tag = application.tag(
      ["item", "\(representation)", links.base, descriptor.id, id, request.uri.query ?? ""]
        + collections.map { "\($0.id):\($0.dataVersion)" })
    switch representation {
    case .json: return .features(body, in: crs, tag: tag)
    case .html:
      let page = FeaturePage(descriptor: descriptor, crs: crs, values: try application.values(for: request))
      return .html(try page.page(body, id: id), tag: tag)
    }
  }

  /// `POST …/search` with a polygon, a multipolygon or, with `radius`, a line.
  @Sendable func search(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    let body = try await request.body(
      upTo: application.configuration.largestBody, mediaTypes: ["application/geo+json", "application/json"])
    let shape = try SearchBody.geometry(body, limits: application.configuration.limits)
    let question = try CollectionQuery(
      query, of: descriptor, shape: shape, links: application.links(request),
      linkable: Set(try application.collections(for: request).map(\.id)))
    return .features(
      try await application.store.read { reader in try question.geoJSON(from: reader) }, in: question.request.crs, tag: nil)
  }
}

extension Answer {
  /// GeoJSON with coordinates of `crs`, which the header `Content-Crs` names.
  static func features(_ body: [UInt8], in crs: CoordinateReferenceSystem, tag: String?) -> Answer {
    var answer = Answer("application/geo+json", body, tag: tag)
    answer.headers[.contentCrs] = crs.header
    return answer
  }
}
