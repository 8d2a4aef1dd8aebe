import Foundation
import Hummingbird
import HummingbirdCore
import LageplanFeatures
public import LageplanStore
import LageplanTiles
public import Logging
import NIOCore

/// The service: every resource at its path, over one open database.
public struct LageplanApplication: Sendable {
  let store: Store
  let configuration: ServerConfiguration
  let resources: Resources
  let logger: Logger
  /// Changes of features wait here for one another, not in the way of those who read.
  let writing = WorkThread(mostWaiting: 64, busy: "Many changes wait to be written. Send this one again in a few seconds.")
  let changeFeed: ChangeFeed
  /// Styles, icons and letters.
  let styles: StyleShelf
  let tileCache: TileCache
  let tilePacking: TilePacking
  /// Ways, as far as a network is imported.
  let roads: RoadService
  /// Long work about roads waits here, not in the way of maps.
  let roadThread = WorkThread(mostWaiting: 64, busy: "Many tables and areas are being computed. Ask again in a few seconds.")
  /// Plans whose answer is waited for, and those that are made in the background.
  let planning = PlanningThreads(
    mostWaiting: 5, mostWithoutToken: 3, busy: "Several plans are being made. Ask again in a few seconds.")
  let backgroundPlanning = PlanningThreads(
    mostWaiting: 20, mostWithoutToken: 5, busy: "Many plans wait to be made in the background. Ask again in a few minutes.")
  /// Plans that are in memory.
  let tourShelf = TourShelf()
  /// What is being downloaded, in all.
  let downloads = DownloadSlots()
  /// Distinguishes this run from others on the same address, whose database may have been another.
  private let launch = String(UInt64.random(in: .min ... .max), radix: 36)

  public init(
    store: Store, configuration: ServerConfiguration, resources: Resources = Resources(),
    logger: Logger = Logger(label: "lageplan")
  ) {
    self.store = store
    self.configuration = configuration
    self.resources = resources
    self.logger = logger
    changeFeed = ChangeFeed(store: store, logger: logger)
    styles = StyleShelf(resources: resources, logger: logger)
    roads = RoadService(store: store, town: configuration.townTime, logger: logger)
    let areas = ChangedAreas(from: store.knownSequence)
    // Told before a write is acknowledged: the next request knows of it.
    store.onCommit { [weak changeFeed, weak roads] commit in
      roads?.note(commit)
      if commit.isComplete {
        areas.note(commit.changes, wholly: commit.wholly, upTo: commit.sequence)
      } else {
        areas.purgeAll()
      }
      changeFeed?.notice()
    }
    tileCache = TileCache(capacity: configuration.tileCacheBytes, areas: areas)
    tilePacking = TilePacking(cache: tileCache)
  }

