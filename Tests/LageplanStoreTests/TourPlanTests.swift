import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

struct TourPlanTests {
  private static let noon = Instant(millisecondsSince1970: 1_796_000_000_000)
  private static let figures = TourPlanFigures(tours: 1, stops: 2, leftOut: 3, metres: 4, seconds: 5)

  private static let layer = CollectionDescriptor(
    id: "stops", title: "Halte", geometryKind: .point, storageCrs: .crs84,
    schema: Schema(properties: [
      PropertyDefinition(name: TourPlanFeatures.planProperty, kind: .text), PropertyDefinition(name: "number", kind: .integer),
    ]), isPublic: false)

  private func plan(_ id: String, versions: Int = 1) throws -> TourPlanRecord {
    TourPlanRecord(
      id: id, title: "Dienstag", day: try #require(CalendarDate(iso: "2026-12-01")), collections: ["playgrounds", "trees"],
      request: #"{"collections":["playgrounds","trees"]}"#, created: Self.noon,
      versions: (1...versions).map {
        TourPlanVersion(number: $0, status: .draft, created: Self.noon, actor: "Anna", figures: Self.figures)
      })
  }

  private func stops(of plan: String, _ numbers: [Int64]) -> TourPlanFeatures {
    TourPlanFeatures(
      collection: Self.layer,
      features: numbers.map { number in
        Feature(
          id: "\(plan).\(number)", geometry: .point(Coordinate(x: 10 + Double(number) / 100, y: 52)),
          values: [.text(plan), .integer(number)])
      })
  }

