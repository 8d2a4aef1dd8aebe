import Foundation

extension String {
  /// The text without the difference of upper and lower case: two texts that differ only in case give the same.
  ///
  /// Full case folding (Unicode 15.0, section 5.18): `Straße` and `STRASSE` give `strasse`, the final sigma is a sigma. Made of the
  /// mappings that Swift knows, to lower, upper and lower case again, character by character; a dotless ı stays apart from i.
  public var caseFolded: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return lowercased() }
    var result = ""
    for scalar in unicodeScalars {
      if scalar == "\u{131}" {
        result.unicodeScalars.append(scalar)
        continue
      }
      for lower in scalar.properties.lowercaseMapping.unicodeScalars {
        for upper in lower.properties.uppercaseMapping.unicodeScalars { result += upper.properties.lowercaseMapping }
      }
    }
    return result
  }

  /// The text without accents and other marks: `Chișinău` gives `Chisinau`, `Höhe` gives `Hohe`, `København` gives `Kobenhavn`.
  ///
  /// Letters are taken apart canonically (Unicode normal form D) and marks that take no space dropped; letters whose stroke is no mark
  /// of Unicode (ø, đ, ł, æ, œ, ß and their like) are told one by one.
  public var accentFolded: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    var result = ""
    for scalar in decomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.properties.generalCategory == .nonspacingMark { continue }
      if let plain = Self.plainLetters[scalar] {
        result += plain
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let plainLetters: [Unicode.Scalar: String] = [
    "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t", "ı": "i",
    "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ß": "ss", "ẞ": "SS", "Þ": "TH", "þ": "th", "Ð": "D", "ð": "d",
  ]
}
