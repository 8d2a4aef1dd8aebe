import LageplanFeatures

/// The part of the OpenAPI description that tells of roads: our own resources, and those that OSRM's and Valhalla's clients know.
enum OpenApiRouting {
  typealias Members = [(key: String, value: JSONValue)]

  static var paths: Members { own + osrm + [("/isochrone", valhalla)] }

  // MARK: Our own

  private static var own: Members {
    let places = parameter("places", "Longitude and latitude in degrees; a semicolon between two places", placesSchema)
    let from = parameter("from", "Longitude and latitude of the begin, in degrees", placeSchema, required: true)
    let profile = parameter("profile", "How to travel: the id of a profile", ["type": "string", "default": "car"])
    let steps = parameter("steps", "With instructions", ["type": "boolean", "default": false])
    let count = parameter("count", "So many at most", ["type": "integer", "minimum": 1, "maximum": 100])
    let collection = parameter("collection", "The id of a collection: its features are answered", ["type": "string"])
    let minutes = parameter("minutes", "How far in time; several numbers, commas between", numbersSchema)
    let metres = parameter("metres", "How far along the roads; several numbers, commas between", numbersSchema)
    let reverse = parameter("reverse", "From where the place is reached, instead of what is reached from it", ["type": "boolean"])
    let filter = parameter("filter", "A condition on the features in CQL2", ["type": "string"])
    let limit = OpenApiDocument.reference("parameters", "limit")
    let after = OpenApiDocument.reference("parameters", "after")
    let geojson = "application/geo+json"
    return [
      ("/routing/v1/profiles", ["get": get("Profiles, the source of the roads, closures", [])]),
      (
        "/routing/v1/snap",
        both("The nearest roads of places", [places, profile, count], geojson, required: ["places"])
      ),
      (
        "/routing/v1/route",
        both("The fastest way through places", [places, profile, steps], geojson, required: ["places"])
      ),
      (
        "/routing/v1/table",
        both(
          "Durations and lengths between all places, or from some to others",
          [
            places, parameter("from", "Where ways begin, instead of places", placesSchema),
            parameter("to", "Where ways end, instead of places", placesSchema), profile,
          ], "application/json", required: [])
      ),
      (
        "/routing/v1/reachable",
        both(
          "What is reached within some time or length: as areas, or as features of a collection",
          [from, profile, minutes, metres, reverse, collection, filter, limit, after], geojson, required: ["from"])
      ),
      (
        "/routing/v1/nearest",
        both(
          "The features of a collection that are nearest by road",
          [
            from, profile, parameter("collection", "The id of a collection", ["type": "string"], required: true), filter, limit,
            after,
          ],
          geojson, required: ["from", "collection"])
      ),
    ]
  }

  private static let placeSchema: JSONValue = [
    "type": "array", "items": ["type": "number", "minimum": -90, "maximum": 90], "minItems": 2, "maxItems": 2,
  ]
  private static let placesSchema: JSONValue = ["type": "string", "example": "9.18,48.77;9.19,48.78"]
  private static let numbersSchema: JSONValue = [
    "type": "array", "items": ["type": "number", "minimum": 0, "exclusiveMinimum": true], "minItems": 1, "maxItems": 12,
  ]

  private static func parameter(_ name: String, _ description: String, _ schema: JSONValue, required: Bool = false) -> JSONValue {
    OpenApiDocument.parameter(
      name, in: "query", description, schema, required: required, style: schema["type"] == "array")
  }

  private static func get(_ summary: String, _ parameters: [JSONValue], _ mediaType: String = "application/json") -> JSONValue {
    [
      "tags": ["Routing"], "summary": .text(summary), "parameters": .array(parameters),
      "responses": responses(mediaType, failing: ["400", "401", "404", "503"]),
    ]
  }

