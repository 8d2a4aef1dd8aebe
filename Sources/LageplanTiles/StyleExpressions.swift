import LageplanFeatures

/// Checks expressions and filters: that each operator is one, and has as many arguments as it takes.
enum StyleExpressions {
  /// Expressions within each other.
  private static let deepest = 200

  static func faults(in expression: JSONValue, at place: String, depth: Int = 0) -> [StyleIssue] {
    guard let elements = expression.array else { return [] }
    guard depth < deepest else {
      return [StyleIssue(place: place, message: "expressions stand more than \(deepest) deep in each other")]
    }
    guard let name = elements.first?.text else {
      return [
        StyleIssue(
          place: place, message: "an expression begins with its operator; for an array as a value write [\"literal\", …]")
      ]
    }
    guard StyleSpecification.operators.contains(name) else {
      return [StyleIssue(place: "\(place)[0]", message: "there is no operator \"\(name)\"")]
    }
    let count = elements.count - 1
    if let taken = arity[name], !taken.contains(count) {
      let wanted =
        taken.upperBound == .max
        ? "\(taken.lowerBound) or more" : taken.count == 1 ? "\(taken.lowerBound)" : "\(taken.lowerBound) to \(taken.upperBound)"
      return [StyleIssue(place: place, message: "\"\(name)\" takes \(wanted) arguments, not \(count)")]
    }
    return elements.indices.dropFirst().flatMap { at in
      isPlain(at, in: name, count: elements.count) ? [] : faults(in: elements[at], at: "\(place)[\(at)]", depth: depth + 1)
    }
  }

  /// Whether the element at `at` is a value even where it is an array.
  private static func isPlain(_ at: Int, in name: String, count: Int) -> Bool {
    switch name {
    case "literal", "within", "distance", "array", "semiliteral": true
    // ["linear"], ["exponential", 1.5], ["cubic-bezier", …]
    case "interpolate", "interpolate-hcl", "interpolate-lab": at == 1
    // Labels stand before each output; the last element is the one for all others.
    case "match": at.isMultiple(of: 2) && at < count - 1
    default: false
    }
  }

  private static let arity: [String: ClosedRange<Int>] = [
    "!": 1...1, "!=": 2...3, "==": 2...3, "<": 2...3, "<=": 2...3, ">": 2...3, ">=": 2...3, "%": 2...2, "/": 2...2, "^": 2...2,
    "-": 1...2, "at": 2...2, "case": 3...(.max), "coalesce": 1...(.max), "concat": 1...(.max), "geometry-type": 0...0,
    "get": 1...2,
    "has": 1...2, "id": 0...0, "in": 2...2, "index-of": 2...3, "interpolate": 4...(.max), "length": 1...1, "let": 3...(.max),
    "literal": 1...1, "match": 4...(.max), "properties": 0...0, "sqrt": 1...1, "step": 3...(.max), "to-string": 1...1,
    "var": 1...1,
    "zoom": 0...0,
  ]

  // MARK: - Filters

  /// A filter is an expression, or is written in the way before expressions: `["==", "kind", "Wald"]`, `["!in", "kind", "a", "b"]`.
  static func faults(inFilter filter: JSONValue, at place: String, depth: Int = 0) -> [StyleIssue] {
    if filter.boolean != nil { return [] }
    guard let elements = filter.array, !elements.isEmpty else {
      return [StyleIssue(place: place, message: "an array that begins with an operator is needed, not \(filter.excerpt())")]
    }
    guard isOld(filter), depth < deepest else { return faults(in: filter, at: place, depth: depth) }
    switch elements[0].text {
    case "all"?, "any"?, "none"?:
      return elements.indices.dropFirst().flatMap { faults(inFilter: elements[$0], at: "\(place)[\($0)]", depth: depth + 1) }
    case "has"?, "!has"?:
      return elements.count == 2 ? [] : [StyleIssue(place: place, message: "the name of one property is needed")]
    case "in"?, "!in"?: return []
    default:
      return elements.count == 3
        ? [] : [StyleIssue(place: place, message: "the name of a property and a value to compare it with are needed")]
    }
  }

  /// Written as before expressions.
  private static func isOld(_ filter: JSONValue) -> Bool {
    guard let elements = filter.array, let name = elements.first?.text, StyleSpecification.filterOperators.contains(name) else {
      return false
    }
    switch name {
    case "none", "!in", "!has": return true
    case "all", "any": return elements.dropFirst().contains(where: isOld)
    // ["has", "$type"] and ["in", "kind", …] name a property; an expression's `in` has just a needle and a heap.
    case "has": return elements.count == 2 && elements[1].text?.hasPrefix("$") == true
    case "in": return elements.count != 3 || (elements[1].text != nil && elements[2].array == nil)
    default: return elements.count == 3 && elements[1].text != nil && elements[2].array == nil
    }
  }
}
