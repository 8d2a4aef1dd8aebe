import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// Writes the features that a request asks for as one GeoJSON FeatureCollection, from one state of the data.
///
/// Rows go straight to bytes; what the document says of the whole (counts, links) follows the features.
struct ItemsAnswer {
  let descriptor: CollectionDescriptor
  let links: Links
  /// Collections that may be linked to: a reference to one that is not public, or not there, is a plain value.
  let linkable: Set<String>

  /// A page of items, by rising number.
  func page(_ request: ItemsRequest, spatial: SpatialFilter?, from reader: StoreReader, path: Path) throws -> [UInt8] {
    let query = FeatureQuery(
      collection: descriptor.id, spatial: spatial, filter: request.filter, after: request.after, limit: request.limit + 1)
    var page = try Writer(self)
    var last: Int64 = 0
    var hasMore = false
    try reader.forEachRow(matching: query) { row in
      if page.returned == request.limit {
        hasMore = true
        return .stop
      }
      try page.append(row, distance: nil, along: nil)
      last = row.number
      return .next
    }
    let matched: Int
    if request.after == 0 && !hasMore {
      matched = page.returned
    } else if spatial == nil && request.filter == nil {
      matched = try reader.descriptor(of: descriptor.id).featureCount
    } else {
      matched = try count(FeatureQuery(collection: descriptor.id, spatial: spatial, filter: request.filter), in: reader)
    }
    return page.finish(matched: matched, links: path.links(self.links, next: hasMore ? last : nil))
  }

  /// The nearest to a place, with their distances; `limit` ends the list.
  func nearest(to place: Coordinate, _ request: ItemsRequest, spatial: SpatialFilter?, from reader: StoreReader, path: Path)
    throws -> [UInt8]
  {
    var page = try Writer(self)
    let query = FeatureQuery(collection: descriptor.id, spatial: spatial, filter: request.filter)
    try reader.nearest(to: place, count: request.limit, radius: request.radius, query: query, descriptor: descriptor) {
      row, distance in
      try page.append(row, distance: distance, along: nil)
      return .next
    }
    return page.finish(matched: page.matchedUnlessFull(request.limit), links: path.links(links, next: nil))
  }

  /// Longer than any road of a town; a longer line crosses itself so often that every feature is near to all of it.
  private static let longestLine = Metres(1_000_000)

  /// What lies within the radius of a line, in its order, with distance from it and metres along it.
  func along(_ line: Geometry, radius: Metres, _ request: ItemsRequest, from reader: StoreReader, path: Path) throws -> [UInt8] {
    var page = try Writer(self)
    let query = FeatureQuery(collection: descriptor.id, filter: request.filter)
    guard let course = GeodesicLine(line.coordinates) else {
      throw Problem.badBody("A line needs two different positions.", at: "$.coordinates")
    }
    guard course.length <= Self.longestLine else {
      throw Problem.badBody(
        "The line is \(Int(course.length.value / 1_000)) km long; at most \(Int(Self.longestLine.value / 1_000)) km are searched. "
          + "Search it in parts.", at: "$.coordinates")
    }
    try reader.along(
      course, radius: radius, count: request.limit, query: query, descriptor: descriptor
    ) { row, distance, along in
      try page.append(row, distance: distance, along: along)
      return .next
    }
    return page.finish(matched: page.matchedUnlessFull(request.limit), links: path.links(links, next: nil))
  }

  /// One feature with links to its collection, to what it belongs to and to what belongs to it; `nil` where there is none of this id.
  func item(_ id: String, referencing: [(collection: CollectionDescriptor, property: String)], from reader: StoreReader) throws
    -> [UInt8]?
  {
    var writer = try GeoJSONWriter(descriptor: descriptor)
    var output = JSONWriter()
    var found = false
    let query = FeatureQuery(collection: descriptor.id, ids: [id], limit: 1)
    try reader.forEachRow(matching: query) { row in
      found = true
      let related = self.related(row)
      let collection = "/collections/\(descriptor.id)"
      let own = "\(collection)/items/\(RequestQuery.encode(id))"
      let all: [JSONValue] =
        [
          links.link(own, rel: "self", type: "application/geo+json"),
          links.link("\(own)?f=html", rel: "alternate", type: "text/html"),
          links.link(collection, rel: "collection", type: "application/json", title: descriptor.title),
        ] + related
        + referencing.map { other in
          links.link(
            "/collections/\(other.collection.id)/items?\(RequestQuery.encode(other.property))=\(RequestQuery.encode(id))",
            rel: "related", type: "application/geo+json", title: other.collection.title)
        }
      writer.append(row, to: &output, members: { output in output.member("links", .array(all)) })
      return .stop
    }
    return found ? output.bytes : nil
  }

