/// Takes strings of neighbouring stops out of several tours and puts the jobs back one by one at their cheapest place:
/// slack induction by string removals, Christiaens, Vanden Berghe 2020, doi:10.1287/trsc.2019.0914. The constants are the paper's.
struct RuinAndRecreate: ~Copyable {
  /// How many jobs a round removes on average.
  private static let averageRemoved = 10.0
  private static let longestString = 10.0
  /// How often a string keeps some stops in its middle, and how often it keeps one more.
  private static let splitRate = 0.5
  private static let splitDepth = 0.01

  private enum Order: CaseIterable {
    case random, longestFirst, shortestFirst, dearestFirst, farthestFirst, nearestFirst
  }

  /// Per shift, the round in which it was last ruined.
  private let ruinedIn: UnsafeMutablePointer<Int>
  private let order: UnsafeMutablePointer<Int32>
  private let key: UnsafeMutablePointer<Int>
  private let levels: [Int]
  private let farness: [Int]
  private var round = 0

  init(_ problem: TourProblem, _ space: borrowing SearchSpace) {
    ruinedIn = .allocate(capacity: max(1, space.shiftCount))
    ruinedIn.initialize(repeating: 0, count: max(1, space.shiftCount))
    order = .allocate(capacity: max(1, space.jobCount))
    key = .allocate(capacity: max(1, space.jobCount))
    key.initialize(repeating: 0, count: max(1, space.jobCount))
    levels = problem.jobs.map(\.level)
    var farness: [Int] = []
    for job in 0..<space.jobCount {
      var nearest = Int.max
      for shift in 0..<space.shiftCount { nearest = min(nearest, Int(space.leg(space.jobCount + shift, job).cost)) }
      farness.append(nearest)
    }
    self.farness = farness
  }

  deinit {
    ruinedIn.deallocate()
    order.deallocate()
    key.deallocate()
  }

  mutating func ruin(_ plan: inout WorkingPlan, _ random: inout SolverRandom, _ space: borrowing SearchSpace) {
    round += 1
    var used = 0
    for shift in 0..<space.shiftCount where !plan.isEmpty(shift) { used += 1 }
    guard used > 0 else { return }
    let meanStops = Double(space.jobCount - plan.absentCount) / Double(used)
    let longest = min(Self.longestString, meanStops)
    let most = 4 * Self.averageRemoved / (1 + longest) - 1
    var strings = Int(random.fraction() * most + 1)
    let seed = random.below(space.jobCount)
    for place in -1..<space.neighbours where strings > 0 {
      let job = place < 0 ? seed : Int(space.neighbour[seed * space.neighbours + place])
      let shift = plan.route(job)
      // With few tours one may lose several strings in a round.
      guard shift >= 0, used < 4 || ruinedIn[shift] != round else { continue }
      ruinedIn[shift] = round
      let length = Int(random.fraction() * min(Double(plan.stopCount(shift)), longest) + 1)
      removeString(of: min(length, plan.stopCount(shift)), around: job, shift, &plan, &random, space)
      strings -= 1
    }
  }

  /// Removes `length` stops, `job` among them or, where the string is split, perhaps spared.
  private mutating func removeString(
    of length: Int, around job: Int, _ shift: Int, _ plan: inout WorkingPlan, _ random: inout SolverRandom,
    _ space: borrowing SearchSpace
  ) {
    let stops = plan.stopCount(shift)
    var spared = 0
    if length > 1, length < stops, random.fraction() < Self.splitRate {
      spared = 1
      while length + spared < stops, random.fraction() > Self.splitDepth { spared += 1 }
      spared = min(spared, 1 + random.below(spared))
    }
    // The string covers positions `begin..<begin + length + spared` and `job` at `position`; positions count from 1.
    let position = Int(plan.node[job].position)
    let covered = length + spared
    let lowest = max(1, position - covered + 1)
    let highest = min(position, stops - covered + 1)
    let begin = lowest + random.below(highest - lowest + 1)
    var at = job
    for _ in begin..<position { at = plan.previous(at) }
    guard spared > 0 else { return plan.remove(length, from: at, space) }
    let head = 1 + random.below(length)
    var rest = at
    for _ in 0..<(head + spared) { rest = plan.next(rest) }
    if head < length { plan.remove(length - head, from: rest, space) }
    plan.remove(head, from: at, space)
  }

  /// Puts absent jobs back where they cost least, higher levels first, in a random one of several orders; some may not fit.
  /// `search` is asked to look around each job that found a place.
  mutating func recreate(
    _ plan: inout WorkingPlan, _ random: inout SolverRandom, _ space: borrowing SearchSpace, _ search: inout LocalSearch
  ) {
    let count = plan.absentCount
    let kind = Order.allCases[random.below(Order.allCases.count)]
    for place in 0..<count {
      let job = Int(plan.absent[place])
      order[place] = Int32(job)
      let size = Int(space.windows[Int(space.windowStart[job])].duration) + Int(space.load[job])
      key[job] =
        switch kind {
        case .random: random.below(1 << 30)
        case .longestFirst: -size
        case .shortestFirst: size
        case .dearestFirst: -space.penalty[job] / max(1, size)
        case .farthestFirst: -farness[job]
        case .nearestFirst: farness[job]
        }
    }
    var waiting = UnsafeMutableBufferPointer(start: order, count: count)
    waiting.sort { a, b in (levels[Int(a)], key[Int(a)], a) < (levels[Int(b)], key[Int(b)], b) }
    var blinks = Blinks.seeded(&random)
    for place in 0..<count {
      let job = Int(order[place])
      let insertion = plan.cheapestInsertion(of: job, blinks: &blinks, &random, space)
      guard insertion.isPossible else { continue }
      plan.insert(job, after: Int(insertion.after), window: Int(insertion.window), delta: insertion.delta, space)
      search.enqueue(job, space)
    }
  }
}
