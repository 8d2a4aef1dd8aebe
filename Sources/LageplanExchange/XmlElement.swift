/// An element of a small XML document, such as the description of a service: names without prefixes, text without markup.
///
/// Reads what such documents are made of (XML 1.0): elements, attributes, text, CDATA, comments, processing instructions, the five
/// entities and numeric ones. A document type declaration is refused, since entities of its own could make a short text endless.
struct XmlElement: Sendable {
  /// Without prefix.
  var name = ""
  /// By their names as written, `xmlns:ave` included.
  var attributes: [String: String] = [:]
  var children: [XmlElement] = []
  /// All text directly in the element.
  var text = ""

  /// Where and why a text is no XML, or none of this kind.
  struct Fault: Error, CustomStringConvertible {
    var offset: Int
    var reason: String
    var description: String { "byte \(offset): \(reason)" }
  }

  init() {}

  init(parsing bytes: [UInt8]) throws(Fault) {
    let result = bytes.withUnsafeBufferPointer { bytes in
      Result { () throws(Fault) in
        var parser = XmlParser(bytes)
        return try parser.document()
      }
    }
    self = try result.get()
  }

  /// The first child of that name.
  subscript(name: String) -> XmlElement? { children.first { $0.name == name } }

  func all(_ name: String) -> [XmlElement] { children.filter { $0.name == name } }

  /// This element and all below it, in the order of the document.
  func forEach(_ body: (XmlElement) -> Void) {
    body(self)
    for child in children { child.forEach(body) }
  }

  var trimmedText: String { String(Substring(text).trimmingBlanks) }

  /// What an exception report says (OWS Common 06-121r9, `ows:ExceptionText`; WFS 1.0 `ServiceException`); `nil`: this is none.
  var exceptionText: String? {
    guard name == "ExceptionReport" || name == "ServiceExceptionReport" else { return nil }
    var texts: [String] = []
    forEach { element in
      if element.name == "Exception" || element.name == "ServiceException", let code = element.attributes["exceptionCode"] {
        texts.append(code)
      }
      if element.name == "ExceptionText" || element.name == "ServiceException", !element.trimmedText.isEmpty {
        texts.append(element.trimmedText)
      }
    }
    return texts.isEmpty ? "an exception without a text" : texts.joined(separator: ": ")
  }
}

/// Reads bytes forward; also used for the start tag of a large document, of which no more is read.
struct XmlParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position = 0
  private var depth = 0

  /// Elements within each other.
  private static let deepest = 100

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func document() throws(XmlElement.Fault) -> XmlElement {
    let (root, isClosed) = try rootTag()
    var element = root.element
    if !isClosed { try content(of: &element, named: root.name) }
    return element
  }

  /// The start tag of the outermost element; reading goes on behind it.
  mutating func rootTag() throws(XmlElement.Fault) -> (tag: (element: XmlElement, name: String), isClosed: Bool) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "<") else { throw fault("a tag was expected") }
      if try skipMarkup() { continue }
      position += 1
      return try startTag()
    }
  }

  /// Comments, processing instructions; `false`: there is something else.
  private mutating func skipMarkup() throws(XmlElement.Fault) -> Bool {
    if starts("<!--") {
      try skip(behind: "-->")
    } else if starts("<?") {
      try skip(behind: "?>")
    } else if starts("<!DOCTYPE") {
      throw fault("a document type declaration, which no service sends")
    } else {
      return false
    }
    return true
  }

  private mutating func startTag() throws(XmlElement.Fault) -> (tag: (element: XmlElement, name: String), isClosed: Bool) {
    let name = try self.name()
    var element = XmlElement()
    element.name = Self.local(name)
    while true {
      skipSpace()
      switch peek {
      case UInt8(ascii: ">"):
        position += 1
        return ((element, name), false)
      case UInt8(ascii: "/"):
        position += 1
        guard peek == UInt8(ascii: ">") else { throw fault("> was expected behind /") }
        position += 1
        return ((element, name), true)
      case nil: throw fault("the tag \(name) does not end")
      default:
        let attribute = try self.name()
        skipSpace()
        guard peek == UInt8(ascii: "=") else { throw fault("= was expected behind the attribute \(attribute)") }
        position += 1
        skipSpace()
        guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
          throw fault("the value of \(attribute) is not in quotes")
        }
        position += 1
        element.attributes[attribute] = try text { $0 == quote }
        guard peek == quote else { throw fault("the value of \(attribute) does not end") }
        position += 1
      }
    }
  }

  private mutating func content(of element: inout XmlElement, named name: String) throws(XmlElement.Fault) {
    depth += 1
    guard depth <= Self.deepest else { throw fault("more than \(Self.deepest) elements within each other") }
    while true {
      element.text += try text { $0 == UInt8(ascii: "<") }
      guard peek != nil else { throw fault("the element \(name) does not end") }
      if starts("<![CDATA[") {
        position += 9
        let start = position
        try skip(behind: "]]>")
        element.text += String(decoding: bytes[start..<position - 3], as: UTF8.self)
      } else if starts("</") {
        position += 2
        let closing = try self.name()
        guard closing == name else { throw fault("</\(closing)> closes <\(name)>") }
        skipSpace()
        guard peek == UInt8(ascii: ">") else { throw fault("> was expected") }
        position += 1
        depth -= 1
        return
      } else if try !skipMarkup() {
        position += 1
        let (tag, isClosed) = try startTag()
        var child = tag.element
        if !isClosed { try content(of: &child, named: tag.name) }
        element.children.append(child)
      }
    }
  }

  // MARK: Characters

  private mutating func name() throws(XmlElement.Fault) -> String {
    let start = position
    while let byte = peek, !Self.endsName(byte) { position += 1 }
    guard position > start else { throw fault("a name was expected") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
      || byte == UInt8(ascii: "<")
  }

  private static func local(_ name: String) -> String { name.split(separator: ":").last.map { String($0) } ?? name }

  /// Up to the end or a byte that `isEnd` knows, entities resolved.
  private mutating func text(until isEnd: (UInt8) -> Bool) throws(XmlElement.Fault) -> String {
    var result = ""
    var start = position
    while let byte = peek, !isEnd(byte) {
      if byte == UInt8(ascii: "&") {
        result += String(decoding: bytes[start..<position], as: UTF8.self)
        result.unicodeScalars.append(try entity())
        start = position
      } else {
        position += 1
      }
    }
    return result + String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func entity() throws(XmlElement.Fault) -> Unicode.Scalar {
    let start = position + 1
    guard let end = bytes[start..<min(bytes.count, start + 10)].firstIndex(of: UInt8(ascii: ";")) else {
      throw fault("& without an entity behind it")
    }
    let name = String(decoding: bytes[start..<end], as: UTF8.self)
    position = end + 1
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
      guard name.hasPrefix("#"), let code = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
        let scalar = Unicode.Scalar(code)
      else { throw fault("the entity &\(name); is not known") }
      return scalar
    }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() { while let byte = peek, byte <= 0x20 { position += 1 } }

  private func starts(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
    return true
  }

  private mutating func skip(behind text: StaticString) throws(XmlElement.Fault) {
    while position < bytes.count {
      if starts(text) {
        position += text.utf8CodeUnitCount
        return
      }
      position += 1
    }
    throw fault("\(text) is missing")
  }

  private func fault(_ reason: String) -> XmlElement.Fault { XmlElement.Fault(offset: position, reason: reason) }
}
