import LageplanGeometry

/// Tries everything: the best plan of a handful of jobs, where rounds that change a plan step by step can miss it because all plans between are against a rule.
///
/// Per shift all orders of all choices of jobs are driven, with every choice of promises to keep. Of the tours with the same jobs those are kept that no
/// other beats in cost, broken promises, and the seconds at which its job of a group may begin. The sets of jobs are then put together shift by
/// shift: the dynamic programming of Bellman 1962 (doi:10.1145/321105.321111) over sets, with several best tours a set.
struct CompleteSearch {
  /// Problems with more orders of jobs than that are left to the search without a try.
  private static let mostOrders = 150_000
  /// More tours than that are not tried. They are more than the orders of jobs, as each promise may be kept or not; most of them end early, so the
  /// product of both says little about how many there are.
  private static let mostTours = 600_000
  /// The seconds at which a job of a group may begin are tried in steps of that, where work or the load during breaks must be followed along the tour.
  private static let step: Int32 = 60

  /// A tour of a shift behind its fixed jobs, or one tour each of the first shifts.
  private struct Tour {
    /// What it adds to the cost of the routes and to the broken promises of a plan that serves none of its jobs.
    var cost: Int
    var broken: Int
    /// When its job of the group may begin; `nil`: it has none.
    var begins: [ClosedRange<Int32>]?
    var jobs: [Int] = []
    /// Which of them are held to their promises.
    var kept: Set<Int> = []
    /// The choice that this one follows, by its number.
    var former = -1

    func isAsGood(as other: Tour) -> Bool {
      guard cost <= other.cost, broken <= other.broken else { return false }
      guard let begins, let others = other.begins else { return begins == nil }
      return others.allSatisfy { other in begins.contains { $0.contains(other.lowerBound) && $0.contains(other.upperBound) } }
    }
  }

  /// The jobs that are not fixed: bit i of a set stands for the job `free[i]`.
  private let free: [Int]
  private let group: [Int]
  private let clock: SolverClock
  /// Cost and broken promises of the plan that serves only the fixed jobs.
  private let bare: (cost: Int, broken: Int)
  private var isOver = false
  private var tried = 0

  /// `nil` where the problem is too large, or has several groups.
  init?(_ plan: borrowing WorkingPlan, _ clock: SolverClock, _ space: borrowing SearchSpace) {
    free = (0..<space.jobCount).filter { plan.isAbsent($0) }
    let groups = Set(free.filter { space.ties.isGroup[$0] }.map { space.ties.unit[$0] })
    guard groups.count <= 1, Self.orderCount(of: free, space) <= Self.mostOrders else { return nil }
    group = groups.first ?? []
    self.clock = clock
    bare = (plan.routesCost, plan.broken)
  }

  /// In so many orders can so many choices of jobs be put, in all shifts together.
  private static func orderCount(of free: [Int], _ space: borrowing SearchSpace) -> Int {
    guard free.count <= 8 else { return Int.max }
    var count = 0
    for shift in 0..<space.shiftCount where isFirstOfKind(shift, space) {
      let allowed = free.filter { space.mayServe($0, on: shift) }
      var (orders, sequences) = (1, 1)
      for chosen in 0..<allowed.count {
        orders *= allowed.count - chosen
        sequences += orders
      }
      count += sequences
    }
    return count
  }

  private static func isFirstOfKind(_ shift: Int, _ space: borrowing SearchSpace) -> Bool { first(alike: shift, space) == shift }

  /// The first shift that has the same tours.
  private static func first(alike shift: Int, _ space: borrowing SearchSpace) -> Int {
    for kind in 0..<space.kindCount {
      let mask = space.kinds + kind * space.words
      guard mask[shift / 64] & 1 << UInt64(shift % 64) != 0 else { continue }
      for word in 0..<space.words where mask[word] != 0 { return word * 64 + mask[word].trailingZeroBitCount }
    }
    return shift
  }

