import LageplanGeometry

extension FilterExpression {
  /// Reads CQL2 JSON (OGC 21-065r2, section 8.2 and annex C). Names of operators are taken in any letter case.
  /// Throws with the JSON path of the first fault in the order of the document.
  public init(cql2JSON value: JSONValue, limits: FilterLimits = FilterLimits()) throws(FilterSyntaxError) {
    var reader = Cql2JSONReader(limits)
    self = try reader.condition(JSONNode(value))
  }

  /// Reads CQL2 JSON from UTF-8. A text that is no JSON is a fault at its byte.
  public init(cql2JSON bytes: [UInt8], limits: FilterLimits = FilterLimits()) throws(FilterSyntaxError) {
    let document: JSONValue
    do {
      document = try JSONValue(
        parsing: bytes, limits: JSONLimits(bytes: limits.bytes, depth: 2 * limits.depth + 16, values: limits.bytes))
    } catch {
      throw FilterSyntaxError(at: .byte(error.offset), found: error.message, expected: "one JSON text (RFC 8259)")
    }
    try self.init(cql2JSON: document, limits: limits)
  }
}

/// Walks the document once; every object is told by its members what it is.
struct Cql2JSONReader {
  private var budget: Cql2Budget
  private let limits: FilterLimits

  init(_ limits: FilterLimits) {
    self.limits = limits
    budget = Cql2Budget(limits)
  }

  // MARK: Conditions

  mutating func condition(_ node: JSONNode) throws(FilterSyntaxError) -> FilterExpression {
    let operand = try operand(node)
    guard let condition = operand.asCondition else { throw node.unexpected("a condition, such as {\"op\": \">\", …}") }
    return condition
  }

  private mutating func conditions(_ nodes: [JSONNode]) throws(FilterSyntaxError) -> [FilterExpression] {
    var result: [FilterExpression] = []
    for node in nodes { result.append(try condition(node)) }
    return result
  }

  // MARK: Operands

  private mutating func operand(_ node: JSONNode) throws(FilterSyntaxError) -> FilterOperand {
    budget.depth += 1
    defer { budget.depth -= 1 }
    budget.countNode()
    if let excess = budget.excess { throw node.unexpected(excess) }
    switch node.value {
    case .boolean(let value): return .value(.boolean(value))
    case .integer(let value): return .value(.integer(value))
    case .real(let value): return .value(.number(value))
    case .text(let value): return .value(.text(value))
    case .array(let elements): return .array(try operands(node, elements))
    case .object: return try object(node)
    case .null: throw node.unexpected("a value; ask for missing values by {\"op\": \"isNull\", …}")
    }
  }

