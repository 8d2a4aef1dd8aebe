import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

struct HistoryTests {
  private static let delivery = [
    Feature.tree("a", x: 600_000, y: 5_790_000, planted: "1988-12-30"), .tree("b", x: 600_100, y: 5_790_200),
  ]

  /// Runs SQL in the `spatialite` shell, as another program would.
  private func spatialite(_ path: String, _ sql: String) throws {
    let run = try CommandRun.program("spatialite", ["-silent", "-bail", path, sql])
    #expect(run.status == 0 && !run.errors.contains("Error"), "\(run.errors)\(run.output)")
  }

  private func versions(_ store: Store, _ id: String) throws -> [FeatureVersionRow] {
    try store.readSync { try $0.versions(ofFeature: id, in: "trees") }
  }

  private func changes(_ store: Store, of collection: String? = "trees", since: Int64 = 0, limit: Int = 1_000) throws
    -> [FeatureChange]
  {
    try store.readSync { try $0.changes(of: collection, since: since, limit: limit) }
  }

  private func height(_ store: Store, _ value: Double, by actor: String?, of id: String = "a") throws {
    _ = try store.edit(
      [FeatureEdit(.update(id: id, properties: ["height": .real(value)], geometry: .unchanged))], in: "trees", actor: actor)
  }

