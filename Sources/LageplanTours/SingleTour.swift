import LageplanGeometry

/// One tour through all jobs where only the cost of the ways matters and is the same in both directions: the travelling salesman's problem.
///
/// Iterated Lin–Kernighan over an array: flips along near neighbours as long as they gain (Lin, Kernighan 1973, doi:10.1287/opre.21.2.498;
/// Johnson, McGeoch 1997), moves of up to three neighbouring stops, a queue in the place of don't-look bits, and kicks by swapping two
/// neighbouring pieces of the tour (a double bridge that stays local).
struct SingleTour: ~Copyable {
  private static let nearest = 10
  private static let deepest = 25
  /// How many neighbours are followed at each depth; one beyond.
  private static let breadth = [5, 3, 2]
  private static let longestPiece = 50

  private let count: Int
  private let cost: UnsafeMutablePointer<Int32>
  private let near: UnsafeMutablePointer<Int32>
  private let nearCount: Int
  private let tour: UnsafeMutablePointer<Int32>
  private let place: UnsafeMutablePointer<Int32>
  private let kept: UnsafeMutablePointer<Int32>
  private let best: UnsafeMutablePointer<Int32>
  private let queue: UnsafeMutablePointer<Int32>
  private let isQueued: UnsafeMutablePointer<Bool>
  private var queueFirst = 0
  private var queued = 0
  private var flips: [(outer: Int, first: Int, last: Int, after: Int)] = []

  /// `nil` unless the problem is of this kind. Nodes are the jobs and, as the last one, the start.
  init?(_ problem: TourProblem, _ space: borrowing SearchSpace) {
    let jobs = problem.jobs.count
    guard problem.shifts.count == 1, jobs >= 5, jobs <= 5_000, !space.isTimed, !space.hasFixed, !space.limitsTravel,
      !space.limitsWay, !space.hasProfile, !space.hasRanks, problem.ties.isEmpty, !problem.hasPromises,
      problem.shifts[0].mostJobs ?? jobs >= jobs,
      problem.shifts[0].start == problem.shifts[0].end, problem.jobs.allSatisfy({ $0.wishes.isEmpty })
    else { return nil }
    let load = problem.jobs.reduce(TourLoad(0)) { $0 + $1.load }
    guard load.fits(into: problem.shifts[0].capacity ?? TourLoad(amounts: SIMD4(repeating: Int.max))) else { return nil }
    for job in 0..<jobs where !space.mayServe(job, on: 0) { return nil }
    let count = jobs + 1
    for a in 0..<count {
      for b in 0..<a where space.leg(a, b, 0).cost != space.leg(b, a, 0).cost { return nil }
    }
    self.count = count
    let (cost, nearCount) = (UnsafeMutablePointer<Int32>.allocate(capacity: count * count), min(Self.nearest, count - 1))
    near = .allocate(capacity: count * nearCount)
    var order = [Int](repeating: 0, count: count)
    for a in 0..<count {
      for b in 0..<count {
        cost[a * count + b] = space.leg(a, b, 0).cost
        order[b] = (b == a ? Int.max : Int(cost[a * count + b]) << 16) | b
      }
      order.sort()
      for index in 0..<nearCount { near[a * nearCount + index] = Int32(order[index] & 0xFFFF) }
    }
    self.cost = cost
    self.nearCount = nearCount
    tour = .allocate(capacity: count)
    place = .allocate(capacity: count)
    kept = .allocate(capacity: count)
    best = .allocate(capacity: count)
    queue = .allocate(capacity: count)
    isQueued = .allocate(capacity: count)
    isQueued.initialize(repeating: false, count: count)
  }

  deinit {
    cost.deallocate()
    near.deallocate()
    tour.deallocate()
    place.deallocate()
    kept.deallocate()
    best.deallocate()
    queue.deallocate()
    isQueued.deallocate()
  }

  @inline(__always) private func way(_ a: Int, _ b: Int) -> Int { Int(cost[a &* count &+ b]) }
  @inline(__always) private func next(_ a: Int) -> Int {
    let at = Int(place[a]) &+ 1
    return Int(tour[at == count ? 0 : at])
  }
  @inline(__always) private func previous(_ a: Int) -> Int {
    let at = Int(place[a])
    return Int(tour[(at == 0 ? count : at) &- 1])
  }

  private mutating func enqueue(_ a: Int) {
    guard !isQueued[a] else { return }
    isQueued[a] = true
    var at = queueFirst &+ queued
    if at >= count { at &-= count }
    queue[at] = Int32(truncatingIfNeeded: a)
    queued &+= 1
  }

