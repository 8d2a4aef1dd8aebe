import LageplanGeometry

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Plane vectors and polygons, in metres. Rings here are open (last vertex differs from the first) unless said.

extension Coordinate {
  static func + (a: Coordinate, b: Coordinate) -> Coordinate { Coordinate(x: a.x + b.x, y: a.y + b.y) }
  static func - (a: Coordinate, b: Coordinate) -> Coordinate { Coordinate(x: a.x - b.x, y: a.y - b.y) }
  static func * (a: Coordinate, factor: Double) -> Coordinate { Coordinate(x: a.x * factor, y: a.y * factor) }

  /// `angle` in radians, anticlockwise from the x axis.
  init(angle: Double, radius: Double = 1) { self.init(x: radius * cos(angle), y: radius * sin(angle)) }

  var length: Double { (x * x + y * y).squareRoot() }
  /// In radians, anticlockwise from the x axis, in (−π, π].
  var angle: Double { atan2(y, x) }
  /// Turned a quarter to the left.
  var left: Coordinate { Coordinate(x: -y, y: x) }
  /// Length 1 in the same direction; the x axis for a zero vector.
  var unit: Coordinate {
    let length = length
    return length > 0 ? self * (1 / length) : Coordinate(x: 1, y: 0)
  }
  /// Clockwise from grid north in whole degrees, 0...359: how road signs are surveyed.
  var compass: Int { (Int((90 - angle * 180 / .pi).rounded()) % 360 + 360) % 360 }

  /// e to the power of −`value`.
  static func decay(_ value: Double) -> Double { exp(-value) }

  func distance(to other: Coordinate) -> Double { (self - other).length }
  func dot(_ other: Coordinate) -> Double { x * other.x + y * other.y }
  func cross(_ other: Coordinate) -> Double { x * other.y - y * other.x }

  /// To whole centimetres, the resolution of the registers.
  var rounded: Coordinate { Coordinate(x: (x * 100).rounded() / 100, y: (y * 100).rounded() / 100) }
}

enum Plane {
  /// Positive when the ring runs anticlockwise.
  static func area(_ ring: [Coordinate]) -> Double {
    guard ring.count > 2 else { return 0 }
    var twice = 0.0
    var previous = ring[ring.count - 1] - ring[0]
    for vertex in ring {
      let current = vertex - ring[0]
      twice += previous.cross(current)
      previous = current
    }
    return twice / 2
  }

  static func centroid(_ ring: [Coordinate]) -> Coordinate {
    var sum = Coordinate(x: 0, y: 0)
    var twice = 0.0
    for index in ring.indices {
      let a = ring[index] - ring[0]
      let b = ring[(index + 1) % ring.count] - ring[0]
      let weight = a.cross(b)
      twice += weight
      sum = sum + (a + b) * weight
    }
    return twice == 0 ? ring[0] : ring[0] + sum * (1 / (3 * twice))
  }

  /// Even–odd rule; the border belongs to neither side reliably.
  static func contains(_ ring: [Coordinate], _ point: Coordinate) -> Bool {
    var inside = false
    var a = ring[ring.count - 1]
    for b in ring {
      if (a.y > point.y) != (b.y > point.y), point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x { inside.toggle() }
      a = b
    }
    return inside
  }

  static func distance(_ point: Coordinate, _ a: Coordinate, _ b: Coordinate) -> Double {
    let along = b - a
    let square = along.dot(along)
    let t = square > 0 ? min(max((point - a).dot(along) / square, 0), 1) : 0
    return point.distance(to: a + along * t)
  }

  static func distance(_ point: Coordinate, toRing ring: [Coordinate]) -> Double {
    var nearest = Double.infinity
    var a = ring[ring.count - 1]
    for b in ring {
      nearest = min(nearest, distance(point, a, b))
      a = b
    }
    return nearest
  }

  /// The segments have a point in common; touching counts.
  static func intersect(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate, _ d: Coordinate) -> Bool {
    let abc = (b - a).cross(c - a)
    let abd = (b - a).cross(d - a)
    let cda = (d - c).cross(a - c)
    let cdb = (d - c).cross(b - c)
    if (abc > 0) == (abd > 0), abc != 0, abd != 0 { return false }
    if (cda > 0) == (cdb > 0), cda != 0, cdb != 0 { return false }
    if abc == 0, abd == 0 {
      return min(a.x, b.x) <= max(c.x, d.x) && min(c.x, d.x) <= max(a.x, b.x) && min(a.y, b.y) <= max(c.y, d.y)
        && min(c.y, d.y) <= max(a.y, b.y)
    }
    return true
  }

  /// Where a ray from `origin` first meets the segment, in multiples of `direction`; `nil`: not at all.
  static func hit(_ origin: Coordinate, _ direction: Coordinate, _ a: Coordinate, _ b: Coordinate) -> (
    distance: Double, along: Double
  )? {
    let edge = b - a
    let denominator = direction.cross(edge)
    guard abs(denominator) > 1e-9 else { return nil }
    let distance = (a - origin).cross(edge) / denominator
    let along = (a - origin).cross(direction) / denominator
    return distance > 1e-6 && along >= 0 && along <= 1 ? (distance, along) : nil
  }

  /// The direction of the long side of the smallest rectangle around the ring, and both sides' lengths.
  static func orientedBox(_ ring: [Coordinate]) -> (axis: Coordinate, long: Double, short: Double) {
    var best = (axis: Coordinate(x: 1, y: 0), long: 0.0, short: 0.0, area: Double.infinity)
    for index in ring.indices {
      let axis = (ring[(index + 1) % ring.count] - ring[index]).unit
      var low = Coordinate(x: .infinity, y: .infinity)
      var high = Coordinate(x: -.infinity, y: -.infinity)
      for vertex in ring {
        let u = vertex.dot(axis)
        let v = vertex.dot(axis.left)
        low = Coordinate(x: min(low.x, u), y: min(low.y, v))
        high = Coordinate(x: max(high.x, u), y: max(high.y, v))
      }
      let width = high.x - low.x
      let height = high.y - low.y
      guard width * height < best.area else { continue }
      best = width >= height ? (axis, width, height, width * height) : (axis.left, height, width, width * height)
    }
    return (best.axis, best.long, best.short)
  }

  static func length(_ line: [Coordinate]) -> Double {
    zip(line, line.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
  }

  /// The place `distance` metres from the start of the line and the unit direction there; the ends bound it.
  static func place(on line: [Coordinate], at distance: Double) -> (position: Coordinate, direction: Coordinate) {
    var left = max(distance, 0)
    for index in 1..<line.count {
      let step = line[index] - line[index - 1]
      let length = step.length
      if left <= length || index == line.count - 1 {
        return (line[index - 1] + step.unit * min(left, length), step.unit)
      }
      left -= length
    }
    return (line[0], Coordinate(x: 1, y: 0))
  }
}
