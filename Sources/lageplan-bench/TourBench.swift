import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// What of the search for tours is measured without the start of a program; `tours.py` sets the rest beside other solvers.
///
/// `--first`: how long a first plan takes and how good it is. `--replan`: one cancelled and one urgent job in a running week. `--oracle`: small problems with
/// every rule mixed, whose best solution is known. `--quick`: fewer of each. `--json`: each figure as one line for `tours.py`.
enum TourBench {
  private static let shared = BenchFolder.checkout.deletingLastPathComponent().appendingPathComponent("shared/data/vrp")

  /// A figure, and the most that is wanted of it.
  private struct Figure {
    var title: String
    var value: Double
    var unit: String
    var most: Double?

    func line(asJson: Bool) -> String {
      guard asJson else {
        return title.padding(toLength: 60, withPad: " ", startingAt: 0) + String(format: "%12.4g ", value) + unit
      }
      var members: [(key: String, value: JSONValue)] = [("title", .text(title)), ("value", .real(value)), ("unit", .text(unit))]
      if let most { members.append(("most", .real(most))) }
      return JSONValue.object(members).json
    }
  }

  static func run(_ arguments: [String]) throws {
    let isQuick = arguments.contains("--quick")
    let all: [(name: String, run: (Bool) throws -> [Figure])] = [
      ("--first", first), ("--replan", replan), ("--oracle", oracle),
    ]
    let known = all.map(\.name)
    for bench in all where arguments.contains(bench.name) || !arguments.contains(where: known.contains) {
      for figure in try bench.run(isQuick) { print(figure.line(asJson: arguments.contains("--json"))) }
    }
  }

  /// CPU seconds of this thread.
  private static func seconds<T>(_ body: () throws -> T) rethrows -> (T, Double) {
    let begin = ProcessTime.ofThisThread
    let result = try body()
    return (result, ProcessTime.ofThisThread - begin)
  }

  // MARK: The first plan

  /// A plan after so long is what a dispatcher sees at once; the search then looks at its clock every some dozen rounds.
  private static let firstSeconds = 0.04

  private static func first(isQuick: Bool) throws -> [Figure] {
    let json = try JSONValue(parsing: Array(Data(contentsOf: shared.appendingPathComponent("bks.json"))))
    var (slowest, worst, worstName) = (0.0, 0.0, "")
    for (name, about) in json.object ?? [] {
      guard let file = about["file"]?.text, file.hasPrefix("solomon/"), let best = about["bks"]?.number else { continue }
      let text = try String(contentsOf: shared.appendingPathComponent(file), encoding: .utf8)
      let problem = try BenchmarkFile(parsing: text).problem(rounding: .tenths)
      let runs = (0..<(isQuick ? 1 : 5)).map { seed in
        seconds { TourSolver.solve(problem, seed: UInt64(seed), budget: .seconds(firstSeconds)) }
      }
      slowest = max(slowest, runs.map(\.1).sorted()[runs.count / 2])
      let costs = runs.map { TourCost(of: $0.0, in: problem).afterJobs }.sorted()
      let gap = 100 * (Double(costs[costs.count / 2]) / 10 / best - 1)
      if gap > worst { (worst, worstName) = (gap, name) }
    }
    return [
      Figure(title: "first plan, Solomon 100, slowest", value: slowest, unit: "s", most: 0.05),
      Figure(title: "first plan, Solomon 100, worst gap (\(worstName))", value: worst, unit: "%", most: 8),
    ]
  }

  // MARK: Plans anew

  /// How much later or earlier a promised visit may begin without breaking the promise.
  private static let tolerance: Seconds = 1800

