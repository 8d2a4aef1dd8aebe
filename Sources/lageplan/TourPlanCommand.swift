import ArgumentParser
import LageplanFeatures
import LageplanPlanner
import LageplanStore
import LageplanTours

/// `lageplan tour plan`, or `lageplan tour` for short: tours for a day, from the same request that `POST /tours` takes.
struct TourPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plan the tours of a day.",
    discussion: """
      The request names what to visit, how long a visit takes, and who goes when:
        {"collections":["playgrounds"], "filter":{"district":"Nord"}, "serviceMinutes":20, "day":"2026-12-01",
         "inspectors":[{"id":"A","start":[10.78,52.42],"end":[10.78,52.42],"shift":["07:00","15:00"]}]}
      Everything that is wrong with it is told at once. How the search goes is told on standard error, unless it is to take 0 seconds.
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @OptionGroup var router: RouterOption

  @Argument(help: "The request: a JSON file, or - for standard input.")
  var request: String

  @OptionGroup var writing: TourOutput

  @Option(
    help: "Search so long for better tours. Without it the rounds of the search are counted: same request and data, same plan.")
  var seconds: Double?

  @Option(help: "The town's time zone, a name of the IANA database.")
  var timeZone = "Europe/Berlin"

  func validate() throws {
    if let seconds, !(0...3600).contains(seconds) {
      throw ValidationError("--seconds: give a number from 0 to 3600, not \(seconds)")
    }
    try writing.validate(beside: output)
  }

  func run() async throws {
    let time = try TownTime(zone: timeZone)
    let asked = try TourDocument.request(request)
    let store = try database.openForReading()
    defer { store.close() }
    let work = try await store.read { reader in
      try TourWork(asked, reader: reader, descriptors: try reader.collections())
    }
    let plan = try plan(work, from: store, time)
    try await writing.write(plan, from: store)
    let (stops, tours) = (plan.routes.reduce(0) { $0 + $1.stops.count }, plan.routes.count { !$0.stops.isEmpty })
    Terminal.note(
      "\(work.features.count) features: \(stops) \(stops == 1 ? "stop" : "stops") in \(tours) \(tours == 1 ? "tour" : "tours"), "
        + "\(plan.unassigned.count) left out")
  }

  private func plan(_ work: TourWork, from store: Store, _ time: TownTime) throws -> TourPlan {
    let sources = try router.sources(of: store, time: time)
    let report = seconds == 0 ? nil : TourProgressReport()
    defer { report?.finish() }
    return try TourPlanner.plan(
      work.request, features: work.features, time: time, source: try sources.source(for: work.request),
      walking: try sources.walking(for: work.request), budget: seconds.map { .seconds($0) }, searches: 2
    ) { found in
      report?.show(found)
      return true
    }
  }
}
