import LageplanFeatures
import LageplanGeometry

/// The JSON documents that describe the service and its collections (OGC 17-069r4; OGC 23-058r1 for schemas).
enum CollectionDocuments {
  static func landing(_ links: Links, title: String) -> JSONValue {
    [
      "title": .text(title), "description": "Where every municipal object stands: features, vector tiles, nearness and tours.",
      "links": [
        links.link("/", rel: "self", type: "application/json", title: "This document"),
        links.link("/?f=html", rel: "alternate", type: "text/html", title: "This document as a page"),
        links.link("/api", rel: "service-desc", type: "application/vnd.oai.openapi+json;version=3.0", title: "The API"),
        links.link("/api?f=html", rel: "service-doc", type: "text/html", title: "The API as a page"),
        links.link("/conformance", rel: "conformance", type: "application/json", title: "What this server conforms to"),
        links.link("/collections", rel: "data", type: "application/json", title: "The collections"),
        links.link(
          "/collections", rel: "http://www.opengis.net/def/rel/ogc/1.0/data", type: "application/json", title: "The collections"
        ),
        links.link(
          "/functions", rel: "http://www.opengis.net/def/rel/ogc/1.0/functions", type: "application/json",
          title: "Functions for filters"),
        links.link("/tiles", rel: TileSetDocuments.vectorTileSets, type: "application/json", title: "Vector tiles"),
        links.link(
          "/tileMatrixSets", rel: TileSetDocuments.tilingSchemes, type: "application/json", title: "The tile matrix sets"),
        links.link(
          "/styles", rel: "http://www.opengis.net/def/rel/ogc/1.0/styles", type: "application/json", title: "Styles of maps"),
        links.link("/map", rel: "preview", type: "text/html", title: "The map"),
      ],
    ]
  }

  static func collections(_ descriptors: [CollectionDescriptor], _ links: Links) -> JSONValue {
    [
      "links": [
        links.link("/collections", rel: "self", type: "application/json"),
        links.link("/collections?f=html", rel: "alternate", type: "text/html"),
      ], "crs": .array(CoordinateReferenceSystem.served.map { .text($0.uri) }),
      "collections": .array(descriptors.map { collection($0, links) }),
    ]
  }

  static func collection(_ descriptor: CollectionDescriptor, _ links: Links) -> JSONValue {
    let path = "/collections/\(descriptor.id)"
    var members: [(key: String, value: JSONValue)] = [("id", .text(descriptor.id)), ("title", .text(descriptor.title))]
    if let description = descriptor.description { members.append(("description", .text(description))) }
    if !descriptor.keywords.isEmpty { members.append(("keywords", .array(descriptor.keywords.map { .text($0) }))) }
    if let licence = descriptor.licence { members.append(("license", .text(licence))) }
    if let attribution = descriptor.attribution { members.append(("attribution", .text(attribution))) }
    if let extent = extent(of: descriptor) { members.append(("extent", extent)) }
    members.append(("itemType", "feature"))
    members.append(("crs", .array(descriptor.servedCrs.map { .text($0.uri) })))
    members.append(("storageCrs", .text(descriptor.storageCrs.uri)))
    members.append(("geometryType", descriptor.geometryKind.map { .text($0.geoJSONName) } ?? .null))
    members.append(("featureCount", .integer(Int64(descriptor.featureCount))))
    members.append(("dataVersion", .integer(descriptor.dataVersion)))
    members.append(("minZoom", .integer(Int64(descriptor.minZoom))))
    members.append(("maxZoom", .integer(Int64(descriptor.maxZoom))))
    members.append(("links", .array(collectionLinks(descriptor, path: path, links))))
    return .object(members)
  }

  private static func collectionLinks(_ descriptor: CollectionDescriptor, path: String, _ links: Links) -> [JSONValue] {
    var result = [
      links.link(path, rel: "self", type: "application/json"),
      links.link("\(path)?f=html", rel: "alternate", type: "text/html"),
      links.link("\(path)/items", rel: "items", type: "application/geo+json", title: descriptor.title),
      links.link("\(path)/items?f=html", rel: "items", type: "text/html", title: descriptor.title),
      links.link("\(path)/schema", rel: "http://www.opengis.net/def/rel/ogc/1.0/schema", type: "application/schema+json"),
      links.link("\(path)/schema", rel: "describedby", type: "application/schema+json"),
      links.link(
        "\(path)/queryables", rel: "http://www.opengis.net/def/rel/ogc/1.0/queryables", type: "application/schema+json",
        title: "What can be filtered by"),
      links.link(
        "\(path)/sortables", rel: "http://www.opengis.net/def/rel/ogc/1.0/sortables", type: "application/schema+json",
        title: "What can be sorted by"),
      links.link("/tiles/\(descriptor.id).json", rel: "tilejson", type: "application/json", title: "Vector tiles"),
      links.link(
        "\(path)/tiles", rel: TileSetDocuments.vectorTileSets, type: "application/json", title: "Vector tiles by tile matrix sets"
      ),
    ]
    // What may be large, to be kept (RFC 4287, section 4.2.7.2).
    for format in ItemFormat.offered(for: descriptor) where !format.isPaged {
      result.append(
        links.link(
          "\(path)/items?f=\(format.name)", rel: "enclosure", type: format.mediaType,
          title: "\(descriptor.title) (\(format.title))"))
    }
    if let licence = descriptor.licence, licence.hasPrefix("http") {
      result.append(["href": .text(licence), "rel": "license", "type": "text/html"])
    }
    return result
  }

  private static func extent(of descriptor: CollectionDescriptor) -> JSONValue? {
    var members: [(key: String, value: JSONValue)] = []
    if let box = descriptor.extent {
      let numbers = [box.minX, box.minY, box.maxX, box.maxY].map { JSONValue.real($0) }
      members.append(
        (
          "spatial",
          ["bbox": [.array(numbers)], "crs": .text(CoordinateReferenceSystem.crs84.uri)]
        ))
    }
    if let time = descriptor.temporalExtent {
      members.append(
        (
          "temporal",
          ["interval": [[.text(time.start), .text(time.end)]], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"]
        ))
    }
    return members.isEmpty ? nil : .object(members)
  }
}
