public import LageplanGeometry

/// Something that closes streets or slows them down for a time: a construction site, a flood, a market.
public struct RoadClosure: Hashable, Sendable {
  public enum Effect: Hashable, Sendable {
    case closed
    /// No faster than so many kilometres an hour.
    case slow(kilometresPerHour: Double)
  }

  /// In degrees (CRS84). A polygon concerns what lies inside; a line the streets that it runs along, or, where it runs along none, those
  /// that it crosses; a point the nearest place of a street within ten metres.
  public var geometry: Geometry
  public var effect: Effect
  /// The profiles that it holds for; empty: for all.
  public var profiles: Set<String>

  public init(geometry: Geometry, effect: Effect = .closed, profiles: Set<String> = []) {
    self.geometry = geometry
    self.effect = effect
    self.profiles = profiles
  }

  func concerns(_ profile: String) -> Bool { profiles.isEmpty || profiles.contains(profile) }
}
