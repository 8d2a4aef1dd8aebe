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

extension TileCoding {
  /// For a tile that somebody waits for: beyond it, packing costs more than rendering did.
  ///
  /// A z14 tile of 311 KiB takes 2.0 ms as gzip (43 % of its size), 1.6 ms as zstd (44 %), 2.9 ms as brotli (42 %).
  /// The next gzip level costs half as much again and saves one part in a hundred (decision record 0016).
  public var quickLevel: Int {
    switch self {
    case .identity: 0
    case .gzip: 1
    case .zstd, .brotli: 3
    }
  }

  /// For a tile that is packed once and sent often, from a cache or an archive.
  ///
  /// The same tile takes 4.6 ms as gzip (41.5 %), 3.7 ms as zstd (42 %), 9.2 ms as brotli (36.6 %). Further up, times
  /// double for parts of a hundredth.
  public var smallLevel: Int {
    switch self {
    case .identity: 0
    case .gzip, .brotli: 5
    case .zstd: 6
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
