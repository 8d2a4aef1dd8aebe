import Foundation
import Synchronization
import TestSupport
import Testing

/// Sources as a person at the shell and the server beside it run them.
@Suite struct SourcesTests {
  private func lageplan(_ arguments: String..., in folder: URL) throws -> CommandRun {
    try CommandRun.lageplan(
      arguments, in: folder, environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path])
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func berlinsDistrictsAreKeptTrueToTheirService() throws {
    let whole = try WfsReplay(
      file: SharedData.file("cities/berlin/alkis_bezirke_bezirksgrenzen.gml"), layer: "alkis_bezirke:bezirksgrenzen",
      system: "urn:ogc:def:crs:EPSG::25833")
    let current = Mutex(whole.keeping(11))
    let server = try LoopbackServer { request, _ in current.withLock(\.self).answer(request) }
    try TemporaryFolder.with { folder in
      let added = try lageplan(
        "sources", "add", "districts", "--collection", "districts", "--address", server.address + "/wfs", "--every", "1d",
        "--page-size", "5", in: folder)
      #expect(added.status == 0, "\(added.errors)")
      let first = try lageplan("sources", "run", "--due", in: folder)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("districts: ok: districts: 11 read = 11 inserted"))
      #expect(try lageplan("sources", "run", "--due", in: folder).output == "No source is due.\n")

      current.withLock { $0 = whole }
      #expect(try lageplan("sources", "run", "districts", in: folder).output.contains("1 inserted + 0 updated + 11 unchanged"))

      current.withLock { $0 = whole.keeping(2) }
      let shrunk = try lageplan("sources", "run", "districts", in: folder)
      #expect(shrunk.status == 1)
      #expect(shrunk.output.contains("12 features and only 2 records"))
      let accepted = try lageplan("sources", "run", "districts", "--accept-shrink", in: folder)
      #expect(accepted.output.contains("10 deleted"))

      let shown = try object(try lageplan("sources", "show", "districts", "--json", in: folder).output)
      #expect((shown["runs"] as? [Any])?.count == 4)
      #expect(shown["kind"] as? String == "wfs")
      #expect(try lageplan("sources", "disable", "districts", in: folder).status == 0)
      #expect(try lageplan("sources", in: folder).output.contains("switched off"))
      #expect(try lageplan("sources", "remove", "districts", in: folder).status == 0)
      #expect(
        try lageplan("sources", "show", "districts", in: folder).errors.contains("There is no source districts. Known: none."))
      #expect(try lageplan("collections", in: folder).output.contains("districts"))
    }
  }

  /// One of our own servers as the source of another, by OGC API – Features.
  @Test func ourOwnServerIsASource() throws {
    try TemporaryFolder.with { folder in
      let original = folder.appendingPathComponent("original.sqlite")
      #expect(try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", original.path]).status == 0)
      let server = try ServerRun(database: original)
      let added = try lageplan(
        "sources", "add", "trees", "--collection", "trees", "--kind", "oapif", "--address", server.address.absoluteString,
        "--layer",
        "trees", "--page-size", "100", in: folder)
      #expect(added.status == 0, "\(added.errors)")
      let run = try lageplan("sources", "run", "trees", in: folder)
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      #expect(server.stop() == 0)
      func ids(_ database: URL) throws -> String {
        try CommandRun.program("sqlite3", [database.path, "SELECT id FROM trees ORDER BY id"]).output
      }
      let copied = try ids(folder.appendingPathComponent("town.sqlite"))
      #expect(!copied.isEmpty)
      #expect(copied == (try ids(original)))
    }
  }

  @Test func serverRunsWhatIsDueAndOnlyWhereItIsTold() throws {
    let text = "id;name;lon;lat\n1;Eiche;7.6;51.9\n2;Linde;7.61;51.91\n"
    let upstream = try LoopbackServer { _, _ in .init(type: "text/csv", text: text) }
    try TemporaryFolder.with { folder in
      let database = folder.appendingPathComponent("town.sqlite")
      #expect(
        try lageplan("sources", "add", "trees", "--collection", "trees", "--address", upstream.address + "/trees.csv", in: folder)
          .status == 0)
      func serve(_ arguments: [String]) throws -> ServerRun { try ServerRun(database: database, arguments: arguments) }
      func items(_ server: ServerRun) throws -> String {
        try CommandRun.program("curl", ["--silent", "--max-time", Patience.seconds, "\(server.address)collections/trees/items"])
          .output
      }
      let silent = try serve([])
      #expect(try items(silent).contains("unknown-collection"))
      #expect(silent.stop() == 0)
      #expect(upstream.requests.isEmpty)

      let running = try serve(["--run-sources"])
      // The thread runs beside the server.
      #expect(try Patience.wait { try items(running).contains("Linde") })
      #expect(running.stop() == 0)
    }
  }

  @Test(arguments: [
    ["--every", "soon", "--address", "/a.csv"], ["--kind", "ftp", "--address", "/a.csv"], ["--address", "https://a.example/"],
    ["--smallest-share", "2", "--address", "/a.csv"], ["--crs", "Gauß", "--address", "/a.csv"],
    ["--type", "nr=colour", "--address", "/a.csv"],
  ])
  func sourceThatCannotBeIsWrongUsage(arguments: [String]) throws {
    try TemporaryFolder.with { folder in
      let run = try CommandRun.lageplan(["sources", "add", "a", "--collection", "a"] + arguments, in: folder)
      #expect(run.status == 2, "\(run.errors)")
    }
  }

  // MARK: What import has in common with sources

  @Test func referenceToNoCollectionIsAnErrorAndNothingIsWritten() throws {
    try TemporaryFolder.with { folder in
      try Data("id,place,lon,lat\n1,p1,7.6,51.9\n".utf8).write(to: folder.appendingPathComponent("a.csv"))
      let run = try lageplan("import", "a.csv", "--collection", "swings", "--reference", "place=playground", in: folder)
      #expect(run.status == 1)
      #expect(run.errors.contains("there is no collection playground to refer to. Known: none"))
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("town.sqlite").path))
      // A tree of parts refers to itself.
      #expect(try lageplan("import", "a.csv", "--collection", "swings", "--reference", "place=swings", in: folder).status == 0)
    }
  }

  @Test(arguments: [
    (["import", "missing.csv", "--collection", "a", "--json"], 1), (["collections", "set", "a", "--json"], 2),
    (["query", "trees", "--json"], 1), (["import", "--json"], 2), (["sources", "run", "none", "--json"], 1),
  ])
  func failureUnderJsonIsJson(arguments: [String], status: Int) throws {
    try TemporaryFolder.with { folder in
      let run = try CommandRun.lageplan(arguments, in: folder)
      #expect(run.status == Int32(status))
      #expect(run.output.isEmpty)
      let told = try object(run.errors)
      #expect(told["exitCode"] as? Int == status)
      #expect((told["error"] as? String)?.isEmpty == false)
      #expect(run.errors.split(separator: "\n").count == 1)
    }
  }
}
