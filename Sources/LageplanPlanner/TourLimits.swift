/// How large a request may be.
public struct TourLimits: Hashable, Sendable {
  public var features: Int
  public var inspectors: Int
  public var collections: Int
  /// Of the polygon, and of the line that a selection runs along.
  public var vertices: Int
  public var days: Int
  /// Features named one by one, pins and preferences: so many of each.
  public var names: Int
  /// Preferences that a filter tells: each reads all features once more.
  public var filters: Int
  /// Of searching, where the answer is waited for, and where it is made in the background.
  public var seconds: Double
  public var backgroundSeconds: Double

  public init(
    features: Int = 2000, inspectors: Int = 100, collections: Int = 20, vertices: Int = 100_000, days: Int = 31,
    names: Int = 2000, filters: Int = 100,
    seconds: Double = 60, backgroundSeconds: Double = 600
  ) {
    self.features = features
    self.inspectors = inspectors
    self.collections = collections
    self.vertices = vertices
    self.days = days
    self.names = names
    self.filters = filters
    self.seconds = seconds
    self.backgroundSeconds = backgroundSeconds
  }

  public static let standard = TourLimits()
}
