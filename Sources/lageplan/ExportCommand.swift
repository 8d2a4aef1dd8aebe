import ArgumentParser
import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanStore

/// `lageplan export`: a collection into a file.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a collection to a file: GeoJSON, CSV, GeoPackage, FlatGeobuf, Shapefile, KML, GPX …",
    discussion: """
      The ending of the file says which format, or --format by GDAL's name: \(ExportFormat.names.joined(separator: ", ")), \
      and every other that the GDAL of this machine writes.

      Coordinates stay in the collection's system, except in GeoJSON, KML and GPX, which have degrees only. CSV and spreadsheets hold \
      the geometry as well-known text in a column whose name tells the system. Ids that the format has no place for stand in a column \
      feature_id, which import takes for the ids again. What a format cannot hold as the collection has it is told.
      """)

  @Argument(help: "The id of the collection.")
  var collection: String

  @Argument(help: "The file to be written; it must not be there yet.")
  var file: String

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @Option(help: ArgumentHelp("The format, instead of what the ending says.", valueName: "name"))
  var format: String?

  @Flag(help: "Replace the file if it is there.")
  var overwrite = false

  func run() throws {
    let format = try ExportFormat(named: format, path: file)
    let store = try database.openForReading()
    defer { store.close() }
    let exporter = FeatureExporter(try store.descriptor(of: collection), as: format)
    let query = FeatureQuery(collection: collection, after: 0)
    let place = URL(fileURLWithPath: file)
    guard overwrite || !FileManager.default.fileExists(atPath: place.path) else {
      throw CommandFailure("\(file) is there already: name another file, or replace it with --overwrite.")
    }
    // Written beside its place, with all files that go with it: a failed export leaves what was there.
    let folder = place.deletingLastPathComponent()
    let draft = folder.appendingPathComponent(".lageplan-\(UUID().uuidString)")
    try makeFolder(draft)
    defer { try? FileManager.default.removeItem(at: draft) }
    let target = draft.appendingPathComponent(place.lastPathComponent).path
    let result = try store.readSync { reader in try exporter.write(query, from: reader, to: target) }
    try move(from: draft, to: folder)

    let line =
      output.json
      ? JSONValue.object([
        ("collection", .text(collection)), ("file", .text(file)), ("format", .text(format.driver)),
        ("features", .integer(Int64(result.features))), ("warnings", .array(result.warnings.map { .text($0) })),
      ]).json
      : "\(collection): \(result.features) features written to \(file) (\(format.driver))"
    if !output.json { for warning in result.warnings { Terminal.note("Warning: \(warning).") } }
    try Terminal.write(Array((line + "\n").utf8))
  }

  private func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    } catch {
      throw CommandFailure("\(file) cannot be written: \(error.localizedDescription)")
    }
  }

  private func move(from draft: URL, to folder: URL) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: draft.path) {
      let target = folder.appendingPathComponent(name).path
      guard rename(draft.appendingPathComponent(name).path, target) == 0 else {
        throw CommandFailure("\(target) cannot be written: \(String(cString: strerror(errno))).")
      }
    }
  }
}
