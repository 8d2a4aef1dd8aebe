extension PropertyValue {
  /// Negative, zero, positive as this value comes before, with or after `other`; `nil` where one is null or the two have nothing in common.
  ///
  /// Text by UTF-8 bytes, booleans false before true, integers with reals exactly. An instant comes before, with or after a day as it
  /// falls before, on or after it, in UTC.
  func order(to other: PropertyValue) -> Int? {
    switch (self, other) {
    case (.text(let x), .text(let y)), (.json(let x), .json(let y)): Self.order(of: x, y)
    case (.integer(let x), .integer(let y)): Self.sign(x, y)
    case (.real(let x), .real(let y)): x.isNaN || y.isNaN ? nil : Self.sign(x, y)
    case (.integer(let x), .real(let y)): Self.order(of: x, y)
    case (.real(let x), .integer(let y)): Self.order(of: y, x).map { -$0 }
    case (.boolean(let x), .boolean(let y)): Self.sign(x ? 1 : 0, y ? 1 : 0)
    case (.date(let x), .date(let y)): Self.sign(x, y)
    case (.dateTime(let x), .dateTime(let y)): Self.sign(x, y)
    case (.dateTime(let x), .date(let y)): Self.sign(x.utcDay, y)
    case (.date(let x), .dateTime(let y)): Self.sign(x, y.utcDay)
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

  /// Null, or a real that is not a number: stores keep that as null.
  public var isNull: Bool {
    switch self {
    case .null: true
    case .real(let value): value.isNaN
    case .text, .integer, .boolean, .date, .dateTime, .json: false
    }
  }
}

extension FilterExpression.Comparison {
  /// Whether it holds between two values of which the first comes before (negative), with (zero) or after (positive) the second.
  public func holds(for order: Int) -> Bool {
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
