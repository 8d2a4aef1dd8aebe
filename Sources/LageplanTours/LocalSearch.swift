/// Takes improving moves until none is left around the jobs that are queued.
///
/// Every move is found by a new leg a → b that it makes, b being a near neighbour of a or the other way round
/// (granular neighbourhood: Toth, Vigo 2003, doi:10.1287/ijoc.15.4.333.24890). Such a leg can come from moving or swapping chains of up to three jobs,
/// turned round or not (relocate, Or-opt, swap), from turning a part of a tour (2-opt), or from changing tails (2-opt*).
struct LocalSearch: ~Copyable {
  private let queue: UnsafeMutablePointer<Int32>
  private let isQueued: UnsafeMutablePointer<Bool>
  private let scratch: UnsafeMutablePointer<Int32>
  private let capacity: Int
  private var first = 0
  private var queued = 0

  init(_ space: borrowing SearchSpace) {
    capacity = max(1, space.jobCount)
    queue = .allocate(capacity: capacity)
    isQueued = .allocate(capacity: capacity)
    isQueued.initialize(repeating: false, count: capacity)
    scratch = .allocate(capacity: space.nodeCount + 4)
  }

  deinit {
    queue.deallocate()
    isQueued.deallocate()
    scratch.deallocate()
  }

  /// Asks for the moves around `node`; starts, ends and what is queued already are passed over.
  mutating func enqueue(_ node: Int, _ space: borrowing SearchSpace) {
    guard node < space.jobCount, !isQueued[node] else { return }
    isQueued[node] = true
    queue[(first + queued) % capacity] = Int32(node)
    queued += 1
  }

  mutating func run(on plan: inout WorkingPlan, _ space: borrowing SearchSpace) {
    while queued > 0 {
      let job = Int(queue[first])
      first = (first + 1) % capacity
      queued -= 1
      isQueued[job] = false
      while plan.route(job) >= 0, improve(around: job, &plan, space) {}
    }
  }

  /// Takes the first improving move that makes a leg to or from `job`.
  private mutating func improve(around job: Int, _ plan: inout WorkingPlan, _ space: borrowing SearchSpace) -> Bool {
    let row = job * space.neighbours
    for place in 0..<min(space.neighbours, SearchSpace.granularCount) {
      let other = Int(space.neighbour[row + place])
      guard plan.route(other) >= 0 else { continue }
      if makeLeg(from: other, to: job, &plan, space) || makeLeg(from: job, to: other, &plan, space) { return true }
    }
    for shift in 0..<space.shiftCount where Int(space.kind[shift]) == shift || plan.stopCount(Int(space.kind[shift])) > 0 {
      if plan.isEmpty(shift), makeLeg(from: plan.start(shift), to: job, &plan, space) { return true }
    }
    return false
  }

  /// Tries every move that makes the leg a → b; a may be a start, b is a job.
  private mutating func makeLeg(from a: Int, to b: Int, _ plan: inout WorkingPlan, _ space: borrowing SearchSpace) -> Bool {
    let (afterA, beforeB) = (plan.next(a), plan.previous(b))
    guard afterA != b else { return false }
    // An improving move has a new leg that is cheaper than a leg it takes away at one of its ends.
    let new = space.leg(a, b).cost
    guard new < plan.node[a].outgoing || new < plan.node[beforeB].outgoing || plan.isEmpty(plan.route(a)) else { return false }
    let (routeA, routeB) = (plan.route(a), plan.route(b))
    // Chains that begin or end at b go behind a.
    var (left, right) = (b, b)
    for length in 1...3 {
      if right < space.jobCount {
        if take(Self.relocation(b, right, behind: a, reversed: false, plan), &plan, space) { return true }
        right = plan.next(right)
      }
      if left < space.jobCount {
        if length > 1, take(Self.relocation(left, b, behind: a, reversed: true, plan), &plan, space) { return true }
        left = plan.previous(left)
      }
    }
    if routeA != routeB {
      if take(Self.tails(a, b, plan), &plan, space) { return true }
    } else if plan.node[a].position < plan.node[b].position {
      if take(Self.turn(afterA, beforeB, between: a, b, plan), &plan, space) { return true }
    } else if take(Self.turn(b, a, between: beforeB, afterA, plan), &plan, space) {
      return true
    }
    guard a < space.jobCount else { return false }
    // Chains that begin or end at a go before b; a chain behind a makes room for one that begins with b.
    (left, right) = (a, a)
    for length in 1...3 {
      if left < space.jobCount {
        if take(Self.relocation(left, a, behind: beforeB, reversed: false, plan), &plan, space) { return true }
        left = plan.previous(left)
      }
      if right < space.jobCount {
        if length > 1, take(Self.relocation(a, right, behind: beforeB, reversed: true, plan), &plan, space) { return true }
        right = plan.next(right)
      }
    }
    guard afterA < space.jobCount else { return false }
    let (secondB, secondA) = (plan.next(b), plan.next(afterA))
    if take(Self.swap(b, b, afterA, afterA, plan), &plan, space) { return true }
    if secondB < space.jobCount, secondB != afterA, take(Self.swap(b, secondB, afterA, afterA, plan), &plan, space) {
      return true
    }
    guard secondA < space.jobCount, secondA != b else { return false }
    if take(Self.swap(b, b, afterA, secondA, plan), &plan, space) { return true }
    return secondB < space.jobCount && secondB != afterA && take(Self.swap(b, secondB, afterA, secondA, plan), &plan, space)
  }

