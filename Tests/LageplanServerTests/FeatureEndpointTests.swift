import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import Testing

@testable import LageplanServer

@Suite struct FeatureEndpointTests {
  private func ids(_ reply: TestService.Reply) throws -> [String] {
    try reply.json["features"]?.array?.compactMap { $0["id"]?.text } ?? []
  }

  @Test func landingPageLeadsToEverything() async throws {
    try await TestService.with(TestTown.fill) { service in
      let landing = try await service.get("/")
      #expect(landing.status == 200)
      let links = try landing.json["links"]?.array ?? []
      let relations = Set(links.compactMap { $0["rel"]?.text })
      #expect(relations.isSuperset(of: ["self", "alternate", "service-desc", "service-doc", "conformance", "data"]))
      for link in links {
        let href = try #require(link["href"]?.text)
        #expect(href.hasPrefix("http://town.example:8080/"))
        if link["rel"] == "preview" { continue }
        let reply = try await service.get(String(href.dropFirst("http://town.example:8080".count)))
        #expect(reply.status == 200, "\(href)")
        let declared = link["type"]?.text?.split(separator: ";").first.map(String.init) ?? ""
        #expect(reply.headers[.contentType]?.hasPrefix(declared) == true, "\(href) is \(declared)")
      }
    }
  }

  @Test(arguments: [
    ("*/*", "application/json"), ("application/json, */*", "application/json"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ("application/geo+json", "application/json"),
    ("text/html;q=0.2, application/json", "application/json"),
  ])
  func acceptDecidesTheSpelling(accept: String, expected: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections", headers: [.accept: accept])
      #expect(reply.headers[.contentType]?.hasPrefix(expected) == true)
    }
  }

