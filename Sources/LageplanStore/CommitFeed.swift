import Foundation
import LageplanFeatures
import Synchronization

/// What was committed since the last that was told: by this process, or by another in the same file.
public struct Commit: Hashable, Sendable {
  /// The newest change that is in it: what follows is told by a later one.
  public var sequence: Int64
  /// Of features, in their order; none of the collections in ``wholly``.
  public var changes: [FeatureChange]
  /// Collections of which anything may have changed: loaded, described anew, made, dropped, or changed more often than is told one by one.
  public var wholly: Set<String>
  /// False: the log could not be read, so anything of any collection may have changed, also of those that are not in ``wholly``. What it was
  /// is told, with its sequences, once the log can be read again.
  public var isComplete: Bool

  public init(sequence: Int64, changes: [FeatureChange], wholly: Set<String>, isComplete: Bool = true) {
    self.sequence = sequence
    self.changes = changes
    self.wholly = wholly
    self.isComplete = isComplete
  }
}

extension Store {
  /// Calls `listener` for every commit from now on: in order, one at a time, and, for what this process writes, before the call that
  /// wrote returns. Commits of other processes are heard of once ``watchFile()`` was called, within some 20 ms.
  ///
  /// The listener is called on the thread that wrote, or on that of the watch. It must not write, nor ask the store for rows, and is never
  /// taken away.
  public func onCommit(_ listener: @escaping @Sendable (Commit) -> Void) { feed.add(listener) }

  /// Looks for commits of other programs (QGIS, GDAL, the `spatialite` shell, another Lageplan) from now on, until the store closes:
  /// a thread asks SQLite every 20 ms whether anybody has committed. For who serves; a second call does nothing.
  /// Throws `StoreError`.
  public func watchFile() throws(StoreError) {
    do { try feed.watch() } catch { throw StoreError(error, path: path) }
  }

  /// The newest change that all listeners have been told of. May be asked for every request, from any thread.
  public var knownSequence: Int64 { feed.knownSequence }

  /// The log of changes could not be read when it was last asked: what was committed since ``knownSequence`` has been told only as a
  /// ``Commit`` that is not complete.
  public var isFeedBehind: Bool { feed.isBehind }
}

/// Reads what was committed from the log of changes and tells it, once and in order.
///
/// `@unchecked Sendable`: what changes is guarded by `lock`, but the sequence, which is atomic.
final class CommitFeed: @unchecked Sendable {
  /// Of features told one by one in one commit: with more, all of a collection may as well have changed.
  static let changeLimit = 10_000
  /// Between two looks at the file, in seconds.
  private static let watchInterval = 0.02

  private let path: String
  private let lock = NSLock()
  private var reader: StoreReader?
  private let residents: ResidentSet
  private var listeners: [@Sendable (Commit) -> Void] = []
  private var watcher: FileWatcher?
  private let known: Atomic<Int64>
  private let behind = Atomic(false)

  init(path: String, reader: StoreReader) throws {
    self.path = path
    self.reader = reader
    residents = reader.residents
    known = Atomic(try reader.withSnapshot { try ChangeLog(connection: $0.connection).latestSequence() })
  }

  var knownSequence: Int64 { known.load(ordering: .acquiring) }
  /// The log could not be read when it was last asked: it is asked again.
  var isBehind: Bool { behind.load(ordering: .relaxed) }

  func add(_ listener: @escaping @Sendable (Commit) -> Void) {
    lock.withLock { listeners.append(listener) }
  }

  /// Tells what has been committed since the last call. A log that cannot be read makes no write fail that has happened: it is read
  /// by the next call, and until then listeners know that anything may have changed.
  func advance() {
    lock.lock()
    defer { lock.unlock() }
    guard let reader else { return }
    do {
      if let commit = try reader.withSnapshot({ try read(on: $0) }) {
        for listener in listeners { listener(commit) }
        known.store(commit.sequence, ordering: .releasing)
      }
      behind.store(false, ordering: .relaxed)
    } catch {
      fallBehind(reader)
    }
  }

