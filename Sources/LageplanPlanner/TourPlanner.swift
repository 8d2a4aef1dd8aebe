public import LageplanFeatures
import LageplanGeometry
public import LageplanTours

/// From features to jobs to a tour problem, and from its solution to stops, times and reasons. Pure: same input, same rounds, same plan.
public enum TourPlanner {
  /// Plans tours over these features.
  ///
  /// The day and the shifts of the request are on the clock of `time`, travel times come from `source`. Throws ``PlanError``: `noTravelTimes`
  /// when the source gives none; `violation` when the independent checker objects to the result or the problem cannot be put, which are
  /// defects of the program, of which a caller tells no more than that they happened. Without a budget the rounds follow from the number of stops.
  public static func plan(
    _ request: TourRequest, features: [TourFeature], time: TownTime, source: any TravelSource,
    budget: SolverBudget? = nil
  ) throws(PlanError) -> TourPlan {
    let work = JobBuilder(features, request: request)
    let clock = ShiftClock(request, time)
    let matrix: TravelMatrix
    do {
      matrix = try source.matrix(of: Self.places(request, work.stops))
    } catch {
      throw .noTravelTimes(error)
    }
    let problem: TourProblem
    do {
      problem = try Self.problem(request, work.stops, clock, matrix.table)
    } catch {
      throw .violation(["the problem cannot be put: \(error)"])
    }
    let solution = TourSolver.solve(problem, seed: request.seed, budget: budget ?? .standard(jobs: problem.jobs.count))
    let violations = TourChecker.violations(of: solution, in: problem)
    guard violations.isEmpty else { throw .violation(violations.map { "\($0)" }) }

    var plan = TourPlan(day: request.day, routes: [], unassigned: work.unassigned, travel: source.travel, time: time)
    for (index, inspector) in request.inspectors.enumerated() {
      var route = route(
        of: inspector, on: request.day, TourTimetable(of: solution.routes[index], shift: index, in: problem), work.stops, clock)
      do {
        route.legs = try legs(of: solution.routes[index], shift: index, in: problem, along: route, source)
      } catch {
        throw .noTravelTimes(error)
      }
      plan.routes.append(route)
    }
    let explanation = TourExplanation(of: solution, in: problem)
    for job in solution.unassigned {
      let (reason, message) = try words(
        explanation.reason(for: job), for: work.stops[job], request,
        TravelReasons(job, work.stops.count, matrix, source.travel, request))
      for visit in work.stops[job].visits {
        plan.unassigned.append(
          TourPlan.Unassigned(visit: visit, location: work.stops[job].location, reason: reason, message: message))
      }
    }
    try assertEachFeatureOnce(plan, features)
    return plan
  }

  /// Locations of the table: the stops, then start and end of each inspector.
  private static func places(_ request: TourRequest, _ stops: [TourStopWork]) -> [Coordinate] {
    stops.map(\.location) + request.inspectors.flatMap { [$0.start, $0.end] }
  }

  private static func problem(
    _ request: TourRequest, _ stops: [TourStopWork], _ clock: ShiftClock, _ travel: TravelTable
  ) throws(TourProblemError) -> TourProblem {
    let names = Array(Set(request.requires.values.joined())).sorted()
    func skills(_ held: some Sequence<String>) -> SkillSet {
      let held = Set(held)
      return SkillSet(rawValue: names.enumerated().reduce(0) { held.contains($1.element) ? $0 | 1 << $1.offset : $0 })
    }
    let jobs = stops.enumerated().map { index, stop in
      TourJob(location: index, service: stop.service, skills: skills(stop.qualifications), prize: stop.visits.count)
    }
    let shifts = request.inspectors.enumerated().map { index, inspector in
      TourShift(
        start: stops.count + 2 * index, end: stops.count + 2 * index + 1, span: clock.span(of: inspector),
        skills: skills(inspector.qualifications))
    }
    return try TourProblem(jobs: jobs, shifts: shifts, travel: travel)
  }

