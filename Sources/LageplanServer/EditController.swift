import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// Changes of features (OGC API Features Part 4, OGC 20-002r1): insert one or many, replace, patch, delete.
///
/// What the body says is checked whole before anything is written, and what is written is one transaction. Conditions (`If-Match`) and
/// repeated requests (`Idempotency-Key`) are judged by the store inside that transaction, so nothing can come between.
struct EditController: Sendable {
  let application: LageplanApplication

  private static let documents = ["application/geo+json", "application/json"]
  private static let patches = ["application/merge-patch+json"] + documents
  /// More faults than anybody mends in one go.
  private static let mostFaults = 100
  /// A patch is made for the state that was read; where another change came between, it is made again.
  private static let mostAttempts = 5

  // MARK: - Insert

  /// `POST …/items`: a feature, answered with its address, or a collection of features, all of them or none.
  @Sendable func insert(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let edit = try await EditRequest(request, context, application, mediaTypes: Self.documents)
    var faults: [JSONFault] = []
    guard edit.document["type"] == "FeatureCollection" else {
      let feature = edit.reader.feature(JSONNode(edit.document), &faults)
      guard let feature, faults.isEmpty else { throw Problem.unfit(faults) }
      let outcomes = try await write([FeatureEdit(.insert(feature))], edit)
      guard let outcome = outcomes.first else { throw Problem.nothingDone }
      let path = edit.path(of: outcome.id)
      var answer = Answer.json(["id": .text(outcome.id), "version": .integer(outcome.version)])
      answer.status = .created
      answer.headers[.location] = edit.links(path)
      return edit.tagged(answer, outcome)
    }
    let features = try Self.features(edit, &faults)
    let outcomes = try await write(features.map { FeatureEdit(.insert($0)) }, edit)
    var answer = Answer.json(Self.report(outcomes, edit))
    answer.status = .created
    return answer
  }

  private static func features(_ edit: EditRequest, _ faults: inout [JSONFault]) throws -> [Feature] {
    let document = JSONNode(edit.document)
    do throws(JSONFault) { try edit.frame.refuseOther(declaredBy: document) } catch { faults.append(error) }
    var features: [Feature] = []
    var positions: [String: Int] = [:]
    for (index, node) in (document.required("features", &faults)?.elements(&faults) ?? []).enumerated() {
      guard faults.count < mostFaults else { break }
      guard let feature = edit.reader.feature(node, &faults) else { continue }
      if !feature.id.isEmpty, let earlier = positions.updateValue(index, forKey: feature.id) {
        faults.append(
          JSONFault(
            path: "\(node.path).id", value: feature.id, message: "the id came already, at $.features[\(earlier)]",
            remedy: "give each feature its own, or leave ids out to have them made"))
      }
      features.append(feature)
    }
    guard faults.isEmpty else { throw Problem.unfit(faults) }
    guard !features.isEmpty else {
      throw Problem.unfit([document.fault("a collection without features", remedy: "send at least one")])
    }
    return features
  }

  private static func report(_ outcomes: [EditOutcome], _ edit: EditRequest) -> JSONValue {
    [
      "inserted": .integer(Int64(outcomes.count)),
      "features": .array(
        outcomes.map { outcome in
          [
            "id": .text(outcome.id), "version": .integer(outcome.version), "href": .text(edit.links(edit.path(of: outcome.id))),
          ]
        }),
    ]
  }

  // MARK: - One feature

  /// `PUT …/items/{id}`: the feature as sent; properties that are not named are cleared.
  @Sendable func replace(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let edit = try await EditRequest(request, context, application, mediaTypes: Self.documents)
    let id = try context.element("featureId")
    var faults: [JSONFault] = []
    let sent = edit.reader.feature(JSONNode(edit.document), &faults)
    if let sent, !sent.id.isEmpty, sent.id != id {
      faults.append(
        JSONFault(
          path: "$.id", value: sent.id, message: "this is another feature than the address names",
          remedy: "send \(id), or leave the id out"))
    }
    guard let sent, faults.isEmpty else { throw Problem.unfit(faults) }
    return try await change(id, edit) { current in
      var feature = sent
      feature.id = id
      if let kept = current?.geometry, let new = sent.geometry, edit.shown.shows(kept, as: new) { feature.geometry = kept }
      return .replace(feature)
    }
  }