  /// The order of the jobs in the best tour found.
  mutating func solve(
    _ random: inout SolverRandom, _ clock: SolverClock, progress: (_ spent: Double, _ cost: Int, _ order: [Int]) -> Bool
  )
    -> [Int]
  {
    buildGreedily()
    for a in 0..<count { enqueue(a) }
    var length = total()
    length -= improve()
    kept.update(from: tour, count: count)
    best.update(from: tour, count: count)
    var bestLength = length
    var iteration = 0
    while true {
      if iteration % 128 == 0 {
        let spent = clock.spent(after: iteration)
        if spent >= 1 || Task.isCancelled || !progress(spent, bestLength, order()) { break }
      }
      iteration += 1
      let delta = kick(&random) - improve()
      if delta <= 0 {
        length += delta
        kept.update(from: tour, count: count)
        if length < bestLength {
          bestLength = length
          best.update(from: tour, count: count)
        }
      } else {
        tour.update(from: kept, count: count)
        for at in 0..<count { place[Int(tour[at])] = Int32(truncatingIfNeeded: at) }
      }
    }
    return order()
  }

  /// The best tour from its start on.
  private func order() -> [Int] {
    let home = (0..<count).first { best[$0] == Int32(count - 1) } ?? 0
    return (1..<count).map { Int(best[(home + $0) % count]) }
  }

  private func total() -> Int {
    var sum = 0
    for at in 0..<count { sum += way(Int(tour[at]), Int(tour[at + 1 == count ? 0 : at + 1])) }
    return sum
  }

  /// Always on to the nearest that is left.
  private mutating func buildGreedily() {
    var left = Array(0..<(count - 1))
    var here = count - 1
    for at in 0..<count {
      tour[at] = Int32(here)
      place[here] = Int32(at)
      guard let nearest = left.indices.min(by: { way(here, left[$0]) < way(here, left[$1]) }) else { return }
      here = left[nearest]
      left.swapAt(nearest, left.count - 1)
      left.removeLast()
    }
  }

  // MARK: - Flips

  /// Turns the path `first`…`last` round, between its neighbours `outer` (beside `first`) and `after`. Whichever of the path and the rest is
  /// shorter is turned: as a round trip that is the same.
  @inline(__always)
  private mutating func turn(_ first: Int, _ last: Int, outer: Int) {
    var (i, j) = next(outer) == first ? (Int(place[first]), Int(place[last])) : (Int(place[last]), Int(place[first]))
    var length = j &- i &+ 1
    if length <= 0 { length &+= count }
    if length &* 2 > count {
      (i, j) = (j &+ 1 == count ? 0 : j &+ 1, i == 0 ? count &- 1 : i &- 1)
      length = count &- length
    }
    var steps = length / 2
    while steps > 0 {
      let (a, b) = (tour[i], tour[j])
      tour[i] = b
      tour[j] = a
      place[Int(b)] = Int32(truncatingIfNeeded: i)
      place[Int(a)] = Int32(truncatingIfNeeded: j)
      i = i &+ 1 == count ? 0 : i &+ 1
      j = j == 0 ? count &- 1 : j &- 1
      steps &-= 1
    }
  }

  /// Improves around everything that is queued; says by how much.
  private mutating func improve() -> Int {
    var gained = 0
    while queued > 0 {
      let a = Int(queue[queueFirst])
      queueFirst = queueFirst &+ 1 == count ? 0 : queueFirst &+ 1
      queued &-= 1
      isQueued[a] = false
      while true {
        let gain = improve(around: a)
        guard gain > 0 else { break }
        gained &+= gain
      }
    }
    return gained
  }

  private mutating func improve(around a: Int) -> Int {
    for forward in [true, false] {
      let gain = chain(a, forward ? next(a) : previous(a))
      if gain > 0 { return gain }
    }
    return shift(a)
  }

  /// Takes the edge between `t1` and `t2` out and adds edges along near neighbours of the loose end as long as the sum gains.
  private mutating func chain(_ t1: Int, _ t2: Int) -> Int {
    flips.removeAll(keepingCapacity: true)
    let gain = step(t1, t2, way(t1, t2), depth: 0)
    if gain > 0 {
      for index in flips.indices {
        let flip = flips[index]
        enqueue(flip.outer)
        enqueue(flip.first)
        enqueue(flip.last)
        enqueue(flip.after)
      }
    }
    return gain
  }

