import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// Joins what stays of a plan with what has been planned anew.
struct ResumedPlan {
  private let changed: ChangedPlan
  private let resumed: ResumedModel
  private let source: any TravelSource
  private let known: Set<FeatureReference>

  init(_ changed: ChangedPlan, _ resumed: ResumedModel, _ source: any TravelSource) {
    self.changed = changed
    self.resumed = resumed
    self.source = source
    known = Set(changed.features.map(\.reference))
  }

  func plan(of solution: TourSolution) throws(PlanError) -> TourPlan {
    var plan = try resumed.model.plan(of: solution)
    plan.day = changed.plan.day
    plan.at = changed.change.at
    (plan.urgent, plan.absent) = (changed.urgent, changed.absent.absences)
    // Whoever is absent by now may still have been somewhere.
    plan.names.merge(changed.plan.names) { now, _ in now }
    for route in plan.routes.indices {
      for stop in plan.routes[route].stops.indices where isHeld(plan.routes[route].stops[stop]) {
        plan.routes[route].stops[stop].isFixed = true
      }
    }
    var gone: [TourPlan.Route] = []
    do {
      for (tour, shift) in resumed.shiftOfTour.enumerated() {
        if let shift {
          plan.routes[shift] = try joined(tour, plan.routes[shift])
        } else if changed.tours[tour].isOver {
          gone.append(changed.tours[tour].asPlanned)
        } else if changed.tours[tour].resumption != nil {
          gone.append(try joined(tour, nil))
        }
      }
    } catch {
      throw .noTravelTimes(error)
    }
    for route in gone {
      plan.routes.insert(route, at: plan.routes.firstIndex { $0.day > route.day } ?? plan.routes.count)
    }
    plan.unassigned += changed.leftOut(known: known)
    nameCompanions(&plan)
    return plan
  }

  private func isHeld(_ stop: TourPlan.Stop) -> Bool {
    stop.features.contains { changed.locked.contains($0) || changed.wanted[$0] != nil }
  }

  /// Who is at the same place for the same work.
  private func nameCompanions(_ plan: inout TourPlan) {
    var people: [FeatureReference: [String]] = [:]
    for route in plan.routes {
      for feature in Set(route.stops.flatMap(\.features)) { people[feature, default: []].append(route.inspector) }
    }
    for route in plan.routes.indices {
      for stop in plan.routes[route].stops.indices {
        guard let feature = plan.routes[route].stops[stop].visits.first?.feature, let all = people[feature] else { continue }
        plan.routes[route].stops[stop].companions = all.filter { $0 != plan.routes[route].inspector }
      }
    }
  }

  // MARK: - Tours

  /// What stays of a tour, and what comes after it; `nil`: the inspector goes home.
  private func joined(_ number: Int, _ rest: TourPlan.Route?) throws(TravelFailure) -> TourPlan.Route {
    let (tour, kept) = (changed.tours[number], resumed.keptLegs[number])
    guard let resumption = tour.resumption else { return rest ?? tour.route }
    var route = tour.route
    let stops = rest?.stops ?? []
    if stops.isEmpty, tour.kept.count == route.stops.count, tour.isInTurn { return tour.asPlanned }
    route.stops = tour.kept + stops
    route.breaks = tour.keptBreaks
    var legs: [TourPlan.Leg]
    if let rest, !stops.isEmpty {
      route.arrival = rest.arrival
      route.breaks += rest.breaks.map {
        TourPlan.Pause(afterStops: $0.afterStops + tour.kept.count, begin: $0.begin, end: $0.end)
      }
      (route.metres, route.seconds) = (rest.metres, rest.seconds)
      legs = rest.legs
    } else {
      let home = try source.legs(through: [resumption.place, route.end])[0]
      route.arrival = resumption.ready.later(by: Seconds(home.seconds))
      (route.metres, route.seconds) = (home.metres, home.seconds)
      legs = [home]
    }
    let done = kept + [resumption.driven].compactMap { $0 }
    route.metres += done.reduce(0) { $0 + $1.metres }
    route.seconds += done.reduce(0) { $0 + $1.seconds }
    if let driven = resumption.driven, !legs.isEmpty { legs[0] = driven.followed(by: legs[0]) }
    // Lines are told of the whole tour or not at all.
    let isDrawn = (kept + legs).allSatisfy { !$0.line.isEmpty } && !legs.isEmpty && !changed.isCrowFlying
    route.legs = isDrawn ? kept + legs : []
    return route
  }
}
