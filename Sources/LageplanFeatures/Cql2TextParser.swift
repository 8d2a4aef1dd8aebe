import LageplanGeometry

extension FilterExpression {
  /// Reads CQL2 text (OGC 21-065r2, section 8.1 and annex B), all of it.
  ///
  /// Lenient in three places where nothing else could be meant: words of the language that only stand before a bracket may name properties
  /// (`date IS NULL`), a property alone is a condition (`felled AND height > 3`), and `NOT NOT` is read.
  /// Geometries keep the numbers in the order of the text; dates and instants are checked.
  public init(cql2Text text: String, limits: FilterLimits = FilterLimits()) throws(FilterSyntaxError) {
    var parser = try Cql2TextParser(text, limits)
    self = try parser.filter()
  }
}

/// A recursive descent, one token ahead, without going back: brackets may hold a condition, a sum or a list, and which it was shows
/// when they close. So it takes time linear in the text.
struct Cql2TextParser {
  private var lexer: Cql2Lexer
  private let limits: FilterLimits
  private var token = Cql2Lexer.Token.end
  /// Where `token` starts.
  private var start = 0
  private var budget: Cql2Budget

  init(_ text: String, _ limits: FilterLimits) throws(FilterSyntaxError) {
    guard text.utf8.count <= limits.bytes else {
      throw FilterSyntaxError(
        at: .byte(limits.bytes), found: "\(text.utf8.count) bytes", expected: "a filter of at most \(limits.bytes) bytes")
    }
    self.limits = limits
    budget = Cql2Budget(limits)
    lexer = Cql2Lexer(text)
    try advance()
  }

  mutating func filter() throws(FilterSyntaxError) -> FilterExpression {
    let result = try condition(try disjunction())
    guard token == .end else { throw unexpected("the end, or AND or OR and another condition") }
    return result
  }

  /// Something read, before its surroundings tell what it has to be.
  private struct Part {
    enum Content {
      case condition(FilterExpression)
      case operand(FilterOperand)
    }

    var content: Content
    var start: Int
    /// Stood in brackets of its own, so it may be an array of one.
    var isBracketed = false
  }

  // MARK: Tokens

  private mutating func advance() throws(FilterSyntaxError) { (token, start) = try lexer.next() }

  private func unexpected(_ expected: String, at place: Int? = nil) -> FilterSyntaxError {
    lexer.unexpected(at: place ?? start, expected)
  }

  private func isWord(_ word: String) -> Bool {
    guard case .word(let found) = token else { return false }
    return found.utf8.count == word.utf8.count && found.uppercased() == word
  }

  private mutating func takeWord(_ word: String) throws(FilterSyntaxError) -> Bool {
    guard isWord(word) else { return false }
    try advance()
    return true
  }

  private mutating func take(_ mark: String) throws(FilterSyntaxError) -> Bool {
    guard token == .mark(mark) else { return false }
    try advance()
    return true
  }

  private mutating func expect(_ mark: String, _ expected: String? = nil) throws(FilterSyntaxError) {
    guard try take(mark) else { throw unexpected(expected ?? "\"\(mark)\"") }
  }

  private mutating func nested<T>(_ body: (inout Self) throws(FilterSyntaxError) -> T) throws(FilterSyntaxError) -> T {
    try enter()
    let result = try body(&self)
    budget.depth -= 1
    return result
  }

  private mutating func enter() throws(FilterSyntaxError) {
    budget.depth += 1
    if let excess = budget.excess { throw unexpected(excess) }
  }

  /// One more condition or operand.
  private mutating func count() throws(FilterSyntaxError) {
    budget.countNode()
    if let excess = budget.excess { throw unexpected(excess) }
  }

  // MARK: Conditions

  private mutating func disjunction() throws(FilterSyntaxError) -> Part {
    let first = try conjunction()
    guard isWord("OR") else { return first }
    var parts = [try condition(first)]
    while try takeWord("OR") { parts.append(try condition(try conjunction())) }
    try count()
    return Part(content: .condition(.or(parts)), start: first.start)
  }

  private mutating func conjunction() throws(FilterSyntaxError) -> Part {
    let first = try negation()
    guard isWord("AND") else { return first }
    var parts = [try condition(first)]
    while try takeWord("AND") { parts.append(try condition(try negation())) }
    try count()
    return Part(content: .condition(.and(parts)), start: first.start)
  }

