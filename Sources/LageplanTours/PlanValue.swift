/// What counts in the end: the prizes left out of the highest level, then of the next one and so on, then what the routes cost.
///
/// Compared part by part and never summed up, so that no number of levels, jobs and prizes is too large.
struct PlanValue: Hashable, Comparable, Sendable {
  /// Per level of ``TourProblem/levels``.
  var leftOut: [Int]
  var routesCost: Int

  static func < (a: PlanValue, b: PlanValue) -> Bool {
    for (one, other) in zip(a.leftOut, b.leftOut) where one != other { return one < other }
    return a.routesCost < b.routesCost
  }
}
