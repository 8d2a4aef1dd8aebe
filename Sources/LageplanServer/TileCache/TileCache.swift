import HTTPTypes
import LageplanTiles
import NIOCore
import Synchronization

/// Finished tiles, as many as a number of bytes holds, and the renders under way.
///
/// A kept tile is answered while no change has touched it (``ChangedAreas``). Who asks for a tile that is being made waits for that one.
/// Tiles leave by the clock: a hand goes round, spares what was used since it last came by, and takes the rest. Narrowed tiles, of which
/// there may be any number, take at most a quarter and go first.
///
/// One lock: a hit holds it for one look into a dictionary.
final class TileCache: Sendable {
  /// In bytes; 0: nothing is kept, only shared while it is made.
  let capacity: Int
  let areas: ChangedAreas
  let counts = TileCounts()

  /// The address of a kept tile as a client wrote it, and the answers that went to it.
  fileprivate struct Alias {
    var slot: Int
    /// Answers hold only while no commit comes.
    var generation: Int?
    var templates: [Template] = []
  }

  fileprivate struct Template {
    var tag: String
    var head: HTTPResponse
  }

  fileprivate struct Slot {
    var tile: KeptTile
    var size: Int
    var wasUsed = false
    var targets: [String] = []
    /// Where it sits in its ring.
    var seat = 0
  }

  /// The slots of one kind of tile, and the hand of their clock.
  fileprivate struct Ring {
    var slots: [Int] = []
    var hand = 0
    var bytes = 0
  }

  fileprivate struct Shelf {
    var slots: [Slot?] = []
    var free: [Int] = []
    var places: [TileKey: Int] = [:]
    var aliases: [String: Alias] = [:]
    var plain = Ring()
    var narrowed = Ring()
    var bytes: Int { plain.bytes + narrowed.bytes }
  }

  private let shelf = Mutex(Shelf())
  private let flights = Mutex(Flights())

  /// The longest address that is known again, and how many ways of writing one.
  private static let longestTarget = 1_024
  private static let mostTargets = 4
  /// A tile larger than this part of the whole would push out too much.
  private static let largestShare = 8
  private static let narrowedShare = 4

  init(capacity: Int, areas: ChangedAreas) {
    self.capacity = capacity
    self.areas = areas
  }

  var isOn: Bool { capacity > 0 }

  // MARK: Kept tiles

  /// The tile, where it is kept and still true.
  func kept(_ key: TileKey) -> KeptTile? {
    let found: KeptTile? = shelf.withLock { shelf in
      guard let place = shelf.places[key] else { return nil }
      shelf.slots[place]?.wasUsed = true
      return shelf.slots[place]?.tile
    }
    guard let found else { return nil }
    if found.isTrue(by: areas) { return found }
    remove(found)
    return nil
  }

  /// Keeps a tile in place of what there was under its key; evicts what it takes.
  func keep(_ tile: KeptTile) {
    let size = tile.size
    guard isOn, size <= capacity / Self.largestShare, tile.isTrue(by: areas) else { return }
    let evicted = shelf.withLock { shelf in
      if let place = shelf.places[tile.key] {
        // A render that began later may have been kept already.
        if let other = shelf.slots[place]?.tile, other.snapshot > tile.snapshot { return 0 }
        shelf.take(place)
      }
      shelf.put(Slot(tile: tile, size: size))
      return shelf.evict(to: capacity)
    }
    counts.evictions.add(evicted)
  }

  /// A kept tile got another packed form.
  func resize(_ tile: KeptTile, by growth: Int) {
    guard growth != 0 else { return }
    let evicted = shelf.withLock { shelf in
      guard let place = shelf.places[tile.key], var slot = shelf.slots[place], slot.tile === tile else { return 0 }
      slot.size += growth
      shelf.slots[place] = slot
      shelf.grow(tile, by: growth)
      return shelf.evict(to: capacity)
    }
    counts.evictions.add(evicted)
  }

  private func remove(_ tile: KeptTile) {
    shelf.withLock { shelf in
      guard let place = shelf.places[tile.key], shelf.slots[place]?.tile === tile else { return }
      shelf.take(place)
    }
  }

  /// Takes away everything.
  func purgeAll() { shelf.withLock { $0 = Shelf() } }

  /// Takes away what is not true any more; answers how many tiles went.
  @discardableResult
  func sweep() -> Int {
    let all = shelf.withLock { $0.slots.compactMap { $0?.tile } }
    let stale = all.filter { !$0.isTrue(by: areas) }
    for tile in stale { remove(tile) }
    return stale.count
  }

  /// How many tiles are kept, and their bytes.
  var holdings: (tiles: Int, bytes: Int) { shelf.withLock { ($0.places.count, $0.bytes) } }

  // MARK: Answers known again

