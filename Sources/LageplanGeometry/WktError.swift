/// Text that is not well-known text: what is wrong, where, and what was expected.
public struct WktError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place, in bytes of UTF-8 from the start of the text.
  public var offset: Int
  /// What was found there, shortened.
  public var found: String
  /// What should stand there.
  public var expected: String

  public var description: String {
    "well-known text, at byte \(offset): found \(found.isEmpty ? "the end" : "\"\(found)\""), expected \(expected)"
  }
}
