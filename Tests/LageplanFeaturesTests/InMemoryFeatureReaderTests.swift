import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@Suite struct InMemoryFeatureReaderTests {
  @Test(arguments: FeatureReaderConformance.fixtures) func conforms(fixture: ReaderFixture) throws {
    let reader = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: fixture.features)
    #expect(try FeatureReaderConformance.check(reader: reader, against: fixture) == [])
  }

  // The conformance suite is only worth something if it notices a reader that is wrong.
  @Test(arguments: Fault.allCases) func conformanceNoticesAFault(fault: Fault) throws {
    let fixture = FeatureReaderConformance.fixtures[2]
    let reader = FaultyReader(
      fault: fault, honest: try InMemoryFeatureReader(descriptor: fixture.descriptor, features: fixture.features))
    #expect(try FeatureReaderConformance.check(reader: reader, against: fixture) != [])
  }

  enum Fault: CaseIterable {
    case ignoresFilter, ignoresText, ignoresLimit, ignoresHoles, ignoresAfter, ignoresSort, reversesSort, ignoresIds
    case lendsGeometryUnasked, skipsOne
  }

  private struct FaultyReader: FeatureReading {
    let fault: Fault
    let honest: InMemoryFeatureReader

    func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
      try query.validate(against: honest.descriptor)
      var query = query
      switch fault {
      case .ignoresFilter: query.filter = nil
      case .ignoresLimit: query.limit = query.limit == 0 ? 0 : nil
      case .ignoresHoles: if let spatial = query.spatial { query.spatial = .rectangle(spatial.envelope) }
      case .ignoresAfter:
        query.after = query.after == .max ? .max : nil
        query.afterKeys = []
      case .ignoresText: query.text = nil
      case .ignoresSort:
        query.sort = []
        query.afterKeys = []
      case .reversesSort: for index in query.sort.indices { query.sort[index].ascending.toggle() }
      case .ignoresIds: if query.ids?.count ?? 0 > 1 { query.ids = nil }
      case .lendsGeometryUnasked: query.geometry = true
      case .skipsOne: if query.spatial != nil { query.ids = query.ids ?? honest.features.dropFirst().map(\.id) }
      }
      try honest.forEachRow(matching: query, body)
    }
  }

  @Test func numbersAreGivenWhereThereAreNone() throws {
    let fixture = FeatureReaderConformance.fixtures[0]
    var features = Array(fixture.features.prefix(3))
    features[0].number = 0
    features[1].number = 7
    features[2].number = 0
    let reader = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: features)
    #expect(reader.features.map(\.number) == [7, 8, 9])
    #expect(reader.features.map(\.id) == [features[1].id, features[0].id, features[2].id])
  }

  @Test func doubleIdsAndNumbersAreRefused() {
    let fixture = FeatureReaderConformance.fixtures[0]
    let first = fixture.features[0]
    var sameNumber = fixture.features[1]
    sameNumber.number = first.number
    var tooFew = fixture.features[1]
    tooFew.values.removeLast()
    for features in [[first, first], [first, sameNumber], [tooFew]] {
      #expect(throws: InMemoryFeatureReader.Invalid.self) {
        try InMemoryFeatureReader(descriptor: fixture.descriptor, features: features)
      }
    }
  }
}
