import HTTPTypes
import Hummingbird

/// `subset=datetime("2026-01-01":"2026-12-31")`, the other spelling of `datetime` that OGC API Tiles asks for (OGC 20-057, section 13).
///
/// Time is the only axis: the others are those of the tile itself. An open end is `*`; a single value is one moment or day.
struct TileSubset {
  /// The same as the value of `datetime`: `2026-01-01/2026-12-31`, open ends as `..`; `nil`: open at both ends, which is all of time.
  let datetime: String?

  /// Throws 400 for another axis, and for what is no interval.
  init(_ text: String) throws(Problem) {
    guard text.hasPrefix("datetime("), text.hasSuffix(")") else {
      throw Problem.badParameter(
        "subset", value: text, "The one axis is datetime: datetime(\"2026-01-01\":\"2026-12-31\"), open ends as *.")
    }
    var rest = text.dropFirst("datetime(".count).dropLast()
    let low = try Self.bound(&rest, of: text)
    guard !rest.isEmpty else {
      guard let low else {
        throw Problem.badParameter("subset", value: text, "An asterisk stands for an open end of an interval only.")
      }
      datetime = low
      return
    }
    guard rest.popFirst() == ":" else { throw Self.fault(text) }
    let high = try Self.bound(&rest, of: text)
    guard rest.isEmpty else { throw Self.fault(text) }
    datetime = low == nil && high == nil ? nil : "\(low ?? "..")/\(high ?? "..")"
  }

  /// Reads `"text"` or `*` (`nil`).
  private static func bound(_ rest: inout Substring, of text: String) throws(Problem) -> String? {
    switch rest.popFirst() {
    case "*": return nil
    case "\"":
      guard let end = rest.firstIndex(of: "\"") else { throw fault(text) }
      let value = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      // An interval in place of a moment would make two of one.
      guard !value.isEmpty, !value.contains("/"), !value.contains("..") else { throw fault(text) }
      return value
    default: throw fault(text)
    }
  }

  private static func fault(_ text: String) -> Problem {
    Problem.badParameter(
      "subset", value: text, "Moments stand in quotation marks, a colon between two: datetime(\"2026-01-01\":\"2026-12-31\").")
  }
}

extension Request {
  /// The same request with `datetime` in place of `subset`, where there is one.
  /// Throws 400 for a subset that is none, or where both are given.
  func spellingSubsetAsDatetime() throws(Problem) -> Request {
    let query = try RequestQuery(uri.query)
    guard let subset = query["subset"] else { return self }
    guard query["datetime"] == nil else {
      throw Problem.badParameter("subset", value: subset, "datetime and subset say the same. Give one of them.")
    }
    var head = head
    let changed = query.replacing([("subset", nil), ("datetime", try TileSubset(subset).datetime)])
    head.path = changed.isEmpty ? uri.path : "\(uri.path)?\(changed)"
    return Request(head: head, body: body)
  }
}
