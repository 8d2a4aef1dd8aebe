/// The one spelling of a value in a vector tile: the layer's whole `values` field, that is 0x22, the length, the message Value
/// (Mapbox Vector Tile 2.1, vector_tile.proto).
///
/// Whoever writes tiles writes values by these functions, so that equal values are equal bytes, whichever way a row came. Numbers are
/// little endian. The functions store without asking: the caller has reserved ``numberLimit`` bytes, or ``length(ofText:)``.
public enum TileValueSpelling {
  /// No number or truth value is longer.
  public static let numberLimit = 13

  /// The whole length of a text of `count` bytes.
  @inlinable @inline(__always)
  public static func length(ofText count: Int) -> Int {
    let content = 1 &+ lengthOfVarint(UInt64(truncatingIfNeeded: count)) &+ count
    return 1 &+ lengthOfVarint(UInt64(truncatingIfNeeded: content)) &+ content
  }

  /// Writes a text, which has to be UTF-8; answers the length.
  @inlinable @inline(__always)
  public static func write(text: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Int {
    let content = 1 &+ lengthOfVarint(UInt64(truncatingIfNeeded: text.count)) &+ text.count
    target.storeBytes(of: 0x22, as: UInt8.self)
    var at = 1 &+ write(varint: UInt64(truncatingIfNeeded: content), to: target + 1)
    target.storeBytes(of: 0x0A, toByteOffset: at, as: UInt8.self)
    at &+= 1
    at &+= write(varint: UInt64(truncatingIfNeeded: text.count), to: target + at)
    if let source = text.baseAddress { (target + at).copyMemory(from: source, byteCount: text.count) }
    return at &+ text.count
  }

  @inlinable @inline(__always)
  public static func write(real: Double, to target: UnsafeMutableRawPointer) -> Int {
    target.storeBytes(of: 0x22, as: UInt8.self)
    target.storeBytes(of: 9, toByteOffset: 1, as: UInt8.self)
    target.storeBytes(of: 0x19, toByteOffset: 2, as: UInt8.self)
    target.storeBytes(of: real.bitPattern.littleEndian, toByteOffset: 3, as: UInt64.self)
    return 11
  }

  /// `int_value` for what is not negative, `sint_value` below: the shorter of the two, whatever the size.
  @inlinable @inline(__always)
  public static func write(integer: Int64, to target: UnsafeMutableRawPointer) -> Int {
    let spelling = integer < 0 ? UInt64(bitPattern: (integer &<< 1) ^ (integer &>> 63)) : UInt64(bitPattern: integer)
    let length = write(varint: spelling, to: target + 3)
    target.storeBytes(of: 0x22, as: UInt8.self)
    target.storeBytes(of: UInt8(truncatingIfNeeded: 1 &+ length), toByteOffset: 1, as: UInt8.self)
    target.storeBytes(of: integer < 0 ? 0x30 : 0x20, toByteOffset: 2, as: UInt8.self)
    return 3 &+ length
  }

  @inlinable @inline(__always)
  public static func write(boolean: Bool, to target: UnsafeMutableRawPointer) -> Int {
    target.storeBytes(of: 0x22, as: UInt8.self)
    target.storeBytes(of: 2, toByteOffset: 1, as: UInt8.self)
    target.storeBytes(of: 0x38, toByteOffset: 2, as: UInt8.self)
    target.storeBytes(of: boolean ? 1 : 0, toByteOffset: 3, as: UInt8.self)
    return 4
  }

  // MARK: Reading back

  /// The whole length of the spelling at `source`.
  @inlinable @inline(__always)
  public static func length(at source: UnsafeRawPointer) -> Int {
    var at = 1
    let content = readVarint(source, &at)
    return at &+ Int(truncatingIfNeeded: content)
  }

  /// The value at `source`; a text points into its bytes.
  @inlinable
  public static func value(at source: UnsafeRawPointer) -> LentValue {
    var at = 1
    _ = readVarint(source, &at)
    let field = source.load(fromByteOffset: at, as: UInt8.self)
    at &+= 1
    switch field {
    case 0x0A:
      let count = Int(truncatingIfNeeded: readVarint(source, &at))
      return .text(UnsafeRawBufferPointer(start: source + at, count: count))
    case 0x19:
      return .real(Double(bitPattern: UInt64(littleEndian: source.loadUnaligned(fromByteOffset: at, as: UInt64.self))))
    case 0x20:
      return .integer(Int64(bitPattern: readVarint(source, &at)))
    case 0x30:
      let folded = readVarint(source, &at)
      return .integer(Int64(bitPattern: (folded &>> 1) ^ (0 &- (folded & 1))))
    default:
      return .boolean(source.load(fromByteOffset: at, as: UInt8.self) != 0)
    }
  }

  // MARK: Varints (Protocol Buffers encoding: base 128)

  @inlinable @inline(__always)
  static func lengthOfVarint(_ value: UInt64) -> Int {
    // bits · 9 / 64 rounds bits / 7 upwards for 1 to 64 bits.
    ((64 &- (value | 1).leadingZeroBitCount) &* 9 &+ 64) >> 6
  }

  @inlinable @inline(__always)
  static func write(varint value: UInt64, to target: UnsafeMutableRawPointer) -> Int {
    var rest = value
    var at = 0
    while rest >= 0x80 {
      target.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: at, as: UInt8.self)
      rest &>>= 7
      at &+= 1
    }
    target.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: at, as: UInt8.self)
    return at &+ 1
  }

  @inlinable @inline(__always)
  static func readVarint(_ source: UnsafeRawPointer, _ at: inout Int) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = source.load(fromByteOffset: at, as: UInt8.self)
      at &+= 1
      result |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return result }
      shift &+= 7
    }
  }
}
