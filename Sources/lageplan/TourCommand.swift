import ArgumentParser

/// `lageplan tour`: tours for a day from the register, and tours for problems in files of others.
struct TourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "Plan the tours of a day, or solve and check tour problems of other programs.",
    subcommands: [
      TourPlanCommand.self, TourReplanCommand.self, TourCompareCommand.self, TourExportCommand.self, TourSolveCommand.self,
      TourCheckCommand.self,
    ],
    defaultSubcommand: TourPlanCommand.self)
}
