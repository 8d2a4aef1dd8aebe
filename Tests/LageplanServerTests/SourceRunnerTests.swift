import Foundation
import HTTPTypes
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import Synchronization
import TestSupport
import Testing

@testable import LageplanServer

/// Sources over a small service on this machine, into a database of their own.
struct SourceRunnerTests {
  /// Features of a service that changes between runs.
  private final class Register: Sendable {
    struct Entry: Sendable {
      var id: String
      var name: String
    }

    let entries = Mutex<[Entry]>([])
    let fails = Mutex(false)

    init(_ count: Int) { fill(count) }

    func fill(_ count: Int) { entries.withLock { $0 = (0..<count).map { Entry(id: "t\($0)", name: "Baum \($0)") } } }

    func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
      if fails.withLock(\.self) { return .init(500, type: "application/problem+json", text: #"{"detail":"The disk is full."}"#) }
      let features = entries.withLock(\.self).enumerated().map { index, entry in
        """
        {"type":"Feature","id":"\(entry.id)","geometry":{"type":"Point","coordinates":[\(7 + Double(index) / 1000),51]},\
        "properties":{"name":"\(entry.name)"}}
        """
      }
      return .init(
        type: "application/geo+json", text: #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#)
    }
  }

  private func with(
    _ register: Register, settings: String = "{}", _ body: (Store, StoredSource, SourceRunner, LoopbackServer) throws -> Void
  ) throws {
    try TemporaryFolder.with { folder in
      let store = try Store(path: folder.appendingPathComponent("test.sqlite").path, mode: .create, readers: 1)
      defer { store.close() }
      let server = try LoopbackServer { request, _ in register.answer(request) }
      let source = StoredSource(
        id: "trees", collection: "trees", kind: "oapif", address: server.address + "/collections/trees/items", settings: settings,
        intervalMinutes: 60)
      try store.saveSource(source)
      try body(store, source, SourceRunner(store: store, town: TownTime()), server)
    }
  }

  private func numbers(_ run: SourceRun) -> [Int64?] {
    let report = SourceReport(run.report).taken
    return ["inserted", "updated", "unchanged", "deleted"].map { report?[$0]?.integer }
  }

  private func current(_ store: Store) throws -> StoredSource { try #require(try store.sources().first) }

  @Test func laterRunsAreDifferences() throws {
    let register = Register(10)
    try with(register) { store, source, runner, _ in
      #expect(numbers(try runner.run(source)) == [10, 0, 0, 0])
      let version = try store.dataVersion(of: "trees")
      #expect(numbers(try runner.run(current(store))) == [0, 0, 10, 0])
      #expect(try store.dataVersion(of: "trees") == version)
      register.entries.withLock { entries in
        entries[0].name = "Linde"
        entries.removeLast()
        entries.append(.init(id: "neu", name: "Eiche"))
      }
      let run = try runner.run(current(store))
      #expect(run.status == "ok")
      #expect(numbers(run) == [1, 1, 8, 1])
      #expect(try store.runs(ofSource: "trees").count == 3)
    }
  }

  @Test func sourceThatMakesNewIdsEachTimeIsTold() throws {
    let register = Register(3)
    try with(register) { store, source, runner, _ in
      _ = try runner.run(source)
      register.entries.withLock { $0 = (0..<3).map { .init(id: "fid--\($0)", name: "Baum \($0)") } }
      let warnings = SourceReport(try runner.run(current(store)).report).taken?["warnings"]?.array ?? []
      #expect(warnings.contains { $0.text?.contains("--id-property") == true })
    }
  }

  @Test func changesAreThoseOfTheSource() throws {
    let register = Register(3)
    try with(register) { store, source, runner, _ in
      _ = try runner.run(source)
      register.entries.withLock { $0[1].name = "Linde" }
      _ = try runner.run(current(store))
      let versions = try store.readSync { try $0.versions(ofFeature: "t1", in: "trees") }
      #expect(versions.compactMap(\.actor).allSatisfy { $0 == "source trees" })
      #expect(versions.count == 2)
    }
  }

  @Test func cancelledRunLeavesEverythingAsItWas() throws {
    let register = Register(10)
    try with(register) { store, source, runner, _ in
      _ = try runner.run(source)
      register.fill(8)
      var cancelled = runner
      cancelled.isCancelled = { true }
      let before = try current(store)
      #expect(throws: FetchError.cancelled) { try cancelled.run(before) }
      #expect(try store.descriptor(of: "trees").featureCount == 10)
      let after = try current(store)
      #expect(after.lastRun == before.lastRun)
      #expect(after.lastReport == before.lastReport)
      #expect(try store.runs(ofSource: "trees").count == 1)
    }
  }

  @Test func deliveryThatShrinksIsRefusedUnlessItIsAccepted() throws {
    let register = Register(10)
    try with(register) { store, source, runner, _ in
      _ = try runner.run(source)
      register.fill(4)
      let refused = try runner.run(current(store))
      #expect(refused.status == "refused")
      #expect(SourceReport(refused.report).reason?.contains("10 features and only 4 records") == true)
      #expect(try store.descriptor(of: "trees").featureCount == 10)
      // Nothing at all is fewer than half, too.
      register.fill(0)
      #expect(try runner.run(current(store)).status == "refused")
      register.fill(4)
      var willing = runner
      willing.acceptsShrink = true
      #expect(numbers(try willing.run(current(store))) == [0, 0, 4, 6])
      // Half is enough.
      register.fill(2)
      #expect(try runner.run(current(store)).status == "ok")
    }
  }

  @Test func featuresThatAreMissingStayWhereTheSourceSaysSo() throws {
    let register = Register(10)
    try with(register, settings: #"{"keepsMissing":true}"#) { store, source, runner, _ in
      _ = try runner.run(source)
      register.fill(3)
      #expect(numbers(try runner.run(current(store))) == [0, 0, 3, 0])
    }
  }

  @Test func collectionIsMadeAsTheSourceSays() throws {
    try with(Register(2), settings: #"{"hidden":true,"title":"Bäume","licence":"CC0-1.0"}"#) { store, source, runner, _ in
      _ = try runner.run(source)
      let made = try store.descriptor(of: "trees")
      #expect(!made.isPublic)
      #expect(made.title == "Bäume")
      #expect(made.licence == "CC0-1.0")
    }
  }

  @Test func failureIsKeptWithItsReasonAndLaterRunsWaitLonger() throws {
    let register = Register(10)
    try with(register) { store, source, runner, _ in
      _ = try runner.run(source)
      register.fails.withLock { $0 = true }
      var pauses: [Int64] = []
      for failures in 1...4 {
        let run = try runner.run(current(store))
        #expect(run.status == "failed")
        #expect(SourceReport(run.report).reason?.contains("answers 500: The disk is full") == true)
        #expect(SourceReport(run.report).failures == failures)
        let next = try #require(try current(store).nextRun)
        pauses.append((next.millisecondsSince1970 - run.started.millisecondsSince1970) / 60_000)
      }
      #expect(pauses == [5, 10, 20, 40])
      #expect(try store.descriptor(of: "trees").featureCount == 10)
      register.fails.withLock { $0 = false }
      let run = try runner.run(current(store))
      #expect(run.status == "ok")
      #expect(try current(store).nextRun?.millisecondsSince1970 == run.started.millisecondsSince1970 + 3_600_000)
    }
  }

  @Test func sourceThatCannotBeRunIsAFailureOfItsOwn() throws {
    try TemporaryFolder.with { folder in
      let store = try Store(path: folder.appendingPathComponent("test.sqlite").path, mode: .create, readers: 1)
      defer { store.close() }
      let runner = SourceRunner(store: store, town: try TownTime())
      for (kind, address, settings, reason) in [
        ("ftp", "x", "{}", "no kind of source"), ("file", "/nowhere/a.csv", "{}", "there is no such file"),
        ("file", "a", #"{"colour":1}"#, "no setting"), ("wfs", "http://127.0.0.1:1/wfs", #"{"minutes":1}"#, "cannot be reached"),
      ] {
        let source = StoredSource(id: "a", collection: "a", kind: kind, address: address, settings: settings, intervalMinutes: 5)
        try store.saveSource(source)
        let run = try runner.run(source)
        #expect(run.status == "failed")
        #expect(SourceReport(run.report).reason?.contains(reason) == true)
      }
      #expect(try store.collections().isEmpty)
    }
  }

  @Test func unchangedFileIsNotReadUnlessTheCollectionWasEdited() throws {
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("a.csv")
      try Data("id;name;lon;lat\na;Linde;7.1;51.5\nb;Eiche;7.2;51.5\n".utf8).write(to: file)
      let store = try Store(path: folder.appendingPathComponent("test.sqlite").path, mode: .create, readers: 1)
      defer { store.close() }
      try store.saveSource(StoredSource(id: "a", collection: "a", kind: "file", address: file.path, intervalMinutes: 5))
      let runner = SourceRunner(store: store, town: try TownTime())
      #expect(try runner.run(current(store)).status == "ok")
      #expect(try runner.run(current(store)).status == "unchanged")
      #expect(try runner.run(current(store)).status == "unchanged")
      _ = try store.edit([FeatureEdit(.delete(id: "a"))], in: "a", actor: nil)
      let run = try runner.run(current(store))
      #expect(run.status == "ok")
      #expect(numbers(run) == [1, 0, 1, 0])
      #expect(try runner.run(current(store)).status == "unchanged")
    }
  }

  @Test func sourcesAreDueByTheirIntervalAndNeverWhereSwitchedOff() throws {
    let now = Instant.now
    var source = StoredSource(id: "a", collection: "a", kind: "file", address: "/a", intervalMinutes: 5)
    #expect(source.isDue(at: now))
    source.isEnabled = false
    #expect(!source.isDue(at: now))
    #expect(SourceSchedule.mostOverdue(of: [source], at: now) == nil)
  }

  @Test func onlyOneProgramRunsTheSourcesOfADatabase() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("a.sqlite").path
      let first = try #require(try SourceLock(database: path))
      #expect(try SourceLock(database: path) == nil)
      first.release()
      let second = try #require(try SourceLock(database: path))
      second.release()
    }
  }

