import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanStore
import Testing

@testable import LageplanServer

/// The collection `secret` of the test town is not public.
@Suite struct AccessTests {
  private static let noon = Instant(millisecondsSince1970: 1_700_000_000_000)

  private static func bearer(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

  /// Everything that shows a collection.
  private static let representations = [
    "/collections/secret", "/collections/secret?f=html", "/collections/secret/schema", "/collections/secret/queryables",
    "/collections/secret/sortables", "/collections/secret/items", "/collections/secret/items?f=html",
    "/collections/secret/items/s1",
    "/collections/secret/items?near=10.7,52.4", "/collections/secret/tiles/WebMercatorQuad",
    "/collections/secret/tiles", "/tiles/WebMercatorQuad?collections=secret",
    "/tiles/WebMercatorQuad/10/336/542?collections=secret",
    "/collections/secret/tiles/WebMercatorQuad/10/336/542", "/tiles/secret.json", "/tiles/playgrounds,secret.json",
    "/tiles/playgrounds,secret/10/542/336.mvt", "/collections/secret/changes", "/collections/secret/items/s1/versions",
    "/preview/secret",
  ]

  @Test(arguments: representations) func whatIsNotPublicIsNotThere(path: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      let refused = try await service.get(path)
      #expect(refused.status == 404)
      // The answer for a collection that never was, but for its name.
      let missing = try await service.get(path.replacing("secret", with: "nothing"))
      #expect(missing.status == 404)
      #expect(refused.text.replacing("secret", with: "nothing") == missing.text)
      #expect(try await service.get(path, headers: Self.bearer(token)).status == 200)
    }
  }

