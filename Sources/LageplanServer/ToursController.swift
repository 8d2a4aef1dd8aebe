import HTTPTypes
import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanPlanner
import LageplanStore
import LageplanTours
import Logging

/// `POST /tours`: a request for the tours of a day in, a plan out, as JSON, GeoJSON or GPX.
struct ToursController: Sendable {
  let application: LageplanApplication

  /// Solving takes a processor for seconds: one plan at a time, and no long queue, so that maps stay quick meanwhile.
  private static let mostWaiting = 4
  private let planning = WorkThread(
    mostWaiting: mostWaiting, busy: "\(mostWaiting) plans are being made. Ask again in a few seconds.")

  init(application: LageplanApplication) { self.application = application }

  @Sendable func plan(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let format = try Format(query)
    let body = try await request.body(upTo: application.configuration.largestBody, mediaTypes: ["application/json"])
    do {
      let tours = try TourRequest(parsing: try JSONValue(parsing: body))
      let descriptors = try application.collections(for: request)
      let features = try await application.store.read { reader in
        try TourWork.select(tours, reader: reader, descriptors: descriptors)
      }
      let time = application.configuration.townTime
      let source = try await application.travelSources().source(for: tours)
      let plan = try await planning.run { try TourPlanner.plan(tours, features: features, time: time, source: source) }
      return format.answer(plan)
    } catch let error as TourRequestError {
      throw Self.problem(error)
    } catch PlanError.noTravelTimes(let failure) {
      application.logger.warning("a plan got no travel times: \(failure)")
      throw Problem(.badGateway, code: "no-travel-times", detail: Self.detail(failure.kind))
    }
  }

  /// Addresses and what others' servers say stay in the log.
  private static func detail(_ kind: TravelFailure.Kind) -> String {
    let what =
      switch kind {
      case .invalid: "There are no valid travel times between these places."
      case .routerUnreachable: "The router that the operator named does not answer: it cannot be reached."
      case .routerRefuses: "The router that the operator named does not answer: it refuses the request."
      case .routerRedirects: "The router that the operator named does not answer: it redirects to another address."
      case .routerBeyondLimit: "The router that the operator named does not answer within the limits of one plan."
      case .routerNotUnderstood: "The router that the operator named does not answer as its protocol promises."
      }
    return "\(what) The server's log tells more; without times no plan is made."
  }

  /// All faults at once, each with its place: a planner mends a request in one go.
  private static func problem(_ error: TourRequestError) -> Problem {
    let count = error.faults.count
    var problem = Problem(
      .badRequest, code: "invalid-tour-request", detail: "The request has \(count) fault\(count == 1 ? "" : "s").")
    problem.faults = error.faults.map { fault in
      var members: [(key: String, value: JSONValue)] = [("code", .text(fault.code)), ("path", .text(fault.path))]
      if let value = fault.value { members.append(("value", .text(value))) }
      members.append(("remedy", .text(fault.remedy)))
      return .object(members)
    }
    return problem
  }

  private enum Format: String {
    case json, geojson, gpx

    init(_ query: RequestQuery) throws(Problem) {
      guard let name = query["f"] else {
        self = .json
        return
      }
      guard let format = Format(rawValue: name) else {
        throw Problem.badParameter("f", value: name, "The formats are json, geojson and gpx.")
      }
      self = format
    }

    func answer(_ plan: TourPlan) -> Answer {
      var answer =
        switch self {
        case .json: Answer("application/json", TourJson.encode(plan))
        case .geojson: Answer("application/geo+json", TourGeoJson.encode(plan))
        case .gpx: Answer("application/gpx+xml", TourGpx.encode(plan))
        }
      if self == .gpx { answer.headers[.contentDisposition] = "attachment; filename=\"tour-\(plan.day.iso).gpx\"" }
      return answer
    }
  }
}
