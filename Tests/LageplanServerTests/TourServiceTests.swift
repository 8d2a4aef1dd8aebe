import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import Testing

@testable import LageplanServer

/// Plans as resources: made, watched, kept, released, forgotten.
@Suite struct TourServiceTests {
  static let noon = Instant(millisecondsSince1970: 1_793_000_000_000)

  /// Members beside those of every request begin with a comma: `,"background":true`.
  func request(_ more: String = "") -> String {
    // Few rounds do: it is not the search that is tested here.
    let rounds = more.contains("seconds") ? "" : #","iterations":300"#
    return """
      {"collections":["playgrounds"],"serviceMinutes":10,"day":"2026-12-01",
       "inspectors":[{"id":"A","start":[10.70,52.40],"end":[10.70,52.40],"shift":["07:00","15:00"]},
         {"id":"B","start":[10.72,52.42],"end":[10.72,52.42],"shift":["08:00","12:00"]}]\(rounds)\(more)}
      """
  }

  func plan(_ service: TestService, _ more: String = "", token: String? = nil) async throws -> TestService.Reply {
    try await service.send(.post, "/tours", headers: headers(token, hasBody: true), body: request(more))
  }

  func headers(_ token: String?, hasBody: Bool = false) -> HTTPFields {
    var fields: HTTPFields = [:]
    if hasBody { fields[.contentType] = "application/json" }
    if let token { fields[.authorization] = "Bearer \(token)" }
    return fields
  }

