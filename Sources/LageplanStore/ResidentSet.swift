public import LageplanFeatures
import Synchronization

/// The collections that are held in memory, each as the snapshot that is newest.
final class ResidentSet: Sendable {
  private let snapshots = Mutex<[String: ResidentCollection]>([:])

  /// The snapshot of just this version; `nil` where there is none.
  func snapshot(of collection: String, version: Int64) -> ResidentCollection? {
    snapshots.withLock { $0[collection] }.flatMap { $0.version == version ? $0 : nil }
  }
}

extension StoreReader {
  /// The collection as it is held in memory, in just the state that this reader sees: never ahead of it, never behind.
  /// `nil`: it is not held, or not in this state; then SQL answers. Throws `FeatureError.unknownCollection`.
  public func resident(of collection: String) throws -> ResidentCollection? {
    residents.snapshot(of: collection, version: try dataVersion(of: collection))
  }
}
