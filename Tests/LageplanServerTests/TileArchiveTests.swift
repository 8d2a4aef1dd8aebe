import Foundation
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanServer
@testable import LageplanTiles

struct TileArchiveTests {
  /// 40,000 runs of 2³² − 1 tiles, all of the same 64 KiB: 1.1 · 10¹⁹ bytes, more than 63 bits tell.
  @Test func anArchiveThatPromisesMoreBytesThanCanBeCountedIsDamaged() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("hostile.pmtiles").path
      let first = PMTilesId.first(ofZoom: 28)
      let entries = (0..<40_000 as Range<UInt64>).map {
        PMTilesEntry(id: first + $0 * UInt64(UInt32.max), offset: 0, length: 65_536, runLength: .max)
      }
      let packer = TilePacker()
      let directory = try packer.pack(PMTilesDirectory.encode(entries[...]), as: .gzip, level: 9)
      let metadata = try packer.pack(Array("{}".utf8), as: .gzip, level: 9)
      let data = UInt64(PMTilesHeader.length + directory.count + metadata.count)
      let header = PMTilesHeader(
        rootDirectory: .init(offset: UInt64(PMTilesHeader.length), length: UInt64(directory.count)),
        metadata: .init(offset: UInt64(PMTilesHeader.length + directory.count), length: UInt64(metadata.count)),
        leafDirectories: .init(offset: data, length: 0), tileData: .init(offset: data, length: 65_536), internalCoding: .gzip,
        tileCoding: .identity, tileType: .mvt, minZoom: 0, maxZoom: 28,
        bounds: Envelope(minX: 10, minY: 52, maxX: 11, maxY: 53), centre: Coordinate(x: 10.5, y: 52.5), centreZoom: 11)
      let bytes = header.encoded() + directory + metadata + [UInt8](repeating: 0, count: 65_536)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = try #require(throws: PMTilesError.self) { try TileArchive(path: path).summary() }
      #expect(error.description.contains("more tiles or bytes than can be counted"))
    }
  }
}
