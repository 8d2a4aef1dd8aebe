import LageplanGeometry

/// Transforms shapes so that their edges stay where they were, not only their vertices.
///
/// An edge that is straight in one frame is bent in another: one of 10 km along a parallel at 52° leaves its chord in UTM by 2.5 m.
/// The rule: an edge is halved (in the source frame) until its image at a quarter, a half and three quarters lies within 1 cm of
/// the chord's line. Three probes, because an edge through the middle of a zone may be bent to both sides and cross its chord halfway.
/// Edges up to 300 m are left alone: they bend by L² tan φ / 8R, less than 1 cm up to 80° of latitude.
struct EdgeTransform {
  let transform: CoordinateTransform
  private let tolerance: Double
  private let shortest: Double
  private let vertexLimit: Int

  /// At most 2^12 pieces of one edge: enough for 40,000 km.
  private static let deepest = 12

  /// A shape that needs about `vertexLimit` vertices and more is refused by `CrsError.noTransformation`: many edges across a continent
  /// would fill the memory.
  init(
    from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem, vertexLimit: Int = .max
  ) throws(CrsError) {
    self.vertexLimit = vertexLimit
    transform = try TransformCache.transform(from: source, to: target)
    let metresPerUnit = target.isWgs84Degrees ? 111_319.49 : try target.info().metresPerUnit
    tolerance = 0.01 / metresPerUnit
    shortest = 300 / metresPerUnit
  }

  /// Heights and measures are dropped: places in between have none.
  func callAsFunction(_ geometry: Geometry) throws(CrsError) -> Geometry {
    var result = geometry
    result.z = []
    result.m = []
    if transform.isIdentity { return result }
    if geometry.kind == .geometryCollection {
      for index in geometry.members.indices { result.members[index] = try self(geometry.members[index]) }
      return result
    }
    try transform.transform(&result.coordinates)
    guard !geometry.partEnds.isEmpty, hasLongEdge(result) else { return result }
    return try densified(geometry, image: result)
  }

  private func hasLongEdge(_ image: Geometry) -> Bool {
    for part in image.partEnds.indices {
      for index in image.part(part).dropFirst() where isLong(image.coordinates[index - 1], image.coordinates[index]) {
        return true
      }
    }
    return false
  }

  private func isLong(_ a: Coordinate, _ b: Coordinate) -> Bool { abs(a.x - b.x) + abs(a.y - b.y) > shortest }

  private func densified(_ source: Geometry, image: Geometry) throws(CrsError) -> Geometry {
    var result = Geometry(kind: source.kind, polygonEnds: source.polygonEnds)
    for part in source.partEnds.indices {
      let range = source.part(part)
      for index in range {
        if index > range.lowerBound, isLong(image.coordinates[index - 1], image.coordinates[index]) {
          try appendBetween(
            (source.coordinates[index - 1], image.coordinates[index - 1]), (source.coordinates[index], image.coordinates[index]),
            depth: 0, to: &result.coordinates)
        }
        result.coordinates.append(image.coordinates[index])
        guard result.coordinates.count <= vertexLimit else {
          throw .noTransformation(
            from: transform.source, to: transform.target,
            reason: "its edges are so long that they need more than \(vertexLimit) positions; give fewer or shorter ones")
        }
      }
      result.partEnds.append(result.coordinates.count)
    }
    return result
  }

  private typealias Vertex = (source: Coordinate, image: Coordinate)

  private func appendBetween(_ a: Vertex, _ b: Vertex, depth: Int, to result: inout [Coordinate]) throws(CrsError) {
    guard depth < Self.deepest, isLong(a.image, b.image) else { return }
    func probe(_ t: Double) throws(CrsError) -> Vertex {
      let place = Coordinate(
        x: a.source.x * (1 - t) + b.source.x * t, y: a.source.y * (1 - t) + b.source.y * t)
      return (place, try transform.transform(place))
    }
    let middle = try probe(0.5)
    if deviation(middle.image, a.image, b.image) <= tolerance, deviation(try probe(0.25).image, a.image, b.image) <= tolerance,
      deviation(try probe(0.75).image, a.image, b.image) <= tolerance
    {
      return
    }
    try appendBetween(a, middle, depth: depth + 1, to: &result)
    result.append(middle.image)
    try appendBetween(middle, b, depth: depth + 1, to: &result)
  }

  /// From `place` to the line through `a` and `b`.
  private func deviation(_ place: Coordinate, _ a: Coordinate, _ b: Coordinate) -> Double {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 0 else { return 0 }
    return abs((place.x - a.x) * dy - (place.y - a.y) * dx) / length
  }
}
