/// Whether a tile may leave out what is too crowded for its scale.
public enum TileThinning: String, Hashable, Sendable, Codable, CaseIterable {
  /// Crowded features are thinned as `TileSettings` says, and further where the tile would grow beyond its byte budget.
  case automatic
  /// Every feature is in the tile, with all its properties, however large the tile becomes.
  case none
}
