import LageplanGeometry

/// A search that begins from a solution.
extension WorkingPlan {
  /// Places the jobs of a solution as it has them, but for those that would break a rule there. Promises are kept where they can be.
  mutating func adopt(_ solution: TourSolution, _ problem: TourProblem, _ space: borrowing SearchSpace) {
    let meetings = space.ties.hasGroups ? Self.meetings(of: solution, problem) : [:]
    var random = SolverRandom(seed: 0)
    for (shift, route) in solution.routes.enumerated().prefix(shiftCount) {
      for job in route.jobs where job >= 0 && job < jobCount && isAbsent(job) {
        guard space.hasTies else {
          _ = append(job, shift, Held.free, &random, space)
          continue
        }
        if space.ties.isGroup[job] {
          if let begin = meetings[job] { _ = append(job, shift, begin, &random, space) }
        } else if space.ties.promisedShift[job] != shift || !space.ties.canKeepPromise(job)
          || !append(job, shift, Held.promised, &random, space)
        {
          _ = append(job, shift, Held.free, &random, space)
        }
      }
    }
    if space.hasTies { dropIncomplete(space) }
    commit()
  }

  /// Behind all others, if that is possible.
  private mutating func append(
    _ job: Int, _ shift: Int, _ held: Int32, _ random: inout SolverRandom, _ space: borrowing SearchSpace
  ) -> Bool {
    if space.hasTies { space.ties.hold(job, to: held, space) }
    let place = insertion(of: job, behind: previous(end(shift)), in: shift, &random, space)
    if space.hasTies { space.ties.hold(job, to: Held.free, space) }
    guard place.isPossible else { return false }
    let broken = space.hasTies ? space.ties.brokenCost(job, on: shift, held: held) : 0
    insert(job, after: Int(place.after), delta: place.delta + broken, holding: held, space)
    return true
  }

  /// The agreed begins of those groups whose jobs do begin together.
  private static func meetings(of solution: TourSolution, _ problem: TourProblem) -> [Int: Int32] {
    var begins: [Int: Seconds] = [:]
    for (shift, route) in solution.routes.enumerated().prefix(problem.shifts.count) where !route.jobs.isEmpty {
      guard route.jobs.allSatisfy(problem.jobs.indices.contains) else { continue }
      for visit in TourTimetable(of: route, shift: shift, in: problem).visits { begins[visit.job] = visit.begin }
    }
    var meetings: [Int: Int32] = [:]
    for group in problem.ties.together {
      guard let begin = begins[group[0]], group.allSatisfy({ begins[$0] == begin }) else { continue }
      for job in group { meetings[job] = Int32(begin.value) }
    }
    return meetings
  }

  /// Takes out again what was placed without all that is tied to it.
  private mutating func dropIncomplete(_ space: borrowing SearchSpace) {
    for job in 0..<jobCount where !space.ties.unit[job].isEmpty && !isAbsent(job) && !isComplete(space.ties.unit[job], space) {
      for part in space.ties.unit[job] where !isAbsent(part) { remove(1, from: part, space) }
    }
  }

  private func isComplete(_ unit: [Int], _ space: borrowing SearchSpace) -> Bool {
    guard unit.allSatisfy({ !isAbsent($0) }) else { return false }
    let shifts = Set(unit.map { route($0) })
    if space.ties.isGroup[unit[0]] { return shifts.count == unit.count }
    var at = unit[0]
    while at < jobCount {
      if at == unit[1] { return true }
      at = next(at)
    }
    return false
  }
}
