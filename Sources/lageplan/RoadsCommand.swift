import ArgumentParser
import LageplanRouting

/// `lageplan roads`: the road network beside the database.
struct RoadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roads",
    abstract: "Import streets from OpenStreetMap, or see what was imported.",
    subcommands: [RoadsImportCommand.self, RoadsInfoCommand.self])

  static func path(of database: DatabaseOption) -> String { Roads.path(besides: database.path) }
}
