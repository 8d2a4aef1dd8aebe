public import LageplanGeometry

/// A way through places in their order.
public struct RoadRoute: Hashable, Sendable {
  /// From each place to the next.
  public var legs: [RoadLeg]
  /// The sum of the legs.
  public var cost: RoadCost

  public init(legs: [RoadLeg]) {
    self.legs = legs
    cost = legs.reduce(.zero) { $0 + $1.cost }
  }
}

/// The way from one place of a route to the next.
public struct RoadLeg: Hashable, Sendable {
  public var from: RoadSnap
  public var to: RoadSnap
  public var cost: RoadCost
  /// The edges on the way, each with its share; their durations (with the turns before them) and lengths add up to the cost. Where the
  /// places are the same, one of length 0.
  public var stretches: [RoadStretch]
  /// The way as it lies, in degrees (CRS84), at least two vertices; empty if it was not asked for.
  public var line: [Coordinate]
  /// The vertex of the line at which each stretch begins, and at last the one at which the last ends.
  public var stretchVertices: [Int]
  /// What the traveller is told; empty if it was not asked for.
  public var steps: [RoadStep]
}

/// One edge of a way, or a part of it.
public struct RoadStretch: Hashable, Sendable {
  public var edge: Int32
  /// From the edge's tail to its head.
  public var isForward: Bool
  /// Where it begins and ends as shares of the edge's length in the direction of travel: 0 and 1 for a whole edge.
  public var start: Double
  public var end: Double
  /// In tenths of a second.
  public var duration: Int32
  /// In decimetres.
  public var length: Int32
  /// What turning into it takes, in tenths of a second.
  public var turnDuration: Int32
  /// The traveller had a choice where it begins.
  public var followsChoice: Bool
}

/// What a route is to tell beyond what it costs.
public enum RoadRouteDetail: Int, Hashable, Sendable, Comparable {
  case stretches, line, steps

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What a traveller may do at the places between start and end.
public enum RoadViaRule: Hashable, Sendable {
  /// Stop, and leave in either direction.
  case mayTurnBack
  /// Leave in the direction of arrival wherever the street goes on.
  case goesOn
}

extension RoadRouter {
  /// A fastest way through at least two places; nil where some place cannot be reached from the one before.
  ///
  /// Under ``RoadViaRule/goesOn`` the whole is fastest among the ways that do not turn back at a place; where there is none, the leg that
  /// cannot be done otherwise turns back.
  public func route(
    through places: [RoadSnap], detail: RoadRouteDetail = .steps, at vias: RoadViaRule = .mayTurnBack,
    by measure: RoadMeasure = .duration
  ) -> RoadRoute? {
    guard places.count > 1 else { return nil }
    let stops = vias == .mayTurnBack ? nil : directed(places, by: measure)
    var legs: [RoadLeg] = []
    for index in places.indices.dropLast() {
      let start = stops?[index].leaving ?? places[index]
      let end = stops?[index + 1].arriving ?? places[index + 1]
      guard let leg = leg(from: start, to: end, detail: detail, by: measure) else { return nil }
      legs.append(leg)
    }
    return RoadRoute(legs: legs)
  }

