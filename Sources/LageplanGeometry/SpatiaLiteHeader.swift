/// What stands before the body of a SpatiaLite BLOB.
///
///     byte   0      start, 0x00
///     byte   1      byte order: 1 little, 0 big endian; 0x81 and 0x80 for a TinyPoint
///     bytes  2–5    SRID
///     bytes  6–37   envelope: min x, min y, max x, max y
///     byte  38      mark 0x7C
///     bytes 39–42   type, then the body; each member of a collection begins with 0x69 and its type
///     last byte     end, 0xFE
///
/// A TinyPoint (SpatiaLite 5) has no envelope: one byte of dimensions (1 XY, 2 XYZ, 3 XYM, 4 XYZM) and the numbers follow the SRID.
struct SpatiaLiteHeader {
  static let envelopeMark: UInt8 = 0x7C
  static let memberMark: UInt8 = 0x69
  static let endMark: UInt8 = 0xFE

  var srid: Int32
  /// As written; all zero for a TinyPoint.
  var envelope: Envelope
  var type: GeometryTypeCode
  var isTinyPoint: Bool

  init(reading cursor: inout ByteCursor) throws(GeometryDecodingError) {
    try cursor.expect(0x00)
    let at = cursor.offset
    let mark = try cursor.readByte()
    guard mark & 0x7E == 0 else { throw GeometryDecodingError(offset: at, reason: .unknownByteOrder(mark)) }
    try cursor.setByteOrder(mark & 1)
    srid = Int32(bitPattern: try cursor.readUInt32())
    isTinyPoint = mark & 0x80 != 0
    if isTinyPoint {
      let dimensionsAt = cursor.offset
      let dimensions = try cursor.readByte()
      guard (1...4).contains(dimensions) else {
        throw GeometryDecodingError(offset: dimensionsAt, reason: .unknownType(UInt32(dimensions)))
      }
      type = GeometryTypeCode(kind: .point, hasZ: dimensions == 2 || dimensions == 4, hasM: dimensions >= 3)
      envelope = Envelope(minX: 0, minY: 0, maxX: 0, maxY: 0)
    } else {
      try cursor.require(32)
      envelope = Envelope(
        minX: cursor.takeDouble(), minY: cursor.takeDouble(), maxX: cursor.takeDouble(), maxY: cursor.takeDouble())
      try cursor.expect(Self.envelopeMark)
      type = try Self.readType(&cursor)
    }
  }

  static func readType(_ cursor: inout ByteCursor) throws(GeometryDecodingError) -> GeometryTypeCode {
    let at = cursor.offset
    let code = try cursor.readUInt32()
    guard let type = GeometryTypeCode(spatiaLite: code) else {
      throw GeometryDecodingError(offset: at, reason: .unknownType(code))
    }
    return type
  }
}