  func id(_ reply: TestService.Reply) throws -> String { try #require(try reply.json["id"]?.text) }

  // MARK: In memory

  @Test func aPlanHasAnAddressThatAnswersItAgain() async throws {
    try await TestService.with(TestTown.fill) { service in
      let made = try await plan(service)
      #expect(made.status == 200, "\(made.text)")
      let document = try made.json
      #expect(document["version"] == 1 && document["status"] == "draft" && document["stored"] == false)
      let location = try #require(made.headers[.location])
      #expect(location == "http://town.example:8080/tours/\(try id(made))")
      let again = try await service.get("/tours/\(try id(made))")
      #expect(again.status == 200)
      #expect(try again.json["routes"] == document["routes"])
      #expect(try await service.get("/tours/\(try id(made))/request").json == JSONValue(parsing: request()))
    }
  }

  @Test func idsHaveAtLeast128BitsAndDiffer() {
    let ids = (0..<1_000).map { _ in TourShelf.makeId() }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }

  @Test func anUnknownPlanIsNotFound() async throws {
    try await TestService.with(TestTown.fill) { service in
      for path in ["", "/events", "/versions", "/request"] {
        let reply = try await service.get("/tours/0123456789abcdef0123456789abcdef\(path)")
        #expect(reply.status == 404)
      }
    }
  }

  @Test func onePersonsTourIsAPartOfThePlan() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      let part = try await service.get("/tours/\(id)?inspector=B&day=2026-12-01").json
      #expect(part["routes"]?.array?.map { $0["inspector"] } == ["B"])
      let calendar = try await service.get("/tours/\(id)?inspector=B&f=ics")
      #expect(
        calendar.headers[.contentType]?.hasPrefix("text/calendar") == true && calendar.text.hasPrefix("BEGIN:VCALENDAR\r\n"))
      #expect(try await service.get("/tours/\(id)?inspector=C").status == 404)
      #expect(try await service.get("/tours/\(id)?day=2026-12-02").status == 404)
      #expect(try await service.get("/tours/\(id)?day=tomorrow").status == 400)
    }
  }

  @Test func aDeletedPlanIsGone() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      #expect(try await service.send(.delete, "/tours/\(id)").status == 204)
      #expect(try await service.get("/tours/\(id)").status == 404)
    }
  }

  // MARK: In the background

  @Test func aPlanInTheBackgroundIsAnsweredAtOnceAndWatched() async throws {
    try await TestService.with(TestTown.fill) { service in
      let begun = try await plan(service, #","background":true,"seconds":600"#)
      #expect(begun.status == 202)
      #expect(try begun.json["status"] == "planning")
      let path = "/tours/\(try id(begun))"
      let (plans, heard) = AsyncStream.makeStream(of: Void.self)
      async let watched = service.send(.get, "\(path)/events") { text in
        if text.contains("event: plan\n") { heard.finish() }
      }
      for await _ in plans {}
      #expect(try await service.send(.delete, path).status == 204)
      let events = try await watched
      #expect(events.headers[.contentType] == "text/event-stream")
      let names = events.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }
      #expect(names.last == "event: done")
      #expect(Set(names.dropLast()) == ["event: progress", "event: plan"])
      let done = try #require(events.text.split(separator: "\n").last { $0.hasPrefix("data: ") })
      let document = try JSONValue(parsing: String(done.dropFirst(6)))
      #expect(document["status"] == "draft")
      #expect(try await service.get("/tours/\(try id(begun))").json["routes"] == document["routes"])
      // Whoever comes late hears the end at once.
      let late = try await service.get("/tours/\(try id(begun))/events")
      #expect(late.text.contains("event: done"))
    }
  }

  @Test func aSearchThatIsEndedKeepsItsBestPlan() async throws {
    try await TestService.with(TestTown.fill) { service in
      let begun = try await plan(service, #","background":true,"seconds":600"#)
      let id = try id(begun)
      let run = try #require(service.application.tourShelf.entry(id)?.run)
      while run.view.progress.leftOut == nil { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await service.send(.delete, "/tours/\(id)").status == 204)
      await run.finished()
      let plan = try await service.get("/tours/\(id)").json
      #expect(plan["status"] == "draft")
      #expect(plan["routes"]?.array?.isEmpty == false)
    }
  }

  @Test func aSearchThatIsEndedBeforeItBeganIsCancelled() async throws {
    try await TestService.with(TestTown.fill) { service in
      let first = try id(try await plan(service, #","background":true,"seconds":600"#))
      let second = try id(try await plan(service, #","background":true"#))
      let shelf = service.application.tourShelf
      let waiting = try #require(shelf.entry(second)?.run)
      for id in [second, first] { #expect(try await service.send(.delete, "/tours/\(id)").status == 204) }
      await waiting.finished()
      #expect(try await service.get("/tours/\(second)").json["status"] == "cancelled")
      #expect(try await service.get("/tours/\(second)/events").text.contains("event: failed"))
      #expect(try await service.get("/tours/\(second)?f=gpx").status == 409)
    }
  }

  @Test func aSearchThatIsEndedWhileItWaitsMakesRoomForAnother() async throws {
    try await TestService.with(TestTown.fill) { service in
      let more = #","background":true,"seconds":600"#
      // One at work, five wait, as nobody has a token.
      var ids: [String] = []
      for _ in 0...5 { ids.append(try id(try await plan(service, more))) }
      let refused = try await plan(service, more)
      #expect(refused.status == 503 && refused.headers[.retryAfter] != nil)
      #expect(try await service.send(.delete, "/tours/\(ids[3])").status == 204)
      let admitted = try await plan(service, more)
      #expect(admitted.status == 202)
      #expect(try await plan(service, more).status == 503)
      // For those with a token twenty wait.
      let token = try service.application.store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      for _ in 6...20 { ids.append(try id(try await plan(service, more, token: token))) }
      #expect(try await plan(service, more, token: token).status == 503)
      for id in try ids + [id(admitted)] { _ = try await service.send(.delete, "/tours/\(id)") }
    }
  }

  // MARK: Planned anew

  @Test func aChangeMakesANewVersionThatIsComparedWithTheOneBefore() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      let changed = try await service.post(
        "/tours/\(id)/replan", #"{"cancelled":["playgrounds/p11"],"absent":[{"inspector":"B"}],"locks":["playgrounds/p22"]}"#,
        type: "application/json")
      #expect(changed.status == 200, "\(changed.text)")
      #expect(changed.headers[.location]?.hasSuffix("/tours/\(id)?version=2") == true)
      let document = try changed.json
      #expect(document["version"] == 2 && document["status"] == "draft")
      #expect(document["routes"]?.array?.allSatisfy { $0["inspector"] != "B" } == true)
      #expect(document["absent"] == (try JSONValue(parsing: #"[{"inspector":"B"}]"#)))
      #expect(try await service.get("/tours/\(id)?f=html").text.contains("<p>Abwesend: B</p>"))
      let left = document["unassigned"]?.array?.first { $0["feature"] == "playgrounds/p11" }
      #expect(left?["reason"] == "cancelled")
      // The newest version is answered, and every other one.
      #expect(try await service.get("/tours/\(id)").json["version"] == 2)
      #expect(try await service.get("/tours/\(id)?version=1").json["version"] == 1)
      #expect(try await service.get("/tours/\(id)?version=3").status == 404)
      let versions = try await service.get("/tours/\(id)/versions").json["versions"]?.array ?? []
      #expect(versions.map { $0["version"] } == [2, 1])
      #expect(versions.first?["change"]?["cancelled"] == ["playgrounds/p11"])
      let comparison = try await service.get("/tours/\(id)/compare").json
      let removed = comparison["changes"]?.array?.first { $0["feature"] == "playgrounds/p11" }
      #expect(removed?["kind"] == "removed")
      #expect(try await service.get("/tours/\(id)/compare?from=1&to=1").json["changes"] == [])
      #expect(try await service.get("/tours/\(id)/compare?to=1").status == 409)
    }
  }

  @Test func urgentWorkOfOneChangeIsNotForgottenByTheNext() async throws {
    try await TestService.with(TestTown.fill) { service in
      let made = try await service.post(
        "/tours", request(#","ids":["playgrounds/p11","playgrounds/p22"]"#), type: "application/json")
      let id = try id(made)
      for change in [#"{"urgent":["playgrounds/p33"]}"#, #"{"urgent":["playgrounds/p44"]}"#] {
        let reply = try await service.post("/tours/\(id)/replan", change, type: "application/json")
        #expect(reply.status == 200, "\(reply.text)")
      }
      let plan = try await service.get("/tours/\(id)").json
      let stops = plan["routes"]?.array?.flatMap { $0["stops"]?.array ?? [] } ?? []
      let visited = Set(stops.flatMap { $0["features"]?.array?.compactMap(\.text) ?? [] })
      #expect(visited == ["playgrounds/p11", "playgrounds/p22", "playgrounds/p33", "playgrounds/p44"])
    }
  }

  @Test func allFaultsOfAChangeAreToldAtOnce() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      let reply = try await service.post(
        "/tours/\(id)/replan", #"{"absent":[{"inspector":7}],"mostChanges":-1,"nonsense":true}"#, type: "application/json")
      #expect(reply.status == 400)
      #expect((try reply.json["faults"]?.array?.count ?? 0) >= 3, "\(reply.text)")
      let unknown = try await service.post(
        "/tours/\(id)/replan", #"{"urgent":["secret/s1"]}"#, type: "application/json")
      #expect(unknown.status == 400 && unknown.text.contains("$.urgent"), "\(unknown.text)")
      #expect(try await service.get("/tours/\(id)/versions").json["versions"]?.array?.count == 1)
    }
  }

  // MARK: Stored

  @Test func aStoredPlanIsReadOutOfTheDatabaseAndChangedThere() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let store = service.application.store
      let token = try store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      let made = try await plan(service, #","store":true"#, token: token)
      let id = try id(made)
      #expect(try store.tourPlan(id).versions.map(\.status) == [.draft])
      // As after a restart: nothing is in memory.
      service.application.tourShelf.remove(id)
      let again = try await service.get("/tours/\(id)", headers: headers(token)).json
      #expect(try again["routes"] == made.json["routes"])
      var files: [String: TestService.Reply] = [:]
      for format in ["geojson", "gpx", "csv", "ics", "pdf", "html"] {
        files[format] = try await service.get("/tours/\(id)?f=\(format)", headers: headers(token))
        #expect(files[format]?.status == 200, "\(format)")
      }
      let stops = try made.json["routes"]?.array?.flatMap { $0["stops"]?.array ?? [] } ?? []
      let visited = stops.flatMap { $0["features"]?.array?.compactMap(\.text) ?? [] }
      #expect(stops.count >= 10)
      let points = try files["geojson"]?.json["features"]?.array?.filter { $0["properties"]?["kind"] == "stop" }
      #expect(points?.map { $0["geometry"]?["coordinates"] } == stops.map { $0["location"] })
      #expect(files["gpx"]?.text.components(separatedBy: "<wpt ").count == stops.count + 1)
      #expect(files["ics"]?.text.components(separatedBy: "BEGIN:VEVENT").count == stops.count + 1)
      for feature in visited { #expect(files["csv"]?.text.contains(",\(feature),") == true, "\(feature)") }
      #expect(files["pdf"]?.text.hasPrefix("%PDF-") == true)
      #expect(files["html"]?.text.contains("/tours/\(id)") == true)
      let change = try await service.send(
        .post, "/tours/\(id)/replan", headers: headers(token, hasBody: true), body: #"{"cancelled":["playgrounds/p11"]}"#)
      #expect(change.status == 200, "\(change.text)")
      #expect(try store.tourPlan(id).versions.map(\.actor) == ["bauhof", "bauhof"])
      #expect(try await service.get("/tours/\(id)?version=2", headers: headers(token)).json["version"] == 2)
      // Nobody else changes it.
      #expect(try await service.post("/tours/\(id)/replan", "{}", type: "application/json").status == 404)
    }
  }

  @Test func aPlanThatTheServerNeverFinishedWasCancelled() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let store = service.application.store
      let token = try store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      let begun = try await plan(service, #","store":true,"background":true,"seconds":600"#, token: token)
      let id = try id(begun)
      #expect(try await service.get("/tours/\(id)", headers: headers(token)).json["status"] == "planning")
      // What the database says until there is a plan is what a restart finds.
      #expect(try store.tourPlan(id).versions.map(\.status) == [.cancelled])
      await service.application.tourShelf.stopAll()
      let status = try #require(try store.tourPlan(id).versions.first?.status)
      #expect(status == .draft || status == .cancelled)
    }
  }

  @Test func storingNeedsAServerThatWritesAndATokenThatMay() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      #expect(try await service.send(.post, "/tours/\(id)/store").status == 403)
      #expect(try await plan(service, #","store":true"#).status == 403)
    }
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let store = service.application.store
      let reads = try store.addToken(name: "reads", scope: .read, at: Self.noon)
      let other = try store.addToken(name: "other", scope: .write, collections: ["parks"], at: Self.noon)
      let id = try id(try await plan(service))
      for path in ["/tours/\(id)/store", "/tours/\(id)/release"] {
        #expect(try await service.send(.post, path).status == 401)
        for token in [reads, other] { #expect(try await service.send(.post, path, headers: headers(token)).status == 403) }
      }
      #expect(try store.tourPlans(limit: 10).isEmpty)
    }
  }

  @Test func aStoredPlanIsSeenByThoseWhoSeeToursAndAllItsCollections() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let store = service.application.store
      let writes = try store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      let tours = try store.addToken(name: "fahrer", scope: .read, collections: ["tours", "stops"], at: Self.noon)
      let parks = try store.addToken(name: "parks", scope: .read, collections: ["parks"], at: Self.noon)
      let open = try id(try await plan(service, #","store":true,"title":"Dienstag""#, token: writes))
      let secret = try await service.send(
        .post, "/tours", headers: headers(writes, hasBody: true),
        body: request(#","store":true"#).replacing("playgrounds", with: "secret"))
      #expect(secret.status == 200)
      func seen(_ token: String?) async throws -> [JSONValue?] {
        try await service.get("/tours", headers: headers(token)).json["tours"]?.array?.map { $0["id"] } ?? []
      }
      #expect(try await seen(writes) == [.text(try id(secret)), .text(open)])
      #expect(try await seen(tours) == [.text(open)])
      #expect(try await seen(parks).isEmpty)
      #expect(try await seen(nil).isEmpty)
      for (token, status) in [(writes, 200), (tours, 200), (parks, 404), (nil, 404)] {
        #expect(try await service.get("/tours/\(open)", headers: headers(token)).status == status)
      }
      #expect(try await service.get("/tours/\(try id(secret))", headers: headers(tours)).status == 404)
      #expect(try await service.send(.delete, "/tours/\(open)", headers: headers(tours)).status == 403)
    }
  }

  // MARK: Released

  @Test func aReleasedPlanIsFeaturesOfOrdinaryCollections() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      let made = try await plan(service)
      let id = try id(made)
      let released = try await service.send(
        .post, "/tours/\(id)/release", headers: headers(token, hasBody: true), body: #"{"title":"Winter"}"#)
      #expect(released.status == 200, "\(released.text)")
      #expect(try released.json["status"] == "released")
      #expect(try released.json["title"] == "Winter")
      let routes = try made.json["routes"]?.array?.filter { $0["stops"]?.array?.isEmpty == false } ?? []
      let stops = routes.flatMap { $0["stops"]?.array ?? [] }
      let tours = try await service.get("/collections/tours/items", headers: headers(token)).json
      #expect(tours["features"]?.array?.count == routes.count)
      #expect(tours["features"]?[0]?["geometry"]?["type"] == "LineString")
      let points = try await service.get(
        "/collections/stops/items?filter=inspector%20%3D%20'A'&sortby=number", headers: headers(token))
      let ofA = routes.first { $0["inspector"] == "A" }?["stops"]?.array ?? []
      let told = try points.json["features"]?.array ?? []
      #expect(told.map { $0["geometry"]?["coordinates"] } == ofA.map { $0["location"] })
      #expect(
        try await service.get("/collections/stops/items", headers: headers(token)).json["numberMatched"]
          == .integer(Int64(stops.count)))
      // Not public until the operator says so.
      #expect(try await service.get("/collections/stops/items").status == 404)
      let changes = try await service.get("/collections/tours/changes", headers: headers(token)).json
      #expect(changes["changes"]?.array?.filter { $0["operation"] == "insert" }.count == routes.count)

      // Released again, nothing differs and no version of a feature rises.
      #expect(try await service.send(.post, "/tours/\(id)/release", headers: headers(token)).status == 200)
      let later = try await service.get("/collections/tours/changes", headers: headers(token)).json
      #expect(later["cursor"] == changes["cursor"])

      // And what was released goes with the plan.
      #expect(try await service.send(.delete, "/tours/\(id)", headers: headers(token)).status == 204)
      #expect(try await service.get("/collections/stops/items", headers: headers(token)).json["numberMatched"] == 0)
    }
  }

  @Test func aCollectionThatCannotTakeToursIsToldAndNothingIsWritten() async throws {
    let taken = CollectionDescriptor(
      id: "stops", title: "Haltestellen", geometryKind: .point, storageCrs: .crs84,
      schema: Schema(properties: [PropertyDefinition(name: "name", kind: .text)]))
    try await TestService.with(
      { store in
        try TestTown.fill(store)
        try store.createCollection(taken)
      }, isWritable: true
    ) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      let id = try id(try await plan(service))
      let refused = try await service.send(.post, "/tours/\(id)/release", headers: headers(token))
      #expect(refused.status == 409)
      #expect(try refused.json["code"] == "unfit-collection")
      #expect(try !service.application.store.collections().contains { $0.id == "tours" })
      let plan = try await service.get("/tours/\(id)", headers: headers(token)).json
      #expect(plan["status"] == "draft" && plan["stored"] == false)
      #expect(try service.application.store.tourPlans(limit: 10).isEmpty)
    }
  }
}
