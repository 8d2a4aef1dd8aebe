import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanRouting
import LageplanStore

/// Our own resources about roads, below `/routing/v1`: the same parameters in a query and as members of a JSON body.
struct RoutingController: Sendable {
  let application: LageplanApplication

  private var limits: RoutingLimits { application.configuration.routing }

  // MARK: Profiles

  /// The profiles, where the roads come from, and what closes them.
  @Sendable func profiles(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    let roads = try await application.roads.standing()
    let tells = try application.collections(for: request).contains { $0.id == RoadService.closures }
    return .routing(RoutingDocument.profiles(roads, tellsClosures: tells))
  }

  // MARK: Places

  /// The nearest roads of each place.
  @Sendable func snap(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try await parameters(request, known: ["places", "profile", "count", "within"])
    let places = try query.places("places", most: limits.snapPlaces)
    guard !places.isEmpty else { throw Self.placesNeeded(1) }
    let count = try query.integer("count", in: 1...100) ?? 1
    let within =
      try query.number("within", in: 1...RoutingLimits.largestRadius.value, unit: "metres").map { Metres($0) }
      ?? RoutingLimits.farthestSnap
    let router = try await application.roads.standing().router(of: query)
    return try await application.roadWork(of: RoadWork.snaps(of: places.count) * count, for: context) { isCancelled in
      .routing(
        try RoutingDocument.snaps(of: places, router, count: count, within: within, isCancelled: isCancelled),
        "application/geo+json")
    }
  }

  // MARK: Ways

  /// The fastest way through places in their order.
  @Sendable func route(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try await parameters(request, known: ["places", "profile", "steps"])
    let places = try query.places("places", most: limits.routePlaces)
    guard places.count >= 2 else { throw Self.placesNeeded(2) }
    let hasSteps = try query.flag("steps")
    let router = try await application.roads.standing().router(of: query)
    return try await application.roadWork(of: RoadWork.route(through: places.count), for: context) { _ in
      let snaps = try places.enumerated().map { index, place in try Self.snap(place, "places[\(index)]", router) }
      guard let route = router.route(through: snaps, detail: .steps) else {
        throw Problem(
          .notFound, code: "no-route",
          detail:
            "No way leads through these places in this order: one lies in a part of the network that is not joined to the rest, or a closure is between."
        )
      }
      return .routing(RoutingDocument.route(route, snaps, router, hasSteps: hasSteps), "application/geo+json")
    }
  }

  /// Durations and lengths from each place to each.
  @Sendable func table(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try await parameters(request, known: ["places", "from", "to", "profile"])
    let all = try query.places("places", most: limits.tablePlaces)
    let from = try query["from"] == nil ? all : query.places("from", most: limits.tablePlaces)
    let to = try query["to"] == nil ? all : query.places("to", most: limits.tablePlaces)
    guard !from.isEmpty, !to.isEmpty else {
      throw Problem.badParameter("places", value: "", "Places are needed: places=LON,LAT;LON,LAT, or from=… and to=….")
    }
    guard from.count * to.count <= limits.tableCells else {
      throw Problem(
        .badRequest, code: "too-big",
        detail:
          "\(from.count) times \(to.count) pairs are more than the \(limits.tableCells) that are computed in one request. Ask in parts.",
        parameter: "places")
    }
    let router = try await application.roads.standing().router(of: query)
    let size = RoadWork.table(of: from.count * to.count, places: from.count + to.count)
    return try await application.roadWork(of: size, for: context) { isCancelled in
      .routing(try RoutingDocument.table(from: from, to: to, router, isCancelled: isCancelled))
    }
  }

  // MARK: Reaching

  /// What is reached within some time or length: areas, or features of a collection.
  @Sendable func reachable(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try await parameters(
      request,
      known: ["from", "profile", "minutes", "metres", "reverse", "accuracy"] + Self.featureParameters)
    let place = try query.place("from")
    let bounds = try ReachBound.all(query, limits)
    let isReverse = try query.flag("reverse")
    let roads = try await application.roads.standing()
    if query["collection"] != nil {
      guard let bound = bounds.last, bounds.count == 1 else {
        throw Problem.badParameter(
          "minutes", value: query["minutes"] ?? "", "A list of features has one bound: one number of minutes or of metres.")
      }
      var ranking = try roads.ranking(by: query, parameter: "profile", around: place, candidates: limits.candidates)
      ranking.isReverse = isReverse
      ranking.limit = bound.limit
      return try await features(request, context, query, ranking, resource: "reachable")
    }
    let accuracy = try query.number("accuracy", in: 5...500, unit: "metres").map { Metres($0) }
    let router = try roads.router(of: query)
    return try await application.roadWork(of: .max, for: context) { isCancelled in
      let start = try Self.snap(place, "from", router)
      return .routing(
        try RoutingDocument.areas(
          around: start, bounds, router, isReverse: isReverse, accuracy: accuracy, isCancelled: isCancelled),
        "application/geo+json")
    }
  }

