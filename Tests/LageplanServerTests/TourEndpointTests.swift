import HTTPTypes
import LageplanExchange
import LageplanFeatures
import TestSupport
import Testing

@testable import LageplanServer

@Suite struct TourEndpointTests {
  private let request = """
    {"collections":["playgrounds"],"serviceMinutes":10,"day":"2026-12-01",
     "inspectors":[{"id":"A","start":[10.70,52.40],"end":[10.70,52.40],"shift":["07:00","15:00"]}]}
    """

  @Test func everyFeatureIsInOneStopOrUnassignedWithAReason() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.post("/tours", request, type: "application/json")
      #expect(reply.status == 200, "\(reply.text)")
      let plan = try reply.json
      let stops = plan["routes"]?.array?.flatMap { $0["stops"]?.array ?? [] } ?? []
      let visited = stops.flatMap { $0["features"]?.array?.compactMap(\.text) ?? [] }
      let unassigned = plan["unassigned"]?.array?.compactMap { $0["feature"]?.text } ?? []
      #expect(visited.count + unassigned.count == 26)
      #expect(Set(visited + unassigned).count == 26)
      #expect(unassigned.contains("playgrounds/ohne Ort/ä"))
      for entry in plan["unassigned"]?.array ?? [] {
        #expect(entry["reason"]?.text?.isEmpty == false)
        #expect(entry["message"]?.text?.isEmpty == false)
      }
      #expect(plan["travel"]?["source"] == "geodesic")
    }
  }

  @Test func allFaultsOfARequestAreToldAtOnce() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.post(
        "/tours",
        #"{"collections":[],"serviceMinutes":-3,"day":"2026-13-01","inspectors":[{"id":"A","start":[10,99],"shift":["15:00","07:00"]}]}"#,
        type: "application/json")
      #expect(reply.status == 400)
      #expect((try reply.json["faults"]?.array?.count ?? 0) >= 4, "\(reply.text)")
    }
  }

  @Test(arguments: [("geojson", "application/geo+json"), ("gpx", "application/gpx+xml")])
  func plansHaveOtherSpellings(format: String, mediaType: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.post("/tours?f=\(format)", request, type: "application/json")
      #expect(reply.status == 200)
      #expect(reply.headers[.contentType] == mediaType)
    }
  }

  @Test func aClosedPortInsteadOfARouterIsABadGatewayWithoutItsAddress() async throws {
    let router = try TravelRouter(parsing: "osrm=http://127.0.0.1:1")
    try await TestService.with(TestTown.fill, configure: { $0.router = router }) { service in
      let reply = try await service.post("/tours", request, type: "application/json")
      #expect(reply.status == 502)
      let problem = try reply.json
      #expect(problem["code"] == "no-travel-times")
      #expect(
        problem["detail"]?.text?.hasPrefix("The router that the operator named does not answer: it cannot be reached.") == true)
      #expect(!reply.text.contains("127.0.0.1"))
      let description = try await service.get("/api").json
      #expect(description["paths"]?["/tours"]?["post"]?["responses"]?["502"] != nil)
    }
  }

  @Test func whatARouterSaysAgainstARequestIsNotHandedOn() async throws {
    let server = try LoopbackServer { _, _ in
      .init(400, type: "application/json", text: #"{"code":"InvalidValue","message":"worker db7.intern"}"#)
    }
    let router = try TravelRouter(parsing: "osrm=\(server.address)")
    try await TestService.with(TestTown.fill, configure: { $0.router = router }) { service in
      let reply = try await service.post("/tours", request, type: "application/json")
      #expect(reply.status == 502)
      #expect(try reply.json["detail"]?.text?.contains("it refuses the request") == true)
      #expect(!reply.text.contains("intern") && !reply.text.contains(server.address))
    }
  }

  @Test func whatIsNotPublicCannotBePlanned() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.post(
        "/tours", request.replacing("playgrounds", with: "secret"), type: "application/json")
      #expect(reply.status == 400)
      #expect(!reply.text.contains("Lärm"))
    }
  }
}
