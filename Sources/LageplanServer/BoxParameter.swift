import LageplanFeatures
import LageplanGeometry

/// The parameters `bbox` and `bbox-crs` (OGC 17-069r4, section 7.15.3; OGC 18-058r1, section 6.2): two corners, each in the axis order of
/// its system. Heights (six numbers) are read and do not matter, since nothing is filtered by height.
struct BoxParameter {
  let crs: CoordinateReferenceSystem
  /// In x, y order. Two where the box crosses the antimeridian: west of 180° and east of it.
  let envelopes: [Envelope]

  /// `nil` where no box is asked for.
  init?(_ query: RequestQuery, of descriptor: CollectionDescriptor) throws {
    let crs = try query.crs("bbox-crs", of: descriptor)
    guard let numbers = try query.numbers("bbox", counts: [4, 6]), let text = query["bbox"] else {
      if crs != nil {
        throw Problem.badParameter("bbox-crs", value: query["bbox-crs"] ?? "", "It tells the system of bbox, which is missing.")
      }
      return nil
    }
    self.crs = crs ?? .crs84
    let (low, high) = (Array(numbers[0..<2]), Array(numbers.suffix(numbers.count / 2).prefix(2)))
    let isNorthFirst = try self.crs.isNorthFirst
    let (west, south) = isNorthFirst ? (low[1], low[0]) : (low[0], low[1])
    let (east, north) = isNorthFirst ? (high[1], high[0]) : (high[0], high[1])
    let order = isNorthFirst ? "south,west,north,east" : "west,south,east,north"
    func fault(_ what: String) -> Problem { .badParameter("bbox", value: text, "\(what); the order is \(order).") }

    guard south <= north else { throw fault("South must not lie above north") }
    guard try self.crs.info().isGeographic else {
      guard west <= east else { throw fault("West must not lie east of east") }
      envelopes = [Envelope(minX: west, minY: south, maxX: east, maxY: north)]
      return
    }
    guard (-180...180).contains(west), (-180...180).contains(east) else { throw fault("Longitudes run from -180 to 180") }
    guard (-90...90).contains(south), (-90...90).contains(north) else { throw fault("Latitudes run from -90 to 90") }
    // The first longitude may be the larger: then the box crosses the antimeridian.
    let spans: [(Double, Double)] = west <= east ? [(west, east)] : [(west, 180), (-180, east)]
    envelopes = spans.map { Envelope(minX: $0.0, minY: south, maxX: $0.1, maxY: north) }
  }

  /// What meets the box, in the system in which the collection is stored; `nil` where the collection has no places: then every feature
  /// matches (OGC 17-069r4, /req/core/fc-bbox-response C).
  func filter(on descriptor: CollectionDescriptor) throws(CrsError) -> SpatialFilter? {
    guard descriptor.storageExtent != nil else { return nil }
    if envelopes.count == 1 { return try .box(envelopes[0], in: crs, of: descriptor) }
    return try .area(.multiPolygon(envelopes.map { [$0.ring] }), in: crs, of: descriptor)
  }
}

extension Envelope {
  /// The border, counter-clockwise and closed.
  fileprivate var ring: [Coordinate] {
    [
      Coordinate(x: minX, y: minY), Coordinate(x: maxX, y: minY), Coordinate(x: maxX, y: maxY), Coordinate(x: minX, y: maxY),
      Coordinate(x: minX, y: minY),
    ]
  }
}
