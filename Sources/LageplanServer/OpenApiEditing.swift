import LageplanFeatures
import LageplanGeometry

/// The part of the OpenAPI description that tells how features are changed, what they were before, and how changes are followed.
enum OpenApiEditing {
  typealias Members = [(key: String, value: JSONValue)]

  // MARK: - Changing features

  /// Adds the methods that change features to the paths of `descriptors`.
  static func addMethods(of descriptors: [CollectionDescriptor], to paths: inout Members) {
    for descriptor in descriptors {
      let items = "/collections/\(descriptor.id)/items"
      add([("post", insert(descriptor))], to: items, in: &paths)
      add(
        [("put", replace(descriptor)), ("patch", patch(descriptor)), ("delete", delete(descriptor))], to: "\(items)/{featureId}",
        in: &paths)
    }
  }

  private static func add(_ operations: Members, to path: String, in paths: inout Members) {
    guard let at = paths.firstIndex(where: { $0.key == path }), case .object(let members) = paths[at].value else { return }
    paths[at].value = .object(members + operations)
  }

  private static func insert(_ descriptor: CollectionDescriptor) -> JSONValue {
    let body: JSONValue = ["oneOf": [feature(descriptor), collection(descriptor)]]
    return operation(
      "Add a feature, or a collection of them: all or none", descriptor, parameters: ["idempotencyKey"],
      body: ["application/geo+json": ["schema": body], "application/json": ["schema": body]],
      success: (
        "201",
        [
          "description": "Made; Location names a single one", "headers": ["Location": header("The address of the new feature")],
          "content": ["application/json": ["schema": OpenApiDocument.reference("schemas", "inserted")]],
        ]
      ), failing: ["409", "413", "415", "422"])
  }

  private static func replace(_ descriptor: CollectionDescriptor) -> JSONValue {
    let body = feature(descriptor)
    return operation(
      "Replace the feature; properties that are not named are cleared", descriptor, ofItem: true,
      parameters: ["ifMatch", "idempotencyKey"],
      body: ["application/geo+json": ["schema": body], "application/json": ["schema": body]], success: ("204", changed),
      failing: ["412", "413", "415", "422"])
  }

  private static func patch(_ descriptor: CollectionDescriptor) -> JSONValue {
    let body: JSONValue = [
      "type": "object",
      "properties": ["geometry": OpenApiDocument.reference("schemas", "geometry"), "properties": properties(descriptor)],
    ]
    return operation(
      "Change what the merge patch names (RFC 7396)", descriptor, ofItem: true, parameters: ["ifMatch", "idempotencyKey"],
      body: ["application/merge-patch+json": ["schema": body], "application/geo+json": ["schema": body]],
      success: ("204", changed), failing: ["412", "413", "415", "422"])
  }

  private static func delete(_ descriptor: CollectionDescriptor) -> JSONValue {
    operation(
      "Delete the feature; its versions stay", descriptor, ofItem: true, parameters: ["ifMatch", "idempotencyKey"], body: nil,
      success: ("204", ["description": "Deleted"]), failing: ["412", "422"])
  }

  private static let changed: JSONValue = [
    "description": "Done", "headers": ["ETag": header("The tag of the feature as it is now")],
  ]

  private static func operation(
    _ summary: String, _ descriptor: CollectionDescriptor, ofItem: Bool = false, parameters: [String], body: JSONValue?,
    success: (status: String, answer: JSONValue), failing: [String]
  ) -> JSONValue {
    let problem = OpenApiDocument.reference("responses", "problem")
    var members: Members = [
      ("tags", [.text(descriptor.title)]), ("summary", .text(summary)), ("security", security(required: true)),
    ]
    var all = parameters.map { OpenApiDocument.reference("parameters", $0) }
    if ofItem { all.insert(featureId, at: 0) }
    if body != nil { all.append(contentCrs(descriptor)) }
    members.append(("parameters", .array(all)))
    if let body { members.append(("requestBody", ["required": true, "content": body])) }
    let statuses = ["400", "401", "403", "404"] + failing + ["503"]
    members.append(("responses", .object([(success.status, success.answer)] + statuses.map { ($0, problem) })))
    return .object(members)
  }

