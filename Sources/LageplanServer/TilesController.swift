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

  private var cache: TileCache { application.tileCache }

  /// `/collections/{c}/tiles/{tileMatrixSet}/{matrix}/{row}/{column}` (OGC 20-057).
  @Sendable func collectionTile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let id = try context.element("collectionId")
    let set = try TileSetsController.tileMatrixSet(try context.element("tileMatrixSetId"))
    let coordinate = try TileSetsController.coordinate(
      try context.element("tileMatrix"), try context.index("tileRow"), try context.index("tileCol"), in: set)
    return try await tile(coordinate, in: set, request, context) { try [application.descriptor(id, for: request)] }
  }

  /// `/tiles/{c},{c}…/{z}/{x}/{y}.mvt`: the last element may also end in `.pbf` or in nothing.
  @Sendable func tile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let list = try context.element("collections")
    let last = try context.element("y")
    let suffix = last.hasSuffix(".mvt") ? ".mvt" : last.hasSuffix(".pbf") ? ".pbf" : ""
    let coordinate = TileCoordinate(
      matrix: try context.index("z"), row: try context.index("y", droppingSuffix: suffix), column: try context.index("x"))
    return try await tile(coordinate, in: .webMercatorQuad, request, context) { try collections(list, for: request) }
  }

  // MARK: -

  static let mediaType = TileFormat.mvt.mediaType

  /// How often a tile is begun anew whose collections were described anew while it was made.
  private static let attempts = 3

  /// The tile of these collections, in this order, in any tile matrix set: what all addresses of tiles end in.
  ///
  /// `descriptors` is asked again where they change while the tile is made. The query's parameters are those of ``TileParameters``;
  /// `alsoKnown` are names that the caller has read.
  func tile(
    _ coordinate: TileCoordinate, in set: TileMatrixSet, _ request: Request, _ context: LageplanRequestContext,
    alsoKnown: [String] = [], of descriptors: () throws -> [CollectionDescriptor]
  ) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: TileParameters.names + alsoKnown)
    do {
      _ = try set.envelope(of: coordinate)
    } catch {
      throw Problem(.notFound, code: "tile-out-of-range", detail: "\(error).")
    }
    for attempt in 1... {
      do {
        return try await tile(coordinate, in: set, query, request, context, of: try descriptors())
      } catch is DescribedMeanwhile where attempt < Self.attempts {
        continue
      } catch is DescribedMeanwhile {
        break
      }
    }
    throw Problem(
      .serviceUnavailable, code: "busy", detail: "The collection is being described anew. Ask again in a second.",
      headers: [.retryAfter: "1"])
  }

  private func tile(
    _ coordinate: TileCoordinate, in set: TileMatrixSet, _ query: RequestQuery, _ request: Request,
    _ context: LageplanRequestContext, of descriptors: [CollectionDescriptor]
  ) async throws -> Answer {
    let parameters = try TileParameters(query, of: descriptors)
    let format = try TileFormat.negotiated(request, query)
    let key = TileKey(tileMatrixSet: set.id, coordinate: coordinate, layers: parameters.identity, format: format)
    let accepted = AcceptedCodings(request.headers[.acceptEncoding])
    let cacheControl = cacheControl(for: query["v"], of: descriptors)
    if let kept = cache.kept(key) {
      if let held = request.heldTag(of: kept.tag) { return notModified(held, cacheControl, kept, context) }
      cache.counts.hits.add()
      return try await answer(kept, accepted, cacheControl, context)
    }
    let work = TileWork(
      key: key, descriptors: descriptors, isNarrowed: parameters.isNarrowed,
      renderer: try TileRenderer(layers: parameters.layers, tileMatrixSet: set), application: application)
    let ends = cache.areas.ends(of: descriptors.map(\.id))
    let footprints = try work.renderer.footprints(of: coordinate)
    // Before any work: what the client holds may be the newest state although it is not kept here.
    let tag = application.tileTag(key, cache.areas.versions(of: footprints))
    if let held = request.heldTag(of: tag) {
      cache.counts.hits.add()
      return Self.answer(.notModified, held, cacheControl, format)
    }
    cache.counts.misses.add()
    let made = try await cache.shared(key, footprints, ends: ends, departure: Departure.of(context.channel)) {
      try await work.render(footprints, ends: ends, accepting: accepted)
    }
    return try await answer(made, accepted, cacheControl, context)
  }

  // MARK: Answers

  private func notModified(
    _ held: String, _ cacheControl: String, _ kept: KeptTile, _ context: LageplanRequestContext
  ) -> Answer {
    cache.counts.hits.add()
    context.answeredTile.value = kept
    return Self.answer(.notModified, held, cacheControl, kept.key.format)
  }

  private func answer(
    _ tile: KeptTile, _ accepted: AcceptedCodings, _ cacheControl: String, _ context: LageplanRequestContext
  ) async throws -> Answer {
    let form = try await application.tilePacking.form(of: tile, for: accepted)
    application.tilePacking.countHit(of: tile)
    context.answeredTile.value = tile
    var answer = Self.answer(tile.isEmpty ? .noContent : .ok, form.tag, cacheControl, tile.key.format)
    answer.body = .buffer(form.bytes)
    if form.coding != .identity { answer.headers[.contentEncoding] = form.coding.contentCoding }
    return answer
  }

  /// `tag` with its quotes.
  private static func answer(
    _ status: HTTPResponse.Status, _ tag: String, _ cacheControl: String, _ format: TileFormat
  ) -> Answer {
    var answer = Answer(format.mediaType, [])
    answer.status = status
    answer.headers[.eTag] = tag
    answer.cacheControl = cacheControl
    // Nothing else of a request changes the bytes; what depends on who asks is said by the middleware of access.
    answer.vary = "Accept, Accept-Encoding"
    return answer
  }

  /// Under an address with the version of now the tile never changes again: when something does, the address does. Under an older one,
  /// or one that another server gave out, a newer state may be answered, so it is asked for again each time, as without a version.
  private func cacheControl(for version: String?, of descriptors: [CollectionDescriptor]) -> String {
    guard let version, version == application.tileVersion(of: descriptors.map(\.id)) else { return "no-cache" }
    return "public, max-age=604800, immutable"
  }

  /// The collections that a list in an address names, each once.
  func collections(_ list: String, for request: Request) throws -> [CollectionDescriptor] {
    let ids = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard ids.count <= Self.mostLayers else {
      throw Problem.badParameter("collections", value: list, "A tile has at most \(Self.mostLayers) layers.")
    }
    guard Set(ids).count == ids.count else {
      throw Problem.badParameter("collections", value: list, "Each collection may be named once.")
    }
    return try ids.map { id in
      if TileSetsController.reserved.contains(id) {
        throw Problem.notFound("\(id) is a tile matrix set; its tiles are at /collections/{collection}/tiles/\(id).", value: id)
      }
      return try application.descriptor(id, for: request)
    }
  }
}

extension Request {
  /// The entity tag of the state `tag`, under whichever coding, that the client says it holds (If-None-Match, RFC 9110, section 13.1.2;
  /// weak comparison); with its quotes.
  ///
  /// Its own spelling is answered, so that the client knows which of its copies is still good (RFC 9111, section 4.3.4).
  func heldTag(of tag: String) -> String? {
    guard method == .get || method == .head, let wanted = headers[.ifNoneMatch] else { return nil }
    for piece in wanted.split(separator: ",") {
      let one = piece.trimmed
      if one == "*" { return "\"\(tag)\"" }
      let strong = one.hasPrefix("W/") ? String(one.dropFirst(2)) : one
      if KeptTile.isForm(strong, of: tag) { return strong }
    }
    return nil
  }
}
