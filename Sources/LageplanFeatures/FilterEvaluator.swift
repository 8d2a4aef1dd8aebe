/// Answers a filter for rows of property values: what SQL's WHERE does in the store, done in memory, and its oracle.
///
/// Logic has three values (CQL2, OGC 21-065r2, section 6.2; ISO 9075-2): a comparison with null is unknown, `not` unknown is
/// unknown, `and` is false where one part is, `or` is true where one is. Only true matches.
/// Text compares by its UTF-8 bytes, booleans false before true, integers with reals exactly; a real that is NaN counts as null.
public struct FilterEvaluator: Sendable {
  private indirect enum Node: Sendable {
    case compare(Int, FilterExpression.Comparison, PropertyValue)
    case isNull(Int)
    case and([Node])
    case or([Node])
    case not(Node)
  }

  private let root: Node

  /// Throws `FeatureError.unknownProperty` and `.typeMismatch`, as ``FeatureQuery/validate(against:)``.
  public init(_ filter: FilterExpression, descriptor: CollectionDescriptor) throws(FeatureError) {
    try filter.validate(against: descriptor)
    root = try Self.resolve(filter, descriptor)
  }

  /// Whether the filter is true for `values`, one per property of the schema, in its order.
  public func matches(_ values: [PropertyValue]) -> Bool { Self.evaluate(root, values) == true }

  /// True, false, or `nil` for unknown.
  public func evaluate(_ values: [PropertyValue]) -> Bool? { Self.evaluate(root, values) }

  private static func resolve(_ filter: FilterExpression, _ descriptor: CollectionDescriptor) throws(FeatureError) -> Node {
    switch filter {
    case .compare(let property, let comparison, let value):
      return .compare(try descriptor.index(ofProperty: property), comparison, value)
    case .isNull(let property):
      return .isNull(try descriptor.index(ofProperty: property))
    case .and(let parts):
      return .and(try parts.map { (part) throws(FeatureError) in try resolve(part, descriptor) })
    case .or(let parts):
      return .or(try parts.map { (part) throws(FeatureError) in try resolve(part, descriptor) })
    case .not(let part):
      return .not(try resolve(part, descriptor))
    }
  }

  private static func evaluate(_ node: Node, _ values: [PropertyValue]) -> Bool? {
    switch node {
    case .compare(let index, let comparison, let value):
      return order(values[index], value).map { comparison.holds(for: $0) }
    case .isNull(let index):
      return values[index].isNull
    case .and(let parts):
      var result: Bool? = true
      for part in parts {
        switch evaluate(part, values) {
        case false?: return false
        case nil: result = nil
        case true?: continue
        }
      }
      return result
    case .or(let parts):
      var result: Bool? = false
      for part in parts {
        switch evaluate(part, values) {
        case true?: return true
        case nil: result = nil
        case false?: continue
        }
      }
      return result
    case .not(let part):
      return evaluate(part, values).map { !$0 }
    }
  }

  /// Negative, zero, positive as `a` comes before, with or after `b`; `nil` where one is null or the two have nothing in common.
  private static func order(_ a: PropertyValue, _ b: PropertyValue) -> Int? {
    switch (a, b) {
    case (.text(let x), .text(let y)), (.json(let x), .json(let y)): order(of: x, y)
    case (.integer(let x), .integer(let y)): sign(x, y)
    case (.real(let x), .real(let y)): x.isNaN || y.isNaN ? nil : sign(x, y)
    case (.integer(let x), .real(let y)): order(of: x, y)
    case (.real(let x), .integer(let y)): order(of: y, x).map { -$0 }
    case (.boolean(let x), .boolean(let y)): sign(x ? 1 : 0, y ? 1 : 0)
    case (.date(let x), .date(let y)): sign(x, y)
    case (.dateTime(let x), .dateTime(let y)): sign(x, y)
    default: nil
    }
  }

  private static func sign<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a > b ? 1 : 0 }

  /// Swift compares strings by their canonical equivalence; stores compare bytes.
  private static func order(of a: String, _ b: String) -> Int {
    if a.utf8.elementsEqual(b.utf8) { return 0 }
    return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
  }

  /// Exact: a large integer is not first rounded to a double.
  private static func order(of a: Int64, _ b: Double) -> Int? {
    if b.isNaN { return nil }
    if b >= 0x1p63 { return -1 }
    if b < -0x1p63 { return 1 }
    let whole = b.rounded(.down)
    let bySize = sign(a, Int64(whole))
    return bySize != 0 ? bySize : (b > whole ? -1 : 0)
  }
}

extension FilterExpression.Comparison {
  fileprivate func holds(for order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

extension PropertyValue {
  /// Null, or a real that is not a number: stores keep that as null.
  public var isNull: Bool {
    switch self {
    case .null: true
    case .real(let value): value.isNaN
    case .text, .integer, .boolean, .date, .dateTime, .json: false
    }
  }
}
