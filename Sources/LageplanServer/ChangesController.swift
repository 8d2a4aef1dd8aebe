import Foundation
import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanStore
import ServiceLifecycle

/// What has changed since a cursor, to be asked for or listened to: how other systems keep a copy true.
///
/// At least once, in the order of the changes, deletions included. The cursor is the sequence of the log, which only rises.
struct ChangesController: Sendable {
  let application: LageplanApplication

  private static let defaultLimit = 1_000
  private static let largestLimit = 10_000

  /// `GET /changes`: of all collections that the one who asks may see.
  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try await page(request, of: nil, path: "/changes")
  }

  /// `GET /collections/{c}/changes`.
  @Sendable func one(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    return try await page(request, of: descriptor, path: "/collections/\(descriptor.id)/changes")
  }

  private func page(_ request: Request, of descriptor: CollectionDescriptor?, path: String) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["since", "limit", "f"])
    try query.refuseFormats(otherThan: "json")
    let limit = try query.integer("limit", in: 1...Int.max).map { min($0, Self.largestLimit) } ?? Self.defaultLimit
    let since = Int64(try query.integer("since", in: 0...Int.max) ?? 0)
    let visitor = try application.visitor(of: request)
    let visible = try descriptor.map { [$0] } ?? application.collections(for: request)
    let links = application.links(request)
    let step = try await read(since, of: visible.map(\.id), limit: limit)
    var documents = ChangeDocuments(visible, for: visitor)
    var next = [("since", Optional(String(step.cursor)))]
    if let given = query["limit"] { next.append(("limit", given)) }
    var answer = Answer.json(
      [
        "changes": .array(step.changes.compactMap { documents.document($0) }), "cursor": .integer(step.cursor),
        "more": .boolean(step.hasMore),
        "links": [
          links.link(request.uri.query.map { "\(path)?\($0)" } ?? path, rel: "self", type: "application/json"),
          links.link("\(path)?\(query.replacing(next))", rel: "next", type: "application/json", title: "What comes after"),
          links.link("/changes/stream", rel: "monitor", type: EventStream.mediaType, title: "The same as it happens"),
        ],
      ])
    answer.cacheControl = "no-store"
    return answer
  }

  /// `GET /changes/stream`: the same as server-sent events, from the cursor `since`, from the one after which the connection broke off
  /// (`Last-Event-ID`), or from now on.
  @Sendable func stream(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["since", "collections"])
    let wanted = try query["collections"].map { list in
      Set(try list.split(separator: ",").map { try application.descriptor(String($0), for: request).id })
    }
    let visible = try application.collections(for: request).map(\.id).filter { wanted?.contains($0) ?? true }
    let latest = try await application.store.read { try $0.latestSequence(of: visible) }
    let since: Int64
    if let last = request.headers[.lastEventId] {
      guard let number = Int64(last), number >= 0 else {
        throw Problem.badParameter("Last-Event-ID", value: last, "Send the id of the last event that came.")
      }
      since = number
    } else {
      since = try query.integer("since", in: 0...Int.max).map { Int64($0) } ?? latest
    }
    // What the cursor cannot have is told before the stream begins, while an error can still be answered.
    _ = try await read(since, of: visible, limit: 1)
    let answer = Answer(EventStream.mediaType) { sink in
      try await follow(since, request, wanted: wanted, into: &sink)
    }
    return EventStream.unbuffered(answer)
  }

  private func follow(_ since: Int64, _ request: Request, wanted: Set<String>?, into sink: inout BodySink) async throws {
    guard request.method != .head else { return }
    let signals = try application.changeFeed.listen()
    try await sink.send(EventStream.opening)
    var cursor = since
    for await signal in signals.cancelOnGracefulShutdown() {
      guard var documents = try documents(for: request, wanted: wanted) else { return }
      var hasMore = true
      var sent = false
      while hasMore {
        let step = try await read(cursor, of: documents.visible, limit: Self.defaultLimit)
        var events: [UInt8] = []
        for change in step.changes {
          guard let document = documents.document(change) else { continue }
          events += EventStream.event("change", id: String(change.sequence), data: document)
        }
        if !events.isEmpty {
          try await sink.send(events)
          sent = true
        }
        cursor = step.cursor
        hasMore = step.hasMore
      }
      if case .silent = signal, !sent { try await sink.send(EventStream.heartbeat) }
    }
  }

  /// Asked again each time: a collection may have been hidden. `nil` where the token was revoked meanwhile: the stream ends, and the
  /// client, coming back, is told why.
  private func documents(for request: Request, wanted: Set<String>?) throws -> ChangeDocuments? {
    do {
      let visible = try application.collections(for: request).filter { wanted?.contains($0.id) ?? true }
      return ChangeDocuments(visible, for: try application.visitor(of: request))
    } catch is Problem {
      return nil
    }
  }

  private struct Step {
    var changes: [FeatureChange]
    /// After these.
    var cursor: Int64
    var hasMore: Bool
  }

  /// Only of `collections`, the cursor too: how often others change is nothing for those who may not see them.
  private func read(_ since: Int64, of collections: [String], limit: Int) async throws -> Step {
    // Of one snapshot: nothing is written between the two.
    let (latest, found) = try await application.store.read { reader in
      let latest = try reader.latestSequence(of: collections)
      do {
        return (
          latest,
          Result<[FeatureChange], StoreError>.success(
            try reader.changes(of: collections, since: since, limit: limit))
        )
      } catch let error as StoreError {
        return (latest, .failure(error))
      }
    }
    guard since <= latest else {
      throw Problem.gone(
        "What you may see has not come as far as \(since): a collection was dropped or hidden, or the database is another.",
        latest)
    }
    do throws(StoreError) {
      let changes = try found.get()
      let isFull = changes.count == limit
      return Step(changes: changes, cursor: isFull ? changes.last?.sequence ?? since : latest, hasMore: isFull)
    } catch {
      guard case .changesPruned(_, let oldest) = error else { throw error }
      throw Problem.gone("Changes after \(since) are not kept any more; the oldest cursor is \(oldest).", latest)
    }
  }
}

/// Server-sent events (WHATWG HTML, section 9.2).
enum EventStream {
  static let mediaType = "text/event-stream"

  /// A client that loses the connection comes back after so many milliseconds.
  static let opening = Array("retry: 3000\n\n".utf8)
  /// A comment, which clients pass over.
  static let heartbeat = Array(": still here\n\n".utf8)

  /// `data` on one line, as compact JSON is.
  static func event(_ name: String, id: String, data: JSONValue) -> [UInt8] { event(name, id: id, line: data.bytes) }

  /// `line` has no line breaks.
  static func event(_ name: String, id: String, line: [UInt8]) -> [UInt8] {
    Array("id: \(id)\nevent: \(name)\ndata: ".utf8) + line + Array("\n\n".utf8)
  }

  /// Neither kept nor held back on the way.
  static func unbuffered(_ answer: Answer) -> Answer {
    var answer = answer
    answer.cacheControl = "no-store"
    answer.headers[.accelBuffering] = "no"
    return answer
  }
}

extension Problem {
  /// 410 for a cursor from which nobody can go on.
  fileprivate static func gone(_ reason: String, _ latest: Int64) -> Problem {
    Problem(
      .gone, code: "cursor-gone",
      detail:
        "\(reason) Read the collections anew, and go on with since=\(latest), which was the newest change before you began.",
      parameter: "since")
  }
}