  /// `PATCH …/items/{id}`: what the merge patch names (RFC 7396).
  @Sendable func patch(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let edit = try await EditRequest(request, context, application, mediaTypes: Self.patches)
    let id = try context.element("featureId")
    return try await change(id, edit) { current in
      // The store says that it is not there, or that this very request came before.
      guard let current else { return .update(id: id, properties: [:], geometry: .unchanged) }
      var faults: [JSONFault] = []
      guard let patch = edit.reader.patch(JSONNode(edit.document), of: current, &faults), faults.isEmpty else {
        throw Problem.unfit(faults)
      }
      let names = edit.descriptor.schema.properties.map(\.name)
      var geometry = patch.geometry.map { FeatureEdit.GeometryUpdate.set($0) } ?? .unchanged
      if let kept = current.geometry, let new = patch.geometry ?? nil, edit.shown.shows(kept, as: new) { geometry = .unchanged }
      return .update(
        id: id, properties: Dictionary(uniqueKeysWithValues: patch.values.map { (names[$0], $1) }), geometry: geometry)
    }
  }

  /// `DELETE …/items/{id}`.
  @Sendable func delete(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let edit = try await EditRequest(request, context, application, mediaTypes: nil)
    let id = try context.element("featureId")
    return try await change(id, edit) { _ in .delete(id: id) }
  }

  /// Makes the change that `make` derives from the current state of the feature, `nil` where there is none.
  private func change(
    _ id: String, _ edit: EditRequest, _ make: @escaping @Sendable (Feature?) throws -> FeatureEdit.Change
  ) async throws -> Answer {
    var attempt = 0
    while true {
      attempt += 1
      let current = try await application.store.read { reader in try reader.current(id, of: edit.descriptor) }
      let change = try make(current?.feature)
      let expected = edit.condition.expected(current: current?.version)
      do {
        let outcomes = try await write([FeatureEdit(change, ifVersion: expected ?? current?.version)], edit)
        guard let outcome = outcomes.first else { throw Problem.nothingDone }
        var answer = Answer("application/json", [])
        answer.status = .noContent
        return outcome.operation == .deleted ? answer : edit.tagged(answer, outcome)
      } catch StoreError.versionMismatch where expected == nil && attempt < Self.mostAttempts {
        continue
      } catch StoreError.versionMismatch where expected == nil {
        throw Problem(
          .serviceUnavailable, code: "busy",
          detail: "The feature is being changed by others all the time. Send this change again.",
          parameter: "featureId", value: id, headers: [.retryAfter: "1"])
      } catch let problem as Problem where problem.status == .notFound && edit.condition.needsFeature {
        throw Problem(
          .preconditionFailed, code: "changed-meanwhile", detail: problem.detail, parameter: "If-Match", value: id)
      }
    }
  }

  private func write(_ edits: [FeatureEdit], _ edit: EditRequest) async throws -> [EditOutcome] {
    let store = application.store
    do {
      let outcomes = try await application.writing.run {
        try store.edit(edits, in: edit.descriptor.id, actor: edit.actor, idempotency: edit.idempotency)
      }
      application.changeFeed.notice()
      return outcomes
    } catch let error as StoreError {
      throw Problem(editing: error, isBatch: edits.count > 1 || edit.document["type"] == "FeatureCollection") ?? error
    }
  }
}

/// What every change has in common: who may do it, where, in which system, under which conditions.
private struct EditRequest: Sendable {
  let descriptor: CollectionDescriptor
  /// Whose name the history keeps.
  let actor: String
  let links: Links
  let frame: GeoJSONFrame
  let reader: FeatureDocumentReader
  let condition: EditCondition
  let idempotency: IdempotencyKey?
  /// Null where the method has no body.
  let document: JSONValue
  /// What the one who sends the change was shown: a geometry that comes back as it went out stays as surveyed.
  let shown: ShownGeometry
  private let application: LageplanApplication
  private let visible: [CollectionDescriptor]

