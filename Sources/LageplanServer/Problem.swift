public import HTTPTypes
public import Hummingbird
import LageplanFeatures
import NIOCore

/// A problem document (RFC 9457): what went wrong, where, and what to do. The only form in which errors leave the server.
///
/// Thrown by controllers and rendered in one place. `parameter` and `value` name the culprit where there is one.
public struct Problem: HTTPResponseError {
  public var status: HTTPResponse.Status
  /// A short, stable word for machines: `unknown-parameter`, `value-out-of-range`.
  public var code: String
  /// What is wrong, for people, with the remedy.
  public var detail: String
  public var parameter: String?
  public var value: String?
  /// Where several things are wrong at once: each with code, place and remedy.
  var faults: [JSONValue] = []
  /// What else the document tells (RFC 9457, section 3.2).
  var extensions: [(key: String, value: JSONValue)] = []
  public var headers: HTTPFields

  public init(
    _ status: HTTPResponse.Status, code: String, detail: String, parameter: String? = nil, value: String? = nil,
    headers: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.parameter = parameter
    self.value = value
    self.headers = headers
  }

  static let mediaType = "application/problem+json"

  /// Values are echoed only this long: an answer is never larger because the question was.
  static let longestEcho = 200

  var body: [UInt8] { document.bytes }

  var document: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("type", "about:blank"),
      ("title", .text(status.reasonPhrase)),
      ("status", .integer(Int64(status.code))),
      ("code", .text(code)),
      ("detail", .text(detail)),
    ]
    if let parameter { members.append(("parameter", .text(parameter))) }
    if let value {
      members.append(("value", .text(value.count > Problem.longestEcho ? value.prefix(Problem.longestEcho) + "…" : value)))
    }
    members += extensions
    if !faults.isEmpty { members.append(("faults", .array(faults))) }
    return .object(members)
  }

  public func response(from request: Request, context: some RequestContext) -> Response {
    var fields = headers
    fields[.contentType] = Problem.mediaType
    fields[.cacheControl] = "no-store"
    let body = body
    if request.method == .head {
      // A body after HEAD would be read as the start of the next answer.
      fields[.contentLength] = String(body.count)
      return Response(status: status, headers: fields)
    }
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}

extension Problem {
  /// 400 for a query parameter, a path element or a member of the body.
  static func badParameter(_ parameter: String, value: String, _ detail: String) -> Problem {
    Problem(.badRequest, code: "invalid-parameter", detail: detail, parameter: parameter, value: value)
  }

  static func badBody(_ detail: String, at place: String? = nil) -> Problem {
    Problem(.badRequest, code: "invalid-body", detail: detail, parameter: place)
  }

  static func unknownCollection(_ id: String, known: [String]) -> Problem {
    let list = known.isEmpty ? "There are none yet: import one." : "There are: \(known.prefix(50).joined(separator: ", "))."
    return Problem(
      .notFound, code: "unknown-collection", detail: "There is no collection of this id. \(list)", parameter: "collectionId",
      value: id)
  }

  static func notFound(_ detail: String, value: String? = nil) -> Problem {
    Problem(.notFound, code: "not-found", detail: detail, value: value)
  }
}
