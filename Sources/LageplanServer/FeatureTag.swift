import HTTPTypes
import Hummingbird
import LageplanFeatures

/// Entity tags of single features: the feature's version, then what else decides the bytes.
///
///     "17.k3jx2"     version 17, as GeoJSON with links to this address, to a visitor who sees these collections
///
/// The tag stays while nothing about the feature changes, whatever happens to others. A condition on a change looks at the version only,
/// so the tag of any representation will do.
enum FeatureTag {
  /// Without the quotes. `parts` are what else decides the bytes.
  static func text(version: Int64, _ parts: [String]) -> String { "\(version).\(EntityTag.of(parts))" }

  /// `nil` for a tag that we never gave.
  static func version(_ text: String) -> Int64? { text.split(separator: ".").first.flatMap { Int64($0) } }
}

extension LageplanApplication {
  /// The tag of a feature as GeoJSON. `query` is that of the request: system, selected properties.
  /// `visible` are the collections that the one who asks may see: the feature links to those that refer to its own, and the other way.
  func featureTag(
    version: Int64, of descriptor: CollectionDescriptor, _ links: Links, query: String = "", visible: [CollectionDescriptor]
  ) -> String {
    let properties = descriptor.schema.properties.flatMap { [$0.name, $0.kind.rawValue, $0.title ?? "", $0.reference ?? ""] }
    let related = visible.flatMap { other in
      let refers = other.schema.properties.filter { $0.reference == descriptor.id }.map(\.name)
      let isReferredTo = descriptor.schema.properties.contains { $0.reference == other.id }
      return refers.isEmpty && !isReferredTo ? [] : [other.id, other.title] + refers
    }
    return FeatureTag.text(version: version, [descriptor.id, descriptor.title, links.base, query] + properties + related)
  }
}

/// What `If-Match` asks (RFC 9110, section 13.1.1): the versions of the feature for which the change is meant.
struct EditCondition {
  /// `nil`: there is no condition. A tag that we never gave is -1, which no feature has.
  private let versions: [Int64]?
  /// The feature must be there: any condition says so, `*` nothing else.
  let needsFeature: Bool

  /// Also tags marked as weak are taken: a proxy that packs answers marks them so on the way, and the version in them is as exact as before.
  init(_ request: Request) throws(Problem) {
    guard let header = request.headers[.ifMatch]?.trimmed else {
      versions = nil
      needsFeature = false
      return
    }
    needsFeature = true
    guard header != "*" else {
      versions = nil
      return
    }
    versions = try header.split(separator: ",").map { piece throws(Problem) in
      var tag = piece.trimmed
      if tag.hasPrefix("W/") { tag.removeFirst(2) }
      guard tag.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else {
        throw Problem.badParameter("If-Match", value: header, "Send the ETag of the feature, quotes included, or *.")
      }
      return FeatureTag.version(String(tag.dropFirst().dropLast())) ?? -1
    }
  }

  /// What to ask of the store where the feature has the version `current` (`nil`: there is none); `nil`: nothing.
  func expected(current: Int64?) -> Int64? {
    guard let versions else { return nil }
    return versions.first { $0 == current } ?? versions.first ?? -1
  }
}
