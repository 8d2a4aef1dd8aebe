import LageplanGeometry

/// Says why jobs are left out, by trying each of them at every place of every tour of a finished solution. A shipment is tried as a whole; a job done
/// together with others is tried alone first.
public struct TourExplanation {
  /// What a tour lacks: seconds of lateness at windows and breaks, seconds and metres over the limits of the shift, and load over its capacity.
  private struct Lack: Comparable {
    var late = 0
    var missing = 0
    var metres = 0
    var load = SIMD4<Int>.zero

    private var rank: (Int, Int, Int, Int) { (load.wrappedSum(), metres, late + missing, late) }
    static func < (a: Lack, b: Lack) -> Bool { a.rank < b.rank }
    static func == (a: Lack, b: Lack) -> Bool { a.rank == b.rank }
    var isNothing: Bool { late == 0 && missing == 0 && metres == 0 && load == .zero }
  }

  /// Of longer tours a shipment is tried only with its delivery right behind its pickup.
  private static let longestForPairs = 40

  private let problem: TourProblem
  private let tours: [[Int]]
  /// What jobs begin at is agreed with others: nobody who is in a tour may move that.
  private let held: TourProblem

  public init(of solution: TourSolution, in problem: TourProblem) {
    self.problem = problem
    tours = solution.routes.map(\.jobs)
    var agreed: [Int: TimeWindow] = [:]
    for route in solution.routes {
      for (job, begin) in route.appointments {
        if case .group = problem.tieOfJob[job] { agreed[job] = TimeWindow(earliest: begin, latest: begin) }
      }
    }
    held = problem.holding(agreed)
  }

  /// Why this job, which is in no tour, is left out.
  public func reason(for job: Int) -> UnassignedReason {
    let asked = problem.jobs[job]
    let unit = unit(of: job)
    let skills = unit.reduce(into: SkillSet()) { $0.formUnion(problem.jobs[$1].skills) }
    let skilled = problem.shifts.indices.filter { problem.shifts[$0].skills.isSuperset(of: skills) }
    guard !skilled.isEmpty else { return .noQualifiedInspector }
    let qualified = skilled.filter { shift in unit.allSatisfy { problem.jobs[$0].pinned?.contains(shift) ?? true } }
    guard !qualified.isEmpty else { return .pinnedToOthers }
    let alone = qualified.filter { !isFull(problem.shifts[$0].fixed, $0, unit) }
    guard let closest = best(of: alone, { leastLack(of: unit, in: problem.shifts[$0].fixed, $0) }) else { return .notReachable }
    let (lack, shift) = closest
    if lack.load != .zero { return .loadTooLarge }
    if lack.late > 0 { return .windowMissed(shift: shift, late: Seconds(lack.late)) }
    if lack.missing > 0 { return .shiftTooShort(shift: shift, missing: Seconds(lack.missing)) }
    if lack.metres > 0 { return .wayTooLong(shift: shift, missing: Metres(Double(lack.metres))) }

    let open = qualified.filter { !isFull(tours[$0], $0, unit) }
    guard let nearest = best(of: open, { leastLack(of: unit, in: tours[$0], $0) }), nearest.lack.load == .zero else {
      return .noRoomLeft(shift: shift, missing: nil)
    }
    if nearest.lack.isNothing, let other = partner(of: job, asked) { return .partnerLeftOut(job: other) }
    let missing = nearest.lack.late + nearest.lack.missing
    return .noRoomLeft(shift: nearest.shift, missing: nearest.lack.metres > 0 && missing == 0 ? nil : Seconds(missing))
  }

  /// What keeps this job, which is in no tour, out of each shift.
  public func obstacles(for job: Int) -> [TourObstacle] { problem.shifts.indices.map { obstacle(for: job, on: $0) } }

  private func obstacle(for job: Int, on shift: Int) -> TourObstacle {
    let unit = unit(of: job)
    let held = problem.shifts[shift].skills
    let skills = unit.reduce(into: SkillSet()) { $0.formUnion(problem.jobs[$1].skills) }
    if !held.isSuperset(of: skills) { return .skillsMissing(skills.subtracting(held)) }
    if unit.contains(where: { !(problem.jobs[$0].pinned?.contains(shift) ?? true) }) { return .pinnedElsewhere }
    guard let alone = leastLack(of: unit, in: problem.shifts[shift].fixed, shift) else { return .notReachable }
    if alone.late > 0 { return .windowMissed(late: Seconds(alone.late)) }
    if alone.missing > 0 { return .shiftTooShort(missing: Seconds(alone.missing)) }
    if alone.metres > 0 { return .wayTooLong(missing: Metres(Double(alone.metres))) }
    if isFull(tours[shift], shift, unit) { return .tooManyJobs(most: problem.shifts[shift].mostJobs ?? 0) }
    guard let lack = leastLack(of: unit, in: tours[shift], shift) else { return .notReachable }
    if lack.load != .zero { return .overloaded(TourLoad(amounts: lack.load)) }
    if lack.isNothing { return partner(of: job, problem.jobs[job]).map(TourObstacle.partnerLeftOut) ?? .none }
    if lack.late == 0, lack.missing == 0 { return .noWayLeft(missing: Metres(Double(lack.metres))) }
    return .noRoomLeft(missing: Seconds(lack.late + lack.missing))
  }

