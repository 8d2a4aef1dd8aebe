import Foundation
import LageplanFeatures
import LageplanGeometry
import Synchronization
import TestSupport
import Testing

@testable import LageplanStore

struct ReaderTests {
  private static func grid(_ columns: Int, _ rows: Int) -> [Feature] {
    (0..<rows).flatMap { row in
      (0..<columns).map { column in Feature.tree("t\(column)-\(row)", x: Double(column), y: Double(row)) }
    }
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func loadedCollectionAnswersAsMemoryDoes(fixture: ReaderFixture) throws {
    try withStore { store in
      try store.importAll(fixture.features, into: fixture.descriptor)
      #expect(try store.readSync { try FeatureReaderConformance.check(reader: $0, against: fixture) } == [])
    }
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func mergedCollectionAnswersAsMemoryDoes(fixture: ReaderFixture) throws {
    try withStore { store in
      let half = fixture.features.count / 2
      try store.importAll(Array(fixture.features[..<half].reversed()), into: fixture.descriptor)
      let result = try store.importAll(fixture.features, into: fixture.descriptor)
      #expect((result.inserted, result.unchanged, result.updated) == (fixture.features.count - half, half, 0))
      #expect(try store.readSync { try FeatureReaderConformance.check(reader: $0, against: fixture, queries: 100) } == [])
    }
  }

  /// How SQLite says it will answer a query.
  private func plan(_ store: Store, _ query: FeatureQuery) throws -> [String] {
    try store.readSync { reader in
      let rows = try RowStatement(for: query, in: try reader.catalogue.entry(of: query.collection))
      return try reader.connection.withStatement("EXPLAIN QUERY PLAN " + rows.sql) { statement in
        var steps: [String] = []
        while try statement.step() { steps.append(statement.string(3) ?? "") }
        return steps
      }
    }
  }

  @Test func areasAreAskedOfTheSpatialIndexAndPagesOfThePrimaryKey() throws {
    try withStore { store in
      try store.importAll(Self.grid(20, 20), into: .trees)
      let area = SpatialFilter.envelope(Envelope(minX: 0, minY: 0, maxX: 3, maxY: 3))
      // Strategy 2 is the descent by bounds; four of them follow the colon (SQLite, ext/rtree/rtree.c).
      func asksTheIndex(_ step: String) -> Bool { step.hasPrefix("SCAN r VIRTUAL TABLE INDEX 2:") && step.count == 37 }
      let direct = try plan(store, FeatureQuery(collection: "trees", spatial: area))
      #expect(direct.count == 2 && asksTheIndex(direct[0]))
      #expect(direct.last == "SEARCH f USING INTEGER PRIMARY KEY (rowid=?)")
      let paged = try plan(store, FeatureQuery(collection: "trees", spatial: area, after: 5))
      #expect(paged.contains("SEARCH f USING INTEGER PRIMARY KEY (rowid=?)"))
      #expect(paged.contains(where: asksTheIndex))
      #expect(!paged.contains { $0.contains("TEMP B-TREE") })
      #expect(
        try plan(store, FeatureQuery(collection: "trees", after: 5)) == ["SEARCH f USING INTEGER PRIMARY KEY (rowid>?)"])
      #expect(
        try plan(store, FeatureQuery(collection: "trees", ids: ["a"])).contains {
          $0.contains("SEARCH f USING INDEX lageplan_trees_id (id=?)")
        })
    }
  }

  @Test func readSeesOneStateWhileOthersWrite() throws {
    try withStore { store in
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      let counts = try store.readSync { reader in
        var counts: [Int] = []
        let query = FeatureQuery(collection: "trees")
        counts.append(try reader.features(matching: query).count)
        let version = try reader.dataVersion(of: "trees")
        try store.importAll([.tree("b", x: 1, y: 1)], into: .trees)
        counts.append(try reader.features(matching: query).count)
        counts.append(try reader.descriptor(of: "trees").featureCount)
        #expect(try reader.dataVersion(of: "trees") == version)
        return counts
      }
      #expect(counts == [1, 1, 1])
      #expect(try store.features(matching: FeatureQuery(collection: "trees")).count == 2)
      #expect(try store.descriptor(of: "trees").featureCount == 2)
    }
  }

