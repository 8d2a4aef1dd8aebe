import Foundation
import GRDB
public import LageplanFeatures
import Synchronization

/// The database: one SpatiaLite file, one writer, a fixed set of readers.
///
/// The file is a real SpatiaLite file, which QGIS, GDAL and the `spatialite` shell open as it is and may edit while it is served:
/// a spatial table for each collection (`CollectionTable`), and bookkeeping tables with the prefix `lageplan_`.
public final class Store: Sendable {
  public enum Mode: Sendable {
    /// Opens the file, or makes it where there is none.
    case create
    /// Opens a file that must be there.
    case open
    /// Opens a file that must be there and writes nothing to it.
    case readOnly
  }

  public let path: String
  private let timeLimit: Duration?
  private let writer: Writer?
  let readers: ReaderThreads
  /// For calls from any thread. Two, since a description may take milliseconds to compute after an edit, a version never does.
  private let versionDesk: Desk
  private let descriptionDesk: Desk
  let feed: CommitFeed
  let residents: ResidentSet

  /// Opens the database at `path`, with so many reader threads, each with a connection of its own.
  ///
  /// At most `queueLimit` reads wait for a thread; the next is refused with `StoreError.busy`. With `timeLimit`, a read that takes
  /// longer, once it has begun, ends with `StoreError.tookTooLong`: a costly question must not keep a thread from all others.
  public init(
    path: String, mode: Mode = .open, readers: Int = 2, queueLimit: Int = 512, timeLimit: Duration? = nil
  ) throws(StoreError) {
    self.path = path
    self.timeLimit = timeLimit
    do {
      switch (try DatabaseFile.inspect(path), mode) {
      case (.missing, .create), (.empty, .create): break
      case (.missing, .open), (.missing, .readOnly): throw StoreError.fileMissing(path: path)
      case (.empty, .open), (.empty, .readOnly): throw StoreError.notALageplanFile(path: path, reason: "it is empty")
      case (.lageplan(let version), _) where version > DatabaseLayout.version:
        throw StoreError.newerVersion(path: path, version: version, known: DatabaseLayout.version)
      case (.lageplan(let version), .readOnly) where version < DatabaseLayout.version:
        throw StoreError.olderVersion(path: path, version: version, known: DatabaseLayout.version)
      case (.lageplan, _): break
      }
      writer = mode == .readOnly ? nil : try Writer(path: path)
      let derivations = DerivedStateCache()
      residents = ResidentSet(path: path, derivations: derivations)
      versionDesk = Desk(try StoreReader(path: path, derivations: derivations, residents: residents))
      descriptionDesk = Desk(try StoreReader(path: path, derivations: derivations, residents: residents))
      var threads: [StoreReader] = []
      for _ in 0..<max(1, readers) { threads.append(try StoreReader(path: path, derivations: derivations, residents: residents)) }
      feed = try CommitFeed(path: path, reader: try StoreReader(path: path, derivations: derivations, residents: residents))
      self.readers = ReaderThreads(readers: threads, queueLimit: queueLimit, timeLimit: timeLimit)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  deinit { close() }

  /// Waits for the calls at work, closes every connection. Later calls throw `StoreError.closed`; a second `close` does nothing.
  public func close() {
    feed.close()
    residents.close()
    readers.close()
    versionDesk.close()
    descriptionDesk.close()
    // Nothing is lost where the last connection cannot be closed in order: the next one to open the file reads the write-ahead log.
    try? writer?.close()
  }

  // MARK: Reading

  /// All collections, ordered by id, with extent, count and version as they are now.
  public func collections() throws(StoreError) -> [CollectionDescriptor] {
    do { return try descriptionDesk.ask { try $0.withSnapshot { try $0.collections() } } } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Throws `FeatureError.unknownCollection`.
  public func descriptor(of collection: String) throws -> CollectionDescriptor {
    try descriptionDesk.ask { try $0.withSnapshot { try $0.descriptor(of: collection) } }
  }

  /// Rises with every committed change of the collection, whoever made it. Some microseconds; may be asked for every request.
  /// Throws `FeatureError.unknownCollection`.
  public func dataVersion(of collection: String) throws -> Int64 {
    try versionDesk.ask { try $0.latestVersion(of: collection) }
  }

  /// Runs `body` on one of the reader threads, which lends its connection and one state of the data.
  /// Throws `StoreError.busy` when too many wait, `CancellationError` when the task is cancelled before or while it runs.
  public func read<T: Sendable>(_ body: @Sendable @escaping (StoreReader) throws -> T) async throws -> T {
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      return try await withCheckedThrowingContinuation { continuation in
        do throws(StoreError) {
          try readers.submit(cancelledBy: flag) { reader in
            continuation.resume(with: self.answer(of: reader, body))
          }
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      readers.cancel(flag)
    }
  }

  /// As ``read(_:)``, for callers that are not asynchronous: waits for a reader thread and blocks the caller's.
  /// Not to be called from inside a read, which has its reader already.
  public func readSync<T: Sendable>(_ body: @Sendable @escaping (StoreReader) throws -> T) throws -> T {
    let answer = Answer<T>()
    let finished = DispatchSemaphore(value: 0)
    try readers.submit(cancelledBy: CancellationFlag()) { reader in
      answer.result.withLock { $0 = self.answer(of: reader, body) }
      finished.signal()
    }
    finished.wait()
    guard let result = answer.result.withLock({ $0 }) else { throw StoreError.closed }
    return try result.get()
  }

  /// A call that was ended because it took too long says so.
  private func answer<T>(of reader: Result<StoreReader, any Error>, _ body: (StoreReader) throws -> T) -> Result<T, any Error> {
    Result {
      let reader = try reader.get()
      do {
        return try body(reader)
      } catch is CancellationError where reader.hasExpired {
        throw StoreError.tookTooLong(limit: timeLimit ?? .zero)
      }
    }
  }

  // MARK: Writing

  /// Makes an empty collection.
  public func createCollection(_ descriptor: CollectionDescriptor) throws(StoreError) {
    do {
      _ = try writing { try CollectionWriter(connection: $0).create(descriptor) }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Changes the description: titles, keywords, zooms, visibility, and of each property its title, unit, enumeration and reference.
  /// CRS, geometry type, and the names, types and order of properties stay as they are; a descriptor that says otherwise is refused.
  /// Throws `FeatureError.unknownCollection` and `StoreError`.
  public func updateCollection(_ descriptor: CollectionDescriptor) throws {
    try writing { try CollectionWriter(connection: $0).update(descriptor) }
  }

  /// Deletes the collection with all its features. Throws `FeatureError.unknownCollection` and `StoreError`.
  public func dropCollection(_ collection: String) throws {
    try writing { try CollectionWriter(connection: $0).drop(collection) }
  }

  /// Brings a delivery into the collection in one transaction; makes the collection where it is not there.
  ///
  /// `next` yields the features, `nil` at the end; each has one value per property of `descriptor.schema`, in its order, and its
  /// geometry in `descriptor.storageCrs`. An empty id asks for one made here (`n` and the feature's number). A feature whose id came
  /// already is told to `rejected`. A throw from `next` or `rejected` leaves everything as it was.
  ///
  /// What `.replace` deletes is what the delivery does not have. A feature that could not be taken is in the delivery all the same:
  /// those rejected here are spared, and so are the ids that `sparing` names, which is asked once after `next` has ended: records
  /// that were rejected before they came here. Where one has no id (`sparing` answers `nil`), it may be any feature, and nothing
  /// is deleted.
  ///
  /// A collection that is there keeps its description. It gets the properties that it lacks; those that the delivery lacks keep
  /// their values; a type becomes wider where a value asks for it (integer to real, anything to text). Values are compared exactly:
  /// only what differs is written.
  public func importFeatures(
    into descriptor: CollectionDescriptor, options: ImportOptions = ImportOptions(), from next: () throws -> Feature?,
    rejected: (ImportRejection) throws -> Void = { _ in }, sparing: () -> Set<String>? = { [] }
  ) throws -> ImportResult {
    try withoutActuallyEscaping(rejected) { rejected in
      guard let writer else { throw StoreError.readOnly(path: path) }
      let result = try writer.transaction(by: options.actor) { connection in
        let importer = try FeatureImporter(into: descriptor, options: options, on: connection, rejected: rejected)
        return (try importer.run(from: next, sparing: sparing), commit: !options.dryRun)
      }
      feed.advance()
      return result
    }
  }

  /// As ``backup(to:overwrite:)``, of the file at `path`, which need not be open and may be of any layout: a copy before the layout changes.
  public static func backup(of path: String, to target: String, overwrite: Bool = false) throws(StoreError) {
    switch try DatabaseFile.inspect(path) {
    case .missing: throw .fileMissing(path: path)
    case .empty: throw .notALageplanFile(path: path, reason: "it is empty")
    case .lageplan: try DatabaseBackup(of: path).write(to: target, overwrite: overwrite)
    }
  }

  /// Writes a checked copy of the whole database to `path` while readers and the writer go on.
  /// Throws `StoreError.fileExists` unless `overwrite` is set; what was there is replaced only by a copy that is whole.
  /// Throws `StoreError.unfitTarget` for this database itself, and for one that is in use or was not closed.
  public func backup(to target: String, overwrite: Bool = false) throws(StoreError) {
    try DatabaseBackup(of: path).write(to: target, overwrite: overwrite)
  }

  /// Runs `body` in one transaction; its changes are noted as those of `actor`, and told before the call returns.
  func writing<T>(by actor: String? = nil, _ body: (SQLiteConnection) throws -> T) throws -> T {
    guard let writer else { throw StoreError.readOnly(path: path) }
    let result = try writer.transaction(by: actor) { (try body($0), commit: true) }
    feed.advance()
    return result
  }

  /// A short question about the bookkeeping, from any thread.
  func asking<T>(_ question: (StoreReader) throws -> T) throws -> T {
    try versionDesk.ask { try $0.withSnapshot(question) }
  }
}

/// Where the answer of a synchronous read is laid down.
private final class Answer<T: Sendable>: Sendable {
  let result = Mutex<Result<T, any Error>?>(nil)
}

/// A reader for short questions from any thread, one after the other.
///
/// `@unchecked Sendable`: the reader is touched only under the lock.
private final class Desk: @unchecked Sendable {
  private let lock = NSLock()
  private var reader: StoreReader?

  init(_ reader: StoreReader) { self.reader = reader }

  func ask<T>(_ question: (StoreReader) throws -> T) throws -> T {
    lock.lock()
    defer { lock.unlock() }
    guard let reader else { throw StoreError.closed }
    return try question(reader)
  }

  func close() {
    lock.lock()
    defer { lock.unlock() }
    reader = nil
  }
}

extension StoreError {
  /// What was thrown while working on the file at `path`, in the store's own words.
  init(_ error: any Error, path: String) {
    self =
      switch error {
      case let error as StoreError: error
      case let error as DatabaseError:
        .database(
          code: error.extendedResultCode.rawValue, message: error.message ?? "no message",
          doing: error.sql ?? "working on \(path)")
      default: .fileUnusable(path: path, reason: String(describing: error))
      }
  }
}
