/// The cheapest place for a job: behind which node, in which of its windows, at what cost.
struct Insertion: BitwiseCopyable {
  var after: Int32 = -1
  var window: Int32 = 0
  var delta = Int.max

  var isPossible: Bool { after >= 0 }
}

/// Skips a place now and then, so that building again does not end in the same plan
/// (blinks: Christiaens, Vanden Berghe 2020, doi:10.1287/trsc.2019.0914).
struct Blinks {
  private let rarity: Int
  private var left: Int
  private let isOn: Bool

  /// Never blinks.
  static var none: Blinks { Blinks(rarity: 1, left: 0, isOn: false) }

  static func seeded(_ random: inout SolverRandom) -> Blinks {
    let rarity = random.below(4) == 0 ? 10 : 100
    return Blinks(rarity: rarity, left: random.below(2 * rarity), isOn: true)
  }

  @inline(__always)
  mutating func isNext(_ random: inout SolverRandom) -> Bool {
    guard isOn else { return false }
    left &-= 1
    guard left < 0 else { return false }
    left = random.below(2 * rarity)
    return true
  }
}

extension WorkingPlan {
  /// The cheapest place for the absent `job` in any route; of several alike empty routes the first is tried.
  func cheapestInsertion(
    of job: Int, blinks: inout Blinks, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) -> Insertion {
    var best = Insertion()
    for shift in 0..<space.shiftCount { improveInsertion(&best, of: job, in: shift, blinks: &blinks, &random, space) }
    return best
  }

  /// Makes `best` the cheapest place in `shift` where that is cheaper and keeps the rules.
  func improveInsertion(
    _ best: inout Insertion, of job: Int, in shift: Int, blinks: inout Blinks, _ random: inout SolverRandom,
    _ space: borrowing SearchSpace
  ) {
    let (first, last) = (start(shift), end(shift))
    let isNew = Int(node[first].next) == last
    // An empty route like an earlier empty one needs no look.
    if isNew, Int(space.kind[shift]) != shift, isEmpty(Int(space.kind[shift])) { return }
    guard space.mayServe(job, on: shift),
      Int(node[last].load) &+ Int(space.load[job]) <= Int(space.capacity[shift])
    else { return }
    let place = Int(space.location[job]) &* space.places
    let (from, into) = (space.legs + place, space.into + place)
    let windows = Int(space.windowStart[job])..<Int(space.windowStart[job + 1])
    var at = first
    while at != last {
      let here = node + at
      let following = Int(here.pointee.next)
      let arriving = into[Int(space.location[at])]
      let leaving = from[Int(space.location[following])]
      let saved = isNew ? -space.usedShift : Int(here.pointee.outgoing)
      let delta = Int(arriving.cost) &+ Int(leaving.cost) &- saved
      if delta < best.delta {
        for window in windows where !blinks.isNext(&random) {
          let time = here.pointee.head.then(space.windows[window], travel: arriving.seconds)
            .then(node[following].tail, travel: leaving.seconds)
          if time.timeWarp == 0, time.duration <= space.longestWork[shift] {
            best = Insertion(after: Int32(at), window: Int32(window - windows.lowerBound), delta: delta)
            break
          }
        }
      }
      at = following
    }
  }

  /// Places the job with the largest regret, which is what it would cost to wait and take the second best route instead, until no more fit:
  /// Potvin, Rousseau 1993, doi:10.1016/0377-2217(93)90221-8. Higher levels go first.
  mutating func insertByRegret(levels: [Int], _ random: inout SolverRandom, _ space: borrowing SearchSpace) {
    let shifts = space.shiftCount
    var blinks = Blinks.none
    var best = ContiguousArray(repeating: Insertion(), count: jobCount * shifts)
    for place in 0..<absentCount {
      let job = Int(absent[place])
      for shift in 0..<shifts {
        improveInsertion(&best[job * shifts + shift], of: job, in: shift, blinks: &blinks, &random, space)
      }
    }
    while true {
      var chosen: (job: Int, shift: Int, level: Int, regret: Int)?
      for place in 0..<absentCount {
        let job = Int(absent[place])
        var (first, second, shift) = (Int.max, Int.max, -1)
        for candidate in 0..<shifts {
          let delta = best[job * shifts + candidate].delta
          if delta < first {
            (second, first, shift) = (first, delta, candidate)
          } else if delta < second {
            second = delta
          }
        }
        guard shift >= 0 else { continue }
        // A job with a single route left is the most urgent, the dearest of them first.
        let regret = second == Int.max ? Int(SearchSpace.noWay) + first : second - first
        if let held = chosen, (-held.level, held.regret, -held.job) >= (-levels[job], regret, -job) { continue }
        chosen = (job, shift, levels[job], regret)
      }
      guard let chosen else { return }
      let insertion = best[chosen.job * shifts + chosen.shift]
      let wasEmpty = isEmpty(chosen.shift)
      insert(chosen.job, after: Int(insertion.after), window: Int(insertion.window), delta: insertion.delta, space)
      for shift in 0..<shifts where shift == chosen.shift || (wasEmpty && space.kind[shift] == space.kind[chosen.shift]) {
        for place in 0..<absentCount {
          let job = Int(absent[place])
          best[job * shifts + shift] = Insertion()
          improveInsertion(&best[job * shifts + shift], of: job, in: shift, blinks: &blinks, &random, space)
        }
      }
    }
  }
}