  private mutating func negation() throws(FilterSyntaxError) -> Part {
    let place = start
    guard try takeWord("NOT") else { return try predicate() }
    try count()
    let negated = try nested { (parser) throws(FilterSyntaxError) in try parser.condition(try parser.negation()) }
    return Part(content: .condition(.not(negated)), start: place)
  }

  private mutating func predicate() throws(FilterSyntaxError) -> Part {
    let left = try sum()
    if case .mark(let mark) = token, let comparison = FilterExpression.Comparison(rawValue: mark) {
      try advance()
      try count()
      let right = try operand(try sum())
      return Part(content: .condition(.comparison(try operand(left), comparison, right)), start: left.start)
    }
    if try takeWord("IS") {
      let isNegated = try takeWord("NOT")
      guard try takeWord("NULL") else { throw unexpected(isNegated ? "NULL" : "NULL or NOT NULL") }
      return try finished(.isNull(try operand(left)), isNegated, left.start)
    }
    let isNegated = try takeWord("NOT")
    if try takeWord("LIKE") {
      let patternStart = start
      let pattern = try operand(try primary())
      guard pattern.isPattern else { throw unexpected("a pattern in quotes, such as 'Lin%'", at: patternStart) }
      guard pattern.foldedPattern.utf8.count <= limits.pattern else {
        throw unexpected("a pattern of at most \(limits.pattern) bytes", at: patternStart)
      }
      return try finished(.like(try operand(left), pattern: pattern), isNegated, left.start)
    }
    if try takeWord("BETWEEN") {
      let low = try operand(try sum())
      guard try takeWord("AND") else { throw unexpected("AND and the upper bound") }
      let high = try operand(try sum())
      return try finished(.between(try operand(left), low, high), isNegated, left.start)
    }
    if try takeWord("IN") {
      try expect("(", "\"(\" and a list of values")
      let list = try list { (parser) throws(FilterSyntaxError) in try parser.operand(try parser.sum()) }
      guard !list.isEmpty else { throw unexpected("at least one value in the list") }
      return try finished(.isIn(try operand(left), list), isNegated, left.start)
    }
    if isNegated { throw unexpected("LIKE, BETWEEN or IN") }
    return left
  }

  private mutating func finished(
    _ condition: FilterExpression, _ isNegated: Bool, _ start: Int
  ) throws(FilterSyntaxError) -> Part {
    try count()
    return Part(content: .condition(isNegated ? .not(condition) : condition), start: start)
  }

  // MARK: Arithmetic

  private mutating func sum() throws(FilterSyntaxError) -> Part {
    try chain(of: [.plus, .minus]) { (parser) throws(FilterSyntaxError) in try parser.product() }
  }

  private mutating func product() throws(FilterSyntaxError) -> Part {
    try chain(of: [.times, .dividedBy, .modulo, .wholeQuotient]) { (parser) throws(FilterSyntaxError) in try parser.power() }
  }

  private mutating func power() throws(FilterSyntaxError) -> Part {
    let base = try factor()
    guard try take("^") else { return base }
    let exponent = try operand(try factor())
    try count()
    if token == .mark("^") { throw unexpected("brackets around one of the powers") }
    return Part(content: .operand(.arithmetic(try operand(base), .power, exponent)), start: base.start)
  }

  /// Operators of one rank, from the left. Each makes the tree one deeper.
  private mutating func chain(
    of operators: [ArithmeticOperator], _ next: (inout Self) throws(FilterSyntaxError) -> Part
  ) throws(FilterSyntaxError) -> Part {
    var left = try next(&self)
    let depth = budget.depth
    while let found = arithmeticOperator(), operators.contains(found) {
      try advance()
      try count()
      try enter()
      let right = try operand(try next(&self))
      left = Part(content: .operand(.arithmetic(try operand(left), found, right)), start: left.start)
    }
    budget.depth = depth
    return left
  }

  private func arithmeticOperator() -> ArithmeticOperator? {
    if case .mark(let mark) = token { return ArithmeticOperator(rawValue: mark) }
    return isWord("DIV") ? .wholeQuotient : nil
  }

  /// A sign before a number belongs to the number; before anything else it means -1 times it.
  private mutating func factor() throws(FilterSyntaxError) -> Part {
    let place = start
    let isNegative = token == .mark("-")
    guard isNegative || token == .mark("+") else { return try primary() }
    try advance()
    if case .number(let digits) = token {
      try count()
      let value = try number((isNegative ? "-" : "") + digits)
      try advance()
      return Part(content: .operand(.value(value)), start: place)
    }
    guard isNegative else { throw unexpected("a number behind the plus sign") }
    try count()
    let operand = try operand(try primary())
    return Part(content: .operand(.arithmetic(.value(.integer(-1)), .times, operand)), start: place)
  }

