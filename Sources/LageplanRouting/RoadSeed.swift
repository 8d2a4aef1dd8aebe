/// Where a search begins or ends: the start of an arc, and what the way between it and the place that is meant costs.
///
/// A way from the middle of an arc begins at the targets of the turns out of it, each with the rest of the arc and the turn; a way to the
/// middle of an arc ends at the start of the arc, with the part up to the place. So an arc that is blocked further on can still be left
/// on its free part.
public struct RoadSeed: Hashable, Sendable, BitwiseCopyable {
  public var arc: Int32
  public var cost: RoadCost

  @inlinable public init(arc: Int32, cost: RoadCost) {
    self.arc = arc
    self.cost = cost
  }
}

/// The arcs of a cheapest way in order, from one of the seeds that it begins at to one of those that it ends at, both included.
/// Each leads to the next by a turn.
public struct RoadPath: Hashable, Sendable {
  /// From the place meant by the first seed to the place meant by the last.
  public var cost: RoadCost
  public var arcs: [Int32]

  public init(cost: RoadCost, arcs: [Int32]) {
    self.cost = cost
    self.arcs = arcs
  }
}