  private mutating func operands(_ node: JSONNode, _ elements: [JSONValue]) throws(FilterSyntaxError) -> [FilterOperand] {
    budget.note(items: elements.count)
    if let excess = budget.excess { throw node.unexpected(excess) }
    var result: [FilterOperand] = []
    result.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      result.append(try operand(JSONNode(element, path: "\(node.path)[\(index)]")))
    }
    return result
  }

  private mutating func object(_ node: JSONNode) throws(FilterSyntaxError) -> FilterOperand {
    if let op = node.member("op") { return try operation(node, op) }
    if let property = node.member("property") {
      guard case .text(let name) = property.value, !name.isEmpty else { throw property.unexpected("the name of a property") }
      return .property(name)
    }
    if let date = node.member("date") {
      guard let day = date.value.text.flatMap({ CalendarDate(iso: $0) }) else {
        throw date.unexpected("a day, such as \"2026-12-01\"")
      }
      return .value(.date(day))
    }
    if let timestamp = node.member("timestamp") {
      guard let instant = timestamp.value.text.flatMap({ Instant(iso: $0) }) else {
        throw timestamp.unexpected("an instant in UTC, such as \"2026-12-01T06:30:00Z\"")
      }
      return .value(.dateTime(instant))
    }
    if let interval = node.member("interval") { return try self.interval(interval) }
    if let box = node.member("bbox"), node.member("type") == nil { return .box(try self.box(box)) }
    if node.member("type") != nil { return .geometry(try geometry(node)) }
    throw node.unexpected("a member \"op\", \"property\", \"date\", \"timestamp\", \"interval\", \"bbox\" or \"type\"")
  }

  private mutating func interval(_ node: JSONNode) throws(FilterSyntaxError) -> FilterOperand {
    guard let elements = node.value.array, elements.count == 2 else {
      throw node.unexpected("an array of the start and the end")
    }
    var bounds: [FilterOperand] = []
    for (index, element) in elements.enumerated() {
      let place = JSONNode(element, path: "\(node.path)[\(index)]")
      switch try operand(place) {
      case .value(.text(let text)):
        guard let bound = FilterOperand(intervalBound: text) else {
          throw place.unexpected("a day, an instant in UTC, or \"..\"")
        }
        bounds.append(bound)
      case .value(.date(let day)): bounds.append(.value(.date(day)))
      case .value(.dateTime(let instant)): bounds.append(.value(.dateTime(instant)))
      case .property(let name): bounds.append(.property(name))
      case .function(let name, let arguments): bounds.append(.function(name, arguments))
      default: throw place.unexpected("a day, an instant in UTC, \"..\", or a property")
      }
    }
    return .interval(bounds[0], bounds[1])
  }

  private func box(_ node: JSONNode) throws(FilterSyntaxError) -> FilterBox {
    guard let elements = node.value.array, let box = FilterBox(elements.compactMap(\.number)),
      box.numbers.count == elements.count
    else { throw node.unexpected("an array of 4 or 6 numbers, low before high") }
    return box
  }

  /// The numbers stay in the order of the document; which frame they are of, the request says.
  private mutating func geometry(_ node: JSONNode) throws(FilterSyntaxError) -> Geometry {
    let geometry: Geometry
    do throws(GeoJSONError) {
      geometry = try Geometry(
        geoJSON: node.value, in: .asWritten, limits: GeoJSONLimits(vertices: limits.vertices), path: node.path)
    } catch {
      throw FilterSyntaxError(at: .path(error.path), found: error.value, expected: "\(error.remedy): \(error.message)")
    }
    budget.count(vertices: geometry.vertexCount)
    if let excess = budget.excess { throw node.unexpected(excess) }
    return geometry
  }

  // MARK: Operations

  private mutating func operation(_ node: JSONNode, _ op: JSONNode) throws(FilterSyntaxError) -> FilterOperand {
    guard case .text(let name) = op.value, !name.isEmpty else { throw op.unexpected("the name of an operator or a function") }
    guard let list = node.member("args"), case .array(let elements) = list.value else {
      throw (node.member("args") ?? node).unexpected("a member \"args\" with an array")
    }
    budget.note(items: elements.count)
    if let excess = budget.excess { throw list.unexpected(excess) }
    let arguments = elements.enumerated().map { JSONNode($1, path: "\(list.path)[\($0)]") }
    let lower = name.lowercased()
    if let condition = try logic(lower, list, arguments) { return .condition(condition) }
    if let condition = try predicate(lower, list, arguments) { return .condition(condition) }
    if let found = ArithmeticOperator(rawValue: lower) {
      try list.require(2, of: arguments)
      return .arithmetic(try operand(arguments[0]), found, try operand(arguments[1]))
    }
    switch lower {
    case "casei":
      try list.require(1, of: arguments)
      return .caseFolded(try operand(arguments[0]))
    case "accenti":
      try list.require(1, of: arguments)
      return .accentFolded(try operand(arguments[0]))
    default: return .function(name, try operands(list, elements))
    }
  }

  private mutating func logic(
    _ name: String, _ list: JSONNode, _ arguments: [JSONNode]
  ) throws(FilterSyntaxError) -> FilterExpression? {
    switch name {
    case "and", "or":
      guard arguments.count >= 2 else { throw list.unexpected("at least two conditions") }
      let parts = try conditions(arguments)
      return name == "and" ? .and(parts) : .or(parts)
    case "not":
      try list.require(1, of: arguments)
      return .not(try condition(arguments[0]))
    default: return nil
    }
  }

  private mutating func predicate(
    _ name: String, _ list: JSONNode, _ arguments: [JSONNode]
  ) throws(FilterSyntaxError) -> FilterExpression? {
    if let comparison = FilterExpression.Comparison(rawValue: name) {
      try list.require(2, of: arguments)
      return .comparison(try operand(arguments[0]), comparison, try operand(arguments[1]))
    }
    if let relation = SpatialRelation(cql2Name: name) {
      try list.require(2, of: arguments)
      return .spatial(relation, try operand(arguments[0]), try operand(arguments[1]))
    }
    if let relation = Cql2Words.temporal[name] {
      try list.require(2, of: arguments)
      return .temporal(relation, try operand(arguments[0]), try operand(arguments[1]))
    }
    if let relation = Cql2Words.arrays[name] {
      try list.require(2, of: arguments)
      return .array(relation, try operand(arguments[0]), try operand(arguments[1]))
    }
    switch name {
    case "like":
      try list.require(2, of: arguments)
      let pattern = try operand(arguments[1])
      guard pattern.isPattern else { throw arguments[1].unexpected("a pattern, such as \"Lin%\"") }
      guard pattern.foldedPattern.utf8.count <= limits.pattern else {
        throw arguments[1].unexpected("a pattern of at most \(limits.pattern) bytes")
      }
      return .like(try operand(arguments[0]), pattern: pattern)
    case "between":
      try list.require(3, of: arguments)
      return .between(try operand(arguments[0]), try operand(arguments[1]), try operand(arguments[2]))
    case "in":
      try list.require(2, of: arguments)
      guard case .array(let items) = arguments[1].value else { throw arguments[1].unexpected("an array of values") }
      return .isIn(try operand(arguments[0]), try operands(arguments[1], items))
    case "isnull":
      try list.require(1, of: arguments)
      return .isNull(try operand(arguments[0]))
    default: return nil
    }
  }
}

extension JSONNode {
  fileprivate func member(_ key: String) -> JSONNode? {
    value[key].map { JSONNode($0, path: Self.path(path, key)) }
  }

  fileprivate func unexpected(_ expected: String) -> FilterSyntaxError {
    FilterSyntaxError(at: .path(path), found: value.excerpt(), expected: expected)
  }

  fileprivate func require(_ count: Int, of arguments: [JSONNode]) throws(FilterSyntaxError) {
    guard arguments.count == count else {
      throw FilterSyntaxError(
        at: .path(path), found: "\(arguments.count) arguments", expected: count == 1 ? "1 argument" : "\(count) arguments")
    }
  }
}
