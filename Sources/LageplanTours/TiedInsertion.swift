/// How jobs find their places that bring others along, or that were promised.
extension WorkingPlan {
  /// Places an absent job and all that is tied to it where they cost least; where there is no place, or it would break more promises than are
  /// `permitted`, nothing happens. Of a tie only the leader acts.
  mutating func placeTied(
    _ job: Int, permitted: inout Int, _ blinks: inout Blinks, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) {
    guard space.ties.isLeader(job) else { return }
    if space.ties.isGroup[job] {
      placeGroup(space.ties.unit[job], permitted: &permitted, &random, space)
    } else if !space.ties.unit[job].isEmpty {
      placeShipment(space.ties.unit[job], permitted: &permitted, &blinks, &random, space)
    } else if space.ties.promisedShift[job] >= 0 {
      placePromised(job, permitted: &permitted, &blinks, &random, space)
    } else {
      let place = cheapestInsertion(of: job, blinks: &blinks, &random, space)
      if place.isPossible { insert(job, after: Int(place.after), delta: place.delta, space) }
    }
  }

  /// Keeping the promise, or wherever it is cheaper by more than breaking it costs.
  private mutating func placePromised(
    _ job: Int, permitted: inout Int, _ blinks: inout Blinks, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) {
    var kept = Insertion()
    if space.ties.canKeepPromise(job) {
      space.ties.hold(job, to: Held.promised, space)
      improveInsertion(&kept, of: job, in: space.ties.promisedShift[job], &blinks, &random, space)
      space.ties.hold(job, to: Held.free, space)
    }
    // Now and then it is kept although it costs more: others may need the room.
    if permitted > 0, !kept.isPossible || random.below(4) > 0 {
      var free = cheapestInsertion(of: job, blinks: &blinks, &random, space)
      if free.isPossible {
        free.delta += space.ties.brokenCost(job, on: route(Int(free.after)), held: Held.free)
        if free.delta < kept.delta {
          permitted -= 1
          return insert(job, after: Int(free.after), delta: free.delta, space)
        }
      }
    }
    if kept.isPossible { insert(job, after: Int(kept.after), delta: kept.delta, holding: Held.promised, space) }
  }

  // MARK: - Shipments

  /// Where a pickup and its delivery go: each behind a node, the delivery perhaps behind its pickup.
  private struct PairInsertion {
    var pickup: Int32 = -1
    var delivery: Int32 = -1
    var delta = Int.max
    var isKept = false
  }

  private mutating func placeShipment(
    _ unit: [Int], permitted: inout Int, _ blinks: inout Blinks, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) {
    var best = PairInsertion()
    let promised = unit.filter { space.ties.promisedShift[$0] >= 0 }
    let isPromisedAlike = Set(promised.map { space.ties.promisedShift[$0] }).count == 1
    if isPromisedAlike, promised.allSatisfy({ space.ties.canKeepPromise($0) }) {
      for job in promised { space.ties.hold(job, to: Held.promised, space) }
      improvePair(&best, unit, on: space.ties.promisedShift[promised[0]], 0, &blinks, &random, space)
      for job in promised { space.ties.hold(job, to: Held.free, space) }
      best.isKept = true
    }
    if promised.count <= permitted {
      var free = PairInsertion()
      free.delta = best.delta
      for shift in 0..<shiftCount where !isEmpty(shift) { improvePair(&free, unit, on: shift, &blinks, &random, space) }
      for kind in 0..<space.kindCount {
        let shift = firstIdle(ofKind: kind, space)
        if shift >= 0 { improvePair(&free, unit, on: shift, &blinks, &random, space) }
      }
      if free.pickup >= 0 {
        best = free
        permitted -= promised.count
      }
    }
    guard best.pickup >= 0 else { return }
    insert(unit[0], best, behind: Int(best.pickup), &random, space)
    insert(unit[1], best, behind: Int(best.delivery), &random, space)
  }

  /// One of the two, at what it adds to the routes as they are now.
  private mutating func insert(
    _ job: Int, _ pair: PairInsertion, behind at: Int, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) {
    let shift = route(at)
    let held = pair.isKept && space.ties.promisedShift[job] >= 0 ? Held.promised : Held.free
    let delta = addition(of: job, behind: at, before: next(at), shift, space) + space.ties.brokenCost(job, on: shift, held: held)
    let first = isEmpty(shift) ? space.shift[shift].usedShift : -Int(node[at].outgoing)
    insert(job, after: at, delta: delta + first, holding: held, space)
  }

  /// What the legs to a job and from it cost, its set-up, and what it costs on the shift.
  private func addition(of job: Int, behind at: Int, before following: Int, _ shift: Int, _ space: borrowing SearchSpace) -> Int {
    Int(space.leg(at, job, shift).cost) &+ Int(space.leg(job, following, shift).cost) &+ space.setUpCost(at, job, shift)
      &+ space.setUpCost(job, following, shift) &+ space.shiftCost(job, on: shift)
  }

  private func improvePair(
    _ best: inout PairInsertion, _ unit: [Int], on shift: Int, _ blinks: inout Blinks, _ random: inout SolverRandom,
    _ space: borrowing SearchSpace
  ) {
    let extra = unit.reduce(0) { $0 + space.ties.brokenCost($1, on: shift, held: Held.free) }
    improvePair(&best, unit, on: shift, extra, &blinks, &random, space)
  }

