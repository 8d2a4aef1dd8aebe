/// The turn-aware graph of one profile: what a car, a bicycle or a person on foot may do on a ``RoadNetwork`` and how long it takes.
///
/// Its vertices are **arcs**: chains of edges in one direction, from a junction of this profile to the next. Its links are **turns** from
/// an arc to one that starts where the first ends. A turn that is forbidden is not there; turning back is there only where there is no
/// other way on. Where a restriction reaches over several arcs, an arc stands twice: once for those who come under the restriction and
/// once for all others.
///
/// Times are whole tenths of a second, lengths whole decimetres: sums are exact, and the same in whatever order they are taken.
public struct RoadGraph: Sendable {
  /// The duration of a step or turn that cannot be taken.
  public static let closed = Int32.max

  // MARK: Arcs

  /// The steps of arc `a` are `firstStep[a] ..< firstStep[a + 1]`.
  public let firstStep: FlatArray<Int32>
  /// The edge of a step and its direction: `edge << 1`, plus 1 where it is travelled from head to tail.
  public let steps: FlatArray<Int32>
  /// The time for the edge of a step and for what waits at its end (a crossing, a gate), in tenths of a second, at least 1. What
  /// waits at the end of an arc's last step is part of the turns instead.
  public let stepDurations: FlatArray<Int32>
  /// The place of each arc in the order of the hierarchy, a permutation of the arcs.
  public let ranks: FlatArray<Int32>
  /// The number of the strongly connected component of each arc; 0 is the largest.
  public let components: FlatArray<Int32>

  // MARK: Turns

  /// The turns out of arc `a` are `firstTurn[a] ..< firstTurn[a + 1]`.
  public let firstTurn: FlatArray<Int32>
  /// The arc that a turn leads to.
  public let turnTargets: FlatArray<Int32>
  /// In tenths of a second, 0 or more.
  public let turnDurations: FlatArray<Int32>

  // MARK: From edges to arcs

  /// The places where edge `e` is a step in direction `d` (0 forward, 1 backward) are
  /// `uses[firstUse[2 * e + d] ..< firstUse[2 * e + d + 1]]`, as indices into `steps`. None: it may not be travelled so. The first is the
  /// arc of those who begin their way here, under no restriction yet; all of them are ends.
  public let firstUse: FlatArray<Int32>
  public let uses: FlatArray<Int32>
  /// The arc of each step.
  public let stepArcs: FlatArray<Int32>

  public init(
    firstStep: FlatArray<Int32>, steps: FlatArray<Int32>, stepDurations: FlatArray<Int32>, ranks: FlatArray<Int32>,
    components: FlatArray<Int32>, firstTurn: FlatArray<Int32>, turnTargets: FlatArray<Int32>, turnDurations: FlatArray<Int32>,
    firstUse: FlatArray<Int32>, uses: FlatArray<Int32>, stepArcs: FlatArray<Int32>
  ) {
    self.firstStep = firstStep
    self.steps = steps
    self.stepDurations = stepDurations
    self.ranks = ranks
    self.components = components
    self.firstTurn = firstTurn
    self.turnTargets = turnTargets
    self.turnDurations = turnDurations
    self.firstUse = firstUse
    self.uses = uses
    self.stepArcs = stepArcs
  }

  @inlinable public var arcCount: Int { ranks.count }
  @inlinable public var turnCount: Int { turnTargets.count }

  @inlinable public func stepRange(of arc: Int) -> Range<Int> { Int(firstStep[arc])..<Int(firstStep[arc + 1]) }
  @inlinable public func turnRange(of arc: Int) -> Range<Int> { Int(firstTurn[arc])..<Int(firstTurn[arc + 1]) }
}
