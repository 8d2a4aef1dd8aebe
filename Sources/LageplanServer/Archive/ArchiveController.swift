import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import NIOPosix

/// What the service over an archive answers. Tiles go out as the archive has them where the client takes their coding.
struct ArchiveController: Sendable {
  let application: ArchiveApplication

  private var archive: TileArchive { application.archive }

  // MARK: The archive

  @Sendable func landing(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    let links = application.links(request)
    switch try Representation.negotiated(request, query) {
    case .json:
      return .json([
        "title": .text(archive.title),
        "description": .text(
          "Tiles from the archive \(application.name).\(archive.format.rawValue), as they were when it was made."),
        "links": [
          links.link("/", rel: "self", type: "application/json"),
          links.link("/?f=html", rel: "alternate", type: "text/html"),
          links.link("/tiles", rel: "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", type: "application/json"),
          links.link("/tiles/\(application.name).json", rel: "describedby", type: "application/json", title: "TileJSON"),
        ],
      ])
    case .html: return .html(ArchivePage(archive: archive, name: application.name).page(links))
    }
  }

  @Sendable func health(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    var answer = Answer.json([
      "status": "ok", "archive": .text("\(application.name).\(archive.format.rawValue)"), "version": .text(archive.version),
    ])
    answer.cacheControl = "no-store"
    return answer
  }

  @Sendable func asset(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: ["v"])
    return try PageController.asset(try context.element("name"), from: application.resources)
  }

  // MARK: Tile sets

  /// `/tiles`: the one tile set that there is (OGC 20-057, tile set list).
  @Sendable func tileSets(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    try json(request) { links in
      ["tilesets": [tileSet(links)], "links": [links.link("/tiles", rel: "self", type: "application/json")]]
    }
  }

  /// `/tiles/{name}.json`: TileJSON; `/tiles/WebMercatorQuad`: the tile set (OGC 20-057).
  @Sendable func description(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    switch try context.element("tileset") {
    case "\(application.name).json": return try json(request) { archive.tileJson(tileTemplates: [template($0)]) }
    case TileMatrixSet.webMercatorQuad.id: return try json(request, tileSet)
    case let other: throw unknown(other)
    }
  }

  private func json(_ request: Request, _ document: (Links) -> JSONValue) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "json")
    let bytes = document(application.links(request)).bytes
    return Answer("application/json", bytes, tag: EntityTag.of(bytes))
  }

  /// The version in the address changes with the archive: so a tile may be kept for ever.
  private func template(_ links: Links) -> String {
    links("/tiles/\(application.name)/{z}/{x}/{y}.\(archive.tileType.suffix)?v=\(archive.version)")
  }

  private func tileSet(_ links: Links) -> JSONValue {
    let set = TileMatrixSet.webMercatorQuad
    let path = "/tiles/\(set.id)"
    let tiles: JSONValue = [
      "href": .text(links("\(path)/{tileMatrix}/{tileRow}/{tileCol}?v=\(archive.version)")), "rel": "item",
      "type": .text(archive.tileType.mediaType), "templated": true,
    ]
    return [
      "title": .text(archive.title), "dataType": archive.isOfImages ? "map" : "vector", "crs": .text(set.crs.uri),
      "tileMatrixSetURI": .text(set.uri ?? set.id),
      "links": [
        links.link(path, rel: "self", type: "application/json"), tiles,
        links.link("/tiles/\(application.name).json", rel: "describedby", type: "application/json", title: "TileJSON"),
      ],
    ]
  }

  private func unknown(_ name: String) -> Problem {
    Problem.notFound(
      """
      This archive's TileJSON is at /tiles/\(application.name).json, its tiles are at /tiles/\(application.name)/{z}/{x}/{y} \
      and at /tiles/\(TileMatrixSet.webMercatorQuad.id)/{tileMatrix}/{tileRow}/{tileCol}.
      """, value: name)
  }

  // MARK: Tiles

  /// `/tiles/{name}/{z}/{x}/{y}` with the ending of the tiles or none, and `/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}`.
  @Sendable func tile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["v"])
    let tile = try coordinate(context)
    do {
      _ = try TileMatrixSet.webMercatorQuad.matrix(of: tile)
    } catch {
      throw Problem(.notFound, code: "tile-out-of-range", detail: "\(error).")
    }
    // A disk may make one wait: not on the thread that serves all others.
    let kept = try await NIOThreadPool.singleton.runIfActive { [archive] in try archive.tile(tile) }
    guard let kept else {
      var empty = Answer(archive.tileType.mediaType, [], tag: "none")
      empty.status = .noContent
      empty.cacheControl = lifetime(query)
      return empty
    }
    var answer = try sent(kept, to: request)
    answer.cacheControl = lifetime(query)
    return answer
  }

  private func coordinate(_ context: LageplanRequestContext) throws -> TileCoordinate {
    switch try context.element("tileset") {
    case TileMatrixSet.webMercatorQuad.id:
      return TileCoordinate(
        matrix: try context.index("first"), row: try context.index("second"), column: try context.index("third"))
    case application.name:
      let suffixes = [".\(archive.tileType.suffix)", ".pbf"]
      let last = try context.element("third")
      return TileCoordinate(
        matrix: try context.index("first"),
        row: try context.index("third", droppingSuffix: suffixes.first(where: last.hasSuffix) ?? ""),
        column: try context.index("second"))
    case let other: throw unknown(other)
    }
  }

  /// For ever under the version that is served; under another, or none, a cache asks again.
  private func lifetime(_ query: RequestQuery) -> String {
    query["v"] == archive.version ? "public, max-age=31536000, immutable" : "no-cache"
  }

  private func sent(_ kept: [UInt8], to request: Request) throws -> Answer {
    let type = archive.tileType.mediaType
    let tag = String(ContentHash.of(kept), radix: 36)
    let coding = archive.coding(of: kept)
    if coding != .identity, !takes(coding, request) {
      return Answer(type, try TilePacker().unpack(kept, as: coding), tag: tag)
    }
    // A stream goes out as it is: neither packed tiles nor images become smaller by packing.
    var answer = Answer(type, length: kept.count, tag: tag) { sink in try await sink.send(kept) }
    if coding != .identity { answer.headers[.contentEncoding] = coding.contentCoding }
    return answer
  }

  /// The client names the coding and does not refuse it (RFC 9110, section 12.5.3).
  private func takes(_ coding: TileCoding, _ request: Request) -> Bool {
    if coding == .gzip { return request.acceptsGzip }
    return (request.headers[.acceptEncoding] ?? "").split(separator: ",").contains { piece in
      let parts = piece.split(separator: ";").map(\.trimmed)
      guard parts.first?.lowercased() == coding.contentCoding else { return false }
      return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
    }
  }
}
