import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanPlanner
import LageplanStore

/// Plans made anew after a change: in the request, or in the background.
extension TourDesk {
  /// A change of a plan, and all that is needed to make it.
  struct ChangeOrder: Sendable {
    /// As it was sent.
    let document: JSONValue
    let change: TourChange
    /// The plan that is to be changed.
    let plan: TourPlan
    let order: Order

    var work: TourWork { order.work }
  }

  /// Reads a change of a version, and the work as it is now. Throws all that is wrong with the change at once.
  func order(
    _ document: JSONValue, changing version: TourPlanVersion, of entry: TourEntry, for request: Request
  ) async throws -> ChangeOrder {
    let change = try TourChange(parsing: document, time: application.configuration.townTime)
    let known = try plan(version, of: entry)
    let asked = try TourRequest(parsing: try JSONValue(parsing: entry.record.request, limits: .trusted))
    let order = try await order(asked, changing: (known, change), for: request)
    try TourReplanner.check(change, of: known, order.request, features: order.work.features)
    return ChangeOrder(document: document, change: change, plan: known, order: order)
  }

  /// A new version of the plan: what has not begun is planned anew after a change. Where the plan is stored by then, the one who asks must be allowed to
  /// change it. Throws 409 where there is a newer version than is `known`.
  func replan(
    _ id: String, after order: ChangeOrder, expecting known: KnownVersion?, for request: Request,
    _ context: LageplanRequestContext
  ) async throws -> (entry: TourEntry, version: TourPlanVersion, plan: TourPlan) {
    let run = TourRun()
    let hasToken = try application.visitor(of: request).token != nil
    try begin(run, on: application.planning, hasToken: hasToken) { try replanned(order, run) }
    let plan = try await plan(of: run, for: context)
    return try await changing {
      let entry = try unchanged(id, known)
      var version = try newVersion(.draft, after: order, of: entry, request)
      version.figures = TourPlanFigures(plan)
      version = try add(version, plan, after: order, to: entry)
      return (try renewed(id), version, plan)
    }
  }

  /// Begins to make a new version of the plan in the background. Throws 409 where another search is at the plan, or there is a newer version than is `known`.
  func beginReplanning(
    _ id: String, after order: ChangeOrder, expecting known: KnownVersion?, for request: Request
  ) async throws -> (entry: TourEntry, version: TourPlanVersion) {
    let run = TourRun()
    let version: TourPlanVersion = try await changing {
      let entry = try unchanged(id, known)
      let version = try newVersion(.planning, after: order, of: entry, request)
      try shelf.take(entry, for: run)
      do {
        return try add(version, nil, after: order, to: entry)
      } catch {
        shelf.update(id) { $0.run = nil }
        throw error
      }
    }
    do {
      let hasToken = try application.visitor(of: request).token != nil
      try begin(run, on: application.backgroundPlanning, hasToken: hasToken) {
        try replanned(order, run)
      } finishing: {
        finish(version, of: id, $0)
      }
    } catch {
      let entry = shelf.update(id) { entry in
        entry.run = nil
        entry.record.versions.removeAll { $0.number == version.number }
      }
      if entry?.isStored == true { try await changing { [store] in try store.removeTourPlanVersion(version.number, of: id) } }
      throw error
    }
    return (try renewed(id), version)
  }

  /// The newest version of which a client knows.
  struct KnownVersion: Sendable {
    let number: Int
    /// Whether the client has said so; else it changes the version that was the newest when it asked.
    let isTold: Bool
  }

  /// The plan as it is now. Throws 409 where there is a newer version than the client knows of: who changes a plan shall know it.
  private func unchanged(_ id: String, _ known: KnownVersion?) throws -> TourEntry {
    let entry = try renewed(id)
    try Self.check(entry, known)
    return entry
  }

  /// Throws 409 where the plan has a newer version than the client knows of.
  static func check(_ entry: TourEntry, _ known: KnownVersion?) throws {
    guard let known, let newest = entry.newest, newest.number > known.number else { return }
    let remedy =
      known.isTold
      ? "send the change again with newest=\(newest.number)" : "send the change again, or name the version that it is about"
    throw Problem(
      .conflict, code: "changed-meanwhile",
      detail: "Somebody made version \(newest.number) meanwhile. Look at it and \(remedy).",
      parameter: known.isTold ? "newest" : "version", value: String(known.number))
  }

  private func newVersion(
    _ status: TourPlanStatus, after order: ChangeOrder, of entry: TourEntry, _ request: Request
  ) throws -> TourPlanVersion {
    TourPlanVersion(
      number: 0, status: status, created: .now, actor: entry.isStored ? try actor(request) : nil, change: order.document.json)
  }

  /// On the thread of the search.
  private func replanned(_ order: ChangeOrder, _ run: TourRun) throws -> TourPlan {
    let work = order.work
    return try TourReplanner.replan(
      order.plan, work.request, order.change, features: work.features, time: application.configuration.townTime,
      source: order.order.source, walking: order.order.walking, searches: Self.searches, progress: run.note)
  }

  /// Adds a version after the others, and answers it with its number; `plan` is `nil` while it is being made.
  private func add(
    _ version: TourPlanVersion, _ plan: TourPlan?, after order: ChangeOrder, to entry: TourEntry
  ) throws -> TourPlanVersion {
    guard entry.isStored else {
      guard let added = shelf.append(version, plan, reading: order.work.collections, to: entry.id) else {
        throw StoreError.unknownTourPlan(entry.id)
      }
      return added
    }
    var kept = version
    // What is never finished, because the server stopped, was cancelled.
    if plan == nil { kept.status = .cancelled }
    let document = plan.map { String(decoding: TourJson.encode($0), as: UTF8.self) }
    var added = version
    added.number =
      try store.addTourPlanVersion(kept, of: entry.id, reading: order.work.collections, document: document).number
    shelf.update(entry.id) { entry in
      entry.plans[added.number] = plan
      // Otherwise the database tells them.
      guard entry.run != nil else { return }
      entry.record.versions.append(added)
      entry.record.read(order.work.collections)
    }
    return added
  }
}
