/// A search for words in texts (`q` of OGC API Records, 20-004r1).
public struct TextSearch: Hashable, Sendable {
  /// Of the whole search.
  public static let wordLimit = 100
}
