/// Cuts CQL2 text into words, names, texts, numbers and marks (OGC 21-065r2, annex B), one at a time.
struct Cql2Lexer {
  enum Token: Hashable {
    /// A name or a word of the language, as written.
    case word(String)
    /// A name in double quotes, without them.
    case name(String)
    /// A text in single quotes, its escapes undone.
    case text(String)
    /// Digits, without a sign.
    case number(String)
    /// `(`, `)`, `,`, `+`, `<=` and so on.
    case mark(String)
    case end
  }

  private let bytes: [UInt8]
  /// Where the next token is looked for.
  private(set) var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The next token and where it starts.
  mutating func next() throws(FilterSyntaxError) -> (token: Token, start: Int) {
    skipSpace()
    let start = position
    guard let byte = peek() else { return (.end, start) }
    switch byte {
    case UInt8(ascii: "'"): return (.text(try quotedText()), start)
    case UInt8(ascii: "\""): return (.name(try quotedName()), start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return (.number(try number()), start)
    case UInt8(ascii: "."):
      guard let digit = peek(1), Self.isDigit(digit) else { throw unexpected(at: start, "a value, a name or an operator") }
      return (.number(try number()), start)
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      let pair = peek(1).map { [byte, $0] }.map { String(decoding: $0, as: UTF8.self) }
      if let pair, ["<>", "<=", ">="].contains(pair) {
        position += 2
        return (.mark(pair), start)
      }
      position += 1
      return (.mark(String(UnicodeScalar(byte))), start)
    case _ where "()=,+-*/%^".utf8.contains(byte):
      position += 1
      return (.mark(String(UnicodeScalar(byte))), start)
    default:
      guard let word = word() else { throw unexpected(at: start, "a value, a name or an operator") }
      return (.word(word), start)
    }
  }

  /// Goes on behind something that another reader has read.
  mutating func resume(at position: Int) { self.position = position }

  func withBytes<T>(_ body: (UnsafeBufferPointer<UInt8>) -> T) -> T { bytes.withUnsafeBufferPointer(body) }

  /// The fault at `offset`, with a piece of what stands there.
  func unexpected(at offset: Int, _ expected: String) -> FilterSyntaxError {
    var end = min(bytes.count, offset + 24)
    // Never half a character.
    while end > offset, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return FilterSyntaxError(
      at: .byte(offset), found: String(decoding: bytes[min(offset, end)..<end], as: UTF8.self), expected: expected)
  }

  // MARK: Pieces

  private func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < bytes.count ? bytes[position + ahead] : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// The scalar at `position` and its length in bytes.
  private func scalar() -> (scalar: Unicode.Scalar, length: Int)? {
    guard let first = peek() else { return nil }
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard position + length <= bytes.count else { return nil }
    guard let scalar = String(decoding: bytes[position..<position + length], as: UTF8.self).unicodeScalars.first
    else { return nil }
    return (scalar, length)
  }

  private mutating func skipSpace() {
    while let byte = peek() {
      if byte == 0x20 || (0x09...0x0D).contains(byte) {
        position += 1
      } else if byte >= 0x80, let (scalar, length) = scalar(), Self.isSpace(scalar) {
        position += length
      } else {
        return
      }
    }
  }

  /// The white space of annex B beyond ASCII.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  private mutating func word() -> String? {
    let start = position
    while let (scalar, length) = scalar(), position == start ? Self.startsName(scalar) : Self.continuesName(scalar) {
      position += length
    }
    return position == start ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Rule `identifierStart`; white space, which its ranges take in by accident, is none.
  static func startsName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3A, 0x5F, 0x41...0x5A, 0x61...0x7A: true
    case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFE, 0x200C...0x200D, 0x2070...0x218F,
      0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
      !isSpace(scalar)
    default: false
    }
  }

  /// Rule `identifierPart`.
  static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2E, 0x30...0x39, 0x300...0x36F, 0x203F...0x2040: true
    default: startsName(scalar)
    }
  }

  private mutating func number() throws(FilterSyntaxError) -> String {
    let start = position
    skipDigits()
    if peek() == UInt8(ascii: ".") {
      position += 1
      skipDigits()
    }
    if let e = peek(), e | 0x20 == UInt8(ascii: "e") {
      position += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      guard let digit = peek(), Self.isDigit(digit) else { throw unexpected(at: start, "a number such as 1.5E-3") }
      skipDigits()
    }
    if let (scalar, _) = scalar(), Self.continuesName(scalar) {
      throw unexpected(at: start, "a number, with a space or an operator behind it; a name may not start with a digit")
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func skipDigits() {
    while let digit = peek(), Self.isDigit(digit) { position += 1 }
  }

  /// Section 8.1, requirement `escaping`: `''` and `\'` are a quotation mark, `\a \b \t \n \v \f \r` control characters, and `\\`
  /// is a backslash. Any other backslash stays, for LIKE to read.
  private mutating func quotedText() throws(FilterSyntaxError) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "'"):
        guard peek() == UInt8(ascii: "'") else { return String(decoding: content, as: UTF8.self) }
        position += 1
        content.append(byte)
      case UInt8(ascii: "\\"):
        guard let escaped = peek().flatMap(Self.unescaped) else {
          content.append(byte)
          continue
        }
        position += 1
        content.append(escaped)
      default:
        content.append(byte)
      }
    }
    throw unexpected(at: start, "a text that ends in a single quotation mark")
  }

  private static func unescaped(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\\"): byte
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "v"): 0x0B
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "r"): 0x0D
    default: nil
    }
  }

  /// Any characters, a double quotation mark doubled: names of files are richer than the rule `identifier`.
  private mutating func quotedName() throws(FilterSyntaxError) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = peek() {
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard peek() == byte else {
          if content.isEmpty { break }
          return String(decoding: content, as: UTF8.self)
        }
        position += 1
      }
      content.append(byte)
    }
    throw unexpected(at: start, "a name that ends in a double quotation mark")
  }
}