  /// Tries every place for the pickup and, with the clock carried on behind it, every place for the delivery.
  private func improvePair(
    _ best: inout PairInsertion, _ unit: [Int], on shift: Int, _ extra: Int, _ blinks: inout Blinks,
    _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) {
    let (pickup, delivery) = (unit[0], unit[1])
    let limits = space.shift[shift]
    guard space.mayServe(pickup, on: shift), space.mayServe(delivery, on: shift), routes[shift].stops + 2 <= limits.mostJobs
    else {
      return
    }
    let isIdle = isEmpty(shift)
    let pickupService = space.service(of: pickup, on: shift)
    let deliveryService = space.service(of: delivery, on: shift)
    let last = end(shift)
    var at = start(shift)
    while at != last {
      let following = next(at)
      defer { at = following }
      if space.hasFixed, space.isLocked[at] { continue }
      let former = isIdle ? -limits.usedShift : Int(node[at].outgoing)
      let alone = addition(of: pickup, behind: at, before: following, shift, space) - former + extra
      var load = PairLoad(pickup, delivery, behind: at, self, space)
      if space.hasProfile, !load.fits(into: limits.capacity) { continue }
      var clock = space.done(node[at].early, way: space.way(at, pickup, shift), pickup, service: pickupService, shift)
      if space.isTimed, !isOpen(clock, shift, space) { continue }
      // The delivery behind `before`: the pickup itself, or a node that comes later.
      var before = pickup
      var after = following
      while true {
        let isNext = before == pickup
        let delta =
          isNext
          ? Int(space.leg(at, pickup, shift).cost) + space.setUpCost(at, pickup, shift) + space.shiftCost(pickup, on: shift)
            + addition(of: delivery, behind: pickup, before: after, shift, space) - former + extra
          : alone + addition(of: delivery, behind: before, before: after, shift, space) - Int(node[before].outgoing)
        if delta < best.delta, !blinks.isNext(&random), !space.hasProfile || load.ends(before: after, self, limits.capacity),
          fits((pickup, at), (delivery, before), after, clock, deliveryService, shift, space)
        {
          best = PairInsertion(pickup: Int32(at), delivery: Int32(before), delta: delta)
        }
        guard after != last else { break }
        clock = space.done(clock, way: space.way(before, after, shift), after, service: node[after].service, shift)
        if space.isTimed, !isOpen(clock, shift, space) { break }
        if space.hasProfile {
          load.pass(after, self)
          if !load.fits(into: limits.capacity) { break }
        }
        before = after
        after = next(after)
      }
    }
  }

  /// Somebody can still leave the place.
  private func isOpen(_ clock: Clock, _ shift: Int, _ space: borrowing SearchSpace) -> Bool {
    for taken in 0...Int(space.shift[shift].breakCount) where clock[taken] < SearchSpace.never { return true }
    return false
  }

  /// Whether everyone behind the delivery is in time, and the shift's limits hold.
  private func fits(
    _ pickup: (job: Int, behind: Int), _ delivery: (job: Int, behind: Int), _ after: Int, _ clock: Clock, _ service: Int32,
    _ shift: Int, _ space: borrowing SearchSpace
  ) -> Bool {
    if space.isTimed {
      let done = space.done(clock, way: space.way(delivery.behind, delivery.job, shift), delivery.job, service: service, shift)
      guard space.joins(done, way: space.way(delivery.job, after, shift), node[after].late, shift) else { return false }
    }
    if space.limitsLegs {
      let isNext = delivery.behind == pickup.job
      let following = isNext ? delivery.job : next(pickup.behind)
      func added(_ leg: (Int, Int) -> Int32) -> Int32 {
        var sum = leg(pickup.behind, pickup.job) &+ leg(pickup.job, following) &+ leg(delivery.job, after)
        if !isNext { sum &+= leg(delivery.behind, delivery.job) &- leg(delivery.behind, after) }
        return isEmpty(shift) ? sum : sum &- leg(pickup.behind, next(pickup.behind))
      }
      let limits = space.shift[shift]
      if space.limitsTravel {
        let seconds = added { from, to in space.leg(from, to, shift).seconds }
        guard routes[shift].travel &+ seconds <= limits.longestTravel else { return false }
      }
      if space.limitsWay {
        let metres = added { from, to in space.metres(from, to, shift) }
        guard routes[shift].metres &+ metres <= limits.longestWay else { return false }
      }
    }
    return !space.followsTours || keepsWork(on: shift, placing: pickup, and: delivery, space)
  }
}

/// What is on board with a shipment between its pickup and the node that was passed last.
private struct PairLoad {
  private var most = SIMD4<Int32>.zero
  private var carried = SIMD4<Int32>.zero
  private var left = SIMD4<Int32>.zero
  private var last = SIMD4<Int32>.zero

  init(_ pickup: Int, _ delivery: Int, behind at: Int, _ plan: borrowing WorkingPlan, _ space: borrowing SearchSpace) {
    guard space.hasProfile else { return }
    let brought = space.job[pickup].delivery &+ space.job[delivery].delivery
    carried = brought &+ space.job[pickup].load
    left = carried &+ space.job[delivery].load
    last = plan.loads[at].now
    most = plan.loads[at].before &+ brought
    add(last &+ carried)
  }

  private mutating func add(_ load: SIMD4<Int32>) { most = most.replacing(with: load, where: load .> most) }

  /// One more node is served with the shipment on board.
  mutating func pass(_ at: Int, _ plan: borrowing WorkingPlan) {
    last = plan.loads[at].now
    add(last &+ carried)
  }

  func fits(into capacity: SIMD4<Int32>) -> Bool { all(most .<= capacity) }

  /// Whether it fits if the delivery comes before this node.
  func ends(before at: Int, _ plan: borrowing WorkingPlan, _ capacity: SIMD4<Int32>) -> Bool {
    fits(into: capacity) && all((last &+ left) .<= capacity) && all((plan.loads[at].after &+ left) .<= capacity)
  }
}
