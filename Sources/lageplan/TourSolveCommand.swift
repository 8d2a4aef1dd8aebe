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
    abstract: "Solve a tour problem: VROOM's JSON with its matrix, or a file of Solomon's, CVRPLIB's or TSPLIB's form.")

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
  var format: Format = .json

  @Option(
    help: "How lengths in benchmark files become whole numbers: nint or tenths. Without it tenths where there are time windows.")
  var convention: LengthConvention?

  func validate() throws {
    if let seconds, !(0...86_400).contains(seconds) {
      throw ValidationError("--seconds: give a number from 0 to 86400, not \(seconds)")
    }
    if let iterations, iterations < 0 { throw ValidationError("--iterations: give a number from 0 on, not \(iterations)") }
    if !(1...64).contains(threads) { throw ValidationError("--threads: give a number from 1 to 64, not \(threads)") }
  }

  func run() async throws {
    let file = try TourFile(reading: problem, convention: convention)
    if format == .vroom, file.vroom == nil { throw CommandFailure("\(problem) is not in VROOM's form: --format json or routes") }
    let budget: SolverBudget =
      switch (iterations, seconds) {
      case (let iterations?, let seconds?): .iterations(iterations, atMost: seconds)
      case (let iterations?, nil): .iterations(iterations)
      case (nil, let seconds?): .seconds(seconds)
      case (nil, nil): .standard(jobs: file.problem.jobs.count)
      }
    let solution: TourSolution
    if threads > 1 {
      solution = await TourSolver.solve(file.problem, seed: seed, budget: budget, searches: threads)
    } else {
      let bar = ProgressBar(isShown: Terminal.showsProgress)
      solution = TourSolver.solve(file.problem, seed: seed, budget: budget) { progress in
        bar.show("\(Int(progress.spent * 100)) %: cost \(file.length(progress.cost).json), \(progress.leftOut) left out")
        return true
      }
      bar.finish()
    }
    let violations = TourChecker.violations(of: solution, in: file.problem)
    guard violations.isEmpty else { throw CommandFailure("The solver broke rules, which is a defect: \(violations)") }
    try Terminal.write(Array(json(of: solution, file).json.utf8) + [UInt8(ascii: "\n")])
  }

  private func json(of solution: TourSolution, _ file: TourFile) -> JSONValue {
    if format == .vroom, let vroom = file.vroom { return vroom.json(of: solution) }
    func numbers(_ jobs: [Int]) -> JSONValue { .array(jobs.map { .integer(file.number(of: $0)) }) }
    let used = solution.routes.indices.filter { !solution.routes[$0].jobs.isEmpty }
    guard format == .json else { return ["routes": .array(used.map { numbers(solution.routes[$0].jobs) })] }
    let cost = TourCost(of: solution, in: file.problem)
    return [
      "cost": file.length(cost.afterJobs), "unassigned": numbers(solution.unassigned),
      "routes": .array(
        used.map { shift in
          let table = TourTimetable(of: solution.routes[shift], shift: shift, in: file.problem)
          return [
            "shift": .integer(Int64(shift)), "jobs": numbers(solution.routes[shift].jobs),
            "breaks": .array(solution.routes[shift].breaks.map { .integer(Int64($0)) }),
            "departure": .integer(Int64(table.departure.value)), "arrival": .integer(Int64(table.arrival.value)),
          ]
        }),
    ]
  }
}
