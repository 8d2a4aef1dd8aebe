import LageplanGeometry

/// Says why jobs are left out, by trying each of them at every place of every tour of a finished solution. A shipment is tried as a whole; jobs done
/// together each in a shift of its own.
///
/// How much is tried can be bounded: by work that is counted, not by time, so that the same solution is explained alike on every machine.
public struct TourExplanation {
  /// So much is tried in a few seconds.
  public static let standardWork = 30_000_000

  private let problem: TourProblem
  private let tours: [[Int]]
  private let trial: TourTrial
  private let most: Int

  /// - Parameters:
  ///   - solution: Whose jobs left out are to be explained.
  ///   - problem: Of the solution.
  ///   - most: So many stops may be driven to before ``isSpent``.
  public init(of solution: TourSolution, in problem: TourProblem, atMost most: Int = .max) {
    self.problem = problem
    self.most = most
    tours = solution.routes.map(\.jobs)
    var agreed: [Int: TimeWindow] = [:]
    for route in solution.routes {
      for (job, begin) in route.appointments {
        if case .group = problem.tieOfJob[job] { agreed[job] = TimeWindow(earliest: begin, latest: begin) }
      }
    }
    trial = TourTrial(problem, agreed: agreed, tours: tours)
  }

  /// Whether as much has been tried as may be: what ``obstacles(for:)`` and ``displaced(by:on:)`` say then is not whole.
  public var isSpent: Bool { trial.work >= most }

  // MARK: - Why

  /// A reason, and of how many shifts that could be asked about it how many were.
  public struct Finding: Hashable, Sendable {
    public var reason: UnassignedReason
    public var tried: Int
    public var of: Int
  }

  /// Why this job, which is in no tour, is left out.
  public func reason(for job: Int) -> UnassignedReason { finding(for: job).reason }

  /// The same, found by driving to about so many stops: where that is not enough for all shifts, evenly chosen ones are tried.
  public func finding(for job: Int, within work: Int = .max) -> Finding {
    let unit = unit(of: job)
    let skilled = problem.shifts.indices.filter { isSkilled(unit, $0) }
    func told(_ reason: UnassignedReason, _ tried: Int? = nil, of all: Int? = nil) -> Finding {
      Finding(reason: reason, tried: tried ?? problem.shifts.count, of: all ?? problem.shifts.count)
    }
    guard !skilled.isEmpty else { return told(.noQualifiedInspector) }
    let qualified = lasting(skilled.filter { isPermitted(unit, $0) })
    guard !qualified.isEmpty else { return told(.pinnedToOthers) }
    let group = group(of: job)

    let roomy = qualified.filter { !isFull(problem.shifts[$0].fixed, $0, unit) }
    let alone = sample(roomy, within: work / 4) { trial.estimate(of: unit, in: problem.shifts[$0].fixed, $0) }
    guard let (lack, shift) = best(of: alone, { trial.leastLack(of: unit, in: problem.shifts[$0].fixed, $0) }) else {
      return told(.notReachable, alone.count, of: roomy.count)
    }
    if !lack.isNothing || !group.isEmpty {
      if lack.load != .zero { return told(.loadTooLarge, alone.count, of: roomy.count) }
      if let reason = together(group, in: problem.shifts.map(\.fixed), within: work / 4, isAlone: true) { return told(reason) }
      if lack.late > 0 { return told(.windowMissed(shift: shift, late: Seconds(lack.late)), alone.count, of: roomy.count) }
      if lack.missing > 0 { return told(.shiftTooShort(shift: shift, missing: lack.time), alone.count, of: roomy.count) }
      if lack.metres > 0 {
        return told(.wayTooLong(shift: shift, missing: Metres(Double(lack.metres))), alone.count, of: roomy.count)
      }
    }

    if !group.isEmpty {
      let other = group.first { $0 != job } ?? job
      return told(together(group, in: tours, within: work / 2, isAlone: false) ?? .partnerLeftOut(job: other))
    }
    let open = qualified.filter { !isFull(tours[$0], $0, unit) }
    let chosen = sample(open, within: work / 4 * 3) { trial.estimate(of: unit, in: tours[$0], $0) }
    guard let nearest = best(of: chosen, { trial.leastLack(of: unit, in: tours[$0], $0) }), nearest.lack.load == .zero else {
      return told(.noRoomLeft(shift: shift, missing: nil), chosen.count, of: open.count)
    }
    let isOfTime = nearest.lack.isNothing || nearest.lack.late + nearest.lack.missing > 0
    return told(
      .noRoomLeft(shift: nearest.shift, missing: isOfTime ? nearest.lack.time : nil), chosen.count, of: open.count)
  }

  /// What the shifts lack that come nearest to serving all jobs of a group, each shift one of them; `nil` where they lack nothing.
  private func together(_ group: [Int], in tours: [[Int]], within work: Int, isAlone: Bool) -> UnassignedReason? {
    let shifts = Dictionary(
      uniqueKeysWithValues: group.map { job in
        (
          job,
          lasting(
            problem.shifts.indices.filter { isSkilled([job], $0) && isPermitted([job], $0) && !isFull(tours[$0], $0, [job]) })
        )
      })
    var needs: [TourNeed] = []
    var taken = Set<Int>()
    // Whoever has the least choice chooses first.
    for job in group.sorted(by: { (shifts[$0]?.count ?? 0, $0) < (shifts[$1]?.count ?? 0, $1) }) {
      let free = (shifts[job] ?? []).filter { !taken.contains($0) }
      let chosen = sample(free, within: work / group.count) { trial.estimate(of: [job], in: tours[$0], $0) }
      guard let nearest = best(of: chosen, { trial.leastLack(of: [job], in: tours[$0], $0) }), nearest.lack.load == .zero,
        nearest.lack.metres == 0
      else { return .partnerLeftOut(job: job) }
      taken.insert(nearest.shift)
      if !nearest.lack.isNothing { needs.append(TourNeed(shift: nearest.shift, missing: nearest.lack.time)) }
    }
    return needs.isEmpty ? nil : .peopleMissing(needs, of: group.count, isAlone: isAlone)
  }

