/// A moment in UTC, to the millisecond.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  public var millisecondsSince1970: Int64

  @inlinable public init(millisecondsSince1970: Int64) { self.millisecondsSince1970 = millisecondsSince1970 }

  @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.millisecondsSince1970 < b.millisecondsSince1970 }
}

extension Instant {
  static let millisecondsPerDay: Int64 = 86_400_000

  /// Reads an instant with its offset from UTC, the form of RFC 3339: `2026-12-01T06:30:00Z`, `2026-12-01T07:30:00.25+01:00`.
  ///
  /// Also the offsets `+0100` and `+01` of ISO 8601. A fraction may have any length; what lies beyond the millisecond is cut off.
  /// `nil` for anything else: a time without offset is no instant (see ``TownTime``), 24:00 and second 60 are refused.
  public init?(iso text: some StringProtocol) {
    var scanner = DigitScanner(Array(text.utf8))
    guard let date = scanner.date(), scanner.take("Tt") != nil, let time = scanner.time(), let offset = scanner.offset(),
      scanner.isAtEnd
    else { return nil }
    self.init(millisecondsSince1970: Int64(date.daysSince1970) * Self.millisecondsPerDay + Int64(time - offset))
  }

  /// `2026-12-01T06:30:00Z`; with milliseconds, `2026-12-01T06:30:00.250Z`, only where they are not zero.
  public var iso: String {
    let millisecond = Int(((millisecondsSince1970 % Self.millisecondsPerDay) + Self.millisecondsPerDay) % Self.millisecondsPerDay)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let second = millisecond / 1000
    let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    let fraction = millisecond % 1000
    if fraction == 0 { return "\(utcDay.iso)T\(clock)Z" }
    return "\(utcDay.iso)T\(clock).\(fraction < 100 ? "0" : "")\(two(fraction))Z"
  }

  /// The day in UTC. The day in the town is another question: ``TownTime/day(of:)``.
  public var utcDay: CalendarDate {
    let days = millisecondsSince1970 / Self.millisecondsPerDay
    let isBefore = millisecondsSince1970 % Self.millisecondsPerDay < 0
    return CalendarDate(daysSince1970: Int32(clamping: isBefore ? days - 1 : days))
  }
}

extension Instant: CustomStringConvertible {
  public var description: String { iso }
}
