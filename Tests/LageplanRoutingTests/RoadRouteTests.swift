import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanRouting

/// Random routes on foreign extracts, held to the graph and to plain Dijkstra.
@Suite(.enabled(if: SharedData.isPresent, "skipped: no shared data")) struct RoadRouteTests {
  @Test(arguments: ["car", "bicycle", "foot"])
  func routesOfHerrenbergAreSoundAndFastest(profile: String) throws {
    try check("herrenberg-minimal", profile: profile, places: 40, routes: 400)
  }

  @Test func routesOfHeidelbergAreSoundAndFastest() throws {
    try check("heidelberg", profile: "car", places: 6, routes: 36)
  }

  /// Every route costs what the table says and what Dijkstra finds; its stretches join, use no closed edge or forbidden turn, and add up;
  /// its line is continuous and as long as it says.
  private func check(_ name: String, profile: String, places: Int, routes: Int) throws {
    let roads = try TestRoads.extract(name, profiles: [profile])
    var seed = Seed(UInt64(places))
    let open = try RoadRouter(roads, profile: profile)
    let snaps = TestRoads.snaps(places, on: open, &seed)
    let closures = (0..<8).map { _ in
      RoadClosure(
        geometry: .point(roads.network.vertices[Int.random(in: 0..<roads.network.vertices.count, using: &seed)].coordinate))
    }
    for router in [open, open.closing(closures)] {
      let table = try #require(router.table(from: snaps, to: snaps))
      let oracle = StreetDijkstra(router)
      let rows = snaps.map { oracle.costs(from: $0) }
      for _ in 0..<routes {
        let (row, column) = (Int.random(in: 0..<places, using: &seed), Int.random(in: 0..<places, using: &seed))
        let route = router.route(through: [snaps[row], snaps[column]])
        #expect(route?.cost.duration == table.duration(row, column))
        #expect(route?.cost.length == table.length(row, column))
        #expect(route?.cost == oracle.cost(to: snaps[column], from: snaps[row], rows[row]))
        if let leg = route?.legs.first { try expectSound(leg, on: router) }
      }
    }
  }

  private func expectSound(_ leg: RoadLeg, on router: RoadRouter) throws {
    let network = router.roads.network
    let graph = try #require(router.roads.graph(of: router.profile.id))
    #expect(leg.line.first == leg.from.position && leg.line.last == leg.to.position)
    #expect(abs(Geodesic.length(leg.line).value - Double(leg.cost.length) / 10) < 1 + 0.001 * Double(leg.cost.length) / 10)
    #expect(leg.steps.reduce(.zero) { $0 + $1.cost } == leg.cost)
    #expect(leg.stretchVertices.count == leg.stretches.count + 1)
    let coded = leg.stretches.map { $0.edge << 1 | ($0.isForward ? 0 : 1) }
    for step in coded { #expect(graph.firstUse[Int(step)] < graph.firstUse[Int(step) + 1], "travelled against a one-way street") }
    for (a, b) in zip(coded, coded.dropFirst()) {
      let end = a & 1 == 0 ? network.heads[Int(a >> 1)] : network.tails[Int(a >> 1)]
      let start = b & 1 == 0 ? network.tails[Int(b >> 1)] : network.heads[Int(b >> 1)]
      #expect(end == start)
    }
    // The places of the graph that the way may be at: on from step to step of an arc, and from arc to arc by turns that are there.
    var places = Set(uses(of: coded[0], graph))
    for step in coded.dropFirst() {
      let next = Set(uses(of: step, graph))
      places = places.reduce(into: []) { reached, place in
        let arc = Int(graph.stepArcs[place])
        if place + 1 < graph.stepRange(of: arc).upperBound {
          if next.contains(place + 1) { reached.insert(place + 1) }
        } else {
          for turn in graph.turnRange(of: arc) {
            let first = graph.stepRange(of: Int(graph.turnTargets[turn])).lowerBound
            if next.contains(first) { reached.insert(first) }
          }
        }
      }
      #expect(!places.isEmpty, "a forbidden turn")
    }
  }

  private func uses(of step: Int32, _ graph: RoadGraph) -> [Int] {
    (graph.firstUse[Int(step)]..<graph.firstUse[Int(step) + 1]).map { Int(graph.uses[Int($0)]) }
  }
}

/// Plain Dijkstra in the place of the hierarchy, between the same seeds.
private struct StreetDijkstra {
  let router: RoadRouter
  let search: RoadDijkstra

  init(_ router: RoadRouter) {
    self.router = router
    let costs = router.graph.arcCosts(edgeLengths: router.roads.network.lengths, stepDurations: router.stepDurations)
    search = RoadDijkstra(graph: router.graph, arcCosts: costs, turnDurations: router.graph.turnDurations)
  }

  func costs(from start: RoadSnap) -> [RoadCost] { search.costs(from: router.starts(at: start)).costs }

  func cost(to end: RoadSnap, from start: RoadSnap, _ reached: [RoadCost]) -> RoadCost? {
    var best = router.direct(from: start, to: end, by: .duration)?.cost ?? .unreachable
    for seed in router.ends(at: end) { best = min(best, reached[Int(seed.arc)] + seed.cost) }
    return best.isReachable ? best : nil
  }
}
