import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanStore
import ServiceLifecycle
import Synchronization

/// A plan with its versions, in memory or stored.
struct TourEntry: Sendable {
  var record: TourPlanRecord
  /// In the database: only whoever may see its collections may see it. Otherwise whoever knows its id may use it.
  var isStored: Bool
  /// At work on the version whose status is `planning`.
  var run: TourRun?
  /// Of versions that are in memory, by their numbers.
  var plans: [Int: TourPlan] = [:]
  /// Why there is no plan, as a problem document, by version.
  var problems: [Int: JSONValue] = [:]

  var id: String { record.id }
  var path: String { "/tours/\(record.id)" }
  /// The newest version that has a plan; where none has, the newest.
  var newest: TourPlanVersion? { record.versions.last { $0.figures != nil } ?? record.versions.last }
  /// The version that a search is at, else the one that a search was at last.
  var searched: TourPlanVersion? { record.versions.last { $0.status == .planning } ?? record.versions.last }

  func version(_ number: Int) -> TourPlanVersion? { record.versions.last { $0.number == number } }

  /// What it takes in memory, about.
  var bytes: Int {
    record.request.utf8.count + record.versions.reduce(0) { $0 + 500 + ($1.change?.utf8.count ?? 0) }
      + plans.values.reduce(0) { $0 + $1.bytes }
  }
}

/// The plans that are in memory: all that are being made, and those that nobody stored, for a while.
///
/// Ids are 128 random bits, which nobody guesses.
final class TourShelf: Sendable {
  /// So many plans at once; the one that nobody asked for longest makes room.
  static let mostPlans = 200
  /// So long after the last time that somebody asked for it a plan is forgotten.
  static let patience = Duration.seconds(3600)
  /// So many versions of a plan; then the oldest goes.
  static let mostVersions = 20

  private struct Place {
    var entry: TourEntry { didSet { bytes = entry.bytes } }
    var used: ContinuousClock.Instant
    private(set) var bytes: Int

    init(_ entry: TourEntry) {
      self.entry = entry
      used = .now
      bytes = entry.bytes
    }
  }

  private let places = Mutex<[String: Place]>([:])
  private let seats = Mutex(0)
  private let mostBytes: Int

  /// Plans that take more than `mostBytes` together make room, the one first that nobody asked for longest.
  init(mostBytes: Int = 250_000_000) { self.mostBytes = mostBytes }

