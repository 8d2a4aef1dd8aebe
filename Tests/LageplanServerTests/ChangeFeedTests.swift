import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import Testing

@testable import LageplanServer

/// What has changed, and what was before, as other systems ask for it.
@Suite struct ChangeFeedTests {
  private static let noon = Instant(millisecondsSince1970: 1_700_000_000_000)

  private struct Town {
    let service: TestService
    let token: String
    var store: Store { service.application.store }

    func get(_ path: String, asHolder: Bool = false) async throws -> JSONValue {
      let reply = try await service.get(path, headers: asHolder ? [.authorization: "Bearer \(token)"] : [:])
      #expect(reply.status == 200, "\(path): \(reply.text)")
      return try reply.json
    }

    func rename(_ id: String, _ name: String) throws -> EditOutcome {
      let change = FeatureEdit.Change.update(id: id, properties: ["name": .text(name)], geometry: .unchanged)
      return try store.edit([FeatureEdit(change)], in: "playgrounds", actor: "bauhof")[0]
    }
  }

  private func town(_ body: (Town) async throws -> Void) async throws {
    try await TestService.with(TestTown.fill) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .read, at: Self.noon)
      try await body(Town(service: service, token: token))
    }
  }

  // MARK: - Changes

  @Test func changesComeInTheirOrderWithDeletions() async throws {
    try await town { town in
      let begin = try town.store.latestSequence()
      let place = TestTown.place(column: 9, row: 9)
      _ = try town.rename("p11", "Eins")
      _ = try town.store.edit(
        [
          FeatureEdit(.insert(Feature(id: "new", geometry: .point(place), values: [.text("Neu"), .null, .null, .null]))),
          FeatureEdit(.delete(id: "p12")),
        ], in: "playgrounds", actor: nil)
      let answer = try await town.get("/collections/playgrounds/changes?since=\(begin)")
      let changes = try #require(answer["changes"]?.array)
      #expect(changes.map { $0["operation"]?.text } == ["update", "insert", "delete"])
      #expect(changes.map { $0["id"]?.text } == ["p11", "new", "p12"])
      let sequences = changes.compactMap { $0["sequence"]?.integer }
      #expect(sequences == sequences.sorted() && Set(sequences).count == 3)
      // Where to look again: at the old place and at the new one.
      let box = JSONValue.array([place.x, place.y, place.x, place.y].map { .real($0) })
      #expect(changes[1]["bbox"] == box)
      #expect(changes[1]["oldBbox"] == nil)
      #expect(changes[2]["bbox"] == nil)
      #expect(changes[2]["oldBbox"]?.array?.count == 4)
      #expect(answer["more"] == false)
      // From the cursor on there is nothing.
      let cursor = try #require(answer["cursor"]?.integer)
      let next = try await town.get("/collections/playgrounds/changes?since=\(cursor)")
      #expect(next["changes"] == [])
      #expect(next["cursor"]?.integer == cursor)
    }
  }

  @Test func pagesOfChangesMissNothing() async throws {
    try await town { town in
      let begin = try town.store.latestSequence()
      for number in 0..<7 { _ = try town.rename("p\(number % 5)\(number / 5)", "Name \(number)") }
      var seen: [String] = []
      var path: String? = "/changes?since=\(begin)&limit=3"
      var pages = 0
      while let next = path, pages < 10 {
        let answer = try await town.get(next)
        seen += answer["changes"]?.array?.compactMap { $0["id"]?.text } ?? []
        let link = answer["links"]?.array?.first { $0["rel"] == "next" }?["href"]?.text
        path = answer["more"] == true ? link.map { String($0.dropFirst("http://town.example:8080".count)) } : nil
        pages += 1
      }
      #expect(pages == 3)
      #expect(seen == ["p00", "p10", "p20", "p30", "p40", "p01", "p11"])
    }
  }

  @Test func aLoadIsOneEntry() async throws {
    try await town { town in
      let answer = try await town.get("/collections/playgrounds/changes")
      let load = try #require(answer["changes"]?.array?.first { $0["operation"] == "import" })
      #expect(load["features"] == 26)
      #expect(load["id"] == nil)
    }
  }

  @Test func namesOfPeopleAreForHoldersOfATokenOnly() async throws {
    try await town { town in
      let begin = try town.store.latestSequence()
      _ = try town.rename("p11", "Eins")
      for path in ["/changes?since=\(begin)", "/collections/playgrounds/items/p11/versions"] {
        let anybody = try await town.service.get(path)
        #expect(anybody.status == 200)
        #expect(!anybody.text.contains("bauhof") && !anybody.text.contains("actor"))
        let holder = try await town.service.get(path, headers: [.authorization: "Bearer \(town.token)"])
        #expect(holder.text.contains(#""actor":"bauhof""#))
      }
    }
  }

  @Test func changesOfWhatIsNotSeenAreNotTold() async throws {
    try await town { town in
      let start = try await town.get("/changes")
      let begin = try town.store.latestSequence()
      _ = try town.store.edit([FeatureEdit(.delete(id: "s1"))], in: "secret", actor: nil)
      // Neither the changes nor, by the cursor, how many there were.
      #expect(try await town.get("/changes")["cursor"] == start["cursor"])
      let cursor = try #require(start["cursor"]?.integer)
      let anybody = try await town.get("/changes?since=\(cursor)")
      #expect(anybody["changes"] == [])
      #expect(anybody["cursor"]?.integer == cursor)
      #expect(begin < (try town.store.latestSequence()))
      let holder = try await town.get("/changes?since=\(begin)", asHolder: true)
      #expect(holder["changes"]?[0]?["id"] == "s1")
    }
  }

  @Test func whatWasHiddenStaysHiddenBehindACollectionOfTheSameId() async throws {
    try await town { town in
      _ = try town.store.edit([FeatureEdit(.delete(id: "s1"))], in: "secret", actor: nil)
      try town.store.dropCollection("secret")
      var open = TestTown.secret
      open.isPublic = true
      var rest = [Feature(id: "n1", geometry: .point(TestTown.place(column: 1, row: 1)), values: [.text("Neu")])][...]
      _ = try town.store.importFeatures(into: open) { rest.popFirst() }
      _ = try town.store.edit([FeatureEdit(.delete(id: "n1"))], in: "secret", actor: nil)
      for path in ["/changes", "/collections/secret/changes"] {
        let changes = try #require(try await town.get(path)["changes"]?.array).filter { $0["collection"] == "secret" }
        #expect(changes.compactMap { $0["id"]?.text } == ["n1"], "\(path)")
        #expect(changes.filter { $0["operation"] == "import" }.count == 1)
      }
    }
  }

  @Test func aCursorThatIsGoneIsTold() async throws {
    try await town { town in
      let begin = try town.store.latestSequence()
      _ = try town.rename("p11", "Eins")
      _ = try town.rename("p11", "Zwei")
      _ = try town.rename("p11", "Drei")
      try town.store.pruneHistory(before: .now)
      for path in [
        "/changes?since=\(begin)", "/collections/playgrounds/changes?since=\(begin)", "/changes/stream?since=\(begin)",
      ] {
        let reply = try await town.service.get(path)
        #expect(reply.status == 410, "\(path)")
        #expect(try reply.json["detail"]?.text?.contains("since=\(try town.store.latestSequence())") == true)
      }
      // A cursor from another database, or from after a backup.
      #expect(try await town.service.get("/changes?since=99999999").status == 410)
      let latest = try town.store.latestSequence()
      #expect(try await town.get("/changes?since=\(latest)")["changes"] == [])
    }
  }

  @Test(arguments: [
    "/changes?since=-1", "/changes?since=x", "/changes?limit=0", "/changes?bbox=1,2,3,4", "/changes?f=html",
    "/changes?since=99999999999999999999", "/changes/stream?since=x", "/changes/stream?f=json",
  ])
  func aQuestionThatMakesNoSenseIsRefused(path: String) async throws {
    try await town { town in
      let reply = try await town.service.get(path)
      #expect(reply.status == 400)
    }
  }

  // MARK: - Versions

  @Test func everyStateOfAFeatureIsKept() async throws {
    try await town { town in
      let path = "/collections/playgrounds/items/p11"
      let first = try await town.get(path)
      _ = try town.rename("p11", "Eins")
      _ = try town.rename("p11", "Zwei")
      _ = try town.store.edit([FeatureEdit(.delete(id: "p11"))], in: "playgrounds", actor: nil)
      let versions = try #require(try await town.get("\(path)/versions")["versions"]?.array)
      #expect(versions.map { $0["operation"]?.text } == ["delete", "update", "update", "import"])
      #expect(versions[0]["feature"]?.isNull == true)
      #expect(
        versions.dropFirst().map { $0["feature"]?["properties"]?["name"]?.text } == [
          "Zwei", "Eins", first["properties"]?["name"]?.text,
        ])
      #expect(versions[3]["feature"]?["geometry"] == first["geometry"])
      // One by one, each linked with its neighbours.
      let second = try #require(versions[2]["version"]?.integer)
      let one = try await town.service.get("\(path)/versions/\(second)")
      #expect(one.headers[.contentType] == "application/geo+json")
      #expect(try one.json["properties"]?["name"] == "Eins")
      let relations = try one.json["links"]?.array?.compactMap { $0["rel"]?.text }
      #expect(Set(relations ?? []).isSuperset(of: ["predecessor-version", "successor-version", "version-history"]))
      let deletion = try #require(versions[0]["version"]?.integer)
      #expect(try await town.service.get("\(path)/versions/\(deletion)").status == 410)
    }
  }

  @Test func versionsComeInPages() async throws {
    try await town { town in
      let path = "/collections/playgrounds/items/p11/versions"
      for number in 0..<120 { _ = try town.rename("p11", "Name \(number)") }
      #expect(try await town.get(path)["versions"]?.array?.count == 100)
      let whole = try #require(try await town.get("\(path)?limit=1000")["versions"]?.array)
      #expect(whole.count == 121)
      var seen: [JSONValue] = []
      var next: String? = "\(path)?limit=50"
      while let page = next, seen.count < 200 {
        let answer = try await town.get(page)
        seen += answer["versions"]?.array ?? []
        let link = answer["links"]?.array?.first { $0["rel"] == "next" }?["href"]?.text
        next = link.map { String($0.dropFirst("http://town.example:8080".count)) }
      }
      #expect(seen == whole)
    }
  }

  @Test func versionsOfWhatNeverWasAreNotThere() async throws {
    try await town { town in
      let path = "/collections/playgrounds/items"
      for missing in ["\(path)/none/versions", "\(path)/p11/versions/0", "\(path)/p11/versions/x", "\(path)/p11/versions/999999"]
      {
        let reply = try await town.service.get(missing)
        #expect(reply.status == 404)
      }
    }
  }

  // MARK: - Events

  @Test func anEventIsOneBlockOfLines() throws {
    let document: JSONValue = ["id": "a\nb", "name": "ä"]
    let event = String(decoding: EventStream.event("change", id: "17", data: document), as: UTF8.self)
    #expect(event == "id: 17\nevent: change\ndata: {\"id\":\"a\\nb\",\"name\":\"ä\"}\n\n")
  }

  @Test(.timeLimit(.minutes(10))) func listenersHearOfChangesByOthers() async throws {
    try await town { town in
      let feed = town.service.application.changeFeed
      let begin = try town.store.latestSequence()
      var latest = begin
      // Not through the server: as a command or another program does it.
      var written = false
      for await _ in try feed.listen() {
        latest = try town.store.latestSequence()
        if latest > begin { break }
        if !written { _ = try town.rename("p11", "Eins") }
        written = true
      }
      #expect(latest > begin)
    }
  }

  @Test func thereAreOnlySoManyListeners() async throws {
    try await town { town in
      let feed = town.service.application.changeFeed
      var listeners: [AsyncStream<ChangeFeed.Signal>] = []
      for _ in 0..<ChangeFeed.mostListeners { listeners.append(try feed.listen()) }
      let refused = #expect(throws: Problem.self) { try feed.listen() }
      #expect(refused?.status == .serviceUnavailable)
      listeners.removeAll()
      // Whoever leaves makes room.
      _ = try feed.listen()
    }
  }
}
