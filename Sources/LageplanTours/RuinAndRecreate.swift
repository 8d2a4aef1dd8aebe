/// Takes strings of neighbouring stops out of several tours and puts the jobs back one by one at their cheapest place:
/// slack induction by string removals, Christiaens, Vanden Berghe 2020, doi:10.1287/trsc.2019.0914. The constants are the paper's.
struct RuinAndRecreate: ~Copyable {
  /// How many jobs a round removes on average.
  static let averageRemoved = 10.0
  static let longestString = 10.0
  /// How often a string keeps some stops in its middle, and how often it keeps one more.
  private static let splitRate = 0.5
  private static let splitDepth = 0.01
  /// How many of the jobs that were in no route before are tried again in one round.
  static let retried = 30
  /// After so many jobs, less one, that found places it is asked whether to go on; one less than a power of two.
  private static let askedJobs = 31

  /// In which order jobs look for their places, and how often each order is taken.
  private enum Order: Int {
    case random, largest, farthest, nearest, narrowest, earliest, latest, dearest
  }

  /// Per shift, the round in which it was last ruined.
  private let ruinedIn: UnsafeMutablePointer<Int>
  private let order: UnsafeMutablePointer<Int32>
  private let key: UnsafeMutablePointer<Int>
  private let farness: UnsafeMutablePointer<Int32>
  private let size: UnsafeMutablePointer<Int32>
  private let orders: [Order]
  /// So many promises may be broken.
  var mostBroken = Int.max
  private var round = 0
  private var removed = 0

  init(_ space: borrowing SearchSpace) {
    ruinedIn = .allocate(capacity: max(1, space.shiftCount))
    ruinedIn.initialize(repeating: 0, count: max(1, space.shiftCount))
    order = .allocate(capacity: max(1, space.jobCount))
    key = .allocate(capacity: max(1, space.jobCount))
    farness = .allocate(capacity: max(1, space.jobCount))
    size = .allocate(capacity: max(1, space.jobCount))
    var hasPrizes = false
    for job in 0..<space.jobCount {
      var nearest = Int32.max
      for shift in 0..<space.shiftCount { nearest = min(nearest, space.leg(space.jobCount + shift, job, shift).cost) }
      farness[job] = nearest
      let load = space.job[job].load
      size[job] =
        space.hasLoads && !space.hasProfile
        ? load[0] &+ load[1] &+ load[2] &+ load[3] : space.shiftCount == 0 ? 0 : space.service(of: job, on: 0)
      hasPrizes = hasPrizes || space.job[job].weight != space.job[0].weight
    }
    var orders = Self.repeated([(.random, 4), (.largest, 4), (.farthest, 2), (.nearest, 1)])
    if space.hasWindows { orders += Self.repeated([(.narrowest, 2), (.earliest, 2), (.latest, 2)]) }
    if hasPrizes { orders += Self.repeated([(.dearest, orders.count)]) }
    self.orders = orders
  }

  private static func repeated(_ weights: [(Order, Int)]) -> [Order] {
    weights.flatMap { Array(repeating: $0.0, count: $0.1) }
  }

  deinit {
    ruinedIn.deallocate()
    order.deallocate()
    key.deallocate()
    farness.deallocate()
    size.deallocate()
  }

  mutating func ruin(_ plan: inout WorkingPlan, _ random: inout SolverRandom, _ space: borrowing SearchSpace) {
    round &+= 1
    removed = 0
    var idle = 0
    for word in 0..<space.words { idle &+= plan.idle[word].nonzeroBitCount }
    let used = space.shiftCount &- idle
    guard used > 0 else { return }
    let meanStops = Double(space.jobCount &- plan.absentCount) / Double(used)
    let longest = min(Self.longestString, meanStops)
    let most = 4 * Self.averageRemoved / (1 + longest) - 1
    var strings = Int(random.fraction() * most + 1)
    let seed = random.below(space.jobCount)
    let row = space.neighbour + seed &* space.neighbours
    var place = -1
    while strings > 0, place < space.neighbours {
      let job = place < 0 ? seed : Int(row[place].job)
      place &+= 1
      let shift = plan.route(job)
      // With few tours one may lose several strings in a round.
      guard shift >= 0, used < 4 || ruinedIn[shift] != round, !space.hasFixed || !space.isFixed[job] else { continue }
      ruinedIn[shift] = round
      let stops = plan.stopCount(shift)
      let length = Int(random.fraction() * min(Double(stops), longest) + 1)
      removeString(of: min(length, stops), around: job, shift, &plan, &random, space)
      strings &-= 1
    }
    if space.hasTies { removeTied(&plan, space) }
  }

  /// Whoever is tied to a job that was removed goes with it.
  private mutating func removeTied(_ plan: inout WorkingPlan, _ space: borrowing SearchSpace) {
    var place = 0
    while place < removed {
      for other in space.ties.unit[Int(order[place])] where !plan.isAbsent(other) {
        order[removed] = Int32(truncatingIfNeeded: other)
        removed &+= 1
        plan.remove(1, from: other, space)
      }
      place &+= 1
    }
  }

