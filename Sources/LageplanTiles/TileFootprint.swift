public import LageplanGeometry

/// Where one layer of a tile looks for features. A tile is made of these alone: a feature that lies elsewhere, before a change and
/// after it, leaves the tile as it is.
public struct TileFootprint: Sendable {
  /// How far beyond its edge a tile looks, as a part of its width, with one unit for rounding.
  public static let reach = Double(TilePlacement.bufferInTileUnits + 1) / Double(TilePlacement.extent)

  public let collection: String
  /// In the storage system of the collection; `nil`: the layer is empty in this tile whatever the features are.
  let storageWindow: Envelope?
  /// The tile with its buffer and one unit for rounding, in the system of the tile matrix set.
  let tileWindow: Envelope
  let toTile: CoordinateTransform

  /// Whether a feature with this envelope, in the storage system of the collection, can show in the tile: exact for points, else as
  /// exact as envelopes are.
  ///
  /// The window in storage is an upright rectangle around a tile that lies askew there, so what meets it only at a corner is
  /// looked at once more in the tile's own system.
  public func isMet(by envelope: Envelope) -> Bool {
    guard let storageWindow, storageWindow.intersects(envelope) else { return false }
    guard !toTile.isIdentity, !envelope.contains(storageWindow) else { return true }
    // Where the system of the tiles has no coordinates for it, nobody can tell.
    guard let inTile = try? toTile.transform(envelope) else { return true }
    return inTile.intersects(tileWindow)
  }
}
