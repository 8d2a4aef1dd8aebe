/// Routes as doubly linked nodes in one flat buffer, the jobs in no route, and the cost of it all.
///
/// Always within the rules: whatever changes it has been evaluated before. Changes since ``beginRound()`` can be taken back at the price of what
/// they touched. Numbers of nodes are those of ``SearchSpace``.
struct WorkingPlan: ~Copyable {
  let node: UnsafeMutablePointer<PlanNode>
  let routes: UnsafeMutablePointer<PlanRoute>
  let absent: UnsafeMutablePointer<Int32>
  private(set) var absentCount = 0
  /// Of the routes; of the absent jobs exactly, and as the search sees it.
  private(set) var routesCost = 0
  private(set) var penalty = 0
  private(set) var weight = 0
  /// Bit s: shift s has no stops.
  let idle: UnsafeMutablePointer<UInt64>
  let jobCount: Int
  let shiftCount: Int
  private let nodeCount: Int

  private var round: UInt32 = 0
  private let notedNode: UnsafeMutablePointer<(at: Int32, was: PlanNode)>
  private var notedNodes = 0
  private let notedRoute: UnsafeMutablePointer<(at: Int32, was: PlanRoute)>
  private var notedRoutes = 0
  private let keptAbsent: UnsafeMutablePointer<Int32>
  private var keptAbsentCount = 0
  private var keptCosts = (routes: 0, penalty: 0, weight: 0)

  /// All routes empty but for their fixed jobs.
  init(_ space: borrowing SearchSpace, fixed: [[Int]]) {
    nodeCount = space.nodeCount
    jobCount = space.jobCount
    shiftCount = space.shiftCount
    node = .allocate(capacity: max(1, nodeCount))
    node.initialize(repeating: PlanNode(), count: nodeCount)
    routes = .allocate(capacity: max(1, shiftCount))
    routes.initialize(repeating: PlanRoute(), count: shiftCount)
    absent = .allocate(capacity: max(1, jobCount))
    idle = .allocate(capacity: space.words)
    idle.initialize(repeating: 0, count: space.words)
    notedNode = .allocate(capacity: max(1, nodeCount))
    notedRoute = .allocate(capacity: max(1, shiftCount))
    keptAbsent = .allocate(capacity: max(1, jobCount))
    for at in 0..<nodeCount { node[at].location = space.location[at] }
    for job in 0..<jobCount { markAbsent(job, space) }
    for shift in 0..<shiftCount {
      let (first, last) = (start(shift), end(shift))
      for depot in [first, last] { node[depot].route = Int32(shift) }
      node[first].early = SearchSpace.clock(SearchSpace.never)
      node[first].early[0] = space.shift[shift].begins
      node[last].late = SearchSpace.clock(SearchSpace.tooLate)
      node[last].late[Int(space.shift[shift].breakCount)] = space.shift[shift].ends
      node[first].next = Int32(last)
      node[last].previous = Int32(first)
      idle[shift / 64] |= 1 << UInt64(shift % 64)
      setLeg(first, space)
      refreshBackward(from: first, space, force: true)
      for job in fixed[shift] { append(fixed: job, shift, space) }
    }
    commit()
  }

  deinit {
    node.deallocate()
    routes.deallocate()
    absent.deallocate()
    idle.deallocate()
    notedNode.deallocate()
    notedRoute.deallocate()
    keptAbsent.deallocate()
  }

  /// What the search makes small.
  var cost: Int { routesCost &+ weight }
  /// What counts in the end: levels outweigh everything below them.
  var exactCost: Int { routesCost + penalty }

  @inline(__always) func start(_ shift: Int) -> Int { jobCount &+ shift }
  @inline(__always) func end(_ shift: Int) -> Int { jobCount &+ shiftCount &+ shift }
  @inline(__always) func isEmpty(_ shift: Int) -> Bool { routes[shift].stops == 0 }
  @inline(__always) func next(_ at: Int) -> Int { Int(node[at].next) }
  @inline(__always) func previous(_ at: Int) -> Int { Int(node[at].previous) }
  @inline(__always) func route(_ at: Int) -> Int { Int(node[at].route) }
  @inline(__always) func isAbsent(_ job: Int) -> Bool { node[job].route < 0 }
  @inline(__always) func stopCount(_ shift: Int) -> Int { Int(routes[shift].stops) }

