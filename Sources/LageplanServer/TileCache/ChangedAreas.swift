import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import Synchronization

/// Where features have changed since the server started: what decides which tiles are still true, without looking at a feature.
///
/// For each collection a list that only grows at its end: the sequence of a change, and the area that it touched, once for where the
/// feature was and once for where it is. The version of a tile is the newest sequence whose area meets the tile's footprint, so an edit
/// gives a new version to the tiles over its old and its new place, at every scale and in every tile matrix set, and to no other. Nothing
/// is done for a tile before somebody asks for it.
final class ChangedAreas: Sendable {
  /// In the collection's storage system.
  struct Area: Sendable {
    var sequence: Int64
    /// `nil`: the whole collection, its description included.
    var envelope: Envelope?
    /// Not a change but a purge, which one; 0: a change.
    var purge: Int64 = 0
  }

  /// The state of one layer of a tile: equal, so is what it shows.
  struct Version: Hashable, Sendable {
    /// Of the newest change that met it.
    var sequence: Int64
    /// The newest purge that met it; 0: none.
    var purge: Int64 = 0
  }

  /// One collection's list. Places count from the first area ever, so that they stay when old areas are dropped.
  fileprivate struct Log {
    /// How many areas have been dropped.
    var dropped = 0
    /// The newest among them: no tile's version is older.
    var base: Version
    var newest: Int64
    var newestPurge: Int64 = 0
    var areas: [Area] = []

    var end: Int { dropped + areas.count }
  }

  fileprivate struct State {
    var logs: [String: Log] = [:]
    var newest: Int64
    var purges: Int64 = 0
    /// The newest purge of everything, and how many there were: where the lists of collections that have none begin.
    var wholePurge: Int64 = 0
    var wholePurges = 0
  }

  /// A list grows to so many areas, 56 bytes each; then its older half is dropped. What that costs: tiles that were not asked for since
  /// are made once more, and those who hold one load it once more.
  static let mostAreas = 65_536

  private let state: Mutex<State>
  private let count = Atomic<Int>(0)
  private let start: Int64

  /// `start`: the newest sequence when the server began to listen to changes.
  init(from start: Int64) {
    self.start = start
    state = Mutex(State(newest: start))
  }

  /// Rises with every commit; equal, so is everything else here.
  var generation: Int { count.load(ordering: .acquiring) }

  // MARK: Writing

