import ArgumentParser
import Foundation
import LageplanFeatures

/// `lageplan`: the root of all subcommands.
@main
struct Lageplan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lageplan",
    abstract: "Where every municipal object stands: import, serve, query and plan tours, from one SpatiaLite file.",
    discussion: "Exit codes: 0 done, 1 failed, 2 wrong usage.",
    version: "0.3.0",
    subcommands: [
      ImportCommand.self, ExportCommand.self, ServeCommand.self, TilesCommand.self, QueryCommand.self, CollectionsCommand.self,
      BackupCommand.self,
      TokenCommand.self, RoadsCommand.self, TourCommand.self, SourcesCommand.self, HistoryCommand.self, DemoCommand.self,
    ]
  )

  /// ArgumentParser ends wrong usage with 64; here the three codes of the manual hold: 0, 1, 2.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let code as ExitCode {
      Foundation.exit(code.rawValue == EXIT_SUCCESS ? 0 : code.rawValue == ExitCode.validationFailure.rawValue ? 2 : 1)
    } catch {
      switch exitCode(for: error) {
      case .success:
        print(fullMessage(for: error))
        Foundation.exit(0)
      case .validationFailure:
        fail(2, asJSON: message(for: error), asText: fullMessage(for: error))
      default:
        fail(1, asJSON: "\(error)", asText: "lageplan: \(error)")
      }
    }
  }

  /// What failed, on standard error: for people, or under `--json` as one object on one line.
  private static func fail(_ code: Int32, asJSON message: String, asText text: String) -> Never {
    // The command may be the very thing that could not be read; the word among the arguments is all there is to go by.
    if CommandLine.arguments.dropFirst().prefix(while: { $0 != "--" }).contains("--json") {
      Terminal.note(JSONValue.object([("error", .text(message)), ("exitCode", .integer(Int64(code)))]).json)
    } else {
      Terminal.note(text)
    }
    Foundation.exit(code)
  }
}
