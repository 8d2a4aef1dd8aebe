import LageplanFeatures
import Testing

@testable import LageplanServer

/// What changes call urgent belongs to the versions that are made of each other.
@Suite struct TourServiceUrgentTests {
  private static let request = """
    {"collections":["playgrounds"],"serviceMinutes":10,"day":"2026-12-01","ids":["playgrounds/p11"],"iterations":50,
     "inspectors":[{"id":"A","start":[10.70,52.40],"end":[10.70,52.40],"shift":["07:00","15:00"]}]}
    """

  private func plan(_ service: TestService) async throws -> String {
    let made = try await service.post("/tours", Self.request, type: "application/json")
    return try #require(try made.json["id"]?.text)
  }

  /// The minutes of each visit of the new version.
  private func replan(_ service: TestService, _ id: String, _ change: String, version: Int? = nil) async throws -> [String: Int64]
  {
    let reply = try await service.post(
      "/tours/\(id)/replan\(version.map { "?version=\($0)" } ?? "")", change, type: "application/json")
    #expect(reply.status == 200, "\(reply.text)")
    let stops = try reply.json["routes"]?.array?.flatMap { $0["stops"]?.array ?? [] } ?? []
    let visits = stops.flatMap { $0["visits"]?.array ?? [] }
    let minutes = visits.compactMap { visit in
      visit["feature"]?.text.flatMap { feature in visit["service"]?.integer.map { (feature, $0 / 60) } }
    }
    return Dictionary(minutes) { first, _ in first }
  }

  @Test func whoGoesBackTakesBackWhatWasUrgent() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try await plan(service)
      let urgent = #"{"urgent":[{"feature":"playgrounds/p33","serviceMinutes":25}]}"#
      #expect(try await replan(service, id, urgent) == ["playgrounds/p11": 10, "playgrounds/p33": 25])
      // A third version of the first, and a fourth of the third.
      #expect(try await replan(service, id, "{}", version: 1) == ["playgrounds/p11": 10])
      #expect(try await replan(service, id, "{}") == ["playgrounds/p11": 10])
      #expect(try await replan(service, id, "{}", version: 2) == ["playgrounds/p11": 10, "playgrounds/p33": 25])
      // Another collection than those of the request.
      let parks = try await replan(service, id, #"{"urgent":["parks/park"]}"#)
      #expect(parks == ["playgrounds/p11": 10, "playgrounds/p33": 25, "parks/park": 10])
    }
  }

  @Test func urgentWorkOutlivesTheVersionThatCalledForIt() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try await plan(service)
      var visits = try await replan(service, id, #"{"urgent":["playgrounds/p33"],"seconds":0}"#)
      for _ in 0..<TourShelf.mostVersions + 2 { visits = try await replan(service, id, #"{"seconds":0}"#) }
      let versions = try await service.get("/tours/\(id)/versions").json["versions"]?.array ?? []
      #expect(!versions.contains { $0["version"] == 2 }, "the version that called for it is still there")
      #expect(visits == ["playgrounds/p11": 10, "playgrounds/p33": 10])
    }
  }
}
