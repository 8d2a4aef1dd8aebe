import LageplanRouting
import TestSupport
import Testing

struct RoadMetricTests {
  @Test(arguments: Seed.hundred) func everyCostIsTheLeastOfAllWays(seed: Seed) throws {
    var seed = seed
    let roads = RandomRoads(&seed, side: 7)
    let hierarchy = RoadHierarchy(of: roads.graph)
    let closing = roads.closing(&seed)
    for (steps, turns) in [(roads.graph.stepDurations, roads.graph.turnDurations), closing] {
      let metric = RoadMetric(
        of: hierarchy, arcCosts: roads.graph.arcCosts(edgeLengths: roads.edgeLengths, stepDurations: steps), turnDurations: turns)
      let starts = (0..<20).map { _ in roads.seeds(&seed) }
      let ends = (0..<30).map { _ in roads.seeds(&seed) }
      let table = try #require(metric.table(from: starts, to: ends))
      for (row, start) in starts.enumerated() {
        let oracle = LeastCosts(roads, steps: steps, turns: turns, from: start)
        #expect(metric.costs(from: start) == oracle.costs)
        let limit = RoadCost(duration: 150, length: 0)
        #expect(metric.costs(from: start, limit: limit) == oracle.costs.map { $0 <= limit ? $0 : .unreachable })
        for (column, end) in ends.enumerated() {
          let cost = oracle.cost(to: end)
          #expect(metric.cost(from: start, to: end) == cost)
          #expect(table.durations[row * ends.count + column] == cost.duration)
          #expect(table.lengths[row * ends.count + column] == cost.length)
        }
      }
    }
  }

  @Test(arguments: Seed.hundred) func aPathGoesByOpenTurnsAndCostsWhatItSays(seed: Seed) {
    var seed = seed
    let roads = RandomRoads(&seed, side: 7)
    let graph = roads.graph
    let (steps, turns) = roads.closing(&seed)
    let arcCosts = graph.arcCosts(edgeLengths: roads.edgeLengths, stepDurations: steps)
    let metric = RoadMetric(of: RoadHierarchy(of: graph), arcCosts: arcCosts, turnDurations: turns)
    for _ in 0..<30 {
      let (starts, ends) = (roads.seeds(&seed), roads.seeds(&seed))
      let least = LeastCosts(roads, steps: steps, turns: turns, from: starts).cost(to: ends)
      guard let path = metric.path(from: starts, to: ends) else {
        #expect(!least.isReachable)
        continue
      }
      #expect(path.cost == least)
      var cost = starts.filter { $0.arc == path.arcs.first }.map(\.cost).min() ?? .unreachable
      for (arc, next) in zip(path.arcs, path.arcs.dropFirst()) {
        let turn = graph.turnRange(of: Int(arc)).first { graph.turnTargets[$0] == next && turns[$0] != RoadGraph.closed }
        cost = cost + arcCosts[Int(arc)] + RoadCost(duration: turn.map { Int(turns[$0]) } ?? Int(RoadGraph.closed), length: 0)
      }
      #expect(cost + (ends.filter { $0.arc == path.arcs.last }.map(\.cost).min() ?? .unreachable) == least)
    }
  }

  @Test(arguments: Seed.hundred.prefix(20)) func waysToEndsAreWaysFromStartsReversed(seed: Seed) {
    var seed = seed
    let roads = RandomRoads(&seed, side: 6)
    let (steps, turns) = roads.closing(&seed)
    let arcCosts = roads.graph.arcCosts(edgeLengths: roads.edgeLengths, stepDurations: steps)
    let metric = RoadMetric(of: RoadHierarchy(of: roads.graph), arcCosts: arcCosts, turnDurations: turns)
    let ends = roads.seeds(&seed)
    let costs = metric.costs(to: ends)
    for arc in costs.indices {
      let start = [RoadSeed(arc: Int32(arc), cost: .zero)]
      #expect(costs[arc] == LeastCosts(roads, steps: steps, turns: turns, from: start).cost(to: ends))
    }
  }

  @Test(arguments: Seed.hundred.prefix(20)) func dijkstraFindsTheSame(seed: Seed) {
    var seed = seed
    let roads = RandomRoads(&seed, side: 6)
    let (steps, turns) = roads.closing(&seed)
    let arcCosts = roads.graph.arcCosts(edgeLengths: roads.edgeLengths, stepDurations: steps)
    let starts = roads.seeds(&seed)
    let dijkstra = RoadDijkstra(graph: roads.graph, arcCosts: arcCosts, turnDurations: turns)
    #expect(dijkstra.costs(from: starts).costs == LeastCosts(roads, steps: steps, turns: turns, from: starts).costs)
  }

  @Test func aStoredHierarchyAndItsMetricAnswerTheSame() throws {
    var seed = Seed(5)
    let roads = RandomRoads(&seed, side: 8)
    let hierarchy = RoadHierarchy(of: roads.graph)
    let arcCosts = roads.graph.arcCosts(edgeLengths: roads.edgeLengths, stepDurations: roads.graph.stepDurations)
    let metric = RoadMetric(of: hierarchy, arcCosts: arcCosts, turnDurations: roads.graph.turnDurations)
    let stored = try #require(RoadHierarchy(of: roads.graph, sections: hierarchy.sections))
    let storedMetric = try #require(RoadMetric(of: stored, sections: metric.sections))
    for _ in 0..<50 {
      let (starts, ends) = (roads.seeds(&seed), roads.seeds(&seed))
      #expect(storedMetric.path(from: starts, to: ends) == metric.path(from: starts, to: ends))
    }
    #expect(RoadHierarchy(of: roads.graph, sections: hierarchy.sections.dropLast()) == nil)
    #expect(RoadHierarchy(of: roads.graph, sections: [FlatArray([0])] + hierarchy.sections.dropFirst()) == nil)
    #expect(RoadMetric(of: stored, sections: [metric.sections[0], FlatArray([0])]) == nil)
  }

  @Test func nothingReachesNothing() throws {
    var seed = Seed(1)
    let roads = RandomRoads(&seed, side: 4)
    let arcCosts = roads.graph.arcCosts(edgeLengths: roads.edgeLengths, stepDurations: roads.graph.stepDurations)
    let metric = RoadMetric(of: RoadHierarchy(of: roads.graph), arcCosts: arcCosts, turnDurations: roads.graph.turnDurations)
    let place = roads.seeds(&seed)
    #expect(metric.cost(from: [], to: place) == .unreachable)
    #expect(metric.path(from: place, to: []) == nil)
    let table = try #require(metric.table(from: [place, []], to: [[], place]))
    #expect(table.durations[0] == RoadGraph.closed && table.durations[2] == RoadGraph.closed)
    #expect(table.durations[3] == RoadGraph.closed && table.lengths[3] == RoadGraph.closed)
    #expect(metric.table(from: [place], to: [], isCancelled: { false })?.durations.isEmpty == true)
    #expect(metric.table(from: [place], to: [place], isCancelled: { true }) == nil)
  }

  @Test func aGraphWithoutArcsHasNoWays() {
    let none = FlatArray<Int32>([])
    let graph = RoadGraph(
      firstStep: FlatArray([0]), steps: none, stepDurations: none, ranks: none, components: none, firstTurn: FlatArray([0]),
      turnTargets: none, turnDurations: none, firstUse: none, uses: none, stepArcs: none)
    let metric = RoadMetric(of: RoadHierarchy(of: graph), arcCosts: [], turnDurations: none)
    #expect(metric.costs(from: []).isEmpty)
    #expect(metric.path(from: [], to: []) == nil)
  }
}