  /// The first of the alike shifts of this kind that has no stops; -1: none.
  @inline(__always)
  func firstIdle(ofKind kind: Int, _ space: borrowing SearchSpace) -> Int {
    var word = 0
    while word < space.words {
      let bits = idle[word] & space.kinds[kind &* space.words &+ word]
      if bits != 0 { return word &* 64 &+ bits.trailingZeroBitCount }
      word &+= 1
    }
    return -1
  }

  func sequence(of shift: Int) -> [Int] {
    var jobs: [Int] = []
    var at = next(start(shift))
    while at != end(shift) {
      jobs.append(at)
      at = next(at)
    }
    return jobs
  }

  func sequences() -> [[Int]] {
    var all: [[Int]] = []
    for shift in 0..<shiftCount { all.append(sequence(of: shift)) }
    return all
  }

  /// Places the jobs of a solution as it has them, but for those that would break a rule there.
  mutating func adopt(_ solution: TourSolution, _ space: borrowing SearchSpace) {
    var random = SolverRandom(seed: 0)
    for (shift, route) in solution.routes.enumerated().prefix(shiftCount) {
      for job in route.jobs where job < jobCount && isAbsent(job) {
        let place = insertion(of: job, behind: previous(end(shift)), in: shift, &random, space)
        if place.isPossible { insert(job, after: Int(place.after), delta: place.delta, space) }
      }
    }
    commit()
  }

  // MARK: - Rounds

  /// From here on changes can be taken back.
  mutating func beginRound() {
    round &+= 1
    notedNodes = 0
    notedRoutes = 0
  }

  /// Changes since the begin of the round stay.
  mutating func commit() {
    keptCosts = (routesCost, penalty, weight)
    keptAbsent.update(from: absent, count: absentCount)
    keptAbsentCount = absentCount
    beginRound()
  }

  /// Everything is again as it was at the begin of the round.
  mutating func takeBack() {
    for index in 0..<notedNodes { node[Int(notedNode[index].at)] = notedNode[index].was }
    for index in 0..<notedRoutes {
      let shift = Int(notedRoute[index].at)
      routes[shift] = notedRoute[index].was
      markIdle(shift)
    }
    absent.update(from: keptAbsent, count: keptAbsentCount)
    absentCount = keptAbsentCount
    (routesCost, penalty, weight) = keptCosts
  }

  /// Whether the routes that this round has touched keep the rules: where ways are shorter by a detour, a route can miss a window without a stop.
  func keepsRules(_ space: borrowing SearchSpace) -> Bool {
    guard space.isTimed || space.limitsTravel else { return true }
    for index in 0..<notedRoutes {
      let shift = Int(notedRoute[index].at)
      guard routes[shift].stops > 0 else { continue }
      let last = Int(node[end(shift)].previous)
      guard space.joins(node[last].early, way: node[last].way, node[end(shift)].late, shift),
        !space.limitsTravel || routes[shift].travel <= space.shift[shift].longestTravel,
        !space.limitsWork || keepsWork(on: shift, space)
      else { return false }
    }
    return true
  }

  @inline(__always)
  private mutating func note(_ at: Int) {
    guard node[at].round != round else { return }
    notedNode[notedNodes] = (Int32(truncatingIfNeeded: at), node[at])
    notedNodes &+= 1
    node[at].round = round
  }

  @inline(__always)
  private mutating func noteRoute(_ shift: Int) {
    guard routes[shift].round != round else { return }
    notedRoute[notedRoutes] = (Int32(truncatingIfNeeded: shift), routes[shift])
    notedRoutes &+= 1
    routes[shift].round = round
  }

  @inline(__always)
  private func markIdle(_ shift: Int) {
    let bit: UInt64 = 1 &<< UInt64(shift & 63)
    if routes[shift].stops == 0 { idle[shift &>> 6] |= bit } else { idle[shift &>> 6] &= ~bit }
  }

  // MARK: - Changes

