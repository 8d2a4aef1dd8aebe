import CSpatiaLite
import Synchronization

/// SpatiaLite's functions, loaded into connections. Each connection has a cache of its own, which must outlive it.
final class SpatiaLite: Sendable {
  private let caches = Mutex<[UInt]>([])

  /// Loads the functions into the connection `handle`.
  func load(into handle: OpaquePointer) throws(StoreError) {
    guard let cache = spatialite_alloc_connection() else {
      throw .database(code: SQLITE_NOMEM, message: "no memory", doing: "loading SpatiaLite")
    }
    spatialite_init_ex(handle, cache, 0)
    // An address as an integer: raw pointers are not Sendable, and this one is only kept to be freed.
    caches.withLock { $0.append(UInt(bitPattern: cache)) }
  }

  /// Frees the caches. Every connection that `load` was called with must be closed by now.
  func unload() {
    let addresses = caches.withLock { caches in
      defer { caches.removeAll() }
      return caches
    }
    for address in addresses { spatialite_cleanup_ex(UnsafeMutableRawPointer(bitPattern: address)) }
  }

  deinit { unload() }
}
