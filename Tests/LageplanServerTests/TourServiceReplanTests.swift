import HTTPTypes
import LageplanFeatures
import LageplanStore
import Testing

@testable import LageplanServer

/// Plans that are made anew in the background.
extension TourServiceTests {
  private func replan(
    _ service: TestService, _ id: String, _ change: String, token: String? = nil
  ) async throws -> TestService.Reply {
    try await service.send(.post, "/tours/\(id)/replan", headers: headers(token, hasBody: true), body: change)
  }

  @Test func aChangeInTheBackgroundIsAnsweredAtOnceAndWatched() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      let begun = try await replan(service, id, #"{"background":true,"cancelled":["playgrounds/p11"]}"#)
      #expect(begun.status == 202, "\(begun.text)")
      #expect(begun.headers[.location]?.hasSuffix("/tours/\(id)?version=2") == true)
      let state = try begun.json
      #expect(state["status"] == "planning" && state["version"] == 2)
      let events = try await service.get("/tours/\(id)/events").text.split(separator: "\n")
      #expect(events.last { $0.hasPrefix("event: ") } == "event: done")
      let done = try JSONValue(parsing: String(try #require(events.last { $0.hasPrefix("data: ") }).dropFirst(6)))
      #expect(done["version"] == 2 && done["status"] == "draft")
      let plan = try await service.get("/tours/\(id)").json
      #expect(plan["version"] == 2 && plan["routes"] == done["routes"])
      #expect(plan["unassigned"]?.array?.contains { $0["feature"] == "playgrounds/p11" } == true)
    }
  }

  @Test func whileAChangeIsMadeThePlanBeforeItIsAnsweredAndNoOtherBegins() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      let id = try id(try await plan(service))
      let begun = try await replan(service, id, #"{"background":true,"seconds":600,"cancelled":["playgrounds/p11"]}"#)
      #expect(begun.status == 202, "\(begun.text)")
      let run = try #require(service.application.tourShelf.entry(id)?.run)
      while run.view.progress.leftOut == nil { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await service.get("/tours/\(id)").json["version"] == 1)
      let state = try await service.get("/tours/\(id)?version=2").json
      #expect(state["status"] == "planning" && state["progress"]?["spent"] != nil)
      let second = try await replan(service, id, #"{"background":true}"#)
      #expect(second.status == 409)
      #expect(try second.json["code"] == "planning")
      for path in ["store", "release"] {
        #expect(try await service.send(.post, "/tours/\(id)/\(path)", headers: headers(token)).status == 409)
      }
      // Who waits for an answer gets it, with a number of its own.
      let other = try await replan(service, id, #"{"cancelled":["playgrounds/p22"]}"#)
      #expect(try other.json["version"] == 3, "\(other.text)")
      #expect(try await service.send(.delete, "/tours/\(id)").status == 204)
      await run.finished()
      let ended = try await service.get("/tours/\(id)?version=2").json
      #expect(ended["status"] == "draft")
      #expect(ended["unassigned"]?.array?.contains { $0["feature"] == "playgrounds/p11" } == true)
      #expect(try await service.get("/tours/\(id)/versions").json["versions"]?.array?.map { $0["version"] } == [3, 2, 1])
    }
  }

  @Test func aChangeThatWasEndedBeforeItBeganLeavesThePlanAsItWas() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      let busy = try self.id(try await plan(service, #","background":true,"seconds":600"#))
      #expect(try await replan(service, id, #"{"background":true}"#).status == 202)
      let waiting = try #require(service.application.tourShelf.entry(id)?.run)
      for id in [id, busy] { #expect(try await service.send(.delete, "/tours/\(id)").status == 204) }
      await waiting.finished()
      #expect(try await service.get("/tours/\(id)?version=2").json["status"] == "cancelled")
      #expect(try await service.get("/tours/\(id)/events").text.contains("event: failed"))
      #expect(try await service.get("/tours/\(id)").json["version"] == 1)
      // The next change is one of the plan that there is.
      let next = try await replan(service, id, "{}")
      #expect(try next.json["version"] == 3, "\(next.text)")
    }
  }

  @Test func whatIsWrongWithAChangeIsToldBeforeTheSearchBegins() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      let reply = try await replan(
        service, id, #"{"background":true,"cancelled":["playgrounds/none"],"absent":[{"inspector":"Z"}]}"#)
      #expect(reply.status == 400)
      #expect(try reply.json["faults"]?.array?.count == 2, "\(reply.text)")
      #expect(try await replan(service, id, #"{"background":"yes"}"#).status == 400)
      #expect(try await replan(service, id, #"{"seconds":61}"#).status == 400)
      #expect(service.application.tourShelf.entry(id)?.run == nil)
      #expect(try await service.get("/tours/\(id)/versions").json["versions"]?.array?.count == 1)
    }
  }

  @Test func aStoredPlanIsChangedInTheBackgroundAndListedAsItIs() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let store = service.application.store
      let token = try store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      let id = try id(try await plan(service, #","store":true"#, token: token))
      // As after a restart: nothing is in memory.
      service.application.tourShelf.remove(id)
      let begun = try await replan(
        service, id, #"{"background":true,"seconds":600,"cancelled":["playgrounds/p11"]}"#, token: token)
      #expect(begun.status == 202, "\(begun.text)")
      // What the database says until there is a plan is what a restart finds.
      #expect(try store.tourPlan(id).versions.map(\.status) == [.draft, .cancelled])
      let run = try #require(service.application.tourShelf.entry(id)?.run)
      while run.view.progress.leftOut == nil { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await service.send(.delete, "/tours/\(id)", headers: headers(token)).status == 204)
      await run.finished()
      #expect(try store.tourPlan(id).versions.map(\.status) == [.draft, .draft])
      #expect(try store.tourPlan(id).versions.map(\.actor) == ["bauhof", "bauhof"])
      let changed = try await service.get("/tours", headers: headers(token))
      #expect(try changed.json["tours"]?[0]?["version"] == 2, "\(changed.text)")
      #expect(try await service.send(.post, "/tours/\(id)/release?version=1", headers: headers(token)).status == 200)
      let released = try await service.get("/tours", headers: headers(token)).json
      #expect(released["tours"]?[0]?["version"] == 1 && released["tours"]?[0]?["status"] == "released")
      #expect(try await service.get("/tours?status=released", headers: headers(token)).json["tours"]?.array?.count == 1)
    }
  }
}
