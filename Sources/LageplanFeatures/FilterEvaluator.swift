public import LageplanGeometry

/// Answers a filter for features in memory: what SQL's WHERE does in the store, and its oracle.
///
/// Logic has three values (CQL2, OGC 21-065r2, section 6.2; ISO 9075-2): a comparison with null is unknown, `not` unknown is
/// unknown, `and` is false where one part is, `or` is true where one is. Only true matches.
/// Text compares by its UTF-8 bytes, booleans false before true, integers with reals exactly; a real that is NaN counts as null.
/// A day compares with an instant as a whole: the instant is before, on or after it, in UTC. Geometries are those of the storage frame.
public struct FilterEvaluator: Sendable {
  private let root: Condition

  /// `filter` is resolved (``FilterExpression/resolved(against:literalsIn:)``), or has no geometries in other frames.
  /// Throws the first of what ``FeatureQuery/validate(against:)`` throws for it.
  public init(_ filter: FilterExpression, descriptor: CollectionDescriptor) throws(FeatureError) {
    if let fault = filter.faults(for: descriptor).first { throw fault }
    root = try Condition(filter, descriptor)
  }

  /// Whether the filter is true for a feature with `values`, one per property of the schema, in its order.
  public func matches(_ values: [PropertyValue], id: String = "", geometry: Geometry? = nil) -> Bool {
    evaluate(values, id: id, geometry: geometry) == true
  }

  /// True, false, or `nil` for unknown.
  public func evaluate(_ values: [PropertyValue], id: String = "", geometry: Geometry? = nil) -> Bool? {
    root.truth(Subject(values: values, id: id, geometry: geometry))
  }
}

/// The feature that is asked about.
private struct Subject {
  let values: [PropertyValue]
  let id: String
  let geometry: Geometry?
}

// MARK: - Conditions

/// A condition with its names looked up and its constants made ready.
private indirect enum Condition: Sendable {
  case literal(Bool)
  case and([Condition])
  case or([Condition])
  case not(Condition)
  case comparison(Value, FilterExpression.Comparison, Value)
  case between(Value, Value, Value)
  case isIn(Value, [Value])
  case like(Value, LikePattern)
  case isNull(Value)
  case hasNoPlace
  case place(GeometryCondition)
  case temporal(TemporalRelation, Span, Span)
  case array(ArrayRelation, Elements, Elements)
  case truth(Value)

  init(_ expression: FilterExpression, _ descriptor: CollectionDescriptor) throws(FeatureError) {
    if let place = try GeometryCondition(expression, storageCrs: descriptor.storageCrs) {
      self = .place(place)
      return
    }
    func value(_ operand: FilterOperand) throws(FeatureError) -> Value { try Value(operand, descriptor) }
    switch expression {
    case .literal(let value): self = .literal(value)
    case .and(let parts): self = .and(try Self.ready(parts, descriptor))
    case .or(let parts): self = .or(try Self.ready(parts, descriptor))
    case .not(let part): self = .not(try Condition(part, descriptor))
    case .comparison(let left, let comparison, let right): self = .comparison(try value(left), comparison, try value(right))
    case .like(let operand, let pattern): self = .like(try value(operand), LikePattern(pattern.foldedPattern))
    case .between(let operand, let low, let high): self = .between(try value(operand), try value(low), try value(high))
    case .isIn(let operand, let list):
      var items: [Value] = []
      for item in list { items.append(try value(item)) }
      self = .isIn(try value(operand), items)
    case .isNull(let operand): self = try Self.isNull(operand, descriptor)
    case .spatial(let relation, let a, let b):
      // Two literals: the same for every feature. Anything else has no geometry to compare.
      if let first = a.literalGeometry, let second = b.literalGeometry {
        self = .literal(try FilterGeometryMover.relate(first, relation, second))
      } else {
        self = .truth(.constant(.null))
      }
    case .temporal(let relation, let a, let b): self = .temporal(relation, try Span(a, descriptor), try Span(b, descriptor))
    case .array(let relation, let a, let b): self = .array(relation, try Elements(a, descriptor), try Elements(b, descriptor))
    case .truth(let operand): self = .truth(try value(operand))
    }
  }

  private static func ready(_ parts: [FilterExpression], _ descriptor: CollectionDescriptor) throws(FeatureError) -> [Condition] {
    var result: [Condition] = []
    for part in parts { result.append(try Condition(part, descriptor)) }
    return result
  }

  private static func isNull(_ operand: FilterOperand, _ descriptor: CollectionDescriptor) throws(FeatureError) -> Condition {
    switch operand {
    case .property(let name) where descriptor.filterProperty(name) == .geometry: return .hasNoPlace
    case .geometry, .box, .unbounded: return .literal(false)
    case .interval(let start, let end): return .or([try isNull(start, descriptor), try isNull(end, descriptor)])
    case .array(let elements):
      var parts: [Condition] = []
      for element in elements { parts.append(try isNull(element, descriptor)) }
      return .or(parts)
    default: return .isNull(try Value(operand, descriptor))
    }
  }

  /// False where one is, else unknown where one is.
  private static func all<T>(_ parts: [T], _ truth: (T) -> Bool?) -> Bool? {
    var result: Bool? = true
    for part in parts {
      switch truth(part) {
      case false?: return false
      case nil: result = nil
      case true?: continue
      }
    }
    return result
  }

  /// True where one is, else unknown where one is.
  private static func any<T>(_ parts: [T], _ truth: (T) -> Bool?) -> Bool? {
    all(parts) { truth($0).map { !$0 } }.map { !$0 }
  }

  /// `nil` for unknown.
  func truth(_ subject: Subject) -> Bool? {
    switch self {
    case .literal(let value): return value
    case .and(let parts): return Self.all(parts) { $0.truth(subject) }
    case .or(let parts): return Self.any(parts) { $0.truth(subject) }
    case .not(let part): return part.truth(subject).map { !$0 }
    case .comparison(let left, let comparison, let right):
      return left.value(subject).order(to: right.value(subject)).map { comparison.holds(for: $0) }
    case .between(let operand, let low, let high):
      let value = operand.value(subject)
      return Self.all([(FilterExpression.Comparison.greaterOrEqual, low), (.lessOrEqual, high)]) { comparison, bound in
        value.order(to: bound.value(subject)).map { comparison.holds(for: $0) }
      }
    case .isIn(let operand, let list):
      let value = operand.value(subject)
      return Self.any(list) { item in value.order(to: item.value(subject)).map { $0 == 0 } }
    case .like(let operand, let pattern):
      guard case .text(let text) = operand.value(subject) else { return nil }
      return pattern.matches(text)
    case .isNull(let operand): return operand.value(subject).isNull
    case .hasNoPlace: return subject.geometry == nil
    case .place(let condition): return subject.geometry.flatMap { condition.holds(for: $0) }
    case .temporal(let relation, let first, let second): return relation.holds(first.ends(subject), second.ends(subject))
    case .array(let relation, let first, let second):
      guard let first = first.set(subject), let second = second.set(subject) else { return nil }
      return first.stands(relation, to: second)
    case .truth(let operand):
      guard case .boolean(let value) = operand.value(subject) else { return nil }
      return value
    }
  }
}

