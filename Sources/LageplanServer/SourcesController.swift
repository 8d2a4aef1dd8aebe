import HTTPTypes
import Hummingbird
import LageplanExchange
public import LageplanFeatures
public import LageplanStore

/// `/sources`: where collections come from again and again, and what became of the last runs. For holders of an admin token.
struct SourcesController: Sendable {
  let application: LageplanApplication

  /// All sources, each with its last run.
  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try requireAdmin(request)
    let sources = try application.store.sources()
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json:
      return fresh(
        .json([
          "sources": .array(sources.map(Self.document)), "links": [links.link("/sources", rel: "self", type: "application/json")],
        ]))
    case .html: return fresh(.html(pages(links).list(sources)))
    }
  }

  /// One source with all runs that are kept, the newest first.
  @Sendable func one(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try requireAdmin(request)
    let id = try context.element("sourceId")
    let sources = try application.store.sources()
    guard let source = sources.first(where: { $0.id == id }) else {
      throw Problem.notFound(
        "There is no source of this id. There are: \(sources.map(\.id).joined(separator: ", ")).", value: id)
    }
    let runs = try application.store.runs(ofSource: id)
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json:
      guard case .object(var members) = Self.document(source) else { return fresh(.json(.null)) }
      members.append(("runs", .array(runs.map(Self.document))))
      members.append(("links", [links.link("/sources/\(id)", rel: "self", type: "application/json")]))
      return fresh(.json(.object(members)))
    case .html: return fresh(.html(pages(links).one(source, runs)))
    }
  }

  private func pages(_ links: Links) -> SourcePages { SourcePages(townTime: application.configuration.townTime, links: links) }

  private func requireAdmin(_ request: Request) throws {
    guard let token = try application.visitor(of: request).token else {
      throw Problem.tokenNeeded("The sources and their reports are shown to holders of a token with the scope admin.")
    }
    guard token.scope == .admin else {
      throw Problem(
        .forbidden, code: "not-allowed", detail: "The token \(token.name) may not see the sources: that takes the scope admin.",
        parameter: "Authorization")
    }
  }

  private func fresh(_ answer: Answer) -> Answer {
    var answer = answer
    answer.cacheControl = "private, no-store"
    return answer
  }

  /// A source as JSON; its address without user name and password.
  static func document(_ source: StoredSource) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("id", .text(source.id)), ("collection", .text(source.collection)), ("kind", .text(source.kind)),
      ("address", .text(SourceRequest.withoutPassword(source.address))),
      ("everyMinutes", .integer(Int64(source.intervalMinutes))),
      ("enabled", .boolean(source.isEnabled)), ("settings", (try? JSONValue(parsing: source.settings)) ?? .null),
    ]
    if let last = source.lastRun { members.append(("lastRun", .text(last.iso))) }
    if let status = source.lastStatus { members.append(("lastStatus", .text(status))) }
    let report = SourceReport(source.lastReport)
    if let text = report.reason ?? report.summary { members.append(("lastResult", .text(text))) }
    if let next = source.nextRun, source.lastRun != nil { members.append(("nextRun", .text(next.iso))) }
    return .object(members)
  }

  /// A run as JSON, without what only the next run needs.
  static func document(_ run: SourceRun) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("started", .text(run.started.iso)), ("ended", .text(run.ended.iso)), ("status", .text(run.status)),
    ]
    if case .object(let report)? = try? JSONValue(parsing: run.report, limits: .trusted) {
      members += report.filter { $0.key != "state" }
    }
    return .object(members)
  }
}

extension StoredSource {
  /// For machines: the same as `/sources` shows.
  public var json: JSONValue { SourcesController.document(self) }
}

extension SourceRun {
  /// For machines: the same as `/sources/{id}` shows.
  public var json: JSONValue { SourcesController.document(self) }
}
