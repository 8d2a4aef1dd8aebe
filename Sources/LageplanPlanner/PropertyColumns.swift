import LageplanFeatures
import LageplanGeometry

/// The properties that are read of a collection, each once.
struct PropertyColumns {
  private(set) var definitions: [PropertyDefinition] = []

  var names: [String] { definitions.map(\.name) }

  mutating func add(_ definition: PropertyDefinition?) {
    if let definition, !definitions.contains(where: { $0.name == definition.name }) { definitions.append(definition) }
  }

  /// By name; those that are null are left out.
  func values(of row: borrowing FeatureRow) -> [String: PropertyValue] {
    var values: [String: PropertyValue] = [:]
    for (index, definition) in definitions.enumerated() {
      let value = row.values[index].value(as: definition.kind)
      if value != .null { values[definition.name] = value }
    }
    return values
  }
}

/// What the values of properties tell a planner; `nil`: something else is written there.
extension PropertyValue {
  var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .text(let text): Double(text.replacing(",", with: "."))
    case .null, .boolean, .date, .dateTime, .json: nil
    }
  }

  /// Rounded up.
  func whole(in range: ClosedRange<Int>) -> Int? {
    guard let number, (Double(range.lowerBound)...Double(range.upperBound)).contains(number) else { return nil }
    return Int(number.rounded(.up))
  }

  /// Less than nothing or more than a day is an error of the data, not a visit.
  var minutes: Seconds? {
    guard let number, (0...1440).contains(number) else { return nil }
    return Seconds(Int((number * 60).rounded(.up)))
  }

  var truth: Bool? {
    switch self {
    case .boolean(let truth): truth
    case .integer(0): false
    case .integer(1): true
    case .text(let text):
      switch text.lowercased() {
      case "ja", "yes", "true", "j", "y", "1": true
      case "nein", "no", "false", "n", "0": false
      default: nil
      }
    case .null, .integer, .real, .date, .dateTime, .json: nil
    }
  }

  var calendarDate: CalendarDate? {
    switch self {
    case .date(let date): date
    case .text(let text): CalendarDate(iso: text)
    case .null, .integer, .real, .boolean, .dateTime, .json: nil
    }
  }

  /// What stands between commas or semicolons, or in a JSON array.
  var list: [String]? {
    switch self {
    case .json(let json):
      return (try? JSONValue(parsing: json))?.array?.compactMap { $0.text ?? $0.integer.map { String($0) } }
    case .null: return nil
    case .text, .integer, .real, .boolean, .date, .dateTime:
      return spelling?.split { ",;".contains($0) }.map { $0.trimmed }.filter { !$0.isEmpty }
    }
  }

  /// ``TourLevel/rank``, or a number from 0 to 15.
  var rank: Int? {
    if case .text(let text) = self {
      switch text.lowercased() {
      case "must", "muss": return TourLevel.must.rank
      case "overdue", "überfällig": return TourLevel.overdue.rank
      case "routine": return TourLevel.routine.rank
      default: break
      }
    }
    guard let number, (0...15).contains(number), number == number.rounded() else { return nil }
    return Int(number)
  }

  var dayWindows: [TourRequest.DayWindow]? {
    if case .text(let text) = self { TourRequest.DayWindow.list(text) } else { nil }
  }

  var timeOfDay: Seconds? {
    if case .text(let text) = self { Seconds(timeOfDay: text.trimmed) } else { nil }
  }
}

extension StringProtocol {
  /// Without spaces at its ends.
  var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}
