import LageplanFeatures
import LageplanRouting

/// The report of an import of roads, for people and for machines.
struct RoadsReport {
  var report: RoadImportReport
  /// The file that was written.
  var path: String
  var duration: Duration

  private var seconds: Double { Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18 }

  var text: String {
    var lines = [
      "\(report.source)\(report.date.map { ", as of \($0)" } ?? "") → \(path), in \(tenths(seconds)) s",
      "  read: \(report.nodesRead) nodes, \(report.waysRead) ways, \(report.relationsRead) relations",
      "  streets: \(report.streets) ways over \(report.usedNodes) nodes, \(tenths(report.kilometres)) km",
      "  network: \(report.nodes) nodes, \(report.edges) edges",
      "  turn restrictions: \(report.restrictionsTaken) of \(report.restrictions) taken",
    ]
    for (fault, count) in faults { lines.append("    left out: \(count), \(Self.reasons[fault] ?? fault.rawValue)") }
    if report.missingNodes > 0 {
      lines.append(
        "  \(report.missingNodes) nodes are not in the file: \(report.cutWays) ways are cut, as at the border of an extract")
    }
    if report.duplicateNodes > 0 {
      lines.append("  \(report.duplicateNodes) nodes stand in the file more than once: the last one counts")
    }
    for profile in report.profiles {
      lines.append(
        "  \(profile.id): \(profile.edges) edges, \(profile.arcs) arcs (\(profile.copies) of them copies), \(profile.turns) turns, "
          + "\(profile.nodeRestrictions + profile.wayRestrictions) restrictions (\(profile.wayRestrictions) over ways), "
          + "\(percent(profile)) % in the largest of \(profile.components) parts")
    }
    return lines.joined(separator: "\n")
  }

  private static let reasons: [TurnRestriction.Fault: String] = [
    .conditional: "hold at certain times only", .unknownKind: "neither no_… nor only_…",
    .incomplete: "from, via or to is missing",
    .absent: "a member is no street of the network", .unclear: "members do not touch, or in more than one way",
  ]

  private var faults: [(TurnRestriction.Fault, Int)] {
    TurnRestriction.Fault.allCases.compactMap { fault in report.restrictionsLeftOut[fault].map { (fault, $0) } }
  }

  private func percent(_ profile: RoadImportReport.Profile) -> String {
    profile.arcs == 0 ? "0" : tenths(100 * Double(profile.largestComponent) / Double(profile.arcs))
  }

  private func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

  var json: JSONValue {
    .object([
      ("source", .text(report.source)), ("date", report.date.map { .text($0) } ?? .null), ("file", .text(path)),
      ("seconds", .real((seconds * 1000).rounded() / 1000)),
      (
        "read",
        .object([
          ("nodes", number(report.nodesRead)), ("ways", number(report.waysRead)), ("relations", number(report.relationsRead)),
        ])
      ),
      ("streets", number(report.streets)), ("usedNodes", number(report.usedNodes)), ("missingNodes", number(report.missingNodes)),
      ("cutWays", number(report.cutWays)), ("duplicateNodes", number(report.duplicateNodes)),
      (
        "network",
        .object([
          ("nodes", number(report.nodes)), ("edges", number(report.edges)),
          ("kilometres", .real((report.kilometres * 1000).rounded() / 1000)),
        ])
      ),
      (
        "restrictions",
        .object([
          ("read", number(report.restrictions)), ("taken", number(report.restrictionsTaken)),
          ("leftOut", .object(faults.map { ($0.0.rawValue, number($0.1)) })),
        ])
      ),
      ("profiles", .array(report.profiles.map(json(of:)))),
    ])
  }

  private func json(of profile: RoadImportReport.Profile) -> JSONValue {
    .object([
      ("id", .text(profile.id)), ("edges", number(profile.edges)), ("arcs", number(profile.arcs)),
      ("copies", number(profile.copies)),
      ("turns", number(profile.turns)), ("nodeRestrictions", number(profile.nodeRestrictions)),
      ("wayRestrictions", number(profile.wayRestrictions)), ("components", number(profile.components)),
      ("largestComponent", number(profile.largestComponent)),
    ])
  }

  private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}
