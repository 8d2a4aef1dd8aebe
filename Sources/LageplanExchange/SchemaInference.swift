import LageplanFeatures

/// How a column was given its type, for the summary.
public enum TypeRule: Hashable, Sendable {
  /// The source says so.
  case declared
  /// The caller says so (`--type`).
  case given
  /// The collection that is there has it so.
  case existing
  case integers
  case decimalPoints
  case decimalCommas
  case booleans
  case germanDates
  case isoDates
  case dateTimes
  /// Fourteen digits.
  case compactDateTimes
  /// As `--date-format` says.
  case givenFormat
  /// Numbers with leading zeros are codes.
  case leadingZeros
  case text
  /// No record has a value.
  case empty

  public var explanation: String {
    switch self {
    case .declared: "as the source declares"
    case .given: "as --type says"
    case .existing: "as in the collection"
    case .integers: "all values are whole numbers"
    case .decimalPoints: "all values are numbers"
    case .decimalCommas: "all values are numbers with decimal comma"
    case .booleans: "all values are true/false or ja/nein"
    case .germanDates: "all values are dates as 30.12.1988"
    case .isoDates: "all values are dates as 1988-12-30"
    case .dateTimes: "all values are dates with time"
    case .compactDateTimes: "all values are date-times of 14 digits"
    case .givenFormat: "all values are written as --date-format says"
    case .leadingZeros: "numbers with leading zeros are codes"
    case .text: "text"
    case .empty: "no values"
    }
  }
}

/// What one column of a source could be, gathered value by value.
struct ColumnInference: Sendable {
  private(set) var candidates: Readings
  private(set) var values = 0
  /// Values that consist of digits alone, and those of them with a leading zero: a code, and how a shifted row is told from others.
  private(set) var digitValues = 0
  private(set) var leadingZeros = 0

  init(declared: PropertyKind?, hasFormat: Bool) {
    candidates = declared == nil ? .all : .dates
    if !hasFormat { candidates.remove(.givenFormat) }
  }

  /// Takes a text value that is not null.
  mutating func take(_ value: TextValue, format: DateFormat?) {
    values += 1
    if Self.isDigits(value) {
      digitValues += 1
      if value.bytes.count > 1, value.bytes[0] == UInt8(ascii: "0") { leadingZeros += 1 }
    }
    guard !candidates.isEmpty else { return }
    candidates = value.readings(among: candidates, format: format)
  }

  static func isDigits(_ value: TextValue) -> Bool { value.bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }

  /// The type, and the rule by which it was found. Dates come before numbers: fourteen digits in a row are a moment.
  func verdict(format: DateFormat?) -> (kind: PropertyKind, rule: TypeRule) {
    guard values > 0 else { return (.text, .empty) }
    if candidates.contains(.givenFormat), let format { return (format.hasTime ? .dateTime : .date, .givenFormat) }
    if candidates.contains(.compactDateTime) { return (.dateTime, .compactDateTimes) }
    if candidates.contains(.integer) { return (.integer, .integers) }
    if candidates.contains(.pointReal) { return (.real, .decimalPoints) }
    if candidates.contains(.commaReal) { return (.real, .decimalCommas) }
    if candidates.contains(.boolean) { return (.boolean, .booleans) }
    if candidates.contains(.germanDate) { return (.date, .germanDates) }
    if candidates.contains(.isoDate) { return (.date, .isoDates) }
    if candidates.contains(.dateTime) { return (.dateTime, .dateTimes) }
    return (.text, leadingZeros > 0 && digitValues == values ? .leadingZeros : .text)
  }
}

/// Reads values into a type that the caller, the collection or inference has fixed.
struct ValueReader: Sendable {
  let town: TownTime
  let format: DateFormat?

  /// `nil`: the value does not fit. Text is taken as it stands; numbers with point or comma; dates as 30.12.1988, 1988-12-30 or as
  /// `--date-format` says; times without zone in the town's time; booleans also as 0/1 and j/n.
  func read(_ value: TextValue, as kind: PropertyKind) -> PropertyValue? {
    switch kind {
    case .text: return .text(value.string)
    case .integer:
      if let integer = value.integer { return .integer(integer) }
      return value.real.flatMap { Int64(exactly: $0) }.map(PropertyValue.integer)
    case .real: return value.real.map(PropertyValue.real)
    case .boolean:
      if let boolean = value.boolean { return .boolean(boolean) }
      switch value.string.lowercased() {
      case "1", "j", "y", "yes", "wahr": return .boolean(true)
      case "0", "n", "no", "falsch": return .boolean(false)
      default: return nil
      }
    case .date:
      if let format, let moment = format.read(value.bytes) { return .date(day(moment)) }
      if let date = value.germanDate ?? value.isoDate ?? value.xmlDate { return .date(date) }
      return (value.moment ?? value.compactMoment).map { .date(day($0)) }
    case .dateTime:
      if let format, let moment = format.read(value.bytes) { return .dateTime(moment.instant(in: town)) }
      if let moment = value.moment ?? value.compactMoment { return .dateTime(moment.instant(in: town)) }
      return (value.germanDate ?? value.isoDate).map { .dateTime(Moment.local($0, milliseconds: 0).instant(in: town)) }
    case .json:
      return PropertyValue(parsing: value.string, as: .json)
    }
  }

  private func day(_ moment: Moment) -> CalendarDate {
    switch moment {
    case .local(let day, _): day
    case .instant(let instant): town.day(of: instant)
    }
  }

  /// A value that has a type already, in another; `nil`: it does not fit.
  func convert(_ value: PropertyValue, to kind: PropertyKind) -> PropertyValue? {
    if value.kind == nil || value.kind == kind { return value }
    switch (value, kind) {
    case (.integer(let number), .real): return .real(Double(number))
    case (.real(let number), .integer): return Int64(exactly: number).map(PropertyValue.integer)
    case (.integer(0), .boolean): return .boolean(false)
    case (.integer(1), .boolean): return .boolean(true)
    case (.dateTime(let instant), .date): return .date(town.day(of: instant))
    case (.date(let day), .dateTime): return .dateTime(Moment.local(day, milliseconds: 0).instant(in: town))
    case (_, .json), (_, .text): return value.widened(to: kind)
    case (.text(var text), _):
      return text.withUTF8 { bytes -> PropertyValue? in
        let value = TextValue(UnsafeRawBufferPointer(bytes))
        return value.isNull ? .null : read(value, as: kind)
      }
    default:
      guard var text = value.spelling else { return nil }
      return text.withUTF8 { read(TextValue(UnsafeRawBufferPointer($0)), as: kind) }
    }
  }
}
