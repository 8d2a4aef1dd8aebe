/// One node of a route that is being worked on: its links, and what it takes to join the routes before and after it. One cache line.
struct PlanNode: BitwiseCopyable {
  var next: Int32 = -1
  /// Of a job in no route: its place among the absent.
  var previous: Int32 = -1
  /// The shift; -1: in no route.
  var route: Int32 = -1
  var location: Int32 = 0
  /// The cost and the seconds of the leg to the next node, its set-up included.
  var outgoing: Int32 = 0
  var way: Int32 = 0
  /// How long the visit lasts on this route.
  var service: Int32 = 0
  /// The round in which the node was last noted in the journal.
  var round: UInt32 = 0
  /// The earliest second at which the node can be left, and the last at which it may be reached, per number of breaks taken before.
  var early = SearchSpace.clock(0)
  var late = SearchSpace.clock(0)
}

/// What a route sums up to.
struct PlanRoute: BitwiseCopyable {
  var load: SIMD4<Int32> = .zero
  var stops: Int32 = 0
  /// Seconds on the way, where that is limited.
  var travel: Int32 = 0
  /// Metres on the way, where those are limited.
  var metres: Int32 = 0
  var round: UInt32 = 0
}

/// What is on board when a node is left; the most there was until then, and the most there will be from then on.
struct PlanLoad: BitwiseCopyable {
  var now: SIMD4<Int32> = .zero
  var before: SIMD4<Int32> = .zero
  var after: SIMD4<Int32> = .zero
}
