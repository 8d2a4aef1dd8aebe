/// How the bytes of a tile are packed: the content codings of HTTP that browsers know (RFC 9110, section 8.4.1).
public enum TileCoding: String, CaseIterable, Hashable, Sendable {
  /// Not packed.
  case identity
  /// RFC 1952: every client knows it.
  case gzip
  /// RFC 8878.
  case zstd
  /// RFC 7932.
  case brotli = "br"

  /// The name in `Content-Encoding` and `Accept-Encoding`.
  public var contentCoding: String { rawValue }

  /// The levels that ``TilePacker`` offers, from fast to small; the level of `identity` says nothing.
  public var levels: ClosedRange<Int> {
    switch self {
    case .identity: 0...0
    case .gzip: 1...12
    case .zstd: 1...19
    case .brotli: 0...11
    }
  }
}

/// What can be wrong with packing, and with packed bytes of others.
public enum TilePackingError: Error, Hashable, Sendable {
  case unsupportedLevel(Int, TileCoding)
  /// The bytes are not what their coding says; `reason` as the library tells it.
  case damaged(TileCoding, reason: String)
  /// Unpacked they would be longer than the caller allows.
  case tooLong(TileCoding, limit: Int)
  case noMemory(TileCoding)
}

extension TilePackingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unsupportedLevel(let level, let coding):
      "\(coding) has no level \(level); choose \(coding.levels.lowerBound) to \(coding.levels.upperBound)"
    case .damaged(let coding, let reason): "the bytes are no whole \(coding) stream: \(reason)"
    case .tooLong(let coding, let limit): "the \(coding) stream unpacks to more than the \(limit) bytes allowed here"
    case .noMemory(let coding): "there is no memory left for the tables of \(coding)"
    }
  }
}