  private static func route(
    of inspector: TourRequest.Inspector, on day: CalendarDate, _ table: TourTimetable, _ stops: [TourStopWork],
    _ clock: ShiftClock
  ) -> TourPlan.Route {
    TourPlan.Route(
      inspector: inspector.id, day: day, start: inspector.start, end: inspector.end, departure: clock.instant(table.departure),
      arrival: clock.instant(table.arrival),
      stops: table.visits.map { visit in
        TourPlan.Stop(
          visits: stops[visit.job].visits, location: stops[visit.job].location, arrival: clock.instant(visit.arrival),
          begin: clock.instant(visit.begin), departure: clock.instant(visit.departure))
      }, metres: Int(table.metres.value), seconds: table.travelSeconds.value)
  }

  /// The ways of a tour with their figures in the table; none where nobody is on the way, or where its line is not known.
  private static func legs(
    of tour: TourRoute, shift: Int, in problem: TourProblem, along route: TourPlan.Route, _ source: any TravelSource
  ) throws(TravelFailure) -> [TourPlan.Leg] {
    guard !tour.jobs.isEmpty, let lines = try source.lines(through: [route.start] + route.stops.map(\.location) + [route.end])
    else { return [] }
    let locations = [problem.shifts[shift].start] + tour.jobs.map { problem.jobs[$0].location } + [problem.shifts[shift].end]
    guard lines.count == locations.count - 1 else {
      throw TravelFailure("\(source.travel.source) drew \(lines.count) legs between \(locations.count) places")
    }
    return lines.indices.map { leg in
      TourPlan.Leg(
        metres: Int(problem.travel.metres(from: locations[leg], to: locations[leg + 1]).value),
        seconds: problem.travel.seconds(from: locations[leg], to: locations[leg + 1]).value, line: lines[leg])
    }
  }

  /// The reason and a sentence with its figures; minutes are rounded up.
  private static func words(
    _ reason: UnassignedReason, for stop: TourStopWork, _ request: TourRequest, _ travel: TravelReasons
  ) throws(PlanError) -> (TourPlan.Reason, TourText) {
    func minutes(_ span: Seconds) -> TourText {
      let count = (span.value + 59) / 60
      return TourText(
        english: count == 1 ? "1 more minute" : "\(count) more minutes", german: count == 1 ? "1 Minute" : "\(count) Minuten")
    }
    let duration = (stop.service.value + 59) / 60
    let isShared = stop.visits.count > 1
    let visit = TourText(
      english: "the visit of \(duration) min\(isShared ? " (one stop with \(stop.visits.count) features)" : "")",
      german: "der Besuch von \(duration) min\(isShared ? " (ein Halt für \(stop.visits.count) Objekte)" : "")")
    switch reason {
    case .noQualifiedInspector:
      let needed = stop.qualifications.sorted().joined(separator: ", ")
      return (
        .noQualifiedInspector,
        TourText(english: "no inspector holds all of: \(needed)", german: "niemand hat alle diese Sachkunden: \(needed)")
      )
    case .notReachable:
      return travel.notReachable
    case .shiftTooShort(let shift, let missing):
      let (who, lack) = (request.inspectors[shift].id, minutes(missing))
      return (
        .shiftTooShort,
        TourText(
          english: "\(visit.english) is too long even for an empty tour: it needs \(lack.english) of \(who)'s shift",
          german: "\(visit.german) ist selbst für eine leere Tour zu lang: in der Schicht von \(who) fehlen \(lack.german)")
      )
    case .noRoomLeft(let shift, let missing):
      let who = request.inspectors[shift].id
      let lack =
        missing.map { minutes($0) }.map {
          TourText(english: "it needs \($0.english) of \(who)'s shift", german: "in der Schicht von \(who) fehlen \($0.german)")
        } ?? TourText(english: "no vehicle can carry it", german: "kein Fahrzeug kann es mitnehmen")
      return (
        .noRoomLeft,
        TourText(
          english: "\(visit.english) would fit alone, but the tours are full: \(lack.english)",
          german: "\(visit.german) passte allein, aber die Touren sind voll: \(lack.german)")
      )
    case .windowMissed(let shift, let late):
      let (who, minutes) = (request.inspectors[shift].id, (late.value + 59) / 60)
      return (
        .windowMissed,
        TourText(
          english: "\(who) would come too late by \(minutes) min, and the others later",
          german: "\(who) käme \(minutes) min zu spät, die anderen noch später")
      )
    case .loadTooLarge, .pinnedToOthers:
      throw .violation(["a stop of the planner has a load or a pin: \(stop.visits.map(\.feature))"])
    }
  }

