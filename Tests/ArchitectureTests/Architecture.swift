/// The arrows: who may import whom. Each target reads in one sentence what it is for; what it may import follows from that.
enum Architecture {
  /// Our own targets, and of them what each may import.
  static let arrows: [String: Set<String>] = {
    let geometry: Set = ["LageplanGeometry"]
    let features = geometry.union(["LageplanFeatures"])
    let planner = features.union(["LageplanRouting", "LageplanTours"])
    let store = planner.union(["LageplanPlanner", "LageplanInspections"])
    let exchange = features.union(["LageplanTours", "LageplanPlanner", "LageplanInspections"])
    let server = store.union(["LageplanTiles", "LageplanStore", "LageplanExchange"])
    let all = server.union(["LageplanServer", "LageplanDemo"])
    return [
      "LageplanGeometry": [],
      "LageplanFeatures": geometry,
      "LageplanTiles": features,
      "LageplanRouting": geometry,
      "LageplanTours": geometry,
      "LageplanPlanner": planner,
      "LageplanInspections": features,
      "LageplanStore": store,
      "LageplanExchange": exchange,
      // The sample town's streets go the way of every extract.
      "LageplanDemo": features.union(["LageplanRouting"]),
      "LageplanServer": server,
      "lageplan": all,
      "lageplan-bench": all,
    ]
  }()

  /// Modules of others, and the targets that are their home.
  static let homes: [String: Set<String>] = [
    "Hummingbird": ["LageplanServer"],
    "HummingbirdCore": ["LageplanServer"],
    "NIOCore": ["LageplanServer"],
    "NIOPosix": ["LageplanServer"],
    "NIOHTTP1": ["LageplanServer"],
    "NIOHTTPTypes": ["LageplanServer"],
    "HTTPTypes": ["LageplanServer"],
    "ArgumentParser": ["lageplan"],
    "GRDB": ["LageplanStore"],
    // What logs and what starts and stops are the server and the command that runs it.
    "Logging": ["LageplanServer", "lageplan"],
    "ServiceLifecycle": ["LageplanServer", "lageplan"],
    // C libraries: never shown in a public signature.
    "CSpatiaLite": ["LageplanStore"],
    // Digests of tokens and requests.
    "COpenSSL": ["LageplanStore"],
    "CGEOS": ["LageplanGeometry"],
    "CPROJ": ["LageplanGeometry"],
    "CGDAL": ["LageplanExchange"],
    "CCurl": ["LageplanExchange"],
    // Outlines of letters and symbols to pixels.
    "CFreeType": ["LageplanTiles"],
    // Where bytes are packed.
    "CDeflate": ["LageplanTiles", "LageplanRouting", "LageplanExchange", "LageplanServer"],
    "CZstd": ["LageplanTiles"],
    "CBrotli": ["LageplanTiles"],
  ]

  /// Part of the toolchain: free to all.
  static let toolchain: Set<String> = [
    "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Synchronization",
  ]
}
