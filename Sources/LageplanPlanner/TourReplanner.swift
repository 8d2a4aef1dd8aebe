public import LageplanFeatures
import LageplanGeometry
public import LageplanTours

/// Plans anew what has not begun of a plan: an inspector is late or absent, a visit is cancelled or urgent, a person has moved or locked a stop.
///
/// What began before ``TourChange/at`` stays as it was, but for delays: also the stop that somebody is on the way to. Tours go on from where they are, with what is left of
/// the shift, of breaks, and of the limits of work, way and load. What stays is a promise (see ``TourComparison``): of the promises that the change itself
/// does not break (moved by hand, an absent inspector, later by the delay alone) at most ``TourChange/mostChanges`` are broken, or as few as the search finds where
/// a rule can only be kept by breaking more. Pure: same input, same rounds, same plan.
public enum TourReplanner {
  /// What a changed promise costs, in seconds of way: for less nobody is told a new time.
  static let changeCost = 300
  /// More rounds do not visibly improve a plan that is good but for one change.
  private static let roundsPerJob = 40

  /// The plan after the change. Stops that a person has moved or locked are fixed in it.
  ///
  /// Throws ``TourRequestError`` with everything that is wrong with the change, ``PlanError`` as ``TourPlanner`` does.
  ///
  /// - Parameters:
  ///   - plan: The plan as people know it.
  ///   - request: What it was made of, with its inspectors.
  ///   - change: What has happened.
  ///   - features: The work as it is now, see ``work(_:_:_:reader:descriptors:limits:)``. What has not begun of the plan and is not among them is left out as cancelled.
  ///   - time: The town's clock.
  ///   - source: Of the ways between stops.
  ///   - walking: Of the ways on foot; `nil`: as the crow flies.
  ///   - budget: When to stop; `nil`: as the change says.
  ///   - searches: So many searches run side by side on threads of their own, each with the whole budget; the best plan is taken.
  ///   - progress: Called often, on a searching thread, never on two at once; false ends the search, whose best plan is returned.
  public static func replan(
    _ plan: TourPlan, _ request: TourRequest, _ change: TourChange, features: [TourFeature], time: TownTime,
    source: any TravelSource, walking: (any TravelSource)? = nil, budget: SolverBudget? = nil, searches: Int = 1,
    progress: @Sendable (TourPlanProgress) -> Bool = { _ in true }
  ) throws -> TourPlan {
    let changed = try ChangedPlan(plan, request, change, features: features)
    let work = ResumedWork(changed, request, features)
    let resumed = try ResumedModel(changed, work, time: time, source: source, walking: walking)
    @Sendable func drawn(_ solution: TourSolution) throws(PlanError) -> TourPlan {
      try ResumedPlan(changed, resumed.allowing(solution), source).plan(of: solution)
    }
    let standard = change.seconds.map { SolverBudget.seconds($0) } ?? standardBudget(jobs: resumed.model.problem.jobs.count)
    let solution = resumed.solve(budget: budget ?? standard, searches: searches) { found in
      progress(TourPlanProgress(found, drawing: drawn))
    }
    return try drawn(solution)
  }

  /// Throws ``TourRequestError`` with everything that is wrong with the change, without planning anything.
  public static func check(
    _ change: TourChange, of plan: TourPlan, _ request: TourRequest, features: [TourFeature]
  ) throws(TourRequestError) {
    _ = try ChangedPlan(plan, request, change, features: features)
  }

  /// The work of a plan when it is changed: what its request selects now, and what this change or one before it calls urgent, by the same rules.
  ///
  /// Throws as ``TourWork/init(_:reader:descriptors:limits:)``. Urgent features that are not there are left out: those of this change ``check(_:of:_:features:)`` finds.
  public static func work(
    _ plan: TourPlan, _ request: TourRequest, _ change: TourChange, reader: some FeatureReading,
    descriptors: [CollectionDescriptor], limits: TourLimits = .standard
  ) throws -> TourWork {
    var work = try TourWork(request, reader: reader, descriptors: descriptors, limits: limits)
    let selected = Set(work.features.map(\.reference))
    let others = plan.urgent(after: change).map(\.feature).filter { !selected.contains($0) }
    try work.append(others, reader: reader, descriptors: descriptors, limits: limits)
    return work
  }

  private static func standardBudget(jobs: Int) -> SolverBudget { .iterations(2000 + roundsPerJob * jobs, atMost: 2) }
}
