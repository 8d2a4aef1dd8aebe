import LageplanFeatures

/// Text and numbers as they stand in XML 1.0, appended to bytes.
enum XmlText {
  /// Text for elements and attributes. Characters that XML 1.0 (section 2.2) does not have become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r", "\u{20}"..."\u{FFFD}", "\u{10000}"...: result.unicodeScalars.append(character)
      default: result.unicodeScalars.append("\u{FFFD}")
      }
    }
    return result
  }

  /// A name for an element (Namespaces in XML, section 3: NCName): what may not stand in one becomes `_`.
  static func elementName(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      let isLetter = character.properties.isAlphabetic || character == "_"
      let isInner = isLetter || ("0"..."9").contains(character) || character == "-" || character == "."
      if result.isEmpty, !isLetter { result = "_" }
      result.unicodeScalars.append(isInner ? character : "_")
    }
    return result.isEmpty ? "_" : result
  }
}

extension [UInt8] {
  mutating func append(_ text: String) { append(contentsOf: text.utf8) }

  mutating func append(xml text: String) { append(contentsOf: XmlText.escaped(text).utf8) }

  /// The number rounded to so many decimals, without zeros at its end.
  mutating func append(_ number: Double, decimals: Int) {
    var writer = JSONWriter()
    swap(&writer.bytes, &self)
    writer.fixed(number, decimals: decimals)
    swap(&writer.bytes, &self)
  }

  /// `10.7865,52.4227` or with the height behind: longitude and latitude with 7 decimals (1 cm), the height with 3.
  mutating func append(longitude: Double, latitude: Double, height: Double?) {
    append(longitude, decimals: 7)
    append(UInt8(ascii: ","))
    append(latitude, decimals: 7)
    if let height, height.isFinite {
      append(UInt8(ascii: ","))
      append(height, decimals: 3)
    }
  }
}