  /// Makes the plan the best of all, from one that serves only the fixed jobs; false where the time or the tours that may be tried were used up before, and
  /// nothing has changed.
  mutating func complete(_ plan: inout WorkingPlan, _ space: borrowing SearchSpace) -> Bool {
    var tours: [[[Tour]]] = []
    for shift in 0..<space.shiftCount {
      let first = Self.first(alike: shift, space)
      if first < shift {
        tours.append(tours[first])
        continue
      }
      var found = [[Tour]](repeating: [], count: 1 << free.count)
      extend([], 0, [], on: shift, &plan, &found, space)
      tours.append(found)
      if isOver { return false }
    }
    let (choices, last) = Self.together(tours, jobs: free.count)
    guard let best = best(of: last, choices, space) else { return true }
    adopt(best, choices, &plan, space)
    return true
  }

  // MARK: - Tours of one shift

  /// Notes the tour as it stands, then tries each job behind it.
  private mutating func extend(
    _ jobs: [Int], _ served: Int, _ kept: Set<Int>, on shift: Int, _ plan: inout WorkingPlan, _ found: inout [[Tour]],
    _ space: borrowing SearchSpace
  ) {
    tried += 1
    if tried % 4096 == 0, tried >= Self.mostTours || clock.spent(after: 0) >= 0.5 || Task.isCancelled { isOver = true }
    if isOver { return }
    if !jobs.isEmpty { note(jobs, served, kept, on: shift, &plan, &found, space) }
    for (bit, job) in free.enumerated() where served & 1 << bit == 0 && mayFollow(jobs, job, on: shift, plan, space) {
      if space.ties.promisedShift[job] == shift, space.ties.canKeepPromise(job), !space.ties.isGroup[job] {
        extend(jobs, served, kept, by: (job, bit), Held.promised, on: shift, &plan, &found, space)
      }
      extend(jobs, served, kept, by: (job, bit), Held.free, on: shift, &plan, &found, space)
    }
  }

  private mutating func extend(
    _ jobs: [Int], _ served: Int, _ kept: Set<Int>, by next: (job: Int, bit: Int), _ held: Int32, on shift: Int,
    _ plan: inout WorkingPlan, _ found: inout [[Tour]], _ space: borrowing SearchSpace
  ) {
    plan.append(next.job, on: shift, holding: held, space)
    if plan.canGoOn(from: next.job, on: shift, space) {
      let kept = held == Held.promised ? kept.union([next.job]) : kept
      extend(jobs + [next.job], served | 1 << next.bit, kept, on: shift, &plan, &found, space)
    }
    plan.remove(1, from: next.job, space)
  }

  private func mayFollow(
    _ jobs: [Int], _ job: Int, on shift: Int, _ plan: borrowing WorkingPlan, _ space: borrowing SearchSpace
  ) -> Bool {
    guard space.mayServe(job, on: shift), plan.stopCount(shift) < space.shift[shift].mostJobs else { return false }
    let before = plan.previous(plan.end(shift))
    guard space.leg(before, job, shift).cost < SearchSpace.noWay else { return false }
    if space.hasRanks, space.rank[job] >= 0 {
      var at = before
      while at < space.jobCount {
        if space.rank[at] > space.rank[job] { return false }
        at = plan.previous(at)
      }
    }
    guard let leader = space.ties.unit[job].first else { return true }
    if space.ties.isGroup[job] { return !jobs.contains(where: group.contains) }
    return leader == job || jobs.contains(leader)
  }

