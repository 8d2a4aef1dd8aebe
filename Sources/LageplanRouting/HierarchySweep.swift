extension RoadMetric {
  /// The cost from the starts to every arc (to its start), indexed by arc; what costs more than the limit is unreachable.
  ///
  /// One search upwards, then one pass over all vertices from the highest to the lowest (PHAST: Delling, Goldberg, Nowatzyk & Werneck
  /// 2011, doi:10.1109/IPDPS.2011.89).
  public func costs(from starts: [RoadSeed], limit: RoadCost = .unreachable) -> [RoadCost] {
    sweep(starts, limit, rising: hierarchy.up, upWeights, falling: hierarchy.down, downWeights)
  }

  /// The cost from (the start of) every arc to the ends, indexed by arc; what costs more than the limit is unreachable.
  public func costs(to ends: [RoadSeed], limit: RoadCost = .unreachable) -> [RoadCost] {
    sweep(ends, limit, rising: hierarchy.down, downWeights, falling: hierarchy.up, upWeights)
  }

  private func sweep(
    _ seeds: [RoadSeed], _ limit: RoadCost, rising: RoadLinks, _ risingWeights: FlatArray<Double>, falling: RoadLinks,
    _ fallingWeights: FlatArray<Double>
  ) -> [RoadCost] {
    let count = hierarchy.arcs.count
    let least = UnsafeMutablePointer<Double>.allocate(capacity: max(1, count))
    defer { least.deallocate() }
    least.initialize(repeating: .infinity, count: count)
    for vertex in hierarchy.plant(seeds, in: least) where least[vertex] < .infinity {
      for link in rising.range(of: vertex) {
        let end = Int(rising.ends.base[link])
        least[end] = min(least[end], least[vertex] + risingWeights.base[link])
      }
    }
    var costs = [RoadCost](repeating: .unreachable, count: count)
    for vertex in (0..<count).reversed() {
      var cost = least[vertex]
      for link in falling.range(of: vertex) {
        let through = least[Int(falling.ends.base[link])] + fallingWeights.base[link]
        cost = through < cost ? through : cost
      }
      least[vertex] = cost
      let told = PackedCost.cost(cost)
      if told <= limit { costs[Int(hierarchy.arcs.base[vertex])] = told }
    }
    return costs
  }
}

extension RoadHierarchy {
  /// Writes the costs of seeds to their vertices and returns all vertices from these up to the roots, in ascending order.
  func plant(_ seeds: [RoadSeed], in least: UnsafeMutablePointer<Double>) -> [Int] {
    var vertices: Set<Int> = []
    for seed in seeds {
      var vertex = Int(graph.ranks.base[Int(seed.arc)])
      least[vertex] = min(least[vertex], PackedCost.packed(seed.cost))
      while vertex >= 0, vertices.insert(vertex).inserted { vertex = Int(parents.base[vertex]) }
    }
    return vertices.sorted()
  }
}
