import HTTPTypes
import LageplanFeatures

/// Why a request of OSRM's form is refused, told as OSRM tells it, so that its clients understand: status 400, a code, a message.
struct OsrmFault: Error {
  /// The codes of OSRM's HTTP interface that we answer with (project-osrm.org/docs, "Responses").
  enum Code: String {
    case invalidUrl = "InvalidUrl"
    case invalidVersion = "InvalidVersion"
    case invalidOptions = "InvalidOptions"
    case invalidQuery = "InvalidQuery"
    case invalidValue = "InvalidValue"
    case noSegment = "NoSegment"
    case noRoute = "NoRoute"
    case noTable = "NoTable"
    case noTrips = "NoTrips"
    case tooBig = "TooBig"
    case notImplemented = "NotImplemented"
    case disabledDataset = "DisabledDataset"
  }

  var code: Code
  /// What is wrong, for people, with the remedy.
  var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  var answer: Answer {
    var answer = Answer.json(["code": .text(code.rawValue), "message": .text(message)])
    answer.status = .badRequest
    answer.cacheControl = "no-store"
    return answer
  }
}
