import LageplanFeatures
import LageplanStore
import LageplanTiles
import Logging
import NIOPosix
import Synchronization

/// A collection was described anew between two looks at it: what was asked must be asked again.
struct DescribedMeanwhile: Error {}

/// One tile to be made, on a reader thread, from one state of the data.
struct TileWork: Sendable {
  let key: TileKey
  let descriptors: [CollectionDescriptor]
  let isNarrowed: Bool
  let renderer: TileRenderer
  let application: LageplanApplication

  /// Buffers of the renderer, one set per reader thread.
  private static let scratch = ThreadSpecificVariable<TileScratchBox>()

  /// With more changes than this that were not told of yet, a tile simply counts as changed by the last of them.
  private static let mostUntold = 1_000

  /// Throws `DescribedMeanwhile`, `CancellationError`, and what the store and the renderer throw.
  ///
  /// `ends`: of the lists of changed areas before the state was opened that is drawn.
  func render(_ footprints: [TileFootprint], ends: [Int], accepting accepted: AcceptedCodings) async throws -> KeptTile {
    let isCancelled = CancelledRender()
    do {
      return try await withTaskCancellationHandler {
        try await application.store.read { reader in
          try render(from: reader, footprints, ends: ends, accepting: accepted, isCancelled)
        }
      } onCancel: {
        isCancelled.set()
      }
    } catch TileError.cancelled {
      application.tileCache.counts.cancelled.add()
      throw CancellationError()
    } catch let error as CancellationError {
      application.tileCache.counts.cancelled.add()
      throw error
    } catch FeatureError.unknownCollection {
      throw DescribedMeanwhile()
    }
  }

  private func render(
    from reader: StoreReader, _ footprints: [TileFootprint], ends: [Int], accepting accepted: AcceptedCodings,
    _ isCancelled: CancelledRender
  ) throws -> KeptTile {
    // What was told of before the state was opened is in it; what came since is read from the state itself.
    let snapshot = try reader.latestSequence()
    for descriptor in descriptors where !descriptor.draws(as: try reader.descriptor(of: descriptor.id), isNarrowed: isNarrowed) {
      throw DescribedMeanwhile()
    }
    let scratch = Self.scratch.currentValue ?? TileScratchBox()
    if Self.scratch.currentValue == nil { Self.scratch.currentValue = scratch }
    let residents = try descriptors.compactMap { try reader.resident(of: $0.id) }
    let rendered = try renderer.render(key.coordinate, from: reader, residents: residents, scratch: scratch.value) {
      isCancelled.isSet
    }
    application.tileCache.counts.renders.add()
    if let rendered { report(rendered) }
    let bytes = try rendered.map { try key.format.spell($0.bytes) }
    // So much was changed meanwhile that the areas of before are gone: what was drawn has no version that could be told.
    guard application.tileCache.areas.reach(backTo: snapshot, of: descriptors.map(\.id)) else { throw DescribedMeanwhile() }
    let versions = try versions(of: footprints, in: reader, snapshot)
    let tile = KeptTile(
      key, bytes ?? [], footprints: footprints, versions: versions, snapshot: snapshot, ends: ends,
      tag: application.tileTag(key, versions), isNarrowed: isNarrowed)
    let coding = tile.coding(for: accepted)
    if coding != .identity, let bytes {
      let level = KeptTile.quickLevel(of: coding)
      tile.keep(try scratch.packer.pack(bytes, as: coding, level: level), as: coding, level: level)
    }
    return tile
  }

  /// Of the very state that was drawn, which may be newer than what was told of.
  private func versions(
    of footprints: [TileFootprint], in reader: StoreReader, _ snapshot: Int64
  ) throws -> [ChangedAreas.Version] {
    let areas = application.tileCache.areas
    let told = areas.newest
    var versions = areas.versions(of: footprints, upTo: snapshot)
    guard snapshot > told else { return versions }
    let ids = descriptors.map(\.id)
    let untold = try reader.changes(of: ids, since: told, limit: Self.mostUntold)
    for (place, footprint) in footprints.enumerated() {
      if untold.count == Self.mostUntold { versions[place].sequence = snapshot }
      for change in untold where change.collection == footprint.collection {
        for area in ChangedAreas.areas(of: change) where footprint.isMet(by: area) {
          versions[place].sequence = max(versions[place].sequence, area.sequence)
        }
      }
    }
    return versions
  }

  private func report(_ tile: EncodedTile) {
    guard tile.flawCount > 0 else { return }
    application.logger.warning(
      "tile leaves out \(tile.flawCount) damaged features",
      metadata: ["first": "\(tile.flaws.first.map { "\($0.collection)/\($0.number): \($0.reason)" } ?? "")"])
  }
}

/// Set once: nobody waits for the render any more.
private final class CancelledRender: Sendable {
  private let flag = Atomic(false)
  func set() { flag.store(true, ordering: .relaxed) }
  var isSet: Bool { flag.load(ordering: .relaxed) }
}

/// What a thread variable holds. Only the thread that made it ever reads it, hence the unchecked promise.
private final class TileScratchBox: @unchecked Sendable {
  let value = TileScratch()
  let packer = TilePacker()
}

extension CollectionDescriptor {
  /// Whether a tile drawn after `other` is what one drawn after this is: all but the figures that change with every edit.
  ///
  /// Conditions were fitted to the extent of the features, beyond which they are cut off, so there it counts too.
  fileprivate func draws(as other: CollectionDescriptor, isNarrowed: Bool) -> Bool {
    var own = self
    own.extent = other.extent
    own.temporalExtent = other.temporalExtent
    own.featureCount = other.featureCount
    own.dataVersion = other.dataVersion
    if !isNarrowed { own.storageExtent = other.storageExtent }
    return own == other
  }
}
