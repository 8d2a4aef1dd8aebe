public import LageplanFeatures
import LageplanGeometry

/// Renders rows to the bytes of a vector tile (Mapbox Vector Tile 2.1): one synchronous function, nothing collected
/// between row and byte.
///
/// A row's geometry is decoded into a reused buffer, brought to the tile's system, placed in tile units, simplified, clipped
/// to the tile and 64 units around it, rounded, and written. So a feature on an edge is in both tiles. Points stay while
/// they lie in that window; lines and rings that shrink to less than a tile unit vanish. Polygons stay valid.
public struct TileRenderer: Sendable {
  public let tileMatrixSet: TileMatrixSet
  public let layers: [TileLayer]
  private let frames: [LayerFrame]

  /// At most so many damaged features are named in ``EncodedTile/flaws``; all are counted.
  public static let flawLimit = 20

  /// A quarter of a pixel, where 4096 tile units are drawn over 512 pixels.
  private static let toleranceInTileUnits = 2.0

  /// Throws `TileError.repeatedLayer`, or `CrsError` for a storage system without a way to the set's.
  public init(layers: [TileLayer], tileMatrixSet: TileMatrixSet = .webMercatorQuad) throws {
    var names: Set<String> = []
    for layer in layers where !names.insert(layer.collection).inserted { throw TileError.repeatedLayer(layer.collection) }
    self.layers = layers
    self.tileMatrixSet = tileMatrixSet
    frames = try layers.map { try LayerFrame(storageCrs: $0.storageCrs, tileCrs: tileMatrixSet.crs) }
  }

  /// The tile, or `nil` where no feature is in it (HTTP answers 204).
  ///
  /// Where all features of a tile are damaged it is not `nil` but ``EncodedTile/isEmpty``, and tells its flaws.
  /// `isCancelled` is asked between rows; a true ends the work with `TileError.cancelled`.
  /// Throws `TileError`, and what the reader throws.
  public func render(
    _ tile: TileCoordinate, from reader: any FeatureReading, scratch: TileScratch,
    isCancelled: () -> Bool = { false }
  ) throws -> EncodedTile? {
    let zoom = try tileMatrixSet.matrix(of: tile).zoom
    let placement = TilePlacement(try tileMatrixSet.envelope(of: tile))
    scratch.beginTile()
    for (layer, frame) in zip(layers, frames) where layer.minZoom <= zoom && zoom <= layer.maxZoom {
      guard let window = try frame.storageWindow(of: placement.buffered) else { continue }
      let query = FeatureQuery(
        collection: layer.collection, spatial: .envelope(window), filter: layer.filter,
        properties: .named(layer.properties.map(\.name)), asOf: layer.asOf)
      let tolerance = zoom < layer.maxZoom ? Self.toleranceInTileUnits : 0
      scratch.beginLayer(layer)
      try reader.forEachRow(matching: query) { row in
        if isCancelled() { throw TileError.cancelled }
        guard let geometry = row.geometry else { return .next }
        // The header of a SpatiaLite BLOB tells the envelope without parsing; in WKB it would be as dear as decoding.
        if geometry.encoding == .spatiaLite, let envelope = geometry.envelope(), !envelope.intersects(window) { return .next }
        scratch.draw(row, geometry, collection: layer.collection, frame.toTile, placement, tolerance: tolerance)
        return .next
      }
      scratch.finishLayer(layer)
    }
    return scratch.finishTile()
  }
}

extension TileRenderer {
  /// Where each layer looks for what it draws into the tile, in the order of the layers: nothing else can change it.
  /// Throws `TileError` for a tile that is not there.
  public func footprints(of tile: TileCoordinate) throws -> [TileFootprint] {
    let zoom = try tileMatrixSet.matrix(of: tile).zoom
    let placement = TilePlacement(try tileMatrixSet.envelope(of: tile))
    return try zip(layers, frames).map { layer, frame in
      let isDrawn = layer.minZoom <= zoom && zoom <= layer.maxZoom
      return TileFootprint(
        collection: layer.collection, storageWindow: isDrawn ? try frame.storageWindow(of: placement.buffered) : nil,
        tileWindow: placement.buffered.expanded(by: placement.tile.width / Double(TilePlacement.extent)), toTile: frame.toTile)
    }
  }
}

extension TileRenderer {
  /// Whether any layer has a feature in or around the tile, whatever the layer's zooms: where there is none, no tile below has one.
  public func hasFeatures(around tile: TileCoordinate, from reader: any FeatureReading) throws -> Bool {
    let window = TilePlacement(try tileMatrixSet.envelope(of: tile)).buffered
    for (layer, frame) in zip(layers, frames) {
      guard let window = try frame.storageWindow(of: window) else { continue }
      let query = FeatureQuery(
        collection: layer.collection, spatial: .envelope(window), filter: layer.filter, properties: .none, geometry: false,
        limit: 1, asOf: layer.asOf)
      var found = false
      try reader.forEachRow(matching: query) { _ in
        found = true
        return .stop
      }
      if found { return true }
    }
    return false
  }
}

/// The ways between a layer's storage system and the system of the tiles.
private struct LayerFrame: Sendable {
  let toTile: CoordinateTransform
  private let toStorage: CoordinateTransform
  /// Where both systems mean something, in the system of the tiles; `nil`: everywhere.
  private let domain: Envelope?

  /// How far beyond a system's area of use features may lie and still be drawn, in degrees.
  /// Real registers overstep it: Bavaria east of 12° uses EPSG:25832.
  private static let overstep = 10.0

  init(storageCrs: CoordinateReferenceSystem, tileCrs: CoordinateReferenceSystem) throws(CrsError) {
    toTile = try CoordinateTransform(from: storageCrs, to: tileCrs)
    toStorage = try CoordinateTransform(from: tileCrs, to: storageCrs)
    guard !toTile.isIdentity, let area = try storageCrs.info().areaOfUse, area.minX <= area.maxX else {
      domain = nil
      return
    }
    let wider = Envelope(
      minX: max(-180, area.minX - Self.overstep), minY: max(-90, area.minY - Self.overstep),
      maxX: min(180, area.maxX + Self.overstep), maxY: min(90, area.maxY + Self.overstep))
    domain = try CoordinateTransform(from: .crs84, to: tileCrs).transform(wider)
  }

  /// What to ask the reader for: an envelope in the storage system around everything in `window`, which is in the tiles' system.
  /// `nil` where the storage system has no coordinates there, so that nothing can be.
  func storageWindow(of window: Envelope) throws(CrsError) -> Envelope? {
    guard !toStorage.isIdentity else { return window }
    var asked = window
    if let domain {
      guard let common = window.intersection(domain) else { return nil }
      asked = common
    }
    let result = try toStorage.transform(asked)
    return result.isEmpty ? nil : result
  }
}
