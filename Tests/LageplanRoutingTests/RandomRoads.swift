import LageplanRouting
import TestSupport

/// A small town of random streets: a grid with holes, with one-way streets, streets that are cut off, forbidden turns and equal costs.
struct RandomRoads {
  let positions: [RoadPosition]
  let tails: [Int32]
  let heads: [Int32]
  let graph: RoadGraph
  let edgeLengths: FlatArray<Int32>

  init(_ seed: inout Seed, side: Int) {
    var positions: [RoadPosition] = []
    var streets: [(tail: Int, head: Int, forward: Bool, backward: Bool)] = []
    for row in 0..<side {
      for column in 0..<side {
        positions.append(
          RoadPosition(
            longitude: Int32(80_000_000 + column * 10_000 + Int.random(in: 0..<6_000, using: &seed)),
            latitude: Int32(490_000_000 + row * 7_000 + Int.random(in: 0..<4_000, using: &seed))))
        let node = row * side + column
        for (isInside, other) in [(column + 1 < side, node + 1), (row + 1 < side, node + side)] {
          guard isInside, Int.random(in: 0..<10, using: &seed) < 8 else { continue }
          let kind = Int.random(in: 0..<5, using: &seed)
          streets.append((node, other, kind != 0, kind != 1))
        }
      }
    }
    for _ in 0..<side {  // loops and shortcuts across, some parallel
      streets.append(
        (Int.random(in: 0..<positions.count, using: &seed), Int.random(in: 0..<positions.count, using: &seed), true, true))
    }
    self.positions = positions
    tails = streets.map { Int32($0.tail) }
    heads = streets.map { Int32($0.head) }
    edgeLengths = FlatArray(streets.map { _ in Int32.random(in: 1...9, using: &seed) * 100 })

    // One arc for each direction of an edge, ranked as the order of edges says.
    var arcs: [(step: Int32, start: Int, end: Int)] = []
    for (edge, street) in streets.enumerated() {
      if street.forward { arcs.append((Int32(edge << 1), street.tail, street.head)) }
      if street.backward { arcs.append((Int32(edge << 1 | 1), street.head, street.tail)) }
    }
    let edgeRanks = NestedDissection.ranks(positions: positions, tails: tails, heads: heads)
    let order = arcs.indices.sorted { a, b in
      let (x, y) = (arcs[a].step, arcs[b].step)
      return (edgeRanks[Int(x >> 1)], x & 1) < (edgeRanks[Int(y >> 1)], y & 1)
    }
    var ranks = [Int32](repeating: 0, count: arcs.count)
    for (rank, arc) in order.enumerated() { ranks[arc] = Int32(rank) }
    var firstTurn: [Int32] = [0]
    var targets: [Int32] = []
    for arc in arcs {
      for (other, next) in arcs.enumerated() where next.start == arc.end && Int.random(in: 0..<8, using: &seed) > 0 {
        targets.append(Int32(other))
      }
      firstTurn.append(Int32(targets.count))
    }
    let none = FlatArray<Int32>([])
    graph = RoadGraph(
      firstStep: FlatArray((0...arcs.count).map(Int32.init)), steps: FlatArray(arcs.map(\.step)),
      stepDurations: FlatArray(arcs.map { _ in Int32.random(in: 1...6, using: &seed) * 10 }), ranks: FlatArray(ranks),
      components: none, firstTurn: FlatArray(firstTurn), turnTargets: FlatArray(targets),
      turnDurations: FlatArray(targets.map { _ in Int32.random(in: 0...3, using: &seed) * 5 }), firstUse: none, uses: none,
      stepArcs: none)
  }

  /// One to three places to begin or to end at.
  func seeds(_ seed: inout Seed) -> [RoadSeed] {
    (0..<Int.random(in: 1...3, using: &seed)).map { _ in
      RoadSeed(
        arc: Int32.random(in: 0..<Int32(graph.arcCount), using: &seed),
        cost: RoadCost(duration: Int.random(in: 0..<40, using: &seed), length: Int.random(in: 0..<400, using: &seed)))
    }
  }

  /// Closes about one step and one turn in eight.
  func closing(_ seed: inout Seed) -> (steps: FlatArray<Int32>, turns: FlatArray<Int32>) {
    func close(_ durations: FlatArray<Int32>, _ seed: inout Seed) -> FlatArray<Int32> {
      FlatArray(durations.map { Int.random(in: 0..<8, using: &seed) == 0 ? RoadGraph.closed : $0 })
    }
    return (close(graph.stepDurations, &seed), close(graph.turnDurations, &seed))
  }
}

/// Least costs by trying every turn until nothing improves (Bellman 1958): slower than anything, and too simple to be wrong.
struct LeastCosts {
  let costs: [RoadCost]

  init(_ roads: RandomRoads, steps: FlatArray<Int32>, turns: FlatArray<Int32>, from seeds: [RoadSeed]) {
    let graph = roads.graph
    var best = [(duration: Int, length: Int)?](repeating: nil, count: graph.arcCount)
    func improve(_ arc: Int, _ duration: Int, _ length: Int) -> Bool {
      if let known = best[arc], (known.duration, known.length) <= (duration, length) { return false }
      best[arc] = (duration, length)
      return true
    }
    for seed in seeds { _ = improve(Int(seed.arc), Int(seed.cost.duration), Int(seed.cost.length)) }
    var hasImproved = true
    while hasImproved {
      hasImproved = false
      for arc in 0..<graph.arcCount where steps[arc] != RoadGraph.closed {
        guard let known = best[arc] else { continue }
        let length = known.length + Int(roads.edgeLengths[Int(graph.steps[arc] >> 1)])
        for turn in graph.turnRange(of: arc) where turns[turn] != RoadGraph.closed {
          let duration = known.duration + Int(steps[arc]) + Int(turns[turn])
          if improve(Int(graph.turnTargets[turn]), duration, length) { hasImproved = true }
        }
      }
    }
    costs = best.map { $0.map { RoadCost(duration: $0.duration, length: $0.length) } ?? .unreachable }
  }

  func cost(to ends: [RoadSeed]) -> RoadCost {
    ends.filter { costs[Int($0.arc)].isReachable }.map { costs[Int($0.arc)] + $0.cost }.min() ?? .unreachable
  }
}