  private static let featureId = OpenApiDocument.parameter(
    "featureId", in: "path", "The id of the feature", ["type": "string"], required: true)

  private static func contentCrs(_ descriptor: CollectionDescriptor) -> JSONValue {
    OpenApiDocument.parameter(
      "Content-Crs", in: "header", "The coordinate reference system of the body; longitude and latitude without it",
      ["type": "string", "enum": .array(descriptor.servedCrs.map { .text($0.header) })])
  }

  private static func header(_ description: String) -> JSONValue {
    ["description": .text(description), "schema": ["type": "string"]]
  }

  /// A feature of the collection as it is sent.
  private static func feature(_ descriptor: CollectionDescriptor) -> JSONValue {
    [
      "type": "object", "required": ["type", "geometry", "properties"],
      "properties": [
        "type": ["type": "string", "enum": ["Feature"]],
        "id": ["type": "string", "minLength": 1, "maxLength": .integer(Int64(FeatureDocumentReader.longestId))],
        "geometry": OpenApiDocument.reference("schemas", "geometry"), "properties": properties(descriptor),
      ],
    ]
  }

  private static func collection(_ descriptor: CollectionDescriptor) -> JSONValue {
    [
      "type": "object", "required": ["type", "features"],
      "properties": [
        "type": ["type": "string", "enum": ["FeatureCollection"]],
        "features": ["type": "array", "minItems": 1, "items": feature(descriptor)],
      ],
    ]
  }

  private static func properties(_ descriptor: CollectionDescriptor) -> JSONValue {
    let properties = descriptor.schema.properties.map { property -> (key: String, value: JSONValue) in
      var members = SchemaDocuments.typeMembers(of: property.kind)
      if let values = property.enumeration, property.kind == .text {
        members.append(("enum", .array(values.map { .text($0) } + [.null])))
      }
      if !members.isEmpty { members.append(("nullable", true)) }
      return (property.name, .object(members))
    }
    return [
      "type": "object", "nullable": true, "properties": .object(properties), "additionalProperties": false,
    ]
  }

  // MARK: - History

  /// What is there also where nothing can be changed over HTTP: commands and other programs change features too.
  static func historyPaths(of descriptors: [CollectionDescriptor]) -> Members {
    let page = ["since", "changesLimit"].map { OpenApiDocument.reference("parameters", $0) }
    var paths: Members = [
      ("/changes", get("What has changed in all collections", tag: "Changes", page, schema: "changes", failing: ["410"])),
      (
        "/changes/stream",
        get(
          "The same as it happens, as server-sent events", tag: "Changes", streamParameters, mediaType: EventStream.mediaType,
          schema: nil, failing: ["404", "410"])
      ),
    ]
    for descriptor in descriptors {
      let path = "/collections/\(descriptor.id)"
      let versions = "\(path)/items/{featureId}/versions"
      let version = OpenApiDocument.parameter(
        "version", in: "path", "One of the versions listed", ["type": "string"], required: true)
      paths += [
        (
          "\(path)/changes",
          get("What has changed", tag: descriptor.title, page, schema: "changes", failing: ["404", "410"])
        ),
        (
          versions,
          get(
            "What the feature was before", tag: descriptor.title, [featureId] + versionsPage, schema: "versions", failing: ["404"]
          )
        ),
        (
          "\(versions)/{version}",
          get(
            "The feature as it was then", tag: descriptor.title, [featureId, version], mediaType: "application/geo+json",
            schema: "feature", failing: ["404", "410"])
        ),
      ]
    }
    return paths
  }

  private static let versionsPage = [
    OpenApiDocument.parameter(
      "limit", in: "query", "At most so many versions",
      ["type": "integer", "minimum": 1, "maximum": 1_000, "default": 100]),
    OpenApiDocument.parameter("before", in: "query", "Only versions before this one", ["type": "integer", "minimum": 1]),
  ]

  private static let streamParameters = [
    OpenApiDocument.reference("parameters", "since"),
    OpenApiDocument.parameter(
      "collections", in: "query", "Only these, separated by commas", ["type": "array", "items": ["type": "string"]], style: true),
    OpenApiDocument.parameter(
      "Last-Event-ID", in: "header", "The id of the last event that came", ["type": "integer", "minimum": 0]),
  ]

