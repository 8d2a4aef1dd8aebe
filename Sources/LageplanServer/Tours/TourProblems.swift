import HTTPTypes
import LageplanFeatures
import LageplanPlanner
import Logging

/// What a client is told when a plan cannot be made.
enum TourProblems {
  /// The problem document for an error of planning; what is the server's own fault is logged here.
  static func problem(_ error: any Error, logger: Logger) -> Problem {
    switch error {
    case let error as TourRequestError: return problem(error)
    case PlanError.noTravelTimes(let failure):
      logger.warning("a plan got no travel times: \(failure)")
      return Problem(.badGateway, code: "no-travel-times", detail: detail(failure.kind))
    default:
      let problem = ProblemMiddleware.problem(for: error)
      if problem.status.code >= 500 { logger.error("a plan failed: \(error)") }
      return problem
    }
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
}

extension Problem {
  static func unknownTourPlan(_ id: String) -> Problem {
    notFound(
      "There is no plan of this id. Plans that nobody stored are forgotten after an hour; make it anew with POST /tours.",
      value: id)
  }
}
