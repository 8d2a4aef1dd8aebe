import Synchronization

/// Answers questions about the roads for one profile, under one state of the streets. It is a value, cheap to hold and to hand on; any
/// number of threads may ask it at once.
public struct RoadRouter: Sendable {
  public let roads: Roads
  public let profile: RoadProfile
  /// What the streets are closed by or slowed down by.
  public let closures: [RoadClosure]
  let metric: RoadMetric
  /// With the closures: ``RoadGraph/closed`` where any part of the edge is.
  let stepDurations: FlatArray<Int32>
  /// The parts of edges that are closed, as shares of their length, rising and apart from each other.
  let blocked: [Int32: [ClosedRange<Double>]]
  /// In arcs.
  let componentSizes: [Int32]
  private let byLength: LazyMetric

  /// A router for the streets as they were imported. Throws ``RoadError/unknownProfile(_:known:)``.
  public init(_ roads: Roads, profile id: String) throws(RoadError) {
    guard let index = roads.profiles.firstIndex(where: { $0.id == id }) else {
      throw .unknownProfile(id, known: roads.profiles.map(\.id))
    }
    let metric = roads.metrics[index]
    self.init(
      roads, profile: roads.profiles[index], closures: [], metric: metric, stepDurations: metric.hierarchy.graph.stepDurations,
      blocked: [:], componentSizes: roads.componentSizes[index])
  }

  private init(
    _ roads: Roads, profile: RoadProfile, closures: [RoadClosure], metric: RoadMetric, stepDurations: FlatArray<Int32>,
    blocked: [Int32: [ClosedRange<Double>]], componentSizes: [Int32]
  ) {
    self.roads = roads
    self.profile = profile
    self.closures = closures
    self.metric = metric
    self.stepDurations = stepDurations
    self.blocked = blocked
    self.componentSizes = componentSizes
    byLength = LazyMetric()
  }

  var graph: RoadGraph { metric.hierarchy.graph }

  /// The router for the same streets under these closures, which take the place of all that held before. Those for other profiles are
  /// left out.
  public func closing(_ closures: [RoadClosure]) -> RoadRouter {
    let closures = closures.filter { $0.concerns(profile.id) }
    let base = graph.stepDurations
    let effect = RoadClosureEffect(of: closures, on: roads)
    var durations = Array(base)
    for (edge, stretches) in effect.slow {
      for step in steps(of: Int(edge)) {
        durations[step] = RoadClosureEffect.duration(
          base[step], length: roads.network.lengths[Int(edge)], slowed: stretches)
      }
    }
    for edge in effect.closed.keys {
      for step in steps(of: Int(edge)) { durations[step] = RoadGraph.closed }
    }
    let stepDurations = FlatArray(durations)
    let costs = graph.arcCosts(edgeLengths: roads.network.lengths, stepDurations: stepDurations)
    return RoadRouter(
      roads, profile: profile, closures: closures,
      metric: RoadMetric(of: metric.hierarchy, arcCosts: costs, turnDurations: graph.turnDurations), stepDurations: stepDurations,
      blocked: effect.closed, componentSizes: componentSizes)
  }

  /// The steps that travel an edge, in either direction.
  private func steps(of edge: Int) -> [Int] {
    (graph.firstUse[2 * edge]..<graph.firstUse[2 * edge + 2]).map { Int(graph.uses[Int($0)]) }
  }

  /// Costs by duration, or by length alone, which is customised when it is first asked for.
  func metric(by measure: RoadMeasure) -> RoadMetric {
    switch measure {
    case .duration: metric
    case .length:
      byLength.metric {
        let costs = graph.arcCosts(edgeLengths: roads.network.lengths, stepDurations: stepDurations)
        let lengths = costs.map { $0.isReachable ? RoadCost(duration: Int($0.length), length: 0) : .unreachable }
        let turns = graph.turnDurations.map { $0 == RoadGraph.closed ? $0 : 0 }
        return RoadMetric(of: metric.hierarchy, arcCosts: lengths, turnDurations: FlatArray(turns))
      }
    }
  }
}

/// By what ways are compared.
public enum RoadMeasure: Hashable, Sendable {
  /// In tenths of a second.
  case duration
  /// In decimetres.
  case length
}

/// A metric that is made when it is first needed.
private final class LazyMetric: Sendable {
  private let made = Mutex<RoadMetric?>(nil)

  func metric(making make: () -> RoadMetric) -> RoadMetric {
    made.withLock { metric in
      if let metric { return metric }
      let new = make()
      metric = new
      return new
    }
  }
}
