import LageplanFeatures
import LageplanGeometry

/// Finds what a plan shows to be wrong with a change, and what the change leaves open to the plan: days and tours that it does not name.
struct TourChangeCheck {
  private let plan: TourPlan
  private let change: TourChange
  /// What can be visited at all.
  private let features: Set<FeatureReference>
  private let inspectors: [String]
  /// Per feature of the plan the tours that visit it.
  private var visitsOf: [FeatureReference: [Int]] = [:]
  private var stopOf: [FeatureReference: TourPlan.Stop] = [:]
  private let unassigned: Set<FeatureReference>
  /// Per inspector the tours, in the order of the plan.
  private let toursOf: [String: [Int]]
  /// Per inspector the shifts that are not over, in their order: thousands of moves may look here.
  private var shiftsOf: [String: [PlannedShift]] = [:]
  /// When the shift of each tour begins.
  private var beginOfTour: [Int: Instant] = [:]
  /// By this change or one before it.
  let absent: AbsentInspectors
  /// By a change before it.
  private let absentBefore: AbsentInspectors
  /// Of each tour of the plan, whether an earlier change has ended it: nothing of it changes any more.
  let isOver: [Bool]
  private let ends: InspectorDayEnds
  /// First to last, of the plan.
  private let days: ClosedRange<CalendarDate>
  /// No tour goes on later than this.
  private let latest: Instant

  /// So long after its last day a plan can still be changed.
  private static let mostDaysAfter = 366

  init(_ plan: TourPlan, _ request: TourRequest, _ change: TourChange, features: Set<FeatureReference>) {
    self.plan = plan
    self.change = change
    self.features = features
    unassigned = Set(plan.unassigned.map(\.feature))
    let days = request.day...max(request.day, request.lastDay)
    self.days = days
    toursOf = Dictionary(grouping: plan.routes.indices) { plan.routes[$0].inspector }
    latest = plan.time.instant(on: request.lastDay.adding(days: Self.mostDaysAfter), at: 0)
    var seen: Set<String> = []
    inspectors = (request.inspectors.map(\.id) + plan.routes.map(\.inspector)).filter { seen.insert($0).inserted }
    for (tour, route) in plan.routes.enumerated() {
      for stop in route.stops {
        for feature in stop.features {
          visitsOf[feature, default: []].append(tour)
          if stopOf[feature] == nil { stopOf[feature] = stop }
        }
      }
    }
    let calendar = ShiftCalendar(request, plan.time)
    let staff = Set(inspectors)
    absentBefore = AbsentInspectors(
      // A plan that was read from a file may name anybody.
      plan.absent.filter { staff.contains($0.inspector) && ($0.day.map(days.contains) ?? true) })
    let ends = InspectorDayEnds(calendar, plan)
    self.ends = ends
    func coming(_ absences: [TourChange.Absence]) -> AbsentInspectors {
      AbsentInspectors(absences).limited(to: request.calendar) { !ends.isOver($0, on: $1, at: change.at) }
    }
    let now = coming(change.absent)
    let stillAbsent = absentBefore.without(coming(change.present), of: request.calendar)
    absent = AbsentInspectors(stillAbsent.absences + now.absences)
    // Whoever says again when somebody went home has a better time.
    isOver = plan.routes.map { route in
      stillAbsent.contains(route.inspector, on: route.day)
        && (change.at == nil || !now.contains(route.inspector, on: route.day))
    }
    for (tour, shift) in calendar.shifts(of: plan.routes).enumerated() {
      beginOfTour[tour] = shift.map { calendar.shifts[$0].begin }
    }
    for shift in calendar.shifts {
      let inspector = request.inspectors[shift.inspector].id
      guard change.at.map({ shift.end > $0 }) ?? true, !absent.contains(inspector, on: shift.day) else { continue }
      shiftsOf[inspector, default: []].append(shift)
    }
  }

  // MARK: - What the change leaves open

  func isAbsent(_ route: TourPlan.Route) -> Bool { absent.contains(route.inspector, on: route.day) }

  /// By how much each tour is late that is.
  var delays: [Int: Seconds] {
    change.delays.reduce(into: [:]) { delays, delay in
      if let tour = tour(delayedBy: delay) { delays[tour] = Seconds((delays[tour]?.value ?? 0) + delay.time.value) }
    }
  }

  /// The tour that a delay is about: on its day, or the one that is not over yet.
  private func tour(delayedBy delay: TourChange.Delay) -> Int? {
    toursOf[delay.inspector]?.first { index in
      let route = plan.routes[index]
      guard (delay.day ?? route.day) == route.day, !isOver[index] else { return false }
      return delay.day != nil || change.at.map { route.arrival > $0 } ?? true
    }
  }

  /// Where each stop goes that a person moves, by every feature of it.
  var wanted: [FeatureReference: ChangedPlan.Wanted] {
    var wanted: [FeatureReference: ChangedPlan.Wanted] = [:]
    for move in change.moves {
      guard let shift = shift(of: move) else { continue }
      let place = ChangedPlan.Wanted(inspector: move.inspector, day: shift.day, begin: shift.begin, position: move.position)
      for feature in stopOf[move.feature]?.features ?? [move.feature] { wanted[feature] = place }
    }
    return wanted
  }

