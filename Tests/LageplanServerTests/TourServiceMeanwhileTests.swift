import HTTPTypes
import LageplanFeatures
import LageplanStore
import ServiceLifecycle
import Synchronization
import Testing

@testable import LageplanServer

/// What becomes of a plan while a search or another request is at it, and who may see and change what comes of it.
extension TourServiceTests {
  private static let change = #"{"cancelled":["playgrounds/p11"]}"#

  private func token(_ service: TestService, _ scope: AccessScope = .write, _ collections: Set<String>? = nil) throws -> String {
    try service.application.store.addToken(
      name: "token \(collections?.sorted() ?? [])", scope: scope, collections: collections, at: Self.noon)
  }

  private func send(
    _ service: TestService, _ id: String, _ action: String, _ body: String = "", token: String? = nil
  ) async throws -> TestService.Reply {
    try await service.send(.post, "/tours/\(id)/\(action)", headers: headers(token, hasBody: !body.isEmpty), body: body)
  }

  /// What is answered to a change that waits for its search while `others` do what they do.
  private func changed(
    _ service: TestService, _ id: String, _ action: String = "replan", token: String? = nil, while others: () async throws -> Void
  ) async throws -> TestService.Reply {
    let planning = service.application.planning
    let (gate, key) = AsyncStream.makeStream(of: Void.self)
    let before = try planning.begin(hasToken: true) { for await _ in gate {} }
    async let reply = send(service, id, action, Self.change, token: token)
    while planning.searches < 2 { try await Task.sleep(for: .milliseconds(2)) }
    try await others()
    key.finish()
    await before.finished()
    return try await reply
  }

  // MARK: Who sees what

  @Test func aPlanWithUrgentWorkIsSeenByThoseAloneWhoSeeThatWorkToo() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let (all, some) = (try token(service), try token(service, .read, ["tours", "stops", "playgrounds"]))
      let urgent = #"{"urgent":["secret/s1"]}"#
      let stored = try id(try await plan(service, #","store":true"#, token: all))
      #expect(try await service.get("/tours/\(stored)", headers: headers(some)).status == 200)
      #expect(try await send(service, stored, "replan", urgent, token: all).status == 200)
      // The same where it is stored after the change, and where the change is made in the background.
      let later = try id(try await plan(service))
      #expect(try await send(service, later, "replan", urgent, token: all).status == 200)
      #expect(try await send(service, later, "store", token: all).status == 200)
      let background = try id(try await plan(service, #","store":true"#, token: all))
      let begun = try await send(service, background, "replan", #"{"background":true,"urgent":["secret/s1"]}"#, token: all)
      #expect(begun.status == 202, "\(begun.text)")
      for id in [stored, later, background] {
        for path in ["", "?version=1", "?f=csv", "/compare", "/versions", "/events", "/request"] {
          #expect(try await service.get("/tours/\(id)\(path)", headers: headers(some)).status == 404, "\(path)")
        }
        #expect(try await service.get("/tours/\(id)/events", headers: headers(all)).text.contains("event: done"))
        #expect(try await service.get("/tours/\(id)?f=csv", headers: headers(all)).text.contains("s1"))
        #expect(try service.application.store.tourPlan(id).collections == ["playgrounds", "secret"])
      }
      #expect(try await service.get("/tours", headers: headers(some)).json["tours"] == [])
    }
  }

  @Test func aReleasedPlanIsDeletedByThoseAloneWhoMayChangeItsStops() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let (all, some) = (try token(service), try token(service, .write, ["tours", "playgrounds"]))
      let released = try id(try await plan(service))
      #expect(try await send(service, released, "release", token: all).status == 200)
      let stops = try await service.get("/collections/stops/items", headers: headers(all)).json["numberMatched"]
      #expect(try await service.send(.delete, "/tours/\(released)", headers: headers(some)).status == 403)
      #expect(try await service.get("/collections/stops/items", headers: headers(all)).json["numberMatched"] == stops)
      // Where nothing was released the scope on tours is enough.
      let draft = try id(try await plan(service, #","store":true"#, token: all))
      #expect(try await service.send(.delete, "/tours/\(draft)", headers: headers(some)).status == 204)
      #expect(try await service.send(.delete, "/tours/\(released)", headers: headers(all)).status == 204)
    }
  }

  // MARK: While a search is at it

  @Test func aPlanThatIsBeingMadeIsNeitherStoredNorReleased() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let (store, all) = (service.application.store, try token(service))
      let id = try id(try await plan(service, #","background":true,"seconds":600"#))
      let run = try #require(service.application.tourShelf.entry(id)?.run)
      while run.view.progress.leftOut == nil { try await Task.sleep(for: .milliseconds(5)) }
      for action in ["store", "release"] {
        let refused = try await send(service, id, action, token: all)
        #expect(refused.status == 409)
        #expect(try refused.json["code"] == "planning")
      }
      #expect(try store.tourPlans(limit: 10).isEmpty)
      #expect(try await service.send(.delete, "/tours/\(id)").status == 204)
      await run.finished()
      #expect(try await send(service, id, "store", token: all).status == 200)
      service.application.tourShelf.remove(id)
      let kept = try await service.get("/tours/\(id)", headers: headers(all)).json
      #expect(kept["status"] == "draft" && kept["routes"]?.array?.isEmpty == false)
    }
  }

  @Test func aVersionThatWasMadeWhileThePlanWasBeingMadeDoesNotTakeItsPlace() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service, #","background":true,"seconds":600"#))
      let run = try #require(service.application.tourShelf.entry(id)?.run)
      // A plan is drawn for those who listen.
      let listening = Task { for await _ in run.listen(heartbeat: .seconds(60)) {} }
      while run.view.best == nil { try await Task.sleep(for: .milliseconds(5)) }
      let changed = try await send(service, id, "replan", Self.change)
      #expect(try changed.json["version"] == 2, "\(changed.text)")
      #expect(try await service.send(.delete, "/tours/\(id)").status == 204)
      await run.finished()
      await listening.value
      let versions = try await service.get("/tours/\(id)/versions").json["versions"]?.array ?? []
      #expect(versions.map { $0["version"] } == [2, 1] && versions.map { $0["status"] } == ["draft", "draft"])
      let second = try await service.get("/tours/\(id)?version=2").json
      #expect(try changed.json["routes"] == second["routes"])
    }
  }

  private struct Listening: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
  }

