import Foundation
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanStore

struct StoreFileTests {
  private func opening(_ path: String, _ mode: Store.Mode) throws -> StoreError? {
    do throws(StoreError) {
      try Store(path: path, mode: mode).close()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [Store.Mode.open, .readOnly]) func missingFileIsNamedWithTheRemedy(mode: Store.Mode) throws {
    let error = try opening("/nowhere/town.sqlite", mode)
    #expect(error == .fileMissing(path: "/nowhere/town.sqlite"))
    #expect(error?.description.contains("lageplan import") == true)
  }

  @Test func newerVersionIsRefused() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("town.sqlite").path
      try Store(path: path, mode: .create).close()
      #expect(try opening(path, .open) == nil)
      #expect(try CommandRun.program("sqlite3", [path, "PRAGMA user_version = 99"]).status == 0)
      for mode in [Store.Mode.create, .open, .readOnly] {
        guard case .newerVersion(path, 99, _)? = try opening(path, mode) else {
          Issue.record("not refused")
          return
        }
      }
    }
  }

  @Test func foreignFilesAreRefusedAndStayAsTheyWere() throws {
    try TemporaryFolder.with { folder in
      let text = folder.appendingPathComponent("notes.txt").path
      let other = folder.appendingPathComponent("other.sqlite").path
      try Data("Nothing but text, and long enough to be no empty database file of any kind.".utf8).write(
        to: URL(fileURLWithPath: text))
      #expect(try CommandRun.program("sqlite3", [other, "CREATE TABLE t (a); INSERT INTO t VALUES (1)"]).status == 0)
      for path in [text, other, folder.path] {
        let before = try? Data(contentsOf: URL(fileURLWithPath: path))
        for mode in [Store.Mode.create, .open, .readOnly] {
          guard case .notALageplanFile(path, _)? = try opening(path, mode) else {
            Issue.record("\(path) was not refused")
            continue
          }
        }
        #expect((try? Data(contentsOf: URL(fileURLWithPath: path))) == before)
      }
    }
  }

  @Test func readOnlyStoreReadsAndRefusesToWrite() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("town.sqlite").path
      let store = try Store(path: path, mode: .create)
      try store.importAll([.tree("a", x: 1, y: 2)], into: .trees)
      store.close()
      let reading = try Store(path: path, mode: .readOnly)
      defer { reading.close() }
      #expect(try reading.descriptor(of: "trees").featureCount == 1)
      #expect(throws: StoreError.readOnly(path: path)) { try reading.dropCollection("trees") }
      #expect(throws: StoreError.readOnly(path: path)) { try reading.importAll([], into: .trees) }
    }
  }

  @Test func closedStoreSaysSo() async throws {
    try await withStore([.trees]) { store in
      store.close()
      store.close()
      #expect(throws: StoreError.closed) { try store.collections() }
      await #expect(throws: StoreError.closed) { try await store.read { _ in 1 } }
      #expect(throws: StoreError.closed) { try store.createCollection(.trees) }
    }
  }

  @Test func storeMayBeClosedFromItsOwnRead() throws {
    try withStore([.trees]) { store in
      try store.readSync { _ in store.close() }
      #expect(throws: StoreError.closed) { try store.readSync { _ in 1 } }
    }
  }

  @Test(arguments: ["", "Trees", "1trees", "trees!", "bäume", "sqlite_trees", "lageplan_x", "idx_a", "geometry_columns", "a\"b"])
  func collectionIdsThatCannotBeAreRefused(id: String) throws {
    try withStore { store in
      var descriptor = CollectionDescriptor.trees
      descriptor.id = id
      #expect(throws: StoreError.invalidCollectionId(id)) { try store.createCollection(descriptor) }
    }
  }

  @Test func descriptionIsKeptWhole() throws {
    try withStore { store in
      var descriptor = CollectionDescriptor(
        id: "green-areas", title: "Grün \"flächen\"", description: "Parks", keywords: ["grün", "Park, Wald"], licence: "CC0-1.0",
        attribution: "Musterstadt", geometryKind: .multiPolygon, storageCrs: .utm33,
        schema: Schema(properties: [
          PropertyDefinition(
            name: "Pflege", kind: .text, title: "Pflegestufe", description: "wie oft", unit: "1/a", enumeration: ["A", "B"],
            reference: "trees")
        ]), minZoom: 3, maxZoom: 15, isPublic: false)
      try store.createCollection(descriptor)
      #expect(throws: StoreError.collectionExists("green-areas")) { try store.createCollection(descriptor) }
      descriptor.dataVersion = try store.dataVersion(of: "green-areas")
      #expect(try store.collections() == [descriptor])
      descriptor.title = "Anlagen"
      descriptor.schema.properties[0].unit = nil
      try store.updateCollection(descriptor)
      descriptor.dataVersion = try store.dataVersion(of: "green-areas")
      #expect(try store.descriptor(of: "green-areas") == descriptor)
      descriptor.storageCrs = .utm32
      #expect(throws: StoreError.self) { try store.updateCollection(descriptor) }
    }
  }

  @Test func droppedCollectionLeavesNothingBehind() throws {
    try withStore([.trees]) { store in
      try store.importAll([.tree("a", x: 1, y: 2)], into: .trees)
      try store.dropCollection("trees")
      #expect(try store.collections().isEmpty)
      let left = try CommandRun.program(
        "sqlite3",
        [
          store.path,
          """
          SELECT name FROM sqlite_master WHERE name LIKE '%trees%';
          SELECT * FROM geometry_columns WHERE f_table_name = 'trees'; SELECT * FROM lageplan_properties;
          """,
        ])
      #expect(left.output.isEmpty)
      try store.createCollection(.trees)
      #expect(try store.descriptor(of: "trees").featureCount == 0)
    }
  }

  @Test func extentFollowsTheFrame() throws {
    try withStore { store in
      // Wolfsburg's town hall in UTM 32N; the degrees by PROJ's `cs2cs`.
      try store.importAll([.tree("a", x: 621_500, y: 5_809_500)], into: .trees)
      let extent = try #require(try store.descriptor(of: "trees").extent)
      let expected = try CoordinateTransform(from: .utm32, to: .crs84).transform(Coordinate(x: 621_500, y: 5_809_500))
      #expect(abs(extent.minX - expected.x) < 1e-9 && abs(extent.maxY - expected.y) < 1e-9)
    }
  }

  @Test func backupIsWholeWhileOthersWrite() async throws {
    try await withStore { store in
      try store.importAll((0..<100).map { .tree("t\($0)", x: Double($0), y: 0) }, into: .trees)
      let target = store.path + ".copy"
      let writing = Task {
        var rounds = 0
        repeat {
          try store.importAll((0..<10).map { .tree("r\(rounds)-\($0)", x: 0, y: Double(rounds)) }, into: .trees)
          rounds += 1
        } while !Task.isCancelled
        return rounds
      }
      for _ in 0..<3 { try store.backup(to: target, overwrite: true) }
      writing.cancel()
      #expect(try await writing.value > 0)
      let copy = try Store(path: target, mode: .readOnly)
      defer { copy.close() }
      let count = try copy.descriptor(of: "trees").featureCount
      #expect(count >= 100 && count % 10 == 0)
      #expect(try copy.features(matching: FeatureQuery(collection: "trees")).count == count)
      #expect(throws: StoreError.fileExists(path: target)) { try store.backup(to: target) }
    }
  }

  @Test func backupNeverReplacesItsOwnDatabase() throws {
    try withStore([.trees]) { store in
      let link = store.path + ".link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: store.path)
      for target in [store.path, link] {
        #expect(throws: StoreError.unfitTarget(path: target, reason: "it is the database itself")) {
          try store.backup(to: target, overwrite: true)
        }
      }
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      #expect(try store.descriptor(of: "trees").featureCount == 1)
    }
  }

  @Test func backupRefusesADatabaseThatIsInUse() throws {
    try withStore([.trees]) { store in
      try TemporaryFolder.with { folder in
        let target = folder.appendingPathComponent("copy.sqlite").path
        try store.backup(to: target)
        // No draft, and no log of the check, is left beside the copy.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["copy.sqlite"])
        let other = try Store(path: target, mode: .open)
        try other.importAll([.tree("a", x: 0, y: 0)], into: .trees)
        #expect {
          try store.backup(to: target, overwrite: true)
        } throws: {
          "\($0)".contains("it is open in another program, or was not closed")
        }
        #expect(try other.descriptor(of: "trees").featureCount == 1)
        other.close()
        try store.backup(to: target, overwrite: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["copy.sqlite"])
      }
    }
  }

  /// A file as the layout before wrote it: by its own statements, with its own triggers, filled by another program.
  private func makeFileOfFirstLayout(at path: String) throws {
    let table = CollectionTable(collection: "trees", schema: CollectionDescriptor.trees.schema)
    func trigger(_ event: String, row: String) -> String {
      """
      CREATE TRIGGER "lageplan_trees_\(event)" AFTER \(event) ON "trees" BEGIN
        INSERT INTO "lageplan_changes" ("collection", "feature_id", "number", "operation", "at")
        VALUES ('trees', \(row)."id", \(row)."number", '\(event)', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
      END
      """
    }
    let statements =
      ["SELECT InitSpatialMetaDataFull(1)", "PRAGMA application_id = \(DatabaseLayout.applicationId)"] + DatabaseLayout.steps[0]
      + [
        """
        INSERT INTO "lageplan_collections" ("id", "title", "storage_crs", "min_zoom", "max_zoom", "is_public", "geometry_kind")
        VALUES ('trees', 'Trees', 'EPSG:25832', 0, 22, 1, 1)
        """,
        """
        INSERT INTO "lageplan_properties" ("collection", "position", "name", "column_name", "kind")
        VALUES ('trees', 0, 'species', 'species', 'text'), ('trees', 1, 'height', 'height', 'real'), ('trees', 2, 'planted', 'planted', 'date')
        """,
        table.createTable, "SELECT RecoverGeometryColumn('trees', 'geometry', 25832, 'POINT', 'XY')",
        "SELECT CreateSpatialIndex('trees', 'geometry')", table.createIdIndex,
        trigger("insert", row: "NEW"), trigger("update", row: "NEW"), trigger("delete", row: "OLD"),
        "INSERT INTO trees (id, geometry, species) VALUES ('a', MakePoint(1, 2, 25832), 'Große Linde')",
        "INSERT INTO trees (id, geometry, species) VALUES ('b', MakePoint(3, 4, 25832), 'Eiche')",
        "PRAGMA user_version = 1",
      ]
    let script = statements.map { $0 + ";" }.joined(separator: "\n")
    let run = try CommandRun.program("spatialite", ["-silent", "-bail", path, script])
    #expect(run.status == 0 && !run.errors.contains("Error"), "\(run.errors)")
  }

  @Test func fileOfTheLayoutBeforeIsCopiedAsItIs() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("old.sqlite").path
      try makeFileOfFirstLayout(at: path)
      #expect {
        try Store(path: path, mode: .readOnly).close()
      } throws: { error in
        if case StoreError.olderVersion(_, 1, _) = error { true } else { false }
      }
      let copy = folder.appendingPathComponent("copy.sqlite").path
      try Store.backup(of: path, to: copy)
      let version = try CommandRun.program("sqlite3", [copy, "PRAGMA user_version"])
      #expect(version.output == "1\n")
    }
  }

  @Test func fileOfTheLayoutBeforeHasTheTileSettingsByDefaultAndTakesOthers() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("old.sqlite").path
      try makeFileOfFirstLayout(at: path)
      var settings = TileSettings(thinBelow: nil, grouping: .clusters, statusProperty: "species", byteBudget: 250_000)
      settings.propertyMinZooms["height"] = 16
      do {
        let store = try Store(path: path)
        defer { store.close() }
        var trees = try store.descriptor(of: "trees")
        #expect(trees.tiles == TileSettings())
        trees.tiles = settings
        try store.updateCollection(trees)
      }
      let reopened = try Store(path: path, mode: .readOnly)
      defer { reopened.close() }
      #expect(try reopened.descriptor(of: "trees").tiles == settings)
      #expect(try reopened.descriptor(of: "trees").featureCount == 2)
    }
  }

  /// The layout of the program before tile settings, step by step.
  @Test func fileOfTheSecondLayoutKeepsItsDescriptions() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("second.sqlite").path
      do {
        let store = try Store(path: path, mode: .create)
        defer { store.close() }
        try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
        var trees = try store.descriptor(of: "trees")
        trees.title = "Straßenbäume"
        trees.minZoom = 9
        try store.updateCollection(trees)
      }
      let back = try CommandRun.program(
        "sqlite3",
        [
          path,
          """
          ALTER TABLE lageplan_collections DROP COLUMN tiles; DROP TABLE lageplan_tour_versions;
          DROP TABLE lageplan_tour_plans; PRAGMA user_version = 2
          """,
        ])
      #expect(back.status == 0, "\(back.errors)")
      let store = try Store(path: path)
      defer { store.close() }
      let trees = try store.descriptor(of: "trees")
      #expect(trees.title == "Straßenbäume" && trees.minZoom == 9 && trees.tiles == TileSettings())
      #expect(try store.features(matching: FeatureQuery(collection: "trees")).map(\.id) == ["a"])
      let version = try CommandRun.program("sqlite3", [path, "PRAGMA user_version"])
      #expect(version.output == "\(DatabaseLayout.version)\n")
    }
  }

  @Test(arguments: [
    (TileSettings(thinBelow: 26), "thinBelow"), (TileSettings(statusProperty: "state"), "statusProperty"),
    (TileSettings(propertyMinZooms: ["size": 3]), "propertyMinZooms"), (TileSettings(byteBudget: 5), "byteBudget"),
  ])
  func tileSettingsThatCannotBeAreRefusedByName(settings: TileSettings, name: String) throws {
    try TemporaryFolder.with { folder in
      let store = try Store(path: folder.appendingPathComponent("tiles.sqlite").path, mode: .create)
      defer { store.close() }
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      var trees = try store.descriptor(of: "trees")
      trees.tiles = settings
      #expect {
        try store.updateCollection(trees)
      } throws: {
        "\($0)".contains(name)
      }
      #expect(try store.descriptor(of: "trees").tiles == TileSettings())
    }
  }

  @Test func tileSettingsBrokenByHandAreToldWithTheirPlace() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("broken.sqlite").path
      do {
        let store = try Store(path: path, mode: .create)
        defer { store.close() }
        try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      }
      let edit = try CommandRun.program("sqlite3", [path, #"UPDATE lageplan_collections SET tiles = '{"thinBelow":"low"}'"#])
      #expect(edit.status == 0, "\(edit.errors)")
      #expect {
        let store = try Store(path: path, mode: .readOnly)
        defer { store.close() }
        _ = try store.descriptor(of: "trees")
      } throws: {
        "\($0)".contains("trees") && "\($0)".contains("thinBelow") && "\($0)".contains("lageplan_collections")
      }
    }
  }

  @Test func fileOfTheLayoutBeforeRemembersFromItsFirstOpeningOn() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("old.sqlite").path
      try makeFileOfFirstLayout(at: path)
      let early = Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000) - 1)
      Thread.sleep(forTimeInterval: 0.005)
      let store = try Store(path: path)
      defer { store.close() }
      #expect(try store.descriptor(of: "trees").featureCount == 2)
      #expect(try store.features(matching: FeatureQuery(collection: "trees", text: "grosse")).map(\.id) == ["a"])
      let version = try store.readSync { try $0.version(ofFeature: "a", in: "trees") }
      Thread.sleep(forTimeInterval: 0.005)
      let opened = Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000))
      Thread.sleep(forTimeInterval: 0.005)
      let edit = FeatureEdit(.update(id: "a", properties: ["species": .text("Ulme")], geometry: .unchanged), ifVersion: version)
      _ = try store.edit([edit], in: "trees", actor: "Anna")
      let versions = try store.readSync { try $0.versions(ofFeature: "a", in: "trees") }
      #expect(versions.map { $0.feature?.values.first } == [.text("Ulme"), .text("Große Linde")])
      #expect(versions.map(\.actor) == ["Anna", nil])
      let then = try store.features(matching: FeatureQuery(collection: "trees", ids: ["a"], asOf: opened))
      #expect(then.map { $0.values[0] } == [.text("Große Linde")])
      #expect {
        try store.features(matching: FeatureQuery(collection: "trees", asOf: early))
      } throws: { error in
        guard case FeatureError.noHistory("trees", early, .some) = error else { return false }
        return true
      }
    }
  }
}
