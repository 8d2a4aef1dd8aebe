import Foundation
import TestSupport
import Testing

/// The built server with `--writable`, as clients see it, with tokens as the command makes them.
@Suite struct EditServeTests {
  private func town(_ body: (URL) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let database = folder.appendingPathComponent("town.sqlite")
      let made = try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", database.path])
      #expect(made.status == 0, "\(made.errors)")
      try body(database)
    }
  }

  private func token(_ arguments: [String], _ database: URL) throws -> CommandRun {
    try CommandRun.lageplan(["token"] + arguments + ["--database", database.path])
  }

  private func curl(_ arguments: [String]) throws -> String {
    let run = try CommandRun.program("curl", ["--silent", "--show-error", "--max-time", Patience.seconds] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  private static let status = ["--output", "/dev/null", "--write-out", "%{http_code}"]

  @Test func aTokenOpensARunningServerUntilItIsRevoked() throws {
    try town { database in
      let server = try ServerRun(database: database, arguments: ["--writable"])
      let items = "\(server.address)collections/trees/items"
      let tree = #"{"type":"Feature","id":"neu","geometry":{"type":"Point","coordinates":[10.77,52.42]},"properties":{}}"#
      let post = Self.status + ["--data", tree, "--header", "Content-Type: application/geo+json", items]
      #expect(try curl(post) == "401")
      let made = try token(["add", "bauhof", "--scope", "write"], database)
      #expect(made.status == 0, "\(made.errors)")
      let secret = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
      let bearer = ["--header", "Authorization: Bearer \(secret)"]
      #expect(try curl(post + bearer) == "201")
      #expect(try curl(Self.status + ["--request", "DELETE", "--user", "qgis:\(secret)", "\(items)/neu"]) == "204")
      #expect(try token(["revoke", "bauhof"], database).status == 0)
      #expect(try curl(post + bearer) == "401")
      #expect(server.stop() == 0)
      // Who did it is kept, the secret is not.
      let history = try CommandRun.program(
        "sqlite3", [database.path, "SELECT operation, actor FROM lageplan_changes WHERE feature_id = 'neu' ORDER BY sequence"])
      #expect(history.output == "insert|bauhof\ndelete|bauhof\n")
      let file = try Data(contentsOf: database)
      #expect(file.range(of: Data(secret.utf8)) == nil)
    }
  }

  @Test func tokensAreListedWithTheirState() throws {
    try town { database in
      #expect(try token(["list"], database).output.contains("No tokens yet"))
      #expect(try token(["add", "portal", "--collections", "trees", "--expires", "30d"], database).status == 0)
      #expect(try token(["add", "portal"], database).status == 1)
      let unknown = try token(["add", "other", "--collections", "nothing"], database)
      #expect(unknown.status == 1)
      #expect(unknown.errors.contains("nothing"))
      // Of tours there are none yet.
      #expect(try token(["add", "fahrer", "--collections", "tours,stops"], database).status == 0)
      #expect(try token(["add", "other", "--scope", "root"], database).status == 2)
      #expect(try token(["add", "other", "--expires", "2001-01-01"], database).status == 1)
      let listed = try token(["list"], database).output
      #expect(listed.contains("portal  read  trees  valid until "))
      #expect(listed.contains("fahrer  read  stops,tours  valid"))
      #expect(try token(["revoke", "nobody"], database).status == 1)
    }
  }

  /// A change by another program in the file reaches whoever listens, and the stream ends when the server does.
  @Test func theStreamTellsOfChangesByOthers() throws {
    try town { database in
      let server = try ServerRun(database: database)
      let output = database.deletingLastPathComponent().appendingPathComponent("events")
      try Data().write(to: output)
      let listener = Process()
      listener.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      listener.arguments = ["curl", "--silent", "--no-buffer", "--max-time", Patience.seconds, "\(server.address)changes/stream"]
      listener.standardOutput = try FileHandle(forWritingTo: output)
      try listener.run()
      defer { if listener.isRunning { listener.terminate() } }
      func heard(_ text: String) throws -> Bool {
        try Patience.wait { String(decoding: try Data(contentsOf: output), as: UTF8.self).contains(text) }
      }
      #expect(try heard("retry:"))
      let edit = try CommandRun.program(
        "spatialite", ["-silent", database.path, "DELETE FROM trees WHERE number = (SELECT min(number) FROM trees);"])
      #expect(edit.status == 0, "\(edit.errors)")
      #expect(try heard("event: change"))
      #expect(try heard(#""operation":"delete""#))
      #expect(server.stop() == 0)
      listener.waitUntilExit()
    }
  }
}
