import ArgumentParser
import LageplanStore

/// `lageplan tour export`: a plan in another form.
struct TourExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a plan in another form, to print or to take along.",
    discussion: """
      The plan is what `lageplan tour plan` or `lageplan tour replan` has written as json, or what `GET /tours/{id}` answered. Addresses and the names of \
      streets come from the database.
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption
  @OptionGroup var writing: TourOutput

  @Argument(help: "The plan: a JSON file, or - for standard input.")
  var plan: String

  func validate() throws {
    try writing.validate(beside: output)
  }

  func run() async throws {
    let plan = try TourDocument.plan(plan)
    let store = try database.openForReading()
    defer { store.close() }
    try await writing.write(plan, from: store)
  }
}
