import LageplanGeometry

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Metres east and north of a place, for lengths of some kilometres: one scale for each axis, that of the ellipsoid WGS 84 at the
/// latitude of the origin. Within 10 km of it lengths hold to about 0.2 %, within 1 km to 0.02 % (latitudes to 60°).
struct RoadPlane: Sendable {
  /// In units of ``RoadPosition``.
  let originLongitude: Double
  let originLatitude: Double
  /// Metres a unit of ``RoadPosition``.
  let east: Double
  let north: Double

  init(longitude: Double, latitude: Double) {
    originLongitude = longitude
    originLatitude = latitude
    let radians = Double.pi / 180
    let e2 = 0.00669437999014
    let sine = sin(latitude * 1e-7 * radians)
    let w2 = 1 - e2 * sine * sine
    let normal = 6_378_137 / w2.squareRoot()
    east = normal * max(0, 1 - sine * sine).squareRoot() * radians * 1e-7
    north = normal * (1 - e2) / w2 * radians * 1e-7
  }

  init(at place: Coordinate) { self.init(longitude: place.x * 1e7, latitude: place.y * 1e7) }

  @inline(__always) func point(_ position: RoadPosition) -> SIMD2<Double> {
    SIMD2((Double(position.longitude) - originLongitude) * east, (Double(position.latitude) - originLatitude) * north)
  }

  func point(_ place: Coordinate) -> SIMD2<Double> {
    SIMD2((place.x * 1e7 - originLongitude) * east, (place.y * 1e7 - originLatitude) * north)
  }

  func coordinate(_ point: SIMD2<Double>) -> Coordinate {
    Coordinate(x: (point.x / east + originLongitude) * 1e-7, y: (point.y / north + originLatitude) * 1e-7)
  }
}

extension SIMD2<Double> {
  @inline(__always) var squaredLength: Double { x * x + y * y }
  @inline(__always) var length: Double { (x * x + y * y).squareRoot() }
  @inline(__always) func dot(_ other: Self) -> Double { x * other.x + y * other.y }

  /// The share of the way from `a` to `b` at which this point is nearest to that segment, 0 to 1.
  @inline(__always) func foot(from a: Self, to b: Self) -> Double {
    let along = b - a
    let squared = along.squaredLength
    return squared > 0 ? Swift.min(1, Swift.max(0, (self - a).dot(along) / squared)) : 0
  }
}

extension RoadNetwork {
  /// How far along edge `edge` a place is, as a share of its length: `share` of the way through the segment after vertex `segment`.
  func fraction(along edge: Int, segment: Int, share: Double, in plane: RoadPlane) -> Double {
    let range = vertexRange(of: edge)
    var before = 0.0
    var whole = 0.0
    var last = plane.point(vertices[range.lowerBound])
    for index in range.dropFirst() {
      let next = plane.point(vertices[index])
      let length = (next - last).length
      let number = index - range.lowerBound - 1
      if number < segment { before += length } else if number == segment { before += share * length }
      whole += length
      last = next
    }
    return whole > 0 ? min(1, before / whole) : 0
  }

  /// The place at a share of the length of an edge: the number of the segment it lies on, and its position.
  func place(on edge: Int, at fraction: Double) -> (segment: Int, position: Coordinate) {
    let range = vertexRange(of: edge)
    let plane = RoadPlane(at: vertices[range.lowerBound].coordinate)
    var whole = 0.0
    var last = plane.point(vertices[range.lowerBound])
    for index in range.dropFirst() {
      let next = plane.point(vertices[index])
      whole += (next - last).length
      last = next
    }
    var rest = whole * fraction
    last = plane.point(vertices[range.lowerBound])
    for index in range.dropFirst() {
      let next = plane.point(vertices[index])
      let length = (next - last).length
      let number = index - range.lowerBound - 1
      if rest <= length || index == range.upperBound - 1 {
        let share = length > 0 ? min(1, rest / length) : 0
        if share == 0 { return (number, vertices[index - 1].coordinate) }
        if share == 1 { return (number, vertices[index].coordinate) }
        return (number, plane.coordinate(last + (next - last) * share))
      }
      rest -= length
      last = next
    }
    return (0, vertices[range.lowerBound].coordinate)
  }
}
