/// A ``RoadHierarchy`` with costs: answers for cheapest ways under one state of the streets. Made anew when closures change.
///
/// "Reaching" an arc means to stand at its start. A way begins and ends at ``RoadSeed``s.
///
/// Inside, a cost is one whole number in a `Double`, `duration · 2²⁷ + length`, infinite for what cannot be reached: exact for ways of up
/// to 77 days and 13,421 km, and least costs are found by the processor's own minimum, several at a time.
public struct RoadMetric: Sendable {
  public let hierarchy: RoadHierarchy
  let upWeights: FlatArray<Double>
  let downWeights: FlatArray<Double>

  /// Customises a hierarchy: gives every shortcut its cost.
  ///
  /// - Parameters:
  ///   - hierarchy: What the costs are for.
  ///   - arcCosts: One for each arc, from its start to its end (see ``RoadGraph/arcCosts(edgeLengths:stepDurations:)``).
  ///   - turnDurations: One for each turn, in tenths of a second: ``RoadGraph/turnDurations`` or what has become of them.
  public init(of hierarchy: RoadHierarchy, arcCosts: [RoadCost], turnDurations: FlatArray<Int32>) {
    let customisation = RoadCustomisation(of: hierarchy, arcCosts: arcCosts, turnDurations: turnDurations)
    self.hierarchy = hierarchy
    upWeights = customisation.up.frozen
    downWeights = customisation.down.frozen
  }

  /// What is stored of a metric in a file: all but the hierarchy.
  public var sections: [FlatArray<Double>] { [upWeights, downWeights] }

  /// The metric that ``sections`` were taken from; nil unless their number and their counts fit the hierarchy.
  public init?(of hierarchy: RoadHierarchy, sections: [FlatArray<Double>]) {
    guard sections.count == 2, sections[0].count == hierarchy.up.count, sections[1].count == hierarchy.down.count else {
      return nil
    }
    self.hierarchy = hierarchy
    (upWeights, downWeights) = (sections[0], sections[1])
  }
}

/// A cost as the hierarchy counts it. What is beyond its range is unreachable.
enum PackedCost {
  private static let lengthBits = 27

  @inline(__always) static func packed(_ cost: RoadCost) -> Double {
    guard cost.isReachable, cost.length < 1 << lengthBits else { return .infinity }
    return packed(duration: Int(cost.packed >> 32), length: Int(cost.packed & 0xFFFF_FFFF))
  }

  @inline(__always) static func packed(duration: Int, length: Int) -> Double {
    Double((duration << lengthBits) + length)
  }

  @inline(__always) static func cost(_ packed: Double) -> RoadCost {
    guard packed < 0x1p53 else { return .unreachable }
    let whole = Int64(packed)
    return RoadCost(packed: ((whole >> lengthBits) << 32) | (whole & ((1 << lengthBits) - 1)))
  }
}

/// Costs of links while they are found.
final class RoadWeights {
  let base: UnsafeMutablePointer<Double>
  let count: Int

  init(infinite count: Int) {
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: .infinity, count: max(1, count))
    self.count = count
  }

  /// The costs, not to be changed any more.
  var frozen: FlatArray<Double> { FlatArray(lent: UnsafePointer(base), count: count, by: self) }

  deinit { base.deallocate() }
}
