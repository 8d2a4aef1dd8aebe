import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

struct PMTilesTests {
  // MARK: Ids

  /// The table of the specification's first zooms.
  @Test(arguments: [
    (0, 0, 0, 0), (1, 0, 0, 1), (1, 0, 1, 2), (1, 1, 1, 3), (1, 1, 0, 4), (2, 0, 0, 5), (2, 1, 0, 6), (2, 3, 0, 20),
    (12, 3_423, 1_763, 19_078_479),
  ])
  func idIsThePublishedOne(zoom: Int, column: Int, row: Int, id: UInt64) throws {
    let tile = TileCoordinate(matrix: zoom, row: row, column: column)
    #expect(try PMTilesId.id(of: tile) == id)
    #expect(PMTilesId.tile(of: id) == tile)
  }

  @Test func everyIdOfTheLowestZoomsLeadsBackToItself() throws {
    for id in 0..<PMTilesId.first(ofZoom: 7) {
      #expect(try PMTilesId.id(of: try #require(PMTilesId.tile(of: id))) == id)
    }
  }

  @Test func idsReachToZoom31() throws {
    let last = TileCoordinate(matrix: 31, row: 0, column: (1 << 31) - 1)
    #expect(try PMTilesId.id(of: last) == PMTilesId.first(ofZoom: 32) - 1)
    #expect(PMTilesId.tile(of: PMTilesId.first(ofZoom: 32) - 1) == last)
    #expect(PMTilesId.tile(of: PMTilesId.first(ofZoom: 32)) == nil)
    #expect(throws: PMTilesError.zoomOutOfRange(32)) { try PMTilesId.id(of: TileCoordinate(matrix: 32, row: 0, column: 0)) }
  }

  // MARK: Files of others

  @Test(
    .enabled(if: SharedData.isPresent, "skipped: no shared data"),
    arguments: [
      ("test_fixture_1", 1, ArchivedTileType.mvt, TileCoding.gzip, "test_fixture_1.pmtiles"),
      ("test_fixture_2", 1, .mvt, .gzip, "test_fixture_2.pmtiles"),
      ("test_fixture_mlt", 0, .mlt, .gzip, "Overture"),
      ("stamen_toner(raster)CC-BY+ODbL_z3", 85, .png, .identity, nil),
      ("usgs-mt-whitney-8-15-webp-512", 50, .webp, .identity, ""),
    ] as [(String, Int, ArchivedTileType, TileCoding, String?)])
  func archiveOfAnotherProgramIsRead(
    file: String, tiles: Int, type: ArchivedTileType, coding: TileCoding, name: String?
  ) throws {
    let reader = try PMTilesReader(path: SharedData.file("tiles/pmtiles/\(file).pmtiles").path)
    #expect(reader.header.tileType == type)
    #expect(reader.header.tileCoding == coding)
    #expect(try reader.metadata()["name"]?.text == name)
    var found = 0
    try reader.forEachRun { first, count, section in
      found += count
      let bytes = try #require(try reader.tile(first))
      #expect(bytes.count == Int(section.length))
      let plain = try TilePacker().unpack(bytes, as: coding)
      switch type {
      case .mvt: #expect(try MvtDecoder.decode(plain).layers.count == 1)
      case .png: #expect(plain.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
      case .webp: #expect(plain.prefix(4).elementsEqual("RIFF".utf8))
      case .unknown, .jpeg, .avif, .mlt: Issue.record("no such tile expected")
      }
    }
    #expect(found == tiles)
    #expect(found == Int(reader.header.addressedTiles))
    #expect(try reader.tile(TileCoordinate(matrix: 15, row: 0, column: 0)) == nil)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func runOfEqualTilesOfAnotherProgramIsOneEntry() throws {
    let file = SharedData.file("tiles/pmtiles/stamen_toner(raster)CC-BY+ODbL_z3.pmtiles")
    let reader = try PMTilesReader(path: file.path)
    var runs = 0
    try reader.forEachRun { _, _, _ in runs += 1 }
    #expect(runs == 84)
    #expect(reader.header.tileEntries == 84)
  }

  @Test(
    .enabled(if: SharedData.isPresent, "skipped: no shared data"),
    arguments: [
      ("empty", "it is empty"), ("invalid", "it does not begin with `PMTiles`"), ("invalid_v4", "it is of version 4"),
    ])
  func invalidArchiveIsRefusedWithItsReason(file: String, reason: String) {
    let path = SharedData.file("tiles/pmtiles/\(file).pmtiles").path
    #expect(throws: PMTilesError.notAnArchive(path: path, reason: reason)) { try PMTilesReader(path: path) }
  }

