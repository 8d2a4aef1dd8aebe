/// Walks a filter and collects what a collection cannot answer: names it lacks, operands of the wrong type.
struct FilterChecker {
  let descriptor: CollectionDescriptor
  private(set) var faults: [FeatureError] = []

  init(_ descriptor: CollectionDescriptor) { self.descriptor = descriptor }

  mutating func check(_ expression: FilterExpression) {
    switch expression {
    case .literal: break
    case .and(let parts), .or(let parts):
      for part in parts { check(part) }
    case .not(let part): check(part)
    case .comparison(let left, let comparison, let right): check(left, comparison, right)
    case .like(let operand, let pattern):
      require(operand, "text") { $0 == .scalar(.text) || $0 == .nothing }
      require(pattern, "a pattern, such as 'Lin%'") { $0 == .scalar(.text) }
    case .between(let operand, let low, let high):
      check(operand, .greaterOrEqual, low)
      check(operand, .lessOrEqual, high, isFirstChecked: true)
    case .isIn(let operand, let list):
      if list.isEmpty { _ = check(operand) }
      for (index, item) in list.enumerated() { check(operand, .equal, item, isFirstChecked: index > 0) }
    case .isNull(let operand): _ = check(operand)
    case .spatial(let relation, let a, let b):
      for operand in [a, b] { require(operand, "a geometry for \(relation.cql2Name.uppercased())") { $0 == .geometry } }
    case .temporal(let relation, let a, let b):
      for operand in [a, b] { checkTime(operand, relation) }
    case .array(let relation, let a, let b):
      for operand in [a, b] {
        require(operand, "an array for \(relation.rawValue.uppercased())") { $0 == .array || $0 == .scalar(.json) }
      }
      checkReckoned(in: [a, b])
    case .truth(let operand): require(operand, "a condition, such as height > 3") { $0 == .scalar(.boolean) }
    }
  }

  /// The operand's type; `nil` where a fault has been found in it.
  private mutating func check(_ operand: FilterOperand) -> FilterType? {
    let count = faults.count
    switch operand {
    case .property(let name):
      if descriptor.filterProperty(name) == nil {
        faults.append(.unknownProperty(name, collection: descriptor.id, known: descriptor.schema.properties.map(\.name)))
      }
    case .value, .unbounded, .geometry, .box: break
    case .interval(let start, let end):
      for bound in [start, end] { require(bound, "a day, an instant or '..'") { $0.isTime || $0 == .nothing } }
    case .array(let elements):
      for element in elements { require(element, "a value or an array of values") { $0 != .geometry && $0 != .interval } }
    case .arithmetic(let left, _, let right):
      for side in [left, right] { require(side, "a number to reckon with") { $0.isNumber || $0 == .nothing } }
    case .caseFolded(let inner), .accentFolded(let inner):
      require(inner, "text") { $0 == .scalar(.text) || $0 == .nothing }
    case .function(let name, let arguments): checkCall(name, arguments)
    case .condition(let condition): check(condition)
    }
    return faults.count == count ? operand.type(in: descriptor) : nil
  }

  private mutating func require(_ operand: FilterOperand, _ expected: String, _ accepts: (FilterType) -> Bool) {
    guard let type = check(operand), !accepts(type) else { return }
    faults.append(.misplacedOperand(operand.excerpt(), found: type.words, expected: expected))
  }

  private mutating func check(
    _ left: FilterOperand, _ comparison: FilterExpression.Comparison, _ right: FilterOperand, isFirstChecked: Bool = false
  ) {
    let first = isFirstChecked ? left.type(in: descriptor) : check(left)
    guard let second = check(right), let first, !first.compares(with: second, comparison) else { return }
    for (property, value) in [(left, right), (right, left)] {
      if case .property(let name) = property, case .value(let value) = value,
        case .column(let index)? = descriptor.filterProperty(name)
      {
        faults.append(
          .typeMismatch(
            property: name, kind: descriptor.schema.properties[index].kind, value: value.spelling ?? "null"))
        return
      }
    }
    let isUnordered = first == second && first == .scalar(.json)
    faults.append(
      .misplacedOperand(
        right.excerpt(), found: second.words,
        expected: isUnordered ? "= or <>, since JSON has no order" : "\(first.words) to compare with \(left.excerpt())"))
  }

  private mutating func checkTime(_ operand: FilterOperand, _ relation: TemporalRelation) {
    let name = relation.rawValue.uppercased()
    if relation.appliesToInstants {
      require(operand, "a day, an instant or an interval for \(name)") { $0.isTime || $0 == .interval }
    } else {
      require(operand, "an interval, since \(name) is about intervals only") { $0 == .interval }
    }
  }

  /// SQLite hands a function at most 127 arguments; what stands in the filter itself is none of them.
  private mutating func checkReckoned(in arrays: [FilterOperand]) {
    func reckoned(_ operand: FilterOperand) -> Set<FilterOperand> {
      switch operand {
      case .array(let elements): elements.reduce(into: []) { $0.formUnion(reckoned($1)) }
      case .value: []
      default: [operand]
      }
    }
    let count = arrays.reduce(into: Set()) { $0.formUnion(reckoned($1)) }.count
    guard count > Self.mostReckoned, let first = arrays.first else { return }
    faults.append(
      .misplacedOperand(
        first.excerpt(), found: "compared by \(count) different properties and terms", expected: "at most \(Self.mostReckoned)"))
  }

  private static let mostReckoned = 100

  private mutating func checkCall(_ name: String, _ arguments: [FilterOperand]) {
    guard let function = FilterFunction.named(name) else {
      faults.append(.unknownFunction(name, known: FilterFunction.all.map(\.name)))
      return
    }
    guard arguments.count == function.arguments.count else {
      let titles = function.arguments.map(\.title).joined(separator: ", ")
      faults.append(
        .misplacedOperand(
          FilterOperand.function(name, arguments).excerpt(), found: "a call with \(arguments.count) arguments",
          expected: "\(function.name)(\(titles))"))
      return
    }
    for (argument, wanted) in zip(arguments, function.arguments) {
      require(argument, "\(wanted.title) for \(function.name)") { $0.fits(wanted.type) }
    }
    if function == .withinDistance, DistanceCondition.Arguments(arguments) == nil, faults.isEmpty {
      faults.append(
        .misplacedOperand(
          FilterOperand.function(name, arguments).excerpt(), found: "a call with other arguments",
          expected: "the property geometry, a geometry, and a number of metres from 0 to \(Int(DistanceCondition.largest))"))
    }
  }
}

extension FilterType {
  fileprivate func fits(_ type: FilterFunction.ValueType) -> Bool {
    switch type {
    case .text: self == .scalar(.text)
    case .number, .integer: isNumber
    case .instant: isTime
    case .geometry: self == .geometry
    case .boolean: self == .scalar(.boolean)
    }
  }
}

extension FilterExpression {
  /// Every fault of a resolved filter for a collection; see ``resolved(against:literalsIn:)``.
  func faults(for descriptor: CollectionDescriptor) -> [FeatureError] {
    var checker = FilterChecker(descriptor)
    checker.check(self)
    // A name that is wrong is wrong wherever it stands, and told once.
    var told: Set<FeatureError> = []
    return checker.faults.filter { told.insert($0).inserted }
  }
}
