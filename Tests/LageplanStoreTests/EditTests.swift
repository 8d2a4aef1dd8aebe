import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

struct EditTests {
  private static let delivery = [
    Feature.tree("a", x: 600_000, y: 5_790_000, planted: "1988-12-30"), .tree("b", x: 600_100, y: 5_790_200),
  ]

  private func withTrees(_ body: (Store) throws -> Void) throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      try body(store)
    }
  }

  private func version(_ store: Store, _ id: String) throws -> Int64 {
    try store.readSync { try $0.version(ofFeature: id, in: "trees") }
  }

  private func feature(_ store: Store, _ id: String) throws -> Feature? {
    try store.features(matching: FeatureQuery(collection: "trees", ids: [id])).first
  }

  @Test func everyEditDoesWhatItSaysAndTellsTheVersion() throws {
    try withTrees { store in
      let outcomes = try store.edit(
        [
          FeatureEdit(.insert(.tree("c", x: 1, y: 2, species: "Ulme"))),
          FeatureEdit(.insert(.tree("", x: 3, y: 4))),
          FeatureEdit(.replace(.tree("a", x: 5, y: 6, species: nil, height: 12))),
          FeatureEdit(.update(id: "b", properties: ["height": .integer(7)], geometry: .unchanged)),
          FeatureEdit(.update(id: "b", properties: [:], geometry: .set(nil))),
          FeatureEdit(.delete(id: "c")),
        ], in: "trees", actor: "Vermessung")
      #expect(outcomes.map(\.operation) == [.inserted, .inserted, .replaced, .updated, .updated, .deleted])
      #expect(outcomes.map(\.id) == ["c", "n4", "a", "b", "b", "c"])
      #expect(outcomes.map(\.version) == outcomes.map(\.version).sorted())
      #expect(try store.latestSequence() == outcomes.last?.version)
      #expect(try version(store, "b") == outcomes[4].version)

      let left = try store.features(matching: FeatureQuery(collection: "trees"))
      #expect(Set(left.map(\.id)) == ["a", "b", "n4"])
      let a = try #require(try feature(store, "a"))
      #expect(a.values == [.null, .real(12), .null] && a.geometry == .point(Coordinate(x: 5, y: 6)))
      let b = try #require(try feature(store, "b"))
      #expect(b.values == [.text("Linde"), .real(7), .null] && b.geometry == nil)
      // A number is never used again, so tiles do not mistake one feature for another.
      #expect(outcomes[1].number == 4)
      #expect(try feature(store, "n4")?.number == 4)
    }
  }

  @Test func editThatChangesNothingKeepsTheVersion() throws {
    try withTrees { store in
      let before = (try version(store, "a"), try store.dataVersion(of: "trees"))
      let outcomes = try store.edit(
        [
          FeatureEdit(.replace(Self.delivery[0])),
          FeatureEdit(.update(id: "a", properties: ["species": .text("Linde")], geometry: .set(Self.delivery[0].geometry))),
          FeatureEdit(.update(id: "a", properties: [:], geometry: .unchanged)),
        ], in: "trees", actor: nil)
      #expect(outcomes.map(\.operation) == [.unchanged, .unchanged, .unchanged])
      #expect(outcomes.allSatisfy { $0.version == before.0 })
      #expect(try store.dataVersion(of: "trees") == before.1)
    }
  }

  private static let good = FeatureEdit(.insert(.tree("c", x: 1, y: 2)))

  /// What is said of `edit` when it comes behind a good one, which must leave no trace either.
  private func refusal(in store: Store, _ edit: FeatureEdit) throws -> String {
    let before = try store.features(matching: FeatureQuery(collection: "trees"))
    let error = #expect(throws: (any Error).self) { try store.edit([Self.good, edit], in: "trees", actor: "x") }
    #expect(try store.features(matching: FeatureQuery(collection: "trees")) == before)
    return error.map { "\($0)" } ?? ""
  }

  @Test func oneFaultUndoesTheWholeBatch() throws {
    try withTrees { store throws in
      let line = Geometry.lineString([Coordinate(x: 0, y: 0), Coordinate(x: 1, y: 1)])
      #expect(try refusal(in: store, FeatureEdit(.insert(.tree("a", x: 0, y: 0)))).hasPrefix("trees has a feature a already"))
      #expect(try refusal(in: store, FeatureEdit(.delete(id: "nobody"))).hasPrefix("trees has no feature nobody"))
      #expect(try refusal(in: store, FeatureEdit(.replace(.tree("nobody", x: 0, y: 0)))).hasPrefix("trees has no feature nobody"))
      let wrong = FeatureEdit.Change.update(id: "a", properties: ["height": .text("hoch")], geometry: .unchanged)
      #expect(try refusal(in: store, FeatureEdit(wrong)).contains("height cannot hold hoch"))
      let unknown = FeatureEdit.Change.update(id: "a", properties: ["girth": .integer(1)], geometry: .unchanged)
      #expect(try refusal(in: store, FeatureEdit(unknown)).contains("no property \"girth\""))
      #expect(try refusal(in: store, FeatureEdit(.update(id: "a", properties: [:], geometry: .set(line)))).contains("LINESTRING"))
      let nowhere = FeatureEdit.GeometryUpdate.set(.point(Coordinate(x: .infinity, y: 0)))
      #expect(
        try refusal(in: store, FeatureEdit(.update(id: "a", properties: [:], geometry: nowhere))).contains("no finite number"))
      #expect(
        try refusal(in: store, FeatureEdit(.insert(Feature(id: "d", geometry: nil, values: [])))).contains("0 values for 3"))
      #expect(throws: FeatureError.unknownCollection("parks")) { try store.edit([Self.good], in: "parks", actor: nil) }
    }
  }

  @Test func staleEditIsRefusedAndNamesBothVersions() throws {
    try withTrees { store in
      let seen = try version(store, "a")
      let edit = FeatureEdit(.update(id: "a", properties: ["height": .real(11)], geometry: .unchanged), ifVersion: seen)
      let first = try store.edit([edit], in: "trees", actor: nil)
      #expect(first[0].version > seen)
      #expect(
        throws: StoreError.versionMismatch(id: "a", collection: "trees", position: 0, expected: seen, found: first[0].version)
      ) {
        try store.edit([edit], in: "trees", actor: nil)
      }
      _ = try store.edit([FeatureEdit(.delete(id: "a"), ifVersion: first[0].version)], in: "trees", actor: nil)
      #expect(try feature(store, "a") == nil)
    }
  }

  @Test func editedGeometryIsFoundAndRegisteredAsItIs() throws {
    try withTrees { store in
      var high = Geometry.point(Coordinate(x: 700_000, y: 5_900_000))
      high.z = [80]
      _ = try store.edit(
        [FeatureEdit(.insert(Feature(id: "high", geometry: high, values: [.null, .null, .null])))], in: "trees", actor: nil)
      let box = Envelope(minX: 699_999, minY: 5_899_999, maxX: 700_001, maxY: 5_900_001)
      #expect(
        try store.features(matching: FeatureQuery(collection: "trees", spatial: .rectangle(box))).map(\.geometry) == [high])
      let check = try CommandRun.program("spatialite", ["-silent", store.path, "SELECT CheckSpatialIndex('trees', 'geometry')"])
      #expect(check.output == "1\n", "\(check.errors)")
    }
  }

  @Test func repeatedRequestIsAnsweredNotRepeated() throws {
    try withTrees { store in
      let edits = [FeatureEdit(.insert(.tree("", x: 1, y: 2)))]
      let key = IdempotencyKey(key: "k1", token: "app", request: "POST a".utf8)
      let first = try store.edit(edits, in: "trees", actor: "app", idempotency: key)
      #expect(try store.edit(edits, in: "trees", actor: "app", idempotency: key) == first)
      #expect(try store.descriptor(of: "trees").featureCount == 3)
      // The same key with another request is a mistake; another client's key is another key.
      #expect(throws: StoreError.idempotencyConflict(key: "k1")) {
        try store.edit(
          edits, in: "trees", actor: "app", idempotency: IdempotencyKey(key: "k1", token: "app", request: "POST b".utf8))
      }
      let other = IdempotencyKey(key: "k1", token: "other", request: "POST b".utf8)
      #expect(try store.edit(edits, in: "trees", actor: "other", idempotency: other) != first)
      #expect(try store.descriptor(of: "trees").featureCount == 4)
      // A request that failed may be tried again.
      let failing = IdempotencyKey(key: "k2", token: "app", request: "DELETE".utf8)
      #expect(throws: StoreError.self) {
        try store.edit([FeatureEdit(.delete(id: "x"))], in: "trees", actor: "app", idempotency: failing)
      }
      _ = try store.edit([FeatureEdit(.insert(.tree("x", x: 0, y: 0)))], in: "trees", actor: nil)
      #expect(
        try store.edit([FeatureEdit(.delete(id: "x"))], in: "trees", actor: "app", idempotency: failing).map(\.operation) == [
          .deleted
        ])
    }
  }
}
