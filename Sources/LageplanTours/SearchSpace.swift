import LageplanGeometry

/// A job as the inner loops read it.
struct SearchJob: BitwiseCopyable {
  var location: Int32
  /// The windows stand in ``SearchSpace/windows`` from `firstWindow` on; every job has at least one, of which the first is here as well.
  var firstWindow: Int32
  var windowCount: Int32
  var opens: Int32
  var closes: Int32
  /// What the visit adds to the load, and what of it is on board from the start.
  var load: SIMD4<Int32>
  var delivery: SIMD4<Int32>
  /// Its place in ``TourProblem/levels``, and what it counts there.
  var level: Int32
  var prize: Int32
  /// The cost of leaving it out as the search sees it, in which levels may be traded for a while.
  var weight: Int
  /// Whether ``SearchSpace/shiftCost`` knows the job: wishes, and costs of work.
  var hasShiftCost: Bool
}

/// A shift as the inner loops read it.
struct SearchShift: BitwiseCopyable {
  var begins: Int32
  var ends: Int32
  var type: Int32
  var breakCount: Int32
  /// The breaks stand in ``SearchSpace/breaks`` from `firstBreak` on.
  var firstBreak: Int32
  var longestWork: Int32
  var longestTravel: Int32
  var longestWay: Int32
  var mostJobs: Int32
  /// Where the legs of this shift begin in ``SearchSpace/legs`` and ``SearchSpace/into``.
  var table: Int
  var usedShift: Int
  var workSecond: Int
  /// Whether its tours are followed as a whole: see ``SearchSpace/followsTours``.
  var isFollowed: Bool
  var capacity: SIMD4<Int32>
}

struct SearchBreak: BitwiseCopyable {
  var duration: Int32
  var opens: Int32
  var closes: Int32
  var largestLoad: SIMD4<Int32>
}

struct SearchWindow: BitwiseCopyable {
  var opens: Int32
  var closes: Int32
}

/// The problem in the layout that the inner loops read; it does not change during a search.
///
/// Nodes are numbered in one row: jobs `0..<jobCount`, then the start of every shift, then the end of every shift.
/// Alike shifts share a kind: of several empty ones only the first needs trying.
struct SearchSpace: ~Copyable {
  struct Leg: BitwiseCopyable {
    var seconds: Int32
    var cost: Int32
  }

  /// The cost of a leg without a way: dearer than any other, and its seconds break every window.
  static let noWay: Int32 = 1 << 30
  /// How many neighbours of each job are known, and how many of them an insertion looks at.
  static let neighbourCount = 100
  static let granularCount = 30

  let jobCount: Int
  let shiftCount: Int
  let places: Int
  /// One table for each way to move and to count. Row: where the leg starts. `into` is the same table with rows where the leg ends, so that both scans run along a row.
  let legs: UnsafeMutablePointer<Leg>
  let into: UnsafeMutablePointer<Leg>
  /// The metres of the legs, where ways are limited; tables as in `legs`.
  let metres: UnsafeMutablePointer<Int32>
  let location: UnsafeMutablePointer<Int32>
  let job: UnsafeMutablePointer<SearchJob>
  let shift: UnsafeMutablePointer<SearchShift>
  let windows: UnsafeMutablePointer<SearchWindow>
  let breaks: UnsafeMutablePointer<SearchBreak>
  /// Service and set-up per type of inspector, `jobCount` each.
  let service: UnsafeMutablePointer<Int32>
  let setUp: UnsafeMutablePointer<Int32>
  /// Bit s of the `words` words of job j: shift s may serve it as far as skills, pins and its load alone tell.
  let allowed: UnsafeMutablePointer<UInt64>
  let words: Int
  /// Per kind of shift, a mask of its shifts.
  let kinds: UnsafeMutablePointer<UInt64>
  let kindCount: Int
  /// Per node 1: nothing may be put behind it, as a fixed job follows.
  let isLocked: UnsafeMutablePointer<Bool>
  /// Per job: it is fixed in its place.
  let isFixed: UnsafeMutablePointer<Bool>
  let shiftCost: UnsafeMutablePointer<Int32>
  /// Per job, -1: it has none.
  let rank: UnsafeMutablePointer<Int32>
  /// Per job, nearest first, `neighbours` each.
  let neighbour: UnsafeMutablePointer<Neighbour>
  let neighbours: Int
  /// Per job, how it is tied to others, and by what it is promised.
  let ties: TiedJobs
  let isTimed: Bool
  let hasLoads: Bool
  /// Whether what is on board must be known for every stop: where it does not only grow.
  let hasProfile: Bool
  let hasSetUp: Bool
  /// Whether set-up costs something on some shift.
  let hasSetUpCost: Bool
  let hasWindows: Bool
  let hasFixed: Bool
  let hasRanks: Bool
  let limitsTravel: Bool
  let limitsWay: Bool
  let limitsJobs: Bool
  /// Whether tours must be followed as a whole, with all choices of breaks: where working time is limited, or the load during breaks.
  let followsTours: Bool
  /// The mean cost of the legs from jobs to their nearest neighbours: the scale of the search.
  let meanLeg: Double
  /// The most that leaving out one job costs the search.
  let heaviest: Int
  let levelCount: Int

