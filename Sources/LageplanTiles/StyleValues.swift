import LageplanFeatures

/// Checks the value of a property: a plain one, a function of the zoom or of a property, or an expression.
enum StyleValues {
  static func faults(in value: JSONValue, _ kind: StyleSpecification.Kind, at place: String) -> [StyleIssue] {
    switch value {
    case .array(let elements):
      if isPlain(elements, kind) { return plainFaults(elements, kind, at: place) }
      return StyleExpressions.faults(in: value, at: place)
    case .object: return functionFaults(value, kind, at: place)
    case .null, .boolean, .integer, .real, .text:
      return plainFault(value, kind).map { [StyleIssue(place: place, message: $0)] } ?? []
    }
  }

  /// An array that is a value, not an expression: offsets, fonts, dashes.
  private static func isPlain(_ elements: [JSONValue], _ kind: StyleSpecification.Kind) -> Bool {
    switch kind {
    case .list, .numbers, .colours: !(elements.first?.text.map(StyleSpecification.operators.contains) ?? false)
    case .boolean, .colour, .text, .number, .word: false
    }
  }

  private static func plainFaults(_ elements: [JSONValue], _ kind: StyleSpecification.Kind, at place: String) -> [StyleIssue] {
    let each: StyleSpecification.Kind? =
      switch kind {
      case .numbers: .number()
      case .colours: .colour
      case .list, .boolean, .colour, .text, .number, .word: nil
      }
    guard let each else { return [] }
    return elements.enumerated().compactMap { at, element in
      plainFault(element, each).map { StyleIssue(place: "\(place)[\(at)]", message: $0) }
    }
  }

  private static func plainFault(_ value: JSONValue, _ kind: StyleSpecification.Kind) -> String? {
    switch kind {
    case .boolean: return value.boolean == nil ? "true or false is needed, not \(value.excerpt())" : nil
    case .text: return value.text == nil ? "a text is needed, not \(value.excerpt())" : nil
    case .list: return "an array is needed, not \(value.excerpt())"
    case .colour, .colours:
      return value.text.map(isColour) == true ? nil : "a colour such as #1d5fa8 is needed, not \(value.excerpt())"
    case .numbers: return value.number == nil ? "a number is needed, not \(value.excerpt())" : nil
    case .number(let least, let most):
      guard let number = value.number else { return "a number is needed, not \(value.excerpt())" }
      if number < least { return "\(value.excerpt()) is below the least, \(least)" }
      return number > most ? "\(value.excerpt()) is above the most, \(most)" : nil
    case .word(let words):
      guard let word = value.text, words.contains(word) else {
        return "one of \(words.joined(separator: ", ")) is needed, not \(value.excerpt())"
      }
      return nil
    }
  }

  /// A colour of CSS by its form: `#rgb`, `#rrggbb` with or without alpha, a function, a name.
  private static func isColour(_ text: String) -> Bool {
    if text.hasPrefix("#") { return [4, 5, 7, 9].contains(text.count) && text.dropFirst().allSatisfy(\.isHexDigit) }
    if let open = text.firstIndex(of: "(") {
      return ["rgb", "rgba", "hsl", "hsla"].contains(text[..<open]) && text.hasSuffix(")")
    }
    return !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isLetter }
  }

  // MARK: - Functions

  private static let members: Set<String> = ["base", "stops", "property", "type", "default", "colorSpace"]

  /// A function of the days before expressions: stops over the zoom, over a property, or over both.
  private static func functionFaults(_ function: JSONValue, _ kind: StyleSpecification.Kind, at place: String) -> [StyleIssue] {
    var faults: [StyleIssue] = []
    for (name, _) in function.object ?? [] where !members.contains(name) {
      faults.append(StyleIssue(place: "\(place).\(name)", message: "functions have no such member"))
    }
    if let base = function["base"], base.number == nil {
      faults.append(StyleIssue(place: "\(place).base", message: "a number is needed, not \(base.typeName)"))
    }
    guard let stops = function["stops"] else {
      if function["type"]?.text == "identity" { return faults }
      return faults + [StyleIssue(place: place, message: "the member \"stops\" is missing")]
    }
    guard let all = stops.array else {
      return faults + [StyleIssue(place: "\(place).stops", message: "an array is needed, not \(stops.typeName)")]
    }
    if all.isEmpty { faults.append(StyleIssue(place: "\(place).stops", message: "at least one stop is needed")) }
    var last = -Double.infinity
    for (at, stop) in all.enumerated() {
      let here = "\(place).stops[\(at)]"
      guard let pair = stop.array, pair.count == 2 else {
        faults.append(
          StyleIssue(place: here, message: "an array of two, from what on and which value, is needed, not \(stop.excerpt())"))
        continue
      }
      faults += Self.faults(in: pair[1], kind, at: "\(here)[1]")
      guard function["property"] == nil else { continue }
      guard let zoom = pair[0].number else {
        faults.append(StyleIssue(place: "\(here)[0]", message: "a zoom is needed, not \(pair[0].excerpt())"))
        continue
      }
      if zoom < last {
        faults.append(StyleIssue(place: "\(here)[0]", message: "zooms rise from stop to stop; \(pair[0].excerpt()) does not"))
      }
      last = zoom
    }
    return faults
  }
}
