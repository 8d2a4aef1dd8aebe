import LageplanGeometry

/// What a placed job's begin is held to.
enum Held {
  /// Nothing but its own windows.
  static let free: Int32 = -1
  /// The windows in which its promise is kept.
  static let promised: Int32 = -2
  // Zero or more: that second, agreed with the others of its group.

  /// Within what the job begins; `nil`: its windows alone say.
  static func window(_ held: Int32, of job: TourJob) -> TimeWindow? {
    switch held {
    case free: nil
    case promised: job.promise?.begin
    default: TimeWindow(earliest: Seconds(Int(held)), latest: Seconds(Int(held)))
    }
  }
}

/// What the search knows of ties and promises; most problems have none. Rewrites the windows of jobs while they are held to a part of them.
final class TiedJobs {
  /// Of a job in a tie the jobs that are placed together, its leader first; of others nothing.
  let unit: [[Int]]
  let isGroup: [Bool]
  /// The shift that a job is promised, -1: none, or it is fixed.
  let promisedShift: [Int]
  let promises: [TourPromise?]
  let mostChanges: Int
  /// Jobs on board already go to their shift.
  let onBoard: [Int: Int]
  let isEmpty: Bool
  let hasGroups: Bool
  let hasPromises: Bool
  /// To stand behind the windows of all jobs.
  private(set) var windows: [SearchWindow] = []
  /// Where the windows begin that keep the promise, and how many there are; and where the agreed second stands.
  private var kept: [(first: Int32, count: Int32)]
  private var meeting: [Int32]
  private var own: [(first: Int32, count: Int32)]

  init(_ problem: TourProblem, windowCount: Int) {
    let count = problem.jobs.count
    let fixed = Set(problem.shifts.flatMap(\.fixed))
    var unit = Array(repeating: [Int](), count: count)
    var isGroup = Array(repeating: false, count: count)
    var onBoard: [Int: Int] = [:]
    for group in problem.ties.together where problem.tieOfJob[group[0]] != .none {
      for job in group {
        unit[job] = group
        isGroup[job] = true
      }
    }
    for shipment in problem.ties.shipments {
      if fixed.contains(shipment.pickup) {
        onBoard[shipment.delivery] = problem.shifts.firstIndex { $0.fixed.contains(shipment.pickup) }
      } else {
        for job in [shipment.pickup, shipment.delivery] { unit[job] = [shipment.pickup, shipment.delivery] }
      }
    }
    self.unit = unit
    self.isGroup = isGroup
    self.onBoard = onBoard
    promises = problem.jobs.indices.map { fixed.contains($0) ? nil : problem.jobs[$0].promise }
    promisedShift = promises.map { $0?.shift ?? -1 }
    mostChanges = problem.mostChanges ?? Int.max
    hasGroups = isGroup.contains(true)
    hasPromises = problem.hasPromises
    isEmpty = problem.ties.isEmpty && !problem.hasPromises
    own = []
    kept = []
    meeting = []
    guard !isEmpty else { return }
    var first: Int32 = 0
    for job in problem.jobs {
      let count = Int32(max(1, job.windows.count))
      own.append((first, count))
      first += count
    }
    for job in problem.jobs.indices {
      let parts = promises[job].map { problem.jobs[job].openings(within: $0.begin) } ?? []
      kept.append((Int32(windowCount + windows.count), Int32(parts.count)))
      windows += parts.map { SearchWindow($0) }
      meeting.append(Int32(windowCount + windows.count))
      if isGroup[job] { windows.append(SearchWindow(opens: 0, closes: 0)) }
    }
  }

  func isLeader(_ job: Int) -> Bool { unit[job].first.map { $0 == job } ?? true }
  func canKeepPromise(_ job: Int) -> Bool { kept[job].count > 0 }

  /// Makes the windows that the clocks see those that the job is held to.
  func hold(_ job: Int, to held: Int32, _ space: borrowing SearchSpace) {
    let (first, count): (Int32, Int32)
    switch held {
    case Held.free: (first, count) = own[job]
    case Held.promised: (first, count) = kept[job]
    default:
      (first, count) = (meeting[job], 1)
      space.windows[Int(first)] = SearchWindow(opens: held, closes: held)
    }
    space.job[job].firstWindow = first
    space.job[job].windowCount = count
    space.job[job].opens = space.windows[Int(first)].opens
    space.job[job].closes = space.windows[Int(first)].closes
  }

  /// Whether the promise of a job that is placed there is broken, as far as the search knows: what is held to nothing may keep it by chance.
  func isBroken(_ job: Int, on shift: Int, held: Int32) -> Bool {
    guard let promise = promises[job], held != Held.promised else { return false }
    return held < 0 || !promise.isKept(on: shift, begin: Seconds(Int(held)))
  }

  /// What that costs.
  func brokenCost(_ job: Int, on shift: Int, held: Int32) -> Int {
    isBroken(job, on: shift, held: held) ? promises[job]?.cost ?? 0 : 0
  }
}
