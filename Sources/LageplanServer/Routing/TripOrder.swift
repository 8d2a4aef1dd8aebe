import LageplanGeometry
import LageplanTours

/// In which order to visit some places, so that the way takes least time: the travelling salesman's question, put to the solver of tours.
enum TripOrder {
  /// What of the order is fixed. Indices into the places.
  struct Ends {
    /// Whether the way leads back to where it began.
    var isRound: Bool
    /// The first place is visited first.
    var startsAtFirst: Bool
    /// The last place is visited last.
    var endsAtLast: Bool
  }

  /// The places in their order, each once. A round trip without fixed ends begins at the first place.
  ///
  /// `durations` is row-major, in whole tenths of a second, `count`² of them; every pair must have a way. Throws `TourProblemError` where one is
  /// longer than the solver takes.
  static func order(of count: Int, durations: [Int32], ends: Ends) throws -> [Int] {
    guard count > 1 else { return Array(0..<count) }
    // A place that is nowhere: no time to it, none from it. A way may begin or end there and so at any real place.
    let nowhere = count
    var table = [Int32](repeating: 0, count: (count + 1) * (count + 1))
    for row in 0..<count {
      for column in 0..<count where row != column { table[row * (count + 1) + column] = durations[row * count + column] }
    }
    let last = count - 1
    let (start, end, head, tail): (Int, Int, [Int], [Int]) =
      switch (ends.isRound, ends.startsAtFirst, ends.endsAtLast) {
      // Round: with both ends fixed the way home is the same in every order, and left out.
      case (true, true, true): (0, last, [0], [last])
      case (true, _, false): (0, 0, [0], [])
      case (true, false, true): (last, last, [], [last])
      case (false, let fromFirst, let toLast):
        (fromFirst ? 0 : nowhere, toLast ? last : nowhere, fromFirst ? [0] : [], toLast ? [last] : [])
      }
    let visited = (0..<count).filter { $0 != start && $0 != end }
    // The solver only adds up: that its seconds are tenths here makes no difference to the order.
    let travel = try TravelTable(
      locationCount: count + 1, seconds: table, metres: [Int32](repeating: 0, count: table.count))
    let problem = try TourProblem(
      jobs: visited.map { TourJob(location: $0, service: 0) },
      shifts: [TourShift(start: start, end: end, span: TimeWindow(earliest: 0, latest: Seconds(Int(TravelTable.longest))))],
      travel: travel)
    let solution = TourSolver.solve(problem, seed: 1, budget: .standard(jobs: visited.count))
    return head + (solution.routes.first?.jobs ?? []).map { visited[$0] } + tail
  }
}
