import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanRouting
import LageplanStore
import Logging
import Synchronization

/// The roads that the service answers from: the file beside the database, and the closures that hold now.
///
/// Whoever asks gets one ``Standing`` and keeps it to the end of the answer. Before it is given it is made sure that it is not behind: that
/// the file is still the same, that no closure was written since, and that none has begun or ended. So the request that follows a write
/// respects it.
final class RoadService: Sendable {
  /// The roads in one state. Cheap to hold; never changes.
  struct Standing: Sendable {
    let roads: Roads
    /// Under the closures, by the id of their profile.
    let routers: [String: RoadRouter]
    /// The fastest that anybody travels, by the id of the profile, in metres a second: the base of lower bounds.
    let fastest: [String: Double]
    let book: ClosureBook
    /// The closures that hold.
    let active: [ClosureBook.Entry]
    /// When the next closure begins or ends.
    let nextChange: Instant?
    /// Distinguishes this state from all others of this run.
    let version: Int
    fileprivate let file: FileState
    fileprivate let closureWrites: Int
  }

  private struct State {
    var standing: Standing?
    /// A file that could not be opened, and why: it is not tried again before it changes.
    var refused: (file: FileState, reason: String)?
    var made = 0
  }

  /// Tells one file from the next at the same path.
  fileprivate struct FileState: Equatable, Sendable {
    var device: UInt64
    var node: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int

    /// `nil`: there is no such file.
    init?(path: String) {
      var info = stat()
      guard stat(path, &info) == 0 else { return nil }
      device = UInt64(info.st_dev)
      node = UInt64(info.st_ino)
      size = Int64(info.st_size)
      seconds = info.st_mtim.tv_sec
      nanoseconds = info.st_mtim.tv_nsec
    }
  }

  /// The file of the roads: beside the database.
  let path: String
  /// The id of the collection whose features close or slow streets.
  static let closures = "closures"

  private let store: Store
  private let town: TownTime
  private let logger: Logger
  private let state = Mutex(State())
  /// How often the collection of closures was written to, as far as was told.
  private let closureWrites = Atomic(0)
  /// A new state is made here, once, while all who wait for it wait.
  private let renewing = WorkThread(mostWaiting: 1_024, busy: "The roads are being made ready. Ask again in a few seconds.")

  init(store: Store, town: TownTime, logger: Logger) {
    self.store = store
    self.town = town
    self.logger = logger
    path = Roads.path(besides: store.path)
  }

  /// What was committed; told before the write is acknowledged.
  func note(_ commit: Commit) {
    let concerns =
      !commit.isComplete || commit.wholly.contains(Self.closures)
      || commit.changes.contains { $0.collection == Self.closures }
    if concerns { closureWrites.add(1, ordering: .releasing) }
  }

  // MARK: Asking

  /// The roads as they are now. Throws 404 where none are imported, 503 where the file cannot be used.
  func standing() async throws -> Standing {
    if let current = current() { return current }
    return try await renewing.run { try self.renew() }
  }

  /// As ``standing()``; `nil` where none are imported.
  func standingIfAny() async throws -> Standing? {
    guard FileState(path: path) != nil else {
      forget()
      return nil
    }
    return try await standing()
  }

  /// There is no file any longer: neither what was open nor what could not be opened counts.
  private func forget() {
    state.withLock { state in
      state.standing = nil
      state.refused = nil
    }
  }

  /// The kept state, where nothing has made it old.
  private func current() -> Standing? {
    guard let standing = state.withLock({ $0.standing }), standing.closureWrites == closureWrites.load(ordering: .acquiring),
      standing.nextChange.map({ Instant.now < $0 }) ?? true, FileState(path: path) == standing.file
    else { return nil }
    return standing
  }

  // MARK: Renewing

