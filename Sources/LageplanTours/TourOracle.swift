import LageplanGeometry

/// Tries everything: the least cost that keeps the rules, for problems with a handful of jobs. It shares no code with the search.
///
/// Every order of every choice of jobs is driven in every shift, with every choice of promises to keep, and with every minute at which a group may
/// begin; then the shifts' tours are put together in every way. Exact for problems whose times are whole minutes and that have at most one group.
public struct TourOracle {
  /// What is made small, in this order: promises broken beyond the most that may be, prizes left out per level, all other costs.
  public struct Value: Hashable, Comparable, Sendable {
    public var excess: Int
    public var leftOut: [Int]
    public var cost: Int

    public static func < (a: Value, b: Value) -> Bool {
      if a.excess != b.excess { return a.excess < b.excess }
      for (one, other) in zip(a.leftOut, b.leftOut) where one != other { return one < other }
      return a.cost < b.cost
    }
  }

  /// A tour of one shift: what it costs, how many of its promises it breaks, and at which minutes its job of the group may begin.
  private struct Tour {
    var cost: Int
    var broken: Int
    var begins: Set<Int>?
  }

  private let problem: TourProblem
  private let fixed: Set<Int>
  private let group: [Int]
  /// Per shift and set of jobs the tours that are worth a thought.
  private var tours: [[Int: [Tour]]] = []

  /// The least value of all solutions.
  public static func best(_ problem: TourProblem) -> Value {
    var oracle = TourOracle(problem)
    for shift in problem.shifts.indices { oracle.tours.append(oracle.allTours(of: shift)) }
    return oracle.combined()
  }

  /// The value of a solution as this oracle counts.
  public static func value(of solution: TourSolution, in problem: TourProblem) -> Value {
    let cost = TourCost(of: solution, in: problem)
    let excess = max(0, cost.brokenPromises - (problem.mostChanges ?? Int.max))
    return Value(excess: excess, leftOut: cost.leftOut, cost: cost.afterJobs)
  }

  private init(_ problem: TourProblem) {
    self.problem = problem
    let fixed = Set(problem.shifts.flatMap(\.fixed))
    self.fixed = fixed
    group = problem.ties.together.first { fixed.isDisjoint(with: $0) } ?? []
  }

  // MARK: - Tours of one shift

  private func allTours(of shift: Int) -> [Int: [Tour]] {
    let limits = problem.shifts[shift]
    var found: [Int: [Tour]] = [:]
    var sequence = limits.fixed
    func extend() {
      let legal = tours(along: sequence, shift)
      if !legal.isEmpty {
        let key = sequence.reduce(0) { $0 | 1 << $1 }
        for tour in legal { Self.add(tour, to: &found[key, default: []]) }
      }
      for job in problem.jobs.indices where !sequence.contains(job) && !fixed.contains(job) && isAllowed(job, shift) {
        sequence.append(job)
        if canStillBe(sequence, shift) { extend() }
        sequence.removeLast()
      }
    }
    extend()
    return found
  }

  private static func add(_ tour: Tour, to tours: inout [Tour]) {
    func covers(_ a: Tour, _ b: Tour) -> Bool {
      a.cost <= b.cost && a.broken <= b.broken && (b.begins.map { a.begins?.isSuperset(of: $0) ?? true } ?? true)
    }
    guard !tours.contains(where: { covers($0, tour) }) else { return }
    tours.removeAll { covers(tour, $0) }
    tours.append(tour)
  }

  private func isAllowed(_ job: Int, _ shift: Int) -> Bool {
    problem.jobs[job].skills.isSubset(of: problem.shifts[shift].skills) && problem.jobs[job].pinned?.contains(shift) ?? true
  }

  /// Cheap signs that no longer tour with this beginning can be legal: more jobs, or a later moment, than may be.
  private func canStillBe(_ sequence: [Int], _ shift: Int) -> Bool {
    let limits = problem.shifts[shift]
    if let most = limits.mostJobs, sequence.count > most { return false }
    if group.filter(sequence.contains).count > 1 { return false }
    for shipment in problem.ties.shipments {
      guard let delivery = sequence.firstIndex(of: shipment.delivery) else { continue }
      if !sequence[..<delivery].contains(shipment.pickup) { return false }
    }
    let table = problem.travel(of: shift)
    var clock = limits.span.earliest.value
    var place = limits.start
    for job in sequence {
      let next = problem.jobs[job].location
      guard table.isReachable(from: place, to: next) else { return false }
      clock += table.seconds(from: place, to: next).value + service(job, shift)
      place = next
    }
    return clock <= limits.span.latest.value
  }