// MARK: - Values

private indirect enum Value: Sendable {
  case constant(PropertyValue)
  case column(Int)
  case id
  case arithmetic(Value, ArithmeticOperator, Value)
  case caseFolded(Value)
  case accentFolded(Value)
  case condition(Condition)

  init(_ operand: FilterOperand, _ descriptor: CollectionDescriptor) throws(FeatureError) {
    switch operand {
    case .property(let name):
      switch descriptor.filterProperty(name) {
      case .column(let index)?: self = .column(index)
      case .id?: self = .id
      case .geometry?, nil: self = .constant(.null)
      }
    case .value(let value): self = .constant(value)
    case .arithmetic(let left, let sign, let right):
      self = .arithmetic(try Value(left, descriptor), sign, try Value(right, descriptor))
    case .caseFolded(let inner): self = .caseFolded(try Value(inner, descriptor))
    case .accentFolded(let inner): self = .accentFolded(try Value(inner, descriptor))
    case .condition(let condition): self = .condition(try Condition(condition, descriptor))
    case .function:
      let place = try GeometryCondition(.truth(operand), storageCrs: descriptor.storageCrs)
      self = place.map { .condition(.place($0)) } ?? .constant(.null)
    // The checker has seen to it that these stand only where they are asked for by themselves.
    case .interval, .unbounded, .geometry, .box, .array: self = .constant(.null)
    }
  }

  func value(_ subject: Subject) -> PropertyValue {
    switch self {
    case .constant(let value): return value
    case .column(let index): return subject.values[index]
    case .id: return .text(subject.id)
    case .arithmetic(let left, let sign, let right): return sign.apply(left.value(subject), right.value(subject))
    case .caseFolded(let inner): return inner.value(subject).folded(\.caseFolded)
    case .accentFolded(let inner): return inner.value(subject).folded(\.accentFolded)
    case .condition(let condition): return condition.truth(subject).map { .boolean($0) } ?? .null
    }
  }
}

