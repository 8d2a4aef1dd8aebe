import Synchronization

/// All distinct values of a collection, ids included, each once, in the spelling of tiles (``TileValueSpelling``).
///
/// One dictionary serves all columns, because the values of a tile's layer are shared by its keys. Entry 0 is null. Entries are only
/// ever added, and nothing that was written moves: whoever holds a snapshot may read every entry that it names while others are added.
///
///     levels    2^10, 2^11, 2^12 … addresses of entries, in segments that stay where they are
///     arena     segments of spellings, one after the other
///     slots     open addressing over the spellings' hashes; only who adds looks there
///
/// `@unchecked Sendable`: what changes is guarded by `table`; entries are written before they are handed out, and never again.
public final class ValueDictionary: @unchecked Sendable {
  /// The entry that stands for no value.
  public static let null: UInt32 = 0

  /// The first segment holds 2^10 entries, each further one twice as many as the one before.
  @usableFromInline static let firstLevel = 10

  /// By level: the addresses of the spellings. Levels that are not begun are `nil`.
  @usableFromInline let levels: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeRawPointer>?>
  private static let levelCount = 33 - firstLevel
  private let table: Mutex<ValueTable>

  public init() {
    levels = .allocate(capacity: Self.levelCount)
    levels.initialize(repeating: nil, count: Self.levelCount)
    table = Mutex(ValueTable(levels: levels))
  }

  deinit {
    for level in 0..<Self.levelCount { levels[level]?.deallocate() }
    levels.deallocate()
  }

  /// How many entries there are, null included. Rises while values are added: a snapshot keeps the count that it saw.
  public var count: Int { table.withLock { $0.count } }

  /// What the dictionary holds of memory.
  public var byteCount: Int { table.withLock { $0.byteCount } }

  // MARK: Looking up, in any thread

  /// The spelling of `entry`, which must not be ``null``: the whole `values` field of a layer.
  @inlinable @inline(__always)
  public func spelling(of entry: UInt32) -> UnsafeRawPointer {
    let at = Int(truncatingIfNeeded: entry) &+ 1 &<< Self.firstLevel
    let level = Int.bitWidth &- 1 &- at.leadingZeroBitCount
    return levels[level &- Self.firstLevel].unsafelyUnwrapped[at &- 1 &<< level]
  }

  /// The length of ``spelling(of:)``.
  @inlinable @inline(__always)
  public func spellingLength(of entry: UInt32) -> Int { TileValueSpelling.length(at: spelling(of: entry)) }

  /// The value as a reader lends it; text points into the dictionary and stays as long as it does.
  @inlinable
  public func value(of entry: UInt32) -> LentValue {
    entry == Self.null ? .null : TileValueSpelling.value(at: spelling(of: entry))
  }

  /// The bytes of a text; empty for what is none.
  @inlinable
  public func text(of entry: UInt32) -> UnsafeRawBufferPointer {
    if case .text(let bytes) = value(of: entry) { bytes } else { UnsafeRawBufferPointer(start: nil, count: 0) }
  }

  /// The entry of a text; `nil` where no feature ever had it. Takes the lock.
  public func entry(ofText text: String) -> UInt32? {
    var text = text
    return text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      return withUnsafeTemporaryAllocation(byteCount: TileValueSpelling.length(ofText: bytes.count) + 8, alignment: 8) { room in
        guard let start = room.baseAddress else { return nil }
        let length = TileValueSpelling.write(text: bytes, to: start)
        return table.withLock { $0.find(start, length, wordHash(start, length)) }
      }
    }
  }

  // MARK: Adding

  /// Finds or adds the spellings of `batch`, and puts their entries in `entries`, in the same order.
  func intern(_ batch: borrowing SpellingBatch, into entries: UnsafeMutablePointer<UInt32>) {
    table.withLock { table in
      for index in 0..<batch.count {
        if index & (ValueTable.ahead - 1) == 0 { table.fetch(batch, from: index) }
        let spelling = batch[index]
        entries[index] = spelling.length == 0 ? Self.null : table.intern(spelling.start, spelling.length, spelling.hash)
      }
    }
  }
}

/// The part of the dictionary that changes.
///
/// `@unchecked Sendable`: owned by the dictionary's lock.
private struct ValueTable: ~Copyable, @unchecked Sendable {
  private(set) var count = 1
  private(set) var byteCount = 0
  private let levels: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeRawPointer>?>
  /// 32 bits of hash, then the entry; 0: free.
  private var slots: UnsafeMutablePointer<UInt64>
  private var slotMask: Int
  private var segments: [UnsafeMutableRawPointer] = []
  private var end: UnsafeMutableRawPointer
  private var room = 0
  private var nextSegment = 1 << 12

  init(levels: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeRawPointer>?>) {
    self.levels = levels
    slotMask = 255
    slots = .allocate(capacity: 256)
    slots.initialize(repeating: 0, count: 256)
    end = UnsafeMutableRawPointer(slots)
    byteCount = 256 * 8
  }

