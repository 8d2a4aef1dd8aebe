import Foundation
public import LageplanFeatures
import Synchronization

/// How one collection stands to memory.
public struct ResidentState: Hashable, Sendable {
  public enum Standing: Hashable, Sendable {
    /// Held in memory: so many bytes, in this version.
    case resident(byteCount: Int, version: Int64)
    /// Waits for its turn, or is being read. SQL answers.
    case loading
    /// Not held, and why. SQL answers.
    case onDisk(reason: String)
  }

  public var collection: String
  public var standing: Standing
}

extension Store {
  /// Holds collections in memory from now on, the smaller first, as long as they fit into `budget` bytes together.
  ///
  /// They are read in the background; until then, and for those that do not fit, SQL answers. Each is brought to the state of every commit
  /// before listeners hear of it (``onCommit(_:)``). A second call does nothing.
  /// Throws `StoreError` where the file cannot be asked for its collections: then nothing is held.
  public func keepResident(budget: Int) throws(StoreError) {
    do { try residents.start(budget: budget, feed: feed) } catch { throw StoreError(error, path: path) }
  }

  /// All collections, ordered by id; empty where nothing is to be held in memory.
  public func residentStates() -> [ResidentState] { residents.states() }

  /// The most that collections in memory may take, in bytes; `nil`: nothing is held.
  public var residentBudget: Int? { residents.budgetInBytes }

  /// Waits until no collection is being read or waits for it.
  public func waitForResidents() { residents.waitUntilIdle() }
}

extension StoreReader {
  /// The collection as it is held in memory, in just the state that this reader sees: never ahead of it, never behind.
  /// `nil`: it is not held, or not in this state; then SQL answers. Throws `FeatureError.unknownCollection`.
  public func resident(of collection: String) throws -> ResidentCollection? {
    guard residents.isActive else { return nil }
    return residents.snapshot(of: collection, version: try dataVersion(of: collection))
  }
}

/// The collections that are held in memory, each as its newest snapshots, and the thread that reads them.
///
/// A snapshot is only put in by ``follow(_:many:on:)`` and ``publish(_:on:)``, which run between two commits that are told: so it is that of the
/// feed's state, and the next commit finds it there.
///
/// `@unchecked Sendable`: what changes is guarded by `condition`.
final class ResidentSet: @unchecked Sendable {
  private struct Held {
    /// The newest first. A reader that began before the last commit may still want the one before.
    var snapshots: [ResidentCollection]
    /// Of the dictionary when the collection was read: it grows with every value that comes, and loses none.
    var firstEntryCount: Int
  }

  /// Why a collection is not held, and when to try again.
  private struct Refusal {
    var reason: String
    /// So many bytes it needs, at least; 0: what failed may not fail again.
    var byteCount: Int
    var nextTry: Date
  }

  private static let keptSnapshots = 2
  /// From a refusal until the next try, in seconds. To be set before ``start(budget:feed:)``.
  var retryInterval: TimeInterval = 60

  private let path: String
  private let derivations: DerivedStateCache
  private let active = Atomic(false)
  private let condition = NSCondition()
  private var held: [String: Held] = [:]
  private var refusals: [String: Refusal] = [:]
  private var waiting: [String] = []
  private var loading: String?
  private var budget = 0
  private var isClosed = false
  private var hasThread = false
  private weak var feed: CommitFeed?

  init(path: String, derivations: DerivedStateCache) {
    self.path = path
    self.derivations = derivations
  }

  var isActive: Bool { active.load(ordering: .relaxed) }

  // MARK: Asking

  /// The snapshot of just this version; `nil` where there is none.
  func snapshot(of collection: String, version: Int64) -> ResidentCollection? {
    condition.withLock { held[collection]?.snapshots.first { $0.version == version } }
  }

  var budgetInBytes: Int? { isActive ? condition.withLock { budget } : nil }

  func states() -> [ResidentState] {
    let (snapshots, onDisk, coming) = condition.withLock {
      (held.compactMapValues(\.snapshots.first), refusals, waiting + (loading.map { [$0] } ?? []))
    }
    var standings = onDisk.mapValues { ResidentState.Standing.onDisk(reason: $0.reason) }
    for collection in coming { standings[collection] = .loading }
    for (id, snapshot) in snapshots { standings[id] = .resident(byteCount: snapshot.byteCount, version: snapshot.version) }
    return standings.map { ResidentState(collection: $0, standing: $1) }.sorted { $0.collection < $1.collection }
  }

  func waitUntilIdle() {
    condition.lock()
    while !isClosed, loading != nil || !waiting.isEmpty { condition.wait() }
    condition.unlock()
  }

  // MARK: Reading collections

