/// Lays a way of links out into the arcs that it stands for.
///
/// What a link stands for is not kept: it is found again among the lower vertices that it may lead through, by its cost. If none of them
/// gives this cost, the link is a turn.
struct HierarchyUnpacking {
  private let metric: RoadMetric
  /// The arcs so far.
  private(set) var arcs: [Int32]

  /// A way that begins at the start of a vertex's arc.
  init(_ metric: RoadMetric, start: Int) {
    self.metric = metric
    arcs = [metric.hierarchy.arcs[start]]
  }

  /// Goes on by the link up between two vertices.
  mutating func rise(from lower: Int, to higher: Int) {
    guard let link = metric.hierarchy.up.link(from: lower, to: higher) else { return assertionFailure("no such link") }
    layOutUp(link, lower, higher)
  }

  /// Goes on by the link down between two vertices.
  mutating func fall(from higher: Int, to lower: Int) {
    guard let link = metric.hierarchy.down.link(from: lower, to: higher) else { return assertionFailure("no such link") }
    layOutDown(link, higher, lower)
  }

  /// `lower ─▶ higher`, perhaps by `lower ─▶ middle ─▶ higher`.
  private mutating func layOutUp(_ link: Int, _ lower: Int, _ higher: Int) {
    let (up, down) = (metric.hierarchy.up, metric.hierarchy.down)
    let cost = metric.upWeights.base[link]
    for place in down.rangeBelow(lower) {
      let entry = Int(down.below.base[place])
      let rest = cost - metric.downWeights.base[entry]
      guard rest > 0 else { continue }
      let middle = Int(down.belowEnds.base[place])
      guard let exit = up.link(from: middle, to: higher), metric.upWeights.base[exit] == rest else { continue }
      layOutDown(entry, lower, middle)
      return layOutUp(exit, middle, higher)
    }
    arcs.append(metric.hierarchy.arcs[higher])
  }

  /// `higher ─▶ lower`, perhaps by `higher ─▶ middle ─▶ lower`.
  private mutating func layOutDown(_ link: Int, _ higher: Int, _ lower: Int) {
    let (up, down) = (metric.hierarchy.up, metric.hierarchy.down)
    let cost = metric.downWeights.base[link]
    for place in up.rangeBelow(lower) {
      let exit = Int(up.below.base[place])
      let rest = cost - metric.upWeights.base[exit]
      guard rest > 0 else { continue }
      let middle = Int(up.belowEnds.base[place])
      guard let entry = down.link(from: middle, to: higher), metric.downWeights.base[entry] == rest else { continue }
      layOutDown(entry, higher, middle)
      return layOutUp(exit, middle, lower)
    }
    arcs.append(metric.hierarchy.arcs[lower])
  }
}
