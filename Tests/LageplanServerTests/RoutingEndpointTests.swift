import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

@testable import LageplanServer

/// Our own resources about roads, over the grid of ``RoutingTown``: the oracle counts stretches.
@Suite struct RoutingEndpointTests {
  private func at(_ column: Int, _ row: Int) -> String {
    let place = TestTown.place(column: column, row: row)
    return "\(place.x),\(place.y)"
  }

  @Test func withoutRoadsThatIsSaid() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/routing/v1/table?places=\(at(1, 0));\(at(2, 0))")
      #expect(reply.status == 404)
      #expect(try reply.json["code"] == "no-roads")
      #expect(try await service.get("/health").json["roads"]?["status"] == "none")
      let osrm = try await service.get("/route/v1/driving/\(at(1, 0));\(at(2, 0))")
      #expect(osrm.status == 400)
      #expect(try osrm.json["code"] == "DisabledDataset")
    }
  }

  @Test func profilesAreTold() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let profiles = try await service.get("/routing/v1/profiles").json
      #expect(profiles["profiles"]?.array?.compactMap { $0["id"]?.text } == ["car", "foot"])
      #expect(profiles["source"]?["file"] == "town.osm.pbf")
      #expect(try await service.get("/health").json["roads"]?["status"] == "ready")
    }
  }

  @Test func theTableCountsStretches() async throws {
    let places = [(1, 0), (3, 2), (4, 4), (2, 1)]
    try await TestService.with(RoutingTown.fill) { service in
      let text = places.map { at($0.0, $0.1) }.joined(separator: ";")
      let body = "{\"places\": [\(places.map { "[\(at($0.0, $0.1))]" }.joined(separator: ","))]}"
      let got = try await service.get("/routing/v1/table?places=\(text)").json
      let posted = try await service.post("/routing/v1/table", body, type: "application/json").json
      #expect(got.json == posted.json)
      for (row, from) in places.enumerated() {
        for (column, to) in places.enumerated() {
          #expect(got["durations"]?[row]?[column]?.number == RoutingTown.seconds((from.0, from.1), (to.0, to.1)))
        }
      }
    }
  }

  @Test func whatIsNotReachedSaysWhy() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let island = RoutingTown.island
      let table = try await service.get(
        "/routing/v1/table?places=\(at(1, 1));\(island.x),\(island.y);10.9,52.6"
      ).json
      #expect(table["durations"]?[0]?[1]?.isNull == true)
      #expect(table["durations"]?[0]?[2]?.isNull == true)
      #expect(table["reasons"]?.array?.contains { $0["from"] == 0 && $0["to"] == 1 && $0["reason"] == "unreachable" } == true)
      #expect(table["to"]?[2]?["reason"] == "notOnNetwork")
      let route = try await service.get("/routing/v1/route?places=\(at(1, 1));\(island.x),\(island.y)")
      #expect(route.status == 404)
      #expect(try route.json["code"] == "no-route")
      let off = try await service.get("/routing/v1/route?places=\(at(1, 1));10.9,52.6")
      #expect(try off.json["code"] == "not-on-network")
    }
  }

  @Test func aRouteFollowsItsStreets() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let route = try await service.get("/routing/v1/route?places=\(at(1, 0));\(at(3, 0))&steps=true").json
      #expect(route["properties"]?["duration"]?.number == 120)
      #expect(route["properties"]?["length"]?.number == 1_360)
      let steps = route["properties"]?["legs"]?[0]?["steps"]?.array ?? []
      #expect(steps.map { $0["type"]?.text } == ["depart", "arrive"])
      #expect(steps.first?["name"] == "Reihe 0")
      let line = route["geometry"]?["coordinates"]?.array ?? []
      #expect(line.first?[0]?.number == 10.71)
      #expect(line.last?[0]?.number == 10.73)
    }
  }

  @Test func oneWaysAreKeptByCarsAndNotOnFoot() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      // From the middle of one stretch of the one-way column to that of the next to the south.
      let path = "/routing/v1/table?from=10.7,52.425&to=10.7,52.415&profile="
      // By car on to the north and round two blocks: 50 + 60 + 200 + 60 + 50 s.
      #expect(try await service.get(path + "car").json["durations"]?[0]?[0]?.number == 420)
      #expect(try await service.get(path + "foot").json["durations"]?[0]?[0]?.number == 1_000)
      let unknown = try await service.get(path + "boat")
      #expect(unknown.status == 400)
      #expect(unknown.text.contains("car, foot"))
    }
  }

  // MARK: Features by road

  /// All playgrounds with a place by their way from one, those of the one-way column left out: their ways are longer.
  private func expected(from column: Int, _ row: Int) -> [String: Double] {
    var result: [String: Double] = [:]
    for r in 0..<5 { for c in 1..<5 { result["p\(c)\(r)"] = RoutingTown.seconds((column, row), (c, r)) } }
    return result
  }

  @Test func listsByRoadAreSortedByDurationPageByPage() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      var path: String? = "/collections/playgrounds/items?near=\(at(2, 2))&by=car&limit=4"
      var seen: [(id: String, duration: Double)] = []
      while let asked = path, seen.count < 100 {
        let page = try await service.get(asked).json
        for feature in page["features"]?.array ?? [] {
          seen.append(
            (feature["id"]?.text ?? "", try #require(feature["properties"]?["duration"]?.number)))
          #expect(feature["properties"]?["length"]?.number != nil)
          #expect(feature["properties"]?["distance"]?.number != nil)
        }
        path = page["links"]?.array?.first { $0["rel"] == "next" }?["href"]?.text.map {
          String($0.dropFirst("http://town.example:8080".count))
        }
      }
      #expect(seen.count == 25)
      #expect(Set(seen.map(\.id)).count == 25)
      #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.duration <= $1.duration })
      for (id, duration) in expected(from: 2, 2) { #expect(seen.first { $0.id == id }?.duration == duration, "\(id)") }
    }
  }

  @Test func theNearestByRoadAreThoseOfTheTable() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let nearest = try await service.get(
        "/routing/v1/nearest?from=\(at(4, 4))&collection=playgrounds&limit=5&skipGeometry=true"
      ).json
      let features = nearest["features"]?.array ?? []
      #expect(features.map { $0["properties"]?["duration"]?.number } == [0, 60, 100, 120, 160])
      #expect(features.first?["id"] == "p44")
      #expect(features.first?["geometry"]?.isNull == true)
    }
  }

  @Test func whatIsReachedInSomeMinutesIsListed() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      for minutes in [2.0, 4.0, 5.5] {
        let reached = try await service.get(
          "/routing/v1/reachable?from=\(at(4, 0))&minutes=\(minutes)&collection=playgrounds&reverse=true"
        ).json
        let ids = Set(reached["features"]?.array?.compactMap { $0["id"]?.text } ?? []).filter { !$0.hasPrefix("p0") }
        #expect(ids == Set(expected(from: 4, 0).filter { $0.value <= minutes * 60 }.keys))
      }
    }
  }

  @Test func whatIsNotPublicIsNotListed() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      for path in ["nearest?from=\(at(1, 1))&collection=secret", "reachable?from=\(at(1, 1))&minutes=9&collection=secret"] {
        let reply = try await service.get("/routing/v1/\(path)")
        #expect(reply.status == 404)
        #expect(!reply.text.contains("Lärm"))
      }
    }
  }

  // MARK: Areas

  @Test func areasHoldWhatIsReachedAndNotWhatIsFar() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let areas = try await service.get("/routing/v1/reachable?from=\(at(2, 2))&minutes=1.5,4").json
      let features = areas["features"]?.array ?? []
      #expect(features.map { $0["properties"]?["minutes"]?.number } == [4, 1.5])
      let wide = try Geometry(geoJSON: try #require(features.first?["geometry"]))
      let narrow = try Geometry(geoJSON: try #require(features.last?["geometry"]))
      // 60 s to the east is reached in both, two stretches to the north (200 s) only in the wide one.
      for (area, holds) in [(wide, [(3, 2), (2, 4)]), (narrow, [(3, 2)])] {
        for (column, row) in holds {
          #expect(try PreparedGeometry(area).intersects(.point(TestTown.place(column: column, row: row))))
        }
      }
      #expect(try !PreparedGeometry(narrow).intersects(.point(TestTown.place(column: 2, row: 4))))
      #expect(try !PreparedGeometry(wide).intersects(.point(RoutingTown.island)))
    }
  }

  @Test func valhallasAreasAreTheSame() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let body = """
        {"locations": [{"lon": 10.72, "lat": 52.42}], "costing": "auto", "contours": [{"time": 4, "color": "00ff00"}], "polygons": true,
         "units": "km"}
        """
      let reply = try await service.post("/isochrone", body, type: "application/json")
      #expect(reply.status == 200, "\(reply.text)")
      let feature = try reply.json["features"]?[0]
      #expect(feature?["properties"]?["contour"]?.number == 4)
      #expect(feature?["properties"]?["fill"] == "#00ff00")
      #expect(feature?["geometry"]?["type"] == "Polygon")
      #expect(try reply.json["warnings"]?.array?.count == 1)
      let asked = try await service.get("/isochrone?json=\(RequestQuery.encode(body))")
      #expect(asked.text == reply.text)
    }
  }

  @Test func faultsOfValhallasRequestsAreTold() async throws {
    let bodies = [
      #"{"costing":"auto","contours":[{"time":4}]}"#,
      #"{"locations":[{"lon":10.72,"lat":52.42}],"costing":"boat","contours":[{"time":4}]}"#,
      #"{"locations":[{"lon":10.72,"lat":52.42}],"costing":"auto","contours":[{"time":4,"distance":2}]}"#,
      #"{"locations":[{"lon":10.72,"lat":52.42}],"costing":"auto","contours":[{"time":4000}]}"#,
      #"{"locations":[{"lon":3,"lat":12}],"costing":"auto","contours":[{"time":4}]}"#, "[]",
    ]
    try await TestService.with(RoutingTown.fill) { service in
      for body in bodies {
        let reply = try await service.post("/isochrone", body, type: "application/json")
        #expect(reply.status == 400, "\(body)")
        #expect(try reply.json["error_code"]?.integer != nil)
        #expect(try reply.json["error"]?.text?.isEmpty == false)
      }
    }
  }

  @Test func whatCannotBeMeantIsRefused() async throws {
    let paths = [
      "route?places=10.7,52.4", "route?places=10.7", "table", "table?places=10.7,100", "reachable?from=10.72,52.42",
      "reachable?from=10.72,52.42&minutes=5&metres=5", "reachable?from=10.72,52.42&minutes=0",
      "reachable?from=10.72,52.42&minutes=100000",
      "reachable?from=10.72,52.42&minutes=1,2&collection=playgrounds", "nearest?from=10.72,52.42", "snap",
      "snap?places=1,2&count=0",
      "route?places=10.7,52.4;10.71,52.4&speed=3", "reachable?from=10.72,52.42;1,2&minutes=5", "nearest?collection=playgrounds",
    ]
    try await TestService.with(RoutingTown.fill) { service in
      for path in paths {
        let reply = try await service.get("/routing/v1/\(path)")
        #expect(reply.status == 400, "\(path): \(reply.text)")
        #expect(try reply.json["detail"]?.text?.isEmpty == false)
      }
    }
  }

  @Test func limitsAreToldWithTheirNumber() async throws {
    try await TestService.with(
      RoutingTown.fill, configure: { $0.routing.tableCells = 4 }
    ) { service in
      let places = (0..<3).map { at($0, 0) }.joined(separator: ";")
      let own = try await service.get("/routing/v1/table?places=\(places)")
      #expect(own.status == 400)
      #expect(try own.json["code"] == "too-big")
      let osrm = try await service.get("/table/v1/driving/\(places)")
      #expect(try osrm.json["code"] == "TooBig")
      #expect(osrm.text.contains("4"))
    }
  }

  @Test func aTableTakesSoManyPlaces() async throws {
    try await TestService.with(
      RoutingTown.fill, configure: { $0.routing.tablePlaces = 2 }
    ) { service in
      let places = (0..<3).map { at($0, 0) }.joined(separator: ";")
      // One row: few cells, and too many places all the same.
      let own = try await service.get("/routing/v1/table?from=\(at(1, 0))&to=\(places)")
      #expect(own.status == 400)
      let osrm = try await service.get("/table/v1/driving/\(places)?sources=0&destinations=1")
      #expect(try osrm.json["code"] == "TooBig")
      #expect(try await service.get("/routing/v1/table?from=\(at(1, 0));\(at(2, 0))&to=\(at(1, 1));\(at(2, 1))").status == 200)
    }
  }

  @Test func settingsOfLimitsStayWithinWhatCanBeComputed() throws {
    #expect(try RoutingLimits(parsing: ["table-places=20000", "reachable-metres=10000000"]).tablePlaces == 20_000)
    for setting in ["reachable-metres=10000001", "reachable-minutes=100001", "table-places=0", "table-places", "places=3"] {
      #expect(throws: RoutingLimits.Unknown.self, "\(setting)") { try RoutingLimits(parsing: [setting]) }
    }
  }

  @Test func reasonsAreCountedWhereTheyAreTooManyToName() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let island = RoutingTown.island
      let mainland = Array(repeating: at(1, 1), count: 30).joined(separator: ";")
      let islands = Array(repeating: "\(island.x),\(island.y)", count: 40).joined(separator: ";")
      let table = try await service.get("/routing/v1/table?from=\(mainland)&to=\(islands)").json
      #expect(table["reasons"]?.array?.count == 1_000)
      #expect(table["reasonsLeftOut"]?.integer == 200)
    }
  }

  // MARK: Many places and pages

  @Test func featuresThatAreReachedComePageByPage() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let whole = try await service.get("/routing/v1/reachable?from=\(at(4, 0))&minutes=5.5&collection=playgrounds").json
      let ids = whole["features"]?.array?.compactMap { $0["id"]?.text } ?? []
      #expect(whole["numberMatched"]?.integer == Int64(ids.count))
      #expect(whole["links"]?.array?.contains { $0["rel"] == "next" } == false)
      for resource in ["reachable?minutes=5.5", "nearest?reverse=false"] {
        var path: String? = "/routing/v1/\(resource)&from=\(at(4, 0))&collection=playgrounds&limit=3"
        var seen: [String] = []
        while let asked = path, seen.count < 100 {
          let reply = try await service.get(asked)
          #expect(reply.status == 200, "\(reply.text)")
          let page = try reply.json
          seen += page["features"]?.array?.compactMap { $0["id"]?.text } ?? []
          path = page["links"]?.array?.first { $0["rel"] == "next" }?["href"]?.text.map {
            String($0.dropFirst("http://town.example:8080".count))
          }
        }
        #expect(Set(seen).count == seen.count)
        #expect(Array(seen.prefix(ids.count)) == ids)
        #expect(seen.count == (resource.hasPrefix("nearest") ? 25 : ids.count))
      }
      let wrong = try await service.get("/routing/v1/nearest?from=\(at(4, 0))&collection=playgrounds&after=3")
      #expect(wrong.status == 400)
    }
  }

  @Test func longRoutesAreThoseOfTheirLegs() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      // To and fro between two crossings: 30 legs of two stretches.
      let places = (0...30).map { at($0 % 2 == 0 ? 1 : 3, 1) }.joined(separator: ";")
      let route = try await service.get("/routing/v1/route?places=\(places)").json
      #expect(route["properties"]?["legs"]?.array?.count == 30)
      #expect(route["properties"]?["legs"]?[0]?["duration"]?.number == 120)
    }
  }

  @Test func severalContoursAreThoseOfSingleRequests() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      for contours in [["minutes=1.5", "minutes=2", "minutes=4"], ["metres=700", "metres=2500"]] {
        let name = try #require(contours.first?.split(separator: "=").first)
        let all = contours.compactMap { $0.split(separator: "=").last.map(String.init) }.joined(separator: ",")
        let together =
          try await service.get("/routing/v1/reachable?from=\(at(2, 2))&\(name)=\(all)").json["features"]?.array ?? []
        #expect(together.count == contours.count)
        for (feature, contour) in zip(together, contours.reversed()) {
          let alone = try await service.get("/routing/v1/reachable?from=\(at(2, 2))&\(contour)").json["features"]?[0]
          #expect(feature["geometry"]?.json == alone?["geometry"]?.json)
        }
      }
      // Valhalla's clients may mix minutes and kilometres.
      let ask = { (contours: String) in
        let body = """
          {"locations": [{"lon": 10.72, "lat": 52.42}], "costing": "auto", "polygons": true, "contours": [\(contours)]}
          """
        return try await service.post("/isochrone", body, type: "application/json").json["features"]?.array ?? []
      }
      let contours = ["{\"distance\": 1.5}", "{\"time\": 2}", "{\"distance\": 3}", "{\"time\": 5}"]
      let mixed = try await ask(contours.joined(separator: ","))
      #expect(mixed.count == 4)
      for (feature, contour) in zip(mixed, contours.reversed()) {
        #expect(feature["geometry"]?.json == (try await ask(contour)).first?["geometry"]?.json)
      }
    }
  }
}
