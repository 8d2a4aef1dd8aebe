/// Solves many small random problems and holds each answer to the oracle.
public struct TourOracleRun: Sendable {
  /// A problem on which the search was wrong.
  public struct Miss: Sendable {
    public var seed: UInt64
    public var violations: [TourViolation]
    public var found: TourOracle.Value
    public var best: TourOracle.Value
  }

  public private(set) var count = 0
  public private(set) var misses: [Miss] = []

  public init() {}

  /// One problem, solved within the budget.
  public mutating func run(seed: UInt64, budget: SolverBudget, jobs: ClosedRange<Int> = 3...7) throws {
    let problem = try RandomTourProblem.problem(seed: seed, jobs: jobs)
    let solution = TourSolver.solve(problem, seed: seed, budget: budget)
    let best = TourOracle.best(problem)
    let found = TourOracle.value(of: solution, in: problem)
    var violations = TourChecker.violations(of: solution, in: problem)
    if best.excess > 0 { violations.removeAll { if case .promisesBroken = $0 { true } else { false } } }
    count += 1
    guard !violations.isEmpty || found != best else { return }
    misses.append(Miss(seed: seed, violations: violations, found: found, best: best))
  }
}
