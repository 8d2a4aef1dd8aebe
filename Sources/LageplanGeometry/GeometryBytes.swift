/// The binary spellings of a geometry that readers lend.
public enum GeometryEncoding: Hashable, Sendable {
  /// ISO 19125 well-known binary, with the extended (EWKB) flags understood: what the in-memory reader and PostGIS lend.
  case wkb
  /// The SpatiaLite BLOB: envelope in front, then the body of WKB with marks between (SpatiaLite 5, "BLOB-Geometry").
  case spatiaLite
}

/// A geometry's bytes, lent for the duration of a call: not to be kept.
public struct GeometryBytes {
  /// How the bytes are to be read.
  public var encoding: GeometryEncoding
  /// The whole geometry, nothing before and nothing after.
  public var bytes: UnsafeRawBufferPointer

  /// Lends `bytes`, whose owner keeps them alive during the call.
  @inlinable public init(encoding: GeometryEncoding, bytes: UnsafeRawBufferPointer) {
    self.encoding = encoding
    self.bytes = bytes
  }
}
