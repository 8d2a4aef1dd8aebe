import HTTPTypes
import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanPlanner
import LageplanStore
import ServiceLifecycle

/// `/tours`: a request for tours in, a plan out; and the plans that were made.
struct ToursController: Sendable {
  let application: LageplanApplication

  private var desk: TourDesk { TourDesk(application: application) }

  private static let defaultLimit = 100
  private static let largestLimit = 1_000

  // MARK: Making

  /// `POST /tours`: answers the plan when it is made, or at once where it is to be made in the background.
  @Sendable func plan(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"] + TourPart.parameters)
    let format = try TourFormat(query, request, hasPage: false)
    let part = try TourPart(query)
    let body = try await request.body(upTo: application.configuration.largestBody, mediaTypes: ["application/json"])
    let (entry, isBackground, actor) = try await begin(try JSONValue(parsing: body), part, request)
    let links = application.links(request)
    var answer: Answer
    if isBackground {
      answer = .fresh(.json(TourDocument(links: links).state(try desk.newest(of: entry), of: entry)))
      answer.status = .accepted
    } else {
      let made = try await desk.plan(of: entry, part, actor: actor, for: context)
      answer = try await self.answer(
        made.plan, try desk.newest(of: made.entry), of: made.entry, format, request, Departure.of(context.channel))
    }
    answer.headers[.location] = links(entry.path)
    return answer
  }

  /// Throws all that is wrong with a body at once.
  private func begin(
    _ document: JSONValue, _ part: TourPart, _ request: Request
  ) async throws -> (TourEntry, isBackground: Bool, actor: String?) {
    do {
      let tours = try TourRequest(parsing: document)
      let actor = tours.isStored ? try desk.actor(request) : nil
      let order = try await desk.order(tours, for: request)
      try part.check(order.request)
      let hasToken = try application.visitor(of: request).token != nil
      let entry = try await desk.begin(order, asked: document, actor: actor, hasToken: hasToken)
      return (entry, tours.isBackground, actor)
    } catch let error as TourRequestError {
      throw TourProblems.problem(error, logger: application.logger)
    }
  }

  // MARK: Reading

