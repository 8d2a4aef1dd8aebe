import HTTPTypes
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanStore
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

  @Test(arguments: [
    ("geojson", "application/geo+json", #"{"type":"FeatureCollection""#), ("gpx", "application/gpx+xml", "<?xml version"),
    ("csv", "text/csv; charset=utf-8", "Tag,Kontrolleur,Name des Kontrolleurs,Halt"),
    ("ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR"),
    ("pdf", "application/pdf", "%PDF-"),
  ])
  func plansHaveOtherSpellings(format: String, mediaType: String, begin: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.post("/tours?f=\(format)", request, type: "application/json")
      #expect(reply.status == 200)
      #expect(reply.headers[.contentType] == mediaType)
      #expect(reply.text.replacing("\u{FEFF}", with: "").hasPrefix(begin), "\(reply.text.prefix(100))")
      #expect(format == "pdf" || reply.text.contains("p22"), "\(format)")
    }
  }

  @Test(arguments: ["geojson", "gpx"]) func plansSpeakTheLanguageThatWasAskedFor(format: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      func text(_ language: String) async throws -> String {
        let headers: HTTPFields = [.contentType: "application/json", .acceptLanguage: language]
        return try await service.send(.post, "/tours?f=\(format)", headers: headers, body: request).text
      }
      let (english, german) = (try await text("en"), try await text("de"))
      #expect(english != german)
      #expect(format != "gpx" || english.contains("<cmt>arrival ") && german.contains("<cmt>Ankunft "))
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

  @Test func theFormatsOfVersionsAndComparisonsAreDescribed() async throws {
    try await TestService.with(TestTown.fill) { service in
      let paths = try await service.get("/api").json["paths"]
      for path in ["/tours/{tourId}/versions", "/tours/{tourId}/compare"] {
        let format = paths?[path]?["get"]?["parameters"]?.array?.first { $0["name"] == "f" }
        #expect(format?["schema"]?["enum"] == ["json"], "\(path)")
      }
    }
  }

  @Test func idsOfReleasedFeaturesDifferWhateverInspectorsAreCalled() throws {
    func route(_ inspector: String, hour: Int) throws -> TourPlan.Route {
      let (place, day) = (TestTown.place(column: 0, row: 0), try #require(CalendarDate(iso: "2026-12-01")))
      let at = Instant(millisecondsSince1970: Int64(hour) * 3_600_000)
      let visit = TourPlan.Visit(feature: FeatureReference(collection: "playgrounds", id: "p11"), service: 60)
      let stops = (0..<12).map { _ in
        TourPlan.Stop(visits: [visit], location: place, arrival: at, begin: at, departure: at)
      }
      return TourPlan.Route(
        inspector: inspector, day: day, start: place, end: place, departure: at, arrival: at, stops: stops, metres: 0, seconds: 0)
    }
    // Two shifts of one, and names that look like numbers of shifts and stops.
    let names = ["A", "A", "A.2", "2.A", "1.A", "1", "1.1", "A.1"]
    let day = try #require(CalendarDate(iso: "2026-12-01"))
    let plan = TourPlan(
      day: day, routes: try names.enumerated().map { try route($1, hour: $0) }, unassigned: [],
      travel: .geodesic(detourFactor: 1, kmh: 30), time: try TownTime())
    // Plans whose ids begin alike.
    let released = (0..<2).flatMap {
      TourRelease.layers(plan, of: "0123456789abcdef0123456789abcde\($0)", version: 1, title: nil)
    }
    for collection in [TourDesk.tours, TourDesk.stops] {
      let ids = released.filter { $0.collection.id == collection }.flatMap { $0.features.map(\.id) }
      #expect(ids.count == 2 * names.count * (collection == TourDesk.stops ? 12 : 1))
      #expect(Set(ids).count == ids.count)
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
