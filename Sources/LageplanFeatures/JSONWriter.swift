/// Writes JSON text (RFC 8259) into an array of bytes, value by value, without a tree. Commas come by themselves.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.member("id", "baum-1042")
///     writer.key("height"); writer.value(12.5)
///     writer.endObject()                          // {"id":"baum-1042","height":12.5}
///
/// Whoever calls `begin…` calls `end…`; the writer does not check it.
public struct JSONWriter: Sendable {
  /// What has been written. May be taken away and emptied between two values, to send a long answer in pieces.
  public var bytes: [UInt8] = []
  private var needsComma = false

  public init(reservingCapacity capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  // MARK: Structure

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  public mutating func key(_ name: String) {
    value(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  // MARK: Values

  public mutating func null() { raw("null") }
  public mutating func value(_ value: Bool) { raw(value ? "true" : "false") }
  public mutating func value(_ value: Int) { self.value(Int64(value)) }

  public mutating func value(_ value: Int64) {
    comma()
    appendDecimal(value.magnitude, negative: value < 0)
  }

  /// The shortest digits that read back as the same double; `null` where it is not finite, for which JSON has no number.
  public mutating func value(_ value: Double) {
    guard value.isFinite else { return null() }
    comma()
    appendShortest(value)
  }

  public mutating func value(_ text: String) {
    comma()
    var text = text
    text.withUTF8 { appendQuoted(UnsafeRawBufferPointer($0)) }
  }

  /// A string, from bytes that should be UTF-8; what is not becomes U+FFFD.
  public mutating func text(utf8: UnsafeRawBufferPointer) {
    comma()
    appendQuoted(utf8)
  }

  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .boolean(let value): self.value(value)
    case .integer(let value): self.value(value)
    case .real(let value): self.value(value)
    case .text(let value): self.value(value)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for (key, value) in members {
        self.key(key)
        self.value(value)
      }
      endObject()
    }
  }

  /// A property value as JSON: dates and date-times as ISO 8601 strings, JSON as itself.
  public mutating func value(_ value: PropertyValue) {
    switch value {
    case .null: null()
    case .text(let value): self.value(value)
    case .integer(let value): self.value(value)
    case .real(let value): self.value(value)
    case .boolean(let value): self.value(value)
    case .date(let value): self.value(value.iso)
    case .dateTime(let value): self.value(value.iso)
    case .json(var value): value.withUTF8 { json(utf8: UnsafeRawBufferPointer($0)) }
    }
  }

  /// The number rounded to `decimals` (0 to 9) places, ties to even, trailing zeros left away: what C's `%.7f` gives, but for the zeros.
  /// `null` where it is not finite.
  public mutating func fixed(_ value: Double, decimals: Int) {
    guard value.isFinite else { return null() }
    comma()
    appendFixed(value, decimals: decimals)
  }

  /// JSON text from elsewhere, as it is where it is one valid JSON text, else as a string: a broken column must not break the answer.
  public mutating func json(utf8: UnsafeRawBufferPointer) {
    comma()
    if (try? JSONValue(parsing: utf8, limits: .trusted)) != nil {
      bytes.append(contentsOf: utf8)
    } else {
      appendQuoted(utf8)
    }
  }

  /// A value that is already JSON text: the caller answers for it.
  public mutating func raw(_ text: StaticString) {
    comma()
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// A value that is already JSON text: the caller answers for it.
  public mutating func raw(_ json: [UInt8]) {
    comma()
    bytes.append(contentsOf: json)
  }

  // MARK: Members

  public mutating func member(_ name: String, _ value: String) {
    key(name)
    self.value(value)
  }

  public mutating func member(_ name: String, _ value: Int) {
    key(name)
    self.value(value)
  }

  public mutating func member(_ name: String, _ value: Double) {
    key(name)
    self.value(value)
  }

  public mutating func member(_ name: String, _ value: Bool) {
    key(name)
    self.value(value)
  }

  public mutating func member(_ name: String, _ value: JSONValue) {
    key(name)
    self.value(value)
  }

  // MARK: Within the module, for writers that know what they do

  /// A key that is already quoted, escaped and ended by its colon.
  mutating func prepared(key: [UInt8]) {
    comma()
    bytes.append(contentsOf: key)
    needsComma = false
  }

  @inline(__always) private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    comma()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }
}

// MARK: - Strings

extension JSONWriter {
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// Quotes, with the escapes that RFC 8259, section 7, demands, and no others.
  private mutating func appendQuoted(_ text: UnsafeRawBufferPointer) {
    bytes.append(UInt8(ascii: "\""))
    var start = 0
    var isAscii = true
    for index in 0..<text.count {
      let byte = text[index]
      if byte >= 0x80 { isAscii = false }
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
      appendUTF8(UnsafeRawBufferPointer(rebasing: text[start..<index]), isAscii: isAscii)
      appendEscape(byte)
      start = index + 1
      isAscii = true
    }
    appendUTF8(UnsafeRawBufferPointer(rebasing: text[start...]), isAscii: isAscii)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendUTF8(_ text: UnsafeRawBufferPointer, isAscii: Bool) {
    if isAscii || ValidUTF8.prefixLength(of: text) == text.count {
      bytes.append(contentsOf: text)
    } else {
      bytes.append(contentsOf: String(decoding: text, as: UTF8.self).utf8)
    }
  }

  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
      bytes.append(Self.hexDigits[Int(byte >> 4)])
      bytes.append(Self.hexDigits[Int(byte & 15)])
    }
  }
}

