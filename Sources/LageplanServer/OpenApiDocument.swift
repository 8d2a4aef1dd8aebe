import LageplanFeatures
import LageplanGeometry

/// The OpenAPI 3.0 description of everything that is served, self-contained: no remote reference.
///
/// Paths are written out for each collection with every property as a parameter, since Masterportal's and QGIS's filter tools read
/// them there; `components.parameters.limit` is where QGIS looks for its page size.
enum OpenApiDocument {
  static func document(_ descriptors: [CollectionDescriptor], _ links: Links, isWritable: Bool = false) -> JSONValue {
    var paths: [(key: String, value: JSONValue)] = [
      ("/", path("Landing page", tag: "Service")),
      ("/conformance", path("What this server conforms to", tag: "Service")),
      ("/api", path("This document", tag: "Service", mediaType: "application/vnd.oai.openapi+json;version=3.0")),
      ("/health", path("Is the service well", tag: "Service", negotiated: false)),
      ("/collections", path("All collections", tag: "Collections")),
    ]
    paths.append(("/functions", path("Functions for filters", tag: "Service")))
    for descriptor in descriptors { paths += collectionPaths(descriptor) }
    paths += OpenApiTiles.paths(of: descriptors)
    if isWritable { OpenApiEditing.addMethods(of: descriptors, to: &paths) }
    paths += OpenApiEditing.historyPaths(of: descriptors)
    paths += OpenApiTours.paths
    paths.append(("/vroom", OpenApiVroom.path))
    paths += OpenApiRouting.paths
    let source = parameter("sourceId", in: "path", "The id of the source", ["type": "string"], required: true)
    paths += [
      ("/sources", path("Sources, for holders of an admin token", tag: "Service", alsoFailing: ["403"])),
      (
        "/sources/{sourceId}",
        path("A source and its last runs", tag: "Service", parameters: [source], alsoFailing: ["403", "404"])
      ),
    ]
    return [
      "openapi": "3.0.3",
      "info": [
        "title": "Lageplan", "version": "1.0.0",
        "description": "Features, vector tiles, nearness and tours of municipal objects.",
      ], "servers": [["url": .text(links.base)]], "paths": .object(paths),
      "components": OpenApiTiles.completed(OpenApiEditing.completed(components())),
    ]
  }

  static let defaultLimit = 1_000
  static let largestLimit = 10_000

  // MARK: - Paths

  private static func collectionPaths(_ descriptor: CollectionDescriptor) -> [(key: String, value: JSONValue)] {
    let base = "/collections/\(descriptor.id)"
    let own = descriptor.schema["id"] == nil ? [PropertyDefinition(name: "id", kind: .text, title: "Id")] : []
    let properties =
      (own + descriptor.schema.properties).filter { !ItemsRequest.reserved.contains($0.name) }.map(propertyParameter)
    let id = parameter("featureId", in: "path", "The id of the feature", ["type": "string"], required: true)
    let search: JSONValue = [
      "tags": [.text(descriptor.title)], "summary": .text("\(descriptor.title) within a polygon, or along a line"),
      "parameters": .array(
        [reference("parameters", "limit"), reference("parameters", "after"), reference("parameters", "radius")] + properties),
      "requestBody": [
        "required": true,
        "content": [
          "application/geo+json": ["schema": reference("schemas", "geometry")],
          "application/json": ["schema": reference("schemas", "geometry")],
        ],
      ], "responses": responses("application/geo+json", "featureCollection", alsoFailing: ["404", "413", "415"]),
    ]
    return [
      (base, path(descriptor.title, tag: descriptor.title, alsoFailing: ["404"])),
      ("\(base)/schema", described("Schema", descriptor)),
      ("\(base)/queryables", described("What filters can name", descriptor)),
      ("\(base)/sortables", described("What sortby can name", descriptor)),
      (
        "\(base)/items",
        path(
          descriptor.title, tag: descriptor.title,
          parameters: itemsParameters.map { reference("parameters", $0) } + [crs("crs", descriptor)]
            + ["bbox-crs", "filter-crs"].map { crs($0, descriptor) } + [sortby(descriptor)] + properties,
          mediaType: "application/geo+json", schema: "featureCollection", formats: ItemFormat.offered(for: descriptor),
          alsoFailing: ["404"])
      ),
      (
        "\(base)/items/{featureId}",
        path(
          "One of \(descriptor.title)", tag: descriptor.title,
          parameters: [id, crs("crs", descriptor)] + itemParameters.map { reference("parameters", $0) },
          mediaType: "application/geo+json",
          schema: "feature",
          alsoFailing: ["404"])
      ),
      ("\(base)/search", ["post": search]),
    ]
  }

