import LageplanFeatures
import LageplanGeometry

/// Tells wholes, whose parts share a stop, from areas and streets, in which things merely lie: registers name both by a reference.
struct TourWholes {
  private let descriptors: [CollectionDescriptor]

  init(_ descriptors: [CollectionDescriptor]) { self.descriptors = descriptors }

  /// A line, or what is wider than people call one place, is no whole. One that the caller may not see, or that has no shape, stays one.
  func forgetAreas(_ features: inout [TourFeature], reader: some FeatureReading) throws {
    var areas: Set<FeatureReference> = []
    for (collection, wholes) in Dictionary(grouping: Set(features.compactMap(\.whole)), by: \.collection) {
      guard let descriptor = descriptors.first(where: { $0.id == collection }) else { continue }
      let toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
      let query = FeatureQuery(collection: collection, ids: wholes.map(\.id).sorted(), properties: .none)
      try reader.forEachRow(matching: query) { row in
        guard let geometry = try row.geometry.map({ try Geometry(decoding: $0) }), try isArea(geometry, toDegrees) else {
          return .next
        }
        areas.insert(FeatureReference(collection: collection, id: String(decoding: row.id, as: UTF8.self)))
        return .next
      }
    }
    for index in features.indices where features[index].whole.map({ areas.contains($0) }) ?? false { features[index].whole = nil }
  }

  private func isArea(_ geometry: Geometry, _ toDegrees: CoordinateTransform) throws -> Bool {
    switch geometry.kind {
    case .lineString, .multiLineString: return true
    case .point, .multiPoint, .polygon, .multiPolygon, .geometryCollection:
      guard !geometry.isEmpty else { return false }
      let box = try toDegrees.transform(geometry.envelope)
      let corners = (Coordinate(x: box.minX, y: box.minY), Coordinate(x: box.maxX, y: box.maxY))
      return Geodesic.distance(corners.0, corners.1).value > 2 * JobBuilder.wholeReach.value
    }
  }
}
