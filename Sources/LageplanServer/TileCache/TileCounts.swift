import Synchronization

/// What the tile cache has done since the start.
final class TileCounts: Sendable {
  final class Count: Sendable {
    private let number = Atomic<Int>(0)

    func add(_ more: Int = 1) { number.wrappingAdd(more, ordering: .relaxed) }
    var value: Int { number.load(ordering: .relaxed) }
  }

  /// Answered from a kept tile, 304 included.
  let hits = Count()
  /// Of those, answered before the router was entered.
  let direct = Count()
  /// Had to be made.
  let misses = Count()
  /// Of those, waited for a render that another request had begun.
  let shared = Count()
  /// Renders that ran to their end.
  let renders = Count()
  /// Renders that nobody waited for any more.
  let cancelled = Count()
  let evictions = Count()
}
