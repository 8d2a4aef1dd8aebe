/// Bytes that are no vector tile of MVT 2.1: what is wrong, in which layer, and at which byte.
public struct MvtDecodingError: Error, Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    // Protocol buffers.

    /// A length or number runs past the end of its message.
    case endsEarly
    /// A varint of more than ten bytes.
    case varintTooLong
    /// A field comes with another wire type than its definition says.
    case wrongWireType(field: Int, in: String)
    /// A field that the message does not have.
    case unknownField(Int, in: String)
    /// A field that may stand once stands twice.
    case repeatedField(String)
    case missingField(String)
    case notUtf8
    // Layers.

    /// Versions 1 and 2 are read.
    case unsupportedVersion(UInt64)
    case emptyLayerName
    case repeatedLayerName(String)
    case extentOutOfRange(UInt64)
    // Features.

    /// A value message holds none or several of its fields.
    case valueWithoutOneField
    /// Tags come in pairs of key and value.
    case oddTagCount(Int)
    case keyOutOfRange(UInt64, count: Int)
    case valueOutOfRange(UInt64, count: Int)
    case repeatedKey(String)
    case unknownGeometryType(UInt64)
    // Geometry.

    /// A command where the type of geometry has none, or with a count that it may not have.
    case unexpectedCommand(UInt32, count: UInt32)
    /// A command announces more parameters than there can be.
    case countTooLarge(UInt32)
    case parameterTooLarge(UInt64)
    case emptyGeometry
    /// A LineTo that goes nowhere.
    case repeatedPoint
    /// A polygon begins with a ring that is wound like a hole, or without area.
    case firstRingNotExterior
    case ringWithoutArea
  }

  /// Counted from the first byte of the tile: where the fault was noticed.
  public var offset: Int
  /// The layer's name, where it is known by then.
  public var layer: String?
  public var reason: Reason

  public init(offset: Int, layer: String? = nil, reason: Reason) {
    self.offset = offset
    self.layer = layer
    self.reason = reason
  }
}

extension MvtDecodingError: CustomStringConvertible {
  public var description: String {
    let place = layer.map { "layer \"\($0)\", byte \(offset)" } ?? "byte \(offset)"
    return "not a vector tile of MVT 2.1: \(place): \(reason); if the tile is packed, unpack it first"
  }
}
