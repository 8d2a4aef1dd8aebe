import Glibc
import LageplanFeatures
import LageplanGeometry

/// What a piece of text could be. A column is what all its values could be.
struct Readings: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  /// `17`, `-4`, `0`; not `007`, which is a code.
  static let integer = Readings(rawValue: 1 << 0)
  /// `17`, `0.5`, `1.5e3`
  static let pointReal = Readings(rawValue: 1 << 1)
  /// `17`, `0,5`
  static let commaReal = Readings(rawValue: 1 << 2)
  /// `true`, `false`, `ja`, `nein`, in any case
  static let boolean = Readings(rawValue: 1 << 3)
  /// `30.12.1988`, `1.2.2024`
  static let germanDate = Readings(rawValue: 1 << 4)
  /// `1988-12-30`
  static let isoDate = Readings(rawValue: 1 << 5)
  /// `2024-06-07T19:05:41+02:00`, and without zone: then the town's time, as in `2024-06-07 19:05` and `07.06.2024 19:05:41`
  static let dateTime = Readings(rawValue: 1 << 6)
  /// `20240607190541`: fourteen digits that are a moment from 1900 to 2099, in the town's time.
  static let compactDateTime = Readings(rawValue: 1 << 7)
  /// What `--date-format` says.
  static let givenFormat = Readings(rawValue: 1 << 8)

  static let all: Readings = [
    .integer, .pointReal, .commaReal, .boolean, .germanDate, .isoDate, .dateTime, .compactDateTime, .givenFormat,
  ]
  /// What text in a source with types may turn out to be: it had a type for numbers and did not take it.
  static let dates: Readings = [.germanDate, .isoDate, .dateTime, .compactDateTime, .givenFormat]
}

/// One value of a text column, without the blanks around it.
struct TextValue {
  let bytes: UnsafeRawBufferPointer

  init(_ raw: UnsafeRawBufferPointer) {
    var start = 0
    var end = raw.count
    while start < end, raw[start] <= 0x20 { start += 1 }
    while end > start, raw[end - 1] <= 0x20 { end -= 1 }
    bytes = UnsafeRawBufferPointer(rebasing: raw[start..<end])
  }

  /// `""` and `-`: registers write both for "not known".
  var isNull: Bool { bytes.isEmpty || (bytes.count == 1 && bytes[0] == UInt8(ascii: "-")) }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Of `candidates`, those that fit.
  func readings(among candidates: Readings, format: DateFormat?) -> Readings {
    var result: Readings = []
    if !candidates.isDisjoint(with: [.integer, .pointReal, .commaReal]) { result = numberReadings.intersection(candidates) }
    if candidates.contains(.boolean), boolean != nil { result.insert(.boolean) }
    if candidates.contains(.germanDate), germanDate != nil { result.insert(.germanDate) }
    if candidates.contains(.isoDate), isoDate != nil { result.insert(.isoDate) }
    if candidates.contains(.dateTime), moment != nil { result.insert(.dateTime) }
    if candidates.contains(.compactDateTime), compactMoment != nil { result.insert(.compactDateTime) }
    if candidates.contains(.givenFormat), let format, format.read(bytes) != nil { result.insert(.givenFormat) }
    return result
  }

  // MARK: Numbers

  private var numberReadings: Readings {
    var index = 0
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
    let start = index
    while index < bytes.count, isDigit(index) { index += 1 }
    let digits = index - start
    guard digits > 0, digits == 1 || bytes[start] != UInt8(ascii: "0") else { return [] }
    if index == bytes.count { return digits <= 18 ? [.integer, .pointReal, .commaReal] : [] }
    let mark = bytes[index]
    guard mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") else { return [] }
    index += 1
    let fraction = index
    while index < bytes.count, isDigit(index) { index += 1 }
    guard index > fraction else { return [] }
    if index < bytes.count {
      guard bytes[index] | 0x20 == UInt8(ascii: "e") else { return [] }
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") { index += 1 }
      let exponent = index
      while index < bytes.count, isDigit(index) { index += 1 }
      guard index > exponent, index == bytes.count else { return [] }
    }
    return mark == UInt8(ascii: ".") ? .pointReal : .commaReal
  }

  var integer: Int64? {
    var value: Int64 = 0
    var index = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { index = 1 }
    guard index < bytes.count else { return nil }
    while index < bytes.count {
      guard isDigit(index) else { return nil }
      let digit = Int64(bytes[index] - UInt8(ascii: "0"))
      let (shifted, isTooLong) = value.multipliedReportingOverflow(by: 10)
      let (sum, isTooLarge) =
        isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
      guard !isTooLong, !isTooLarge else { return nil }
      value = sum
      index += 1
    }
    return value
  }

