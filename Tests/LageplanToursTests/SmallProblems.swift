import LageplanGeometry
import LageplanTours
import TestSupport
import Testing

/// Problems that fit on a screen, for tests.
enum SmallProblems {
  /// Places on a line, `minutes[i]` minutes from its begin; one minute takes 60 s and 500 m.
  static func line(_ minutes: [Int]) throws -> TravelTable {
    let ways = minutes.flatMap { from in minutes.map { abs($0 - from) } }
    return try TravelTable(
      locationCount: minutes.count, seconds: ways.map { Int32($0 * 60) }, metres: ways.map { Int32($0 * 500) })
  }

  static func window(_ earliest: Int, _ latest: Int) -> TimeWindow {
    TimeWindow(earliest: Seconds(earliest), latest: Seconds(latest))
  }

  /// A random problem: asymmetric travel, some pairs without a way, windows, skills, loads, levels, long and short shifts.
  static func random(_ seed: inout Seed, jobs: Int, shifts: Int, withGaps: Bool = true) throws -> TourProblem {
    let places = jobs + 2 * shifts
    var seconds: [Int32] = []
    for from in 0..<places {
      for to in 0..<places {
        let isGap = withGaps && from != to && Int.random(in: 0..<40, using: &seed) == 0
        seconds.append(from == to ? 0 : isGap ? TravelTable.unreachable : Int32.random(in: 60...900, using: &seed))
      }
    }
    let metres = seconds.map { $0 == TravelTable.unreachable ? $0 : $0 * 9 }
    let work = (0..<jobs).map { job in
      var windows: [TimeWindow] = []
      if Int.random(in: 0..<3, using: &seed) == 0 {
        let first = Int.random(in: 0...6000, using: &seed)
        windows = [window(first, first + Int.random(in: 300...2000, using: &seed))]
        if Bool.random(using: &seed) { windows.append(window(first + 4000, first + 4600)) }
      }
      return TourJob(
        location: job, service: Seconds(Int.random(in: 60...900, using: &seed)), windows: windows,
        skills: SkillSet(rawValue: Int.random(in: 0..<4, using: &seed) == 0 ? 1 : 0), level: Int.random(in: 0...2, using: &seed),
        prize: Int.random(in: 1...3, using: &seed), load: TourLoad(Int.random(in: 0...3, using: &seed)))
    }
    let crew = (0..<shifts).map { shift in
      let begin = Int.random(in: 0...1800, using: &seed)
      let end = begin + Int.random(in: 1800...9000, using: &seed)
      return TourShift(
        start: jobs + 2 * shift, end: jobs + 2 * shift + 1, span: window(begin, end),
        longestWork: Bool.random(using: &seed) ? Seconds(Int.random(in: 1500...6000, using: &seed)) : nil,
        skills: SkillSet(rawValue: UInt64.random(in: 0...1, using: &seed)),
        capacity: Bool.random(using: &seed) ? TourLoad(Int.random(in: 2...10, using: &seed)) : nil)
    }
    return try TourProblem(
      jobs: work, shifts: crew, travel: TravelTable(locationCount: places, seconds: seconds, metres: metres),
      objective: TourObjective(travelSecond: 3, metre: 1, usedShift: Int.random(in: 0...500, using: &seed)))
  }

  /// A random problem in which every rule occurs: besides those of ``random(_:jobs:shifts:withGaps:)`` set-up, jobs at one location, types of inspectors,
  /// pins, wishes, loads in two measures, breaks, limits of travel, and fixed jobs.
  static func mixed(_ seed: inout Seed, jobs: Int, shifts: Int) throws -> TourProblem {
    let plain = try random(&seed, jobs: jobs, shifts: shifts)
    var work = plain.jobs
    var crew = plain.shifts
    func isChosen(_ rarity: Int) -> Bool { Int.random(in: 0..<rarity, using: &seed) == 0 }
    for job in work.indices {
      if isChosen(3) { work[job].setUp = Seconds(Int.random(in: 0...300, using: &seed)) }
      if isChosen(5) { work[job].location = Int.random(in: 0..<jobs, using: &seed) }
      if isChosen(4) { work[job].serviceByType = [1: Seconds(Int.random(in: 60...900, using: &seed))] }
      if isChosen(5) { work[job].pinned = [Int.random(in: 0..<shifts, using: &seed)] }
      if isChosen(4) {
        work[job].wishes = [
          TourWish(shifts: [Int.random(in: 0..<shifts, using: &seed)], cost: Int.random(in: 0...3000, using: &seed))
        ]
      }
      work[job].load = [work[job].load.amounts[0], Int.random(in: 0...3, using: &seed)]
    }
    for shift in crew.indices {
      crew[shift].type = Int.random(in: 0...1, using: &seed)
      if let capacity = crew[shift].capacity { crew[shift].capacity = [capacity.amounts[0], 8, 0, 0] }
      if isChosen(3) { crew[shift].longestTravel = Seconds(Int.random(in: 600...3000, using: &seed)) }
      let span = crew[shift].span
      var opens = span.earliest.value
      for _ in 0..<Int.random(in: 0...2, using: &seed) {
        opens += Int.random(in: 0...2000, using: &seed)
        crew[shift].breaks.append(
          TourBreak(
            duration: Seconds(Int.random(in: 0...900, using: &seed)),
            window: window(opens, opens + Int.random(in: 300...2500, using: &seed))))
      }
      if isChosen(6) {
        // Done already: whatever its windows were, the shift holds it.
        let job = shift
        crew[shift].fixed = [job]
        crew[shift].span.latest = Seconds(crew[shift].span.latest.value + 12_000)
        crew[shift].longestTravel = nil
        crew[shift].longestWork = nil
        crew[shift].capacity = nil
        crew[shift].breaks = []
        work[job].location = job
      }
    }
    return try TourProblem(
      jobs: work, shifts: crew, travel: plain.travel.withoutGaps(), objective: plain.objective)
  }
}

extension TravelTable {
  /// Ways everywhere: what is fixed must be reachable.
  fileprivate func withoutGaps() throws -> TravelTable {
    try TravelTable(
      locationCount: locationCount, seconds: seconds.map { $0 == Self.unreachable ? 900 : $0 },
      metres: metres.map { $0 == Self.unreachable ? 8100 : $0 })
  }
}

extension SolverBudget {
  /// Rounds of search, however small the problem is.
  static func rounds(_ count: Int) -> SolverBudget {
    var budget = SolverBudget.iterations(count)
    budget.triesAll = false
    return budget
  }
}

extension TourSolver {
  /// The solution that rounds of search find, after a look whether trying everything comes to the same cost.
  static func solveBothWays(_ problem: TourProblem, seed: UInt64 = 1, rounds: Int) -> TourSolution {
    let complete = solve(problem, seed: seed, budget: .iterations(rounds))
    #expect(TourChecker.violations(of: complete, in: problem) == [])
    let searched = solve(problem, seed: seed, budget: .rounds(rounds))
    #expect(TourChecker.violations(of: searched, in: problem) == [])
    let (cost, other) = (TourCost(of: complete, in: problem), TourCost(of: searched, in: problem))
    #expect((cost.leftOut, cost.afterJobs) == (other.leftOut, other.afterJobs))
    return searched
  }
}
