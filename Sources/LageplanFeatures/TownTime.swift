import Foundation
public import LageplanGeometry

/// The clock on the town hall: days and times of day in one time zone, `Europe/Berlin` unless set.
///
/// Instants are stored in UTC; days, shifts and due dates are meant in this zone.
public struct TownTime: Sendable, Hashable {
  /// An IANA time zone that this machine does not know.
  public struct UnknownZone: Error, Hashable, Sendable, CustomStringConvertible {
    public let identifier: String
    public var description: String {
      "no time zone \"\(identifier)\" on this machine; use a name of the IANA database, such as Europe/Berlin, and install tzdata"
    }
  }

  private let zone: TimeZone

  /// `identifier` is a name of the IANA time zone database.
  public init(zone identifier: String = "Europe/Berlin") throws(UnknownZone) {
    guard let zone = TimeZone(identifier: identifier) else { throw UnknownZone(identifier: identifier) }
    self.zone = zone
  }

  public var identifier: String { zone.identifier }

  /// The calendar day on which the instant falls in the town.
  public func day(of instant: Instant) -> CalendarDate { local(instant).utcDay }

  /// Seconds since local midnight that the clock shows at the instant, 0 to 86,399; fractions are cut off.
  /// On a day of 23 or 25 hours this is what the clock shows, not what has passed.
  public func timeOfDay(of instant: Instant) -> Seconds {
    let local = local(instant)
    let sinceMidnight = local.millisecondsSince1970 - Int64(local.utcDay.daysSince1970) * Instant.millisecondsPerDay
    return Seconds(Int(sinceMidnight / 1000))
  }

  /// The instant at which the town's clock shows `time` (seconds since midnight; more than 86,399 runs into the next days) on `day`.
  ///
  /// An hour that comes twice, when summer time ends, means its first run. A time that the clock skips, when summer time
  /// starts, means as much later as the gap is long: 02:30 becomes 03:30.
  public func instant(on day: CalendarDate, at time: Seconds) -> Instant {
    let local = Int64(day.daysSince1970) * Instant.millisecondsPerDay + Int64(time.value) * 1000
    // A zone changes at most once within two days, so the offsets a day before and after are the only candidates.
    let before = offset(at: Instant(millisecondsSince1970: local - Instant.millisecondsPerDay))
    let after = offset(at: Instant(millisecondsSince1970: local + Instant.millisecondsPerDay))
    let early = Instant(millisecondsSince1970: local - before)
    if offset(at: early) == before { return early }
    let late = Instant(millisecondsSince1970: local - after)
    return offset(at: late) == after ? late : early
  }

  /// Milliseconds east of UTC.
  private func offset(at instant: Instant) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.millisecondsSince1970) / 1000))) * 1000
  }

  /// What the town's clock shows, as if it were UTC.
  private func local(_ instant: Instant) -> Instant {
    Instant(millisecondsSince1970: instant.millisecondsSince1970 + offset(at: instant))
  }
}

extension Instant {
  /// What the machine's clock shows. Asked at the edge of the program only: everything within is told the time.
  public static var now: Instant { Instant(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))) }
}
