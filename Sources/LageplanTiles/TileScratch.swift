import LageplanFeatures
import LageplanGeometry

/// The buffers of one rendering thread, kept from tile to tile so that rendering allocates next to nothing.
///
/// Belongs to one thread at a time; it is not `Sendable` so that the compiler says so.
public final class TileScratch {
  private var geometry = Geometry(kind: .point)
  private var shapes = ShapeEncoder()
  private var layer = LayerEncoder()
  private var tile = ByteSink(capacity: 1 << 16)
  private var featureCount = 0
  private var flaws: [TileFlaw] = []
  private var flawCount = 0

  public init() {}

  func beginTile() {
    tile.removeAll()
    featureCount = 0
    flaws.removeAll()
    flawCount = 0
  }

  func beginLayer(_ definition: TileLayer) {
    layer.begin(definition.properties)
  }

  func finishLayer(_ definition: TileLayer) {
    layer.finish(name: definition.collection, extent: TilePlacement.extent, into: &tile)
    featureCount += layer.featureCount
  }

  /// Draws one row. Damaged geometry costs the row its place in the tile and is noted; everything else is drawn.
  func draw(
    _ row: borrowing FeatureRow, _ bytes: GeometryBytes, collection: String, _ transform: CoordinateTransform,
    _ placement: TilePlacement, tolerance: Double
  ) {
    do {
      try geometry.decode(bytes)
      try transform.transform(&geometry)
      if geometry.kind == .geometryCollection {
        var isTagged = false
        try drawMembers(of: geometry, row, placement, tolerance, &isTagged)
      } else if let type = try shapes.encode(geometry, placement, tolerance: tolerance, into: &layer.geometry) {
        layer.setTags(id: row.id, row.values)
        layer.appendFeature(number: row.number, type: type)
      }
    } catch {
      flawCount += 1
      if flaws.count < TileRenderer.flawLimit {
        flaws.append(TileFlaw(collection: collection, number: row.number, reason: "\(error)"))
      }
    }
  }

  /// A collection has no type in a tile: each member becomes a feature with the same number and properties.
  private func drawMembers(
    of collection: Geometry, _ row: borrowing FeatureRow, _ placement: TilePlacement, _ tolerance: Double, _ isTagged: inout Bool
  ) throws {
    for member in collection.members {
      if member.kind == .geometryCollection {
        try drawMembers(of: member, row, placement, tolerance, &isTagged)
      } else if let type = try shapes.encode(member, placement, tolerance: tolerance, into: &layer.geometry) {
        if !isTagged { layer.setTags(id: row.id, row.values) }
        isTagged = true
        layer.appendFeature(number: row.number, type: type)
      }
    }
  }

  /// The finished tile; `nil` where nothing was drawn and nothing was wrong.
  func finishTile() -> EncodedTile? {
    guard tile.count > 0 || flawCount > 0 else { return nil }
    return EncodedTile(
      bytes: Array(tile.bytes), featureCount: featureCount, representedCount: featureCount,
      contentHash: wordHash(UnsafeRawPointer(tile.base), tile.count),
      flaws: flaws, flawCount: flawCount)
  }
}
