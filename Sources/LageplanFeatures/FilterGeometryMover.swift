import LageplanGeometry

/// Brings the geometries of a filter from the frame of the request into the frame in which they are compared.
struct FilterGeometryMover {
  let descriptor: CollectionDescriptor
  let crs: CoordinateReferenceSystem

  init(_ descriptor: CollectionDescriptor, from crs: CoordinateReferenceSystem) {
    self.descriptor = descriptor
    self.crs = crs
  }

  /// Positions of a geometry whose edges have been bent: far more than a sensible area needs, few enough to be compared.
  static let largestImage = 500_000

  // MARK: Reading

  /// The literal as a valid geometry in its own frame, x before y. Throws for positions that are no degrees where the frame has degrees.
  func inSource(_ literal: FilterOperand) throws(FeatureError) -> Geometry {
    let info: CrsInfo
    do {
      info = try crs.info()
    } catch {
      throw .unusableGeometry(literal.excerpt(), reason: error.description)
    }
    var geometry: Geometry
    switch literal {
    case .geometry(let given):
      geometry = given
      if info.latitudeFirst { geometry.swapAxes() }
    case .box(let given):
      let box = info.latitudeFirst ? given.swapped : given
      guard box.minY <= box.maxY, info.isGeographic || box.minX <= box.maxX else {
        throw .unusableGeometry(
          literal.excerpt(), reason: "a low border lies above a high one; give low numbers before high ones")
      }
      geometry = box.geometry
    default: return Geometry(kind: .point)
    }
    geometry.dropHeights()
    if let place = geometry.firstPlace(where: { !$0.isFinite || info.isGeographic && !$0.isInDegrees }) {
      throw .unusableGeometry(
        literal.excerpt(),
        reason: info.isGeographic
          ? "(\(place.x), \(place.y)) is no longitude and latitude; the order in \(crs.name) is "
            + (info.latitudeFirst ? "latitude, longitude" : "longitude, latitude")
          : "(\(place.x), \(place.y)) is no place")
    }
    return try Self.valid(geometry, literal)
  }

  /// Polygons that cross themselves are taken as what they enclose: GEOS's answers about others mean nothing.
  private static func valid(_ geometry: Geometry, _ literal: FilterOperand) throws(FeatureError) -> Geometry {
    guard geometry.hasPolygons else { return geometry }
    do {
      return try geometry.repaired() ?? Geometry(kind: geometry.kind)
    } catch {
      throw .unusableGeometry(literal.excerpt(), reason: error.description)
    }
  }

  /// Two literals with each other, in their own frame.
  static func relate(_ a: Geometry, _ relation: SpatialRelation, _ b: Geometry) throws(FeatureError) -> Bool {
    try refuseCollections(a, relation)
    try refuseCollections(b, relation)
    do {
      return try a.stands(relation, to: b)
    } catch {
      throw .unusableGeometry(excerpt(b), reason: error.description)
    }
  }

  private static func refuseCollections(_ geometry: Geometry, _ relation: SpatialRelation) throws(FeatureError) {
    guard geometry.kind == .geometryCollection, relation != .intersects, relation != .disjoint else { return }
    throw .unusableGeometry(
      excerpt(geometry), reason: "only S_INTERSECTS and S_DISJOINT are defined for collections of several kinds; give one kind")
  }

  private static func excerpt(_ geometry: Geometry) -> String { FilterOperand.geometry(geometry).excerpt() }

  // MARK: Moving

  /// In the storage frame, so that features stand in `relation` to the result as they do to `geometry`.
  func inStorage(_ geometry: Geometry, _ relation: SpatialRelation) throws(FeatureError) -> Geometry {
    try Self.refuseCollections(geometry, relation)
    do {
      let mover = try EdgeTransform(from: crs, to: descriptor.storageCrs, vertexLimit: Self.largestImage)
      return mover.transform.isIdentity ? geometry : try moved(geometry, relation, by: mover)
    } catch {
      throw .unusableGeometry(Self.excerpt(geometry), reason: error.description)
    }
  }

  private func moved(
    _ geometry: Geometry, _ relation: SpatialRelation, by mover: EdgeTransform
  ) throws(CrsError) -> Geometry {
    guard let reach = try descriptor.reach(in: crs) else {
      // No feature has a place. Where the literal has none in this frame, nothing is lost.
      do { return try mover(geometry) } catch { return Geometry(kind: geometry.kind) }
    }
    do {
      return try image(of: geometry, within: reach, relation, by: mover)
    } catch {
      // One damaged geometry may have stretched the extent to where the frame ends: then the system's own area is the reach.
      guard let area = try areaOfUse() else { throw error }
      return try image(of: geometry, within: area, relation, by: mover)
    }
  }

