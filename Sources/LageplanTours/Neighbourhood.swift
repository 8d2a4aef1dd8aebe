import LageplanGeometry

/// A job near another one, with the cost of the ways from it and to it.
struct Neighbour: BitwiseCopyable {
  var job: Int32
  var arriving: Int32
  var leaving: Int32
}

/// The jobs around each job, nearest first.
///
/// Near is what a good tour would join: by the cheaper of the two ways, and by what it makes the inspector wait or be late
/// (Vidal et al. 2013, doi:10.1016/j.cor.2012.07.018, section 4.5).
struct Neighbourhood {
  /// So many for each job.
  let count: Int
  let neighbours: [Neighbour]
  /// The mean cost of the legs from jobs to their nearest neighbours.
  let meanLeg: Double

  /// Waiting and lateness count against way as in the paper's tuning: 0.2 and 1.
  private static let wayWeight = 5
  private static let lateWeight = 5
  /// How many of the nearest tell the mean leg.
  private static let around = 8

  init(_ problem: TourProblem, legs: UnsafeMutablePointer<SearchSpace.Leg>, tables: Int, count most: Int) {
    let jobs = problem.jobs
    let count = max(0, min(most, jobs.count - 1))
    self.count = count
    guard count > 0 else {
      neighbours = []
      meanLeg = 1
      return
    }
    let places = problem.travel.locationCount
    let second = max(1, problem.objective.travelSecond + problem.objective.metre)
    let location = jobs.map(\.location)
    let service = jobs.map(\.service.value)
    let opens = jobs.map { $0.windows.first?.earliest.value ?? 0 }
    let closes = jobs.map { $0.windows.last?.latest.value ?? Int(TravelTable.longest) }
    func distance(_ first: Int, _ second: Int, _ leg: SearchSpace.Leg, _ weight: Int) -> Int {
      guard leg.cost < SearchSpace.noWay else { return Int(SearchSpace.noWay) * 8 }
      let onWay = service[first] &+ Int(leg.seconds)
      let waiting = max(0, opens[second] &- closes[first] &- onWay)
      let late = max(0, opens[first] &+ onWay &- closes[second])
      return Int(leg.cost) &* Self.wayWeight &+ (waiting &+ late &* Self.lateWeight) &* weight
    }
    /// The least that any shift pays.
    func least(_ from: Int, _ to: Int) -> Int32 {
      var least = legs[from &* places &+ to].cost
      for table in 1..<max(1, tables) { least = min(least, legs[table &* places &* places &+ from &* places &+ to].cost) }
      return least
    }
    var neighbours: [Neighbour] = []
    neighbours.reserveCapacity(jobs.count * count)
    var nearest = 0.0
    let bits = 16
    // Distance and job in one word: plain integers sort several times faster than pairs.
    var order = [Int](repeating: 0, count: jobs.count - 1)
    for job in jobs.indices {
      var place = 0
      for other in jobs.indices where other != job {
        let out = distance(job, other, legs[location[job] &* places &+ location[other]], second)
        let back = distance(other, job, legs[location[other] &* places &+ location[job]], second)
        order[place] = min(out, back) << bits | other
        place += 1
      }
      order.sort()
      for place in 0..<count {
        let other = order[place] & (1 << bits - 1)
        neighbours.append(
          Neighbour(
            job: Int32(other), arriving: least(location[other], location[job]), leaving: least(location[job], location[other])))
      }
      let mean = order.prefix(Self.around).reduce(0.0) { $0 + Double(min($1 >> bits, Int(SearchSpace.noWay))) }
      nearest += mean / Double(Self.wayWeight * min(Self.around, count))
    }
    self.neighbours = neighbours
    meanLeg = max(1, nearest / Double(jobs.count))
  }
}
