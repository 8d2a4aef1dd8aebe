public import LageplanGeometry

extension Geometry {
  /// Where a visit of the geometry goes to: a place on it, in its own frame. `nil` for an empty geometry.
  ///
  /// A point is its own; of several the first. A line has the middle of its length, of several the longest. A polygon has the middle of
  /// its widest piece on the horizontal line through the middle of its envelope, which lies inside also where the centroid does not; of several
  /// polygons the one with the tallest envelope counts. A collection takes its first member that is not empty.
  public var representativePoint: Coordinate? {
    switch kind {
    case .point, .multiPoint: coordinates.first
    case .lineString, .multiLineString: middleOfLongestLine
    case .polygon, .multiPolygon: pointInsideTallestPolygon
    case .geometryCollection: members.lazy.compactMap(\.representativePoint).first
    }
  }

  private var middleOfLongestLine: Coordinate? {
    var longest = (length: -1.0, part: 0)
    for part in partEnds.indices {
      let length = self.part(part).dropFirst().reduce(0) { $0 + Self.length(coordinates[$1 - 1], coordinates[$1]) }
      if length > longest.length { longest = (length, part) }
    }
    guard longest.length >= 0, let first = part(longest.part).first else { return nil }
    var rest = longest.length / 2
    for index in part(longest.part).dropFirst() {
      let (a, b) = (coordinates[index - 1], coordinates[index])
      let length = Self.length(a, b)
      if rest <= length, length > 0 {
        return Coordinate(x: a.x + (b.x - a.x) * rest / length, y: a.y + (b.y - a.y) * rest / length)
      }
      rest -= length
    }
    return coordinates[first]
  }

  private var pointInsideTallestPolygon: Coordinate? {
    var tallest = (height: -1.0, polygon: 0, envelope: Envelope.empty)
    for polygon in polygonEnds.indices {
      guard let shell = rings(ofPolygon: polygon).first else { continue }
      var envelope = Envelope.empty
      for index in part(shell) { envelope.formUnion(coordinates[index]) }
      if envelope.height > tallest.height { tallest = (envelope.height, polygon, envelope) }
    }
    let y = tallest.envelope.centre.y
    // Where the rings cross the line, from left to right: between the first and second it is inside, then outside, and so on.
    var crossings: [Double] = []
    for ring in polygonEnds.isEmpty ? 0..<0 : rings(ofPolygon: tallest.polygon) {
      for index in part(ring).dropFirst() {
        let (a, b) = (coordinates[index - 1], coordinates[index])
        // An edge owns its lower end only: a vertex on the line counts once where the ring goes through, twice or never where it turns.
        if (a.y <= y) != (b.y <= y) { crossings.append(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y)) }
      }
    }
    crossings.sort()
    var widest = (width: 0.0, x: 0.0)
    for index in stride(from: 1, to: crossings.count, by: 2) where crossings[index] - crossings[index - 1] > widest.width {
      widest = (crossings[index] - crossings[index - 1], (crossings[index] + crossings[index - 1]) / 2)
    }
    return widest.width > 0 ? Coordinate(x: widest.x, y: y) : coordinates.first
  }

  private static func length(_ a: Coordinate, _ b: Coordinate) -> Double {
    ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
  }
}
