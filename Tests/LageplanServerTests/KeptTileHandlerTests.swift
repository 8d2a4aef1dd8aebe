import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import Logging
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import LageplanServer

/// What is answered before the router: the same bytes, in the same order, to the same people.
@Suite struct KeptTileHandlerTests {
  private static let tile = "/tiles/playgrounds/10/542/336.mvt"
  /// Leaves the request to the router.
  private static let toRouter = "Accept: application/vnd.mapbox-vector-tile"

  private func direct(_ running: RunningService) -> Int { running.service.application.tileCache.counts.direct.value }

  @Test func itAnswersByteForByteAsTheRouter() async throws {
    try await RunningService.with(TestTown.fill) { running in
      let connection = try running.connect()
      // Often enough to be packed better, which one thread does in its order: what it packs next comes after.
      for _ in 0..<20 { _ = try await connection.ask(Self.tile, ["Accept-Encoding: gzip"]) }
      _ = try await connection.ask(Self.tile, ["Accept-Encoding: zstd"])
      let plain = try await connection.ask(Self.tile)
      let tag = try #require(plain.header("ETag"))
      let packedTag = try #require(try await connection.ask(Self.tile, ["Accept-Encoding: gzip"]).header("ETag"))
      let json = try JSONValue(parsing: try await connection.ask("/tiles/playgrounds.json").body)
      let template = try #require(json["tiles"]?[0]?.text)
      let versioned = template.replacing("http://town.example", with: "").replacing("{z}/{x}/{y}", with: "10/542/336")
      let requests: [(target: String, headers: [String])] = [
        (Self.tile, []), (Self.tile, ["Accept-Encoding: gzip"]), (Self.tile, ["Accept-Encoding: br;q=1, gzip;q=0.2"]),
        (Self.tile, ["If-None-Match: \(tag)"]), (Self.tile, ["If-None-Match: \(packedTag)", "Accept-Encoding: gzip"]),
        (versioned, ["Accept-Encoding: gzip"]), ("/tiles/playgrounds/10/0/0.mvt", []),
        ("/collections/playgrounds/tiles/WebMercatorQuad/10/336/542?filter=area%3E200", ["Accept-Encoding: gzip"]),
      ]
      for (target, headers) in requests {
        _ = try await connection.ask(target, headers)
        let before = direct(running)
        let atOnce = try await connection.ask(target, headers)
        #expect(direct(running) == before + 1, "\(target) \(headers)")
        let routed = try await connection.ask(target, headers + [Self.toRouter])
        #expect(direct(running) == before + 1)
        #expect(atOnce == routed)
        guard !headers.contains(where: { $0.hasPrefix("If-None-Match") }) else { continue }
        let head = try await connection.ask(target, method: "HEAD", headers)
        #expect(direct(running) == before + 2)
        let routedHead = try await connection.ask(target, method: "HEAD", headers + [Self.toRouter])
        #expect(head == routedHead)
      }
    }
  }

  @Test func itAnswersWithADateAndTheNameOfTheServer() {
    #expect(HttpDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HttpDate.text(951_782_400) == "Tue, 29 Feb 2000 00:00:00 GMT")
  }