  /// Notes the tour if it may end here.
  private func note(
    _ jobs: [Int], _ served: Int, _ kept: Set<Int>, on shift: Int, _ plan: inout WorkingPlan, _ found: inout [[Tour]],
    _ space: borrowing SearchSpace
  ) {
    for job in jobs where !space.ties.isGroup[job] && space.ties.unit[job].first == job {
      guard jobs.contains(space.ties.unit[job][1]) else { return }
    }
    guard plan.mayEnd(on: shift, space) else { return }
    var tour = Tour(cost: plan.routesCost - bare.cost, broken: plan.broken - bare.broken, jobs: jobs, kept: kept)
    guard let member = jobs.first(where: group.contains) else { return Self.add(tour, to: &found[served]) }
    let begins = begins(of: member, on: shift, &plan, space)
    guard !begins.isEmpty else { return }
    tour.begins = begins
    Self.add(tour, to: &found[served])
    guard space.ties.promisedShift[member] == shift, let promise = space.ties.promises[member] else { return }
    let window = Int32(promise.begin.earliest.value)...Int32(promise.begin.latest.value)
    tour.begins = begins.filter { $0.overlaps(window) }.map { $0.clamped(to: window) }
    tour.cost -= promise.cost
    tour.broken -= 1
    if tour.begins?.isEmpty == false { Self.add(tour, to: &found[served]) }
  }

  /// Within which seconds a job of a group may begin where it stands.
  private func begins(
    of job: Int, on shift: Int, _ plan: inout WorkingPlan, _ space: borrowing SearchSpace
  ) -> [ClosedRange<Int32>] {
    let open = plan.openings(for: job, behind: plan.previous(job), before: plan.next(job), shift, space)
    let first = Int(space.job[job].firstWindow)
    var begins: [ClosedRange<Int32>] = []
    for window in first..<(first + Int(space.job[job].windowCount)) {
      let window = space.windows[window].opens...space.windows[window].closes
      begins += open.filter { $0.overlaps(window) }.map { $0.clamped(to: window) }
    }
    guard space.shift[shift].isFollowed else { return begins }
    var moments: [ClosedRange<Int32>] = []
    for range in begins {
      for moment in Array(stride(from: range.lowerBound, to: range.upperBound, by: Int(Self.step))) + [range.upperBound] {
        space.ties.hold(job, to: moment, space)
        if plan.keepsWork(on: shift, space) { moments.append(moment...moment) }
      }
    }
    space.ties.hold(job, to: Held.free, space)
    return moments
  }

  private static func add(_ tour: Tour, to tours: inout [Tour]) {
    guard !tours.contains(where: { $0.isAsGood(as: tour) }) else { return }
    tours.removeAll { tour.isAsGood(as: $0) }
    tours.append(tour)
  }

  // MARK: - All shifts together

  /// All choices worth a thought, and of each set of jobs those that serve it, by number.
  private static func together(_ tours: [[[Tour]]], jobs: Int) -> (choices: [Tour], ofSet: [[Int]]) {
    var choices = [Tour(cost: 0, broken: 0)]
    var known = [[Int]](repeating: [], count: 1 << jobs)
    known[0] = [0]
    for ofShift in tours {
      var next = known
      // Each choice so far stays one in which this shift has no more than its fixed jobs; its place in `choices` tells the shift.
      for set in known.indices {
        next[set] = known[set].map { number in
          choices.append(
            Tour(cost: choices[number].cost, broken: choices[number].broken, begins: choices[number].begins, former: number))
          return choices.count - 1
        }
      }
      for set in known.indices where !known[set].isEmpty {
        let rest = known.count - 1 - set
        var added = rest
        while added > 0 {
          for tour in ofShift[added] {
            for number in known[set] { follow(number, with: tour, &choices, &next[set | added]) }
          }
          added = (added - 1) & rest
        }
      }
      known = next
    }
    return (choices, known)
  }

  private static func follow(_ number: Int, with tour: Tour, _ choices: inout [Tour], _ others: inout [Int]) {
    var both = tour
    both.cost += choices[number].cost
    both.broken += choices[number].broken
    both.former = number
    if let former = choices[number].begins {
      both.begins =
        tour.begins.map { own in
          former.flatMap { one in own.filter { $0.overlaps(one) }.map { $0.clamped(to: one) } }
        } ?? former
    }
    guard both.begins?.isEmpty != true, !others.contains(where: { choices[$0].isAsGood(as: both) }) else { return }
    others.removeAll { both.isAsGood(as: choices[$0]) }
    choices.append(both)
    others.append(choices.count - 1)
  }

