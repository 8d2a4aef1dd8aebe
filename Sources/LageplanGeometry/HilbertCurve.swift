/// The Hilbert curve through a square of 2ᵒʳᵈᵉʳ × 2ᵒʳᵈᵉʳ cells: neighbours on the curve are neighbours in the plane.
///
/// It starts at cell (0, 0) and ends at (2ᵒʳᵈᵉʳ − 1, 0). Source: Hilbert 1891, doi:10.1007/BF01199431; the loop turns each
/// quadrant as it descends.
public enum HilbertCurve {
  /// The number of the cell on the curve. `order` is at most 32; bits of `x` and `y` beyond it are ignored.
  public static func index(x: UInt32, y: UInt32, order: Int) -> UInt64 {
    precondition((0...32).contains(order), "the order of a Hilbert curve is 0 to 32")
    var (x, y) = (x, y)
    var index: UInt64 = 0
    for level in stride(from: order - 1, through: 0, by: -1) {
      let right = (x >> UInt32(level)) & 1
      let upper = (y >> UInt32(level)) & 1
      index = index << 2 | UInt64((3 * right) ^ upper)
      // The two lower quadrants hold the curve turned: swapped, and on the right mirrored, too.
      if upper == 0 {
        if right == 1 {
          x = ~x
          y = ~y
        }
        swap(&x, &y)
      }
    }
    return index
  }

  /// The cell with the number `index`: the way back of ``index(x:y:order:)``. Bits of `index` beyond the order are ignored.
  public static func cell(at index: UInt64, order: Int) -> (x: UInt32, y: UInt32) {
    precondition((0...32).contains(order), "the order of a Hilbert curve is 0 to 32")
    var (x, y): (UInt32, UInt32) = (0, 0)
    for level in 0..<UInt32(order) {
      let quadrant = UInt32(truncatingIfNeeded: index >> UInt64(2 * level)) & 3
      let right = quadrant >> 1
      let upper = (quadrant ^ right) & 1
      // What was found so far lies in a lower quadrant turned, as above.
      if upper == 0 {
        if right == 1 {
          let ones = (1 &<< level) &- 1
          x = ones &- x
          y = ones &- y
        }
        swap(&x, &y)
      }
      x |= right << level
      y |= upper << level
    }
    return (x, y)
  }

  /// The number of the cell of order 16 in which `position` lies when `frame` is the square; positions outside count as on its border.
  /// NaN counts as the lower left corner.
  public static func index(of position: Coordinate, in frame: Envelope) -> UInt64 {
    index(x: cell(position.x, frame.minX, frame.maxX), y: cell(position.y, frame.minY, frame.maxY), order: 16)
  }

  private static func cell(_ value: Double, _ low: Double, _ high: Double) -> UInt32 {
    let share = (value - low) / (high - low)
    // The comparisons are written so that NaN, from an empty frame, too, ends at 0.
    guard share > 0 else { return 0 }
    return share < 1 ? UInt32(share * 65536) : 65535
  }
}
