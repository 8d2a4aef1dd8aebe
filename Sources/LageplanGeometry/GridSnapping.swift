import CGEOS

extension Geometry {
  /// The polygons of this geometry with every vertex on a grid of cells of `size` through the origin, and valid.
  ///
  /// Rounding alone may let rings touch or cross; this cuts and joins them where that happens (GEOS's precision reduction by
  /// snap rounding: Hobby 1999, doi:10.1016/S0925-7721(99)00021-8). Parts narrower than a cell vanish.
  ///
  /// The polygons need not be valid: first each ring is repaired by itself, then holes are taken from shells (GEOS's MakeValid,
  /// "structure" method). So a hole may share an edge with its shell, as clipping leaves it, and stays a hole; ``repaired()``,
  /// which knows lines alone, would fill it. Throws where GEOS fails.
  public func snapped(toGrid size: Double) throws(GeosError) -> Geometry {
    let context = try GeosContext()
    let shape = try context.make(self)
    defer { GEOSGeom_destroy_r(context.handle, shape) }
    guard let parameters = GEOSMakeValidParams_create_r(context.handle) else { throw context.error("snapping to a grid") }
    defer { GEOSMakeValidParams_destroy_r(context.handle, parameters) }
    GEOSMakeValidParams_setMethod_r(context.handle, parameters, GEOS_MAKE_VALID_STRUCTURE)
    GEOSMakeValidParams_setKeepCollapsed_r(context.handle, parameters, 0)
    guard let valid = GEOSMakeValidWithParams_r(context.handle, shape, parameters) else {
      throw context.error("snapping to a grid")
    }
    defer { GEOSGeom_destroy_r(context.handle, valid) }
    guard let snapped = GEOSGeom_setPrecision_r(context.handle, valid, size, 0) else {
      throw context.error("snapping to a grid")
    }
    defer { GEOSGeom_destroy_r(context.handle, snapped) }
    return try context.read(snapped)
  }
}
