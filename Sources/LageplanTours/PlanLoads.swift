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
}
