import ArgumentParser
import Foundation
import LageplanFeatures
import LageplanRouting
import LageplanServer

/// `lageplan roads import`: from an OpenStreetMap extract to the roads beside the database.
struct RoadsImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Bring in the streets of an OpenStreetMap extract (PBF), for car, bicycle and foot.",
    discussion: """
      The extract (town.osm.pbf) comes from a provider such as download.geofabrik.de, or is cut with `osmium extract`. What it yields \
      lies beside the database, in FILE.roads, and takes the place of an earlier import in one step; a running server takes it up.

      A profile says where somebody travels and how fast: a JSON file, one each. Those that come along are car, bicycle, foot, and, \
      not imported by themselves, maintenance-van and cargo-bike. --profiles names a folder with your own.

      OpenStreetMap data are © OpenStreetMap contributors, under the ODbL.
      """)

  @Argument(help: "The extract: town.osm.pbf")
  var file: String

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @Option(help: ArgumentHelp("The folder with the profiles. Default: those that come along.", valueName: "folder"))
  var profiles: String?

  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp("A profile to import; give it once for each. Default: car, bicycle, foot.", valueName: "id"))
  var ids: [String] = []

  @Flag(help: "People drive on the left.")
  var leftHand = false

  func validate() throws {
    if let twice = Dictionary(grouping: ids, by: { $0 }).first(where: { $0.value.count > 1 })?.key {
      throw ValidationError("--profile \(twice) is given twice.")
    }
  }

  func run() throws {
    let profiles = try TravelProfile.read(ids.isEmpty ? TravelProfile.standardIds : ids, in: try profileFolder())
    let progress = ProgressBar(isShown: Terminal.showsProgress && !output.json)
    let clock = ContinuousClock()
    let start = clock.now
    let source = try OsmFile(path: file)
    let side: DrivingSide = leftHand ? .left : .right
    let imported = try RoadImporter(profiles: profiles, drivingSide: side).roads(from: source) { step, share in
      progress.show("\(step) \(Int(share * 100)) %")
    }
    guard imported.report.edges > 0 else {
      throw CommandFailure(
        "\(file) has no street that \(profiles.map(\.id).joined(separator: ", ")) may travel (\(imported.report.waysRead) ways were read)."
      )
    }
    progress.show("contracting the graphs")
    let roads = Roads(imported, drivingSide: side, importDate: Date.now.formatted(.iso8601))
    let path = RoadsCommand.path(of: database)
    try roads.write(to: path) { progress.show("writing \(Int($0 * 100)) %") }
    progress.finish()
    let report = RoadsReport(report: imported.report, path: path, duration: clock.now - start)
    try Terminal.write(Array(((output.json ? report.json.json : report.text) + "\n").utf8))
  }

  private func profileFolder() throws -> URL {
    if let profiles { return URL(fileURLWithPath: profiles, isDirectory: true) }
    guard let folder = Resources().folder(.profiles) else {
      throw CommandFailure(
        "The profiles that come along are not found. Name their folder: --profiles Data/profiles, or set LAGEPLAN_RESOURCES.")
    }
    return folder
  }
}
