public import LageplanFeatures
import LageplanGeometry

/// Renders rows to the bytes of a vector tile (Mapbox Vector Tile 2.1): one synchronous function, nothing collected
/// between row and byte.
///
/// A row's geometry is decoded into a reused buffer, brought to the tile's system, placed in tile units, simplified, clipped
/// to the tile and 64 units around it, rounded, and written. So a feature on an edge is in both tiles. Points stay while
/// they lie in that window; lines and rings that shrink to less than a tile unit vanish. Polygons stay valid.
/// Features come by rising number, whoever reads them: equal data give equal bytes.
///
/// A layer that may be thinned (``TileThinning/automatic``) gathers what is too crowded in cells: see ``/LageplanFeatures/TileSettings``.
/// What is drawn for itself comes first, then what represents cells, both by rising number.
public struct TileRenderer: Sendable {
  public let tileMatrixSet: TileMatrixSet
  public let layers: [TileLayer]
  private let frames: [LayerFrame]

  /// At most so many damaged features are named in ``EncodedTile/flaws``; all are counted.
  public static let flawLimit = 20

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
  /// Layers whose collection is among `residents` are drawn from memory, the others from `reader`, which must be of the same
  /// state; the bytes are the same. Where all features of a tile are damaged it is not `nil` but ``EncodedTile/isEmpty``, and
  /// tells its flaws. `isCancelled` is asked between rows, or chunks of resident ones; a true ends the work with
  /// `TileError.cancelled`. Throws `TileError`, and what the reader throws.
  public func render(
    _ tile: TileCoordinate, from reader: any FeatureReading, residents: [ResidentCollection] = [], scratch: TileScratch,
    isCancelled: () -> Bool = { false }
  ) throws -> EncodedTile? {
    let zoom = try tileMatrixSet.matrix(of: tile).zoom
    let placement = try TilePlacement(tile, of: tileMatrixSet)
    let tasks = zip(layers, frames).compactMap { layer, frame in
      layer.minZoom <= zoom && zoom <= layer.maxZoom ? LayerTask(layer, frame, placement, zoom: zoom) : nil
    }
    scratch.beginTile()
    func draw(_ task: LayerTask, limit: Int, untilItFits: Bool) throws -> DrawnLayer {
      let source = try LayerSource(of: task, reader: reader, residents: residents, crs: tileMatrixSet.crs)
      return try scratch.draw(task, from: source, limit: limit, untilItFits: untilItFits, isCancelled)
    }
    let drawn = try Self.fit(tasks, draw)
    return scratch.finishTile(drawn)
  }

  /// Draws all layers so that their bytes together keep the smallest budget of those that may be thinned.
  ///
  /// Most tiles fit at once. Where one does not, layers that take less than an equal share of what is left keep what they have;
  /// the others share the rest, and are thinned until they fit.
  private static func fit(
    _ tasks: [LayerTask], _ draw: (LayerTask, _ limit: Int, _ untilItFits: Bool) throws -> DrawnLayer
  ) throws -> [DrawnLayer] {
    let flexible = tasks.indices.filter { tasks[$0].layer.thinning == .automatic }
    guard var budget = flexible.map({ tasks[$0].layer.settings.byteBudget }).min() else {
      return try tasks.map { try draw($0, .max, false) }
    }
    if tasks.count == 1 { return [try draw(tasks[0], budget, true)] }

    var drawn = try tasks.map { try draw($0, $0.layer.thinning == .automatic ? budget : .max, false) }
    for index in tasks.indices where tasks[index].layer.thinning == .none { budget -= drawn[index].bytes.count }
    func size(_ index: Int) -> Int { drawn[index].fits ? drawn[index].bytes.count : .max }
    var waiting = flexible.sorted { (size($0), $0) < (size($1), $1) }
    while let smallest = waiting.first {
      let share = max(0, budget) / waiting.count
      if size(smallest) > share { break }
      budget -= size(smallest)
      waiting.removeFirst()
    }
    for index in waiting { drawn[index] = try draw(tasks[index], max(0, budget) / waiting.count, true) }
    return drawn
  }
}

extension TileRenderer {
  /// Where each layer looks for what it draws into the tile, in the order of the layers: nothing else can change it.
  /// Throws `TileError` for a tile that is not there.
  public func footprints(of tile: TileCoordinate) throws -> [TileFootprint] {
    let zoom = try tileMatrixSet.matrix(of: tile).zoom
    let placement = try TilePlacement(tile, of: tileMatrixSet)
    return try zip(layers, frames).map { layer, frame in
      let isDrawn = layer.minZoom <= zoom && zoom <= layer.maxZoom
      return TileFootprint(
        collection: layer.collection, storageWindow: isDrawn ? try frame.storageWindow(of: placement.buffered) : nil,
        tileWindow: placement.buffered, toTile: frame.toTile)
    }
  }
}

extension TileRenderer {
  /// Whether any layer has a feature in or around the tile, whatever the layer's zooms: where there is none, no tile below has one.
  public func hasFeatures(around tile: TileCoordinate, from reader: any FeatureReading) throws -> Bool {
    let window = try TilePlacement(tile, of: tileMatrixSet).buffered
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