  private func service(_ job: Int, _ shift: Int) -> Int {
    (problem.jobs[job].serviceByType[problem.shifts[shift].type] ?? problem.jobs[job].service).value
  }

  /// The tours along a sequence: one for each choice of promises that can be kept.
  private func tours(along sequence: [Int], _ shift: Int) -> [Tour] {
    guard !sequence.isEmpty else { return [Tour(cost: 0, broken: 0, begins: nil)] }
    guard let plain = cost(along: sequence, shift), isLight(sequence, shift) else { return [] }
    for shipment in problem.ties.shipments where sequence.contains(shipment.pickup) && !sequence.contains(shipment.delivery) {
      if !fixed.contains(shipment.pickup) { return [] }
    }
    let promised = sequence.filter { problem.jobs[$0].promise != nil && !fixed.contains($0) }
    let own = promised.filter { problem.jobs[$0].promise?.shift == shift }
    var found: [Tour] = []
    for choice in 0..<(1 << own.count) {
      let kept = Set(own.indices.filter { choice & 1 << $0 != 0 }.map { own[$0] })
      let broken = promised.filter { !kept.contains($0) }
      let cost = broken.reduce(plain) { $0 + (problem.jobs[$1].promise?.cost ?? 0) }
      guard let member = sequence.first(where: group.contains) else {
        if canDrive(sequence, shift, kept, nil) { found.append(Tour(cost: cost, broken: broken.count, begins: nil)) }
        continue
      }
      guard canDrive(sequence, shift, kept, nil) else { continue }
      let span = problem.shifts[shift].span
      let begins = stride(from: span.earliest.value, through: span.latest.value, by: 60).filter {
        canDrive(sequence, shift, kept, (member, $0))
      }
      if !begins.isEmpty { found.append(Tour(cost: cost, broken: broken.count, begins: Set(begins))) }
    }
    return found
  }

  /// `nil` where a limit is passed that does not depend on time.
  private func cost(along sequence: [Int], _ shift: Int) -> Int? {
    let limits = problem.shifts[shift]
    let table = problem.travel(of: shift)
    let weights = limits.costs ?? problem.objective
    var cost = weights.usedShift
    var (seconds, metres) = (0, 0)
    var place = limits.start
    for next in sequence.map({ problem.jobs[$0].location }) + [limits.end] {
      let cell = place * table.locationCount + next
      guard table.seconds[cell] != TravelTable.unreachable else { return nil }
      seconds += Int(table.seconds[cell])
      metres += Int(table.metres[cell])
      cost +=
        table.costs.map { Int($0[cell]) } ?? weights.travelSecond * Int(table.seconds[cell]) + weights.metre
        * Int(table.metres[cell])
      place = next
    }
    place = limits.start
    for index in sequence {
      let job = problem.jobs[index]
      let setUp = place == job.location ? 0 : job.setUp.value
      cost += weights.workSecond * (service(index, shift) + setUp)
      for wish in job.wishes where !wish.shifts.contains(shift) { cost += wish.cost }
      place = job.location
    }
    if let longest = limits.longestTravel, seconds > longest.value { return nil }
    if let longest = limits.longestWay, Double(metres) > longest.value { return nil }
    return cost
  }

  /// What is on board when each leg begins.
  private func loads(_ sequence: [Int]) -> [SIMD4<Int>] {
    var load = sequence.reduce(SIMD4<Int>.zero) { $0 &+ problem.jobs[$1].delivery.amounts }
    return [load]
      + sequence.map { job in
        load = load &+ problem.jobs[job].load.amounts &- problem.jobs[job].delivery.amounts
        for shipment in problem.ties.shipments {
          if shipment.pickup == job { load = load &+ shipment.amount.amounts }
          if shipment.delivery == job { load = load &- shipment.amount.amounts }
        }
        return load
      }
  }

  private func isLight(_ sequence: [Int], _ shift: Int) -> Bool {
    guard let capacity = problem.shifts[shift].capacity else { return true }
    return loads(sequence).allSatisfy { TourLoad(amounts: $0).fits(into: capacity) }
  }

