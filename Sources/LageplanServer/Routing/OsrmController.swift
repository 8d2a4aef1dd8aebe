import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// OSRM's HTTP interface, version 1, at the server's root: so that its clients, and VROOM, take this server as their router.
struct OsrmController: Sendable {
  let application: LageplanApplication

  private var limits: RoutingLimits { application.configuration.routing }

  // MARK: Endpoints

  @Sendable func route(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try await answer(.route, request, context, most: limits.routePlaces) { question in
      let drawing = try OsrmDrawing(question.options)
      let waypoints = try question.waypoints()
      let vias = try question.viaRule()
      return Task(size: RoadWork.route(through: question.places.count)) { places, _ in
        guard let route = places.router.route(through: places.snaps, detail: drawing.detail, at: vias) else {
          throw OsrmFault(.noRoute, "Impossible route between points: no way leads through all of them in this order.")
        }
        return OsrmRouteDocument(drawing: drawing, places: places).route(route, waypoints: waypoints)
      }
    }
  }

  @Sendable func table(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try await answer(.table, request, context, most: limits.tablePlaces) { question in
      let table = try OsrmTable(question, most: limits.tableCells)
      let size = RoadWork.table(of: table.cellCount, places: question.places.count)
      return Task(size: size) { places, isCancelled in try table.document(places, isCancelled: isCancelled) }
    }
  }

  @Sendable func nearest(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try await answer(.nearest, request, context, most: 1) { question in
      let number = try question.number()
      return Task(size: 1) { places, _ in places.nearestDocument(number) }
    }
  }

  @Sendable func trip(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try await answer(.trip, request, context, most: limits.tripPlaces) { question in
      let trip = try OsrmTrip(question)
      return Task(size: .max) { places, isCancelled in try trip.document(places, isCancelled: isCancelled) }
    }
  }

  // MARK: -

  /// What is left to do once a request is understood: the answer, from its places on the network.
  private struct Task: Sendable {
    /// See ``RoadWork``.
    var size: Int
    var answer: @Sendable (OsrmPlaces, () -> Bool) throws -> [UInt8]
  }

  /// Reads the request, snaps its places, and answers: with a refusal in OSRM's form where something is wrong.
  private func answer(
    _ service: OsrmService, _ request: Request, _ context: LageplanRequestContext, most: Int,
    _ understand: (OsrmRequest) throws -> Task
  ) async throws -> Answer {
    do {
      let question = try await read(service, request, context, most: most)
      let task = try understand(question)
      let name = try context.element("profile")
      guard let roads = try await application.roads.standingIfAny() else {
        throw OsrmFault(.disabledDataset, "No road network is here. The operator imports one with lageplan roads import.")
      }
      guard let router = roads.router(named: name) else {
        throw OsrmFault(
          .invalidValue,
          "There is no profile \"\(name.prefix(40))\". There are: driving, cycling, walking, \(roads.profileNames).")
      }
      return try await application.roadWork(of: task.size, for: context) { isCancelled in
        .routing(try task.answer(try OsrmPlaces(question, router, isCancelled: isCancelled), isCancelled))
      }
    } catch let fault as OsrmFault {
      return fault.answer
    }
  }

  private func read(_ service: OsrmService, _ request: Request, _ context: LageplanRequestContext, most: Int) async throws
    -> OsrmRequest
  {
    let query: RequestQuery
    do { query = try RequestQuery(request.uri.query) } catch { throw OsrmFault(.invalidQuery, error.detail) }
    guard request.method == .post else {
      return try OsrmRequest(
        coordinates: try context.element("coordinates"), query: query, known: service.options, most: most)
    }
    let bytes = try await request.body(upTo: application.configuration.largestBody, mediaTypes: ["application/json"])
    let document: JSONValue
    do { document = try JSONValue(parsing: bytes) } catch { throw OsrmFault(.invalidQuery, "The body is no JSON: \(error)") }
    guard query.parameters.isEmpty else {
      throw OsrmFault(.invalidQuery, "A POST carries its options in the body, and none in the address.")
    }
    return try OsrmRequest(body: document, known: service.options, most: most)
  }
}