  @Test func statesComeNewestFirstWithWhoMadeThem() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees, options: ImportOptions(actor: "Lieferung"))
      try height(store, 11, by: "Anna")
      try spatialite(store.path, "UPDATE trees SET height = 12, geometry = MakePoint(1, 2, 25832) WHERE id = 'a'")
      _ = try store.edit([FeatureEdit(.delete(id: "a"))], in: "trees", actor: "Bernd")

      let states = try versions(store, "a")
      #expect(states.map(\.operation) == [.delete, .update, .update, .load])
      #expect(states.map(\.actor) == ["Bernd", nil, "Anna", "Lieferung"])
      #expect(states.map { $0.feature?.values[1] } == [nil, .real(12), .real(11), .real(10)])
      #expect(states[1].feature?.geometry == .point(Coordinate(x: 1, y: 2)))
      #expect(states[3].feature?.values == Self.delivery[0].values)
      #expect(states.map(\.version) == states.map(\.version).sorted(by: >))
      #expect(zip(states, states.dropFirst()).allSatisfy { $0.at >= $1.at })

      // Its neighbour was brought by the same load, and has the load's version.
      let other = try versions(store, "b")
      #expect(other.map(\.version) == [states[3].version])
      #expect(try store.readSync { try $0.version(ofFeature: "b", in: "trees") } == states[3].version)
      #expect(throws: StoreError.unknownFeature(id: "z", collection: "trees", position: 0)) { try versions(store, "z") }
    }
  }

  @Test func renamedAndRemadeFeaturesAreFoundUnderEitherId() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      try spatialite(store.path, "UPDATE trees SET id = 'a2' WHERE id = 'a'")
      #expect(try versions(store, "a").map { $0.feature?.id } == ["a2", "a"])
      #expect(try versions(store, "a2").map { $0.feature?.id } == ["a2", "a"])
      _ = try store.edit([FeatureEdit(.delete(id: "b")), FeatureEdit(.insert(.tree("b", x: 9, y: 9)))], in: "trees", actor: nil)
      #expect(try versions(store, "b").map(\.operation) == [.insert, .delete, .load])
    }
  }

  @Test func changesComeInOrderWithTombstonesAndGoOnBehindACursor() throws {
    try withStore([.trees]) { store in
      _ = try store.edit([FeatureEdit(.insert(.tree("a", x: 1, y: 2)))], in: "trees", actor: "Anna")
      try spatialite(store.path, "UPDATE trees SET geometry = MakePoint(3, 4, 25832); DELETE FROM trees;")
      let all = try changes(store)
      #expect(all.map(\.operation) == [.create, .insert, .update, .delete])
      #expect(all.map(\.id) == [nil, "a", "a", "a"])
      #expect(all.map(\.actor) == [nil, "Anna", nil, nil])
      #expect(all[2].oldEnvelope == Envelope(minX: 1, minY: 2, maxX: 1, maxY: 2))
      #expect(all[2].newEnvelope == Envelope(minX: 3, minY: 4, maxX: 3, maxY: 4))
      #expect(all[3].newEnvelope == nil)
      #expect(try store.latestSequence() == all.last?.sequence)
      // Pages of one yield the same.
      var paged: [FeatureChange] = []
      while let next = try changes(store, of: nil, since: paged.last?.sequence ?? 0, limit: 1).first { paged.append(next) }
      #expect(paged == all)
      #expect(throws: FeatureError.unknownCollection("parks")) { try changes(store, of: "parks") }
    }
  }

  @Test func loadIsOneChangeThatNamesItsNumbers() throws {
    try withStore { store in
      try store.importAll(
        (0..<500).map { .tree("t\($0)", x: Double($0), y: 0) }, into: .trees, options: ImportOptions(actor: "WFS"))
      let loads = try changes(store).filter { $0.operation == .load }
      #expect(loads.map(\.numbers) == [1...500])
      #expect(loads.map(\.actor) == ["WFS"])
      #expect(loads.map(\.newEnvelope) == [Envelope(minX: 0, minY: 0, maxX: 499, maxY: 0)])
    }
  }

  @Test func actorOfOneEditIsNotThatOfTheNext() throws {
    try withStore([.trees]) { store in
      _ = try store.edit([FeatureEdit(.insert(.tree("a", x: 1, y: 2)))], in: "trees", actor: "Anna")
      #expect(throws: StoreError.self) { try store.edit([FeatureEdit(.delete(id: "z"))], in: "trees", actor: "Bernd") }
      try height(store, 1, by: nil)
      try store.importAll([.tree("a", x: 1, y: 2, height: 2)], into: .trees, options: ImportOptions(actor: "WFS"))
      try store.importAll([.tree("a", x: 1, y: 2, height: 3)], into: .trees)
      #expect(try changes(store).map(\.actor) == [nil, "Anna", nil, "WFS", nil])
    }
  }

  @Test func historyFollowsNewAndWiderColumns() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      try height(store, 11.5, by: nil)
      var wider = CollectionDescriptor.trees
      wider.schema.properties[1].kind = .text
      wider.schema.properties.append(PropertyDefinition(name: "note", kind: .text))
      func delivered(_ height: String, _ note: String) -> Feature {
        Feature(
          id: "a", geometry: Self.delivery[0].geometry, values: [.text("Linde"), .text(height), .null, .text(note)])
      }
      try store.importAll([delivered("hoch", "eins")], into: wider)
      try store.importAll([delivered("höher", "zwei")], into: wider)
      let states = try versions(store, "a").map { $0.feature?.values }
      #expect(
        states == [
          [.text("Linde"), .text("höher"), .null, .text("zwei")], [.text("Linde"), .text("hoch"), .null, .text("eins")],
          [.text("Linde"), .text("11.5"), .date(CalendarDate(iso: "1988-12-30") ?? CalendarDate(daysSince1970: 0)), .null],
          [.text("Linde"), .text("10"), .date(CalendarDate(iso: "1988-12-30") ?? CalendarDate(daysSince1970: 0)), .null],
        ])
    }
  }

  @Test func pruningKeepsVersionsAndRefusesOlderCursors() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      for value in 1...5 { try height(store, Double(value), by: "Anna") }
      _ = try store.edit([FeatureEdit(.delete(id: "b"))], in: "trees", actor: "Anna")
      let version = try store.readSync { try $0.version(ofFeature: "a", in: "trees") }
      let dataVersion = try store.dataVersion(of: "trees")
      let latest = try store.latestSequence()
      // Later than all that was done.
      let now = Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000) + 60_000)
      #expect(try store.pruneHistory(before: now) == 4)
      #expect(try store.pruneHistory(before: now) == 0)
      #expect(try store.readSync { try $0.version(ofFeature: "a", in: "trees") } == version)
      #expect(try store.dataVersion(of: "trees") == dataVersion)
      #expect(throws: StoreError.changesPruned(asked: latest - 1, oldest: latest)) { try changes(store, since: latest - 1) }
      #expect(try changes(store, since: latest) == [])
      #expect(try versions(store, "a").first?.feature?.values[1] == .real(5))
      try height(store, 6, by: nil)
      #expect(try changes(store, since: latest).map(\.id) == ["a"])
    }
  }

  @Test func newCollectionOfAnOldNameHasAHistoryOfItsOwn() throws {
    try withStore([.trees]) { store in
      _ = try store.edit([FeatureEdit(.insert(.tree("a", x: 1, y: 2, species: "Alt")))], in: "trees", actor: nil)
      try height(store, 3, by: nil)
      try store.dropCollection("trees")
      try store.createCollection(.trees)
      _ = try store.edit([FeatureEdit(.insert(.tree("a", x: 1, y: 2, species: "Neu")))], in: "trees", actor: nil)
      #expect(try versions(store, "a").map { $0.feature?.values.first } == [.text("Neu")])
    }
  }

  /// As QGIS writes: through GDAL, with every column named.
  @Test func gdalEditsAreRemembered() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      let run = try CommandRun.program(
        "ogrinfo", [store.path, "-sql", "UPDATE trees SET species = 'Eiche' WHERE id = 'a'"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try versions(store, "a").map { $0.feature?.values.first } == [.text("Eiche"), .text("Linde")])
    }
  }
}
