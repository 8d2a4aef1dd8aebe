/// One element of `Accept`: `text/html;q=0.9`, `application/*`, `*/*`.
struct MediaRange {
  private let type: String
  private let subtype: String
  let quality: Double

  /// How well a type is wanted: by its quality, then by how exactly it is named, then by how early.
  struct Rank: Comparable {
    var quality: Double
    var exactness: Int
    var place: Int
    var isExact: Bool { exactness == 2 }

    static func < (a: Rank, b: Rank) -> Bool { (a.quality, a.exactness, b.place) < (b.quality, b.exactness, a.place) }
  }

  init(_ text: String) {
    let parts = text.split(separator: ";").map(\.trimmed)
    let halves = (parts.first ?? "").lowercased().split(separator: "/", maxSplits: 1).map(String.init)
    type = halves.first ?? ""
    subtype = halves.count == 2 ? halves[1] : ""
    quality = Self.quality(in: parts.dropFirst())
  }

  /// The weight among the parameters of something acceptable (RFC 9110, section 12.4.2), 0 to 1; what is no number is 0.
  static func quality(in parameters: some Sequence<String>) -> Double {
    guard let told = parameters.first(where: { $0.lowercased().hasPrefix("q=") }) else { return 1 }
    guard let number = Double(told.dropFirst(2)), number.isFinite else { return 0 }
    return min(max(number, 0), 1)
  }

  private func exactness(for mediaType: String) -> Int? {
    if mediaType == "\(type)/\(subtype)" { return 2 }
    if subtype == "*", mediaType.hasPrefix("\(type)/") { return 1 }
    if type == "*", subtype == "*" { return 0 }
    return nil
  }

  /// The most exact range decides (RFC 9110, section 12.5.1); `nil`: `mediaType` is not wanted.
  static func rank(of mediaType: String, in ranges: [MediaRange]) -> Rank? {
    let fitting = ranges.enumerated().compactMap { place, range in
      range.exactness(for: mediaType).map { Rank(quality: range.quality, exactness: $0, place: place) }
    }
    guard let rank = fitting.max(by: { $0.exactness < $1.exactness }), rank.quality > 0 else { return nil }
    return rank
  }

  /// The rank of something sent as `mediaType`, which a client may also ask for by other names: those count where it uses them, and what
  /// a wildcard admits is what will be sent.
  static func rank(of mediaType: String, alsoNamed others: [String], in ranges: [MediaRange]) -> Rank? {
    let named = others.compactMap { rank(of: $0, in: ranges) }.filter(\.isExact)
    return (named + [rank(of: mediaType, in: ranges)].compactMap(\.self)).max()
  }

  /// The value of an `Accept` header.
  static func list(_ header: String) -> [MediaRange] { header.split(separator: ",").map { MediaRange(String($0)) } }

  /// The name of a type that says itself that it is JSON (RFC 6839, section 3.1); `nil` for others.
  var jsonName: String? { subtype.hasSuffix("+json") ? "\(type)/\(subtype)" : nil }
}
