import LageplanFeatures

/// A piece of HTML. A literal is markup; whatever is interpolated into it is escaped, unless it is a piece of HTML itself.
///
/// So no value of the data or of a request becomes markup by forgetting something: there is no way to write it unescaped.
///
///     let cell: Html = "<td>\(feature.name)</td>"
struct Html: ExpressibleByStringInterpolation, Sendable {
  private(set) var markup: String

  /// Markup as it stands: for literals of the source, which the compiler brings here.
  init(stringLiteral literal: String) { markup = literal }

  init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  /// The pieces one after the other.
  init(_ pieces: [Html]) { markup = pieces.map(\.markup).joined() }

  /// JSON for a `script` element that is a block of data. A browser unescapes nothing there, so `<` is written as JSON escapes it.
  init(data: JSONValue) { markup = String(decoding: data.bytes, as: UTF8.self).replacing("<", with: "\\u003c") }

  static let empty: Html = ""

  var isEmpty: Bool { markup.isEmpty }

  static func += (a: inout Html, b: Html) { a.markup += b.markup }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity + 16 * interpolationCount) }

    mutating func appendLiteral(_ literal: String) { markup += literal }

    /// Text, as content or as the value of a quoted attribute.
    mutating func appendInterpolation(_ text: some StringProtocol) {
      for scalar in text.unicodeScalars {
        switch scalar {
        case "&": markup += "&amp;"
        case "<": markup += "&lt;"
        case ">": markup += "&gt;"
        case "\"": markup += "&quot;"
        case "'": markup += "&#39;"
        default: markup.unicodeScalars.append(scalar)
        }
      }
    }

    mutating func appendInterpolation(_ number: Int) { markup += String(number) }

    mutating func appendInterpolation(_ piece: Html) { markup += piece.markup }

    mutating func appendInterpolation(_ pieces: [Html]) {
      for piece in pieces { markup += piece.markup }
    }

    /// The piece where the condition holds, else nothing: `<option\(" selected", if: isCurrent)>`.
    mutating func appendInterpolation(_ piece: Html, if condition: Bool) {
      if condition { markup += piece.markup }
    }
  }
}

extension Sequence<Html> {
  /// The pieces with another between each two.
  func joined(by separator: Html) -> Html {
    var result = Html.empty
    for (at, piece) in enumerated() {
      if at > 0 { result += separator }
      result += piece
    }
    return result
  }
}
