import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanStore
import LageplanTours
import Logging
import ServiceLifecycle

/// Has plans made, keeps them and finds them again: what the controllers of tours have in common.
struct TourDesk: Sendable {
  let application: LageplanApplication

  /// The collections that a release writes into.
  static let tours = TourPlanFeatures.tours
  static let stops = TourPlanFeatures.stops

  /// Side by side on two cores; the same on a machine with one, so that the same request gives the same plan.
  static let searches = 2

  var store: Store { application.store }
  var shelf: TourShelf { application.tourShelf }

  // MARK: Who may

  /// Whether the one who asks may see the stored plans of these collections.
  func mayRead(_ record: TourPlanRecord, _ visitor: Visitor) throws -> Bool {
    let known = try store.collections()
    return ([Self.tours] + record.collections).allSatisfy { id in
      known.first { $0.id == id }.map(visitor.sees) ?? (visitor.token?.allows(.read, on: id) == true)
    }
  }

  /// The name under which a stored plan is changed. Throws 401 and 403, and 403 where the server only reads.
  func actor(_ request: Request, alsoWriting collections: [String] = []) throws -> String {
    guard application.configuration.isWritable else {
      throw Problem(
        .forbidden, code: "read-only",
        detail: "This server only reads: plans are not stored here. Its operator starts it with --writable to change that.")
    }
    guard let token = try application.visitor(of: request).token else {
      throw Problem.tokenNeeded("Storing plans, and changing those that are stored, needs a token with the scope write.")
    }
    for collection in [Self.tours] + collections where !token.allows(.write, on: collection) {
      throw Problem(
        .forbidden, code: "not-allowed",
        detail: "The token \(token.name) may not change \(collection). Ask the operator for one with the scope write.",
        parameter: "Authorization")
    }
    return token.name
  }

  // MARK: Finding

  /// The plan of the address. Throws 404 where there is none, or none that the one who asks may see.
  func entry(_ context: LageplanRequestContext, for request: Request) throws -> TourEntry {
    let id = try context.element("tourId")
    do {
      let entry = try renewed(id)
      if try !entry.isStored || mayRead(entry.record, application.visitor(of: request)) { return entry }
    } catch StoreError.unknownTourPlan {}
    throw Problem.unknownTourPlan(id)
  }

  /// The plan as it is now. Throws `StoreError.unknownTourPlan`.
  func renewed(_ id: String) throws -> TourEntry {
    let shelved = shelf.entry(id)
    if let shelved, !shelved.isStored || shelved.run != nil { return shelved }
    return entry(try store.tourPlan(id))
  }

  /// A stored plan; while a search is at it, as the shelf has it.
  func entry(_ record: TourPlanRecord) -> TourEntry {
    let shelved = shelf.glance(record.id)
    if let shelved, shelved.run != nil { return shelved }
    return TourEntry(record: record, isStored: true, plans: shelved?.plans ?? [:], problems: shelved?.problems ?? [:])
  }

  /// The version that a query names, else the newest that has a plan. Throws 404.
  func version(_ query: RequestQuery, _ name: String = "version", of entry: TourEntry) throws -> TourPlanVersion {
    try version(try query.integer(name, in: 1...Int.max), of: entry)
  }

  /// The newest that has a plan where `number` is `nil`. Throws 404.
  func version(_ number: Int?, of entry: TourEntry) throws -> TourPlanVersion {
    guard let number else { return try newest(of: entry) }
    guard let version = entry.version(number) else {
      let known = entry.record.versions.map { String($0.number) }.joined(separator: ", ")
      throw Problem.notFound("The plan has no version \(number). It has: \(known).", value: String(number))
    }
    return version
  }

  /// The newest version that has a plan; where none has, the newest.
  func newest(of entry: TourEntry) throws -> TourPlanVersion {
    guard let version = entry.newest else { throw StoreError.unknownTourPlan(entry.id) }
    return version
  }

  /// The plan of a version. Throws 409 where the version has none, or none yet.
  func plan(_ version: TourPlanVersion, of entry: TourEntry) throws -> TourPlan {
    if let plan = entry.plans[version.number] { return plan }
    guard version.status != .planning else {
      if let best = entry.run?.view.best { return best }
      throw Self.planning(entry)
    }
    guard version.figures != nil, let document = try store.tourPlanDocument(entry.id, version: version.number) else {
      throw Problem(
        .conflict, code: "no-plan", detail: "The search for this version ended without a plan: \(version.status.rawValue).")
    }
    return try TourPlanReader.plan(parsing: try JSONValue(parsing: document, limits: .trusted))
  }

  /// The plan as it is now, where no search is at it. Throws 409 otherwise, and `StoreError.unknownTourPlan`.
  func resting(_ id: String) throws -> TourEntry {
    let entry = try renewed(id)
    guard entry.run == nil else { throw Self.planning(entry) }
    return entry
  }

  /// What must wait for the search that is at a plan.
  static func planning(_ entry: TourEntry) -> Problem {
    Problem(
      .conflict, code: "planning", detail: "The plan is still being made. Listen to \(entry.path)/events, or ask again.",
      headers: [.retryAfter: "2"])
  }

