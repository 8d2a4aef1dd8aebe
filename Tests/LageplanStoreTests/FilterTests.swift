import Foundation
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanStore

/// Filters in SQL, against the evaluator in memory.
struct FilterTests {
  /// The ids of the rows for which the evaluator says true, of features as they came into the store.
  private func matches(_ filter: FilterExpression, _ fixture: ReaderFixture) throws -> Set<String> {
    let evaluator = try FilterEvaluator(filter, descriptor: fixture.descriptor)
    return Set(
      fixture.features.filter { evaluator.matches($0.values, id: $0.id, geometry: $0.geometry) }.map(\.id))
  }

  private func rows(_ filter: FilterExpression, _ reader: StoreReader, _ collection: String) throws -> Set<String> {
    var ids: Set<String> = []
    let query = FeatureQuery(collection: collection, filter: filter, properties: .none, geometry: false)
    try reader.forEachRow(matching: query) { row in
      ids.insert(String(decoding: row.id, as: UTF8.self))
      return .next
    }
    return ids
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func randomFiltersMatchTheSameInSqlAsInMemory(fixture: ReaderFixture) throws
  {
    try withStore { store in
      try store.importAll(fixture.features, into: fixture.descriptor)
      try store.readSync { reader in
        var filters = RandomFilter(fixture, seed: 2_121)
        var wrong: [String] = []
        var matching = 0
        for _ in 0..<600 {
          let filter = filters.next()
          let expected = try matches(filter, fixture)
          let found = try rows(filter, reader, fixture.descriptor.id)
          if found != expected { wrong.append("\(found.count) instead of \(expected.count): \(filter.cql2Text)") }
          if !expected.isEmpty, expected.count < fixture.features.count { matching += 1 }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5).joined(separator: "\n"))")
        // A filter that is always true or never tells little.
        #expect(fixture.features.isEmpty || matching > 150)
      }
    }
  }

  @Test func everyRowIsFoundByTheFilterOrItsNegationOrIsUnknown() throws {
    let fixture = try #require(FeatureReaderConformance.fixtures.first { $0.descriptor.id == "mixed" })
    try withStore { store in
      try store.importAll(fixture.features, into: fixture.descriptor)
      try store.readSync { reader in
        var filters = RandomFilter(fixture, seed: 7)
        for _ in 0..<200 {
          let filter = filters.next()
          let unknown = FilterExpression.isNull(.condition(filter))
          let id = fixture.descriptor.id
          let (yes, no, open) = (
            try rows(filter, reader, id), try rows(.not(filter), reader, id), try rows(unknown, reader, id)
          )
          #expect(yes.count + no.count + open.count == fixture.features.count, "\(filter.cql2Text)")
        }
      }
    }
  }

  // MARK: The spatial index

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

  private static func box(_ x: Double, _ y: Double) -> FilterExpression {
    .spatial(.intersects, .property("geometry"), .box(FilterBox(minX: x, minY: y, maxX: x + 3, maxY: y + 3)))
  }

