import LageplanFeatures
import LageplanGeometry

/// The exact answer where the R*Tree only guesses: cheap tests first, the geometry is decoded last and seldom.
///
/// A damaged geometry is nowhere: one that cannot be read or compared meets no spatial condition. Other programs may edit the file, and
/// one broken row must not make all others unreadable. Where the envelope alone decides, what stands behind it is not looked at.
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

  mutating func accepts(_ bytes: GeometryBytes) -> Bool {
    guard let bounds = bytes.envelope(), bounds.intersects(envelope) else { return false }
    switch exactness {
    case .envelope: return true
    case .rectangle(let rectangle):
      if rectangle.contains(bounds) { return true }
      return decodes(bytes) && decoded.intersects(rectangle: rectangle)
    case .geometry(let prepared):
      return decodes(bytes) && ((try? prepared.intersects(decoded)) ?? false)
    }
  }

  private mutating func decodes(_ bytes: GeometryBytes) -> Bool {
    do {
      try decoded.decode(bytes)
      return true
    } catch {
      return false
    }
  }
}
