import LageplanGeometry

extension FilterExpression {
  /// The condition as CQL2 text; reading it gives the same tree back.
  ///
  /// Brackets stand where they are needed. Two things have no spelling in CQL2: a comparison with null is written `NULL`, JSON as text.
  public var cql2Text: String { Cql2TextWriter.text(of: self) }
}

extension FilterOperand {
  /// The operand as CQL2 text.
  public var cql2Text: String { Cql2TextWriter.text(of: self) }
}

private enum Cql2TextWriter {
  // MARK: Conditions

  static func text(of expression: FilterExpression) -> String {
    switch expression {
    case .literal(let value): value ? "TRUE" : "FALSE"
    case .and(let parts):
      parts.isEmpty ? "TRUE" : parts.map { parts.count == 1 ? text(of: $0) : part($0) }.joined(separator: " AND ")
    case .or(let parts):
      parts.isEmpty ? "FALSE" : parts.map { parts.count == 1 ? text(of: $0) : part($0) }.joined(separator: " OR ")
    case .not(let part): "NOT \(self.part(part))"
    case .comparison(let left, let comparison, let right): "\(side(left)) \(comparison.rawValue) \(side(right))"
    case .like(let operand, let pattern): "\(side(operand)) LIKE \(text(of: pattern))"
    case .between(let operand, let low, let high): "\(side(operand)) BETWEEN \(side(low)) AND \(side(high))"
    case .isIn(let operand, let list): "\(side(operand)) IN (\(list.map(side).joined(separator: ", ")))"
    case .isNull(let operand): "\(side(operand)) IS NULL"
    case .spatial(let relation, let a, let b): call(relation.cql2Name.uppercased(), [a, b])
    case .temporal(let relation, let a, let b): call(relation.rawValue.uppercased(), [a, b])
    case .array(let relation, let a, let b): call(relation.rawValue.uppercased(), [a, b])
    case .truth(let operand): text(of: operand)
    }
  }

  /// A condition beside AND, OR or NOT.
  private static func part(_ expression: FilterExpression) -> String {
    switch expression {
    case .and(let parts) where !parts.isEmpty: "(\(text(of: expression)))"
    case .or(let parts) where !parts.isEmpty: "(\(text(of: expression)))"
    default: text(of: expression)
    }
  }

  // MARK: Operands

  static func text(of operand: FilterOperand) -> String {
    switch operand {
    case .property(let name): self.name(name)
    case .value(let value): text(of: value)
    case .interval(let start, let end): "INTERVAL(\(bound(start)), \(bound(end)))"
    case .unbounded: "'..'"
    case .geometry(let geometry): geometry.wkt
    case .box(let box): "BBOX(\(box.numbers.map(number).joined(separator: ",")))"
    case .array(let elements): "(\(elements.map(text(of:)).joined(separator: ", ")))"
    case .arithmetic(let left, let sign, let right): sum(left, sign, right)
    case .caseFolded(let inner): call("CASEI", [inner])
    case .accentFolded(let inner): call("ACCENTI", [inner])
    case .function(let name, let arguments): call(self.name(name, isCalled: true), arguments)
    case .condition(let condition): text(of: condition)
    }
  }

  private static func call(_ name: String, _ arguments: [FilterOperand]) -> String {
    "\(name)(\(arguments.map(text(of:)).joined(separator: ", ")))"
  }

  /// An operand beside a comparison.
  private static func side(_ operand: FilterOperand) -> String {
    if case .condition = operand { return "(\(text(of: operand)))" }
    return text(of: operand)
  }

  /// Operators of one rank go from the left; powers do not go on at all.
  private static func sum(_ left: FilterOperand, _ sign: ArithmeticOperator, _ right: FilterOperand) -> String {
    let first = factor(left, bracketed: left.rank < sign.rank || sign == .power && left.rank == sign.rank)
    let second = factor(right, bracketed: right.rank <= sign.rank)
    return "\(first) \(sign.rawValue) \(second)"
  }

  private static func factor(_ operand: FilterOperand, bracketed: Bool) -> String {
    bracketed ? "(\(text(of: operand)))" : side(operand)
  }

  private static func bound(_ operand: FilterOperand) -> String {
    switch operand {
    case .value(.date(let day)): "'\(day.iso)'"
    case .value(.dateTime(let instant)): "'\(instant.iso)'"
    default: text(of: operand)
    }
  }

  private static func text(of value: PropertyValue) -> String {
    switch value {
    case .null: "NULL"
    case .text(let text), .json(let text): quoted(text)
    case .integer(let value): String(value)
    case .real(let value): number(value)
    case .boolean(let value): value ? "TRUE" : "FALSE"
    case .date(let day): "DATE('\(day.iso)')"
    case .dateTime(let instant): "TIMESTAMP('\(instant.iso)')"
    }
  }

  private static func number(_ value: Double) -> String { JSONWriter.spelling(of: value) ?? "NULL" }

  private static func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": result += "''"
      case "\\": result += "\\\\"
      case "\u{07}": result += "\\a"
      case "\u{08}": result += "\\b"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\u{0B}": result += "\\v"
      case "\u{0C}": result += "\\f"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "'"
  }

  /// As it is where the grammar takes it for a name, else in quotes.
  private static func name(_ name: String, isCalled: Bool = false) -> String {
    let scalars = name.unicodeScalars
    let upper = name.uppercased()
    let isPlain =
      scalars.first.map(Cql2Lexer.startsName) ?? false && scalars.allSatisfy(Cql2Lexer.continuesName)
      && !Cql2Words.taken.contains(upper)
      && !(isCalled && Cql2Words.isPredicate(name))
    return isPlain ? name : "\"\(name.replacing("\"", with: "\"\""))\""
  }
}

extension FilterOperand {
  /// How closely the operand hangs together when written.
  fileprivate var rank: Int {
    if case .arithmetic(_, let sign, _) = self { return sign.rank }
    return .max
  }
}

extension ArithmeticOperator {
  fileprivate var rank: Int {
    switch self {
    case .plus, .minus: 1
    case .times, .dividedBy, .modulo, .wholeQuotient: 2
    case .power: 3
    }
  }
}

extension Cql2Words {
  fileprivate static func isPredicate(_ name: String) -> Bool {
    let lower = name.lowercased()
    return SpatialRelation(cql2Name: lower) != nil || temporal[lower] != nil || arrays[lower] != nil
  }
}
