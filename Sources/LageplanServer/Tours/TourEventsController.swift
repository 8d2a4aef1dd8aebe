import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanPlanner
import LageplanStore
import ServiceLifecycle

/// `GET /tours/{id}/events`: how a search goes on, as server-sent events.
struct TourEventsController: Sendable {
  let application: LageplanApplication

  private var desk: TourDesk { TourDesk(application: application) }

  /// `progress` with figures, at most four times a second; `plan` with the best plan so far; at the end `done` with the plan, or `failed` with the state that
  /// tells why there is none. Where the search has ended already, the last comes at once.
  @Sendable func events(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    let entry = try desk.entry(context, for: request)
    let document = TourDocument(links: application.links(request))
    let language = request.tourLanguage ?? .english
    guard request.method != .head else { return EventStream.unbuffered(Answer(EventStream.mediaType) { _ in }) }
    guard let run = entry.run else {
      let last = try end(entry.searched, of: entry, document, language)
      return EventStream.unbuffered(Answer(EventStream.mediaType) { sink in try await sink.send(EventStream.opening + last) })
    }
    let seat = try application.tourShelf.takeSeat()
    return EventStream.unbuffered(
      Answer(EventStream.mediaType) { sink in
        defer { withExtendedLifetime(seat) {} }
        try await follow(run, entry, document, language, into: &sink)
      })
  }

  private func follow(
    _ run: TourRun, _ entry: TourEntry, _ document: TourDocument, _ language: TourLanguage, into sink: inout BodySink
  ) async throws {
    try await sink.send(EventStream.opening)
    let searched = entry.searched
    var (progress, best) = (0, 0)
    // A server that is told to stop ends all searches, also those before this one in the queue.
    try await withGracefulShutdownHandler {
      for await signal in run.listen(heartbeat: ChangeFeed.heartbeat) {
        let view = run.view
        var events: [UInt8] = []
        if view.progressNumber > progress {
          progress = view.progressNumber
          events += EventStream.event("progress", id: "\(progress)", data: TourDocument.progress(view.progress))
        }
        if view.bestNumber > best, view.outcome == nil, let plan = view.best, let searched {
          best = view.bestNumber
          let bytes = document.plan(plan, searched, of: entry, language: language)
          events += EventStream.event("plan", id: "\(progress)", line: bytes)
        }
        if case .silent = signal, events.isEmpty { events = EventStream.heartbeat }
        try await sink.send(events)
      }
    } onGracefulShutdown: { [shelf = application.tourShelf] in
      shelf.stop()
    }
    guard run.view.outcome != nil else { return }
    let ended = try desk.renewed(entry.id)
    try await sink.send(try end(searched.flatMap { ended.version($0.number) }, of: ended, document, language))
  }

  private func end(
    _ version: TourPlanVersion?, of entry: TourEntry, _ document: TourDocument, _ language: TourLanguage
  ) throws -> [UInt8] {
    guard let version else { throw StoreError.unknownTourPlan(entry.id) }
    guard version.figures != nil else {
      let state = document.state(version, of: entry, problem: try desk.problem(version, of: entry))
      return EventStream.event("failed", id: "end", data: state)
    }
    let bytes = document.plan(try desk.plan(version, of: entry), version, of: entry, language: language)
    return EventStream.event("done", id: "end", line: bytes)
  }
}
