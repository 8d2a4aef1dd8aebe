public import LageplanGeometry

/// Why a job is left out, found by trying every place in every tour.
public enum UnassignedReason: Hashable, Sendable {
  /// No shift holds the skills.
  case noQualifiedInspector
  /// No qualified inspector can come there and back: the travel table has no way.
  case notReachable
  /// More than any qualified shift can carry.
  case loadTooLarge
  /// Even alone on the tour of `shift`, which comes nearest, the visit would begin `late` after its last window closes.
  case windowMissed(shift: Int, late: Seconds)
  /// Even alone on the tour of `shift`, which comes nearest, that many seconds of work are `missing`.
  case shiftTooShort(shift: Int, missing: Seconds)
  /// It would fit alone, but the others fill the tours: at the best place, in the tour of `shift`, that many seconds are `missing`
  /// (of the shift or of a window); `nil`: only load is missing.
  case noRoomLeft(shift: Int, missing: Seconds?)
}

/// Says why jobs are left out, by trying each of them at every place of every tour of a finished solution.
public struct TourExplanation {
  /// A tour whose end may be reached at any time: what is over the shift's limit is measured, not forbidden.
  private struct OpenTour {
    /// Locations from the start to the end.
    var places: [Int]
    /// The time from the start to each place, and from each place to the end.
    var heads: [TimeSegment]
    var tails: [TimeSegment]
    var load: Int
  }

  /// What a place lacks: seconds of lateness at windows, seconds over the limits of the shift.
  private struct Lack: Comparable {
    var late: Int
    var missing: Int

    static func < (a: Lack, b: Lack) -> Bool { (a.late + a.missing, a.late) < (b.late + b.missing, b.late) }
  }

  private let problem: TourProblem
  private let alone: [OpenTour]
  private let tours: [OpenTour]

  public init(of solution: TourSolution, in problem: TourProblem) {
    self.problem = problem
    alone = problem.shifts.indices.map { Self.tour(TourRoute(jobs: [], departure: 0), shift: $0, problem) }
    tours = zip(solution.routes, problem.shifts.indices).map { Self.tour($0, shift: $1, problem) }
  }

  /// Why this job, which is in no tour, is left out.
  public func reason(for job: Int) -> UnassignedReason {
    let asked = problem.jobs[job]
    let qualified = problem.shifts.indices.filter { problem.shifts[$0].skills.isSuperset(of: asked.skills) }
    guard !qualified.isEmpty else { return .noQualifiedInspector }
    let strong = qualified.filter { asked.load <= problem.shifts[$0].capacity ?? Int.max }
    guard !strong.isEmpty else { return .loadTooLarge }
    guard let closest = best(of: strong, { leastLack(of: job, in: alone[$0], $0) }) else { return .notReachable }
    if closest.lack.late > 0 { return .windowMissed(shift: closest.shift, late: Seconds(closest.lack.late)) }
    if closest.lack.missing > 0 { return .shiftTooShort(shift: closest.shift, missing: Seconds(closest.lack.missing)) }

    let light = strong.filter { tours[$0].load + asked.load <= problem.shifts[$0].capacity ?? Int.max }
    guard let nearest = best(of: light, { leastLack(of: job, in: tours[$0], $0) }) else {
      return .noRoomLeft(shift: closest.shift, missing: nil)
    }
    return .noRoomLeft(shift: nearest.shift, missing: Seconds(nearest.lack.late + nearest.lack.missing))
  }

  private func best(of shifts: [Int], _ lack: (Int) -> Lack?) -> (lack: Lack, shift: Int)? {
    var best: (lack: Lack, shift: Int)?
    for shift in shifts {
      guard let candidate = lack(shift) else { continue }
      if best.map({ candidate < $0.lack }) ?? true { best = (candidate, shift) }
    }
    return best
  }

  /// The least lack over all places of the tour and all windows of the job; `nil` where no place can be reached.
  private func leastLack(of job: Int, in tour: OpenTour, _ shift: Int) -> Lack? {
    let asked = problem.jobs[job]
    let limits = problem.shifts[shift]
    var least: Lack?
    for place in 0..<(tour.places.count - 1) {
      let arriving = Self.seconds(tour.places[place], asked.location, problem)
      let leaving = Self.seconds(asked.location, tour.places[place + 1], problem)
      guard arriving != TravelTable.unreachable, leaving != TravelTable.unreachable else { continue }
      for window in 0..<max(1, asked.windows.count) {
        let time = tour.heads[place].then(TimeSegment(asked, window: window), travel: arriving)
          .then(tour.tails[place + 1], travel: leaving)
        let end = Int(time.earliest) + Int(time.duration) - Int(time.timeWarp)
        let overwork = limits.longestWork.map { Int(time.duration) - $0.value } ?? 0
        let lack = Lack(late: Int(time.timeWarp), missing: max(0, end - limits.span.latest.value, overwork))
        if least.map({ lack < $0 }) ?? true { least = lack }
      }
    }
    return least
  }

  private static func tour(_ route: TourRoute, shift index: Int, _ problem: TourProblem) -> OpenTour {
    let shift = problem.shifts[index]
    let places = [shift.start] + route.jobs.map { problem.jobs[$0].location } + [shift.end]
    let visits = TourTimetable(of: route, shift: index, in: problem).visits.map { visit in
      // Each job keeps the window in which the tour serves it.
      let job = problem.jobs[visit.job]
      return TimeSegment(job, window: job.windows.firstIndex { $0.latest >= visit.begin } ?? 0)
    }
    var openEnd = TimeSegment(shift)
    openEnd.latest = TravelTable.longest
    var heads = [TimeSegment(shift)] + visits + [openEnd]
    var tails = heads
    for place in places.indices.dropFirst() {
      heads[place] = heads[place - 1].then(heads[place], travel: seconds(places[place - 1], places[place], problem))
    }
    for place in places.indices.dropLast().reversed() {
      tails[place] = tails[place].then(tails[place + 1], travel: seconds(places[place], places[place + 1], problem))
    }
    return OpenTour(places: places, heads: heads, tails: tails, load: route.jobs.reduce(0) { $0 + problem.jobs[$1].load })
  }

  private static func seconds(_ from: Int, _ to: Int, _ problem: TourProblem) -> Int32 {
    problem.travel.seconds[from * problem.travel.locationCount + to]
  }
}
