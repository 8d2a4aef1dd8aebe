import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

struct ImportTests {
  private func ids(in store: Store) throws -> [String] {
    try store.features(matching: FeatureQuery(collection: "trees")).map(\.id).sorted()
  }

  @Test func firstDeliveryMakesTheCollectionAndKeepsEveryValue() throws {
    try withStore { store in
      let delivery = [
        Feature.tree("a", x: 600_000.123456789, y: 5_790_000, height: 12.5, planted: "1988-12-30"),
        Feature.tree("b", x: 600_010, y: 5_790_010, species: nil, height: nil),
      ]
      let result = try store.importAll(delivery, into: .trees)
      #expect(result.created)
      #expect((result.read, result.inserted, result.rejected) == (2, 2, 0))
      let stored = try store.features(matching: FeatureQuery(collection: "trees")).sorted { $0.id < $1.id }
      #expect(stored.map(\.geometry) == delivery.map(\.geometry))
      #expect(stored.map(\.values) == delivery.map(\.values))
    }
  }

  @Test func secondDeliveryIsADifference() throws {
    try withStore { store in
      try store.importAll((0..<10).map { .tree("t\($0)", x: Double($0), y: 0) }, into: .trees)
      // One changed height, one moved, one new, one gone.
      var second = (1..<10).map { Feature.tree("t\($0)", x: Double($0), y: 0) }
      second[0].values[1] = .real(11)
      second[1].geometry = .point(Coordinate(x: 2, y: 5))
      second.append(.tree("new", x: 1, y: 1))
      let result = try store.importAll(second, into: .trees, options: ImportOptions(mode: .replace))
      #expect((result.inserted, result.updated, result.unchanged, result.deleted) == (1, 2, 7, 1))
      #expect(result.changedProperties == ["height": 1])
      #expect(result.changedGeometry == 1)
      #expect(try ids(in: store) == ["new"] + (1..<10).map { "t\($0)" })
    }
  }

  @Test func mergeDeletesNothing() throws {
    try withStore { store in
      try store.importAll([.tree("a", x: 0, y: 0), .tree("b", x: 1, y: 0)], into: .trees)
      let result = try store.importAll([.tree("c", x: 2, y: 0)], into: .trees)
      #expect((result.inserted, result.deleted) == (1, 0))
      #expect(try ids(in: store) == ["a", "b", "c"])
    }
  }

  @Test func replaceSparesWhatWasDeliveredAndRejected() throws {
    try withStore { store in
      try store.importAll(["a", "b", "c", "d"].map { .tree($0, x: 0, y: 0) }, into: .trees)
      // b is rejected here, c was before it came here; d alone is not delivered any more.
      let result = try store.importAll(
        [.tree("a", x: 0, y: 0), .tree("b", x: .nan, y: 0)], into: .trees, options: ImportOptions(mode: .replace),
        sparing: { ["c", "unknown"] })
      #expect((result.unchanged, result.rejected, result.deleted) == (1, 1, 1))
      #expect(try ids(in: store) == ["a", "b", "c"])
    }
  }

  @Test(arguments: [false, true]) func rejectedRecordWithoutIdKeepsEveryFeature(rejectedByTheStore: Bool) throws {
    try withStore { store in
      try store.importAll([.tree("a", x: 0, y: 0), .tree("b", x: 1, y: 0)], into: .trees)
      let delivery = [Feature.tree("a", x: 0, y: 0)] + (rejectedByTheStore ? [.tree("", x: .infinity, y: 0)] : [])
      let result = try store.importAll(
        delivery, into: .trees, options: ImportOptions(mode: .replace), sparing: { rejectedByTheStore ? [] : nil })
      #expect(result.deleted == 0)
      #expect(try ids(in: store) == ["a", "b"])
    }
  }

  @Test func dryRunCountsAndWritesNothing() throws {
    try withStore { store in
      let result = try store.importAll([.tree("a", x: 0, y: 0)], into: .trees, options: ImportOptions(dryRun: true))
      #expect(result.inserted == 1)
      #expect(try store.collections().isEmpty)
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      let version = try store.dataVersion(of: "trees")
      let second = try store.importAll(
        [.tree("b", x: 0, y: 0)], into: .trees, options: ImportOptions(mode: .replace, dryRun: true))
      #expect((second.inserted, second.deleted) == (1, 1))
      #expect(try ids(in: store) == ["a"])
      #expect(try store.dataVersion(of: "trees") == version)
    }
  }

