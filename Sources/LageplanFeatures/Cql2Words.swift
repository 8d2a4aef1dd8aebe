import LageplanGeometry

/// What the two spellings of CQL2 have in common.
enum Cql2Words {
  /// The words that start well-known text, with the dimensions that may hang on them.
  static let geometries: Set<String> = {
    let kinds = ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"]
    return Set(kinds.flatMap { kind in ["", "Z", "M", "ZM"].map { kind + $0 } })
  }()

  /// By their names in small letters, since both spellings are read in any case.
  static let temporal = Dictionary(uniqueKeysWithValues: TemporalRelation.allCases.map { ($0.rawValue.lowercased(), $0) })
  static let arrays = Dictionary(uniqueKeysWithValues: ArrayRelation.allCases.map { ($0.rawValue.lowercased(), $0) })

  /// Words that mean something to the text parser, so that a property of that name has to stand in quotes.
  static let taken: Set<String> = Set(
    ["AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV", "TRUE", "FALSE"]
      + ["CASEI", "ACCENTI", "DATE", "TIMESTAMP", "INTERVAL", "BBOX"]
  ).union(geometries)
}

/// How much of its limits a filter has used up.
struct Cql2Budget {
  private let limits: FilterLimits
  var depth = 0
  private var nodes = 0
  private var vertices = 0
  private var items = 0

  init(_ limits: FilterLimits) { self.limits = limits }

  /// One more condition or operand.
  mutating func countNode() { nodes += 1 }

  mutating func count(vertices: Int) { self.vertices += vertices }

  mutating func note(items: Int) { self.items = max(self.items, items) }

  /// What would have been expected instead of the excess; `nil` while all is within the limits.
  var excess: String? {
    if depth > limits.depth { return "at most \(limits.depth) levels within each other" }
    if nodes > limits.nodes { return "at most \(limits.nodes) conditions and operands" }
    if vertices > limits.vertices { return "at most \(limits.vertices) positions" }
    if items > limits.items { return "at most \(limits.items) items in a list" }
    return nil
  }
}

extension FilterOperand {
  /// Rule `patternExpression`: a text, folded or not.
  var isPattern: Bool {
    switch self {
    case .value(.text): true
    case .caseFolded(let inner), .accentFolded(let inner): inner.isPattern
    default: false
    }
  }

  /// The operand where a condition is wanted; `nil` where it can be none.
  var asCondition: FilterExpression? {
    switch self {
    case .condition(let condition): condition
    case .value(.boolean(let value)): .literal(value)
    case .property, .function: .truth(self)
    default: nil
    }
  }

  /// A bound of an interval as it is spelled: a day, an instant, or `..`.
  init?(intervalBound text: String) {
    if text == ".." {
      self = .unbounded
    } else if let day = CalendarDate(iso: text) {
      self = .value(.date(day))
    } else if let instant = Instant(iso: text) {
      self = .value(.dateTime(instant))
    } else {
      return nil
    }
  }
}

extension FilterBox {
  /// Of four numbers, or six with heights; `nil` for any other count, numbers that are not finite, or low values above high ones
  /// (but in the first axis, where degrees may run across the antimeridian).
  init?(_ numbers: [Double]) {
    guard numbers.allSatisfy(\.isFinite) else { return nil }
    switch numbers.count {
    case 4:
      self.init(minX: numbers[0], minY: numbers[1], maxX: numbers[2], maxY: numbers[3])
    case 6:
      guard numbers[2] <= numbers[5] else { return nil }
      self.init(
        minX: numbers[0], minY: numbers[1], maxX: numbers[3], maxY: numbers[4],
        heights: ClosedHeights(low: numbers[2], high: numbers[5]))
    default: return nil
    }
  }

  /// In the order of the spelling.
  var numbers: [Double] {
    guard let heights else { return [minX, minY, maxX, maxY] }
    return [minX, minY, heights.low, maxX, maxY, heights.high]
  }
}

extension PropertyValue {
  /// CQL2 knows one kind of number: a real that is whole is an integer, as long as a double tells all integers apart.
  static func number(_ value: Double) -> PropertyValue {
    if abs(value) <= 0x1p53, let whole = Int64(exactly: value) { return .integer(whole) }
    return .real(value)
  }

  /// Any number, as the nearest double.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .null, .text, .boolean, .date, .dateTime, .json: nil
    }
  }
}

extension Geometry {
  /// What is wrong with a line or ring before any geometry is done with it; `nil` where nothing is.
  var ringFault: String? {
    for index in partEnds.indices {
      let range = part(index)
      guard let first = range.first, let last = range.last else { continue }
      if polygonEnds.isEmpty {
        if range.count < 2 { return "a line of at least two positions" }
      } else {
        if range.count < 4 { return "rings of at least four positions" }
        if coordinates[first] != coordinates[last] { return "closed rings, the last position equal to the first" }
      }
    }
    return members.lazy.compactMap(\.ringFault).first
  }
}
