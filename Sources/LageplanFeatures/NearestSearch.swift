public import LageplanGeometry

extension FeatureReading {
  /// The `count` features nearest to `place` (CRS84), nearest first, ties by number; with `radius` only those within it, borders included.
  ///
  /// Distances are geodesic on the ellipsoid, to the nearest part of the geometry, 0 inside polygons (`GeodesicDistance`); stored edges
  /// are straight in the frame in which they are stored. Features without a place are never near, nor are those whose
  /// geometry cannot be read or transformed.
  ///
  /// `query` gives collection, filter, ids and properties; its `spatial`, if any, narrows the search; `after` and `limit` must be `nil`
  /// in spirit and are not looked at: the order is by distance, and `count` bounds it. With `beyond`, the list goes on behind that
  /// position, as if what comes before it were not there. Rows lend geometry where the query asks for it.
  /// At most `count` rows are held in memory.
  ///
  /// The search is exact. It asks for the rectangle around a circle that should hold `count` features, and grows the circle until
  /// the worst of the best lies within it. Rows are copied when they enter the best, not fetched again afterwards: a second query by
  /// id costs more than the few copies (about K ln(n/K) of n rows), and the first state seen is the one answered.
  /// Throws what the reader and `body` throw, `CrsError` for a frame that cannot be transformed.
  public func nearest(
    to place: Coordinate, count: Int, radius: Metres? = nil, beyond: NearbyPosition? = nil, query: FeatureQuery,
    descriptor: CollectionDescriptor, _ body: (borrowing FeatureRow, Metres) throws -> RowDecision
  ) throws {
    try query.validate(against: descriptor)
    guard count > 0 else { return }
    let ruler = GeodesicDistance(from: place)
    var search = try NearbySearch(count: count, radius: radius, beyond: beyond, query: query, descriptor: descriptor)
    try search.grow(around: place, over: self) { geometry in
      ruler.distance(to: geometry).map { ($0.value, $0.value) }
    }
    for (key, row) in search.best.sorted() {
      if try row.lend({ row in try body(row, Metres(key.distance)) }) == .stop { return }
    }
  }

  /// What lies within `radius` of a line (CRS84, edges straight in longitude and latitude), in the order along it, at most `count`.
  ///
  /// `body` gets the distance to the line and how far along it, in metres from its start, the nearest place is. Ties come by
  /// distance, then number. Everything else as in ``nearest(to:count:radius:beyond:query:descriptor:_:)``.
  public func along(
    _ line: GeodesicLine, radius: Metres, count: Int, beyond: NearbyPosition? = nil, query: FeatureQuery,
    descriptor: CollectionDescriptor, _ body: (borrowing FeatureRow, _ distance: Metres, _ along: Metres) throws -> RowDecision
  ) throws {
    try query.validate(against: descriptor)
    guard count > 0 else { return }
    var search = try NearbySearch(count: count, radius: radius, beyond: beyond, query: query, descriptor: descriptor)
    try search.sweep(along: line, within: radius, over: self)
    for (key, row) in search.best.sorted() {
      if try row.lend({ row in try body(row, Metres(key.distance), Metres(key.rank)) }) == .stop { return }
    }
  }
}

/// The machinery of both searches: areas in degrees become envelopes in storage, rows become distances, the best are kept.
struct NearbySearch {
  private(set) var best: BestRows
  private let count: Int
  private let radius: Double
  private let beyond: NearbyPosition?
  private let query: FeatureQuery
  private let descriptor: CollectionDescriptor
  private let reach: NearbyReach
  private let toDegrees: EdgeTransform
  private var shape = Geometry(kind: .point)
  /// What lies outside is not even decoded.
  private var corridor: PackedRTree?

  /// Rank and distance of a geometry in degrees; `nil` where it is empty.
  typealias Measure = (Geometry) -> (rank: Double, distance: Double)?