  @Test func failureInTheMiddleLeavesEverythingAsItWas() throws {
    struct Broken: Error {}
    try withStore { store in
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      var yielded = 0
      #expect(throws: Broken.self) {
        _ = try store.importFeatures(
          into: .trees, options: ImportOptions(mode: .replace),
          from: {
            yielded += 1
            guard yielded < 3 else { throw Broken() }
            return .tree("n\(yielded)", x: 1, y: 1)
          })
      }
      #expect(try ids(in: store) == ["a"])
    }
  }

  @Test(arguments: [false, true]) func secondFeatureOfAnIdIsRejectedByName(intoFull: Bool) throws {
    try withStore { store in
      if intoFull { try store.importAll([.tree("z", x: 9, y: 9)], into: .trees) }
      var rejections: [ImportRejection] = []
      let result = try store.importAll(
        [.tree("a", x: 0, y: 0), .tree("b", x: 1, y: 1), .tree("a", x: 2, y: 2)], into: .trees,
        rejected: { rejections.append($0) })
      #expect((result.read, result.inserted, result.rejected) == (3, 2, 1))
      #expect(rejections.map(\.position) == [2])
      #expect(rejections.map(\.id) == ["a"])
    }
  }

  @Test func nonFiniteCoordinateIsRejected() throws {
    try withStore { store in
      let result = try store.importAll([.tree("a", x: .nan, y: 0), .tree("b", x: 0, y: .infinity)], into: .trees)
      #expect(result.rejected == 2)
    }
  }

  @Test func featuresWithoutIdGetOneThatIsNeverUsedAgain() throws {
    try withStore { store in
      try store.importAll([.tree("", x: 0, y: 0), .tree("n1", x: 1, y: 1), .tree("", x: 2, y: 2)], into: .trees)
      let first = try ids(in: store)
      #expect(Set(first).count == 3)
      #expect(first.contains("n1"))
      #expect(first.allSatisfy { $0.hasPrefix("n") })
      let highest = try store.features(matching: FeatureQuery(collection: "trees")).map(\.number).max() ?? 0
      try store.importAll([.tree("x", x: 0, y: 0)], into: .trees, options: ImportOptions(mode: .replace))
      let now = try store.features(matching: FeatureQuery(collection: "trees"))
      #expect(now.map(\.number) == [highest + 1])
    }
  }

  @Test func ignoredPropertyMakesNoDifferenceAndIsNotAdded() throws {
    try withStore { store in
      try store.importAll([.tree("a", x: 0, y: 0, species: "Linde"), .tree("b", x: 0, y: 0)], into: .trees)
      var descriptor = CollectionDescriptor.trees
      descriptor.schema.properties.append(PropertyDefinition(name: "OBJECTID", kind: .integer))
      func delivered(_ id: String, species: String, height: Double) -> Feature {
        var feature = Feature.tree(id, x: 0, y: 0, species: species, height: height)
        feature.values.append(.integer(7))
        return feature
      }
      let result = try store.importAll(
        [delivered("a", species: "Eiche", height: 10), delivered("b", species: "Buche", height: 11)], into: descriptor,
        options: ImportOptions(ignoring: ["species", "OBJECTID"]))
      #expect((result.updated, result.unchanged) == (1, 1))
      #expect(result.changedProperties == ["height": 1])
      #expect(result.addedProperties.isEmpty)
      let species = try store.features(matching: FeatureQuery(collection: "trees")).sorted { $0.id < $1.id }.map { $0.values[0] }
      #expect(species == [.text("Linde"), .text("Buche")])
    }
  }

  @Test func laterDeliveryBringsColumnsAndWiderTypes() throws {
    try withStore { store in
      func descriptor(_ properties: [(String, PropertyKind)]) -> CollectionDescriptor {
        var result = CollectionDescriptor.trees
        result.schema = Schema(properties: properties.map { PropertyDefinition(name: $0.0, kind: $0.1) })
        return result
      }
      let place = Geometry.point(Coordinate(x: 0, y: 0))
      try store.importAll(
        [Feature(id: "a", geometry: place, values: [.integer(3), .integer(4), .boolean(true), .text("old")])],
        into: descriptor([("girth", .integer), ("code", .integer), ("sick", .boolean), ("only-old", .text)]))
      let result = try store.importAll(
        [
          Feature(id: "a", geometry: place, values: [.integer(3), .text("4"), .null, .text("new")]),
          Feature(id: "b", geometry: place, values: [.real(2.5), .text("007"), .text("vielleicht"), .null]),
        ], into: descriptor([("girth", .real), ("code", .text), ("sick", .text), ("only-new", .text)]))
      #expect(result.addedProperties == ["only-new"])
      #expect(result.widenedProperties == ["girth": .real, "code": .text, "sick": .text])
      let schema = try store.descriptor(of: "trees").schema
      #expect(schema.properties.map(\.name) == ["girth", "code", "sick", "only-old", "only-new"])
      #expect(schema.properties.map(\.kind) == [.real, .text, .text, .text, .text])
      let stored = try store.features(matching: FeatureQuery(collection: "trees")).map(\.values)
      #expect(
        stored == [
          [.real(3), .text("4"), .null, .text("old"), .text("new")],
          [.real(2.5), .text("007"), .text("vielleicht"), .null, .null],
        ])
    }
  }

  @Test func realsThatBecomeTextKeepEveryDigit() throws {
    try withStore { store in
      let heights: [Double] = [0.1 + 0.2, 1.0 / 3, 3, -2.5, 7_890_123.456789012, 1e-7]
      let delivery = heights.enumerated().map { Feature.tree("t\($0)", x: 0, y: 0, height: $1) }
      try store.importAll(delivery, into: .trees)
      var descriptor = CollectionDescriptor.trees
      descriptor.schema.properties[1].kind = .text
      let tall = Feature(id: "tall", geometry: nil, values: [.text("Linde"), .text("hoch"), .null])
      #expect(try store.importAll([tall], into: descriptor).widenedProperties == ["height": .text])
      let stored = try store.features(matching: FeatureQuery(collection: "trees")).filter { $0.id != "tall" }
      let read = stored.sorted { $0.id < $1.id }.map { feature -> Double? in
        if case .text(let text) = feature.values[1] { Double(text) } else { nil }
      }
      #expect(read == heights)
      #expect(try store.importAll(delivery, into: .trees).unchanged == heights.count)
    }
  }

  /// 2⁵³ + 1 is the first integer that is no double, and the greatest integer rounds up to one that SQLite clamps back.
  @Test(arguments: [9_007_199_254_740_993, Int64.max], [false, true])
  func integerThatIsNoDoubleWidensToText(number: Int64, inOneDelivery: Bool) throws {
    try withStore { store in
      var descriptor = CollectionDescriptor.trees
      descriptor.schema = Schema(properties: [PropertyDefinition(name: "code", kind: .integer)])
      let whole = Feature(id: "a", geometry: nil, values: [.integer(number)])
      let half = Feature(id: "b", geometry: nil, values: [.real(0.5)])
      let deliveries = inOneDelivery ? [[whole, half]] : [[whole], [half]]
      for delivery in deliveries { try store.importAll(delivery, into: descriptor) }
      let stored = try store.features(matching: FeatureQuery(collection: "trees")).sorted { $0.id < $1.id }
      #expect(stored.map(\.values) == [[.text(String(number))], [.text("0.5")]])
      #expect(try store.importAll([whole, half], into: descriptor).unchanged == 2)
    }
  }

  @Test func namesThatSQLiteHoldsEqualKeepTheirOwn() throws {
    try withStore { store in
      var descriptor = CollectionDescriptor.trees
      let names = ["id", "ID", "Geometry", "name", "NAME", "rowid", "a \"quoted\" name", "Straße; DROP TABLE trees", ""]
      descriptor.schema = Schema(properties: names.map { PropertyDefinition(name: $0, kind: .text) })
      let values = names.indices.map { PropertyValue.text("value \($0)") }
      try store.importAll([Feature(id: "x", geometry: nil, values: values)], into: descriptor)
      let stored = try store.features(matching: FeatureQuery(collection: "trees"))
      #expect(stored.map(\.values) == [values])
      #expect(try store.descriptor(of: "trees").schema.properties.map(\.name) == names)
      let found = try store.features(
        matching: FeatureQuery(collection: "trees", filter: .compare(property: "NAME", .equal, .text("value 4"))))
      #expect(found.count == 1)
    }
  }

  @Test(arguments: [false, true]) func mixedKindsAndHeightsAreKeptAsTheyCome(intoFull: Bool) throws {
    try withStore { store in
      var descriptor = CollectionDescriptor.trees
      descriptor.schema = Schema()
      if intoFull {
        try store.importAll([Feature(id: "0", geometry: .point(Coordinate(x: 5, y: 5)), values: [])], into: descriptor)
      }
      let shapes: [Geometry?] = [
        .point(Coordinate(x: 1, y: 2)), Geometry(kind: .point, coordinates: [Coordinate(x: 1, y: 2)], z: [3]),
        Geometry(kind: .lineString, coordinates: [Coordinate(x: 1, y: 2), Coordinate(x: 3, y: 4)], partEnds: [2], m: [5, 6]),
        .multiPolygon([[[Coordinate(x: 0, y: 0), Coordinate(x: 1, y: 0), Coordinate(x: 1, y: 1), Coordinate(x: 0, y: 0)]]]),
        .geometryCollection([.point(Coordinate(x: 7, y: 8))]), nil,
      ]
      try store.importAll(shapes.enumerated().map { Feature(id: "s\($0)", geometry: $1, values: []) }, into: descriptor)
      let stored = try store.features(matching: FeatureQuery(collection: "trees")).filter { $0.id != "0" }.sorted {
        $0.id < $1.id
      }
      #expect(stored.map(\.geometry) == shapes)
      #expect(try store.descriptor(of: "trees").geometryKind == nil)
    }
  }

  @Test func deliveryInAnotherFrameIsRefused() throws {
    try withStore([.trees]) { store in
      var other = CollectionDescriptor.trees
      other.storageCrs = .utm33
      #expect(throws: StoreError.self) { try store.importAll([.tree("a", x: 0, y: 0)], into: other) }
    }
  }
}
