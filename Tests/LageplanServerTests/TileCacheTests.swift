import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import Synchronization
import TestSupport
import Testing

@testable import LageplanServer

/// Entity tags, codings, versions in addresses, parameters: what clients of tiles see of the cache.
@Suite struct TileCacheTests {
  /// All playgrounds lie in it.
  private static let whole = "/tiles/playgrounds/10/542/336.mvt"
  private static let someScales = [(8, 135, 84), (9, 271, 168), (10, 542, 336), (11, 1085, 672), (12, 2170, 1345)].map {
    "/tiles/playgrounds/\($0.0)/\($0.1)/\($0.2).mvt"
  }
  private static let gzip: HTTPFields = [.acceptEncoding: "gzip"]

  private func town(_ body: (TestService) async throws -> Void) async throws {
    try await TestService.with(TestTown.fill, body)
  }

  private func rename(_ id: String, _ name: String, in service: TestService) throws {
    let change = FeatureEdit.Change.update(id: id, properties: ["name": .text(name)], geometry: .unchanged)
    _ = try service.application.store.edit([FeatureEdit(change)], in: "playgrounds", actor: nil)
  }

  private func renders(_ service: TestService) -> Int { service.application.tileCache.counts.renders.value }

  // MARK: - Entity tags

  @Test func anEditGivesAnotherTagAndAnotherTileAtOnce() async throws {
    try await town { service in
      let before = try await service.get(Self.whole)
      #expect(before.status == 200)
      let tag = try #require(before.headers[.eTag])
      #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
      #expect(try await service.get(Self.whole, headers: [.ifNoneMatch: tag]).status == 304)
      try rename("p22", "Neuer Name", in: service)
      let after = try await service.get(Self.whole, headers: [.ifNoneMatch: tag])
      #expect(after.status == 200)
      #expect(after.headers[.eTag] != tag)
      let layer = try #require(try MvtDecoder.decode(after.body)["playgrounds"])
      #expect(layer.features.contains { $0["name"] == .text("Neuer Name") })
    }
  }

  @Test func anEditElsewhereChangesNothing() async throws {
    try await town { service in
      // p00 and p44 lie in different tiles of zoom 13.
      let south = "/tiles/playgrounds/13/4339/2691.mvt"
      let tags = try await [Self.whole, south].asyncMap { try await service.get($0).headers[.eTag] }
      let made = renders(service)
      let other = FeatureEdit(
        .insert(
          Feature(
            id: "fern", geometry: .point(Coordinate(longitude: 11.5, latitude: 48.1)),
            values: [.text("Fern"), .null, .null, .null])))
      _ = try service.application.store.edit([other], in: "playgrounds", actor: nil)
      let again = try await [Self.whole, south].asyncMap { try await service.get($0).headers[.eTag] }
      #expect(again == tags)
      #expect(renders(service) == made)
    }
  }

  @Test func aTagIsKnownWithoutTheTile() async throws {
    try await town { service in
      let tag = try #require(try await service.get(Self.whole).headers[.eTag])
      service.application.tileCache.purgeAll()
      let made = renders(service)
      #expect(try await service.get(Self.whole, headers: [.ifNoneMatch: tag]).status == 304)
      #expect(renders(service) == made)
    }
  }