  deinit {
    slots.deallocate()
    for segment in segments { segment.deallocate() }
  }

  /// So many values are fetched before they are looked up.
  static let ahead = 64

  /// What the last values fetched had in their slots: nobody asks, but without it the loads would be left out.
  private var fetched: UInt64 = 0

  /// Loads the slots of the next values. In a table of many megabytes each load waits for memory, and these wait together.
  mutating func fetch(_ batch: borrowing SpellingBatch, from start: Int) {
    for index in start..<min(start &+ Self.ahead, batch.count) {
      fetched ^= slots[Int(truncatingIfNeeded: batch[index].hash >> 32) & slotMask]
    }
  }

  /// Reads up to 8 bytes past the spelling, on either side of the comparison: both have that room behind.
  func find(_ spelling: UnsafeRawPointer, _ length: Int, _ hash: UInt64) -> UInt32? {
    let tag = hash >> 32
    var slot = Int(truncatingIfNeeded: tag) & slotMask
    while slots[slot] != 0 {
      let entry = UInt32(truncatingIfNeeded: slots[slot])
      if slots[slot] >> 32 == tag, Self.equal(address(of: entry), spelling, length) { return entry }
      slot = (slot &+ 1) & slotMask
    }
    return nil
  }

  mutating func intern(_ spelling: UnsafeRawPointer, _ length: Int, _ hash: UInt64) -> UInt32 {
    if let known = find(spelling, length, hash) { return known }
    // Protocol buffers demand UTF-8. Only what is new needs the look; foreign editors may have left other bytes in the file.
    if case .text(let text) = TileValueSpelling.value(at: spelling), !isUtf8(text) { return intern(repairing: text) }
    return add(spelling, length, hash)
  }

  private mutating func intern(repairing text: UnsafeRawBufferPointer) -> UInt32 {
    var repaired = String(decoding: text, as: UTF8.self)
    return repaired.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      let start = UnsafeMutableRawPointer.allocate(byteCount: TileValueSpelling.length(ofText: bytes.count) + 8, alignment: 8)
      defer { start.deallocate() }
      let length = TileValueSpelling.write(text: bytes, to: start)
      let hash = wordHash(start, length)
      return find(start, length, hash) ?? add(start, length, hash)
    }
  }

  private mutating func add(_ spelling: UnsafeRawPointer, _ length: Int, _ hash: UInt64) -> UInt32 {
    if length > room { beginSegment(length) }
    end.copyMemory(from: spelling, byteCount: length)
    let entry = UInt32(truncatingIfNeeded: count)
    setAddress(of: entry, UnsafeRawPointer(end))
    end += length
    room &-= length
    count &+= 1
    enter((hash >> 32) << 32 | UInt64(entry))
    // At most two thirds full: probes stay short.
    if count &* 3 > slotMask &* 2 { growSlots() }
    return entry
  }

  private func enter(_ held: UInt64) {
    var slot = Int(truncatingIfNeeded: held >> 32) & slotMask
    while slots[slot] != 0 { slot = (slot &+ 1) & slotMask }
    slots[slot] = held
  }

  private func address(of entry: UInt32) -> UnsafeRawPointer {
    let at = Int(truncatingIfNeeded: entry) &+ 1 &<< ValueDictionary.firstLevel
    let level = Int.bitWidth &- 1 &- at.leadingZeroBitCount
    return levels[level &- ValueDictionary.firstLevel].unsafelyUnwrapped[at &- 1 &<< level]
  }

  private mutating func setAddress(of entry: UInt32, _ address: UnsafeRawPointer) {
    let at = Int(entry) + 1 << ValueDictionary.firstLevel
    let level = Int.bitWidth - 1 - at.leadingZeroBitCount
    let segment: UnsafeMutablePointer<UnsafeRawPointer>
    if let known = levels[level - ValueDictionary.firstLevel] {
      segment = known
    } else {
      segment = .allocate(capacity: 1 << level)
      levels[level - ValueDictionary.firstLevel] = segment
      byteCount += 8 << level
    }
    segment[at - 1 << level] = address
  }

  /// Segments grow with the dictionary, from 4 KiB to 1 MiB; a longer text gets one of its own.
  private mutating func beginSegment(_ length: Int) {
    let size = max(nextSegment, length)
    nextSegment = min(nextSegment * 2, 1 << 20)
    let segment = UnsafeMutableRawPointer.allocate(byteCount: size + 8, alignment: 8)
    segments.append(segment)
    end = segment
    room = size
    byteCount += size + 8
  }

  /// The place of a slot follows from what it holds, so no spelling is looked at: the old slots run through the halves of the new.
  private mutating func growSlots() {
    let old = UnsafeMutableBufferPointer(start: slots, count: slotMask + 1)
    byteCount += old.count * 8
    slotMask = slotMask * 2 + 1
    slots = .allocate(capacity: slotMask + 1)
    slots.initialize(repeating: 0, count: slotMask + 1)
    for held in old where held != 0 { enter(held) }
    old.deallocate()
  }

  /// The length stands in front: where the first word agrees, both are of one length.
  @inline(__always)
  private static func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ length: Int) -> Bool {
    var at = 0
    while at &+ 8 <= length {
      if a.loadUnaligned(fromByteOffset: at, as: UInt64.self) != b.loadUnaligned(fromByteOffset: at, as: UInt64.self) {
        return false
      }
      at &+= 8
    }
    while at < length {
      if a.load(fromByteOffset: at, as: UInt8.self) != b.load(fromByteOffset: at, as: UInt8.self) { return false }
      at &+= 1
    }
    return true
  }
}

