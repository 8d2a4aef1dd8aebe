import CPROJ
import Synchronization

/// What PROJ's database says of a coordinate reference system.
public struct CrsInfo: Hashable, Sendable {
  /// `ETRS89 / UTM zone 32N`.
  public var name: String
  /// Where the system is meant to be used, in degrees; `nil` where the database is silent. A system used across the
  /// antimeridian has `minX > maxX` here, as the database does.
  public var areaOfUse: Envelope?
  /// Coordinates are degrees.
  public var isGeographic: Bool
  /// The authority's first axis points north: writers of formats with the authority's order swap.
  public var latitudeFirst: Bool
  /// The length of one unit. For degrees, that of one degree of the equator (111,319.49 m), as OGC 06-042 has it.
  public var metresPerUnit: Double
}

extension CoordinateReferenceSystem {
  private static let cache = Mutex<[CoordinateReferenceSystem: CrsInfo]>([:])

  /// What is known of the system; asked of PROJ once, then remembered. Throws ``CrsError/unknown(_:)``.
  public func info() throws(CrsError) -> CrsInfo {
    if let known = Self.cache.withLock({ $0[self] }) { return known }
    guard let info = readInfo() else { throw CrsError.unknown(self) }
    Self.cache.withLock { $0[self] = info }
    return info
  }

  private func readInfo() -> CrsInfo? {
    let context = proj_context_create()
    proj_log_level(context, PJ_LOG_NONE)
    defer { proj_context_destroy(context) }
    guard let crs = proj_create(context, projName) else { return nil }
    defer { proj_destroy(crs) }
    guard proj_is_crs(crs) != 0, let axes = proj_crs_get_coordinate_system(context, crs) ?? horizontalAxes(of: crs, context)
    else { return nil }
    defer { proj_destroy(axes) }

    var direction: UnsafePointer<CChar>?
    var factor = 1.0
    var unit: UnsafePointer<CChar>?
    guard proj_cs_get_axis_info(context, axes, 0, nil, nil, &direction, &factor, &unit, nil, nil) != 0, let direction, let unit
    else { return nil }
    let isGeographic = String(cString: unit).contains("degree")

    var area: Envelope?
    var box = Envelope.empty
    if proj_get_area_of_use(context, crs, &box.minX, &box.minY, &box.maxX, &box.maxY, nil) != 0, box.minX > -1000 { area = box }

    return CrsInfo(
      name: String(cString: proj_get_name(crs)), areaOfUse: area, isGeographic: isGeographic,
      latitudeFirst: authority == .epsg && String(cString: direction) == "north",
      metresPerUnit: isGeographic ? factor * WebMercator.radius : factor)
  }

  /// A compound system keeps its axes in its first, horizontal part.
  private func horizontalAxes(of crs: OpaquePointer, _ context: OpaquePointer?) -> OpaquePointer? {
    guard let part = proj_crs_get_sub_crs(context, crs, 0) else { return nil }
    defer { proj_destroy(part) }
    return proj_crs_get_coordinate_system(context, part)
  }

  /// The EPSG system that a definition in WKT means: OGC's or ESRI's spelling, a `.prj` beside a shapefile, with or without a code.
  ///
  /// The code written in the text counts; without one PROJ compares with its database, and only a match of at least 70 of 100
  /// is taken (name or all parameters equal). `nil` where there is none: the caller has to ask.
  public static func identify(wkt: String) -> CoordinateReferenceSystem? {
    let context = proj_context_create()
    proj_log_level(context, PJ_LOG_NONE)
    defer { proj_context_destroy(context) }
    guard let definition = proj_create(context, wkt) else { return nil }
    defer { proj_destroy(definition) }
    guard proj_is_crs(definition) != 0 else { return nil }
    // WKT 1 with TOWGS84 comes back as a system bound to WGS 84; the system itself is inside.
    guard proj_get_type(definition) == PJ_TYPE_BOUND_CRS, let inner = proj_get_source_crs(context, definition) else {
      return identify(definition, context)
    }
    defer { proj_destroy(inner) }
    return identify(inner, context)
  }

  private static func identify(_ crs: OpaquePointer, _ context: OpaquePointer?) -> CoordinateReferenceSystem? {
    if let written = code(of: crs) { return written }
    var confidences: UnsafeMutablePointer<Int32>?
    guard let list = proj_identify(context, crs, "EPSG", nil, &confidences) else { return nil }
    defer {
      proj_list_destroy(list)
      proj_int_list_destroy(confidences)
    }
    guard let confidences, proj_list_get_count(list) > 0, confidences[0] >= 70, let best = proj_list_get(context, list, 0)
    else { return nil }
    defer { proj_destroy(best) }
    return code(of: best)
  }

  private static func code(of crs: OpaquePointer) -> CoordinateReferenceSystem? {
    guard let authority = proj_get_id_auth_name(crs, 0), String(cString: authority) == "EPSG",
      let code = proj_get_id_code(crs, 0)
    else { return nil }
    return CoordinateReferenceSystem(parsing: "EPSG:" + String(cString: code))
  }
}
