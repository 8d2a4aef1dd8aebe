import CGEOS

/// What GEOS said when it failed.
public struct GeosError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was asked of it, as "validity" or "intersects".
  public var operation: String
  /// GEOS's own words.
  public var reason: String

  public var description: String { "GEOS, \(operation): \(reason)" }
}

/// One GEOS context with its last message. Belongs to one thread at a time; whoever shares it locks it.
final class GeosContext {
  let handle: GEOSContextHandle_t
  private let message: MessageBox

  private final class MessageBox {
    var text = ""
  }

  init() throws(GeosError) {
    guard let handle = GEOS_init_r() else { throw GeosError(operation: "start", reason: "no context") }
    self.handle = handle
    message = MessageBox()
    // The box lives as long as the context, so it is lent without a count.
    GEOSContext_setErrorMessageHandler_r(
      handle,
      { text, box in
        guard let text, let box else { return }
        Unmanaged<MessageBox>.fromOpaque(box).takeUnretainedValue().text = String(cString: text)
      },
      Unmanaged.passUnretained(message).toOpaque())
  }

  deinit { GEOS_finish_r(handle) }

  func error(_ operation: String) -> GeosError {
    GeosError(operation: operation, reason: message.text.isEmpty ? "no reason given" : message.text)
  }

  /// A GEOS geometry from ours; the caller destroys it. Rings that are not closed or too short are an error, in GEOS's words.
  func make(_ geometry: Geometry) throws(GeosError) -> OpaquePointer {
    if geometry.kind == .point, !geometry.hasZ, let place = geometry.coordinates.first {
      // What is asked most often needs no detour over bytes.
      guard let made = GEOSGeom_createPointFromXY_r(handle, place.x, place.y) else { throw error("reading a point") }
      return made
    }
    var flat = geometry
    flat.dropMeasures()
    let bytes = flat.wkb()
    guard let made = GEOSGeomFromWKB_buf_r(handle, bytes, bytes.count) else { throw error("reading a \(geometry.kind)") }
    return made
  }

  /// Ours from a GEOS geometry, with its heights.
  func read(_ geometry: OpaquePointer) throws(GeosError) -> Geometry {
    guard let writer = GEOSWKBWriter_create_r(handle) else { throw error("writing") }
    defer { GEOSWKBWriter_destroy_r(handle, writer) }
    GEOSWKBWriter_setOutputDimension_r(handle, writer, GEOSGeom_getCoordinateDimension_r(handle, geometry))
    GEOSWKBWriter_setFlavor_r(handle, writer, Int32(GEOS_WKB_ISO.rawValue))
    var size = 0
    guard let bytes = GEOSWKBWriter_write_r(handle, writer, geometry, &size) else { throw error("writing") }
    defer { GEOSFree_r(handle, bytes) }
    do {
      return try Geometry(decoding: GeometryBytes(encoding: .wkb, bytes: UnsafeRawBufferPointer(start: bytes, count: size)))
    } catch {
      throw GeosError(operation: "writing", reason: error.description)
    }
  }
}

extension Geometry {
  /// GEOS before 3.12 reads no measures from WKB.
  fileprivate mutating func dropMeasures() {
    m = []
    for index in members.indices { members[index].dropMeasures() }
  }
}