  @Test func whoListensHearsTheEndWhenTheServerIsToldToStop() async throws {
    try await TestService.with(TestTown.fill) { service in
      let ids = try await [plan(service, #","background":true,"seconds":600"#), plan(service, #","background":true"#)].map {
        try id($0)
      }
      let shelf = service.application.tourShelf
      let runs = try ids.map { try #require(shelf.entry($0)?.run) }
      let (connected, heard) = AsyncStream.makeStream(of: Void.self)
      let told = Mutex("")
      // Nobody listens to the search before it.
      let listening = Listening {
        let events = try await service.send(.get, "/tours/\(ids[1])/events") { _ in heard.finish() }
        told.withLock { $0 = events.text }
      }
      let group = ServiceGroup(
        configuration: .init(
          services: [.init(service: listening, successTerminationBehavior: .gracefullyShutdownGroup)],
          logger: service.application.logger))
      async let ended: Void = group.run()
      for await _ in connected {}
      await group.triggerGracefulShutdown()
      try await ended
      #expect(told.withLock { $0 }.contains("event: failed\n"))
      for run in runs { await run.finished() }
      #expect(runs.allSatisfy { $0.isStopping })
    }
  }

  // MARK: While another request is at it

  @Test func aVersionOfAPlanThatWasStoredMeanwhileIsStoredOrRefused() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let (store, all) = (service.application.store, try token(service))
      let one = try id(try await plan(service))
      let kept = try await changed(service, one, token: all) {
        let stored = try await send(service, one, "store", token: all)
        #expect(stored.status == 200)
      }
      #expect(kept.status == 200, "\(kept.text)")
      #expect(try kept.json["version"] == 2 && kept.json["stored"] == true)
      #expect(try store.tourPlan(one).versions.map(\.number) == [1, 2])
      #expect(try store.tourPlan(one).versions.last?.actor == "token []")
      // Who has no token changes no plan that is stored.
      let two = try id(try await plan(service))
      let refused = try await changed(service, two) {
        let stored = try await send(service, two, "store", token: all)
        #expect(stored.status == 200)
      }
      #expect(refused.status == 401, "\(refused.text)")
      #expect(try store.tourPlan(two).versions.map(\.number) == [1])
      #expect(try await service.get("/tours/\(two)/versions", headers: headers(all)).json["versions"]?.array?.count == 1)
    }
  }

