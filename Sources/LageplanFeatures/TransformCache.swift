import LageplanGeometry
import Synchronization

/// Transformations by their pair of frames: making one through PROJ costs milliseconds, more than the search that needs it.
enum TransformCache {
  private struct Pair: Hashable {
    var source: CoordinateReferenceSystem
    var target: CoordinateReferenceSystem
  }

  private static let known = Mutex<[Pair: CoordinateTransform]>([:])
  /// So that requests with ever new target frames do not fill the memory.
  private static let capacity = 64

  /// Throws `CrsError` as `CoordinateTransform.init`.
  static func transform(
    from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem
  ) throws(CrsError) -> CoordinateTransform {
    let pair = Pair(source: source, target: target)
    if let kept = known.withLock({ $0[pair] }) { return kept }
    let made = try CoordinateTransform(from: source, to: target)
    known.withLock { known in
      if known.count >= capacity { known.removeAll() }
      known[pair] = made
    }
    return made
  }
}
