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
  case overloaded(shift: Int, load: Int, capacity: Int)
  /// There is no way from the stop before; `job` is `nil` for the end of the tour.
  case notReachable(shift: Int, job: Int?)
  case leftTooEarly(shift: Int, departure: Seconds, earliest: Seconds)
  /// No window is open on arrival or later.
  case windowMissed(job: Int, shift: Int, arrival: Seconds)
  case endedTooLate(shift: Int, arrival: Seconds, latest: Seconds)
  case workedTooLong(shift: Int, work: Seconds, longest: Seconds)
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
    for index in 0..<min(solution.routes.count, problem.shifts.count) where !solution.routes[index].jobs.isEmpty {
      drive(solution.routes[index], shift: index, problem, &found)
    }
    return found
  }

  private static func drive(_ route: TourRoute, shift index: Int, _ problem: TourProblem, _ found: inout [TourViolation]) {
    let shift = problem.shifts[index]
    let table = problem.travel
    var now = route.departure.value
    var place = shift.start
    var load = 0
    if now < shift.span.earliest.value {
      found.append(.leftTooEarly(shift: index, departure: route.departure, earliest: shift.span.earliest))
    }
    for number in route.jobs where problem.jobs.indices.contains(number) {
      let job = problem.jobs[number]
      let way = table.seconds[place * table.locationCount + job.location]
      if way == TravelTable.unreachable {
        found.append(.notReachable(shift: index, job: number))
      } else {
        now += Int(way)
      }
      if !job.windows.isEmpty {
        if let open = job.windows.first(where: { now <= $0.latest.value }) {
          now = max(now, open.earliest.value)
        } else {
          found.append(.windowMissed(job: number, shift: index, arrival: Seconds(now)))
        }
      }
      if job.skills.rawValue & ~shift.skills.rawValue != 0 { found.append(.skillMissing(job: number, shift: index)) }
      now += job.service.value
      load += job.load
      place = job.location
    }
    let way = table.seconds[place * table.locationCount + shift.end]
    if way == TravelTable.unreachable { found.append(.notReachable(shift: index, job: nil)) } else { now += Int(way) }
    if now > shift.span.latest.value {
      found.append(.endedTooLate(shift: index, arrival: Seconds(now), latest: shift.span.latest))
    }
    if let longest = shift.longestWork, now - route.departure.value > longest.value {
      found.append(.workedTooLong(shift: index, work: Seconds(now - route.departure.value), longest: longest))
    }
    if let capacity = shift.capacity, load > capacity {
      found.append(.overloaded(shift: index, load: load, capacity: capacity))
    }
  }
}