/// Whether the bytes are well-formed UTF-8. ASCII is told eight bytes at a time, without a look at the standard library.
private func isUtf8(_ bytes: UnsafeRawBufferPointer) -> Bool {
  var at = 0
  while at &+ 8 <= bytes.count, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { at &+= 8 }
  while at < bytes.count, bytes[at] < 0x80 { at &+= 1 }
  return at == bytes.count || String(validating: bytes[at...], as: UTF8.self) != nil
}

/// A 64-bit hash of bytes, eight at a time: multiply to 128 bits and fold the halves, as wyhash does
/// (Wang Yi, https://github.com/wangyi-fudan/wyhash). Reads up to 8 bytes past the end, which the caller keeps allocated, and masks
/// them off.
@inline(__always)
func wordHash(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
  var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count)
  var at = 0
  while at &+ 8 <= count {
    hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    at &+= 8
  }
  if at < count {
    let kept = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- (count &- at) &* 8)
    hash = fold(hash ^ (bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & kept))
  }
  return fold(hash)
}

@inline(__always)
private func fold(_ value: UInt64) -> UInt64 {
  let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
  return product.high ^ product.low
}

/// Spellings on their way into a dictionary: gathered for a whole chunk, so that its lock is taken once for thousands.
struct SpellingBatch: ~Copyable {
  private var bytes: UnsafeMutableRawPointer
  private var capacity = 1 << 16
  private var used = 0
  private var items: UnsafeMutablePointer<Item>
  private var itemCapacity = 1 << 10
  private(set) var count = 0

  private struct Item {
    var start: Int
    var length: Int
    var hash: UInt64
  }

  init() {
    bytes = .allocate(byteCount: capacity + 8, alignment: 8)
    items = .allocate(capacity: itemCapacity)
  }

  deinit {
    bytes.deallocate()
    items.deallocate()
  }

  mutating func removeAll() {
    used = 0
    count = 0
  }

  /// Of null the length is 0.
  subscript(index: Int) -> (start: UnsafeRawPointer, length: Int, hash: UInt64) {
    let item = items[index]
    return (UnsafeRawPointer(bytes) + item.start, item.length, item.hash)
  }

  mutating func append(text: UnsafeRawBufferPointer) {
    reserve(TileValueSpelling.length(ofText: text.count))
    close(TileValueSpelling.write(text: text, to: bytes + used))
  }

  /// A reader may lend a whole real, or a truth value, as an integer: the schema decides, so that equal data give equal bytes.
  mutating func append(_ value: LentValue, as kind: PropertyKind) {
    reserve(TileValueSpelling.numberLimit)
    switch (value, kind) {
    case (.null, _): close(0)
    case (.integer(let number), .real): close(TileValueSpelling.write(real: Double(number), to: bytes + used))
    case (.integer(let number), .boolean): close(TileValueSpelling.write(boolean: number != 0, to: bytes + used))
    case (.integer(let number), _): close(TileValueSpelling.write(integer: number, to: bytes + used))
    case (.real(let number), _): close(number.isNaN ? 0 : TileValueSpelling.write(real: number, to: bytes + used))
    case (.boolean(let flag), _): close(TileValueSpelling.write(boolean: flag, to: bytes + used))
    case (.text(let text), _): append(text: text)
    }
  }

  @inline(__always)
  private mutating func close(_ length: Int) {
    if count == itemCapacity { growItems() }
    items[count] = Item(start: used, length: length, hash: length == 0 ? 0 : wordHash(bytes + used, length))
    used &+= length
    count &+= 1
  }

  @inline(__always)
  private mutating func reserve(_ extra: Int) {
    if used &+ extra > capacity { growBytes(to: used + extra) }
  }

  private mutating func growBytes(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger + 8, alignment: 8)
    moved.copyMemory(from: bytes, byteCount: used)
    bytes.deallocate()
    bytes = moved
    capacity = larger
  }

  private mutating func growItems() {
    let moved = UnsafeMutablePointer<Item>.allocate(capacity: itemCapacity * 2)
    moved.update(from: items, count: count)
    items.deallocate()
    items = moved
    itemCapacity *= 2
  }
}
