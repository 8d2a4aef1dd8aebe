import HTTPTypes

/// The query string of a request, decoded: names in order of appearance, each at most once.
///
/// `+` and `%20` are both a space (WHATWG URL, section 5.1). Every parameter that is read is marked as known;
/// `refuseTheRest` then answers 400 for one that nobody asked for (OGC 17-069r4, requirement /req/core/query-param-unknown).
struct RequestQuery {
  private(set) var parameters: [(name: String, value: String)] = []

  /// More than any client sends; beyond it somebody is trying something.
  static let mostParameters = 100

  init(_ raw: String?) throws(Problem) {
    guard let raw, !raw.isEmpty else { return }
    for piece in raw.split(separator: "&") {
      let halves = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decode(halves[0], of: String(halves[0]))
      let value = halves.count > 1 ? try Self.decode(halves[1], of: name) : ""
      if parameters.contains(where: { $0.name == name }) {
        throw Problem.badParameter(
          name, value: value, "The parameter is given twice. Give it once; lists are separated by commas.")
      }
      parameters.append((name, value))
      if parameters.count > Self.mostParameters {
        throw Problem(.badRequest, code: "too-many-parameters", detail: "At most \(Self.mostParameters) parameters are read.")
      }
    }
  }

  subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

  /// Throws unless every parameter's name is among `known`.
  func refuseUnknown(known: [String]) throws(Problem) {
    for (name, value) in parameters where !known.contains(name) {
      throw Problem(
        .badRequest, code: "unknown-parameter",
        detail: "This resource has no such parameter. "
          + (known.isEmpty ? "It has none." : "It has: \(known.joined(separator: ", "))."), parameter: name, value: value)
    }
  }

  /// Throws unless `f`, where it is given, names the one format that the resource has.
  func refuseFormats(otherThan only: String) throws(Problem) {
    if let format = self["f"], format != only {
      throw Problem.badParameter("f", value: format, "This resource has one format: \(only).")
    }
  }

  /// A whole number within `range`; `nil` where the parameter is absent.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text) else { throw Problem.badParameter(name, value: text, "A whole number is needed.") }
    guard range.contains(number) else {
      throw Problem.badParameter(name, value: text, "A whole number from \(range.lowerBound) to \(range.upperBound) is needed.")
    }
    return number
  }

  /// A finite number within `range`; `nil` where the parameter is absent.
  func number(_ name: String, in range: ClosedRange<Double>, unit: String) throws(Problem) -> Double? {
    guard let text = self[name] else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw Problem.badParameter(name, value: text, "A number in \(unit) is needed.")
    }
    guard range.contains(number) else {
      throw Problem.badParameter(
        name, value: text, "A number from \(range.lowerBound) to \(range.upperBound) \(unit) is needed.")
    }
    return number
  }

  /// Comma-separated finite numbers; `nil` where the parameter is absent.
  func numbers(_ name: String, counts: Set<Int>) throws(Problem) -> [Double]? {
    guard let text = self[name] else { return nil }
    var result: [Double] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Double(piece.trimmed), number.isFinite else {
        throw Problem.badParameter(name, value: text, "Numbers separated by commas are needed; '\(piece.prefix(40))' is none.")
      }
      result.append(number)
    }
    guard counts.contains(result.count) else {
      let wanted = counts.sorted().map(String.init).joined(separator: " or ")
      throw Problem.badParameter(name, value: text, "\(wanted) numbers are needed, \(result.count) were given.")
    }
    return result
  }

  /// The same query with some parameters replaced (or added at the end), encoded again; a `nil` value removes one.
  func replacing(_ changes: [(String, String?)]) -> String {
    var result = parameters
    for (name, value) in changes {
      if let at = result.firstIndex(where: { $0.name == name }) {
        if let value { result[at].value = value } else { result.remove(at: at) }
      } else if let value {
        result.append((name, value))
      }
    }
    return result.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }.joined(separator: "&")
  }

  private static func decode(_ text: Substring, of name: String) throws(Problem) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
          throw Problem.badParameter(name, value: String(text), "A '%' must be followed by two hexadecimal digits.")
        }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw Problem.badParameter(name, value: String(text), "The percent-encoded bytes are not UTF-8.")
    }
    return decoded
  }

  /// Percent-encodes all but the unreserved characters of RFC 3986 and the comma and colon, which are legal in a query and read better.
  static func encode(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ","), UInt8(ascii: ":"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        result.unicodeScalars.append("%")
        result.unicodeScalars.append(digits[Int(byte >> 4)])
        result.unicodeScalars.append(digits[Int(byte & 15)])
      }
    }
    return result
  }

  /// One element of a path, decoded; `nil` where it is not valid percent-encoded UTF-8.
  static func decodePathElement(_ text: some StringProtocol) -> String? {
    try? decode(Substring(text).replacing("+", with: "%2B"), of: "path")
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    var result = self[...]
    while let first = result.first, first.isWhitespace { result.removeFirst() }
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return String(result)
  }
}
