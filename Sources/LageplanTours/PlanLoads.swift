/// What is on board along the routes, where that does not only grow.
extension WorkingPlan {
  /// Counts the loads of one route anew.
  func refreshLoads(of shift: Int, _ space: borrowing SearchSpace) {
    let (first, last) = (start(shift), end(shift))
    var load = SIMD4<Int32>.zero
    var at = next(first)
    while at != last {
      load &+= space.job[at].delivery
      at = next(at)
    }
    var most = load
    loads[first] = PlanLoad(now: load, before: load)
    at = first
    while at != last {
      at = next(at)
      if at < jobCount { load &+= space.job[at].load }
      most = most.replacing(with: load, where: load .> most)
      loads[at] = PlanLoad(now: load, before: most)
    }
    most = load
    while true {
      let now = loads[at].now
      most = most.replacing(with: now, where: now .> most)
      loads[at].after = most
      if at == first { return }
      at = previous(at)
    }
  }

  /// Whether the job may be served behind this node: what it is brought is on board until then, what it gives from then on.
  func carries(_ job: Int, behind at: Int, _ shift: Int, _ space: borrowing SearchSpace) -> Bool {
    let capacity = space.shift[shift].capacity
    let brought = space.job[job].delivery
    let change = brought &+ space.job[job].load
    return all((loads[at].before &+ brought) .<= capacity) && all((loads[at].now &+ change) .<= capacity)
      && all((loads[next(at)].after &+ change) .<= capacity)
  }

  /// Whether all tours can take their breaks while no more is on board than may be.
  func takesBreaks(_ problem: TourProblem) -> Bool {
    problem.shifts.indices.allSatisfy { isEmpty($0) || takesBreaks(on: $0, problem) }
  }

  private func takesBreaks(on shift: Int, _ problem: TourProblem) -> Bool {
    guard problem.shifts[shift].breaks.contains(where: { $0.largestLoad != nil }) else { return true }
    let tour = sequence(of: shift)
    let breaks = TourRoute.earliestBreaks(tour, problem.shifts[shift], problem)
    guard breaks.count == problem.shifts[shift].breaks.count else { return false }
    let loads = problem.loads(along: tour)
    return zip(breaks, problem.shifts[shift].breaks).allSatisfy { leg, pause in
      pause.largestLoad.map { loads[leg].fits(into: $0) } ?? true
    } && TimeSegment(tour, on: problem.shifts[shift], breaks: breaks, of: problem).timeWarp == 0
  }

  /// Takes all jobs that are not fixed out of the routes that cannot take their breaks.
  mutating func emptyRoutesWithoutBreaks(_ problem: TourProblem, _ space: borrowing SearchSpace) {
    for shift in problem.shifts.indices where !isEmpty(shift) && !takesBreaks(on: shift, problem) {
      for job in sequence(of: shift) where !space.isFixed[job] {
        for part in [job] + space.ties.unit[job] where !isAbsent(part) { remove(1, from: part, space) }
      }
    }
  }
}
