import ArgumentParser
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// `lageplan tour check`: whether a solution keeps the rules of a problem, and what it costs.
struct TourCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a solution of a tour problem.",
    discussion: """
      The solution is {"routes":[[3,1,2],…]}, one list of customer numbers for each vehicle in turn; a .sol file of CVRPLIB; what `lageplan tour solve` \
      writes; or, for a problem in VROOM's form, an answer of VROOM, whose times are checked as well. Ends with exit code 1 where a rule is broken.
      """)

  @Argument(help: "The problem.")
  var problem: String

  @Argument(help: "The solution, or - for standard input.")
  var solution: String

  @OptionGroup var reading: TourFileOptions

  func run() throws {
    let (file, best) = try reading.file(problem)
    let bytes = try TourFile.bytes(of: solution)
    let json: JSONValue? = bytes.first == UInt8(ascii: "{") ? .some(try Self.json(bytes, of: solution)) : .none
    let (violations, cost, unassigned): ([String], JSONValue, [Int64])
    if let vroom = file.vroom, let json, json["routes"]?[0]?["steps"] != nil {
      let report: VroomProblem.Report
      do { report = try vroom.report(on: json) } catch { throw CommandFailure("\(solution) is not of \(problem):\n\(error)") }
      (violations, cost, unassigned) = (report.violations, .integer(Int64(report.cost)), report.unassigned)
    } else {
      (violations, cost, unassigned) = try check(json.map { try routes($0, file) } ?? published(bytes), file)
    }
    var answer: [(key: String, value: JSONValue)] = [("legal", .boolean(violations.isEmpty)), ("cost", cost)]
    if let best { answer.append(("gap", .real((try best.gap(of: cost.number ?? 0, for: problem) * 1000).rounded() / 1000))) }
    answer.append(("unassigned", .array(unassigned.map { .integer($0) })))
    answer.append(("violations", .array(violations.map { .text($0) })))
    try Terminal.write(Array(JSONValue.object(answer).json.utf8) + [UInt8(ascii: "\n")])
    if !violations.isEmpty { throw ExitCode.failure }
  }

  private func check(_ routes: [(shift: Int, jobs: [Int])], _ file: TourFile) throws -> ([String], JSONValue, [Int64]) {
    var sequences = file.problem.shifts.map { _ in [Int]() }
    for (shift, jobs) in routes {
      guard sequences.indices.contains(shift) else {
        throw CommandFailure("\(solution) has more routes than the \(sequences.count) vehicles of \(problem).")
      }
      if let stranger = jobs.first(where: { !file.problem.jobs.indices.contains($0) }) {
        throw CommandFailure("\(problem) has no job \(stranger + 1).")
      }
      sequences[shift] = jobs
    }
    let checked = TourSolution(sequences: sequences, of: file.problem)
    let found = TourChecker.violations(of: checked, in: file.problem).map { violation in
      guard case .jobRepeated(let job, let times) = violation else { return "\(violation)" }
      return "customer \(file.number(of: job)) is visited \(times) times"
    }
    let cost = TourCost(of: checked, in: file.problem)
    return (found, file.length(cost.afterJobs), checked.unassigned.map { file.number(of: $0) })
  }

  private static func json(_ bytes: [UInt8], of path: String) throws -> JSONValue {
    do { return try JSONValue(parsing: bytes, limits: .trusted) } catch { throw CommandFailure("\(path) is no JSON: \(error)") }
  }

  private func published(_ bytes: [UInt8]) throws -> [(shift: Int, jobs: [Int])] {
    do {
      return try BenchmarkFile.solution(parsing: String(decoding: bytes, as: UTF8.self)).sequences.enumerated().map { ($0, $1) }
    } catch {
      throw CommandFailure("\(solution), \(error)")
    }
  }

  private func routes(_ json: JSONValue, _ file: TourFile) throws -> [(shift: Int, jobs: [Int])] {
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
