import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanServer

/// The interface that OSRM's clients know, over the grid of ``RoutingTown``: shapes as its documentation tells them, numbers as the grid does.
@Suite struct RoutingOsrmTests {
  private func at(_ column: Int, _ row: Int) -> String {
    let place = TestTown.place(column: column, row: row)
    return "\(place.x),\(place.y)"
  }

  @Test func aRouteHasTheMembersThatClientsRead() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let reply = try await service.get(
        "/route/v1/driving/\(at(1, 0));\(at(3, 0));\(at(3, 1))?steps=true&annotations=true&overview=full&geometries=geojson")
      #expect(reply.status == 200)
      let answer = try reply.json
      #expect(answer["code"] == "Ok")
      let route = answer["routes"]?[0]
      #expect(route?["duration"]?.number == 220)
      #expect(route?["weight"]?.number == 220)
      #expect(route?["weight_name"] == "duration")
      #expect(route?["distance"]?.number == 2_472)
      #expect(route?["geometry"]?["type"] == "LineString")
      #expect(route?["legs"]?.array?.map { $0["duration"]?.number } == [120, 100])
      for leg in route?["legs"]?.array ?? [] {
        let steps = leg["steps"]?.array ?? []
        #expect(steps.first?["maneuver"]?["type"] == "depart")
        #expect(steps.last?["maneuver"]?["type"] == "arrive")
        #expect(steps.reduce(0) { $0 + ($1["distance"]?.number ?? 0) } == leg["distance"]?.number)
        #expect(
          steps.allSatisfy { $0["mode"] == "driving" && $0["driving_side"] == "right" && $0["intersections"]?.array?.count == 1 })
        let distances = leg["annotation"]?["distance"]?.array?.compactMap(\.number) ?? []
        #expect(abs(distances.reduce(0, +) - (leg["distance"]?.number ?? 0)) < 0.01)
        #expect(leg["annotation"]?["duration"]?.array?.count == distances.count)
      }
      // From north 0 degrees clockwise: first to the east, then to the north.
      let bearings = route?["legs"]?.array?.compactMap { $0["steps"]?[0]?["maneuver"]?["bearing_after"]?.integer }
      #expect(bearings == [90, 0])
      let waypoints = answer["waypoints"]?.array ?? []
      #expect(waypoints.count == 3)
      #expect(waypoints.allSatisfy { $0["distance"]?.number == 0 && $0["hint"]?.text?.isEmpty == false && $0["name"] != nil })
    }
  }

  @Test func radiusesBeyondAllMeasureAreRefused() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      // In the sea: nothing is found within any radius.
      for (radius, code) in [
        ("1e19", "InvalidOptions"), ("100001", "InvalidOptions"), ("100000", "NoSegment"), ("0", "NoSegment"),
      ] {
        let reply = try await service.get("/nearest/v1/driving/3,54?radiuses=\(radius)")
        #expect(reply.status == 400)
        #expect(try reply.json["code"]?.text == code, "\(radius)")
      }
    }
  }

  @Test func linesHaveTheFormThatIsAskedFor() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let path = "/route/v1/driving/10.713,52.4;10.718,52.4?overview="
      let full = try await service.get(path + "full").json["routes"]?[0]?["geometry"]?.text
      let line = try #require(full.flatMap { Polyline.decode($0.utf8, decimals: 5) })
      #expect(line == [Coordinate(x: 10.713, y: 52.4), Coordinate(x: 10.718, y: 52.4)])
      let fine = try await service.get(path + "simplified&geometries=polyline6").json["routes"]?[0]?["geometry"]?.text
      #expect(fine.flatMap { Polyline.decode($0.utf8, decimals: 6) } == line)
      #expect(try await service.get(path + "false").json["routes"]?[0]?["geometry"] == nil)
      let legs = try await service.get(path + "by_legs").json["routes"]?[0]
      #expect(legs?["geometry"] == nil)
      #expect(legs?["legs"]?[0]?["geometry"]?.text == full)
    }
  }

  @Test func placesThatAreOnlyPassedAreNoWaypoints() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let answer = try await service.get(
        "/route/v1/driving/\(at(1, 0));\(at(2, 0));\(at(3, 0))?waypoints=0;2&steps=true"
      ).json
      #expect(answer["waypoints"]?.array?.count == 2)
      let legs = answer["routes"]?[0]?["legs"]?.array ?? []
      #expect(legs.count == 1)
      #expect(legs.first?["duration"]?.number == 120)
      let types = legs.first?["steps"]?.array?.compactMap { $0["maneuver"]?["type"]?.text }
      #expect(types == ["depart", "arrive"])
    }
  }

  @Test func tablesHaveRowsOfSourcesAndColumnsOfDestinations() async throws {
    let places = [(1, 0), (2, 2), (4, 1)]
    try await TestService.with(RoutingTown.fill) { service in
      let path = "/table/v1/driving/\(places.map { at($0.0, $0.1) }.joined(separator: ";"))"
      let answer = try await service.get(path + "?sources=0;2&annotations=duration,distance&scale_factor=2").json
      for (row, from) in [places[0], places[2]].enumerated() {
        for (column, to) in places.enumerated() {
          #expect(answer["durations"]?[row]?[column]?.number == 2 * RoutingTown.seconds((from.0, from.1), (to.0, to.1)))
        }
      }
      #expect(answer["distances"]?[0]?[1]?.number == 2_904)
      #expect(answer["sources"]?.array?.count == 2)
      #expect(answer["destinations"]?.array?.count == 3)
      #expect(try await service.get(path).json["distances"] == nil)
      let bare = try await service.get(path + "?skip_waypoints=true").json
      #expect(bare["sources"] == nil && bare["destinations"] == nil)
    }
  }

  @Test func whereNoWayIsCellsAreNullOrEstimated() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let island = "\(RoutingTown.island.x),\(RoutingTown.island.y)"
      let path = "/table/v1/driving/\(at(1, 0));\(island)?annotations=duration,distance"
      let plain = try await service.get(path).json
      #expect(plain["durations"]?[0]?[1]?.isNull == true)
      #expect(plain["fallback_speed_cells"] == nil)
      let estimated = try await service.get(path + "&fallback_speed=10").json
      let metres = Geodesic.distance(TestTown.place(column: 1, row: 0), RoutingTown.island).value
      #expect(abs((estimated["durations"]?[0]?[1]?.number ?? 0) - metres / 10) < 0.1)
      #expect(abs((estimated["distances"]?[0]?[1]?.number ?? 0) - metres) < 0.1)
      #expect(estimated["fallback_speed_cells"]?.json == "[[0,1],[1,0]]")
      let route = try await service.get("/route/v1/driving/\(at(1, 0));\(island)")
      #expect(route.status == 400)
      #expect(try route.json["code"] == "NoRoute")
      #expect(try await service.get("/trip/v1/driving/\(at(1, 0));\(island)").json["code"] == "NoTrips")
    }
  }

  @Test func theNearestRoadsComeInTheirOrder() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let answer = try await service.get("/nearest/v1/driving/10.715,52.4005?number=3").json
      let found = answer["waypoints"]?.array ?? []
      #expect(found.count == 3)
      #expect(found.first?["name"] == "Reihe 0")
      let distances = found.compactMap { $0["distance"]?.number }
      #expect(distances == distances.sorted())
      // 0.0005 degrees of latitude.
      #expect(abs((distances.first ?? 0) - 55.6) < 0.2)
      #expect(try await service.get("/nearest/v1/driving/10.5,52.4").json["code"] == "NoSegment")
    }
  }

  @Test func bearingsAndSidesChooseTheDirection() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      // On the street from p10 to p20, a little north of it, bound for the east.
      let path = "/route/v1/driving/10.713,52.4001;\(at(3, 0))"
      let direct = try await service.get(path + "?bearings=90,20;").json["routes"]?[0]?["duration"]?.number ?? 0
      let turned = try await service.get(path + "?bearings=270,20;").json["routes"]?[0]?["duration"]?.number ?? 0
      #expect(abs(direct - 102) < 1)
      #expect(turned > direct + 200)
      // Who drives on the right has a place north of the street at the curb when going west.
      let curb = try await service.get(path + "?approaches=curb;").json["routes"]?[0]?["duration"]?.number
      let opposite = try await service.get(path + "?approaches=opposite;").json["routes"]?[0]?["duration"]?.number
      #expect(curb == turned)
      #expect(opposite == direct)
    }
  }

  @Test func aTripVisitsEachPlaceOnceAndReturns() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let path = "/trip/v1/driving/\(at(1, 1));\(at(3, 3));\(at(3, 1));\(at(1, 3))"
      let answer = try await service.get(path).json
      #expect(answer["code"] == "Ok")
      // Round the square: four stretches of 60 s and four of 100 s.
      #expect(answer["trips"]?[0]?["duration"]?.number == 640)
      #expect(answer["trips"]?[0]?["legs"]?.array?.count == 4)
      let indices = answer["waypoints"]?.array?.compactMap { $0["waypoint_index"]?.integer } ?? []
      #expect(indices.sorted() == [0, 1, 2, 3])
      #expect(indices.first == 0)
      let open = try await service.get(path + "?roundtrip=false&source=first&destination=last").json
      #expect(open["trips"]?[0]?["legs"]?.array?.count == 3)
      #expect(open["waypoints"]?[3]?["waypoint_index"] == 3)
    }
  }

  @Test func bodiesAskForTheSame() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let body = #"{"coordinates":[[10.71,52.4],[10.73,52.41]],"overview":"full","steps":true,"bearings":[[90,30],null]}"#
      let posted = try await service.post("/route/v1/driving", body, type: "application/json")
      let got = try await service.get("/route/v1/driving/10.71,52.4;10.73,52.41?overview=full&steps=true&bearings=90,30;")
      #expect(posted.status == 200)
      #expect(posted.text == got.text)
      #expect(try await service.post("/route/v1/driving", "{", type: "application/json").json["code"] == "InvalidQuery")
      #expect(try await service.post("/route/v1/driving", body, type: "text/plain").status == 415)
      #expect(try await service.send(.post, "/nearest/v1/driving/10.71,52.4").status == 405)
    }
  }

  @Test func faultsHaveTheCodesOfOsrm() async throws {
    let cases = [
      ("/route/v1/driving/10.71,52.4", "InvalidOptions"), ("/route/v1/flying/10.71,52.4;10.72,52.4", "InvalidValue"),
      ("/route/v1/driving/10.71,52.4;10.72,52.4?waypoints=0", "InvalidOptions"),
      ("/route/v1/driving/10.71,52.4;10.72,52.4?annotations=nodes", "InvalidValue"),
      ("/route/v1/driving/10.71,52.4;10.72,52.4?overview=some", "InvalidQuery"),
      ("/route/v1/driving/10.71,52.4;10.72,52.4?steps=true&steps=false", "InvalidQuery"),
      ("/route/v1/driving/10.71,52.4;1,1", "NoSegment"), ("/route/v1/driving/10.71,52.4;10.7,52.3;10.72,52.4", "NoSegment"),
      ("/table/v1/driving/10.71,52.4;10.72,52.4?sources=2", "InvalidOptions"),
      ("/table/v1/driving/10.71,52.4;10.72,52.4?fallback_speed=0", "InvalidQuery"),
      ("/table/v1/driving/10.71,52.4;10.72,52.4?annotations=speed", "InvalidQuery"),
      ("/nearest/v1/driving/10.71,52.4;10.72,52.4", "TooBig"), ("/nearest/v1/driving/10.71,52.4?number=0", "InvalidOptions"),
      ("/trip/v1/driving/10.71,52.4;10.72,52.4?source=last", "InvalidQuery"),
    ]
    try await TestService.with(RoutingTown.fill) { service in
      for (path, code) in cases {
        let reply = try await service.get(path)
        #expect(reply.status == 400, "\(path)")
        #expect(try reply.json["code"]?.text == code, "\(path): \(reply.text)")
      }
    }
  }

  @Test func everyResourceIsDescribed() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let paths = try await service.get("/api").json["paths"]
      for path in [
        "/routing/v1/profiles", "/routing/v1/snap", "/routing/v1/route", "/routing/v1/table", "/routing/v1/reachable",
        "/routing/v1/nearest", "/route/v1/{profile}/{coordinates}", "/route/v1/{profile}", "/table/v1/{profile}/{coordinates}",
        "/table/v1/{profile}", "/nearest/v1/{profile}/{coordinates}", "/trip/v1/{profile}/{coordinates}", "/isochrone",
      ] {
        #expect(paths?[path] != nil, "\(path)")
      }
    }
  }
}
