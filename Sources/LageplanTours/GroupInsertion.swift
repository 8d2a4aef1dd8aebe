import LageplanGeometry

/// How jobs that are done together find their places and their time.
///
/// Every place of every job of the group tells within which seconds the visit may begin there without anybody coming too late. The cheapest places in
/// different shifts that have a second in common are taken, and the jobs are held to that second: to the clocks they then are visits with a window of
/// one second, so that everything else keeps its constant-time checks. The second is free again whenever the group is taken out.
extension WorkingPlan {
  /// A place for one job of a group.
  private struct Candidate {
    let delta: Int
    let shift: Int
    let after: Int
    /// Within which seconds the visit may begin, per number of breaks taken before.
    let openings: [ClosedRange<Int32>]
  }

  /// So many combinations of places are looked at for one group.
  private static let mostCombinations = 20_000

  mutating func placeGroup(_ group: [Int], permitted: inout Int, _ random: inout SolverRandom, _ space: borrowing SearchSpace) {
    guard group.allSatisfy({ isAbsent($0) }) else { return }
    var candidates: [[Candidate]] = []
    for job in group {
      let places = places(for: job, &random, space)
      guard !places.isEmpty else { return }
      candidates.append(places)
    }
    var choice = GroupChoice(left: Self.mostCombinations, time: random.fraction())
    combine(group, candidates, permitted, &choice, space)
    guard choice.best < Int.max else { return }
    for (job, place) in zip(group, choice.places) {
      let shift = route(place)
      let delta = choice.deltas[job] ?? 0
      if space.ties.isBroken(job, on: shift, held: choice.begin) { permitted -= 1 }
      let broken = space.ties.brokenCost(job, on: shift, held: choice.begin)
      insert(job, after: place, delta: delta + broken, holding: choice.begin, space)
    }
  }

  /// The cheapest combination found so far, and what the search for it may still spend.
  private struct GroupChoice {
    var left: Int
    /// Where in the common time to begin: 0 as early as possible, 1 as late.
    let time: Double
    var best = Int.max
    var places: [Int] = []
    var deltas: [Int: Int] = [:]
    var begin: Int32 = 0
    var chosen: [Candidate] = []

    init(left: Int, time: Double) {
      self.left = left
      // Early as a rule, as that leaves most open; late and in between where working time is short.
      self.time = time < 0.6 ? 0 : time < 0.8 ? 1 : (time - 0.8) * 5
    }
  }

  /// All places of a job, the cheapest first. Now and then one is left out.
  private func places(for job: Int, _ random: inout SolverRandom, _ space: borrowing SearchSpace) -> [Candidate] {
    var found: [Candidate] = []
    var blinks = Blinks.seeded(&random)
    for shift in 0..<shiftCount where space.mayServe(job, on: shift) && routes[shift].stops < space.shift[shift].mostJobs {
      if space.hasLoads, !space.hasProfile, !all((routes[shift].load &+ space.job[job].load) .<= space.shift[shift].capacity) {
        continue
      }
      var at = start(shift)
      while at != end(shift) {
        let following = next(at)
        defer { at = following }
        if space.hasFixed && space.isLocked[at] || blinks.isNext(&random) { continue }
        if space.hasProfile, !carries(job, behind: at, shift, space) { continue }
        if space.limitsWay, !isNear(job, behind: at, before: following, shift, space) { continue }
        if space.limitsTravel, !isShort(job, behind: at, before: following, shift, space) { continue }
        let openings = openings(for: job, behind: at, before: following, shift, space)
        guard !openings.isEmpty else { continue }
        let former = isEmpty(shift) ? -space.shift[shift].usedShift : Int(node[at].outgoing)
        let delta =
          Int(space.leg(at, job, shift).cost) + Int(space.leg(job, following, shift).cost)
          + space.setUpCost(at, job, shift) + space.setUpCost(job, following, shift) + space.shiftCost(job, on: shift) - former
        found.append(Candidate(delta: delta, shift: shift, after: at, openings: openings))
      }
    }
    return found.sorted { ($0.delta, $0.shift, $0.after) < ($1.delta, $1.shift, $1.after) }
  }

  private func isShort(_ job: Int, behind at: Int, before following: Int, _ shift: Int, _ space: borrowing SearchSpace) -> Bool {
    let saved = isEmpty(shift) ? 0 : space.leg(at, following, shift).seconds
    let added = space.leg(at, job, shift).seconds &+ space.leg(job, following, shift).seconds
    return routes[shift].travel &+ added &- saved <= space.shift[shift].longestTravel
  }

  /// Within which seconds the visit may begin behind a node: from when one can be ready, to when everyone behind is just in time.
  func openings(
    for job: Int, behind at: Int, before following: Int, _ shift: Int, _ space: borrowing SearchSpace
  ) -> [ClosedRange<Int32>] {
    let service = space.service(of: job, on: shift)
    let done = space.done(node[at].early, way: space.way(at, job, shift), job, service: service, shift)
    let onward = space.way(job, following, shift)
    var openings: [ClosedRange<Int32>] = []
    for taken in 0...Int(space.shift[shift].breakCount) where done[taken] < SearchSpace.never {
      let first = done[taken] &- service
      let last = space.leave(by: node[following].late, way: onward, taken, shift) &- service
      if first <= last { openings.append(first...last) }
    }
    return openings
  }