  /// Listens until SIGINT or SIGTERM, then lets the requests in flight finish. The caller closes the store.
  /// `onRunning` is told the address with the port that was really taken.
  public func run(onRunning: @escaping @Sendable (String) -> Void) async throws {
    let host = configuration.host
    // What QGIS or the spatialite shell change in the file is told as well.
    try store.watchFile()
    styles.check()
    // Opened now, so that the first who asks does not wait.
    do { _ = try await roads.standingIfAny() } catch { logger.warning("the roads are not ready: \(error)") }
    var application = Application(
      responder: router().buildResponder(),
      server: .http1(configuration: .init(additionalChannelHandlers: [keptTileHandler()])),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: configuration.port), serverName: Self.serverName, backlog: 1_024),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? 0
        onRunning("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/")
      },
      logger: logger)
    application.addServices(TourShelfService(shelf: tourShelf))
    do {
      try await application.runService()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw AddressInUse(host: host, port: configuration.port)
    }
  }

  private static let serverName = "Lageplan"

  /// A silent connection is closed: the number of open ones is bounded by what clients really use.
  private static let idleTimeout = TimeAmount.seconds(60)

  /// Stands on each connection before the router.
  func keptTileHandler() -> KeptTileHandler {
    KeptTileHandler(
      cache: tileCache, packing: tilePacking, logger: logger, serverName: Self.serverName, idleTimeout: Self.idleTimeout)
  }

  /// Another program listens there already.
  public struct AddressInUse: Error, CustomStringConvertible {
    public var host: String
    public var port: Int

    public var description: String {
      "Port \(port) of \(host) is in use by another program. Name another with --port, or 0 for a free one."
    }
  }

  /// All resources behind the middlewares. Tests call its responder without a socket.
  func router() -> Router<LageplanRequestContext> {
    let router = Router(context: LageplanRequestContext.self)
    router.add(middleware: KeptAnswersMiddleware(cache: tileCache))
    router.add(middleware: CrossOriginMiddleware())
    router.add(middleware: RequestLogMiddleware(logger: logger))
    router.add(middleware: ForwardingMiddleware(trustedProxies: configuration.trustedProxies))
    router.add(middleware: ProblemMiddleware(logger: logger, configuration: configuration))
    router.add(middleware: AccessMiddleware(application: self))
    let service = ServiceController(application: self)
    let collections = CollectionsController(application: self)
    let items = ItemsController(application: self)
    let tiles = TilesController(application: self)
    let tileSets = TileSetsController(application: self, tiles: tiles)
    let tileCaches = TileCacheController(application: self)
    let tours = ToursController(application: self)
    let vroom = VroomController(application: self)
    let tourVersions = TourVersionsController(application: self)
    let tourEvents = TourEventsController(application: self)
    let osrm = OsrmController(application: self)
    let routing = RoutingController(application: self)
    let valhalla = ValhallaController(application: self)
    let sources = SourcesController(application: self)
    let page = PageController(application: self)
    let styles = StylesController(application: self)
    let fonts = FontsController(application: self)
    let sprites = SpritesController(application: self)
    let edit = configuration.isWritable ? EditController(application: self) : nil
    let versions = VersionsController(application: self)
    let changes = ChangesController(application: self)
    let all: [Resource] = [
      Resource(path: "/", get: service.landing),
      Resource(path: "/conformance", get: service.conformance),
      Resource(path: "/api", get: service.api),
      Resource(path: "/functions", get: service.functions),
      Resource(path: "/health", get: service.health),
      Resource(path: "/collections", get: collections.all),
      Resource(path: "/collections/{collectionId}", get: collections.one),
      Resource(path: "/collections/{collectionId}/schema", get: collections.schema),
      Resource(path: "/collections/{collectionId}/queryables", get: collections.queryables),
      Resource(path: "/collections/{collectionId}/sortables", get: collections.sortables),
      Resource(path: "/collections/{collectionId}/items", get: items.items, post: edit?.insert),
      Resource(
        path: "/collections/{collectionId}/items/{featureId}", get: items.item, put: edit?.replace, patch: edit?.patch,
        delete: edit?.delete),
      Resource(path: "/collections/{collectionId}/items/{featureId}/versions", get: versions.all),
      Resource(path: "/collections/{collectionId}/items/{featureId}/versions/{version}", get: versions.one),
      Resource(path: "/collections/{collectionId}/changes", get: changes.one),
      Resource(path: "/changes", get: changes.all),
      Resource(path: "/changes/stream", get: changes.stream),
      Resource(path: "/collections/{collectionId}/search", post: items.search),
      Resource(path: "/tileMatrixSets", get: tileSets.tileMatrixSets),
      Resource(path: "/tileMatrixSets/{tileMatrixSetId}", get: tileSets.tileMatrixSet),
      Resource(path: "/collections/{collectionId}/tiles", get: tileSets.collectionTileSets),
      Resource(path: "/collections/{collectionId}/tiles/{tileMatrixSetId}", get: tileSets.collectionTileSet),
      Resource(
        path: "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        get: tileSets.collectionTile),
      Resource(path: "/tiles", get: tileSets.datasetTileSets),
      // A tile matrix set or, for web maps, names of collections.
      Resource(path: "/tiles/{collections}", get: tileSets.datasetTileSet),
      Resource(path: "/tiles/{collections}/{z}/{x}/{y}", get: tileSets.tile),
      Resource(path: "/admin/cache/purge", post: tileCaches.purge),
      Resource(path: "/vroom", post: vroom.solve),
      Resource(path: "/tours", get: tours.all, post: tours.plan),
      Resource(path: "/tours/{tourId}", get: tours.one, delete: tours.remove),
      Resource(path: "/tours/{tourId}/events", get: tourEvents.events),
      Resource(path: "/tours/{tourId}/request", get: tours.request),
      Resource(path: "/tours/{tourId}/versions", get: tourVersions.all),
      Resource(path: "/tours/{tourId}/compare", get: tourVersions.compare),
      Resource(path: "/tours/{tourId}/replan", post: tourVersions.replan),
      Resource(path: "/tours/{tourId}/store", post: tourVersions.store),
      Resource(path: "/tours/{tourId}/release", post: tourVersions.release),
      Resource(path: "/routing/v1/profiles", get: routing.profiles),
      Resource(path: "/routing/v1/snap", get: routing.snap, post: routing.snap),
      Resource(path: "/routing/v1/route", get: routing.route, post: routing.route),
      Resource(path: "/routing/v1/table", get: routing.table, post: routing.table),
      Resource(path: "/routing/v1/reachable", get: routing.reachable, post: routing.reachable),
      Resource(path: "/routing/v1/nearest", get: routing.nearest, post: routing.nearest),
      Resource(path: "/route/v1/{profile}/{coordinates}", get: osrm.route),
      Resource(path: "/route/v1/{profile}", post: osrm.route),
      Resource(path: "/table/v1/{profile}/{coordinates}", get: osrm.table),
      Resource(path: "/table/v1/{profile}", post: osrm.table),
      Resource(path: "/nearest/v1/{profile}/{coordinates}", get: osrm.nearest),
      Resource(path: "/trip/v1/{profile}/{coordinates}", get: osrm.trip),
      Resource(path: "/isochrone", get: valhalla.isochrone, post: valhalla.isochrone),
      Resource(path: "/sources", get: sources.all),
      Resource(path: "/sources/{sourceId}", get: sources.one),
      Resource(path: "/map", get: page.map),
      Resource(path: "/assets/{name}", get: page.asset),
      Resource(path: "/styles", get: styles.all),
      Resource(path: "/styles/{styleId}", get: styles.one),
      Resource(path: "/styles/{styleId}/metadata", get: styles.metadata),
      Resource(path: "/preview/{collectionId}", get: PreviewController(application: self).page),
      Resource(path: "/fonts", get: fonts.all),
      Resource(path: "/fonts/{fontstack}/{range}", get: fonts.range),
      Resource(path: "/sprites/{name}", get: sprites.file),
    ]
    for resource in all { resource.register(on: router) }
    return router
  }

  // MARK: - Shared by the controllers

  func links(_ request: Request) -> Links { Links(configuration: configuration, request: request) }

  /// The entity tag of an answer that these parts decide.
  func tag(_ parts: [String]) -> String { EntityTag.of([launch] + parts) }

  /// The entity tag of a tile whose layers have these versions, without the coding.
  func tileTag(_ key: TileKey, _ versions: [ChangedAreas.Version]) -> String {
    let place = "\(key.coordinate.matrix)/\(key.coordinate.row)/\(key.coordinate.column)"
    return tag(
      ["tile", key.format.rawValue, key.tileMatrixSet, place, key.layers] + versions.map { "\($0.sequence).\($0.purge)" })
  }

  /// What stands in the addresses of these collections' tiles (`?v=`): another one after every change of any of them, and in every
  /// run of the server, whose database may be another.
  /// A purge makes every address new, so that nobody keeps a purged tile for as long as its version allowed.
  func tileVersion(of collections: [String]) -> String {
    "\(tileCache.areas.newest(of: collections))-\(tileCache.areas.purges)-\(launch.suffix(6))"
  }
}
