import ArgumentParser
import Foundation
import LageplanFeatures
import LageplanServer
import LageplanStore
import LageplanTiles

/// `lageplan tiles export`: all tiles of some collections into one file.
struct TilesExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write all tiles of some collections into a PMTiles or MBTiles archive.",
    discussion: """
      The ending of the file says which. The tiles are those that `lageplan serve` sends, byte for byte; tiles without a feature \
      are left out, equal ones stored once. The file appears when it is whole: an export that fails or is stopped leaves nothing \
      behind, and what was there before.
      """)

  @Argument(help: "The file to be written: city.pmtiles, city.mbtiles.")
  var file: String

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @Option(
    help: ArgumentHelp(
      "The collections, each a layer, separated by commas. Default: all that are public.", valueName: "a,b"))
  var collections: String?

  @Option(help: ArgumentHelp("The lowest and the highest zoom.", valueName: "0-14"))
  var zooms = ZoomRange(zooms: 0...14)

  @Option(
    help: ArgumentHelp(
      "none: every feature is in its tiles, however large they become. auto: crowded features are thinned, as in live tiles.",
      valueName: "none|auto"))
  var thinning = ThinningArgument(thinning: .automatic)

  @Option(help: ArgumentHelp("What the archive is called. Default: the name of the file.", valueName: "text"))
  var name: String?

  @Option(help: ArgumentHelp("How well tiles are packed, 1 to 12; higher is smaller and slower.", valueName: "gzip level"))
  var level = TileCoding.gzip.smallLevel

  @Option(help: ArgumentHelp("How many threads render. Default: one per processor.", valueName: "count"))
  var threads: Int?

  @Flag(name: [.customLong("force"), .customLong("overwrite")], help: "Replace the file if it is there.")
  var force = false

  func validate() throws {
    guard TileArchiveFormat(path: file) != nil else {
      throw ValidationError("\(file): the name of an archive ends in .pmtiles or .mbtiles.")
    }
    guard TileCoding.gzip.levels.contains(level) else { throw ValidationError("--level is a number from 1 to 12.") }
    if let threads, !(1...64).contains(threads) { throw ValidationError("--threads is a number from 1 to 64.") }
  }

  func run() async throws {
    guard let format = TileArchiveFormat(path: file) else { return }
    let threads = threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
    let store = try database.openForReading(readers: threads)
    defer { store.close() }
    var export = TileExport(
      collections: try chosen(from: store), zooms: zooms.zooms, thinning: thinning.thinning,
      name: name ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent)
    export.level = level
    let draft = try TileArchiveDraft(path: file, format: format, isReplacing: force)
    let progress = ProgressBar(isShown: Terminal.showsProgress && !output.json)
    let work = Task { [export] in
      // Every feature is drawn at every zoom: read once, not fifteen times. What does not fit is read from the file.
      progress.show("reading")
      try store.keepResident(budget: Int(ProcessInfo.processInfo.physicalMemory / 2))
      store.waitForResidents()
      try Task.checkCancellation()
      return try await export.run(from: store, threads: threads, into: draft) { state in
        if state.isCounted {
          progress.show(state.done, of: state.found)
        } else {
          progress.show("\(state.done) of \(state.found) tiles found so far")
        }
      }
    }
    let interruption = Interruption { work.cancel() }
    defer { interruption.end() }
    do {
      let summary = try await work.value
      try draft.finish(try TileArchiveMetadata(of: export))
      progress.finish()
      try tell(summary, export)
    } catch is CancellationError {
      progress.finish()
      throw CommandFailure("Stopped: \(file) was not written.")
    }
  }

  private func chosen(from store: Store) throws -> [CollectionDescriptor] {
    guard let collections else { return try store.collections().filter(\.isPublic) }
    let names = collections.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    return try names.map { try store.descriptor(of: $0) }
  }

  private func tell(_ summary: TileExport.Summary, _ export: TileExport) throws {
    let bytes = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    let largest = summary.largestAt.map { "\($0.matrix)/\($0.column)/\($0.row)" } ?? ""
    if output.json {
      let document: JSONValue = .object([
        ("file", .text(file)), ("bytes", .integer(Int64(bytes))),
        ("collections", .array(export.collections.map { .text($0.id) })), ("thinning", .text(export.thinning.rawValue)),
        ("tiles", .integer(Int64(summary.tiles))), ("contents", .integer(Int64(summary.contents))),
        ("plainBytes", .integer(Int64(summary.plainBytes))), ("packedBytes", .integer(Int64(summary.packedBytes))),
        ("largestTile", .integer(Int64(summary.largestTile))), ("largestAt", .text(largest)),
        ("flaws", .integer(Int64(summary.flawCount))),
      ])
      return try Terminal.write(Array((document.json + "\n").utf8))
    }
    for flaw in summary.flaws.prefix(5) {
      Terminal.note("Warning: \(flaw.collection), feature number \(flaw.number) is left out: \(flaw.reason).")
    }
    if summary.flawCount > 5 { Terminal.note("Warning: \(summary.flawCount) times a damaged feature was left out of a tile.") }
    let everything = export.thinning == .none ? "every feature" : "thinned where crowded"
    let line =
      "\(file): \(summary.tiles) tiles (\(summary.contents) different), zooms \(export.zooms.lowerBound) to \(export.zooms.upperBound), "
      + "\(everything), \(ByteCount(bytes)); the largest tile, \(largest), has \(ByteCount(summary.largestTile)) unpacked\n"
    try Terminal.write(Array(line.utf8))
  }
}

/// `0-14`, or one zoom alone.
struct ZoomRange: ExpressibleByArgument, CustomStringConvertible {
  var zooms: ClosedRange<Int>

  init(zooms: ClosedRange<Int>) { self.zooms = zooms }

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], 0 <= low, low <= high,
      high <= TileExport.highestZoom
    else { return nil }
    zooms = low...high
  }

  var description: String { "\(zooms.lowerBound)-\(zooms.upperBound)" }
  var defaultValueDescription: String { description }
}

/// `none` or `auto`.
struct ThinningArgument: ExpressibleByArgument {
  var thinning: TileThinning

  init(thinning: TileThinning) { self.thinning = thinning }

  init?(argument: String) {
    guard let thinning = argument == "auto" ? .automatic : TileThinning(rawValue: argument) else { return nil }
    self.thinning = thinning
  }

  var defaultValueDescription: String { thinning == .automatic ? "auto" : thinning.rawValue }
}

/// A number of bytes for people: `59.6 MB`.
struct ByteCount: CustomStringConvertible {
  private let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  var description: String {
    switch bytes {
    case ..<1_000: "\(bytes) bytes"
    case ..<1_000_000: String(format: "%.1f kB", Double(bytes) / 1e3)
    case ..<1_000_000_000: String(format: "%.1f MB", Double(bytes) / 1e6)
    default: String(format: "%.1f GB", Double(bytes) / 1e9)
    }
  }
}

/// Ctrl-C and a polite kill while a long work goes on: told to the work, which tidies up, instead of ending the program.
final class Interruption {
  private let sources: [any DispatchSourceSignal]
  private static let signals = [SIGINT, SIGTERM]

  init(_ handler: @escaping @Sendable () -> Void) {
    sources = Self.signals.map { number in
      // Else the signal ends the program before the source hears of it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: handler)
      source.resume()
      return source
    }
  }

  func end() {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }
}
