enum SwiftText {
  /// The text without comments and without the insides of strings over several lines; those of strings on one line stay where
  /// `keepingStrings` says so. Line breaks stay, so that line numbers do.
  static func withoutComments(_ text: String, keepingStrings: Bool) -> String {
    let source = Array(text.utf8)
    let newline = UInt8(ascii: "\n")
    let quote = UInt8(ascii: "\"")
    var result: [UInt8] = []
    result.reserveCapacity(source.count)
    var at = 0
    func stands(_ word: StaticString) -> Bool {
      at + word.utf8CodeUnitCount <= source.count
        && (0..<word.utf8CodeUnitCount).allSatisfy { source[at + $0] == word.utf8Start[$0] }
    }
    func skip(to end: StaticString) {
      while at < source.count, !stands(end) {
        if source[at] == newline { result.append(newline) }
        at += 1
      }
      at += end.utf8CodeUnitCount
    }
    while at < source.count {
      if stands("//") {
        while at < source.count, source[at] != newline { at += 1 }
      } else if stands("/*") {
        at += 2
        skip(to: "*/")
      } else if stands("\"\"\"") {
        at += 3
        skip(to: "\"\"\"")
      } else if source[at] == quote {
        // What looks like a comment in a string ("https://…") is none.
        let start = at
        at += 1
        while at < source.count, source[at] != quote, source[at] != newline { at += stands("\\") ? 2 : 1 }
        at = min(at + 1, source.count)
        result += keepingStrings ? source[start..<at] : [quote, quote]
        if !keepingStrings, source[at - 1] == newline { result.append(newline) }
      } else {
        result.append(source[at])
        at += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