  /// The directions in which the places between are passed on the fastest way that does not turn back at them: found stop by stop for
  /// both directions of each (Bellman's principle). Where a place can only be passed by turning back, both directions stay open.
  private func directed(_ places: [RoadSnap], by measure: RoadMeasure) -> [(arriving: RoadSnap, leaving: RoadSnap)] {
    struct State {
      var arriving: RoadSnap
      var leaving: RoadSnap
      var cost: RoadCost
      var previous: Int
    }
    var stages = [[State(arriving: places[0], leaving: places[0], cost: .zero, previous: 0)]]
    for place in places.dropFirst().dropLast() {
      var choices = [place]
      // On a junction no direction of one of its streets is that of the arrival.
      if place.forward, place.backward, place.fraction > 0, place.fraction < 1 {
        choices = [place.only(forward: true, backward: false), place.only(forward: false, backward: true)]
      }
      let before = stages[stages.count - 1]
      func states(_ choices: [(arriving: RoadSnap, leaving: RoadSnap)]) -> [State] {
        choices.compactMap { choice in
          let costs = before.map { $0.cost + cost(from: $0.leaving, to: choice.arriving, by: measure) }
          guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[best].isReachable else { return nil }
          return State(arriving: choice.arriving, leaving: choice.leaving, cost: costs[best], previous: best)
        }
      }
      // A direction from which nothing leads on is none.
      let next = places[stages.count + 1 < places.count ? stages.count + 1 : places.count - 1]
      var stage = states(choices.map { ($0, $0) }).filter { cost(from: $0.leaving, to: next, by: measure).isReachable }
      if stage.isEmpty { stage = states([(place, place)]) }
      guard !stage.isEmpty else { return places.map { ($0, $0) } }
      stages.append(stage)
    }
    guard let last = places.last else { return [] }
    let ends = stages[stages.count - 1].map { $0.cost + cost(from: $0.leaving, to: last, by: measure) }
    var state = ends.indices.min { ends[$0] < ends[$1] } ?? 0
    var result: [(arriving: RoadSnap, leaving: RoadSnap)] = [(last, last)]
    for stage in stages.reversed() {
      result.append((stage[state].arriving, stage[state].leaving))
      state = stage[state].previous
    }
    return result.reversed()
  }

  private func leg(from start: RoadSnap, to end: RoadSnap, detail: RoadRouteDetail, by measure: RoadMeasure) -> RoadLeg? {
    let direct = direct(from: start, to: end, by: measure)
    let path = metric(by: measure).path(from: starts(at: start, by: measure), to: ends(at: end, by: measure))
    var stretches: [RoadStretch]
    if let direct, direct.cost <= path?.cost ?? .unreachable {
      stretches = []
      append(ofSteps: direct.first...direct.last, from: start, to: end, into: &stretches)
    } else if let path {
      stretches = self.stretches(along: path, from: start, to: end, by: measure)
    } else {
      return nil
    }
    let cost = stretches.reduce(RoadCost.zero) {
      $0 + RoadCost(duration: Int($1.duration) + Int($1.turnDuration), length: Int($1.length))
    }
    var leg = RoadLeg(from: start, to: end, cost: cost, stretches: stretches, line: [], stretchVertices: [], steps: [])
    if detail >= .line { (leg.line, leg.stretchVertices) = line(along: stretches, from: start, to: end) }
    if detail >= .steps { leg.steps = RoadStep.steps(of: leg, on: roads) }
    return leg
  }

  // MARK: Stretches

  /// The steps of one arc, the first and the last as far as they are travelled.
  private func append(
    ofSteps steps: ClosedRange<Int>, from start: RoadSnap?, to end: RoadSnap?, into stretches: inout [RoadStretch]
  ) {
    for step in steps {
      let direction = Int(graph.steps[step] & 1)
      let first = step == steps.lowerBound ? start?.travelled(direction) ?? 0 : 0
      let last = max(first, step == steps.upperBound ? end?.travelled(direction) ?? 1 : 1)
      let isWhole = first == 0 && last == 1
      let cost =
        isWhole ? cost(ofStep: step, by: .duration) : cost(ofStep: step, from: first, to: last, by: .duration)
      stretches.append(
        RoadStretch(
          edge: graph.steps[step] >> 1, isForward: direction == 0, start: first, end: last, duration: cost.duration,
          length: cost.length, turnDuration: 0, followsChoice: false))
    }
  }

