/// How large a JSON text may be: what a stranger sends must not cost more than it is worth.
public struct JSONLimits: Hashable, Sendable {
  /// Length of the text.
  public var bytes: Int
  /// Arrays and objects within each other; at most 512, whatever is asked, so that the stack suffices.
  public var depth: Int
  /// Values in all, those within others included.
  public var values: Int

  public init(bytes: Int = 10_000_000, depth: Int = 64, values: Int = 2_000_000) {
    self.bytes = bytes
    self.depth = min(depth, 512)
    self.values = values
  }

  /// For text of our own: only the depth is bounded.
  public static let trusted = JSONLimits(bytes: .max, depth: 512, values: .max)
}

/// Where and why a text is no JSON, or more JSON than allowed.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes before the fault.
  public let offset: Int
  /// From 1.
  public let line: Int
  /// Characters (Unicode scalars) from 1.
  public let column: Int
  /// What stands there and what was expected: `expected "," or "]", found "x"`.
  public let message: String

  public var description: String { "line \(line), column \(column) (byte \(offset)): \(message)" }
}

extension JSONValue {
  /// Reads one JSON text (RFC 8259), strictly: no comments, no trailing commas, no NaN, no duplicate keys, valid UTF-8, whole
  /// surrogate pairs, numbers within the range of a double. A byte order mark in front is passed over.
  public init(parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    var parser = JSONParser(bytes, limits)
    self = try parser.document()
  }

  /// Reads one JSON text; see ``init(parsing:limits:)-(UnsafeRawBufferPointer,_)``.
  public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) in try JSONValue(parsing: buffer, limits: limits) }
    }
    self = try result.get()
  }

  /// Reads one JSON text; see ``init(parsing:limits:)-(UnsafeRawBufferPointer,_)``.
  public init(parsing text: some StringProtocol, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    var copy = String(text)
    let result = copy.withUTF8 { utf8 in
      Result { () throws(JSONError) in try JSONValue(parsing: UnsafeRawBufferPointer(utf8), limits: limits) }
    }
    self = try result.get()
  }
}

