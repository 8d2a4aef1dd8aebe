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

  /// Buffers of the renderer, one set per reader thread.
  private static let scratch = ThreadSpecificVariable<TileScratchBox>()

  /// `/collections/{c}/tiles/WebMercatorQuad/{matrix}/{row}/{column}` (OGC 20-057).
  @Sendable func collectionTile(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["f"])
    try query.refuseFormats(otherThan: "mvt")
    let descriptor = try application.descriptor(try context.element("collectionId"), for: request)
    let set = try TileSetsController.tileMatrixSet(try context.element("tileMatrixSetId"))
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

  // MARK: -

  static let mediaType = "application/vnd.mapbox-vector-tile"

  /// The tile of these collections, in this order, in any tile matrix set: what all addresses of tiles end in.
  func tile(
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
    let takesGzip = request.acceptsGzip
    let (rendered, packed) = try await application.store.read { reader in
      let scratch = Self.scratch.currentValue ?? TileScratchBox()
      if Self.scratch.currentValue == nil { Self.scratch.currentValue = scratch }
      let rendered = try renderer.render(coordinate, from: reader, scratch: scratch.value)
      let packed = takesGzip ? try rendered.map { try scratch.packer.pack($0.bytes, as: .gzip, level: 1) } : nil
      return (rendered, packed)
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
    answer.gzipBody = packed
    return answer
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

/// What a thread variable holds. Only the thread that made it ever reads it, hence the unchecked promise.
private final class TileScratchBox: @unchecked Sendable {
  let value = TileScratch()
  let packer = TilePacker()
}
