public import LageplanGeometry

/// What a reader of GeoJSON sees of the geometries of a collection: moved to the reader's system, rounded and wound by ``GeoJSONWriter``.
///
/// Programs that can only replace a feature send a geometry back that they did not touch, as they were shown it. By this it is told from
/// one that somebody moved, however little, so that it can stay as surveyed.
public struct ShownGeometry: Sendable {
  private let toReader: CoordinateTransform
  private let format: GeoJSONGeometryFormat

  /// For geometries that stand in `storage` and are shown in `reader`. Throws `CrsError` where there is no way between them.
  public init(from storage: CoordinateReferenceSystem, to reader: CoordinateReferenceSystem) throws(CrsError) {
    toReader = try TransformCache.transform(from: storage, to: reader)
    format = try GeoJSONGeometryFormat(reader)
  }

  /// Whether `sent` is what the reader was shown of `kept`, to half a unit of the last decimal; both stand in the storage system.
  ///
  /// A height is part of it, so one that was added or left away is a difference; measures are never shown. The direction of rings is one
  /// only where the reader can see it.
  public func shows(_ kept: Geometry, as sent: Geometry) -> Bool {
    guard kept.kind == sent.kind, kept.vertexCount == sent.vertexCount, let shown = text(kept, windsRings: format.windsRings)
    else {
      return false
    }
    // Rounding can turn a sliver over, so what came back is looked at as it came too.
    return text(sent, windsRings: format.windsRings) == shown || (format.windsRings && text(sent, windsRings: false) == shown)
  }

  /// `nil` for a geometry that has no place in the reader's system: it is shown as null, which nobody sends back as a geometry.
  private func text(_ geometry: Geometry, windsRings: Bool) -> [UInt8]? {
    var shape = geometry
    guard (try? toReader.transform(&shape)) != nil else { return nil }
    var output = JSONWriter()
    output.geometry(shape, decimals: format.decimals, windsRings: windsRings)
    return output.bytes
  }
}

/// How geometries of a system are written as GeoJSON.
struct GeoJSONGeometryFormat: Hashable, Sendable {
  /// Of the first two coordinates: 7 in degrees (1 cm), 3 in other units (1 mm).
  let decimals: Int
  /// Whether rings are wound as RFC 7946, section 3.1.6, asks, which is about longitude and latitude only.
  let windsRings: Bool

  init(_ crs: CoordinateReferenceSystem) throws(CrsError) {
    let info = try crs.info()
    decimals = crs.isWgs84Degrees || info.isGeographic ? 7 : 3
    windsRings = crs.isWgs84Degrees
  }
}
