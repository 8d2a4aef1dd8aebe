/// What the text of a `Package.swift` says about its targets, as far as the arrows need it.
struct Manifest {
  struct Target {
    var name: String
    /// `target`, `executableTarget`, `systemLibrary`, `testTarget`.
    var kind: String
    /// Targets and products alike, by the name that is imported.
    var dependencies: [String]
    /// The settings that make imports internal and warnings errors.
    var isStrict: Bool
  }

  var targets: [Target] = []

  init(parsing text: String) {
    let source = Array(SwiftText.withoutComments(text, keepingStrings: true))
    for kind in ["target", "executableTarget", "systemLibrary", "testTarget"] {
      let opening = Array(".\(kind)(")
      var at = 0
      while at + opening.count <= source.count {
        guard source[at..<(at + opening.count)].elementsEqual(opening) else {
          at += 1
          continue
        }
        let end = Self.closing(source, from: at + opening.count)
        if let target = Self.target(kind: kind, body: String(source[(at + opening.count)..<end])) { targets.append(target) }
        at = end
      }
    }
  }

  subscript(name: String) -> Target? { targets.first { $0.name == name } }

  /// Where the parenthesis that is open at `start` closes.
  private static func closing(_ source: [Character], from start: Int) -> Int {
    var depth = 1
    var inString = false
    for index in start..<source.count {
      switch source[index] {
      case "\"": inString.toggle()
      case "(" where !inString: depth += 1
      case ")" where !inString: depth -= 1
      default: break
      }
      if depth == 0 { return index }
    }
    return source.count
  }

  private static func target(kind: String, body: String) -> Target? {
    guard let name = strings(in: body).first else { return nil }
    var dependencies: [String] = []
    if let start = body.firstRange(of: "dependencies:"), let end = body[start.upperBound...].firstRange(of: "]") {
      // `.product(name: "GRDB", package: "GRDB.swift")` is imported by its first string.
      let list = body[start.upperBound..<end.lowerBound]
      var rest = Substring(list)
      while let product = rest.firstRange(of: ".product("), let close = rest[product.upperBound...].firstRange(of: ")") {
        dependencies += strings(in: String(rest[..<product.lowerBound]))
        dependencies += strings(in: String(rest[product.upperBound..<close.lowerBound])).prefix(1)
        rest = rest[close.upperBound...]
      }
      dependencies += strings(in: String(rest))
    }
    return Target(name: name, kind: kind, dependencies: dependencies, isStrict: body.contains("swiftSettings: strict"))
  }

  /// The string literals, in order; every second piece between quotation marks.
  private static func strings(in text: String) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
      String($0.element)
    }
  }
}