  @Test func fileThatIsNotThereAndFolderAreRefused() {
    #expect(throws: PMTilesError.self) { try PMTilesReader(path: "/nonexistent/a.pmtiles") }
    #expect(throws: PMTilesError.self) { try PMTilesReader(path: "/tmp") }
  }

  // MARK: Written and read

  @Test func everyTileComesBackEqualOnesAreStoredOnceAndRunsAreOneEntry() throws {
    try withFolder { folder in
      let path = folder + "/a.pmtiles"
      let writer = try PMTilesWriter(path: path)
      var expected: [TileCoordinate: [UInt8]] = [:]
      // The four tiles of zoom 1 are one run; zoom 5 has two contents in turns, with gaps.
      for id in Array(1..<5 as Range<UInt64>) + (PMTilesId.first(ofZoom: 5)..<PMTilesId.first(ofZoom: 6)).filter({ $0 % 3 > 0 }) {
        let tile = try #require(PMTilesId.tile(of: id))
        let bytes = Array("content \(id < 5 ? 9 : id % 3)".utf8)
        try writer.append(bytes, at: tile)
        expected[tile] = bytes
      }
      let header = try writer.finish(.sample)
      #expect(header.tileContents == 3)
      #expect(header.addressedTiles == UInt64(expected.count))
      let reader = try PMTilesReader(path: path)
      #expect(reader.header == header)
      #expect(reader.header.isClustered)
      #expect(reader.header.bounds == Envelope(minX: 10.65, minY: 52.3, maxX: 10.9, maxY: 52.5))
      for row in 0..<32 {
        for column in 0..<32 {
          for matrix in [0, 1, 5] where row < 1 << matrix && column < 1 << matrix {
            let tile = TileCoordinate(matrix: matrix, row: row, column: column)
            #expect(try reader.tile(tile) == expected[tile])
          }
        }
      }
      #expect(try reader.metadata() == ["name": "Musterstadt"])
      var runs = 0
      try reader.forEachRun { _, _, _ in runs += 1 }
      #expect(runs == Int(header.tileEntries))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.pmtiles"])
    }
  }

