import LageplanGeometry

/// What a tour lacks: seconds of lateness at windows and breaks, seconds and metres over the limits of the shift, and load over its capacity.
struct TourLack: Comparable {
  var late = 0
  var shift = 0
  var work = 0
  var travel = 0
  var metres = 0
  var load = SIMD4<Int>.zero

  var missing: Int { max(shift, work, travel) }
  private var rank: (Int, Int, Int, Int) { (load.wrappedSum(), metres, late + missing, late) }
  static func < (a: TourLack, b: TourLack) -> Bool { a.rank < b.rank }
  static func == (a: TourLack, b: TourLack) -> Bool { a.rank == b.rank }
  var isNothing: Bool { late == 0 && missing == 0 && metres == 0 && load == .zero }

  var time: TourShortage {
    TourShortage(lateness: Seconds(late), shift: Seconds(shift), work: Seconds(work), travel: Seconds(travel))
  }
}

/// Drives tours of a finished solution with one more job, and counts how much work that was.
final class TourTrial {
  /// Of longer tours a shipment is tried only with its delivery right behind its pickup.
  private static let longestForPairs = 40

  /// What else is done for a tour, in stops that could be driven to.
  private static let aside = 4

  /// So many stops have been driven to.
  private(set) var work = 0
  /// What jobs begin at is agreed with others: nobody who is in a tour may move that. Nor does anybody in a tour wait for a window that opens after the shift.
  private var problem: TourProblem

  init(_ problem: TourProblem, agreed: [Int: TimeWindow], tours: [[Int]]) {
    self.problem = problem.holding(agreed)
    for (shift, tour) in zip(problem.shifts, tours) {
      for job in tour where self.problem.jobs[job].windows.count > 1 {
        let open = self.problem.jobs[job].windows.filter { $0.earliest <= shift.span.latest }
        if !open.isEmpty { self.problem.jobs[job].windows = open }
      }
    }
  }

  /// About so much is the work of one ``leastLack(of:in:_:)``.
  func estimate(of unit: [Int], in tour: [Int], _ shift: Int) -> Int {
    let places = tour.count - min(problem.shifts[shift].fixed.count, tour.count) + 1
    let pairs = unit.count > 1 && tour.count <= Self.longestForPairs ? places * (places + 1) / 2 : places
    return pairs * (tour.count + unit.count + Self.aside)
  }

  /// The least lack over all places of the tour behind its fixed jobs and all windows of the jobs; `nil` where no place can be reached.
  func leastLack(of unit: [Int], in tour: [Int], _ shift: Int) -> TourLack? {
    let windows = unit.map { problem.jobs[$0].windows }
    defer { for (job, windows) in zip(unit, windows) { problem.jobs[job].windows = windows } }
    var least: TourLack?
    for choice in choices(windows, problem.shifts[shift].span) {
      for (job, window) in zip(unit, choice) { problem.jobs[job].windows = window }
      guard let lack = leastLack(inOneWindow: unit, tour, shift) else { continue }
      if least.map({ lack < $0 }) ?? true { least = lack }
      if lack.isNothing { break }
    }
    return least
  }

  /// Each window alone that meets the span of the shift, and the nearest before and after it; for two jobs all pairs of these.
  private func choices(_ windows: [[TimeWindow]], _ span: TimeWindow) -> [[[TimeWindow]]] {
    var choices: [[[TimeWindow]]] = [[]]
    for own in windows {
      let first = own.lastIndex { $0.latest < span.earliest } ?? 0
      let last = own.firstIndex { $0.earliest > span.latest } ?? own.count - 1
      let near = own.isEmpty ? [[]] : own[first...max(first, last)].map { [$0] }
      choices = choices.flatMap { choice in near.map { choice + [$0] } }
    }
    return choices
  }

  private func leastLack(inOneWindow unit: [Int], _ tour: [Int], _ shift: Int) -> TourLack? {
    var least: TourLack?
    let first = min(problem.shifts[shift].fixed.count, tour.count)
    func consider(_ sequence: [Int]) {
      guard let lack = lack(of: sequence, shift) else { return }
      if least.map({ lack < $0 }) ?? true { least = lack }
    }
    for place in first...tour.count where keepsOrder(unit[0], at: place, in: tour) {
      var sequence = tour
      sequence.insert(unit[0], at: place)
      if unit.count > 1 {
        let last = tour.count <= Self.longestForPairs ? tour.count : place
        for other in place...last {
          var pair = sequence
          pair.insert(unit[1], at: other + 1)
          consider(pair)
        }
      } else {
        consider(sequence)
      }
      if least?.isNothing ?? false { break }
    }
    return least
  }

  private func keepsOrder(_ job: Int, at place: Int, in tour: [Int]) -> Bool {
    guard let rank = problem.jobs[job].rank else { return true }
    return tour.prefix(place).allSatisfy { problem.jobs[$0].rank ?? rank <= rank }
      && tour.dropFirst(place).allSatisfy { problem.jobs[$0].rank ?? rank >= rank }
  }

  /// What the tour lacks, if its end may be reached at any time; `nil` where a leg has no way.
  private func lack(of sequence: [Int], _ shift: Int) -> TourLack? {
    work += sequence.count + Self.aside
    let limits = problem.shifts[shift]
    let table = problem.travel(of: shift)
    var travel = 0
    var metres = 0
    var place = limits.start
    for stop in 0...sequence.count {
      let next = stop < sequence.count ? problem.jobs[sequence[stop]].location : limits.end
      let cell = place * table.locationCount + next
      guard table.seconds[cell] != TravelTable.unreachable else { return nil }
      travel += Int(table.seconds[cell])
      metres += Int(table.metres[cell])
      place = next
    }
    var open = limits
    open.span.latest = Seconds(Int(TravelTable.longest))
    let breaks = TourRoute.earliestBreaks(sequence, open, problem)
    let time = TimeSegment(sequence, on: open, breaks: breaks, of: problem, whole: true)
    let end = Int(time.earliest) + Int(time.duration) - Int(time.timeWarp)
    var lack = TourLack(
      late: Int(time.timeWarp), shift: max(0, end - limits.span.latest.value),
      work: limits.longestWork.map { max(0, Int(time.duration) - $0.value) } ?? 0,
      travel: limits.longestTravel.map { max(0, travel - $0.value) } ?? 0,
      metres: limits.longestWay.map { max(0, metres - Int($0.value)) } ?? 0)
    if let capacity = limits.capacity {
      for load in problem.loads(along: sequence) {
        let excess = load.amounts &- capacity.amounts
        lack.load = lack.load.replacing(with: excess, where: excess .> lack.load)
      }
    }
    return lack
  }
}
