import LageplanFeatures
import LageplanGeometry

/// A filter as an SQL condition with bound arguments. SQL has the three-valued logic that CQL2 asks for, so the tree is translated
/// as it stands: a comparison with null is unknown, so is its negation, and a row that is unknown does not match.
///
/// Comparisons, lists and nulls are SQL; patterns, folding, arithmetic, arrays and geometry are ``SQLComputation``s of the code that the
/// evaluator in memory runs. The table is called `f`.
struct FilterCondition {
  let descriptor: CollectionDescriptor
  let table: CollectionTable
  private(set) var arguments: [SQLiteArgument] = []

  init(descriptor: CollectionDescriptor, table: CollectionTable) {
    self.descriptor = descriptor
    self.table = table
  }

  /// `filter` is resolved, and `FeatureQuery.validate` has seen to its names and types.
  /// Throws `FeatureError.unusableGeometry`.
  mutating func sql(of filter: FilterExpression) throws -> String {
    if let place = try GeometryCondition(filter, storageCrs: descriptor.storageCrs) { return sql(of: place) }
    switch filter {
    case .literal(let value): return value ? "1" : "0"
    case .and(let parts): return try chain(parts[...], "AND", empty: "1")
    case .or(let parts): return try chain(parts[...], "OR", empty: "0")
    case .not(let part): return "NOT (\(try sql(of: part)))"
    case .comparison(let left, let comparison, let right): return try sql(left, comparison, right)
    case .like(let operand, let pattern):
      let pattern = LikePattern(pattern.foldedPattern)
      return try call([operand]) { values in
        guard case .text(let text) = values[0] else { return .null }
        return .boolean(pattern.matches(text))
      }
    case .between(let operand, let low, let high): return try sql(operand, between: low, and: high)
    case .isIn(let operand, let list): return try sql(operand, isIn: list)
    case .isNull(let operand): return try sql(isNull: operand)
    case .temporal(let relation, let first, let second): return try sql(relation, first, second)
    case .array(let relation, let first, let second): return try sql(relation, first, second)
    case .truth(let operand): return try sql(of: operand)
    case .spatial:
      // Neither side is the place of the feature: the same for all.
      return switch try FilterEvaluator(filter, descriptor: descriptor).evaluate([]) {
      case true?: "1"
      case false?: "0"
      case nil: "NULL"
      }
    }
  }

  /// Halves within halves: SQLite allows a depth of 1,000, and would read a chain as one.
  private mutating func chain(_ parts: ArraySlice<FilterExpression>, _ word: String, empty: String) throws -> String {
    switch parts.count {
    case 0: return empty
    case 1: return try parts.first.map { try sql(of: $0) } ?? empty
    default:
      let middle = parts.startIndex + parts.count / 2
      let first = try chain(parts[..<middle], word, empty: empty)
      return "(\(first) \(word) \(try chain(parts[middle...], word, empty: empty)))"
    }
  }

  // MARK: Operands

  /// How an operand is written, so that it compares as its type does.
  private enum Spelling {
    /// As the file keeps it.
    case stored
    /// Instants without their insignificant end: see `CollectionTable.timeKey`.
    case comparable
    /// Instants as their day.
    case day
  }

  private mutating func sql(of operand: FilterOperand, as spelling: Spelling = .comparable) throws -> String {
    switch operand {
    case .property(let name): return try sql(of: name, as: spelling)
    case .value(let value):
      arguments.append(argument(value, as: spelling))
      return "?"
    case .arithmetic(let left, let sign, let right):
      return try call([left, right]) { values in sign.apply(values[0], values[1]) }
    case .caseFolded(let inner): return try fold(inner, \.caseFolded)
    case .accentFolded(let inner): return try fold(inner, \.accentFolded)
    case .condition(let condition): return "(\(try sql(of: condition)))"
    case .function: return try sql(of: .truth(operand))
    // Only where they are asked for by themselves.
    case .interval, .unbounded, .geometry, .box, .array: return "NULL"
    }
  }

  private func sql(of property: String, as spelling: Spelling) throws -> String {
    guard property != "geometry" else { return "f.\"geometry\"" }
    guard let column = table.column(of: property) else {
      if property == "id" { return "f.\"id\"" }
      if property == "geom" { return "f.\"geometry\"" }
      throw table.unknownProperty(property)
    }
    let name = "f.\(quoted(column.name))"
    guard column.property.kind == .dateTime else { return name }
    return switch spelling {
    case .stored: name
    case .comparable: table.timeKey(of: column, in: "f")
    case .day: "substr(\(name), 1, 10)"
    }
  }

