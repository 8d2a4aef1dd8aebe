import LageplanFeatures
import LageplanGeometry
public import LageplanStore
import Logging

/// One question to a collection, however it arrived: as a GET of items, a POST of a shape, or from the command line.
public struct CollectionQuery: Sendable {
  let descriptor: CollectionDescriptor
  let request: ItemsRequest
  let path: ItemsAnswer.Path
  let shape: Geometry?
  let answer: ItemsAnswer
  /// Lists by road are sorted by it; only where one is asked for.
  private var ranking: RoadRanking?

  /// `shape` is the body of a search: in CRS84. `roads` as far as there are any.
  init(
    _ query: RequestQuery, of descriptor: CollectionDescriptor, shape: Geometry? = nil, links: Links, linkable: Set<String>,
    roads: RoadService.Standing? = nil, candidates: Int = RoutingLimits().candidates
  ) throws {
    self.descriptor = descriptor
    self.shape = shape
    request = try ItemsRequest(query, of: descriptor, isLine: shape?.isLine == true)
    path = ItemsAnswer.Path(
      resource: "/collections/\(descriptor.id)/\(shape == nil ? "items" : "search")", query: query, isSearch: shape != nil)
    answer = try ItemsAnswer(
      descriptor: descriptor, links: links, linkable: linkable, crs: request.crs, selection: request.selection)
    ranking = try Self.ranking(request, query, roads: roads, candidates: candidates)
    try refuseWhatWouldBeIgnored(query)
    if request.radius != nil, request.near == nil, shape?.isLine != true {
      throw Problem.badParameter(
        "radius", value: query["radius"] ?? "", "A radius needs near=longitude,latitude, or the search along a line.")
    }
  }

  private static func ranking(_ request: ItemsRequest, _ query: RequestQuery, roads: RoadService.Standing?, candidates: Int)
    throws
    -> RoadRanking?
  {
    guard let by = request.by, let near = request.near else { return nil }
    guard let roads else {
      throw Problem.badParameter("by", value: by, "No road network is here. Leave by out, and the list is sorted by distance.")
    }
    return try roads.ranking(by: query, parameter: "by", around: near, candidates: candidates)
  }

  /// A parameter that has no effect here is refused: the caller believes that it has one.
  private func refuseWhatWouldBeIgnored(_ query: RequestQuery) throws(Problem) {
    let isLine = shape?.isLine == true
    for (name, why) in [("sortby", "are sorted by it"), ("asOf", "are about the present")]
    where request.near != nil || isLine {
      if let value = query[name] {
        throw Problem.badParameter(name, value: value, "Lists by distance \(why); leave \(name) out.")
      }
    }
    for name in ["bbox", "near", "by"] where isLine {
      if let value = query[name] {
        throw Problem.badParameter(name, value: value, "A search along a line is bounded by its radius; leave \(name) out.")
      }
    }
    if shape != nil, let box = query["bbox"] {
      throw Problem.badParameter("bbox", value: box, "A search is bounded by its body; leave bbox out.")
    }
    if shape != nil, let format = query["f"], format != "json", format != "geojson" {
      throw Problem.badParameter("f", value: format, "A search answers as json only.")
    }
  }

  /// With the roads searched, where the list is sorted by them: what ``geoJSON(from:)`` needs then.
  func searched(in application: LageplanApplication, for context: LageplanRequestContext) async throws -> CollectionQuery {
    var searched = self
    if let ranking { searched.ranking = try await application.searched(ranking, for: context) }
    return searched
  }

  func geoJSON(from reader: StoreReader) throws -> [UInt8] {
    if let shape, shape.isLine {
      guard let radius = request.radius else {
        throw Problem.badParameter("radius", value: "", "A search along a line needs radius=METRES: how far from it.")
      }
      return try answer.along(shape, radius: radius, request, from: reader, path: path)
    }
    let features = try self.features()
    if let ranking {
      return try answer.reached(by: ranking, request, features, from: reader, path: path)
    }
    if let near = request.near { return try answer.nearest(to: near, request, features, from: reader, path: path) }
    return try answer.page(request, features, from: reader, path: path)
  }

  /// The question to a reader, without its limit; its spatial part in the storage system.
  func features() throws -> FeatureQuery {
    let reached = request.asOf == nil ? descriptor : try descriptor.reachingThePast
    let spatial = try shape.map { try SpatialFilter.area($0, of: reached) } ?? request.box?.filter(on: reached)
    return request.features(of: descriptor, spatial: spatial)
  }

  /// What the command line asks: the same parameters and the same body as over HTTP, from an open store.
  public static func geoJSON(of collection: String, parameters: [(String, String)], body: [UInt8]?, in store: Store) async throws
    -> [UInt8]
  {
    let descriptors = try store.collections()
    guard let descriptor = descriptors.first(where: { $0.id == collection }) else {
      throw Problem.unknownCollection(collection, known: descriptors.map(\.id))
    }
    let query = try RequestQuery(
      parameters.map { "\(RequestQuery.encode($0.0))=\(RequestQuery.encode($0.1))" }.joined(separator: "&"))
    do {
      // What is wrong with the roads is thrown; nothing has to be logged.
      var logger = Logger(label: "lageplan")
      logger.logLevel = .critical
      let roads =
        query["by"] == nil ? nil : try await RoadService(store: store, town: try TownTime(), logger: logger).standingIfAny()
      var question = try CollectionQuery(
        query, of: descriptor, shape: try body.map { try SearchBody.geometry($0, limits: GeoJSONLimits()) },
        links: Links(base: ""), linkable: Set(descriptors.map(\.id)), roads: roads)
      question.ranking?.search()
      let searched = question
      return try await store.read { reader in try searched.geoJSON(from: reader) }
    } catch {
      // One rendering of faults for both doors.
      throw ProblemMiddleware.known(error) ?? error
    }
  }
}

/// The body of a search: a GeoJSON geometry, a feature that has one, or a collection of one such feature, as exports are.
enum SearchBody {
  static func geometry(_ bytes: [UInt8], limits: GeoJSONLimits) throws -> Geometry {
    let document = try JSONValue(parsing: bytes)
    var geometry = document
    var path = "$"
    if document["type"] == "FeatureCollection" {
      guard let features = document["features"]?.array, features.count == 1, let inner = features[0]["geometry"] else {
        throw Problem.badBody(
          "A collection of exactly one feature is needed; choose the one whose shape is meant, or send a MultiPolygon.",
          at: "$.features")
      }
      geometry = inner
      path = "$.features[0].geometry"
    } else if document["type"] == "Feature", let inner = document["geometry"] {
      geometry = inner
      path = "$.geometry"
    }
    let shape = try Geometry(geoJSON: geometry, limits: limits, path: path)
    switch shape.kind {
    case .polygon, .multiPolygon, .lineString:
      guard !shape.isEmpty else { throw Problem.badBody("The shape is empty.", at: path) }
      if shape.kind != .lineString, case .invalid(let reason, let place) = try shape.validity() {
        let place = place.map { " near \($0.x), \($0.y)" } ?? ""
        throw Problem.badBody(
          "The polygon is not valid: \(reason)\(place). Draw it without crossing itself.", at: path)
      }
      return shape
    case .point, .multiPoint, .multiLineString, .geometryCollection:
      throw Problem.badBody(
        "A Polygon, a MultiPolygon or a LineString is needed; for a point use items?near=longitude,latitude.", at: "\(path).type")
    }
  }
}

extension Geometry {
  fileprivate var isLine: Bool { kind == .lineString }
}