  /// Where the storage frame is meant to be used, six degrees (a zone) around it included, in the frame of the filter.
  private func areaOfUse() throws(CrsError) -> Envelope? {
    guard let area = try descriptor.storageCrs.info().areaOfUse, !area.isEmpty else { return nil }
    let globe = Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)
    guard let degrees = area.expanded(by: 6).intersection(globe) else { return nil }
    return try TransformCache.transform(from: .crs84, to: crs).transform(degrees)
  }

  /// All features lie well inside the reach: beyond it the geometry matters only by being there. So it may be cut at the reach,
  /// where it goes on to the border, but a part that vanishes altogether would be missed by the relations that ask what the feature lacks.
  private func image(
    of geometry: Geometry, within reach: Envelope, _ relation: SpatialRelation, by mover: EdgeTransform
  ) throws(CrsError) -> Geometry {
    if reach.contains(geometry.envelope) { return try mover(geometry) }
    var kept = Geometry(kind: .point)
    var clipper = RectangleClipper(reach)
    clipper.clip(geometry, into: &kept)
    if kept.isEmpty { return kept }
    switch relation {
    case .intersects, .disjoint, .within, .touches: break
    case .contains, .equals:
      if geometry.hasPart(outside: reach) { return Geometry(kind: geometry.kind) }
    case .crosses, .overlaps:
      if geometry.hasPart(outside: reach) { return try mover(geometry) }
    }
    return try mover(kept)
  }

  /// In CRS84, edges bent as they have to be.
  func inDegrees(_ geometry: Geometry) throws(FeatureError) -> Geometry {
    do {
      return try EdgeTransform(from: crs, to: .crs84, vertexLimit: Self.largestImage)(geometry)
    } catch {
      throw .unusableGeometry(Self.excerpt(geometry), reason: error.description)
    }
  }
}

extension FilterBox {
  /// The two axes in each other's place.
  var swapped: FilterBox { FilterBox(minX: minY, minY: minX, maxX: maxY, maxY: maxX, heights: heights) }

  /// The rectangle as a geometry, x before y; two where it crosses the antimeridian; a line or a point where it has no area.
  var geometry: Geometry {
    if minX > maxX {
      let west = FilterBox(minX: minX, minY: minY, maxX: 180, maxY: maxY).geometry
      let east = FilterBox(minX: -180, minY: minY, maxX: maxX, maxY: maxY).geometry
      guard west.kind == .polygon, east.kind == .polygon else { return .geometryCollection([west, east]) }
      return Geometry(
        kind: .multiPolygon, coordinates: west.coordinates + east.coordinates, partEnds: [5, 10], polygonEnds: [1, 2])
    }
    let low = Coordinate(x: minX, y: minY)
    let high = Coordinate(x: maxX, y: maxY)
    if low == high { return .point(low) }
    if minX == maxX || minY == maxY { return .lineString([low, high]) }
    return .polygon([[low, Coordinate(x: maxX, y: minY), high, Coordinate(x: minX, y: maxY), low]])
  }
}

extension Coordinate {
  fileprivate var isInDegrees: Bool { (-180...180).contains(x) && (-90...90).contains(y) }
}

extension Geometry {
  fileprivate mutating func swapAxes() {
    for index in coordinates.indices { coordinates[index] = Coordinate(x: coordinates[index].y, y: coordinates[index].x) }
    for index in members.indices { members[index].swapAxes() }
  }

  fileprivate mutating func dropHeights() {
    (z, m) = ([], [])
    for index in members.indices { members[index].dropHeights() }
  }

  fileprivate func firstPlace(where isFault: (Coordinate) -> Bool) -> Coordinate? {
    if let place = coordinates.first(where: isFault) { return place }
    for member in members {
      if let place = member.firstPlace(where: isFault) { return place }
    }
    return nil
  }

  fileprivate var hasPolygons: Bool { !polygonEnds.isEmpty || members.contains { $0.hasPolygons } }

  /// One of the points, lines or polygons has nothing in the rectangle.
  fileprivate func hasPart(outside rectangle: Envelope) -> Bool {
    singleParts.contains { !$0.intersects(rectangle: rectangle) }
  }

  /// The points, lines and polygons of the geometry, each by itself.
  private var singleParts: [Geometry] {
    switch kind {
    case .point, .multiPoint: return coordinates.map { .point($0) }
    case .lineString, .multiLineString: return partEnds.indices.map { .lineString(Array(coordinates[part($0)])) }
    case .polygon, .multiPolygon:
      return polygonEnds.indices.map { polygon in .polygon(rings(ofPolygon: polygon).map { Array(coordinates[part($0)]) }) }
    case .geometryCollection: return members.flatMap(\.singleParts)
    }
  }
}
