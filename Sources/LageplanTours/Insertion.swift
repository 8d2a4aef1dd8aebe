/// The cheapest place for a job: behind which node, at what cost.
struct Insertion: BitwiseCopyable {
  var after: Int32 = -1
  var delta = Int.max

  var isPossible: Bool { after >= 0 }
}

/// Skips a place now and then, so that building again does not end in the same plan
/// (blinks: Christiaens, Vanden Berghe 2020, doi:10.1287/trsc.2019.0914).
struct Blinks {
  /// One of so many places is skipped: the paper's 1 %.
  private static let rarity = 100
  private var left: Int

  /// Never blinks.
  static var none: Blinks { Blinks(left: Int.max) }
  static func seeded(_ random: inout SolverRandom) -> Blinks { Blinks(left: random.below(2 * rarity)) }

  @inline(__always)
  mutating func isNext(_ random: inout SolverRandom) -> Bool {
    left &-= 1
    guard left < 0 else { return false }
    left = random.below(2 * Self.rarity)
    return true
  }
}

/// A job that looks for a place, with what the scan needs of it at hand.
private struct Asked {
  let job: Int
  let from: UnsafeMutablePointer<SearchSpace.Leg>
  let into: UnsafeMutablePointer<SearchSpace.Leg>
  let load: SIMD4<Int32>
  let hasShiftCost: Bool

  @inline(__always)
  init(_ job: Int, _ space: borrowing SearchSpace) {
    self.job = job
    let row = Int(space.location[job]) &* space.places
    from = space.legs + row
    into = space.into + row
    load = space.job[job].load
    hasShiftCost = space.job[job].hasShiftCost
  }
}

extension WorkingPlan {
  /// The cheapest place for the absent `job` beside one of its neighbours or on an idle shift; where there is none, anywhere.
  func cheapestInsertion(
    of job: Int, blinks: inout Blinks, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) -> Insertion {
    var best = Insertion()
    let asked = Asked(job, space)
    let near = min(space.neighbours, SearchSpace.granularCount)
    let row = space.neighbour + job &* space.neighbours
    for place in 0..<near {
      let neighbour = row[place]
      let other = Int(neighbour.job)
      let shift = Int(node[other].route)
      guard shift >= 0 else { continue }
      let before = Int(node[other].previous)
      // What one new leg alone costs more than the old one saves is known without looking up the other.
      let isNearBehind = Int(neighbour.arriving) &- Int(node[other].outgoing) < best.delta
      let isNearBefore = Int(neighbour.leaving) &- Int(node[before].outgoing) < best.delta
      guard isNearBehind || isNearBefore, mayTake(asked, shift, space) else { continue }
      if isNearBehind { consider(asked, behind: other, shift, &best, &blinks, &random, space) }
      if isNearBefore { consider(asked, behind: before, shift, &best, &blinks, &random, space) }
    }
    considerIdle(asked, &best, &blinks, &random, space)
    if !best.isPossible, near < jobCount &- 1 {
      for shift in 0..<shiftCount where !isEmpty(shift) { improveInsertion(&best, of: job, in: shift, &blinks, &random, space) }
    }
    return best
  }

  /// Makes `best` the cheapest place in `shift` where that is cheaper and keeps the rules.
  func improveInsertion(
    _ best: inout Insertion, of job: Int, in shift: Int, _ blinks: inout Blinks, _ random: inout SolverRandom,
    _ space: borrowing SearchSpace
  ) {
    let asked = Asked(job, space)
    guard mayTake(asked, shift, space) else { return }
    var at = start(shift)
    let last = end(shift)
    while at != last {
      consider(asked, behind: at, shift, &best, &blinks, &random, space)
      at = Int(node[at].next)
    }
  }

  /// What it takes to put the job behind one node.
  func insertion(
    of job: Int, behind at: Int, in shift: Int, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) -> Insertion {
    var found = Insertion()
    var blinks = Blinks.none
    let asked = Asked(job, space)
    if mayTake(asked, shift, space) { consider(asked, behind: at, shift, &found, &blinks, &random, space) }
    return found
  }

  private func considerIdle(
    _ asked: Asked, _ best: inout Insertion, _ blinks: inout Blinks, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) {
    for kind in 0..<space.kindCount {
      let shift = firstIdle(ofKind: kind, space)
      guard shift >= 0, mayTake(asked, shift, space) else { continue }
      consider(asked, behind: start(shift), shift, &best, &blinks, &random, space)
    }
  }

  /// What does not depend on the place in the route.
  @inline(__always)
  private func mayTake(_ asked: Asked, _ shift: Int, _ space: borrowing SearchSpace) -> Bool {
    guard space.mayServe(asked.job, on: shift) else { return false }
    if space.limitsJobs, routes[shift].stops >= space.shift[shift].mostJobs { return false }
    return !space.hasLoads || space.hasProfile || all((routes[shift].load &+ asked.load) .<= space.shift[shift].capacity)
  }

