public import LageplanFeatures
import LageplanGeometry
public import LageplanTours
import Synchronization

/// From features to jobs to a tour problem, and from its solution to stops, times and reasons. Pure: same input, same rounds, same plan.
public enum TourPlanner {
  /// Plans tours over these features.
  ///
  /// The days and the shifts of the request are on the clock of `time`. Throws ``PlanError``: `noTravelTimes`
  /// when a source gives none; `violation` when the independent checker objects to the result or the problem cannot be put, which are
  /// defects of the program, of which a caller tells no more than that they happened.
  ///
  /// - Parameters:
  ///   - request: With its inspectors, see ``TourWork``.
  ///   - features: What to visit.
  ///   - time: The town's clock.
  ///   - source: Of the ways between stops.
  ///   - walking: Of the ways on foot, where the request has a ``TourRequest/walk``; `nil`: as the crow flies.
  ///   - budget: When to stop; `nil`: as the request says.
  ///   - searches: So many searches run side by side on threads of their own, each with the whole budget; the best plan is taken.
  ///   - progress: Called often, on a searching thread, never on two at once; false ends the search, whose best plan is returned.
  public static func plan(
    _ request: TourRequest, features: [TourFeature], time: TownTime, source: any TravelSource,
    walking: (any TravelSource)? = nil, budget: SolverBudget? = nil, searches: Int = 1,
    progress: @Sendable (TourPlanProgress) -> Bool = { _ in true }
  ) throws(PlanError) -> TourPlan {
    let model = try TourModel(request, features: features, time: time, source: source, walking: walking)
    var budget = budget ?? request.budget(jobs: model.problem.jobs.count)
    let isBalanced = request.balance != nil
    // Half of it is for the balance.
    if isBalanced { budget = budget.divided(by: 2) }
    let isStopped = Atomic(false)
    @Sendable func report(_ found: TourProgress, spent: Double) -> Bool {
      let goesOn = progress(TourPlanProgress(found, spent: spent, drawing: model.plan(of:)))
      if !goesOn { isStopped.store(true, ordering: .relaxed) }
      return goesOn
    }
    var solution = ParallelSearch.solve(model.problem, seed: request.seed, budget: budget, searches: searches) { found in
      report(found, spent: isBalanced ? found.spent / 2 : found.spent)
    }
    if let percent = request.balance, !isStopped.load(ordering: .relaxed) {
      solution = TourBalance.evened(
        solution, of: model.problem, allowing: percent, seed: request.seed, budget: budget
      ) { report($0, spent: 0.5 + $0.spent / 2) }
    }
    return try model.plan(of: solution)
  }
}

extension TourRequest {
  /// Rounds that follow from the number of jobs, unless the request names rounds or seconds; never longer than a request may ask for.
  func budget(jobs: Int, limits: TourLimits = .standard) -> SolverBudget {
    let most = isBackground ? limits.backgroundSeconds : limits.seconds
    return .asked(iterations: iterations, seconds: seconds, jobs: jobs, atMost: most)
  }
}

/// How far the planning has come.
public struct TourPlanProgress: Sendable {
  /// From 0 to 1.
  public var spent: Double
  /// Of the best plan so far: jobs left out, and what its ways cost, in seconds. A visit that needs two people is two jobs.
  public var leftOut: Int
  public var cost: Int
  private let found: TourProgress
  private let draw: @Sendable (TourSolution) throws(PlanError) -> TourPlan

  init(
    _ found: TourProgress, spent: Double? = nil, drawing draw: @escaping @Sendable (TourSolution) throws(PlanError) -> TourPlan
  ) {
    self.spent = spent ?? found.spent
    leftOut = found.leftOut
    cost = found.cost
    self.found = found
    self.draw = draw
  }

  /// The best plan so far. It takes a moment to draw and to explain: ask when it is wanted, not at every report.
  public func plan() throws(PlanError) -> TourPlan { try draw(found.solution()) }
}