  /// Random gaps keep the directory from being packed into nothing: the root alone would take more than 16 KiB.
  @Test func largeDirectoryIsSplitIntoLeavesAndTheRootFitsTheFirst16KiB() throws {
    try withFolder { folder in
      let path = folder + "/a.pmtiles"
      let writer = try PMTilesWriter(path: path)
      var random = Seed(38_440)
      var id = PMTilesId.first(ofZoom: 15)
      var expected: [(tile: TileCoordinate, bytes: [UInt8])] = []
      for _ in 0..<60_000 {
        id += UInt64.random(in: 1...900, using: &random)
        let tile = try #require(PMTilesId.tile(of: id))
        let bytes = [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: Int.random(in: 1...90, using: &random))
        try writer.append(bytes, at: tile)
        expected.append((tile, bytes))
      }
      let header = try writer.finish(.sample)
      #expect(header.leafDirectories.length > 0)
      #expect(header.rootDirectory.offset + header.rootDirectory.length <= 16_384)
      let reader = try PMTilesReader(path: path)
      for (tile, bytes) in expected { #expect(try reader.tile(tile) == bytes) }
      var count = 0
      try reader.forEachRun { _, length, _ in count += length }
      #expect(count == 60_000)
    }
  }

  @Test func tilesComeInTheOrderOfTheirIds() throws {
    try withFolder { folder in
      let writer = try PMTilesWriter(path: folder + "/a.pmtiles")
      let second = TileCoordinate(matrix: 1, row: 1, column: 0)
      try writer.append([1], at: second)
      #expect(throws: PMTilesError.outOfOrder(second)) { try writer.append([1], at: second) }
      let first = TileCoordinate(matrix: 1, row: 0, column: 0)
      #expect(throws: PMTilesError.outOfOrder(first)) { try writer.append([1], at: first) }
      let third = TileCoordinate(matrix: 1, row: 1, column: 1)
      #expect(throws: PMTilesError.emptyTile(third)) { try writer.append([], at: third) }
    }
  }

  @Test func unfinishedArchiveLeavesNothingAndReplacesNothing() throws {
    try withFolder { folder in
      let path = folder + "/a.pmtiles"
      try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: PMTilesError.fileExists(path: path)) { try PMTilesWriter(path: path) }
      do {
        let writer = try PMTilesWriter(path: path, isReplacing: true)
        try writer.append([1, 2, 3], at: TileCoordinate(matrix: 0, row: 0, column: 0))
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.pmtiles"])
      #expect(throws: PMTilesError.self) { try PMTilesWriter(path: folder + "/missing/a.pmtiles") }
    }
  }

  // MARK: Damage

  @Test func cutOffArchiveIsRefusedOrSaysSo() throws {
    try withSample { bytes, path in
      for length in Array(stride(from: 0, to: bytes.count, by: max(1, bytes.count / 150))) + [126, 127, bytes.count - 1] {
        try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
        #expect(throws: PMTilesError.self, "cut to \(length) bytes") { try PMTilesReader(path: path) }
      }
    }
  }

  /// Whatever a flipped bit makes of an archive, reading ends with bytes or with an error that says where.
  @Test func flippedBitsDoNoHarm() throws {
    try withSample { bytes, path in
      var random = Seed(7)
      for round in 0..<3_000 {
        var damaged = bytes
        // Header and directories are looked at one bit after the other, then three at a time anywhere.
        if round < 127 * 8 {
          damaged[round / 8] ^= 1 << (round % 8)
        } else {
          for _ in 0..<3 {
            damaged[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
          }
        }
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        do {
          let reader = try PMTilesReader(path: path)
          _ = try? reader.metadata()
          try reader.forEachRun { first, _, _ in _ = try reader.tile(first) }
        } catch let error as PMTilesError {
          #expect(error.description.contains(path))
        }
      }
    }
  }

  /// Directories that a flipped bit rarely makes: written plain, so that each fault is reached.
  @Test(
    arguments: [
      ([], "the number of entries is missing"),
      ([200, 1], "it promises 200 entries"),
      ([2, 5, 0, 1, 1, 1, 1, 1, 0], "comes twice"),
      ([2, 5, 1, 2, 1, 1, 1, 1, 0], "reaches over the next entry"),
      ([1, 0, 1, 0, 1], "its length is cut off, zero"),
      ([1, 0, 1, 1, 0], "refers to an entry before the first"),
      ([1, 0, 1, 9, 1], "lie outside of the tile data"),
      ([1, 0, 0, 1, 1], "lie outside of the leaf directories"),
      ([1, 0, 1, 1, 1, 7], "bytes stand behind the last entry"),
      ([1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 1, 1], "beyond the highest zoom"),
    ] as [([UInt8], String)])
  func faultOfADirectoryIsToldWithItsPlace(directory: [UInt8], reason: String) throws {
    try withFolder { folder in
      let path = folder + "/a.pmtiles"
      var bytes = Array("PMTiles".utf8) + [3]
      let parts: [(Int, Int)] = [
        (127, directory.count), (127 + directory.count, 2), (0, 0), (127 + directory.count + 2, 4),
      ]
      for (offset, length) in parts { for value in [offset, length] { bytes += (0..<8).map { UInt8(value >> (8 * $0) & 255) } } }
      bytes += [UInt8](repeating: 0, count: 25) + [1, 1, 1, 0, 3] + [UInt8](repeating: 0, count: 25)
      bytes += directory + Array("{}".utf8) + [1, 2, 3, 4]
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = try #require(throws: PMTilesError.self) { try PMTilesReader(path: path) }
      #expect(error.description.contains("root directory, entry"))
      #expect(error.description.contains(reason), "\(error)")
    }
  }

  // MARK: -

  private func withSample(_ body: ([UInt8], String) throws -> Void) throws {
    try withFolder { folder in
      let writer = try PMTilesWriter(path: folder + "/whole.pmtiles")
      for id in 0..<300 as Range<UInt64> where id % 7 > 0 {
        try writer.append(Array("tile \(id / 3)".utf8), at: try #require(PMTilesId.tile(of: id)))
      }
      _ = try writer.finish(.sample)
      try body([UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/whole.pmtiles"))), folder + "/damaged.pmtiles")
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pmtiles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }
}

extension PMTilesWriter.Description {
  fileprivate static let sample = PMTilesWriter.Description(
    tileCoding: .identity, minZoom: 0, maxZoom: 15, bounds: Envelope(minX: 10.65, minY: 52.3, maxX: 10.9, maxY: 52.5),
    centre: Coordinate(x: 10.78, y: 52.42), centreZoom: 11, metadata: Array(#"{"name":"Musterstadt"}"#.utf8))
}
