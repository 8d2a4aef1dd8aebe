import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

/// The file is edited by other programs while the store has it open: they are the oracle of what the file is.
struct ForeignEditTests {
  private static let delivery = [
    Feature.tree("a", x: 600_000, y: 5_790_000, planted: "1988-12-30"),
    Feature.tree("b", x: 600_100.1, y: 5_790_200.2, planted: "2001-01-01"),
    Feature.tree("c", x: 600_050, y: 5_790_100),
  ]

  /// Runs SQL in the `spatialite` shell.
  private func spatialite(_ path: String, _ sql: String) throws {
    let run = try CommandRun.program("spatialite", ["-silent", "-bail", path, sql])
    #expect(run.status == 0 && !run.errors.contains("Error"), "\(run.errors)\(run.output)")
  }

  private func box(_ store: Store) throws -> Envelope? { try store.descriptor(of: "trees").storageExtent }

  @Test func shellMovesExtentOutAndInAgain() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      #expect(try box(store) == Envelope(minX: 600_000, minY: 5_790_000, maxX: 600_100.1, maxY: 5_790_200.2))
      var version = try store.dataVersion(of: "trees")
      func expectNewVersion() throws {
        let now = try store.dataVersion(of: "trees")
        #expect(now > version)
        version = now
      }

      try spatialite(
        store.path, "INSERT INTO trees (id, geometry, species) VALUES ('d', MakePoint(600300.3, 5790100, 25832), 'Eiche')")
      try expectNewVersion()
      #expect(try box(store)?.maxX == 600_300.3)
      #expect(try store.descriptor(of: "trees").featureCount == 4)

      try spatialite(store.path, "UPDATE trees SET geometry = MakePoint(600200.2, 5790100, 25832) WHERE id = 'd'")
      try expectNewVersion()
      #expect(try box(store)?.maxX == 600_200.2)

      try spatialite(store.path, "DELETE FROM trees WHERE id = 'd'")
      try expectNewVersion()
      #expect(try box(store) == Envelope(minX: 600_000, minY: 5_790_000, maxX: 600_100.1, maxY: 5_790_200.2))
      #expect(try store.descriptor(of: "trees").featureCount == 3)