  func start(budget: Int, feed: CommitFeed) throws {
    guard budget > 0, !active.exchange(true, ordering: .acquiringAndReleasing) else { return }
    condition.withLock {
      self.budget = budget
      self.feed = feed
    }
    // From here on commits are followed; what was before is read.
    do {
      let all = try feed.betweenCommits { reader in
        try reader.catalogue.entries.map { entry in
          let table = entry.table.name
          let span = try reader.connection.integer("SELECT max(\"number\") - min(\"number\") FROM \(table)") ?? 0
          return (id: entry.descriptor.id, span: span)
        }
      }
      for collection in all.sorted(by: { ($0.span, $0.id) < ($1.span, $1.id) }) { load(collection.id) }
    } catch {
      active.store(false, ordering: .releasing)
      throw error
    }
  }

  private func load(_ collection: String) {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosed else { return }
    refusals[collection] = nil
    if !waiting.contains(collection) { waiting.append(collection) }
    condition.broadcast()
    guard !hasThread else { return }
    hasThread = true
    let thread = Thread { [self] in work() }
    thread.name = "lageplan.resident"
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func work() {
    while let (collection, room) = next() {
      do {
        let loader = ResidentLoader(
          path: path, collection: collection, derivations: derivations, residents: self, isCancelled: { [self] in mustEnd },
          room: room)
        let loaded = try loader.load()
        try condition.withLock { feed }?.betweenCommits { try publish(loaded, on: $0) }
      } catch let error as ResidentLoader.TooLarge {
        refuse(
          collection,
          "it needs more than the \(Self.megabytes(room)) MB that are left of \(Self.megabytes(budget)) MB; "
            + "\(Self.megabytes(error.byteCount)) MB were read when that was clear",
          byteCount: error.byteCount)
      } catch is FeatureError {
        // It has been dropped meanwhile.
        forget(collection)
      } catch {
        refuse(collection, "\(error)", byteCount: 0)
      }
    }
    condition.lock()
    hasThread = false
    loading = nil
    condition.broadcast()
    condition.unlock()
  }

  private var mustEnd: Bool { condition.withLock { isClosed } }

  /// The next collection to be read, and the room that is left for it.
  private func next() -> (String, Int)? {
    condition.lock()
    loading = nil
    condition.broadcast()
    while waiting.isEmpty, !isClosed {
      retryWhatIsDue()
      if !waiting.isEmpty { break }
      if let next = refusals.values.map(\.nextTry).min() { _ = condition.wait(until: next) } else { condition.wait() }
    }
    if !isClosed { loading = waiting.removeFirst() }
    let collection = loading
    condition.unlock()
    return collection.map { ($0, budget - byteCount(without: $0)) }
  }

  /// Has those read whose time has come and that may find room, under the lock. Where there is still none, the next time is set.
  private func retryWhatIsDue() {
    let now = Date()
    let due = refusals.filter { $0.value.nextTry <= now }.keys.sorted()
    guard !due.isEmpty else { return }
    // No refused collection is held: the room is the same for all.
    let room = budget - held.values.compactMap(\.snapshots.first).reduce(0) { $0 + $1.byteCount }
    for id in due {
      if refusals[id]?.byteCount ?? 0 <= room {
        refusals[id] = nil
        waiting.append(id)
      } else {
        refusals[id]?.nextTry = now.addingTimeInterval(retryInterval)
      }
    }
  }

  /// What the others hold: frames that were made for a request count, too.
  private func byteCount(without collection: String) -> Int {
    let others = condition.withLock { held.compactMap { $0.key == collection ? nil : $0.value.snapshots.first } }
    return others.reduce(0) { $0 + $1.byteCount }
  }

  private func refuse(_ collection: String, _ reason: String, byteCount: Int) {
    condition.withLock {
      held[collection] = nil
      refusals[collection] = Refusal(
        reason: reason, byteCount: byteCount, nextTry: Date(timeIntervalSinceNow: retryInterval))
      // The thread has a time to wake at.
      condition.broadcast()
    }
  }

  /// Frames that were made for requests go first: they can be made again.
  private func dropFrames() {
    for snapshot in condition.withLock({ held.values.flatMap(\.snapshots) }) { snapshot.dropFrames() }
  }

  private func forget(_ collection: String) {
    condition.withLock {
      held[collection] = nil
      refusals[collection] = nil
      waiting.removeAll { $0 == collection }
    }
  }

  private static func megabytes(_ count: Int) -> Int { (count + 999_999) / 1_000_000 }

  /// Ends the thread, and waits for it.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    while hasThread { condition.wait() }
    held = [:]
    condition.unlock()
  }

  // MARK: Following commits

