import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanStore

/// The states that a feature has had: who made each, when, and how the feature was then.
struct VersionsController: Sendable {
  let application: LageplanApplication

  private static let defaultLimit = 100
  private static let largestLimit = 1_000

  /// `GET …/items/{id}/versions`: the newest first, also of a feature that was deleted.
  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let question = try Question(request, context, application, known: ["limit", "before", "f"])
    let limit = try question.query.integer("limit", in: 1...Int.max).map { min($0, Self.largestLimit) } ?? Self.defaultLimit
    let before = Int64(try question.query.integer("before", in: 1...Int.max) ?? .max)
    // One more than is shown tells whether there is another page.
    let found = try await question.versions(application, before: before, limit: limit + 1)
    let versions = found.prefix(limit)
    let entries = try versions.map { version in
      var members = question.members(of: version)
      members.append(("feature", try question.feature(version) ?? .null))
      members.append(
        (
          "links",
          [question.links.link("\(question.path)/\(version.version)", rel: "version", type: "application/geo+json")]
        ))
      return JSONValue.object(members)
    }
    var links = [
      question.links.link(
        request.uri.query.map { "\(question.path)?\($0)" } ?? question.path, rel: "self", type: "application/json"),
      question.links.link("\(question.path)?f=html", rel: "alternate", type: "text/html"),
      question.links.link(question.item, rel: "latest-version", type: "application/geo+json"),
    ]
    if found.count > limit, let last = versions.last {
      let next = question.query.replacing([("before", String(last.version))])
      links.append(question.links.link("\(question.path)?\(next)", rel: "next", type: "application/json"))
    }
    let document: JSONValue = ["id": .text(question.id), "versions": .array(entries), "links": .array(links)]
    switch try Representation.negotiated(request, question.query) {
    case .json: return question.answer(.json(document))
    case .html:
      let page = VersionsPage(
        descriptor: question.descriptor, id: question.id, values: try application.values(for: request))
      return question.answer(.html(page.page(document)))
    }
  }

  /// `GET …/items/{id}/versions/{version}`: the feature as it was after this change; 410 where the change deleted it.
  @Sendable func one(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let question = try Question(request, context, application, known: ["f"])
    try question.query.refuseFormats(otherThan: "json")
    let text = try context.element("version")
    let number = Int64(text).flatMap { (0..<Int64.max).contains($0) && String($0) == text ? $0 : nil }
    // This one and the one before it.
    let versions = try await question.versions(application, before: (number ?? 0) + 1, limit: 2)
    guard let number, let version = versions.first, version.version == number else {
      throw Problem.notFound("The feature has no such version; they are listed at \(question.path).", value: text)
    }
    guard case .object(var members)? = try question.feature(version) else {
      throw Problem(
        .gone, code: "deleted", detail: "This change deleted the feature; the version before it is the last.", value: text)
    }
    var links = [
      question.links.link("\(question.path)/\(text)", rel: "self", type: "application/geo+json"),
      question.links.link(question.path, rel: "version-history", type: "application/json"),
      question.links.link(question.item, rel: "latest-version", type: "application/geo+json"),
    ]
    if versions.count > 1 {
      links.append(
        question.links.link(
          "\(question.path)/\(versions[1].version)", rel: "predecessor-version", type: "application/geo+json"))
    }
    let (id, collection) = (question.id, question.descriptor.id)
    let following = try await application.store.read { try $0.version(after: number, ofFeature: id, in: collection) }
    if let following {
      links.append(
        question.links.link(
          "\(question.path)/\(following)", rel: "successor-version", type: "application/geo+json"))
    }
    members += question.members(of: version)
    members.append(("links", .array(links)))
    var answer = Answer.json(.object(members))
    answer.mediaType = "application/geo+json"
    return question.answer(answer)
  }

  /// Both resources ask the same: of which feature, and who asks.
  private struct Question {
    let descriptor: CollectionDescriptor
    let id: String
    let query: RequestQuery
    let links: Links
    let showsActors: Bool

    var item: String { "/collections/\(descriptor.id)/items/\(RequestQuery.encode(id))" }
    var path: String { item + "/versions" }

    init(
      _ request: Request, _ context: LageplanRequestContext, _ application: LageplanApplication, known: [String]
    ) throws {
      query = try RequestQuery(request.uri.query)
      try query.refuseUnknown(known: known)
      descriptor = try application.descriptor(try context.element("collectionId"), for: request)
      id = try context.element("featureId")
      links = application.links(request)
      showsActors = try application.visitor(of: request).token != nil
    }

    func versions(_ application: LageplanApplication, before: Int64, limit: Int) async throws -> [FeatureVersionRow] {
      let (id, collection) = (id, descriptor.id)
      do {
        return try await application.store.read { try $0.versions(ofFeature: id, in: collection, before: before, limit: limit) }
      } catch let error as StoreError {
        guard case .unknownFeature = error else { throw error }
        throw Problem(
          .notFound, code: "unknown-feature", detail: "The collection \(collection) never had a feature of this id.",
          parameter: "featureId", value: id)
      }
    }

    /// Names of people only for those who are trusted with a token.
    func members(of version: FeatureVersionRow) -> [(key: String, value: JSONValue)] {
      var members: [(key: String, value: JSONValue)] = [
        ("version", .integer(version.version)), ("operation", .text(version.operation.rawValue)), ("at", .text(version.at.iso)),
      ]
      if showsActors { members.append(("actor", version.actor.map { .text($0) } ?? .null)) }
      return members
    }

    /// GeoJSON in CRS84; `nil` after a deletion.
    func feature(_ version: FeatureVersionRow) throws -> JSONValue? {
      guard let feature = version.feature else { return nil }
      let reader = try InMemoryFeatureReader(descriptor: descriptor, features: [feature])
      var writer = try GeoJSONWriter(descriptor: descriptor)
      var output = JSONWriter()
      try reader.forEachRow(matching: FeatureQuery(collection: descriptor.id)) { row in
        writer.append(row, to: &output)
        return .stop
      }
      return try JSONValue(parsing: output.bytes, limits: .trusted)
    }

    func answer(_ answer: Answer) -> Answer {
      var answer = answer
      answer.cacheControl = "no-store"
      return answer
    }
  }
}
