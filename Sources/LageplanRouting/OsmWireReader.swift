/// Reads the fields of a protocol-buffers message (protobuf.dev, Encoding): numbers as varints, everything else as bytes of a stated
/// length. Every step is checked against the end; after a fault it yields nothing more and says so.
struct OsmWireReader {
  enum Field {
    case number(Int, UInt64)
    case bytes(Int, UnsafeRawBufferPointer)
    /// Of eight or four bytes: not used by this form.
    case fixed(Int)
  }

  private let base: UnsafePointer<UInt8>?
  private let count: Int
  private(set) var offset = 0
  private(set) var isBroken = false
  /// Where the bytes of the last field lay.
  private(set) var lastRange = 0..<0

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer) {
    base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    count = bytes.count
  }

  @inline(__always) var isAtEnd: Bool { offset >= count }

  /// The next field; `nil` at the end, and after a fault.
  @inline(__always)
  mutating func next() -> Field? {
    guard offset < count, !isBroken else { return nil }
    let tag = varint()
    let number = Int(truncatingIfNeeded: tag >> 3)
    switch tag & 7 {
    case 0:
      let value = varint()
      return isBroken ? nil : .number(number, value)
    case 2:
      let length = Int(clamping: varint())
      guard !isBroken, length <= count &- offset, let base else { return fail() }
      lastRange = offset..<offset &+ length
      offset &+= length
      return .bytes(number, UnsafeRawBufferPointer(start: base + lastRange.lowerBound, count: length))
    case 1, 5:
      let size = tag & 7 == 1 ? 8 : 4
      guard size <= count &- offset else { return fail() }
      offset &+= size
      return .fixed(number)
    default:
      return fail()
    }
  }

  private mutating func fail() -> Field? {
    isBroken = true
    return nil
  }

  /// Seven bits a byte, the lowest first; the top bit says that more follow.
  @inline(__always)
  mutating func varint() -> UInt64 {
    guard let base, offset < count else {
      isBroken = true
      return 0
    }
    let first = base[offset]
    offset &+= 1
    if first < 0x80 { return UInt64(first) }
    return longVarint(UInt64(first & 0x7F))
  }

  private mutating func longVarint(_ first: UInt64) -> UInt64 {
    var value = first
    var shift: UInt64 = 7
    while offset < count, shift < 64, let base {
      let byte = base[offset]
      offset &+= 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
    isBroken = true
    return 0
  }

  /// A signed number: the lowest bit is the sign (zigzag).
  @inline(__always)
  mutating func signed() -> Int64 {
    let value = varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