  private static func replan(isQuick: Bool) throws -> [Figure] {
    let file = shared.appendingPathComponent("inspection/heidelberg_d7.vroom.json")
    let whole = try VroomProblem(JSONValue(parsing: Array(Data(contentsOf: file)), limits: .trusted)).problem
    let known = TourSolver.solve(whole, seed: 1, budget: .seconds(isQuick ? 1 : 5))
    var figures: [Figure] = []
    for (name, isUrgent) in [("one cancelled", false), ("one urgent", true)] {
      var (slowest, most) = (0.0, 0)
      for draw in 0..<(isQuick ? 2 : 10) {
        let job = draw * 29 % whole.jobs.count
        // Without the job: the plan that people know before the urgent one comes, or the work that is left when one is cancelled.
        let (less, known) = try without(job, whole, known, isUrgent: isUrgent)
        let (solution, spent) = try seconds {
          try TourSolver.resolve(
            less, from: known, within: tolerance, mostChanges: 3, seed: UInt64(draw),
            budget: .iterations(2_000 + 60 * whole.jobs.count))
        }
        guard TourChecker.violations(of: solution, in: less).isEmpty else {
          throw ExternalProgram.Failed(
            description: "the plan made anew breaks a rule: \(TourChecker.violations(of: solution, in: less))")
        }
        slowest = max(slowest, spent)
        most = max(most, changes(from: known, to: solution, less))
      }
      figures.append(Figure(title: "re-plan of 300 jobs, \(name), slowest", value: slowest, unit: "s", most: 0.3))
      figures.append(Figure(title: "re-plan of 300 jobs, \(name), most changed promises", value: Double(most), unit: "", most: 3))
    }
    return figures
  }

  /// The problem in which the job is cancelled (nobody may serve it), or urgent (on the highest level), and the plan without it.
  private static func without(
    _ job: Int, _ problem: TourProblem, _ known: TourSolution, isUrgent: Bool
  ) throws -> (TourProblem, TourSolution) {
    var jobs = problem.jobs
    for index in jobs.indices { jobs[index].level = 1 }
    if isUrgent { jobs[job].level = 0 } else { jobs[job].pinned = [] }
    let sequences = known.routes.map { $0.jobs.filter { $0 != job } }
    let changed = try TourProblem(
      jobs: jobs, shifts: problem.shifts, travel: problem.travel, objective: problem.objective, otherTravel: problem.otherTravel)
    return (changed, TourSolution(sequences: sequences, of: problem))
  }

  private static func changes(from known: TourSolution, to solution: TourSolution, _ problem: TourProblem) -> Int {
    func begins(_ solution: TourSolution) -> [Int: (shift: Int, begin: Int)] {
      var begins: [Int: (shift: Int, begin: Int)] = [:]
      for (shift, route) in solution.routes.enumerated() {
        for visit in TourTimetable(of: route, shift: shift, in: problem).visits { begins[visit.job] = (shift, visit.begin.value) }
      }
      return begins
    }
    let after = begins(solution)
    return begins(known).count { job, before in
      guard let now = after[job] else { return true }
      return now.shift != before.shift || abs(now.begin - before.begin) > tolerance.value
    }
  }

  // MARK: The oracle

  private static func oracle(isQuick: Bool) throws -> [Figure] {
    var rounds = SolverBudget.iterations(1_000)
    rounds.triesAll = false
    return try oracle(isQuick ? 300 : 10_000, "tried completely", .iterations(1), mostMissed: 0)
      + oracle(isQuick ? 100 : 1_000, "searched in 1,000 rounds", rounds, mostMissed: nil)
  }

  private static func oracle(_ count: Int, _ way: String, _ budget: SolverBudget, mostMissed: Double?) throws -> [Figure] {
    var run = TourOracleRun()
    for seed in 0..<UInt64(count) { try run.run(seed: seed, budget: budget) }
    for miss in run.misses.prefix(20) {
      FileHandle.standardError.write(
        Data("problem \(miss.seed), \(way): \(miss.violations) \(miss.found), best \(miss.best)\n".utf8))
    }
    let broken = run.misses.count { !$0.violations.isEmpty }
    return [
      Figure(title: "\(count) small problems \(way), illegal", value: Double(broken), unit: "", most: 0),
      Figure(title: "\(count) small problems \(way), not best", value: Double(run.misses.count), unit: "", most: mostMissed),
    ]
  }
}
