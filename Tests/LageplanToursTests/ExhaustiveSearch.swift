import LageplanGeometry
import LageplanTours

/// Tries everything: the oracle for problems with a handful of jobs. It shares no code with the solver.
enum ExhaustiveSearch {
  /// The least cost that keeps the rules: every order of every choice of jobs in every tour, every departure that can matter, every place for breaks.
  static func best(_ problem: TourProblem) -> TourCost {
    let shifts = problem.shifts.indices
    var sequences = problem.shifts.map(\.fixed)
    var best: TourCost?
    var isLegal: [[Int]: Bool] = [:]
    let fixed = Set(sequences.joined())
    let free = problem.jobs.indices.filter { !fixed.contains($0) }
    func place(_ number: Int) {
      guard number < free.count else {
        let placed = Set(sequences.joined())
        let routes = sequences.map { TourRoute(jobs: $0, departure: 0) }
        let solution = TourSolution(routes: routes, unassigned: problem.jobs.indices.filter { !placed.contains($0) })
        let cost = TourCost(of: solution, in: problem)
        if let held = best, held <= cost { return }
        for shift in shifts {
          let key = [shift] + sequences[shift]
          let legal = isLegal[key] ?? hasLegalTiming(sequences[shift], shift, problem)
          isLegal[key] = legal
          guard legal else { return }
        }
        best = cost
        return
      }
      place(number + 1)
      for shift in shifts {
        for position in problem.shifts[shift].fixed.count...sequences[shift].count {
          sequences[shift].insert(free[number], at: position)
          place(number + 1)
          sequences[shift].remove(at: position)
        }
      }
    }
    place(0)
    return best ?? TourCost(of: TourSolution(sequences: sequences, of: problem), in: problem)
  }

  private static func hasLegalTiming(_ sequence: [Int], _ shift: Int, _ problem: TourProblem) -> Bool {
    guard !sequence.isEmpty else { return true }
    var alone = problem.shifts.map { _ in TourRoute(jobs: [], departure: 0) }
    for departure in departures(sequence, shift, problem) {
      for breaks in choices(of: problem.shifts[shift].breaks.count, from: Array(0...sequence.count)) {
        alone[shift] = TourRoute(jobs: sequence, departure: departure, breaks: breaks)
        let left = problem.jobs.indices.filter { !sequence.contains($0) }
        let found = TourChecker.violations(of: TourSolution(routes: alone, unassigned: left), in: problem)
        let own = found.filter { if case .fixedMoved(let other) = $0 { other == shift } else { true } }
        if own.isEmpty { return true }
      }
    }
    return false
  }

  /// Every rising choice of so many.
  private static func choices(of count: Int, from values: [Int]) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return values.indices.flatMap { first in
      choices(of: count - 1, from: Array(values[(first + 1)...])).map { [values[first]] + $0 }
    }
  }

  /// The begin of the shift, and whatever brings the tour to a visit just as a window opens or closes: one of them wastes least time.
  private static func departures(_ sequence: [Int], _ shift: Int, _ problem: TourProblem) -> Set<Seconds> {
    let earliest = problem.shifts[shift].span.earliest
    var departures: Set = [earliest]
    guard problem.shifts[shift].longestWork != nil else { return departures }
    var place = problem.shifts[shift].start
    var driven = 0
    for index in sequence {
      let job = problem.jobs[index]
      driven += problem.travel.seconds(from: place, to: job.location).value
      for window in job.windows {
        departures.insert(max(earliest, Seconds(window.earliest.value - driven)))
        departures.insert(max(earliest, Seconds(window.latest.value - driven)))
      }
      driven += job.service.value
      place = job.location
    }
    return departures
  }
}
