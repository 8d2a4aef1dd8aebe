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
  case drivenTooFar(shift: Int, way: Metres, longest: Metres)
  case tooManyJobs(shift: Int, jobs: Int, most: Int)
  /// The tour does not begin with the shift's fixed jobs.
  case fixedMoved(shift: Int)
  /// A route names one place for each break of its shift, in their order, each on a leg of its own.
  case breaksMisplaced(shift: Int)
  /// The break could not begin in its window.
  case breakMissed(shift: Int, number: Int, begin: Seconds)
  /// More is on board than may be during the break.
  case breakOverloaded(shift: Int, number: Int, load: TourLoad, largest: TourLoad)
  /// Some of the jobs of this group are served and others are not, two of them in one tour, or they begin at different seconds.
  case notTogether(group: Int)
  /// Only the pickup or only the delivery of this shipment is served, or they are in different tours, or the delivery comes first.
  case shipmentBroken(shipment: Int)
  /// The job comes after one of a higher rank.
  case orderBroken(job: Int, shift: Int)
  /// More promises are broken than may be.
  case promisesBroken(Int, most: Int)
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
    var drives = Drives(jobs: problem.jobs.count)
    for index in 0..<min(solution.routes.count, problem.shifts.count) {
      let route = solution.routes[index]
      if !route.jobs.starts(with: problem.shifts[index].fixed) { found.append(.fixedMoved(shift: index)) }
      var highest = 0
      for job in route.jobs where problem.jobs.indices.contains(job) {
        guard let rank = problem.jobs[job].rank else { continue }
        if rank < highest { found.append(.orderBroken(job: job, shift: index)) }
        highest = max(highest, rank)
      }
      if !route.jobs.isEmpty { drive(route, shift: index, problem, &drives, &found) }
    }
    checkTies(drives, problem, &found)
    checkPromises(drives, problem, &found)
    return found
  }

  /// Those of the violations of a solution for which the search is to blame: not what the fixed jobs alone break as well, and not that more promises are
  /// broken than may be, of which the search breaks as few as it finds.
  public static func avoidable(_ violations: [TourViolation], in problem: TourProblem) -> [TourViolation] {
    guard !violations.isEmpty else { return [] }
    let bare = TourSolution(sequences: problem.shifts.map(\.fixed), of: problem)
    let given = Set(Self.violations(of: bare, in: problem))
    return violations.filter { violation in
      if case .promisesBroken = violation { return false }
      return !given.contains(violation)
    }
  }

  /// Where and when each job was served.
  private struct Drives {
    var shift: [Int?]
    var begin: [Int]
    /// How many come before it in its tour.
    var place: [Int]

    init(jobs: Int) {
      shift = Array(repeating: nil, count: jobs)
      begin = Array(repeating: 0, count: jobs)
      place = begin
    }
  }

  private static func checkTies(_ drives: Drives, _ problem: TourProblem, _ found: inout [TourViolation]) {
    let fixed = Set(problem.shifts.flatMap(\.fixed))
    for (number, group) in problem.ties.together.enumerated() where !group.contains(where: fixed.contains) {
      let shifts = group.compactMap { drives.shift[$0] }
      guard !shifts.isEmpty else { continue }
      if shifts.count < group.count || Set(shifts).count < group.count || Set(group.map { drives.begin[$0] }).count > 1 {
        found.append(.notTogether(group: number))
      }
    }
    for (number, shipment) in problem.ties.shipments.enumerated() {
      let (from, to) = (drives.shift[shipment.pickup], drives.shift[shipment.delivery])
      // What is on board already may stay there.
      if from == nil && to == nil || to == nil && fixed.contains(shipment.pickup) { continue }
      if from != to || drives.place[shipment.pickup] > drives.place[shipment.delivery] {
        found.append(.shipmentBroken(shipment: number))
      }
    }
  }

  private static func checkPromises(_ drives: Drives, _ problem: TourProblem, _ found: inout [TourViolation]) {
    guard let most = problem.mostChanges else { return }
    let fixed = Set(problem.shifts.flatMap(\.fixed))
    let broken = problem.jobs.indices.filter { job in
      guard let promise = problem.jobs[job].promise, !fixed.contains(job) else { return false }
      let begin = drives.begin[job]
      return drives.shift[job] != promise.shift || begin < promise.begin.earliest.value || begin > promise.begin.latest.value
    }
    if broken.count > most { found.append(.promisesBroken(broken.count, most: most)) }
  }

  private static func drive(
    _ route: TourRoute, shift index: Int, _ problem: TourProblem, _ drives: inout Drives, _ found: inout [TourViolation]
  ) {
    let shift = problem.shifts[index]
    let table = shift.profile == 0 ? problem.travel : problem.otherTravel[shift.profile - 1]
    var now = route.departure.value
    var place = shift.start
    var load = SIMD4<Int>.zero
    for job in route.jobs where problem.jobs.indices.contains(job) { load &+= problem.jobs[job].delivery.amounts }
    var peak = load
    var driven = 0
    var metres = 0
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
        metres += Int(table.metres[place * table.locationCount + location])
      }
      if let job, place != location { way += job.setUp.value }
      if let pause = route.breaks.firstIndex(of: leg), pause < shift.breaks.count {
        // Whoever leaves before the break may begin goes on until then; the rest of the way comes after it.
        let rule = shift.breaks[pause]
        let begin = max(now, rule.window.earliest.value)
        if begin > rule.window.latest.value {
          found.append(.breakMissed(shift: index, number: pause, begin: Seconds(begin)))
        }
        if let largest = rule.largestLoad, (0..<4).contains(where: { load[$0] > largest.amounts[$0] }) {
          found.append(.breakOverloaded(shift: index, number: pause, load: TourLoad(amounts: load), largest: largest))
        }
        let rest = max(0, way - (begin - now))
        now = begin + rule.duration.value + rest
      } else {
        now += way
      }
      place = location
      guard let job else { break }
      now = max(now, route.appointments[number]?.value ?? now)
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
      drives.shift[number] = index
      drives.begin[number] = now
      drives.place[number] = leg
      now += (job.serviceByType[shift.type] ?? job.service).value
      load &+= job.load.amounts
      load &-= job.delivery.amounts
      for shipment in problem.ties.shipments where shipment.pickup == number { load &+= shipment.amount.amounts }
      for shipment in problem.ties.shipments where shipment.delivery == number { load &-= shipment.amount.amounts }
      peak = peak.replacing(with: load, where: load .> peak)
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
    if let longest = shift.longestWay, Double(metres) > longest.value {
      found.append(.drivenTooFar(shift: index, way: Metres(Double(metres)), longest: longest))
    }
    if let most = shift.mostJobs, route.jobs.count > most {
      found.append(.tooManyJobs(shift: index, jobs: route.jobs.count, most: most))
    }
    if let capacity = shift.capacity, (0..<4).contains(where: { peak[$0] > capacity.amounts[$0] }) {
      found.append(.overloaded(shift: index, load: TourLoad(amounts: peak), capacity: capacity))
    }
  }
}