  /// Takes in one commit: `sequence` is its newest, `wholly` are collections of which it is not known what changed.
  func note(_ changes: [FeatureChange], wholly: Set<String>, upTo sequence: Int64) {
    state.withLock { state in
      for change in changes where !wholly.contains(change.collection) {
        for area in Self.areas(of: change) { state.append(area, of: change.collection, from: start) }
      }
      for collection in wholly { state.append(Area(sequence: sequence, envelope: nil), of: collection, from: start) }
      state.newest = max(state.newest, sequence)
      // Under the lock: whoever sees the new count finds the new areas.
      count.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Where a change may have altered a tile: nowhere, where the feature had no place and has none.
  static func areas(of change: FeatureChange) -> [Area] {
    switch change.operation {
    case .insert, .update, .delete:
      var envelopes = [change.oldEnvelope, change.newEnvelope].compactMap(\.self).filter { !$0.isEmpty }
      if envelopes.count == 2, envelopes[0] == envelopes[1] { envelopes.removeLast() }
      return envelopes.map { Area(sequence: change.sequence, envelope: $0) }
    case .load, .create, .describe, .drop: return [Area(sequence: change.sequence, envelope: nil)]
    }
  }

  /// Gives a new version to the tiles of `collections` that meet an envelope (`nil`: to all), although nothing changed.
  func purge(_ collections: [(id: String, envelope: Envelope?)]) {
    state.withLock { state in
      state.purges += 1
      for (id, envelope) in collections {
        let newest = state.logs[id]?.newest ?? start
        state.append(Area(sequence: newest, envelope: envelope, purge: state.purges), of: id, from: start)
      }
      count.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Gives a new version to every tile, also of collections that nobody has told of: anything may have changed.
  func purgeAll() {
    state.withLock { state in
      state.purges += 1
      for (id, log) in state.logs {
        state.append(Area(sequence: log.newest, envelope: nil, purge: state.purges), of: id, from: start)
      }
      state.wholePurge = state.purges
      state.wholePurges += 1
      count.wrappingAdd(1, ordering: .releasing)
    }
  }

  // MARK: Reading

  /// The newest sequence that was told of.
  var newest: Int64 { state.withLock { $0.newest } }

  /// The newest sequence of any of these collections.
  func newest(of collections: [String]) -> Int64 {
    state.withLock { state in collections.map { state.logs[$0]?.newest ?? start }.max() ?? start }
  }

  /// How many purges there have been.
  var purges: Int64 { state.withLock { $0.purges } }

  /// Whether a version in the state after `sequence` can be told: of what has been dropped from a list it is only known how new it was.
  func reach(backTo sequence: Int64, of collections: [String]) -> Bool {
    state.withLock { state in
      collections.allSatisfy { id in state.logs[id].map { $0.base.sequence <= max(sequence, start) } ?? true }
    }
  }

  /// The ends of the lists of these collections, for ``isUntouched(_:since:after:)``.
  func ends(of collections: [String]) -> [Int] {
    state.withLock { state in collections.map { state.logs[$0]?.end ?? state.wholePurges } }
  }

  /// The version of a tile, layer by layer, in the state after `sequence`.
  func versions(of footprints: [TileFootprint], upTo sequence: Int64 = .max) -> [Version] {
    state.withLock { state in
      footprints.map { footprint in
        guard let log = state.logs[footprint.collection] else { return Version(sequence: start, purge: state.wholePurge) }
        var version = log.base
        var isFound = false
        // Sequences rise: the first one from the end that meets the tile is the newest.
        for area in log.areas.reversed() {
          if area.purge > version.purge, footprint.isMet(by: area) { version.purge = area.purge }
          if !isFound, area.purge == 0, area.sequence <= sequence, footprint.isMet(by: area) {
            version.sequence = max(version.sequence, area.sequence)
            isFound = true
          }
          if isFound, version.purge == log.newestPurge { break }
        }
        return version
      }
    }
  }

  /// The ends of the lists now, where no area behind `ends` meets the tile but those that the state after `snapshot` has taken in
  /// already; `nil`: one does, or it is not known any more.
  func ends(of footprints: [TileFootprint], untouchedSince ends: [Int], after snapshot: Int64 = .min) -> [Int]? {
    state.withLock { state in
      var result: [Int] = []
      for (footprint, end) in zip(footprints, ends) {
        guard let log = state.logs[footprint.collection] else {
          guard end == state.wholePurges else { return nil }
          result.append(end)
          continue
        }
        guard end >= log.dropped else { return nil }
        let later = log.areas[(end - log.dropped)...]
        if later.contains(where: { ($0.purge > 0 || $0.sequence > snapshot) && footprint.isMet(by: $0) }) { return nil }
        result.append(log.end)
      }
      return result
    }
  }
}

extension ChangedAreas.State {
  fileprivate mutating func append(_ area: ChangedAreas.Area, of collection: String, from start: Int64) {
    let base = ChangedAreas.Version(sequence: start, purge: wholePurge)
    var log = logs.removeValue(forKey: collection) ?? ChangedAreas.Log(dropped: wholePurges, base: base, newest: start)
    log.newest = max(log.newest, area.sequence)
    log.newestPurge = max(log.newestPurge, area.purge)
    log.areas.append(area)
    if area.envelope == nil {
      // What was before decides nothing any more.
      log.drop(log.areas.count - 1)
    } else if log.areas.count > ChangedAreas.mostAreas {
      log.drop(log.areas.count / 2)
    }
    logs[collection] = log
  }
}

extension ChangedAreas.Log {
  fileprivate mutating func drop(_ number: Int) {
    guard number > 0 else { return }
    for area in areas[..<number] {
      if area.purge > 0 { base.purge = max(base.purge, area.purge) } else { base.sequence = max(base.sequence, area.sequence) }
    }
    areas.removeFirst(number)
    dropped += number
  }
}

extension TileFootprint {
  func isMet(by area: ChangedAreas.Area) -> Bool { area.envelope.map { isMet(by: $0) } ?? true }
}
