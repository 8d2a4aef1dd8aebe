import HTTPTypes
import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanPlanner
import LageplanStore

/// What becomes of a plan: its versions, and which of them is kept and released.
struct TourVersionsController: Sendable {
  let application: LageplanApplication

  private var desk: TourDesk { TourDesk(application: application) }

  /// `GET /tours/{id}/versions`: the newest first.
  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "json")
    let entry = try desk.entry(context, for: request)
    let showsActors = try application.visitor(of: request).token != nil
    return .fresh(.json(TourDocument(links: application.links(request)).versions(of: entry, showsActors: showsActors)))
  }

  /// `GET /tours/{id}/compare?from=&to=`: what differs between two versions; the newest and the one before it unless told.
  @Sendable func compare(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["from", "to", "f"])
    try query.refuseFormats(otherThan: "json")
    let entry = try desk.entry(context, for: request)
    let after = try desk.version(query, "to", of: entry)
    let before: TourPlanVersion
    if query["from"] != nil {
      before = try desk.version(query, "from", of: entry)
    } else {
      guard let previous = entry.record.versions.last(where: { $0.number < after.number }) else {
        throw Problem(
          .conflict, code: "one-version", detail: "Version \(after.number) is the first: there is none to compare it with.")
      }
      before = previous
    }
    let (old, new) = (try desk.plan(before, of: entry), try desk.plan(after, of: entry))
    return .fresh(
      Answer(TourComparisonJson.mediaType, TourComparisonJson.encode(TourComparison(of: old, with: new), clock: new)))
  }

  /// `POST /tours/{id}/replan?version=&newest=`: a new version of the plan, after a change (``/LageplanPlanner/TourChange``) to the newest version or another.
  /// Answers it when it is made, or at once where it is to be made in the background. Throws 409 where `newest`, the newest version that the client
  /// knows of, is not the newest any more: what somebody else has changed would be lost.
  @Sendable func replan(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["version", "newest"])
    let entry = try desk.entry(context, for: request)
    // Before the work is done; whether it may be written, and whether it is still the same, is asked again when it is.
    if entry.isStored { _ = try desk.actor(request) }
    let newest = entry.newest?.number ?? 0
    // Who tells a version that is not there yet has not seen it.
    let told = try query.integer("newest", in: 1...Int.max).map { TourDesk.KnownVersion(number: min($0, newest), isTold: true) }
    try TourDesk.check(entry, told)
    let version = try desk.version(query, of: entry)
    // Whoever changes the newest version means the plan as it is; an older one is changed on purpose.
    let known = told ?? (version.number == newest ? TourDesk.KnownVersion(number: newest, isTold: false) : nil)
    let body = try await request.body(upTo: application.configuration.largestBody, mediaTypes: ["application/json"])
    do {
      let order = try await desk.order(try JSONValue(parsing: body), changing: version, of: entry, for: request)
      let links = application.links(request)
      let documents = TourDocument(links: links)
      var answer: Answer
      let number: Int
      if order.change.isBackground {
        let begun = try await desk.beginReplanning(entry.id, after: order, expecting: known, for: request)
        answer = .fresh(.json(documents.state(begun.version, of: begun.entry)))
        (answer.status, number) = (.accepted, begun.version.number)
      } else {
        let made = try await desk.replan(entry.id, after: order, expecting: known, for: request, context)
        let document = documents.plan(made.plan, made.version, of: made.entry, language: request.tourLanguage ?? .english)
        (answer, number) = (.fresh(Answer(TourFormat.json.mediaType, document)), made.version.number)
      }
      answer.headers[.location] = links("\(entry.path)?version=\(number)")
      return answer
    } catch let error as TourRequestError {
      throw TourProblems.problem(error, logger: application.logger)
    }
  }

  /// `POST /tours/{id}/store`: keeps the plan with all its versions in the database; a body may give it a `title`.
  @Sendable func store(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    let actor = try desk.actor(request)
    let title = try await title(request)
    let entry = try desk.entry(context, for: request)
    let kept = try await desk.keep(entry.id, title: title, actor: actor)
    return try state(of: kept, try desk.newest(of: kept), request)
  }

  /// `POST /tours/{id}/release?version=`: the version is from now on the plan that people go by, and its tours and stops are features of the collections
  /// `tours` and `stops`. A plan that was not stored is.
  @Sendable func release(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["version"])
    let actor = try desk.actor(request, alsoWriting: [TourDesk.stops])
    let title = try await title(request)
    let entry = try desk.entry(context, for: request)
    let number = try query.integer("version", in: 1...Int.max)
    let released = try await desk.release(entry.id, version: number, title: title, actor: actor)
    return try state(of: released.entry, released.version, request)
  }

  /// The member `title` of the body, where there is one.
  private func title(_ request: Request) async throws -> String? {
    guard request.headers[.contentType] != nil else { return nil }
    let body = try await request.body(upTo: 10_000, mediaTypes: ["application/json"])
    guard !body.isEmpty else { return nil }
    let document = try JSONValue(parsing: body)
    guard let members = document.object, members.allSatisfy({ $0.key == "title" }), let title = document["title"]?.text,
      (1...200).contains(title.count)
    else {
      throw Problem.badBody(#"Send nothing, or {"title": "…"} with at most 200 characters."#, at: "$")
    }
    return title
  }

  private func state(of entry: TourEntry, _ version: TourPlanVersion, _ request: Request) throws -> Answer {
    .fresh(.json(TourDocument(links: application.links(request)).state(version, of: entry)))
  }
}
