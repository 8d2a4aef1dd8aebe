/// Why a profile's file cannot be used: which file, which place in it, what stands there, what should.
public struct TravelProfileError: Error, Equatable, Sendable, CustomStringConvertible {
  public var file: String
  /// `turns.nearSide`; empty: the file as a whole.
  public var place: String
  public var reason: String

  public init(file: String, place: String, reason: String) {
    self.file = file
    self.place = place
    self.reason = reason
  }

  public var description: String {
    place.isEmpty ? "The profile \(file): \(reason)." : "The profile \(file), at \(place): \(reason)."
  }
}