  // MARK: - Each shift

  /// What keeps this job, which is in no tour, out of each shift; where ``isSpent`` of the first shifts only.
  public func obstacles(for job: Int) -> [TourObstacle] {
    var obstacles: [TourObstacle] = []
    for shift in problem.shifts.indices where !isSpent { obstacles.append(obstacle(for: job, on: shift)) }
    return obstacles
  }

  private func obstacle(for job: Int, on shift: Int) -> TourObstacle {
    let unit = unit(of: job)
    if !isSkilled(unit, shift) { return .skillsMissing(skills(unit).subtracting(problem.shifts[shift].skills)) }
    if !isPermitted(unit, shift) { return .pinnedElsewhere }
    guard let alone = trial.leastLack(of: unit, in: problem.shifts[shift].fixed, shift) else { return .notReachable }
    if alone.late > 0 { return .windowMissed(late: Seconds(alone.late)) }
    if alone.missing > 0 { return .shiftTooShort(missing: alone.time) }
    if alone.metres > 0 { return .wayTooLong(missing: Metres(Double(alone.metres))) }
    if isFull(tours[shift], shift, unit) { return .tooManyJobs(most: problem.shifts[shift].mostJobs ?? 0) }
    guard let lack = trial.leastLack(of: unit, in: tours[shift], shift) else { return .notReachable }
    if lack.load != .zero { return .overloaded(TourLoad(amounts: lack.load)) }
    if lack.isNothing { return group(of: job).first { $0 != job }.map(TourObstacle.partnerLeftOut) ?? .none }
    if lack.late == 0, lack.missing == 0 { return .noWayLeft(missing: Metres(Double(lack.metres))) }
    return .noRoomLeft(missing: lack.time)
  }

  /// The job that would have to leave this shift's tour so that `job` fits: the least important one, the one with the least work among equals; `nil` where
  /// no single one makes room. A job that is tied to others stays.
  public func displaced(by job: Int, on shift: Int) -> Int? {
    let unit = unit(of: job)
    guard isSkilled(unit, shift), isPermitted(unit, shift) else { return nil }
    let candidates = tours[shift].filter { !problem.shifts[shift].fixed.contains($0) && problem.tieOfJob[$0] == .none }
    let rising = candidates.sorted { a, b in
      let (one, other) = (problem.jobs[a], problem.jobs[b])
      return (-one.level, one.prize, one.service.value, a) < (-other.level, other.prize, other.service.value, b)
    }
    return rising.first { leaving in
      let rest = tours[shift].filter { $0 != leaving }
      return !isSpent && !isFull(rest, shift, unit) && trial.leastLack(of: unit, in: rest, shift)?.isNothing ?? false
    }
  }

  // MARK: - Parts

  /// The jobs that one tour would have to take: of a shipment both, unless one of them is on board.
  private func unit(of job: Int) -> [Int] {
    switch problem.tieOfJob[job] {
    case .none, .group: return [job]
    case .pickup(let number), .delivery(let number):
      let shipment = problem.ties.shipments[number]
      return [shipment.pickup, shipment.delivery].filter { part in !tours.contains { $0.contains(part) } }
    }
  }

  /// All jobs that are done together with it, itself among them; none: it is done alone.
  private func group(of job: Int) -> [Int] {
    guard case .group(let number) = problem.tieOfJob[job] else { return [] }
    return problem.ties.together[number]
  }

  private func skills(_ unit: [Int]) -> SkillSet { unit.reduce(into: SkillSet()) { $0.formUnion(problem.jobs[$1].skills) } }

  private func isSkilled(_ unit: [Int], _ shift: Int) -> Bool {
    unit.allSatisfy { problem.shifts[shift].skills.isSuperset(of: problem.jobs[$0].skills) }
  }

  private func isPermitted(_ unit: [Int], _ shift: Int) -> Bool {
    unit.allSatisfy { problem.jobs[$0].pinned?.contains(shift) ?? true }
  }

  private func isFull(_ tour: [Int], _ shift: Int, _ unit: [Int]) -> Bool {
    problem.shifts[shift].mostJobs.map { tour.count + unit.count > $0 } ?? false
  }

  /// All of these shifts, or as many as the work is enough for, evenly chosen.
  private func sample(_ shifts: [Int], within work: Int, _ estimate: (Int) -> Int) -> [Int] {
    let whole = shifts.reduce(0) { $0 + estimate($1) }
    guard whole > work else { return shifts }
    let count = max(1, Int(Double(shifts.count) * Double(work) / Double(whole)))
    return (0..<count).map { shifts[$0 * shifts.count / count] }
  }

  /// Those of the shifts that are not over, or all where each is: nobody can make yesterday longer.
  private func lasting(_ shifts: [Int]) -> [Int] {
    let lasting = shifts.filter { !problem.shifts[$0].isOver }
    return lasting.isEmpty ? shifts : lasting
  }

  /// The first one that lacks least.
  private func best(of shifts: [Int], _ lack: (Int) -> TourLack?) -> (lack: TourLack, shift: Int)? {
    var best: (lack: TourLack, shift: Int)?
    for shift in shifts {
      guard let candidate = lack(shift) else { continue }
      if best.map({ candidate < $0.lack }) ?? true { best = (candidate, shift) }
      if candidate.isNothing { break }
    }
    return best
  }
}
