/// Routes as doubly linked nodes in one flat buffer, the jobs in no route, and the cost of it all.
///
/// Always within the rules: whatever changes it has been evaluated before. Changes since ``beginRound()`` can be taken back at the price of what
/// they touched. Numbers of nodes are those of ``SearchSpace``.
struct WorkingPlan: ~Copyable {
  let node: UnsafeMutablePointer<PlanNode>
  let routes: UnsafeMutablePointer<PlanRoute>
  let absent: UnsafeMutablePointer<Int32>
  private(set) var absentCount = 0
  /// Of the routes, and of the absent jobs as the search sees it.
  private(set) var routesCost = 0
  private(set) var weight = 0
  /// The prizes of the absent jobs per level, the highest first.
  let leftOut: UnsafeMutablePointer<Int>
  let levelCount: Int
  /// How many promises are broken, those to absent jobs among them.
  private(set) var broken = 0
  /// What each placed job is held to (see ``Held``).
  let held: UnsafeMutablePointer<Int32>
  let loads: UnsafeMutablePointer<PlanLoad>
  /// Bit s: shift s has no stops.
  let idle: UnsafeMutablePointer<UInt64>
  let jobCount: Int
  let shiftCount: Int
  private let nodeCount: Int

  private var round: UInt32 = 0
  private let notedNode: UnsafeMutablePointer<(at: Int32, was: PlanNode)>
  private let notedHeld: UnsafeMutablePointer<Int32>
  private var notedNodes = 0
  private let notedRoute: UnsafeMutablePointer<(at: Int32, was: PlanRoute)>
  private var notedRoutes = 0
  private let keptAbsent: UnsafeMutablePointer<Int32>
  private var keptAbsentCount = 0
  private let keptLeftOut: UnsafeMutablePointer<Int>
  private var keptCosts = (routes: 0, weight: 0, broken: 0)

  /// All routes empty but for their fixed jobs.
  init(_ space: borrowing SearchSpace, fixed: [[Int]]) {
    nodeCount = space.nodeCount
    jobCount = space.jobCount
    shiftCount = space.shiftCount
    levelCount = space.levelCount
    node = .allocate(capacity: max(1, nodeCount))
    node.initialize(repeating: PlanNode(), count: nodeCount)
    routes = .allocate(capacity: max(1, shiftCount))
    routes.initialize(repeating: PlanRoute(), count: shiftCount)
    absent = .allocate(capacity: max(1, jobCount))
    idle = .allocate(capacity: space.words)
    idle.initialize(repeating: 0, count: space.words)
    held = .allocate(capacity: max(1, nodeCount))
    held.initialize(repeating: Held.free, count: nodeCount)
    loads = .allocate(capacity: space.hasProfile ? max(1, nodeCount) : 1)
    loads.initialize(repeating: PlanLoad(), count: space.hasProfile ? nodeCount : 1)
    leftOut = .allocate(capacity: max(1, levelCount))
    leftOut.initialize(repeating: 0, count: levelCount)
    keptLeftOut = .allocate(capacity: max(1, levelCount))
    notedNode = .allocate(capacity: max(1, nodeCount))
    notedHeld = .allocate(capacity: max(1, nodeCount))
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
    held.deallocate()
    loads.deallocate()
    leftOut.deallocate()
    keptLeftOut.deallocate()
    notedNode.deallocate()
    notedHeld.deallocate()
    notedRoute.deallocate()
    keptAbsent.deallocate()
  }

  /// What the search makes small.
  var cost: Int { routesCost &+ weight }
  /// What counts in the end.
  var value: PlanValue {
    PlanValue(leftOut: Array(UnsafeBufferPointer(start: leftOut, count: levelCount)), routesCost: routesCost)
  }

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

  // MARK: - Rounds

  /// From here on changes can be taken back.
  mutating func beginRound() {
    round &+= 1
    notedNodes = 0
    notedRoutes = 0
  }

  /// Changes since the begin of the round stay.
  mutating func commit() {
    keptCosts = (routesCost, weight, broken)
    keptLeftOut.update(from: leftOut, count: levelCount)
    keptAbsent.update(from: absent, count: absentCount)
    keptAbsentCount = absentCount
    beginRound()
  }

  /// Everything is again as it was at the begin of the round.
  mutating func takeBack(_ space: borrowing SearchSpace) {
    for index in 0..<notedNodes { node[Int(notedNode[index].at)] = notedNode[index].was }
    if space.hasTies {
      for index in 0..<notedNodes {
        let at = Int(notedNode[index].at)
        if at < jobCount, held[at] != notedHeld[index] { hold(at, to: notedHeld[index], space) }
      }
    }
    for index in 0..<notedRoutes {
      let shift = Int(notedRoute[index].at)
      routes[shift] = notedRoute[index].was
      markIdle(shift)
      if space.hasProfile { refreshLoads(of: shift, space) }
    }
    absent.update(from: keptAbsent, count: keptAbsentCount)
    absentCount = keptAbsentCount
    (routesCost, weight, broken) = keptCosts
    leftOut.update(from: keptLeftOut, count: levelCount)
  }

