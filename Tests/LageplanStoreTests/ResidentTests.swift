import Foundation
import LageplanFeatures
import LageplanGeometry
import Synchronization
import TestSupport
import Testing

@testable import LageplanStore

/// Collections in memory answer as the file does, in just the state that a reader sees.
struct ResidentTests {
  private static let ample = 1 << 30

  private final class Counter: Sendable {
    let count = Atomic(0)
  }

  /// Trees whose places may be of any kind.
  private static let anywhere = {
    var descriptor = CollectionDescriptor.trees
    descriptor.geometryKind = nil
    return descriptor
  }()

  /// A row with everything, to be compared whichever way it came.
  private func rows(_ reader: some FeatureReading, of descriptor: CollectionDescriptor) throws -> [OwnedRow] {
    try reader.rows(matching: FeatureQuery(collection: descriptor.id, after: .min), of: descriptor)
  }

  /// What is in memory is there, is of the reader's version, and is what SQL answers.
  private func expectResident(_ store: Store, _ id: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try store.readSync { reader in
      let descriptor = try reader.descriptor(of: id)
      let resident = try #require(try reader.resident(of: id), sourceLocation: sourceLocation)
      #expect(try resident.version == reader.dataVersion(of: id), sourceLocation: sourceLocation)
      var stored: [OwnedRow] = []
      try reader.forEachStoredRow(matching: FeatureQuery(collection: id, after: .min)) { row in
        stored.append(try OwnedRow(row, kinds: descriptor.schema.properties.map(\.kind)))
        return .next
      }
      let held = try self.rows(ResidentReader(resident), of: descriptor)
      #expect(held == stored, sourceLocation: sourceLocation)
      let derived = try DerivedState(of: try reader.catalogue.entry(of: id), on: reader.connection)
      #expect(resident.descriptor.featureCount == derived.featureCount, sourceLocation: sourceLocation)
      #expect(resident.descriptor.storageExtent == derived.storageExtent, sourceLocation: sourceLocation)
      #expect(resident.descriptor.extent == derived.extent, sourceLocation: sourceLocation)
      #expect(resident.descriptor.temporalExtent == derived.temporalExtent, sourceLocation: sourceLocation)
    }
  }

  private func spatialite(_ path: String, _ sql: String) throws {
    let run = try CommandRun.program("spatialite", ["-silent", "-bail", path, sql])
    #expect(run.status == 0 && !run.errors.contains("Error"), "\(run.errors)\(run.output)")
  }

