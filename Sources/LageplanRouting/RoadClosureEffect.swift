import LageplanGeometry

/// The parts of edges that closures concern.
struct RoadClosureEffect {
  /// A part of an edge on which nobody is faster than so.
  struct Slow {
    var part: ClosedRange<Double>
    var kilometresPerHour: Double
  }

  /// As shares of the edges' lengths, rising and apart from each other.
  private(set) var closed: [Int32: [ClosedRange<Double>]] = [:]
  private(set) var slow: [Int32: [Slow]] = [:]

  init(of closures: [RoadClosure], on roads: Roads) {
    for closure in closures {
      for (edge, parts) in RoadFootprint(of: closure.geometry, on: roads).parts {
        switch closure.effect {
        case .closed: closed[edge, default: []] += parts
        case .slow(let speed) where speed > 0:
          slow[edge, default: []] += parts.map { Slow(part: $0, kilometresPerHour: speed) }
        case .slow: closed[edge, default: []] += parts
        }
      }
    }
    closed = closed.mapValues(Self.united)
  }

  /// The duration of a step, in tenths of a second, when parts of it are slow; where several overlap, the slowest counts for each place.
  static func duration(_ duration: Int32, length: Int32, slowed: [Slow]) -> Int32 {
    guard duration != RoadGraph.closed else { return duration }
    let cuts = Set(slowed.flatMap { [$0.part.lowerBound, $0.part.upperBound] } + [0, 1]).sorted()
    var sum = 0.0
    for (low, high) in zip(cuts, cuts.dropFirst()) {
      let middle = (low + high) / 2
      let share = high - low
      let speed = slowed.filter { $0.part.contains(middle) }.map(\.kilometresPerHour).min()
      // A decimetre at one kilometre an hour takes 3.6 tenths of a second.
      let atLimit = speed.map { Double(length) * share * 3.6 / $0 } ?? 0
      sum += max(Double(duration) * share, atLimit)
    }
    return Int32(min(Double(1 << 28), max(1, sum.rounded())))
  }

  static func united(_ parts: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
    var result: [ClosedRange<Double>] = []
    for part in parts.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = result.last, part.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, part.upperBound)
      } else {
        result.append(part)
      }
    }
    return result
  }
}
