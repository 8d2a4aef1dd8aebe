import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import TestSupport
import Testing

@testable import LageplanServer

/// Which tiles a change touches: as the cache reckons, as the feed tells, and as an operator says.
@Suite struct ChangedAreasTests {
  private static let zooms = 0...6

  /// Every tile of a few scales, one by one, is the oracle.
  @Test(arguments: Seed.hundred) func rangesAreTheTilesThatMeetTheEnvelope(seed: Seed) throws {
    var seed = seed
    let width = 40_075_016.0 / 2
    let (x, y) = (Double.random(in: -width...width, using: &seed), Double.random(in: -width...width, using: &seed))
    let size = Double.random(in: 0...1, using: &seed) < 0.5 ? 0 : Double.random(in: 0...4_000_000, using: &seed)
    let envelope = Envelope(minX: x, minY: y, maxX: x + size, maxY: y + size / 2)
    var expected: Set<TileCoordinate> = []
    for zoom in Self.zooms {
      for row in 0..<(1 << zoom) {
        for column in 0..<(1 << zoom) {
          let tile = TileCoordinate(matrix: zoom, row: row, column: column)
          let own = try TileMatrixSet.webMercatorQuad.envelope(of: tile)
          if own.expanded(by: own.width * 65 / 4096).intersects(envelope) { expected.insert(tile) }
        }
      }
    }
    var told: Set<TileCoordinate> = []
    for range in ChangedTiles.ranges(of: envelope, zooms: Self.zooms) {
      for column in range[1]...range[3] {
        for row in range[2]...range[4] { told.insert(TileCoordinate(matrix: range[0], row: row, column: column)) }
      }
    }
    #expect(told == expected)
  }

  @Test func theFeedNamesTheTiles() async throws {
    try await TestService.with(TestTown.fill) { service in
      let store = service.application.store
      let begin = try store.latestSequence()
      let move = FeatureEdit.Change.update(
        id: "p11", properties: [:], geometry: .set(.point(TestTown.place(column: 3, row: 1))))
      _ = try store.edit([FeatureEdit(move)], in: "playgrounds", actor: nil)
      let changes = try await service.get("/changes?since=\(begin)").json["changes"]
      let ranges = try #require(changes?[0]?["tiles"]?.array).map { $0.array?.compactMap(\.integer) ?? [] }
      #expect(ranges.contains([0, 0, 0, 0, 0]))
      // Two places, which one tile of zoom 8 holds and two of zoom 14.
      #expect(ranges.filter { $0[0] == 8 } == [[8, 135, 84, 135, 84]])
      #expect(ranges.filter { $0[0] == 14 }.count == 2)
      #expect(ranges.map { $0[0] }.max() == 22)
      let load = try await service.get("/changes").json["changes"]?.array?.first { $0["operation"] == "import" }
      #expect(load?["tiles"] == "all")
    }
  }

  @Test func aChangeOfWhatHasNoPlaceTouchesNoTile() {
    let change = FeatureChange(sequence: 1, collection: "a", operation: .update, id: "x", number: 1, at: .now)
    #expect(ChangedAreas.areas(of: change).isEmpty)
  }

  @Test func whatNobodyCouldReadDistrustsTilesOfCollectionsThatWereNeverToldOf() throws {
    let areas = ChangedAreas(from: 10)
    areas.note([], wholly: ["told"], upTo: 11)
    let footprints = try ["told", "silent"].map { id in
      let layer = TileLayer(collection: id, storageCrs: .webMercator, properties: [])
      return try TileRenderer(layers: [layer]).footprints(of: TileCoordinate(matrix: 0, row: 0, column: 0))[0]
    }
    for footprint in footprints {
      let ends = areas.ends(of: [footprint.collection])
      let version = areas.versions(of: [footprint])
      #expect(areas.ends(of: [footprint], untouchedSince: ends, after: 12) == ends)
      areas.purgeAll()
      #expect(areas.ends(of: [footprint], untouchedSince: ends, after: 12) == nil)
      #expect(areas.versions(of: [footprint]) != version)
      let since = areas.ends(of: [footprint.collection])
      #expect(areas.ends(of: [footprint], untouchedSince: since, after: 12) == since)
      // The first that is told of it does not make older tiles true again.
      areas.note([], wholly: [footprint.collection], upTo: 13)
      #expect(areas.ends(of: [footprint], untouchedSince: ends, after: 12) == nil)
      #expect(areas.ends(of: [footprint], untouchedSince: since, after: 12) == nil)
    }
  }