  /// An answer to be repeated: its head without date and server, and the body unless it is 304.
  struct KnownAnswer {
    var head: HTTPResponse
    var body: ByteBuffer?
    /// The tile was asked for so often that better packing pays.
    var tile: KeptTile
  }

  /// Notes how the router answered a GET of `target` with a kept tile, for whoever asks the same.
  ///
  /// Only answers to visitors without a credential may come here. `generation`: of the areas, before the answer was made.
  func learn(_ target: String, _ tile: KeptTile, _ head: HTTPResponse, untilNextCommit isBound: Bool, generation: Int) {
    guard isOn, target.utf8.count <= Self.longestTarget, let tag = head.headerFields[.eTag] else { return }
    shelf.withLock { shelf in
      guard let place = shelf.places[tile.key], var slot = shelf.slots[place], slot.tile === tile else { return }
      if shelf.aliases[target]?.slot != place {
        guard slot.targets.count < Self.mostTargets else { return }
        slot.targets.append(target)
        let size = target.utf8.count + KeptTile.aliasOverhead
        slot.size += size
        shelf.slots[place] = slot
        shelf.grow(tile, by: size)
        shelf.aliases[target] = Alias(slot: place)
      }
      let isSameAge = !isBound || shelf.aliases[target]?.generation == generation
      if !isSameAge { shelf.aliases[target]?.templates = [] }
      shelf.aliases[target]?.generation = isBound ? generation : nil
      let known = shelf.aliases[target]?.templates ?? []
      guard !known.contains(where: { $0.tag == tag && $0.head.status == head.status }) else { return }
      // One for each form and its 304; a better packed form has another tag, and the old one's go.
      shelf.aliases[target]?.templates = Array((known + [Template(tag: tag, head: head)]).suffix(KeptTile.mostTemplates))
    }
  }

  /// The answer to a GET or HEAD of `target` by a visitor without a credential, where the router has given it before and it is still
  /// true; `nil`: ask the router.
  func answer(to target: String, accepting accepted: AcceptedCodings, ifNoneMatch: String?) -> KnownAnswer? {
    let found: (tile: KeptTile, alias: Alias)? = shelf.withLock { shelf in
      guard let alias = shelf.aliases[target], let tile = shelf.slots[alias.slot]?.tile else { return nil }
      shelf.slots[alias.slot]?.wasUsed = true
      return (tile, alias)
    }
    guard let (tile, alias) = found, tile.isTrue(by: areas) else { return nil }
    if let generation = alias.generation, generation != areas.generation { return nil }
    if let ifNoneMatch {
      guard let template = alias.templates.first(where: { $0.tag == ifNoneMatch && $0.head.status == .notModified }) else {
        return nil
      }
      return KnownAnswer(head: template.head, body: nil, tile: tile)
    }
    guard let form = tile.form(for: accepted),
      let template = alias.templates.first(where: { $0.tag == form.tag && $0.head.status != .notModified })
    else { return nil }
    return KnownAnswer(head: template.head, body: form.bytes, tile: tile)
  }

  // MARK: Shared renders

  /// The renders under way and who waits for them.
  fileprivate struct Flights {
    struct Flight {
      let key: TileKey
      /// The ends of the lists of changed areas before it began.
      let ends: [Int]
      let footprints: [TileFootprint]
      var task: Task<Void, Never>?
      var waiting: [Int: CheckedContinuation<KeptTile, any Error>] = [:]
    }

    var next = 0
    var flights: [Int: Flight] = [:]
    /// The newest for each key.
    var current: [TileKey: Int] = [:]
    /// Which flight a waiter waits for.
    var seats: [Int: Int] = [:]

    mutating func number() -> Int {
      next += 1
      return next
    }
  }

