/// A calendar day of the proleptic Gregorian calendar, without time or zone.
public struct CalendarDate: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public var daysSince1970: Int32

  @inlinable public init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

  @inlinable public static func < (a: CalendarDate, b: CalendarDate) -> Bool { a.daysSince1970 < b.daysSince1970 }
}

extension CalendarDate {
  /// `nil` where the month has no such day. Years are astronomical: 0 is 1 BC. They reach from -5,000,000 to 5,000,000.
  public init?(year: Int, month: Int, day: Int) {
    guard (-5_000_000...5_000_000).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    self.init(daysSince1970: Int32(Self.days(year: year, month: month, day: day)))
  }

  public var year: Int { civil.year }
  /// 1 to 12.
  public var month: Int { civil.month }
  /// 1 to 31.
  public var day: Int { civil.day }

  /// 1 (Monday) to 7 (Sunday), ISO 8601-1:2019, 4.2.2. The first day of 1970 was a Thursday.
  public var weekday: Int { Self.floorModulo(Int(daysSince1970) + 3, 7) + 1 }

  public func adding(days: Int) -> CalendarDate {
    CalendarDate(daysSince1970: Int32(clamping: Int(daysSince1970) + days))
  }

  /// The same day of the month, `months` later; the last day of a month that is too short for it.
  public func adding(months: Int) -> CalendarDate {
    let (year, month, day) = civil
    let count = year * 12 + (month - 1) + months
    let newMonth = Self.floorModulo(count, 12)
    let newYear = (count - newMonth) / 12
    let newDay = min(day, Self.length(ofMonth: newMonth + 1, year: newYear))
    return CalendarDate(daysSince1970: Int32(clamping: Self.days(year: newYear, month: newMonth + 1, day: newDay)))
  }

  public static func isLeapYear(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeapYear(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // Both directions count in eras of 400 years (146,097 days) that start on 1 March, so that the leap day is the last of its year.
  // Neri, Schneider: Euclidean affine functions and their application to calendar algorithms, 2022, doi:10.1002/spe.3172.

  static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let yearOfEra = floorModulo(shifted, 400)
    let era = (shifted - yearOfEra) / 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  var civil: (year: Int, month: Int, day: Int) {
    let count = Int(daysSince1970) + 719_468
    let dayOfEra = Self.floorModulo(count, 146_097)
    let era = (count - dayOfEra) / 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  static func floorModulo(_ a: Int, _ b: Int) -> Int {
    let remainder = a % b
    return remainder < 0 ? remainder + b : remainder
  }
}

// MARK: ISO 8601

extension CalendarDate {
  /// Reads `2026-12-01`, the extended form of ISO 8601 with a year of four digits, and nothing else.
  public init?(iso text: some StringProtocol) {
    var scanner = DigitScanner(Array(text.utf8))
    guard let date = scanner.date(), scanner.isAtEnd else { return nil }
    self = date
  }

  /// `2026-12-01`. Years before 0 and after 9999, which `init(iso:)` does not read, get a sign and at least six digits.
  public var iso: String {
    let (year, month, day) = civil
    return "\(Self.spell(year: year))-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  private static func spell(year: Int) -> String {
    let digits = String(year.magnitude)
    if (0...9999).contains(year) { return String(repeating: "0", count: 4 - digits.count) + digits }
    return (year < 0 ? "-" : "+") + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}

extension CalendarDate: CustomStringConvertible {
  public var description: String { iso }
}

/// Reads the fixed-width fields of ISO 8601 from bytes.
struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ characters: String) -> UInt8? {
    guard let byte = next, characters.utf8.contains(byte) else { return nil }
    position += 1
    return byte
  }

  mutating func number(digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    position += digits
    return value
  }

  mutating func date() -> CalendarDate? {
    guard let year = number(digits: 4), take("-") != nil, let month = number(digits: 2), take("-") != nil,
      let day = number(digits: 2)
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  /// `hh:mm:ss`, with a fraction of any length, of which milliseconds are kept: milliseconds since midnight.
  mutating func time() -> Int? {
    guard let hour = number(digits: 2), hour < 24, take(":") != nil, let minute = number(digits: 2), minute < 60,
      take(":") != nil, let second = number(digits: 2), second < 60
    else { return nil }
    var milliseconds = 0
    if take(".,") != nil {
      var weight = 100
      guard let first = number(digits: 1) else { return nil }
      milliseconds = first * weight
      while let digit = number(digits: 1) {
        weight /= 10
        milliseconds += digit * weight
      }
    }
    return (hour * 3600 + minute * 60 + second) * 1000 + milliseconds
  }

  /// `Z`, `+01:00`, `-0330`, `+01`: milliseconds east of UTC.
  mutating func offset() -> Int? {
    if take("Zz") != nil { return 0 }
    guard let sign = take("+-"), let hour = number(digits: 2), hour < 24 else { return nil }
    var minute = 0
    if take(":") != nil || next != nil {
      guard let value = number(digits: 2), value < 60 else { return nil }
      minute = value
    }
    return (hour * 60 + minute) * 60_000 * (sign == UInt8(ascii: "-") ? -1 : 1)
  }
}