  private func number(_ digits: String) throws(FilterSyntaxError) -> PropertyValue {
    if let whole = Int64(digits) { return .integer(whole) }
    guard let real = Double(digits), real.isFinite else { throw unexpected("a number below 1.8E308") }
    return .number(real)
  }

  // MARK: Operands

  private mutating func primary() throws(FilterSyntaxError) -> Part {
    try count()
    let place = start
    switch token {
    case .number(let digits):
      let value = try number(digits)
      try advance()
      return Part(content: .operand(.value(value)), start: place)
    case .text(let text):
      try advance()
      return Part(content: .operand(.value(.text(text))), start: place)
    case .name(let name):
      try advance()
      return Part(content: .operand(token == .mark("(") ? try function(name) : .property(name)), start: place)
    case .mark("("):
      return try brackets()
    case .word(let word):
      return try named(word)
    case .mark, .end:
      throw unexpected("a property, a value or a condition")
    }
  }

  /// `(…)`: a condition, an operand, or, with a comma or nothing in it, an array.
  private mutating func brackets() throws(FilterSyntaxError) -> Part {
    let place = start
    try advance()
    let parts = try nested { (parser) throws(FilterSyntaxError) in
      try parser.list { (parser) throws(FilterSyntaxError) in try parser.disjunction() }
    }
    guard parts.count == 1, let only = parts.first else {
      return Part(content: .operand(.array(try elements(parts))), start: place)
    }
    return Part(content: only.content, start: place, isBracketed: true)
  }

  /// Items up to the closing bracket, which is read.
  private mutating func list<T>(
    _ item: (inout Self) throws(FilterSyntaxError) -> T
  ) throws(FilterSyntaxError) -> [T] {
    var items: [T] = []
    if try take(")") { return items }
    repeat {
      items.append(try item(&self))
      budget.note(items: items.count)
      if let excess = budget.excess { throw unexpected(excess) }
    } while try take(",")
    try expect(")", "\",\" or \")\"")
    return items
  }

  private func elements(_ parts: [Part]) throws(FilterSyntaxError) -> [FilterOperand] {
    try parts.map { (part) throws(FilterSyntaxError) in
      let element = try operand(part)
      return part.isBracketed ? .array([element]) : element
    }
  }

  private static let reserved: Set<String> = ["AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV"]

  /// A word: true, false, the start of a literal or a call, or else the name of a property.
  private mutating func named(_ word: String) throws(FilterSyntaxError) -> Part {
    let place = start
    let upper = word.uppercased()
    switch upper {
    case "TRUE", "FALSE":
      try advance()
      return Part(content: .operand(.value(.boolean(upper == "TRUE"))), start: place)
    case "NULL": throw unexpected("a property or a value; ask for missing values by IS NULL")
    case _ where Self.reserved.contains(upper): throw unexpected("a property, a value or a condition")
    default: break
    }
    if Cql2Words.geometries.contains(upper), let geometry = try geometry() {
      return Part(content: .operand(.geometry(geometry)), start: place)
    }
    try advance()
    guard token == .mark("(") else { return Part(content: .operand(.property(word)), start: place) }
    if let relation = SpatialRelation(cql2Name: upper.lowercased()) {
      let (a, b) = try pair()
      return Part(content: .condition(.spatial(relation, try operand(a), try operand(b))), start: place)
    }
    if let relation = Cql2Words.temporal[upper.lowercased()] {
      let (a, b) = try pair()
      return Part(content: .condition(.temporal(relation, try operand(a), try operand(b))), start: place)
    }
    if let relation = Cql2Words.arrays[upper.lowercased()] {
      let (a, b) = try pair()
      return Part(content: .condition(.array(relation, try array(a), try array(b))), start: place)
    }
    if let literal = try call(upper) { return Part(content: .operand(literal), start: place) }
    return Part(content: .operand(try function(word)), start: place)
  }

  /// The literals and functions of the language that are written as calls.
  private mutating func call(_ word: String) throws(FilterSyntaxError) -> FilterOperand? {
    switch word {
    case "CASEI": return .caseFolded(try only())
    case "ACCENTI": return .accentFolded(try only())
    case "DATE":
      return .value(try instant("a day in quotes, such as DATE('2026-12-01')") { CalendarDate(iso: $0).map { .date($0) } })
    case "TIMESTAMP":
      return .value(
        try instant("an instant in UTC in quotes, such as TIMESTAMP('2026-12-01T06:30:00Z')") {
          Instant(iso: $0).map { .dateTime($0) }
        })
    case "INTERVAL": return try interval()
    case "BBOX": return .box(try box())
    default: return nil
    }
  }

