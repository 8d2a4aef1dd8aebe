public import LageplanFeatures
import LageplanGeometry
public import LageplanTours

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
  ///   - progress: Called a few times a second on the searching thread; false ends the search, whose best plan is returned.
  public static func plan(
    _ request: TourRequest, features: [TourFeature], time: TownTime, source: any TravelSource,
    walking: (any TravelSource)? = nil, budget: SolverBudget? = nil, progress: (TourPlanProgress) -> Bool = { _ in true }
  ) throws(PlanError) -> TourPlan {
    let model = try TourModel(request, features: features, time: time, source: source, walking: walking)
    let budget = budget ?? request.budget(jobs: model.problem.jobs.count)
    var solution = TourSolver.solve(model.problem, seed: request.seed, budget: budget) { found in
      progress(TourPlanProgress(found, model))
    }
    if let percent = request.balance {
      solution = TourBalance.evened(solution, of: model.problem, allowing: percent, seed: request.seed, budget: budget)
    }
    return try model.plan(of: solution)
  }
}

extension TourRequest {
  /// Rounds that follow from the number of jobs, unless the request names rounds or seconds.
  func budget(jobs: Int) -> SolverBudget {
    switch (iterations, seconds) {
    case (let iterations?, let seconds?): .iterations(iterations, atMost: seconds)
    case (let iterations?, nil): .iterations(iterations)
    case (nil, let seconds?): .seconds(seconds)
    case (nil, nil): .standard(jobs: jobs)
    }
  }
}

/// How far the planning has come.
public struct TourPlanProgress: Sendable {
  /// From 0 to 1.
  public var spent: Double
  /// Of the best plan so far: visits left out, and what its ways cost, in seconds.
  public var leftOut: Int
  public var cost: Int

  init(_ progress: TourProgress, _ model: TourModel) {
    spent = progress.spent
    leftOut = progress.leftOut
    cost = progress.cost
  }
}
