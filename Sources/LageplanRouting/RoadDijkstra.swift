/// Dijkstra's algorithm over the arcs of a ``RoadGraph`` (1959, doi:10.1007/BF01386390): plain and slow, the measure of everything faster.
public struct RoadDijkstra: Sendable {
  /// The turns out of arc `a` are `first[a] ..< first[a + 1]`, each to a target at a cost from start to start.
  private let first: [Int]
  private let targets: [Int32]
  private let costs: [RoadCost]

  /// - Parameters:
  ///   - graph: Where ways are sought.
  ///   - arcCosts: One for each arc, from its start to its end.
  ///   - turnDurations: One for each turn, in tenths of a second.
  public init(graph: RoadGraph, arcCosts: [RoadCost], turnDurations: FlatArray<Int32>) {
    first = graph.firstTurn.map { Int($0) }
    targets = Array(graph.turnTargets)
    costs = (0..<graph.arcCount).flatMap { arc in
      graph.turnRange(of: arc).map { arcCosts[arc] + RoadCost(duration: Int(turnDurations[$0]), length: 0) }
    }
  }

  private init(first: [Int], targets: [Int32], costs: [RoadCost]) {
    self.first = first
    self.targets = targets
    self.costs = costs
  }

  /// The same search against the turns, from ends to starts.
  public func reversed() -> RoadDijkstra {
    var next = [Int](repeating: 0, count: first.count)
    for target in targets { next[Int(target) + 1] += 1 }
    for arc in next.indices.dropFirst() { next[arc] += next[arc - 1] }
    let starts = next
    var origins = targets
    var reverseCosts = costs
    for arc in 0..<(first.count - 1) {
      for turn in first[arc]..<first[arc + 1] {
        let place = next[Int(targets[turn])]
        next[Int(targets[turn])] += 1
        origins[place] = Int32(arc)
        reverseCosts[place] = costs[turn]
      }
    }
    return RoadDijkstra(first: starts, targets: origins, costs: reverseCosts)
  }

  /// The least cost from the seeds to every arc, ``RoadCost/unreachable`` where it is above the limit, and the arc before it on such a
  /// way (−1 at a seed).
  public func costs(from seeds: [RoadSeed], limit: RoadCost = .unreachable) -> (costs: [RoadCost], previous: [Int32]) {
    var reached = [RoadCost](repeating: .unreachable, count: first.count - 1)
    var previous = [Int32](repeating: -1, count: first.count - 1)
    var heap = SeedHeap()
    func reach(_ arc: Int32, at cost: RoadCost, from origin: Int32) {
      guard cost < reached[Int(arc)], cost <= limit else { return }
      reached[Int(arc)] = cost
      previous[Int(arc)] = origin
      heap.push(RoadSeed(arc: arc, cost: cost))
    }
    for seed in seeds { reach(seed.arc, at: seed.cost, from: -1) }
    while let (arc, cost) = heap.pop().map({ ($0.arc, $0.cost) }) {
      guard cost == reached[Int(arc)] else { continue }  // reached more cheaply since it was pushed
      for turn in first[Int(arc)]..<first[Int(arc) + 1] { reach(targets[turn], at: cost + costs[turn], from: arc) }
    }
    return (reached, previous)
  }
}

/// A binary heap with the cheapest seed on top.
private struct SeedHeap {
  private var seeds: [RoadSeed] = []

  mutating func push(_ seed: RoadSeed) {
    seeds.append(seed)
    var place = seeds.count - 1
    while place > 0, seed.cost < seeds[(place - 1) / 2].cost {
      seeds.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func pop() -> RoadSeed? {
    guard let top = seeds.first, let last = seeds.popLast() else { return nil }
    guard !seeds.isEmpty else { return top }
    seeds[0] = last
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < seeds.count else { return top }
      if child + 1 < seeds.count, seeds[child + 1].cost < seeds[child].cost { child += 1 }
      guard seeds[child].cost < last.cost else { return top }
      seeds.swapAt(place, child)
      place = child
    }
  }
}
