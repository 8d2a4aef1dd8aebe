/// The legs between all places, once for each way to move and to count that the shifts have.
struct SearchTables {
  let legs: UnsafeMutablePointer<SearchSpace.Leg>
  let into: UnsafeMutablePointer<SearchSpace.Leg>
  /// Empty unless ways are limited.
  let metres: UnsafeMutablePointer<Int32>
  let count: Int
  private let numbers: [TravelRule: Int]
  private let cells: Int

  init(_ problem: TourProblem) {
    let places = problem.travel.locationCount
    cells = places * places
    var rules: [TravelRule] = []
    var numbers: [TravelRule: Int] = [:]
    for shift in problem.shifts.indices {
      let rule = TravelRule(profile: problem.shifts[shift].profile, costs: problem.objective(of: shift))
      if numbers[rule] == nil {
        numbers[rule] = rules.count
        rules.append(rule)
      }
    }
    if rules.isEmpty { rules = [TravelRule(profile: 0, costs: problem.objective)] }
    self.numbers = numbers
    count = rules.count
    legs = .allocate(capacity: max(1, rules.count * cells))
    into = .allocate(capacity: max(1, rules.count * cells))
    let limitsWay = problem.shifts.contains { $0.longestWay != nil }
    metres = .allocate(capacity: limitsWay ? max(1, rules.count * cells) : 1)
    for (number, rule) in rules.enumerated() {
      let table = problem.travel(profile: rule.profile)
      fill(number * cells, places, table, TourObjective(travelSecond: rule.travelSecond, metre: rule.metre))
      if limitsWay { (metres + number * cells).update(from: table.metres, count: cells) }
    }
  }

  private func fill(_ offset: Int, _ places: Int, _ table: TravelTable, _ weights: TourObjective) {
    let (legs, into) = (legs + offset, into + offset)
    table.seconds.withUnsafeBufferPointer { seconds in
      table.metres.withUnsafeBufferPointer { metres in
        for from in 0..<places {
          for to in 0..<places {
            let cell = from * places + to
            let isWay = seconds[cell] != TravelTable.unreachable
            let cost =
              table.costs?[cell] ?? Int32(clamping: weights.travelSecond * Int(seconds[cell]) + weights.metre * Int(metres[cell]))
            legs[cell] = SearchSpace.Leg(seconds: seconds[cell], cost: isWay ? cost : SearchSpace.noWay)
            into[to * places + from] = legs[cell]
          }
        }
      }
    }
  }

  /// Where the legs of this shift begin.
  func offset(of shift: Int, _ problem: TourProblem) -> Int {
    let rule = TravelRule(profile: problem.shifts[shift].profile, costs: problem.objective(of: shift))
    return (numbers[rule] ?? 0) * cells
  }
}
