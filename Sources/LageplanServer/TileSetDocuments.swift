import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// The JSON documents that describe tile matrix sets and tile sets (OGC 17-083r4, sections 6 and 7; OGC 20-057).
enum TileSetDocuments {
  typealias Members = [(key: String, value: JSONValue)]

  static let tilingScheme = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
  static let tilingSchemes = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
  static let vectorTileSets = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"

  // MARK: - Tile matrix sets

  static func tileMatrixSets(_ links: Links) -> JSONValue {
    let items = TileMatrixSet.all.map { set -> JSONValue in
      var members: Members = [("id", .text(set.id)), ("title", .text(set.title))]
      if let uri = set.uri { members.append(("uri", .text(uri))) }
      members.append(("crs", .text(set.crs.uri)))
      members.append(
        ("links", [links.link("/tileMatrixSets/\(set.id)", rel: "self", type: "application/json", title: set.title)]))
      return .object(members)
    }
    return [
      "tileMatrixSets": .array(items),
      "links": [
        links.link("/tileMatrixSets", rel: "self", type: "application/json"),
        links.link("/tileMatrixSets?f=html", rel: "alternate", type: "text/html"),
      ],
    ]
  }

  // MARK: - Tile sets

  /// The list at `path`, with what one chooses by.
  static func list(_ tileSets: [TileSet], at path: String, _ links: Links) -> JSONValue {
    [
      "tilesets": .array(
        tileSets.map { tileSet in
          .object(identity(of: tileSet) + [("links", .array([itself(tileSet, links), scheme(of: tileSet, links)]))])
        }),
      "links": [
        links.link(path, rel: "self", type: "application/json"),
        links.link("\(path)?f=html", rel: "alternate", type: "text/html"),
        links.link("/tileMatrixSets", rel: tilingSchemes, type: "application/json", title: "The tile matrix sets"),
      ],
    ]
  }

  /// Everything that is known of a tile set.
  static func tileSet(_ tileSet: TileSet, _ links: Links) -> JSONValue {
    let set = tileSet.tileMatrixSet
    var members = identity(of: tileSet)
    if case .collection = tileSet.origin, let description = tileSet.collections.first?.description {
      members.append(("description", .text(description)))
    }
    let keywords = tileSet.collections.flatMap(\.keywords).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    if !keywords.isEmpty { members.append(("keywords", .array(keywords.map { .text($0) }))) }
    members.append(("version", .text(String(tileSet.version))))
    let attribution = tileSet.distinct(\.attribution)
    if !attribution.isEmpty { members.append(("attribution", .text(attribution.joined(separator: " | ")))) }
    let licence = tileSet.distinct(\.licence)
    if !licence.isEmpty { members.append(("license", .text(licence.joined(separator: " | ")))) }
    members.append(("accessConstraints", tileSet.collections.allSatisfy(\.isPublic) ? "unclassified" : "restricted"))
    members.append(("mediaTypes", .array(TileFormat.allCases.map { .text($0.mediaType) })))
    if let limits = tileSet.limits { members.append(("tileMatrixSetLimits", .array(limits.map { document($0, in: set) }))) }
    if let extent = tileSet.extent {
      members.append(("boundingBox", box(extent, set.crs, set.orderedAxes)))
      if let matrix = tileSet.centreMatrix {
        members.append(
          (
            "centerPoint",
            [
              "coordinates": [.real(extent.centre.x), .real(extent.centre.y)], "crs": .text(set.crs.uri),
              "tileMatrix": .text(matrix.id), "scaleDenominator": .real(matrix.scaleDenominator),
              "cellSize": .real(matrix.cellSize),
            ]
          ))
      }
    }
    if !tileSet.collections.isEmpty { members.append(("layers", .array(tileSet.collections.map { layer($0, tileSet, links) }))) }
    members.append(("links", .array(self.links(of: tileSet, links))))
    return .object(members)
  }

  private static func identity(of tileSet: TileSet) -> Members {
    let set = tileSet.tileMatrixSet
    var members: Members = [
      ("title", .text("\(tileSet.title) (\(set.id))")), ("dataType", "vector"), ("crs", .text(set.crs.uri)),
      ("tileMatrixSetId", .text(set.id)),
    ]
    if let uri = set.uri { members.append(("tileMatrixSetURI", .text(uri))) }
    return members
  }

  private static func document(_ limits: TileMatrixLimits, in set: TileMatrixSet) -> JSONValue {
    [
      "tileMatrix": .text(set.matrices[limits.matrix].id), "minTileRow": .integer(Int64(limits.rows.lowerBound)),
      "maxTileRow": .integer(Int64(limits.rows.upperBound)), "minTileCol": .integer(Int64(limits.columns.lowerBound)),
      "maxTileCol": .integer(Int64(limits.columns.upperBound)),
    ]
  }

  private static func box(_ envelope: Envelope, _ crs: CoordinateReferenceSystem, _ axes: [String]) -> JSONValue {
    [
      "lowerLeft": [.real(envelope.minX), .real(envelope.minY)], "upperRight": [.real(envelope.maxX), .real(envelope.maxY)],
      "crs": .text(crs.uri), "orderedAxes": .array(axes.map { .text($0) }),
    ]
  }