  var nodeCount: Int { jobCount + 2 * shiftCount }
  let hasTies: Bool
  let hasPromises: Bool
  /// Whether the legs of a route are counted for a limit.
  let limitsLegs: Bool

  init(_ problem: TourProblem) {
    let jobs = problem.jobs
    let shifts = problem.shifts
    jobCount = jobs.count
    shiftCount = shifts.count
    places = problem.travel.locationCount
    levelCount = problem.levels.count
    let tables = SearchTables(problem)
    (legs, into, metres) = (tables.legs, tables.into, tables.metres)
    let ends = shifts.map(\.start) + shifts.map(\.end)
    location = Self.buffer(jobs.map { Int32($0.location) } + ends.map { Int32($0) })
    let whole = TimeWindow(earliest: 0, latest: Seconds(Int(TravelTable.longest)))
    ties = TiedJobs(problem, windowCount: jobs.reduce(0) { $0 + max(1, $1.windows.count) })
    windows = Self.buffer(
      jobs.flatMap { job in (job.windows.isEmpty ? [whole] : job.windows).map { SearchWindow($0) } } + ties.windows)
    breaks = Self.buffer(
      shifts.flatMap(\.breaks).map {
        SearchBreak(
          duration: Int32($0.duration.value), opens: Int32($0.window.earliest.value), closes: Int32($0.window.latest.value),
          largestLoad: SIMD4(TourLoad.limit($0.largestLoad)))
      })
    shift = Self.buffer(Self.shifts(of: problem, tables))
    let types = shifts.map(\.type)
    let typeNumbers = Array(Set(types)).sorted()
    service = Self.buffer(typeNumbers.flatMap { type in jobs.map { Int32($0.service(onType: type).value) } })
    setUp = Self.buffer(jobs.map { Int32($0.setUp.value) })
    let wordCount = max(1, (shifts.count + 63) / 64)
    words = wordCount
    allowed = Self.buffer(Self.allowed(problem, ties, words: wordCount))
    let kindMasks = Self.kinds(of: problem, ties, words: wordCount)
    kindCount = kindMasks.count / wordCount
    kinds = Self.buffer(kindMasks)
    hasFixed = shifts.contains { !$0.fixed.isEmpty }
    (isLocked, isFixed) = Self.fixed(problem)
    hasRanks = jobs.contains { $0.rank != nil }
    rank = Self.buffer(jobs.map { Int32($0.rank ?? -1) })
    shiftCost = Self.buffer(Self.shiftCosts(of: problem))
    isTimed = Self.isTimed(problem)
    let limitsBreakLoads = shifts.contains { $0.breaks.contains { $0.largestLoad != nil } }
    followsTours = limitsBreakLoads || shifts.contains { $0.longestWork != nil }
    hasLoads = shifts.contains { $0.capacity != nil }
    hasProfile = (hasLoads || limitsBreakLoads) && (jobs.contains { $0.delivery != 0 } || !problem.ties.shipments.isEmpty)
    hasSetUp = jobs.contains { $0.setUp > 0 }
    hasSetUpCost = hasSetUp && shifts.indices.contains { problem.objective(of: $0).workSecond > 0 }
    hasWindows = jobs.contains { !$0.windows.isEmpty }
    limitsTravel = shifts.contains { $0.longestTravel != nil }
    limitsWay = shifts.contains { $0.longestWay != nil }
    limitsLegs = limitsTravel || limitsWay
    (hasTies, hasPromises) = (!ties.isEmpty, ties.hasPromises)
    limitsJobs = shifts.contains { $0.mostJobs != nil }
    let lists = Neighbourhood(problem, legs: legs, tables: tables.count, count: Self.neighbourCount)
    neighbours = lists.count
    neighbour = Self.buffer(lists.neighbours)
    meanLeg = lists.meanLeg
    let searchJobs = Self.jobs(of: problem, meanLeg: lists.meanLeg)
    heaviest = searchJobs.map(\.weight).max() ?? 0
    job = Self.buffer(searchJobs)
  }

