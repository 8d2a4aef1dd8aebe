#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Directions in degrees clockwise from north.
enum RoadBearing {
  /// The direction of a way of so many metres east and north: 0 up to, but not including, 360.
  static func degrees(_ along: SIMD2<Double>) -> Double {
    let degrees = atan2(along.x, along.y) * 180 / .pi
    return degrees < 0 ? degrees + 360 : degrees
  }

  /// From one direction to another by the shorter way round: −180 to 180, to the right positive.
  static func turn(from before: Double, to after: Double) -> Double {
    var turn = (after - before).truncatingRemainder(dividingBy: 360)
    if turn > 180 { turn -= 360 }
    if turn < -180 { turn += 360 }
    return turn
  }

  /// The angle between two directions, 0 to 180.
  static func gap(_ a: Double, _ b: Double) -> Double { abs(turn(from: a, to: b)) }
}
