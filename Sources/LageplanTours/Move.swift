/// A piece of a route as it stands: from one node to a later one, to be driven as it is or backwards.
struct RouteSpan: BitwiseCopyable {
  var first: Int32 = 0
  var last: Int32 = 0
  var isReversed = false
}

/// What one route shall become: spans of the routes as they stand, from its own start to its own end.
struct RouteRewrite: BitwiseCopyable {
  var route = 0
  var count = 0
  /// Nodes in all spans, start and end included.
  var nodes = 0
  var spans: InlineArray<6, RouteSpan> = .init(repeating: RouteSpan())

  init(route: Int) { self.route = route }

  /// Adds `first...last` of one route; nothing where `first` stands behind `last`.
  @inline(__always)
  mutating func append(_ first: Int, _ last: Int, reversed: Bool = false, in plan: borrowing WorkingPlan) {
    let length = Int(plan.node[last].position &- plan.node[first].position) &+ 1
    guard length > 0 else { return }
    spans[count] = RouteSpan(first: Int32(first), last: Int32(last), isReversed: reversed)
    count &+= 1
    nodes &+= length
  }
}

/// A change of one or two routes. First it is evaluated, which is pure; only ``apply(to:_:)`` writes.
struct Move: BitwiseCopyable {
  var one: RouteRewrite
  /// `one` again where only one route changes.
  var other: RouteRewrite
  var changesTwo: Bool

  init(_ one: RouteRewrite) {
    self.one = one
    other = one
    changesTwo = false
  }

  init(_ one: RouteRewrite, _ other: RouteRewrite) {
    self.one = one
    self.other = other
    changesTwo = true
  }

  /// By how much the cost changes, negative for better; `nil` where the move does not improve or breaks a rule.
  /// The cost is exact and takes constant time; rules are looked at only where it improves.
  func improvement(on plan: borrowing WorkingPlan, _ space: borrowing SearchSpace) -> Int? {
    var delta = Self.cost(one, plan, space) - plan.cost(ofRoute: one.route, space)
    if changesTwo { delta += Self.cost(other, plan, space) - plan.cost(ofRoute: other.route, space) }
    guard delta < 0, Self.keepsRules(one, plan, space), !changesTwo || Self.keepsRules(other, plan, space) else { return nil }
    return delta
  }

  /// Writes the move. `delta` is what ``improvement(on:_:)`` said; debug builds count the whole cost again.
  func apply(delta: Int, to plan: inout WorkingPlan, scratch: UnsafeMutablePointer<Int32>, _ space: borrowing SearchSpace) {
    let first = Self.spell(one, plan, into: scratch)
    let second = changesTwo ? Self.spell(other, plan, into: scratch + first) : 0
    plan.relink(one.route, scratch, count: first, space)
    if changesTwo { plan.relink(other.route, scratch + first, count: second, space) }
    plan.addCost(delta)
    plan.assertCost(space)
  }

  private static func cost(_ rewrite: RouteRewrite, _ plan: borrowing WorkingPlan, _ space: borrowing SearchSpace) -> Int {
    guard rewrite.nodes > 2 else { return 0 }
    var sum = space.usedShift
    var at = -1
    for index in 0..<rewrite.count {
      let span = rewrite.spans[index]
      let (from, to) = span.isReversed ? (Int(span.last), Int(span.first)) : (Int(span.first), Int(span.last))
      if at >= 0 { sum &+= Int(space.leg(at, from).cost) }
      let (first, last) = (plan.node + Int(span.first), plan.node + Int(span.last))
      sum &+= span.isReversed ? last.pointee.backward &- first.pointee.backward : last.pointee.forward &- first.pointee.forward
      at = to
    }
    return sum
  }

  private static func keepsRules(
    _ rewrite: RouteRewrite, _ plan: borrowing WorkingPlan, _ space: borrowing SearchSpace
  ) -> Bool {
    let route = rewrite.route
    var load = 0
    for index in 0..<rewrite.count {
      let (first, last) = (Int(rewrite.spans[index].first), Int(rewrite.spans[index].last))
      load += Int(plan.node[last].load - plan.node[first].load + space.load[first])
      guard space.hasSkills, plan.route(first) != route else { continue }
      var at = first
      while true {
        guard space.mayServe(at, on: route) else { return false }
        if at == last { break }
        at = plan.next(at)
      }
    }
    guard load <= Int(space.capacity[route]), let time = time(rewrite, plan, space) else { return false }
    return time.duration <= space.longestWork[route]
  }

  /// The new route in time, `nil` where it breaks a window. The head and tail that stay are known; what lies between is walked.
  private static func time(
    _ rewrite: RouteRewrite, _ plan: borrowing WorkingPlan, _ space: borrowing SearchSpace
  ) -> TimeSegment? {
    let route = rewrite.route
    let end = plan.end(route)
    var at = Int(rewrite.spans[0].last)
    var time = plan.node[at].head
    for index in 1..<rewrite.count {
      let span = rewrite.spans[index]
      let (first, last) = (Int(span.first), Int(span.last))
      let source = plan.route(first)
      // The tail of another route serves as well where that shift ends alike: a swap of tails then takes constant time.
      let isForeignTail =
        index == rewrite.count - 2 && !span.isReversed && plan.next(last) == plan.end(source)
        && Int(rewrite.spans[index + 1].first) == end && space.kind[source] == space.kind[route]
      if isForeignTail || last == end {
        time = time.then(plan.node[first].tail, travel: space.leg(at, first).seconds)
        return time.timeWarp == 0 ? time : nil
      }
      var walk = span.isReversed ? last : first
      let goal = span.isReversed ? first : last
      while true {
        time = time.then(plan.node[walk].own, travel: space.leg(at, walk).seconds)
        guard time.timeWarp == 0 else { return nil }
        at = walk
        if walk == goal { break }
        walk = span.isReversed ? plan.previous(walk) : plan.next(walk)
      }
    }
    return nil
  }

  private static func spell(
    _ rewrite: RouteRewrite, _ plan: borrowing WorkingPlan, into nodes: UnsafeMutablePointer<Int32>
  ) -> Int {
    var count = 0
    for index in 0..<rewrite.count {
      let span = rewrite.spans[index]
      var at = span.isReversed ? span.last : span.first
      let goal = span.isReversed ? span.first : span.last
      while true {
        nodes[count] = at
        count += 1
        if at == goal { break }
        at = span.isReversed ? plan.node[Int(at)].previous : plan.node[Int(at)].next
      }
    }
    return count
  }
}
