import HTTPTypes
import Hummingbird

/// Entity tags of single features: the feature's version, then what else decides the bytes.
///
///     "17"              answered to a change: the feature now has version 17
///     "17.k3jx2"        of one representation: language of the links, format, system, what other collections link to it
///     "17.k3jx2.gzip"   of the same, packed
///
/// A client sends back whichever it has: a condition on a change looks at the version only.
enum FeatureTag {
  /// Without the quotes.
  static func text(version: Int64, representation: String? = nil) -> String {
    representation.map { "\(version).\($0)" } ?? String(version)
  }

  /// `nil` for a tag that we never gave.
  static func version(_ text: String) -> Int64? { text.split(separator: ".").first.flatMap { Int64($0) } }
}

/// What `If-Match` asks (RFC 9110, section 13.1.1): the versions of the feature for which the change is meant.
enum EditCondition {
  /// No condition, or any version (`*`), which a change of what is not there fails anyway.
  case none
  /// One of these; a tag that we never gave is -1, which no feature has.
  case versions([Int64])

  /// Also tags marked as weak are taken: a proxy that packs answers marks them so on the way, and the version in them is as exact as before.
  init(_ request: Request) throws(Problem) {
    guard let header = request.headers[.ifMatch] else {
      self = .none
      return
    }
    if header.trimmed == "*" {
      self = .none
      return
    }
    var versions: [Int64] = []
    for piece in header.split(separator: ",") {
      var tag = piece.trimmed
      if tag.hasPrefix("W/") { tag.removeFirst(2) }
      guard tag.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else {
        throw Problem.badParameter("If-Match", value: header, "Send the ETag of the feature, quotes included, or *.")
      }
      versions.append(FeatureTag.version(String(tag.dropFirst().dropLast())) ?? -1)
    }
    self = .versions(versions)
  }

  /// What to ask of the store, where the feature has the version `current` (`nil`: there is none).
  func expected(current: Int64?) -> Int64? {
    switch self {
    case .none: nil
    case .versions(let versions): versions.first { $0 == current } ?? versions.first ?? -1
    }
  }
}
