import LageplanFeatures
import LageplanTiles

/// The part of the OpenAPI description that tells of tiles: how they are cut, which there are, how they are asked for.
///
/// Each operation's id ends in the suffix by which OGC 20-057 (table 14) makes it recognisable: `.collection.vector.getTile`.
enum OpenApiTiles {
  typealias Members = [(key: String, value: JSONValue)]

  static func paths(of descriptors: [CollectionDescriptor]) -> Members {
    let oneSet = reference("tileMatrixSetId")
    var paths: Members = [
      (
        "/tileMatrixSets",
        get("Ways of cutting the map into tiles", id: "lageplan.getTileMatrixSetsList", schema: "tileMatrixSets")
      ),
      (
        "/tileMatrixSets/{tileMatrixSetId}",
        get("A way of cutting the map into tiles", id: "lageplan.getTileMatrixSet", [oneSet], schema: "tileMatrixSet")
      ),
    ]
    paths += resources(
      at: "/tiles", id: "lageplan.dataset.vector", of: "all collections", tag: "Tiles", selection: [reference("collections")])
    for descriptor in descriptors {
      paths += resources(
        at: "/collections/\(descriptor.id)/tiles", id: "\(descriptor.id).collection.vector", of: descriptor.title,
        tag: descriptor.title)
    }
    return paths + aliases
  }

  /// The list of tile sets, one of them, a tile.
  private static func resources(
    at base: String, id: String, of what: String, tag: String, selection: [JSONValue] = []
  ) -> Members {
    let oneSet = reference("tileMatrixSetId")
    let place = ["tileMatrix", "tileRow", "tileCol"].map(reference)
    let asked = ["filter", "filter-lang", "properties", "datetime", "subset", "asOf", "thinning", "tileVersion", "tileFormat"]
    return [
      (base, get("The tile sets of \(what)", id: "\(id).getTileSetsList", tag: tag, schema: "tileSets")),
      (
        "\(base)/{tileMatrixSetId}",
        get(
          "The tile set of \(what) in a tile matrix set", id: "\(id).getTileSet", tag: tag, [oneSet] + selection,
          format: "tileSetFormat", schema: "tileSet")
      ),
      (
        "\(base)/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        tile("A vector tile of \(what)", id: "\(id).getTile", tag: tag, [oneSet] + place + selection + asked.map(reference))
      ),
    ]
  }

  /// The addresses that map libraries use: web Mercator, x before y.
  private static var aliases: Members {
    let names = OpenApiDocument.parameter(
      "collections", in: "path", "Ids of collections, with commas between", ["type": "string"], required: true)
    let place = ["z", "x", "y"].map {
      OpenApiDocument.parameter($0, in: "path", "Index in WebMercatorQuad", ["type": "integer", "minimum": 0], required: true)
    }
    let asked = ["filter", "filter-lang", "properties", "datetime", "asOf", "thinning", "tileVersion", "tileFormat"].map(
      reference)
    return [
      (
        "/tiles/{collections}.json",
        [
          "get": [
            "tags": ["Tiles"], "summary": "Tiles in web Mercator, as TileJSON 3.0.0", "operationId": "lageplan.getTileJson",
            "parameters": [names],
            "responses": responses(content: ["application/json": ["schema": OpenApiDocument.reference("schemas", "tileJson")]]),
          ]
        ]
      ),
      (
        "/tiles/{collections}/{z}/{x}/{y}.mvt",
        tile("A vector tile in web Mercator", id: "lageplan.getWebMercatorTile", tag: "Tiles", [names] + place + asked)
      ),
    ]
  }

  // MARK: - Operations

  private static func get(
    _ summary: String, id: String, tag: String = "Tiles", _ parameters: [JSONValue] = [], format: String = "f", schema: String
  ) -> JSONValue {
    [
      "get": [
        "tags": [.text(tag)], "summary": .text(summary), "operationId": .text(id),
        "parameters": .array(parameters + [reference(format)]),
        "responses": responses(
          content: [
            "application/json": ["schema": OpenApiDocument.reference("schemas", schema)],
            "text/html": ["schema": ["type": "string"]],
          ], alsoFailing: ["406"]),
      ]
    ]
  }

  private static func tile(_ summary: String, id: String, tag: String, _ parameters: [JSONValue]) -> JSONValue {
    let binary: JSONValue = ["type": "string", "format": "binary"]
    return [
      "get": [
        "tags": [.text(tag)], "summary": .text(summary), "operationId": .text(id), "parameters": .array(parameters),
        "responses": responses(
          content: .object(TileFormat.allCases.map { ($0.mediaType, ["schema": binary]) }), canBeEmpty: true),
      ]
    ]
  }

  private static func responses(content: JSONValue, canBeEmpty: Bool = false, alsoFailing: [String] = []) -> JSONValue {
    let problem = OpenApiDocument.reference("responses", "problem")
    var members: Members = [("200", ["description": "The answer", "content": content])]
    if canBeEmpty { members.append(("204", ["description": "Nothing lies in this tile"])) }
    members += (["400", "401", "404"] + alsoFailing + ["503"]).map { ($0, problem) }
    return .object(members)
  }

