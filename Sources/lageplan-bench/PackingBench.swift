import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles

/// What each coding and level makes of real tiles: the figures behind ``/LageplanTiles/TileCoding/quickLevel`` and
/// ``/LageplanTiles/TileCoding/smallLevel``. CPU milliseconds of one thread for a tile, and the mean size.
enum PackingBench {
  private static let levels: [(coding: TileCoding, levels: [Int])] = [
    (.gzip, Array(1...9)), (.zstd, Array(1...9)), (.brotli, Array(3...9)),
  ]

  static func run(_ folder: BenchFolder) throws -> [String] {
    let store = try Store(path: try QueryBench.prepared(folder), mode: .readOnly, readers: 1)
    defer { store.close() }
    let descriptor = try store.descriptor(of: "trees")
    var lines = ["packing tiles of 200,000 trees with 8 attributes, every feature"]
    for zoom in [16, 14, 12] {
      let tiles = try store.readSync { reader in try rendered(zoom, descriptor, reader) }
      guard !tiles.isEmpty else { continue }
      let plain = tiles.reduce(0) { $0 + $1.count }
      lines.append("z\(zoom): \(tiles.count) tiles, mean \(plain / tiles.count / 1024) KiB")
      for (coding, levels) in levels {
        for level in levels { lines.append(try line(tiles, plain, coding, level)) }
      }
    }
    return lines
  }

  private static func line(_ tiles: [[UInt8]], _ plain: Int, _ coding: TileCoding, _ level: Int) throws -> String {
    let packer = TilePacker()
    var best = Double.infinity
    var size = 0
    // The quicker of two rounds: the first one fills the caches.
    for _ in 0..<2 {
      let start = ProcessTime.ofThisThread
      size = try tiles.reduce(0) { try $0 + packer.pack($1, as: coding, level: level).count }
      best = min(best, ProcessTime.ofThisThread - start)
    }
    return String(
      format: "  %-6@ %d %10.3f ms %6.1f %%", "\(coding)" as NSString, level, best * 1_000 / Double(tiles.count),
      100 * Double(size) / Double(plain))
  }

  /// Tiles side by side around the middle of the collection, from the fullest row outwards.
  private static func rendered(
    _ zoom: Int, _ descriptor: CollectionDescriptor, _ reader: StoreReader
  ) throws -> [[UInt8]] {
    guard let extent = descriptor.extent else { return [] }
    let renderer = try TileRenderer(layers: [try TileLayer(descriptor, thinning: .none)])
    let scratch = TileScratch()
    let count = Double(1 << zoom)
    let column = Int((extent.centre.x + 180) / 360 * count)
    let row = Int((1 - asinh(tan(extent.centre.y * .pi / 180)) / .pi) / 2 * count)
    let reach = zoom == 16 ? 3 : 1
    var tiles: [[UInt8]] = []
    for y in row - reach...row + reach {
      for x in column - reach...column + reach {
        let tile = try renderer.render(TileCoordinate(matrix: zoom, row: y, column: x), from: reader, scratch: scratch)
        if let tile, !tile.isEmpty { tiles.append(tile.bytes) }
      }
    }
    return tiles
  }
}

/// CPU seconds used so far.
enum ProcessTime {
  static var ofThisThread: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }
  static var ofAllThreads: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Of programs that were started and have ended.
  static var ofChildren: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }
}
