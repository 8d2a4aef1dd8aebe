public import LageplanGeometry

/// The area about the streets that a reach covers.
public struct RoadReachArea: Hashable, Sendable {
  /// In degrees (CRS84): polygons with their holes, valid after ISO 19125; empty if nothing is reached.
  public var geometry: Geometry
  /// How far the area extends from the streets, and so how far it may be wrong; greater than asked where the area was too large for that.
  public var accuracy: Metres
}

extension RoadReach {
  /// Points of the grid that an outline is drawn on, at most: 16 bytes each.
  private static let mostPoints = 6_000_000.0

  /// The area of all places not farther than `accuracy` from a reached part of a street.
  ///
  /// Every reached place of a street lies inside, and no place that is farther than 1.6 times the accuracy from all of them does; a hole
  /// is kept wherever there is such a place. The outline is drawn through a grid of two fifths of the accuracy. So large an area that
  /// the grid would have more than six million points is drawn more coarsely, which ``RoadReachArea/accuracy`` tells.
  /// Throws only where GEOS itself fails.
  ///
  /// - Parameter accuracy: In metres, at least 1.
  public func area(accuracy: Metres = Metres(50)) throws(GeosError) -> RoadReachArea {
    let plane = RoadPlane(at: origin.position)
    let lines = lines(in: plane)
    guard let first = lines.first?.first else {
      return RoadReachArea(geometry: Geometry(kind: .multiPolygon), accuracy: accuracy)
    }
    var (low, high) = (first, first)
    for line in lines {
      for point in line {
        low = pointwiseMin(low, point)
        high = pointwiseMax(high, point)
      }
    }
    let size = high - low
    var reach = max(1, accuracy.value.isFinite ? accuracy.value : 50)
    while (size.x / reach + 4) * (size.y / reach + 4) * 6.25 > Self.mostPoints { reach *= 1.25 }
    let spacing = reach * 0.4
    // The field is needed a little beyond the outline, so that it is interpolated between true distances.
    var field = IsochroneField(from: low, to: high, spacing: spacing, reach: reach + 1.5 * spacing)
    for line in lines {
      if line.count == 1 { field.add(line[0], line[0]) }
      for (a, b) in zip(line, line.dropFirst()) { field.add(a, b) }
    }
    let rings = IsochroneOutline(of: field, at: reach).rings()
    let geometry = Self.polygons(of: rings.map { $0.map(plane.coordinate) })
    guard try geometry.isValid() else {
      return RoadReachArea(geometry: try geometry.repaired() ?? Geometry(kind: .multiPolygon), accuracy: Metres(reach))
    }
    return RoadReachArea(geometry: geometry, accuracy: Metres(reach))
  }

  /// The reached parts as lines, each part of an edge once.
  private func lines(in plane: RoadPlane) -> [[SIMD2<Double>]] {
    var byEdge: [Int32: [ClosedRange<Double>]] = [:]
    for part in parts() { byEdge[part.edge, default: []].append(part.from...part.to) }
    return byEdge.sorted { $0.key < $1.key }.flatMap { edge, parts in
      RoadClosureEffect.united(parts).map { part in router.roads.network.line(of: Int(edge), part: part, in: plane) }
    }
  }

  /// Holes go to the smallest shell about them.
  private static func polygons(of rings: [[Coordinate]]) -> Geometry {
    var shells: [(area: Double, envelope: Envelope, rings: [[Coordinate]])] = []
    var holes: [[Coordinate]] = []
    for ring in rings {
      let area = ring.withUnsafeBufferPointer { Rings.signedArea($0, 0..<ring.count) }
      if area > 0 {
        shells.append((area, Geometry.lineString(ring).envelope, [ring]))
      } else if area < 0 {
        holes.append(ring)
      }
    }
    shells.sort { $0.area < $1.area }
    let outlines = shells.map { Geometry.polygon([$0.rings[0]]) }
    for hole in holes {
      let place = shells.indices.first { shells[$0].envelope.contains(hole[0]) && outlines[$0].contains(hole[0]) }
      if let place { shells[place].rings.append(hole) }
    }
    return .multiPolygon(shells.reversed().map(\.rings))
  }
}

extension RoadNetwork {
  /// The line of a part of an edge, from one share of its length to another.
  func line(of edge: Int, part: ClosedRange<Double>, in plane: RoadPlane) -> [SIMD2<Double>] {
    let (low, high) = (place(on: edge, at: part.lowerBound), place(on: edge, at: part.upperBound))
    let first = vertexRange(of: edge).lowerBound
    var line = [plane.point(low.position)]
    if low.segment < high.segment {
      for vertex in (first + low.segment + 1)...(first + high.segment) { line.append(plane.point(vertices[vertex])) }
    }
    if part.upperBound > part.lowerBound { line.append(plane.point(high.position)) }
    return line
  }
}