  /// The job that would have to leave this shift's tour so that `job` fits: the least important one, the one with the least work among equals; `nil` where
  /// no single one makes room. A job that is tied to others stays.
  public func displaced(by job: Int, on shift: Int) -> Int? {
    let unit = unit(of: job)
    guard problem.shifts[shift].skills.isSuperset(of: unit.reduce(into: SkillSet()) { $0.formUnion(problem.jobs[$1].skills) }),
      unit.allSatisfy({ problem.jobs[$0].pinned?.contains(shift) ?? true })
    else { return nil }
    let candidates = tours[shift].filter { !problem.shifts[shift].fixed.contains($0) && problem.tieOfJob[$0] == .none }
    let rising = candidates.sorted { a, b in
      let (one, other) = (problem.jobs[a], problem.jobs[b])
      return (-one.level, one.prize, one.service.value, a) < (-other.level, other.prize, other.service.value, b)
    }
    return rising.first { leaving in
      let rest = tours[shift].filter { $0 != leaving }
      return !isFull(rest, shift, unit) && leastLack(of: unit, in: rest, shift)?.isNothing ?? false
    }
  }

  /// The jobs that one tour would have to take: of a shipment both, unless one of them is on board.
  private func unit(of job: Int) -> [Int] {
    switch problem.tieOfJob[job] {
    case .none, .group: return [job]
    case .pickup(let number), .delivery(let number):
      let shipment = problem.ties.shipments[number]
      return [shipment.pickup, shipment.delivery].filter { part in !tours.contains { $0.contains(part) } }
    }
  }

  /// Another job of its group: one that finds no place in any tour, else the next one.
  private func partner(of job: Int, _ asked: TourJob) -> Int? {
    guard case .group(let number) = problem.tieOfJob[job] else { return nil }
    let others = problem.ties.together[number].filter { $0 != job }
    return others.first { other in
      problem.shifts.indices.allSatisfy { shift in
        !problem.shifts[shift].skills.isSuperset(of: problem.jobs[other].skills)
          || !(problem.jobs[other].pinned?.contains(shift) ?? true)
          || !(leastLack(of: [other], in: tours[shift], shift)?.isNothing ?? false)
      }
    } ?? others.first
  }

  private func isFull(_ tour: [Int], _ shift: Int, _ unit: [Int]) -> Bool {
    problem.shifts[shift].mostJobs.map { tour.count + unit.count > $0 } ?? false
  }

  private func best(of shifts: [Int], _ lack: (Int) -> Lack?) -> (lack: Lack, shift: Int)? {
    var best: (lack: Lack, shift: Int)?
    for shift in shifts {
      guard let candidate = lack(shift) else { continue }
      if best.map({ candidate < $0.lack }) ?? true { best = (candidate, shift) }
    }
    return best
  }

  private func keepsOrder(_ job: Int, at place: Int, in tour: [Int]) -> Bool {
    guard let rank = problem.jobs[job].rank else { return true }
    return tour.prefix(place).allSatisfy { problem.jobs[$0].rank ?? rank <= rank }
      && tour.dropFirst(place).allSatisfy { problem.jobs[$0].rank ?? rank >= rank }
  }

  /// The least lack over all places of the tour behind its fixed jobs and all windows of the jobs; `nil` where no place can be reached.
  private func leastLack(of unit: [Int], in tour: [Int], _ shift: Int) -> Lack? {
    var least: Lack?
    let first = min(problem.shifts[shift].fixed.count, tour.count)
    func consider(_ sequence: [Int]) {
      guard let lack = lack(of: sequence, shift) else { return }
      if least.map({ lack < $0 }) ?? true { least = lack }
    }
    for place in first...tour.count where keepsOrder(unit[0], at: place, in: tour) {
      var sequence = tour
      sequence.insert(unit[0], at: place)
      guard unit.count > 1 else {
        consider(sequence)
        continue
      }
      let last = tour.count <= Self.longestForPairs ? tour.count : place
      for other in place...last {
        var pair = sequence
        pair.insert(unit[1], at: other + 1)
        consider(pair)
      }
      if least?.isNothing ?? false { break }
    }
    return least
  }

  /// What the tour lacks, if its end may be reached at any time; `nil` where a leg has no way.
  private func lack(of sequence: [Int], _ shift: Int) -> Lack? {
    let limits = problem.shifts[shift]
    let table = problem.travel(of: shift)
    let places = [limits.start] + sequence.map { problem.jobs[$0].location } + [limits.end]
    var travel = 0
    var metres = 0
    for (from, to) in zip(places, places.dropFirst()) {
      guard table.isReachable(from: from, to: to) else { return nil }
      travel += table.seconds(from: from, to: to).value
      metres += Int(table.metres[from * table.locationCount + to])
    }
    var open = limits
    open.span.latest = Seconds(Int(TravelTable.longest))
    let breaks = TourRoute.earliestBreaks(sequence, open, held)
    let time = TimeSegment(sequence, on: open, breaks: breaks, of: held, whole: true)
    let end = Int(time.earliest) + Int(time.duration) - Int(time.timeWarp)
    let overwork = limits.longestWork.map { Int(time.duration) - $0.value } ?? 0
    let overtravel = limits.longestTravel.map { travel - $0.value } ?? 0
    var lack = Lack(
      late: Int(time.timeWarp), missing: max(0, end - limits.span.latest.value, overwork, overtravel),
      metres: limits.longestWay.map { max(0, metres - Int($0.value)) } ?? 0)
    if let capacity = limits.capacity {
      for load in problem.loads(along: sequence) {
        let excess = load.amounts &- capacity.amounts
        lack.load = lack.load.replacing(with: excess, where: excess .> lack.load)
      }
    }
    return lack
  }
}
