extension PropertyValue {
  /// Reads a value as it is written in URLs, filters and files of exact spelling; `nil` where `kind` cannot hold the text.
  ///
  /// Integers and reals are JSON numbers (RFC 8259, section 6; a leading `+` is refused); a real must be finite.
  /// Booleans are `true` and `false`; dates and date-times ISO 8601 (``CalendarDate``, ``Instant``); JSON any JSON text.
  /// German spellings (decimal comma, 01.12.2026, ja) are the importer's business.
  public init?(parsing text: String, as kind: PropertyKind) {
    switch kind {
    case .text: self = .text(text)
    case .integer:
      guard case .integer(let value)? = Self.number(text) else { return nil }
      self = .integer(value)
    case .real:
      switch Self.number(text) {
      case .integer(let value)?: self = .real(Double(value))
      case .real(let value)?: self = .real(value)
      default: return nil
      }
    case .boolean:
      switch text {
      case "true": self = .boolean(true)
      case "false": self = .boolean(false)
      default: return nil
      }
    case .date:
      guard let date = CalendarDate(iso: text) else { return nil }
      self = .date(date)
    case .dateTime:
      guard let instant = Instant(iso: text) else { return nil }
      self = .dateTime(instant)
    case .json:
      guard (try? JSONValue(parsing: text)) != nil else { return nil }
      self = .json(text)
    }
  }

  /// JSON allows white space around a value; a number in a URL has none.
  private static func number(_ text: String) -> JSONValue? {
    guard let first = text.utf8.first, let last = text.utf8.last, first > 0x20, last > 0x20 else { return nil }
    return try? JSONValue(parsing: text)
  }

  /// The value as text, the inverse of `init(parsing:as:)`; `nil` for null.
  public var spelling: String? {
    switch self {
    case .null: nil
    case .text(let value), .json(let value): value
    case .integer(let value): String(value)
    case .real(let value): JSONWriter.spelling(of: value)
    case .boolean(let value): value ? "true" : "false"
    case .date(let value): value.iso
    case .dateTime(let value): value.iso
    }
  }

  /// The type of the value; `nil` for null, which every property may hold.
  public var kind: PropertyKind? {
    switch self {
    case .null: nil
    case .text: .text
    case .integer: .integer
    case .real: .real
    case .boolean: .boolean
    case .date: .date
    case .dateTime: .dateTime
    case .json: .json
    }
  }
}

extension LentValue {
  /// The value, owned, as the schema's `kind` says: text becomes a date where the property is one, 0 and 1 booleans.
  ///
  /// Nothing is lost: a value that `kind` cannot hold, left by a foreign program in the file, comes back as what it is.
  /// Bytes that are no UTF-8 become U+FFFD.
  public func value(as kind: PropertyKind) -> PropertyValue {
    switch (self, kind) {
    case (.null, _): .null
    case (.text(let bytes), _):
      Self.text(String(decoding: bytes, as: UTF8.self), as: kind)
    case (.integer(0), .boolean): .boolean(false)
    case (.integer(1), .boolean): .boolean(true)
    case (.integer(let value), .real): .real(Double(value))
    case (.integer(let value), .text): .text(String(value))
    case (.integer(let value), _): .integer(value)
    case (.real(let value), .text): .text(JSONWriter.spelling(of: value) ?? "\(value)")
    case (.real(let value), _): .real(value)
    case (.boolean(let value), _): .boolean(value)
    }
  }

  private static func text(_ text: String, as kind: PropertyKind) -> PropertyValue {
    switch kind {
    case .json: .json(text)
    case .date, .dateTime: PropertyValue(parsing: text, as: kind) ?? .text(text)
    case .text, .integer, .real, .boolean: .text(text)
    }
  }
}
