import LageplanFeatures
import LageplanGeometry
import LageplanTours

extension TourModel {
  /// The plan that a solution of ``problem`` is: stops, times, ways and reasons.
  ///
  /// Throws `violation` when the independent checker objects to the solution, `noTravelTimes` when the ways cannot be drawn.
  func plan(of solution: TourSolution) throws(PlanError) -> TourPlan {
    let violations = TourChecker.violations(of: solution, in: problem)
    guard violations.isEmpty else { throw .violation(violations.map { "\($0)" }) }
    var plan = TourPlan(day: request.day, routes: [], unassigned: unplaced, travel: source.travel, time: time)
    for inspector in request.inspectors { plan.names[inspector.id] = inspector.name }
    let shiftsOfStop = shiftsOfStops(solution)
    for shift in calendar.shifts.indices {
      let table = TourTimetable(of: solution.routes[shift], shift: shift, in: problem)
      plan.routes.append(try route(ofShift: shift, table, shiftsOfStop))
    }
    plan.unassigned += try ObstacleWords(self, solution).unassigned()
    try assertEachFeatureOnce(plan)
    return plan
  }

  private func shiftsOfStops(_ solution: TourSolution) -> [[Int]] {
    var shifts = Array(repeating: [Int](), count: stops.count)
    for (shift, route) in solution.routes.enumerated() { for job in route.jobs { shifts[stopOfJob[job]].append(shift) } }
    return shifts
  }

  private func route(ofShift shift: Int, _ table: TourTimetable, _ shiftsOfStop: [[Int]]) throws(PlanError) -> TourPlan.Route {
    let (inspector, planned) = (inspector(ofShift: shift), calendar.shifts[shift])
    let reasons = StopReasons(self, shift: shift, table)
    let fixed = problem.shifts[shift].fixed.count
    let stops = table.visits.enumerated().map { index, visit in
      let work = stop(ofJob: visit.job)
      let companions = shiftsOfStop[stopOfJob[visit.job]].filter { $0 != shift }.map { self.inspector(ofShift: $0) }
      return TourPlan.Stop(
        visits: work.visits(forType: inspector.type), location: work.location, arrival: calendar.instant(visit.arrival),
        begin: calendar.instant(visit.begin), departure: calendar.instant(visit.departure),
        walk: work.walk?.legs.map { TourPlan.Leg(metres: $0.metres, seconds: $0.seconds, line: $0.line) } ?? [],
        companions: companions.map(\.id), isFixed: index < fixed,
        reason: reasons.reason(forStop: index, companions: companions.map(\.title)))
    }
    var route = TourPlan.Route(
      inspector: inspector.id, day: planned.day, start: startOfShift[shift] ?? inspector.start, end: inspector.end,
      departure: stops.isEmpty ? planned.begin : calendar.instant(table.departure),
      arrival: stops.isEmpty ? planned.begin : calendar.instant(table.arrival), stops: stops,
      breaks: table.breaks.map {
        TourPlan.Pause(afterStops: $0.afterVisits, begin: calendar.instant($0.begin), end: calendar.instant($0.end))
      }, metres: Int(table.metres.value), seconds: table.travelSeconds.value)
    do {
      route.legs = try legs(of: table, shift: shift, along: route)
    } catch {
      throw .noTravelTimes(error)
    }
    return route
  }

  /// The ways of a tour with their figures in the table; none where nobody is on the way, or where its line is not known.
  private func legs(
    of table: TourTimetable, shift: Int, along route: TourPlan.Route
  ) throws(TravelFailure) -> [TourPlan.Leg] {
    guard !table.visits.isEmpty,
      let lines = try source.lines(through: [route.start] + route.stops.map(\.location) + [route.end])
    else { return [] }
    let limits = problem.shifts[shift]
    let places = [limits.start] + table.visits.map { problem.jobs[$0.job].location } + [limits.end]
    guard lines.count == places.count - 1 else {
      throw TravelFailure("\(source.travel.source) drew \(lines.count) legs between \(places.count) places")
    }
    return lines.indices.map { leg in
      let (from, to) = (places[leg], places[leg + 1])
      return TourPlan.Leg(
        metres: Int(problem.travel.metres(from: from, to: to).value), seconds: problem.travel.seconds(from: from, to: to).value,
        line: lines[leg])
    }
  }

  /// Every feature is in as many stops as it needs people, or unassigned once.
  private func assertEachFeatureOnce(_ plan: TourPlan) throws(PlanError) {
    var count: [FeatureReference: Int] = [:]
    for stop in stops { for visit in stop.visits { count[visit.feature, default: 0] -= stop.conditions.people } }
    for entry in unplaced { count[entry.feature, default: 0] -= 1 }
    let needed = Dictionary(stops.flatMap { stop in stop.visits.map { ($0.feature, stop.conditions.people) } }) { $0 + $1 }
    for route in plan.routes { for stop in route.stops { for feature in stop.features { count[feature, default: 0] += 1 } } }
    for entry in plan.unassigned { count[entry.feature, default: 0] += needed[entry.feature] ?? 1 }
    let wrong = count.filter { $0.value != 0 }.map { "\($0.key) appears \($0.value) times too often" }.sorted()
    guard wrong.isEmpty else { throw .violation(wrong) }
  }
}

extension TourStopWork {
  /// As an inspector of this type makes them.
  fileprivate func visits(forType type: String?) -> [TourPlan.Visit] {
    guard let type else { return visits }
    return zip(visits, serviceByType).map { visit, byType in
      var visit = visit
      visit.service = byType[type] ?? visit.service
      return visit
    }
  }
}