  /// With a decimal point or comma; leading zeros and a plus sign are taken too.
  var real: Double? {
    guard let first = bytes.first, isDigit(0) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else { return nil }
    // Hexadecimal numbers, infinity and the like are numbers to `strtod`, not to a register.
    let isPlain = bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        return true
      default: return false
      }
    }
    guard isPlain else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { copy -> Double? in
      guard let start = copy.baseAddress else { return nil }
      for (index, byte) in bytes.enumerated() {
        start[index] = CChar(bitPattern: byte == UInt8(ascii: ",") ? UInt8(ascii: ".") : byte)
      }
      start[bytes.count] = 0
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      // Two marks, as in 1.234,56, end the number early.
      return end == start + bytes.count && value.isFinite ? value : nil
    }
  }

  var boolean: Bool? {
    guard bytes.count <= 5 else { return nil }
    switch string.lowercased() {
    case "true", "ja": return true
    case "false", "nein": return false
    default: return nil
    }
  }

  // MARK: Dates

  private func isDigit(_ index: Int) -> Bool { bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9") }

  /// The number in the digits of `range`; `nil` where there is another character.
  private func number(_ range: Range<Int>) -> Int? {
    guard range.upperBound <= bytes.count, !range.isEmpty else { return nil }
    var value = 0
    for index in range {
      guard isDigit(index) else { return nil }
      value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
    }
    return value
  }

  var germanDate: CalendarDate? { germanDay(end: bytes.count) }

  /// Day and month with one or two digits, the year with four.
  private func germanDay(end: Int) -> CalendarDate? {
    let dot = UInt8(ascii: ".")
    guard end >= 8, end <= 10, let first = bytes[..<end].firstIndex(of: dot), first <= 2,
      let second = bytes[(first + 1)..<end].firstIndex(of: dot), second - first <= 3, end - second == 5,
      let day = number(0..<first), let month = number((first + 1)..<second), let year = number((second + 1)..<end)
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  var isoDate: CalendarDate? { isoDay(end: bytes.count) }

  /// `1988-12-30Z`, `1988-12-30+01:00`: a day with a zone, as XML Schema has it (`xsd:date`); the day is what it says.
  var xmlDate: CalendarDate? {
    let isZone =
      bytes.count == 11 && bytes[10] == UInt8(ascii: "Z")
      || bytes.count == 16 && (bytes[10] == UInt8(ascii: "+") || bytes[10] == UInt8(ascii: "-")) && bytes[13] == UInt8(ascii: ":")
    return isZone ? isoDay(end: 10) : nil
  }

  private func isoDay(end: Int) -> CalendarDate? {
    let dash = UInt8(ascii: "-")
    guard end == 10, bytes[4] == dash, bytes[7] == dash, let year = number(0..<4), let month = number(5..<7),
      let day = number(8..<10)
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  /// A day, `T` or a blank, a time, and perhaps a zone.
  var moment: Moment? {
    guard bytes.count >= 13, let gap = bytes.firstIndex(where: { $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: " ") }) else {
      return nil
    }
    if let last = bytes.last,
      last == UInt8(ascii: "Z") || bytes[gap...].contains(UInt8(ascii: "+")) || hasNegativeZone(after: gap)
    {
      return Instant(iso: gap == 10 ? string.replacing(" ", with: "T", maxReplacements: 1) : string).map(Moment.instant)
    }
    guard let day = gap == 10 ? isoDay(end: gap) ?? germanDay(end: gap) : germanDay(end: gap) else { return nil }
    guard let time = clock(from: gap + 1) else { return nil }
    return .local(day, milliseconds: time)
  }

  private func hasNegativeZone(after gap: Int) -> Bool { bytes[gap...].contains(UInt8(ascii: "-")) }

  /// `19:05`, `19:05:41`, `19:05:41.250` in milliseconds.
  private func clock(from start: Int) -> Int? {
    let colon = UInt8(ascii: ":")
    guard start + 5 <= bytes.count, bytes[start + 2] == colon, let hour = number(start..<(start + 2)),
      let minute = number((start + 3)..<(start + 5)), hour < 24, minute < 60
    else { return nil }
    var time = (hour * 60 + minute) * 60_000
    var index = start + 5
    guard index < bytes.count else { return time }
    guard bytes[index] == colon, let second = number((index + 1)..<(index + 3)), second < 60 else { return nil }
    time += second * 1000
    index += 3
    guard index < bytes.count else { return time }
    guard bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ","), index + 1 < bytes.count,
      bytes.count - index <= 10
    else { return nil }
    var scale = 100
    for position in (index + 1)..<bytes.count {
      guard isDigit(position) else { return nil }
      time += Int(bytes[position] - UInt8(ascii: "0")) * scale
      scale /= 10
    }
    return time
  }

  var compactMoment: Moment? {
    guard bytes.count == 14, let year = number(0..<4), (1900..<2100).contains(year), let month = number(4..<6),
      let day = number(6..<8), let hour = number(8..<10), let minute = number(10..<12), let second = number(12..<14), hour < 24,
      minute < 60, second < 60, let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    return .local(date, milliseconds: ((hour * 60 + minute) * 60 + second) * 1000)
  }
}

