import Foundation
import TestSupport
import Testing

/// Import and export as a person at the shell does them: exit codes, what is printed, what is in the database after.
@Suite struct ImportExportTests {
  private static let first = "id,name,height,lon,lat\n1,Eiche,12.5,7.6,51.9\n2,Linde,8,7.61,51.91\n3,Ahorn,9,7.62,51.92\n"
  private static let second = "id,name,height,lon,lat\n1,Eiche,12.5,7.6,51.9\n2,Linde,9,7.61,51.91\n4,Buche,3,7.63,51.93\n"

  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  private func lageplan(_ arguments: String..., in folder: URL) throws -> CommandRun {
    try CommandRun.lageplan(
      arguments, in: folder, environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path])
  }

  /// The members of a JSON answer that are numbers.
  private func numbers(_ json: String) throws -> [String: Int] {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    return (object ?? [:]).compactMapValues { $0 as? Int }
  }

  @Test func secondDeliveryIsADifferenceAndTheSumsAddUp() throws {
    try TemporaryFolder.with { folder in
      try write(Self.first, "a.csv", in: folder)
      try write(Self.second, "b.csv", in: folder)
      let first = try lageplan("import", "a.csv", "--collection", "trees", "--title", "Bäume", in: folder)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("lon (x) and lat (y)"))
      #expect(first.output.contains("height: real"))
      #expect(first.output.contains("trees: 3 read = 3 inserted + 0 updated + 0 unchanged + 0 rejected"))
      // Nobody looks at a terminal: no progress bar.
      #expect(first.errors.isEmpty)

      let second = try lageplan("import", "b.csv", "--collection", "trees", "--replace", "--json", in: folder)
      let counts = try numbers(second.output)
      #expect(counts["read"] == 3)
      #expect(counts["inserted"] == 1)
      #expect(counts["updated"] == 1)
      #expect(counts["unchanged"] == 1)
      #expect(counts["deleted"] == 1)
    }
  }

  @Test func dryRunSaysTheSameAndWritesNothing() throws {
    try TemporaryFolder.with { folder in
      try write(Self.first, "a.csv", in: folder)
      let trial = try lageplan("import", "a.csv", "--collection", "trees", "--dry-run", in: folder)
      #expect(trial.status == 0, "\(trial.errors)")
      #expect(trial.output.contains("3 read = 3 inserted"))
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("town.sqlite").path))

      _ = try lageplan("import", "a.csv", "--collection", "trees", in: folder)
      try write(Self.second, "b.csv", in: folder)
      _ = try lageplan("import", "b.csv", "--collection", "trees", "--replace", "--dry-run", in: folder)
      let again = try lageplan("import", "a.csv", "--collection", "trees", "--replace", "--json", in: folder)
      #expect(try numbers(again.output)["unchanged"] == 3)
    }
  }

  @Test func refusedImportFailsAndLeavesTheCollectionAsItWas() throws {
    try TemporaryFolder.with { folder in
      try write(Self.first, "a.csv", in: folder)
      try write("id,x,y\n1,404880,5755264\n", "metres.csv", in: folder)
      try write("id,lon,lat\n1,76000000000,519000000000\n2,76100000000,519100000000\n", "lost.csv", in: folder)
      _ = try lageplan("import", "a.csv", "--collection", "trees", in: folder)

      let refused = try lageplan("import", "metres.csv", "--collection", "trees", "--replace", in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("--crs EPSG:25832"))
      #expect(refused.output.isEmpty)

      let lost = try lageplan("import", "lost.csv", "--collection", "trees", "--replace", "--report", "report.json", in: folder)
      #expect(lost.status == 1)
      #expect(lost.output.contains("2 rejected"))
      let report = try String(contentsOf: folder.appendingPathComponent("report.json"), encoding: .utf8)
      #expect(report.contains("\"line\":3"))
      #expect(report.contains("decimal point"))

      let again = try lageplan("import", "a.csv", "--collection", "trees", "--json", in: folder)
      #expect(try numbers(again.output)["unchanged"] == 3)
    }
  }

  @Test func replaceDeletesNoFeatureWhoseRowWasRejected() throws {
    try TemporaryFolder.with { folder in
      try write(Self.first, "a.csv", in: folder)
      _ = try lageplan("import", "a.csv", "--collection", "trees", in: folder)
      // 2 has a height that is none; 3 is not delivered.
      try write("id,name,height,lon,lat\n1,Eiche,12.5,7.6,51.9\n2,Linde,tall,7.61,51.91\n", "b.csv", in: folder)
      let arguments = ["--collection", "trees", "--type", "height=real", "--id-property", "id", "--replace", "--json"]
      let run = { (file: String) throws in
        try CommandRun.lageplan(
          ["import", file] + arguments, in: folder,
          environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path])
      }
      let second = try numbers(try run("b.csv").output)
      #expect((second["unchanged"], second["rejected"], second["deleted"]) == (1, 1, 1))

      // A rejected row without an id may be any of them.
      try write("id,name,height,lon,lat\n1,Eiche,12.5,7.6,51.9\n,Linde,8,7.61,51.91\n", "c.csv", in: folder)
      let third = try run("c.csv")
      #expect(try numbers(third.output)["deleted"] == 0)
      #expect(third.output.contains("1 records without an id were rejected, so nothing was deleted"))

      try write("id,name,height,lon,lat\n", "empty.csv", in: folder)
      let empty = try run("empty.csv")
      #expect(empty.status == 0, "\(empty.errors)")
      #expect(empty.output.contains("nothing was deleted"))
      _ = try lageplan("export", "trees", "out.csv", in: folder)
      let left = try String(contentsOf: folder.appendingPathComponent("out.csv"), encoding: .utf8)
      #expect(left.contains("Eiche") && left.contains("Linde") && !left.contains("Ahorn"))
    }
  }

  @Test(arguments: [
    ["a.csv"], ["--collection", "trees"], ["a.csv", "--collection", "trees", "--x", "lon"],
    ["a.csv", "--collection", "trees", "--type", "height=tall"], ["a.csv", "--collection", "trees", "--crs", "Gauss"],
    ["a.csv", "--collection", "trees", "--date-format", "QQ"],
  ])
  func wrongUsageIsExitCodeTwo(arguments: [String]) throws {
    try TemporaryFolder.with { folder in
      let run = try CommandRun.lageplan(["import"] + arguments, in: folder)
      #expect(run.status == 2)
      #expect(run.errors.contains("Usage"))
    }
  }

  @Test(arguments: ["geojson", "gpkg", "csv", "fgb"]) func roundTripChangesNothing(suffix: String) throws {
    try TemporaryFolder.with { folder in
      try write(Self.first, "a.csv", in: folder)
      _ = try lageplan("import", "a.csv", "--collection", "trees", in: folder)
      let export = try lageplan("export", "trees", "out.\(suffix)", in: folder)
      #expect(export.status == 0, "\(export.errors)")
      #expect(export.output.contains("3 features"))
      let back = try lageplan("import", "out.\(suffix)", "--collection", "trees", "--replace", "--json", in: folder)
      let counts = try numbers(back.output)
      #expect(counts["unchanged"] == 3, "\(back.output) \(back.errors)")
      #expect(counts["deleted"] == 0)
    }
  }

  @Test func exportReplacesOnlyWhenAsked() throws {
    try TemporaryFolder.with { folder in
      try write(Self.first, "a.csv", in: folder)
      _ = try lageplan("import", "a.csv", "--collection", "trees", in: folder)
      #expect(try lageplan("export", "trees", "out.shp", in: folder).status == 0)
      let second = try lageplan("export", "trees", "out.shp", in: folder)
      #expect(second.status == 1)
      #expect(second.errors.contains("--overwrite"))
      #expect(try lageplan("export", "trees", "out.shp", "--overwrite", in: folder).status == 0)
      // A foreign reader counts the features.
      let foreign = try CommandRun.program("ogrinfo", ["-ro", "-so", "-al", "out.shp"], in: folder)
      #expect(foreign.output.contains("Feature Count: 3"))
      #expect(try lageplan("export", "trees", "out.unknown", in: folder).errors.contains("GeoJSON"))
      #expect(try lageplan("export", "nothing", "out.gpkg", in: folder).status == 1)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(!left.contains { $0.hasPrefix(".lageplan") })
    }
  }

  @Test func aDeliveryThatForgetsItsIdsIsRefused() throws {
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("trees.csv")
      try "Nr;lon;lat;Art\nB1;10.78;52.42;Linde\nB2;10.79;52.42;Eiche\n".write(to: file, atomically: true, encoding: .utf8)
      let database = folder.appendingPathComponent("town.sqlite").path
      let common = ["import", file.path, "--collection", "trees", "--database", database]
      #expect(try CommandRun.lageplan(common + ["--id-property", "Nr"]).status == 0)
      let again = try CommandRun.lageplan(common)
      #expect(again.status == 1)
      #expect(again.errors.contains("--id-property") && again.errors.contains("B1"), "\(again.errors)")
      let replacing = try CommandRun.lageplan(common + ["--replace"])
      #expect(replacing.status == 1)
      let count = try CommandRun.program("sqlite3", [database, "SELECT count(*) FROM trees"])
      #expect(count.output == "2\n")
    }
  }

  /// Out in degrees, back into metres: each place returns to where it was, within a centimetre.
  @Test func geoJSONComesBackIntoACollectionInMetres() throws {
    try TemporaryFolder.with { folder in
      let database = folder.appendingPathComponent("town.sqlite").path
      let file = folder.appendingPathComponent("signs.geojson").path
      #expect(try CommandRun.lageplan(["demo", "--scale", "0.02", "--database", database]).status == 0)
      #expect(try CommandRun.lageplan(["export", "signs", file, "--database", database]).status == 0)
      let place = "SELECT printf('%.2f %.2f', X(geometry), Y(geometry)) FROM signs WHERE geometry IS NOT NULL ORDER BY number"
      let before = try CommandRun.program("spatialite", ["-silent", database, place])
      let back = try CommandRun.lageplan(["import", file, "--collection", "signs", "--database", database])
      #expect(back.status == 0, "\(back.errors)")
      #expect(back.output.contains("0 inserted"))
      let after = try CommandRun.program("spatialite", ["-silent", database, place])
      let pairs = zip(before.output.split(separator: "\n"), after.output.split(separator: "\n"))
      #expect(!before.output.isEmpty && before.output.count == after.output.count)
      for (old, new) in pairs where old != new {
        let shift = zip(old.split(separator: " "), new.split(separator: " ")).map { abs((Double($0) ?? 0) - (Double($1) ?? 1e9)) }
        #expect(shift.allSatisfy { $0 < 0.02 }, "\(old) became \(new)")
      }
    }
  }
}
