import LageplanFeatures

/// The distinct values of a layer, as the layer's message will hold them.
///
/// A value is written to the end of the arena as its finished `values` field, and looked up by its bytes: if it is there
/// already, the end is taken back. So there is one spelling, equal bytes are equal values, and the arena is copied into the
/// tile in one go. Open addressing with linear probing; a slot holds 32 bits of hash and the index, so that a probe
/// touches the arena only where the hashes agree.
struct ValueTable: ~Copyable {
  private(set) var arena = ByteSink(capacity: 1 << 14)
  private var starts: UnsafeMutablePointer<Int>
  private var startCapacity = 1 << 10
  private(set) var count = 0
  private var slots: UnsafeMutablePointer<UInt64>
  private var slotMask = (1 << 12) - 1

  init() {
    starts = .allocate(capacity: startCapacity)
    slots = .allocate(capacity: slotMask + 1)
    slots.initialize(repeating: 0, count: slotMask + 1)
  }

  deinit {
    starts.deallocate()
    slots.deallocate()
  }

  mutating func removeAll() {
    guard count > 0 else { return }
    slots.update(repeating: 0, count: slotMask + 1)
    arena.removeAll()
    count = 0
  }

  // MARK: Values (vector_tile.proto, message Value)

  /// `nil` for what is no value: null, and a number that is none.
  mutating func index(of value: LentValue, as kind: PropertyKind) -> UInt32? {
    switch value {
    case .null: return nil
    case .integer(let number):
      // A reader may lend a whole real, or a truth value, as an integer: the schema decides, so that equal data give equal bytes.
      switch kind {
      case .real: return index(of: Double(number))
      case .boolean: return index(of: number != 0)
      case .integer, .text, .date, .dateTime, .json: return index(of: number)
      }
    case .real(let number): return number.isNaN ? nil : index(of: number)
    case .boolean(let flag): return index(of: flag)
    case .text(let text): return index(ofAnyText: text)
    }
  }

  /// Protocol buffers demand UTF-8; foreign editors may have left other bytes in the file. Only what is new needs the look.
  mutating func index(ofAnyText text: UnsafeRawBufferPointer) -> UInt32 {
    let known = count
    let index = index(ofText: text)
    guard count > known, !isUtf8(text) else { return index }
    removeLast()
    var repaired = String(decoding: text, as: UTF8.self)
    return repaired.withUTF8 { self.index(ofText: UnsafeRawBufferPointer($0)) }
  }

  mutating func index(ofText text: UnsafeRawBufferPointer) -> UInt32 {
    let start = arena.count
    let content = 1 &+ varintLength(UInt64(truncatingIfNeeded: text.count)) &+ text.count
    beginValue(content)
    arena.put(byte: 0x0A)
    arena.put(varint: UInt64(truncatingIfNeeded: text.count))
    arena.put(text)
    return intern(from: start)
  }

  mutating func index(of number: Double) -> UInt32 {
    let start = arena.count
    beginValue(9)
    arena.put(byte: 0x19)
    arena.put(double: number)
    return intern(from: start)
  }

  /// `int_value` for what is not negative, `sint_value` below: the shorter of the two, whatever the size.
  mutating func index(of number: Int64) -> UInt32 {
    let start = arena.count
    let spelling = number < 0 ? zigzag(number) : UInt64(bitPattern: number)
    beginValue(1 &+ varintLength(spelling))
    arena.put(byte: number < 0 ? 0x30 : 0x20)
    arena.put(varint: spelling)
    return intern(from: start)
  }

  /// `uint_value`, which no property has: a count never shares its value with one.
  mutating func index(ofCount number: UInt32) -> UInt32 {
    let start = arena.count
    beginValue(1 &+ varintLength(UInt64(number)))
    arena.put(byte: 0x28)
    arena.put(varint: UInt64(number))
    return intern(from: start)
  }

  mutating func index(of flag: Bool) -> UInt32 {
    let start = arena.count
    beginValue(2)
    arena.put(byte: 0x38)
    arena.put(byte: flag ? 1 : 0)
    return intern(from: start)
  }

  /// Layer field 4, length-delimited.
  @inline(__always)
  private mutating func beginValue(_ content: Int) {
    arena.reserve(11 &+ content)
    arena.put(byte: 0x22)
    arena.put(varint: UInt64(truncatingIfNeeded: content))
  }

  /// Takes back the value interned last, which must have been new.
  private mutating func removeLast() {
    guard count > 0 else { return }
    count -= 1
    let start = starts[count]
    let hash = wordHash(UnsafeRawPointer(arena.base).advanced(by: start), arena.count - start)
    var slot = Int(truncatingIfNeeded: hash) & slotMask
    while slots[slot] & 0xFFFF_FFFF != UInt64(count + 1) { slot = (slot + 1) & slotMask }
    // The value inserted last ends its run of probes: emptying its slot hides no other.
    slots[slot] = 0
    arena.truncate(to: start)
  }

