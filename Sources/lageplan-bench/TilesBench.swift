import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles

/// Cold tiles of 200,000 trees with 8 attributes: from memory and by SQL, with every feature and thinned; not packed.
///
/// Tiles are drawn by drawing a tree, so crowded ones come often, as they do to a server. Times are CPU milliseconds of the one
/// thread that works; nothing is kept from one tile to the next but the renderer's buffers.
enum TilesBench {
  private static let tilesPerZoom = [(zoom: 16, count: 60), (zoom: 14, count: 40), (zoom: 12, count: 20), (zoom: 10, count: 12)]

  static func run(_ folder: BenchFolder) throws -> [String] {
    let store = try Store(path: try QueryBench.prepared(folder), mode: .readOnly, readers: 1)
    defer { store.close() }
    let descriptor = try store.descriptor(of: "trees")
    let start = ContinuousClock.now
    let resident = try store.readSync { reader in
      try ResidentCollection(descriptor: descriptor, version: descriptor.dataVersion, reading: reader)
    }
    let loading = Measurement.milliseconds(since: start)
    var lines = [
      "cold tiles of \(resident.rowCount) trees with 8 attributes, CPU ms of one thread, not packed",
      "  (in memory \(resident.byteCount / 1_048_576) MiB, read from the store in \(Int(loading)) ms)", header,
    ]
    for (zoom, count) in tilesPerZoom {
      let tiles = try drawnTiles(of: resident, zoom: zoom, count: count)
      for thinning in TileThinning.allCases {
        let renderer = try TileRenderer(layers: [try TileLayer(descriptor, thinning: thinning)])
        for source in Source.allCases {
          lines.append(try line(tiles, zoom, thinning, source, renderer, resident, store))
        }
      }
    }
    return lines
  }

  private enum Source: String, CaseIterable {
    case memory, sql
  }

  private static func line(
    _ tiles: [TileCoordinate], _ zoom: Int, _ thinning: TileThinning, _ source: Source, _ renderer: TileRenderer,
    _ resident: ResidentCollection, _ store: Store
  ) throws -> String {
    let scratch = Scratch()
    // SQL is the slower by far: fewer tiles tell enough.
    let some = source == .sql ? tiles.prefix(10) : tiles[...]
    let rounds = source == .sql ? 1 : 3
    let drawn = try store.readSync { reader in
      func draw(_ tile: TileCoordinate) throws -> Drawn {
        let start = cpuMilliseconds()
        let drawn = try renderer.render(
          tile, from: reader, residents: source == .memory ? [resident] : [], scratch: scratch.value)
        return Drawn(
          milliseconds: cpuMilliseconds() - start, features: drawn?.featureCount ?? 0,
          represented: drawn?.representedCount ?? 0, bytes: drawn?.bytes.count ?? 0)
      }
      for tile in some.prefix(3) { _ = try draw(tile) }
      return try some.map { tile in
        // The quickest of a few: the machine is not ours alone.
        var best = try draw(tile)
        for _ in 1..<rounds { best.milliseconds = min(best.milliseconds, try draw(tile).milliseconds) }
        return best
      }
    }
    let times = Measurement(milliseconds: drawn.map(\.milliseconds))
    func mean(_ value: (Drawn) -> Double) -> Double { drawn.map(value).reduce(0, +) / Double(drawn.count) }
    return String(
      format: "z%-3d %-10@ %-7@ %9.3f %9.3f %10.0f %12.0f %9.0f %8d", zoom, thinning.rawValue as NSString,
      source.rawValue as NSString, times.median, mean(\.milliseconds), mean { Double($0.features) },
      mean { Double($0.represented) }, mean { Double($0.bytes) / 1024 }, (drawn.map(\.bytes).max() ?? 0) / 1024)
  }

  private struct Drawn: Sendable {
    var milliseconds: Double
    var features: Int
    var represented: Int
    var bytes: Int
  }

  private static let header = "zoom thinning   source     median      mean   features  standing for  mean KiB  largest"

  /// Tiles under trees that are drawn with a fixed seed.
  private static func drawnTiles(of resident: ResidentCollection, zoom: Int, count: Int) throws -> [TileCoordinate] {
    let frame = try resident.frame(in: .webMercator)
    var seed = UInt64(zoom)
    return (0..<count).compactMap { _ in
      // Knuth's multiplier for 64 bits (The Art of Computer Programming, volume 2, section 3.3.4).
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let chunk = Int(seed >> 33) % frame.shapes.count
      let shapes = frame.shapes[chunk]
      guard shapes.isPointsOnly else { return nil }
      return TileMatrixSet.webMercatorQuad.tile(at: shapes.points[Int(seed >> 20) % shapes.count], matrix: zoom)
    }
  }

  /// What the thread has used of a processor.
  private static func cpuMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1e6
  }
}

/// The renderer's buffers, handed to the reader's thread and back: one thread at a time has them.
private final class Scratch: @unchecked Sendable {
  let value = TileScratch()
}