  // MARK: -

  /// The properties that hold ids of features of other collections.
  private var references: [(index: Int, collection: String, title: String)] {
    descriptor.schema.properties.enumerated().compactMap { index, property in
      guard let collection = property.reference, linkable.contains(collection) else { return nil }
      return (index, collection, property.title ?? property.name)
    }
  }

  private func related(_ row: borrowing FeatureRow) -> [JSONValue] {
    var result: [JSONValue] = []
    for reference in references where reference.index < row.values.count {
      let id: String
      switch row.values[reference.index] {
      case .text(let bytes): id = RequestQuery.encode(String(decoding: bytes, as: UTF8.self))
      // A column of whole numbers may name features too; ids are text everywhere.
      case .integer(let number): id = String(number)
      case .null, .real, .boolean: continue
      }
      result.append(
        links.link(
          "/collections/\(reference.collection)/items/\(id)", rel: "related", type: "application/geo+json", title: reference.title
        ))
    }
    return result
  }

  private func count(_ query: FeatureQuery, in reader: StoreReader) throws -> Int {
    var query = query
    query.properties = .none
    query.geometry = false
    var result = 0
    try reader.forEachRow(matching: query) { _ in
      result += 1
      return .next
    }
    return result
  }

  /// The growing document.
  private struct Writer {
    let answer: ItemsAnswer
    let hasReferences: Bool
    var features: GeoJSONWriter
    var output = JSONWriter(reservingCapacity: 1 << 16)
    var returned = 0

    init(_ answer: ItemsAnswer) throws {
      self.answer = answer
      hasReferences = !answer.references.isEmpty
      features = try GeoJSONWriter(descriptor: answer.descriptor)
      output.beginObject()
      output.member("type", "FeatureCollection")
      output.key("features")
      output.beginArray()
    }

    mutating func append(_ row: borrowing FeatureRow, distance: Metres?, along: Metres?) throws {
      let related = hasReferences ? answer.related(row) : []
      features.append(
        row, to: &output,
        properties: distance == nil && along == nil
          ? nil
          : { output in
            // Millimetres: far finer than any survey, and short.
            if let distance {
              output.key("distance")
              output.fixed(distance.value, decimals: 3)
            }
            if let along {
              output.key("along")
              output.fixed(along.value, decimals: 3)
            }
          },
        members: related.isEmpty ? nil : { output in output.member("links", .array(related)) })
      returned += 1
    }

    /// A list that the limit may have ended does not know what else would match: then nothing is claimed.
    func matchedUnlessFull(_ limit: Int) -> Int? { returned < limit ? returned : nil }

    mutating func finish(matched: Int?, links: [JSONValue]) -> [UInt8] {
      output.endArray()
      if let matched {
        output.member("numberMatched", matched)
      } else {
        // A list by distance that the limit ended: there may be more, farther off.
        output.member("truncated", true)
      }
      output.member("numberReturned", returned)
      output.member("links", .array(links))
      output.endObject()
      return output.bytes
    }
  }

  /// Where the document was asked for: what its links repeat.
  struct Path {
    /// `/collections/trees/items`
    var resource: String
    var query: RequestQuery
    /// The next page of a search is a POST with the same body.
    var isSearch = false

    func links(_ links: Links, next: Int64?) -> [JSONValue] {
      var result: [JSONValue] = []
      let own = query.replacing([("f", nil)])
      if !isSearch {
        result.append(links.link(address(own), rel: "self", type: "application/geo+json"))
        result.append(links.link(address(query.replacing([("f", "html")])), rel: "alternate", type: "text/html"))
      }
      if let next {
        let address = address(query.replacing([("f", nil), ("after", String(next))]))
        guard case .object(var members) = links.link(address, rel: "next", type: "application/geo+json") else { return result }
        if isSearch { members.append(("method", "POST")) }
        result.append(.object(members))
      }
      return result
    }

    private func address(_ query: String) -> String { query.isEmpty ? resource : "\(resource)?\(query)" }
  }
}
