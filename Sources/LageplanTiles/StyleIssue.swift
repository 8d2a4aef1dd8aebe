/// Something in a style file that a map library would refuse or leave out.
public struct StyleIssue: Hashable, Sendable, CustomStringConvertible {
  /// Where: `layers[3].paint.fill-color`; empty for the whole.
  public var place: String
  /// What is wrong, and what to write instead.
  public var message: String

  public var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
