import ArgumentParser

/// `lageplan roads`: the road network beside the database.
struct RoadsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roads",
    abstract: "Import streets from OpenStreetMap, or see what was imported.",
    subcommands: [RoadsImportCommand.self, RoadsInfoCommand.self])

  /// The roads of a database lie beside it.
  static func path(of database: DatabaseOption) -> String { database.path + ".roads" }
}
