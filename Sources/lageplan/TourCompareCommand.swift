import ArgumentParser
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// `lageplan tour compare`: what differs between two plans.
struct TourCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Tell what differs between two tour plans.",
    discussion: """
      Both are plans that `lageplan tour plan` or `lageplan tour replan` has written as json. Told are, for each visit, whether it has moved to another inspector or day, \
      is new, has lost its place, or begins later or earlier; the figures of both plans; and which promises of the first the second breaks.
      """)

  @OptionGroup var output: OutputOption

  @Argument(help: "The plan before: a JSON file, or - for standard input.")
  var before: String

  @Argument(help: "The plan after: a JSON file.")
  var after: String

  @Option(help: ArgumentHelp("So much earlier or later still keeps a promise.", valueName: "minutes"))
  var promise = 30

  func validate() throws {
    if !(0...1440).contains(promise) { throw ValidationError("--promise: give minutes from 0 to 1440, not \(promise)") }
  }

  func run() throws {
    let (old, new) = (try TourDocument.plan(before), try TourDocument.plan(after))
    let comparison = TourComparison(of: old, with: new, promise: Seconds(60 * promise))
    if output.json {
      try Terminal.write(TourComparisonJson.encode(comparison, clock: new) + [UInt8(ascii: "\n")])
      return
    }
    var lines = comparison.changes.map { Self.line($0, old, new) }
    lines.append(Self.summary(comparison))
    try Terminal.write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// `playgrounds/17 Spielplatz Am Anger: later, A 2026-12-01 10:05 -> A 2026-12-01 10:41`.
  private static func line(_ change: TourComparison.Change, _ old: TourPlan, _ new: TourPlan) -> String {
    func place(_ place: TourComparison.Place?, _ plan: TourPlan) -> String {
      place.map { "\(plan.title(ofInspector: $0.inspector)) \(new.local($0.begin).prefix(16).replacing("T", with: " "))" } ?? "-"
    }
    let name = [change.feature.description, change.name].compactMap { $0 }.joined(separator: " ")
    return
      "\(name): \(change.kind.rawValue), \(place(change.before, old)) -> \(place(change.after, new))\(change.breaksPromise ? " *" : "")"
  }

  /// One line: the changes by their kinds, the promises broken, and the way before and after.
  static func summary(_ comparison: TourComparison) -> String {
    let kinds = TourComparison.Kind.allCases.map { "\(comparison.count($0)) \($0.rawValue)" }.joined(separator: ", ")
    let broken = comparison.brokenPromises.count
    let (before, after) = (comparison.before, comparison.after)
    return
      "\(kinds); \(broken) \(broken == 1 ? "promise" : "promises") broken (*); visited \(before.visited) -> \(after.visited), "
      + "left out \(before.leftOut) -> \(after.leftOut), on the way \(before.travel.value / 60) -> \(after.travel.value / 60) min"
  }
}
