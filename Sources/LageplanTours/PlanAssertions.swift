/// What debug builds assert after every round.
extension WorkingPlan {
  /// In debug builds: the cost that was kept by deltas is the cost counted anew, and so are the clocks.
  func assertSums(_ space: borrowing SearchSpace) {
    #if DEBUG
      var total = 0
      for shift in 0..<shiftCount where !isEmpty(shift) {
        total += space.shift[shift].usedShift
        var at = start(shift)
        while at != end(shift) {
          total += Int(space.leg(at, next(at), shift).cost) + space.setUpCost(at, next(at), shift)
          at = next(at)
          if at < jobCount { total += space.shiftCost(at, on: shift) }
          if at < jobCount, space.hasTies { total += space.ties.brokenCost(at, on: shift, held: held[at]) }
          assert(previous(next(previous(at))) == previous(at), "links of \(at)")
          guard space.isTimed, at < jobCount else { continue }
          assert(WorkingPlan.isEqual(early(at, space), node[at].early, space, shift), "the clock of \(at) was not carried on")
          assert(WorkingPlan.isEqual(late(at, space), node[at].late, space, shift), "the clock of \(at) was not carried back")
        }
      }
      assert(total == routesCost, "cost kept by deltas \(routesCost), counted anew \(total)")
      assert(!space.hasPromises || broken == brokenCounted(space), "promises kept by deltas \(broken)")
      var left = Array(repeating: 0, count: levelCount)
      for place in 0..<absentCount {
        let job = space.job + Int(absent[place])
        left[Int(job.pointee.level)] += Int(job.pointee.prize)
      }
      assert(left == value.leftOut, "prizes kept by deltas \(value.leftOut), counted anew \(left)")
    #endif
  }

  private func brokenCounted(_ space: borrowing SearchSpace) -> Int {
    var count = 0
    for job in 0..<jobCount where space.ties.promisedShift[job] >= 0 {
      if isAbsent(job) || space.ties.isBroken(job, on: route(job), held: held[job]) { count += 1 }
    }
    return count
  }
}
