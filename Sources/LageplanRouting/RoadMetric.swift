/// A ``RoadHierarchy`` with costs: answers for cheapest ways under one state of the streets. Made anew when closures change.
///
/// "Reaching" an arc means to stand at its start. A way begins and ends at ``RoadSeed``s.
public struct RoadMetric: Sendable {
  public let hierarchy: RoadHierarchy
  private let arcCosts: [RoadCost]
  private let turnDurations: FlatArray<Int32>

  /// Customises a hierarchy: gives every shortcut its cost.
  ///
  /// - Parameters:
  ///   - hierarchy: What the costs are for.
  ///   - arcCosts: One for each arc, from its start to its end (see ``RoadGraph/arcCosts(edgeLengths:stepDurations:)``).
  ///   - turnDurations: One for each turn, in tenths of a second: ``RoadGraph/turnDurations`` or what has become of them.
  public init(of hierarchy: RoadHierarchy, arcCosts: [RoadCost], turnDurations: FlatArray<Int32>) {
    self.hierarchy = hierarchy
    self.arcCosts = arcCosts
    self.turnDurations = turnDurations
  }

  /// What is stored of a metric in a file: all but the hierarchy.
  public var sections: [FlatArray<Double>] {
    [FlatArray(arcCosts.map { Double($0.packed) }), FlatArray(turnDurations.map(Double.init))]
  }

  /// The metric that ``sections`` were taken from; nil unless their number and their counts fit the hierarchy.
  public init?(of hierarchy: RoadHierarchy, sections: [FlatArray<Double>]) {
    let graph = hierarchy.graph
    guard sections.count == 2, sections[0].count == graph.arcCount, sections[1].count == graph.turnCount else { return nil }
    self.hierarchy = hierarchy
    arcCosts = sections[0].map { RoadCost(packed: Int64($0)) }
    turnDurations = FlatArray(sections[1].map { Int32($0) })
  }

  // MARK: Questions

  /// The cost of a cheapest way; ``RoadCost/unreachable`` if there is none.
  public func cost(from starts: [RoadSeed], to ends: [RoadSeed]) -> RoadCost {
    let reached = costs(from: starts)
    return ends.map { reached[Int($0.arc)] + $0.cost }.filter(\.isReachable).min() ?? .unreachable
  }

  /// A cheapest way with its arcs; nil if there is none.
  public func path(from starts: [RoadSeed], to ends: [RoadSeed]) -> RoadPath? {
    let search = search.costs(from: starts, limit: .unreachable)
    let end = ends.min { search.costs[Int($0.arc)] + $0.cost < search.costs[Int($1.arc)] + $1.cost }
    guard let end, search.costs[Int(end.arc)].isReachable else { return nil }
    var arcs = [end.arc]
    while let last = arcs.last, search.previous[Int(last)] >= 0 { arcs.append(search.previous[Int(last)]) }
    return RoadPath(cost: search.costs[Int(end.arc)] + end.cost, arcs: arcs.reversed())
  }

  /// The cost from the starts to every arc (to its start), indexed by arc; what costs more than the limit is unreachable.
  public func costs(from starts: [RoadSeed], limit: RoadCost = .unreachable) -> [RoadCost] {
    search.costs(from: starts, limit: limit).costs
  }

  /// The cost from (the start of) every arc to the ends, indexed by arc; what costs more than the limit is unreachable.
  public func costs(to ends: [RoadSeed], limit: RoadCost = .unreachable) -> [RoadCost] {
    search.reversed().costs(from: ends, limit: limit).costs
  }

  /// The durations (tenths of a second) and lengths (decimetres) of the cheapest ways from each start to each end, row by row;
  /// ``RoadGraph/closed`` where there is none. An empty row of seeds reaches nothing. Nil if cancelled.
  public func table(
    from starts: [[RoadSeed]], to ends: [[RoadSeed]], isCancelled: () -> Bool = { false }
  ) -> (durations: [Int32], lengths: [Int32])? {
    var durations: [Int32] = []
    var lengths: [Int32] = []
    for start in starts {
      if isCancelled() { return nil }
      let reached = costs(from: start)
      for end in ends {
        let cost = end.map { reached[Int($0.arc)] + $0.cost }.filter(\.isReachable).min() ?? .unreachable
        durations.append(cost.duration)
        lengths.append(cost.length)
      }
    }
    return (durations, lengths)
  }

  private var search: RoadDijkstra {
    RoadDijkstra(graph: hierarchy.graph, arcCosts: arcCosts, turnDurations: turnDurations)
  }
}
