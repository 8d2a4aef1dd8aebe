import Foundation

/// Values of OpenStreetMap tags that say a measure, as people write them.
enum OsmValue {
  /// `50`, `30 mph`, `5 knots`: kilometres an hour. `nil` for words and nonsense.
  static func speed(_ text: String) -> Double? {
    guard let (number, unit) = measure(text) else { return nil }
    return switch unit {
    case "", "km/h", "kmh", "kph": number
    case "mph": number * 1.609344
    case "knots": number * 1.852
    default: nil
    }
  }

  /// `3.5`, `3.5 t`, `7500 kg`: tonnes.
  static func weight(_ text: String) -> Double? {
    guard let (number, unit) = measure(text) else { return nil }
    return switch unit {
    case "", "t": number
    case "kg": number / 1000
    case "st": number * 0.90718474
    case "lbs": number * 0.000_453_592_37
    default: nil
    }
  }

  /// `2.8`, `2,8 m`, `280 cm`, `9'6"`: metres.
  static func length(_ text: String) -> Double? {
    if let feet = text.firstIndex(of: "'") {
      let inches = text[text.index(after: feet)...].filter { $0 != "\"" && $0 != " " }
      guard let whole = Double(text[..<feet]), let rest = inches.isEmpty ? 0 : Double(inches) else { return nil }
      return whole * 0.3048 + rest * 0.0254
    }
    guard let (number, unit) = measure(text) else { return nil }
    return switch unit {
    case "", "m": number
    case "cm": number / 100
    case "km": number * 1000
    case "ft": number * 0.3048
    default: nil
    }
  }

  /// `15` (minutes), `1:30` (hours and minutes), `0:15:30`, `PT1H30M`: seconds.
  static func duration(_ text: String) -> Double? {
    if text.hasPrefix("PT") {
      var seconds = 0.0
      var digits = ""
      for letter in text.dropFirst(2) {
        if letter.isNumber || letter == "." {
          digits.append(letter)
          continue
        }
        guard let number = Double(digits), let unit = ["H": 3600.0, "M": 60, "S": 1][letter] else { return nil }
        seconds += number * unit
        digits = ""
      }
      return digits.isEmpty && seconds > 0 ? seconds : nil
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard let numbers = parts as? [Double], numbers.allSatisfy({ $0 >= 0 && $0 < 100_000 }) else { return nil }
    let seconds =
      switch numbers.count {
      case 1: numbers[0] * 60
      case 2: numbers[0] * 3600 + numbers[1] * 60
      case 3: numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
      default: 0.0
      }
    return seconds > 0 ? seconds : nil
  }

  /// The words of a list: `agricultural;forestry`.
  static func words(_ text: String) -> [Substring] {
    text.split(separator: ";").map { $0.drop { $0 == " " } }
  }

  /// A number and what is written behind it; a decimal comma counts as a point.
  private static func measure(_ text: String) -> (Double, String)? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }
    guard let number = Double(digits.replacingOccurrences(of: ",", with: ".")), number.isFinite else { return nil }
    return (number, text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).lowercased())
  }
}