  @inline(__always)
  private func consider(
    _ asked: Asked, behind at: Int, _ shift: Int, _ best: inout Insertion, _ blinks: inout Blinks, _ random: inout SolverRandom,
    _ space: borrowing SearchSpace
  ) {
    let here = node + at
    let following = Int(here.pointee.next)
    let limits = space.shift + shift
    let arriving = asked.into[limits.pointee.table &+ Int(here.pointee.location)]
    let leaving = asked.from[limits.pointee.table &+ Int(node[following].location)]
    var delta = Int(arriving.cost) &+ Int(leaving.cost)
    delta &-= routes[shift].stops == 0 ? 0 &- limits.pointee.usedShift : Int(here.pointee.outgoing)
    if asked.hasShiftCost { delta &+= space.shiftCost(asked.job, on: shift) }
    if space.hasSetUpCost {
      delta &+= space.setUpCost(at, asked.job, shift) &+ space.setUpCost(asked.job, following, shift)
    }
    guard delta < best.delta, !blinks.isNext(&random) else { return }
    if space.hasProfile, !carries(asked.job, behind: at, shift, space) { return }
    if space.limitsWay, !isNear(asked.job, behind: at, before: following, shift, space) { return }
    if space.isTimed {
      guard fits(asked.job, behind: at, before: following, shift, arriving.seconds, leaving.seconds, space) else { return }
    }
    if space.hasFixed, space.isLocked[at] { return }
    if space.hasRanks, !keepsOrder(asked.job, behind: at, space) { return }
    best = Insertion(after: Int32(truncatingIfNeeded: at), delta: delta)
  }

  /// Whether nobody of a higher rank comes before the job there, and nobody of a lower one after it.
  private func keepsOrder(_ job: Int, behind at: Int, _ space: borrowing SearchSpace) -> Bool {
    let rank = space.rank[job]
    guard rank >= 0 else { return true }
    var place = at
    while place < jobCount {
      if space.rank[place] > rank { return false }
      place = previous(place)
    }
    place = next(at)
    while place < jobCount {
      if 0..<rank ~= space.rank[place] { return false }
      place = next(place)
    }
    return true
  }

  /// Whether the way with the job is not longer than it may be.
  func isNear(_ job: Int, behind at: Int, before following: Int, _ shift: Int, _ space: borrowing SearchSpace) -> Bool {
    let saved = routes[shift].stops == 0 ? 0 : space.metres(at, following, shift)
    let added = space.metres(at, job, shift) &+ space.metres(job, following, shift)
    return routes[shift].metres &+ added &- saved <= space.shift[shift].longestWay
  }

  /// Whether everyone behind is still in time, and the shift's limits hold.
  @inline(__always)
  private func fits(
    _ job: Int, behind at: Int, before following: Int, _ shift: Int, _ arriving: Int32, _ leaving: Int32,
    _ space: borrowing SearchSpace
  ) -> Bool {
    if space.limitsTravel {
      let saved = routes[shift].stops == 0 ? 0 : space.leg(at, following, shift).seconds
      guard routes[shift].travel &+ arriving &+ leaving &- saved <= space.shift[shift].longestTravel else { return false }
    }
    var (arriving, leaving) = (arriving, leaving)
    if space.hasSetUp {
      if node[at].location != node[job].location { arriving &+= space.setUp[job] }
      if following < jobCount, node[following].location != node[job].location { leaving &+= space.setUp[following] }
    }
    let done = space.done(node[at].early, way: arriving, job, service: space.service(of: job, on: shift), shift)
    guard space.joins(done, way: leaving, node[following].late, shift) else { return false }
    return !space.followsTours || keepsWork(on: shift, placing: (job, at), space)
  }

  /// Whether the tour can be worked within the shift's longest work at some departure and with breaks when little is on board, with up to two absent jobs: the one behind a node, the other
  /// behind a node or behind the first.
  func keepsWork(
    on shift: Int, placing first: (job: Int, behind: Int) = (-1, -1), and second: (job: Int, behind: Int) = (-1, -1),
    _ space: borrowing SearchSpace
  ) -> Bool {
    guard space.shift[shift].isFollowed else { return true }
    var load = space.hasProfile ? loads[start(shift)].now : .zero
    for job in [first.job, second.job] where job >= 0 { load &+= space.job[job].delivery }
    var tour = WorkSpan(space.shift[shift], load: load)
    var place = start(shift)
    let last = end(shift)
    while place != last, !tour.isOver {
      var before = place
      if place == first.behind {
        tour.visit(first.job, from: before, shift, space)
        before = first.job
      }
      if second.job >= 0, before == second.behind || place == second.behind {
        tour.visit(second.job, from: before, shift, space)
        before = second.job
      }
      tour.visit(next(place), from: before, shift, space)
      place = next(place)
    }
    return !tour.isOver
  }
}