  init(
    count: Int, radius: Metres?, beyond: NearbyPosition?, query: FeatureQuery, descriptor: CollectionDescriptor
  ) throws(CrsError) {
    best = BestRows(capacity: count)
    self.count = count
    self.beyond = beyond
    self.radius = radius?.value ?? .infinity
    self.query = query
    self.descriptor = descriptor
    toDegrees = try EdgeTransform(from: descriptor.storageCrs, to: .crs84)
    reach = try NearbyReach(descriptor)
  }

  // MARK: Nearest

  mutating func grow(around place: Coordinate, over reader: any FeatureReading, _ measure: Measure) throws {
    var circle = min(
      radius, max(beyond?.distance ?? 0, reach.firstCircle(around: place, count: count, of: descriptor.featureCount)))
    var seen = NearbyArea.nothing
    while true {
      let area = query.spatial == nil ? try reach.area(Geodesic.envelope(around: place, within: Metres(circle))) : .everything
      try look(at: area, beyond: seen, over: reader, measure)
      seen = area
      if case .everything = area { return }
      if circle >= radius { return }
      if let worst = best.worst {
        if worst.distance <= circle { return }
        // A circle through the worst of the best holds all that could be better.
        circle = worst.distance
      } else {
        circle = NearbyReach.larger(circle, found: best.count, of: count)
      }
      circle = min(circle, radius)
    }
  }

  // MARK: Along

  mutating func sweep(along line: GeodesicLine, within radius: Metres, over reader: any FeatureReading) throws {
    let area = query.spatial == nil ? try reach.area(line.envelope(within: radius)) : .everything
    corridor = try corridor(along: line, within: radius)
    try look(at: area, beyond: .nothing, over: reader) { geometry in
      line.nearest(to: geometry, within: radius).map { ($0.along.value, $0.distance.value) }
    }
  }

  /// Envelopes in storage that hold together all within `radius` of the line; `nil` where one of them would hold all features.
  private func corridor(along line: GeodesicLine, within radius: Metres) throws(CrsError) -> PackedRTree? {
    var boxes: [Envelope] = []
    for box in line.envelopes(within: radius) {
      switch try reach.area(box) {
      case .nothing: continue
      case .envelope(let envelope): boxes.append(envelope)
      case .everything: return nil
      }
    }
    return PackedRTree(boxes)
  }

  // MARK: Passes

  /// Measures every row in `area` that has not been seen in `seen`, a smaller area.
  private mutating func look(
    at area: NearbyArea, beyond seen: NearbyArea, over reader: any FeatureReading, _ measure: Measure
  ) throws {
    var pass = query
    pass.geometry = true
    pass.after = nil
    pass.limit = nil
    if case .envelope(let envelope) = area {
      if envelope.isEmpty { return }
      pass.spatial = .envelope(envelope)
    }
    try reader.forEachRow(matching: pass) { row in
      // Readers may give more than the envelope asks for; counting by the exact envelope keeps every row from being measured twice.
      guard let bytes = row.geometry, let envelope = bytes.envelope(), area.intersects(envelope), !seen.intersects(envelope)
      else { return .next }
      if let corridor, !corridor.intersects(envelope) { return .next }
      guard let place = placed(bytes), let (rank, distance) = measure(place), distance <= radius else { return .next }
      let position = NearbyPosition(rank: rank, distance: distance, number: row.number)
      if let beyond, position <= beyond { return .next }
      best.offer(position, row, geometry: query.geometry)
      return .next
    }
  }

  /// The geometry in degrees; `nil` for a damaged one, which is nowhere and so never near.
  private mutating func placed(_ bytes: GeometryBytes) -> Geometry? {
    do {
      try shape.decode(bytes)
      return try inDegrees()
    } catch {
      return nil
    }
  }

  private mutating func inDegrees() throws(CrsError) -> Geometry {
    guard shape.kind == .point || shape.kind == .multiPoint else { return try toDegrees(shape) }
    try toDegrees.transform.transform(&shape)
    return shape
  }
}
