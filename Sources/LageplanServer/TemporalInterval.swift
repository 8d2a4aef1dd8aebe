import LageplanFeatures

/// The parameter `datetime` (OGC 17-069r4, section 7.15.4): an instant, or an interval that may be open at one end.
///
/// A feature matches when one of its date or date-time properties lies in it, ends included. Dates are days; a date-time is compared
/// as the instant that it is, and a day given for it means the whole day in UTC.
struct TemporalInterval {
  fileprivate enum End {
    case day(CalendarDate)
    case instant(Instant)
  }

  private let start: End?
  private let end: End?

  init?(_ query: RequestQuery) throws(Problem) {
    guard let text = query["datetime"] else { return nil }
    let ends = text.split(separator: "/", omittingEmptySubsequences: false)
    let fault = Problem.badParameter(
      "datetime", value: text,
      "A day or an instant is needed, or an interval: 2026-12-01, 2026-12-01T06:30:00Z, 2026-01-01/2026-12-31, 2026-01-01/..")
    switch ends.count {
    case 1:
      guard let only = Self.end(ends[0]) else { throw fault }
      start = only
      end = only
    case 2:
      let isOpen = ends.map { $0.isEmpty || $0 == ".." }
      start = isOpen[0] ? nil : Self.end(ends[0])
      end = isOpen[1] ? nil : Self.end(ends[1])
      guard isOpen[0] == (start == nil), isOpen[1] == (end == nil), !(isOpen[0] && isOpen[1]) else { throw fault }
    default:
      throw fault
    }
    if let first = start?.first, let last = end?.last, first > last {
      throw Problem.badParameter("datetime", value: text, "The interval ends before it starts.")
    }
  }

  /// The condition on a collection's properties; `nil` where it has none of time: then every feature matches.
  func filter(on schema: Schema) -> FilterExpression? {
    let conditions = schema.properties.compactMap { property -> FilterExpression? in
      switch property.kind {
      case .date:
        bounds(property.name, from: start.map { .date($0.first.utcDay) }, to: end.map { .date($0.last.utcDay) })
      case .dateTime:
        bounds(property.name, from: start.map { .dateTime($0.first) }, to: end.map { .dateTime($0.last) })
      case .text, .integer, .real, .boolean, .json: nil
      }
    }
    return conditions.isEmpty ? nil : .or(conditions)
  }

  private func bounds(_ property: String, from low: PropertyValue?, to high: PropertyValue?) -> FilterExpression {
    .and(
      [
        low.map { .compare(property: property, .greaterOrEqual, $0) },
        high.map { .compare(property: property, .lessOrEqual, $0) },
      ].compactMap(\.self))
  }

  private static func end(_ text: Substring) -> End? {
    if let day = CalendarDate(iso: text) { return .day(day) }
    return Instant(iso: text).map { .instant($0) }
  }
}

extension TemporalInterval.End {
  private static let millisecondsOfADay: Int64 = 86_400_000

  /// The first instant that is meant.
  fileprivate var first: Instant {
    switch self {
    case .day(let day): Instant(millisecondsSince1970: Int64(day.daysSince1970) * Self.millisecondsOfADay)
    case .instant(let instant): instant
    }
  }

  /// The last instant that is meant, to the millisecond.
  fileprivate var last: Instant {
    switch self {
    case .day: Instant(millisecondsSince1970: first.millisecondsSince1970 + Self.millisecondsOfADay - 1)
    case .instant(let instant): instant
    }
  }
}