  private static let itemParameters = ["asOf", "properties", "exclude-properties", "skipGeometry"]

  private static let itemsParameters =
    ["bbox", "datetime", "limit", "after", "near", "by", "radius", "filter", "filter-lang", "q"] + itemParameters

  private static func described(_ summary: String, _ descriptor: CollectionDescriptor) -> JSONValue {
    path(
      "\(summary): \(descriptor.title)", tag: descriptor.title, mediaType: "application/schema+json", alsoFailing: ["404"])
  }

  /// The systems are those of the collection, so that clients can choose from a list.
  private static func crs(_ name: String, _ descriptor: CollectionDescriptor) -> JSONValue {
    let purpose = ["crs": "the answer", "bbox-crs": "bbox", "filter-crs": "geometries in filter"][name] ?? name
    return parameter(
      name, in: "query", "The coordinate reference system of \(purpose)",
      [
        "type": "string", "format": "uri", "enum": .array(descriptor.servedCrs.map { .text($0.uri) }),
        "default": .text(CoordinateReferenceSystem.crs84.uri),
      ])
  }

  private static func sortby(_ descriptor: CollectionDescriptor) -> JSONValue {
    let names = SortParameter.sortables(of: descriptor)
    let item: JSONValue = ["type": "string", "pattern": .text("^[+-]?(\(names.map(escaped).joined(separator: "|")))$")]
    return list(
      "sortby", "Names, each with + or - before it: \(names.joined(separator: ", "))",
      ["type": "array", "items": item, "minItems": 1])
  }

  /// `name` as a regular expression that matches it alone (ECMA-262, as JSON Schema asks).
  private static func escaped(_ name: String) -> String {
    name.map { #"\^$.*+?()[]{}|/-"#.contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }

  private static func path(
    _ summary: String, tag: String, parameters: [JSONValue] = [], negotiated: Bool = true, mediaType: String = "application/json",
    schema: String? = nil, formats: [ItemFormat]? = nil, alsoFailing: [String] = []
  ) -> JSONValue {
    let format = formats.map(formatParameter) ?? reference("parameters", "f")
    return [
      "get": [
        "tags": [.text(tag)], "summary": .text(summary), "parameters": .array(parameters + (negotiated ? [format] : [])),
        "responses": responses(mediaType, schema, html: negotiated, formats: formats ?? [], alsoFailing: alsoFailing),
      ]
    ]
  }

  private static func formatParameter(_ formats: [ItemFormat]) -> JSONValue {
    let names = formats.map { "\($0.name) (\($0.title))" }.joined(separator: ", ")
    return parameter(
      "f", in: "query",
      "The format of the answer: \(names). All but json and html hold everything that matches, unless limit is given.",
      ["type": "string", "enum": .array(formats.map { .text($0.name) })])
  }

  // MARK: - Parts

  private static func responses(
    _ mediaType: String, _ schema: String?, html: Bool = false, formats: [ItemFormat] = [], alsoFailing: [String] = []
  ) -> JSONValue {
    let body = schema.map { reference("schemas", $0) } ?? ["type": "object"]
    var content: [(key: String, value: JSONValue)] = [(mediaType, ["schema": body])]
    if html { content.append(("text/html", ["schema": ["type": "string"]])) }
    for format in formats where !format.isPaged { content.append((format.mediaType, ["schema": format.openApiSchema])) }
    var members: [(key: String, value: JSONValue)] = [
      ("200", ["description": "The answer", "content": .object(content)]),
      ("400", reference("responses", "problem")), ("401", reference("responses", "problem")),
    ]
    if html { members.append(("406", reference("responses", "problem"))) }
    for status in alsoFailing + ["503"] { members.append((status, reference("responses", "problem"))) }
    return .object(members)
  }

  private static func propertyParameter(_ property: PropertyDefinition) -> JSONValue {
    var schema = property.kind == .json ? [("type", "string")] : SchemaDocuments.typeMembers(of: property.kind)
    if let values = property.enumeration, property.kind == .text {
      schema.append(("enum", .array(values.map { .text($0) })))
    }
    return parameter(
      property.name, in: "query", property.title ?? property.name, .object(schema), required: false, style: true)
  }

  static func parameter(
    _ name: String, in place: String, _ description: String, _ schema: JSONValue, required: Bool = false, style: Bool = false
  ) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("name", .text(name)), ("in", .text(place)), ("description", .text(description)), ("required", .boolean(required)),
      ("schema", schema),
    ]
    if style { members += [("style", "form"), ("explode", false)] }
    return .object(members)
  }