  /// Depth first over the jobs of the group, cheapest places first.
  private func combine(
    _ group: [Int], _ candidates: [[Candidate]], _ permitted: Int, _ choice: inout GroupChoice, _ space: borrowing SearchSpace
  ) {
    let cheapest = candidates.map { $0[0].delta }
    func extend(_ sum: Int, _ openings: [ClosedRange<Int32>], _ choice: inout GroupChoice) {
      let number = choice.chosen.count
      guard number < group.count else { return accept(group, sum, openings, permitted, &choice, space) }
      let rest = cheapest[(number + 1)...].reduce(0, +)
      for candidate in candidates[number] {
        guard choice.left > 0, sum + candidate.delta + rest < choice.best else { return }
        choice.left -= 1
        if choice.chosen.contains(where: { $0.shift == candidate.shift }) { continue }
        let common = number == 0 ? candidate.openings : Self.common(openings, candidate.openings)
        guard !common.isEmpty else { continue }
        choice.chosen.append(candidate)
        extend(sum + candidate.delta, common, &choice)
        choice.chosen.removeLast()
      }
    }
    extend(0, [], &choice)
  }

  private static func common(_ some: [ClosedRange<Int32>], _ others: [ClosedRange<Int32>]) -> [ClosedRange<Int32>] {
    some.flatMap { one in others.compactMap { one.overlaps($0) ? one.clamped(to: $0) : nil } }
  }

  /// Takes the combination if all can begin in one second and nobody works too long.
  private func accept(
    _ group: [Int], _ sum: Int, _ openings: [ClosedRange<Int32>], _ permitted: Int, _ choice: inout GroupChoice,
    _ space: borrowing SearchSpace
  ) {
    for opening in openings {
      guard let early = begin(of: group, from: opening.lowerBound, space), early <= opening.upperBound else { continue }
      let late = latestBegin(of: group, by: opening.upperBound, space)
      let wanted = early + Int32(choice.time * Double(max(0, late - early)))
      // Besides the wanted second the ends of what is possible and of what has been promised.
      var begins = [wanted, early, late]
      for (job, place) in zip(group, choice.chosen) {
        guard let promise = space.ties.promises[job], promise.shift == place.shift else { continue }
        begins += [Int32(promise.begin.earliest.value), Int32(promise.begin.latest.value)]
      }
      for moment in begins where moment >= early {
        guard let begin = begin(of: group, from: moment, space), begin <= opening.upperBound else { continue }
        consider(begin, group, sum, permitted, &choice, space)
      }
    }
  }

  private func consider(
    _ begin: Int32, _ group: [Int], _ sum: Int, _ permitted: Int, _ choice: inout GroupChoice, _ space: borrowing SearchSpace
  ) {
    var broken = 0
    var cost = sum
    for (job, place) in zip(group, choice.chosen) {
      if space.ties.isBroken(job, on: place.shift, held: begin) { broken += 1 }
      cost += space.ties.brokenCost(job, on: place.shift, held: begin)
    }
    guard broken <= permitted, cost < choice.best, canWork(group, choice.chosen, begin, space) else { return }
    choice.best = cost
    choice.begin = begin
    choice.places = choice.chosen.map(\.after)
    choice.deltas = Dictionary(zip(group, choice.chosen.map(\.delta))) { $1 }
  }

  /// The first second, from one on, at which a window of every job is open.
  private func begin(of group: [Int], from moment: Int32, _ space: borrowing SearchSpace) -> Int32? {
    var moment = moment
    while true {
      var later = moment
      for job in group { later = max(later, space.begin(job, later)) }
      if later >= SearchSpace.never { return nil }
      if later == moment { return moment }
      moment = later
    }
  }

  /// The last second, until one, at which a window of every job is open.
  private func latestBegin(of group: [Int], by moment: Int32, _ space: borrowing SearchSpace) -> Int32 {
    var moment = moment
    while true {
      var earlier = moment
      for job in group { earlier = min(earlier, space.latestArrival(job, earlier)) }
      if earlier == moment || earlier < 0 { return earlier }
      moment = earlier
    }
  }

  /// Nobody works longer than the shift permits if the jobs begin then.
  private func canWork(_ group: [Int], _ places: [Candidate], _ begin: Int32, _ space: borrowing SearchSpace) -> Bool {
    guard space.followsTours else { return true }
    var isPossible = true
    for (job, place) in zip(group, places) where isPossible {
      space.ties.hold(job, to: begin, space)
      isPossible = keepsWork(on: place.shift, placing: (job, place.after), space)
      space.ties.hold(job, to: Held.free, space)
    }
    return isPossible
  }
}
