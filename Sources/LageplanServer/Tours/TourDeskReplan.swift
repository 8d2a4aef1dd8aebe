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
    /// What the request selects now, and what is or was urgent.
    let features: [TourFeature]
  }

  /// Reads a change of a version, and the work as it is now. Throws all that is wrong with the change at once.
  func order(
    _ document: JSONValue, changing version: TourPlanVersion, of entry: TourEntry, for request: Request
  ) async throws -> ChangeOrder {
    let change = try TourChange(parsing: document, time: application.configuration.townTime)
    let known = try plan(version, of: entry)
    let asked = try TourRequest(parsing: try JSONValue(parsing: entry.record.request, limits: .trusted))
    let order = try await order(asked, for: request)
    let features = order.work.features + (try await urgent(change, in: entry, upTo: version, order, request))
    try TourReplanner.check(change, of: known, order.request, features: features)
    return ChangeOrder(document: document, change: change, plan: known, order: order, features: features)
  }

  /// A new version of the plan: what has not begun is planned anew after a change. Where the plan is stored, `actor` changes it.
  func replan(
    _ entry: TourEntry, after order: ChangeOrder, actor: String?, _ context: LageplanRequestContext
  ) async throws -> (entry: TourEntry, version: TourPlanVersion, plan: TourPlan) {
    let run = TourRun()
    try begin(run, on: application.planning) { try replanned(order, run) }
    let plan = try await plan(of: run, for: context)
    var version = Self.version(.draft, after: order, actor)
    version.figures = TourPlanFigures(plan)
    version = try await add(version, plan, to: entry)
    return (try renewed(entry.id), version, plan)
  }

  /// Begins to make a new version of the plan in the background. Throws 409 where another search is at the plan.
  func beginReplanning(
    _ entry: TourEntry, after order: ChangeOrder, actor: String?
  ) async throws -> (entry: TourEntry, version: TourPlanVersion) {
    let run = TourRun()
    try shelf.take(entry, for: run)
    do {
      let version = try await add(Self.version(.planning, after: order, actor), nil, to: entry)
      do {
        try begin(run, on: application.backgroundPlanning) {
          try replanned(order, run)
        } finishing: {
          finish(version, of: entry, $0)
        }
      } catch {
        if entry.isStored { try store.removeTourPlanVersion(version.number, of: entry.id) }
        shelf.update(entry.id) { $0.record.versions.removeAll { $0.number == version.number } }
        throw error
      }
      return (try renewed(entry.id), version)
    } catch {
      shelf.update(entry.id) { if $0.run === run { $0.run = nil } }
      throw error
    }
  }

  private static func version(_ status: TourPlanStatus, after order: ChangeOrder, _ actor: String?) -> TourPlanVersion {
    TourPlanVersion(number: 0, status: status, created: .now, actor: actor, change: order.document.json)
  }

  /// On the thread of the search.
  private func replanned(_ order: ChangeOrder, _ run: TourRun) throws -> TourPlan {
    try TourReplanner.replan(
      order.plan, order.order.request, order.change, features: order.features, time: application.configuration.townTime,
      source: order.order.source, walking: order.order.walking, searches: Self.searches, progress: run.note)
  }

  /// Adds a version after the others, and answers it with its number; `plan` is `nil` while it is being made.
  private func add(_ version: TourPlanVersion, _ plan: TourPlan?, to entry: TourEntry) async throws -> TourPlanVersion {
    guard entry.isStored else {
      guard let added = shelf.append(version, plan, to: entry.id) else { throw StoreError.unknownTourPlan(entry.id) }
      return added
    }
    var kept = version
    // What is never finished, because the server stopped, was cancelled.
    if plan == nil { kept.status = .cancelled }
    let (store, id, document) = (store, entry.id, plan.map { String(decoding: TourJson.encode($0), as: UTF8.self) })
    var added = version
    added.number = try await application.writing.run { [kept] in
      try store.addTourPlanVersion(kept, of: id, document: document).number
    }
    shelf.update(id) { [added] entry in
      entry.plans[added.number] = plan
      // Otherwise the database tells them.
      if entry.run != nil { entry.record.versions.append(added) }
    }
    return added
  }

  /// What is urgent although the request does not select it: by this change, or by those before it, whose work must not be forgotten.
  private func urgent(
    _ change: TourChange, in entry: TourEntry, upTo version: TourPlanVersion, _ order: Order, _ request: Request
  ) async throws -> [TourFeature] {
    var wanted = change.urgent.map(\.feature)
    for earlier in entry.record.versions where earlier.number <= version.number {
      guard let document = earlier.change else { continue }
      let change = try TourChange(
        parsing: try JSONValue(parsing: document, limits: .trusted), time: application.configuration.townTime)
      wanted += change.urgent.map(\.feature)
    }
    let selected = Set(order.work.features.map(\.reference))
    var seen: Set<FeatureReference> = []
    wanted = wanted.filter { !selected.contains($0) && seen.insert($0).inserted }
    guard !wanted.isEmpty else { return [] }
    var asked = order.request
    asked.collections = Array(Set(wanted.map(\.collection))).sorted()
    asked.selection = .ids(wanted)
    (asked.filter, asked.due, asked.register) = (nil, nil, nil)
    do {
      return try await self.order(asked, for: request).work.features
    } catch let error as TourRequestError {
      // The client knows nothing of the request that was made of its change.
      throw TourRequestError(
        error.faults.map { fault in
          var fault = fault
          fault.path = fault.path.replacing("$.ids", with: "$.urgent").replacing("$.collections", with: "$.urgent")
          return fault
        })
    }
  }
}
