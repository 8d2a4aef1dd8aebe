public import LageplanGeometry

/// A rule that a solution breaks, where, and by how much.
public enum TourViolation: Hashable, Sendable {
  /// A solution needs one route per shift.
  case routeCount(Int, shifts: Int)
  case unknownJob(Int, shift: Int?)
  /// In no route and not among the unassigned.
  case jobMissing(Int)
  /// More than once in routes or among the unassigned.
  case jobRepeated(Int, times: Int)
  case skillMissing(job: Int, shift: Int)
  /// The job is pinned to other shifts.
  case pinnedElsewhere(job: Int, shift: Int)
  case overloaded(shift: Int, load: TourLoad, capacity: TourLoad)
  /// There is no way from the stop before; `job` is `nil` for the end of the tour.
  case notReachable(shift: Int, job: Int?)
  case leftTooEarly(shift: Int, departure: Seconds, earliest: Seconds)
  /// No window is open on arrival or later.
  case windowMissed(job: Int, shift: Int, arrival: Seconds)
  case endedTooLate(shift: Int, arrival: Seconds, latest: Seconds)
  case workedTooLong(shift: Int, work: Seconds, longest: Seconds)
  case drivenTooLong(shift: Int, travel: Seconds, longest: Seconds)
  /// The tour does not begin with the shift's fixed jobs.
  case fixedMoved(shift: Int)
  /// A route names one place for each break of its shift, in their order, each on a leg of its own.
  case breaksMisplaced(shift: Int)
  /// The break could not begin in its window.
  case breakMissed(shift: Int, number: Int, begin: Seconds)
}

/// Checks a solution from the problem alone. It shares no code with the solver: it drives every route again, second by second as stated
/// in ``TourProblem``, and reports everything that it finds.
public enum TourChecker {
  /// Empty: the solution keeps all rules.
  public static func violations(of solution: TourSolution, in problem: TourProblem) -> [TourViolation] {
    var found: [TourViolation] = []
    if solution.routes.count != problem.shifts.count {
      found.append(.routeCount(solution.routes.count, shifts: problem.shifts.count))
    }
    var seen = Array(repeating: 0, count: problem.jobs.count)
    for (index, route) in solution.routes.enumerated() {
      for job in route.jobs {
        if seen.indices.contains(job) { seen[job] += 1 } else { found.append(.unknownJob(job, shift: index)) }
      }
    }
    for job in solution.unassigned {
      if seen.indices.contains(job) { seen[job] += 1 } else { found.append(.unknownJob(job, shift: nil)) }
    }
    for (job, times) in seen.enumerated() where times != 1 {
      found.append(times == 0 ? .jobMissing(job) : .jobRepeated(job, times: times))
    }
    for index in 0..<min(solution.routes.count, problem.shifts.count) {
      let route = solution.routes[index]
      if !route.jobs.starts(with: problem.shifts[index].fixed) { found.append(.fixedMoved(shift: index)) }
      if !route.jobs.isEmpty { drive(route, shift: index, problem, &found) }
    }
    return found
  }

  private static func drive(_ route: TourRoute, shift index: Int, _ problem: TourProblem, _ found: inout [TourViolation]) {
    let shift = problem.shifts[index]
    let table = problem.travel
    var now = route.departure.value
    var place = shift.start
    var load = SIMD4<Int>.zero
    var driven = 0
    if now < shift.span.earliest.value {
      found.append(.leftTooEarly(shift: index, departure: route.departure, earliest: shift.span.earliest))
    }
    let legs = 0...route.jobs.count
    let areRising = zip(route.breaks, route.breaks.dropFirst()).allSatisfy { $0 < $1 }
    if route.breaks.count != shift.breaks.count || !areRising || !route.breaks.allSatisfy(legs.contains) {
      found.append(.breaksMisplaced(shift: index))
    }
    for (leg, number) in (route.jobs.filter(problem.jobs.indices.contains) + [-1]).enumerated() {
      let job = number < 0 ? nil : problem.jobs[number]
      let location = job?.location ?? shift.end
      var way = 0
      let seconds = table.seconds[place * table.locationCount + location]
      if seconds == TravelTable.unreachable {
        found.append(.notReachable(shift: index, job: job == nil ? nil : number))
      } else {
        way = Int(seconds)
        driven += way
      }
      if let job, place != location { way += job.setUp.value }
      if let pause = route.breaks.firstIndex(of: leg), pause < shift.breaks.count {
        // Whoever leaves before the break may begin goes on until then; the rest of the way comes after it.
        let rule = shift.breaks[pause]
        let begin = max(now, rule.window.earliest.value)
        if begin > rule.window.latest.value {
          found.append(.breakMissed(shift: index, number: pause, begin: Seconds(begin)))
        }
        let rest = max(0, way - (begin - now))
        now = begin + rule.duration.value + rest
      } else {
        now += way
      }
      place = location
      guard let job else { break }
      if !job.windows.isEmpty {
        if let open = job.windows.first(where: { now <= $0.latest.value }) {
          now = max(now, open.earliest.value)
        } else if !shift.fixed.contains(number) {
          found.append(.windowMissed(job: number, shift: index, arrival: Seconds(now)))
        }
      }
      if !shift.fixed.contains(number) {
        if job.skills.rawValue & ~shift.skills.rawValue != 0 { found.append(.skillMissing(job: number, shift: index)) }
        if let pinned = job.pinned, !pinned.contains(index) { found.append(.pinnedElsewhere(job: number, shift: index)) }
      }
      now += (job.serviceByType[shift.type] ?? job.service).value
      load &+= job.load.amounts
    }
    if now > shift.span.latest.value {
      found.append(.endedTooLate(shift: index, arrival: Seconds(now), latest: shift.span.latest))
    }
    if let longest = shift.longestWork, now - route.departure.value > longest.value {
      found.append(.workedTooLong(shift: index, work: Seconds(now - route.departure.value), longest: longest))
    }
    if let longest = shift.longestTravel, driven > longest.value {
      found.append(.drivenTooLong(shift: index, travel: Seconds(driven), longest: longest))
    }
    if let capacity = shift.capacity, (0..<4).contains(where: { load[$0] > capacity.amounts[$0] }) {
      found.append(.overloaded(shift: index, load: TourLoad(amounts: load), capacity: capacity))
    }
  }
}