  @Test func readersAndWriterWorkAtOnce() async throws {
    try await withStore(readers: 3) { store in
      try store.importAll(Self.grid(10, 10), into: .trees)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for round in 0..<8 {
          group.addTask {
            for _ in 0..<20 {
              // Every write adds exactly ten: any other count would be half of one.
              let count = try await store.read { try $0.features(matching: FeatureQuery(collection: "trees")).count }
              #expect(count % 10 == 0)
            }
          }
          group.addTask {
            try store.importAll((0..<10).map { .tree("r\(round)-\($0)", x: 0, y: 0) }, into: .trees)
          }
        }
        try await group.waitForAll()
      }
      #expect(try store.descriptor(of: "trees").featureCount == 180)
    }
  }

  @Test func nestedQueriesOfOneTextDoNotDisturbEachOther() throws {
    try withStore { store in
      try store.importAll(Self.grid(3, 1), into: .trees)
      let pairs = try store.readSync { reader in
        var pairs = 0
        try reader.forEachRow(matching: FeatureQuery(collection: "trees")) { _ in
          try reader.forEachRow(matching: FeatureQuery(collection: "trees")) { _ in
            pairs += 1
            return .next
          }
          return .next
        }
        return pairs
      }
      #expect(pairs == 9)
    }
  }

  @Test func newPropertyIsSeenByReadersThatAreOpen() throws {
    try withStore(readers: 1) { store in
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      _ = try store.features(matching: FeatureQuery(collection: "trees"))
      var wider = CollectionDescriptor.trees
      wider.schema.properties.append(PropertyDefinition(name: "girth", kind: .integer))
      var feature = Feature.tree("a", x: 0, y: 0)
      feature.values.append(.integer(80))
      try store.importAll([feature], into: wider)
      let values = try store.features(matching: FeatureQuery(collection: "trees", properties: .named(["girth"]))).map(\.values)
      #expect(values == [[.integer(80)]])
    }
  }

  @Test func fullQueueIsRefusedAndWaitingCallsCanBeCancelled() async throws {
    try await TemporaryFolder.with { folder in
      let store = try Store(path: folder.appendingPathComponent("town.sqlite").path, mode: .create, readers: 1, queueLimit: 1)
      defer { store.close() }
      let gate = DispatchSemaphore(value: 0)
      let (started, startedSignal) = AsyncStream.makeStream(of: Void.self)
      // The only thread is held, the only place in the queue is taken: what comes third is refused.
      let holding = Task {
        try await store.read { _ in
          startedSignal.finish()
          gate.wait()
          return 1
        }
      }
      for await _ in started {}
      let flag = CancellationFlag()
      let (cancelled, cancelledSignal) = AsyncStream.makeStream(of: Bool.self)
      try store.readers.submit(cancelledBy: flag) { reader in
        if case .failure(let error) = reader { cancelledSignal.yield(error is CancellationError) }
        cancelledSignal.finish()
      }
      await #expect(throws: StoreError.busy(waiting: 1)) { try await store.read { _ in 3 } }
      store.readers.cancel(flag)
      var answers: [Bool] = []
      for await answer in cancelled { answers.append(answer) }
      #expect(answers == [true])
      gate.signal()
      #expect(try await holding.value == 1)
    }
  }

  @Test func cancelledScanStops() async throws {
    try await withStore(readers: 1) { store in
      try store.importAll(Self.grid(30, 30), into: .trees)
      let (started, startedSignal) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        try await store.read { reader in
          // Without an end of its own: only the cancellation ends it.
          while true {
            try reader.forEachRow(matching: FeatureQuery(collection: "trees")) { _ in
              startedSignal.finish()
              return .next
            }
          }
        }
      }
      for await _ in started {}
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      // The thread is free again.
      #expect(try await store.read { _ in 7 } == 7)
    }
  }

  @Test func aReadThatTakesTooLongEndsAndTheNextOneGoesOn() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("town.sqlite").path
      let features = (0..<5_000).map { Feature.tree("t\($0)", x: 600_000 + Double($0), y: 5_800_000) }
      let patient = try Store(path: path, mode: .create, readers: 1)
      defer { patient.close() }
      try patient.importAll(features, into: .trees)
      // No patience at all: whatever takes longer than SQLite's first look at the clock is too long.
      let store = try Store(path: path, mode: .open, readers: 1, timeLimit: .zero)
      defer { store.close() }
      func count(_ query: FeatureQuery, in store: Store) throws -> Int {
        try store.readSync { reader in
          var count = 0
          try reader.forEachRow(matching: query) { _ in
            count += 1
            return .next
          }
          return count
        }
      }
      let everything = FeatureQuery(collection: "trees")
      #expect { try count(everything, in: store) } throws: { error in
        if case StoreError.tookTooLong = error { true } else { false }
      }
      #expect(try count(FeatureQuery(collection: "trees", ids: ["t7"]), in: store) == 1)
      #expect(try count(everything, in: patient) == 5_000)
    }
  }

  @Test func versionRisesWithEveryKindOfChangeAndRestsOtherwise() throws {
    try withStore { store in
      try store.importAll(Self.grid(3, 3), into: .trees)
      var versions = [try store.dataVersion(of: "trees")]
      #expect(try store.dataVersion(of: "trees") == versions[0])
      try store.importAll(Self.grid(3, 3), into: .trees)
      #expect(try store.dataVersion(of: "trees") == versions[0], "an import that changes nothing is no change")
      var descriptor = try store.descriptor(of: "trees")
      descriptor.title = "Bäume"
      try store.updateCollection(descriptor)
      versions.append(try store.dataVersion(of: "trees"))
      try store.importAll([.tree("x", x: 1, y: 1)], into: .trees)
      versions.append(try store.dataVersion(of: "trees"))
      try store.dropCollection("trees")
      #expect(throws: FeatureError.unknownCollection("trees")) { try store.dataVersion(of: "trees") }
      try store.createCollection(.trees)
      versions.append(try store.dataVersion(of: "trees"))
      #expect(versions == versions.sorted() && Set(versions).count == versions.count)
    }
  }

  @Test func instantsCompareWhateverTheirSpelling() throws {
    try withStore { store in
      var descriptor = CollectionDescriptor.trees
      descriptor.schema = Schema(properties: [PropertyDefinition(name: "at", kind: .dateTime)])
      try store.importAll([Feature(id: "0", geometry: nil, values: [.null])], into: descriptor)
      let spellings = [
        "2026-12-01T06:30:00Z", "2026-12-01T06:30:00.000Z", "2026-12-01T06:30:00.500Z", "2026-12-01T06:30:01Z",
        "2026-12-01T10:00:00Z",
      ]
      for (number, text) in spellings.enumerated() {
        let sql = "INSERT INTO trees (id, at) VALUES ('i\(number)', '\(text)')"
        #expect(try CommandRun.program("spatialite", ["-silent", store.path, sql]).status == 0)
      }
      func count(_ comparison: FilterExpression.Comparison, _ text: String) throws -> Int {
        let instant = try #require(Instant(iso: text))
        return try store.features(
          matching: FeatureQuery(collection: "trees", filter: .compare(property: "at", comparison, .dateTime(instant)))
        ).count
      }
      #expect(try count(.equal, "2026-12-01T06:30:00Z") == 2)
      #expect(try count(.greater, "2026-12-01T06:30:00Z") == 3)
      #expect(try count(.less, "2026-12-01T06:30:00.250Z") == 2)
      #expect(try count(.greaterOrEqual, "2026-12-01T06:30:01Z") == 2)
      let extent = try store.descriptor(of: "trees").temporalExtent
      #expect(extent?.end == "2026-12-01T10:00:00Z")
    }
  }
}
