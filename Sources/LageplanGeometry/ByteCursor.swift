/// A place in lent bytes, read forward, every step checked against the end.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  /// The numbers lie in the other byte order than this machine's.
  private(set) var isSwapped = false

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var remaining: Int { bytes.count &- offset }

  @inline(__always)
  func require(_ count: Int) throws(GeometryDecodingError) {
    guard count <= remaining else { throw fault(.endsEarly(needed: count, left: remaining)) }
  }

  func fault(_ reason: GeometryDecodingError.Reason) -> GeometryDecodingError {
    GeometryDecodingError(offset: offset, reason: reason)
  }

  /// Little endian is 1, big endian 0, in WKB and in the SpatiaLite BLOB alike.
  mutating func readByteOrder() throws(GeometryDecodingError) {
    try require(1)
    try setByteOrder(bytes[offset])
    offset &+= 1
  }

  mutating func setByteOrder(_ mark: UInt8) throws(GeometryDecodingError) {
    guard mark <= 1 else { throw fault(.unknownByteOrder(mark)) }
    isSwapped = (mark == 1) != (UInt16(littleEndian: 1) == 1)
  }

  mutating func readByte() throws(GeometryDecodingError) -> UInt8 {
    try require(1)
    defer { offset &+= 1 }
    return bytes[offset]
  }

  mutating func expect(_ mark: UInt8) throws(GeometryDecodingError) {
    try require(1)
    guard bytes[offset] == mark else { throw fault(.missingMark(expected: mark, found: bytes[offset])) }
    offset &+= 1
  }

  @inline(__always)
  mutating func readUInt32() throws(GeometryDecodingError) -> UInt32 {
    try require(4)
    let raw = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    offset &+= 4
    return isSwapped ? raw.byteSwapped : raw
  }

  /// A count of things of at least `size` bytes each: refused before anything is allocated for it.
  @inline(__always)
  mutating func readCount(ofAtLeast size: Int) throws(GeometryDecodingError) -> Int {
    let count = Int(try readUInt32())
    guard count <= remaining / size else {
      throw GeometryDecodingError(offset: offset - 4, reason: .countTooLarge(count: count, possible: remaining / size))
    }
    return count
  }

  @inline(__always)
  mutating func readDouble() throws(GeometryDecodingError) -> Double {
    try require(8)
    return takeDouble()
  }

  /// The next double; only after ``require(_:)`` has covered it.
  @inline(__always)
  mutating func takeDouble() -> Double {
    let raw = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    offset &+= 8
    return Double(bitPattern: isSwapped ? raw.byteSwapped : raw)
  }

  /// The next 32 bit float; only after ``require(_:)`` has covered it.
  @inline(__always)
  mutating func takeFloat() -> Float {
    let raw = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    offset &+= 4
    return Float(bitPattern: isSwapped ? raw.byteSwapped : raw)
  }

  mutating func skip(_ count: Int) throws(GeometryDecodingError) {
    try require(count)
    offset &+= count
  }

  /// The next `count` vertices as they lie, without a copy per number; only after ``require(_:)`` has covered them
  /// and when nothing is swapped.
  mutating func takeVertices(_ count: Int, appendingTo coordinates: inout [Coordinate]) {
    let start = coordinates.count
    coordinates.append(contentsOf: repeatElement(Coordinate(x: 0, y: 0), count: count))
    let source = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count * 16)])
    coordinates.withUnsafeMutableBytes { all in
      UnsafeMutableRawBufferPointer(rebasing: all[(start * 16)...]).copyMemory(from: source)
    }
    offset &+= count * 16
  }
}
