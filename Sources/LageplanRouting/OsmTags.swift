/// The tags of an OpenStreetMap element in the order of their keys. A key stands once.
public struct OsmTags: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Tag: Hashable, Sendable {
    public var key: String
    public var value: String
  }

  public let tags: [Tag]

  /// Of a key that comes twice, against the rules of OpenStreetMap, the first counts.
  public init(_ pairs: some Sequence<(key: String, value: String)>) {
    var tags: [Tag] = []
    for (key, value) in pairs where !tags.contains(where: { $0.key == key }) { tags.append(Tag(key: key, value: value)) }
    self.tags = tags.sorted { $0.key < $1.key }
  }

  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { (key: $0.0, value: $0.1) })
  }

  /// An element has a handful of tags that matter here: looked for one by one.
  public subscript(key: String) -> String? { tags.first { $0.key == key }?.value }

  public var isEmpty: Bool { tags.isEmpty }

  /// Those that `isWanted` lets through.
  func filter(_ isWanted: (String) -> Bool) -> OsmTags {
    OsmTags(tags.filter { isWanted($0.key) }.map { (key: $0.key, value: $0.value) })
  }
}
