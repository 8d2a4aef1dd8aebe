import Foundation

/// A search for words in texts: `q` of OGC API Records (20-004r1).
///
/// Commas part terms, of which one has to be found: all its words, anywhere in the texts of the feature. A word is found where one of
/// the texts begins with it, so `linden` finds `Lindenstraße`. Case, accents and umlauts make no difference, and ß is ss.
public struct TextSearch: Hashable, Sendable {
  /// Of words in the whole search.
  public static let wordLimit = 100

  /// The folded words of each term; no term is empty. No terms: nothing is found.
  public let terms: [[String]]

  /// Throws `FeatureError.tooManyWords`.
  public init(_ text: String) throws(FeatureError) {
    terms = text.split(separator: ",").map { Self.words(of: String($0)) }.filter { !$0.isEmpty }
    let count = terms.reduce(0) { $0 + $1.count }
    guard count <= Self.wordLimit else { throw .tooManyWords(found: count, limit: Self.wordLimit) }
  }

  public func matches(_ texts: some Sequence<String>) -> Bool {
    guard !terms.isEmpty else { return false }
    let words = texts.flatMap(Self.words)
    return terms.contains { term in
      term.allSatisfy { wanted in words.contains { $0.utf8.starts(with: wanted.utf8) } }
    }
  }

  /// The words of a text, folded, in their order.
  ///
  /// They are those of the tokenizer `unicode61 remove_diacritics 2` of SQLite's FTS5 (fts5.html, section 4.3.1), once ß has become
  /// ss: runs of letters, numbers, characters for private use, and those that it does not know, which are newer than Unicode 6.1;
  /// in lower case, Latin letters without accents.
  public static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isWordPart(scalar) {
        word.append(contentsOf: folded(scalar))
      } else if !word.isEmpty, !isMark(scalar) {
        words.append(String(word))
        word.removeAll()
      }
    }
    if !word.isEmpty { words.append(String(word)) }
    return words
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber,
      .otherNumber, .privateUse:
      return true
    default: return !isKnown(scalar)
    }
  }

  /// To the tables of the tokenizer.
  private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.properties.generalCategory != .unassigned, let age = scalar.properties.age else { return false }
    return (age.major, age.minor) <= (6, 1)
  }

  /// A mark within a word, such as the two dots of a decomposed ä, parts nothing and counts for nothing: those of U+0300 to U+0331
  /// that Latin letters are composed with.
  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    let marks: UInt64 = 0x0003_61F8_0802_9FDF
    return (0x300...0x331).contains(scalar.value) && marks >> UInt64(scalar.value - 0x300) & 1 == 1
  }

  private static func folded(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    if scalar.isASCII { return scalar.properties.lowercaseMapping.unicodeScalars }
    if scalar == "ß" || scalar == "ẞ" { return "ss".unicodeScalars }
    guard isKnown(scalar), scalar != "ı" else { return String(scalar).unicodeScalars }
    // Only letters on the base of a plain Latin one lose their accents; ǡ the tokenizer has forgotten.
    if let base = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first, base.isASCII {
      return scalar == "Ǡ" || scalar == "ǡ" ? "ǡ".unicodeScalars : base.properties.lowercaseMapping.unicodeScalars
    }
    // To upper case and back makes one of the two small sigmas. What has no single known counterpart stays.
    let upper = scalar.properties.uppercaseMapping.unicodeScalars
    let mapping = upper.count == 1 ? upper.first?.properties.lowercaseMapping : scalar.properties.lowercaseMapping
    guard let lower = mapping?.unicodeScalars, lower.count == 1, lower.allSatisfy(isKnown) else {
      return String(scalar).unicodeScalars
    }
    return lower
  }
}
