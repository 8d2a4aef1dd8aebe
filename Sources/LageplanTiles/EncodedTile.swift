/// A feature that could not be drawn, and why: shown to whoever keeps the data.
public struct TileFlaw: Hashable, Sendable {
  public var collection: String
  /// The feature's number.
  public var number: Int64
  public var reason: String

  public init(collection: String, number: Int64, reason: String) {
    self.collection = collection
    self.number = number
    self.reason = reason
  }
}

/// The finished bytes of a tile: Mapbox Vector Tile 2.1, plain. Who keeps or sends it packed asks a ``TilePacker``.
public struct EncodedTile: Hashable, Sendable {
  public let bytes: [UInt8]
  /// Over all layers. A geometry collection counts once per member drawn.
  public let featureCount: Int
  /// How many features of the data the drawn ones stand for: more than `featureCount` where the tile is thinned.
  public let representedCount: Int
  /// A hash of `bytes`: equal bytes, equal hash, on every machine.
  public let contentHash: UInt64
  /// Features left out because their stored geometry is damaged; at most ``TileRenderer/flawLimit`` are named.
  public let flaws: [TileFlaw]
  /// All features left out for that reason.
  public let flawCount: Int

  /// No feature could be drawn.
  public var isEmpty: Bool { bytes.isEmpty }
}
