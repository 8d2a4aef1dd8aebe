/// Where a point lies with regard to a ring or polygon.
public enum PointLocation: Hashable, Sendable {
  case inside, border, outside
}

/// The area of a closed ring, and where a point lies with regard to it: plain functions over flat vertices.
public enum Rings {
  /// The area of a closed ring in the square of the frame's unit: positive when counter-clockwise with y upwards.
  ///
  /// The shoelace formula around the first vertex, which keeps large coordinates from eating the digits.
  public static func signedArea(_ vertices: UnsafeBufferPointer<Coordinate>, _ range: Range<Int>) -> Double {
    guard range.count > 2 else { return 0 }
    let origin = vertices[range.lowerBound]
    var twice = 0.0
    for index in (range.lowerBound + 1)..<(range.upperBound - 1) {
      let a = vertices[index]
      let b = vertices[index + 1]
      twice += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y)
    }
    return twice / 2
  }

  /// Whether `point` is inside the closed ring, exactly on it, or outside; even-odd where the ring crosses itself.
  ///
  /// Exact for all finite coordinates: the crossing test uses a sign that is always right.
  public static func locate(
    _ point: Coordinate, _ vertices: UnsafeBufferPointer<Coordinate>, _ range: Range<Int>
  ) -> PointLocation {
    var isInside = false
    guard range.count > 1 else {
      return range.first.map { vertices[$0] == point } == true ? .border : .outside
    }
    var a = vertices[range.lowerBound]
    for index in range.dropFirst() {
      let b = vertices[index]
      defer { a = b }
      if a.y > point.y && b.y > point.y || a.y < point.y && b.y < point.y || a.x < point.x && b.x < point.x { continue }
      if a.y == point.y, b.y == point.y {
        if min(a.x, b.x) <= point.x, point.x <= max(a.x, b.x) { return .border }
        continue
      }
      let side = orientation(a, b, point)
      if side == 0 { return .border }
      // The ray runs to the east; an edge owns its lower end, not its upper one.
      if (a.y <= point.y) != (b.y <= point.y), (side > 0) == (b.y > a.y) { isInside.toggle() }
    }
    return isInside ? .inside : .outside
  }
}

extension Geometry {
  /// The area of part `index`, a closed ring: positive when counter-clockwise with y upwards.
  public func signedArea(ofRing index: Int) -> Double {
    coordinates.withUnsafeBufferPointer { Rings.signedArea($0, part(index)) }
  }

  /// Where `point` lies with regard to polygons; holes count. Points, lines and empty geometries have no inside: `.outside`.
  public func locate(_ point: Coordinate) -> PointLocation {
    var result = PointLocation.outside
    coordinates.withUnsafeBufferPointer { vertices in
      for polygon in polygonEnds.indices {
        switch Self.locate(point, vertices, rings(ofPolygon: polygon).lazy.map(part)) {
        case .inside:
          result = .inside
          return
        case .border: result = .border
        case .outside: continue
        }
      }
    }
    guard result == .outside else { return result }
    for member in members {
      switch member.locate(point) {
      case .inside: return .inside
      case .border: result = .border
      case .outside: continue
      }
    }
    return result
  }

  private static func locate(
    _ point: Coordinate, _ vertices: UnsafeBufferPointer<Coordinate>, _ rings: some Sequence<Range<Int>>
  ) -> PointLocation {
    var isInside = false
    for ring in rings {
      switch Rings.locate(point, vertices, ring) {
      case .border: return .border
      case .inside: isInside.toggle()
      case .outside: continue
      }
    }
    return isInside ? .inside : .outside
  }

  /// `point` lies inside a polygon or on its border; holes count, their borders belong to the polygon.
  public func contains(_ point: Coordinate) -> Bool { locate(point) != .outside }
}
