import ArgumentParser
import Foundation
import LageplanFeatures
import LageplanPlanner
import LageplanStore

/// `lageplan tour replan`: a plan anew after something has happened, as `POST /tours/{id}/replan` does it.
struct TourReplanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replan",
    abstract: "Plan a running day anew.",
    discussion: """
      The plan is what `lageplan tour plan` has written as json, the request what it was made of. The change tells what has happened:
        {"at":"2026-12-01T10:30", "cancelled":["playgrounds/3"], "urgent":["playgrounds/9"], "delays":[{"inspector":"A","minutes":20}],
         "absent":[{"inspector":"B"}], "done":[…], "locks":[…], "moves":[{"feature":"playgrounds/4","inspector":"B","position":2}], "mostChanges":3}
      What began before stays as it was. Whoever is absent stays so in later plans, until "present" names them. Everything that is wrong with the change is told at once.
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption
  @OptionGroup var router: RouterOption
  @OptionGroup var writing: TourOutput

  @Argument(help: "The plan: a JSON file, or - for standard input.")
  var plan: String

  @Argument(help: "What has happened: a JSON file, or - for standard input.")
  var change: String

  @Option(help: ArgumentHelp("The request that the plan was made of: a JSON file.", valueName: "file"))
  var request: String

  func validate() throws {
    try writing.validate(beside: output)
  }

  func run() async throws {
    let plan = try TourDocument.plan(plan)
    let request = try TourDocument.request(request)
    let change = try TourDocument.change(change, time: plan.time)
    let store = try database.openForReading()
    defer { store.close() }
    let work = try await store.read { reader in
      try TourReplanner.work(plan, request, change, reader: reader, descriptors: try reader.collections())
    }
    let new = try replan(plan, work, change, from: store)
    try await writing.write(new, from: store)
    Terminal.note(TourCompareCommand.summary(TourComparison(of: plan, with: new, promise: change.promise)))
  }

  private func replan(_ plan: TourPlan, _ work: TourWork, _ change: TourChange, from store: Store) throws -> TourPlan {
    let sources = try router.sources(of: store, time: plan.time)
    let report = change.seconds == 0 ? nil : TourProgressReport()
    defer { report?.finish() }
    return try TourReplanner.replan(
      plan, work.request, change, features: work.features, time: plan.time, source: try sources.source(for: work.request),
      walking: try sources.walking(for: work.request), searches: 2
    ) { found in
      report?.show(found)
      return true
    }
  }
}
