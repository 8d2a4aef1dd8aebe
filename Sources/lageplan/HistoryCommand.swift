import ArgumentParser
import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// `lageplan history`: what is remembered of changes.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Clear away the history of features from before a day.",
    discussion: """
      Every change keeps who made it, when, and the state before. Clearing away is for good: states and changes from before the day \
      can be asked for no more. What the features are now, and their versions, stay as they are.
      """,
    subcommands: [Prune.self])

  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prune", abstract: "Clear away what was before a day.",
      discussion: "    lageplan history prune --before 2025-01-01")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    @Option(help: ArgumentHelp("What was before this day goes.", valueName: "YYYY-MM-DD"))
    var before: String

    @Option(help: ArgumentHelp("The time zone of the day.", valueName: "IANA name"))
    var timeZone = "Europe/Berlin"

    func run() throws {
      guard let day = CalendarDate(iso: before) else {
        throw ValidationError("--before \(before) is no day; write it as 2025-01-01.")
      }
      let begin = try TownTime(zone: timeZone).instant(on: day, at: 0)
      let store = try Store(path: database.path, readers: 1)
      defer { store.close() }
      let cleared = try store.pruneHistory(before: begin)
      if output.json {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("clearedChanges", cleared)
        writer.member("oldest", begin.iso)
        writer.endObject()
        try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
      } else {
        try Terminal.write(Array("\(cleared) changes from before \(begin) cleared away\n".utf8))
      }
    }
  }
}
