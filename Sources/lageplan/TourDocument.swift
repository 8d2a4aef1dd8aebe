import LageplanExchange
import LageplanFeatures
import LageplanPlanner

/// Documents about tours from files.
enum TourDocument {
  /// Throws `CommandFailure` where the file, or standard input for `-`, cannot be read or is no JSON.
  static func json(_ path: String, limits: JSONLimits = .trusted) throws -> JSONValue {
    do {
      return try JSONValue(parsing: try TourFile.bytes(of: path), limits: limits)
    } catch let error as JSONError {
      throw CommandFailure("\(path) is no JSON: \(error)")
    }
  }

  /// What is asked for, within the same bounds as over HTTP.
  static func request(_ path: String) throws -> TourRequest {
    try TourRequest(parsing: try json(path, limits: JSONLimits()))
  }

  /// What has happened since a plan was made, within the same bounds as over HTTP.
  static func change(_ path: String, time: TownTime) throws -> TourChange {
    try TourChange(parsing: try json(path, limits: JSONLimits()), time: time)
  }

  /// A plan that `lageplan tour plan` has written.
  static func plan(_ path: String) throws -> TourPlan {
    do {
      return try TourPlanReader.plan(parsing: try json(path))
    } catch let error as TourDocumentError {
      throw CommandFailure("\(path) is no tour plan:\n\(error)")
    }
  }
}
