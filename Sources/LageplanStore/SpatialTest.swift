import LageplanFeatures
import LageplanGeometry

/// The exact answer where the R*Tree only guesses: cheap tests first, the geometry is decoded last and seldom.
struct SpatialTest {
  private enum Exactness {
    case envelope
    case rectangle(Envelope)
    case geometry(PreparedGeometry)
  }

  private let envelope: Envelope
  private let exactness: Exactness
  /// Decoded into again and again, to keep its memory.
  private var decoded = Geometry(kind: .point)

  init(_ filter: SpatialFilter, geometryKind: GeometryKind?) throws {
    envelope = filter.envelope
    exactness =
      switch filter {
      case .envelope: .envelope
      // The envelope of a point is the point.
      case .rectangle(let rectangle): geometryKind == .point ? .envelope : .rectangle(rectangle)
      case .geometry(let geometry): .geometry(try PreparedGeometry(geometry))
      }
  }

  mutating func accepts(_ bytes: GeometryBytes, number: Int64, collection: String) throws -> Bool {
    guard let bounds = bytes.envelope(), bounds.intersects(envelope) else { return false }
    switch exactness {
    case .envelope: return true
    case .rectangle(let rectangle):
      if rectangle.contains(bounds) { return true }
      try decode(bytes, number: number, collection: collection)
      return decoded.intersects(rectangle: rectangle)
    case .geometry(let prepared):
      try decode(bytes, number: number, collection: collection)
      return try prepared.intersects(decoded)
    }
  }

  private mutating func decode(_ bytes: GeometryBytes, number: Int64, collection: String) throws {
    do {
      try decoded.decode(bytes)
    } catch {
      throw StoreError.unreadableGeometry(collection: collection, number: number, reason: String(describing: error))
    }
  }
}
