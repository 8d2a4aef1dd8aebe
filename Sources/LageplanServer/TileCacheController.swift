import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// `/admin/cache`: what operators do with kept tiles.
struct TileCacheController: Sendable {
  let application: LageplanApplication

  /// `POST /admin/cache/purge?bbox=&collections=`: every tile that meets the box, of these collections, is made anew, here and with
  /// everybody who holds it. For holders of an admin token.
  ///
  /// Not needed after a change, whoever made it: for tiles that are wrong although the data are right.
  @Sendable func purge(_ request: Request, _ context: LageplanRequestContext) throws -> Answer {
    let query = try RequestQuery(request.uri.query)
    try query.refuseUnknown(known: ["bbox", "bbox-crs", "collections"])
    try context.requireAdmin("purge the cache")
    let collections = try collections(query["collections"], request)
    var areas: [(id: String, envelope: Envelope?)] = []
    for collection in collections {
      guard let box = try BoxParameter(query, of: collection) else {
        areas.append((collection.id, nil))
        continue
      }
      let toStorage = try CoordinateTransform(from: box.crs, to: collection.storageCrs)
      for envelope in box.envelopes { areas.append((collection.id, try toStorage.transform(envelope))) }
    }
    application.tileCache.areas.purge(areas)
    var answer = Answer.json([
      "purged": .integer(Int64(application.tileCache.sweep())), "collections": .array(collections.map { .text($0.id) }),
    ])
    answer.cacheControl = "no-store"
    return answer
  }

  /// Those of a list, in its order; all that the one who asks may see without one.
  private func collections(_ list: String?, _ request: Request) throws -> [CollectionDescriptor] {
    guard let list else { return try application.collections(for: request) }
    return try list.split(separator: ",").map { try application.descriptor(String($0), for: request) }
  }
}

extension LageplanRequestContext {
  /// Throws 401 where no token came, 403 where its scope is not admin.
  func requireAdmin(_ what: String) throws(Problem) {
    guard let token = visitor?.token else {
      throw Problem.tokenNeeded("To \(what) takes a token with the scope admin.")
    }
    guard token.scope == .admin else {
      throw Problem(
        .forbidden, code: "not-allowed", detail: "The token \(token.name) may not \(what): that takes the scope admin.",
        parameter: "Authorization")
    }
  }
}

extension TileCache {
  /// What `/health` tells.
  var document: JSONValue {
    let holdings = holdings
    let figures: [(key: String, value: Int)] = [
      ("tiles", holdings.tiles), ("bytes", holdings.bytes), ("capacity", capacity), ("hits", counts.hits.value),
      ("directHits", counts.direct.value),
      ("misses", counts.misses.value), ("sharedRenders", counts.shared.value), ("renders", counts.renders.value),
      ("cancelledRenders", counts.cancelled.value), ("evictions", counts.evictions.value),
    ]
    return .object(figures.map { ($0.key, .integer(Int64($0.value))) })
  }
}