  deinit {
    legs.deallocate()
    into.deallocate()
    metres.deallocate()
    location.deallocate()
    job.deallocate()
    shift.deallocate()
    windows.deallocate()
    breaks.deallocate()
    service.deallocate()
    setUp.deallocate()
    allowed.deallocate()
    kinds.deallocate()
    isLocked.deallocate()
    isFixed.deallocate()
    shiftCost.deallocate()
    rank.deallocate()
    neighbour.deallocate()
  }

  static func buffer<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    return memory
  }

  private static func shifts(of problem: TourProblem, _ tables: SearchTables) -> [SearchShift] {
    let types = Array(Set(problem.shifts.map(\.type))).sorted()
    var breaks: Int32 = 0
    return problem.shifts.enumerated().map { number, shift in
      defer { breaks += Int32(shift.breaks.count) }
      let costs = problem.objective(of: number)
      return SearchShift(
        begins: Int32(shift.span.earliest.value), ends: Int32(shift.span.latest.value),
        type: Int32(types.firstIndex(of: shift.type) ?? 0), breakCount: Int32(shift.breaks.count), firstBreak: breaks,
        longestWork: Int32(shift.longestWork?.value ?? Int(Int32.max)),
        longestTravel: Int32(shift.longestTravel?.value ?? Int(Int32.max)),
        longestWay: shift.longestWay.map { Int32($0.value) } ?? Int32.max, mostJobs: Int32(clamping: shift.mostJobs ?? .max),
        table: tables.offset(of: number, problem), usedShift: costs.usedShift, workSecond: costs.workSecond,
        isFollowed: shift.longestWork != nil || shift.breaks.contains { $0.largestLoad != nil },
        capacity: SIMD4(TourLoad.limit(shift.capacity)))
    }
  }

  private static func jobs(of problem: TourProblem, meanLeg: Double) -> [SearchJob] {
    var window: Int32 = 0
    let weights = softPenalties(problem, unit: meanLeg)
    let haveWork = problem.shifts.indices.contains { problem.objective(of: $0).workSecond > 0 }
    return problem.jobs.indices.map { index in
      let job = problem.jobs[index]
      let count = Int32(max(1, job.windows.count))
      defer { window += count }
      return SearchJob(
        location: Int32(job.location), firstWindow: window, windowCount: count,
        opens: Int32(job.windows.first?.earliest.value ?? 0),
        closes: job.windows.first.map { Int32($0.latest.value) } ?? TravelTable.longest,
        load: SIMD4(truncatingIfNeeded: problem.loadChange(at: index)),
        delivery: SIMD4(truncatingIfNeeded: job.delivery.amounts),
        level: Int32(problem.levels.firstIndex(of: job.level) ?? 0), prize: Int32(job.prize), weight: weights[index],
        hasShiftCost: haveWork || !job.wishes.isEmpty)
    }
  }

  /// What leaving out a job costs the search: some legs for one of mean prize on the lowest level, more on each level above.
  private static func softPenalties(_ problem: TourProblem, unit: Double) -> [Int] {
    let levels = Set(problem.jobs.map(\.level)).sorted(by: >)
    var weight: [Int: Double] = [:]
    var scale = max(softLegs * unit, costAlone(problem))
    for level in levels {
      let prizes = problem.jobs.lazy.filter { $0.level == level }.map(\.prize)
      weight[level] = scale * Double(prizes.count) / Double(prizes.reduce(0, +))
      scale *= softLevel
    }
    let ceiling = Double(Int.max / 8 / max(1, problem.jobs.count))
    return problem.jobs.map { Int(min(ceiling, ((weight[$0.level] ?? 1) * Double($0.prize)).rounded(.up))) }
  }

  /// What serving a job with a tour of its own costs: the dearest of few, the mean of many.
  private static func costAlone(_ problem: TourProblem) -> Double {
    let costs = problem.jobs.indices.map { index in
      let job = problem.jobs[index]
      let each = problem.shifts.indices.prefix(fewJobs).compactMap { number -> Int? in
        let (shift, weights) = (problem.shifts[number], problem.objective(of: number))
        let travel = problem.travel(of: number)
        guard travel.isReachable(from: shift.start, to: job.location), travel.isReachable(from: job.location, to: shift.end)
        else {
          return nil
        }
        let ways =
          travel.cost(from: shift.start, to: job.location, weights) + travel.cost(from: job.location, to: shift.end, weights)
        let work = weights.workSecond * (job.setUp.value + job.service(onType: shift.type).value)
        return ways + work + weights.usedShift + job.wishCost(on: number)
      }
      return Double((problem.jobs.count < fewJobs ? each.max() : each.min()) ?? 0) + Double(job.promise?.cost ?? 0)
    }
    if problem.jobs.count < fewJobs { return costs.max() ?? 0 }
    return costs.reduce(0, +) / Double(costs.count)
  }

  /// Of fewer the mean says little.
  private static let fewJobs = 20

  /// What leaving out a job of mean prize on the lowest level costs the search at least, in mean legs, and by how much more on each level above.
  private static let softLegs = 10.0
  private static let softLevel = 6.0

  /// Per job and shift what serving it there costs besides the ways: wishes and service. Empty: nothing.
  private static func shiftCosts(of problem: TourProblem) -> [Int32] {
    let shifts = problem.shifts.indices
    let weights = shifts.map { problem.objective(of: $0).workSecond }
    guard problem.jobs.contains(where: { !$0.wishes.isEmpty }) || weights.contains(where: { $0 > 0 }) else { return [] }
    return problem.jobs.flatMap { job in
      shifts.map { Int32(job.wishCost(on: $0) + weights[$0] * job.service(onType: problem.shifts[$0].type).value) }
    }
  }

  private static func allowed(_ problem: TourProblem, _ ties: TiedJobs, words: Int) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: words * problem.jobs.count)
    for (index, job) in problem.jobs.enumerated() {
      for (shift, limits) in problem.shifts.enumerated()
      where limits.skills.isSuperset(of: job.skills) && job.pinned?.contains(shift) ?? true
        && ties.onBoard[index] ?? shift == shift
        && limits.capacity.map({ job.load.fits(into: $0) && job.delivery.fits(into: $0) }) ?? true
      {
        bits[index * words + shift / 64] |= 1 << UInt64(shift % 64)
      }
    }
    return bits
  }

  private static func kinds(of problem: TourProblem, _ ties: TiedJobs, words: Int) -> [UInt64] {
    // Shifts that a pin or wish tells from others are of their own kind.
    let named = Set(
      problem.jobs.flatMap { ($0.pinned ?? []).union($0.wishes.flatMap(\.shifts)).union($0.promise.map { [$0.shift] } ?? []) }
    ).union(ties.onBoard.values)
    var numbers: [TourShift: Int] = [:]
    var masks: [UInt64] = []
    for (index, shift) in problem.shifts.enumerated() {
      let known = named.contains(index) ? nil : numbers[shift]
      let kind = known ?? masks.count / words
      if known == nil {
        masks += Array(repeating: 0, count: words)
        if !named.contains(index) { numbers[shift] = kind }
      }
      masks[kind * words + index / 64] |= 1 << UInt64(index % 64)
    }
    return masks
  }

  private static func fixed(_ problem: TourProblem) -> (UnsafeMutablePointer<Bool>, UnsafeMutablePointer<Bool>) {
    let count = problem.jobs.count
    var locked = [Bool](repeating: false, count: count + 2 * problem.shifts.count)
    var fixed = [Bool](repeating: false, count: count)
    for (index, shift) in problem.shifts.enumerated() where !shift.fixed.isEmpty {
      locked[count + index] = true
      for job in shift.fixed { fixed[job] = true }
      for job in shift.fixed.dropLast() { locked[job] = true }
    }
    return (buffer(locked), buffer(fixed))
  }

  /// Whether a clock can matter at all: not where the longest way through everything fits every window.
  private static func isTimed(_ problem: TourProblem) -> Bool {
    if problem.jobs.contains(where: { !$0.windows.isEmpty }) || problem.hasPromises { return true }
    if !problem.ties.together.isEmpty { return true }
    if problem.shifts.contains(where: { $0.longestWork != nil || $0.longestTravel != nil || !$0.breaks.isEmpty }) { return true }
    var longestWay = 0
    for table in [problem.travel] + problem.otherTravel {
      let longest = table.seconds.max() ?? 0
      guard longest != TravelTable.unreachable else { return true }
      longestWay = max(longestWay, Int(longest))
    }
    var total = longestWay * (problem.jobs.count + 1)
    for job in problem.jobs { total += max(job.service, job.serviceByType.values.max() ?? 0).value + job.setUp.value }
    return problem.shifts.contains { $0.span.latest.value - $0.span.earliest.value < total }
  }

  /// The leg of a shift from node `a` to node `b`, without set-up.
  @inline(__always)
  borrowing func leg(_ a: Int, _ b: Int, _ shift: Int) -> Leg {
    legs[self.shift[shift].table &+ Int(location[a]) &* places &+ Int(location[b])]
  }

  @inline(__always)
  borrowing func metres(_ a: Int, _ b: Int, _ shift: Int) -> Int32 {
    metres[self.shift[shift].table &+ Int(location[a]) &* places &+ Int(location[b])]
  }

  /// The seconds from node `a` until service at node `b` could begin.
  @inline(__always)
  borrowing func way(_ a: Int, _ b: Int, _ shift: Int) -> Int32 {
    let seconds = leg(a, b, shift).seconds
    return hasSetUp && b < jobCount && location[a] != location[b] ? seconds &+ setUp[b] : seconds
  }

  /// What it costs to get ready at node `b` for whoever comes from node `a`.
  @inline(__always)
  borrowing func setUpCost(_ a: Int, _ b: Int, _ shift: Int) -> Int {
    guard hasSetUpCost, b < jobCount, location[a] != location[b] else { return 0 }
    return self.shift[shift].workSecond &* Int(setUp[b])
  }

  @inline(__always)
  borrowing func mayServe(_ job: Int, on shift: Int) -> Bool {
    allowed[job &* words &+ shift &>> 6] & (1 &<< UInt64(shift & 63)) != 0
  }

  @inline(__always)
  borrowing func service(of job: Int, on shift: Int) -> Int32 {
    service[Int(self.shift[shift].type) &* jobCount &+ job]
  }

  /// Wishes and service.
  @inline(__always)
  borrowing func shiftCost(_ job: Int, on shift: Int) -> Int {
    self.job[job].hasShiftCost ? Int(shiftCost[job &* shiftCount &+ shift]) : 0
  }
}

extension TourLoad {
  /// As much as can be told where nothing limits it.
  fileprivate static func limit(_ load: TourLoad?) -> SIMD4<Int> { load?.amounts ?? SIMD4(repeating: Int(Int32.max)) }
}

extension SIMD4<Int32> {
  fileprivate init(_ amounts: SIMD4<Int>) { self.init(truncatingIfNeeded: amounts) }
}

extension SearchWindow {
  init(_ window: TimeWindow) {
    self.init(opens: Int32(window.earliest.value), closes: Int32(window.latest.value))
  }
}
