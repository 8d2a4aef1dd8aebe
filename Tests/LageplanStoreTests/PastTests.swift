import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

/// A collection as it was: what the reader answers now of a past is what it would have answered then.
struct PastTests {
  /// The store, asked for one moment of the past only.
  private struct PastReader: FeatureReading {
    let reader: StoreReader
    let moment: Instant

    func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
      var query = query
      query.asOf = moment
      try reader.forEachRow(matching: query, body)
    }
  }

  /// The present, with some milliseconds before and behind it in which nothing happens.
  private func now() -> Instant {
    Thread.sleep(forTimeInterval: 0.005)
    let now = Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000))
    Thread.sleep(forTimeInterval: 0.005)
    return now
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func pastAnswersAsThePresentDid(fixture: ReaderFixture) throws {
    try withStore { store in
      let id = fixture.descriptor.id
      var random = Seed(11)
      // Half is loaded, half inserted; then everything happens to everyone.
      let half = fixture.features.count / 2
      try store.importAll(Array(fixture.features[..<half]), into: fixture.descriptor)
      try store.importAll(fixture.features, into: fixture.descriptor)
      let moment = now()
      for feature in fixture.features {
        let other = fixture.features.randomElement(using: &random) ?? feature
        let changed = Feature(id: feature.id, geometry: other.geometry, values: other.values)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: _ = try store.edit([FeatureEdit(.delete(id: feature.id))], in: id, actor: nil)
        case 1: _ = try store.edit([FeatureEdit(.replace(changed))], in: id, actor: nil)
        case 2: _ = try store.edit([FeatureEdit(.delete(id: feature.id)), FeatureEdit(.insert(changed))], in: id, actor: nil)
        default: break
        }
      }
      let made = fixture.features.map { Feature(id: $0.id + "-new", geometry: $0.geometry, values: $0.values) }
      _ = try store.edit(made.map { FeatureEdit(.insert($0)) }, in: id, actor: nil)
      #expect(
        try store.readSync {
          try FeatureReaderConformance.check(reader: PastReader(reader: $0, moment: moment), against: fixture, queries: 100)
        } == [])
    }
  }

  private func ids(_ store: Store, _ moment: Instant) throws -> [String] {
    try store.features(matching: FeatureQuery(collection: "trees", asOf: moment)).map(\.id)
  }

  @Test func everyStepOfALifeIsThereAtItsTime() throws {
    try withStore { store in
      let before = now()
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      let loaded = now()
      _ = try store.edit([FeatureEdit(.delete(id: "a"))], in: "trees", actor: nil)
      let emptied = now()
      // Loaded anew: the table was empty, so the second load gives numbers of its own.
      try store.importAll([.tree("a", x: 5, y: 5), .tree("b", x: 6, y: 6)], into: .trees)
      let reloaded = now()
      _ = try store.edit(
        [FeatureEdit(.update(id: "b", properties: ["height": .real(3)], geometry: .unchanged))], in: "trees", actor: nil)
      #expect(try ids(store, before) == [])
      #expect(try ids(store, loaded) == ["a"])
      #expect(try ids(store, emptied) == [])
      #expect(try ids(store, reloaded) == ["a", "b"])
      let then = try store.features(matching: FeatureQuery(collection: "trees", ids: ["b"], asOf: reloaded))
      #expect(then.map { $0.values[1] } == [.real(10)])
    }
  }

  @Test func clearedPastIsRefusedWithTheOldestThatIsKnown() throws {
    try withStore([.trees]) { store in
      _ = try store.edit([FeatureEdit(.insert(.tree("a", x: 0, y: 0)))], in: "trees", actor: nil)
      let early = now()
      _ = try store.edit([FeatureEdit(.delete(id: "a")), FeatureEdit(.insert(.tree("b", x: 0, y: 0)))], in: "trees", actor: nil)
      let middle = now()
      _ = try store.edit([FeatureEdit(.delete(id: "b"))], in: "trees", actor: nil)
      try store.pruneHistory(before: middle)
      #expect(throws: FeatureError.noHistory(collection: "trees", asked: early, oldest: middle)) { try ids(store, early) }
      #expect(try ids(store, middle) == ["b"])
      #expect(try ids(store, now()) == [])
    }
  }

  private func count(_ store: Store, _ box: Envelope, _ moment: Instant?) throws -> Int {
    try store.features(matching: FeatureQuery(collection: "trees", spatial: .rectangle(box), asOf: moment)).count
  }

  /// A filter on a place must not look for a feature of the past where it lies now.
  @Test func movedFeatureIsFoundWhereItWas() throws {
    try withStore([.trees]) { store in
      _ = try store.edit([FeatureEdit(.insert(.tree("a", x: 10, y: 10)))], in: "trees", actor: nil)
      let moment = now()
      let away = FeatureEdit.Change.update(id: "a", properties: [:], geometry: .set(.point(Coordinate(x: 900, y: 900))))
      _ = try store.edit([FeatureEdit(away)], in: "trees", actor: nil)
      let here = Envelope(minX: 0, minY: 0, maxX: 20, maxY: 20)
      let there = Envelope(minX: 800, minY: 800, maxX: 1_000, maxY: 1_000)
      #expect(try count(store, here, moment) == 1)
      #expect(try count(store, there, moment) == 0)
      #expect(try count(store, here, nil) == 0)
      #expect(try count(store, there, nil) == 1)
    }
  }
}
