import ArgumentParser
import LageplanFeatures
import LageplanTours

/// `lageplan tour check`: whether a solution keeps the rules of a problem, and what it costs.
struct TourCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a solution of a tour problem.",
    discussion: """
      The solution is {"routes":[[3,1,2],…]}, one list of customer numbers for each vehicle in turn, or a .sol file of CVRPLIB. What `lageplan tour solve` \
      writes as json is understood as well.
      """)

  @Argument(help: "The problem.")
  var problem: String

  @Argument(help: "The solution, or - for standard input.")
  var solution: String

  @Option(
    help: "How lengths in benchmark files become whole numbers: nint or tenths. Without it tenths where there are time windows.")
  var convention: LengthConvention?

  func run() throws {
    let file = try TourFile(reading: problem, convention: convention)
    var sequences = file.problem.shifts.map { _ in [Int]() }
    for (shift, jobs) in try routes(file) {
      guard sequences.indices.contains(shift) else {
        throw CommandFailure("\(solution) has more routes than the \(sequences.count) vehicles of \(problem).")
      }
      sequences[shift] = jobs
    }
    let checked = TourSolution(sequences: sequences, of: file.problem)
    var found = TourChecker.violations(of: checked, in: file.problem).map { "\($0)" }
    var times: [Int: Int] = [:]
    for job in sequences.joined() { times[job, default: 0] += 1 }
    found += times.filter { $0.value > 1 }.keys.sorted().map {
      "customer \(file.number(of: $0)) is visited \(times[$0] ?? 0) times"
    }
    let cost = TourCost(of: checked, in: file.problem)
    let answer: JSONValue = [
      "legal": .boolean(found.isEmpty), "cost": file.length(cost.afterJobs),
      "unassigned": .array(checked.unassigned.map { .integer(file.number(of: $0)) }),
      "violations": .array(found.map { .text($0) }),
    ]
    try Terminal.write(Array(answer.json.utf8) + [UInt8(ascii: "\n")])
    if !found.isEmpty { throw ExitCode.failure }
  }

  private func routes(_ file: TourFile) throws -> [(shift: Int, jobs: [Int])] {
    let bytes = try TourFile.bytes(of: solution)
    guard bytes.first == UInt8(ascii: "{") else {
      do {
        let published = try BenchmarkFile.solution(parsing: String(decoding: bytes, as: UTF8.self))
        return published.sequences.enumerated().map { ($0, $1) }
      } catch {
        throw CommandFailure("\(solution), \(error)")
      }
    }
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch { throw CommandFailure("\(solution) is no JSON: \(error)") }
    guard let list = json["routes"]?.array else { throw CommandFailure("\(solution) has no list of routes.") }
    return try list.enumerated().map { index, route in
      guard let numbers = (route.array ?? route["jobs"]?.array)?.map(\.integer), !numbers.contains(nil) else {
        throw CommandFailure("\(solution), routes[\(index)]: expected the numbers of customers, not \(route.excerpt())")
      }
      let shift = route["shift"]?.integer.map { Int($0) } ?? index
      return (shift, try file.jobs(numbered: numbers.compactMap { $0 }))
    }
  }
}
