import LageplanGeometry
import LageplanRouting

/// The way from one waypoint to the next: one leg of a route, or several where the places between are only passed.
struct OsrmLeg {
  private(set) var cost = RoadCost.zero
  private(set) var line: [Coordinate] = []
  private(set) var steps: [RoadStep] = []
  private var legs: [RoadLeg] = []

  init(joining legs: some Collection<RoadLeg>) {
    self.legs = Array(legs)
    for (index, leg) in legs.enumerated() {
      // The first vertex is the last one of the leg before.
      let offset = max(0, line.count - 1)
      line += leg.line.dropFirst(line.isEmpty ? 0 : 1)
      cost = cost + leg.cost
      for (place, step) in leg.steps.enumerated() {
        var step = step
        step.vertices = step.vertices.lowerBound + offset...step.vertices.upperBound + offset
        // Nobody arrives and departs where a place is only passed: the step before goes on.
        if place == leg.steps.count - 1, index < legs.count - 1 { continue }
        if place == 0, let before = steps.indices.last {
          steps[before].vertices = steps[before].vertices.lowerBound...step.vertices.upperBound
          steps[before].cost = steps[before].cost + step.cost
        } else {
          steps.append(step)
        }
      }
    }
  }

  /// For each segment of the line its length in metres and its duration in seconds, without what turns take. Those of a stretch share
  /// its length and duration as their own lengths tell.
  func segments() -> [(length: Double, duration: Double)] {
    var result: [(length: Double, duration: Double)] = []
    for leg in legs {
      for (index, stretch) in leg.stretches.enumerated() {
        let first = leg.stretchVertices[index]
        let last = leg.stretchVertices[index + 1]
        guard last > first else { continue }
        let lengths = (first..<last).map { Geodesic.distance(leg.line[$0], leg.line[$0 + 1]).value }
        let whole = lengths.reduce(0, +)
        for length in lengths {
          let share = whole > 0 ? length / whole : 1 / Double(lengths.count)
          result.append((Double(stretch.length) / 10 * share, Double(stretch.duration) / 10 * share))
        }
      }
    }
    return result
  }

  /// The names of the two streets that the leg follows longest, in their order.
  var summary: String {
    var lengths: [String: Int] = [:]
    for step in steps where !step.street.name.isEmpty { lengths[step.street.name, default: 0] += Int(step.cost.length) }
    let longest = Set(lengths.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(2).map(\.key))
    var told: [String] = []
    for step in steps where longest.contains(step.street.name) && !told.contains(step.street.name) {
      told.append(step.street.name)
    }
    return told.joined(separator: ", ")
  }

  /// The line of several legs, without a vertex twice where they meet.
  static func line(of legs: [OsrmLeg]) -> [Coordinate] {
    legs.reduce(into: []) { line, leg in line += leg.line.dropFirst(line.isEmpty ? 0 : 1) }
  }
}