/// A point in time as it is written: with its zone, or as the clock in the town shows it.
enum Moment: Hashable, Sendable {
  case instant(Instant)
  case local(CalendarDate, milliseconds: Int)

  func instant(in town: TownTime) -> Instant {
    switch self {
    case .instant(let instant): return instant
    case .local(let day, let milliseconds):
      let whole = town.instant(on: day, at: Seconds(milliseconds / 1000))
      return Instant(millisecondsSince1970: whole.millisecondsSince1970 + Int64(milliseconds % 1000))
    }
  }
}

/// A date format in the letters of Unicode TR 35: `dd.MM.yyyy`, `MM/dd/yy HH:mm`.
///
/// `d`, `M`, `H` take one or two digits, doubled exactly two; `yyyy` four; `yy` two (70 to 99 in the last century);
/// `mm`, `ss` two. Every other character stands for itself.
public struct DateFormat: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case field(Character, digits: ClosedRange<Int>)
    case literal(UInt8)
  }

  public let pattern: String
  /// The format tells a time too.
  public let hasTime: Bool
  private let pieces: [Piece]

  /// Throws ``ExchangeError/invalidDateFormat(_:reason:)`` for a format without day, month and year.
  public init(_ pattern: String) throws(ExchangeError) {
    self.pattern = pattern
    var pieces: [Piece] = []
    var fields: Set<Character> = []
    var rest = Substring(pattern)
    while let letter = rest.first {
      let run = rest.prefix { $0 == letter }.count
      rest = rest.dropFirst(run)
      switch (letter, run) {
      case ("y", 4), ("y", 2), ("M", 2), ("d", 2), ("H", 2), ("m", 2), ("s", 2): pieces.append(.field(letter, digits: run...run))
      case ("d", 1), ("M", 1), ("H", 1): pieces.append(.field(letter, digits: 1...2))
      default:
        guard !letter.isLetter || letter == "T" else {
          throw .invalidDateFormat(
            pattern, reason: "\(String(repeating: letter, count: run)) is no field; use d, M, yyyy, HH, mm, ss")
        }
        pieces += String(repeating: letter, count: run).utf8.map(Piece.literal)
        continue
      }
      guard fields.insert(letter).inserted else { throw .invalidDateFormat(pattern, reason: "\(letter) stands in it twice") }
    }
    guard fields.isSuperset(of: ["y", "M", "d"]) else {
      throw .invalidDateFormat(pattern, reason: "day, month or year is missing")
    }
    self.pieces = pieces
    hasTime = fields.contains("H")
  }

  /// `nil` where the text is not written so or is no day.
  func read(_ bytes: UnsafeRawBufferPointer) -> Moment? {
    var index = 0
    var year = 0
    var month = 0
    var day = 0
    var time = 0
    for piece in pieces {
      switch piece {
      case .literal(let byte):
        guard index < bytes.count, bytes[index] == byte else { return nil }
        index += 1
      case .field(let letter, let digits):
        var value = 0
        var count = 0
        while count < digits.upperBound, index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
          value = value * 10 + Int(bytes[index] - 0x30)
          index += 1
          count += 1
        }
        guard digits.contains(count) else { return nil }
        switch letter {
        case "y": year = digits.upperBound == 2 ? value + (value < 70 ? 2000 : 1900) : value
        case "M": month = value
        case "d": day = value
        case "H":
          guard value < 24 else { return nil }
          time += value * 3_600_000
        default:
          guard value < 60 else { return nil }
          time += value * (letter == "m" ? 60_000 : 1000)
        }
      }
    }
    guard index == bytes.count, let date = CalendarDate(year: year, month: month, day: day) else { return nil }
    return .local(date, milliseconds: time)
  }
}

extension Substring {
  /// Without blanks and control characters at both ends.
  var trimmingBlanks: Substring {
    var result = self
    while let first = result.unicodeScalars.first, first.value <= 0x20 || first.value == 0xA0 || first.value == 0xFEFF {
      result.removeFirst()
    }
    while let last = result.unicodeScalars.last, last.value <= 0x20 || last.value == 0xA0 { result.removeLast() }
    return result
  }
}