  /// The number of the best choice: as few promises broken beyond the most that may be as can be, then by cost.
  private func best(of last: [[Int]], _ choices: [Tour], _ space: borrowing SearchSpace) -> Int? {
    var best: (number: Int, excess: Int, value: PlanValue)?
    for (set, numbers) in last.enumerated() {
      let members = free.indices.count { set & 1 << $0 != 0 && group.contains(free[$0]) }
      guard members == 0 || members == group.count else { continue }
      var value = PlanValue(leftOut: Array(repeating: 0, count: space.levelCount), routesCost: 0)
      for (bit, job) in free.enumerated() where set & 1 << bit == 0 {
        value.leftOut[Int(space.job[job].level)] += Int(space.job[job].prize)
      }
      for number in numbers {
        let excess = max(0, bare.broken + choices[number].broken - space.ties.mostChanges)
        value.routesCost = choices[number].cost
        if let best, (best.excess, best.value) <= (excess, value) { continue }
        best = (number, excess, value)
      }
    }
    return best?.number
  }

  private func adopt(_ best: Int, _ choices: [Tour], _ plan: inout WorkingPlan, _ space: borrowing SearchSpace) {
    let begin = choices[best].begins?.first?.lowerBound
    var number = best
    for shift in (0..<space.shiftCount).reversed() {
      for job in choices[number].jobs {
        let held = group.contains(job) ? begin ?? Held.free : choices[number].kept.contains(job) ? Held.promised : Held.free
        plan.append(job, on: shift, holding: held, space)
      }
      number = choices[number].former
    }
    plan.commit()
  }
}

extension WorkingPlan {
  /// Puts an absent job behind all others, whether or not that keeps the rules.
  fileprivate mutating func append(_ job: Int, on shift: Int, holding held: Int32, _ space: borrowing SearchSpace) {
    let before = previous(end(shift))
    let former = isEmpty(shift) ? -space.shift[shift].usedShift : Int(node[before].outgoing)
    var delta = Int(space.leg(before, job, shift).cost) + Int(space.leg(job, end(shift), shift).cost)
    delta += space.setUpCost(before, job, shift) + space.shiftCost(job, on: shift) - former
    if space.hasTies { delta += space.ties.brokenCost(job, on: shift, held: held) }
    insert(job, after: before, delta: delta, holding: held, space)
  }

  /// Whether a tour may be possible that begins as this one does until `last`, its last job.
  fileprivate func canGoOn(from last: Int, on shift: Int, _ space: borrowing SearchSpace) -> Bool {
    let limits = space.shift[shift]
    let home = end(shift)
    if space.limitsTravel, routes[shift].travel &- space.leg(last, home, shift).seconds > limits.longestTravel { return false }
    if space.limitsWay, routes[shift].metres &- space.metres(last, home, shift) > limits.longestWay { return false }
    guard space.isTimed else { return true }
    for taken in 0...Int(limits.breakCount) where node[last].early[taken] <= limits.ends { return true }
    return false
  }

  /// Whether the tour keeps the rules if it ends behind its last job.
  fileprivate func mayEnd(on shift: Int, _ space: borrowing SearchSpace) -> Bool {
    let limits = space.shift[shift]
    let last = previous(end(shift))
    guard space.leg(last, end(shift), shift).cost < SearchSpace.noWay,
      !space.limitsTravel || routes[shift].travel <= limits.longestTravel,
      !space.limitsWay || routes[shift].metres <= limits.longestWay
    else { return false }
    if space.hasLoads {
      let most = space.hasProfile ? loads[start(shift)].after : routes[shift].load
      guard all(most .<= limits.capacity) else { return false }
    }
    if space.isTimed, !space.joins(node[last].early, way: node[last].way, node[end(shift)].late, shift) { return false }
    return !space.followsTours || keepsWork(on: shift, space)
  }
}
