import ArgumentParser
import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanServer
import LageplanStore
import Logging

/// `lageplan serve`: the service on one address, over one database.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve features, tiles, nearness, tours and the map over HTTP; or an archive of tiles alone.",
    discussion: """
      With an archive (city.pmtiles, city.mbtiles) no database is opened: its tiles are served, its TileJSON and a map of it.

      Listens on this machine only unless --host says otherwise. Stops cleanly on SIGINT and SIGTERM: requests in flight \
      finish, then the database closes.
      """)

  @Argument(help: "An archive of tiles, by any program, instead of a database: city.pmtiles, city.mbtiles.")
  var archive: String?

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @Option(help: "The address to listen on; 0.0.0.0 for all of this machine.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 takes a free one and prints it.")
  var port = 8080

  @Option(help: ArgumentHelp("The address under which clients reach the server through a proxy.", valueName: "url"))
  var publicUrl: String?

  @Option(
    help: ArgumentHelp(
      "A proxy, as address or network, whose Forwarded and X-Forwarded headers are believed. May be given several times.",
      valueName: "network"))
  var trustedProxy: [String] = []

  @Flag(
    help: "Let holders of a token with the scope write change features; see `lageplan token`. Without it the server only reads.")
  var writable = false

  @Option(help: "How many requests read the database at once. Default: one per processor.")
  var readers: Int?

  @Option(
    help: ArgumentHelp(
      "How much memory features may be held in, so that questions need not be read from the file: 2GB, 500MB, off. "
        + "Default: 2GB, or a quarter of a smaller machine.", valueName: "size"))
  var resident: String?

  @Option(help: ArgumentHelp("How long one question may keep the database busy.", valueName: "seconds"))
  var timeLimit = 30

  @Option(help: ArgumentHelp("So much memory for finished tiles; off for none.", valueName: "size"))
  var tileCache = "256MB"

  @Option(help: ArgumentHelp("The town's time zone.", valueName: "zone"))
  var timeZone = "Europe/Berlin"

  @OptionGroup var router: RouterOption

  @Option(
    help: ArgumentHelp(
      "How much one request for roads may ask, such as table-cells=9000000. May be given several times. There are: "
        + RoutingLimits.names.map(\.name).joined(separator: ", ") + ".", valueName: "name=number"))
  var routingLimit: [String] = []

  @Flag(help: "Run the sources that are due (`lageplan sources`), one at a time, beside the requests.")
  var runSources = false

  @Option(help: "Log level: trace, debug, info, notice, warning, error, critical. Requests are logged at info.")
  var logLevel = "info"

  func validate() throws {
    if archive != nil, database.database != nil || writable || runSources {
      throw ValidationError("An archive is served alone: without --database, --writable and --run-sources.")
    }
    if let resident {
      do { _ = try MemorySize(parsing: resident) } catch { throw ValidationError("--resident: \(error)") }
    }
    do { _ = try MemorySize(parsing: tileCache) } catch { throw ValidationError("--tile-cache: \(error)") }
    do { _ = try RoutingLimits(parsing: routingLimit) } catch { throw ValidationError("--routing-limit: \(error)") }
    guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
    if let readers, !(1...64).contains(readers) { throw ValidationError("--readers is a number from 1 to 64.") }
    guard (1...3_600).contains(timeLimit) else { throw ValidationError("--time-limit is a number of seconds from 1 to 3600.") }
    guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level: there is no level '\(logLevel)'.") }
    do {
      _ = try TownTime(zone: timeZone)
    } catch {
      throw ValidationError("--time-zone: \(error)")
    }
    for network in trustedProxy where IpNetwork(network) == nil {
      throw ValidationError("--trusted-proxy is an address or a network such as 10.0.0.0/8; '\(network)' is neither.")
    }
    if let publicUrl {
      guard let url = URL(string: publicUrl), url.scheme == "http" || url.scheme == "https", url.host != nil else {
        throw ValidationError("--public-url is an address such as https://geo.example.org/lageplan.")
      }
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap { label in StreamLogHandler.standardError(label: label) }
    var logger = Logger(label: "lageplan")
    logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
    if let archive { return try await serve(archive, logger) }
    let store = try Store(
      path: database.path, mode: .open, readers: readers ?? max(2, ProcessInfo.processInfo.activeProcessorCount),
      timeLimit: .seconds(timeLimit))
    defer { store.close() }
    try store.watchFile()
    try store.keepResident(budget: resident.map { try MemorySize(parsing: $0) }?.byteCount ?? MemorySize.ofResidents.byteCount)
    var configuration = try configuration()
    configuration.isWritable = writable
    configuration.routing = try RoutingLimits(parsing: routingLimit)
    configuration.tileCacheBytes = try MemorySize(parsing: tileCache).byteCount
    if writable { try warnOfWriting(store) }
    let json = output.json
    // Told by the name of the option: without it nothing is fetched from anywhere.
    let schedule = runSources ? SourceSchedule(store: store, town: configuration.townTime, logger: logger) : nil
    let application = LageplanApplication(store: store, configuration: configuration, logger: logger)
    defer { schedule?.stop() }
    try await application.run { address in
      schedule?.start()
      let line =
        json ? #"{"address":"\#(address)","map":"\#(address)map"}"# : "Lageplan serves on \(address)  (the map: \(address)map)"
      // Written at once: whoever started us waits for this line.
      FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
  }

  private func configuration() throws -> ServerConfiguration {
    var configuration = ServerConfiguration(townTime: try TownTime(zone: timeZone))
    configuration.host = host
    configuration.port = port
    configuration.publicUrl = publicUrl
    configuration.router = try router.router
    configuration.trustedProxies = trustedProxy.compactMap(IpNetwork.init)
    return configuration
  }

  private func serve(_ archive: String, _ logger: Logger) async throws {
    let application = ArchiveApplication(
      archive: try TileArchive(path: archive), configuration: try configuration(), logger: logger)
    let json = output.json
    try await application.run { address in
      let line = json ? #"{"address":"\#(address)"}"# : "Lageplan serves \(archive) on \(address)"
      FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
  }

  /// What an operator would otherwise find out late: that nobody can write, or that tokens can be read on the way.
  private func warnOfWriting(_ store: Store) throws {
    let now = Instant.now
    if try !store.tokens().contains(where: { $0.scope >= .write && $0.isValid(at: now) }) {
      Terminal.note("No token allows to write yet: make one with `lageplan token add NAME --scope write`.")
    }
    if host != "127.0.0.1", host != "::1", host != "localhost", publicUrl?.hasPrefix("https://") != true {
      Terminal.note(
        "Tokens cross the network as plain text: put a proxy with TLS before the server, and name it with --public-url.")
    }
  }
}
