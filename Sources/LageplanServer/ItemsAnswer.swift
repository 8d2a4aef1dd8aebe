import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// Writes the features that a request asks for as one GeoJSON FeatureCollection, from one state of the data.
///
/// Rows go straight to bytes; what the document says of the whole (counts, links) follows the features.
struct ItemsAnswer {
  let descriptor: CollectionDescriptor
  let links: Links
  /// The system of the coordinates in the answer, in its authority's axis order.
  let crs: CoordinateReferenceSystem
  private let selection: FeatureSelection
  private let swapsAxes: Bool
  /// The selected properties that hold ids of features of other collections, by their place in the selection. A reference to a collection
  /// that the one who asks may not see, or that is not there, is a plain value.
  private let references: [(index: Int, collection: String, title: String)]

  init(
    descriptor: CollectionDescriptor, links: Links, linkable: Set<String>, crs: CoordinateReferenceSystem,
    selection: FeatureSelection
  ) throws {
    self.descriptor = descriptor
    self.links = links
    self.crs = crs
    self.selection = selection
    swapsAxes = try crs.isNorthFirst
    references = try selection.properties.indices(in: descriptor).enumerated().compactMap { place, index in
      let property = descriptor.schema.properties[index]
      guard let collection = property.reference, linkable.contains(collection) else { return nil }
      return (place, collection, property.title ?? property.name)
    }
  }

  /// Writes the selected part of each row; what rows carry beyond it is not written.
  func writer() throws -> GeoJSONWriter {
    try GeoJSONWriter(descriptor: descriptor, properties: selection.properties, target: crs, swapsAxes: swapsAxes)
  }

  /// A page of items, by rising number or in the order asked for.
  func page(_ request: ItemsRequest, _ features: FeatureQuery, from reader: StoreReader, path: Path) throws -> [UInt8] {
    var query = features
    query.after = request.cursor?.number ?? 0
    query.afterKeys = request.cursor?.keys ?? []
    query.limit = request.limit + 1
    let keys = try SortKeyColumns(features, of: descriptor)
    var page = try Writer(self)
    var last: PageCursor?
    var hasMore = false
    try reader.forEachRow(matching: query) { row in
      if page.returned == request.limit {
        hasMore = true
        return .stop
      }
      try page.append(row, distance: nil, along: nil)
      if page.returned == request.limit { last = PageCursor(number: row.number, keys: keys.values(of: row)) }
      return .next
    }
    let matched: Int
    if request.cursor == nil && !hasMore {
      matched = page.returned
    } else if features.asks == .everything {
      matched = try reader.descriptor(of: descriptor.id).featureCount
    } else {
      matched = try count(features, in: reader)
    }
    return page.finish(matched: matched, links: path.links(self.links, next: hasMore ? last : nil))
  }

  /// The nearest to a place, with their distances.
  func nearest(to place: Coordinate, _ request: ItemsRequest, _ features: FeatureQuery, from reader: StoreReader, path: Path)
    throws -> [UInt8]
  {
    var page = try Writer(self)
    var last: PageCursor?
    var hasMore = false
    try reader.nearest(
      to: place, count: request.limit + 1, radius: request.radius, beyond: request.cursor?.nearest, query: features,
      descriptor: descriptor
    ) { row, distance in
      if page.returned == request.limit {
        hasMore = true
        return .stop
      }
      try page.append(row, distance: distance, along: nil)
      last = PageCursor(number: row.number, keys: [.real(distance.value)])
      return .next
    }
    return page.finish(
      matched: request.cursor == nil && !hasMore ? page.returned : nil, links: path.links(links, next: hasMore ? last : nil))
  }

  /// Ids of one question to the reader.
  private static let mostIds = 500

