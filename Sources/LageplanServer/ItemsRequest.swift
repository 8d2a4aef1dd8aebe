import LageplanFeatures
import LageplanGeometry

/// What a request for items asks, checked whole against the collection before any row is read.
struct ItemsRequest {
  /// Names that are parameters of the resource, so a property of the same name cannot be filtered by equality.
  static let reserved = ["f", "bbox", "datetime", "limit", "after", "near", "radius"]

  /// Radius and distances reach this far; beyond, the whole collection is asked for anyway.
  static let largestRadius = 100_000.0

  var filter: FilterExpression?
  /// In CRS84; west of east. Two where the box asked for crosses the antimeridian.
  var boxes: [Envelope] = []
  var limit: Int
  /// The number of the last feature of the page before; 0 for the first page.
  var after: Int64
  var near: Coordinate?
  var radius: Metres?

  init(_ query: RequestQuery, of descriptor: CollectionDescriptor) throws(Problem) {
    let properties = descriptor.schema.properties.map(\.name).filter { !Self.reserved.contains($0) }
    try query.refuseUnknown(known: Self.reserved + properties)
    limit =
      try query.integer("limit", in: 1...Int.max).map { min($0, OpenApiDocument.largestLimit) } ?? OpenApiDocument.defaultLimit
    after = Int64(try query.integer("after", in: 0...Int.max) ?? 0)
    boxes = try Self.boxes(query)
    near = try Self.near(query)
    radius = try query.number("radius", in: 0...Self.largestRadius, unit: "metres").map { Metres($0) }
    var conditions: [FilterExpression] = []
    for (name, text) in query.parameters where !Self.reserved.contains(name) {
      guard let property = descriptor.schema[name] else { continue }
      conditions.append(.compare(property: name, .equal, try Self.value(text, of: property)))
    }
    if let time = try TemporalInterval(query)?.filter(on: descriptor.schema) { conditions.append(time) }
    filter = conditions.isEmpty ? nil : conditions.count == 1 ? conditions[0] : .and(conditions)
  }

  private static func value(_ text: String, of property: PropertyDefinition) throws(Problem) -> PropertyValue {
    guard let value = PropertyValue(parsing: text, as: property.kind) else {
      throw Problem.badParameter(
        property.name, value: text, "The property is of type \(property.kind.rawValue); this value is not.")
    }
    return value
  }

  /// `bbox=west,south,east,north` in degrees; heights (six numbers) are read and do not matter, since nothing is filtered by height.
  private static func boxes(_ query: RequestQuery) throws(Problem) -> [Envelope] {
    guard let numbers = try query.numbers("bbox", counts: [4, 6]), let text = query["bbox"] else { return [] }
    let (west, south) = (numbers[0], numbers[1])
    let (east, north) = numbers.count == 4 ? (numbers[2], numbers[3]) : (numbers[3], numbers[4])
    guard (-180...180).contains(west), (-180...180).contains(east) else {
      throw Problem.badParameter("bbox", value: text, "Longitudes run from -180 to 180; the order is west,south,east,north.")
    }
    guard (-90...90).contains(south), (-90...90).contains(north) else {
      throw Problem.badParameter("bbox", value: text, "Latitudes run from -90 to 90; the order is west,south,east,north.")
    }
    guard south <= north else {
      throw Problem.badParameter("bbox", value: text, "South must not lie above north; the order is west,south,east,north.")
    }
    // West of 180° and east of it (section 7.15.3: the first longitude may be the larger).
    let spans: [(Double, Double)] = west <= east ? [(west, east)] : [(west, 180), (-180, east)]
    return spans.map { Envelope(minX: $0.0, minY: south, maxX: $0.1, maxY: north) }
  }

  private static func near(_ query: RequestQuery) throws(Problem) -> Coordinate? {
    guard let numbers = try query.numbers("near", counts: [2]), let text = query["near"] else { return nil }
    guard (-180...180).contains(numbers[0]), (-90...90).contains(numbers[1]) else {
      throw Problem.badParameter("near", value: text, "The order is longitude,latitude in degrees: near=10.78,52.42.")
    }
    return Coordinate(longitude: numbers[0], latitude: numbers[1])
  }
}
