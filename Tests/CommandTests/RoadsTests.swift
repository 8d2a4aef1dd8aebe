import Foundation
import TestSupport
import Testing

/// `lageplan roads` as a person at the shell uses it.
@Suite struct RoadsTests {
  private func roads(_ arguments: [String], in folder: URL) throws -> CommandRun {
    try CommandRun.lageplan(["roads"] + arguments + ["--database", folder.appendingPathComponent("town.sqlite").path])
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func anExtractIsImportedBesideTheDatabaseAndTold() throws {
    let extract = SharedData.file("osm/herrenberg-minimal.osm.pbf").path
    try TemporaryFolder.with { folder in
      let run = try roads(["import", extract, "--json"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      // The numbers of `osmium fileinfo -e`.
      #expect(run.output.contains(#""read":{"nodes":6503,"ways":1781,"relations":128}"#), "\(run.output)")
      let info = try roads(["info"], in: folder)
      #expect(info.status == 0, "\(info.errors)")
      for profile in ["car (Auto)", "bicycle (Fahrrad)", "foot (Zu Fuß)"] { #expect(info.output.contains(profile)) }

      let van = try roads(["import", extract, "--profile", "maintenance-van", "--left-hand"], in: folder)
      #expect(van.status == 0, "\(van.errors)")
      #expect(van.output.contains("read: 6503 nodes, 1781 ways, 128 relations"))
      let after = try roads(["info", "--json"], in: folder)
      #expect(after.output.contains(#""id":"maintenance-van""#))
      #expect(after.output.contains(#""drivesOnLeft":true"#))
      #expect(!after.output.contains(#""id":"car""#))

      let file = folder.appendingPathComponent("town.sqlite.roads")
      let before = try Data(contentsOf: file)
      let failed = try roads(["import", folder.appendingPathComponent("town.sqlite.roads").path], in: folder)
      #expect(failed.status == 1)
      #expect(failed.errors.contains("not an OpenStreetMap PBF file"), "\(failed.errors)")
      #expect(try Data(contentsOf: file) == before, "what was there stays")
    }
  }

  @Test func whatCannotBeImportedIsRefusedWithTheRemedy() throws {
    try TemporaryFolder.with { folder in
      let missing = try roads(["import", "/nowhere/town.osm.pbf"], in: folder)
      #expect(missing.status == 1)
      #expect(missing.errors.contains("/nowhere/town.osm.pbf cannot be read"), "\(missing.errors)")
      let profile = try roads(["import", "town.osm.pbf", "--profile", "tram"], in: folder)
      #expect(profile.status == 1)
      #expect(profile.errors.contains("maintenance-van"), "\(profile.errors)")
      #expect(try roads(["import", "town.osm.pbf", "--profile", "car", "--profile", "car"], in: folder).status == 2)
      let info = try roads(["info"], in: folder)
      #expect(info.status == 1)
      #expect(info.errors.contains("lageplan roads import"))
    }
  }
}