  private mutating func take(_ move: Move?, _ plan: inout WorkingPlan, _ space: borrowing SearchSpace) -> Bool {
    guard let move, let delta = move.improvement(on: plan, space) else { return false }
    move.apply(delta: delta, to: &plan, scratch: scratch, space)
    for rewrite in [move.one, move.other] {
      for index in 0..<rewrite.count {
        enqueue(Int(rewrite.spans[index].first), space)
        enqueue(Int(rewrite.spans[index].last), space)
      }
    }
    return true
  }

  // MARK: - The shapes of moves

  /// The chain `first...last` goes behind `a`, which is not in it.
  static func relocation(_ first: Int, _ last: Int, behind a: Int, reversed: Bool, _ plan: borrowing WorkingPlan) -> Move? {
    let (routeA, routeB) = (plan.route(a), plan.route(first))
    let (before, after) = (plan.previous(first), plan.next(last))
    if routeA != routeB {
      var source = RouteRewrite(route: routeB)
      source.append(plan.start(routeB), before, in: plan)
      source.append(after, plan.end(routeB), in: plan)
      var target = RouteRewrite(route: routeA)
      target.append(plan.start(routeA), a, in: plan)
      target.append(first, last, reversed: reversed, in: plan)
      target.append(plan.next(a), plan.end(routeA), in: plan)
      return Move(target, source)
    }
    let (place, begins, ends) = (plan.node[a].position, plan.node[first].position, plan.node[last].position)
    guard place < begins || place > ends, a != before || reversed else { return nil }
    var rewrite = RouteRewrite(route: routeA)
    if place < begins {
      rewrite.append(plan.start(routeA), a, in: plan)
      rewrite.append(first, last, reversed: reversed, in: plan)
      rewrite.append(plan.next(a), before, in: plan)
      rewrite.append(after, plan.end(routeA), in: plan)
    } else {
      rewrite.append(plan.start(routeA), before, in: plan)
      rewrite.append(after, a, in: plan)
      rewrite.append(first, last, reversed: reversed, in: plan)
      rewrite.append(plan.next(a), plan.end(routeA), in: plan)
    }
    return Move(rewrite)
  }

  /// `first...last` is driven backwards between its neighbours `before` and `after` (2-opt).
  static func turn(_ first: Int, _ last: Int, between before: Int, _ after: Int, _ plan: borrowing WorkingPlan) -> Move? {
    guard plan.node[first].position < plan.node[last].position else { return nil }
    let route = plan.route(first)
    var rewrite = RouteRewrite(route: route)
    rewrite.append(plan.start(route), before, in: plan)
    rewrite.append(first, last, reversed: true, in: plan)
    rewrite.append(after, plan.end(route), in: plan)
    return Move(rewrite)
  }

  /// The route of `a` goes on with what follows from `b` on in its route, and the other way round (2-opt*).
  static func tails(_ a: Int, _ b: Int, _ plan: borrowing WorkingPlan) -> Move? {
    let (routeA, routeB) = (plan.route(a), plan.route(b))
    let (endA, endB) = (plan.end(routeA), plan.end(routeB))
    var one = RouteRewrite(route: routeA)
    one.append(plan.start(routeA), a, in: plan)
    one.append(b, plan.previous(endB), in: plan)
    one.append(endA, endA, in: plan)
    var other = RouteRewrite(route: routeB)
    other.append(plan.start(routeB), plan.previous(b), in: plan)
    other.append(plan.next(a), plan.previous(endA), in: plan)
    other.append(endB, endB, in: plan)
    return Move(one, other)
  }

  /// Two chains change places.
  static func swap(_ first: Int, _ last: Int, _ otherFirst: Int, _ otherLast: Int, _ plan: borrowing WorkingPlan) -> Move? {
    let (routeA, routeB) = (plan.route(first), plan.route(otherFirst))
    if routeA == routeB {
      if plan.node[first].position > plan.node[otherFirst].position {
        return swap(otherFirst, otherLast, first, last, plan)
      }
      guard plan.node[last].position < plan.node[otherFirst].position else { return nil }
      var rewrite = RouteRewrite(route: routeA)
      rewrite.append(plan.start(routeA), plan.previous(first), in: plan)
      rewrite.append(otherFirst, otherLast, in: plan)
      rewrite.append(plan.next(last), plan.previous(otherFirst), in: plan)
      rewrite.append(first, last, in: plan)
      rewrite.append(plan.next(otherLast), plan.end(routeA), in: plan)
      return Move(rewrite)
    }
    var one = RouteRewrite(route: routeA)
    one.append(plan.start(routeA), plan.previous(first), in: plan)
    one.append(otherFirst, otherLast, in: plan)
    one.append(plan.next(last), plan.end(routeA), in: plan)
    var other = RouteRewrite(route: routeB)
    other.append(plan.start(routeB), plan.previous(otherFirst), in: plan)
    other.append(first, last, in: plan)
    other.append(plan.next(otherLast), plan.end(routeB), in: plan)
    return Move(one, other)
  }
}
