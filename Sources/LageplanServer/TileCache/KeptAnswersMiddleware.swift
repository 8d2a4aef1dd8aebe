import HTTPTypes
import Hummingbird

/// Lets the cache know how a kept tile was answered, so that the same request need not come so far again (``KeptTileHandler``).
///
/// Stands before all other middlewares: what it sees is what leaves.
struct KeptAnswersMiddleware: RouterMiddleware {
  let cache: TileCache

  func handle(
    _ request: Request, context: LageplanRequestContext, next: (Request, LageplanRequestContext) async throws -> Response
  ) async throws -> Response {
    let generation = cache.areas.generation
    let response = try await next(request, context)
    // An answer to a credential is for its holder, and one in another format is not the kept bytes.
    guard request.method == .get, request.headers[.authorization] == nil, request.headers[.accept] ?? "*/*" == "*/*",
      let tile = context.answeredTile.value, let target = request.head.path,
      response.headers[.eTag]?.hasPrefix("\"\(tile.tag)") == true
    else { return response }
    // What a version allows, and whether an empty tile lies within the limits of its tile set, may change with any edit.
    let isBound = tile.isEmpty || request.uri.queryParameters["v"] != nil
    cache.learn(target, tile, response.head, untilNextCommit: isBound, generation: generation)
    return response
  }
}
