/// An array of a filter or a property as what it counts for: a set of values, without order and repetition (OGC 21-065r2, section 7.9).
public struct FilterSet: Sendable {
  /// A value in the terms of JSON: days and instants are their spelling.
  private enum Element: Hashable {
    case null
    case text(String)
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    case set(Set<Element>)
    /// An object: only the same spelling is equal.
    case other(String)
  }

  private let elements: Set<Element>

  /// `nil` where the value is no array.
  public init?(_ value: JSONValue) {
    guard case .array(let values) = value else { return nil }
    elements = Set(values.map(Self.element))
  }

  private static func element(_ value: JSONValue) -> Element {
    switch value {
    case .null: .null
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .real(let value): Int64(exactly: value).map { .integer($0) } ?? .real(value)
    case .text(let value): .text(value)
    case .array(let values): .set(Set(values.map(element)))
    case .object: .other(value.json)
    }
  }

  /// Whether this set stands in `relation` to `other`.
  public func stands(_ relation: ArrayRelation, to other: FilterSet) -> Bool {
    switch relation {
    case .equals: elements == other.elements
    case .contains: elements.isSuperset(of: other.elements)
    case .containedBy: elements.isSubset(of: other.elements)
    case .overlaps: !elements.isDisjoint(with: other.elements)
    }
  }
}

extension PropertyValue {
  /// The value in the terms of JSON, to be compared as an element of an array; `nil` for null.
  public var jsonElement: JSONValue? {
    switch self {
    case .null: nil
    case .text(let text): .text(text)
    case .integer(let value): .integer(value)
    case .real(let value): value.isNaN ? nil : .real(value)
    case .boolean(let value): .boolean(value)
    case .date(let day): .text(day.iso)
    case .dateTime(let instant): .text(instant.iso)
    case .json(let text): (try? JSONValue(parsing: text, limits: .trusted)) ?? .text(text)
    }
  }
}
