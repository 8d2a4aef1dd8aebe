import LageplanFeatures
import LageplanRouting

/// How far is reached: some minutes on the way, or some metres along it.
enum ReachBound {
  case minutes(Double)
  case metres(Double)

  /// The bounds that a request names, rising. Throws 400 where there are none, or both kinds.
  static func all(_ query: RequestQuery, _ limits: RoutingLimits) throws(Problem) -> [ReachBound] {
    let minutes = try query.bounds("minutes", most: limits.contours, largest: Double(limits.reachableMinutes))
    let metres = try query.bounds("metres", most: limits.contours, largest: Double(limits.reachableMetres))
    switch (minutes, metres) {
    case (let minutes?, nil): return minutes.map { .minutes($0) }
    case (nil, let metres?): return metres.map { .metres($0) }
    case (nil, nil), (_?, _?):
      throw Problem.badParameter(
        "minutes", value: query["minutes"] ?? "", "Either minutes or metres are needed: minutes=10, or minutes=5,10,15.")
    }
  }

  var limit: RoadReachLimit {
    switch self {
    case .minutes(let minutes): .duration(Int((minutes * 600).rounded()))
    case .metres(let metres): .length(Int((metres * 10).rounded()))
    }
  }
}

extension RoadRouter {
  /// What is reached within each of `limits`, in their order: one search as far as the widest of a measure serves all of that measure.
  func reachable(from start: RoadSnap, withinEach limits: [RoadReachLimit], reverse: Bool) -> [RoadReach] {
    var widest: [RoadMeasure: RoadReach] = [:]
    for limit in limits.sorted(by: { $0.value > $1.value }) where widest[limit.measure] == nil {
      widest[limit.measure] = reachable(from: start, within: limit, reverse: reverse)
    }
    return limits.compactMap { widest[$0.measure]?.within($0.value) }
  }
}