  /// What is reached by road, the shortest duration first, each feature with the duration (s) and the length (m) of its way and its
  /// distance as the crow flies. The ranking has searched.
  func reached(
    by ranking: RoadRanking, _ request: ItemsRequest, _ features: FeatureQuery, from reader: StoreReader, path: Path
  ) throws -> [UInt8] {
    let reached = try ranking.features(
      matching: features, of: descriptor, count: request.limit + 1, radius: request.radius, beyond: request.cursor?.along,
      from: reader)
    let shown = reached.prefix(request.limit)
    var page = try Writer(self)
    for start in stride(from: 0, to: shown.count, by: Self.mostIds) {
      let part = shown[start..<min(start + Self.mostIds, shown.count)]
      let ways = Dictionary(part.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
      // Rows come in the reader's order: each is written by itself, then all are put into the order of the list.
      var written: [Int64: [UInt8]] = [:]
      let query = FeatureQuery(
        collection: descriptor.id, ids: part.map(\.id), properties: features.properties, geometry: features.geometry)
      try reader.forEachRow(matching: query) { row in
        if let way = ways[row.number] { written[row.number] = page.feature(row, reached: way) }
        return .next
      }
      for way in part { written[way.number].map { page.append($0) } }
    }
    let hasMore = reached.count > request.limit
    let last = shown.last.map {
      PageCursor(number: $0.number, keys: [.real($0.position.rank), .real($0.position.distance)])
    }
    return page.finish(
      matched: request.cursor == nil && !hasMore ? page.returned : nil,
      links: path.links(links, next: hasMore ? last : nil))
  }

  /// Longer than any road of a town; a longer line crosses itself so often that every feature is near to all of it.
  private static let longestLine = Metres(1_000_000)

  /// What lies within the radius of a line, in its order, with distance from it and metres along it.
  func along(_ line: Geometry, radius: Metres, _ request: ItemsRequest, from reader: StoreReader, path: Path) throws -> [UInt8] {
    var page = try Writer(self)
    let query = request.features(of: descriptor, spatial: nil)
    guard let course = GeodesicLine(line.coordinates) else {
      throw Problem.badBody("A line needs two different positions.", at: "$.coordinates")
    }
    guard course.length <= Self.longestLine else {
      throw Problem.badBody(
        "The line is \(Int(course.length.value / 1_000)) km long; at most \(Int(Self.longestLine.value / 1_000)) km are searched. "
          + "Search it in parts.", at: "$.coordinates")
    }
    var last: PageCursor?
    var hasMore = false
    try reader.along(
      course, radius: radius, count: request.limit + 1, beyond: request.cursor?.along, query: query, descriptor: descriptor
    ) { row, distance, along in
      if page.returned == request.limit {
        hasMore = true
        return .stop
      }
      try page.append(row, distance: distance, along: along)
      last = PageCursor(number: row.number, keys: [.real(along.value), .real(distance.value)])
      return .next
    }
    return page.finish(
      matched: request.cursor == nil && !hasMore ? page.returned : nil, links: path.links(links, next: hasMore ? last : nil))
  }

  /// One feature with links to its collection, to what it belongs to and to what belongs to it; `nil` where there is none of this id.
  func item(
    _ id: String, asOf: Instant?, referencing: [(collection: CollectionDescriptor, property: String)], from reader: StoreReader
  ) throws -> [UInt8]? {
    var writer = try self.writer()
    var output = JSONWriter()
    var found = false
    var query = FeatureQuery(
      collection: descriptor.id, ids: [id], properties: selection.properties, geometry: selection.geometry, limit: 1)
    query.asOf = asOf
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
    query.sort = []
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
      features = try answer.writer()
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

    /// A feature by itself, with the way to it.
    mutating func feature(_ row: borrowing FeatureRow, reached way: RoadRanking.Reached) -> [UInt8] {
      let related = hasReferences ? answer.related(row) : []
      var one = JSONWriter()
      features.append(
        row, to: &one,
        properties: { output in way.tell(to: &output) },
        members: related.isEmpty ? nil : { output in output.member("links", .array(related)) })
      return one.bytes
    }

    mutating func append(_ feature: [UInt8]) {
      output.raw(feature)
      returned += 1
    }

    mutating func finish(matched: Int?, links: [JSONValue]) -> [UInt8] {
      output.endArray()
      // How many a list by distance would hold in all, nobody has counted.
      if let matched { output.member("numberMatched", matched) }
      output.member("numberReturned", returned)
      output.member("links", .array(links))
      if features.flawCount > 0 {
        // Features whose geometry is there but cannot be read or placed: given without it, and named.
        output.member("flawCount", features.flawCount)
        output.member("flaws", .array(features.flaws.map { .text($0.description) }))
      }
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
    /// Whether the list is shown as a page as well.
    var hasPage = true

    func links(_ links: Links, next: PageCursor?) -> [JSONValue] {
      var result: [JSONValue] = []
      let own = query.replacing([("f", nil)])
      if !isSearch {
        result.append(links.link(address(own), rel: "self", type: "application/geo+json"))
        if hasPage {
          result.append(links.link(address(query.replacing([("f", "html")])), rel: "alternate", type: "text/html"))
        }
      }
      if let next {
        let address = address(query.replacing([("f", nil), ("after", next.text)]))
        guard case .object(var members) = links.link(address, rel: "next", type: "application/geo+json") else { return result }
        if isSearch { members.append(("method", "POST")) }
        result.append(.object(members))
      }
      return result
    }

    private func address(_ query: String) -> String { query.isEmpty ? resource : "\(resource)?\(query)" }
  }
}

extension FeatureQuery {
  fileprivate enum Extent {
    case everything, part
  }

  /// Whether anything keeps features of today's collection from the answer.
  fileprivate var asks: Extent {
    spatial == nil && filter == nil && ids == nil && text == nil && asOf == nil ? .everything : .part
  }
}
