import Foundation
import LageplanGeometry
import LageplanRouting

/// Holds whole tables against Dijkstra's algorithm on the same turn-aware graph: every cell of 1,000 × 1,000, first as the streets are,
/// then after closures and slow zones drawn at random; with them 1,000 paths, turn by turn.
enum RoutingCheck {
  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  static func run(_ roads: Roads, _ profile: String, _ places: [Coordinate], _ say: (String) -> Void) throws {
    guard let graph = roads.graph(of: profile) else { return }
    let router = try RoadRouter(roads, profile: profile)
    let hierarchy = RoadHierarchy(of: graph)
    let arcs = places.prefix(1000).compactMap { place in router.nearest(to: place).flatMap { arc(of: $0, in: graph) } }
    var random = FixedNumbers(state: 38440)
    for isClosed in [false, true] {
      let durations = FlatArray(
        graph.stepDurations.map { duration -> Int32 in
          guard isClosed, duration != RoadGraph.closed else { return duration }
          let drawn = random.next(below: 100)
          return drawn < 2 ? RoadGraph.closed : drawn < 5 ? duration * 3 : duration
        })
      let arcCosts = graph.arcCosts(edgeLengths: roads.network.lengths, stepDurations: durations)
      let metric = RoadMetric(of: hierarchy, arcCosts: arcCosts, turnDurations: graph.turnDurations)
      // A way begins on the arcs after its first and ends somewhere on its last.
      let starts = arcs.map { arc in
        graph.turnRange(of: arc).map { turn in
          RoadSeed(
            arc: graph.turnTargets[turn], cost: RoadCost(duration: random.next(below: 300), length: random.next(below: 900)))
        }
      }
      let ends = arcs.map { arc in
        [RoadSeed(arc: Int32(arc), cost: RoadCost(duration: random.next(below: 300), length: random.next(below: 900)))]
      }
      let checked = try check(graph, metric, arcCosts, starts, ends)
      say("  \(checked) cells\(isClosed ? " after closures" : "") equal to Dijkstra's, paths add up")
    }
  }

  /// Returns the number of cells.
  private static func check(
    _ graph: RoadGraph, _ metric: RoadMetric, _ arcCosts: [RoadCost], _ starts: [[RoadSeed]], _ ends: [[RoadSeed]]
  ) throws -> Int {
    guard let table = metric.table(from: starts, to: ends) else { return 0 }
    let dijkstra = RoadDijkstra(graph: graph, arcCosts: arcCosts, turnDurations: graph.turnDurations)
    for (row, start) in starts.enumerated() {
      let costs = dijkstra.costs(from: start).costs
      for (column, end) in ends.enumerated() {
        let cost = end.map { costs[Int($0.arc)] + $0.cost }.filter(\.isReachable).min() ?? .unreachable
        let cell = row * ends.count + column
        guard table.durations[cell] == cost.duration, table.lengths[cell] == cost.length else {
          throw Failed(
            description: "cell \(row), \(column): the table says \(table.durations[cell]) and \(table.lengths[cell]), "
              + "Dijkstra's algorithm \(cost.duration) and \(cost.length)")
        }
      }
      let end = ends[(row * 7 + 3) % ends.count]
      try follow(metric.path(from: start, to: end), in: graph, arcCosts, from: start, to: end, costs: costs)
    }
    return table.durations.count
  }

  private static func follow(
    _ path: RoadPath?, in graph: RoadGraph, _ arcCosts: [RoadCost], from starts: [RoadSeed], to ends: [RoadSeed],
    costs: [RoadCost]
  ) throws {
    let least = ends.map { costs[Int($0.arc)] + $0.cost }.filter(\.isReachable).min() ?? .unreachable
    guard let path else {
      if least.isReachable { throw Failed(description: "no path to arc \(ends[0].arc), which Dijkstra's algorithm reaches") }
      return
    }
    var cost = starts.filter { $0.arc == path.arcs.first }.map(\.cost).min() ?? .unreachable
    for (arc, next) in zip(path.arcs, path.arcs.dropFirst()) {
      guard let turn = graph.turnRange(of: Int(arc)).first(where: { graph.turnTargets[$0] == next }) else {
        throw Failed(description: "a path goes from arc \(arc) to arc \(next), between which there is no turn")
      }
      cost = cost + arcCosts[Int(arc)] + RoadCost(duration: Int(graph.turnDurations[turn]), length: 0)
    }
    cost = cost + (ends.filter { $0.arc == path.arcs.last }.map(\.cost).min() ?? .unreachable)
    guard cost == least, path.cost == least else {
      throw Failed(description: "a path of \(cost) says \(path.cost), Dijkstra's algorithm \(least)")
    }
  }

  /// The arc that one who starts at a place is on.
  private static func arc(of snap: RoadSnap, in graph: RoadGraph) -> Int? {
    let direction = snap.forward ? 0 : 1
    let use = graph.firstUse[2 * Int(snap.edge) + direction]
    guard use < graph.firstUse[2 * Int(snap.edge) + direction + 1] else { return nil }
    return Int(graph.stepArcs[Int(graph.uses[Int(use)])])
  }
}

/// Numbers that look random and are the same in every run (Knuth's MMIX).
struct FixedNumbers {
  var state: UInt64

  mutating func next(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