  /// Whether the routes that this round has touched keep the rules: where ways are shorter by a detour, a route can miss a window without a stop.
  func keepsRules(_ space: borrowing SearchSpace) -> Bool {
    guard space.isTimed || space.limitsWay else { return true }
    for index in 0..<notedRoutes {
      let shift = Int(notedRoute[index].at)
      guard routes[shift].stops > 0 else { continue }
      let last = Int(node[end(shift)].previous)
      guard space.joins(node[last].early, way: node[last].way, node[end(shift)].late, shift),
        !space.limitsTravel || routes[shift].travel <= space.shift[shift].longestTravel,
        !space.limitsWay || routes[shift].metres <= space.shift[shift].longestWay,
        !space.followsTours || keepsWork(on: shift, space)
      else { return false }
    }
    return true
  }

  @inline(__always)
  mutating func note(_ at: Int) {
    guard node[at].round != round else { return }
    notedNode[notedNodes] = (Int32(truncatingIfNeeded: at), node[at])
    notedHeld[notedNodes] = held[at]
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
  mutating func insert(
    _ job: Int, after: Int, delta: Int, holding held: Int32 = Held.free, _ space: borrowing SearchSpace
  ) {
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
    if space.hasTies {
      hold(job, to: held, space)
      if space.ties.promisedShift[job] >= 0, !space.ties.isBroken(job, on: shift, held: held) { broken &-= 1 }
    }
    node[job].route = Int32(truncatingIfNeeded: shift)
    node[job].service = space.service(of: job, on: shift)
    link(after, job)
    link(job, following)
    setLeg(after, space)
    setLeg(job, space)
    if space.limitsLegs {
      if routes[shift].stops > 0 { count(-1, after, following, shift, space) }
      count(1, after, job, shift, space)
      count(1, job, following, shift, space)
    }
    routes[shift].stops &+= 1
    if space.hasLoads { routes[shift].load &+= space.job[job].load }
    if space.hasProfile { refreshLoads(of: shift, space) }
    markIdle(shift)
    routesCost &+= delta
    leftOut[Int(space.job[job].level)] &-= Int(space.job[job].prize)
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
    if space.limitsLegs { self.count(-1, before, first, shift, space) }
    var at = first
    for _ in 0..<count {
      let following = Int(node[at].next)
      note(at)
      routesCost &-= Int(node[at].outgoing) &+ space.shiftCost(at, on: shift)
      if space.limitsLegs { self.count(-1, at, following, shift, space) }
      if space.hasLoads { routes[shift].load &-= space.job[at].load }
      if space.hasTies {
        if space.ties.isBroken(at, on: shift, held: held[at]) { broken &-= 1 }
        routesCost &-= space.ties.brokenCost(at, on: shift, held: held[at])
        hold(at, to: Held.free, space)
      }
      markAbsent(at, space)
      at = following
    }
    note(at)
    link(before, at)
    setLeg(before, space)
    routes[shift].stops &-= Int32(truncatingIfNeeded: count)
    if routes[shift].stops == 0 {
      routesCost &-= space.shift[shift].usedShift
      markIdle(shift)
    } else {
      routesCost &+= Int(node[before].outgoing)
      if space.limitsLegs { self.count(1, before, at, shift, space) }
    }
    if space.hasProfile { refreshLoads(of: shift, space) }
    guard space.isTimed else { return }
    refreshForward(from: at, space, force: false)
    refreshBackward(from: before, space, force: false)
  }

  private mutating func markAbsent(_ job: Int, _ space: borrowing SearchSpace) {
    node[job].route = -1
    node[job].previous = Int32(truncatingIfNeeded: absentCount)
    absent[absentCount] = Int32(truncatingIfNeeded: job)
    absentCount &+= 1
    leftOut[Int(space.job[job].level)] &+= Int(space.job[job].prize)
    weight &+= space.job[job].weight
    if space.hasTies, space.ties.promisedShift[job] >= 0 { broken &+= 1 }
  }

  /// Adds one leg to what the route drives, or takes it off.
  @inline(__always)
  private func count(_ sign: Int32, _ from: Int, _ to: Int, _ shift: Int, _ space: borrowing SearchSpace) {
    if space.limitsTravel { routes[shift].travel &+= sign &* space.leg(from, to, shift).seconds }
    if space.limitsWay { routes[shift].metres &+= sign &* space.metres(from, to, shift) }
  }

  private mutating func hold(_ job: Int, to moment: Int32, _ space: borrowing SearchSpace) {
    held[job] = moment
    space.ties.hold(job, to: moment, space)
  }

  /// A fixed job is no longer asked for its windows: it is done, promised, or on the way to.
  private mutating func append(fixed job: Int, _ shift: Int, _ space: borrowing SearchSpace) {
    let before = previous(end(shift))
    let isFirst = isEmpty(shift)
    let delta =
      Int(space.leg(before, job, shift).cost) + Int(space.leg(job, end(shift), shift).cost)
      + space.setUpCost(before, job, shift) - (isFirst ? -space.shift[shift].usedShift : Int(node[before].outgoing))
      + space.shiftCost(job, on: shift)
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
    let shift = Int(node[at].route)
    let leg = space.leg(at, following, shift)
    node[at].outgoing = leg.cost
    if space.hasSetUpCost { node[at].outgoing &+= Int32(truncatingIfNeeded: space.setUpCost(at, following, shift)) }
    node[at].way = space.hasSetUp ? space.way(at, following, shift) : leg.seconds
  }
}