  @Test func aLongListForgetsItsOlderHalfAndDoubtsWhatItForgot() throws {
    let areas = ChangedAreas(from: 10)
    let layer = TileLayer(collection: "a", storageCrs: .webMercator, properties: [])
    let footprints = try TileRenderer(layers: [layer]).footprints(of: TileCoordinate(matrix: 1, row: 0, column: 0))
    let elsewhere = Envelope(around: Coordinate(x: 10_000_000, y: -10_000_000))
    func change(_ sequence: Int64, _ envelope: Envelope) -> FeatureChange {
      FeatureChange(sequence: sequence, collection: "a", operation: .insert, number: sequence, at: .now, newEnvelope: envelope)
    }
    #expect(areas.versions(of: footprints) == [.init(sequence: 10)])
    let begin = areas.ends(of: ["a"])
    areas.note([change(11, Envelope(around: Coordinate(x: -10_000_000, y: 10_000_000)))], wholly: [], upTo: 11)
    #expect(areas.versions(of: footprints) == [.init(sequence: 11)])
    #expect(areas.ends(of: footprints, untouchedSince: begin) == nil)
    // Who drew the state after it has it.
    #expect(areas.ends(of: footprints, untouchedSince: begin, after: 11) == [1])
    let drawn = areas.ends(of: ["a"])
    let last = Int64(11 + ChangedAreas.mostAreas)
    areas.note((12...last).map { change($0, elsewhere) }, wholly: [], upTo: last)
    // What was forgotten may have touched it, so its version is no longer told exactly, and who looked before it cannot know.
    let version = try #require(areas.versions(of: footprints).first)
    #expect(version.sequence > 11 && version.sequence < last)
    #expect(areas.ends(of: footprints, untouchedSince: drawn) == nil)
    #expect(areas.ends(of: footprints, untouchedSince: areas.ends(of: ["a"])) != nil)
    #expect(areas.newest(of: ["a"]) == last)
    #expect(areas.newest(of: ["b"]) == 10)
    areas.note([], wholly: ["a"], upTo: last + 5)
    #expect(areas.versions(of: footprints) == [.init(sequence: last + 5)])
  }

  @Test func aPurgeConcernsItsBoxAndItsCollections() async throws {
    try await TestService.with(TestTown.fill) { service in
      let store = service.application.store
      let secret = try store.addToken(name: "admin", scope: .admin, at: .now)
      let reader = try store.addToken(name: "reader", scope: .read, at: .now)
      // p00 in the south-west, p44 in the north-east, and the parks.
      let paths = ["/tiles/playgrounds/14/8678/5382.mvt", "/tiles/playgrounds/14/8680/5379.mvt", "/tiles/parks/10/542/336.mvt"]
      let tags = try await paths.asyncMap { try await service.get($0).headers[.eTag] }
      let purge = "/admin/cache/purge?bbox=10.69,52.39,10.705,52.405&collections=playgrounds"
      #expect(try await service.send(.post, purge).status == 401)
      #expect(try await service.send(.post, purge, headers: [.authorization: "Bearer \(reader)"]).status == 403)
      #expect(try await service.send(.get, purge, headers: [.authorization: "Bearer \(secret)"]).status == 405)
      let answer = try await service.send(.post, purge, headers: [.authorization: "Bearer \(secret)"])
      #expect(answer.status == 200)
      #expect(try answer.json["purged"] == 1)
      let again = try await paths.asyncMap { try await service.get($0).headers[.eTag] }
      #expect(again[0] != tags[0])
      #expect(again[1...] == tags[1...])
      let all = try await service.send(.post, "/admin/cache/purge", headers: [.authorization: "Bearer \(secret)"])
      #expect(try all.json["purged"] == 3)
      let health = try await service.get("/health").json["tileCache"]
      #expect(health?["tiles"] == 0)
      #expect(health?["renders"] == 4)
    }
  }
}
