/// Reads protocol buffers (https://protobuf.dev/programming-guides/encoding/) from lent bytes; every step is checked against the end.
struct ProtobufCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var offset: Int
  let end: Int

  enum WireType: UInt64 {
    case varint = 0
    case eightBytes = 1
    case lengthDelimited = 2
    case fourBytes = 5
  }

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>? = nil) {
    self.bytes = bytes
    offset = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  var isAtEnd: Bool { offset >= end }
  var left: Int { end - offset }

  func fault(_ reason: MvtDecodingError.Reason) -> MvtDecodingError { MvtDecodingError(offset: offset, reason: reason) }

  mutating func readVarint() throws(MvtDecodingError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70 {
      guard offset < end else { throw fault(.endsEarly) }
      let byte = bytes[offset]
      offset += 1
      // Of the tenth byte only one bit has room.
      if shift == 63, byte > 1 { throw fault(.varintTooLong) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw fault(.varintTooLong)
  }

  mutating func readField(of message: String) throws(MvtDecodingError) -> (number: Int, type: WireType) {
    let tag = try readVarint()
    guard let number = Int(exactly: tag >> 3), number > 0, number < 1 << 29 else {
      throw fault(.unknownField(Int(truncatingIfNeeded: tag >> 3), in: message))
    }
    guard let type = WireType(rawValue: tag & 7) else { throw fault(.wrongWireType(field: number, in: message)) }
    return (number, type)
  }

  /// The range of the message or string that follows.
  mutating func readLengthDelimited() throws(MvtDecodingError) -> Range<Int> {
    let length = try readVarint()
    guard length <= UInt64(left) else { throw fault(.endsEarly) }
    let range = offset..<(offset + Int(length))
    offset = range.upperBound
    return range
  }

  mutating func readText() throws(MvtDecodingError) -> String {
    let range = try readLengthDelimited()
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw fault(.notUtf8) }
    return text
  }

  mutating func readEightBytes() throws(MvtDecodingError) -> UInt64 {
    guard left >= 8 else { throw fault(.endsEarly) }
    defer { offset += 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  mutating func readFourBytes() throws(MvtDecodingError) -> UInt32 {
    guard left >= 4 else { throw fault(.endsEarly) }
    defer { offset += 4 }
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  mutating func skip(_ type: WireType) throws(MvtDecodingError) {
    switch type {
    case .varint: _ = try readVarint()
    case .eightBytes: _ = try readEightBytes()
    case .lengthDelimited: _ = try readLengthDelimited()
    case .fourBytes: _ = try readFourBytes()
    }
  }
}