  /// Why a version has no plan, as a problem document.
  func problem(_ version: TourPlanVersion, of entry: TourEntry) throws -> JSONValue? {
    guard version.status == .failed else { return nil }
    if let known = entry.problems[version.number] { return known }
    guard entry.isStored, let kept = try store.tourPlanDocument(entry.id, version: version.number) else { return nil }
    return try JSONValue(parsing: kept)
  }

  // MARK: Making

  /// What is to be planned, and all that is needed for it.
  struct Order: Sendable {
    /// With the inspectors of its register, and the features to visit.
    let work: TourWork
    let source: any TravelSource
    /// `nil`: nobody walks.
    let walking: (any TravelSource)?

    var request: TourRequest { work.request }
  }

  /// Reads what a request names and, where a plan is changed, what is urgent. Throws all that is wrong with it at once.
  func order(
    _ tours: TourRequest, changing changed: (plan: TourPlan, change: TourChange)? = nil, for request: Request
  ) async throws -> Order {
    let descriptors = try application.collections(for: request)
    let work = try await store.read { reader in
      guard let (plan, change) = changed else { return try TourWork(tours, reader: reader, descriptors: descriptors) }
      return try TourReplanner.work(plan, tours, change, reader: reader, descriptors: descriptors)
    }
    let sources = try await application.travelSources()
    return Order(work: work, source: try sources.source(for: tours), walking: try sources.walking(for: tours))
  }

  /// Begins a search. Its plan is on the shelf from now on, and, where `actor` is to store it and nobody waits for it, in the database.
  func begin(_ order: Order, asked document: JSONValue, actor: String?, hasToken: Bool) async throws -> TourEntry {
    let run = TourRun()
    let (id, now) = (TourShelf.makeId(), Instant.now)
    let version = TourPlanVersion(number: 1, status: .planning, created: now, actor: actor)
    let record = TourPlanRecord(
      id: id, title: order.request.title, day: order.request.day, collections: order.work.collections,
      request: document.json, created: now, versions: [version])
    let entry = TourEntry(record: record, isStored: actor != nil && order.request.isBackground, run: run)
    try shelf.put(entry)
    do {
      if entry.isStored {
        // What is never finished, because the server stopped, was cancelled.
        var kept = record
        kept.versions[0].status = .cancelled
        try await changing { [kept, store] in try store.addTourPlan(kept, documents: [:]) }
      }
      let threads = order.request.isBackground ? application.backgroundPlanning : application.planning
      do {
        try begin(run, on: threads, hasToken: hasToken) {
          try TourPlanner.plan(
            order.request, features: order.work.features, time: application.configuration.townTime, source: order.source,
            walking: order.walking, searches: Self.searches, progress: run.note)
        } finishing: {
          finish(version, of: id, $0)
        }
      } catch {
        if entry.isStored { try await changing { [store] in try store.removeTourPlan(id, from: [], actor: nil) } }
        throw error
      }
    } catch {
      shelf.remove(id)
      throw error
    }
    return entry
  }

  /// Searches with `search`, and hands what became of it to `finishing` before anybody else hears of it.
  func begin(
    _ run: TourRun, on threads: PlanningThreads, hasToken: Bool, _ search: @escaping @Sendable () throws -> TourPlan,
    finishing: @escaping @Sendable (TourRun.Outcome) -> Void = { _ in }
  ) throws {
    let search = try threads.begin(hasToken: hasToken) {
      let outcome = run.isStopping ? .cancelled : TourRun.Outcome(catching: search)
      finishing(outcome)
      run.end(outcome)
    }
    run.begins(search)
  }

  /// Puts what became of a search where it belongs.
  func finish(_ version: TourPlanVersion, of id: String, _ outcome: TourRun.Outcome) {
    var version = version
    var (plan, problem, document): (TourPlan?, JSONValue?, String?)
    switch outcome {
    case .planned(let found):
      version.status = .draft
      version.figures = TourPlanFigures(found)
      (plan, document) = (found, String(decoding: TourJson.encode(found), as: UTF8.self))
    case .cancelled:
      version.status = .cancelled
    case .failed(let error):
      let told = TourProblems.problem(error, logger: application.logger).document
      version.status = .failed
      (problem, document) = (told, told.json)
    }
    // As it is while the search is at it: nobody stores or removes it then.
    if shelf.glance(id)?.isStored == true {
      do {
        try store.finishTourPlanVersion(
          version.number, of: id, status: version.status, figures: version.figures, document: document)
      } catch {
        application.logger.error("the plan \(id) could not be stored: \(error)")
      }
    }
    shelf.update(id) { entry in
      entry.run = nil
      if let at = entry.record.versions.firstIndex(where: { $0.number == version.number }) { entry.record.versions[at] = version }
      entry.plans[version.number] = plan
      entry.problems[version.number] = problem
    }
  }