  /// Removes up to `length` stops, `job` among them or, where the string is split, perhaps spared.
  private mutating func removeString(
    of length: Int, around job: Int, _ shift: Int, _ plan: inout WorkingPlan, _ random: inout SolverRandom,
    _ space: borrowing SearchSpace
  ) {
    let stops = plan.stopCount(shift)
    var spared = 0
    if length > 1, length < stops, random.fraction() < Self.splitRate {
      spared = 1
      while length &+ spared < stops, random.fraction() > Self.splitDepth { spared &+= 1 }
      spared = min(spared, 1 &+ random.below(spared))
    }
    // From a random place of the string that `job` shall have, as far as the route goes to either side.
    let covered = length &+ spared
    var first = job
    for _ in 0..<random.below(covered) {
      let before = plan.previous(first)
      guard before < space.jobCount, !space.hasFixed || !space.isFixed[before] else { break }
      first = before
    }
    let head = spared == 0 ? length : 1 &+ random.below(length)
    var at = take(upTo: head, from: first, &plan, space)
    for _ in 0..<spared where at < space.jobCount { at = plan.next(at) }
    if head < length { _ = take(upTo: length &- head, from: at, &plan, space) }
  }

  /// Removes the jobs from `first` on, at most `count`, and says what follows them.
  private mutating func take(upTo count: Int, from first: Int, _ plan: inout WorkingPlan, _ space: borrowing SearchSpace) -> Int {
    var taken = 0
    var at = first
    while taken < count, at < space.jobCount {
      order[removed] = Int32(truncatingIfNeeded: at)
      removed &+= 1
      taken &+= 1
      at = plan.next(at)
    }
    if taken > 0 { plan.remove(taken, from: first, space) }
    return at
  }

  /// Puts back what ``ruin(_:_:_:)`` took, and some of the jobs that had no place before, each where it costs least, in a random one of several orders.
  /// `goesOn` is asked after every few dozens of jobs: once it is false the others stay without a place.
  mutating func recreate(
    _ plan: inout WorkingPlan, _ random: inout SolverRandom, _ space: borrowing SearchSpace, retrying most: Int = Self.retried,
    while goesOn: (borrowing WorkingPlan) -> Bool = { _ in true }
  ) {
    addWaiting(plan, &random, most)
    let kind = orders[random.below(orders.count)]
    for place in 0..<removed { key[place] = key(of: Int(order[place]), kind, &random, space) }
    sort()
    var blinks = Blinks.seeded(&random)
    if space.hasTies {
      recreateTied(&plan, &blinks, &random, space, while: goesOn)
      removed = 0
      return
    }
    for place in 0..<removed {
      if place & Self.askedJobs == Self.askedJobs, !goesOn(plan) { break }
      let job = Int(order[place])
      let insertion = plan.cheapestInsertion(of: job, blinks: &blinks, &random, space)
      guard insertion.isPossible else { continue }
      plan.insert(job, after: Int(insertion.after), delta: insertion.delta, space)
    }
    removed = 0
  }

  /// The same where jobs are tied or promised: a job brings those along that are tied to it, and only so many promises may be broken.
  private func recreateTied(
    _ plan: inout WorkingPlan, _ blinks: inout Blinks, _ random: inout SolverRandom, _ space: borrowing SearchSpace,
    while goesOn: (borrowing WorkingPlan) -> Bool
  ) {
    var promised = 0
    for place in 0..<removed where space.ties.promisedShift[Int(order[place])] >= 0 { promised &+= 1 }
    // Where more are broken than may be, every other round tries to do without.
    let most = mostBroken > space.ties.mostChanges && random.below(2) == 0 ? space.ties.mostChanges : mostBroken
    var permitted = max(0, most &- (plan.broken &- promised))
    for place in 0..<removed {
      if place & Self.askedJobs == Self.askedJobs, !goesOn(plan) { break }
      let job = Int(order[place])
      if plan.isAbsent(job) { plan.placeTied(job, permitted: &permitted, &blinks, &random, space) }
    }
  }

  /// What has been removed stands at the end of the absent; before it stand those that found no place earlier.
  private mutating func addWaiting(_ plan: borrowing WorkingPlan, _ random: inout SolverRandom, _ most: Int) {
    let waiting = plan.absentCount &- removed
    guard waiting > 0 else { return }
    let tried = min(waiting, most)
    let offset = random.below(waiting)
    for step in 0..<tried {
      order[removed] = plan.absent[(offset &+ step) % waiting]
      removed &+= 1
    }
  }

  @inline(__always)
  private func key(of job: Int, _ kind: Order, _ random: inout SolverRandom, _ space: borrowing SearchSpace) -> Int {
    let asked = space.job + job
    switch kind {
    case .random: return random.below(1 << 30)
    case .largest: return -Int(size[job])
    case .farthest: return -Int(farness[job])
    case .nearest: return Int(farness[job])
    case .narrowest: return Int(asked.pointee.closes) - Int(asked.pointee.opens)
    case .earliest: return Int(asked.pointee.opens)
    case .latest: return -Int(asked.pointee.closes)
    case .dearest: return -asked.pointee.weight
    }
  }

  /// By key; few jobs as a rule, then inserting beats anything else.
  private mutating func sort() {
    guard removed <= 64 else {
      let pairs = (0..<removed).map { (key[$0], order[$0]) }.sorted { $0 < $1 }
      for (place, pair) in pairs.enumerated() { order[place] = pair.1 }
      return
    }
    for place in 1..<max(1, removed) {
      let (job, value) = (order[place], key[place])
      var hole = place
      while hole > 0, key[hole &- 1] > value {
        key[hole] = key[hole &- 1]
        order[hole] = order[hole &- 1]
        hole &-= 1
      }
      key[hole] = value
      order[hole] = job
    }
  }
}
