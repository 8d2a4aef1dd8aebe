import CPROJ

extension CoordinateReferenceSystem {
  /// The whole definition of the system, for files that carry it: WKT as GDAL 1 wrote it (OGC 01-009 with authority codes),
  /// and the PROJ string, empty where no such string can say it. Throws ``CrsError/unknown(_:)``.
  public func definition() throws(CrsError) -> (wkt: String, proj: String) {
    let context = proj_context_create()
    proj_log_level(context, PJ_LOG_NONE)
    defer { proj_context_destroy(context) }
    guard let crs = proj_create(context, name) else { throw CrsError.unknown(self) }
    defer { proj_destroy(crs) }
    guard proj_is_crs(crs) != 0 else { throw CrsError.unknown(self) }
    // What WKT 1 has no word for is told in WKT 2 (ISO 19162), which today's programs read as well.
    let wkt = proj_as_wkt(context, crs, PJ_WKT1_GDAL, nil) ?? proj_as_wkt(context, crs, PJ_WKT2_2019, nil)
    guard let wkt else { throw CrsError.unknown(self) }
    let text = String(cString: wkt)
    return (text, proj_as_proj_string(context, crs, PJ_PROJ_4, nil).map { String(cString: $0) } ?? "")
  }
}