  @Test func aPlanThatWasDeletedMeanwhileIsNotFound() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let all = try token(service)
      for more in ["", #","store":true"#] {
        let id = try id(try await plan(service, more, token: all))
        let reply = try await changed(service, id, token: all) {
          let deleted = try await service.send(.delete, "/tours/\(id)", headers: headers(all))
          #expect(deleted.status == 204)
        }
        #expect(reply.status == 404, "\(reply.text)")
        #expect(try reply.json["code"] == "not-found")
      }
    }
  }

  @Test func aChangeOfAVersionThatIsNotTheNewestAnyMoreIsRefusedUnlessItNamesIt() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      // The same change of somebody else, who stands before it in the queue of versions.
      func somebodyMakes(_ version: Int) throws {
        let shelf = service.application.tourShelf
        let entry = try #require(shelf.entry(id))
        let made = try #require(entry.record.versions.first)
        #expect(shelf.append(made, entry.plans[1], reading: [], to: id)?.number == version)
      }
      let refused = try await changed(service, id, "replan?version=1") { try somebodyMakes(2) }
      #expect(refused.status == 409, "\(refused.text)")
      #expect(try refused.json["code"] == "changed-meanwhile")
      let wanted = try await changed(service, id, "replan?version=1") {}
      #expect(try wanted.json["version"] == 3, "\(wanted.text)")
      // Who says that version 2 is the newest one it knows of does not know what it changes; who knows version 3 does.
      let stale = try await send(service, id, "replan?version=1&newest=2", Self.change)
      #expect(stale.status == 409, "\(stale.text)")
      #expect(try stale.json["code"] == "changed-meanwhile" && stale.json["parameter"] == "newest", "\(stale.text)")
      let background = Self.change.dropLast() + #","background":true}"#
      #expect(try await send(service, id, "replan?newest=2", String(background)).status == 409)
      let knowing = try await send(service, id, "replan?version=1&newest=3", Self.change)
      #expect(try knowing.json["version"] == 4, "\(knowing.text)")
      // Nobody has seen a version that is not there: when somebody makes it meanwhile, the change is refused all the same.
      let late = try await changed(service, id, "replan?newest=99") { try somebodyMakes(5) }
      #expect(late.status == 409, "\(late.text)")
      let nonsense = try await send(service, id, "replan?newest=none", Self.change)
      #expect(nonsense.status == 400, "\(nonsense.text)")
    }
  }

  // MARK: Nothing half stored

  @Test func aPlanWhosePartIsNotThereIsNotStored() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let all = try token(service)
      let body = request(#","store":true"#)
      for query in ["inspector=Z", "day=2026-12-02", "inspector=A&day=2026-11-30"] {
        let reply = try await service.send(.post, "/tours?\(query)", headers: headers(all, hasBody: true), body: body)
        #expect(reply.status == 404, "\(query): \(reply.text)")
      }
      #expect(try service.application.store.tourPlans(limit: 10).isEmpty)
      let part = try await service.send(.post, "/tours?inspector=A", headers: headers(all, hasBody: true), body: body)
      #expect(try part.json["stored"] == true && part.json["routes"]?.array?.count == 1)
      #expect(try service.application.store.tourPlans(limit: 10).map(\.versions.count) == [1])
    }
  }

  @Test func theTitleOfAReleaseIsThatOfThePlan() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let all = try token(service)
      let id = try id(try await plan(service, #","store":true,"title":"Entwurf""#, token: all))
      let released = try await send(service, id, "release", #"{"title":"Winter"}"#, token: all)
      #expect(try released.json["title"] == "Winter", "\(released.text)")
      #expect(try await service.get("/tours/\(id)", headers: headers(all)).json["title"] == "Winter")
      let tours = try await service.get("/collections/tours/items", headers: headers(all)).json["features"]?.array ?? []
      #expect(!tours.isEmpty && tours.allSatisfy { $0["properties"]?["title"] == "Winter" })
      // Without one it stays.
      #expect(try await send(service, id, "release", token: all).json["title"] == "Winter")
    }
  }

  // MARK: Shares

  @Test func thoseWithoutATokenHaveASmallShareOfTheQueueAndTheLastTurn() async throws {
    let threads = PlanningThreads(mostWaiting: 4, mostWithoutToken: 1, busy: "Busy.")
    let order = Mutex<[String]>([])
    let (gate, key) = AsyncStream.makeStream(of: Void.self)
    func begin(_ name: String, hasToken: Bool) throws -> PlanningThreads.Search {
      try threads.begin(hasToken: hasToken) { order.withLock { $0.append(name) } }
    }
    let first = try threads.begin(hasToken: false) { for await _ in gate {} }
    let anybody = try begin("anybody", hasToken: false)
    #expect(throws: Problem.self) { try begin("another", hasToken: false) }
    let left = try begin("left", hasToken: true)
    let (one, two) = (try begin("one", hasToken: true), try begin("two", hasToken: true))
    #expect(throws: Problem.self) { try begin("too many", hasToken: true) }
    // A place that was left goes to the next.
    left.cancel()
    await left.finished()
    let three = try begin("three", hasToken: true)
    key.finish()
    for search in [first, anybody, one, two, three] { await search.finished() }
    #expect(order.withLock { $0 } == ["left", "one", "two", "three", "anybody"])
    #expect(threads.searches == 0)
  }

  @Test func plansThatTakeTooMuchMemoryMakeRoomTheOldestFirst() async throws {
    try await TestService.with(TestTown.fill) { service in
      let id = try id(try await plan(service))
      let made = try #require(service.application.tourShelf.entry(id))
      let shelf = TourShelf(mostBytes: made.bytes * 5 / 2)
      func entry(_ id: String) -> TourEntry {
        var entry = made
        entry.record.id = id
        return entry
      }
      for id in ["a", "b"] { try shelf.put(entry(id)) }
      #expect(shelf.entry("a") != nil)
      // Who only looks around, as a list does, keeps nothing.
      #expect(shelf.glance("b") != nil)
      try shelf.put(entry("c"))
      #expect(shelf.glance("a") != nil && shelf.glance("b") == nil && shelf.glance("c") != nil)
      // What is being made stays, and so does a plan that has grown beyond all bounds alone.
      shelf.update("a") { $0.run = TourRun() }
      shelf.update("c") { entry in for number in 2...6 { entry.plans[number] = made.plans[1] } }
      #expect(shelf.glance("a") != nil && shelf.glance("c")?.plans.count == 6)
      #expect(made.bytes > made.record.request.utf8.count + 1_000)
    }
  }
}
