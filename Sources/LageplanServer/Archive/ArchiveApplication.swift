import Foundation
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

/// The service over one archive of tiles: TileJSON, tiles and a map of it. No database stands behind it.
public struct ArchiveApplication: Sendable {
  let archive: TileArchive
  let configuration: ServerConfiguration
  let resources: Resources
  let logger: Logger

  public init(
    archive: TileArchive, configuration: ServerConfiguration, resources: Resources = Resources(),
    logger: Logger = Logger(label: "lageplan")
  ) {
    self.archive = archive
    self.configuration = configuration
    self.resources = resources
    self.logger = logger
  }

  /// Listens until SIGINT or SIGTERM, then lets the requests in flight finish.
  /// `onRunning` is told the address with the port that was really taken.
  public func run(onRunning: @escaping @Sendable (String) -> Void) async throws {
    let host = configuration.host
    let application = Application(
      responder: router().buildResponder(),
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: configuration.port), serverName: "Lageplan", backlog: 1_024),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? 0
        onRunning("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/")
      },
      logger: logger)
    do {
      try await application.runService()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw LageplanApplication.AddressInUse(host: host, port: configuration.port)
    }
  }

  /// All resources behind the middlewares that the service over a database has, too.
  func router() -> Router<LageplanRequestContext> {
    let router = Router(context: LageplanRequestContext.self)
    router.add(middleware: CrossOriginMiddleware())
    router.add(middleware: RequestLogMiddleware(logger: logger))
    router.add(middleware: ForwardingMiddleware(trustedProxies: configuration.trustedProxies))
    router.add(middleware: ProblemMiddleware(logger: logger, configuration: configuration))
    let controller = ArchiveController(application: self)
    let all: [Resource] = [
      Resource(path: "/", get: controller.landing),
      Resource(path: "/health", get: controller.health),
      Resource(path: "/tiles", get: controller.tileSets),
      Resource(path: "/tiles/{tileset}", get: controller.description),
      Resource(path: "/tiles/{tileset}/{first}/{second}/{third}", get: controller.tile),
      Resource(path: "/assets/{name}", get: controller.asset),
    ]
    for resource in all { resource.register(on: router) }
    return router
  }

  func links(_ request: Request) -> Links { Links(configuration: configuration, request: request) }

  /// What the archive is called in addresses: the name of its file without what addresses would have to escape.
  var name: String {
    let stem = URL(fileURLWithPath: archive.path).deletingPathExtension().lastPathComponent
    let kept = stem.lowercased().unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "0"..."9", "-", "_": Character(scalar)
      default: "-" as Character
      }
    }
    return kept.isEmpty ? "tiles" : String(kept)
  }
}