// MARK: - Numbers

extension JSONWriter {
  /// The shortest decimal that reads back as `value`; `nil` where it is not finite.
  static func spelling(of value: Double) -> String? {
    guard value.isFinite else { return nil }
    var writer = JSONWriter()
    writer.appendShortest(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @inline(__always) private mutating func appendDecimal(_ value: UInt64, negative: Bool) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 21) { digits in
      var start = 21
      var rest = value
      repeat {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
        rest = quotient
      } while rest > 0
      if negative {
        start -= 1
        digits[start] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  /// `scaled` / 10^`decimals`, without the zeros at its end.
  @inline(__always) private mutating func appendDecimal(_ scaled: UInt64, decimals: Int, negative: Bool) {
    var rest = scaled
    var places = decimals
    while places > 0, rest % 10 == 0 {
      rest /= 10
      places -= 1
    }
    guard places > 0 else { return appendDecimal(rest, negative: negative && rest > 0) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
      var start = 32
      func put(_ byte: UInt8) {
        start -= 1
        digits[start] = byte
      }
      repeat {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
        rest = quotient
        places -= 1
        if places == 0 {
          put(UInt8(ascii: "."))
          if rest == 0 { put(UInt8(ascii: "0")) }
        }
      } while rest > 0 || places > 0
      if negative { put(UInt8(ascii: "-")) }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  private mutating func appendShortest(_ value: Double) {
    // Most values of registers have few decimals. An integer below 10^15 divided by 1000 is the double nearest to that decimal, and
    // decimals of at most 15 digits are all different doubles: if the quotient is the value, its digits are the shortest.
    let magnitude = value.magnitude
    if magnitude < 1e12 {
      let scaled = (magnitude * 1000).rounded()
      if scaled / 1000 == magnitude, scaled > 0 {
        return appendDecimal(UInt64(scaled), decimals: 3, negative: value < 0)
      }
    }
    var text = value.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  private mutating func appendFixed(_ value: Double, decimals: Int) {
    let scale = DecimalPowers.exact[max(0, min(decimals, 9))]
    let magnitude = value.magnitude
    let product = magnitude * scale
    // Beyond that a double has no more decimals than asked for.
    guard product < 9_007_199_254_740_992 else { return appendShortest(value) }
    let whole = product.rounded(.down)
    let fraction = product - whole
    var scaled = UInt64(whole)
    // The product is rounded, so near a half its error decides; a fused multiply gives that error exactly.
    if (fraction - 0.5).magnitude <= product * 0x1p-52 {
      let error = (-product).addingProduct(magnitude, scale)
      let beyondHalf = (fraction - 0.5) + error
      if beyondHalf > 0 || (beyondHalf == 0 && scaled & 1 == 1) { scaled += 1 }
    } else if fraction > 0.5 {
      scaled += 1
    }
    appendDecimal(scaled, decimals: max(0, min(decimals, 9)), negative: value < 0)
  }
}