  /// `mediaTypes` of the body; `nil`: there is none to be read.
  init(_ request: Request, _ context: LageplanRequestContext, _ application: LageplanApplication, mediaTypes: [String]?)
    async throws
  {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    actor = try application.visitor(of: request).actor(writing: descriptor)
    self.application = application
    visible = try application.collections(for: request)
    links = application.links(request)
    frame = try request.bodyFrame(for: descriptor)
    reader = try FeatureDocumentReader(descriptor: descriptor, frame: frame, limits: application.configuration.limits)
    condition = try EditCondition(request)
    shown = try ShownGeometry(from: descriptor.storageCrs, to: frame.crs)
    var body: [UInt8] = []
    if let mediaTypes { body = try await request.body(upTo: application.configuration.largestBody, mediaTypes: mediaTypes) }
    document = mediaTypes == nil ? .null : try JSONValue(parsing: body)
    idempotency = try request.idempotencyKey(of: actor, body: body)
  }

  func path(of id: String) -> String { "/collections/\(descriptor.id)/items/\(RequestQuery.encode(id))" }

  /// With the tag that the feature has from now on, as a GET without parameters tells it.
  func tagged(_ answer: Answer, _ outcome: EditOutcome) -> Answer {
    var answer = answer
    let tag = application.featureTag(version: outcome.version, of: descriptor, links, visible: visible)
    answer.headers[.eTag] = "\"\(tag)\""
    answer.cacheControl = "no-store"
    return answer
  }
}

extension StoreReader {
  /// The feature as it is now, with its version; `nil` where there is none of this id. A geometry that cannot be read counts as none, so
  /// that it can be replaced.
  fileprivate func current(_ id: String, of descriptor: CollectionDescriptor) throws -> (feature: Feature, version: Int64)? {
    var found: Feature?
    try forEachRow(matching: FeatureQuery(collection: descriptor.id, ids: [id], limit: 1)) { row in
      var geometry: Geometry?
      if let bytes = row.geometry {
        var shape = Geometry(kind: .point)
        do throws(GeometryDecodingError) {
          try shape.decode(bytes)
          geometry = shape
        } catch {
          geometry = nil
        }
      }
      let values = descriptor.schema.properties.indices.map { row.values[$0].value(as: descriptor.schema.properties[$0].kind) }
      found = Feature(id: id, number: row.number, geometry: geometry, values: values)
      return .stop
    }
    return try found.map { ($0, try version(ofFeature: id, in: descriptor.id)) }
  }
}

extension Problem {
  /// 422: the document is well-formed, but not a feature of this collection. All faults, each with its place.
  static func unfit(_ faults: [JSONFault]) -> Problem {
    let detail = faults.count == 1 ? faults[0].description : "The document has \(faults.count) faults, listed one by one."
    var problem = Problem(.unprocessableContent, code: "invalid-feature", detail: detail)
    problem.faults = faults.map { fault in
      var members: [(key: String, value: JSONValue)] = [("path", .text(fault.path)), ("message", .text(fault.message))]
      if !fault.value.isEmpty { members.append(("value", .text(fault.value))) }
      members.append(("remedy", .text(fault.remedy)))
      return .object(members)
    }
    return problem
  }

  fileprivate static let nothingDone = Problem(
    .internalServerError, code: "internal", detail: "The store told nothing of the change.")

  /// What the store says of an edit; `nil` where it is the server's own fault.
  fileprivate init?(editing error: StoreError, isBatch: Bool) {
    func place(_ position: Int, _ member: String) -> String { isBatch ? "$.features[\(position)]\(member)" : "$\(member)" }
    switch error {
    case .unknownFeature(let id, _, _):
      self.init(.notFound, code: "unknown-feature", detail: error.description, parameter: "featureId", value: id)
    case .idTaken(let id, _, let position):
      self.init(.conflict, code: "id-taken", detail: error.description, parameter: place(position, ".id"), value: id)
    case .unfitFeature(let id, _, let position, _, _):
      self.init(
        .unprocessableContent, code: "invalid-feature", detail: error.description, parameter: place(position, ""), value: id)
    default: return nil
    }
  }
}
