import LageplanFeatures
import LageplanGeometry

/// Finds what a plan shows to be wrong with a change, and what the change leaves open to the plan: days and tours that it does not name.
struct TourChangeCheck {
  private let plan: TourPlan
  private let change: TourChange
  /// What can be visited at all.
  private let features: Set<FeatureReference>
  private let inspectors: [String]
  private let calendar: ShiftCalendar
  private let request: TourRequest
  /// Per feature of the plan the tour that visits it first.
  private var tourOf: [FeatureReference: Int] = [:]
  private var stopOf: [FeatureReference: TourPlan.Stop] = [:]
  private let unassigned: Set<FeatureReference>

  init(_ plan: TourPlan, _ request: TourRequest, _ change: TourChange, features: Set<FeatureReference>) {
    self.plan = plan
    self.change = change
    self.request = request
    self.features = features
    calendar = ShiftCalendar(request, plan.time)
    unassigned = Set(plan.unassigned.map(\.feature))
    var inspectors: [String] = []
    for id in request.inspectors.map(\.id) + plan.routes.map(\.inspector) where !inspectors.contains(id) { inspectors.append(id) }
    self.inspectors = inspectors
    for (tour, route) in plan.routes.enumerated() {
      for stop in route.stops {
        for feature in stop.features where tourOf[feature] == nil {
          tourOf[feature] = tour
          stopOf[feature] = stop
        }
      }
    }
  }

  // MARK: - What the change leaves open

  func isAbsent(_ route: TourPlan.Route) -> Bool { isAbsent(route.inspector, on: route.day) }

  func isAbsent(_ inspector: String, on day: CalendarDate) -> Bool {
    change.absent.contains { $0.inspector == inspector && ($0.day ?? day) == day }
  }

  /// The tour that a delay is about: on its day, or the one that is not over yet.
  func tour(delayedBy delay: TourChange.Delay) -> Int? {
    plan.routes.indices.first { index in
      let route = plan.routes[index]
      guard route.inspector == delay.inspector, (delay.day ?? route.day) == route.day else { return false }
      return delay.day != nil || change.at.map { route.arrival > $0 } ?? true
    }
  }

  /// Where each stop goes that a person moves, by every feature of it.
  var wanted: [FeatureReference: ChangedPlan.Wanted] {
    var wanted: [FeatureReference: ChangedPlan.Wanted] = [:]
    for move in change.moves {
      guard let day = day(of: move) else { continue }
      let place = ChangedPlan.Wanted(inspector: move.inspector, day: day, position: move.position)
      for feature in stopOf[move.feature]?.features ?? [move.feature] { wanted[feature] = place }
    }
    return wanted
  }

  /// On which the inspector has a shift: as the move says, or as the stop was planned, or the first to come.
  private func day(of move: TourChange.Move) -> CalendarDate? {
    let shifts = calendar.shifts.filter { shift in
      request.inspectors[shift.inspector].id == move.inspector && (change.at.map { shift.end > $0 } ?? true)
        && !isAbsent(move.inspector, on: shift.day)
    }
    if let day = move.day { return shifts.contains { $0.day == day } ? day : nil }
    let planned = tourOf[move.feature].map { plan.routes[$0].day }
    return shifts.first { $0.day == planned }?.day ?? shifts.first?.day
  }

  // MARK: - Faults

  /// Of names that nobody knows, and of what cannot be.
  func faults() -> [TourRequestFault] {
    var faults: [TourRequestFault] = []
    func note(_ code: String, _ path: String, _ value: String, _ remedy: String) {
      faults.append(TourRequestFault(code: code, path: path, value: value, remedy: remedy))
    }
    func known(_ list: String, _ features: [FeatureReference], suffix: String = "") {
      for (index, feature) in features.enumerated() where tourOf[feature] == nil && !unassigned.contains(feature) {
        note("unknownFeature", "$.\(list)[\(index)]\(suffix)", feature.description, "name a feature of the plan")
      }
    }
    func planned(_ list: String, _ features: [FeatureReference]) {
      known(list, features)
      for (index, feature) in features.enumerated() where tourOf[feature] == nil && unassigned.contains(feature) {
        note("conflict", "$.\(list)[\(index)]", feature.description, "it is in no tour; move it to one")
      }
    }
    func here(_ inspector: String, _ path: String) {
      guard !inspectors.contains(inspector) else { return }
      note("unknownInspector", path, inspector, "name one of \(inspectors.joined(separator: ", "))")
    }
    known("cancelled", change.cancelled)
    known("done", change.done)
    planned("locks", change.locks)
    planned("unlocks", change.unlocks)
    known("moves", change.moves.map(\.feature), suffix: ".feature")
    for (index, urgent) in change.urgent.enumerated() where !features.contains(urgent.feature) {
      note("unknownFeature", "$.urgent[\(index)]", urgent.feature.description, "name a feature that the collections have")
    }
    for (index, delay) in change.delays.enumerated() {
      here(delay.inspector, "$.delays[\(index)].inspector")
      if inspectors.contains(delay.inspector), tour(delayedBy: delay) == nil {
        note("conflict", "$.delays[\(index)]", delay.inspector, "name a day on which the inspector has a tour that is not over")
      }
    }
    for (index, absence) in change.absent.enumerated() { here(absence.inspector, "$.absent[\(index)].inspector") }
    for (index, move) in change.moves.enumerated() {
      here(move.inspector, "$.moves[\(index)].inspector")
      if inspectors.contains(move.inspector), day(of: move) == nil {
        note("conflict", "$.moves[\(index)]", move.inspector, "name a day on which the inspector has a shift that is not over")
      }
    }
    return faults
  }

  /// Of what is wanted otherwise though it has begun.
  func faults(begun: Set<FeatureReference>) -> [TourRequestFault] {
    let lists = [("cancelled", change.cancelled, ""), ("moves", change.moves.map(\.feature), ".feature")]
    return lists.flatMap { list, features, suffix in
      features.enumerated().filter { begun.contains($0.element) }.map { index, feature in
        TourRequestFault(
          code: "conflict", path: "$.\(list)[\(index)]\(suffix)", value: feature.description,
          remedy: "somebody is there or has been there; name it in done, or leave it as it is")
      }
    }
  }
}
