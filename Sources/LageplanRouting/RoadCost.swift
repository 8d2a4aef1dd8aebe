/// What a way costs: first its duration, then its length. Both are whole numbers, so that a sum is exact and the same in whatever order
/// it is taken; of two ways the faster is the better, and of two equally fast ones the shorter.
///
/// Ways of up to 621 days and 214,748 km can be told; nothing of that size is ever added up on Earth.
public struct RoadCost: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// `duration << 32 | length`, which orders and adds up as a whole.
  public var packed: Int64

  @inlinable public init(packed: Int64) { self.packed = packed }

  /// A duration in tenths of a second and a length in decimetres, neither below 0. ``RoadGraph/closed`` as a duration, or anything
  /// else beyond the greatest duration, gives ``unreachable``.
  @inlinable public init(duration: Int, length: Int) {
    packed = duration < 1 << 29 ? Int64(duration) << 32 | Int64(length) : Self.unreachable.packed
  }

  public static let zero = RoadCost(packed: 0)
  /// The cost of what cannot be reached; so is every cost that is not below it. Up to three such costs may be added up.
  public static let unreachable = RoadCost(packed: 1 << 61)

  @inlinable public var isReachable: Bool { packed < 1 << 61 }
  /// In tenths of a second; ``RoadGraph/closed`` if unreachable.
  @inlinable public var duration: Int32 { isReachable ? Int32(truncatingIfNeeded: packed >> 32) : RoadGraph.closed }
  /// In decimetres; ``RoadGraph/closed`` if unreachable.
  @inlinable public var length: Int32 { isReachable ? Int32(truncatingIfNeeded: packed) : RoadGraph.closed }

  @inlinable public static func < (a: RoadCost, b: RoadCost) -> Bool { a.packed < b.packed }
  @inlinable public static func + (a: RoadCost, b: RoadCost) -> RoadCost { RoadCost(packed: a.packed + b.packed) }
}

extension RoadGraph {
  /// The cost of each arc from its start to its end, without the turn that follows: the sums over its steps. An arc with a step of
  /// ``closed`` is unreachable.
  ///
  /// - Parameters:
  ///   - edgeLengths: ``RoadNetwork/lengths`` of the network that this graph was made of, in decimetres.
  ///   - durations: One for each step, in tenths of a second; ``stepDurations`` or what closures have made of them.
  public func arcCosts(edgeLengths: FlatArray<Int32>, stepDurations durations: FlatArray<Int32>) -> [RoadCost] {
    (0..<arcCount).map { arc in
      var duration = 0
      var length = 0
      for step in stepRange(of: arc) {
        duration += Int(durations[step])
        length += Int(edgeLengths[Int(steps[step] >> 1)])
      }
      return RoadCost(duration: duration, length: length)
    }
  }
}
