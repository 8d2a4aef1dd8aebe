import LageplanGeometry

/// A routing instance of the literature: the file forms of Solomon (1987), CVRPLIB and TSPLIB (Reinelt 1991) with plane coordinates.
public struct BenchmarkFile: Sendable {
  /// How lengths become whole numbers. Costs are comparable only within one rule.
  public enum Rounding: Sendable {
    /// To the nearest whole number: TSPLIB's EUC_2D, the X instances.
    case nearest
    /// Cut off after the first decimal, everything counted in tenths: the rule of the DIMACS challenge for time windows.
    case tenths

    var scale: Int { self == .nearest ? 1 : 10 }
  }

  /// The depot or a customer.
  public struct Place: Hashable, Sendable {
    public var x: Double
    public var y: Double
    public var demand = 0
    /// When service may begin; `nil`: at any time.
    public var ready: Int?
    public var due: Int?
    public var service = 0
  }

  public var name = ""
  /// `nil`: the file does not say.
  public var vehicles: Int?
  public var capacity: Int?
  /// The depot, then the customers in the order of the file.
  public var places: [Place] = []

  /// Reads any of the three forms. Throws ``BenchmarkFileError`` at the first line that cannot be read.
  public init(parsing text: String) throws(BenchmarkFileError) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
      $0.split(whereSeparator: \.isWhitespace)
    }
    if lines.contains(where: { $0.first == "CUSTOMER" }) {
      try readSolomon(lines)
    } else {
      try readSections(lines)
    }
    guard places.count > 1 else { throw BenchmarkFileError(line: lines.count, expected: "a depot and at least one customer") }
  }

  private mutating func readSolomon(_ lines: [[Substring]]) throws(BenchmarkFileError) {
    name = lines.first { !$0.isEmpty }.map { $0.joined(separator: " ") } ?? ""
    var isInCustomers = false
    for (index, words) in lines.enumerated() {
      if words.first == "CUSTOMER" { isInCustomers = true }
      guard let first = words.first, Double(first) != nil else { continue }
      let numbers = try Self.numbers(words, line: index + 1)
      if isInCustomers, numbers.count == 7 {
        places.append(
          Place(
            x: numbers[1], y: numbers[2], demand: Int(numbers[3]), ready: Int(numbers[4]), due: Int(numbers[5]),
            service: Int(numbers[6])))
      } else if !isInCustomers, numbers.count == 2 {
        vehicles = try Self.whole(words.first, in: Self.fleets, line: index + 1)
        capacity = try Self.whole(words.last, in: Self.capacities, line: index + 1)
      } else {
        throw BenchmarkFileError(
          line: index + 1, expected: isInCustomers ? "seven numbers of a customer" : "vehicles and capacity")
      }
    }
  }

  private mutating func readSections(_ lines: [[Substring]]) throws(BenchmarkFileError) {
    var section = ""
    var commonService = 0
    for (index, words) in lines.enumerated() {
      guard let first = words.first, first != "EOF" else { continue }
      let line = index + 1
      if Double(first) == nil {
        // `CAPACITY : 200` and `CAPACITY: 200` are both about.
        let key = first.split(separator: ":").first ?? first
        let value = words.dropFirst().filter { $0 != ":" }
        switch key {
        case "NAME": name = value.joined(separator: " ")
        case "CAPACITY": capacity = try Self.whole(value.first, in: Self.capacities, line: line)
        case "VEHICLES": vehicles = try Self.whole(value.first, in: Self.fleets, line: line)
        case "SERVICE_TIME": commonService = try Self.whole(value.first, in: 0...Int(TravelTable.longest), line: line)
        case "TYPE" where value.first == "TSP": vehicles = 1
        case "EDGE_WEIGHT_TYPE" where value.first != "EUC_2D":
          throw BenchmarkFileError(line: line, expected: "EDGE_WEIGHT_TYPE EUC_2D")
        default: section = String(key)
        }
        continue
      }
      let numbers = try Self.numbers(words, line: line)
      let place = Int(numbers[0]) - 1
      switch section {
      case "NODE_COORD_SECTION":
        guard numbers.count == 3 else { throw BenchmarkFileError(line: line, expected: "number, x, y") }
        places.append(Place(x: numbers[1], y: numbers[2], service: places.isEmpty ? 0 : commonService))
      case "DEMAND_SECTION", "TIME_WINDOW_SECTION":
        guard numbers.count == (section == "DEMAND_SECTION" ? 2 : 3), places.indices.contains(place) else {
          throw BenchmarkFileError(line: line, expected: "the number of a node and its values")
        }
        if section == "DEMAND_SECTION" {
          places[place].demand = Int(numbers[1])
        } else {
          places[place].ready = Int(numbers[1])
          places[place].due = Int(numbers[2])
        }
      case "DEPOT_SECTION":
        guard numbers[0] == 1 || numbers[0] == -1 else { throw BenchmarkFileError(line: line, expected: "node 1 as the depot") }
      default: throw BenchmarkFileError(line: line, expected: "a known section, not \(section)")
      }
    }
  }

  private static func numbers(_ words: [Substring], line: Int) throws(BenchmarkFileError) -> [Double] {
    var numbers: [Double] = []
    for word in words {
      guard let number = Double(word), abs(number) < 1e9 else {
        throw BenchmarkFileError(line: line, expected: "a number, not \(word)")
      }
      numbers.append(number)
    }
    return numbers
  }

  private static let fleets = 1...TourProblem.mostShifts
  private static let capacities = 0...TourLoad.largest

  private static func whole(_ word: Substring?, in range: ClosedRange<Int>, line: Int) throws(BenchmarkFileError) -> Int {
    guard let word, let number = Int(word), range.contains(number) else {
      throw BenchmarkFileError(
        line: line,
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)\(word.map { ", not \($0)" } ?? "")")
    }
    return number
  }

  /// The instance as a problem whose cost is the total length; job j is the file's customer j + 1, location 0 is the depot.
  /// Where the file names no fleet, `vehicles` or a tenth more than the load needs. Throws `tooLarge` before any table is made, and `travelOutOfRange` where two
  /// places are further apart than a way may be.
  public func problem(rounding: Rounding, vehicles asked: Int? = nil) throws(TourProblemError) -> TourProblem {
    let scale = rounding.scale
    let count = places.count
    let demand = places.reduce(0) { $0 + $1.demand }
    let fleet = asked ?? vehicles ?? capacity.map { 2 + max(0, demand) * 11 / (10 * max(1, $0)) } ?? 1
    guard count - 1 <= TourProblem.mostJobs, count * count <= TourProblem.mostWays, (0...TourProblem.mostShifts).contains(fleet)
    else { throw .tooLarge(jobs: count - 1, shifts: fleet) }
    var lengths = [Int32](repeating: 0, count: count * count)
    for from in 0..<count {
      for to in 0..<count where to != from {
        let (dx, dy) = (places[to].x - places[from].x, places[to].y - places[from].y)
        let straight = (dx * dx + dy * dy).squareRoot()
        let length = rounding == .nearest ? (straight + 0.5).rounded(.down) : (10 * straight).rounded(.down)
        guard length <= Double(TravelTable.longest) else {
          throw .travelOutOfRange(from: from, to: to, seconds: Int(length), metres: Int(length))
        }
        lengths[from * count + to] = Int32(length)
      }
    }
    let travel = try TravelTable(locationCount: count, seconds: lengths, metres: lengths)
    let jobs = places.indices.dropFirst().map { index in
      let place = places[index]
      var windows: [TimeWindow] = []
      if let ready = place.ready, let due = place.due {
        windows = [TimeWindow(earliest: Seconds(ready * scale), latest: Seconds(due * scale))]
      }
      return TourJob(location: index, service: Seconds(place.service * scale), windows: windows, load: TourLoad(place.demand))
    }
    let latest = places.first?.due.map { $0 * scale } ?? Int(TravelTable.longest)
    let shift = TourShift(
      start: 0, end: 0, span: TimeWindow(earliest: Seconds((places.first?.ready ?? 0) * scale), latest: Seconds(latest)),
      capacity: capacity.map { TourLoad($0) })
    return try TourProblem(
      jobs: Array(jobs), shifts: Array(repeating: shift, count: fleet), travel: travel,
      objective: TourObjective(travelSecond: 0, metre: 1))
  }

  /// The routes of a published solution (`Route #1: 5 3 9`), as job indices, and its stated cost.
  public static func solution(parsing text: String) throws(BenchmarkFileError) -> (sequences: [[Int]], cost: Double) {
    var sequences: [[Int]] = []
    var cost: Double?
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.first?.lowercased() == "cost" {
        cost = words.last.flatMap { Double($0) }
      } else if words.first == "Route" {
        var jobs: [Int] = []
        for word in words.dropFirst(2) { jobs.append(try whole(word, in: 1...TourProblem.mostJobs, line: index + 1) - 1) }
        sequences.append(jobs)
      }
    }
    guard let cost else { throw BenchmarkFileError(line: 0, expected: "a line with the cost") }
    return (sequences, cost)
  }
}

/// A line of a benchmark file that is not what the form asks for.
public struct BenchmarkFileError: Error, Hashable, Sendable, CustomStringConvertible {
  public var line: Int
  public var expected: String

  public var description: String { "line \(line): expected \(expected)" }
}