  @Test(arguments: [
    ("30m", 30), ("6h", 360), ("1d", 1440), ("0m", nil), ("-1h", nil), ("1", nil), ("h", nil), ("", nil), ("400d", nil),
  ])
  func intervalsAreRead(text: String, minutes: Int?) {
    #expect(Interval(parsing: text)?.minutes == minutes)
    if let interval = Interval(parsing: text) { #expect(Interval(parsing: interval.description) == interval) }
  }

  @Test func sourcesAreShownToHoldersOfAnAdminTokenOnly() async throws {
    var secrets: [String] = []
    try await TestService.with({ store in
      try store.saveSource(
        StoredSource(
          id: "trees", collection: "trees", kind: "oapif", address: "http://gis:secret@127.0.0.1:1/collections/trees",
          intervalMinutes: 60))
      for scope in [AccessScope.write, .admin] {
        secrets.append(try store.addToken(name: scope.rawValue, scope: scope, at: .now))
      }
    }) { service in
      for path in ["/sources", "/sources/trees"] {
        #expect(try await service.get(path).status == 401)
        #expect(try await service.get(path, headers: [.authorization: "Bearer \(secrets[0])"]).status == 403)
        for kind in ["json", "html"] {
          let reply = try await service.get("\(path)?f=\(kind)", headers: [.authorization: "Bearer \(secrets[1])"])
          #expect(reply.status == 200)
          #expect(reply.text.contains("127.0.0.1:1/collections/trees") || path == "/sources")
          #expect(!reply.text.contains("secret"))
          #expect(reply.headers[.cacheControl]?.contains("no-store") == true)
        }
      }
      #expect(try await service.get("/sources/none", headers: [.authorization: "Bearer \(secrets[1])"]).status == 404)
    }
  }
}
