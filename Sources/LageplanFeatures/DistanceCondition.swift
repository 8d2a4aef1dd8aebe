import LageplanGeometry

/// `S_DWITHIN`: whether a feature lies within so many metres of a geometry, geodesically, to the nearest parts of both.
struct DistanceCondition: Sendable {
  /// Metres. Farther off, everything in a town is near.
  static let largest = 1_000_000.0

  /// What a call gives: the place is one argument, the other geometry (CRS84) the other.
  struct Arguments {
    var geometry: Geometry
    var metres: Double

    init?(_ arguments: [FilterOperand]) {
      guard arguments.count == 3, case .value(let value) = arguments[2], let metres = value.number,
        (0...DistanceCondition.largest).contains(metres)
      else { return nil }
      switch (arguments[0], arguments[1]) {
      case (.property, .geometry(let geometry)), (.geometry(let geometry), .property): self.geometry = geometry
      default: return nil
      }
      self.metres = metres
    }

    /// The storage envelope of everything that can be near, a thousandth larger to forgive a rounding; `nil` where that frame cannot tell.
    func bound(storageCrs: CoordinateReferenceSystem) -> Envelope? {
      var degrees = Geodesic.envelope(around: geometry.envelope, within: Metres(metres))
      if degrees.isEmpty { return .empty }
      if degrees.minX < -180 || degrees.maxX > 180 { (degrees.minX, degrees.maxX) = (-180, 180) }
      guard let transform = try? TransformCache.transform(from: .crs84, to: storageCrs),
        let box = try? transform.transform(degrees)
      else { return nil }
      return box.isEmpty ? box : box.expanded(by: max(box.width, box.height) / 1000)
    }
  }

  /// In the storage frame, around all that can be near; `nil` where that frame cannot tell.
  let bound: Envelope?
  private let limit: Metres
  private let toDegrees: EdgeTransform
  private let places: [GeodesicDistance]
  private let lines: [GeodesicLine]
  /// What lies in a polygon is 0 m away.
  private let areas: PreparedGeometry?

  init(_ arguments: Arguments, storageCrs: CoordinateReferenceSystem) throws(FeatureError) {
    limit = Metres(arguments.metres)
    bound = arguments.bound(storageCrs: storageCrs)
    let geometry = arguments.geometry
    do {
      toDegrees = try EdgeTransform(from: storageCrs, to: .crs84)
    } catch {
      throw .unusableGeometry(FilterOperand.geometry(geometry).excerpt(), reason: error.description)
    }
    var parts = Parts()
    parts.collect(geometry)
    places = parts.places.map { GeodesicDistance(from: $0) }
    lines = parts.lines.compactMap { GeodesicLine($0) }
    do {
      areas = parts.areas.isEmpty ? nil : try PreparedGeometry(parts.areas)
    } catch {
      throw .unusableGeometry(FilterOperand.geometry(geometry).excerpt(), reason: error.description)
    }
  }

  private struct Parts {
    var places: [Coordinate] = []
    var lines: [[Coordinate]] = []
    var areas = Geometry(kind: .multiPolygon)

    mutating func collect(_ geometry: Geometry) {
      switch geometry.kind {
      case .point, .multiPoint: places += geometry.coordinates
      case .lineString, .multiLineString, .polygon, .multiPolygon:
        for index in geometry.partEnds.indices { lines.append(Array(geometry.coordinates[geometry.part(index)])) }
        for polygon in geometry.polygonEnds.indices {
          for ring in geometry.rings(ofPolygon: polygon) { areas.appendPart(Array(geometry.coordinates[geometry.part(ring)])) }
          areas.polygonEnds.append(areas.partEnds.count)
        }
      case .geometryCollection:
        for member in geometry.members { collect(member) }
      }
    }
  }

  /// `nil` for a geometry (storage frame) that has no place on the globe.
  func holds(for geometry: Geometry) -> Bool? {
    guard let place = inDegrees(geometry) else { return nil }
    if place.isEmpty { return false }
    if let areas, (try? areas.intersects(place)) ?? false { return true }
    for origin in places {
      if let distance = origin.distance(to: place), distance.value <= limit.value { return true }
    }
    return lines.contains { $0.nearest(to: place, within: limit) != nil }
  }

  private func inDegrees(_ geometry: Geometry) -> Geometry? {
    guard geometry.kind == .point || geometry.kind == .multiPoint else { return try? toDegrees(geometry) }
    var moved = geometry
    do {
      try toDegrees.transform.transform(&moved)
      return moved
    } catch {
      return nil
    }
  }
}