  static func makeId() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<16).map { _ in
      let byte = UInt8.random(in: 0...255, using: &random)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// Throws 503 where every plan on the shelf is still being made.
  func put(_ entry: TourEntry) throws(Problem) {
    let fits = places.withLock { places in
      let now = ContinuousClock.now
      places = places.filter { $0.value.entry.run != nil || now - $0.value.used < Self.patience }
      while places.count >= Self.mostPlans {
        guard Self.removeOldest(from: &places, but: entry.id) else { return false }
      }
      places[entry.id] = Place(entry)
      makeRoom(in: &places, for: entry.id)
      return true
    }
    guard fits else {
      throw Problem(
        .serviceUnavailable, code: "busy", detail: "\(Self.mostPlans) plans are being made. Ask again later.",
        headers: [.retryAfter: "60"])
    }
  }

  private func makeRoom(in places: inout [String: Place], for id: String) {
    while places.values.reduce(0, { $0 + $1.bytes }) > mostBytes, Self.removeOldest(from: &places, but: id) {}
  }

  /// False where all others are still being made.
  private static func removeOldest(from places: inout [String: Place], but id: String) -> Bool {
    let idle = places.filter { $0.value.entry.run == nil && $0.key != id }
    guard let oldest = idle.min(by: { $0.value.used < $1.value.used }) else { return false }
    places[oldest.key] = nil
    return true
  }

  /// Lets `run` be the search that is at the plan, which comes onto the shelf where it is only in the database. Throws 409 where another one is.
  func take(_ entry: TourEntry, for run: TourRun) throws(Problem) {
    let isFree = places.withLock { places in
      let shelved = places[entry.id]?.entry
      guard shelved?.run == nil else { return false }
      var taken = entry.isStored ? entry : shelved ?? entry
      taken.run = run
      places[entry.id] = Place(taken)
      return true
    }
    guard isFree else { throw TourDesk.planning(entry) }
  }

  /// `nil` where there is none of this id, or no longer.
  func entry(_ id: String) -> TourEntry? {
    places.withLock { places in
      guard let place = places[id] else { return nil }
      let now = ContinuousClock.now
      guard place.entry.run != nil || now - place.used < Self.patience else {
        places[id] = nil
        return nil
      }
      places[id]?.used = now
      return place.entry
    }
  }

  /// As ``entry(_:)``, for those who only look around: the plan is forgotten as if they had not.
  func glance(_ id: String) -> TourEntry? { places.withLock { $0[id]?.entry } }

  /// Changes what is there; nothing happens where the plan has gone. Answers it as it is then.
  @discardableResult func update(_ id: String, _ change: (inout TourEntry) -> Void) -> TourEntry? {
    places.withLock { places in
      guard var place = places[id] else { return nil }
      change(&place.entry)
      place.used = .now
      places[id] = place
      makeRoom(in: &places, for: id)
      return place.entry
    }
  }

  /// Adds a version after the others, and answers it with its number; `nil` where the plan has gone. Whoever stores the plan later stores also that
  /// the version was made of `collections`.
  func append(_ version: TourPlanVersion, _ plan: TourPlan?, reading collections: [String], to id: String) -> TourPlanVersion? {
    var version = version
    let grown = update(id) { entry in
      version.number = (entry.record.versions.last?.number ?? 0) + 1
      entry.record.versions.append(version)
      entry.record.read(collections)
      entry.plans[version.number] = plan
      guard entry.record.versions.count > Self.mostVersions,
        let oldest = entry.record.versions.firstIndex(where: { $0.status != .planning })
      else { return }
      entry.plans[entry.record.versions.remove(at: oldest).number] = nil
    }
    return grown == nil ? nil : version
  }

  func remove(_ id: String) { places.withLock { $0[id] = nil } }

  // MARK: Listening

  /// So many listen to searches at once: each costs a connection and a task.
  static let mostListeners = 200

  /// Held as long as somebody listens; given back when it is let go of.
  final class Seat: Sendable {
    private let shelf: TourShelf

    fileprivate init(_ shelf: TourShelf) { self.shelf = shelf }

    deinit { shelf.seats.withLock { $0 -= 1 } }
  }

  /// Throws 503 where too many listen.
  func takeSeat() throws(Problem) -> Seat {
    let isFree = seats.withLock { taken in
      guard taken < Self.mostListeners else { return false }
      taken += 1
      return true
    }
    guard isFree else {
      throw Problem(
        .serviceUnavailable, code: "busy",
        detail: "\(Self.mostListeners) listeners are connected. Ask for the plan now and then instead.",
        headers: [.retryAfter: "10"])
    }
    return Seat(self)
  }

  /// Tells every search to stop.
  @discardableResult func stop() -> [TourRun] {
    let runs = places.withLock { $0.values.compactMap(\.entry.run) }
    for run in runs { run.stop() }
    return runs
  }

  /// Tells every search to stop, and waits until they have.
  func stopAll() async {
    for run in stop() { await run.finished() }
  }
}

/// Ends the searches in the background when the server is told to stop: what was begun to be stored stands in the database as cancelled.
struct TourShelfService: Service {
  let shelf: TourShelf

  func run() async throws {
    try await gracefulShutdown()
    await shelf.stopAll()
  }
}

extension TourPlan {
  /// What it takes in memory, about: lines count most, then sentences.
  fileprivate var bytes: Int {
    func bytes(of legs: [Leg]) -> Int { legs.reduce(0) { $0 + 50 + MemoryLayout<Coordinate>.stride * $1.line.count } }
    let toured = routes.reduce(0) { sum, route in
      sum + bytes(of: route.legs) + route.stops.reduce(0) { $0 + 500 + 200 * $1.visits.count + bytes(of: $1.walk) }
    }
    return toured + unassigned.reduce(0) { $0 + 500 + 500 * $1.obstacles.count }
  }
}