  @Test(arguments: [
    "/", "/?f=html", "/collections", "/collections?f=html", "/api", "/api?f=html", "/conformance", "/health", "/changes",
    "/tiles", "/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad?f=tilejson", "/tiles/WebMercatorQuad?f=html",
    "/styles", "/styles?f=html", "/styles/lageplan", "/styles/lageplan/metadata",
  ])
  func listsDoNotTellOfIt(path: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get(path)
      #expect(reply.status == 200)
      #expect(!reply.text.contains("secret"))
      #expect(!reply.text.contains("Beschwerden"))
    }
  }

  @Test(arguments: ["/collections", "/api", "/collections?f=html"]) func listsTellHoldersOfATokenOfIt(path: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      #expect(try await service.get(path, headers: Self.bearer(token)).text.contains("secret"))
    }
  }

  @Test func theHealthCountsWhatIsSeen() async throws {
    try await TestService.with(TestTown.fill) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      #expect(try await service.get("/health").json["collections"] == 3)
      #expect(try await service.get("/health", headers: Self.bearer(token)).json["collections"] == 4)
    }
  }

  @Test func theHealthTellsWhatOfItIsInMemory() async throws {
    try await TestService.with(TestTown.fill) { service in
      let store = service.application.store
      #expect(try await service.get("/health").json["resident"]?["collections"]?.array?.isEmpty == true)
      try store.keepResident(budget: 1 << 30)
      store.waitForResidents()
      let token = try store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      let seen = try #require(try await service.get("/health").json["resident"])
      #expect(seen["collections"]?.array?.count == 3)
      #expect(seen["budgetBytes"] == 1_073_741_824)
      let all = try await service.get("/health", headers: Self.bearer(token)).json["resident"]?["collections"]?.array ?? []
      #expect(all.count == 4 && all.allSatisfy { $0["isResident"]?.boolean == true })
      for collection in all {
        let id = try #require(collection["id"]?.text)
        #expect(try collection["version"]?.integer == store.dataVersion(of: id))
      }
    }
  }

  @Test func aTokenOpensOnlyItsCollections() async throws {
    try await TestService.with(TestTown.fill) { service in
      let store = service.application.store
      let other = try store.addToken(name: "parks", scope: .write, collections: ["parks"], at: Self.noon)
      let own = try store.addToken(name: "complaints", scope: .read, collections: ["secret"], at: Self.noon)
      #expect(try await service.get("/collections/secret/items", headers: Self.bearer(other)).status == 404)
      #expect(try await service.get("/collections/secret/items", headers: Self.bearer(own)).status == 200)
      #expect(try await service.get("/collections/playgrounds", headers: Self.bearer(own)).status == 200)
    }
  }

  @Test func aTokenThatDoesNotHoldIsRefusedEverywhere() async throws {
    try await TestService.with(TestTown.fill) { service in
      let store = service.application.store
      let revoked = try store.addToken(name: "left", scope: .read, at: Self.noon)
      try store.revokeToken(named: "left", at: .now)
      let ended = try store.addToken(name: "summer", scope: .read, expires: Self.noon, at: Self.noon)
      for header in [
        "Bearer \(revoked)", "Bearer \(ended)", "Bearer lageplan_wrong", "Bearer", "Bearer ", "Digest x", "Basic !!",
        "Basic bm9jb2xvbg==",
        "Basic dXNlcjo=", "Basic dXNlcjp3cm9uZw==",
      ] {
        for path in ["/", "/collections/playgrounds/items", "/collections/secret", "/tiles/playgrounds/10/542/336.mvt", "/map"] {
          let reply = try await service.get(path, headers: [.authorization: header])
          #expect(reply.status == 401, "\(header) \(path)")
          #expect(reply.headers[.wwwAuthenticate]?.hasPrefix("Bearer realm=") == true)
          #expect(try reply.json["code"] == "token-needed")
        }
      }
    }
  }

  @Test func theTokenIsAlsoTakenAsAPassword() async throws {
    try await TestService.with(TestTown.fill) { service in
      let token = try service.application.store.addToken(name: "qgis", scope: .read, at: Self.noon)
      let pair = Data("anybody:\(token)".utf8).base64EncodedString()
      #expect(try await service.get("/collections/secret/items", headers: [.authorization: "Basic \(pair)"]).status == 200)
      #expect(try await service.get("/collections/secret/items", headers: [.authorization: "bearer \(token)"]).status == 200)
    }
  }

  @Test func answersToATokenStayOutOfSharedCaches() async throws {
    try await TestService.with(TestTown.fill) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      let path = "/collections/playgrounds/items"
      let anybody = try await service.get(path)
      #expect(anybody.headers[.vary]?.contains("Authorization") == true)
      #expect(anybody.headers[.cacheControl]?.contains("private") == false)
      let holder = try await service.get(path, headers: Self.bearer(token))
      #expect(holder.headers[.cacheControl]?.hasPrefix("private") == true)
      #expect(holder.headers[.vary]?.contains("Authorization") == true)
      // Also where the client has the state already.
      var known = Self.bearer(token)
      known[.ifNoneMatch] = holder.headers[.eTag]
      let again = try await service.get(path, headers: known)
      #expect(again.status == 304)
      #expect(again.headers[.cacheControl]?.hasPrefix("private") == true)
    }
  }

  /// A reference to a collection that is not seen is a plain value, not a link.
  @Test func featuresDoNotLinkToWhatIsNotSeen() async throws {
    try await TestService.with({ store in
      try TestTown.fill(store)
      var grounds = TestTown.playgrounds
      grounds.isPublic = false
      try store.updateCollection(grounds)
    }) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      let hidden = try await service.get("/collections/equipment/items/e1")
      #expect(!hidden.text.contains("/collections/playgrounds"))
      let seen = try await service.get("/collections/equipment/items/e1", headers: Self.bearer(token))
      #expect(seen.text.contains("/collections/playgrounds/items/p11"))
    }
  }

  @Test func aPreflightNeedsNoToken() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let reply = try await service.send(
        .options, "/collections/playgrounds/items/p11",
        headers: [.origin: "https://map.example", .accessControlRequestMethod: "PATCH"])
      #expect(reply.status == 200)
      #expect(reply.headers[.accessControlAllowOrigin] == "*")
      #expect(reply.headers[.accessControlAllowMethods]?.contains("PATCH") == true)
      for name in ["Authorization", "If-Match", "Content-Crs", "Idempotency-Key", "Content-Type"] {
        #expect(reply.headers[.accessControlAllowHeaders]?.contains(name) == true, "\(name)")
      }
    }
  }
}
