import Foundation
import TestSupport
import Testing

/// The built server as clients see it, over the loopback.
@Suite struct ServeTests {
  /// A small sample town in a folder of its own, served until `body` ends; the exit code of the stopped server is checked.
  private func serving(arguments: [String] = [], _ body: (ServerRun, URL) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let database = folder.appendingPathComponent("town.sqlite")
      let made = try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", database.path])
      #expect(made.status == 0, "\(made.errors)")
      let server = try ServerRun(database: database, arguments: arguments)
      try body(server, database)
      #expect(server.stop() == 0)
    }
  }

  private func curl(_ arguments: [String]) throws -> String {
    let run = try CommandRun.program("curl", ["--silent", "--show-error", "--max-time", Patience.seconds] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  @Test func aStoppedServerLeavesAWholeDatabase() throws {
    try serving { server, database in
      #expect(try curl(["\(server.address)health"]).contains("\"status\":\"ok\""))
      #expect(server.stop() == 0)
      let check = try CommandRun.program("sqlite3", [database.path, "PRAGMA integrity_check"])
      #expect(check.output == "ok\n")
      #expect(!FileManager.default.fileExists(atPath: database.path + "-wal"))
    }
  }

  @Test func gdalReadsEveryFeatureOnceOverHttp() throws {
    try serving { server, database in
      let stored = try CommandRun.program("sqlite3", [database.path, "SELECT count(*), count(DISTINCT id) FROM trees"])
      let copy = database.deletingLastPathComponent().appendingPathComponent("copy.gpkg")
      let read = try CommandRun.program("ogr2ogr", ["-f", "GPKG", copy.path, "OAPIF:\(server.address)", "trees"])
      #expect(read.status == 0, "\(read.errors)")
      let copied = try CommandRun.program("sqlite3", [copy.path, "SELECT count(*), count(DISTINCT id) FROM trees"])
      #expect(!stored.output.hasPrefix("0|"))
      #expect(copied.output == stored.output)
    }
  }

  @Test func gdalReadsOurTiles() throws {
    try serving { server, _ in
      // The tile of zoom 10 over the middle of the sample town.
      let run = try CommandRun.program("ogrinfo", ["-so", "-al", "MVT:\(server.address)tiles/streets/10/542/336.mvt"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("Layer name: streets"))
      #expect(!run.output.contains("Feature Count: 0"))
    }
  }

  @Test func aServerBesideAnotherOnItsPortSaysSo() throws {
    try serving { server, database in
      let port = try #require(server.address.port)
      let second = try CommandRun.lageplan(["serve", "--database", database.path, "--port", "\(port)"])
      #expect(second.status == 1)
      #expect(second.errors.contains("\(port)"), "\(second.errors)")
    }
  }

  @Test(arguments: ["much", "2XB", "-1GB", "GB", "1e400GB", ""]) func aMemoryBudgetThatIsNoSizeIsRefused(size: String) throws {
    let run = try CommandRun.lageplan(["serve", "--database", "/nowhere", "--resident=\(size)"])
    #expect(run.status == 2)
    #expect(run.errors.contains("500MB"), "\(run.errors)")
  }

  @Test(arguments: ["1GiB", "0.5 gb", "300m", "off", "0"]) func aMemoryBudgetIsASize(size: String) throws {
    try serving(arguments: ["--resident", size]) { server, _ in
      let budget = ["1GiB": "1073741824", "0.5 gb": "500000000", "300m": "300000000"][size] ?? "0"
      let health = try curl(["\(server.address)health"])
      #expect(health.contains("\"budgetBytes\":\(budget),"))
    }
  }

  @Test func linksCarryThePublicAddress() throws {
    try serving(arguments: ["--public-url", "https://geo.example.org/plan"]) { server, _ in
      let landing = try curl(["\(server.address)"])
      #expect(landing.contains("https://geo.example.org/plan/collections"))
      #expect(!landing.contains("127.0.0.1"))
    }
  }

  @Test func theSampleTownIsNotWrittenOverByAccident() throws {
    try TemporaryFolder.with { folder in
      let database = folder.appendingPathComponent("town.sqlite").path
      #expect(try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", database]).status == 0)
      let again = try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", database])
      #expect(again.status == 1)
      #expect(again.errors.contains("--replace"), "\(again.errors)")
      #expect(try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", database, "--replace"]).status == 0)
    }
  }

  /// Playgrounds have a `name` and equipment a `type`, which GPX has fields for: they belong there.
  @Test(arguments: ["playgrounds", "equipment"])
  func gpxTakesPropertiesOfTheNamesOfItsOwnFields(collection: String) throws {
    try TemporaryFolder.with { folder in
      let database = folder.appendingPathComponent("town.sqlite").path
      let file = folder.appendingPathComponent("\(collection).gpx").path
      #expect(try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", database]).status == 0)
      let export = try CommandRun.lageplan(["export", collection, file, "--database", database])
      #expect(export.status == 0, "\(export.errors)")
      let read = try CommandRun.program("ogrinfo", ["-so", file, "waypoints"])
      #expect(read.output.contains("Feature Count:") && !read.output.contains("Feature Count: 0"))
    }
  }
}