  /// Puts the absent `job` behind the node `after`. `delta` is what that adds to the cost of the routes.
  mutating func insert(_ job: Int, after: Int, delta: Int, _ space: borrowing SearchSpace) {
    let shift = Int(node[after].route)
    let following = Int(node[after].next)
    note(job)
    note(after)
    note(following)
    noteRoute(shift)
    let hole = Int(node[job].previous)
    absentCount &-= 1
    if hole != absentCount {
      let moved = Int(absent[absentCount])
      note(moved)
      absent[hole] = Int32(truncatingIfNeeded: moved)
      node[moved].previous = Int32(truncatingIfNeeded: hole)
    }
    node[job].route = Int32(truncatingIfNeeded: shift)
    node[job].service = space.service(of: job, on: shift)
    link(after, job)
    link(job, following)
    setLeg(after, space)
    setLeg(job, space)
    if space.limitsTravel {
      let former = routes[shift].stops == 0 ? 0 : space.leg(after, following).seconds
      routes[shift].travel &+= space.leg(after, job).seconds &+ space.leg(job, following).seconds &- former
    }
    routes[shift].stops &+= 1
    if space.hasLoads { routes[shift].load &+= space.job[job].load }
    markIdle(shift)
    routesCost &+= delta
    penalty &-= space.job[job].penalty
    weight &-= space.job[job].weight
    guard space.isTimed else { return }
    refreshForward(from: job, space, force: true)
    refreshBackward(from: job, space, force: true)
  }

  /// Takes `count` jobs out of their route, beginning with the job `first`. None of them is fixed.
  mutating func remove(_ count: Int, from first: Int, _ space: borrowing SearchSpace) {
    let shift = Int(node[first].route)
    let before = Int(node[first].previous)
    note(before)
    noteRoute(shift)
    routesCost &-= Int(node[before].outgoing)
    var at = first
    for _ in 0..<count {
      let following = Int(node[at].next)
      note(at)
      routesCost &-= Int(node[at].outgoing) &+ space.wish(at, on: shift)
      if space.limitsTravel { routes[shift].travel &-= space.leg(Int(node[at].previous), at).seconds }
      if space.hasLoads { routes[shift].load &-= space.job[at].load }
      markAbsent(at, space)
      at = following
    }
    note(at)
    if space.limitsTravel { routes[shift].travel &-= space.leg(Int(node[at].previous), at).seconds }
    link(before, at)
    setLeg(before, space)
    routes[shift].stops &-= Int32(truncatingIfNeeded: count)
    if routes[shift].stops == 0 {
      routesCost &-= space.usedShift
      markIdle(shift)
    } else {
      routesCost &+= Int(node[before].outgoing)
      if space.limitsTravel { routes[shift].travel &+= space.leg(before, at).seconds }
    }
    guard space.isTimed else { return }
    refreshForward(from: at, space, force: false)
    refreshBackward(from: before, space, force: false)
  }

  private mutating func markAbsent(_ job: Int, _ space: borrowing SearchSpace) {
    node[job].route = -1
    node[job].previous = Int32(truncatingIfNeeded: absentCount)
    absent[absentCount] = Int32(truncatingIfNeeded: job)
    absentCount &+= 1
    penalty &+= space.job[job].penalty
    weight &+= space.job[job].weight
  }

  /// A fixed job is no longer asked for its windows: it is done, promised, or on the way to.
  private mutating func append(fixed job: Int, _ shift: Int, _ space: borrowing SearchSpace) {
    let before = previous(end(shift))
    let isFirst = isEmpty(shift)
    let delta =
      Int(space.leg(before, job).cost) + Int(space.leg(job, end(shift)).cost)
      - (isFirst ? -space.usedShift : Int(node[before].outgoing)) + space.wish(job, on: shift)
    insert(job, after: before, delta: delta, space)
  }

  @inline(__always)
  private func link(_ before: Int, _ after: Int) {
    node[before].next = Int32(truncatingIfNeeded: after)
    node[after].previous = Int32(truncatingIfNeeded: before)
  }

  @inline(__always)
  private func setLeg(_ at: Int, _ space: borrowing SearchSpace) {
    let following = Int(node[at].next)
    let leg = space.leg(at, following)
    node[at].outgoing = leg.cost
    node[at].way = space.hasSetUp ? space.way(at, following) : leg.seconds
  }

