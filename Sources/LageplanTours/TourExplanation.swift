public import LageplanGeometry

/// Why a job is left out, found by trying every place in every tour.
public enum UnassignedReason: Hashable, Sendable {
  /// No shift holds the skills.
  case noQualifiedInspector
  /// It is pinned to shifts that do not hold the skills.
  case pinnedToOthers
  /// No qualified inspector can come there and back: the travel table has no way.
  case notReachable
  /// More than any qualified shift can carry.
  case loadTooLarge
  /// Even alone on the tour of `shift`, which comes nearest, the visit would begin `late` after its last window closes.
  case windowMissed(shift: Int, late: Seconds)
  /// Even alone on the tour of `shift`, which comes nearest, that many seconds of work are `missing`.
  case shiftTooShort(shift: Int, missing: Seconds)
  /// It would fit alone, but the others fill the tours: at the best place, in the tour of `shift`, that many seconds are `missing`
  /// (of the shift, of its work or travel, or of a window); `nil`: only load is missing.
  case noRoomLeft(shift: Int, missing: Seconds?)
}

/// What keeps a job out of one shift: the least of all places in its tour.
public enum TourObstacle: Hashable, Sendable {
  case skillsMissing(SkillSet)
  case pinnedElsewhere
  case notReachable
  /// By how much the load exceeds the capacity, in each measure.
  case overloaded(TourLoad)
  /// Even alone the visit, or a break, would begin so much too late.
  case windowMissed(late: Seconds)
  /// Even alone so much of the shift, or of the longest work or travel, is missing.
  case shiftTooShort(missing: Seconds)
  /// Among the others so much time is missing; zero: only the order of windows keeps it out.
  case noRoomLeft(missing: Seconds)
  /// Nothing keeps it out: the search has missed the place.
  case none
}

/// Says why jobs are left out, by trying each of them at every place of every tour of a finished solution.
public struct TourExplanation {
  /// What a tour lacks: seconds of lateness at windows and breaks, seconds over the limits of the shift.
  private struct Lack: Comparable {
    var late: Int
    var missing: Int

    static func < (a: Lack, b: Lack) -> Bool { (a.late + a.missing, a.late) < (b.late + b.missing, b.late) }
    var isNothing: Bool { late == 0 && missing == 0 }
  }

  private let problem: TourProblem
  private let tours: [[Int]]
  private let loads: [TourLoad]

  public init(of solution: TourSolution, in problem: TourProblem) {
    self.problem = problem
    tours = solution.routes.map(\.jobs)
    loads = tours.map { $0.reduce(TourLoad(0)) { $0 + problem.jobs[$1].load } }
  }

  /// Why this job, which is in no tour, is left out.
  public func reason(for job: Int) -> UnassignedReason {
    let asked = problem.jobs[job]
    let skilled = problem.shifts.indices.filter { problem.shifts[$0].skills.isSuperset(of: asked.skills) }
    guard !skilled.isEmpty else { return .noQualifiedInspector }
    let qualified = skilled.filter { asked.pinned?.contains($0) ?? true }
    guard !qualified.isEmpty else { return .pinnedToOthers }
    let strong = qualified.filter { lackOfLoad(asked.load, on: $0) == nil }
    guard !strong.isEmpty else { return .loadTooLarge }
    guard let closest = best(of: strong, { leastLack(of: job, in: problem.shifts[$0].fixed, $0) }) else { return .notReachable }
    if closest.lack.late > 0 { return .windowMissed(shift: closest.shift, late: Seconds(closest.lack.late)) }
    if closest.lack.missing > 0 { return .shiftTooShort(shift: closest.shift, missing: Seconds(closest.lack.missing)) }

    let light = strong.filter { lackOfLoad(loads[$0] + asked.load, on: $0) == nil }
    guard let nearest = best(of: light, { leastLack(of: job, in: tours[$0], $0) }) else {
      return .noRoomLeft(shift: closest.shift, missing: nil)
    }
    return .noRoomLeft(shift: nearest.shift, missing: Seconds(nearest.lack.late + nearest.lack.missing))
  }

  /// What keeps this job, which is in no tour, out of each shift.
  public func obstacles(for job: Int) -> [TourObstacle] { problem.shifts.indices.map { obstacle(for: job, on: $0) } }

