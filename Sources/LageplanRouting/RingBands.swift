import LageplanGeometry

/// The sides of a polygon's rings by the horizontal bands that they touch, so that a short line, or a point, is compared with the few
/// sides at its height instead of with all.
struct RingBands {
  private struct Side {
    var from: Coordinate
    var to: Coordinate
  }

  private let south: Double
  /// Bands in one degree.
  private let density: Double
  private let sides: [Side]
  /// Where the sides of each band begin in ``entries``, and at last where they end.
  private let starts: [Int32]
  private let entries: [Int32]

  /// Of a polygon or multipolygon that is not empty.
  init(of polygon: Geometry) {
    let coordinates = polygon.coordinates
    sides = polygon.partEnds.indices.flatMap { ring in
      polygon.part(ring).dropFirst().map { Side(from: coordinates[$0 - 1], to: coordinates[$0]) }
    }
    let envelope = polygon.envelope
    let count = max(1, min(4096, sides.count / 4))
    let height = envelope.maxY - envelope.minY
    south = envelope.minY
    density = height > 0 ? Double(count) / height : 0
    let (base, scale) = (south, density)
    func band(_ y: Double) -> Int { min(count - 1, max(0, Int(((y - base) * scale).rounded(.down)))) }

    var sizes = [Int32](repeating: 0, count: count + 1)
    for side in sides {
      for band in band(min(side.from.y, side.to.y))...band(max(side.from.y, side.to.y)) { sizes[band + 1] += 1 }
    }
    for band in 0..<count { sizes[band + 1] += sizes[band] }
    starts = sizes
    var next = sizes
    var filled = [Int32](repeating: 0, count: Int(sizes[count]))
    for (index, side) in sides.enumerated() {
      for band in band(min(side.from.y, side.to.y))...band(max(side.from.y, side.to.y)) {
        filled[Int(next[band])] = Int32(index)
        next[band] += 1
      }
    }
    entries = filled
  }

  private func band(_ y: Double) -> Int {
    min(starts.count - 2, max(0, Int(max(-1, min(1e6, (y - south) * density)).rounded(.down))))
  }

  private func sides(in band: Int) -> some Sequence<Side> {
    entries[Int(starts[band])..<Int(starts[band + 1])].lazy.map { sides[Int($0)] }
  }

  /// The shares of the way from `a` to `b` at which it crosses or touches a side; a side in several bands is told as often.
  func crossings(_ a: Coordinate, _ b: Coordinate) -> [Double] {
    var shares: [Double] = []
    for band in band(min(a.y, b.y))...band(max(a.y, b.y)) {
      for side in sides(in: band) {
        if let share = Self.crossing(a, b, side.from, side.to) { shares.append(share) }
      }
    }
    return shares
  }

  /// Whether a place lies inside: a line from it to the east crosses an odd number of sides. On a side it may be told either way.
  func contains(_ place: Coordinate) -> Bool {
    var isInside = false
    for side in sides(in: band(place.y)) where (side.from.y > place.y) != (side.to.y > place.y) {
      let share = (place.y - side.from.y) / (side.to.y - side.from.y)
      if place.x < side.from.x + (side.to.x - side.from.x) * share { isInside.toggle() }
    }
    return isInside
  }

  /// The share of the way from `a` to `b` at which it crosses or touches the segment from `c` to `d`; nil if it does not, or if they
  /// are parallel.
  static func crossing(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate, _ d: Coordinate) -> Double? {
    let (ux, uy, vx, vy) = (b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y)
    let cross = ux * vy - uy * vx
    guard cross != 0 else { return nil }
    let (wx, wy) = (c.x - a.x, c.y - a.y)
    let share = (wx * vy - wy * vx) / cross
    let other = (wx * uy - wy * ux) / cross
    return (0...1).contains(share) && (0...1).contains(other) ? share : nil
  }
}
