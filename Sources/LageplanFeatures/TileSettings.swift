/// How a collection is drawn into tiles where its features stand too close for the scale.
///
/// Thinning never hides anything silently: what stands for several features carries their number (``countKey``) and, where
/// a ``statusProperty`` is named, how many of them have each of its values (``statusKey(_:)``).
public struct TileSettings: Hashable, Sendable, Codable {
  /// What is drawn for the features of one cell of the thinning grid.
  public enum Grouping: String, Hashable, Sendable, Codable, CaseIterable {
    /// One of them, the same at every scale at which it stands for others, at its own place with its own properties.
    case representatives
    /// One point in their middle with counts only.
    case clusters
  }

  /// Below this zoom (WebMercatorQuad matrix) crowded features are thinned; `nil`: only where the byte budget asks for it.
  public var thinBelow: Int?
  public var grouping: Grouping
  /// The property whose values are counted for features that stand for several: a status, such as the due state.
  public var statusProperty: String?
  /// The zoom from which a property is written; one that is not named is written at every zoom.
  public var propertyMinZooms: [String: Int]
  /// A tile, before it is packed, grows no larger than so many bytes; crowded features are thinned until it fits.
  public var byteBudget: Int

  public init(
    thinBelow: Int? = 14, grouping: Grouping = .representatives, statusProperty: String? = nil,
    propertyMinZooms: [String: Int] = [:], byteBudget: Int = 500_000
  ) {
    self.thinBelow = thinBelow
    self.grouping = grouping
    self.statusProperty = statusProperty
    self.propertyMinZooms = propertyMinZooms
    self.byteBudget = byteBudget
  }

  /// The tag of how many features one stands for; only where they are more than one.
  public static let countKey = "point_count"
  /// The tag of how many of them have this value of the status property; only where they are more than none.
  public static func statusKey(_ value: String) -> String { "status:\(value)" }
}