  private static func get(
    _ summary: String, tag: String, _ parameters: [JSONValue], mediaType: String = "application/json", schema: String?,
    failing: [String]
  ) -> JSONValue {
    let problem = OpenApiDocument.reference("responses", "problem")
    let body = schema.map { OpenApiDocument.reference("schemas", $0) } ?? ["type": "string"]
    let content = JSONValue.object([(mediaType, ["schema": body])])
    let statuses = ["400", "401"] + failing + ["503"]
    return [
      "get": [
        "tags": [.text(tag)], "summary": .text(summary), "security": security(required: false), "parameters": .array(parameters),
        "responses": .object([("200", ["description": "The answer", "content": content])] + statuses.map { ($0, problem) }),
      ]
    ]
  }

  // MARK: - Components

  /// By bearer token, by the same as a password, or (where nothing else is asked) by nothing.
  static func security(required: Bool) -> JSONValue {
    let schemes: [JSONValue] = [["token": []], ["password": []]]
    return .array(required ? schemes : [.object([])] + schemes)
  }

  private static let securitySchemes: JSONValue = [
    "token": ["type": "http", "scheme": "bearer", "description": "A token, made by `lageplan token add`"],
    "password": ["type": "http", "scheme": "basic", "description": "Any user name, and the token as the password"],
  ]

  /// `components` with what this part refers to.
  static func completed(_ components: JSONValue) -> JSONValue {
    let own = JSONValue.object([
      ("parameters", .object(parameters)), ("schemas", .object(schemas)), ("securitySchemes", securitySchemes),
    ])
    return components.merged(with: own)
  }

  private static let parameters: Members = [
    (
      "since",
      OpenApiDocument.parameter("since", in: "query", "The cursor of the answer before", ["type": "integer", "minimum": 0])
    ),
    (
      "changesLimit",
      OpenApiDocument.parameter(
        "limit", in: "query", "At most so many changes",
        ["type": "integer", "minimum": 1, "maximum": 10_000, "default": 1_000])
    ),
    (
      "ifMatch",
      OpenApiDocument.parameter(
        "If-Match", in: "header", "Only if the feature still has this ETag (RFC 9110)",
        ["type": "string", "pattern": #"^(\*|(W/)?"[^"]*"( *, *(W/)?"[^"]*")*)$"#])
    ),
    (
      "idempotencyKey",
      OpenApiDocument.parameter(
        "Idempotency-Key", in: "header", "A request that comes again with its key is not done again",
        ["type": "string", "pattern": "^[!-~]{1,255}$"])
    ),
  ]

  private static let schemas: Members = {
    let text: JSONValue = ["type": "string"]
    let integer: JSONValue = ["type": "integer"]
    let object: JSONValue = ["type": "object"]
    let change: JSONValue = [
      "type": "object", "required": ["sequence", "collection", "operation", "at"],
      "properties": [
        "sequence": integer, "collection": text, "operation": text, "id": text, "features": integer,
        "at": ["type": "string", "format": "date-time"], "actor": ["type": "string", "nullable": true],
        "bbox": ["type": "array", "items": ["type": "number"]], "oldBbox": ["type": "array", "items": ["type": "number"]],
      ],
    ]
    let version: JSONValue = [
      "type": "object", "required": ["version", "operation", "at", "feature"],
      "properties": [
        "version": integer, "operation": text, "at": ["type": "string", "format": "date-time"],
        "actor": ["type": "string", "nullable": true], "feature": ["type": "object", "nullable": true],
      ],
    ]
    return [
      (
        "changes",
        [
          "type": "object", "required": ["changes", "cursor", "more"],
          "properties": ["changes": ["type": "array", "items": change], "cursor": integer, "more": ["type": "boolean"]],
        ]
      ),
      (
        "versions",
        [
          "type": "object", "required": ["id", "versions"],
          "properties": ["id": text, "versions": ["type": "array", "items": version]],
        ]
      ),
      (
        "inserted",
        [
          "type": "object",
          "properties": [
            "id": text, "version": integer, "inserted": integer, "features": ["type": "array", "items": object],
          ],
        ]
      ),
    ]
  }()
}