  @Test func plansComeBackAsTheyWereWritten() throws {
    try withStore { store in
      let (one, two) = (try plan("a", versions: 2), try plan("b"))
      try store.addTourPlan(one, documents: [1: #"{"routes":[]}"#])
      try store.addTourPlan(two, documents: [:])
      let kept = try store.tourPlan("a")
      #expect(kept.versions == one.versions && kept.collections == one.collections && kept.request == one.request)
      #expect(kept.title == "Dienstag" && kept.day == one.day && kept.created == one.created)
      #expect(try store.tourPlanDocument("a", version: 1) == #"{"routes":[]}"#)
      #expect(try store.tourPlanDocument("a", version: 2) == nil)
      let all = try store.tourPlans(limit: 10)
      #expect(all.map(\.id) == ["b", "a"])
      #expect(try store.tourPlans(limit: 1).map(\.id) == ["b"])
      #expect(try store.tourPlans(limit: 10, before: all[0].number).map(\.id) == ["a"])
      #expect(throws: StoreError.unknownTourPlan("c")) { try store.tourPlan("c") }
      #expect(throws: StoreError.unknownTourPlan("a")) { try store.tourPlanDocument("a", version: 3) }
    }
  }

  @Test func versionsAreNumberedOneAfterTheOther() throws {
    try withStore { store in
      try store.addTourPlan(try plan("a"), documents: [:])
      let version = TourPlanVersion(number: 0, status: .draft, created: Self.noon, change: "{}", figures: Self.figures)
      let added = try (0..<3).map { _ in try store.addTourPlanVersion(version, of: "a", document: "{}").number }
      #expect(added == [2, 3, 4])
      try store.finishTourPlanVersion(4, of: "a", status: .failed, figures: nil, document: "{}")
      #expect(try store.tourPlan("a").versions.map(\.status) == [.draft, .draft, .draft, .failed])
      #expect(try store.tourPlan("a").versions.map { $0.figures == nil } == [false, false, false, true])
    }
  }

  @Test func theOldestDraftMakesRoomAndTheReleasedVersionStays() throws {
    try withStore { store in
      try store.addTourPlan(try plan("a", versions: 2), documents: [:])
      try store.releaseTourPlan("a", version: 1, features: [], actor: nil)
      let version = TourPlanVersion(number: 0, status: .draft, created: Self.noon, figures: Self.figures)
      for _ in 0..<Store.keptTourPlanVersions { _ = try store.addTourPlanVersion(version, of: "a", document: nil) }
      let kept = try store.tourPlan("a").versions
      #expect(kept.count == Store.keptTourPlanVersions)
      #expect(kept.first?.number == 1 && kept.first?.status == .released)
      #expect(kept.last?.number == Store.keptTourPlanVersions + 2)
    }
  }

  @Test func aReleaseSupersedesTheOneBeforeAndReplacesItsFeatures() throws {
    try withStore { store in
      for id in ["a", "b"] { try store.addTourPlan(try plan(id, versions: 2), documents: [:]) }
      try store.releaseTourPlan("b", version: 1, features: [stops(of: "b", [1])], actor: "Bernd")
      try store.releaseTourPlan("a", version: 1, features: [stops(of: "a", [1, 2])], actor: "Anna")
      #expect(try !store.descriptor(of: "stops").isPublic)
      let before = try store.readSync { try $0.changes(of: ["stops"], since: 0, limit: 100) }
      #expect(before.filter { $0.actor == "Anna" }.count == 2)
      try store.releaseTourPlan("a", version: 2, features: [stops(of: "a", [2, 3])], actor: "Anna")
      #expect(try store.tourPlan("a").versions.map(\.status) == [.superseded, .released])
      #expect(try store.tourPlan("a").released?.number == 2)
      let features = try store.features(matching: FeatureQuery(collection: "stops"))
      #expect(features.map(\.id) == ["b.1", "a.2", "a.3"])
      // What is the same keeps its version.
      let after = try store.readSync { try $0.changes(of: ["stops"], since: before.last?.sequence ?? 0, limit: 100) }
      #expect(after.map(\.id) == ["a.1", "a.3"])
      try store.removeTourPlan("a", from: ["stops", "tours"], actor: "Anna")
      #expect(try store.features(matching: FeatureQuery(collection: "stops")).map(\.id) == ["b.1"])
      #expect(throws: StoreError.unknownTourPlan("a")) { try store.tourPlan("a") }
    }
  }

  @Test func columnsOfTheTownSurviveAReleaseAndOtherFramesAreKept() throws {
    var own = Self.layer
    own.storageCrs = .utm32
    own.schema.properties.insert(PropertyDefinition(name: "note", kind: .text), at: 0)
    try withStore([own]) { store in
      try store.addTourPlan(try plan("a"), documents: [:])
      try store.releaseTourPlan("a", version: 1, features: [stops(of: "a", [1])], actor: nil)
      let change = FeatureEdit.Change.update(id: "a.1", properties: ["note": .text("Tor offen")], geometry: .unchanged)
      _ = try store.edit([FeatureEdit(change)], in: "stops", actor: nil)
      try store.releaseTourPlan("a", version: 1, features: [stops(of: "a", [1, 2])], actor: nil)
      let features = try store.features(matching: FeatureQuery(collection: "stops"))
      #expect(features.map(\.values) == [[.text("Tor offen"), .text("a"), .integer(1)], [.null, .text("a"), .integer(2)]])
      // 10.01° east of Greenwich is east of the middle of zone 32.
      let x = try #require(features.first?.geometry?.envelope.minX)
      #expect((500_000...600_000).contains(x))
    }
  }

  @Test func aCollectionWithoutWhatToursNeedIsRefusedAndNothingIsWritten() throws {
    try withStore([.trees]) { store in
      try store.addTourPlan(try plan("a"), documents: [:])
      var layer = stops(of: "a", [1])
      layer.collection.id = "trees"
      #expect(throws: StoreError.self) {
        try store.releaseTourPlan("a", version: 1, features: [stops(of: "a", [1]), layer], actor: nil)
      }
      #expect(try store.tourPlan("a").versions.map(\.status) == [.draft])
      #expect(try store.collections().map(\.id) == ["trees"])
      #expect(throws: StoreError.unknownTourPlan("a")) { try store.releaseTourPlan("a", version: 2, features: [], actor: nil) }
    }
  }

  @Test func aPlanIsKeptWithItsReleaseOrNotAtAll() throws {
    try withStore([.trees]) { store in
      var layer = stops(of: "a", [1])
      layer.collection.id = "trees"
      let draft = try plan("a", versions: 2)
      #expect(throws: StoreError.self) {
        try store.addTourPlan(draft, documents: [:], releasing: 1, features: [stops(of: "a", [1]), layer], actor: nil)
      }
      #expect(try store.tourPlans(limit: 10).isEmpty)
      try store.addTourPlan(draft, documents: [2: "{}"], releasing: 2, features: [stops(of: "a", [1])], actor: "Anna")
      #expect(try store.tourPlan("a").versions.map(\.status) == [.draft, .released])
      #expect(try store.tourPlanDocument("a", version: 2) == "{}")
      #expect(try store.features(matching: FeatureQuery(collection: "stops")).map(\.id) == ["a.1"])
      try store.releaseTourPlan("a", version: 1, title: "Mittwoch", features: [], actor: nil)
      #expect(try store.tourPlan("a").title == "Mittwoch")
      try store.releaseTourPlan("a", version: 2, features: [], actor: nil)
      #expect(try store.tourPlan("a").title == "Mittwoch")
    }
  }

  @Test func aVersionMadeOfFurtherCollectionsNarrowsWhoSeesThePlan() throws {
    try withStore { store in
      for id in ["a", "b"] { try store.addTourPlan(try plan(id), documents: [:]) }
      let version = TourPlanVersion(number: 0, status: .draft, created: Self.noon, figures: Self.figures)
      _ = try store.addTourPlanVersion(version, of: "a", reading: ["trees", "secret"], document: nil)
      #expect(try store.tourPlan("a").collections == ["playgrounds", "trees", "secret"])
      #expect(try store.tourPlan("b").collections == ["playgrounds", "trees"])
    }
  }

  @Test func plansOutliveTheProgram() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("town.sqlite").path
      let first = try Store(path: path, mode: .create)
      try first.addTourPlan(try plan("a"), documents: [1: "{}"])
      first.close()
      let again = try Store(path: path, mode: .readOnly)
      defer { again.close() }
      #expect(try again.tourPlanDocument("a", version: 1) == "{}")
      #expect(throws: StoreError.self) { try again.removeTourPlan("a", from: [], actor: nil) }
    }
  }
}
