public import LageplanGeometry

/// Areas that people ask for come in longitude and latitude; rows are compared in the frame in which they are stored.
extension SpatialFilter {
  /// What meets the polygon or multipolygon `area`, whose edges are straight in `crs` (RFC 7946, section 3.1.1).
  ///
  /// The edges stay where they are to 1 cm (`EdgeTransform`'s rule). What lies beyond the collection's extent is cut off first, so that
  /// an area may be as large as the globe, where a UTM frame has no coordinates. Nothing can match in a collection without places.
  /// Throws `CrsError`.
  public static func area(
    _ area: Geometry, in crs: CoordinateReferenceSystem = .crs84, of descriptor: CollectionDescriptor
  ) throws(CrsError) -> SpatialFilter {
    guard let extent = try descriptor.reach(in: crs) else { return .envelope(.empty) }
    var kept = area
    if !extent.contains(area.envelope) {
      var clipper = RectangleClipper(extent)
      clipper.clip(area, into: &kept)
    }
    if kept.isEmpty { return .envelope(.empty) }
    return .geometry(try EdgeTransform(from: crs, to: descriptor.storageCrs)(kept))
  }

  /// What meets the rectangle `box` of `crs`: the `bbox` of OGC API Features.
  ///
  /// A rectangle in degrees is one in web mercator too, and is then compared as such; in other frames it becomes an ``area(_:in:of:)``.
  /// Throws `CrsError`.
  public static func box(
    _ box: Envelope, in crs: CoordinateReferenceSystem = .crs84, of descriptor: CollectionDescriptor
  ) throws(CrsError) -> SpatialFilter {
    guard let extent = try descriptor.reach(in: crs), let kept = box.intersection(extent) else { return .envelope(.empty) }
    if crs == descriptor.storageCrs || (crs.isUpright && descriptor.storageCrs.isUpright) {
      return .rectangle(try TransformCache.transform(from: crs, to: descriptor.storageCrs).transform(kept))
    }
    let corners = [
      Coordinate(x: kept.minX, y: kept.minY), Coordinate(x: kept.maxX, y: kept.minY), Coordinate(x: kept.maxX, y: kept.maxY),
      Coordinate(x: kept.minX, y: kept.maxY), Coordinate(x: kept.minX, y: kept.minY),
    ]
    return .geometry(try EdgeTransform(from: crs, to: descriptor.storageCrs)(.polygon([corners])))
  }
}

extension CoordinateReferenceSystem {
  /// Meridians are vertical and parallels horizontal.
  fileprivate var isUpright: Bool { isWgs84Degrees || self == .webMercator }
}

extension CollectionDescriptor {
  /// The extent in `crs`, grown by a percent and by about a kilometre: every feature lies well inside. `nil` without places.
  /// A damaged geometry may have stretched the extent to where the frame has no meaning: then the whole globe is the reach.
  func reach(in crs: CoordinateReferenceSystem) throws(CrsError) -> Envelope? {
    guard let storageExtent else { return nil }
    let globe = Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)
    let transform = try TransformCache.transform(from: storageCrs, to: crs)
    let extent: Envelope
    do {
      extent = try transform.transform(storageExtent)
    } catch {
      extent = try TransformCache.transform(from: .crs84, to: crs).transform(globe)
    }
    let metresPerUnit = crs.isWgs84Degrees ? 111_319.49 : try crs.info().metresPerUnit
    let grown = extent.expanded(by: max(extent.width, extent.height) / 100 + 1_000 / metresPerUnit)
    guard crs.isWgs84Degrees else { return grown }
    return grown.intersection(globe)
  }
}