  /// The tile that `render` makes, or that is being made already from a state which is as good. The last one to leave, by cancellation of
  /// the task or by `departure`, ends the render.
  ///
  /// `ends` are the ends of the lists of changed areas before `render` looks at anything.
  func shared(
    _ key: TileKey, _ footprints: [TileFootprint], ends: [Int], departure: Departure?,
    by render: @Sendable @escaping () async throws -> KeptTile
  ) async throws -> KeptTile {
    let waiter = flights.withLock { $0.number() }
    let watch = departure?.onLeaving { [weak self] in self?.leave(waiter) }
    defer { watch.map { departure?.forget($0) } }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        board(key, footprints, ends, waiter, continuation, render)
        if Task.isCancelled || departure?.hasLeft == true { leave(waiter) }
      }
    } onCancel: {
      leave(waiter)
    }
  }

  private func board(
    _ key: TileKey, _ footprints: [TileFootprint], _ ends: [Int], _ waiter: Int,
    _ continuation: CheckedContinuation<KeptTile, any Error>, _ render: @Sendable @escaping () async throws -> KeptTile
  ) {
    enum Seat { case own, shared, ready(KeptTile) }
    let seat: Seat = flights.withLock { flights in
      // A render that began before a change which touches the tile is not for those who come after it.
      if let current = flights.current[key], let flight = flights.flights[current],
        areas.ends(of: flight.footprints, untouchedSince: flight.ends) != nil
      {
        flights.flights[current]?.waiting[waiter] = continuation
        flights.seats[waiter] = current
        return .shared
      }
      // What has landed since the caller looked was kept before it left the list.
      if let tile = kept(key) { return .ready(tile) }
      let number = flights.number()
      var flight = Flights.Flight(key: key, ends: ends, footprints: footprints)
      flight.waiting[waiter] = continuation
      flights.seats[waiter] = number
      flights.current[key] = number
      flight.task = Task {
        let result: Result<KeptTile, any Error>
        do { result = .success(try await render()) } catch { result = .failure(error) }
        land(number, result)
      }
      flights.flights[number] = flight
      return .own
    }
    switch seat {
    case .own: break
    case .shared: counts.shared.add()
    case .ready(let tile): continuation.resume(returning: tile)
    }
  }

  private func land(_ number: Int, _ result: Result<KeptTile, any Error>) {
    if case .success(let tile) = result { keep(tile) }
    let waiting = flights.withLock { flights in flights.remove(number)?.waiting ?? [:] }
    for continuation in waiting.values { continuation.resume(with: result) }
  }

  private func leave(_ waiter: Int) {
    let (continuation, task) = flights.withLock { flights in
      guard let seat = flights.seats.removeValue(forKey: waiter),
        let continuation = flights.flights[seat]?.waiting.removeValue(forKey: waiter)
      else { return (CheckedContinuation<KeptTile, any Error>?.none, Task<Void, Never>?.none) }
      let isEmpty = flights.flights[seat]?.waiting.isEmpty ?? true
      return (continuation, isEmpty ? flights.remove(seat)?.task : nil)
    }
    task?.cancel()
    continuation?.resume(throwing: CancellationError())
  }

  /// How many renders are under way.
  var underWay: Int { flights.withLock { $0.flights.count } }
}

extension TileCache.Flights {
  fileprivate mutating func remove(_ number: Int) -> Flight? {
    guard let flight = flights.removeValue(forKey: number) else { return nil }
    for waiter in flight.waiting.keys { seats[waiter] = nil }
    if current[flight.key] == number { current[flight.key] = nil }
    return flight
  }
}

extension TileCache.Shelf {
  fileprivate mutating func put(_ slot: TileCache.Slot) {
    let place = free.popLast() ?? slots.count
    if place == slots.count { slots.append(slot) } else { slots[place] = slot }
    places[slot.tile.key] = place
    if slot.tile.isNarrowed { narrowed.enter(place, &slots) } else { plain.enter(place, &slots) }
    grow(slot.tile, by: slot.size)
  }

  fileprivate mutating func take(_ place: Int) {
    guard let slot = slots[place] else { return }
    places[slot.tile.key] = nil
    for target in slot.targets where aliases[target]?.slot == place { aliases[target] = nil }
    grow(slot.tile, by: -slot.size)
    if slot.tile.isNarrowed { narrowed.leave(slot.seat, &slots) } else { plain.leave(slot.seat, &slots) }
    slots[place] = nil
    free.append(place)
  }

  fileprivate mutating func grow(_ tile: KeptTile, by bytes: Int) {
    if tile.isNarrowed { narrowed.bytes += bytes } else { plain.bytes += bytes }
  }

  /// Answers how many tiles went.
  fileprivate mutating func evict(to capacity: Int) -> Int {
    var evicted = 0
    while narrowed.bytes > capacity / TileCache.narrowedShare, let place = narrowed.nextOut(&slots) {
      take(place)
      evicted += 1
    }
    while bytes > capacity, let place = plain.nextOut(&slots) ?? narrowed.nextOut(&slots) {
      take(place)
      evicted += 1
    }
    return evicted
  }
}

extension TileCache.Ring {
  /// The slot that the hand stops at: the first that was not used since it last came by.
  fileprivate mutating func nextOut(_ all: inout [TileCache.Slot?]) -> Int? {
    guard !slots.isEmpty else { return nil }
    while true {
      if hand >= slots.count { hand = 0 }
      let place = slots[hand]
      guard all[place]?.wasUsed == true else { return place }
      all[place]?.wasUsed = false
      hand += 1
    }
  }

  fileprivate mutating func enter(_ place: Int, _ all: inout [TileCache.Slot?]) {
    all[place]?.seat = slots.count
    slots.append(place)
  }

  /// Whoever was last takes the seat: the order of a clock is only about right anyway.
  fileprivate mutating func leave(_ seat: Int, _ all: inout [TileCache.Slot?]) {
    guard let last = slots.popLast(), seat < slots.count else { return }
    slots[seat] = last
    all[last]?.seat = seat
  }
}
