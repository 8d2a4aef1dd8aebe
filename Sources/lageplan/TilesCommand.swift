import ArgumentParser

/// `lageplan tiles`: tiles as files.
struct TilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiles",
    abstract: "Write tiles into an archive (PMTiles, MBTiles), or see what an archive holds.",
    discussion: "To serve an archive: lageplan serve city.pmtiles",
    subcommands: [TilesExportCommand.self, TilesInfoCommand.self])
}
