import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import TestSupport
import Testing

@testable import LageplanServer

struct TileExportTests {
  private static let layers = ["playgrounds", "equipment", "parks"]

  private func export(of store: Store, zooms: ClosedRange<Int>, thinning: TileThinning = .automatic) throws -> TileExport {
    TileExport(
      collections: try Self.layers.map { try store.descriptor(of: $0) }, zooms: zooms, thinning: thinning, name: "Musterstadt")
  }

  private func archive(
    _ export: TileExport, of store: Store, to file: URL, threads: Int = 2
  ) async throws -> (TileArchive, TileExport.Summary) {
    let format = try #require(TileArchiveFormat(path: file.path))
    let draft = try TileArchiveDraft(path: file.path, format: format)
    let summary = try await export.run(from: store, threads: threads, into: draft) { _ in }
    try draft.finish(try TileArchiveMetadata(of: export))
    return (try TileArchive(path: file.path), summary)
  }

  // MARK: Tiles

  @Test(arguments: TileArchiveFormat.allCases)
  func archiveHasTheLiveTilesAndNoOthers(format: TileArchiveFormat) async throws {
    try await TestService.with(TestTown.fill) { service in
      try await TemporaryFolder.with { folder in
        let file = folder.appendingPathComponent("town.\(format.rawValue)")
        let (archive, summary) = try await archive(
          try export(of: service.application.store, zooms: 0...12), of: service.application.store, to: file)
        var found = 0
        // The town from 10.68/52.38 to 10.76/52.46, and tiles around it.
        for zoom in 0...12 {
          let count = 1 << zoom
          let column = Int(10.70 / 360 * Double(count)) + count / 2
          let row = Int(0.329 * Double(count))
          for row in max(0, row - 6)...min(count - 1, row + 6) {
            for column in max(0, column - 6)...min(count - 1, column + 6) {
              let live = try await service.get("/tiles/\(Self.layers.joined(separator: ","))/\(zoom)/\(column)/\(row).mvt")
              let kept = try archive.tile(TileCoordinate(matrix: zoom, row: row, column: column))
              #expect(live.status == (kept == nil ? 204 : 200))
              if let kept {
                found += 1
                #expect(try TilePacker().unpack(kept, as: .gzip) == live.body)
              }
            }
          }
        }
        #expect(found == summary.tiles, "no tile lies elsewhere")
        #expect(found > 13)
        #expect(try archive.summary().map(\.zoom) == Array(0...12))
      }
    }
  }

  @Test func archivesAreEqualWhateverTheNumberOfThreads() async throws {
    try await TestService.with(TestTown.fill) { service in
      try await TemporaryFolder.with { folder in
        let store = service.application.store
        let files = [1, 2].map { folder.appendingPathComponent("\($0).pmtiles") }
        for (threads, file) in zip([1, 2], files) {
          _ = try await archive(try export(of: store, zooms: 3...14), of: store, to: file, threads: threads)
        }
        #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
      }
    }
  }

  @Test func archiveTellsItsLayersBoundsAndZooms() async throws {
    try await TestService.with(TestTown.fill) { service in
      try await TemporaryFolder.with { folder in
        let store = service.application.store
        for format in TileArchiveFormat.allCases {
          let file = folder.appendingPathComponent("town.\(format.rawValue)")
          let (archive, _) = try await archive(try export(of: store, zooms: 5...11, thinning: .none), of: store, to: file)
          let document = archive.tileJson(tileTemplates: ["x"])
          #expect(document["name"]?.text == "Musterstadt")
          #expect(document["minzoom"]?.integer == 5)
          #expect(document["maxzoom"]?.integer == 11)
          #expect(document["vector_layers"]?.array?.compactMap { $0["id"]?.text } == Self.layers)
          #expect(document["vector_layers"]?[0]?["fields"]?["area"] == "Number")
          #expect(archive.metadata["thinning"]?.text == "none")
          #expect(archive.coding == .gzip)
          let bounds = try #require(archive.bounds)
          #expect(bounds.contains(TestTown.place(column: 0, row: 0)))
          #expect(bounds.contains(TestTown.place(column: 4, row: 4)))
        }
      }
    }
  }

