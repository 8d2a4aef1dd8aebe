/// How far a reach goes.
public struct RoadReachLimit: Hashable, Sendable {
  public var measure: RoadMeasure
  /// In tenths of a second or in decimetres.
  public var value: Int

  /// As far as one comes on fastest ways in so many tenths of a second.
  public static func duration(_ tenths: Int) -> RoadReachLimit { RoadReachLimit(measure: .duration, value: tenths) }
  /// As far as one comes on shortest ways of so many decimetres.
  public static func length(_ decimetres: Int) -> RoadReachLimit { RoadReachLimit(measure: .length, value: decimetres) }
  public static func unlimited(_ measure: RoadMeasure) -> RoadReachLimit {
    RoadReachLimit(measure: measure, value: 1 << 28)
  }
}

/// What can be reached from a place, or from where it can be reached, within a limit.
public struct RoadReach: Sendable {
  public let router: RoadRouter
  public let origin: RoadSnap
  public let limit: RoadReachLimit
  /// The origin is where all ways end.
  public let isReverse: Bool
  /// To the start of each arc, or from it.
  private let costs: [RoadCost]

  init(_ router: RoadRouter, origin: RoadSnap, limit: RoadReachLimit, isReverse: Bool, costs: [RoadCost]) {
    self.router = router
    self.origin = origin
    self.limit = limit
    self.isReverse = isReverse
    self.costs = costs
  }

  private var greatest: RoadCost { RoadCost(duration: limit.value, length: (1 << 27) - 1) }

  /// The part within a narrower limit of the same measure.
  public func within(_ value: Int) -> RoadReach {
    RoadReach(
      router, origin: origin, limit: RoadReachLimit(measure: limit.measure, value: min(value, limit.value)), isReverse: isReverse,
      costs: costs)
  }

  /// What the way between the origin and a place costs; nil if it lies beyond the limit. Under a limit of length, the length stands in
  /// ``RoadCost/length`` and the duration is 0.
  public func cost(at place: RoadSnap) -> RoadCost? {
    let (start, end) = isReverse ? (place, origin) : (origin, place)
    var best = router.direct(from: start, to: end, by: limit.measure)?.cost ?? .unreachable
    let seeds = isReverse ? router.starts(at: place, by: limit.measure) : router.ends(at: place, by: limit.measure)
    for seed in seeds { best = min(best, costs[Int(seed.arc)] + seed.cost) }
    guard best <= greatest else { return nil }
    return limit.measure == .duration ? best : RoadCost(duration: 0, length: Int(best.duration))
  }

  /// The reached parts of the streets: for each edge and direction of travel the part from one share of its length to another.
  ///
  /// A place on an edge that can be reached in either direction lies in the parts of both; whoever wants each place once unites them.
  public func parts() -> [RoadReachPart] {
    var parts: [RoadReachPart] = []
    let graph = router.graph
    for arc in 0..<graph.arcCount {
      if isReverse {
        // Backwards from the end of the arc, which lies before the turns.
        var least = RoadCost.unreachable
        for turn in graph.turnRange(of: arc) {
          guard let cost = router.cost(ofTurn: turn, by: limit.measure) else { continue }
          least = min(least, costs[Int(graph.turnTargets[turn])] + cost)
        }
        guard least <= greatest, let last = graph.stepRange(of: arc).last else { continue }
        walkBack(from: last, at: 1, cost: least, into: &parts)
      } else if costs[arc] <= greatest, let first = graph.stepRange(of: arc).first {
        walk(from: first, at: 0, cost: costs[arc], into: &parts)
      }
    }
    for direction in 0...1 where origin.allows(direction) {
      if isReverse {
        router.forEachUse(of: origin.edge, direction: direction) { step in
          walkBack(from: step, at: origin.travelled(direction), cost: .zero, into: &parts)
        }
      } else if let step = router.firstUse(of: origin.edge, direction: direction) {
        walk(from: step, at: origin.travelled(direction), cost: .zero, into: &parts)
      }
    }
    return parts
  }