  /// Puts in what was read, brought to the state of `reader`, the feed's.
  private func publish(_ loaded: ResidentCollection, on reader: StoreReader) throws {
    let id = loaded.descriptor.id
    let log = ChangeLog(connection: reader.connection)
    let since = try log.changes(of: id, after: loaded.version, limit: CommitFeed.changeLimit + 1)
    guard since.count <= CommitFeed.changeLimit, let patched = try patched(loaded, by: since, on: reader) else { return load(id) }
    put(patched, firstEntryCount: loaded.entryCount, replacing: true)
  }

  /// Brings every collection that `entries` of the log concern to the state of `reader`; those in `many` are read anew.
  func follow(_ entries: [FeatureChange], many: Set<String>, on reader: StoreReader) {
    guard isActive else { return }
    for (id, changes) in Dictionary(grouping: entries, by: \.collection) where !many.contains(id) {
      follow(id, changes, on: reader)
    }
    for id in many { readAnew(id, on: reader) }
  }

  private func follow(_ id: String, _ changes: [FeatureChange], on reader: StoreReader) {
    guard let current = condition.withLock({ held[id] }), let newest = current.snapshots.first else {
      // One that is being read catches up when it is there.
      if changes.contains(where: { [.create, .load, .drop].contains($0.operation) }) { readAnew(id, on: reader) }
      // One that has become smaller may find room when its time comes.
      if changes.contains(where: { $0.operation == .delete }) { condition.withLock { refusals[id]?.byteCount = 0 } }
      return
    }
    do {
      guard let patched = try patched(newest, by: changes, on: reader) else { return readAnew(id, on: reader) }
      put(patched, firstEntryCount: current.firstEntryCount, replacing: false)
      // Values that no feature has any more stay in the dictionary: with as many as there were, reading anew pays.
      if patched.entryCount > 2 * current.firstEntryCount + 65_536 { load(id) }
    } catch {
      readAnew(id, on: reader)
    }
  }

  /// The collection after `changes`, as `reader` sees it; `nil` where it has to be read anew.
  private func patched(
    _ collection: ResidentCollection, by changes: [FeatureChange], on reader: StoreReader
  ) throws -> ResidentCollection? {
    let id = collection.descriptor.id
    let news = changes.filter { $0.sequence > collection.version }
    guard news.allSatisfy({ $0.number != nil || $0.operation == .describe }) else { return nil }
    let entry = try reader.catalogue.entry(of: id)
    let version = try reader.dataVersion(of: id)
    if version == collection.version { return collection }
    var descriptor = entry.descriptor
    guard descriptor.storageCrs == collection.descriptor.storageCrs,
      descriptor.schema.properties.map(\.columnShape) == collection.descriptor.schema.properties.map(\.columnShape)
    else { return nil }
    descriptor.dataVersion = version
    descriptor.temporalExtent = try DerivedState.temporalExtent(of: entry.table, on: reader.connection)
    let numbers = Set(news.compactMap(\.number))
    let patch = ResidentPatch(collection, to: descriptor, numbers: numbers)
    try reader.forEachStoredRow(numbers: numbers, of: id) { patch.append($0) }
    return patch.apply()
  }

  private func put(_ collection: ResidentCollection, firstEntryCount: Int, replacing: Bool) {
    let id = collection.descriptor.id
    if collection.byteCount + byteCount(without: id) > budget {
      collection.dropFrames()
      dropFrames()
    }
    let size = collection.byteCount
    guard size + byteCount(without: id) <= budget else {
      return refuse(
        id, "with \(Self.megabytes(size)) MB it has outgrown what is left of \(Self.megabytes(budget)) MB", byteCount: size)
    }
    derivations.keep(
      DerivedState(of: collection, temporalExtent: collection.descriptor.temporalExtent), of: id, version: collection.version)
    condition.withLock {
      let before = replacing ? [] : held[id]?.snapshots.filter { $0.version != collection.version } ?? []
      held[id] = Held(snapshots: [collection] + before.prefix(Self.keptSnapshots - 1), firstEntryCount: firstEntryCount)
    }
  }

  /// SQL answers until the collection has been read anew, if it is still there.
  private func readAnew(_ id: String, on reader: StoreReader) {
    condition.withLock { held[id] = nil }
    if (try? reader.catalogue.entry(of: id)) == nil {
      forget(id)
      // There is room now: perhaps for those that found none.
      for other in condition.withLock({ refusals.keys.sorted() }) { load(other) }
    } else {
      load(id)
    }
  }
}

extension PropertyDefinition {
  /// What its column in memory is made of.
  fileprivate var columnShape: [String] { [name, kind.rawValue] }
}

extension StoreReader {
  /// The features of these numbers that are there, with everything, by rising number.
  func forEachStoredRow(numbers: Set<Int64>, of collection: String, _ body: (borrowing FeatureRow) -> Void) throws {
    try forEachStoredRow(matching: FeatureQuery(collection: collection, after: .min), numbers: numbers) { row in
      body(row)
      return .next
    }
  }
}
