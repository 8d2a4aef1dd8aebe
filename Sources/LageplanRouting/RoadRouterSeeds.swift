/// Costs of parts of arcs, and the seeds of searches made of them.
extension RoadRouter {
  /// What a whole step costs, in the terms of a metric by `measure`; unreachable where the edge is closed.
  @inline(__always) func cost(ofStep step: Int, by measure: RoadMeasure) -> RoadCost {
    let duration = Int(stepDurations[step])
    guard duration < RoadGraph.closed else { return .unreachable }
    let length = Int(roads.network.lengths[Int(graph.steps[step] >> 1)])
    return measure == .duration ? RoadCost(duration: duration, length: length) : RoadCost(duration: length, length: 0)
  }

  /// What a part of a step costs, from one share of its length to another in the direction of travel; unreachable where a closure lies
  /// between them. The parts of a step add up to the step.
  func cost(ofStep step: Int, from start: Double, to end: Double, by measure: RoadMeasure) -> RoadCost {
    guard end >= start, isOpen(step: step, from: start, to: end) else { return .unreachable }
    let length = roads.network.lengths[Int(graph.steps[step] >> 1)]
    let part = { (whole: Int32) in Int((Double(whole) * end).rounded()) - Int((Double(whole) * start).rounded()) }
    switch measure {
    case .duration: return RoadCost(duration: part(duration(ofOpenPart: step)), length: part(length))
    case .length: return RoadCost(duration: part(length), length: 0)
    }
  }

  /// The duration by which the open parts of a step are measured.
  func duration(ofOpenPart step: Int) -> Int32 {
    let duration = stepDurations[step]
    return duration == RoadGraph.closed ? graph.stepDurations[step] : duration
  }

  private func isOpen(step: Int, from start: Double, to end: Double) -> Bool {
    guard stepDurations[step] == RoadGraph.closed else { return true }
    let (edge, isBackward) = (graph.steps[step] >> 1, graph.steps[step] & 1 == 1)
    guard let parts = blocked[edge] else { return false }
    let (low, high) = isBackward ? (1 - end, 1 - start) : (start, end)
    // What only touches the closed part is free, also where a share was rounded when it was counted from the other end.
    return parts.allSatisfy { $0.upperBound <= low + 1e-9 || $0.lowerBound >= high - 1e-9 }
  }

  /// The step that one who starts on an edge in a direction takes first, where it may be travelled so.
  func firstUse(of edge: Int32, direction: Int) -> Int? {
    let place = 2 * Int(edge) + direction
    let range = graph.firstUse[place]..<graph.firstUse[place + 1]
    return range.isEmpty ? nil : Int(graph.uses[Int(range.lowerBound)])
  }

  /// From a place on a step to the end of its arc.
  func costOfRest(of step: Int, from start: Double, by measure: RoadMeasure) -> RoadCost {
    var sum = cost(ofStep: step, from: start, to: 1, by: measure)
    for next in (step + 1)..<max(step + 1, graph.stepRange(of: Int(graph.stepArcs[step])).upperBound) {
      guard sum.isReachable else { break }
      sum = sum + cost(ofStep: next, by: measure)
    }
    return sum
  }

  /// From the start of the arc to a place on one of its steps.
  func costOfStart(of step: Int, to end: Double, by measure: RoadMeasure) -> RoadCost {
    var sum = cost(ofStep: step, from: 0, to: end, by: measure)
    for before in graph.stepRange(of: Int(graph.stepArcs[step])).lowerBound..<step {
      guard sum.isReachable else { break }
      sum = sum + cost(ofStep: before, by: measure)
    }
    return sum
  }

  /// From one place of an arc to another further on; unreachable where they are not on one arc in this order.
  func costWithinArc(from start: (step: Int, at: Double), to end: (step: Int, at: Double), by measure: RoadMeasure) -> RoadCost {
    guard graph.stepArcs[start.step] == graph.stepArcs[end.step] else { return .unreachable }
    if start.step == end.step { return cost(ofStep: start.step, from: start.at, to: end.at, by: measure) }
    guard start.step < end.step else { return .unreachable }
    var sum = cost(ofStep: start.step, from: start.at, to: 1, by: measure)
    for step in (start.step + 1)..<end.step where sum.isReachable { sum = sum + cost(ofStep: step, by: measure) }
    return sum.isReachable ? sum + cost(ofStep: end.step, from: 0, to: end.at, by: measure) : .unreachable
  }

  // MARK: Seeds

  /// Where one is who has left a place by the end of its arc: on the next arcs.
  func starts(at snap: RoadSnap, by measure: RoadMeasure = .duration) -> [RoadSeed] {
    var seeds: [RoadSeed] = []
    for direction in 0...1 where snap.allows(direction) {
      guard let step = firstUse(of: snap.edge, direction: direction) else { continue }
      let rest = costOfRest(of: step, from: snap.travelled(direction), by: measure)
      guard rest.isReachable else { continue }
      for turn in graph.turnRange(of: Int(graph.stepArcs[step])) {
        guard let cost = cost(ofTurn: turn, by: measure) else { continue }
        seeds.append(RoadSeed(arc: graph.turnTargets[turn], cost: rest + cost))
      }
    }
    return seeds
  }

  /// Where one must be to come to a place along its arc: at the start of each copy of it.
  func ends(at snap: RoadSnap, by measure: RoadMeasure = .duration) -> [RoadSeed] {
    var seeds: [RoadSeed] = []
    for direction in 0...1 where snap.allows(direction) {
      forEachUse(of: snap.edge, direction: direction) { step in
        let cost = costOfStart(of: step, to: snap.travelled(direction), by: measure)
        if cost.isReachable { seeds.append(RoadSeed(arc: graph.stepArcs[step], cost: cost)) }
      }
    }
    return seeds
  }

  func forEachUse(of edge: Int32, direction: Int, _ body: (Int) -> Void) {
    let place = 2 * Int(edge) + direction
    for index in graph.firstUse[place]..<graph.firstUse[place + 1] { body(Int(graph.uses[Int(index)])) }
  }

  func cost(ofTurn turn: Int, by measure: RoadMeasure) -> RoadCost? {
    let duration = graph.turnDurations[turn]
    guard duration != RoadGraph.closed else { return nil }
    return measure == .duration ? RoadCost(duration: Int(duration), length: 0) : .zero
  }

  /// The cheapest way between two places that never leaves an arc, with the steps that it begins and ends with.
  func direct(from start: RoadSnap, to end: RoadSnap, by measure: RoadMeasure) -> (cost: RoadCost, first: Int, last: Int)? {
    var best: (cost: RoadCost, first: Int, last: Int)?
    for direction in 0...1 where start.allows(direction) {
      guard let first = firstUse(of: start.edge, direction: direction) else { continue }
      for endDirection in 0...1 where end.allows(endDirection) {
        forEachUse(of: end.edge, direction: endDirection) { last in
          let cost = costWithinArc(
            from: (first, start.travelled(direction)), to: (last, end.travelled(endDirection)), by: measure)
          if cost.isReachable, cost < best?.cost ?? .unreachable { best = (cost, first, last) }
        }
      }
    }
    return best
  }

  /// The cost of a cheapest way between two places; unreachable if there is none.
  public func cost(from start: RoadSnap, to end: RoadSnap, by measure: RoadMeasure = .duration) -> RoadCost {
    let way = metric(by: measure).cost(from: starts(at: start, by: measure), to: ends(at: end, by: measure))
    return min(way, direct(from: start, to: end, by: measure)?.cost ?? .unreachable)
  }
}