  /// The features of a collection that are nearest by road.
  @Sendable func nearest(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try await parameters(request, known: ["from", "profile", "reverse"] + Self.featureParameters)
    let place = try query.place("from")
    guard query["collection"] != nil else {
      throw Problem.badParameter("collection", value: "", "The id of a collection is needed: whose features are the nearest.")
    }
    var ranking = try await application.roads.standing().ranking(
      by: query, parameter: "profile", around: place, candidates: limits.candidates)
    ranking.isReverse = try query.flag("reverse")
    return try await features(
      request, context, query, ranking, resource: "nearest", count: query["limit"] == nil ? 10 : nil)
  }

  // MARK: -

  /// What of a collection's own parameters lists of features take.
  private static let featureParameters =
    ["collection", "filter", "filter-lang", "limit", "after", "crs"] + FeatureSelection.parameters

  private func features(
    _ request: Request, _ context: LageplanRequestContext, _ query: RequestQuery, _ ranking: RoadRanking, resource: String,
    count: Int? = nil
  ) async throws -> Answer {
    let descriptor = try application.descriptor(query["collection"] ?? "", for: request)
    let asked = query.parameters.filter {
      Self.featureParameters.contains($0.name) && !["collection", "after"].contains($0.name)
    }
    var items = try ItemsRequest(
      try RequestQuery(asked.map { "\(RequestQuery.encode($0.name))=\(RequestQuery.encode($0.value))" }.joined(separator: "&")),
      of: descriptor)
    if let count { items.limit = count }
    items.cursor = try PageCursor(query, keyCount: 2, inMetres: true)
    let answer = try ItemsAnswer(
      descriptor: descriptor, links: application.links(request),
      linkable: Set(try application.collections(for: request).map(\.id)), crs: items.crs, selection: items.selection)
    let question = items
    let searched = try await application.searched(ranking, for: context)
    guard searched.reach != nil else { throw Self.notOnNetwork("from") }
    let path = ItemsAnswer.Path(resource: "/routing/v1/\(resource)", query: query, hasPage: false)
    let body = try await application.store.read { reader in
      try answer.reached(
        by: searched, question, question.features(of: descriptor, spatial: nil), from: reader, path: path)
    }
    var features = Answer.features(body, in: items.crs, tag: nil)
    features.cacheControl = "no-store"
    return features
  }

  /// The parameters of the query, or of the body.
  private func parameters(_ request: Request, known: [String]) async throws -> RequestQuery {
    var query = try RequestQuery(request.uri.query)
    if request.method == .post {
      try query.refuseUnknown(known: [])
      let body = try await request.body(upTo: application.configuration.largestBody, mediaTypes: ["application/json"])
      query = try RequestQuery(members: try JSONValue(parsing: body))
    }
    try query.refuseUnknown(known: known)
    return query
  }

  private static func snap(_ place: Coordinate, _ parameter: String, _ router: RoadRouter) throws(Problem) -> RoadSnap {
    guard let snap = router.nearest(to: place) else { throw notOnNetwork(parameter) }
    return snap
  }

  static func notOnNetwork(_ parameter: String) -> Problem {
    Problem(
      .notFound, code: "not-on-network",
      detail: "No road of this profile is within \(Int(RoutingLimits.farthestSnap.value)) m of the place.", parameter: parameter)
  }

  private static func placesNeeded(_ count: Int) -> Problem {
    Problem.badParameter(
      "places", value: "",
      "At least \(count) place\(count == 1 ? " is" : "s are") needed: places=LONGITUDE,LATITUDE;LONGITUDE,LATITUDE.")
  }
}

extension Answer {
  /// What holds only until the next closure.
  static func routing(_ body: [UInt8], _ mediaType: String = "application/json") -> Answer {
    var answer = Answer(mediaType, body)
    answer.cacheControl = "no-store"
    return answer
  }
}
