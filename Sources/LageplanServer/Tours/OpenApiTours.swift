import LageplanFeatures

/// The part of the OpenAPI description that tells of tours.
enum OpenApiTours {
  typealias Members = [(key: String, value: JSONValue)]

  static var paths: Members {
    [
      ("/tours", ["get": list, "post": plan]),
      ("/tours/{tourId}", ["get": one, "delete": remove]),
      ("/tours/{tourId}/events", ["get": reading("How the search for a plan goes on", [tourId], [EventStream.mediaType])]),
      ("/tours/{tourId}/request", ["get": reading("What was asked for", [tourId])]),
      ("/tours/{tourId}/versions", ["get": reading("The versions of a plan, the newest first", [tourId, json])]),
      ("/tours/{tourId}/compare", ["get": compare]),
      ("/tours/{tourId}/replan", ["post": replan]),
      ("/tours/{tourId}/store", ["post": sending("Keep a plan in the database", [tourId], titled, needsBody: false)]),
      (
        "/tours/{tourId}/release",
        [
          "post": sending(
            "Make a version the plan that people go by: its tours and stops become features", [tourId, version], titled,
            needsBody: false)
        ]
      ),
    ]
  }

  // MARK: Operations

  private static var plan: JSONValue {
    inBackground(
      sending(
        "Plan tours of one day or of several", [format(page: false), inspector, day], object, needsBody: true,
        formats(page: false), alsoFailing: ["413", "502"]))
  }

  /// With the answer that comes at once.
  private static func inBackground(_ operation: JSONValue) -> JSONValue {
    guard case .object(var members) = operation, let at = members.firstIndex(where: { $0.key == "responses" }),
      case .object(var responses) = members[at].value
    else { return operation }
    responses.append(
      ("202", ["description": "The plan is being made in the background", "content": ["application/json": ["schema": object]]]))
    members[at].value = .object(responses)
    return .object(members)
  }

  private static var list: JSONValue {
    let status = parameter(
      "status", "Only plans with a version of this state",
      ["type": "string", "enum": ["planning", "draft", "released", "superseded", "failed", "cancelled"]])
    let before = parameter("before", "Where the page before ended; follow the links instead of making one", ["type": "integer"])
    let first = parameter("day", "Only plans whose first day this is", ["type": "string", "format": "date"])
    return reading(
      "Stored plans, the newest first", [OpenApiDocument.reference("parameters", "limit"), before, status, first, pageFormat],
      ["application/json", "text/html"], alsoFailing: ["406"])
  }

  private static var one: JSONValue {
    reading(
      "A plan, or how far its search has come", [tourId, version, inspector, day, format(page: true)], formats(page: true),
      alsoFailing: ["404", "406", "409"])
  }

  private static var remove: JSONValue {
    [
      "tags": [tag], "summary": "End a search, or forget a plan with what was released of it", "parameters": [tourId],
      "responses": [
        "204": ["description": "It has ended, or is gone"], "400": problem, "401": problem, "403": problem, "404": problem,
        "503": problem,
      ],
    ]
  }

  private static var replan: JSONValue {
    inBackground(
      sending(
        "Plan anew after a change: a new version of the plan",
        [
          tourId, version,
          parameter(
            "newest", "The newest version that the client knows of; 409 where there is a newer one",
            ["type": "integer", "minimum": 1]),
        ], object, needsBody: true,
        alsoFailing: ["413", "502"]))
  }

  private static var compare: JSONValue {
    reading(
      "What differs between two versions",
      [
        tourId, parameter("from", "The version before; the one before `to` unless told", ["type": "integer", "minimum": 1]),
        parameter("to", "The version after; the newest unless told", ["type": "integer", "minimum": 1]), json,
      ], alsoFailing: ["404", "409"])
  }

  // MARK: Parts

  private static let tag: JSONValue = "Tours"
  private static let object: JSONValue = ["type": "object"]
  private static let titled: JSONValue = ["type": "object", "properties": ["title": ["type": "string", "maxLength": 200]]]
  private static let problem = OpenApiDocument.reference("responses", "problem")

  private static let tourId = OpenApiDocument.parameter(
    "tourId", in: "path", "The id of the plan", ["type": "string"], required: true)
  private static let version = parameter(
    "version", "Another version than the newest", ["type": "integer", "minimum": 1])
  private static let inspector = parameter("inspector", "Only the tours of this inspector", ["type": "string"])
  private static let day = parameter("day", "Only the tours of this day", ["type": "string", "format": "date"])
  private static let json = parameter("f", "The format of the answer", ["type": "string", "enum": ["json"]])
  private static let pageFormat = OpenApiDocument.reference("parameters", "f")

  private static func parameter(_ name: String, _ description: String, _ schema: JSONValue) -> JSONValue {
    OpenApiDocument.parameter(name, in: "query", description, schema)
  }

  private static func format(page: Bool) -> JSONValue {
    let names = TourFormat.allCases.filter { page || $0 != .html }.map { JSONValue.text($0.rawValue) }
    return parameter("f", "The format of the answer", ["type": "string", "enum": .array(names)])
  }

  private static func formats(page: Bool) -> [String] {
    TourFormat.allCases.filter { page || $0 != .html }.map { String($0.mediaType.prefix { $0 != ";" }) }
  }

  private static func reading(
    _ summary: String, _ parameters: [JSONValue], _ mediaTypes: [String] = ["application/json"], alsoFailing: [String] = ["404"]
  ) -> JSONValue {
    [
      "tags": [tag], "summary": .text(summary), "parameters": .array(parameters),
      "responses": responses(mediaTypes, alsoFailing: alsoFailing),
    ]
  }

  private static func sending(
    _ summary: String, _ parameters: [JSONValue], _ body: JSONValue, needsBody: Bool,
    _ mediaTypes: [String] = ["application/json"], alsoFailing: [String] = []
  ) -> JSONValue {
    [
      "tags": [tag], "summary": .text(summary), "parameters": .array(parameters),
      "requestBody": ["required": .boolean(needsBody), "content": ["application/json": ["schema": body]]],
      "responses": responses(mediaTypes, alsoFailing: ["403", "404", "409", "415"] + alsoFailing),
    ]
  }

  private static func responses(_ mediaTypes: [String], alsoFailing: [String]) -> JSONValue {
    let content = mediaTypes.map { ($0, ["schema": $0.contains("json") ? object : ["type": "string"]] as JSONValue) }
    var members: Members = [
      ("200", ["description": "The answer", "content": .object(content)]), ("400", problem), ("401", problem),
    ]
    for status in alsoFailing + ["503"] { members.append((status, problem)) }
    return .object(members)
  }
}
