/// Cuts geometries at a rectangle parallel to the axes; made once per rectangle, reused for many geometries, for its memory.
///
/// Points on the border stay. Of a line stays what lies in the rectangle, an edge along the border too. Of a polygon stays its area:
/// rings are split where the border cuts them apart, and no edge runs along the border twice, so that a valid polygon
/// gives valid ones. Cut points lie exactly on the border; their place along it is rounded to a double, so rings that touch in
/// the middle of a cut edge may afterwards overlap, or gape, by that rounding; and holes that hang together in a chain of single touching
/// points may cut the result's inside apart without becoming its outline. Where that matters: ``Geometry/repaired()``.
///
/// Result rings are closed; shells have a positive ``Geometry/signedArea(ofRing:)``, holes a negative one. Heights and measures are dropped.
/// Rings that cross themselves give some area within their even-odd outline, never a crash.
/// The frame must be finite. Lines: Liang & Barsky 1984, doi:10.1145/357332.357333; polygons: see `PolygonClipper`.
public struct RectangleClipper: Sendable {
  /// What is cut out, in the frame of the geometries.
  public let rectangle: Envelope
  private var polygons: PolygonClipper

  /// A clipper for one rectangle that is not empty.
  public init(_ rectangle: Envelope) {
    self.rectangle = rectangle
    polygons = PolygonClipper(rectangle)
  }

  /// The part of `geometry` in the rectangle, in the place of what `result` held. Its kind is the single or the multi kind of the
  /// family, as many parts as there are; empty where nothing is left. Collections keep the members that are left.
  public mutating func clip(_ geometry: Geometry, into result: inout Geometry) {
    result.removeAll()
    result.kind = geometry.kind.single
    switch geometry.kind {
    case .point, .multiPoint:
      for position in geometry.coordinates where rectangle.contains(position) { result.coordinates.append(position) }
      if result.coordinates.count > 1 { result.kind = .multiPoint }
    case .lineString, .multiLineString:
      for index in geometry.partEnds.indices { clipLine(geometry, geometry.part(index), into: &result) }
      if result.partEnds.count > 1 { result.kind = .multiLineString }
    case .polygon, .multiPolygon:
      for index in geometry.polygonEnds.indices { polygons.clip(geometry, polygon: index, into: &result) }
      if result.polygonEnds.count > 1 { result.kind = .multiPolygon }
    case .geometryCollection:
      for member in geometry.members {
        var part = Geometry(kind: .point)
        clip(member, into: &part)
        if !part.isEmpty { result.members.append(part) }
      }
    }
  }

  private func clipLine(_ geometry: Geometry, _ range: Range<Int>, into result: inout Geometry) {
    let box = geometry.envelope(ofPart: range)
    guard box.intersects(rectangle) else { return }
    var partStart = result.coordinates.count
    if rectangle.contains(box) {
      result.coordinates.append(contentsOf: geometry.coordinates[range])
      Self.endPart(&result, &partStart)
      return
    }
    geometry.coordinates.withUnsafeBufferPointer { vertices in
      for index in range.dropFirst() {
        guard let (a, b) = rectangle.clipped(vertices[index - 1], vertices[index]) else { continue }
        if result.coordinates.count > partStart, result.coordinates[result.coordinates.count - 1] != a {
          Self.endPart(&result, &partStart)
        }
        if result.coordinates.count == partStart { result.coordinates.append(a) }
        if a != b { result.coordinates.append(b) }
        // The line leaves here; when it comes back at the same place, that is another part.
        if b != vertices[index] { Self.endPart(&result, &partStart) }
      }
      Self.endPart(&result, &partStart)
    }
  }

  /// A single place where a line touches the border is no line.
  private static func endPart(_ result: inout Geometry, _ partStart: inout Int) {
    if result.coordinates.count - partStart > 1 {
      result.partEnds.append(result.coordinates.count)
    } else {
      result.coordinates.removeLast(result.coordinates.count - partStart)
    }
    partStart = result.coordinates.count
  }
}

extension Geometry {
  func envelope(ofPart range: Range<Int>) -> Envelope {
    coordinates.withUnsafeBufferPointer { vertices in
      var box = Envelope.empty
      for index in range { box.formUnion(vertices[index]) }
      return box
    }
  }
}

extension Envelope {
  /// The part of the segment a–b in the closed rectangle; `nil` where there is none. Ends inside stay as they are,
  /// cut ends lie exactly on a border.
  func clipped(_ a: Coordinate, _ b: Coordinate) -> (Coordinate, Coordinate)? {
    if contains(a), contains(b) { return (a, b) }
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    var (low, high) = (0.0, 1.0)
    var (start, end) = (a, b)
    // Each border narrows the span, and the cut that narrowed it last is the end.
    func narrow(_ distance: Double, _ step: Double, _ cut: (Double) -> Coordinate) -> Bool {
      // The border is passed at t = distance / step; inside where step · t <= distance.
      if step == 0 { return distance >= 0 }
      let t = distance / step
      if step < 0 {
        if t > low {
          low = t
          start = cut(t)
        }
      } else if t < high {
        high = t
        end = cut(t)
      }
      return low <= high
    }
    guard narrow(a.x - minX, -dx, { Coordinate(x: minX, y: a.y + $0 * dy) }),
      narrow(maxX - a.x, dx, { Coordinate(x: maxX, y: a.y + $0 * dy) }),
      narrow(a.y - minY, -dy, { Coordinate(x: a.x + $0 * dx, y: minY) }),
      narrow(maxY - a.y, dy, { Coordinate(x: a.x + $0 * dx, y: maxY) })
    else { return nil }
    return (clamped(start), clamped(end))
  }

  private func clamped(_ position: Coordinate) -> Coordinate {
    Coordinate(x: min(max(position.x, minX), maxX), y: min(max(position.y, minY), maxY))
  }
}
