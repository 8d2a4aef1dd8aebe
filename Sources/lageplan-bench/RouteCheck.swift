import LageplanGeometry
import LageplanRouting

/// Holds 10,000 ways between random places to what a traveller may rely on: the parts add up to the whole, the line is without a gap and
/// as long as it says, no one-way street is travelled against its direction, no turn is taken that the graph does not have. Half of them
/// go around closures.
enum RouteCheck {
  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  static func run(_ roads: Roads, _ profile: String, _ places: [Coordinate], count: Int = 10_000, _ say: (String) -> Void) throws
  {
    guard let graph = roads.graph(of: profile), places.count > 1 else { return }
    let open = try RoadRouter(roads, profile: profile)
    // Round every fiftieth place the streets are closed for 100 m about.
    let closures = stride(from: 0, to: places.count, by: 50).map { RoadClosure(geometry: square(about: places[$0])) }
    var random = FixedNumbers(state: 7919)
    var found = 0
    for (name, router) in [("", open), (" around closures", open.closing(closures))] {
      for _ in 0..<count / 2 {
        let ends = [places[random.next(below: places.count)], places[random.next(below: places.count)]]
        let snaps = ends.compactMap { router.nearest(to: $0) }
        guard snaps.count == 2 else { continue }
        let cost = router.cost(from: snaps[0], to: snaps[1])
        guard let route = router.route(through: snaps, detail: .line) else {
          guard !cost.isReachable else { throw Failed(description: "no way from \(ends[0]) to \(ends[1]), which costs \(cost)") }
          continue
        }
        guard route.cost == cost else {
          throw Failed(description: "the way from \(ends[0]) to \(ends[1]) costs \(route.cost), a cell of a table \(cost)")
        }
        for leg in route.legs {
          if let fault = fault(of: leg, roads, graph) {
            throw Failed(description: "the way\(name) from \(ends[0]) to \(ends[1]): \(fault)")
          }
        }
        found += 1
      }
    }
    say("  \(found) of \(count) random ways found, and sound")
  }

  private static func square(about place: Coordinate) -> Geometry {
    let (width, height) = (0.0014, 0.0009)
    let corners = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1), (-1, -1)].map { x, y in
      Coordinate(x: place.x + x * width / 2, y: place.y + y * height / 2)
    }
    return .polygon([corners])
  }

  private static func fault(of leg: RoadLeg, _ roads: Roads, _ graph: RoadGraph) -> String? {
    let network = roads.network
    let sum = leg.stretches.reduce(RoadCost.zero) {
      $0 + RoadCost(duration: Int($1.duration) + Int($1.turnDuration), length: Int($1.length))
    }
    if sum != leg.cost { return "its parts cost \(sum), the whole \(leg.cost)" }
    if leg.line.first != leg.from.position || leg.line.last != leg.to.position { return "its line does not join its ends" }
    let told = Double(leg.cost.length) / 10
    let measured = zip(leg.line, leg.line.dropFirst()).reduce(0.0) { $0 + Geodesic.distance($1.0, $1.1).value }
    if abs(measured - told) > 1 + 0.001 * told { return "its line is \(measured) m long, it says \(told) m" }

    let steps = leg.stretches.map { $0.edge << 1 | ($0.isForward ? 0 : 1) }
    for (step, next) in zip(steps, steps.dropFirst()) {
      let end = step & 1 == 0 ? network.heads[Int(step >> 1)] : network.tails[Int(step >> 1)]
      let start = next & 1 == 0 ? network.tails[Int(next >> 1)] : network.heads[Int(next >> 1)]
      if end != start { return "it jumps from edge \(step >> 1) to edge \(next >> 1)" }
    }
    // Where in the graph one may be who goes this way: on along an arc, and by turns that are there.
    var standing = steps.first.map { uses(of: $0, graph) } ?? []
    if standing.isEmpty { return "it begins against a one-way street" }
    for step in steps.dropFirst() {
      let next = uses(of: step, graph)
      if next.isEmpty { return "it takes edge \(step >> 1) against a one-way street" }
      standing = next.filter { place in
        standing.contains { before in follows(place, before, graph) }
      }
      if standing.isEmpty { return "it takes a turn into edge \(step >> 1) that is not there" }
    }
    return nil
  }

  private static func follows(_ place: Int, _ before: Int, _ graph: RoadGraph) -> Bool {
    let (arc, arcBefore) = (Int(graph.stepArcs[place]), Int(graph.stepArcs[before]))
    if before + 1 < graph.stepRange(of: arcBefore).upperBound { return place == before + 1 }
    return place == graph.stepRange(of: arc).lowerBound
      && graph.turnRange(of: arcBefore).contains { Int(graph.turnTargets[$0]) == arc }
  }

  private static func uses(of step: Int32, _ graph: RoadGraph) -> [Int] {
    (graph.firstUse[Int(step)]..<graph.firstUse[Int(step) + 1]).map { Int(graph.uses[Int($0)]) }
  }
}
