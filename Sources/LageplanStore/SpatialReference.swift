import LageplanGeometry

/// The row of a coordinate reference system in SpatiaLite's `spatial_ref_sys`, from which every GIS reads the CRS of a layer.
enum SpatialReference {
  /// SpatiaLite brings some 6,000 systems; any other that PROJ knows is added.
  /// Throws `CrsError` for one that PROJ does not know.
  static func ensure(_ crs: CoordinateReferenceSystem, on connection: SQLiteConnection) throws {
    let srid = Int64(crs.srid)
    guard try connection.integer(#"SELECT 1 FROM "spatial_ref_sys" WHERE "srid" = ?"#, [.integer(srid)]) == nil else { return }
    let definition = try crs.definition()
    try connection.run(
      """
      INSERT INTO "spatial_ref_sys" ("srid", "auth_name", "auth_srid", "ref_sys_name", "proj4text", "srtext")
      VALUES (?, 'epsg', ?, ?, ?, ?)
      """,
      [.integer(srid), .integer(srid), .text(try crs.info().name), .text(definition.proj), .text(definition.wkt)])
  }
}
