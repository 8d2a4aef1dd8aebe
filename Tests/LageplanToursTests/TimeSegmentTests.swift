import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanTours

struct TimeSegmentTests {
  private struct Visit {
    var service: Int
    var earliest: Int
    var latest: Int
  }

  /// When the last service ends if the first begins at `begin`; `nil` where a window is missed.
  private func finish(_ visits: [Visit], _ ways: [Int], begin: Int) -> Int? {
    var now = begin
    for (index, visit) in visits.enumerated() {
      if index > 0 { now = max(now + ways[index - 1], visit.earliest) }
      guard (visit.earliest...visit.latest).contains(now) else { return nil }
      now += visit.service
    }
    return now
  }

  /// Joining in any order tells the same as trying every begin.
  @Test(arguments: Seed.hundred) func segmentEqualsTryingEveryBegin(seed: Seed) {
    var seed = seed
    for _ in 0..<20 {
      let visits = (0..<5).map { _ in
        let earliest = Int.random(in: 0...60, using: &seed)
        return Visit(
          service: Int.random(in: 0...9, using: &seed), earliest: earliest,
          latest: earliest + Int.random(in: 0...40, using: &seed))
      }
      let ways = (0..<4).map { _ in Int.random(in: 0...12, using: &seed) }
      let single = visits.map {
        TimeSegment(duration: Int32($0.service), earliest: Int32($0.earliest), latest: Int32($0.latest))
      }
      let way = ways.map { Int32($0) }
      let forwards = (1..<5).reduce(single[0]) { $0.then(single[$1], travel: way[$1 - 1]) }
      let middle = single[1].then(single[2], travel: way[1])
      let tail = single[3].then(single[4], travel: way[3])
      let nested = single[0].then(middle, travel: way[0]).then(tail, travel: way[2])
      #expect(forwards == nested)

      let tries = (0...110).compactMap { begin in finish(visits, ways, begin: begin).map { (begin: begin, lasts: $0 - begin) } }
      #expect((forwards.timeWarp == 0) == !tries.isEmpty)
      guard let least = tries.map(\.lasts).min() else { continue }
      let best = tries.filter { $0.lasts == least }.map(\.begin)
      #expect(Int(forwards.duration) == least)
      #expect(Int(forwards.earliest) == best.min())
      #expect(Int(forwards.latest) == best.max())
    }
  }
}