  private func renew() throws -> Standing {
    if let current = current() { return current }
    guard let file = FileState(path: path) else {
      forget()
      throw Problem(
        .notFound, code: "no-roads",
        detail: "No road network is here. The operator imports one: lageplan roads import FILE.osm.pbf --database DATABASE.")
    }
    let before = state.withLock { $0.standing }
    guard let roads = before?.file == file ? before?.roads : try open(file) ?? before?.roads else {
      throw Problem(
        .serviceUnavailable, code: "roads-unreadable",
        detail: "The file of the roads cannot be used; the log of the server tells why. Import them anew.")
    }
    // Noted before the closures are read: a write in between makes the new state old at once.
    let writes = closureWrites.load(ordering: .acquiring)
    let town = town
    let profiles = RoadProfileNames(roads.profiles.map(\.id))
    let book = try store.readSync { reader in try ClosureBook(Self.closures, profiles: profiles, from: reader, town: town) }
    if book.faults != before?.book.faults {
      for fault in book.faults { logger.warning("the closure \(fault.id) cannot be followed: \(fault.reason)") }
    }
    let now = Instant.now
    let active = book.active(at: now)
    let standing = Standing(
      roads: roads, routers: try routers(roads, active.map(\.closure)),
      fastest: before?.file == file ? before?.fastest ?? [:] : Self.fastest(roads),
      book: book, active: active, nextChange: book.nextChange(after: now), version: nextVersion(), file: file,
      closureWrites: writes)
    state.withLock { $0.standing = standing }
    return standing
  }

  /// `nil` for a file that cannot be used; the log says why, once for each file.
  private func open(_ file: FileState) throws -> Roads? {
    if state.withLock({ $0.refused?.file == file }) { return nil }
    do {
      let roads = try Roads(mapping: path)
      state.withLock { $0.refused = nil }
      logger.info("the roads of \(path) are open: \(roads.profiles.map(\.id).joined(separator: ", "))")
      return roads
    } catch {
      logger.error("the roads cannot be used: \(error)")
      state.withLock { $0.refused = (file, "\(error)") }
      return nil
    }
  }

  private func routers(_ roads: Roads, _ closures: [RoadClosure]) throws -> [String: RoadRouter] {
    var routers: [String: RoadRouter] = [:]
    for profile in roads.profiles {
      let router = try RoadRouter(roads, profile: profile.id)
      routers[profile.id] = closures.isEmpty ? router : router.closing(closures)
    }
    return routers
  }

  /// The greatest speed on any stretch, by the id of the profile, in metres a second.
  private static func fastest(_ roads: Roads) -> [String: Double] {
    var result: [String: Double] = [:]
    for profile in roads.profiles {
      guard let graph = roads.graph(of: profile.id) else { continue }
      var greatest = 1.0
      for step in graph.steps.indices where graph.stepDurations[step] != RoadGraph.closed {
        // Decimetres in tenths of a second are metres in seconds.
        let speed = Double(roads.network.lengths[Int(graph.steps[step] >> 1)]) / Double(graph.stepDurations[step])
        greatest = max(greatest, speed)
      }
      result[profile.id] = greatest
    }
    return result
  }

  private func nextVersion() -> Int {
    state.withLock { state in
      state.made += 1
      return state.made
    }
  }

  // MARK: Telling

  /// How the roads stand, for `/health`; closures are told only to those who may see their collection.
  func document(tellsClosures: Bool) -> JSONValue {
    let (standing, refused) = state.withLock { ($0.standing, $0.refused) }
    var members: [(key: String, value: JSONValue)] = []
    if let standing {
      members = [
        ("status", refused == nil ? "ready" : "stale"),
        ("profiles", .array(standing.roads.profiles.map { .text($0.id) })),
      ]
      if tellsClosures {
        members.append(("closures", .integer(Int64(standing.active.count))))
        members.append(("closuresLeftOut", .array(standing.book.faults.prefix(20).map(\.document))))
      }
    } else {
      members = [("status", FileState(path: path) == nil ? "none" : refused == nil ? "unopened" : "unreadable")]
    }
    if refused != nil { members.append(("reason", "the file cannot be used; the log tells why")) }
    return .object(members)
  }
}

extension ClosureBook.Fault {
  var document: JSONValue { ["id": .text(id), "reason": .text(reason)] }
}