  private mutating func only() throws(FilterSyntaxError) -> FilterOperand {
    try advance()
    let argument = try nested { (parser) throws(FilterSyntaxError) in try parser.operand(try parser.sum()) }
    try expect(")")
    return argument
  }

  private mutating func pair() throws(FilterSyntaxError) -> (Part, Part) {
    try advance()
    let pair = try nested { (parser) throws(FilterSyntaxError) in
      let first = try parser.sum()
      try parser.expect(",", "\",\" and a second argument")
      return (first, try parser.sum())
    }
    try expect(")")
    return pair
  }

  private mutating func function(_ name: String) throws(FilterSyntaxError) -> FilterOperand {
    try advance()
    let arguments = try nested { (parser) throws(FilterSyntaxError) in
      try parser.list { (parser) throws(FilterSyntaxError) in try parser.operand(try parser.disjunction()) }
    }
    return .function(name, arguments)
  }

  private mutating func instant(
    _ expected: String, _ read: (String) -> PropertyValue?
  ) throws(FilterSyntaxError) -> PropertyValue {
    try advance()
    guard case .text(let text) = token, let value = read(text) else { throw unexpected(expected) }
    try advance()
    try expect(")")
    return value
  }

  private mutating func interval() throws(FilterSyntaxError) -> FilterOperand {
    try advance()
    let low = try bound()
    try expect(",", "\",\" and the end of the interval")
    let high = try bound()
    try expect(")")
    return .interval(low, high)
  }

  private mutating func bound() throws(FilterSyntaxError) -> FilterOperand {
    let place = start
    let bound = try nested { (parser) throws(FilterSyntaxError) in try parser.operand(try parser.primary()) }
    switch bound {
    case .value(.text(let text)):
      guard let read = FilterOperand(intervalBound: text) else {
        throw unexpected("a day, an instant in UTC, or '..'", at: place)
      }
      return read
    case .value(.date), .value(.dateTime), .property, .function: return bound
    default: throw unexpected("a day, an instant in UTC, '..', or a property", at: place)
    }
  }

  private mutating func box() throws(FilterSyntaxError) -> FilterBox {
    let place = start
    try advance()
    let numbers = try list { (parser) throws(FilterSyntaxError) in
      guard case .operand(.value(let value)) = try parser.factor().content, let number = value.number else {
        throw parser.unexpected("numbers only, as in BBOX(10.7,52.3,10.9,52.5)", at: place)
      }
      return number
    }
    guard let box = FilterBox(numbers) else { throw unexpected("4 or 6 numbers in BBOX, low before high", at: place) }
    return box
  }

  /// Well-known text, if that is what the word starts, and not the name of a property.
  private mutating func geometry() throws(FilterSyntaxError) -> Geometry? {
    let place = start
    var ahead = lexer
    let behind = try ahead.next().token
    switch behind {
    case .mark("("): break
    case .word(let word) where ["Z", "M", "ZM", "EMPTY"].contains(word.uppercased()): break
    default: return nil
    }
    let result = lexer.withBytes { bytes in
      Result { () throws(WktError) in try Geometry.read(wkt: bytes, from: place, vertexLimit: limits.vertices) }
    }
    switch result {
    case .failure(let error): throw unexpected(error.expected, at: error.offset)
    case .success(let (geometry, end)):
      budget.count(vertices: geometry.vertexCount)
      if let excess = budget.excess { throw unexpected(excess) }
      if let fault = geometry.ringFault { throw unexpected(fault, at: place) }
      lexer.resume(at: end)
      try advance()
      return geometry
    }
  }

  // MARK: What a part has to be

  private func condition(_ part: Part) throws(FilterSyntaxError) -> FilterExpression {
    switch part.content {
    case .condition(let condition): return condition
    case .operand(let operand):
      guard let condition = operand.asCondition else {
        throw unexpected("a condition, such as height > 3", at: part.start)
      }
      return condition
    }
  }

  private func operand(_ part: Part) throws(FilterSyntaxError) -> FilterOperand {
    switch part.content {
    case .condition(let condition): .condition(condition)
    case .operand(let operand): operand
    }
  }

  private func array(_ part: Part) throws(FilterSyntaxError) -> FilterOperand {
    let operand = try operand(part)
    if case .array = operand { return operand }
    return part.isBracketed ? .array([operand]) : operand
  }
}
