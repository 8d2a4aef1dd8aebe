import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// Collections in memory behind one reader, each with text, integer and date properties as its rows need.
struct TourRegister: FeatureReading {
  var readers: [InMemoryFeatureReader] = []
  var descriptors: [CollectionDescriptor] { readers.map(\.descriptor) }

  func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    guard let reader = readers.first(where: { $0.descriptor.id == query.collection }) else {
      throw FeatureError.unknownCollection(query.collection)
    }
    try reader.forEachRow(matching: query, body)
  }

  /// Rows with an id, a place in degrees, and a value for each of the properties.
  mutating func add(
    _ id: String, _ properties: [(String, PropertyKind)], _ rows: [(id: String, place: Coordinate?, values: [PropertyValue])]
  ) throws {
    let descriptor = CollectionDescriptor(
      id: id, title: id, geometryKind: .point, storageCrs: .crs84,
      schema: Schema(properties: properties.map { PropertyDefinition(name: $0.0, kind: $0.1) }))
    let features = rows.map { Feature(id: $0.id, geometry: $0.place.map { .point($0) }, values: $0.values) }
    readers.append(try InMemoryFeatureReader(descriptor: descriptor, features: features))
  }
}
