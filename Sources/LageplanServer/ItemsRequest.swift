import LageplanFeatures
import LageplanGeometry

/// What a request for items asks, checked whole against the collection before any row is read.
struct ItemsRequest {
  /// Names that are parameters of the resource, so a property of the same name cannot be filtered by equality; a `filter` can name it.
  static let reserved =
    ["f", "bbox", "bbox-crs", "crs", "datetime", "limit", "after", "near", "by", "radius", "filter", "filter-lang", "filter-crs"]
    + ["q", "sortby", "asOf"] + FeatureSelection.parameters

  /// Radius and distances reach this far; beyond, the whole collection is asked for anyway.
  static let largestRadius = 100_000.0

  var filter: FilterExpression?
  var box: BoxParameter?
  /// The system of the answer's coordinates.
  var crs: CoordinateReferenceSystem
  var selection: FeatureSelection
  var limit: Int
  var sort: [SortKey]
  /// `nil` for the first page.
  var cursor: PageCursor?
  var near: Coordinate?
  /// The profile by whose ways the list is sorted, instead of by distance.
  var by: String?
  var radius: Metres?
  /// What is searched for in all texts.
  var text: String?
  /// The collection as it was then.
  var asOf: Instant?

  /// `isLine`: the search is along a line.
  init(_ query: RequestQuery, of descriptor: CollectionDescriptor, isLine: Bool = false) throws {
    let properties = descriptor.schema.properties.map(\.name).filter { !Self.reserved.contains($0) }
    try query.refuseUnknown(known: Self.reserved + ["id"] + properties)
    limit =
      try query.integer("limit", in: 1...Int.max).map { min($0, OpenApiDocument.largestLimit) } ?? OpenApiDocument.defaultLimit
    crs = try query.crs("crs", of: descriptor) ?? .crs84
    selection = try FeatureSelection(query, of: descriptor)
    sort = try SortParameter.keys(query, of: descriptor)
    box = try BoxParameter(query, of: descriptor)
    near = try Self.near(query)
    by = query["by"]
    if let by, near == nil {
      throw Problem.badParameter("by", value: by, "A list by road begins at a place: give near=longitude,latitude as well.")
    }
    let isByNearness = isLine || near != nil
    cursor = try PageCursor(
      query, keyCount: isLine || by != nil ? 2 : near != nil ? 1 : sort.count, inMetres: isByNearness)
    radius = try query.number("radius", in: 0...Self.largestRadius, unit: "metres").map { Metres($0) }
    text = try Self.text(query)
    asOf = try query.instant("asOf")
    filter = try Self.filter(query, of: asOf == nil ? descriptor : try descriptor.reachingThePast)
  }

  /// Every condition of the request as one: properties by equality, `datetime`, and `filter`.
  private static func filter(_ query: RequestQuery, of descriptor: CollectionDescriptor) throws -> FilterExpression? {
    var conditions: [FilterExpression] = []
    for (name, text) in query.parameters where !reserved.contains(name) {
      guard let property = descriptor.schema[name] else {
        conditions.append(.compare(property: name, .equal, .text(text)))
        continue
      }
      conditions.append(.compare(property: name, .equal, try value(text, of: property)))
    }
    if let time = try TemporalInterval(query)?.filter(on: descriptor.schema) { conditions.append(time) }
    if let filter = try FilterParameter.filter(query, of: descriptor) { conditions.append(filter) }
    return conditions.isEmpty ? nil : conditions.count == 1 ? conditions[0] : .and(conditions)
  }

  private static func value(_ text: String, of property: PropertyDefinition) throws(Problem) -> PropertyValue {
    guard let value = PropertyValue(parsing: text, as: property.kind) else {
      throw Problem.badParameter(
        property.name, value: text, "The property is of type \(property.kind.rawValue); this value is not.")
    }
    return value
  }

  private static func near(_ query: RequestQuery) throws(Problem) -> Coordinate? {
    guard let numbers = try query.numbers("near", counts: [2]), let text = query["near"] else { return nil }
    guard (-180...180).contains(numbers[0]), (-90...90).contains(numbers[1]) else {
      throw Problem.badParameter("near", value: text, "The order is longitude,latitude in degrees: near=10.78,52.42.")
    }
    return Coordinate(longitude: numbers[0], latitude: numbers[1])
  }

  private static let longestText = 200

  private static func text(_ query: RequestQuery) throws(Problem) -> String? {
    guard let text = query["q"] else { return nil }
    guard text.utf8.count <= longestText, text.contains(where: { $0.isLetter || $0.isNumber }) else {
      throw Problem.badParameter(
        "q", value: text, "Words are needed, at most \(longestText) bytes of them; commas separate alternatives.")
    }
    return text
  }

  // MARK: -

  /// The question to a reader, without its limit: `spatial` is the box, or the shape of a search.
  func features(of descriptor: CollectionDescriptor, spatial: SpatialFilter?) -> FeatureQuery {
    var query = FeatureQuery(
      collection: descriptor.id, spatial: spatial, filter: filter, properties: selection.properties.carrying(sort),
      geometry: selection.geometry)
    query.sort = sort
    query.text = text
    query.asOf = asOf
    return query
  }
}

extension RequestQuery {
  /// A moment: a date-time, or the last millisecond of a day in UTC, so that the state of a day is the one that it ended with.
  /// `nil` where the parameter is absent.
  func instant(_ name: String) throws(Problem) -> Instant? {
    guard let text = self[name] else { return nil }
    if let instant = Instant(iso: text) { return instant }
    if let day = CalendarDate(iso: text), let instant = Instant(iso: "\(day.iso)T23:59:59.999Z") { return instant }
    throw Problem.badParameter(name, value: text, "A moment is needed: 2026-12-01T06:30:00Z, or a day, whose end is meant.")
  }
}
