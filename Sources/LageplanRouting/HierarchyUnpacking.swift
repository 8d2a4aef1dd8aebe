/// Lays a way of links out into the arcs that it stands for.
///
/// What a link stands for is not kept: it is found again among the lower vertices that it may lead through, by its cost. If none of them
/// gives this cost, the link is a turn. The highest of these vertices are tried first: one that lies highest on the way always serves.
struct HierarchyUnpacking {
  private let metric: RoadMetric
  private let up: LinkBases
  private let down: LinkBases
  /// The arcs so far.
  private(set) var arcs: [Int32]

  /// A way that begins at the start of a vertex's arc.
  init(_ metric: RoadMetric, start: Int) {
    self.metric = metric
    up = LinkBases(metric.hierarchy.up, metric.upWeights)
    down = LinkBases(metric.hierarchy.down, metric.downWeights)
    arcs = [metric.hierarchy.arcs[start]]
    arcs.reserveCapacity(256)
  }

  /// Goes on by the link up between two vertices.
  mutating func rise(from lower: Int, to higher: Int) {
    guard let link = up.link(lower, Int32(higher)) else { return assertionFailure("no such link") }
    layOutUp(lower, higher, up.weights[link])
  }

  /// Goes on by the link down between two vertices.
  mutating func fall(from higher: Int, to lower: Int) {
    guard let link = down.link(lower, Int32(higher)) else { return assertionFailure("no such link") }
    layOutDown(higher, lower, down.weights[link])
  }

  /// `lower ─▶ higher`, perhaps by `lower ─▶ middle ─▶ higher`.
  private mutating func layOutUp(_ lower: Int, _ higher: Int, _ cost: Double) {
    if let (middle, entryCost) = down.middle(below: lower, Int32(higher), cost, other: up) {
      layOutDown(lower, middle, entryCost)
      layOutUp(middle, higher, cost - entryCost)
    } else {
      arcs.append(metric.hierarchy.arcs.base[higher])
    }
  }

  /// `higher ─▶ lower`, perhaps by `higher ─▶ middle ─▶ lower`.
  private mutating func layOutDown(_ higher: Int, _ lower: Int, _ cost: Double) {
    if let (middle, exitCost) = up.middle(below: lower, Int32(higher), cost, other: down) {
      layOutDown(higher, middle, cost - exitCost)
      layOutUp(middle, lower, exitCost)
    } else {
      arcs.append(metric.hierarchy.arcs.base[lower])
    }
  }
}

/// The bare memory of the links and weights of one direction, which somebody else holds.
private struct LinkBases {
  private let first: UnsafePointer<Int32>
  private let ends: UnsafePointer<Int32>
  private let firstBelow: UnsafePointer<Int32>
  private let below: UnsafePointer<Int32>
  private let belowEnds: UnsafePointer<Int32>
  let weights: UnsafePointer<Double>

  init(_ links: RoadLinks, _ weights: FlatArray<Double>) {
    first = links.first.base
    ends = links.ends.base
    firstBelow = links.firstBelow.base
    below = links.below.base
    belowEnds = links.belowEnds.base
    self.weights = weights.base
  }

  /// The link from a vertex to a higher one.
  func link(_ lower: Int, _ higher: Int32) -> Int? {
    var (low, high) = (Int(first[lower]), Int(first[lower + 1]) - 1)
    while low <= high {
      let middle = (low + high) / 2
      if ends[middle] == higher { return middle }
      if ends[middle] < higher { low = middle + 1 } else { high = middle - 1 }
    }
    return nil
  }

  /// A vertex through which `lower` and `higher` are linked at a cost: by one of these links with `lower` as its higher end and by one
  /// of the other direction to `higher`. Also the cost of the first.
  func middle(below lower: Int, _ higher: Int32, _ cost: Double, other: LinkBases) -> (vertex: Int, cost: Double)? {
    var place = Int(firstBelow[lower + 1]) - 1
    while place >= Int(firstBelow[lower]) {
      let near = weights[Int(below[place])]
      let middle = Int(belowEnds[place])
      if near < cost, let link = other.link(middle, higher), near + other.weights[link] == cost { return (middle, near) }
      place -= 1
    }
    return nil
  }
}