  // MARK: Refusals and interruption

  @Test func archiveWithoutTilesIsRefusedAndNothingIsLeft() async throws {
    try await TestService.with({ try $0.createCollection(TestTown.parks) }) { service in
      try await TemporaryFolder.with { folder in
        let store = service.application.store
        let export = TileExport(collections: [try store.descriptor(of: "parks")], zooms: 0...8, name: "empty")
        await #expect(throws: TileExport.Refusal.noTiles(zooms: 0...8)) {
          try await archive(export, of: store, to: folder.appendingPathComponent("empty.pmtiles"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      }
    }
  }

  @Test func zoomsBeyondTheGridAndNoCollectionsAreRefused() async throws {
    try await TestService.with(TestTown.fill) { service in
      try await TemporaryFolder.with { folder in
        let store = service.application.store
        let file = folder.appendingPathComponent("a.pmtiles")
        await #expect(throws: TileExport.Refusal.zoomsOutOfRange(0...25)) {
          try await archive(try export(of: store, zooms: 0...25), of: store, to: file)
        }
        await #expect(throws: TileExport.Refusal.noCollections) {
          try await archive(TileExport(collections: [], name: "none"), of: store, to: file)
        }
      }
    }
  }

  @Test func cancelledExportEndsAndLeavesNothing() async throws {
    try await TestService.with(TestTown.fill) { service in
      try await TemporaryFolder.with { folder in
        let store = service.application.store
        let export = try export(of: store, zooms: 0...20)
        let work = Task {
          let draft = try TileArchiveDraft(path: folder.appendingPathComponent("a.mbtiles").path, format: .mbtiles)
          return try await export.run(from: store, threads: 2, into: draft) { _ in
            // As soon as there is a tile to lose.
            withUnsafeCurrentTask { $0?.cancel() }
          }
        }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      }
    }
  }

  // MARK: What the threads share

  @Test func piecesAreStoredInTheirTurnWhoeverIsFirst() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("a.pmtiles").path
      let draft = try TileArchiveDraft(path: path, format: .pmtiles)
      let state = TileExportState(workers: 4, draft: draft) { _ in }
      let tiles = (0..<5 as Range<UInt64>).compactMap { PMTilesId.tile(of: $0) }
      for tile in tiles { state.found(tile) }
      state.foundAll()
      let turns = (0..<5).compactMap { _ in state.next() }
      #expect(turns.map(\.tile) == tiles)
      #expect(state.next() == nil)
      // A writer of PMTiles would refuse any other order.
      for index in [3, 1, 0, 4, 2] {
        let piece = TileExportState.Piece(
          tile: turns[index].tile, packed: index == 1 ? [] : [UInt8(index)], plainLength: index, flawCount: 0, flaws: [])
        try state.handOver(piece, turn: turns[index].turn)
      }
      let summary = state.summary()
      #expect(summary.tiles == 4)
      #expect(summary.contents == 4)
      #expect(summary.largestAt == tiles[4])
    }
  }

  @Test func threadThatSeesAnotherStateTakesNoPart() throws {
    try TemporaryFolder.with { folder in
      let draft = try TileArchiveDraft(path: folder.appendingPathComponent("a.pmtiles").path, format: .pmtiles)
      let state = TileExportState(workers: 3, draft: draft) { _ in }
      #expect(state.enter(seeing: [4, 7]) == .first)
      #expect(state.enter(seeing: [4, 7]) == .same)
      #expect(state.enter(seeing: [4, 8]) == .other)
    }
  }

  @Test func nameOfAFileTellsTheContainer() {
    #expect(TileArchiveFormat(path: "/a/b.c/Stadt.PMTiles") == .pmtiles)
    #expect(TileArchiveFormat(path: "stadt.mbtiles") == .mbtiles)
    #expect(TileArchiveFormat(path: "stadt.sqlite") == nil)
    #expect(TileArchiveFormat(path: "pmtiles") == nil)
  }
}
