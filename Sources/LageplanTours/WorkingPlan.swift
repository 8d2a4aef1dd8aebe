/// One node of a route that is being worked on: its links and everything that sums up the route before and after it.
struct PlanNode: BitwiseCopyable {
  var next: Int32 = -1
  var previous: Int32 = -1
  /// The shift; -1: in no route.
  var route: Int32 = -1
  /// Counted from the start of the route, which has 0. Of a job in no route: its place among the absent.
  var position: Int32 = 0
  /// The cost of the leg to the next node.
  var outgoing: Int32 = 0
  /// The load from the start to here, this node included.
  var load: Int32 = 0
  /// The cost of the way from the start to here, and of the same way driven backwards.
  var forward: Int = 0
  var backward: Int = 0
  /// The visit itself, in the window that it takes; from the start of the route to here; from here to its end.
  var own = TimeSegment(duration: 0, earliest: 0, latest: 0)
  var head = TimeSegment(duration: 0, earliest: 0, latest: 0)
  var tail = TimeSegment(duration: 0, earliest: 0, latest: 0)
}

/// Routes as doubly linked nodes in one flat buffer, the jobs in no route, and the cost of it all.
///
/// Always within the rules: whatever changes it has been evaluated before. Numbers of nodes are those of ``SearchSpace``.
struct WorkingPlan: ~Copyable {
  let node: UnsafeMutablePointer<PlanNode>
  let absent: UnsafeMutablePointer<Int32>
  private(set) var absentCount = 0
  private(set) var cost = 0
  private let nodeCount: Int
  let jobCount: Int
  let shiftCount: Int

  /// All routes empty.
  init(_ space: borrowing SearchSpace) {
    nodeCount = space.nodeCount
    jobCount = space.jobCount
    shiftCount = space.shiftCount
    node = .allocate(capacity: max(1, nodeCount))
    node.initialize(repeating: PlanNode(), count: nodeCount)
    absent = .allocate(capacity: max(1, jobCount))
    for job in 0..<jobCount {
      node[job].own = space.windows[Int(space.windowStart[job])]
      markAbsent(job, space)
    }
    for shift in 0..<shiftCount {
      let (first, last) = (start(shift), end(shift))
      for depot in [first, last] {
        node[depot].route = Int32(shift)
        node[depot].own = space.span[shift]
      }
      node[first].next = Int32(last)
      node[last].previous = Int32(first)
      refresh(shift, space)
    }
  }

  deinit {
    node.deallocate()
    absent.deallocate()
  }

  mutating func copy(from other: borrowing WorkingPlan) {
    node.update(from: other.node, count: nodeCount)
    absent.update(from: other.absent, count: other.absentCount)
    absentCount = other.absentCount
    cost = other.cost
  }

  @inline(__always) func start(_ shift: Int) -> Int { jobCount &+ shift }
  @inline(__always) func end(_ shift: Int) -> Int { jobCount &+ shiftCount &+ shift }
  @inline(__always) func isEmpty(_ shift: Int) -> Bool { Int(node[start(shift)].next) == end(shift) }
  @inline(__always) func next(_ at: Int) -> Int { Int(node[at].next) }
  @inline(__always) func previous(_ at: Int) -> Int { Int(node[at].previous) }
  @inline(__always) func route(_ at: Int) -> Int { Int(node[at].route) }
  func stopCount(_ shift: Int) -> Int { Int(node[end(shift)].position) - 1 }

  /// What the route costs; an empty one nothing.
  func cost(ofRoute shift: Int, _ space: borrowing SearchSpace) -> Int {
    isEmpty(shift) ? 0 : node[end(shift)].forward + space.usedShift
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

  /// Puts the absent `job` behind the node `after`, in window number `window` of the job. `delta` is what that adds to the cost of the routes.
  mutating func insert(_ job: Int, after: Int, window: Int, delta: Int, _ space: borrowing SearchSpace) {
    let hole = Int(node[job].position)
    absentCount -= 1
    absent[hole] = absent[absentCount]
    node[Int(absent[hole])].position = Int32(hole)
    node[job].own = space.windows[Int(space.windowStart[job]) + window]
    link(after, job, next(after))
    refresh(route(after), space)
    cost += delta - space.penalty[job]
    assertCost(space)
  }

  /// Takes `count` nodes out of their route, beginning with the job `first`.
  mutating func remove(_ count: Int, from first: Int, _ space: borrowing SearchSpace) {
    let shift = route(first)
    let before = previous(first)
    cost -= cost(ofRoute: shift, space)
    var at = first
    for _ in 0..<count {
      let following = next(at)
      markAbsent(at, space)
      at = following
    }
    node[before].next = Int32(at)
    node[at].previous = Int32(before)
    refresh(shift, space)
    cost += cost(ofRoute: shift, space)
    assertCost(space)
  }

  /// Makes `nodes` (its start, jobs, its end) the route of `shift`.
  mutating func relink(_ shift: Int, _ nodes: UnsafeMutablePointer<Int32>, count: Int, _ space: borrowing SearchSpace) {
    for place in 1..<count {
      node[Int(nodes[place - 1])].next = nodes[place]
      node[Int(nodes[place])].previous = nodes[place - 1]
    }
    refresh(shift, space)
  }

  mutating func addCost(_ delta: Int) { cost += delta }

  private mutating func markAbsent(_ job: Int, _ space: borrowing SearchSpace) {
    node[job].route = -1
    node[job].position = Int32(absentCount)
    absent[absentCount] = Int32(job)
    absentCount += 1
    cost += space.penalty[job]
  }

  private mutating func link(_ before: Int, _ job: Int, _ after: Int) {
    node[before].next = Int32(job)
    node[job].previous = Int32(before)
    node[job].next = Int32(after)
    node[after].previous = Int32(job)
  }

  /// Sums up the route again, forwards and backwards.
  private mutating func refresh(_ shift: Int, _ space: borrowing SearchSpace) {
    let (first, last) = (start(shift), end(shift))
    node[first].position = 0
    node[first].head = node[first].own
    node[last].tail = node[last].own
    var at = first
    while at != last {
      let following = next(at)
      let leg = space.leg(at, following)
      let here = node[at]
      node[at].outgoing = leg.cost
      node[following].route = Int32(shift)
      node[following].position = here.position + 1
      node[following].load = here.load + space.load[following]
      node[following].forward = here.forward + Int(leg.cost)
      node[following].backward = here.backward + Int(space.leg(following, at).cost)
      node[following].head = here.head.then(node[following].own, travel: leg.seconds)
      at = following
    }
    while at != first {
      let before = previous(at)
      node[before].tail = node[before].own.then(node[at].tail, travel: space.leg(before, at).seconds)
      at = before
    }
  }

  /// In debug builds: the cost that was kept by deltas is the cost counted anew.
  func assertCost(_ space: borrowing SearchSpace) {
    #if DEBUG
      var total = 0
      for shift in 0..<shiftCount {
        var at = start(shift)
        while at != end(shift) {
          if !isEmpty(shift) { total += Int(space.leg(at, next(at)).cost) }
          at = next(at)
        }
        if !isEmpty(shift) { total += space.usedShift }
      }
      for place in 0..<absentCount { total += space.penalty[Int(absent[place])] }
      assert(total == cost, "cost kept by deltas \(cost), counted anew \(total)")
    #endif
  }
}
