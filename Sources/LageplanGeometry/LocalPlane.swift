#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Metres east and north of an origin on the ellipsoid, by the mid-latitude formula: lengths from the origin hold to about 0.001 % at
/// 50 km and 0.1 % at 500 km (latitudes of Germany). Only lengths from the origin mean anything; nothing else is measured in it.
///
/// East is Δλ · N(φₘ) cos φₘ and north Δφ · M(φₘ), with φₘ the latitude halfway (Bowring 1981; Torge & Müller 2012, section 6.3.2).
struct LocalPlane: Sendable {
  struct Position {
    var east: Double
    var north: Double

    var squaredLength: Double { east * east + north * north }
  }

  private static let radians = Double.pi / 180
  private static let e2 = Geodesic.flattening * (2 - Geodesic.flattening)

  let origin: Coordinate
  private let sine: Double
  private let cosine: Double

  init(at origin: Coordinate) {
    self.origin = origin
    sine = sin(origin.y * Self.radians)
    cosine = cos(origin.y * Self.radians)
  }

  /// `place` in degrees, by the shorter way round the globe.
  func position(of place: Coordinate) -> Position {
    position(of: place, turns: turns(to: place.x))
  }

  /// The whole turns to add to a longitude to come within half a turn of the origin.
  private func turns(to longitude: Double) -> Double {
    let gap = longitude - origin.x
    return abs(gap) <= 180 ? 0 : -360 * (gap / 360).rounded()
  }

  private func position(of place: Coordinate, turns: Double) -> Position {
    let northwards = (place.y - origin.y) * Self.radians
    let half = northwards / 2
    let h2 = half * half
    // sin and cos of the latitude halfway, from those of the origin: |half| is small, six orders are exact.
    let sinHalf = half * (1 - h2 / 6 * (1 - h2 / 20))
    let cosHalf = 1 - h2 / 2 * (1 - h2 / 12 * (1 - h2 / 30))
    let sinMiddle = sine * cosHalf + cosine * sinHalf
    let cosMiddle = cosine * cosHalf - sine * sinHalf
    let w2 = 1 - Self.e2 * sinMiddle * sinMiddle
    let n = Geodesic.semiMajorAxis / w2.squareRoot()
    let east = (place.x + turns - origin.x) * Self.radians
    return Position(east: east * n * cosMiddle, north: northwards * n * (1 - Self.e2) / w2)
  }

  /// The place on a segment, straight in degrees, that is nearest to the origin: `t` from 0 at `a` to 1 at `b`.
  ///
  /// The chord between the images of the ends gives a first answer. The true image bends away from it by at most L²/5,000 km
  /// (L long, latitudes to ±83°); where that matters the foot is moved along the true direction until it rests.
  /// A segment that cannot come nearer than `limit` (squared metres) is not refined: what comes back is then above the limit.
  func nearest(onSegmentFrom a: Coordinate, to b: Coordinate, limit: Double = .infinity) -> (t: Double, squared: Double) {
    let turns = turns(to: a.x)
    let start = position(of: a, turns: turns)
    let end = position(of: b, turns: turns)
    let chord = Position(east: end.east - start.east, north: end.north - start.north)
    let chordLength2 = chord.squaredLength
    guard chordLength2 > 0 else { return (0, start.squaredLength) }
    var t = min(1, max(0, -(start.east * chord.east + start.north * chord.north) / chordLength2))
    let foot = Position(east: start.east + t * chord.east, north: start.north + t * chord.north)
    let bend = chordLength2 / 5e6
    let distance = foot.squaredLength.squareRoot()
    if bend <= 1e-4 * distance { return (t, foot.squaredLength) }
    if distance > bend, (distance - bend) * (distance - bend) > limit { return (t, foot.squaredLength) }

    for _ in 0..<4 {
      let low = max(0, t - 1e-3)
      let high = min(1, t + 1e-3)
      let p = position(of: GeodesicDistance.place(low, a, b), turns: turns)
      let q = position(of: GeodesicDistance.place(high, a, b), turns: turns)
      let along = Position(east: (q.east - p.east) / (high - low), north: (q.north - p.north) / (high - low))
      let length2 = along.squaredLength
      guard length2 > 0 else { break }
      let here = position(of: GeodesicDistance.place(t, a, b), turns: turns)
      let next = min(1, max(0, t - (here.east * along.east + here.north * along.north) / length2))
      let moved = (next - t) * (next - t) * length2
      t = next
      // A thousandth of the distance sideways changes the distance itself by half a millionth.
      if moved <= 1e-6 * here.squaredLength { break }
    }
    return (t, position(of: GeodesicDistance.place(t, a, b), turns: turns).squaredLength)
  }
}
