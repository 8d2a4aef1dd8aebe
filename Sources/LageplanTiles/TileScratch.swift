import LageplanFeatures
import LageplanGeometry

/// The buffers of one rendering thread, kept from tile to tile so that rendering allocates next to nothing.
///
/// Belongs to one thread at a time; it is not `Sendable` so that the compiler says so.
public final class TileScratch {
  var geometry = Geometry(kind: .point)
  var shapes = ShapeEncoder()
  var layer = LayerEncoder()
  var grid = ThinningGrid()
  var selection = RowSelection()
  /// The representatives of cells, by slot, where rows are only lent.
  var keptRows: [KeptRow] = []
  /// The values of the status property met in a layer, where rows are only lent.
  var statuses = ValueTable()
  /// The number of the first row of each chunk of a resident collection, counted from its first chunk.
  var chunkStarts = FlatBuffer<UInt32>()
  private var messages = ByteSink(capacity: 1 << 16)
  private var flaws: [TileFlaw] = []
  private var flawCount = 0

  /// So many kept rows stay allocated.
  private static let mostKeptRows = 1 << 14

  public init() {}

  func beginTile() { messages.removeAll() }

  // MARK: A layer

  /// Draws a layer, at most `limit` bytes of it; `untilItFits`: at coarser levels where the layer's own does not keep the limit.
  func draw(
    _ task: LayerTask, from source: LayerSource, limit: Int, untilItFits: Bool, _ isCancelled: () -> Bool
  ) throws -> DrawnLayer {
    var level = task.level
    while true {
      let limit = level?.gathersAll == true ? Int.max : limit - LayerEncoder.frameLength(task.layer.collection)
      if try drawOnce(task, level, from: source, limit, untilItFits, isCancelled) { return finish(task) }
      guard untilItFits else { return DrawnLayer(fits: false) }
      level = level.map { $0.coarser ?? $0 } ?? .finest
    }
  }

  /// Answers whether the layer keeps the limit.
  private func drawOnce(
    _ task: LayerTask, _ level: ThinningLevel?, from source: LayerSource, _ limit: Int, _ mayCoarsen: Bool,
    _ isCancelled: () -> Bool
  ) throws -> Bool {
    flaws.removeAll()
    flawCount = 0
    if let level { grid.begin(shift: level.shift) }
    begin(task, source)
    guard try scan(task, level, from: source, limit, isCancelled) else { return false }
    guard level != nil else { return true }
    let drawnForItself = layer.featureCount
    while true {
      if drawCells(task, from: source, limit) { return true }
      // Where all is gathered already, larger cells are four of these: no need to read again.
      guard mayCoarsen, drawnForItself == 0, grid.canCoarsen else { return false }
      grid.coarsen()
      begin(task, source)
    }
  }

  private func begin(_ task: LayerTask, _ source: LayerSource) {
    switch source {
    case .reader: layer.begin(task.properties)
    case .resident(let collection, _, _): layer.begin(task.properties, of: collection)
    }
  }

  private func scan(
    _ task: LayerTask, _ level: ThinningLevel?, from source: LayerSource, _ limit: Int, _ isCancelled: () -> Bool
  ) throws -> Bool {
    switch source {
    case .reader(let reader): try scan(reader, task, level, limit, isCancelled)
    case .resident(let collection, let frame, let filter):
      try scan(collection, frame, filter, task, level, limit, isCancelled)
    }
  }

  private func drawCells(_ task: LayerTask, from source: LayerSource, _ limit: Int) -> Bool {
    switch source {
    case .reader: drawCells(task, limit)
    case .resident(let collection, let frame, _): drawCells(of: collection, frame, task, limit)
    }
  }

  private func finish(_ task: LayerTask) -> DrawnLayer {
    let start = messages.count
    layer.finish(name: task.layer.collection, extent: TilePlacement.extent, into: &messages)
    if keptRows.count > Self.mostKeptRows { keptRows.removeLast(keptRows.count - Self.mostKeptRows) }
    return DrawnLayer(
      bytes: start..<messages.count, featureCount: layer.featureCount, representedCount: layer.representedCount, flaws: flaws,
      flawCount: flawCount)
  }

  /// Damaged geometry costs a row its place in the tile and is noted; everything else is drawn.
  func note(_ reason: String, in task: LayerTask, number: Int64) {
    flawCount += 1
    if flaws.count < TileRenderer.flawLimit {
      flaws.append(TileFlaw(collection: task.layer.collection, number: number, reason: reason))
    }
  }

  // MARK: The tile

  /// The finished tile; `nil` where nothing was drawn and nothing was wrong.
  func finishTile(_ layers: [DrawnLayer]) -> EncodedTile? {
    let flawCount = layers.reduce(0) { $0 + $1.flawCount }
    let length = layers.reduce(0) { $0 + $1.bytes.count }
    guard length > 0 || flawCount > 0 else { return nil }
    // A layer that was drawn twice left its first message behind: only the ranges count.
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { room, count in
      for layer in layers where !layer.bytes.isEmpty {
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[count...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: messages.bytes[layer.bytes]))
        count += layer.bytes.count
      }
    }
    return EncodedTile(
      bytes: bytes, featureCount: layers.reduce(0) { $0 + $1.featureCount },
      representedCount: layers.reduce(0) { $0 + $1.representedCount }, contentHash: bytes.withUnsafeBytes { contentHash(of: $0) },
      flaws: Array(layers.flatMap(\.flaws).prefix(TileRenderer.flawLimit)), flawCount: flawCount)
  }
}
