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
}