  /// When each node from `first` on can be left, until nothing changes any more.
  private mutating func refreshForward(from first: Int, _ space: borrowing SearchSpace, force: Bool) {
    let shift = Int(node[first].route)
    let last = end(shift)
    var at = first
    var isForced = force
    while at != last {
      let early = early(at, space)
      if !isForced, Self.isEqual(early, node[at].early, space, shift) { return }
      isForced = false
      note(at)
      node[at].early = early
      at = Int(node[at].next)
    }
  }

  /// By when each node from `first` on, towards the start, must be reached, until nothing changes any more.
  private mutating func refreshBackward(from first: Int, _ space: borrowing SearchSpace, force: Bool) {
    let shift = Int(node[first].route)
    let last = start(shift)
    var at = first
    var isForced = force
    while at != last {
      let late = late(at, space)
      if !isForced, Self.isEqual(late, node[at].late, space, shift) { return }
      isForced = false
      note(at)
      node[at].late = late
      at = Int(node[at].previous)
    }
  }

  @inline(__always)
  private func early(_ at: Int, _ space: borrowing SearchSpace) -> Clock {
    let before = node + Int(node[at].previous)
    let shift = Int(node[at].route)
    if space.hasFixed, space.isFixed[at] {
      return doneFixed(before.pointee.early, way: before.pointee.way, at, service: node[at].service, shift, space)
    }
    return space.done(before.pointee.early, way: before.pointee.way, at, service: node[at].service, shift)
  }

  @inline(__always)
  private func late(_ at: Int, _ space: borrowing SearchSpace) -> Clock {
    let following = node + Int(node[at].next)
    return space.arrive(
      before: following.pointee.late, way: node[at].way, at, service: node[at].service, Int(node[at].route))
  }

  private func doneFixed(
    _ early: Clock, way: Int32, _ job: Int, service: Int32, _ shift: Int, _ space: borrowing SearchSpace
  ) -> Clock {
    var result = SearchSpace.clock(SearchSpace.never)
    for taken in 0...Int(space.shift[shift].breakCount) {
      let arrival = early[taken] &+ way
      var begin = arrival < SearchSpace.never ? space.begin(job, arrival) : SearchSpace.never
      if begin == SearchSpace.never { begin = arrival }
      if taken > 0 {
        let pause = space.breaks[Int(space.shift[shift].firstBreak) &+ taken &- 1]
        if early[taken &- 1] <= pause.closes {
          begin = min(begin, max(early[taken &- 1] &+ way, pause.opens) &+ pause.duration)
        }
      }
      result[taken] = min(SearchSpace.never, begin &+ service)
    }
    return result
  }

  @inline(__always)
  private static func isEqual(_ a: Clock, _ b: Clock, _ space: borrowing SearchSpace, _ shift: Int) -> Bool {
    if space.shift[shift].breakCount == 0 { return a[0] == b[0] }
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3]
  }

  /// In debug builds: the cost that was kept by deltas is the cost counted anew, and so are the clocks.
  func assertSums(_ space: borrowing SearchSpace) {
    #if DEBUG
      var total = 0
      for shift in 0..<shiftCount where !isEmpty(shift) {
        total += space.usedShift
        var at = start(shift)
        while at != end(shift) {
          total += Int(space.leg(at, next(at)).cost)
          at = next(at)
          if at < jobCount { total += space.wish(at, on: shift) }
          assert(previous(next(previous(at))) == previous(at), "links of \(at)")
          guard space.isTimed, at < jobCount else { continue }
          assert(Self.isEqual(early(at, space), node[at].early, space, shift), "the clock of \(at) was not carried on")
          assert(Self.isEqual(late(at, space), node[at].late, space, shift), "the clock of \(at) was not carried back")
        }
      }
      assert(total == routesCost, "cost kept by deltas \(routesCost), counted anew \(total)")
      var left = 0
      for place in 0..<absentCount { left += space.job[Int(absent[place])].penalty }
      assert(left == penalty, "penalty kept by deltas \(penalty), counted anew \(left)")
    #endif
  }
}