  @Test func placesInFiltersAreAskedOfTheSpatialIndex() throws {
    try withStore { store in
      try store.importAll((0..<400).map { .tree("t\($0)", x: Double($0 % 20), y: Double($0 / 20)) }, into: .trees)
      // Strategy 2 is the descent by bounds (SQLite, ext/rtree/rtree.c).
      func descents(_ filter: FilterExpression, after: Int64? = nil) throws -> Int {
        let steps = try plan(store, FeatureQuery(collection: "trees", filter: filter, after: after))
        #expect(!steps.contains { $0.hasPrefix("SCAN f") } || !steps.contains { $0.hasPrefix("SCAN r") }, "\(steps)")
        return steps.filter { $0.contains("SCAN r VIRTUAL TABLE INDEX 2:") }.count
      }
      let tall = FilterExpression.compare(property: "height", .greater, .real(3))
      #expect(try descents(Self.box(1, 1)) == 1)
      #expect(try descents(.and([tall, Self.box(1, 1), tall])) == 1)
      #expect(try descents(.and([tall, Self.box(1, 1)]), after: 5) == 1)
      #expect(try descents(.or([Self.box(1, 1), Self.box(9, 9)])) == 2)
      #expect(try descents(.and([.or([Self.box(1, 1), Self.box(9, 9)]), tall])) == 2)
      let near = FilterExpression.truth(
        .function("S_DWITHIN", [.property("geometry"), .geometry(.point(Coordinate(x: 4.5, y: 0))), .value(.integer(200))]))
      #expect(try descents(near) == 1)
      // Where a match may lie anywhere there is nothing to ask.
      for filter in [.not(Self.box(1, 1)), .or([Self.box(1, 1), tall]), tall] as [FilterExpression] {
        #expect(try descents(filter) == 0)
      }
      #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: Self.box(1, 1))).count == 16)
      #expect(
        try store.features(matching: FeatureQuery(collection: "trees", filter: .or([Self.box(1, 1), Self.box(2, 2)]))).count == 23
      )
      #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: .not(Self.box(1, 1)))).count == 384)
    }
  }

  @Test func narrowestPlaceOfAreaAndFilterIsAsked() throws {
    let wide = SpatialFilter.envelope(Envelope(minX: 0, minY: 0, maxX: 100, maxY: 100))
    let query = FeatureQuery(collection: "trees", spatial: wide, filter: Self.box(1, 1))
    #expect(SpatialSource(query, storageCrs: .utm32)?.envelopes == [Envelope(minX: 1, minY: 1, maxX: 4, maxY: 4)])
    try withStore { store in
      try store.importAll((0..<400).map { .tree("t\($0)", x: Double($0 % 20), y: Double($0 / 20)) }, into: .trees)
      #expect(try store.features(matching: query).count == 16)
    }
  }

  // MARK: Hostile and damaged

  @Test func textOfARequestNeverBecomesSql() throws {
    let attacks = ["'; DROP TABLE trees; --", "\" OR 1=1 --", "?1", "\\'", "%' OR '1'='1", "x\0y", "); SELECT 1; --"]
    try withStore { store in
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      for attack in attacks {
        let text = FilterOperand.value(.text(attack))
        let filters: [FilterExpression] = [
          .comparison(.property("species"), .equal, text), .like(.property("species"), pattern: text),
          .isIn(.caseFolded(.property("species")), [text, .accentFolded(text)]),
          .array(.overlaps, .array([.property("species")]), .array([text])),
        ]
        for filter in filters {
          #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: filter)).isEmpty)
          try store.readSync { reader in
            let query = FeatureQuery(collection: "trees", filter: filter)
            let sql = try RowStatement(for: query, in: try reader.catalogue.entry(of: "trees")).sql
            #expect(!sql.contains(attack))
          }
        }
        #expect(throws: FeatureError.self) {
          try store.features(matching: FeatureQuery(collection: "trees", filter: .isNull(property: attack)))
        }
      }
      #expect(try store.features(matching: FeatureQuery(collection: "trees")).count == 1)
    }
  }

  @Test func thousandsOfConditionsAreNoDeepTree() throws {
    try withStore { store in
      try store.importAll((0..<50).map { .tree("t\($0)", x: 0, y: 0, height: Double($0)) }, into: .trees)
      let parts = (0..<5_000).map { FilterExpression.compare(property: "height", .equal, .integer(Int64($0 * 2))) }
      #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: .or(parts))).count == 25)
      #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: .and(parts.map { .not($0) }))).count == 25)
    }
  }

  /// What is written or asked twice on each level would double with every level: these would never end.
  @Test func conditionsWithinConditionsAreAskedOnce() throws {
    var between = FilterExpression.compare(property: "height", .greater, .integer(5))
    var list = between
    for _ in 0..<60 {
      between = .between(.condition(between), .value(.boolean(true)), .value(.boolean(true)))
      list = .isIn(.condition(list), [.value(.boolean(true)), .value(.boolean(true)), .value(.null)])
    }
    try withStore { store in
      let features: [Feature] = [.tree("a", x: 0, y: 0, height: 3), .tree("b", x: 0, y: 0, height: 9)]
      try store.importAll(features, into: .trees)
      for filter in [between, list] {
        #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: filter)).map(\.id) == ["b"])
        let evaluator = try FilterEvaluator(filter, descriptor: .trees)
        #expect(features.map { evaluator.matches($0.values) } == [false, true])
      }
    }
  }

  @Test func longArraysAreComparedAsSets() throws {
    try withStore { store in
      try store.importAll((0..<50).map { .tree("t\($0)", x: 0, y: 0, height: Double($0)) }, into: .trees)
      let even = FilterOperand.array((0..<900).map { .value(.integer(Int64($0 * 2))) })
      let filter = FilterExpression.array(.containedBy, .array([.property("height")]), even)
      #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: filter)).count == 25)
      let terms = FilterOperand.array((0..<101).map { .arithmetic(.property("height"), .plus, .value(.integer(Int64($0)))) })
      #expect(throws: FeatureError.self) {
        try store.features(matching: FeatureQuery(collection: "trees", filter: .array(.overlaps, terms, even)))
      }
    }
  }

  @Test func everNewFiltersLeaveFewStatementsBehind() throws {
    try withStore(readers: 1) { store in
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      try store.readSync { reader in
        for count in 1...400 {
          let parts = (0..<count).map { FilterExpression.compare(property: "height", .equal, .integer(Int64($0))) }
          _ = try reader.features(matching: FeatureQuery(collection: "trees", filter: .or(parts)))
        }
        #expect(reader.connection.keptStatementCount <= 256)
      }
    }
  }

  @Test func featureWithoutAPlaceMatchesNeitherAConditionOnItNorTheNegation() throws {
    try withStore { store in
      try store.importAll([.tree("here", x: 1, y: 1), .tree("nowhere", x: 2, y: 2)], into: .trees)
      let path = store.path
      let emptied = try CommandRun.program(
        "spatialite", ["-silent", path, "UPDATE trees SET geometry = NULL WHERE id = 'nowhere'"])
      #expect(emptied.status == 0, "\(emptied.errors)")
      let here = Self.box(0, 0)
      for (filter, ids) in [
        (here, ["here"]), (.not(here), []), (.isNull(property: "geometry"), ["nowhere"]),
        (.spatial(.disjoint, .property("geometry"), .geometry(.point(Coordinate(x: 9, y: 9)))), ["here"]),
      ] as [(FilterExpression, [String])] {
        #expect(try store.features(matching: FeatureQuery(collection: "trees", filter: filter)).map(\.id) == ids)
      }
    }
  }
}