  // MARK: - Layers

  private static func layer(_ collection: CollectionDescriptor, _ tileSet: TileSet, _ links: Links) -> JSONValue {
    var members: Members = [("id", .text(collection.id)), ("title", .text(collection.title))]
    if let description = collection.description { members.append(("description", .text(description))) }
    members.append(("dataType", "vector"))
    if let dimension = collection.geometryKind.flatMap(dimension) { members.append(("geometryDimension", .integer(dimension))) }
    if let attribution = collection.attribution { members.append(("attribution", .text(attribution))) }
    if let licence = collection.licence { members.append(("license", .text(licence))) }
    if let matrices = tileSet.matrices(of: collection) {
      members += [
        ("minTileMatrix", .text(matrices.first.id)), ("maxTileMatrix", .text(matrices.last.id)),
        ("minScaleDenominator", .real(matrices.last.scaleDenominator)),
        ("maxScaleDenominator", .real(matrices.first.scaleDenominator)),
        ("minCellSize", .real(matrices.last.cellSize)), ("maxCellSize", .real(matrices.first.cellSize)),
      ]
    }
    if let extent = collection.extent { members.append(("boundingBox", box(extent, .crs84, ["Lon", "Lat"]))) }
    members.append(("propertiesSchema", propertiesSchema(of: collection)))
    // Not of the standard: how crowded features are drawn, zooms being those of WebMercatorQuad.
    members.append(("tileSettings", collection.tiles.document))
    let path = "/collections/\(collection.id)"
    members.append(
      (
        "links",
        [
          links.link(
            path, rel: "http://www.opengis.net/def/rel/ogc/1.0/geodata", type: "application/json", title: collection.title),
          links.link("\(path)/schema", rel: "describedby", type: "application/schema+json"),
        ]
      ))
    return .object(members)
  }

  /// Of points 0, of lines 1, of areas 2; `nil` where a collection holds several.
  private static func dimension(_ kind: GeometryKind) -> Int64? {
    switch kind {
    case .point, .multiPoint: 0
    case .lineString, .multiLineString: 1
    case .polygon, .multiPolygon: 2
    case .geometryCollection: nil
    }
  }

  /// The tags of the features as they stand in a tile: dates and JSON as text.
  private static func propertiesSchema(of collection: CollectionDescriptor) -> JSONValue {
    let members = TileField.all(of: collection).map { field -> (key: String, value: JSONValue) in
      var schema: Members = [("type", .text(field.jsonType))]
      if let format = field.format { schema.append(("format", .text(format))) }
      if let title = field.title { schema.append(("title", .text(title))) }
      if let description = field.description { schema.append(("description", .text(description))) }
      if let unit = field.unit { schema.append(("uom", .text(unit))) }
      if let values = field.values, !values.isEmpty { schema.append(("enum", .array(values.map { .text($0) }))) }
      return (field.name, .object(schema))
    }
    return ["type": "object", "properties": .object(members)]
  }

  // MARK: - Links

  private static func itself(_ tileSet: TileSet, _ links: Links) -> JSONValue {
    links.link(tileSet.address(), rel: "self", type: "application/json", title: tileSet.title)
  }

  private static func scheme(of tileSet: TileSet, _ links: Links) -> JSONValue {
    let set = tileSet.tileMatrixSet
    return links.link("/tileMatrixSets/\(set.id)", rel: tilingScheme, type: "application/json", title: set.title)
  }

  private static func links(of tileSet: TileSet, _ links: Links) -> [JSONValue] {
    var result = [
      itself(tileSet, links),
      links.link(tileSet.address("f=html"), rel: "alternate", type: "text/html", title: "This document as a page"),
    ]
    // TileJSON means web Mercator and nothing else.
    if tileSet.tileMatrixSet == .webMercatorQuad {
      result.append(
        links.link(tileSet.address("f=tilejson"), rel: "alternate", type: "application/json", title: "TileJSON 3.0.0"))
    }
    result += [
      scheme(of: tileSet, links),
      [
        "href": .text(links(tileSet.template)), "rel": "item", "type": .text(TilesController.mediaType), "templated": true,
        "title": "Mapbox vector tiles",
      ],
      [
        "href": .text(links(tileSet.template + (tileSet.selection == nil ? "?f=mlt" : "&f=mlt"))), "rel": "item",
        "type": .text(TileFormat.mlt.mediaType), "templated": true,
        "title": "MapLibre tiles",
      ],
    ]
    if case .collection(let id) = tileSet.origin {
      let relation = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
      result += [
        links.link("/collections/\(id)", rel: relation, type: "application/json", title: tileSet.title),
        links.link("/styles/\(id)", rel: "stylesheet", type: StylesController.mediaType, title: "A style for these tiles"),
        links.link("/preview/\(id)", rel: "preview", type: "text/html", title: "These tiles on a map"),
      ]
    } else {
      result += [
        links.link("/", rel: "http://www.opengis.net/def/rel/ogc/1.0/dataset", type: "application/json"),
        links.link("/styles", rel: "http://www.opengis.net/def/rel/ogc/1.0/styles", type: "application/json", title: "Styles"),
      ]
    }
    return result
  }
}