  /// Waits for the search of a plan that nobody knows of yet, takes the part that is asked for, and keeps the plan where `actor` is to store it.
  /// Whatever is thrown, nothing is left of the plan.
  func plan(
    of entry: TourEntry, _ part: TourPart, actor: String?, for context: LageplanRequestContext
  ) async throws -> (entry: TourEntry, plan: TourPlan) {
    do {
      guard let run = entry.run else { return (entry, try part.of(try plan(try newest(of: entry), of: entry))) }
      let plan = try part.of(try await plan(of: run, for: context))
      guard let actor else { return (try renewed(entry.id), plan) }
      return (try await keep(entry.id, title: nil, actor: actor), plan)
    } catch {
      shelf.remove(entry.id)
      throw error
    }
  }

  /// Waits for a search. A client that leaves ends it, and so does a server that stops: then the best plan so far is the answer.
  func plan(of run: TourRun, for context: LageplanRequestContext) async throws -> TourPlan {
    let departure = Departure.of(context.channel)
    let watch = departure?.onLeaving { run.stop() }
    defer { if let watch { departure?.forget(watch) } }
    await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        await run.finished()
      } onGracefulShutdown: {
        run.stop()
      }
    } onCancel: {
      run.stop()
    }
    guard !Task.isCancelled, departure?.hasLeft != true else { throw CancellationError() }
    switch run.view.outcome {
    case .planned(let plan): return plan
    case .failed(let error): throw TourProblems.problem(error, logger: application.logger)
    case .cancelled, nil: throw CancellationError()
    }
  }

  // MARK: Keeping

  /// Changes plans on the thread on which features are changed too, one change after the other: `body` finds each plan as the change before left it, and
  /// must look at it there.
  func changing<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    do {
      let result = try await application.writing.run(body)
      application.changeFeed.notice()
      return result
    } catch let error as StoreError {
      guard case .unfitTourCollection(let id, _) = error else { throw error }
      throw Problem(.conflict, code: "unfit-collection", detail: "\(error)", value: id)
    }
  }

  /// Ends the search of a plan, or forgets the plan with what was released of it.
  func remove(_ entry: TourEntry, for request: Request) async throws {
    if try end(entry, request) { return }
    try await changing {
      let entry = try renewed(entry.id)
      if try end(entry, request) { return }
      if entry.isStored {
        // What was released is features of both collections.
        let wasReleased = entry.record.versions.contains { $0.status == .released || $0.status == .superseded }
        let actor = try actor(request, alsoWriting: wasReleased ? [Self.stops] : [])
        try store.removeTourPlan(entry.id, from: [Self.tours, Self.stops], actor: actor)
      }
      shelf.remove(entry.id)
    }
  }

  /// Whether there was a search to end.
  private func end(_ entry: TourEntry, _ request: Request) throws -> Bool {
    guard let run = entry.run else { return false }
    if entry.isStored { _ = try actor(request) }
    run.stop()
    return true
  }

  /// Moves a plan from the shelf into the database, with all its versions. Throws 409 where a search is at it, or it is there.
  func keep(_ id: String, title: String?, actor: String) async throws -> TourEntry {
    try await changing {
      let entry = try resting(id)
      guard !entry.isStored else {
        throw Problem(.conflict, code: "stored", detail: "The plan is stored already.", value: id)
      }
      let (record, documents) = try kept(entry, title: title, actor: actor)
      try store.addTourPlan(record, documents: documents)
      shelf.update(id) { $0.isStored = true }
      return try renewed(id)
    }
  }

  /// Makes a version the one that people go by, the newest where `number` names none; the plan is stored with it where it was not.
  func release(
    _ id: String, version number: Int?, title: String?, actor: String
  ) async throws -> (entry: TourEntry, version: TourPlanVersion) {
    try await changing {
      let entry = try resting(id)
      let version = try version(number, of: entry)
      let layers = TourRelease.layers(
        try plan(version, of: entry), of: id, version: version.number, title: title ?? entry.record.title)
      if entry.isStored {
        try store.releaseTourPlan(id, version: version.number, title: title, features: layers, actor: actor)
      } else {
        let (record, documents) = try kept(entry, title: title, actor: actor)
        try store.addTourPlan(record, documents: documents, releasing: version.number, features: layers, actor: actor)
        shelf.update(id) { $0.isStored = true }
      }
      let released = try renewed(id)
      return (released, try self.version(version.number, of: released))
    }
  }

  /// What the database keeps of a plan that is on the shelf.
  private func kept(_ entry: TourEntry, title: String?, actor: String) throws -> (TourPlanRecord, documents: [Int: String]) {
    // A plan of which nothing came is not worth keeping.
    _ = try plan(try newest(of: entry), of: entry)
    var record = entry.record
    record.title = title ?? record.title
    for at in record.versions.indices { record.versions[at].actor = record.versions[at].actor ?? actor }
    let plans = entry.plans.mapValues { String(decoding: TourJson.encode($0), as: UTF8.self) }
    return (record, entry.problems.mapValues(\.json).merging(plans) { $1 })
  }
}

extension TourPlanFigures {
  init(_ plan: TourPlan) {
    let figures = TourComparison.Figures(of: plan)
    self.init(
      tours: figures.tours, stops: figures.stops, leftOut: figures.leftOut, metres: figures.metres, seconds: figures.travel.value)
  }
}
