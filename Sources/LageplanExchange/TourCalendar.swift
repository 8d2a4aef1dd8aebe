public import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as an iCalendar stream (RFC 5545): an event for each stop and each break.
///
/// Instants are in UTC, which every calendar shows on its own clock. An event lasts from arrival to departure. Its identity is made of the plan's and the
/// feature's, whoever goes there, so that a calendar that gets a newer version of the plan moves its events instead of doubling them; `SEQUENCE` is that version.
/// A break's is made of the inspector and the day. What a newer version no longer holds stays in a calendar until it is removed there.
public enum TourCalendar {
  public static let mediaType = "text/calendar"

  /// - Parameters:
  ///   - plan: The whole plan, or a part of it: `TourPlan.tours(of:on:)`.
  ///   - title: What the plan is called, if anything.
  ///   - identity: What the plan is known by; without one its first day.
  ///   - version: Of the plan, from 1.
  ///   - stamp: When the plan was made, or now.
  ///   - language: That of the descriptions.
  ///   - addresses: Where a register knows them; see ``TourAddresses``.
  public static func encode(
    _ plan: TourPlan, title: String? = nil, identity: String? = nil, version: Int = 1, stamp: Instant,
    language: TourLanguage = .german, addresses: [FeatureReference: String] = [:]
  ) -> [UInt8] {
    let phrases = TourPhrases(language: language, time: plan.time)
    let identity = identity ?? plan.day.iso
    var lines = CalendarLines()
    lines.add("BEGIN", "VCALENDAR")
    lines.add("VERSION", "2.0")
    lines.add("PRODID", "-//Lageplan//Tours//\(language.rawValue.uppercased())")
    lines.add("CALSCALE", "GREGORIAN")
    lines.add("METHOD", "PUBLISH")
    let inspectors = Set(plan.driven.map(\.inspector))
    let calendar = title ?? phrases.say("Touren", "Tours")
    let one = inspectors.count == 1 ? inspectors.first : nil
    lines.add("X-WR-CALNAME", text: one.map { "\(calendar) \(plan.title(ofInspector: $0))" } ?? calendar)
    lines.add("X-WR-TIMEZONE", plan.time.identifier)
    // Two people at one visit have an event each.
    var visitors: [String: Int] = [:]
    for route in plan.driven {
      // In a calendar of all, each event says whose it is.
      let who = one == nil ? "\(plan.title(of: route)): " : ""
      for (index, stop) in route.stops.enumerated() {
        let feature = stop.features.map(\.description).min() ?? "\(route.inspector)-\(index)"
        visitors[feature, default: 0] += 1
        lines.begin(
          identity: [identity, feature] + (visitors[feature].map { $0 > 1 ? ["\($0)"] : [] } ?? []), version, stamp,
          from: stop.arrival, to: stop.departure)
        lines.add("SUMMARY", text: "\(who)\(index + 1). \(stop.title)")
        let places = stop.features.compactMap { addresses[$0] }
        if let place = places.first { lines.add("LOCATION", text: place) }
        lines.add("GEO", "\(degrees(stop.location.y));\(degrees(stop.location.x))")
        lines.add("CATEGORIES", text: plan.title(of: route))
        lines.add("DESCRIPTION", text: description(of: stop, in: plan, phrases))
        lines.add("END", "VEVENT")
      }
      for (index, pause) in route.breaks.enumerated() {
        lines.begin(
          identity: [identity, route.inspector, "\(route.day.iso)-break-\(index + 1)"], version, stamp, from: pause.begin,
          to: pause.end)
        lines.add("SUMMARY", text: who + phrases.say("Pause", "Break"))
        lines.add("CATEGORIES", text: plan.title(of: route))
        lines.add("END", "VEVENT")
      }
    }
    lines.add("END", "VCALENDAR")
    return lines.bytes
  }

  private static func description(of stop: TourPlan.Stop, in plan: TourPlan, _ phrases: TourPhrases) -> String {
    var lines = zip(stop.visits, stop.begins).map { visit, begin in
      "\(phrases.clock(begin)) \(visit.title) (\(phrases.span(seconds: visit.service.value)), \(visit.feature))"
    }
    if !stop.companions.isEmpty {
      lines.append(phrases.say("Zusammen mit ", "Together with ") + plan.companions(at: stop))
    }
    if let reason = stop.reason { lines.append(reason.text(in: phrases.language)) }
    return lines.joined(separator: "\n")
  }

  /// Six decimals at most, which the form asks for (section 3.8.1.6).
  private static func degrees(_ value: Double) -> String {
    var bytes: [UInt8] = []
    bytes.append(value, decimals: 6)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Content lines of RFC 5545, folded at 75 octets (section 3.1).
private struct CalendarLines {
  private(set) var bytes: [UInt8] = []

  mutating func begin(identity: [String], _ version: Int, _ stamp: Instant, from: Instant, to: Instant) {
    add("BEGIN", "VEVENT")
    add("UID", identity.map(Self.plain).joined(separator: "/") + "@lageplan")
    add("SEQUENCE", "\(max(0, version - 1))")
    add("DTSTAMP", Self.utc(stamp))
    add("DTSTART", Self.utc(from))
    // An event without an end lasts no time; one that ends when it begins is not allowed (section 3.8.2.4).
    if Self.utc(to) > Self.utc(from) { add("DTEND", Self.utc(to)) }
  }

  mutating func add(_ name: String, text: String) {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\", ";", ",": escaped += "\\" + String(character)
      case "\n": escaped += "\\n"
      case "\t", "\u{20}"..."\u{7E}", "\u{80}"...: escaped.unicodeScalars.append(character)
      default: break  // Control characters have no place in a text (section 3.1).
      }
    }
    add(name, escaped)
  }

  mutating func add(_ name: String, _ value: String) {
    var room = 75
    for character in "\(name):\(value)".unicodeScalars {
      let utf8 = UTF8.encode(character).map(Array.init) ?? []
      if utf8.count > room {
        bytes.append("\r\n ")
        room = 74
      }
      bytes += utf8
      room -= utf8.count
    }
    bytes.append("\r\n")
  }

  /// `20261201T060500Z`; fractions of a second are cut off.
  private static func utc(_ instant: Instant) -> String {
    String(instant.iso.prefix(19)).replacing("-", with: "").replacing(":", with: "") + "Z"
  }

  /// Letters, digits and a few marks as they are, all else by the numbers of its bytes, so that no two identities become one when their parts are joined by slashes.
  private static func plain(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
