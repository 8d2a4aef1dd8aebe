import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import Testing

/// What references of a register make of features.
struct TourWholesTests {
  private static let corner = Coordinate(longitude: 10.78, latitude: 52.42)

  private func square(_ degrees: Double) -> Geometry {
    let (x, y) = (Self.corner.x, Self.corner.y)
    return .polygon([
      [
        Self.corner, Coordinate(x: x + degrees, y: y), Coordinate(x: x + degrees, y: y + degrees),
        Coordinate(x: x, y: y + degrees),
        Self.corner,
      ]
    ])
  }

  private func wholes(of geometry: Geometry) throws -> [FeatureReference?] {
    let parts = CollectionDescriptor(
      id: "parts", title: "Parts", geometryKind: .point, storageCrs: .crs84,
      schema: Schema(properties: [PropertyDefinition(name: "lies", kind: .text, reference: "wholes")]))
    let things = CollectionDescriptor(
      id: "wholes", title: "Wholes", geometryKind: nil, storageCrs: .crs84, schema: Schema())
    let reader = TourRegister(readers: [
      try InMemoryFeatureReader(
        descriptor: parts, features: [Feature(id: "1", geometry: .point(Self.corner), values: [.text("w")])]),
      try InMemoryFeatureReader(descriptor: things, features: [Feature(id: "w", geometry: geometry, values: [])]),
    ])
    let inspector = TourRequest.Inspector(
      id: "A", start: Self.corner, end: Self.corner, shiftStart: 0, shiftEnd: 3600)
    let request = TourRequest(
      collections: ["parts"], service: .fixed(60), day: CalendarDate(daysSince1970: 20_000), inspectors: [inspector])
    return try TourWork(request, reader: reader, descriptors: reader.descriptors).features.map(\.whole)
  }

  @Test func playgroundIsAWholeAndADistrictOrAStreetIsNot() throws {
    let whole = FeatureReference(collection: "wholes", id: "w")
    #expect(try wholes(of: .point(Self.corner)) == [whole])
    // A thousandth of a degree is 111 m to the north.
    #expect(try wholes(of: square(0.001)) == [whole])
    #expect(try wholes(of: square(0.01)) == [nil])
    #expect(try wholes(of: .lineString([Self.corner, Coordinate(x: Self.corner.x + 0.001, y: Self.corner.y)])) == [nil])
  }
}
