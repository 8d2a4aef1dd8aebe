/// One element of an SVG drawing with its attributes; text between elements means nothing in a drawing and is not kept.
struct SvgElement {
  var name: String
  var attributes: [String: String] = [:]
  var children: [SvgElement] = []
  /// Where it begins, for messages; from 1.
  var line: Int
}

/// Why a drawing cannot be read, or not drawn as it was meant.
public struct SvgError: Error, Hashable, CustomStringConvertible {
  public var line: Int
  public var message: String

  public var description: String { "line \(line): \(message)" }
}

/// Reads the XML (1.0, fifth edition) that SVG drawings are written in: elements, attributes, comments, the five named entities.
/// A document type and entities of one's own are refused: drawings need none, and those who attack parsers do.
struct SvgReader {
  private var rest: Substring.UnicodeScalarView
  private var line = 1

  /// Elements within each other.
  private static let deepest = 64

  static func element(of text: String) throws(SvgError) -> SvgElement {
    var reader = SvgReader(rest: text.unicodeScalars[...])
    try reader.skipBetween()
    guard let root = try reader.element(depth: 0) else { throw reader.error("an element was expected") }
    try reader.skipBetween()
    guard reader.rest.isEmpty else { throw reader.error("nothing may follow the outermost element") }
    return root
  }

  private func error(_ message: String) -> SvgError { SvgError(line: line, message: message) }

  /// `nil` before the end tag of the element around.
  private mutating func element(depth: Int) throws(SvgError) -> SvgElement? {
    guard depth < Self.deepest else { throw error("elements stand more than \(Self.deepest) deep in each other") }
    guard !starts(with: "</") else { return nil }
    guard take("<") else { throw error("< was expected") }
    var element = SvgElement(name: try name(), line: line)
    while true {
      skipSpace()
      if take("/>") { return element }
      if take(">") { break }
      let attribute = try name()
      skipSpace()
      guard take("=") else { throw error("= was expected after \(attribute)") }
      skipSpace()
      guard element.attributes.updateValue(try quoted(), forKey: attribute) == nil else {
        throw error("\(attribute) stands twice in <\(element.name)>")
      }
    }
    while true {
      try skipBetween()
      guard let child = try self.element(depth: depth + 1) else { break }
      element.children.append(child)
    }
    guard take("</"), try name() == element.name else { throw error("</\(element.name)> was expected") }
    skipSpace()
    guard take(">") else { throw error("> was expected") }
    return element
  }

  private mutating func name() throws(SvgError) -> String {
    let name = rest.prefix { $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-:.".unicodeScalars.contains($0) }
    guard !name.isEmpty else { throw error("a name was expected") }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private mutating func quoted() throws(SvgError) -> String {
    guard let quote = rest.first, quote == "\"" || quote == "'" else { throw error("a quoted value was expected") }
    rest = rest.dropFirst()
    guard let end = rest.firstIndex(of: quote) else { throw error("a value is not closed") }
    let raw = String(rest[..<end])
    line += raw.unicodeScalars.count { $0 == "\n" }
    rest = rest[rest.index(after: end)...]
    guard raw.contains("&") else { return raw }
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
    return known.reduce(raw) { $0.replacing($1.0, with: $1.1) }
  }

  /// Comments, processing instructions and text, up to the next tag.
  private mutating func skipBetween() throws(SvgError) {
    while let next = rest.first {
      if starts(with: "<!--") {
        try skip(behind: "-->")
      } else if starts(with: "<?") {
        try skip(behind: "?>")
      } else if starts(with: "<!") {
        throw error("a document type or CDATA is not read; remove it")
      } else if next == "<" {
        return
      } else {
        advance()
      }
    }
  }

  private mutating func skipSpace() {
    while let next = rest.first, next.properties.isWhitespace { advance() }
  }

  private mutating func skip(behind end: String) throws(SvgError) {
    while !starts(with: end) {
      guard !rest.isEmpty else { throw error("\(end) is missing") }
      advance()
    }
    _ = take(end)
  }

  private mutating func advance() {
    if rest.first == "\n" { line += 1 }
    rest = rest.dropFirst()
  }

  private func starts(with text: String) -> Bool { rest.starts(with: text.unicodeScalars) }

  private mutating func take(_ text: String) -> Bool {
    guard starts(with: text) else { return false }
    rest = rest.dropFirst(text.unicodeScalars.count)
    return true
  }
}