  private func argument(_ value: PropertyValue, as spelling: Spelling) -> SQLiteArgument {
    guard case .dateTime(let instant) = value else { return SQLiteArgument(value) }
    return switch spelling {
    case .stored: SQLiteArgument(value)
    case .day: .text(instant.utcDay.iso)
    case .comparable: CollectionTable.timeKey(of: value)
    }
  }

  private mutating func fold(_ operand: FilterOperand, _ fold: @escaping (String) -> String) throws -> String {
    try call([operand]) { values in
      guard case .text(let text) = values[0] else { return .null }
      return .text(fold(text))
    }
  }

  private mutating func call(
    _ operands: [FilterOperand], as spelling: Spelling = .stored, _ body: @escaping (SQLValues) -> PropertyValue
  ) throws -> String {
    arguments.append(.computation(SQLComputation(body)))
    var names: [String] = []
    for operand in operands { names.append(try sql(of: operand, as: spelling)) }
    return "\(SQLComputation.function)(\((["?"] + names).joined(separator: ", ")))"
  }

  // MARK: Comparisons

  private func kind(of operand: FilterOperand) -> PropertyKind? { operand.scalarKind(in: descriptor) }

  private mutating func sql(
    _ left: FilterOperand, _ comparison: FilterExpression.Comparison, _ right: FilterOperand
  ) throws -> String {
    // A day and an instant compare by their days.
    let spelling: Spelling = Set([kind(of: left), kind(of: right)]) == [.date, .dateTime] ? .day : .comparable
    return "\(try sql(of: left, as: spelling)) \(comparison.rawValue) \(try sql(of: right, as: spelling))"
  }

  /// The operand is written once: conditions may be operands of conditions, and what is written twice on each level doubles with it.
  private mutating func sql(_ operand: FilterOperand, between low: FilterOperand, and high: FilterOperand) throws -> String {
    let kinds = Set([operand, low, high].compactMap { kind(of: $0) })
    if kinds == [.date, .dateTime] {
      return "(\(try sql(operand, .greaterOrEqual, low)) AND \(try sql(operand, .lessOrEqual, high)))"
    }
    return "\(try sql(of: operand)) BETWEEN \(try sql(of: low)) AND \(try sql(of: high))"
  }

  private mutating func sql(_ operand: FilterOperand, isIn list: [FilterOperand]) throws -> String {
    if Set(([operand] + list).compactMap { kind(of: $0) }) == [.date, .dateTime] {
      return try chain(list.map { .comparison(operand, .equal, $0) }[...], "OR", empty: "0")
    }
    let wanted = try sql(of: operand)
    var items: [String] = []
    for item in list { items.append(try sql(of: item)) }
    return "\(wanted) IN (\(items.joined(separator: ", ")))"
  }

  private mutating func sql(isNull operand: FilterOperand) throws -> String {
    switch operand {
    case .geometry, .box, .unbounded: return "0"
    case .interval(let start, let end): return try chain([.isNull(start), .isNull(end)], "OR", empty: "0")
    case .array(let elements): return try chain(elements.map { .isNull($0) }[...], "OR", empty: "0")
    default: return "\(try sql(of: operand)) IS NULL"
    }
  }

  // MARK: Times

  private mutating func sql(_ relation: TemporalRelation, _ first: FilterOperand, _ second: FilterOperand) throws -> String {
    func end(_ end: TemporalRelation.End) -> FilterOperand {
      switch (end, first, second) {
      case (.firstStart, .interval(let start, _), _): start
      case (.firstEnd, .interval(_, let end), _): end
      case (.secondStart, _, .interval(let start, _)): start
      case (.secondEnd, _, .interval(_, let end)): end
      case (.firstStart, _, _), (.firstEnd, _, _): first
      case (.secondStart, _, _), (.secondEnd, _, _): second
      }
    }
    var parts: [String] = []
    for (a, comparison, b) in relation.conditions {
      let (left, right) = (end(a), end(b))
      if left == .unbounded || right == .unbounded {
        let order = Self.rank(left, isStart: a.isStart) - Self.rank(right, isStart: b.isStart)
        parts.append(try known(left == .unbounded ? right : left, comparison.holds(for: order)))
      } else {
        parts.append(try sql(left, comparison, right))
      }
    }
    let all = "(\(parts.joined(separator: " AND ")))"
    return relation == .disjoint ? "NOT \(all)" : all
  }

