import LageplanFeatures
import LageplanGeometry

/// A plan and what has happened to it: how far each tour has come, and which work goes where.
struct ChangedPlan {
  /// Where a person wants a stop: in which shift, and where in its tour.
  struct Wanted {
    var inspector: String
    var day: CalendarDate
    /// Of the shift.
    var begin: Instant
    /// Among the stops of the tour, from 1; `nil`: anywhere.
    var position: Int?
  }

  let plan: TourPlan
  let change: TourChange
  /// What can be visited now.
  let features: [TourFeature]
  /// In the order of the plan's routes.
  let tours: [RunningTour]
  /// By the first feature of the stop; every feature of it moves along.
  let wanted: [FeatureReference: Wanted]
  /// By this change or one before it, with the latest terms of each feature.
  let urgent: [TourChange.Urgent]
  /// By this change or one before it.
  let absent: AbsentInspectors
  /// Visited, or being visited, or somebody is on the way.
  let begun: Set<FeatureReference>
  let cancelled: Set<FeatureReference>
  let locked: Set<FeatureReference>

  /// Throws ``TourRequestError`` with everything that the plan and the work show to be wrong with the change.
  init(_ plan: TourPlan, _ request: TourRequest, _ change: TourChange, features: [TourFeature]) throws(TourRequestError) {
    self.plan = plan
    var change = change
    // What has once begun stays so, unless the change tells another time.
    change.at = change.at ?? plan.at
    self.change = change
    self.features = features
    let check = TourChangeCheck(plan, request, change, features: Set(features.map(\.reference)))
    var faults = TourDataFaults()
    check.find(&faults)
    wanted = check.wanted
    absent = check.absent
    urgent = plan.urgent(after: change)
    let detour = if case .geodesic(let factor, _) = plan.travel { factor } else { 1.0 }
    let released = Set(change.cancelled).union(wanted.keys)
    let delays = check.delays
    let divisions = Self.divisions(of: plan, at: change.at, isOver: check.isOver)
    tours = plan.routes.enumerated().map { index, route in
      RunningTour(
        route,
        RunningTour.Change(
          at: divisions[index], delay: delays[index] ?? 0, isAbsent: check.isAbsent(route),
          isOver: check.isOver[index], released: released, done: Set(change.done)),
        crowFliesTimes: detour)
    }
    let begun = Set(tours.flatMap(\.kept).flatMap(\.features))
    self.begun = begun
    check.find(begun: begun, &faults)
    try faults.throwIfAny()
    let restored = Set(change.urgent.map(\.feature)).union(wanted.keys)
    let cancelledBefore = plan.unassigned.filter { $0.reason == .cancelled && !restored.contains($0.feature) }.map(\.feature)
    cancelled = Set(change.cancelled).union(cancelledBefore)
    let open = tours.flatMap(\.open)
    // Whoever names one feature of a stop means the stop.
    func whole(_ named: [FeatureReference]) -> [FeatureReference] {
      let named = Set(named)
      return open.filter { !named.isDisjoint(with: $0.features) }.flatMap(\.features)
    }
    locked = Set(open.filter(\.isFixed).flatMap(\.features)).union(whole(change.locks)).subtracting(whole(change.unlocks))
  }

  /// Up to when what has begun of each tour stays: the time of the change, but not before what was done together with somebody whose tour is over.
  private static func divisions(of plan: TourPlan, at: Instant?, isOver: [Bool]) -> [Instant?] {
    var divisions = Array(repeating: at, count: plan.routes.count)
    var next = isOver.indices.filter { isOver[$0] }
    guard !next.isEmpty else { return divisions }
    var together: [FeatureReference: [(tour: Int, arrival: Instant)]] = [:]
    for (tour, route) in plan.routes.enumerated() {
      for stop in route.stops where !stop.companions.isEmpty {
        for feature in stop.features { together[feature, default: []].append((tour, stop.arrival)) }
      }
    }
    while let tour = next.popLast() {
      for stop in plan.routes[tour].stops where !stop.companions.isEmpty {
        let hasBegun = isOver[tour] || divisions[tour].map { $0 > stop.arrival } ?? false
        for other in hasBegun ? stop.features.flatMap({ together[$0] ?? [] }) : [] where !isOver[other.tour] {
          let begun = other.arrival.later(by: 1)
          guard divisions[other.tour].map({ $0 < begun }) ?? true else { continue }
          divisions[other.tour] = begun
          next.append(other.tour)
        }
      }
    }
    return divisions
  }

  /// Nobody knows the ways on the streets.
  var isCrowFlying: Bool { if case .geodesic = plan.travel { true } else { false } }

  /// Left out because a person says so, or because it is no work any more.
  func leftOut(known: Set<FeatureReference>) -> [TourPlan.Unassigned] {
    var told: Set<FeatureReference> = []
    var entries: [TourPlan.Unassigned] = []
    func add(_ visit: TourPlan.Visit, _ place: Coordinate?, _ message: TourText) {
      guard !begun.contains(visit.feature), told.insert(visit.feature).inserted else { return }
      entries.append(TourPlan.Unassigned(visit: visit, location: place, reason: .cancelled, message: message))
    }
    for stop in tours.flatMap(\.open) {
      for visit in stop.visits {
        if cancelled.contains(visit.feature) {
          add(visit, stop.location, .cancelled)
        } else if !known.contains(visit.feature) {
          add(visit, stop.location, .noLongerAsked)
        }
      }
    }
    for entry in plan.unassigned where cancelled.contains(entry.feature) {
      add(entry.visit, entry.location, entry.reason == .cancelled ? entry.message : .cancelled)
    }
    return entries
  }
}

extension TourText {
  static let cancelled = TourText(english: "taken out of the plan by hand", german: "von Hand aus dem Plan genommen")

  static let noLongerAsked = TourText(
    english: "no longer among the work that the request asks for",
    german: "gehört nicht mehr zu der Arbeit, nach der die Anfrage fragt")
}
