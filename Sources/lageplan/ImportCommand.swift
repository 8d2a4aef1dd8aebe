import ArgumentParser
import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanRouting
import LageplanServer
import LageplanStore

/// `lageplan import`: files and services into a collection.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Bring files into a collection: GeoJSON, CSV, Shapefile, GeoPackage, GML, KML, GPX, FlatGeobuf, WFS, JSON, OpenStreetMap …",
    discussion: """
      The first delivery makes the collection; a later one is a difference by id: what is new is inserted, what differs is updated, \
      and with --replace what is not delivered any more is deleted. A rejected row is delivered: its feature stays as it was.

      Ids are those of the file's features where it has some, else a column named id (or uuid, fid …) with unique values; \
      --id-property names another. Without any, ids are made, and each delivery is new.

      Columns that hold a place are found by their names and values, types by all their values; both are shown. \
      One transaction: a failed import leaves the collection as it was.

      Of an OpenStreetMap extract (town.osm.pbf) --osm names the objects: --osm leisure=playground. Points, lines and areas come as they \
      are drawn, tags as columns, ids as way/17. OpenStreetMap data are © OpenStreetMap contributors, under the ODbL.
      """)

  @Argument(help: "Files or addresses: trees.geojson, 'WFS:https://…', https://…/collections/trees/items")
  var sources: [String]

  @Option(help: "The id of the collection: lower case letters, digits, - and _.")
  var collection: String

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption
  @OptionGroup var reading: ReadingOptions

  @Option(
    name: .customLong("osm"),
    help: ArgumentHelp(
      "Of an OpenStreetMap extract, the objects with this tag; given more than once, those with any of them.",
      valueName: "key=value"),
    transform: {
      guard let filter = OsmTagFilter(parsing: $0) else {
        throw ValidationError("write a tag as leisure=playground, or its key alone")
      }
      return filter
    })
  var osmFilters: [OsmTagFilter] = []

  @Option(
    name: .customLong("osm-key"),
    help: ArgumentHelp("A tag that becomes a column; give it once for each. Default: all tags.", valueName: "key"))
  var osmKeys: [String] = []

  @Option(
    name: .customLong("reference"),
    help: ArgumentHelp("A column that holds the ids of another collection's features.", valueName: "column=collection"))
  var references: [ColumnSetting] = []

  @Option(help: "The title of the collection. Default: its id.")
  var title: String?

  @Option(help: "What the collection is.")
  var description: String?

  @Option(help: "An SPDX id or a URL: CC-BY-4.0, dl-de/by-2-0 …")
  var licence: String?

  @Option(help: "Who is to be named.")
  var attribution: String?

  @Option(help: "Words to find the collection by, separated by commas.")
  var keywords: String?

  @Option(help: "The zone of times that are written without one.")
  var timeZone = "Europe/Berlin"

  @Option(help: ArgumentHelp("Write the whole report there: JSON where the name ends in .json, else text.", valueName: "file"))
  var report: String?

  @Flag(help: "Do everything, print everything, write nothing.")
  var dryRun = false

  @Flag(help: "Delete the features that the sources do not have.")
  var replace = false

  func validate() throws {
    guard !sources.isEmpty else { throw ValidationError("Name at least one file or address.") }
    let extracts = sources.filter(OsmObjectSource.recognises)
    if let extract = extracts.first, osmFilters.isEmpty {
      throw ValidationError("\(extract) has objects of all kinds: name yours with --osm, as --osm leisure=playground")
    }
    if extracts.isEmpty, !osmFilters.isEmpty || !osmKeys.isEmpty {
      throw ValidationError("--osm and --osm-key are for OpenStreetMap extracts, such as town.osm.pbf")
    }
  }

  func run() throws {
    let town = try TownTime(zone: timeZone)
    let existing = FileManager.default.fileExists(atPath: database.path) ? try Store(path: database.path, mode: .open) : nil
    defer { existing?.close() }
    let known = try existing?.collections() ?? []
    try checkReferences(known)

    let progress = ProgressBar(isShown: Terminal.showsProgress && !output.json)
    let opened = try sources.map { source -> any FeatureSource in
      if OsmObjectSource.recognises(source) { return try openExtract(source, progress) }
      return try ImportSource.open(
        source, layer: reading.layer, encoding: reading.encoding, sortBy: reading.sortBy, pageSize: reading.pageSize, town: town)
    }
    var settings = try settings(town: town)
    if let existing { settings.existing = try CollectionImport.existingKinds(of: collection, in: existing) }
    let delivery = try Delivery(opened, settings: settings) {
      if $1 { progress.show($0, of: progress.total) } else { progress.show("looking through \($0) records") }
    }
    progress.total = delivery.count

    let scratch = existing == nil && dryRun ? ScratchDatabase() : nil
    let store = try existing ?? Store(path: scratch?.path ?? database.path, mode: .create)
    defer { if existing == nil { store.close() } }
    var work = CollectionImport(
      into: collection, options: ImportOptions(mode: replace ? .replace : .merge, dryRun: dryRun, ignoring: Set(reading.ignored)))
    work.description = description(of: work.description)
    let report = try work.run(delivery, into: store)
    if known.contains(where: { $0.id == collection }), !dryRun { try describe(store) }
    progress.finish()
    try write(report)
    guard report.isBalanced else {
      throw CommandFailure(
        "The sums of the import do not add up (\(report.summary)). This is a fault of Lageplan: please report it.")
    }
    if report.read > 0, report.rejected.count == report.read { throw ExitCode.failure }
  }

  private func openExtract(_ path: String, _ progress: ProgressBar) throws -> any FeatureSource {
    let source = try OsmObjectSource(path: path, filters: osmFilters, keys: osmKeys) { step, share in
      progress.show("\(step) \(Int(share * 100)) %")
    }
    if source.cutCount > 0 {
      Terminal.note("\(path): of \(source.cutCount) objects a part lies beyond the border of the extract.")
    }
    return source
  }

  private func settings(town: TownTime) throws -> ImportSettings {
    var settings = ImportSettings(town: town)
    settings.crs = reading.crs.flatMap { CoordinateReferenceSystem(parsing: $0) }
    settings.idProperty = reading.idProperty
    settings.x = reading.x
    settings.y = reading.y
    settings.wkt = reading.wkt
    for setting in reading.types { settings.types[setting.column] = PropertyKind(rawValue: setting.value) }
    settings.dateFormat = try reading.dateFormat.map { try DateFormat($0) }
    for setting in references { settings.references[setting.column] = setting.value }
    return settings
  }

  /// A reference to a collection that is not there is mostly a slip of the pen; to itself it may come with this import.
  private func checkReferences(_ known: [CollectionDescriptor]) throws {
    for reference in references where reference.value != collection && !known.contains(where: { $0.id == reference.value }) {
      throw CommandFailure(
        """
        --reference \(reference.column)=\(reference.value): there is no collection \(reference.value) to refer to. \
        Known: \(known.isEmpty ? "none" : known.map(\.id).joined(separator: ", ")). Import it first, or set the reference later with \
        `lageplan collections set`.
        """)
    }
  }

  private func description(of new: CollectionDescriptor) -> CollectionDescriptor {
    var new = new
    new.title = title ?? collection
    new.description = description
    new.keywords = words
    new.licence = licence
    new.attribution = attribution
    return new
  }

  private var words: [String] {
    (keywords ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// A later delivery may say more about the collection; what it does not say stays.
  private func describe(_ store: Store) throws {
    guard title != nil || description != nil || licence != nil || attribution != nil || keywords != nil || !references.isEmpty
    else {
      return
    }
    var descriptor = try store.descriptor(of: collection)
    if let title { descriptor.title = title }
    if let description { descriptor.description = description }
    if let licence { descriptor.licence = licence }
    if let attribution { descriptor.attribution = attribution }
    if keywords != nil { descriptor.keywords = words }
    for setting in references {
      if let index = descriptor.schema.index(of: setting.column) { descriptor.schema.properties[index].reference = setting.value }
    }
    try store.updateCollection(descriptor)
  }

  private func write(_ report: ImportReport) throws {
    if let path = self.report {
      let text = path.lowercased().hasSuffix(".json") ? report.json.json : report.text()
      do {
        try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      } catch {
        throw CommandFailure("The report \(path) cannot be written: \(error.localizedDescription)")
      }
    }
    let text = output.json ? report.json.json : report.text(rejectedLimit: 20)
    try Terminal.write(Array((text + "\n").utf8))
  }
}

/// `COLUMN=VALUE`. A column's name may hold `=`, the value may not.
struct ColumnSetting: ExpressibleByArgument {
  var column: String
  var value: String

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), sign != argument.startIndex, argument.index(after: sign) != argument.endIndex
    else {
      return nil
    }
    column = String(argument[..<sign])
    value = String(argument[argument.index(after: sign)...])
  }
}

/// A database that exists only for a trial, where there is none yet.
private final class ScratchDatabase {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-\(UUID().uuidString).sqlite").path

  deinit {
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }
}
