/// Gives the links of a ``RoadHierarchy`` their costs: of its turn, or of the cheapest way through a lower vertex, whichever is less.
///
/// From the lowest vertex to the highest; what lies below a vertex is known when its own links are computed. A vertex's links are laid
/// out by the depths of their higher ends meanwhile, so that any other link to the same end finds its place without a search.
struct RoadCustomisation {
  let up: RoadWeights
  let down: RoadWeights

  init(of hierarchy: RoadHierarchy, arcCosts: [RoadCost], turnDurations: FlatArray<Int32>) {
    up = RoadWeights(infinite: hierarchy.up.count)
    down = RoadWeights(infinite: hierarchy.down.count)
    placeTurns(hierarchy, arcCosts, turnDurations)
    let places = UnsafeMutablePointer<Double>.allocate(capacity: hierarchy.height + 1)
    defer { places.deallocate() }
    for vertex in 0..<hierarchy.arcs.count {
      let depth = hierarchy.depths.base[vertex]
      Self.customise(vertex, depth, hierarchy.up, up.base, through: hierarchy.down, down.base, places)
      Self.customise(vertex, depth, hierarchy.down, down.base, through: hierarchy.up, up.base, places)
    }
  }

  private func placeTurns(_ hierarchy: RoadHierarchy, _ arcCosts: [RoadCost], _ turnDurations: FlatArray<Int32>) {
    for arc in 0..<hierarchy.arcs.count where arcCosts[arc].isReachable {
      let arcCost = PackedCost.packed(arcCosts[arc])
      for turn in hierarchy.graph.turnRange(of: arc) {
        let link = Int(hierarchy.turnLinks.base[turn])
        let duration = turnDurations.base[turn]
        guard link >= 0, duration != RoadGraph.closed else { continue }
        let weights = link & 1 == 0 ? up : down
        let cost = arcCost + PackedCost.packed(duration: Int(duration), length: 0)
        weights.base[link >> 1] = min(weights.base[link >> 1], cost)
      }
    }
  }

  @inline(__always)
  private static func customise(
    _ vertex: Int, _ depth: Int32, _ links: RoadLinks, _ weights: UnsafeMutablePointer<Double>, through entries: RoadLinks,
    _ entryWeights: UnsafeMutablePointer<Double>, _ places: UnsafeMutablePointer<Double>
  ) {
    let range = links.range(of: vertex)
    guard !range.isEmpty else { return }
    let (first, endDepths) = (links.first.base, links.endDepths.base)
    for link in range { places[Int(endDepths[link])] = weights[link] }
    for entry in entries.rangeBelow(vertex) {
      let toLower = entryWeights[Int(entries.below.base[entry])]
      guard toLower < .infinity else { continue }
      let lower = Int(entries.belowEnds.base[entry])
      var link = Int(first[lower + 1]) - 1
      let end = Int(first[lower])
      while link >= end, endDepths[link] < depth {
        let place = Int(endDepths[link])
        let cost = toLower + weights[link]
        places[place] = cost < places[place] ? cost : places[place]
        link -= 1
      }
    }
    for link in range { weights[link] = places[Int(endDepths[link])] }
  }
}