  @Test func pagesVisitEveryFeatureOnce() async throws {
    try await TestService.with(TestTown.fill) { service in
      var path: String? = "/collections/playgrounds/items?limit=7"
      var seen: [String] = []
      var pages = 0
      while let next = path {
        let reply = try await service.get(next)
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "application/geo+json")
        let page = try reply.json
        #expect(page["numberMatched"] == 26)
        seen += try ids(reply)
        let link = page["links"]?.array?.first { $0["rel"] == "next" }
        #expect(link == nil || link?["type"] == "application/geo+json")
        path = link?["href"]?.text.map { String($0.dropFirst("http://town.example:8080".count)) }
        pages += 1
      }
      #expect(pages == 4)
      #expect(seen.count == 26)
      #expect(Set(seen).count == 26)
    }
  }

  @Test func boxHoldsWhatLiesInIt() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items?bbox=10.695,52.395,10.715,52.415")
      #expect(Set(try ids(reply)) == ["p00", "p10", "p01", "p11"])
      // The same box finds what is stored in metres.
      let swings = try await service.get("/collections/equipment/items?bbox=10.7099,52.4099,10.71005,52.4101")
      #expect(try ids(swings) == ["e1"])
      // A box in the pond of the park does not meet the park; one over its border does.
      let pond = try await service.get("/collections/parks/items?bbox=10.717,52.417,10.72,52.42")
      #expect(try ids(pond).isEmpty)
      let shore = try await service.get("/collections/parks/items?bbox=10.71,52.41,10.72,52.42")
      #expect(try ids(shore) == ["park"])
    }
  }

  @Test(arguments: [
    ("area=203", ["p32"]), ("fenced=true&area=4", ["p40"]), ("opened=2001-02-15&fenced=true", ["p20"]),
    ("area=203&fenced=true", []),
    ("name=Platz+11+%E2%80%9ES%C3%BCd%E2%80%9C+%26+%3COst%3E", ["p11"]),
  ])
  func propertiesFilterByEquality(query: String, expected: [String]) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items?\(query)")
      #expect(reply.status == 200)
      #expect(try ids(reply) == expected)
      #expect(try reply.json["numberMatched"] == .integer(Int64(expected.count)))
    }
  }

  /// Opened: columns 1 to 4 on the 15th of January to April 2001; column 0 never.
  @Test(arguments: [
    ("2001-02-15", [2]), ("2001-02-15T00:00:00Z/2001-03-15T12:00:00Z", [2, 3]), ("../2001-02-15", [1, 2]),
    ("2001-03-01/..", [3, 4]),
    ("/2001-01-14", []),
  ])
  func datetimeFindsWhatLiesInTheInterval(datetime: String, columns: [Int]) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items?datetime=\(datetime)")
      #expect(Set(try ids(reply)) == Set(columns.flatMap { column in (0..<5).map { "p\(column)\($0)" } }))
      // A collection without a property of time is not bounded by it.
      #expect(try ids(try await service.get("/collections/equipment/items?datetime=\(datetime)")).count == 2)
    }
  }

  @Test func aBoxMayCrossTheAntimeridian() async throws {
    try await TestService.with(TestTown.fill) { service in
      let around = try await service.get("/collections/playgrounds/items?bbox=10.735,52,-170,53")
      #expect(Set(try ids(around)) == ["p40", "p41", "p42", "p43", "p44"])
      let metres = try await service.get("/collections/equipment/items?bbox=170,-90,10.71005,90")
      #expect(try ids(metres) == ["e1"])
    }
  }

  @Test func nearestComeInOrderWithGeodesicDistances() async throws {
    try await TestService.with(TestTown.fill) { service in
      let here = Coordinate(longitude: 10.713, latitude: 52.411)
      let reply = try await service.get("/collections/playgrounds/items?near=10.713,52.411&limit=5")
      let all = (0..<25).map { at in
        (id: "p\(at % 5)\(at / 5)", metres: Geodesic.distance(here, TestTown.place(column: at % 5, row: at / 5)).value)
      }.sorted { $0.metres < $1.metres }
      #expect(try ids(reply) == all.prefix(5).map(\.id))
      let distances = try reply.json["features"]?.array?.compactMap { $0["properties"]?["distance"]?.number } ?? []
      for (found, expected) in zip(distances, all) { #expect(abs(found - expected.metres) < 0.01) }
      let within = try await service.get("/collections/playgrounds/items?near=10.713,52.411&radius=1000")
      #expect(try ids(within) == all.filter { $0.metres <= 1_000 }.map(\.id))
      #expect(try within.json["numberMatched"] == .integer(Int64(all.count { $0.metres <= 1_000 })))
    }
  }

  @Test func polygonWithAHoleFindsWhatIsInItAndNotInTheHole() async throws {
    try await TestService.with(TestTown.fill) { service in
      let body = """
        {"type":"Polygon","coordinates":[[[10.705,52.405],[10.735,52.405],[10.735,52.435],[10.705,52.435],[10.705,52.405]],\
        [[10.715,52.415],[10.725,52.415],[10.725,52.425],[10.715,52.425],[10.715,52.415]]]}
        """
      let reply = try await service.post("/collections/playgrounds/search", body)
      #expect(reply.status == 200)
      #expect(Set(try ids(reply)) == ["p11", "p21", "p31", "p12", "p32", "p13", "p23", "p33"])
      let firstPage = try await service.post("/collections/playgrounds/search?limit=5", body)
      let next = try #require(try firstPage.json["links"]?.array?.first { $0["rel"] == "next" })
      #expect(next["method"] == "POST")
      let path = try #require(next["href"]?.text).dropFirst("http://town.example:8080".count)
      let rest = try await service.post(String(path), body)
      #expect(Set(try ids(firstPage) + ids(rest)) == Set(try ids(reply)))
    }
  }

  @Test func alongALineComesInItsOrder() async throws {
    try await TestService.with(TestTown.fill) { service in
      let line = #"{"type":"LineString","coordinates":[[10.745,52.4201],[10.695,52.4201]]}"#
      let reply = try await service.post("/collections/playgrounds/search?radius=50", line)
      #expect(try ids(reply) == ["p42", "p32", "p22", "p12", "p02"])
      let along = try reply.json["features"]?.array?.compactMap { $0["properties"]?["along"]?.number } ?? []
      #expect(along == along.sorted())
      let first = Geodesic.distance(
        Coordinate(longitude: 10.745, latitude: 52.4201), Coordinate(longitude: 10.74, latitude: 52.4201))
      #expect(abs((along.first ?? 0) - first.value) < 0.5)
    }
  }

  @Test func equipmentLinksToItsPlaygroundAndBack() async throws {
    try await TestService.with(TestTown.fill) { service in
      let items = try await service.get("/collections/equipment/items")
      let feature = try #require(try items.json["features"]?[0])
      let up = try #require(feature["links"]?[0]?["href"]?.text)
      #expect(up == "http://town.example:8080/collections/playgrounds/items/p11")
      let playground = try await service.get("/collections/playgrounds/items/p11")
      let down = try #require(
        try playground.json["links"]?.array?.compactMap { $0["href"]?.text }.first { $0.contains("equipment") },
        "\(playground.text)")
      let belonging = try await service.get(String(down.dropFirst("http://town.example:8080".count)))
      #expect(try ids(belonging) == ["e1", "e2"])
    }
  }

  @Test func idsOfAnySpellingAreReached() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items/ohne%20Ort%2F%C3%A4")
      #expect(reply.status == 200)
      #expect(try reply.json["id"] == "ohne Ort/ä")
      #expect(try reply.json["geometry"] == .null)
      let page = try await service.get("/collections/playgrounds/items/ohne%20Ort%2F%C3%A4?f=html")
      #expect(page.status == 200)
    }
  }

  @Test func pagesForPeopleEscapeWhatTheDataSay() async throws {
    try await TestService.with(TestTown.fill) { service in
      let page = try await service.get("/collections/playgrounds/items?f=html&limit=3")
      #expect(page.text.contains("„Süd“ &amp; &lt;Ost&gt;"))
      #expect(!page.text.contains("<Ost>"))
      #expect(page.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
    }
  }

  @Test func whatIsNotPublicIsNowhere() async throws {
    try await TestService.with(TestTown.fill) { service in
      for path in [
        "/collections/secret", "/collections/secret/items", "/collections/secret/items/s1", "/collections/secret/schema",
        "/tiles/secret.json", "/tiles/secret/0/0/0.mvt", "/tiles/playgrounds,secret/0/0/0.mvt",
        "/collections/secret/tiles/WebMercatorQuad/0/0/0",
      ] {
        #expect(try await service.get(path).status == 404, "\(path)")
      }
      for path in ["/", "/collections", "/api", "/collections?f=html", "/api?f=html"] {
        let text = try await service.get(path).text
        #expect(!text.contains("secret") && !text.contains("Beschwerden"), "\(path)")
      }
      let unknown = try await service.get("/collections/nothing")
      #expect(!unknown.text.contains("secret"))
    }
  }
}