  // MARK: Along an arc

  /// Onwards from a place on a step to the end of its arc, as far as the limit and closures allow.
  private func walk(from first: Int, at start: Double, cost: RoadCost, into parts: inout [RoadReachPart]) {
    var (cost, start) = (cost, start)
    for step in first..<router.graph.stepRange(of: Int(router.graph.stepArcs[first])).upperBound {
      let end = farthest(on: step, from: start, cost: cost, onwards: true)
      if end > start || step == first { add(step, from: start, to: end, into: &parts) }
      let whole = router.cost(ofStep: step, from: start, to: 1, by: limit.measure)
      guard end >= 1, whole.isReachable else { return }
      cost = cost + whole
      start = 0
    }
  }

  private func walkBack(from last: Int, at end: Double, cost: RoadCost, into parts: inout [RoadReachPart]) {
    var (cost, end) = (cost, end)
    for step in (router.graph.stepRange(of: Int(router.graph.stepArcs[last])).lowerBound...last).reversed() {
      let start = farthest(on: step, from: end, cost: cost, onwards: false)
      if start < end || step == last { add(step, from: start, to: end, into: &parts) }
      let whole = router.cost(ofStep: step, from: 0, to: end, by: limit.measure)
      guard start <= 0, whole.isReachable else { return }
      cost = cost + whole
      end = 1
    }
  }

  /// The share of a step up to which one comes from another share, or from which one comes to it.
  private func farthest(on step: Int, from place: Double, cost: RoadCost, onwards: Bool) -> Double {
    let length = Double(router.roads.network.lengths[Int(router.graph.steps[step] >> 1)])
    let whole = limit.measure == .duration ? Double(router.duration(ofOpenPart: step)) : length
    let rest = Double(limit.value - Int(cost.duration)) / max(1, whole)
    let limit = onwards ? min(1, place + rest) : max(0, place - rest)
    return router.firstClosure(on: step, between: place, and: limit)
  }

  private func add(_ step: Int, from start: Double, to end: Double, into parts: inout [RoadReachPart]) {
    let coded = router.graph.steps[step]
    let isForward = coded & 1 == 0
    parts.append(
      RoadReachPart(
        edge: coded >> 1, isForward: isForward, from: isForward ? start : 1 - end, to: isForward ? end : 1 - start))
  }
}

/// A part of an edge that a reach covers.
public struct RoadReachPart: Hashable, Sendable {
  public var edge: Int32
  /// Travelled from the edge's tail to its head.
  public var isForward: Bool
  /// Shares of the edge's length from its tail, whatever the direction; `from` is not above `to`.
  public var from: Double
  public var to: Double
}

extension RoadRouter {
  /// What can be reached from a place within a limit; reversed, from where the place can be reached within it.
  public func reachable(from origin: RoadSnap, within limit: RoadReachLimit, reverse: Bool = false) -> RoadReach {
    let greatest = RoadCost(duration: limit.value, length: (1 << 27) - 1)
    let metric = metric(by: limit.measure)
    let costs =
      reverse
      ? metric.costs(to: ends(at: origin, by: limit.measure), limit: greatest)
      : metric.costs(from: starts(at: origin, by: limit.measure), limit: greatest)
    return RoadReach(self, origin: origin, limit: limit, isReverse: reverse, costs: costs)
  }

  /// The first closed place on a step on the way from one share of its length to another, or that other share.
  func firstClosure(on step: Int, between start: Double, and end: Double) -> Double {
    guard stepDurations[step] == RoadGraph.closed, let parts = blocked[graph.steps[step] >> 1] else { return end }
    let isBackward = graph.steps[step] & 1 == 1
    var result = end
    for part in parts {
      let (low, high) = isBackward ? (1 - part.upperBound, 1 - part.lowerBound) : (part.lowerBound, part.upperBound)
      if start <= end {
        if high > start + 1e-9, low < result { result = max(start, low) }
      } else if low < start - 1e-9, high > result {
        result = min(start, high)
      }
    }
    return result
  }
}
