/// Questions about two closed segments in the plane. Whether they meet is exact; where they meet is rounded.
enum Segments {
  static func intersect(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate, _ d: Coordinate) -> Bool {
    guard max(a.x, b.x) >= min(c.x, d.x), max(c.x, d.x) >= min(a.x, b.x), max(a.y, b.y) >= min(c.y, d.y),
      max(c.y, d.y) >= min(a.y, b.y)
    else { return false }
    // With overlapping envelopes, segments are apart exactly when one lies strictly to one side of the other's line.
    let c1 = orientation(a, b, c)
    let d1 = orientation(a, b, d)
    if c1 > 0 && d1 > 0 || c1 < 0 && d1 < 0 { return false }
    let a1 = orientation(c, d, a)
    let b1 = orientation(c, d, b)
    return !(a1 > 0 && b1 > 0 || a1 < 0 && b1 < 0)
  }

  /// Where on a→b (0…1) the segment c–d is first met; `nil` where the two have no point in common.
  static func firstContact(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate, _ d: Coordinate) -> Double? {
    guard intersect(a, b, c, d) else { return nil }
    let fromC = orientation(c, d, a)
    let toC = orientation(c, d, b)
    if fromC == 0, toC == 0 { return min(max(0, min(position(of: c, a, b), position(of: d, a, b))), 1) }
    return min(1, max(0, fromC / (fromC - toC)))
  }

  /// The place of a point of the line a–b on it: 0 at a, 1 at b.
  private static func position(of point: Coordinate, _ a: Coordinate, _ b: Coordinate) -> Double {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    if dx == 0, dy == 0 { return 0 }
    return abs(dx) >= abs(dy) ? (point.x - a.x) / dx : (point.y - a.y) / dy
  }
}
