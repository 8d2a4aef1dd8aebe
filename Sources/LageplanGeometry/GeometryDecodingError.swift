/// Bytes that are not the geometry they claim to be: what is wrong, and at which byte.
public struct GeometryDecodingError: Error, Hashable, Sendable {
  /// What can be wrong with a geometry's bytes.
  public enum Reason: Hashable, Sendable {
    /// The bytes end before what is announced: `needed` are asked for, `left` are there.
    case endsEarly(needed: Int, left: Int)
    /// A count of vertices, rings or members that cannot fit into the bytes that are left.
    case countTooLarge(count: Int, possible: Int)
    /// The byte order is neither 0 (big endian) nor 1 (little endian).
    case unknownByteOrder(UInt8)
    /// A type code that is none of the seven kinds with or without Z and M: curves, surfaces, TINs.
    case unknownType(UInt32)
    /// A mark of the SpatiaLite BLOB is missing.
    case missingMark(expected: UInt8, found: UInt8)
    /// A multi geometry holds something else than its parts, as a line in a MultiPolygon.
    case unexpectedMember(GeometryKind, in: GeometryKind)
    /// A part has other dimensions (Z, M) than the whole.
    case mixedDimensions
    /// Collections within collections deeper than `limit`.
    case tooDeep(limit: Int)
    /// Bytes follow where the geometry has ended.
    case trailingBytes(Int)
  }

  /// Where, counted from the first byte of the geometry.
  public var offset: Int
  /// What is wrong there.
  public var reason: Reason

  /// A fault at byte `offset`.
  public init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }
}

extension GeometryDecodingError: CustomStringConvertible {
  public var description: String {
    let fault =
      switch reason {
      case .endsEarly(let needed, let left): "the bytes end early: \(needed) are needed, \(left) are left"
      case .countTooLarge(let count, let possible): "a count of \(count), where at most \(possible) can follow"
      case .unknownByteOrder(let byte): "byte order \(byte), expected 0 or 1"
      case .unknownType(let code):
        "geometry type \(code) is not supported; convert curves and surfaces to lines and polygons first"
      case .missingMark(let expected, let found): "mark 0x\(hex(expected)) expected, found 0x\(hex(found))"
      case .unexpectedMember(let kind, let whole): "a \(kind) inside a \(whole)"
      case .mixedDimensions: "a part has other dimensions (Z, M) than the whole"
      case .tooDeep(let limit): "collections are nested deeper than \(limit)"
      case .trailingBytes(let count): "\(count) bytes follow after the end"
      }
    return "geometry bytes, at byte \(offset): \(fault)"
  }

  private func hex(_ byte: UInt8) -> String { String(byte, radix: 16, uppercase: true) }
}
