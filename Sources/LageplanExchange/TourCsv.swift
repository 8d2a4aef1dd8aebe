import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as comma-separated values (RFC 4180) for spreadsheets: one row for each visit, in the order of the plan, what is left out last.
///
/// UTF-8, a line of heads, lines ended by CR LF. Times are `2026-12-01 07:05:30` on the town's clock, which spreadsheets understand; the begin is that
/// of the visit itself, arrival and departure are those of its stop. Positions are degrees (CRS84). Text that a spreadsheet would take for a formula
/// is not changed here: what is read back must be what was written.
public enum TourCsv {
  public static let mediaType = "text/csv"

  /// - Parameters:
  ///   - plan: The whole plan, or a part of it: `TourPlan.tours(of:on:)`.
  ///   - language: That of the heads and of the reasons.
  ///   - addresses: Where a register knows them; see ``TourAddresses``.
  public static func encode(
    _ plan: TourPlan, language: TourLanguage = .german, addresses: [FeatureReference: String] = [:]
  ) -> [UInt8] {
    var lines = CsvLines()
    lines.add(heads(language))
    let phrases = TourPhrases(language: language, time: plan.time)
    for route in plan.driven {
      for (index, stop) in route.stops.enumerated() {
        for (visit, begin) in zip(stop.visits, stop.begins) {
          lines.add([
            route.day.iso, route.inspector, plan.title(of: route), "\(index + 1)", visit.feature.description, visit.name ?? "",
            addresses[visit.feature] ?? "", phrases.moment(stop.arrival), phrases.moment(begin), phrases.moment(stop.departure),
            minutes(visit.service), visit.due?.iso ?? "", visit.level.title.text(in: language), degrees(stop.location.x),
            degrees(stop.location.y),
            plan.companions(at: stop), stop.reason?.text(in: language) ?? "",
          ])
        }
      }
    }
    for entry in plan.unassigned {
      lines.add([
        "", "", "", "", entry.feature.description, entry.visit.name ?? "", addresses[entry.feature] ?? "", "", "", "",
        minutes(entry.visit.service), entry.visit.due?.iso ?? "", entry.visit.level.title.text(in: language),
        entry.location.map { degrees($0.x) } ?? "", entry.location.map { degrees($0.y) } ?? "", "",
        entry.message.text(in: language),
      ])
    }
    return lines.bytes
  }

  private static func heads(_ language: TourLanguage) -> [String] {
    switch language {
    case .german:
      [
        "Tag", "Kontrolleur", "Name des Kontrolleurs", "Halt", "Objekt", "Name", "Adresse", "Ankunft", "Beginn", "Abfahrt",
        "Minuten", "Fällig", "Dringlichkeit", "Länge", "Breite", "Begleitung", "Grund",
      ]
    case .english:
      [
        "day", "inspector", "inspector_name", "stop", "feature", "name", "address", "arrival", "begin", "departure", "minutes",
        "due", "level", "longitude", "latitude", "companions", "reason",
      ]
    }
  }

  private static func minutes(_ service: Seconds) -> String { number(Double(service.value) / 60, decimals: 2) }

  private static func degrees(_ value: Double) -> String { number(value, decimals: 7) }

  private static func number(_ value: Double, decimals: Int) -> String {
    var bytes: [UInt8] = []
    bytes.append(value, decimals: decimals)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Records of RFC 4180, one a line.
private struct CsvLines {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ fields: [String]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      let needsQuotes = field.utf8.contains { Self.special.contains($0) } || field.first == " " || field.last == " "
      bytes.append(needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field)
    }
    bytes.append("\r\n")
  }

  private static let special: Set<UInt8> = [
    UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"),
  ]
}
