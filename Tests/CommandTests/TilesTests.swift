import Foundation
import TestSupport
import Testing

/// `lageplan tiles` as a person at the shell uses it.
@Suite struct TilesTests {
  private static let trees = "id,name,lon,lat\n1,Eiche,7.6,51.9\n2,Linde,7.61,51.91\n3,Ahorn,7.9,52.1\n"

  private func lageplan(_ arguments: String..., in folder: URL) throws -> CommandRun {
    try CommandRun.lageplan(
      arguments, in: folder, environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path])
  }

  private func withTrees(_ body: (URL) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      try Self.trees.write(to: folder.appendingPathComponent("a.csv"), atomically: true, encoding: .utf8)
      let imported = try lageplan("import", "a.csv", "--collection", "trees", in: folder)
      #expect(imported.status == 0, "\(imported.errors)")
      try body(folder)
    }
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test(arguments: ["town.pmtiles", "town.mbtiles"]) func exportAndInfoTellTheSameTiles(file: String) throws {
    try withTrees { folder in
      let export = try lageplan("tiles", "export", file, "--zooms", "0-15", "--thinning", "none", "--json", in: folder)
      #expect(export.status == 0, "\(export.errors)")
      let written = try object(export.output)
      #expect(written["collections"] as? [String] == ["trees"])
      #expect(written["thinning"] as? String == "none")
      let info = try lageplan("tiles", "info", file, "--json", in: folder)
      #expect(info.status == 0, "\(info.errors)")
      let zooms = try #require(try object(info.output)["zooms"] as? [[String: Any]])
      #expect(zooms.compactMap { $0["tiles"] as? Int }.reduce(0, +) == written["tiles"] as? Int)
      let text = try lageplan("tiles", "info", file, in: folder)
      #expect(text.output.contains("layer trees: id, name"))
    }
  }

  @Test func fileThatIsThereIsReplacedOnlyByForce() throws {
    try withTrees { folder in
      try Data("precious".utf8).write(to: folder.appendingPathComponent("town.pmtiles"))
      let refused = try lageplan("tiles", "export", "town.pmtiles", in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("--force"))
      #expect(try Data(contentsOf: folder.appendingPathComponent("town.pmtiles")) == Data("precious".utf8))
      let forced = try lageplan("tiles", "export", "town.pmtiles", "--force", in: folder)
      #expect(forced.status == 0, "\(forced.errors)")
      #expect(forced.output.contains("tiles (") && forced.output.contains("zooms 0 to 14"))
    }
  }

  @Test(
    arguments: [
      (["tiles", "export", "town.zip"], 2, ".pmtiles or .mbtiles"),
      (["tiles", "export", "a.pmtiles", "--zooms", "3-2"], 2, "--zooms"),
      (["tiles", "export", "a.pmtiles", "--zooms", "0-30"], 2, "--zooms"),
      (["tiles", "export", "a.pmtiles", "--thinning", "some"], 2, "--thinning"),
      (["tiles", "export", "a.pmtiles", "--level", "0"], 2, "--level"),
      (["tiles", "export", "a.pmtiles", "--collections", "lamps"], 1, "lamps"),
      (["tiles", "export", "missing/a.pmtiles"], 1, "No such file"), (["tiles", "info", "a.csv"], 1, ".pmtiles or .mbtiles"),
      (["tiles", "info", "missing.pmtiles"], 1, "No such file"), (["serve", "missing.mbtiles"], 1, "no such file"),
      (["serve", "a.pmtiles", "--writable"], 2, "alone"),
    ] as [([String], Int32, String)])
  func wrongUseIsToldAndLeavesNothing(arguments: [String], status: Int32, told: String) throws {
    try withTrees { folder in
      let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix("town.sqlite") }
      let run = try CommandRun.lageplan(
        arguments, in: folder, environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path])
      #expect(run.status == status)
      #expect(run.errors.contains(told), "\(run.errors)")
      let after = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix("town.sqlite") }
      #expect(before.sorted() == after.sorted())
    }
  }
}
