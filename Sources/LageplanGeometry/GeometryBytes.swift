/// The binary spellings of a geometry that readers lend.
public enum GeometryEncoding: Hashable, Sendable {
  /// ISO 19125 well-known binary, with the extended (EWKB) flags understood: what the in-memory reader and PostGIS lend.
  case wkb
  /// The SpatiaLite BLOB: envelope in front, then the body of WKB with marks between (SpatiaLite 5, "BLOB-Geometry").
  case spatiaLite
}

/// A geometry's bytes, lent for the duration of a call: not to be kept.
public struct GeometryBytes {
  public var encoding: GeometryEncoding
  public var bytes: UnsafeRawBufferPointer

  @inlinable public init(encoding: GeometryEncoding, bytes: UnsafeRawBufferPointer) {
    self.encoding = encoding
    self.bytes = bytes
  }
}
