import LageplanFeatures
import LageplanGeometry

/// The options of a request of OSRM's form, by name, in the spelling of its URLs.
///
/// A JSON body is the same request in other words: its members are brought to that spelling and read the same way.
///
///     bearings=0,20;;180,30      {"bearings": [[0, 20], null, [180, 30]]}
struct OsrmOptions {
  /// Those that every service has.
  static let general = [
    "bearings", "radiuses", "hints", "approaches", "exclude", "snapping", "skip_waypoints", "generate_hints", "format",
  ]
  /// With one element for each coordinate.
  private static let perCoordinate = ["bearings", "radiuses", "hints", "approaches"]
  /// Whose elements stand between commas; those of all others stand between semicolons.
  private static let commaSeparated = ["exclude", "annotations"]

  private var values: [String: String] = [:]

  /// Throws `InvalidQuery` for an option that is not among `known`.
  init(_ query: RequestQuery, known: [String]) throws(OsrmFault) {
    for (name, value) in query.parameters {
      try Self.check(name, among: known)
      values[name] = value
    }
  }

  /// Every member of the object but `coordinates`.
  init(_ body: JSONValue, known: [String]) throws(OsrmFault) {
    guard let members = body.object else { throw OsrmFault(.invalidQuery, "The body is \(body.typeName); send a JSON object.") }
    for (name, value) in members where name != "coordinates" {
      try Self.check(name, among: known)
      values[name] = try Self.spelling(of: value, in: name)
    }
  }

  private static func check(_ name: String, among known: [String]) throws(OsrmFault) {
    guard known.contains(name) else {
      throw OsrmFault(.invalidQuery, "There is no option \"\(name.prefix(60))\". There are: \(known.joined(separator: ", ")).")
    }
  }

  private static func spelling(of value: JSONValue, in name: String) throws(OsrmFault) -> String {
    guard let elements = value.array else { return try word(value, in: name) }
    var words: [String] = []
    for element in elements {
      if name == "bearings", let pair = element.array {
        words.append(try pair.map { number throws(OsrmFault) in try word(number, in: name) }.joined(separator: ","))
      } else {
        words.append(element.isNull && perCoordinate.contains(name) ? "" : try word(element, in: name))
      }
    }
    return words.joined(separator: commaSeparated.contains(name) ? "," : ";")
  }

  private static func word(_ value: JSONValue, in name: String) throws(OsrmFault) -> String {
    switch value {
    case .text(let text): return text
    case .integer(let number): return String(number)
    case .real(let number): return String(number)
    case .boolean(let flag): return String(flag)
    case .null, .array, .object:
      throw OsrmFault(.invalidQuery, "\(name) cannot be \(value.excerpt()); send it as OSRM's documentation tells.")
    }
  }

  // MARK: Reading

  /// `nil` where the option is not given.
  subscript(name: String) -> String? { values[name] }

  func flag(_ name: String, default fallback: Bool = false) throws(OsrmFault) -> Bool {
    switch values[name] {
    case nil: return fallback
    case "true"?: return true
    case "false"?: return false
    case let other?: throw OsrmFault(.invalidQuery, "\(name)=\(other.prefix(40)) is neither true nor false.")
    }
  }

  /// One of the cases of an enumeration, by its raw value.
  func choice<T: RawRepresentable<String> & CaseIterable>(_ name: String, default fallback: T) throws(OsrmFault) -> T {
    guard let text = values[name] else { return fallback }
    guard let value = T(rawValue: text) else {
      let names = T.allCases.map(\.rawValue).joined(separator: ", ")
      throw OsrmFault(.invalidQuery, "\(name)=\(text.prefix(40)) is not known; there are \(names).")
    }
    return value
  }

  /// A finite number above zero; `nil` where the option is not given.
  func positive(_ name: String) throws(OsrmFault) -> Double? {
    guard let text = values[name] else { return nil }
    guard let number = Double(text), number.isFinite, number > 0 else {
      throw OsrmFault(.invalidQuery, "\(name)=\(text.prefix(40)) is no number above 0.")
    }
    return number
  }

  /// The elements of a list with one for each of `count` coordinates; an empty one stands for the default, `nil`.
  /// A list of one lone empty element is taken as none given at all: clients send `hints=`.
  func elements(_ name: String, count: Int) throws(OsrmFault) -> [String?] {
    guard let text = values[name], !text.isEmpty else { return Array(repeating: nil, count: count) }
    let pieces = text.split(separator: ";", omittingEmptySubsequences: false)
    guard pieces.count == count else {
      throw OsrmFault(
        .invalidOptions, "Number of elements in \(name) (\(pieces.count)) does not match number of coordinates (\(count)).")
    }
    return pieces.map { $0.isEmpty ? nil : String($0) }
  }

  /// Indices of coordinates; `nil` where the option is not given or `all`.
  func indices(_ name: String, count: Int) throws(OsrmFault) -> [Int]? {
    guard let text = values[name], text != "all" else { return nil }
    var result: [Int] = []
    for piece in text.split(separator: ";", omittingEmptySubsequences: false) {
      guard let index = Int(piece), (0..<count).contains(index) else {
        throw OsrmFault(
          .invalidOptions, "\(name)=\(text.prefix(60)): \"\(piece.prefix(20))\" is no index from 0 to \(count - 1).")
      }
      result.append(index)
    }
    return result
  }
}
