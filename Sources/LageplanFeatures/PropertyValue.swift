/// A calendar day of the proleptic Gregorian calendar, without time or zone.
public struct CalendarDate: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public var daysSince1970: Int32

  @inlinable public init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

  @inlinable public static func < (a: CalendarDate, b: CalendarDate) -> Bool { a.daysSince1970 < b.daysSince1970 }
}

/// A moment in UTC, to the millisecond.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  public var millisecondsSince1970: Int64

  @inlinable public init(millisecondsSince1970: Int64) { self.millisecondsSince1970 = millisecondsSince1970 }

  @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.millisecondsSince1970 < b.millisecondsSince1970 }
}

/// One attribute of a feature (Sachdatum), owned.
public enum PropertyValue: Hashable, Sendable {
  case null
  case text(String)
  case integer(Int64)
  case real(Double)
  case boolean(Bool)
  case date(CalendarDate)
  case dateTime(Instant)
  /// A JSON value that is none of the above (array, object), as its text.
  case json(String)
}

/// The types a property may have.
public enum PropertyKind: String, Hashable, Sendable, Codable, CaseIterable {
  case text, integer, real, boolean, date, dateTime = "date-time", json
}