  /// The `values` field of the value that was new last; of nothing before the first.
  var lastSpelling: UnsafeRawBufferPointer {
    guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: arena.base + starts[count - 1], count: arena.count - starts[count - 1])
  }

  /// The bytes of a `values` field.
  func spelling(of index: UInt32) -> UnsafeRawPointer { UnsafeRawPointer(arena.base + starts[Int(index)]) }

  // MARK: Looking up

  @inline(__always)
  private mutating func intern(from start: Int) -> UInt32 {
    let length = arena.count &- start
    let hash = wordHash(UnsafeRawPointer(arena.base).advanced(by: start), length)
    let tag = hash >> 32
    var slot = Int(truncatingIfNeeded: hash) & slotMask
    while true {
      let held = slots[slot]
      if held == 0 { break }
      if held >> 32 == tag {
        let index = Int(truncatingIfNeeded: held & 0xFFFF_FFFF) &- 1
        let other = starts[index]
        let end = index &+ 1 < count ? starts[index &+ 1] : start
        if end &- other == length, equal(other, start, length) {
          arena.truncate(to: start)
          return UInt32(truncatingIfNeeded: index)
        }
      }
      slot = (slot &+ 1) & slotMask
    }
    if count == startCapacity { growStarts() }
    starts[count] = start
    count &+= 1
    slots[slot] = tag << 32 | UInt64(truncatingIfNeeded: count)
    // At most half full: probes stay short.
    if count &* 2 > slotMask { growSlots() }
    return UInt32(truncatingIfNeeded: count &- 1)
  }

  @inline(__always)
  private func equal(_ a: Int, _ b: Int, _ length: Int) -> Bool {
    let bytes = UnsafeRawPointer(arena.base)
    var at = 0
    while at &+ 8 <= length {
      if bytes.loadUnaligned(fromByteOffset: a &+ at, as: UInt64.self)
        != bytes.loadUnaligned(fromByteOffset: b &+ at, as: UInt64.self)
      {
        return false
      }
      at &+= 8
    }
    while at < length {
      if bytes.load(fromByteOffset: a &+ at, as: UInt8.self) != bytes.load(fromByteOffset: b &+ at, as: UInt8.self) {
        return false
      }
      at &+= 1
    }
    return true
  }

  @inline(never)
  private mutating func growStarts() {
    let moved = UnsafeMutablePointer<Int>.allocate(capacity: startCapacity * 2)
    moved.update(from: starts, count: count)
    starts.deallocate()
    starts = moved
    startCapacity *= 2
  }

  @inline(never)
  private mutating func growSlots() {
    slots.deallocate()
    slotMask = slotMask * 2 + 1
    slots = .allocate(capacity: slotMask + 1)
    slots.initialize(repeating: 0, count: slotMask + 1)
    for index in 0..<count {
      let end = index + 1 < count ? starts[index + 1] : arena.count
      let hash = wordHash(UnsafeRawPointer(arena.base).advanced(by: starts[index]), end - starts[index])
      var slot = Int(truncatingIfNeeded: hash) & slotMask
      while slots[slot] != 0 { slot = (slot + 1) & slotMask }
      slots[slot] = (hash >> 32) << 32 | UInt64(index + 1)
    }
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
/// (Wang Yi, https://github.com/wangyi-fudan/wyhash). Equal on every little-endian machine. Reads up to 8 bytes past the
/// end, which `ByteSink` keeps allocated, and masks them off.
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

/// The same over four streams of words at once, which a processor multiplies side by side: for whole tiles.
func contentHash(of buffer: UnsafeRawBufferPointer) -> UInt64 {
  guard let bytes = buffer.baseAddress else { return 0 }
  let count = buffer.count
  var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
  var at = 0
  while at &+ 32 <= count {
    a = fold(a ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    b = fold(b ^ bytes.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self))
    c = fold(c ^ bytes.loadUnaligned(fromByteOffset: at &+ 16, as: UInt64.self))
    d = fold(d ^ bytes.loadUnaligned(fromByteOffset: at &+ 24, as: UInt64.self))
    at &+= 32
  }
  // The last bytes one by one: nothing may be read past the end here.
  var rest = UInt64(truncatingIfNeeded: count)
  while at < count {
    rest = fold(rest ^ UInt64(bytes.load(fromByteOffset: at, as: UInt8.self)))
    at &+= 1
  }
  return fold(fold(fold(a ^ rest) ^ b) ^ fold(fold(c) ^ d))
}

@inline(__always)
private func fold(_ value: UInt64) -> UInt64 {
  let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
  return product.high ^ product.low
}
