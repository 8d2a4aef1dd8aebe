import CGEOS
import Synchronization

/// A geometry indexed once and asked many times: the area of a search.
///
/// May be shared between threads; they take turns. Make one per thread where many ask at once.
public final class PreparedGeometry: Sendable {
  /// The envelope of the prepared geometry, in its frame.
  public let envelope: Envelope
  private let state: Mutex<State>

  /// Touched only under the lock, which is what makes the pointers safe to share.
  struct State: @unchecked Sendable {
    let context: GeosContext
    let shape: OpaquePointer
    let prepared: OpaquePointer
  }

  /// Throws ``GeosError`` for rings that are not closed, and where GEOS fails. Invalid polygons may be prepared, but GEOS's
  /// answers about them are not defined: see ``Geometry/repaired()``.
  public init(_ geometry: Geometry) throws(GeosError) {
    envelope = geometry.envelope
    let context = try GeosContext()
    let shape = try context.make(geometry)
    guard let prepared = GEOSPrepare_r(context.handle, shape) else {
      GEOSGeom_destroy_r(context.handle, shape)
      throw context.error("preparing a \(geometry.kind)")
    }
    state = Mutex(State(context: context, shape: shape, prepared: prepared))
  }

  deinit {
    state.withLock {
      GEOSPreparedGeom_destroy_r($0.context.handle, $0.prepared)
      GEOSGeom_destroy_r($0.context.handle, $0.shape)
    }
  }

  /// Whether the two have a point in common, borders included. `false` for an empty geometry.
  public func intersects(_ geometry: Geometry) throws(GeosError) -> Bool {
    guard geometry.envelope.intersects(envelope) else { return false }
    if geometry.kind == .point, let position = geometry.coordinates.first { return try intersects(position) }
    return try ask("intersects") { (state) throws(GeosError) -> CChar in
      let shape = try state.context.make(geometry)
      defer { GEOSGeom_destroy_r(state.context.handle, shape) }
      return GEOSPreparedIntersects_r(state.context.handle, state.prepared, shape)
    }
  }

  /// Whether `position` lies in the geometry or on its border.
  public func intersects(_ position: Coordinate) throws(GeosError) -> Bool {
    guard envelope.contains(position) else { return false }
    return try ask("intersects") { (state) throws(GeosError) -> CChar in
      guard let shape = GEOSGeom_createPointFromXY_r(state.context.handle, position.x, position.y) else {
        throw state.context.error("reading a point")
      }
      defer { GEOSGeom_destroy_r(state.context.handle, shape) }
      return GEOSPreparedIntersects_r(state.context.handle, state.prepared, shape)
    }
  }

  func ask(_ operation: String, _ question: (State) throws(GeosError) -> CChar) throws(GeosError) -> Bool {
    try state.withLock { (state) throws(GeosError) -> Bool in
      switch try question(state) {
      case 0: return false
      case 1: return true
      default: throw state.context.error(operation)
      }
    }
  }
}

extension Geometry {
  /// Whether the two have a point in common, borders included, by GEOS. For many questions to one: ``PreparedGeometry``.
  public func intersects(_ other: Geometry) throws(GeosError) -> Bool {
    guard envelope.intersects(other.envelope) else { return false }
    let context = try GeosContext()
    let a = try context.make(self)
    defer { GEOSGeom_destroy_r(context.handle, a) }
    let b = try context.make(other)
    defer { GEOSGeom_destroy_r(context.handle, b) }
    switch GEOSIntersects_r(context.handle, a, b) {
    case 0: return false
    case 1: return true
    default: throw context.error("intersects")
    }
  }
}