  /// On the day of the move, else on the day on which the stop is planned: the very shift that it is planned in, else the first that is not over. Where that day has
  /// none and the move names no day, the first of all.
  private func shift(of move: TourChange.Move) -> PlannedShift? {
    let shifts = shiftsOf[move.inspector] ?? []
    let tours = visitsOf[move.feature] ?? []
    let day = move.day ?? tours.first.map { plan.routes[$0].day }
    let planned = tours.filter { plan.routes[$0].inspector == move.inspector }.compactMap { beginOfTour[$0] }
    let ofDay = shifts.filter { $0.day == day }
    return ofDay.first { planned.contains($0.begin) } ?? ofDay.first ?? (move.day == nil ? shifts.first : nil)
  }

  // MARK: - Faults

  /// Of names that nobody knows, and of what cannot be.
  func find(_ faults: inout TourDataFaults) {
    func known(_ list: String, _ features: [FeatureReference], suffix: String = "") {
      for (index, feature) in features.enumerated() where visitsOf[feature] == nil && !unassigned.contains(feature) {
        faults.note("unknownFeature", "$.\(list)[\(index)]\(suffix)", feature.description, "name a feature of the plan")
      }
    }
    func planned(_ list: String, _ features: [FeatureReference]) {
      known(list, features)
      for (index, feature) in features.enumerated() where visitsOf[feature] == nil && unassigned.contains(feature) {
        faults.note("conflict", "$.\(list)[\(index)]", feature.description, "it is in no tour; move it to one")
      }
    }
    let staff = Set(inspectors)
    let someone = "name one of \(inspectors.prefix(20).map { plan.named($0) }.joined(separator: ", "))"
    func isHere(_ inspector: String, _ path: String) -> Bool {
      if staff.contains(inspector) { return true }
      faults.note("unknownInspector", path, inspector, someone)
      return false
    }
    if let at = change.at, at > latest {
      faults.note("outOfRange", "$.at", at.iso, "the plan is over; name a time before \(latest.iso)")
    }
    known("cancelled", change.cancelled)
    known("done", change.done)
    planned("locks", change.locks)
    planned("unlocks", change.unlocks)
    known("moves", change.moves.map(\.feature), suffix: ".feature")
    for (index, urgent) in change.urgent.enumerated() where !features.contains(urgent.feature) {
      faults.note("unknownFeature", "$.urgent[\(index)]", urgent.feature.description, "name a feature that the collections have")
    }
    let delays = delays
    for (index, delay) in change.delays.enumerated() where isHere(delay.inspector, "$.delays[\(index)].inspector") {
      guard let tour = tour(delayedBy: delay) else {
        faults.note(
          "conflict", "$.delays[\(index)]", delay.inspector, "name a day on which the inspector has a tour that is not over")
        continue
      }
      guard let whole = delays[tour], plan.routes[tour].arrival.later(by: whole) > latest else { continue }
      faults.note(
        "outOfRange", "$.delays[\(index)].minutes", "\(delay.time.value / 60)",
        "all delays of the tour together are \(whole.value / 60) minutes: it would end after \(latest.iso); name fewer")
    }
    for (list, absences) in [("absent", change.absent), ("present", change.present)] {
      for (index, absence) in absences.enumerated() where isHere(absence.inspector, "$.\(list)[\(index)].inspector") {
        if let day = absence.day, !days.contains(day) {
          faults.note(
            "outOfRange", "$.\(list)[\(index)].day", day.iso,
            "name a day of the plan: from \(days.lowerBound.iso) to \(days.upperBound.iso)")
        } else if list == "absent", let day = absence.day, ends.isOver(absence.inspector, on: day, at: change.at) {
          faults.note(
            "conflict", "$.absent[\(index)].day", day.iso,
            "this inspector's day is over by then; name a later day, or an earlier at")
        } else if list == "present", !absentBefore.overlaps(absence) {
          faults.note(
            "conflict", "$.present[\(index)]", absence.inspector,
            "no change has called this inspector absent then; leave it out")
        }
      }
    }
    for (index, move) in change.moves.enumerated() where isHere(move.inspector, "$.moves[\(index)].inspector") {
      guard shift(of: move) == nil else { continue }
      let isAbsent = absent.overlaps(TourChange.Absence(inspector: move.inspector))
      faults.note(
        "conflict", "$.moves[\(index)]", move.inspector,
        "name a day on which the inspector has a shift that is not over\(isAbsent ? " and is not absent" : "")")
    }
  }

  /// Of what is wanted otherwise though it has begun.
  func find(begun: Set<FeatureReference>, _ faults: inout TourDataFaults) {
    let lists = [("cancelled", change.cancelled, ""), ("moves", change.moves.map(\.feature), ".feature")]
    for (list, features, suffix) in lists {
      for (index, feature) in features.enumerated() where begun.contains(feature) {
        faults.note(
          "conflict", "$.\(list)[\(index)]\(suffix)", feature.description,
          "somebody is there or has been there; name it in done, or leave it as it is")
      }
    }
  }
}