/// A recursive descent over bytes. Every read is bounds-checked by `peek`.
struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private let limits: JSONLimits
  private var position = 0
  private var depth = 0
  private var count = 0

  init(_ bytes: UnsafeRawBufferPointer, _ limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func document() throws(JSONError) -> JSONValue {
    guard bytes.count <= limits.bytes else {
      throw failure(at: 0, "the text has \(bytes.count) bytes, more than the \(limits.bytes) allowed")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let result = try value()
    skipSpace()
    if position < bytes.count { throw unexpected("the end of the text") }
    return result
  }

  // MARK: Structure

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    count += 1
    guard count <= limits.values else {
      throw failure(at: position, "more than the \(limits.values) values allowed")
    }
    switch peek {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "-"): return try number()
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default:
      guard peekDigit != nil else { throw unexpected("a value") }
      return try number()
    }
  }

  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= limits.depth else {
      throw failure(at: position, "nested deeper than the \(limits.depth) levels allowed")
    }
    position += 1
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    skipSpace()
    if !take(UInt8(ascii: "]")) {
      while true {
        elements.append(try value())
        skipSpace()
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "]")) else { throw unexpected("\",\" or \"]\"") }
        break
      }
    }
    depth -= 1
    return .array(elements)
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    try enter()
    var members: [(key: String, value: JSONValue)] = []
    var names: Set<String> = []
    skipSpace()
    if !take(UInt8(ascii: "}")) {
      while true {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw unexpected("a member name in quotes") }
        let start = position
        let key = try string()
        // A look along the members is cheaper than a set while they are few.
        if members.count == 16 { names = Set(members.map(\.key)) }
        let isDuplicate = members.count < 16 ? members.contains { $0.key == key } : !names.insert(key).inserted
        if isDuplicate { throw failure(at: start, "the member \"\(key)\" comes twice in one object") }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw unexpected("\":\"") }
        members.append((key, try value()))
        skipSpace()
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "}")) else { throw unexpected("\",\" or \"}\"") }
        break
      }
    }
    depth -= 1
    return .object(members)
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while let byte = peek {
      if byte == UInt8(ascii: "\"") {
        let text = try decode(start..<position)
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw unexpected("an escape such as \\n in place of the control character") }
      position += 1
    }
    throw unexpected("the closing quote of the string")
  }

  /// The slow way, from the first backslash on.
  private mutating func escapedString(from first: Int) throws(JSONError) -> String {
    var result = ""
    var start = first
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        result += try decode(start..<position)
        position += 1
        return result
      case UInt8(ascii: "\\"):
        result += try decode(start..<position)
        result.unicodeScalars.append(try escape())
        start = position
      case 0..<0x20: throw unexpected("an escape such as \\n in place of the control character")
      default: position += 1
      }
    }
    throw unexpected("the closing quote of the string")
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    position += 1
    guard let byte = peek else { throw unexpected("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default:
      position -= 1
      throw unexpected("one of \" \\ / b f n r t u after the backslash")
    }
  }

  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let start = position - 2
    let unit = try fourHexDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A high surrogate, which only counts with a low one behind it (RFC 8259, section 7).
    guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw failure(at: start, "half of a surrogate pair; expected both halves, such as \\uD83C\\uDF33")
    }
    let low = try fourHexDigits()
    guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) else {
      throw failure(at: start, "half of a surrogate pair; expected both halves, such as \\uD83C\\uDF33")
    }
    return scalar
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    var result: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek else { throw unexpected("four hexadecimal digits") }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): result = result << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): result = result << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): result = result << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
      default: throw unexpected("four hexadecimal digits")
      }
      position += 1
    }
    return result
  }

  private func decode(_ range: Range<Int>) throws(JSONError) -> String {
    let part = UnsafeRawBufferPointer(rebasing: bytes[range])
    if let text = String(validating: part, as: UTF8.self) { return text }
    let valid = ValidUTF8.prefixLength(of: part)
    throw failure(at: range.lowerBound + valid, "a byte that is not UTF-8; expected text in UTF-8 (RFC 8259, section 8.1)")
  }

  // MARK: Numbers and words

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = take(UInt8(ascii: "-"))
    // The digits as one integer, while they fit: `mantissa * 10^exponent`.
    var mantissa: UInt64 = 0
    var isExact = true
    func add(_ digit: UInt8) {
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      if overflow || carry { isExact = false } else { mantissa = sum }
    }
    let integerStart = position
    while let digit = peekDigit {
      add(digit)
      position += 1
    }
    guard position > integerStart else { throw unexpected("a digit") }
    if bytes[integerStart] == UInt8(ascii: "0"), position > integerStart + 1 {
      throw failure(at: integerStart, "a number with a leading zero; write it without, or as a string")
    }
    var fractionDigits = 0
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      while let digit = peekDigit {
        add(digit)
        position += 1
        fractionDigits += 1
      }
      guard fractionDigits > 0 else { throw unexpected("a digit after the decimal point") }
    }
    var exponent = 0
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      let sign = take(UInt8(ascii: "-")) ? -1 : 1
      if sign == 1 { _ = take(UInt8(ascii: "+")) }
      guard peekDigit != nil else { throw unexpected("a digit in the exponent") }
      while let digit = peekDigit {
        // Beyond that every number is zero or infinite.
        if exponent < 100_000 { exponent = exponent * 10 + Int(digit - UInt8(ascii: "0")) }
        position += 1
      }
      exponent *= sign
    }
    if isInteger, isExact, !(isNegative && mantissa == 0) {
      if isNegative, mantissa <= UInt64(Int64.max) + 1 { return .integer(Int64(truncatingIfNeeded: 0 &- mantissa)) }
      if !isNegative, mantissa <= UInt64(Int64.max) { return .integer(Int64(mantissa)) }
    }
    // Both factors are exact doubles, so one rounding gives the nearest (Clinger 1990, doi:10.1145/93542.93557).
    exponent -= fractionDigits
    if isExact, mantissa <= 1 << 53, abs(exponent) <= 22 {
      let power = DecimalPowers.exact[abs(exponent)]
      let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return .real(isNegative ? -magnitude : magnitude)
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw failure(at: start, "\(text.prefix(40)) is beyond the range of a double, 1.8e308")
    }
    return .real(value)
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let start = position
    for index in 0..<word.utf8CodeUnitCount {
      guard peek == word.utf8Start[index] else {
        position = start
        throw unexpected("a value")
      }
      position += 1
    }
    return value
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private var peekDigit: UInt8? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    return byte &- UInt8(ascii: "0") < 10 ? byte : nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  // MARK: Errors

  private func unexpected(_ expected: String) -> JSONError {
    guard position < bytes.count else { return failure(at: position, "expected \(expected), found the end of the text") }
    let end = min(position + 12, bytes.count)
    let found = String(decoding: bytes[position..<end], as: UTF8.self).prefix { !$0.isNewline }
    return failure(at: position, "expected \(expected), found \(found.isEmpty ? "the end of the line" : "\"\(found)\"")")
  }

  private func failure(at offset: Int, _ message: String) -> JSONError {
    var line = 1
    var column = 1
    for byte in bytes[..<offset] {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return JSONError(offset: offset, line: line, column: column, message: message)
  }
}

/// Powers of ten that a double holds exactly.
enum DecimalPowers {
  static let exact: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

enum ValidUTF8 {
  /// How many bytes at the start are whole and valid UTF-8.
  static func prefixLength(of bytes: UnsafeRawBufferPointer) -> Int {
    var position = 0
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while case .valid(let scalar) = decoder.parseScalar(from: &iterator) { position += scalar.count }
    return position
  }
}
