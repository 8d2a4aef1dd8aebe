import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import Logging
import NIOPosix

/// Vector tiles: of one collection in OGC's order (matrix, row, column), of several in the order that map libraries ask for (z, x, y).
struct TilesController: Sendable {
  let application: LageplanApplication

  /// One tile holds at most so many layers.
  static let mostLayers = 32
  /// Names of tile matrix sets stand where collections could: they are reserved.
  static let reserved: Set<String> = Set(TileMatrixSet.all.map(\.id))

  /// Buffers of the renderer, one set per reader thread.
  private static let scratch = ThreadSpecificVariable<TileScratchBox>()

  /// `/collections/{c}/tiles/WebMercatorQuad/{matrix}/{row}/{column}` (OGC 20-057).
  @Sendable func collectionTile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "mvt")
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    let set = try Self.tileMatrixSet(try context.element("tileMatrixSetId"))
    let coordinate = TileCoordinate(
      matrix: try context.index("tileMatrix"), row: try context.index("tileRow"), column: try context.index("tileCol"))
    return try await tile(coordinate, of: [descriptor], in: set, request)
  }

  /// `/tiles/{c},{c}…/{z}/{x}/{y}.mvt`: the last element may also end in `.pbf` or in nothing.
  @Sendable func tile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    // `v` is the data version that TileJSON puts into the address, so that caches on the way never answer with an older state.
    try RequestQuery(request.uri.query).refuseUnknown(known: ["v"])
    let descriptors = try collections(try context.element("collections"), for: request)
    let last = try context.element("y")
    let suffix = last.hasSuffix(".mvt") ? ".mvt" : last.hasSuffix(".pbf") ? ".pbf" : ""
    let coordinate = TileCoordinate(
      matrix: try context.index("z"), row: try context.index("y", droppingSuffix: suffix), column: try context.index("x"))
    return try await tile(coordinate, of: descriptors, in: .webMercatorQuad, request)
  }

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
    let descriptors = try collections(list, for: request)
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
            "href": .text(links(path + "/{tileMatrix}/{tileRow}/{tileCol}")), "rel": "item", "type": .text(Self.mediaType),
            "templated": true,
          ],
        ]
      ))
    return .json(.object(members), tag: application.tag(["tileset", links.base, descriptor.id, "\(descriptor.dataVersion)"]))
  }

  // MARK: -

  static let mediaType = "application/vnd.mapbox-vector-tile"

  private func tile(
    _ coordinate: TileCoordinate, of descriptors: [CollectionDescriptor], in set: TileMatrixSet, _ request: Request
  ) async throws -> Answer {
    do {
      _ = try set.envelope(of: coordinate)
    } catch {
      throw Problem(.notFound, code: "tile-out-of-range", detail: "\(error).")
    }
    let tag = application.tag(
      ["tile", set.id, "\(coordinate.matrix)/\(coordinate.row)/\(coordinate.column)"]
        + descriptors.map { "\($0.id):\($0.dataVersion)" })
    if request.hasState(tag) { return .notModified(tag: tag) }
    let renderer = try TileRenderer(layers: try descriptors.map { try TileLayer($0) }, tileMatrixSet: set)
    let rendered = try await application.store.read { reader in
      let scratch = Self.scratch.currentValue ?? TileScratchBox()
      if Self.scratch.currentValue == nil { Self.scratch.currentValue = scratch }
      return try renderer.render(coordinate, from: reader, scratch: scratch.value)
    }
    if let rendered, rendered.flawCount > 0 {
      application.logger.warning(
        "tile leaves out \(rendered.flawCount) damaged features",
        metadata: ["first": "\(rendered.flaws.first.map { "\($0.collection)/\($0.number): \($0.reason)" } ?? "")"])
    }
    guard let rendered, !rendered.isEmpty else {
      var empty = Answer(Self.mediaType, [], tag: tag)
      empty.status = .noContent
      return empty
    }
    var answer = Answer(Self.mediaType, rendered.bytes, tag: tag)
    answer.gzipBody = rendered.gzip
    return answer
  }

  private func collections(_ list: String, for request: Request) throws -> [CollectionDescriptor] {
    let ids = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard ids.count <= Self.mostLayers else {
      throw Problem.badParameter("collections", value: list, "A tile has at most \(Self.mostLayers) layers.")
    }
    guard Set(ids).count == ids.count else {
      throw Problem.badParameter("collections", value: list, "Each collection may be named once.")
    }
    return try ids.map { id in
      if Self.reserved.contains(id) {
        throw Problem.notFound("\(id) is a tile matrix set; its tiles are at /collections/{collection}/tiles/\(id).", value: id)
      }
      return try application.descriptor(id, for: request)
    }
  }

  private static func tileMatrixSet(_ id: String) throws -> TileMatrixSet {
    guard let set = TileMatrixSet.all.first(where: { $0.id == id }) else {
      throw Problem.notFound(
        "There is no such tile matrix set. There are: \(TileMatrixSet.all.map(\.id).joined(separator: ", ")).", value: id)
    }
    return set
  }
}

/// What a thread variable holds. Only the thread that made it ever reads it, hence the unchecked promise.
private final class TileScratchBox: @unchecked Sendable {
  let value = TileScratch()
}
