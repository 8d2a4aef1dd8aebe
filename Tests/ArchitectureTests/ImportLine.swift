/// One `import` of a source file.
struct ImportLine: Hashable {
  var line: Int
  var module: String
  /// `public`, `package`, or `@_exported`: other modules see it.
  var isShown: Bool

  /// Every import of the text, wherever it stands: also within `#if` and after a semicolon.
  static func all(in text: String) -> [ImportLine] {
    var result: [ImportLine] = []
    let lines = SwiftText.withoutComments(text, keepingStrings: false).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      for statement in line.split(separator: ";") {
        var words = statement.split(whereSeparator: \.isWhitespace)
        var isShown = false
        while let word = words.first,
          word.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(word)
        {
          if ["public", "package", "@_exported"].contains(word) { isShown = true }
          words.removeFirst()
        }
        guard words.first == "import", words.count > 1 else { continue }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "func", "var", "let", "typealias"]
        guard let path = words.dropFirst().first(where: { !kinds.contains($0) }), let module = path.split(separator: ".").first
        else {
          continue
        }
        result.append(ImportLine(line: index + 1, module: String(module), isShown: isShown))
      }
    }
    return result
  }
}