extension PropertyValue {
  fileprivate func folded(_ fold: (String) -> String) -> PropertyValue {
    if case .text(let text) = self { .text(fold(text)) } else { .null }
  }
}

extension FilterOperand {
  /// A pattern of LIKE with its folds done. Signs of LIKE are neither letters nor marked, so that folds leave them.
  public var foldedPattern: String {
    switch self {
    case .value(.text(let text)): text
    case .caseFolded(let inner): inner.foldedPattern.caseFolded
    case .accentFolded(let inner): inner.foldedPattern.accentFolded
    default: ""
    }
  }

  /// A geometry that stands in the filter itself, in the storage frame.
  var literalGeometry: Geometry? {
    switch self {
    case .geometry(let geometry): geometry
    case .box(let box): box.geometry
    default: nil
    }
  }
}

// MARK: - Times

/// An end of an interval, or an instant, which is both ends of itself.
private enum TimeEnd {
  case earliest
  case latest
  case at(PropertyValue)

  /// `nil` for unknown.
  func order(to other: TimeEnd) -> Int? {
    switch (self, other) {
    case (.at(let a), .at(let b)): a.order(to: b)
    case (.at(let a), .earliest): a.isNull ? nil : 1
    case (.at(let a), .latest): a.isNull ? nil : -1
    case (.earliest, .at(let b)): b.isNull ? nil : -1
    case (.latest, .at(let b)): b.isNull ? nil : 1
    case (.earliest, .earliest), (.latest, .latest): 0
    case (.earliest, .latest): -1
    case (.latest, .earliest): 1
    }
  }
}

private struct Span: Sendable {
  private enum Bound: Sendable {
    case open
    case value(Value)
  }

  private let start: Bound
  private let end: Bound

  init(_ operand: FilterOperand, _ descriptor: CollectionDescriptor) throws(FeatureError) {
    func bound(_ operand: FilterOperand) throws(FeatureError) -> Bound {
      operand == .unbounded ? .open : .value(try Value(operand, descriptor))
    }
    if case .interval(let start, let end) = operand {
      (self.start, self.end) = (try bound(start), try bound(end))
    } else {
      let instant = try bound(operand)
      (start, end) = (instant, instant)
    }
  }

  func ends(_ subject: Subject) -> (start: TimeEnd, end: TimeEnd) {
    let first: TimeEnd = if case .value(let value) = start { .at(value.value(subject)) } else { .earliest }
    let last: TimeEnd = if case .value(let value) = end { .at(value.value(subject)) } else { .latest }
    return (first, last)
  }
}

extension TemporalRelation {
  fileprivate func holds(_ first: (start: TimeEnd, end: TimeEnd), _ second: (start: TimeEnd, end: TimeEnd)) -> Bool? {
    func time(_ end: End) -> TimeEnd {
      switch end {
      case .firstStart: first.start
      case .firstEnd: first.end
      case .secondStart: second.start
      case .secondEnd: second.end
      }
    }
    var result: Bool? = true
    for (a, comparison, b) in conditions {
      switch time(a).order(to: time(b)).map({ comparison.holds(for: $0) }) {
      case false?: return self == .disjoint
      case nil: result = nil
      case true?: continue
      }
    }
    return self == .disjoint ? result.map { !$0 } : result
  }
}

// MARK: - Arrays

private indirect enum Elements: Sendable {
  case property(Value)
  case list([Item])

  enum Item: Sendable {
    case value(Value)
    case array(Elements)
  }

  init(_ operand: FilterOperand, _ descriptor: CollectionDescriptor) throws(FeatureError) {
    guard case .array(let elements) = operand else {
      self = .property(try Value(operand, descriptor))
      return
    }
    var items: [Item] = []
    for element in elements {
      if case .array = element {
        items.append(.array(try Elements(element, descriptor)))
      } else {
        items.append(.value(try Value(element, descriptor)))
      }
    }
    self = .list(items)
  }

  /// `nil` for unknown: no array, or one with an unknown element.
  func set(_ subject: Subject) -> FilterSet? { json(subject).flatMap { FilterSet($0) } }

  private func json(_ subject: Subject) -> JSONValue? {
    switch self {
    case .property(let value): return value.value(subject).jsonElement
    case .list(let items):
      var elements: [JSONValue] = []
      for item in items {
        let element: JSONValue? =
          switch item {
          case .value(let value): value.value(subject).jsonElement
          case .array(let inner): inner.json(subject)
          }
        guard let element else { return nil }
        elements.append(element)
      }
      return .array(elements)
    }
  }
}