  private func stretches(along path: RoadPath, from start: RoadSnap, to end: RoadSnap, by measure: RoadMeasure) -> [RoadStretch] {
    guard let firstArc = path.arcs.first, let lastArc = path.arcs.last else { return [] }
    var result: [RoadStretch] = []
    result.reserveCapacity(2 * path.arcs.count)
    var previous = Int32(-1)
    if let first = firstStep(from: start, to: firstArc, by: measure) {
      previous = graph.stepArcs[first]
      append(ofSteps: first...(graph.stepRange(of: Int(previous)).upperBound - 1), from: start, to: nil, into: &result)
    }
    for (index, arc) in path.arcs.enumerated() {
      let range = graph.stepRange(of: Int(arc))
      let isLast = index == path.arcs.count - 1
      let last = isLast ? lastStep(of: lastArc, to: end, by: measure) ?? range.lowerBound : range.upperBound - 1
      let begin = result.count
      append(ofSteps: range.lowerBound...last, from: nil, to: isLast ? end : nil, into: &result)
      if previous >= 0 {
        let turns = graph.turnRange(of: Int(previous))
        var least = RoadGraph.closed
        for turn in turns where graph.turnTargets[turn] == arc { least = min(least, graph.turnDurations[turn]) }
        result[begin].turnDuration = least
        result[begin].followsChoice = turns.count > 1
      }
      previous = arc
    }
    return result
  }

  /// The step of the start from which the way turns into `arc`: of two, the cheaper.
  private func firstStep(from start: RoadSnap, to arc: Int32, by measure: RoadMeasure) -> Int? {
    var best: (cost: RoadCost, step: Int)?
    for direction in 0...1 where start.allows(direction) {
      guard let step = firstUse(of: start.edge, direction: direction) else { continue }
      let rest = costOfRest(of: step, from: start.travelled(direction), by: measure)
      for turn in graph.turnRange(of: Int(graph.stepArcs[step])) where graph.turnTargets[turn] == arc {
        guard let turn = cost(ofTurn: turn, by: measure), (rest + turn) < best?.cost ?? .unreachable else { continue }
        best = (rest + turn, step)
      }
    }
    return best?.step
  }

  /// The step of `arc` on which the end lies: of several, the one that is reached first.
  private func lastStep(of arc: Int32, to end: RoadSnap, by measure: RoadMeasure) -> Int? {
    var best: (cost: RoadCost, step: Int)?
    for direction in 0...1 where end.allows(direction) {
      forEachUse(of: end.edge, direction: direction) { step in
        guard graph.stepArcs[step] == arc else { return }
        let cost = costOfStart(of: step, to: end.travelled(direction), by: measure)
        if cost < best?.cost ?? .unreachable { best = (cost, step) }
      }
    }
    return best?.step
  }

  // MARK: Line

  private func line(along stretches: [RoadStretch], from start: RoadSnap, to end: RoadSnap) -> (
    line: [Coordinate], vertices: [Int]
  ) {
    let network = roads.network
    var line: [Coordinate] = []
    var firsts: [Int] = []
    line.reserveCapacity(stretches.count * 4)
    for (index, stretch) in stretches.enumerated() {
      let range = network.vertexRange(of: Int(stretch.edge))
      var low = range.lowerBound
      var high = range.upperBound
      let isFirst = index == 0
      let isLast = index == stretches.count - 1
      // The vertices strictly between the places where it begins and ends.
      if isFirst { if stretch.isForward { low += Int(start.segment) + 1 } else { high = low + Int(start.segment) + 1 } }
      if isLast {
        let segment = range.lowerBound + Int(end.segment)
        if stretch.isForward { high = segment + 1 } else { low = segment + 1 }
      }
      if isFirst { line.append(start.position) }
      firsts.append(line.count - 1)
      if low < high {
        if stretch.isForward {
          for vertex in low..<high { append(network.vertices[vertex].coordinate, to: &line) }
        } else {
          for vertex in (low..<high).reversed() { append(network.vertices[vertex].coordinate, to: &line) }
        }
      }
    }
    if line.count < 2 || line.last != end.position { line.append(end.position) }
    firsts.append(line.count - 1)
    return (line, firsts)
  }

  private func append(_ place: Coordinate, to line: inout [Coordinate]) {
    if line.last != place { line.append(place) }
  }
}
