import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// What tiles there are and how they are cut: tile matrix sets, tile sets, TileJSON (OGC 20-057, OGC 17-083r4).
struct TileSetsController: Sendable {
  let application: LageplanApplication
  let tiles: TilesController

  /// Names of tile matrix sets stand where collections could: they are reserved.
  static let reserved: Set<String> = Set(TileMatrixSet.all.map(\.id))

  /// `/tiles/{c},{c}….json`: TileJSON 3.0.0.
  @Sendable func tileJson(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "json")
    let name = try context.element("collections")
    guard name.hasSuffix(".json") else {
      throw Problem.notFound(
        "TileJSON is at /tiles/{collections}.json, tiles at /tiles/{collections}/{z}/{x}/{y}.mvt.", value: name)
    }
    let list = String(name.dropLast(".json".count))
    let descriptors = try tiles.collections(list, for: request)
    let links = application.links(request)
    let version = descriptors.map(\.dataVersion).max() ?? 0
    let document = TileJSON(
      collections: descriptors, tileTemplates: [links("/tiles/\(list)/{z}/{x}/{y}.mvt?v=\(version)")], name: list)
    return Answer(
      "application/json", document.json(),
      tag: application.tag(["tilejson", links.base] + descriptors.map { "\($0.id):\($0.dataVersion)" }))
  }

  /// What tiles of a collection there are, in one matrix set (OGC 20-057, TileSet): enough for a client to build its addresses.
  @Sendable func tileSet(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "json")
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    let set = try Self.tileMatrixSet(try context.element("tileMatrixSetId"))
    let links = application.links(request)
    let path = "/collections/\(descriptor.id)/tiles/\(set.id)"
    var members: [(key: String, value: JSONValue)] = [
      ("title", .text(descriptor.title)),
      ("dataType", "vector"),
      ("crs", .text(set.crs.uri)),
    ]
    if let uri = set.uri { members.append(("tileMatrixSetURI", .text(uri))) }
    members.append(
      (
        "links",
        [
          links.link(path, rel: "self", type: "application/json"),
          [
            "href": .text(links(path + "/{tileMatrix}/{tileRow}/{tileCol}")), "rel": "item",
            "type": .text(TilesController.mediaType), "templated": true,
          ],
        ]
      ))
    return .json(.object(members), tag: application.tag(["tileset", links.base, descriptor.id, "\(descriptor.dataVersion)"]))
  }

  /// The tile matrix set of this name. Throws 404, with the names that there are.
  static func tileMatrixSet(_ id: String) throws(Problem) -> TileMatrixSet {
    guard let set = TileMatrixSet.all.first(where: { $0.id == id }) else {
      throw Problem.notFound(
        "There is no such tile matrix set. There are: \(TileMatrixSet.all.map(\.id).joined(separator: ", ")).", value: id)
    }
    return set
  }
}
