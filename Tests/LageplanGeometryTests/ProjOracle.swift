import CPROJ
import LageplanGeometry

/// PROJ, reached without any code of the module under test. Positions are in x, y order.
final class ProjOracle {
  private let context: OpaquePointer?
  private let transformation: OpaquePointer?

  init(_ source: String, _ target: String) {
    let context = proj_context_create()
    self.context = context
    let plain = proj_create_crs_to_crs(context, source, target, nil)
    transformation = plain.flatMap { proj_normalize_for_visualization(context, $0) }
    proj_destroy(plain)
  }

  deinit {
    proj_destroy(transformation)
    proj_context_destroy(context)
  }

  func transform(_ place: Coordinate) -> Coordinate {
    let result = proj_trans(transformation, PJ_FWD, proj_coord(place.x, place.y, 0, .infinity))
    return Coordinate(x: result.xy.x, y: result.xy.y)
  }
}
