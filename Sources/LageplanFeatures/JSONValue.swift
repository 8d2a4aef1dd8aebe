/// A JSON value (RFC 8259) as a tree. Objects keep the order of their members; keys are unique.
///
/// Numbers written without fraction and exponent stay exact where they fit 64 bits; all others are the nearest double.
public enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])
}

extension JSONValue {
  /// The value of the member `key`; `nil` where there is none, or where this is no object.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The element at `index`; `nil` beyond the end, or where this is no array.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  public var text: String? { if case .text(let value) = self { value } else { nil } }
  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  public var object: [(key: String, value: JSONValue)]? { if case .object(let value) = self { value } else { nil } }

  /// Any number, as the nearest double.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .null, .boolean, .text, .array, .object: nil
    }
  }

  public var isNull: Bool { if case .null = self { true } else { false } }

  /// What the value is, for messages: `an array`, `a string`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer, .real: "a number"
    case .text: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value as compact JSON text. A real that is not finite, which no parser yields, is written as `null`.
  public var json: String {
    var writer = JSONWriter()
    writer.value(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The value as JSON for a message: at most `limit` characters, then `…`.
  public func excerpt(limit: Int = 60) -> String {
    switch self {
    case .array(let elements) where elements.count > limit: "an array of \(elements.count) elements"
    case .object(let members) where members.count > limit: "an object of \(members.count) members"
    default:
      {
        let text = json
        return text.count <= limit ? text : text.prefix(limit) + "…"
      }()
    }
  }
}

/// Equal when they are the same JSON text but for white space and escapes: 1 and 1.0 differ, so does the order of members.
extension JSONValue: Equatable {
  public static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.boolean(let x), .boolean(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.real(let x), .real(let y)): x == y
    case (.text(let x), .text(let y)): x == y
    case (.array(let x), .array(let y)): x == y
    case (.object(let x), .object(let y)): x.elementsEqual(y) { $0.key == $1.key && $0.value == $1.value }
    default: false
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .real(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(members.map { (key: $0.0, value: $0.1) }) }
}
