import LageplanGeometry

enum HilbertCurve {
  static func index(of c: Coordinate, in e: Envelope) -> UInt32 {
    let n: UInt32 = 65536
    var x = UInt32(min(65535, max(0, (c.x - e.minX) / max(e.width, 1e-9) * 65535))),
      y = UInt32(min(65535, max(0, (c.y - e.minY) / max(e.height, 1e-9) * 65535)))
    var d: UInt32 = 0; var s = n / 2
    while s > 0 {
      let rx: UInt32 = (x & s) > 0 ? 1 : 0, ry: UInt32 = (y & s) > 0 ? 1 : 0
      d &+= s &* s &* ((3 &* rx) ^ ry)
      if ry == 0 { if rx == 1 { x = n - 1 - x; y = n - 1 - y }; swap(&x, &y) }
      s /= 2
    }
    return d
  }
}
