import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanTiles

/// What tiles there are and how they are cut: tile matrix sets, tile sets, TileJSON (OGC 20-057, OGC 17-083r4).
///
/// The tiles themselves are ``TilesController``'s; what is added here to those at OGC's addresses is that a tile outside the limits that
/// its tile set tells is not there, while one inside that holds nothing is empty.
struct TileSetsController: Sendable {
  let application: LageplanApplication
  let tiles: TilesController

  /// Names of tile matrix sets stand where collections could: they are reserved.
  static let reserved: Set<String> = Set(TileMatrixSet.all.map(\.id))

  // MARK: - Tile matrix sets

  /// `/tileMatrixSets`
  @Sendable func tileMatrixSets(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json: return .json(TileSetDocuments.tileMatrixSets(links), tag: application.tag(["tilematrixsets", links.base]))
    case .html: return .html(TileMatrixSetPages.all(links))
    }
  }

  /// `/tileMatrixSets/{tileMatrixSetId}`
  @Sendable func tileMatrixSet(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let set = try Self.tileMatrixSet(try context.element("tileMatrixSetId"))
    switch try Representation.negotiated(request, query) {
    case .json:
      var writer = JSONWriter()
      set.write(into: &writer)
      return Answer("application/json", writer.bytes, tag: application.tag(["tilematrixset", set.id]))
    case .html: return .html(TileMatrixSetPages.one(set, application.links(request)))
    }
  }

  // MARK: - Tile sets

  /// `/tiles`: those of all collections together.
  @Sendable func datasetTileSets(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let collections = try application.collections(for: request)
    return try list(of: collections, from: .dataset, at: "/tiles", request)
  }

  /// `/collections/{collectionId}/tiles`
  @Sendable func collectionTileSets(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let collection = try application.descriptor(try context.element("collectionId"), for: request)
    return try list(of: [collection], from: .collection(collection.id), at: "/collections/\(collection.id)/tiles", request)
  }

  private func list(
    of collections: [CollectionDescriptor], from origin: TileSet.Origin, at path: String, _ request: Request
  ) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    let tileSets = TileMatrixSet.all.map { TileSet(tileMatrixSet: $0, collections: collections, origin: origin) }
    switch try Representation.negotiated(request, query) {
    case .json:
      return .json(TileSetDocuments.list(tileSets, at: path, links), tag: tag("tilesets", collections, links, path))
    case .html: return .html(TileSetPages.list(tileSets, at: path, links))
    }
  }

  /// `/collections/{collectionId}/tiles/{tileMatrixSetId}`
  @Sendable func collectionTileSet(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: Self.known(by: query))
    return try describe(try collectionTileSet(request, context), request, query)
  }

  /// `/tiles/{tileMatrixSetId}`, and TileJSON at `/tiles/{c},{c}….json`.
  @Sendable func datasetTileSet(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    let name = try context.element("collections")
    if name.hasSuffix(".json") { return try tileJson(String(name.dropLast(".json".count)), request, query) }
    guard Self.reserved.contains(name) else {
      throw Problem.notFound(
        """
        Tile sets of all collections are at /tiles/{tileMatrixSetId}, with \(Self.known) to choose from, those of one at \
        /collections/{collectionId}/tiles, TileJSON at /tiles/{collections}.json, tiles at /tiles/{collections}/{z}/{x}/{y}.mvt.
        """, value: name)
    }
    try query.refuseUnknown(known: Self.known(by: query) + ["collections"])
    return try describe(try datasetTileSet(request, context, query), request, query)
  }

  private func describe(_ tileSet: TileSet, _ request: Request, _ query: RequestQuery) throws -> Answer {
    let links = application.links(request)
    if query["f"] == "tilejson" { return try tileJson(tileSet, query, links) }
    switch try Representation.negotiated(request, query) {
    case .json:
      return .json(
        TileSetDocuments.tileSet(tileSet, links), tag: tag("tileset", tileSet.collections, links, tileSet.address()))
    case .html: return .html(TileSetPages.one(tileSet, links))
    }
  }

  private func collectionTileSet(_ request: Request, _ context: LageplanRequestContext) throws -> TileSet {
    let collection = try application.descriptor(try context.element("collectionId"), for: request)
    let set = try Self.tileMatrixSet(try context.element("tileMatrixSetId"))
    return TileSet(tileMatrixSet: set, collections: [collection], origin: .collection(collection.id))
  }

  /// That of the collections which the parameter `collections` names, in its order; of all that the one who asks may see without it.
  private func datasetTileSet(_ request: Request, _ context: LageplanRequestContext, _ query: RequestQuery) throws -> TileSet {
    let set = try Self.tileMatrixSet(try context.element("collections"))
    guard let list = query["collections"] else {
      return TileSet(tileMatrixSet: set, collections: try application.collections(for: request), origin: .dataset)
    }
    let collections = try tiles.collections(list, for: request)
    return TileSet(tileMatrixSet: set, collections: collections, origin: .selection(collections.map(\.id)))
  }

  // MARK: - TileJSON

  /// What a tile takes, TileJSON takes too, and writes it into the addresses of its tiles.
  private static func known(by query: RequestQuery) -> [String] {
    query["f"] == "tilejson" ? TileParameters.names : ["f"]
  }

  /// `/tiles/{c},{c}….json`: TileJSON 3.0.0.
  private func tileJson(_ list: String, _ request: Request, _ query: RequestQuery) throws -> Answer {
    try query.refuseUnknown(known: TileParameters.names)
    try query.refuseFormats(otherThan: "json")
    let collections = try tiles.collections(list, for: request)
    let tileSet = TileSet(
      tileMatrixSet: .webMercatorQuad, collections: collections, origin: .selection(collections.map(\.id)))
    return try tileJson(tileSet, query, application.links(request))
  }

  /// Throws 400 where the tiles are not in web Mercator: TileJSON knows no other.
  private func tileJson(_ tileSet: TileSet, _ query: RequestQuery, _ links: Links) throws -> Answer {
    guard tileSet.tileMatrixSet == .webMercatorQuad else {
      throw Problem.badParameter(
        "f", value: "tilejson",
        "TileJSON can describe tiles in WebMercatorQuad only. This tile set is described by f=json, its grid at /tileMatrixSets.")
    }
    // The version makes every state of the tiles an address of its own, so that no cache on the way answers with an older one.
    let version = application.tileVersion(of: tileSet.collections.map(\.id))
    let asked = query.replacing([("f", nil), ("collections", nil), ("v", version)])
    // A tile would refuse what it does not take; better here than in each of them.
    _ = try TileParameters(try RequestQuery(asked), of: tileSet.collections)
    let names = tileSet.collections.map(\.id).joined(separator: ",")
    let isWhole = tileSet.origin == .dataset
    let path = isWhole ? "\(tileSet.path)/{z}/{y}/{x}" : "/tiles/\(names)/{z}/{x}/{y}.mvt"
    let document = TileJSON(
      collections: tileSet.collections, tileTemplates: [links("\(path)?\(asked)")], name: isWhole ? tileSet.title : names,
      dataVersion: tileSet.version)
    return Answer(
      "application/json", document.json(),
      tag: tag("tilejson", tileSet.collections, links, "\(tileSet.address()) \(asked)"))
  }

  // MARK: - Tiles at OGC's addresses

  /// `/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
  @Sendable func collectionTile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let request = try request.spellingSubsetAsDatetime()
    let answer = try await tiles.collectionTile(request, context)
    guard answer.status == .noContent else { return answer }
    return try withinLimits(
      answer, try collectionTileSet(request, context), try context.element("tileMatrix"), try context.index("tileRow"),
      try context.index("tileCol"), request)
  }

  /// `/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`, and web maps' `/tiles/{c},{c}…/{z}/{x}/{y}.mvt`.
  @Sendable func tile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    guard Self.reserved.contains(try context.element("collections")) else { return try await tiles.tile(request, context) }
    let request = try request.spellingSubsetAsDatetime()
    let query = try RequestQuery(request.uri.query)
    let tileSet = try datasetTileSet(request, context, query)
    // The alias and OGC's address share the places of their elements, and so the router's names of them.
    let (matrix, row, column) = (try context.element("z"), try context.index("x"), try context.index("y"))
    let coordinate = try Self.coordinate(matrix, row, column, in: tileSet.tileMatrixSet)
    let answer = try await tiles.tile(coordinate, in: tileSet.tileMatrixSet, request, context, alsoKnown: ["collections"]) {
      try datasetTileSet(request, context, query).collections
    }
    // Which collections there are is asked anew each time: nothing about a kept tile tells of another collection.
    if tileSet.origin == .dataset { context.answeredTile.value = nil }
    guard answer.status == .noContent else { return answer }
    return try withinLimits(answer, tileSet, matrix, row, column, request)
  }

  /// Throws 404 where the tile lies outside of what its tile set tells (OGC 20-057, /req/core/tc-error). Only empty tiles can.
  private func withinLimits(
    _ answer: Answer, _ tileSet: TileSet, _ matrix: String, _ row: Int, _ column: Int, _ request: Request
  ) throws -> Answer {
    // What once was may have lain outside of what is there now.
    guard let limits = tileSet.limits, try RequestQuery(request.uri.query)["asOf"] == nil else { return answer }
    let coordinate = try Self.coordinate(matrix, row, column, in: tileSet.tileMatrixSet)
    guard limits.contains(where: { $0.contains(coordinate) }) else {
      throw Problem(
        .notFound, code: "tile-out-of-limits",
        detail: "The tile set has no such tile: its tileMatrixSetLimits, at \(tileSet.path), tell which there are.")
    }
    return answer
  }

  // MARK: -

  /// Throws 404, with the range, unless the tile exists.
  static func coordinate(_ matrix: String, _ row: Int, _ column: Int, in set: TileMatrixSet) throws(Problem) -> TileCoordinate {
    do {
      return try set.coordinate(matrix: matrix, row: row, column: column)
    } catch {
      throw Problem(.notFound, code: "tile-out-of-range", detail: "\(error).")
    }
  }

  private static var known: String { TileMatrixSet.all.map(\.id).joined(separator: ", ") }

  /// The tile matrix set of this name. Throws 404, with the names that there are.
  static func tileMatrixSet(_ id: String) throws(Problem) -> TileMatrixSet {
    guard let set = TileMatrixSet.named(id) else {
      throw Problem.notFound("There is no such tile matrix set. There are: \(known).", value: id)
    }
    return set
  }

  /// The state of the descriptions: their versions, and the address that stands in their links.
  private func tag(_ kind: String, _ collections: [CollectionDescriptor], _ links: Links, _ path: String) -> String {
    application.tag([kind, links.base, path] + collections.map { "\($0.id):\($0.dataVersion)" })
  }
}