  @Test func eachCodingHasATagOfItsOwnAndEachIsKnown() async throws {
    try await town { service in
      var tags: [String] = []
      for coding in ["identity", "gzip", "zstd", "br"] {
        let reply = try await service.get(Self.whole, headers: [.acceptEncoding: coding])
        #expect(reply.headers[.contentEncoding] == (coding == "identity" ? nil : coding))
        #expect(reply.headers[.vary] == "Accept, Accept-Encoding, Authorization")
        tags.append(try #require(reply.headers[.eTag]))
        let packed = try #require(TileCoding(rawValue: coding))
        let plain = try TilePacker().unpack(reply.body, as: packed)
        #expect(try MvtDecoder.decode(plain)["playgrounds"]?.features.count == 25)
      }
      #expect(Set(tags).count == 4)
      #expect(renders(service) == 1)
      for tag in tags + ["W/\(tags[0])", "\"other\", \(tags[1])", "*"] {
        let reply = try await service.get(Self.whole, headers: [.ifNoneMatch: tag, .acceptEncoding: "gzip"])
        #expect(reply.status == 304)
        #expect(reply.body.isEmpty)
      }
      #expect(try await service.get(Self.whole, headers: [.ifNoneMatch: "\"other\""]).status == 200)
    }
  }

  @Test(arguments: [
    ("gzip, deflate, br, zstd", "gzip"), ("br;q=1, gzip;q=0.5", "br"), ("gzip;q=0", nil), ("*", "gzip"), ("deflate", nil),
    ("identity, gzip;q=0.3", nil), ("zstd", "zstd"), ("*;q=0.1, gzip;q=0", "zstd"),
  ]) func theCodingIsTheOneThatTheClientLikesBest(header: String, expected: String?) async throws {
    try await town { service in
      let reply = try await service.get(Self.whole, headers: [.acceptEncoding: header])
      #expect(reply.headers[.contentEncoding] == expected)
    }
  }

  @Test func whatIsAskedForOftenIsPackedBetterAndStaysTheSameTile() async throws {
    try await town { service in
      let first = try await service.get(Self.whole, headers: Self.gzip)
      let plain = try TilePacker().unpack(first.body, as: .gzip)
      let tag = try #require(first.headers[.eTag])
      for _ in 0..<40 {
        let reply = try await service.get(Self.whole, headers: Self.gzip)
        #expect(try TilePacker().unpack(reply.body, as: .gzip) == plain)
        #expect((reply.headers[.eTag] == tag) == (reply.body == first.body))
      }
      #expect(try await service.get(Self.whole, headers: [.ifNoneMatch: tag, .acceptEncoding: "gzip"]).status == 304)
    }
  }

  @Test func anEmptyTileIsKeptToo() async throws {
    try await town { service in
      let path = "/tiles/playgrounds/10/0/0.mvt"
      let first = try await service.get(path)
      #expect(first.status == 204)
      let tag = try #require(first.headers[.eTag])
      #expect(try await service.get(path).status == 204)
      #expect(try await service.get(path, headers: [.ifNoneMatch: tag]).status == 304)
      #expect(renders(service) == 1)
    }
  }

  // MARK: - Versions in addresses

  @Test func onlyTheVersionOfNowMayBeKeptWithoutAsking() async throws {
    try await town { service in
      func address() async throws -> String {
        let json = try await service.get("/tiles/playgrounds.json").json
        let template = try #require(json["tiles"]?[0]?.text)
        return template.replacing("http://town.example:8080", with: "").replacing("{z}/{x}/{y}", with: "10/542/336")
      }
      let versioned = try await address()
      #expect(try await service.get(versioned).headers[.cacheControl] == "public, max-age=604800, immutable")
      #expect(try await service.get(Self.whole).headers[.cacheControl] == "no-cache")
      #expect(try await service.get(Self.whole + "?v=1").headers[.cacheControl] == "no-cache")
      let token = try service.application.store.addToken(name: "erika", scope: .read, at: .now)
      let holder: HTTPFields = [.authorization: "Bearer \(token)"]
      #expect(try await service.get(versioned, headers: holder).headers[.cacheControl] == "private, max-age=604800, immutable")
      #expect(try await service.get(Self.whole, headers: holder).headers[.cacheControl] == "private, no-cache")
      try rename("p22", "Neuer Name", in: service)
      #expect(try await service.get(versioned).headers[.cacheControl] == "no-cache")
      #expect(try await address() != versioned)
    }
  }

  // MARK: - Parameters

  @Test func equalQuestionsAreOneTile() async throws {
    try await town { service in
      let spellings = [
        "?filter=area>200&properties=name,area", "?properties=area,name,name&filter=area%20%3E%20200",
        "?filter=(area>200)&properties=area,name&v=7",
        "?properties=name,area&filter-lang=cql2-json&filter=%7B%22op%22%3A%22%3E%22%2C%22args%22%3A%5B%7B%22property%22%3A%22area%22%7D%2C200%5D%7D",
        "?thinning=auto&filter=area>200&properties=name,area&f=mvt",
      ]
      var bodies: Set<[UInt8]> = []
      for spelling in spellings {
        let reply = try await service.get(Self.whole + spelling)
        #expect(reply.status == 200, "\(reply.text)")
        bodies.insert(reply.body)
      }
      #expect(bodies.count == 1)
      #expect(renders(service) == 1)
      let features = try #require(try bodies.first.map { try MvtDecoder.decode($0) }?["playgrounds"]).features
      #expect(features.count == 14)
      #expect(features.allSatisfy { Set($0.properties.map(\.name)).isSubset(of: ["id", "name", "area"]) })
    }
  }

  @Test func bothAddressesTakeTheSameParameters() async throws {
    try await town { service in
      let parameters = "?filter=area>200&properties=name&thinning=none&datetime=2001-03-01/.."
      let alias = try await service.get(Self.whole + parameters)
      let ogc = try await service.get("/collections/playgrounds/tiles/WebMercatorQuad/10/336/542" + parameters)
      #expect(alias.status == 200)
      #expect(ogc.body == alias.body)
      #expect(renders(service) == 1)
      #expect(try MvtDecoder.decode(ogc.body)["playgrounds"]?.features.count == 6)
    }
  }

  @Test func aTileOfThePastShowsThePast() async throws {
    try await town { service in
      try await Task.sleep(for: .milliseconds(5))
      let then = Instant.now
      try await Task.sleep(for: .milliseconds(5))
      try rename("p22", "Später", in: service)
      let past = try await service.get(Self.whole + "?asOf=\(then.iso)")
      #expect(past.status == 200, "\(past.text)")
      let names = try MvtDecoder.decode(past.body)["playgrounds"]?.features.compactMap { $0["name"] } ?? []
      #expect(names.count == 25)
      #expect(!names.contains(.text("Später")))
    }
  }

  @Test(arguments: [
    "filter=nope>1", "filter=area>", "filter-lang=cql2-text", "properties=nope", "thinning=all", "datetime=x", "asOf=x", "f=json",
    "bbox=1,2,3,4",
    "filter-crs=4326&filter=area>1",
  ]) func whatCannotBeAskedIsRefused(query: String) async throws {
    try await town { service in
      let reply = try await service.get("\(Self.whole)?\(query)")
      #expect(reply.status == 400)
      #expect(reply.headers[.cacheControl] == "no-store")
      #expect(renders(service) == 0)
    }
  }

  // MARK: - Keeping

  @Test func theCacheStaysWithinItsBytesAndNarrowedTilesWithinTheirShare() async throws {
    try await TestService.with(TestTown.fill, configure: { $0.tileCacheBytes = 60_000 }) { service in
      let cache = service.application.tileCache
      for path in Self.someScales { _ = try await service.get(path) }
      let plain = cache.holdings
      for area in 0..<60 {
        #expect(try await service.get("\(Self.whole)?filter=area>\(area)").status == 200)
        #expect(cache.holdings.bytes <= 60_000)
      }
      #expect(cache.counts.evictions.value > 0)
      // Filters in any number have not pushed out what stands on everybody's map.
      let made = renders(service)
      for path in Self.someScales { _ = try await service.get(path) }
      #expect(renders(service) == made)
      #expect(plain.tiles == 5)
    }
  }

  @Test func withoutACacheTilesAreMadeEachTime() async throws {
    try await TestService.with(TestTown.fill, configure: { $0.tileCacheBytes = 0 }) { service in
      let first = try await service.get(Self.whole)
      let second = try await service.get(Self.whole)
      #expect(first.body == second.body)
      #expect(first.headers[.eTag] == second.headers[.eTag])
      #expect(renders(service) == 2)
      #expect(try await service.get(Self.whole, headers: [.ifNoneMatch: first.headers[.eTag] ?? ""]).status == 304)
    }
  }

  @Test func whatManyAskForAtOnceIsMadeOnce() async throws {
    let areas = ChangedAreas(from: 0)
    let cache = TileCache(capacity: 1 << 20, areas: areas)
    let key = TileKey(tileMatrixSet: "WebMercatorQuad", coordinate: TileCoordinate(matrix: 0, row: 0, column: 0), layers: "a")
    let gate = Gate()
    let made = TileCounts.Count()
    let answers = try await withThrowingTaskGroup(of: KeptTile.self) { group in
      for _ in 0..<20 {
        group.addTask {
          try await cache.shared(key, [], ends: [], departure: nil) {
            made.add()
            await gate.wait()
            return Self.tile(key, [1, 2, 3])
          }
        }
      }
      while cache.counts.shared.value < 19 { await Task.yield() }
      gate.open()
      return try await group.reduce(into: [KeptTile]()) { $0.append($1) }
    }
    #expect(made.value == 1)
    #expect(answers.count == 20)
    #expect(answers.allSatisfy { $0 === answers[0] })
    #expect(cache.kept(key) === answers[0])
  }

  @Test func theLastOneToLeaveEndsTheRender() async throws {
    let cache = TileCache(capacity: 1 << 20, areas: ChangedAreas(from: 0))
    let key = TileKey(tileMatrixSet: "WebMercatorQuad", coordinate: TileCoordinate(matrix: 0, row: 0, column: 0), layers: "a")
    let ended = TileCounts.Count()
    let departures = [Departure(), Departure()]
    let waiting = departures.map { departure in
      Task {
        try await cache.shared(key, [], ends: [], departure: departure) {
          do {
            try await Task.sleep(for: .seconds(600))
          } catch {
            ended.add()
            throw error
          }
          return Self.tile(key, [1])
        }
      }
    }
    while cache.counts.shared.value < 1 { await Task.yield() }
    departures[0].leave()
    await #expect(throws: CancellationError.self) { _ = try await waiting[0].value }
    #expect(cache.underWay == 1)
    departures[1].leave()
    await #expect(throws: CancellationError.self) { _ = try await waiting[1].value }
    #expect(cache.underWay == 0)
    while ended.value == 0 { await Task.yield() }
  }

  private static func tile(_ key: TileKey, _ bytes: [UInt8]) -> KeptTile {
    KeptTile(key, bytes, footprints: [], versions: [], snapshot: 0, ends: [], tag: "t", isNarrowed: false)
  }
}

/// Opens once.
private final class Gate: Sendable {
  private let isOpen = Mutex(false)
  func open() { isOpen.withLock { $0 = true } }
  func wait() async { while !isOpen.withLock({ $0 }) { await Task.yield() } }
}

extension Sequence {
  func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var result: [T] = []
    for element in self { result.append(try await transform(element)) }
    return result
  }
}