  @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
    try await RunningService.with(TestTown.fill) { running in
      let connection = try running.connect()
      let kept = try await connection.ask(Self.tile)
      _ = try await connection.ask(Self.tile)
      let targets = [Self.tile, Self.tile, "/collections/playgrounds/items?limit=20", Self.tile, "/conformance", Self.tile]
      try connection.send(targets.map { "GET \($0) HTTP/1.1\r\nHost: town.example\r\n\r\n" }.joined())
      for target in targets {
        let answer = try await connection.answer()
        #expect(answer.status == 200)
        #expect((answer == kept) == (target == Self.tile))
      }
    }
  }

  @Test func anEditIsSeenByTheNextRequestOfTheConnection() async throws {
    try await RunningService.with(TestTown.fill) { running in
      let connection = try running.connect()
      for number in 0..<30 {
        let change = FeatureEdit.Change.update(id: "p22", properties: ["name": .text("Name \(number)")], geometry: .unchanged)
        _ = try running.service.application.store.edit([FeatureEdit(change)], in: "playgrounds", actor: nil)
        for _ in 0..<3 {
          let features = try MvtDecoder.decode(try await connection.ask(Self.tile).body)["playgrounds"]?.features ?? []
          #expect(features.contains { $0["name"] == .text("Name \(number)") })
        }
      }
      #expect(direct(running) >= 30)
    }
  }

  @Test func whatIsHiddenIsNotAnsweredAnyMore() async throws {
    try await RunningService.with(TestTown.fill) { running in
      let store = running.service.application.store
      let connection = try running.connect()
      for _ in 0..<3 { #expect(try await connection.ask(Self.tile).status == 200) }
      #expect(try await connection.ask(Self.tile, ["Authorization: Bearer nobody"]).status == 401)
      #expect(try await connection.ask(Self.tile, method: "DELETE").status == 405)
      #expect(try await connection.ask(Self.tile + "?bbox=1,2,3,4").status == 400)
      var hidden = try store.descriptor(of: "playgrounds")
      hidden.isPublic = false
      try store.updateCollection(hidden)
      #expect(try await connection.ask(Self.tile).status == 404)
      let token = try store.addToken(name: "erika", scope: .read, at: .now)
      for _ in 0..<3 {
        let answer = try await connection.ask(Self.tile, ["Authorization: Bearer \(token)"])
        #expect(answer.status == 200)
        #expect(answer.header("Cache-Control") == "private, no-cache")
        #expect(try await connection.ask(Self.tile).status == 404)
      }
    }
  }

  @Test func whoWantsTheConnectionClosedGetsItClosed() async throws {
    try await RunningService.with(TestTown.fill) { running in
      for _ in 0..<3 {
        let connection = try running.connect()
        #expect(try await connection.ask(Self.tile, ["Connection: close"]).status == 200)
        #expect(try await connection.isAtEnd())
      }
    }
  }

  @Test func anEditByAnotherProcessIsSeenSoon() async throws {
    try await RunningService.with(TestTown.fill) { running in
      let connection = try running.connect()
      for _ in 0..<2 { _ = try await connection.ask(Self.tile) }
      // Another store is to this one what another program is.
      let other = try Store(path: running.service.application.store.path, mode: .open, readers: 1)
      defer { other.close() }
      let change = FeatureEdit.Change.update(id: "p22", properties: ["name": .text("Von QGIS")], geometry: .unchanged)
      _ = try other.edit([FeatureEdit(change)], in: "playgrounds", actor: nil)
      let begin = ContinuousClock.now
      var isSeen = false
      while !isSeen, ContinuousClock.now - begin < Patience.limit {
        let features = try MvtDecoder.decode(try await connection.ask(Self.tile).body)["playgrounds"]?.features ?? []
        isSeen = features.contains { $0["name"] == .text("Von QGIS") }
        if !isSeen { try await Task.sleep(for: .milliseconds(5)) }
      }
      #expect(isSeen)
    }
  }

  @Test func aClientThatLeavesIsNoticed() throws {
    let cache = TileCache(capacity: 1 << 20, areas: ChangedAreas(from: 0))
    for leaving in ["half", "whole"] {
      let channel = EmbeddedChannel()
      let handler = KeptTileHandler(
        cache: cache, packing: TilePacking(cache: cache), logger: Logger(label: "test"), serverName: "Lageplan",
        idleTimeout: .seconds(60))
      try channel.pipeline.syncOperations.addHandler(handler)
      channel.pipeline.fireChannelActive()
      let departure = try #require(Departure.of(channel))
      #expect(!departure.hasLeft)
      if leaving == "half" { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
      _ = try channel.finish()
      #expect(departure.hasLeft)
      #expect(Departure.of(channel) == nil)
    }
  }
}