  private func obstacle(for job: Int, on shift: Int) -> TourObstacle {
    let asked = problem.jobs[job]
    let held = problem.shifts[shift].skills
    if !held.isSuperset(of: asked.skills) { return .skillsMissing(asked.skills.subtracting(held)) }
    if let pinned = asked.pinned, !pinned.contains(shift) { return .pinnedElsewhere }
    guard let alone = leastLack(of: job, in: problem.shifts[shift].fixed, shift) else { return .notReachable }
    if alone.late > 0 { return .windowMissed(late: Seconds(alone.late)) }
    if alone.missing > 0 { return .shiftTooShort(missing: Seconds(alone.missing)) }
    if let excess = lackOfLoad(loads[shift] + asked.load, on: shift) { return .overloaded(excess) }
    guard let lack = leastLack(of: job, in: tours[shift], shift) else { return .notReachable }
    return lack.isNothing ? .none : .noRoomLeft(missing: Seconds(lack.late + lack.missing))
  }

  /// The job that would have to leave this shift's tour so that `job` fits: the least important one, the one with the least work among equals; `nil` where
  /// no single one makes room.
  public func displaced(by job: Int, on shift: Int) -> Int? {
    let asked = problem.jobs[job]
    guard problem.shifts[shift].skills.isSuperset(of: asked.skills), asked.pinned?.contains(shift) ?? true else { return nil }
    let candidates = tours[shift].filter { !problem.shifts[shift].fixed.contains($0) }
    let rising = candidates.sorted { a, b in
      let (one, other) = (problem.jobs[a], problem.jobs[b])
      return (-one.level, one.prize, one.service.value, a) < (-other.level, other.prize, other.service.value, b)
    }
    return rising.first { leaving in
      let rest = tours[shift].filter { $0 != leaving }
      let load = rest.reduce(asked.load) { $0 + problem.jobs[$1].load }
      return lackOfLoad(load, on: shift) == nil && leastLack(of: job, in: rest, shift)?.isNothing ?? false
    }
  }

  private func best(of shifts: [Int], _ lack: (Int) -> Lack?) -> (lack: Lack, shift: Int)? {
    var best: (lack: Lack, shift: Int)?
    for shift in shifts {
      guard let candidate = lack(shift) else { continue }
      if best.map({ candidate < $0.lack }) ?? true { best = (candidate, shift) }
    }
    return best
  }

  /// By how much the load exceeds the capacity; `nil`: it does not.
  private func lackOfLoad(_ load: TourLoad, on shift: Int) -> TourLoad? {
    guard let capacity = problem.shifts[shift].capacity, !load.fits(into: capacity) else { return nil }
    let excess = load.amounts &- capacity.amounts
    return TourLoad(amounts: excess.replacing(with: 0, where: excess .< 0))
  }

  /// The least lack over all places of the tour behind its fixed jobs and all windows of the job; `nil` where no place can be reached.
  private func leastLack(of job: Int, in tour: [Int], _ shift: Int) -> Lack? {
    var least: Lack?
    for place in problem.shifts[shift].fixed.count...max(tour.count, problem.shifts[shift].fixed.count) {
      var sequence = tour
      sequence.insert(job, at: place)
      guard let lack = lack(of: sequence, shift) else { continue }
      if least.map({ lack < $0 }) ?? true { least = lack }
      if lack.isNothing { break }
    }
    return least
  }

  /// What the tour lacks, if its end may be reached at any time; `nil` where a leg has no way.
  private func lack(of sequence: [Int], _ shift: Int) -> Lack? {
    let limits = problem.shifts[shift]
    let places = [limits.start] + sequence.map { problem.jobs[$0].location } + [limits.end]
    var travel = 0
    for (from, to) in zip(places, places.dropFirst()) {
      guard problem.travel.isReachable(from: from, to: to) else { return nil }
      travel += problem.travel.seconds(from: from, to: to).value
    }
    var open = limits
    open.span.latest = Seconds(Int(TravelTable.longest))
    let breaks = TourRoute.earliestBreaks(sequence, open, problem)
    let time = TimeSegment(sequence, on: open, breaks: breaks, of: problem, whole: true)
    let end = Int(time.earliest) + Int(time.duration) - Int(time.timeWarp)
    let overwork = limits.longestWork.map { Int(time.duration) - $0.value } ?? 0
    let overtravel = limits.longestTravel.map { travel - $0.value } ?? 0
    return Lack(late: Int(time.timeWarp), missing: max(0, end - limits.span.latest.value, overwork, overtravel))
  }
}