  /// An open start lies before everything, an open end behind it.
  private static func rank(_ operand: FilterOperand, isStart: Bool) -> Int { operand == .unbounded ? (isStart ? -1 : 1) : 0 }

  /// `truth`, unless the bound is null: then unknown.
  private mutating func known(_ bound: FilterOperand, _ truth: Bool) throws -> String {
    if bound == .unbounded { return truth ? "1" : "0" }
    return "CASE WHEN \(try sql(of: bound)) IS NULL THEN NULL ELSE \(truth ? "1" : "0") END"
  }

  // MARK: Arrays

  /// An array as it is put together from the values of a row. What does not depend on the row is in it already, since SQLite hands a
  /// function few arguments.
  private indirect enum ArrayPlan {
    /// `nil` for unknown.
    case constant(FilterSet?)
    case property(Int)
    case list([Item])

    enum Item {
      case constant(JSONValue?)
      case value(Int, PropertyKind)
      case array(ArrayPlan)
    }

    func set(_ values: SQLValues) -> FilterSet? {
      if case .constant(let set) = self { set } else { json(values).flatMap { FilterSet($0) } }
    }

    private func json(_ values: SQLValues) -> JSONValue? {
      switch self {
      case .constant: return nil
      case .property(let index): return values.value(index, as: .json).jsonElement
      case .list(let items):
        var elements: [JSONValue] = []
        for item in items {
          let element: JSONValue? =
            switch item {
            case .constant(let value): value
            case .value(let index, let kind): values.value(index, as: kind).jsonElement
            case .array(let plan): plan.json(values)
            }
          guard let element else { return nil }
          elements.append(element)
        }
        return .array(elements)
      }
    }
  }

  private mutating func sql(_ relation: ArrayRelation, _ first: FilterOperand, _ second: FilterOperand) throws -> String {
    var operands: [FilterOperand] = []
    let (a, b) = (ready(plan(first, &operands)), ready(plan(second, &operands)))
    return try call(operands) { values in
      guard let first = a.set(values), let second = b.set(values) else { return .null }
      return .boolean(first.stands(relation, to: second))
    }
  }

  private func plan(_ operand: FilterOperand, _ operands: inout [FilterOperand]) -> ArrayPlan {
    guard case .array(let elements) = operand else {
      return .property(place(of: operand, in: &operands))
    }
    return .list(
      elements.map { element in
        switch element {
        case .value(let value): .constant(value.jsonElement)
        case .array: .array(plan(element, &operands))
        default: .value(place(of: element, in: &operands), kind(of: element) ?? .text)
        }
      })
  }

  private func place(of operand: FilterOperand, in operands: inout [FilterOperand]) -> Int {
    if let known = operands.firstIndex(of: operand) { return known }
    operands.append(operand)
    return operands.count - 1
  }

  /// A list of nothing but constants is a set once and for all.
  private func ready(_ plan: ArrayPlan) -> ArrayPlan {
    guard case .list(let items) = plan else { return plan }
    var elements: [JSONValue] = []
    for item in items {
      guard case .constant(let value) = item else { return plan }
      guard let value else { return .constant(nil) }
      elements.append(value)
    }
    return .constant(FilterSet(.array(elements)))
  }

  // MARK: Places

  private mutating func sql(of place: GeometryCondition) -> String {
    // Decoded into again and again, to keep its memory.
    var shape = Geometry(kind: .point)
    let computation = SQLComputation { values in
      guard let bytes = values.geometry(0), let envelope = bytes.envelope() else { return .null }
      if let verdict = place.verdict(by: envelope) { return .boolean(verdict) }
      guard (try? shape.decode(bytes)) != nil else { return .null }
      return place.holds(for: shape).map { .boolean($0) } ?? .null
    }
    arguments.append(.computation(computation))
    return "\(SQLComputation.function)(?, f.\"geometry\")"
  }
}

extension TemporalRelation.End {
  fileprivate var isStart: Bool { self == .firstStart || self == .secondStart }
}