      try spatialite(store.path, "DELETE FROM trees")
      try expectNewVersion()
      #expect(try box(store) == nil)
      #expect(try store.descriptor(of: "trees").extent == nil)
    }
  }

  /// A point where the frame has no meaning, and BLOBs that end too early behind a sound header.
  @Test(arguments: ["MakePoint(1e30, 1e30, 25832)", "substr(geometry, 1, 50)", "substr(geometry, 1, 20)"])
  func damagedGeometryIsNowhereAndHarmsNoOther(damage: String) throws {
    try withStore { store in
      var crossing = CollectionDescriptor.trees
      crossing.geometryKind = nil
      let sound = (0..<3).map { Feature.tree("s\($0)", x: 600_000 + Double($0) * 10, y: 5_790_000) }
      try store.importAll(sound + [.tree("broken", x: 600_015, y: 5_790_000)], into: crossing)
      // Triggers that guard against this are what an editor without SpatiaLite does not have.
      try spatialite(
        store.path,
        """
        DROP TRIGGER IF EXISTS ggu_trees_geometry; UPDATE trees SET geometry = \(damage) WHERE id = 'broken';
        """)
      let descriptor = try store.descriptor(of: "trees")
      try store.readSync { reader in
        let whole = Geometry.polygon([
          [(9.0, 51.0), (12.0, 51.0), (12.0, 53.0), (9.0, 53.0), (9.0, 51.0)].map { Coordinate(x: $0.0, y: $0.1) }
        ])
        let area = FeatureQuery(collection: "trees", spatial: try .area(whole, of: descriptor))
        var inside: [String] = []
        try reader.forEachRow(matching: area) { row in
          inside.append(String(decoding: row.id, as: UTF8.self))
          return .next
        }
        #expect(inside.sorted() == ["s0", "s1", "s2"])

        let toDegrees = try CoordinateTransform(from: .utm32, to: .crs84)
        let place = try toDegrees.transform(Coordinate(x: 600_000, y: 5_790_000))
        let end = try toDegrees.transform(Coordinate(x: 600_100, y: 5_790_001))
        let all = FeatureQuery(collection: "trees")
        var near: [String] = []
        try reader.nearest(to: place, count: 10, query: all, descriptor: descriptor) { row, _ in
          near.append(String(decoding: row.id, as: UTF8.self))
          return .next
        }
        #expect(near == ["s0", "s1", "s2"])
        let line = try #require(GeodesicLine([place, end]))
        var along: [String] = []
        try reader.along(line, radius: Metres(50), count: 10, query: all, descriptor: descriptor) { row, _, _ in
          along.append(String(decoding: row.id, as: UTF8.self))
          return .next
        }
        #expect(along == ["s0", "s1", "s2"])

        var writer = try GeoJSONWriter(descriptor: descriptor)
        var output = JSONWriter()
        output.beginArray()
        try reader.forEachRow(matching: all) { row in
          writer.append(row, to: &output)
          return .next
        }
        output.endArray()
        #expect(try JSONValue(parsing: output.bytes).array?.count == 4)
        #expect(writer.flawCount == 1)
      }
    }
  }

  @Test func plainSQLChangesTimeAndVersion() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      #expect(try store.descriptor(of: "trees").temporalExtent == TemporalExtent(start: "1988-12-30", end: "2001-01-01"))
      let version = try store.dataVersion(of: "trees")
      try spatialite(store.path, "UPDATE trees SET planted = '2026-03-01' WHERE id = 'c'; DELETE FROM trees WHERE id = 'a'")
      #expect(try store.descriptor(of: "trees").temporalExtent == TemporalExtent(start: "2001-01-01", end: "2026-03-01"))
      #expect(try store.dataVersion(of: "trees") > version)
    }
  }

  @Test func changesTellIdAndBothEnvelopes() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      try spatialite(
        store.path,
        """
        INSERT INTO trees (id, geometry) VALUES ('d', MakePoint(1, 2, 25832));
        UPDATE trees SET geometry = MakePoint(3, 4, 25832) WHERE id = 'd';
        DELETE FROM trees WHERE id = 'd';
        """)
      let run = try CommandRun.program(
        "sqlite3",
        [
          store.path,
          """
          SELECT feature_id, operation, old_minx, old_miny, old_maxx, old_maxy, new_minx, new_miny, new_maxx, new_maxy
          FROM lageplan_changes WHERE feature_id IS NOT NULL ORDER BY sequence
          """,
        ])
      #expect(
        run.output == """
          d|insert|||||1.0|2.0|1.0|2.0
          d|update|1.0|2.0|1.0|2.0|3.0|4.0|3.0|4.0
          d|delete|3.0|4.0|3.0|4.0||||

          """)
    }
  }

  @Test func rowWithoutIdGetsOne() throws {
    try withStore { store in
      try store.importAll(Self.delivery + [.tree("n5", x: 0, y: 0)], into: .trees)
      // As QGIS does it: every column named, the unset ones null. Number 5 is next, and `n5` is taken.
      try spatialite(
        store.path,
        """
        INSERT INTO trees (id, geometry, species) VALUES (NULL, MakePoint(5, 5, 25832), 'Eiche');
        INSERT INTO trees (id, geometry, species) VALUES ('', MakePoint(6, 6, 25832), 'Eiche');
        """)
      let made = try store.features(
        matching: FeatureQuery(collection: "trees", filter: .compare(property: "species", .equal, .text("Eiche"))))
      #expect(made.map(\.number) == [5, 6])
      #expect(made[0].id.hasPrefix("n5-"))
      #expect(made[1].id == "n6")
    }
  }

  @Test func gdalAppendsUpdatesAndTheStoreSeesIt() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      let version = try store.dataVersion(of: "trees")
      try TemporaryFolder.with { folder in
        let file = folder.appendingPathComponent("more.geojson")
        try Data(
          """
          {"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25832"}},"features":[
          {"type":"Feature","properties":{"species":"Ulme","height":7.5},"geometry":{"type":"Point","coordinates":[600500,5790500]}}]}
          """.utf8
        ).write(to: file)
        let run = try CommandRun.program("ogr2ogr", ["-append", "-update", store.path, file.path, "-nln", "trees"])
        #expect(run.status == 0, "\(run.errors)")
      }
      #expect(try store.dataVersion(of: "trees") > version)
      #expect(try store.descriptor(of: "trees").featureCount == 4)
      #expect(try box(store)?.maxX == 600_500)
      let found = try store.features(
        matching: FeatureQuery(
          collection: "trees", spatial: .rectangle(Envelope(minX: 600_499, minY: 5_790_499, maxX: 600_501, maxY: 5_790_501))))
      #expect(found.map(\.values) == [[.text("Ulme"), .real(7.5), .null]])
    }
  }

  @Test func gdalListsLayersWithTypesAndFrame() throws {
    try withStore { store in
      var descriptor = CollectionDescriptor.trees
      descriptor.schema = Schema(properties: PropertyKind.allCases.map { PropertyDefinition(name: "p-\($0.rawValue)", kind: $0) })
      try store.importAll(
        [
          Feature(
            id: "a", geometry: .point(Coordinate(x: 600_000, y: 5_790_000)),
            values: [
              .text("Straße"), .integer(.max), .real(0.1), .boolean(true), .date(CalendarDate(daysSince1970: 0)),
              .dateTime(Instant(millisecondsSince1970: 0)), .json("[12]"),
            ])
        ], into: descriptor)
      let run = try CommandRun.program("ogrinfo", ["-ro", "-al", store.path, "trees"])
      for line in [
        "Geometry: Point", "ID[\"EPSG\",25832]", "FID Column = number", "Geometry Column = geometry", "id: String",
        "p-text: String",
        "p-integer: Integer64", "p-real: Real", "p-boolean: Integer(Boolean)", "p-date: Date", "p-date-time: DateTime",
        "p-json: String", "p-integer (Integer64) = 9223372036854775807", "p-date (Date) = 1970/01/01", "POINT (600000 5790000)",
      ] where !run.output.contains(line) {
        Issue.record("ogrinfo does not say `\(line)`: \(run.output)")
      }
    }
  }

  @Test func loadedIndexIsWhatSQLiteWouldHaveBuilt() throws {
    try withStore { store in
      var random = Seed(1)
      let features = (0..<5_000).map { number in
        Feature.tree("t\(number)", x: .random(in: 500_000...600_000, using: &random), y: .random(in: 5e6...6e6, using: &random))
      }
      try store.importAll(features, into: .trees)
      let check = try CommandRun.program(
        "sqlite3", [store.path, "SELECT rtreecheck('main', 'idx_trees_geometry'), (SELECT count(*) FROM idx_trees_geometry)"])
      #expect(check.output == "ok|5000\n")
      // Edits go on in the loaded tree: half is deleted, as many are inserted.
      try spatialite(
        store.path,
        """
        DELETE FROM trees WHERE number % 2 = 0;
        INSERT INTO trees (geometry) SELECT MakePoint(550000 + number, 5500000 - number, 25832) FROM trees;
        SELECT CheckSpatialIndex('trees', 'geometry');
        """)
      let after = try CommandRun.program(
        "sqlite3", [store.path, "SELECT rtreecheck('main', 'idx_trees_geometry'), (SELECT count(*) FROM idx_trees_geometry)"])
      #expect(after.output == "ok|5000\n")
    }
  }

  @Test func systemThatSpatiaLiteLacksIsAdded() throws {
    try withStore { store in
      var descriptor = CollectionDescriptor.trees
      // Asked of both, so that a newer SpatiaLite does not make the test idle.
      let known = try CommandRun.program("sqlite3", [store.path, "SELECT srid FROM spatial_ref_sys"]).output
      let present = Set(known.split(separator: "\n"))
      let missing = try #require(
        (2_000..<20_000).first { code in
          guard !present.contains("\(code)"), let info = try? CoordinateReferenceSystem.epsg(code).info() else { return false }
          return !info.isGeographic
        })
      descriptor.storageCrs = .epsg(missing)
      try store.importAll([.tree("a", x: 1, y: 2)], into: descriptor)
      let run = try CommandRun.program("ogrinfo", ["-ro", "-al", "-so", store.path, "trees"])
      #expect(run.output.contains("\"EPSG\",\(missing)]"), "\(run.output)")
    }
  }
}