  /// Every feature is in exactly one stop or unassigned.
  private static func assertEachFeatureOnce(_ plan: TourPlan, _ features: [TourFeature]) throws(PlanError) {
    var count: [FeatureReference: Int] = [:]
    for feature in features { count[feature.reference, default: 0] -= 1 }
    for route in plan.routes { for stop in route.stops { for feature in stop.features { count[feature, default: 0] += 1 } } }
    for entry in plan.unassigned { count[entry.feature, default: 0] += 1 }
    let wrong = count.filter { $0.value != 0 }.map { "\($0.key) appears \($0.value) times too often" }.sorted()
    guard wrong.isEmpty else { throw .violation(wrong) }
  }
}

/// Why nobody gets to a stop, as far as the network tells.
private struct TravelReasons {
  let notReachable: (TourPlan.Reason, TourText)

  /// `job` is the location of the stop; after all `stops` come start and end of each inspector.
  init(_ job: Int, _ stops: Int, _ matrix: TravelMatrix, _ travel: TourPlan.Travel, _ request: TourRequest) {
    let profile = travel.profile ?? travel.source
    let streets = TourText(
      english: "street or path for the profile \(profile)", german: "Straße, kein Weg für die Verkehrsart \(profile)")
    switch matrix.obstacles[job] {
    case .notOnNetwork(let reach):
      let metres = Int(reach.value)
      notReachable = (
        .notOnNetwork,
        TourText(
          english: "no \(streets.english) lies within \(metres) m of it",
          german: "keine \(streets.german) liegt näher als \(metres) m daran")
      )
    case .otherComponent:
      notReachable = (
        .notReachable,
        TourText(
          english: "the nearest \(streets.english) is not joined to the others",
          german: "die nächste Straße für die Verkehrsart \(profile) ist mit den übrigen nicht verbunden")
      )
    case nil:
      // Whoever has no network at home gets nowhere.
      let stranded = request.inspectors.indices.filter { inspector in
        [0, 1].contains { matrix.obstacles[stops + 2 * inspector + $0] != nil }
      }
      let names = stranded.map { request.inspectors[$0].id }.joined(separator: ", ")
      let atHome =
        stranded.isEmpty
        ? TourText(english: "", german: "")
        : TourText(
          english: ": no \(streets.english) leads to the start or end of \(names)",
          german: ": keine \(streets.german) führt zu Start oder Ende von \(names)")
      notReachable = (
        .notReachable,
        TourText(
          english: "no qualified inspector can get there and to the end of the tour\(atHome.english)",
          german: "wer die Sachkunde hat, kommt nicht dorthin und zum Ende der Tour\(atHome.german)")
      )
    }
  }
}

/// Between the seconds of a problem and instants: second 0 is the earliest begin of a shift.
private struct ShiftClock {
  private let origin: Instant
  private let time: TownTime
  private let day: CalendarDate

  init(_ request: TourRequest, _ time: TownTime) {
    self.time = time
    day = request.day
    origin =
      request.inspectors.map { time.instant(on: request.day, at: $0.shift.begin) }.min() ?? time.instant(on: request.day, at: 0)
  }

  func span(of inspector: TourRequest.Inspector) -> TimeWindow {
    TimeWindow(earliest: seconds(inspector.shift.begin), latest: seconds(inspector.shift.end))
  }

  func instant(_ seconds: Seconds) -> Instant {
    Instant(millisecondsSince1970: origin.millisecondsSince1970 + Int64(seconds.value) * 1000)
  }

  private func seconds(_ timeOfDay: Seconds) -> Seconds {
    Seconds(Int((time.instant(on: day, at: timeOfDay).millisecondsSince1970 - origin.millisecondsSince1970) / 1000))
  }
}
