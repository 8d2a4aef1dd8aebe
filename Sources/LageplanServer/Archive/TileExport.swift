public import LageplanFeatures
import LageplanGeometry
public import LageplanStore
public import LageplanTiles
import Synchronization

/// Renders all tiles of some collections into an archive: the same renderer, layers and state of the data as the live tiles,
/// so that each tile has the same bytes.
///
/// Tiles are rendered and packed by all reader threads at once and stored in the order of the Hilbert curve. A tile without a
/// feature in or around it is not asked for, nor is any below it.
public struct TileExport: Sendable {
  public var collections: [CollectionDescriptor]
  /// WebMercatorQuad matrices.
  public var zooms: ClosedRange<Int>
  public var thinning: TileThinning
  /// The gzip level of the tiles.
  public var level = TileCoding.gzip.smallLevel
  /// What the archive is called.
  public var name: String

  public init(
    collections: [CollectionDescriptor], zooms: ClosedRange<Int> = 0...14, thinning: TileThinning = .automatic, name: String
  ) {
    self.collections = collections
    self.zooms = zooms
    self.thinning = thinning
    self.name = name
  }

  /// How far the export is.
  public struct Progress: Sendable {
    /// Tiles rendered and stored.
    public var done: Int
    /// Tiles found so far, all of them once `isCounted`.
    public var found: Int
    public var isCounted: Bool
  }

  /// What was written.
  public struct Summary: Sendable {
    public var tiles = 0
    /// Different ones among them.
    public var contents = 0
    /// Plain, and as they are stored; equal tiles counted each time.
    public var plainBytes = 0
    public var packedBytes = 0
    /// Before it is packed.
    public var largestTile = 0
    public var largestAt: TileCoordinate?
    /// Features left out of tiles because their geometry is damaged, counted in each tile; some are named.
    public var flawCount = 0
    public var flaws: [TileFlaw] = []
  }

  /// What keeps an export from being made.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noCollections
    case noTiles(zooms: ClosedRange<Int>)
    case zoomsOutOfRange(ClosedRange<Int>)

    public var description: String {
      switch self {
      case .noCollections: "there is no collection to export: name some with --collections, or import one first"
      case .noTiles(let zooms):
        """
        no collection has anything to draw at zooms \(zooms.lowerBound) to \(zooms.upperBound), so there would be an archive \
        without tiles: choose other --zooms or --collections
        """
      case .zoomsOutOfRange(let zooms):
        "zooms \(zooms.lowerBound) to \(zooms.upperBound) are not all there: they are 0 to \(TileExport.highestZoom)"
      }
    }
  }

  public static let highestZoom = TileMatrixSet.webMercatorQuad.matrices.count - 1

  /// Renders from `store` on so many of its reader threads, and stores in `draft`, which is not finished here.
  /// Collections that the store holds in memory are drawn from there.
  ///
  /// All tiles show one state of the data: a thread that would see another, because something was written while the export
  /// began, takes no part. `onProgress` is called from any thread, one call at a time. A cancelled task ends the work with
  /// `CancellationError`. Throws ``Refusal``, and what reading, rendering and writing throw.
  public func run(
    from store: Store, threads: Int, into draft: TileArchiveDraft, onProgress: @escaping @Sendable (Progress) -> Void
  ) async throws -> Summary {
    guard !collections.isEmpty else { throw Refusal.noCollections }
    guard zooms.lowerBound >= 0, zooms.upperBound <= Self.highestZoom else { throw Refusal.zoomsOutOfRange(zooms) }
    let renderer = try TileRenderer(layers: try collections.map { try TileLayer($0, thinning: thinning) })
    let state = TileExportState(workers: threads, draft: draft, onProgress: onProgress)
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup { group in
        for _ in 0..<max(1, threads) {
          group.addTask {
            try await store.read { reader in
              do {
                try self.work(reader, renderer, state)
              } catch TileError.cancelled {
                // Another thread failed, or the task was cancelled: that is told, not this.
              } catch {
                state.stop()
                throw error
              }
            }
          }
        }
        try await group.waitForAll()
      }
    } onCancel: {
      state.stop()
    }
    try Task.checkCancellation()
    let summary = state.summary()
    guard summary.tiles > 0 else { throw Refusal.noTiles(zooms: zooms) }
    return summary
  }

  // MARK: - On each reader thread

  private func work(_ reader: StoreReader, _ renderer: TileRenderer, _ state: TileExportState) throws {
    let versions = try collections.map { try reader.dataVersion(of: $0.id) }
    switch state.enter(seeing: versions) {
    case .first:
      try findTiles(reader, renderer, state)
      state.foundAll()
    case .same: break
    case .other: return
    }
    let residents = try collections.compactMap { try reader.resident(of: $0.id) }
    let scratch = TileScratch()
    let packer = TilePacker()
    while let (turn, tile) = state.next() {
      let rendered = try renderer.render(tile, from: reader, residents: residents, scratch: scratch) { state.isStopped }
      var piece = TileExportState.Piece(tile: tile, packed: [], plainLength: 0, flawCount: 0, flaws: [])
      if let rendered {
        (piece.flawCount, piece.flaws) = (rendered.flawCount, rendered.flaws)
        if !rendered.isEmpty {
          piece.plainLength = rendered.bytes.count
          piece.packed = try packer.pack(rendered.bytes, as: .gzip, level: level)
        }
      }
      try state.handOver(piece, turn: turn)
    }
  }

  /// Walks down from the tile of the world, zoom by zoom in the order of the curve, and leaves out what has no feature around it.
  private func findTiles(_ reader: StoreReader, _ renderer: TileRenderer, _ state: TileExportState) throws {
    var level: [UInt64] = [0]
    for zoom in 0...zooms.upperBound {
      let first = PMTilesId.first(ofZoom: zoom)
      var below: [UInt64] = []
      for place in level {
        guard !state.isStopped else { throw CancellationError() }
        guard let tile = PMTilesId.tile(of: first + place), try renderer.hasFeatures(around: tile, from: reader) else { continue }
        if zooms.contains(zoom) { state.found(tile) }
        if zoom < zooms.upperBound { below.append(contentsOf: 4 * place...4 * place + 3) }
      }
      level = below
    }
  }
}