  private static func reference(_ name: String) -> JSONValue { OpenApiDocument.reference("parameters", name) }

  // MARK: - Parts

  /// The components with those of tiles added.
  static func completed(_ components: JSONValue) -> JSONValue {
    components.merged(with: ["parameters": .object(parameters), "schemas": .object(schemas)])
  }

  private static var parameters: Members {
    let names: JSONValue = ["type": "array", "items": ["type": "string"]]
    let index: JSONValue = ["type": "integer", "minimum": 0]
    let path: [(name: String, description: String, schema: JSONValue)] = [
      ("tileMatrixSetId", "A tile matrix set", ["type": "string", "enum": .array(TileMatrixSet.all.map { .text($0.id) })]),
      ("tileMatrix", "The level within the tile matrix set", ["type": "string", "pattern": "^[0-9]{1,2}$", "example": "10"]),
      ("tileRow", "The row, from the north; less than the matrix's height", index),
      ("tileCol", "The column, from the west; less than the matrix's width", index),
    ]
    let query: [(key: String, name: String, description: String, schema: JSONValue)] = [
      (
        "thinning", "thinning", "none: every feature, however many; auto: as the collection is set",
        ["type": "string", "enum": ["auto", "none"]]
      ),
      ("tileVersion", "v", "The version of the data; makes every state an address of its own", ["type": "string"]),
      ("subset", "subset", "The same as datetime: datetime(\"2026-01-01\":\"2026-12-31\"), open ends as *", ["type": "string"]),
      ("tileFormat", "f", "The format of the tile", ["type": "string", "enum": ["mvt", "mlt"]]),
      (
        "tileSetFormat", "f", "The format of the answer; tilejson for WebMercatorQuad",
        [
          "type": "string", "enum": ["json", "html", "tilejson"],
        ]
      ),
    ]
    let collections = OpenApiDocument.parameter(
      "collections", in: "query", "Only these collections, in this order; all without it", names, style: true)
    return path.map { ($0.name, OpenApiDocument.parameter($0.name, in: "path", $0.description, $0.schema, required: true)) }
      + query.map { ($0.key, OpenApiDocument.parameter($0.name, in: "query", $0.description, $0.schema)) }
      + [("collections", collections)]
  }

  private static var schemas: Members {
    let text: JSONValue = ["type": "string"]
    let number: JSONValue = ["type": "number"]
    let index: JSONValue = ["type": "integer", "minimum": 0]
    let anything: JSONValue = ["type": "object"]
    func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
    func object(_ required: [String], _ properties: JSONValue) -> JSONValue {
      let named: Members = required.isEmpty ? [] : [("required", .array(required.map { .text($0) }))]
      return .object([("type", "object")] + named + [("properties", properties)])
    }
    let link = object(["href", "rel"], ["href": text, "rel": text, "type": text, "templated": ["type": "boolean"]])
    let point: JSONValue = ["type": "array", "items": number, "minItems": 2, "maxItems": 2]
    let box = object(["lowerLeft", "upperRight"], ["lowerLeft": point, "upperRight": point, "crs": text])
    let matrix = object(
      ["id", "scaleDenominator", "cellSize", "pointOfOrigin", "tileWidth", "tileHeight", "matrixWidth", "matrixHeight"],
      [
        "id": text, "scaleDenominator": number, "cellSize": number, "pointOfOrigin": point, "tileWidth": index,
        "tileHeight": index, "matrixWidth": index, "matrixHeight": index,
      ])
    let limits = object(
      ["tileMatrix", "minTileRow", "maxTileRow", "minTileCol", "maxTileCol"],
      ["tileMatrix": text, "minTileRow": index, "maxTileRow": index, "minTileCol": index, "maxTileCol": index])
    let item = object(
      ["dataType", "crs", "links"],
      ["title": text, "dataType": text, "crs": text, "tileMatrixSetURI": text, "links": list(link)])
    let layer = object(["id", "dataType"], ["id": text, "title": text, "dataType": text, "propertiesSchema": anything])
    return [
      (
        "tileMatrixSets",
        object(
          ["tileMatrixSets"], ["tileMatrixSets": list(object(["id", "links"], ["id": text, "crs": text, "links": list(link)]))])
      ),
      (
        "tileMatrixSet",
        object(["id", "crs", "tileMatrices"], ["id": text, "crs": text, "boundingBox": box, "tileMatrices": list(matrix)])
      ),
      ("tileSets", object(["tilesets"], ["tilesets": list(item), "links": list(link)])),
      (
        "tileSet",
        // Also TileJSON, so that no member is in all answers.
        object(
          [],
          [
            "title": text, "dataType": text, "crs": text, "version": text, "boundingBox": box,
            "tileMatrixSetLimits": list(limits), "layers": list(layer), "links": list(link),
          ])
      ),
      (
        "tileJson",
        object(
          ["tilejson", "tiles", "vector_layers"],
          [
            "tilejson": text, "tiles": list(text), "minzoom": index, "maxzoom": index, "bounds": list(number),
            "vector_layers": list(object(["id", "fields"], ["id": text, "fields": anything])),
          ])
      ),
    ]
  }
}