  static func reference(_ kind: String, _ name: String) -> JSONValue {
    ["$ref": .text("#/components/\(kind)/\(name)")]
  }

  private static func components() -> JSONValue {
    let number: JSONValue = ["type": "number"]
    let box: JSONValue = ["type": "array", "items": number, "minItems": 4, "maxItems": 6]
    let pair: JSONValue = ["type": "array", "items": number, "minItems": 2, "maxItems": 2]
    let limit: JSONValue = [
      "type": "integer", "minimum": 1, "maximum": .integer(Int64(largestLimit)), "default": .integer(Int64(defaultLimit)),
    ]
    let radius: JSONValue = ["type": "number", "minimum": 0, "maximum": 100_000]
    let formats: JSONValue = ["type": "string", "enum": ["json", "html"]]
    let cursor: JSONValue = ["type": "string", "pattern": "^[0-9]+(~[A-Za-z0-9_-]+)?$"]
    let names: JSONValue = ["type": "array", "items": ["type": "string"]]
    return [
      "parameters": [
        "bbox": list("bbox", "west,south,east,north in degrees", box),
        "datetime": parameter("datetime", in: "query", "An instant or an interval, open ends as ..", ["type": "string"]),
        "limit": parameter("limit", in: "query", "At most so many features", limit),
        "after": parameter("after", in: "query", "Where the page before ended; follow the links instead of making one", cursor),
        "near": list("near", "longitude,latitude: the nearest first, each with its distance in metres", pair),
        "by": parameter("by", in: "query", "With near: sorted by the ways of this profile of the roads", ["type": "string"]),
        "radius": parameter("radius", in: "query", "Only what lies within so many metres of near or of the line", radius),
        "filter": parameter("filter", in: "query", "A condition in CQL2 (OGC 21-065r2)", ["type": "string"]),
        "filter-lang": parameter(
          "filter-lang", in: "query", "How filter is spelt",
          ["type": "string", "enum": .array(FilterParameter.languages.map { .text($0) }), "default": "cql2-text"]),
        "q": parameter("q", in: "query", "Words to search for in all texts; commas separate alternatives", ["type": "string"]),
        "asOf": parameter("asOf", in: "query", "The collection as it was at that moment", ["type": "string"]),
        "properties": list("properties", "Only these properties", names),
        "exclude-properties": list("exclude-properties", "All properties but these", names),
        "skipGeometry": parameter("skipGeometry", in: "query", "Without the geometries", ["type": "boolean", "default": false]),
        "f": parameter("f", in: "query", "The format of the answer", formats),
      ], "schemas": schemas(),
      "responses": [
        "problem": [
          "description": "What is wrong, where, and what to do (RFC 9457)",
          "content": [Problem.mediaType: ["schema": ["type": "object"]]],
        ]
      ],
    ]
  }

  private static func list(_ name: String, _ description: String, _ schema: JSONValue) -> JSONValue {
    parameter(name, in: "query", description, schema, style: true)
  }

  private static func schemas() -> JSONValue {
    let object: JSONValue = ["type": "object"]
    let geometry: JSONValue = [
      "type": "object", "nullable": true, "required": ["type"], "properties": ["type": ["type": "string"]],
    ]
    let feature: JSONValue = [
      "type": "object", "required": ["type", "geometry", "properties"],
      "properties": [
        "type": ["type": "string", "enum": ["Feature"]], "id": ["type": "string"], "geometry": reference("schemas", "geometry"),
        "properties": ["type": "object", "nullable": true], "links": ["type": "array", "items": object],
      ],
    ]
    let collection: JSONValue = [
      "type": "object", "required": ["type", "features"],
      "properties": [
        "type": ["type": "string", "enum": ["FeatureCollection"]],
        "features": ["type": "array", "items": reference("schemas", "feature")], "numberMatched": ["type": "integer"],
        "numberReturned": ["type": "integer"], "flawCount": ["type": "integer"],
        "flaws": ["type": "array", "items": ["type": "string"]], "links": ["type": "array", "items": object],
      ],
    ]
    return ["geometry": geometry, "feature": feature, "featureCollection": collection]
  }
}
