import LageplanFeatures

/// A cursor over JSON text (RFC 8259) that reads what is asked for and passes over the rest, without a tree.
///
/// For large files of many small objects of one shape. What is passed over is checked for its brackets and quotes only.
struct JSONScanner {
  let bytes: UnsafeRawBufferPointer
  var position: Int

  struct Fault: Error {
    var position: Int
    var expected: String
  }

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The next character that is no blank.
  mutating func next() -> UInt8? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      case let byte: return byte
      }
    }
    return nil
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(Fault) {
    guard take(byte) else { throw fault(String(UnicodeScalar(byte))) }
  }

  func fault(_ expected: String) -> Fault { Fault(position: position, expected: expected) }

  // MARK: Structure

  /// Calls `body` for each member of an object, with its key's bytes between the quotes; `body` reads the value.
  mutating func members(_ body: (inout JSONScanner, Range<Int>) throws(Fault) -> Void) throws(Fault) {
    try expect(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    repeat {
      guard next() == UInt8(ascii: "\"") else { throw fault("a member name in quotes") }
      let key = try string().range
      try expect(UInt8(ascii: ":"))
      try body(&self, key)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Calls `body` for each element of an array; `body` reads it.
  mutating func elements(_ body: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
    try expect(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  /// Passes over a value and answers where it stands.
  @discardableResult
  mutating func skipValue() throws(Fault) -> Range<Int> {
    guard let first = next() else { throw fault("a value") }
    let start = position
    switch first {
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipNested()
    default:
      while let byte = peek, byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "]") {
        position += 1
      }
      guard position > start else { throw fault("a value") }
    }
    return start..<position
  }

  private mutating func skipNested() throws(Fault) {
    var depth = 0
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        _ = try string()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 {
          position += 1
          return
        }
      default: break
      }
      position += 1
    }
    throw fault("the end of what was opened")
  }

  // MARK: Values

  /// The bytes between the quotes, and whether there are escapes among them.
  mutating func string() throws(Fault) -> (range: Range<Int>, hasEscapes: Bool) {
    guard peek == UInt8(ascii: "\"") else { throw fault("a string") }
    position += 1
    let start = position
    var hasEscapes = false
    while let byte = peek {
      if byte == UInt8(ascii: "\"") {
        position += 1
        return (start..<position - 1, hasEscapes)
      }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      }
      position += 1
    }
    throw fault("the closing quote of the string")
  }

  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    range.count == text.utf8CodeUnitCount
      && bytes[range].elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: range.count))
  }

  mutating func word(_ word: StaticString) throws(Fault) {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, equals(position..<end, word) else { throw fault("a value") }
    position = end
  }

  /// A number: whole where it is written so and fits 64 bits.
  mutating func number() throws(Fault) -> JSONValue {
    guard let first = next() else { throw fault("a number") }
    let start = position
    let isNegative = first == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var mantissa: UInt64 = 0
    var isExact = true
    var digits = 0
    var fractionDigits = 0
    var isWhole = true
    scan: while let byte = peek {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if mantissa < 900_000_000_000_000_000 {
          mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0"))
        } else {
          isExact = false
        }
        if !isWhole { fractionDigits += 1 }
      case UInt8(ascii: "."):
        guard isWhole else { throw fault("one decimal point") }
        isWhole = false
      default: break scan
      }
      position += 1
    }
    guard digits > 0 else { throw fault("a number") }
    let hasExponent = peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E")
    if isWhole, isExact, !hasExponent, !(isNegative && mantissa == 0) {
      return .integer(isNegative ? -Int64(mantissa) : Int64(mantissa))
    }
    if isExact, !hasExponent, mantissa <= 1 << 53, fractionDigits <= 22 {
      // Both are exact doubles, so one rounding gives the nearest (Clinger 1990, doi:10.1145/93542.93557).
      let magnitude = Double(mantissa) / Self.powers[fractionDigits]
      return .real(isNegative ? -magnitude : magnitude)
    }
    // The slow way, which also knows exponents and integers of 19 digits.
    position = start
    let range = try skipValue()
    guard let value = try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: bytes[range]), limits: .trusted),
      value.number != nil
    else {
      position = start
      throw fault("a number")
    }
    return value
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
