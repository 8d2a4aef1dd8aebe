import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@Suite struct ResidentReaderTests {
  private func resident(_ fixture: ReaderFixture) throws -> ResidentCollection {
    let memory = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: fixture.features)
    return try ResidentCollection(descriptor: memory.descriptor, version: 1, reading: memory)
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func conforms(fixture: ReaderFixture) throws {
    let reader = ResidentReader(try resident(fixture))
    #expect(try FeatureReaderConformance.check(reader: reader, against: fixture) == [])
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func filtersOverColumnsAgreeWithTheEvaluator(fixture: ReaderFixture) throws
  {
    let memory = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: fixture.features)
    let reader = ResidentReader(try resident(fixture))
    var filters = RandomFilter(fixture, seed: 815)
    for _ in 0..<500 {
      let query = FeatureQuery(collection: fixture.descriptor.id, filter: filters.next(), after: .min)
      let expected = try memory.rows(matching: query, of: fixture.descriptor).map(\.id)
      #expect(try reader.rows(matching: query, of: fixture.descriptor).map(\.id) == expected, "\(query.filter as Any)")
    }
  }

  fileprivate struct Near: Equatable {
    var id: String
    var distance: Double
    var values: [PropertyValue]
    var geometry: Geometry?
  }

  /// The search over columns beside the one that every reader has, whose oracle is brute force.
  @Test(arguments: FeatureReaderConformance.fixtures) func nearestAreThoseOfEveryReader(fixture: ReaderFixture) throws {
    let memory = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: fixture.features)
    let reader = ResidentReader(try resident(fixture))
    let descriptor = memory.descriptor
    let kinds = descriptor.schema.properties.map(\.kind)
    let toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    let extent = try toDegrees.transform(
      descriptor.storageExtent ?? Envelope(minX: 600_000, minY: 5.8e6, maxX: 601_000, maxY: 5.9e6))
    var filters = RandomFilter(fixture, seed: 99)
    var seed = Seed(7)
    for round in 0..<200 {
      let reach = [0.5, 1, 3, 40][round % 4]
      let place = Coordinate(
        x: extent.centre.x + extent.width * .random(in: -reach...reach, using: &seed),
        y: extent.centre.y + extent.height * .random(in: -reach...reach, using: &seed))
      var query = FeatureQuery(collection: descriptor.id, geometry: round % 3 == 0)
      if round % 5 == 0 { query.filter = filters.next() }
      if round % 7 == 0 { query.ids = memory.features.shuffled(using: &seed).prefix(30).map(\.id) }
      if round % 11 == 0, let box = descriptor.storageExtent {
        query.spatial = .rectangle(Envelope(minX: box.minX, minY: box.minY, maxX: box.centre.x, maxY: box.centre.y))
      }
      let count = [1, 10, 37, 500][round % 4]
      let radius = round % 2 == 0 ? nil : Metres(.random(in: 1...3_000, using: &seed))
      var expected: [Near] = []
      var last: NearbyPosition?
      try memory.nearest(to: place, count: count, radius: radius, query: query, descriptor: descriptor) { row, distance in
        expected.append(try Near(row, distance, kinds))
        last = NearbyPosition(rank: distance.value, distance: distance.value, number: row.number)
        return .next
      }
      var found: [Near] = []
      try reader.nearest(to: place, count: count, radius: radius, query: query, descriptor: descriptor) { row, distance in
        found.append(try Near(row, distance, kinds))
        return .next
      }
      #expect(found == expected, "round \(round)")
      guard let last else { continue }
      var (further, expectedFurther): ([Near], [Near]) = ([], [])
      try memory.nearest(to: place, count: 5, radius: radius, beyond: last, query: query, descriptor: descriptor) {
        row, distance in
        expectedFurther.append(try Near(row, distance, kinds))
        return .next
      }
      try reader.nearest(to: place, count: 5, radius: radius, beyond: last, query: query, descriptor: descriptor) {
        row, distance in
        further.append(try Near(row, distance, kinds))
        return .next
      }
      #expect(further == expectedFurther, "round \(round)")
    }
  }

  @Test func nearestWithManyAtOnePlaceAreToldApartByNumber() throws {
    let fixture = FeatureReaderConformance.fixtures[0]
    let same = fixture.features.prefix(50).map { feature in
      var moved = feature
      moved.geometry = .point(Coordinate(x: 600_000, y: 5_800_000))
      return moved
    }
    let reader = ResidentReader(try resident(ReaderFixture(descriptor: fixture.descriptor, features: Array(same))))
    let place = try CoordinateTransform(from: .utm32, to: .crs84).transform(Coordinate(x: 600_000, y: 5_800_000))
    var numbers: [Int64] = []
    try reader.nearest(
      to: place, count: 7, query: FeatureQuery(collection: fixture.descriptor.id), descriptor: reader.collection.descriptor
    ) { row, _ in
      numbers.append(row.number)
      return .next
    }
    #expect(numbers == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test func pastIsRefused() throws {
    let fixture = FeatureReaderConformance.fixtures[0]
    let query = FeatureQuery(collection: fixture.descriptor.id, asOf: Instant(millisecondsSince1970: 0))
    #expect(
      throws: FeatureError.noHistory(collection: fixture.descriptor.id, asked: Instant(millisecondsSince1970: 0), oldest: nil)
    ) {
      try ResidentReader(try resident(fixture)).forEachRow(matching: query) { _ in .next }
    }
  }

  @Test func checkpointEndsAQuery() throws {
    struct Stopped: Error {}
    let fixture = FeatureReaderConformance.fixtures[0]
    let reader = ResidentReader(try resident(fixture), checkpoint: { throw Stopped() })
    #expect(throws: Stopped.self) {
      try reader.forEachRow(matching: FeatureQuery(collection: fixture.descriptor.id)) { _ in .next }
    }
  }
}

extension ResidentReaderTests.Near {
  fileprivate init(_ row: borrowing FeatureRow, _ distance: Metres, _ kinds: [PropertyKind]) throws {
    let owned = try OwnedRow(row, kinds: kinds)
    self.init(id: owned.id, distance: distance.value, values: owned.values, geometry: owned.geometry)
  }
}
