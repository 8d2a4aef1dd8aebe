import ArgumentParser
import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanServer
import LageplanStore

/// `lageplan sources`: where collections are brought in from, again and again.
struct SourcesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sources",
    abstract: "Keep collections true to a WFS, an OGC API or a file: fetched on a schedule, taken as a difference.",
    discussion: """
      Each run fetches the source as a whole, compares it with the collection by id, and writes only what differs; what the source \
      does not have any more is deleted. `lageplan serve --run-sources` runs what is due, or a timer runs `lageplan sources run --due`.
      """,
    subcommands: [
      AddSource.self, ListSources.self, ShowSource.self, RunSources.self, EnableSource.self, DisableSource.self,
      RemoveSource.self,
    ],
    defaultSubcommand: ListSources.self)

  struct AddSource: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Add a source, or describe one anew.",
      discussion: """
          lageplan sources add bezirke --collection districts --kind wfs --every 1d \\
            --address https://gdi.berlin.de/services/wfs/alkis_bezirke --layer alkis_bezirke:bezirksgrenzen
          lageplan sources add trees --collection trees --every 6h --address https://example.org/collections/trees
          lageplan sources add signs --collection signs --every 30m --address /srv/gis/signs.gpkg --id-property nr

        The kind is taken from the address where it shows. A user name and a password in the address are used and never shown, but \
        kept in the database as they are.
        """)

    @Argument(help: "The source's id: lower case letters, digits, - and _.")
    var id: String

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption
    @OptionGroup var reading: ReadingOptions

    @Option(help: "The id of the collection that the source fills; made by the first run where it is not there.")
    var collection: String

    @Option(help: "wfs, oapif or file.")
    var kind: String?

    @Option(help: "A path, or an http or https address.")
    var address: String

    @Option(help: ArgumentHelp("The time between two runs: minutes, hours or days.", valueName: "30m|6h|1d"))
    var every = "1d"

    @Option(
      help: ArgumentHelp(
        "Refuse a delivery with fewer records than this share of the collection's features, from 0 to 1.", valueName: "share"))
    var smallestShare = 0.5

    @Option(help: "Fetch at most so many megabytes.")
    var megabytes = 2048

    @Option(help: "Fetch for at most so many minutes.")
    var minutes = 60

    @Flag(help: "Leave features that the source does not have any more.")
    var keepMissing = false

    @Flag(help: "Where the source makes the collection, show it to holders of a token only.")
    var notPublic = false

    @Option(help: "The title of the collection where the source makes it.")
    var title: String?

    @Option(help: "The licence of the collection where the source makes it.")
    var licence: String?

    @Option(help: "Who is to be named, where the source makes the collection.")
    var attribution: String?

    func validate() throws {
      guard Interval(parsing: every) != nil else {
        throw ValidationError("--every \(every): give minutes, hours or days up to a year, such as 30m, 6h or 1d.")
      }
      if let kind, SourceKind(rawValue: kind) == nil {
        throw ValidationError("--kind \(kind): the kinds are \(SourceKind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      guard kind != nil || SourceKind(guessing: address) != nil else {
        throw ValidationError("--kind: the address does not show what it is. Say wfs, oapif or file.")
      }
      guard (0...1).contains(smallestShare) else { throw ValidationError("--smallest-share is a number from 0 to 1.") }
      for (name, number) in [("megabytes", megabytes), ("minutes", minutes)]
      where !(1...1_000_000).contains(number) {
        throw ValidationError("--\(name) is a whole number from 1 to 1000000.")
      }
      do { try settings.check() } catch { throw ValidationError("\(error)") }
    }

    private var settings: SourceSettings {
      var settings = SourceSettings()
      settings.layer = reading.layer
      settings.crs = reading.crs
      settings.idProperty = reading.idProperty
      (settings.x, settings.y, settings.wkt) = (reading.x, reading.y, reading.wkt)
      for type in reading.types { settings.types[type.column] = type.value }
      settings.dateFormat = reading.dateFormat
      settings.ignored = reading.ignored
      settings.encoding = reading.encoding
      settings.sortBy = reading.sortBy
      settings.pageSize = reading.pageSize
      settings.smallestShare = smallestShare
      settings.megabytes = megabytes
      settings.minutes = minutes
      settings.keepsMissing = keepMissing
      settings.isHidden = notPublic
      (settings.title, settings.licence, settings.attribution) = (title, licence, attribution)
      return settings
    }

    func run() throws {
      let store = try Store(path: database.path, mode: .create, readers: 1)
      defer { store.close() }
      let kind = kind.flatMap { SourceKind(rawValue: $0) } ?? SourceKind(guessing: address) ?? .file
      // A run may start in any folder.
      let isPath = kind == .file && !address.contains("://")
      let source = StoredSource(
        id: id, collection: collection, kind: kind.rawValue,
        address: isPath ? URL(fileURLWithPath: address).standardizedFileURL.path : address, settings: settings.json.json,
        intervalMinutes: Interval(parsing: every)?.minutes ?? 1440)
      try store.saveSource(source)
      try output.write(try store.source(id).json, or: "\(id): runs every \(every) into \(collection)")
    }
  }

  struct ListSources: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the sources with their last runs.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    func run() throws {
      let store = try database.openForReading()
      defer { store.close() }
      let sources = try store.sources()
      let lines = sources.map { source in
        let report = SourceReport(source.lastReport)
        let state =
          source.lastRun.map { "\(source.lastStatus ?? "") \($0): \(report.reason ?? report.summary ?? "")" } ?? "never run"
        let every = source.isEnabled ? "every \(Interval(minutes: source.intervalMinutes))" : "switched off"
        return "\(source.id)  →  \(source.collection)  \(source.kind)  \(every)  \(state)"
      }
      try output.write(
        .array(sources.map(\.json)),
        or: lines.isEmpty ? "No sources yet. Add one with `lageplan sources add`." : lines.joined(separator: "\n"))
    }
  }

  struct ShowSource: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show a source with the reports of its last runs.")

    @Argument(help: "The source's id.")
    var id: String

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    @Option(help: "Show so many runs, the newest first.")
    var runs = 10

    func run() throws {
      let store = try database.openForReading()
      defer { store.close() }
      let source = try store.source(id)
      let kept = try store.runs(ofSource: id, limit: max(0, runs))
      guard case .object(var members) = source.json else { return }
      var lines = members.map { "\($0.key): \($0.value.text ?? $0.value.json)" }
      members.append(("runs", .array(kept.map(\.json))))
      for run in kept {
        let report = SourceReport(run.report)
        lines.append("")
        lines.append("\(run.started) to \(run.ended): \(run.status)")
        lines.append("  \(report.reason ?? report.summary ?? "")")
        lines.append("  \(report.requests) requests, \(report.bytes) bytes")
        for warning in (report.taken?["warnings"]?.array ?? []).compactMap(\.text).prefix(20) {
          lines.append("  warning: \(warning)")
        }
        for row in (report.taken?["rejectedRows"]?.array ?? []).prefix(20) {
          lines.append("  rejected: \(row["id"]?.text ?? "without id"): \(row["reason"]?.text ?? "")")
        }
      }
      try output.write(.object(members), or: lines.joined(separator: "\n"))
    }
  }

  struct RunSources: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Run one source now, or all that are due.",
      discussion: "Ends with 1 when a run did not succeed; its report is kept all the same, see `lageplan sources show`.")

    @Argument(help: "The source's id.")
    var id: String?

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    @Flag(help: "Run all sources that are due, one after the other.")
    var due = false

    @Flag(help: "Take the delivery even where it has far fewer features than the collection.")
    var acceptShrink = false

    @Option(help: "The zone of times that are written without one.")
    var timeZone = "Europe/Berlin"

    func validate() throws {
      guard (id != nil) != due else { throw ValidationError("Name a source, or give --due for all that are due.") }
      guard id != nil || !acceptShrink else { throw ValidationError("--accept-shrink goes with the id of one source.") }
    }

    func run() throws {
      let store = try Store(path: database.path, readers: 1)
      defer { store.close() }
      let wanted = try id.map { try store.source($0) }
      guard let lock = try SourceLock(database: database.path) else {
        throw CommandFailure(
          "Sources of this database are being run by another program just now, perhaps the server. Try again later.")
      }
      defer { lock.release() }
      var runner = SourceRunner(store: store, town: try TownTime(zone: timeZone))
      runner.acceptsShrink = acceptShrink
      var runs: [SourceRun] = []
      if let wanted {
        runs.append(try runner.run(wanted))
      } else {
        // Those that are due now, and no more: a failed one is due again, later.
        for source in try store.sources().filter({ $0.isDue(at: .now) }) { runs.append(try runner.run(source)) }
      }
      let lines = runs.map { run in
        let report = SourceReport(run.report)
        return "\(run.source): \(run.status): \(report.reason ?? report.summary ?? "nothing has changed")"
      }
      try output.write(.array(runs.map(\.json)), or: lines.isEmpty ? "No source is due." : lines.joined(separator: "\n"))
      guard runs.allSatisfy({ SourceRunner.Status(rawValue: $0.status)?.isGood ?? false }) else { throw ExitCode.failure }
    }
  }

  struct EnableSource: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Run a source on its schedule again.")
    @Argument(help: "The source's id.")
    var id: String
    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    func run() throws { try switchSource(id, on: true, database, output) }
  }

  struct DisableSource: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "disable", abstract: "Do not run a source on its schedule any more; by hand it still runs.")
    @Argument(help: "The source's id.")
    var id: String
    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    func run() throws { try switchSource(id, on: false, database, output) }
  }

  struct RemoveSource: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Forget a source and its reports; its collection stays.")
    @Argument(help: "The source's id.")
    var id: String
    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    func run() throws {
      let store = try Store(path: database.path, readers: 1)
      defer { store.close() }
      try store.removeSource(id)
      try output.write(["removed": .text(id)], or: "\(id): removed; its collection stays")
    }
  }

  private static func switchSource(_ id: String, on: Bool, _ database: DatabaseOption, _ output: OutputOption) throws {
    let store = try Store(path: database.path, readers: 1)
    defer { store.close() }
    var source = try store.source(id)
    source.isEnabled = on
    try store.saveSource(source)
    try output.write(source.json, or: "\(id): \(on ? "switched on" : "switched off")")
  }
}

extension Store {
  /// The source, or a failure that names those there are.
  fileprivate func source(_ id: String) throws -> StoredSource {
    let all = try sources()
    if let found = all.first(where: { $0.id == id }) { return found }
    let known = all.map(\.id).joined(separator: ", ")
    throw CommandFailure("There is no source \(id). Known: \(known.isEmpty ? "none" : known).")
  }
}

extension OutputOption {
  /// The answer of a command, for machines or for people.
  func write(_ value: JSONValue, or text: String) throws {
    try Terminal.write(Array(((json ? value.json : text) + "\n").utf8))
  }
}
