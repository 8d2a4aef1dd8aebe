import HTTPTypes
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanServer

/// `POST /vroom` over the grid of ``RoutingTown``, where every travel time can be told in the head.
@Suite struct VroomEndpointTests {
  private func at(_ column: Int, _ row: Int) -> String {
    let place = TestTown.place(column: column, row: row)
    return "[\(place.x),\(place.y)]"
  }

  @Test func placesAreJoinedByOurRoads() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let reply = try await service.post(
        "/vroom",
        """
        {"vehicles":[{"id":1,"start":\(at(1, 0)),"end":\(at(1, 0)),"description":"Bauhof"}],
         "jobs":[{"id":5,"location":\(at(3, 0)),"service":600,"description":"Nord"},{"id":6,"location":\(at(3, 1)),"service":300}],
         "options":{"g":true}}
        """, type: "application/json")
      #expect(reply.status == 200, "\(reply.text)")
      let answer = try reply.json
      #expect(answer["code"] == 0)
      let route = answer["routes"]?[0]
      // Two stretches to the east, one to the north, and back: 440 s and 4,944 m either way around.
      #expect(route?["duration"] == 440)
      #expect(route?["cost"] == 440)
      #expect(route?["distance"] == 4944)
      #expect(route?["service"] == 900)
      let steps = route?["steps"]?.array ?? []
      #expect(steps.compactMap { $0["type"]?.text } == ["start", "job", "job", "end"])
      #expect(Set(steps.compactMap { $0["description"]?.text }) == ["Nord"])
      let line = try #require(Polyline.decode((route?["geometry"]?.text ?? "").utf8, decimals: 5))
      #expect(line.count >= 4)
      let depot = TestTown.place(column: 1, row: 0)
      for end in [line.first, line.last] {
        #expect(abs((end?.x ?? 0) - depot.x) < 0.0001 && abs((end?.y ?? 0) - depot.y) < 0.0001)
      }
    }
  }

  @Test func profilesHaveTheNamesThatEverybodyUses() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let reply = try await service.post(
        "/vroom",
        #"{"vehicles":[{"id":1,"profile":"walking","start":\#(at(1, 0))}],"jobs":[{"id":1,"location":\#(at(2, 0))}]}"#,
        type: "application/json")
      #expect(reply.status == 200, "\(reply.text)")
      #expect(try reply.json["summary"]?["duration"] == 600)
    }
  }

  @Test func whoCannotBeReachedIsLeftOutWithAReasonInTheLanguageAskedFor() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let island = RoutingTown.island
      let body =
        #"{"vehicles":[{"id":1,"start":\#(at(1, 0)),"end":\#(at(1, 0))}],"jobs":[{"id":9,"location":[\#(island.x),\#(island.y)]}]}"#
      let english = try await service.post("/vroom", body, type: "application/json").json
      #expect(english["unassigned"]?[0]?["id"] == 9)
      #expect(english["unassigned"]?[0]?["reason"]?.text?.contains("can get there") ?? false)
      let german = try await service.send(
        .post, "/vroom", headers: [.contentType: "application/json", .acceptLanguage: "de-DE,en;q=0.5"], body: body
      ).json
      #expect(german["unassigned"]?[0]?["reason"]?.text?.contains("gelangen") ?? false)
    }
  }

  @Test func faultsAreToldInVroomsForm() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      for (body, code, status) in [
        ("{", 2, 400), ("[]", 2, 400), (#"{"vehicles":[{"id":1}],"jobs":[{"id":1}]}"#, 2, 400),
        (#"{"vehicles":[{"id":1,"start":[10.7,52.4],"profile":"submarine"}]}"#, 3, 400),
      ] as [(String, Int64, Int)] {
        let reply = try await service.post("/vroom", body, type: "application/json")
        #expect(reply.status == status, "\(body): \(reply.text)")
        #expect(try reply.json["code"]?.integer == code)
        #expect(try reply.json["error"]?.text?.isEmpty == false)
      }
      let several = try await service.post("/vroom", #"{"vehicles":[{"id":1}],"jobs":[{"id":1}]}"#, type: "application/json")
      #expect(try several.json["faults"]?.array?.count == 2, "\(several.text)")
    }
  }

  @Test func withoutRoadsAMatrixIsNeeded() async throws {
    try await TestService.with(TestTown.fill) { service in
      let places = try await service.post(
        "/vroom", #"{"vehicles":[{"id":1,"start":[10.7,52.4]}],"jobs":[{"id":1,"location":[10.71,52.4]}]}"#,
        type: "application/json")
      #expect(places.status == 400)
      #expect(try places.json["code"] == 3)
      let matrix = try await service.post(
        "/vroom",
        #"{"vehicles":[{"id":1,"start_index":0}],"jobs":[{"id":1,"location_index":1}],"matrices":{"car":{"durations":[[0,7],[7,0]]}}}"#,
        type: "application/json")
      #expect(matrix.status == 200)
      #expect(try matrix.json["summary"]?["cost"] == 7)
    }
  }

  @Test func linesAreToldOnlyToThoseWhoAskForThem() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let body = #"{"vehicles":[{"id":1,"start":\#(at(1, 0))}],"jobs":[{"id":5,"location":\#(at(3, 0))}],"options":{"g":false}}"#
      let route = try #require(try await service.post("/vroom", body, type: "application/json").json["routes"]?[0])
      #expect(route["steps"]?.array?.count == 3)
      #expect(route["geometry"] == nil)
      let asked = body.replacing("false", with: "true")
      #expect(try await service.post("/vroom", asked, type: "application/json").json["routes"]?[0]?["geometry"]?.text != nil)
    }
  }

  @Test func whatIsTooLargeIsToldInVroomsForm() async throws {
    try await TestService.with(TestTown.fill, configure: { $0.largestBody = 400_000 }) { service in
      let vehicles = (0..<5_001).map { #"{"id":\#($0),"start_index":0}"# }.joined(separator: ",")
      let ids = 0..<150
      let plan =
        #"{"options":{"c":true,"l":0},"vehicles":[{"id":1,"start_index":0,"steps":["#
        + ids.map { #"{"type":"job","id":\#($0)}"# }.joined(separator: ",") + #"]}],"jobs":["#
        + ids.map { #"{"id":\#($0),"location_index":0}"# }.joined(separator: ",") + #"],"matrices":{"car":{"durations":[[0]]}}}"#
      for (body, word) in [
        (String(repeating: " ", count: 400_001), "400000 bytes"),
        (#"{"vehicles":[\#(vehicles)],"matrices":{"car":{"durations":[[0]]}}}"#, "at most 5000"), (plan, "options.l"),
      ] {
        let reply = try await service.post("/vroom", body, type: "application/json")
        #expect(reply.status == 413, "\(reply.text)")
        #expect(try reply.json["code"] == 4)
        #expect(try reply.json["error"]?.text?.contains(word) == true, "\(reply.text)")
      }
      let timed = try await service.post("/vroom", plan.replacing(",\"l\":0", with: ""), type: "application/json")
      #expect(timed.status == 200, "\(timed.text)")
    }
  }

  @Test func documentsMayHoldAsManyValuesAsABodyHasRoomFor() async throws {
    try await TestService.with(TestTown.fill) { service in
      let values = String(repeating: "0,", count: 2_100_000)
      let reply = try await service.post(
        "/vroom",
        #"{"vehicles":[{"id":1,"start_index":0}],"matrices":{"car":{"durations":[[0]]}},"more":[\#(values)0]}"#,
        type: "application/json")
      #expect(reply.status == 200, "\(reply.text)")
    }
  }

  @Test func planModeIsAskedForByAnOption() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.post(
        "/vroom",
        """
        {"options":{"c":true},"vehicles":[{"id":1,"start_index":0,"time_window":[0,10],"steps":[{"type":"job","id":1}]}],
         "jobs":[{"id":1,"location_index":1,"time_windows":[[0,5]]}],"matrices":{"car":{"durations":[[0,7],[7,0]]}}}
        """, type: "application/json")
      #expect(try reply.json["summary"]?["violations"] == [["cause": "delay", "duration": 2]], "\(reply.text)")
    }
  }
}
