import LageplanGeometry

/// The parts of the edges of a network that a geometry lies on.
///
/// - A polygon: the parts inside it.
/// - A line: the parts that it runs along, that is, within ``reach`` metres and less than ``angle`` degrees off its direction; a
///   side street that it only touches at a junction is not meant, and ``shortest`` metres are the least that count. Where a line runs along
///   no street at all it is a barrier: it concerns the places at which it crosses streets.
/// - A point: the nearest place of a street within the same reach.
struct RoadFootprint {
  static let reach = 10.0
  static let angle = 35.0
  static let shortest = 10.0
  /// Half the length of a place at which something stands across a street, in metres.
  static let halfBarrier = 0.5

  /// As shares of the edges' lengths.
  private(set) var parts: [Int32: [ClosedRange<Double>]] = [:]
  private let roads: Roads

  init(of geometry: Geometry, on roads: Roads) {
    self.roads = roads
    add(geometry)
    parts = parts.mapValues(RoadClosureEffect.united)
  }

  private mutating func add(_ geometry: Geometry) {
    guard geometry.coordinates.allSatisfy({ abs($0.x) <= 180 && abs($0.y) <= 90 }) else { return }
    switch geometry.kind {
    case .polygon, .multiPolygon: addInside(of: geometry)
    case .lineString, .multiLineString:
      for index in geometry.partEnds.indices { addLine(Array(geometry.coordinates[geometry.part(index)])) }
    case .point, .multiPoint:
      for place in geometry.coordinates { addBarrier(at: place) }
    case .geometryCollection:
      for member in geometry.members { add(member) }
    }
  }

  // MARK: Polygons

  private mutating func addInside(of polygon: Geometry) {
    guard !polygon.isEmpty else { return }
    let bands = RingBands(of: polygon)
    var found: [Int32: [ClosedRange<Double>]] = [:]
    forEachSegment(meeting: polygon.envelope) { edge, segment, a, b in
      let cuts = ([0, 1] + bands.crossings(a, b)).sorted()
      for (low, high) in zip(cuts, cuts.dropFirst()) where high > low {
        let middle = (low + high) / 2
        guard bands.contains(Coordinate(x: a.x + (b.x - a.x) * middle, y: a.y + (b.y - a.y) * middle)) else { continue }
        found[edge, default: []].append(fraction(edge, segment, low)...fraction(edge, segment, high))
      }
    }
    parts.merge(found) { $0 + $1 }
  }

  // MARK: Lines

  private mutating func addLine(_ line: [Coordinate]) {
    guard line.count > 1 else { return }
    var along: [Int32: [ClosedRange<Double>]] = [:]
    var across: [Int32: [ClosedRange<Double>]] = [:]
    for (start, end) in zip(line, line.dropFirst()) where start != end {
      var box = Envelope(around: start)
      box.formUnion(end)
      forEachSegment(meeting: Geodesic.envelope(around: box, within: Metres(Self.reach))) { edge, segment, a, b in
        if let part = Self.part(of: a, b, along: start, end) {
          along[edge, default: []].append(fraction(edge, segment, part.lowerBound)...fraction(edge, segment, part.upperBound))
        }
        if let share = RingBands.crossing(a, b, start, end) {
          across[edge, default: []].append(barrier(on: edge, at: fraction(edge, segment, share)))
        }
      }
    }
    let long = along.mapValues(RoadClosureEffect.united).filter { edge, parts in
      let length = Double(roads.network.lengths[Int(edge)]) / 10
      let covered = parts.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) * length }
      return covered >= min(Self.shortest, length / 2)
    }
    parts.merge(long.isEmpty ? across : long) { $0 + $1 }
  }

  /// The part of the segment from `a` to `b` that runs along a piece of a line; nil if it does not.
  private static func part(of a: Coordinate, _ b: Coordinate, along start: Coordinate, _ end: Coordinate) -> ClosedRange<Double>?
  {
    let plane = RoadPlane(at: a)
    let (from, to) = (plane.point(a), plane.point(b))
    let (lineStart, lineEnd) = (plane.point(start), plane.point(end))
    let (street, line) = (to - from, lineEnd - lineStart)
    let gap = RoadBearing.gap(RoadBearing.degrees(street), RoadBearing.degrees(line))
    guard street.length > 0, min(gap, 180 - gap) <= angle else { return nil }
    // Where the street's points have their foot on the piece: two half planes cut the segment.
    let (offset, rate) = ((from - lineStart).dot(line) / line.squaredLength, street.dot(line) / line.squaredLength)
    let bounds = [-offset / rate, (1 - offset) / rate].sorted()
    var (low, high) = (max(0, bounds[0]), min(1, bounds[1]))
    // And where they are near enough: the distance to the line grows evenly along the street.
    let normal = SIMD2(-line.y, line.x) / line.length
    let (side, sideRate) = ((from - lineStart).dot(normal), street.dot(normal))
    if abs(sideRate) > 1e-9 {
      let near = [(-reach - side) / sideRate, (reach - side) / sideRate].sorted()
      (low, high) = (max(low, near[0]), min(high, near[1]))
    } else if abs(side) > reach {
      return nil
    }
    return low < high ? low...high : nil
  }

  // MARK: Points

  private mutating func addBarrier(at place: Coordinate) {
    let plane = RoadPlane(at: place)
    var best: (squared: Double, edge: Int32, segment: Int, share: Double)?
    forEachSegment(meeting: Geodesic.envelope(around: place, within: Metres(Self.reach))) { edge, segment, a, b in
      let (from, to) = (plane.point(a), plane.point(b))
      let share = SIMD2.zero.foot(from: from, to: to)
      let squared = (from + (to - from) * share).squaredLength
      if squared <= Self.reach * Self.reach, squared < best?.squared ?? .infinity { best = (squared, edge, segment, share) }
    }
    guard let best else { return }
    parts[best.edge, default: []].append(barrier(on: best.edge, at: fraction(best.edge, best.segment, best.share)))
  }

  private func barrier(on edge: Int32, at fraction: Double) -> ClosedRange<Double> {
    let half = Self.halfBarrier * 10 / Double(roads.network.lengths[Int(edge)])
    return max(0, fraction - half)...min(1, fraction + half)
  }

  // MARK: Segments

  private func fraction(_ edge: Int32, _ segment: Int, _ share: Double) -> Double {
    let first = roads.network.vertices[Int(roads.network.firstVertex[Int(edge)])]
    return roads.network.fraction(
      along: Int(edge), segment: segment, share: share,
      in: RoadPlane(longitude: Double(first.longitude), latitude: Double(first.latitude)))
  }

  /// Every segment whose run of segments meets an envelope in degrees: its edge, its number there, and its ends.
  private func forEachSegment(meeting envelope: Envelope, _ body: (Int32, Int, Coordinate, Coordinate) -> Void) {
    let low = RoadPosition(Coordinate(x: envelope.minX, y: envelope.minY))
    let high = RoadPosition(Coordinate(x: envelope.maxX, y: envelope.maxY))
    let box = SegmentBox(west: low.longitude, south: low.latitude, east: high.longitude, north: high.latitude)
    let network = roads.network
    roads.segments.forEachRun(meeting: box) { run in
      for vertex in Int(run.firstVertex)..<Int(run.firstVertex + run.count) {
        body(
          run.edge, vertex - Int(network.firstVertex[Int(run.edge)]), network.vertices[vertex].coordinate,
          network.vertices[vertex + 1].coordinate)
      }
    }
  }
}