  /// Waits for what another process has written to be heard of.
  private func waitFor(_ store: Store, _ sequence: Int64) {
    #expect(Patience.wait { store.knownSequence >= sequence })
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func residentStoreAnswersAsMemoryDoes(fixture: ReaderFixture) throws {
    try withStore { store in
      try store.importAll(fixture.features, into: fixture.descriptor)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      try expectResident(store, fixture.descriptor.id)
      #expect(try store.readSync { try FeatureReaderConformance.check(reader: $0, against: fixture) } == [])
      let answers = try store.readSync { reader in
        try FeatureReaderConformance.check(
          reader: ResidentReader(try #require(try reader.resident(of: fixture.descriptor.id))), against: fixture)
      }
      #expect(answers == [])
    }
  }

  /// Chunks are split and merged over, ranges are many.
  @Test func manyRowsAreReadInSeveralRangesAndKeepTheirOrder() throws {
    try withStore { store in
      try store.importAll(
        (0..<40_000).map { Feature.tree("t\($0)", x: 600_000 + Double($0 % 200), y: 5_790_000 + Double($0 / 200)) }, into: .trees)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      try expectResident(store, "trees")
      let chunks = try store.readSync { try #require(try $0.resident(of: "trees")).chunks }
      #expect(chunks.count >= 40 && chunks.allSatisfy { $0.count <= 1024 && $0.isPointsOnly })
      #expect(zip(chunks, chunks.dropFirst()).allSatisfy { $0.numbers[$0.count - 1] < $1.numbers[0] })
    }
  }

  @Test(arguments: [1, 2, 3]) func randomEditsLeaveWhatAFreshLoadFinds(seed: UInt64) throws {
    try withStore { store in
      var random = Seed(seed)
      func tree(_ id: String) -> Feature {
        var tree = Feature.tree(
          id, x: .random(in: 600_000...601_000, using: &random), y: .random(in: 5_790_000...5_791_000, using: &random),
          species: ["Linde", "Eiche", nil, "Ulme"].randomElement(using: &random) ?? nil,
          height: Bool.random(using: &random) ? .random(in: 1...30, using: &random) : nil,
          planted: Bool.random(using: &random) ? "19\(Int.random(in: 10...99, using: &random))-05-01" : nil)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: tree.geometry = nil
        case 1: tree.geometry = .lineString([Coordinate(x: 600_000, y: 5_790_000), Coordinate(x: 600_001, y: 5_790_009)])
        default: break
        }
        return tree
      }
      let descriptor = Self.anywhere
      try store.importAll((0..<5_000).map { tree("t\($0)") }, into: descriptor)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      let second = try Store(path: store.path)
      defer { second.close() }
      var ids = (0..<5_000).map { "t\($0)" }
      for round in 0..<60 {
        var edits: [FeatureEdit] = []
        for step in 0..<Int.random(in: 1...30, using: &random) {
          let place = Int.random(in: 0..<ids.count, using: &random)
          switch Int.random(in: 0..<5, using: &random) {
          case 0:
            ids.append("n\(round)-\(step)")
            edits.append(FeatureEdit(.insert(tree(ids[ids.count - 1]))))
          case 1:
            edits.append(FeatureEdit(.delete(id: ids[place])))
            ids.remove(at: place)
          case 2: edits.append(FeatureEdit(.update(id: ids[place], properties: [:], geometry: .set(tree("").geometry))))
          case 3:
            edits.append(
              FeatureEdit(.update(id: ids[place], properties: ["species": .text("S\(round)")], geometry: .unchanged)))
          default: edits.append(FeatureEdit(.replace(tree(ids[place]))))
          }
        }
        if round % 10 == 9 {
          // Another process's: heard of by the next commit that is told here.
          _ = try second.edit(edits, in: "trees", actor: nil)
          _ = try store.edit([FeatureEdit(.insert(tree("own\(round)")))], in: "trees", actor: nil)
        } else {
          _ = try store.edit(edits, in: "trees", actor: nil)
        }
        if round % 6 == 5 { try expectResident(store, "trees") }
      }
      try expectResident(store, "trees")
    }
  }

  @Test func manyNewFeaturesSplitTheLastChunkAndAllGoneLeavesNone() throws {
    try withStore { store in
      try store.importAll((0..<10).map { Feature.tree("a\($0)", x: 600_000, y: 5_790_000 + Double($0)) }, into: .trees)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      _ = try store.edit(
        (0..<5_000).map { FeatureEdit(.insert(.tree("b\($0)", x: 600_100, y: 5_790_000 + Double($0)))) }, in: "trees", actor: nil)
      try expectResident(store, "trees")
      let sizes = try store.readSync { try #require(try $0.resident(of: "trees")).chunks.map(\.count) }
      #expect(sizes.count >= 3 && sizes.allSatisfy { $0 < 2_048 })
      let all = (0..<10).map { "a\($0)" } + (0..<5_000).map { "b\($0)" }
      _ = try store.edit(all.map { FeatureEdit(.delete(id: $0)) }, in: "trees", actor: nil)
      try expectResident(store, "trees")
      _ = try store.edit([FeatureEdit(.insert(.tree("c", x: 600_000, y: 5_790_000)))], in: "trees", actor: nil)
      try expectResident(store, "trees")
    }
  }

  @Test func editsInTheFileByTheShellAreFollowed() throws {
    try withStore { store in
      try store.importAll((0..<2_000).map { Feature.tree("t\($0)", x: 600_000 + Double($0), y: 5_790_000) }, into: .trees)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      try store.watchFile()
      try spatialite(
        store.path,
        """
        INSERT INTO trees (geometry, species) VALUES (MakePoint(600500.5, 5790500, 25832), 'Ulme');
        UPDATE trees SET geometry = NULL WHERE number % 7 = 0;
        UPDATE trees SET species = 'Eiche', height = 7 WHERE number % 11 = 0;
        DELETE FROM trees WHERE number BETWEEN 900 AND 1100;
        """)
      waitFor(store, try store.latestSequence())
      try expectResident(store, "trees")
    }
  }

  @Test func everyGeometryAndWhatIsNoneIsLentAsItWasRead() throws {
    try withStore { store in
      func place(_ dx: Double, _ dy: Double) -> Coordinate { Coordinate(x: 600_000 + dx, y: 5_790_000 + dy) }
      let ring = [place(0, 0), place(9, 0), place(9, 9), place(0, 0)]
      var raised = Geometry.lineString([place(0, 0), place(5, 5)])
      raised.z = [1, 2]
      raised.m = [3, 4]
      var high = Geometry.point(place(1, 1))
      high.z = [55]
      let shapes: [Geometry?] = [
        .point(place(3, 3)), high, raised, nil, .multiPoint([place(0, 1), place(2, 3)]), .polygon([ring]),
        .multiPolygon([[ring]]), .multiLineString([[place(0, 0), place(1, 1)], [place(4, 4), place(5, 6)]]),
        .geometryCollection([.point(place(0, 0)), .geometryCollection([.polygon([ring])])]),
      ]
      let descriptor = Self.anywhere
      try store.importAll(
        shapes.enumerated().map { Feature(id: "s\($0)", geometry: $1, values: [.text("a\u{0}b"), .null, .null]) },
        into: descriptor)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      try expectResident(store, "trees")
      try store.readSync { reader in
        let resident = try #require(try reader.resident(of: "trees"))
        let frame = try resident.frame(in: .webMercator)
        let toMercator = try CoordinateTransform(from: .utm32, to: .webMercator)
        let drawn = frame.shapes[0]
        for row in 0..<shapes.count {
          // Rows lie along the Hilbert curve.
          let id = String(decoding: resident.dictionary.text(of: resident.chunks[0].values[row]), as: UTF8.self)
          let shape = shapes[try #require(Int(id.dropFirst()))]
          var expected = shape ?? Geometry(kind: .point)
          try toMercator.transform(&expected)
          #expect(drawn.kinds[row] == shape?.kind.rawValue ?? 0)
          guard expected.kind != .geometryCollection else { continue }
          let vertices = (drawn.vertexStarts[row]..<drawn.vertexStarts[row + 1]).map { drawn.coordinates[$0] }
          #expect(vertices == expected.coordinates)
          #expect((drawn.partStarts[row]..<drawn.partStarts[row + 1]).map { drawn.partEnds[$0] } == expected.partEnds)
          #expect((drawn.polygonStarts[row]..<drawn.polygonStarts[row + 1]).map { drawn.polygonEnds[$0] } == expected.polygonEnds)
        }
      }
    }
  }

  @Test(arguments: ["MakePoint(1e30, 1e30, 25832)", "substr(geometry, 1, 50)", "substr(geometry, 1, 20)"])
  func damagedGeometryIsNamedAndHarmsNoOther(damage: String) throws {
    try withStore { store in
      let descriptor = Self.anywhere
      let sound = (0..<3).map { Feature.tree("s\($0)", x: 600_000 + Double($0) * 10, y: 5_790_000) }
      try store.importAll(sound + [.tree("broken", x: 600_015, y: 5_790_000)], into: descriptor)
      try spatialite(
        store.path,
        "DROP TRIGGER IF EXISTS ggu_trees_geometry; UPDATE trees SET geometry = \(damage), species = CAST(x'4CFF' AS TEXT) WHERE id = 'broken';"
      )
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      try store.readSync { reader in
        let resident = try #require(try reader.resident(of: "trees"))
        let shapes = try resident.frame(in: .webMercator).shapes
        #expect(shapes.flatMap(\.damaged).count == 1)
        #expect(shapes.flatMap(\.damaged).allSatisfy { !$0.reason.isEmpty })
        // What the envelope does not decide is asked of the geometry, and a damaged one meets nothing.
        let whole = [
          (599_000.0, 5_789_000.0), (601_000, 5_789_000), (601_000, 5_791_000), (599_000, 5_791_000), (599_000, 5_789_000),
        ]
        let area = Geometry.polygon([whole.map { Coordinate(x: $0.0, y: $0.1) }])
        let asked = FeatureQuery(collection: "trees", spatial: .geometry(area), geometry: false)
        #expect(try Set(reader.rows(matching: asked, of: descriptor).map(\.id)) == ["s0", "s1", "s2"])
        let broken = FeatureQuery(
          collection: "trees", filter: .compare(property: "species", .equal, .text("L\u{FFFD}")), geometry: false)
        #expect(try ResidentReader(resident).rows(matching: broken, of: descriptor).map(\.id) == ["broken"])
        // It is there, and nowhere.
        for (filter, ids) in [
          (FilterExpression.isNull(property: "geometry"), Set<String>()),
          (.not(.isNull(property: "geometry")), ["s0", "s1", "s2", "broken"]),
        ] {
          let query = FeatureQuery(collection: "trees", filter: filter, geometry: false, after: .min)
          #expect(try Set(reader.rows(matching: query, of: descriptor).map(\.id)) == ids)
        }
      }
    }
  }

  @Test func budgetHoldsWhatFitsAndSaysWhyTheRestDoesNot() throws {
    try withStore { store in
      var few = CollectionDescriptor.trees
      few.id = "few"
      try store.importAll((0..<10).map { Feature.tree("t\($0)", x: 600_000, y: 5_790_000 + Double($0)) }, into: few)
      try store.importAll((0..<20_000).map { Feature.tree("t\($0)", x: 600_000, y: 5_790_000 + Double($0)) }, into: .trees)
      try store.keepResident(budget: 200_000)
      store.waitForResidents()
      let standings = Dictionary(uniqueKeysWithValues: store.residentStates().map { ($0.collection, $0.standing) })
      guard case .resident(let byteCount, let version)? = standings["few"] else {
        return #expect(Bool(false), "\(standings)")
      }
      #expect(try byteCount < 200_000 && version == store.dataVersion(of: "few"))
      guard case .onDisk(let reason)? = standings["trees"] else { return #expect(Bool(false), "\(standings)") }
      #expect(reason.contains("1 MB"))
      #expect(try store.readSync { try $0.resident(of: "trees") == nil })
      #expect(try store.features(matching: FeatureQuery(collection: "trees")).count == 20_000)
      // Where there is room again, it is used.
      try store.dropCollection("few")
      #expect(store.residentStates().allSatisfy { $0.collection != "few" })
    }
  }

  @Test func framesThatRequestsHaveMadeGiveWayToAnEdit() throws {
    let trees = (0..<2_000).map { Feature.tree("t\($0)", x: 600_000, y: 5_790_000 + Double($0)) }
    func held(_ store: Store) throws -> ResidentCollection? { try store.readSync { try $0.resident(of: "trees") } }
    var byteCount = 0
    try withStore { store in
      try store.importAll(trees, into: .trees)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      byteCount = try #require(try held(store)).byteCount
    }
    try withStore { store in
      try store.importAll(trees, into: .trees)
      let budget = byteCount + 20_000
      try store.keepResident(budget: budget)
      store.waitForResidents()
      let before = try #require(try held(store))
      _ = try before.frame(in: .crs84)
      #expect(before.byteCount > budget)
      _ = try store.edit([FeatureEdit(.delete(id: "t1"))], in: "trees", actor: nil)
      #expect(try #require(try held(store)).byteCount <= budget)
      try expectResident(store, "trees")
    }
  }

  @Test func faultOfAMomentKeepsNothingOutForGood() throws {
    try withStore { store in
      try store.importAll([.tree("a", x: 600_000, y: 5_790_000)], into: .trees)
      func rename(_ table: String, to name: String) throws {
        try spatialite(store.path, "PRAGMA legacy_alter_table = ON; ALTER TABLE \(table) RENAME TO \(name);")
      }
      try rename("lageplan_changes", to: "hidden")
      store.residents.retryInterval = 0.01
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      #expect(
        store.residentStates().contains {
          if case .onDisk(let reason) = $0.standing { reason.contains("lageplan_changes") } else { $0.standing == .loading }
        })
      try rename("hidden", to: "lageplan_changes")
      let isBack = Patience.wait { if case .resident? = store.residentStates().first?.standing { true } else { false } }
      #expect(isBack)
      try expectResident(store, "trees")
    }
  }

  @Test func fileThatCannotBeAskedForItsCollectionsIsNoEmptyMemory() throws {
    try withStore([.trees]) { store in
      store.close()
      #expect(throws: StoreError.self) { try store.keepResident(budget: Self.ample) }
      #expect(store.residentBudget == nil)
    }
  }

  @Test func collectionsComeAndGoWithTheirTables() throws {
    try withStore([.trees]) { store in
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      try expectResident(store, "trees")
      try store.importAll((0..<100).map { Feature.tree("t\($0)", x: 600_000, y: 5_790_000 + Double($0)) }, into: .trees)
      store.waitForResidents()
      try expectResident(store, "trees")
      // A new column and a wider type.
      var wider = CollectionDescriptor.trees
      wider.schema.properties[1].kind = .text
      wider.schema.properties.append(PropertyDefinition(name: "girth", kind: .integer))
      try store.importAll(
        [Feature(id: "t1", geometry: nil, values: [.null, .text("tall"), .null, .integer(3)])], into: wider)
      store.waitForResidents()
      try expectResident(store, "trees")
      var described = try store.descriptor(of: "trees")
      described.title = "Bäume"
      try store.updateCollection(described)
      #expect(try store.readSync { try $0.resident(of: "trees")?.descriptor.title } == "Bäume")
      try store.dropCollection("trees")
      #expect(store.residentStates() == [])
      #expect(throws: FeatureError.self) { try store.readSync { try $0.resident(of: "trees") == nil } }
    }
  }

  @Test func dictionaryFullOfValuesThatAreGoneIsMadeAnew() throws {
    try withStore { store in
      try store.importAll((0..<1_000).map { Feature.tree("t\($0)", x: 600_000, y: 5_790_000 + Double($0)) }, into: .trees)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      let few = try store.readSync { try #require(try $0.resident(of: "trees")).entryCount }
      for round in 0..<9 {
        _ = try store.edit(
          (0..<9_000).map { step in
            FeatureEdit(
              .update(id: "t\(step % 1_000)", properties: ["species": .text("\(round)-\(step)")], geometry: .unchanged))
          }, in: "trees", actor: nil)
      }
      store.waitForResidents()
      let now = try store.readSync { try #require(try $0.resident(of: "trees")).entryCount }
      #expect(now < few + 20_000)
      try expectResident(store, "trees")
    }
  }

  @Test func versionIsNeverAheadNorBehindWhileWritersAndReadersRun() async throws {
    try await withStore { store in
      try store.importAll((0..<3_000).map { Feature.tree("t\($0)", x: 600_000, y: 5_790_000 + Double($0)) }, into: .trees)
      try store.keepResident(budget: Self.ample)
      store.waitForResidents()
      let fromMemory = Counter()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<2 {
          group.addTask {
            for round in 0..<60 {
              // Every height is the same after each commit: a state in between shows.
              _ = try store.edit(
                (0..<20).map {
                  FeatureEdit(
                    .update(id: "t\($0)", properties: ["height": .real(Double(writer * 1_000 + round))], geometry: .unchanged))
                }, in: "trees", actor: nil)
              let version = try store.dataVersion(of: "trees")
              #expect(store.knownSequence >= version || version > store.knownSequence)
            }
          }
        }
        for _ in 0..<2 {
          group.addTask {
            for _ in 0..<300 {
              try await store.read { reader in
                guard let resident = try reader.resident(of: "trees") else { return }
                fromMemory.count.add(1, ordering: .relaxed)
                #expect(try resident.version == reader.dataVersion(of: "trees"))
                var heights: Set<PropertyValue> = []
                var stored: Set<PropertyValue> = []
                let query = FeatureQuery(
                  collection: "trees", properties: .named(["height"]), geometry: false, after: .min, limit: 20)
                try ResidentReader(resident).forEachRow(matching: query) { row in
                  heights.insert(row.values[0].value(as: .real))
                  return .next
                }
                try reader.forEachStoredRow(matching: query) { row in
                  stored.insert(row.values[0].value(as: .real))
                  return .next
                }
                #expect(heights == stored && heights.count == 1)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(fromMemory.count.load(ordering: .relaxed) > 0)
      try expectResident(store, "trees")
    }
  }
}
