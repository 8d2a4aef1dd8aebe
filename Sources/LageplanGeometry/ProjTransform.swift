import CPROJ
import Synchronization

/// A transformation by PROJ, for every pair of systems without formulas of our own.
///
/// PROJ objects belong to one thread at a time: one context and one object stand behind a lock.
/// Coordinates are in x, y order on both sides (`proj_normalize_for_visualization`).
final class ProjTransform: Sendable {
  /// Touched only under the lock, which is what makes the pointers safe to share.
  private struct Handle: @unchecked Sendable {
    var context: OpaquePointer
    var transformation: OpaquePointer
  }

  private let handle: Mutex<Handle>

  init(from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem) throws(CrsError) {
    for crs in [source, target] { _ = try crs.info() }
    guard let context = proj_context_create() else {
      throw CrsError.noTransformation(from: source, to: target, reason: "PROJ gives no context")
    }
    proj_log_level(context, PJ_LOG_NONE)
    let plain = proj_create_crs_to_crs(context, source.projName, target.projName, nil)
    defer { proj_destroy(plain) }
    guard let plain, let ordered = proj_normalize_for_visualization(context, plain) else {
      let reason = ProjTransform.message(proj_context_errno(context), context)
      proj_context_destroy(context)
      throw CrsError.noTransformation(from: source, to: target, reason: reason)
    }
    handle = Mutex(Handle(context: context, transformation: ordered))
  }

  deinit {
    handle.withLock {
      proj_destroy($0.transformation)
      proj_context_destroy($0.context)
    }
  }

  /// Transforms in place. The first position that fails ends it: its index and PROJ's reason come back.
  func transform(_ positions: UnsafeMutableBufferPointer<Coordinate>) -> (index: Int, reason: String)? {
    handle.withLock { handle in
      for index in positions.indices {
        proj_errno_reset(handle.transformation)
        let place = positions[index]
        guard place.isFinite else { return (index, "not a finite position") }
        let result = proj_trans(handle.transformation, PJ_FWD, proj_coord(place.x, place.y, 0, .infinity))
        let moved = Coordinate(x: result.xy.x, y: result.xy.y)
        guard moved.isFinite else {
          return (index, ProjTransform.message(proj_errno(handle.transformation), handle.context))
        }
        positions[index] = moved
      }
      return nil
    }
  }

  static func message(_ code: Int32, _ context: OpaquePointer?) -> String {
    guard code != 0, let text = proj_context_errno_string(context, code) else { return "PROJ names no reason" }
    return String(cString: text)
  }
}

extension CoordinateReferenceSystem {
  /// As PROJ spells it. It has no CRS84h; EPSG:4979 in x, y order is the same system.
  var projName: String { code == "CRS84h" ? "EPSG:4979" : name }
}
