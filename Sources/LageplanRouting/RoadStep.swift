public import LageplanGeometry

/// One instruction of a leg: what to do at a place, and the street to follow from there.
public struct RoadStep: Hashable, Sendable {
  public enum Manoeuvre: Hashable, Sendable {
    case depart
    /// Into another street, or sharply round a corner.
    case turn
    /// Straight on, while the street changes its name.
    case newName
    case arrive
  }

  /// Which way the street bends, as seen by the traveller: by the angle of the turn, in steps at 10, 45, 120 and 170 degrees.
  public enum Direction: Hashable, Sendable {
    case straight, slightRight, right, sharpRight, turnBack, sharpLeft, left, slightLeft

    init(angle: Double) {
      self =
        switch angle {
        case ..<(-170): .turnBack
        case ..<(-120): .sharpLeft
        case ..<(-45): .left
        case ..<(-10): .slightLeft
        case ...10: .straight
        case ...45: .slightRight
        case ...120: .right
        case ...170: .sharpRight
        default: .turnBack
        }
    }
  }

  public var manoeuvre: Manoeuvre
  public var direction: Direction
  /// The angle of the turn, −180 to 180 degrees, to the right positive; 0 at departure and arrival.
  public var angle: Double
  /// Degrees clockwise from north in which the place is reached (0 at departure) and left (0 at arrival).
  public var bearingBefore: Double
  public var bearingAfter: Double
  public var position: Coordinate
  /// What is followed from here.
  public var street: RoadStreet
  /// What it takes up to the next instruction, with the turn here.
  public var cost: RoadCost
  /// Of the leg's stretches, those up to the next instruction; empty at arrival.
  public var stretches: Range<Int>
  /// Of the leg's line, the vertices up to the next instruction, both ends included.
  public var vertices: ClosedRange<Int>

  /// The instructions of a leg whose stretches and line are known.
  static func steps(of leg: RoadLeg, on roads: Roads) -> [RoadStep] {
    guard let firstStretch = leg.stretches.first else { return [] }
    let heading = RoadHeading(of: leg)
    var steps: [RoadStep] = []
    func begin(_ manoeuvre: Manoeuvre, at stretch: Int, angle: Double, before: Double, after: Double, street: Int32) {
      let vertex = leg.stretchVertices[stretch]
      steps.append(
        RoadStep(
          manoeuvre: manoeuvre, direction: Direction(angle: angle), angle: angle, bearingBefore: before, bearingAfter: after,
          position: leg.line[vertex], street: roads.street(street), cost: .zero, stretches: stretch..<stretch,
          vertices: vertex...vertex))
    }
    func close(at stretch: Int) {
      let last = steps.count - 1
      let range = steps[last].stretches.lowerBound..<stretch
      steps[last].stretches = range
      steps[last].vertices = steps[last].vertices.lowerBound...max(steps[last].vertices.lowerBound, leg.stretchVertices[stretch])
      steps[last].cost = leg.stretches[range].reduce(.zero) {
        $0 + RoadCost(duration: Int($1.duration) + Int($1.turnDuration), length: Int($1.length))
      }
    }

    let streets = roads.network.streets
    var street = streets[Int(firstStretch.edge)]
    begin(.depart, at: 0, angle: 0, before: 0, after: heading.after(stretch: 0), street: street)
    for index in leg.stretches.indices.dropFirst() {
      let next = streets[Int(leg.stretches[index].edge)]
      let (before, after) = (heading.before(stretch: index), heading.after(stretch: index))
      let angle = RoadBearing.turn(from: before, to: after)
      let isCorner = leg.stretches[index].followsChoice && abs(angle) > 45
      guard next != street || isCorner || abs(angle) > 170 else { continue }
      close(at: index)
      begin(abs(angle) > 20 ? .turn : .newName, at: index, angle: angle, before: before, after: after, street: next)
      street = next
    }
    let end = leg.stretches.count
    close(at: end)
    begin(.arrive, at: end, angle: 0, before: heading.before(stretch: end), after: 0, street: street)
    return steps
  }
}

/// The directions of a leg's line about the starts of its stretches, taken over some metres so that a kink at a junction means nothing.
private struct RoadHeading {
  private static let reach = 12.0
  private let line: [Coordinate]
  private let vertices: [Int]

  init(of leg: RoadLeg) {
    line = leg.line
    vertices = leg.stretchVertices
  }

  func before(stretch: Int) -> Double { bearing(at: vertices[stretch], step: -1) }
  func after(stretch: Int) -> Double { bearing(at: vertices[stretch], step: 1) }

  private func bearing(at vertex: Int, step: Int) -> Double {
    let plane = RoadPlane(at: line[vertex])
    var end = SIMD2<Double>.zero
    var next = vertex + step
    while line.indices.contains(next) {
      let point = plane.point(line[next])
      let length = (point - end).length
      let missing = Self.reach - end.length
      if length > missing, length > 0 {
        end += (point - end) * (missing / length)
        break
      }
      end = point
      if end.length >= Self.reach { break }
      next += step
    }
    return RoadBearing.degrees(step > 0 ? end : -end)
  }
}