  /// `GET /tours`: the stored plans that the one who asks may see, the newest first.
  @Sendable func all(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["limit", "before", "status", "day", "f"])
    let limit = try query.integer("limit", in: 1...Int.max).map { min($0, Self.largestLimit) } ?? Self.defaultLimit
    var before = try query.integer("before", in: 1...Int.max).map { Int64($0) } ?? .max
    let condition = try TourCondition(query)
    let visitor = try application.visitor(of: request)
    var entries: [TourEntry] = []
    var hasMore = true
    while hasMore, entries.count < limit {
      let records = try application.store.tourPlans(limit: Self.largestLimit, before: before)
      hasMore = records.count == Self.largestLimit
      for record in records {
        before = record.number
        guard try desk.mayRead(record, visitor) else { continue }
        let entry = desk.entry(record)
        guard condition.isMet(by: entry) else { continue }
        entries.append(entry)
        guard entries.count < limit else {
          hasMore = true
          break
        }
      }
    }
    let next = hasMore && !entries.isEmpty ? query.replacing([("before", String(before))]) : nil
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json: return .fresh(.json(TourDocument(links: links).list(entries, next: next)))
    case .html: return .fresh(.html(pages(links).list(entries, next: next)))
    }
  }

  /// `GET /tours/{id}`: the plan of the newest version or of another, whole or of one inspector or day; while it is being made, how far the search has come,
  /// with the best plan so far where somebody listens.
  @Sendable func one(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f", "version"] + TourPart.parameters)
    let format = try TourFormat(query, request, hasPage: true)
    let part = try TourPart(query)
    let entry = try desk.entry(context, for: request)
    let version = try desk.version(query, of: entry)
    if format == .html {
      let plan = version.figures == nil ? nil : try part.of(try desk.plan(version, of: entry))
      return .fresh(.html(pages(application.links(request)).one(entry, version, plan)))
    }
    let document = TourDocument(links: application.links(request))
    if format == .json, version.figures == nil, version.status != .planning || entry.run?.view.best == nil {
      return .fresh(.json(document.state(version, of: entry, problem: try desk.problem(version, of: entry))))
    }
    return try await answer(
      part.of(try desk.plan(version, of: entry)), version, of: entry, format, request, Departure.of(context.channel))
  }

  /// `GET /tours/{id}/request`: what was asked, as it was sent.
  @Sendable func request(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    let entry = try desk.entry(context, for: request)
    return .fresh(Answer("application/json", Array(entry.record.request.utf8)))
  }

  private func answer(
    _ plan: TourPlan, _ version: TourPlanVersion, of entry: TourEntry, _ format: TourFormat, _ request: Request,
    _ departure: Departure?
  ) async throws -> Answer {
    // Programs are spoken to in English, people in German, unless they ask for another language.
    let language = request.tourLanguage ?? (format == .json || format == .geojson ? .english : .german)
    let bytes: [UInt8]
    switch format {
    case .json:
      bytes = TourDocument(links: application.links(request)).plan(plan, version, of: entry, language: language)
    case .geojson: bytes = TourGeoJson.encode(plan, language: language)
    case .gpx: bytes = TourGpx.encode(plan, title: entry.record.title, language: language)
    case .csv: bytes = TourCsv.encode(plan, language: language, addresses: try await addresses(plan, request))
    case .ics:
      bytes = TourCalendar.encode(
        plan, title: entry.record.title, identity: entry.id, version: version.number, stamp: version.created, language: language,
        addresses: try await addresses(plan, request))
    case .pdf: bytes = try await sheet(of: plan, version, of: entry, language, request, departure)
    case .html: return .fresh(.html(pages(application.links(request)).one(entry, version, plan)))
    }
    return format.file(bytes, name: "tour-\(plan.day.iso)")
  }

  private func addresses(_ plan: TourPlan, _ request: Request) async throws -> [FeatureReference: String] {
    let descriptors = try application.collections(for: request)
    return try await application.store.read { try TourAddresses.read(plan, reader: $0, descriptors: descriptors) }
  }

  /// Drawn where other long work is done, not in the way of maps.
  private func sheet(
    of plan: TourPlan, _ version: TourPlanVersion, of entry: TourEntry, _ language: TourLanguage, _ request: Request,
    _ departure: Departure?
  ) async throws -> [UInt8] {
    let roads = try await application.roads.standingIfAny()?.roads
    let addresses = try await addresses(plan, request)
    return try await application.roadThread.run {
      if departure?.hasLeft == true { throw CancellationError() }
      return try TourSheet.encode(
        plan,
        TourSheet.Content(
          title: entry.record.title, language: language, map: TourMap(around: plan, on: roads), addresses: addresses,
          made: version.created)
      ) { departure?.hasLeft ?? false }
    }
  }

  private func pages(_ links: Links) -> TourPages { TourPages(townTime: application.configuration.townTime, links: links) }

  // MARK: Ending

  /// `DELETE /tours/{id}`: ends a search, which keeps the best plan so far; or forgets a plan, and takes back what was released of it.
  @Sendable func remove(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    let entry = try desk.entry(context, for: request)
    try await desk.remove(entry, for: request)
    var answer = Answer("application/json", [])
    answer.status = .noContent
    return answer
  }
}

/// Which stored plans a list is about.
private struct TourCondition {
  private let status: TourPlanStatus?
  private let day: CalendarDate?

  init(_ query: RequestQuery) throws(Problem) {
    status = try query["status"].map { text throws(Problem) in
      guard let status = TourPlanStatus(rawValue: text) else {
        let known = TourPlanStatus.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem.badParameter("status", value: text, "The states are \(known).")
      }
      return status
    }
    day = try query.day("day")
  }

  func isMet(by entry: TourEntry) -> Bool {
    (status.map { status in entry.record.versions.contains { $0.status == status } } ?? true)
      && (day.map { $0 == entry.record.day } ?? true)
  }
}
