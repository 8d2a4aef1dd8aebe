/// Bytes being written: one allocation that grows, kept from tile to tile.
///
/// Room is reserved once for a whole message; the `put` functions then store without asking again
/// (debug builds assert). That is what makes a varint cost a nanosecond.
struct ByteSink: ~Copyable {
  private(set) var base: UnsafeMutableRawPointer
  fileprivate(set) var count = 0
  fileprivate var capacity: Int

  /// A word may be read past the last byte, for hashing: that many bytes are always allocated behind the capacity.
  private static let slack = 8

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity + Self.slack, alignment: 8)
  }

  deinit { base.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  mutating func removeAll() { count = 0 }

  /// Takes back everything behind the first `length` bytes.
  @inline(__always)
  mutating func truncate(to length: Int) {
    assert(length <= count)
    count = length
  }

  /// Makes room for `extra` bytes behind the last one.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if count &+ extra > capacity { grow(to: count + extra) }
  }

  @inline(never)
  private mutating func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger + Self.slack, alignment: 8)
    moved.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = moved
    capacity = larger
  }

  @inline(__always)
  mutating func put(byte: UInt8) {
    assert(count < capacity)
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// A base-128 varint (Protocol Buffers encoding); at most 10 bytes.
  @inline(__always)
  mutating func put(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      put(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    put(byte: UInt8(truncatingIfNeeded: rest))
  }

  /// Eight bytes, little endian.
  @inline(__always)
  mutating func put(double value: Double) {
    assert(count &+ 8 <= capacity)
    base.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= 8
  }

  @inline(__always)
  mutating func put(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    assert(count &+ bytes.count <= capacity)
    base.advanced(by: count).copyMemory(from: start, byteCount: bytes.count)
    count &+= bytes.count
  }
}

extension ByteSink {
  /// Appends `length` bytes, a word at a time: reads and writes up to 7 bytes further, which both sides keep allocated.
  @inline(__always)
  mutating func append(wordsOf source: UnsafeRawPointer, _ length: Int) {
    reserve(length)
    copyWords(from: source, to: base + count, length)
    count &+= length
  }

  /// Takes over what was written directly up to `end`, within the room reserved.
  @inline(__always)
  mutating func advance(to end: UnsafeMutableRawPointer) {
    count = UnsafeRawPointer(end) - UnsafeRawPointer(base)
    assert(count <= capacity)
  }
}

/// The length of `value` as a varint: one byte per seven bits begun.
@inline(__always)
func varintLength(_ value: UInt64) -> Int {
  // bits · 9 / 64 rounds bits / 7 upwards for 1 to 64 bits.
  ((64 &- (value | 1).leadingZeroBitCount) &* 9 &+ 64) >> 6
}

/// Signed numbers near zero as small unsigned ones: 0, −1, 1, −2 become 0, 1, 2, 3.
@inline(__always)
func zigzag(_ value: Int32) -> UInt32 { UInt32(bitPattern: (value &<< 1) ^ (value &>> 31)) }

@inline(__always)
func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)) }
