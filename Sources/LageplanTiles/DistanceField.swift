/// The signed distance of each pixel to the outline of a shape, from how much of each pixel the shape covers.
///
/// The exact Euclidean distance transform of a sampled function: the lower envelope of parabolas, first along the columns, then
/// along the rows (P. F. Felzenszwalb, D. P. Huttenlocher: Distance Transforms of Sampled Functions, Theory of Computing 8, 2012).
/// A pixel that the outline crosses lies at ½ − coverage from it, to either side, which keeps the field smooth under antialiasing.
struct DistanceField {
  /// Distances beyond this, in pixels, are cut off.
  static let radius = 8.0
  /// The share of the range of bytes that lies inside of the outline.
  static let cutoff = 0.25

  private static let unreached = 1e20

  /// The field as bytes, row by row: 255·(1 − cutoff) on the outline, more inside, less outside.
  ///
  /// `coverage` has `width` times `height` bytes; the field has `border` pixels more on each side.
  static func bytes(coverage: [UInt8], width: Int, height: Int, border: Int) -> [UInt8] {
    let (outerWidth, outerHeight) = (width + 2 * border, height + 2 * border)
    var outside = [Double](repeating: unreached, count: outerWidth * outerHeight)
    var inside = [Double](repeating: 0, count: outerWidth * outerHeight)
    for row in 0..<height {
      for column in 0..<width {
        let at = (row + border) * outerWidth + column + border
        switch coverage[row * width + column] {
        case 0: break
        case 255: (outside[at], inside[at]) = (0, unreached)
        case let part:
          let distance = 0.5 - Double(part) / 255
          outside[at] = distance > 0 ? distance * distance : 0
          inside[at] = distance < 0 ? distance * distance : 0
        }
      }
    }
    transform(&outside, width: outerWidth, height: outerHeight)
    transform(&inside, width: outerWidth, height: outerHeight)
    return zip(outside, inside).map { squaredOutside, squaredInside in
      let distance = squaredOutside.squareRoot() - squaredInside.squareRoot()
      let value = 255 - 255 * (distance / radius + cutoff)
      return UInt8(min(255, max(0, value.rounded())))
    }
  }

  /// Replaces each value by the least sum of a value and the squared distance to its place.
  private static func transform(_ grid: inout [Double], width: Int, height: Int) {
    var scan = Scan(length: max(width, height))
    for column in 0..<width { scan.run(over: &grid, from: column, step: width, count: height) }
    for row in 0..<height { scan.run(over: &grid, from: row * width, step: 1, count: width) }
  }

  /// The transform along one line, with its buffers.
  private struct Scan {
    private var values: [Double]
    /// The places whose parabolas form the lower envelope, and from where on each is the lowest.
    private var places: [Int]
    private var starts: [Double]

    init(length: Int) {
      values = Array(repeating: 0, count: length)
      places = Array(repeating: 0, count: length)
      starts = Array(repeating: 0, count: length + 1)
    }

    mutating func run(over grid: inout [Double], from first: Int, step: Int, count: Int) {
      for at in 0..<count { values[at] = grid[first + at * step] }
      var last = 0
      places[0] = 0
      starts[0] = -.infinity
      for place in stride(from: 1, to: count, by: 1) {
        var crossing = intersection(of: place, and: places[last])
        while crossing <= starts[last], last > 0 {
          last -= 1
          crossing = intersection(of: place, and: places[last])
        }
        // The first parabola is never crossed left of all: its start is −∞.
        last += 1
        places[last] = place
        starts[last] = crossing
      }
      var lowest = 0
      for at in 0..<count {
        while lowest < last, starts[lowest + 1] < Double(at) { lowest += 1 }
        let offset = Double(at - places[lowest])
        grid[first + at * step] = values[places[lowest]] + offset * offset
      }
    }

    /// Where the parabolas over two places meet.
    private func intersection(of later: Int, and earlier: Int) -> Double {
      let (a, b) = (Double(later), Double(earlier))
      return (values[later] + a * a - values[earlier] - b * b) / (2 * (a - b))
    }
  }
}
