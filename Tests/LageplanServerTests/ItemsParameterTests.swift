import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

@testable import LageplanServer

/// What of the features is given, in which order, and which.
@Suite struct ItemsParameterTests {
  private func ids(_ reply: TestService.Reply) throws -> [String] {
    try reply.json["features"]?.array?.compactMap { $0["id"]?.text } ?? []
  }

  @Test(arguments: [
    ("properties=area,name", ["area", "name"], true), ("exclude-properties=name,fenced", ["area", "opened"], true),
    ("properties=name&skipGeometry=true", ["name"], false), ("properties=", [], true),
    ("skip-geometry=true&properties=id", [], false),
  ])
  func theSelectionDecidesWhatIsGiven(query: String, names: [String], hasGeometry: Bool) async throws {
    try await TestService.with(TestTown.fill) { service in
      for path in ["/collections/playgrounds/items/p11?\(query)", "/collections/playgrounds/items?limit=1&\(query)"] {
        let document = try await service.get(path).json
        let feature = try #require(document["features"]?[0] ?? document)
        #expect(feature["properties"]?.object?.map(\.key) == names)
        #expect(feature["geometry"]?.isNull == !hasGeometry)
      }
    }
  }

  @Test(arguments: [
    "properties=height", "exclude-properties=height", "properties=name&exclude-properties=area", "skipGeometry=perhaps",
    "sortby=height", "sortby=name,name", "sortby=", "after=x", "after=12~YWJj", "sortby=name&after=12", "q=", "asOf=yesterday",
    "filter-lang=cql2-text", "filter=name%20LIKE", "filter=height%3D1", "filter=true&filter-lang=sql", "limit=0",
    "near=10,52&sortby=name",
  ])
  func nonsenseIsRefusedWithItsPlace(query: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items?\(query)")
      #expect(reply.status == 400)
      #expect(reply.headers[.contentType] == "application/problem+json")
      #expect(try reply.json["parameter"]?.text != nil)
      #expect(try (reply.json["detail"]?.text?.count ?? 0) > 10)
    }
  }

  @Test(arguments: ["-area", "%2Bname", "+name", "fenced,-area", "opened", "-opened,id", "id"])
  func sortedPagesTellEveryFeatureOnceInOrder(sortby: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let whole = try ids(try await service.get("/collections/playgrounds/items?sortby=\(sortby)"))
      var path: String? = "/collections/playgrounds/items?limit=4&sortby=\(sortby)"
      var seen: [String] = []
      while let next = path {
        let reply = try await service.get(next)
        #expect(reply.status == 200)
        seen += try ids(reply)
        let link = try reply.json["links"]?.array?.first { $0["rel"] == "next" }
        path = link?["href"]?.text.map { String($0.dropFirst("http://town.example:8080".count)) }
      }
      #expect(seen == whole)
      #expect(Set(seen).count == 26)
    }
  }

  @Test func sortingOrdersByTheValues() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items?sortby=-area&properties=name&limit=3")
      #expect(try ids(reply) == ["p44", "p34", "p24"])
      // The key that is not among the properties asked for is not given.
      #expect(try reply.json["features"]?[0]?["properties"]?.object?.map(\.key) == ["name"])
    }
  }

  /// The oracle is the definition: what was there from the first page to the last is told exactly once.
  @Test(arguments: ["", "&sortby=area", "&sortby=-name"]) func pagingSurvivesEdits(sorting: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      var path: String? = "/collections/playgrounds/items?limit=5\(sorting)"
      var seen: [String] = []
      var round = 0
      while let next = path, round < 20 {
        let reply = try await service.get(next)
        seen += try ids(reply)
        let link = try reply.json["links"]?.array?.first { $0["rel"] == "next" }
        path = link?["href"]?.text.map { String($0.dropFirst("http://town.example:8080".count)) }
        // Each page, somebody deletes a feature that was told and adds one at the front of every order.
        if round < 3 {
          let gone = seen[round]
          var rest = [
            Feature(
              id: "new\(round)", geometry: nil, values: [.text("AAA"), .integer(-1), .null, .null])
          ][...]
          _ = try service.application.store.importFeatures(into: TestTown.playgrounds) { rest.popFirst() }
          _ = try service.application.store.edit([FeatureEdit(.delete(id: gone))], in: "playgrounds", actor: nil)
        }
        round += 1
      }
      let untouched = Set(seen.filter { !$0.hasPrefix("new") })
      #expect(untouched.count == 26)
      #expect(seen.count == Set(seen).count)
    }
  }

  @Test func wordsFindTheirFeatures() async throws {
    try await TestService.with(TestTown.fill) { service in
      for (path, found) in [
        ("playgrounds/items?q=OHNE", ["ohne Ort/ä"]), ("parks/items?q=tei", ["park"]), ("playgrounds/items?q=Bagger", []),
        ("playgrounds/items?q=platz%2044,ohne", ["p44", "ohne Ort/ä"]),
      ] {
        let reply = try await service.get("/collections/\(path)")
        #expect(try ids(reply) == found, "\(path)")
      }
      let south = try await service.get("/collections/playgrounds/items?q=sud&limit=30")
      #expect(try ids(south).count == 25)
    }
  }

  @Test func conditionsOfEveryKindHoldTogether() async throws {
    try await TestService.with(TestTown.fill) { service in
      let filter = RequestQuery.encode("area > 100 AND name LIKE 'Platz%'")
      let reply = try await service.get(
        "/collections/playgrounds/items?filter=\(filter)&datetime=2001-01-01/2001-02-28&fenced=false&bbox=10.6,52.3,10.9,52.425")
      #expect(Set(try ids(reply)) == ["p11", "p21", "p12", "p22"])
      let json = RequestQuery.encode(#"{"op":"=","args":[{"property":"area"},202]}"#)
      let other = try await service.get("/collections/playgrounds/items?filter-lang=cql2-json&filter=\(json)")
      #expect(try ids(other) == ["p22"])
    }
  }

  @Test func aBrokenFilterNamesThePlace() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items?filter=\(RequestQuery.encode("area > AND true"))")
      #expect(reply.status == 400)
      let problem = try reply.json
      #expect(problem["parameter"] == "filter")
      #expect(problem["position"] == 7)
    }
  }

  @Test(arguments: ["image/png", "application/xml", "text/html;q=0, image/*"]) func whatCannotBeGivenIs406(accept: String)
    async throws
  {
    try await TestService.with(TestTown.fill) { service in
      for path in ["/", "/collections", "/collections/parks", "/collections/parks/items", "/collections/parks/items/park"] {
        let reply = try await service.get(path, headers: [.accept: accept])
        #expect(reply.status == 406)
      }
    }
  }

  @Test func queryablesAndSortablesTellTheirTypes() async throws {
    try await TestService.with(TestTown.fill) { service in
      let queryables = try await service.get("/collections/playgrounds/queryables")
      #expect(queryables.headers[.contentType] == "application/schema+json")
      let document = try queryables.json
      #expect(document["properties"]?.object?.map(\.key) == ["id", "name", "area", "opened", "fenced", "geometry"])
      #expect(document["properties"]?["opened"]?["format"] == "date")
      #expect(document["properties"]?["opened"]?["x-ogc-role"] == "primary-instant")
      #expect(document["properties"]?["area"]?["x-ogc-unit"] == "m2")
      #expect(document["properties"]?["geometry"]?["format"] == "geometry-point")
      #expect(document["additionalProperties"] == false)
      let sortables = try await service.get("/collections/playgrounds/sortables").json
      #expect(sortables["properties"]?.object?.map(\.key) == ["id", "name", "area", "opened", "fenced"])
    }
  }

  @Test func thePastReachesBeyondTodaysExtent() async throws {
    try await TestService.with(TestTown.fill) { service in
      let store = service.application.store
      let far = Feature(
        id: "far", geometry: .point(Coordinate(longitude: 13.4, latitude: 52.5)), values: [.text("Berlin"), .null, .null, .null])
      _ = try store.edit([FeatureEdit(.insert(far))], in: "playgrounds", actor: "test")
      let moment = Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000) + 1)
      try await Task.sleep(for: .milliseconds(20))
      _ = try store.edit([FeatureEdit(.delete(id: "far"))], in: "playgrounds", actor: "test")
      let filter = RequestQuery.encode("S_INTERSECTS(geometry, BBOX(13, 52, 14, 53))")
      for condition in ["bbox=13,52,14,53", "filter=\(filter)"] {
        let now = try await service.get("/collections/playgrounds/items?\(condition)")
        #expect(try ids(now).isEmpty)
        let then = try await service.get("/collections/playgrounds/items?\(condition)&asOf=\(moment.iso)")
        #expect(try ids(then) == ["far"])
      }
    }
  }

  /// Other programs write what they like into the file: instants in any spelling, texts where days belong.
  @Test(arguments: ["opened", "-opened"]) func sortedPagesGoOnBehindWhateverIsStored(sortby: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let statements = [
        "UPDATE playgrounds SET opened = 'unbekannt' WHERE id = 'p10'", "UPDATE playgrounds SET opened = 1999 WHERE id = 'p20'",
        "UPDATE playgrounds SET opened = '2001-02-15T10:00:00+01:00' WHERE id = 'p30'",
      ]
      for statement in statements {
        let run = try CommandRun.program("spatialite", ["-silent", service.application.store.path, "\(statement);"])
        #expect(run.status == 0)
      }
      var path: String? = "/collections/playgrounds/items?limit=1&sortby=\(sortby)"
      var seen: [String] = []
      while let next = path, seen.count < 60 {
        let reply = try await service.get(next)
        #expect(reply.status == 200)
        seen += try ids(reply)
        let link = try reply.json["links"]?.array?.first { $0["rel"] == "next" }
        path = link?["href"]?.text.map { String($0.dropFirst("http://town.example:8080".count)) }
      }
      #expect(seen.count == 26)
      #expect(Set(seen).count == 26)
    }
  }

  @Test func aReferenceToWhatIsHiddenIsNotTold() async throws {
    try await TestService.with(TestTown.fill) { service in
      var descriptor = try service.application.store.descriptor(of: "equipment")
      descriptor.schema.properties[1].reference = "secret"
      try service.application.store.updateCollection(descriptor)
      for document in ["schema", "queryables", "sortables"] {
        for format in ["json", "html"] {
          let reply = try await service.get("/collections/equipment/\(document)?f=\(format)")
          #expect(reply.status == 200)
          #expect(!reply.text.contains("secret"), "\(document) as \(format)")
        }
      }
    }
  }
}
