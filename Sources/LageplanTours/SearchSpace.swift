import LageplanGeometry

/// The problem in the layout that the inner loops read; it does not change during a search.
///
/// Nodes are numbered in one row: jobs `0..<jobCount`, then the start of every shift, then the end of every shift.
/// Alike shifts share a `kind`: of several empty ones only the first needs trying.
struct SearchSpace: ~Copyable {
  struct Leg {
    var seconds: Int32
    var cost: Int32
  }

  /// The cost of a leg without a way: dearer than any other, and its seconds break every window.
  static let noWay: Int32 = 1 << 30
  /// How many neighbours of each job are known, and how many of them the local search looks at.
  static let neighbourCount = 100
  static let granularCount = 20

  let jobCount: Int
  let shiftCount: Int
  let places: Int
  /// Row: where the leg starts. `into` is the same table with rows where the leg ends, so that both scans run along a row.
  let legs: UnsafeMutablePointer<Leg>
  let into: UnsafeMutablePointer<Leg>
  let location: UnsafeMutablePointer<Int32>
  let load: UnsafeMutablePointer<Int32>
  let penalty: UnsafeMutablePointer<Int>
  let skills: UnsafeMutablePointer<UInt64>
  /// The windows of job j stand in `windows[windowStart[j]..<windowStart[j + 1]]`; every job has at least one.
  let windows: UnsafeMutablePointer<TimeSegment>
  let windowStart: UnsafeMutablePointer<Int32>
  /// Per job, nearest first, `neighbours` each.
  let neighbour: UnsafeMutablePointer<Int32>
  let neighbours: Int
  let span: UnsafeMutablePointer<TimeSegment>
  let longestWork: UnsafeMutablePointer<Int32>
  let capacity: UnsafeMutablePointer<Int32>
  let shiftSkills: UnsafeMutablePointer<UInt64>
  let kind: UnsafeMutablePointer<Int32>
  let usedShift: Int
  /// Some job needs a skill.
  let hasSkills: Bool
  /// The mean cost of the legs from jobs to their nearest neighbours: the scale of the search.
  let meanLeg: Double

  var nodeCount: Int { jobCount + 2 * shiftCount }

  init(_ problem: TourProblem) {
    jobCount = problem.jobs.count
    shiftCount = problem.shifts.count
    places = problem.travel.locationCount
    usedShift = problem.objective.usedShift
    hasSkills = problem.jobs.contains { !$0.skills.isEmpty }
    let cells = places * places
    legs = .allocate(capacity: max(1, cells))
    into = .allocate(capacity: max(1, cells))
    for from in 0..<places {
      for to in 0..<places {
        let seconds = problem.travel.seconds[from * places + to]
        let cost = seconds == TravelTable.unreachable ? Self.noWay : Int32(problem.legCost(from: from, to: to))
        legs[from * places + to] = Leg(seconds: seconds, cost: cost)
        into[to * places + from] = Leg(seconds: seconds, cost: cost)
      }
    }
    let ends = problem.shifts.map(\.start) + problem.shifts.map(\.end)
    location = Self.buffer(problem.jobs.map { Int32($0.location) } + ends.map { Int32($0) })
    load = Self.buffer(problem.jobs.map { Int32($0.load) } + ends.map { _ in 0 })
    penalty = Self.buffer(problem.penalties)
    skills = Self.buffer(problem.jobs.map(\.skills.rawValue))
    windows = Self.buffer(
      problem.jobs.flatMap { job in (0..<max(1, job.windows.count)).map { TimeSegment(job, window: $0) } })
    var offset: Int32 = 0
    windowStart = Self.buffer(
      [0]
        + problem.jobs.map { job in
          offset += Int32(max(1, job.windows.count))
          return offset
        })
    span = Self.buffer(problem.shifts.map { TimeSegment($0) })
    longestWork = Self.buffer(problem.shifts.map { Int32($0.longestWork?.value ?? Int(Int32.max)) })
    capacity = Self.buffer(problem.shifts.map { Int32($0.capacity ?? Int(Int32.max)) })
    shiftSkills = Self.buffer(problem.shifts.map(\.skills.rawValue))
    var firstAlike: [TourShift: Int32] = [:]
    kind = Self.buffer(
      problem.shifts.enumerated().map { index, shift in
        let first = firstAlike[shift, default: Int32(index)]
        firstAlike[shift] = first
        return first
      })
    neighbours = max(0, min(Self.neighbourCount, jobCount - 1))
    neighbour = .allocate(capacity: max(1, jobCount * neighbours))
    meanLeg = Self.fillNeighbours(neighbour, count: neighbours, problem, legs: legs)
  }

  deinit {
    legs.deallocate()
    into.deallocate()
    location.deallocate()
    load.deallocate()
    penalty.deallocate()
    skills.deallocate()
    windows.deallocate()
    windowStart.deallocate()
    neighbour.deallocate()
    span.deallocate()
    longestWork.deallocate()
    capacity.deallocate()
    shiftSkills.deallocate()
    kind.deallocate()
  }

  private static func buffer<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    return memory
  }

  /// Orders the jobs around each job by the cheaper of the two ways, and what it makes the inspector wait or be late:
  /// the proximity of Vidal et al. 2013, section 4.5.
  private static func fillNeighbours(
    _ neighbour: UnsafeMutablePointer<Int32>, count: Int, _ problem: TourProblem, legs: UnsafeMutablePointer<Leg>
  ) -> Double {
    guard count > 0 else { return 1 }
    let jobs = problem.jobs
    let windows = jobs.map { (earliest: $0.windows.first?.earliest.value, latest: $0.windows.last?.latest.value) }
    let objective = max(1, problem.objective.travelSecond)
    func proximity(_ first: Int, _ second: Int) -> Int {
      let leg = legs[jobs[first].location * problem.travel.locationCount + jobs[second].location]
      guard leg.cost < noWay else { return Int(noWay) * 8 }
      let onWay = jobs[first].service.value + Int(leg.seconds)
      var distance = Int(leg.cost) * 5
      if let opens = windows[second].earliest, let closes = windows[first].latest {
        distance += max(0, opens - closes - onWay) * objective
      }
      if let opens = windows[first].earliest, let closes = windows[second].latest {
        distance += max(0, opens + onWay - closes) * objective * 5
      }
      return distance
    }
    var nearest = 0.0
    var order: [(distance: Int, job: Int32)] = []
    for job in jobs.indices {
      order.removeAll(keepingCapacity: true)
      for other in jobs.indices where other != job {
        order.append((min(proximity(job, other), proximity(other, job)), Int32(other)))
      }
      order.sort { ($0.distance, $0.job) < ($1.distance, $1.job) }
      for place in 0..<count { neighbour[job * count + place] = order[place].job }
      let around = min(count, 8)
      for place in 0..<around { nearest += Double(min(order[place].distance, Int(noWay))) / 5 / Double(around) }
    }
    return max(1, nearest / Double(jobs.count))
  }

  /// The leg from node `a` to node `b`.
  @inline(__always)
  borrowing func leg(_ a: Int, _ b: Int) -> Leg { legs[Int(location[a]) &* places &+ Int(location[b])] }

  @inline(__always)
  borrowing func mayServe(_ job: Int, on shift: Int) -> Bool { skills[job] & ~shiftSkills[shift] == 0 }
}
