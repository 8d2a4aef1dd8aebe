import LageplanGeometry

/// What is minimised after the jobs left out: a sum of whole numbers over all tours that serve at least one job.
public struct TourObjective: Hashable, Sendable {
  /// Cost of each second on the way.
  public var travelSecond: Int
  /// Cost of each metre on the way.
  public var metre: Int
  /// Cost of each shift that is used.
  public var usedShift: Int
  /// Cost of each second of set-up and service.
  public var workSecond: Int

  public init(travelSecond: Int = 1, metre: Int = 0, usedShift: Int = 0, workSecond: Int = 0) {
    self.travelSecond = travelSecond
    self.metre = metre
    self.usedShift = usedShift
    self.workSecond = workSecond
  }
}

/// A tour problem in plain integers: jobs, shifts, and the travel table between their locations.
///
/// A solution gives each shift a sequence of jobs, the fixed ones of the shift first. A tour leaves its start at a stated second, drives, waits where it
/// comes before the first window that is still open, serves, drives on, and reaches its end; between two stops it may take a break. It must keep
/// the jobs' windows, pins, skills and ties, and the shift's span, breaks, longest work, travel and way, number of jobs and capacity. A shift without jobs
/// costs nothing and takes no break.
///
/// Objective, lexicographic: first the prizes left out, level by level (level 0 first), then ``TourObjective``, the wishes that are not met and the promises
/// that are broken. Time is counted in seconds after an origin that the caller chooses, all of it within `0...TravelTable.longest`.
public struct TourProblem: Sendable {
  public internal(set) var jobs: [TourJob]
  public let shifts: [TourShift]
  public let travel: TravelTable
  public let objective: TourObjective
  public let ties: TourTies
  /// Of shifts that move in another way: see ``TourShift/profile``.
  public let otherTravel: [TravelTable]
  /// The most promises that a solution may break; `nil`: any number. Where more cannot be helped the solver breaks as few as it can.
  public let mostChanges: Int?
  /// The levels that occur, the highest first.
  let levels: [Int]
  /// Which job is in which tie that counts: those of groups with a fixed job do not.
  let tieOfJob: [JobTie]
  /// Whether any job has a promise that is asked.
  let hasPromises: Bool

  /// Throws the first of the ``faults(jobs:shifts:travel:objective:ties:otherTravel:mostChanges:)``.
  public init(
    jobs: [TourJob], shifts: [TourShift], travel: TravelTable, objective: TourObjective = TourObjective(),
    ties: TourTies = TourTies(), otherTravel: [TravelTable] = [], mostChanges: Int? = nil
  ) throws(TourProblemError) {
    let faults = Self.faults(
      jobs: jobs, shifts: shifts, travel: travel, objective: objective, ties: ties, otherTravel: otherTravel,
      mostChanges: mostChanges)
    if let fault = faults.first { throw fault }
    self.jobs = jobs
    self.shifts = shifts
    self.travel = travel
    self.objective = objective
    self.ties = ties
    self.otherTravel = otherTravel
    self.mostChanges = mostChanges
    let fixed = Set(shifts.flatMap(\.fixed))
    tieOfJob = JobTie.all(ties, jobs: jobs.count, fixed: fixed)
    hasPromises = jobs.indices.contains { jobs[$0].promise != nil && !fixed.contains($0) }
    levels = Set(jobs.map(\.level)).sorted()
    try checkCosts()
  }

  /// The inner loops count the cost of one way, and of the work of one job, in 32 bits.
  private func checkCosts() throws(TourProblemError) {
    let most = 1 << 30
    var seen = Set<TravelRule>()
    var dearestSecond = 0
    for (number, shift) in shifts.enumerated() {
      let costs = objective(of: number)
      dearestSecond = max(dearestSecond, costs.workSecond)
      guard seen.insert(TravelRule(profile: shift.profile, costs: costs)).inserted else { continue }
      guard travel(of: number).dearest(costs) < most else { throw .costTooLarge }
    }
    for job in jobs {
      let work = job.setUp.value + max(job.service, job.serviceByType.values.max() ?? 0).value
      let (cost, overflow) = work.multipliedReportingOverflow(by: dearestSecond)
      guard !overflow, cost < most else { throw .costTooLarge }
    }
  }

  /// The same problem with other jobs or shifts, of which the indices mean the same.
  public func with(
    jobs: [TourJob]? = nil, shifts: [TourShift]? = nil, ties: TourTies? = nil, mostChanges: Int? = nil
  ) throws(TourProblemError) -> TourProblem {
    try TourProblem(
      jobs: jobs ?? self.jobs, shifts: shifts ?? self.shifts, travel: travel, objective: objective, ties: ties ?? self.ties,
      otherTravel: otherTravel, mostChanges: mostChanges ?? self.mostChanges)
  }

  /// The ways as this shift moves.
  public func travel(of shift: Int) -> TravelTable { travel(profile: shifts[shift].profile) }

  func travel(profile: Int) -> TravelTable { profile == 0 ? travel : otherTravel[profile - 1] }

  /// What this shift costs.
  public func objective(of shift: Int) -> TourObjective { shifts[shift].costs ?? objective }

  /// The cost of one leg of this shift: 0 weights make it free, an unreachable pair has none.
  func legCost(from: Int, to: Int, on shift: Int) -> Int { travel(of: shift).cost(from: from, to: to, objective(of: shift)) }

  /// Set-up at `job` for whoever comes from `location`.
  func setUp(at job: TourJob, from location: Int) -> Int { location == job.location ? 0 : job.setUp.value }

  /// What is on board at the start of this sequence and after each of its visits.
  func loads(along sequence: [Int]) -> [TourLoad] {
    var load = sequence.reduce(SIMD4<Int>.zero) { $0 &+ jobs[$1].delivery.amounts }
    var loads = [TourLoad(amounts: load)]
    loads.reserveCapacity(sequence.count + 1)
    for job in sequence {
      load &+= loadChange(at: job)
      loads.append(TourLoad(amounts: load))
    }
    return loads
  }

  /// By how much a visit changes what is on board.
  func loadChange(at job: Int) -> SIMD4<Int> {
    let own = jobs[job].load.amounts &- jobs[job].delivery.amounts
    switch tieOfJob[job] {
    case .pickup(let shipment): return own &+ ties.shipments[shipment].amount.amounts
    case .delivery(let shipment): return own &- ties.shipments[shipment].amount.amounts
    case .group, .none: return own
    }
  }
}

/// How a job is tied to others.
enum JobTie: Hashable, Sendable {
  case none
  /// Numbers of the group or shipment in ``TourTies``.
  case group(Int)
  case pickup(Int)
  case delivery(Int)

  static func all(_ ties: TourTies, jobs: Int, fixed: Set<Int>) -> [JobTie] {
    var all = Array(repeating: JobTie.none, count: jobs)
    for (number, group) in ties.together.enumerated() where fixed.isDisjoint(with: group) {
      for job in group { all[job] = .group(number) }
    }
    for (number, shipment) in ties.shipments.enumerated() {
      all[shipment.pickup] = .pickup(number)
      all[shipment.delivery] = .delivery(number)
    }
    return all
  }
}

/// What tells the costs of all legs of a shift.
struct TravelRule: Hashable {
  let profile: Int
  let travelSecond: Int
  let metre: Int

  init(profile: Int, costs: TourObjective) {
    self.profile = profile
    travelSecond = costs.travelSecond
    metre = costs.metre
  }
}
