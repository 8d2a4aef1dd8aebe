import LageplanGeometry
import TestSupport

/// Geometries of any kind, deterministic by seed: not valid, but complete in their arrays.
struct RandomGeometry {
  var seed: Seed
  /// Coordinates lie within 0...extent; whole numbers when `isGrid`, which makes touching and collinear cases common.
  var extent = 1000.0
  var isGrid = false

  mutating func number() -> Double {
    let value = Double.random(in: 0...extent, using: &seed)
    return isGrid ? value.rounded() : value
  }

  mutating func position() -> Coordinate { Coordinate(x: number(), y: number()) }

  mutating func positions(_ range: ClosedRange<Int>) -> [Coordinate] {
    (0..<Int.random(in: range, using: &seed)).map { _ in position() }
  }

  mutating func ring() -> [Coordinate] {
    let open = positions(3...9)
    return open + [open[0]]
  }

  mutating func rings() -> [[Coordinate]] { (0..<Int.random(in: 1...3, using: &seed)).map { _ in ring() } }

  /// Any kind, perhaps with Z and M, perhaps empty.
  mutating func geometry(depth: Int = 0) -> Geometry {
    let kind = GeometryKind.allCases[Int.random(in: 0..<(depth < 3 ? 7 : 6), using: &seed)]
    if Int.random(in: 0..<12, using: &seed) == 0 { return Geometry(kind: kind) }
    var result: Geometry =
      switch kind {
      case .point: .point(position())
      case .lineString: .lineString(positions(2...9))
      case .polygon: .polygon(rings())
      case .multiPoint: .multiPoint(positions(1...5))
      case .multiLineString: .multiLineString((0..<Int.random(in: 1...4, using: &seed)).map { _ in positions(2...5) })
      case .multiPolygon: .multiPolygon((0..<Int.random(in: 1...3, using: &seed)).map { _ in rings() })
      case .geometryCollection:
        .geometryCollection((0..<Int.random(in: 1...4, using: &seed)).map { _ in geometry(depth: depth + 1) })
      }
    if kind != .geometryCollection {
      if Bool.random(using: &seed) { result.z = result.coordinates.map { _ in number() } }
      if Bool.random(using: &seed) { result.m = result.coordinates.map { _ in number() } }
    }
    return result
  }

  /// A polygon without self-intersection: a star around its middle, with one star-shaped hole where `hasHole`.
  mutating func star(around centre: Coordinate, radius: Double, spikes: Int, hasHole: Bool = false) -> Geometry {
    let shell = starRing(around: centre, from: radius * 0.5, to: radius, spikes: spikes)
    guard hasHole else { return .polygon([shell]) }
    return .polygon([shell, starRing(around: centre, from: radius * 0.1, to: radius * 0.4, spikes: spikes).reversed()])
  }

  private mutating func starRing(around centre: Coordinate, from inner: Double, to outer: Double, spikes: Int) -> [Coordinate] {
    // Convex sectors of one spike each keep the ring simple for four spikes and more.
    var ring = (0..<spikes).map { spike in
      let angle = 2 * Double.pi * Double(spike) / Double(spikes)
      let radius = Double.random(in: inner...outer, using: &seed)
      return Coordinate(x: centre.x + radius * cosine(angle), y: centre.y + radius * cosine(angle - .pi / 2))
    }
    ring.append(ring[0])
    return ring
  }
}

extension Array<UInt8> {
  func asGeometry<T>(_ encoding: GeometryEncoding, _ body: (GeometryBytes) throws -> T) rethrows -> T {
    try withUnsafeBytes { try body(GeometryBytes(encoding: encoding, bytes: $0)) }
  }

  func decoded(_ encoding: GeometryEncoding) throws -> Geometry {
    try asGeometry(encoding) { try Geometry(decoding: $0) }
  }

  init(hex: String) {
    let digits = Array<Character>(hex)
    self = stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
  }
}
