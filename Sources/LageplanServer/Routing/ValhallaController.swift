import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// `GET /isochrone?json=…` and `POST /isochrone`: reachable areas in Valhalla's form.
struct ValhallaController: Sendable {
  let application: LageplanApplication

  @Sendable func isochrone(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let question = try ValhallaRequest(try await document(of: request), limits: application.configuration.routing)
    let roads = try await application.roads.standing()
    guard let router = roads.router(named: question.costing) else {
      throw ValhallaRequest.fault(
        "No costing method found: there are auto, bicycle, pedestrian, \(roads.profileNames)", at: "$.costing", 125)
    }
    return try await application.roadWork(of: .max, for: context) { isCancelled in
      guard let start = router.nearest(to: question.place) else {
        throw ValhallaRequest.fault("No suitable edges near location", at: "$.locations[0]", 171)
      }
      return .routing(
        try ValhallaAreas(question, router: router, start: start).document(isCancelled: isCancelled), "application/geo+json")
    }
  }

  private func document(of request: Request) async throws -> JSONValue {
    let query = try RequestQuery(request.uri.query)
    guard request.method == .post else {
      try query.refuseUnknown(known: ["json"])
      guard let text = query["json"] else {
        throw ValhallaRequest.fault("the request is missing: send it as ?json=… or by POST", at: "json", 101)
      }
      return try JSONValue(parsing: Array(text.utf8))
    }
    try query.refuseUnknown(known: [])
    let bytes = try await request.body(upTo: application.configuration.largestBody, mediaTypes: ["application/json"])
    return try JSONValue(parsing: bytes)
  }
}
