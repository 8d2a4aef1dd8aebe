import LageplanTiles

/// Which content codings a client takes, from `Accept-Encoding` (RFC 9110, section 12.5.3).
struct AcceptedCodings: Hashable, Sendable {
  /// By rising preference of ours where a client has none: the quick ones first, since a tile is packed while somebody waits.
  private static let offered: [TileCoding] = [.gzip, .zstd, .brotli]

  /// Quality in thousandths, in the order of `offered`.
  private var qualities: [Int]
  private var identity: Int

  /// Without the header nothing is packed: programs that do not say so often cannot unpack.
  init(_ header: String?) {
    qualities = Self.offered.map { _ in 0 }
    // Acceptable unless refused, but what is named goes before it.
    identity = 1
    guard let header else { return }
    var any: Int?
    var named: Set<Int> = []
    for piece in header.split(separator: ",") {
      let parts = piece.split(separator: ";").map(\.trimmed)
      guard let name = parts.first?.lowercased() else { continue }
      let quality = Int((MediaRange.quality(in: parts.dropFirst()) * 1_000).rounded())
      if name == "*" { any = quality }
      if name == "identity" { identity = quality }
      if let place = Self.offered.firstIndex(where: { $0.contentCoding == name || ($0 == .gzip && name == "x-gzip") }) {
        qualities[place] = quality
        named.insert(place)
      }
    }
    if let any {
      for place in qualities.indices where !named.contains(place) { qualities[place] = any }
    }
  }

  /// What to send: of the codings that the client likes best the smallest that is there, else the one that is quickest made.
  /// `size` is asked for the kept length under a coding, `nil`: not packed yet.
  func best(_ size: (TileCoding) -> Int?) -> TileCoding {
    guard let liked = qualities.max(), liked > 0, liked >= identity else { return .identity }
    var best: (coding: TileCoding, size: Int)?
    var first: TileCoding?
    for (place, coding) in Self.offered.enumerated() where qualities[place] == liked {
      if first == nil { first = coding }
      if let size = size(coding), size < best?.size ?? .max { best = (coding, size) }
    }
    return best?.coding ?? first ?? .identity
  }
}
