import Foundation
import LageplanStore
import TestSupport
import Testing

struct MBTilesTests {
  @Test func everyTileComesBackAndEqualOnesAreStoredOnce() throws {
    try withFolder { folder in
      let path = folder + "/a.mbtiles"
      let writer = try MBTilesWriter(path: path)
      for (column, content) in [[1, 2], [3], [1, 2], [3], [3]].enumerated() as EnumeratedSequence<[[UInt8]]> {
        // One hash for all: only the bytes decide.
        try writer.append(content, hash: 7, zoom: 3, column: column, row: 1)
      }
      #expect(writer.contentCount == 2)
      try writer.finish(metadata: [("name", "Musterstadt"), ("format", "pbf")])
      let reader = try MBTilesReader(path: path)
      #expect(reader.metadata == ["name": "Musterstadt", "format": "pbf"])
      #expect(try (0..<6).map { try reader.tile(zoom: 3, column: $0, row: 1) } == [[1, 2], [3], [1, 2], [3], [3], nil])
      #expect(try reader.tile(zoom: 3, column: 0, row: 6) == nil)
      #expect(try reader.tile(zoom: 32, column: 0, row: 0) == nil)
      #expect(try reader.tile(zoom: 3, column: -1, row: 8) == nil)
      #expect(try reader.summary().map { [$0.zoom, $0.tiles, $0.bytes, $0.largestTile] } == [[3, 5, 7, 2]])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.mbtiles"])
    }
  }

  /// The example of the specification: 11/327/791 is row 1256.
  @Test func rowsAreCountedFromTheSouthInTheFile() throws {
    try withFolder { folder in
      let writer = try MBTilesWriter(path: folder + "/a.mbtiles")
      try writer.append([1], hash: 1, zoom: 11, column: 327, row: 791)
      try writer.finish(metadata: [])
      let row = try sqlite(folder + "/a.mbtiles", "SELECT zoom_level, tile_column, tile_row, hex(tile_data) FROM tiles")
      #expect(row == "11|327|1256|01")
      #expect(try sqlite(folder + "/a.mbtiles", "PRAGMA integrity_check") == "ok")
    }
  }

  @Test func tileThatComesTwiceIsRefused() throws {
    try withFolder { folder in
      let writer = try MBTilesWriter(path: folder + "/a.mbtiles")
      try writer.append([1], hash: 1, zoom: 0, column: 0, row: 0)
      #expect(throws: MBTilesError.self) { try writer.append([2], hash: 2, zoom: 0, column: 0, row: 0) }
    }
  }

  @Test func unfinishedFileLeavesNothingAndReplacesNothing() throws {
    try withFolder { folder in
      let path = folder + "/a.mbtiles"
      try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: MBTilesError.fileExists(path: path)) { try MBTilesWriter(path: path) }
      do {
        let writer = try MBTilesWriter(path: path, isReplacing: true)
        try writer.append([1], hash: 1, zoom: 0, column: 0, row: 0)
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.mbtiles"])
    }
  }

  @Test func whatIsNoMBTilesFileIsRefusedWithItsReason() throws {
    try withFolder { folder in
      let text = folder + "/text.mbtiles"
      try Data(String(repeating: "no database ", count: 100).utf8).write(to: URL(fileURLWithPath: text))
      let other = folder + "/other.mbtiles"
      _ = try sqlite(other, "CREATE TABLE metadata (name, value)")
      for (path, reason) in [
        (text, "not a database"), (other, "no table `tiles`"), (folder + "/missing.mbtiles", "no such file"),
      ] {
        let error = try #require(throws: MBTilesError.self) { try MBTilesReader(path: path) }
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.description.contains(path))
      }
    }
  }

  // MARK: -

  /// The shell of SQLite as the foreign program.
  private func sqlite(_ path: String, _ statement: String) throws -> String {
    try CommandRun.program("sqlite3", [path, statement]).output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mbtiles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }
}
