public import LageplanFeatures

/// The database: one SpatiaLite file, one writer, a fixed set of readers.
public final class Store: Sendable {
  public enum Mode: Sendable {
    /// Opens the file, or makes it where there is none.
    case create
    /// Opens a file that must be there.
    case open
    /// Opens a file that must be there and writes nothing to it.
    case readOnly
  }

  public init(path: String, mode: Mode = .open, readers: Int = 2) throws(StoreError) { throw .closed }

  /// Waits for the calls at work, closes every connection. Later calls throw `StoreError.closed`; a second `close` does nothing.
  public func close() {}

  /// All collections, ordered by id, with extent, count and version as they are now.
  public func collections() throws(StoreError) -> [CollectionDescriptor] { throw .closed }

  /// Throws `FeatureError.unknownCollection`.
  public func descriptor(of collection: String) throws -> CollectionDescriptor { throw StoreError.closed }

  /// Rises with every committed change of the collection, whoever made it. Some microseconds; may be asked for every request.
  /// Throws `FeatureError.unknownCollection`.
  public func dataVersion(of collection: String) throws -> Int64 { throw StoreError.closed }

  /// Runs `body` on one of the reader threads, which lends its connection and one state of the data.
  /// Throws `StoreError.busy` when too many wait, `CancellationError` when the task is cancelled before or while it runs.
  public func read<T: Sendable>(_ body: @Sendable @escaping (StoreReader) throws -> T) async throws -> T {
    throw StoreError.closed
  }

  /// As ``read(_:)``, for callers that are not asynchronous: waits for a reader thread and blocks the caller's.
  public func readSync<T: Sendable>(_ body: @Sendable @escaping (StoreReader) throws -> T) throws -> T {
    throw StoreError.closed
  }

  /// Makes an empty collection.
  public func createCollection(_ descriptor: CollectionDescriptor) throws(StoreError) { throw .closed }

  /// Changes the description: titles, keywords, zooms, visibility, and of each property its title, unit, enumeration and reference.
  public func updateCollection(_ descriptor: CollectionDescriptor) throws { throw StoreError.closed }

  public func dropCollection(_ collection: String) throws { throw StoreError.closed }

  /// Brings a delivery into the collection in one transaction; makes the collection where it is not there.
  ///
  /// `next` yields the features, `nil` at the end; each has one value per property of `descriptor.schema`, in its order, and its
  /// geometry in `descriptor.storageCrs`. An empty id asks for one made here. A throw from `next` or `rejected` leaves everything as it was.
  public func importFeatures(
    into descriptor: CollectionDescriptor, options: ImportOptions = ImportOptions(), from next: () throws -> Feature?,
    rejected: (ImportRejection) throws -> Void = { _ in }
  ) throws -> ImportResult { throw StoreError.closed }

  /// Writes a checked copy of the whole database to `path` while readers and the writer go on.
  public func backup(to path: String, overwrite: Bool = false) throws(StoreError) { throw .closed }
}