  /// The file could not be asked whether anything was committed: something may have been.
  func fallBehind() {
    lock.lock()
    defer { lock.unlock() }
    if let reader { fallBehind(reader) }
  }

  private func fallBehind(_ reader: StoreReader) {
    behind.store(true, ordering: .relaxed)
    let collections = Set(reader.catalogue.entries.map(\.descriptor.id))
    let commit = Commit(sequence: knownSequence, changes: [], wholly: collections, isComplete: false)
    for listener in listeners { listener(commit) }
  }

  /// Runs `body` between two commits that are told: in one state of the data.
  func betweenCommits<T>(_ body: (StoreReader) throws -> T) throws -> T {
    lock.lock()
    defer { lock.unlock() }
    guard let reader else { throw StoreError.closed }
    return try reader.withSnapshot(body)
  }

  /// What is new in the log; the collections in memory are brought to the same state.
  private func read(on reader: StoreReader) throws -> Commit? {
    let log = ChangeLog(connection: reader.connection)
    let since = knownSequence
    guard !listeners.isEmpty || residents.isActive else {
      known.store(try log.latestSequence(), ordering: .releasing)
      return nil
    }
    let entries = try log.changes(after: since, limit: Self.changeLimit + 1)
    guard var sequence = entries.last?.sequence else { return nil }
    var wholly = Set(entries.filter { $0.number == nil }.map(\.collection))
    if entries.count > Self.changeLimit {
      wholly.formUnion(try log.collections(changedAfter: since))
      sequence = try log.latestSequence()
    }
    residents.follow(entries, many: entries.count > Self.changeLimit ? wholly : [], on: reader)
    return Commit(sequence: sequence, changes: entries.filter { !wholly.contains($0.collection) }, wholly: wholly)
  }

  // MARK: Other processes

  func watch() throws {
    lock.lock()
    defer { lock.unlock() }
    guard reader != nil, watcher == nil else { return }
    watcher = try FileWatcher(path: path, interval: Self.watchInterval, feed: self)
  }

  func close() {
    lock.lock()
    let watcher = watcher
    self.watcher = nil
    reader?.close()
    reader = nil
    listeners = []
    lock.unlock()
    watcher?.stop()
  }
}

/// A thread that asks SQLite again and again whether the file has changed, and has the feed read what.
///
/// `@unchecked Sendable`: `isStopped` is guarded by `condition`; the connection is touched only by the thread, and let go of under `condition`.
private final class FileWatcher: @unchecked Sendable {
  private let condition = NSCondition()
  private var isStopped = false
  private var connection: SQLiteConnection?
  private var thread: Thread?
  private let interval: TimeInterval
  private weak var feed: CommitFeed?

  init(path: String, interval: TimeInterval, feed: CommitFeed) throws {
    connection = try SQLiteConnection(reading: path)
    self.interval = interval
    self.feed = feed
    let thread = Thread { [self] in run() }
    thread.name = "lageplan.watch"
    self.thread = thread
    thread.start()
  }

  /// Ends the thread, and waits until its connection is closed; not on the thread itself, where the last owner of a store may let go of it.
  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    while connection != nil, Thread.current !== thread { condition.wait() }
    condition.unlock()
  }

  private func run() {
    var state: Int64?
    while true {
      do {
        let now = try connection?.integer("PRAGMA data_version")
        if let feed, now != state || feed.isBehind { feed.advance() }
        state = now
      } catch {
        // It is asked again at the next turn.
        feed?.fallBehind()
      }
      condition.lock()
      if !isStopped { _ = condition.wait(until: Date(timeIntervalSinceNow: interval)) }
      if isStopped {
        connection = nil
        condition.broadcast()
        condition.unlock()
        return
      }
      condition.unlock()
    }
  }
}
