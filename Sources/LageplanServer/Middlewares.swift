import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanStore
import Logging

/// One line a request: method, path, status, milliseconds, bytes. No query string: it may hold what is nobody's business.
struct RequestLogMiddleware: RouterMiddleware {
  let logger: Logger

  func handle(
    _ request: Request, context: LageplanRequestContext, next: (Request, LageplanRequestContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    Self.note(logger, request.method, request.uri.path, response.status, since: start, bytes: response.body.contentLength ?? 0)
    return response
  }

  /// `path` without the query.
  static func note(
    _ logger: Logger, _ method: HTTPRequest.Method, _ path: some StringProtocol, _ status: HTTPResponse.Status,
    since start: ContinuousClock.Instant, bytes: Int
  ) {
    guard logger.logLevel <= .info else { return }
    let spent = (ContinuousClock.now - start).components
    let microseconds = spent.seconds * 1_000_000 + spent.attoseconds / 1_000_000_000_000
    logger.info(
      "\(method.rawValue) \(path) \(status.code)",
      metadata: ["ms": "\(Double(microseconds) / 1_000)", "bytes": "\(bytes)"])
  }
}

/// Browsers of other hosts may read everything that is public (OGC 17-069r4, recommendation /rec/core/cross-origin; Masterportal needs it).
struct CrossOriginMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: LageplanRequestContext, next: (Request, LageplanRequestContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.accessControlAllowOrigin] = "*"
    response.headers[.accessControlExposeHeaders] = "Content-Crs, Link, ETag, Location"
    response.headers[.xContentTypeOptions] = "nosniff"
    return response
  }
}

/// Every error becomes a problem document here, or a page where a person asks; nothing else renders errors.
struct ProblemMiddleware: RouterMiddleware {
  let logger: Logger
  let configuration: ServerConfiguration

  func handle(
    _ request: Request, context: LageplanRequestContext, next: (Request, LageplanRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let problem = Self.problem(for: error)
      // Who left is nobody's fault.
      if problem.status.code >= 500, !(error is CancellationError) {
        logger.error("\(request.method.rawValue) \(request.uri.path) failed: \(error)")
      }
      return ProblemPage.response(to: request, problem, Links(configuration: configuration, request: request))
        ?? problem.response(from: request, context: context)
    }
  }

  /// What the client is told of `error`. Only errors that name the client's fault are told in full.
  static func problem(for error: any Error) -> Problem {
    known(error)
      ?? Problem(
        .internalServerError, code: "internal", detail: "The server failed; its log tells why. This is not the request's fault.")
  }

  /// `nil` for an error that is the server's own.
  static func known(_ error: any Error) -> Problem? {
    switch error {
    case let problem as Problem: return problem
    case let error as FeatureError: return problem(for: error)
    case let error as FilterSyntaxError:
      return Problem(.badRequest, code: "invalid-filter", detail: error.description, parameter: "filter", value: error.found)
    case let error as FilterFaults:
      return Problem(.badRequest, code: "invalid-filter", detail: error.description, parameter: "filter")
    case let error as JSONFault:
      return Problem(
        .badRequest, code: "invalid-body", detail: "\(error.message): \(error.remedy).", parameter: error.path, value: error.value
      )

    case let error as JSONError: return Problem.badBody(error.description)
    case StoreError.busy:
      return Problem(
        .serviceUnavailable, code: "busy", detail: "Too many requests wait for the database. Ask again in a second.",
        headers: [.retryAfter: "1"])
    case let error as StoreError where error.isTimeout:
      return Problem(.serviceUnavailable, code: "took-too-long", detail: "\(error)")
    case StoreError.closed:
      return Problem(.serviceUnavailable, code: "closing", detail: "The server is stopping.", headers: [.retryAfter: "10"])
    case StoreError.versionMismatch:
      return Problem(.preconditionFailed, code: "changed-meanwhile", detail: "\(error)", parameter: "If-Match")
    case StoreError.unknownTourPlan(let id):
      return Problem.unknownTourPlan(id)
    case StoreError.idempotencyConflict:
      return Problem(.unprocessableContent, code: "key-used", detail: "\(error)", parameter: "Idempotency-Key")
    case let error as HTTPError:
      return Problem(error.status, code: "request", detail: error.body ?? error.status.reasonPhrase)
    case is CancellationError:
      return Problem(.serviceUnavailable, code: "cancelled", detail: "The request was given up.")
    default:
      return nil
    }
  }

  private static func problem(for error: FeatureError) -> Problem {
    switch error {
    case .unknownCollection(let id):
      Problem.unknownCollection(id, known: [])
    case .unknownProperty(let name, let collection, let known):
      Problem.badParameter(
        name, value: "", "The collection \(collection) has no such property. It has: \(known.joined(separator: ", ")).")
    case .typeMismatch(let property, let kind, let value):
      Problem.badParameter(property, value: value, "The property is of type \(kind.rawValue); this value is not.")
    case .misplacedOperand, .unknownFunction, .unusableGeometry, .brokenPage, .tooManyWords, .noHistory:
      Problem(.badRequest, code: "invalid-parameter", detail: error.description)
    }
  }
}

extension StoreError {
  fileprivate var isTimeout: Bool { if case .tookTooLong = self { true } else { false } }
}