  /// One step deeper: joins `t2` with a near t3, takes out the edge of t3 on the side of `t2`, and turns the path between. `open` is what was gained
  /// so far without the closing edge.
  private mutating func step(_ t1: Int, _ t2: Int, _ open: Int, depth: Int) -> Int {
    let width = depth < Self.breadth.count ? Self.breadth[depth] : 1
    // The most promising candidates, best first.
    var found: InlineArray<5, (t3: Int32, t4: Int32, value: Int)> = .init(repeating: (-1, -1, Int.min))
    let isForward = next(t1) == t2
    for index in 0..<nearCount {
      let t3 = Int(near[t2 &* nearCount &+ index])
      let rest = open &- way(t2, t3)
      guard rest > 0 else { break }
      guard t3 != t1 else { continue }
      let t4 = isForward ? previous(t3) : next(t3)
      guard t4 != t2, !isAdded(t3, t4) else { continue }
      let value = rest &+ way(t3, t4)
      var hole = width
      while hole > 0, found[hole &- 1].value < value {
        if hole < width { found[hole] = found[hole &- 1] }
        hole &-= 1
      }
      if hole < width { found[hole] = (Int32(truncatingIfNeeded: t3), Int32(truncatingIfNeeded: t4), value) }
    }
    for index in 0..<width {
      guard found[index].t3 >= 0 else { break }
      let (t3, t4, value) = (Int(found[index].t3), Int(found[index].t4), found[index].value)
      turn(t2, t4, outer: t1)
      flips.append((t1, t4, t2, t3))
      let closed = value &- way(t4, t1)
      if closed > 0 {
        // What closes with a gain is taken; the next call goes on from there.
        return closed
      }
      if depth &+ 1 < Self.deepest {
        let gain = step(t1, t4, value, depth: depth &+ 1)
        if gain > 0 { return gain }
      }
      flips.removeLast()
      turn(t4, t2, outer: t1)
    }
    return 0
  }

  /// Whether the edge was added in this chain: such edges stay.
  @inline(__always)
  private func isAdded(_ a: Int, _ b: Int) -> Bool {
    for index in flips.indices {
      let (last, after) = (flips[index].last, flips[index].after)
      if (last == a && after == b) || (last == b && after == a) { return true }
    }
    return false
  }

  /// Moves a piece of up to three stops that begins at `a` beside a near neighbour of `a`.
  private mutating func shift(_ a: Int) -> Int {
    for isForward in [true, false] {
      // before – a … last – after, seen in this direction.
      let before = isForward ? previous(a) : next(a)
      var last = a
      for length in 1...3 {
        let after = isForward ? next(last) : previous(last)
        guard after != before else { break }
        let saved = way(before, a) &+ way(last, after) &- way(before, after)
        if saved > 0 {
          for index in 0..<nearCount {
            let c = Int(near[a &* nearCount &+ index])
            let rest = saved &- way(a, c)
            guard rest > 0 else { break }
            guard !isInside(c, a, isForward, length) else { continue }
            for beside in [next(c), previous(c)] where !isInside(beside, a, isForward, length) {
              // The edge c – before or c – after may be the one that the piece leaves.
              if (c == before && beside == after) || (c == after && beside == before) { continue }
              let gain = rest &+ way(c, beside) &- way(last, beside)
              if gain > 0 {
                move(before, a, last, after, between: c, beside)
                for node in [before, a, last, after, c, beside] { enqueue(node) }
                return gain
              }
            }
          }
        }
        last = after
      }
    }
    return 0
  }

  @inline(__always)
  private func isInside(_ node: Int, _ a: Int, _ isForward: Bool, _ length: Int) -> Bool {
    var offset = isForward ? Int(place[node]) &- Int(place[a]) : Int(place[a]) &- Int(place[node])
    if offset < 0 { offset &+= count }
    return offset < length
  }

  /// before – a … last – after and c – beside become before – after and c – a … last – beside.
  private mutating func move(_ before: Int, _ a: Int, _ last: Int, _ after: Int, between c: Int, _ beside: Int) {
    // Seen in the direction a → last the target lies behind the piece as far – near; turns carry the piece along to it.
    let isForward = next(before) == a
    let isAlong = isForward ? next(c) == beside : previous(c) == beside
    // The end of the target edge that is met first on the way from `after`; the other one is called second below.
    let first = isAlong ? c : beside
    // before [a … last] [after … first] second: turn both together, then each for itself as needed.
    turn(a, first, outer: before)
    // before [first … after] [last … a] second
    turn(first, after, outer: before)
    // before [after … first] [last … a] second: first meets last. c must meet a.
    if c == first { turn(last, a, outer: first) }
  }

  // MARK: - Kicks

  /// Swaps two neighbouring pieces at a random place; says by how much the tour grows.
  private mutating func kick(_ random: inout SolverRandom) -> Int {
    let longest = max(1, min(Self.longestPiece, (count - 2) / 3))
    let (one, two) = (1 + random.below(longest), 1 + random.below(longest))
    let begin = random.below(count)
    @inline(__always) func at(_ offset: Int) -> Int {
      let place = begin &+ offset
      return place >= count ? place &- count : place
    }
    let (p, a, b) = (Int(tour[at(0)]), Int(tour[at(1)]), Int(tour[at(one)]))
    let (c, d, q) = (Int(tour[at(one + 1)]), Int(tour[at(one + two)]), Int(tour[at(one + two + 1)]))
    guard p != q else { return 0 }
    turn(a, d, outer: p)
    turn(d, c, outer: p)
    turn(b, a, outer: d)
    for node in [p, a, b, c, d, q] { enqueue(node) }
    return way(p, c) &+ way(d, a) &+ way(b, q) &- way(p, a) &- way(b, c) &- way(d, q)
  }
}
