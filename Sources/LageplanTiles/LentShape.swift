import LageplanGeometry

/// A geometry's flat arrays, lent for the duration of a call, laid out as in `Geometry`: what the tile path draws from,
/// whether a row was decoded or lies in memory.
///
/// A geometry collection has no vertices here: its members are shapes of their own.
struct LentShape {
  let kind: GeometryKind
  let coordinates: UnsafeBufferPointer<Coordinate>
  let partEnds: UnsafeBufferPointer<Int>
  let polygonEnds: UnsafeBufferPointer<Int>

  /// Of all vertices; `.empty` without any.
  var envelope: Envelope {
    var result = Envelope.empty
    for position in coordinates { result.formUnion(position) }
    return result
  }

  /// The sum of the lengths of all parts, in the units of the frame.
  var length: Double {
    var sum = 0.0
    var start = 0
    for end in partEnds {
      for index in start..<max(start, end - 1) { sum += distance(coordinates[index], coordinates[index + 1]) }
      start = end
    }
    return sum
  }

  /// Of polygons: the area, holes taken off, and the length of all rings.
  var areaAndLength: (area: Double, length: Double) {
    var area = 0.0
    var length = 0.0
    var firstRing = 0
    for lastRing in polygonEnds {
      for ring in firstRing..<lastRing {
        let start = ring == 0 ? 0 : partEnds[ring - 1]
        var doubled = 0.0
        // From the first vertex, not from the origin, which may be far away: no digits are lost.
        let corner = start < partEnds[ring] ? coordinates[start] : Coordinate(x: 0, y: 0)
        for index in start..<max(start, partEnds[ring] - 1) {
          let a = coordinates[index]
          let b = coordinates[index + 1]
          doubled += (a.x - corner.x) * (b.y - corner.y) - (b.x - corner.x) * (a.y - corner.y)
          length += distance(a, b)
        }
        area += (ring == firstRing ? abs(doubled) : -abs(doubled)) / 2
      }
      firstRing = lastRing
    }
    return (max(0, area), length)
  }
}

@inline(__always)
private func distance(_ a: Coordinate, _ b: Coordinate) -> Double {
  ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
}

extension Geometry {
  /// Lends the arrays of any geometry but a collection.
  func withShape<Result>(_ body: (LentShape) throws -> Result) rethrows -> Result {
    try coordinates.withUnsafeBufferPointer { coordinates in
      try partEnds.withUnsafeBufferPointer { partEnds in
        try polygonEnds.withUnsafeBufferPointer { polygonEnds in
          try body(LentShape(kind: kind, coordinates: coordinates, partEnds: partEnds, polygonEnds: polygonEnds))
        }
      }
    }
  }
}
