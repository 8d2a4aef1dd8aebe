import LageplanTiles
import NIOCore
import NIOPosix
import Synchronization

/// Packs kept tiles where a client asks for a coding that they are not packed in yet, and better where they are asked for often.
final class TilePacking: Sendable {
  private let cache: TileCache
  private let pool = NIOThreadPool(numberOfThreads: 1)
  /// One for each thread of the pool, which is one; only that thread touches it.
  private let packer = PackerBox()

  init(cache: TileCache) {
    self.cache = cache
    pool.start()
  }

  deinit { pool.shutdownGracefully { _ in } }

  /// The form of a tile for a client that takes `accepted`, packed now where it is not yet.
  func form(of tile: KeptTile, for accepted: AcceptedCodings) async throws -> KeptTile.Form {
    if let form = tile.form(for: accepted) { return form }
    let coding = tile.coding(for: accepted)
    let level = KeptTile.quickLevel(of: coding)
    return try await pool.runIfActive { [self] in
      // Whoever came before in the queue may have packed it.
      if let form = tile.form(for: accepted) { return form }
      let bytes = try packer.value.pack(Array(tile.plain.readableBytesView), as: coding, level: level)
      let form = KeptTile.Form(
        coding: coding, level: level, bytes: .init(bytes: bytes), tag: KeptTile.quoted(tile.tag, coding, level))
      cache.resize(tile, by: tile.keep(bytes, as: coding, level: level))
      return form
    }
  }

  /// Counts an answer with the tile; packs it once more, smaller, where it is asked for so often that this pays.
  func countHit(of tile: KeptTile) {
    guard tile.countHit() else { return }
    pool.submit { [self] state in
      guard case .active = state else { return }
      for coding in tile.packedCodings {
        let level = KeptTile.smallLevel(of: coding)
        // Where there is no memory for it, the tile stays as it is packed.
        guard let bytes = try? packer.value.pack(Array(tile.plain.readableBytesView), as: coding, level: level) else { return }
        cache.resize(tile, by: tile.keep(bytes, as: coding, level: level))
      }
    }
  }
}

/// `@unchecked Sendable`: touched only by the one thread of its pool.
private final class PackerBox: @unchecked Sendable {
  let value = TilePacker()
}