  /// GET with parameters, and POST with the same as members of a JSON object.
  private static func both(_ summary: String, _ parameters: [JSONValue], _ mediaType: String, required: [String]) -> JSONValue {
    let place: JSONValue = ["type": "array", "items": ["type": "number"], "minItems": 2, "maxItems": 2]
    let properties = parameters.compactMap { parameter -> (key: String, value: JSONValue)? in
      guard let name = parameter["name"]?.text else { return nil }
      let isPlaces = ["places", "to"].contains(name)
      return (name, isPlaces ? ["type": "array", "items": place, "minItems": 1] : parameter["schema"] ?? ["type": "string"])
    }
    var schema: [(key: String, value: JSONValue)] = [("type", "object"), ("properties", .object(properties))]
    if !required.isEmpty { schema.append(("required", .array(required.map { .text($0) }))) }
    return [
      "get": get(summary, parameters, mediaType),
      "post": [
        "tags": ["Routing"], "summary": .text(summary),
        "requestBody": ["required": true, "content": ["application/json": ["schema": .object(schema)]]],
        "responses": responses(mediaType, failing: ["400", "401", "404", "413", "415", "503"]),
      ],
    ]
  }

  private static let object: JSONValue = ["type": "object"]

  private static func content(_ mediaType: String) -> JSONValue { [mediaType: ["schema": object]] }

  private static func responses(_ mediaType: String, failing: [String]) -> JSONValue {
    .object(
      [("200", ["description": "The answer", "content": content(mediaType)])]
        + failing.map { ($0, OpenApiDocument.reference("responses", "problem")) })
  }

  // MARK: OSRM

  private static var osrm: Members {
    let options: [String: [String]] = [
      "route": OsrmService.route.options, "table": OsrmService.table.options, "nearest": OsrmService.nearest.options,
      "trip": OsrmService.trip.options,
    ]
    let titles = [
      "route": "The fastest way (OSRM)", "table": "Durations and lengths (OSRM)", "nearest": "The nearest roads (OSRM)",
      "trip": "The fastest order of places (OSRM)",
    ]
    var paths: Members = []
    for name in ["route", "table", "nearest", "trip"] {
      let query = (OsrmOptions.general + (options[name] ?? [])).map {
        parameter($0, "As OSRM has it: project-osrm.org/docs", ["type": "string"])
      }
      let title = JSONValue.text(titles[name] ?? name)
      let coordinates = OpenApiDocument.parameter(
        "coordinates", in: "path", "longitude,latitude;longitude,latitude … or polyline(…)", ["type": "string"], required: true)
      paths.append(
        (
          "/\(name)/v1/{profile}/{coordinates}",
          [
            "get": [
              "tags": ["OSRM"], "summary": title, "parameters": .array([profileInPath, coordinates] + query),
              "responses": osrmResponses(failing: ["401", "404", "503"]),
            ]
          ]
        ))
      guard ["route", "table"].contains(name) else { continue }
      paths.append(
        (
          "/\(name)/v1/{profile}",
          [
            "post": [
              "tags": ["OSRM"], "summary": title, "parameters": [profileInPath],
              "requestBody": ["required": true, "content": ["application/json": ["schema": object]]],
              "responses": osrmResponses(failing: ["401", "404", "413", "415", "503"]),
            ]
          ]
        ))
    }
    return paths
  }

  private static let profileInPath = OpenApiDocument.parameter(
    "profile", in: "path", "driving, cycling, walking, or the id of a profile", ["type": "string"], required: true)

  private static func osrmResponses(failing: [String]) -> JSONValue {
    let coded: JSONValue = ["type": "object", "required": ["code"], "properties": ["code": ["type": "string"]]]
    let content: JSONValue = ["application/json": ["schema": coded], Problem.mediaType: ["schema": object]]
    return .object(
      [
        ("200", ["description": "The answer, with the code Ok", "content": content]),
        ("400", ["description": "What is wrong, with OSRM's code and a message", "content": content]),
      ] + failing.map { ($0, OpenApiDocument.reference("responses", "problem")) })
  }

  // MARK: Valhalla

  private static var valhalla: JSONValue {
    let body: JSONValue = ["required": true, "content": ["application/json": ["schema": object]]]
    let json = parameter("json", "The request as Valhalla has it, in JSON", ["type": "string"], required: true)
    let failing = ["400", "401", "404", "503"]
    return [
      "get": [
        "tags": ["Valhalla"], "summary": "Reachable areas (Valhalla)", "parameters": [json],
        "responses": responses("application/geo+json", failing: failing),
      ],
      "post": [
        "tags": ["Valhalla"], "summary": "Reachable areas (Valhalla)", "requestBody": body,
        "responses": responses("application/geo+json", failing: failing + ["413", "415"]),
      ],
    ]
  }
}
