public import LageplanFeatures

/// Renders rows to the bytes of a vector tile: one synchronous function, nothing collected between row and byte.
public struct TileRenderer: Sendable {
  public let tileMatrixSet: TileMatrixSet
  public let layers: [TileLayer]

  /// At most so many damaged features are named in ``EncodedTile/flaws``; all are counted.
  public static let flawLimit = 20

  /// Throws `TileError.repeatedLayer`, or `CrsError` for a storage system without a way to the set's.
  public init(layers: [TileLayer], tileMatrixSet: TileMatrixSet = .webMercatorQuad) throws {
    self.layers = layers
    self.tileMatrixSet = tileMatrixSet
  }

  /// The tile, or `nil` where no feature is in it (HTTP answers 204).
  ///
  /// `gzipLevel` is 1 to 6. `isCancelled` is asked between rows; a true ends the work with `TileError.cancelled`.
  /// Throws `TileError`, and what the reader throws.
  public func render(
    _ tile: TileCoordinate, from reader: any FeatureReading, scratch: TileScratch, gzipLevel: Int = 1,
    isCancelled: () -> Bool = { false }
  ) throws -> EncodedTile? {
    nil
  }
}