  /// Whether the sequence can be driven at some departure if these promises are kept and that job begins just then.
  private func canDrive(_ sequence: [Int], _ shift: Int, _ kept: Set<Int>, _ meeting: (job: Int, begin: Int)?) -> Bool {
    let limits = problem.shifts[shift]
    let first = limits.span.earliest.value
    let last = limits.longestWork == nil ? first : limits.span.latest.value
    return stride(from: first, through: last, by: 60).contains { departure in
      guard let end = end(of: sequence, shift, leaving: departure, kept, meeting) else { return false }
      return end <= limits.span.latest.value && limits.longestWork.map { end - departure <= $0.value } ?? true
    }
  }

  /// The earliest moment at which the tour can end; `nil` where it misses something.
  private func end(
    of sequence: [Int], _ shift: Int, leaving departure: Int, _ kept: Set<Int>, _ meeting: (job: Int, begin: Int)?
  ) -> Int? {
    let limits = problem.shifts[shift]
    let table = problem.travel(of: shift)
    let loads = loads(sequence)
    // Per number of breaks taken the earliest moment; nothing where it is impossible.
    var clocks: [Int?] = [departure] + limits.breaks.map { _ in nil }
    var place = limits.start
    for leg in 0...sequence.count {
      let index = leg < sequence.count ? sequence[leg] : nil
      let next = index.map { problem.jobs[$0].location } ?? limits.end
      var way = table.seconds(from: place, to: next).value
      if let index, place != next { way += problem.jobs[index].setUp.value }
      var after: [Int?] = clocks.map { $0.map { $0 + way } }
      for (number, pause) in limits.breaks.enumerated() {
        guard let before = clocks[number], before <= pause.window.latest.value,
          pause.largestLoad.map({ TourLoad(amounts: loads[leg]).fits(into: $0) }) ?? true
        else { continue }
        let there = max(before + way, pause.window.earliest.value) + pause.duration.value
        after[number + 1] = min(after[number + 1] ?? there, there)
      }
      if let index {
        after = after.map { ready in
          ready.flatMap { begin(index, $0, kept, meeting) }.map { $0 + service(index, shift) }
        }
      }
      clocks = after
      place = next
    }
    return clocks[limits.breaks.count]
  }

  private func begin(_ index: Int, _ ready: Int, _ kept: Set<Int>, _ meeting: (job: Int, begin: Int)?) -> Int? {
    let job = problem.jobs[index]
    var ready = ready
    if let promise = job.promise, kept.contains(index) { ready = max(ready, promise.begin.earliest.value) }
    if let meeting, meeting.job == index { ready = max(ready, meeting.begin) }
    let open = job.windows.first { ready <= $0.latest.value }
    if open == nil, !job.windows.isEmpty { return fixed.contains(index) ? ready : nil }
    let begin = max(ready, open?.earliest.value ?? ready)
    if let promise = job.promise, kept.contains(index), begin > promise.begin.latest.value { return nil }
    if let meeting, meeting.job == index, begin != meeting.begin { return nil }
    return begin
  }

  // MARK: - All shifts together

  private func combined() -> Value {
    let all = 1 << problem.jobs.count - 1
    let levels = (problem.jobs.map(\.level).max() ?? -1) + 1
    var best: Value?
    func extend(_ shift: Int, _ served: Int, _ cost: Int, _ broken: Int, _ begins: Set<Int>?) {
      guard shift < problem.shifts.count else {
        let members = group.filter { served & 1 << $0 != 0 }.count
        guard members == 0 || members == group.count, begins?.isEmpty != true else { return }
        var leftOut = Array(repeating: 0, count: levels)
        var broken = broken
        for (index, job) in problem.jobs.enumerated() where served & 1 << index == 0 {
          leftOut[job.level] += job.prize
          if job.promise != nil { broken += 1 }
        }
        let value = Value(excess: max(0, broken - (problem.mostChanges ?? Int.max)), leftOut: leftOut, cost: cost)
        if best.map({ value < $0 }) ?? true { best = value }
        return
      }
      for (set, options) in tours[shift] where set & served == 0 && set & ~all == 0 {
        for tour in options {
          let common = tour.begins.map { own in begins.map { $0.intersection(own) } ?? own } ?? begins
          if common?.isEmpty == true { continue }
          extend(shift + 1, served | set, cost + tour.cost, broken + tour.broken, common)
        }
      }
    }
    extend(0, 0, 0, 0, nil)
    return best ?? Value(excess: Int.max, leftOut: [], cost: Int.max)
  }
}
