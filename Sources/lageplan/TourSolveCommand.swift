import ArgumentParser
import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// `lageplan tour solve`: a problem of another program, solved.
struct TourSolveCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, vroom, routes
  }

  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Solve a tour problem: our JSON, VROOM's JSON with its matrix, or a file of Solomon's, CVRPLIB's or TSPLIB's form.",
    discussion: """
      Writes the solution to standard output and how the search goes to standard error. Rules that cannot be kept, because fixed jobs break them or more promises \
      must be broken than may be, are told with it. A VROOM document with "options":{"c":true} asks for its own \
      steps to be timed and checked instead.
      """)

  @Argument(help: "The problem, or - for standard input.")
  var problem: String

  @Option(help: "Compute so long, in seconds of one processor.")
  var seconds: Double?

  @Option(help: "Search so many rounds: same file, seed and rounds, same answer on every machine.")
  var iterations: Int?

  @Option(help: "Of all that is left to chance.")
  var seed: UInt64 = 1

  @Option(help: "So many searches side by side, the best counts.")
  var threads = 1

  @Option(help: "What to write: json, vroom (for a problem in VROOM's form) or routes (the numbers of the customers).")
  var format: Format?

  @OptionGroup var reading: TourFileOptions

  /// A day: also rounds end then.
  private static let mostSeconds = 86_400.0

  func validate() throws {
    if let seconds, !(0...Self.mostSeconds).contains(seconds) {
      throw ValidationError("--seconds: give a number from 0 to \(Int(Self.mostSeconds)), not \(seconds)")
    }
    if let iterations, iterations < 0 { throw ValidationError("--iterations: give a number from 0 on, not \(iterations)") }
    if !(1...64).contains(threads) { throw ValidationError("--threads: give a number from 1 to 64, not \(threads)") }
  }

  func run() async throws {
    let (file, best) = try reading.file(problem)
    if format == .vroom, file.vroom == nil { throw CommandFailure("\(problem) is not in VROOM's form: --format json or routes") }
    if let vroom = file.vroom, vroom.isPlanMode { return try write(try timed(vroom)) }
    let solution = await solve(file)
    let violations = TourChecker.violations(of: solution, in: file.problem)
    let defects = TourChecker.avoidable(violations, in: file.problem)
    guard defects.isEmpty else { throw CommandFailure("The solver broke rules, which is a defect: \(defects)") }
    for violation in violations { Terminal.note("cannot be kept: \(violation)") }
    let cost = TourCost(of: solution, in: file.problem)
    let gap = try best?.gap(of: file.length(cost.afterJobs).number ?? 0, for: problem)
    Terminal.note(
      "cost \(file.length(cost.afterJobs).json), \(solution.unassigned.count) left out"
        + (gap.map { String(format: ", %.2f %% above the best known", $0) } ?? ""))
    try write(try json(of: solution, cost, violations, gap: gap, file))
  }

  private func write(_ json: JSONValue) throws { try Terminal.write(Array(json.json.utf8) + [UInt8(ascii: "\n")]) }

  private func timed(_ vroom: VroomProblem) throws -> JSONValue {
    do { return try vroom.timedSteps().json() } catch { throw CommandFailure("\(problem) cannot be timed:\n\(error)") }
  }

  private func solve(_ file: TourFile) async -> TourSolution {
    let budget = SolverBudget.asked(
      iterations: iterations, seconds: seconds, jobs: file.problem.jobs.count, atMost: Self.mostSeconds)
    let report = TourProgressReport()
    @Sendable func show(_ found: TourProgress) -> Bool {
      report.show(found.spent, cost: file.length(found.cost).json, leftOut: found.leftOut)
      return true
    }
    let start = file.vroom?.start
    defer { report.finish() }
    guard threads > 1 else {
      return TourSolver.solve(file.problem, seed: seed, budget: budget, start: start, progress: show)
    }
    return await TourSolver.solve(
      file.problem, seed: seed, budget: budget, searches: threads, start: start, progress: show)
  }

  private func json(
    of solution: TourSolution, _ cost: TourCost, _ violations: [TourViolation], gap: Double?, _ file: TourFile
  ) throws -> JSONValue {
    if let vroom = file.vroom, format ?? .vroom == .vroom { return try vroom.answer(solution).json() }
    func numbers(_ jobs: [Int]) -> JSONValue { .array(jobs.map { .integer(file.number(of: $0)) }) }
    let told = solution.routes.indices.filter { file.tellsEmptyRoutes || !solution.routes[$0].jobs.isEmpty }
    if format == .routes { return ["routes": .array(told.map { numbers(solution.routes[$0].jobs) })] }
    var members: [(key: String, value: JSONValue)] = [("cost", file.length(cost.afterJobs))]
    if let gap { members.append(("gap", .real((gap * 1000).rounded() / 1000))) }
    members.append(("unassigned", numbers(solution.unassigned)))
    members.append(
      (
        "routes",
        .array(
          told.filter { !solution.routes[$0].jobs.isEmpty }.map { shift in
            let table = TourTimetable(of: solution.routes[shift], shift: shift, in: file.problem)
            return [
              "shift": .integer(Int64(shift)), "jobs": numbers(solution.routes[shift].jobs),
              "begins": .array(table.visits.map { .integer(Int64($0.begin.value)) }),
              "breaks": .array(solution.routes[shift].breaks.map { .integer(Int64($0)) }),
              "departure": .integer(Int64(table.departure.value)), "arrival": .integer(Int64(table.arrival.value)),
            ]
          })
      ))
    if !violations.isEmpty { members.append(("violations", .array(violations.map { .text("\($0)") }))) }
    return .object(members)
  }
}
