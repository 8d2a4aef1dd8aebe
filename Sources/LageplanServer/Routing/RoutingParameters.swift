import HTTPTypes
import LageplanFeatures
import LageplanGeometry

/// The parameters of our own routing resources: in the query of a GET, or as members of the JSON object of a POST, which holds more.
///
///     ?from=9.18,48.77&to=9.19,48.78;9.20,48.79&minutes=5,10
///     {"from": [9.18, 48.77], "to": [[9.19, 48.78], [9.20, 48.79]], "minutes": [5, 10]}
extension RequestQuery {
  /// The members of `body` as parameters. Throws 400 for what no parameter can be.
  init(members body: JSONValue) throws(Problem) {
    guard let members = body.object else {
      throw Problem.badBody("The body is \(body.typeName); send a JSON object.", at: "$")
    }
    var pieces: [String] = []
    for (name, value) in members {
      pieces.append("\(Self.encode(name))=\(Self.encode(try Self.spelling(of: value, at: "$.\(name)")))")
    }
    try self.init(pieces.joined(separator: "&"))
  }

  private static func spelling(of value: JSONValue, at path: String) throws(Problem) -> String {
    switch value {
    case .text(let text): return text
    case .integer(let number): return String(number)
    case .real(let number): return String(number)
    case .boolean(let flag): return String(flag)
    case .array(let elements):
      let isList = elements.contains { $0.array != nil }
      var words: [String] = []
      for (index, element) in elements.enumerated() {
        words.append(try spelling(of: element, at: "\(path)[\(index)]"))
      }
      return words.joined(separator: isList ? ";" : ",")
    case .null, .object:
      throw Problem.badBody("\(value.excerpt()) is no value of a parameter. Send a text, a number or a list.", at: path)
    }
  }

  // MARK: Places

  /// One place in degrees. Throws where it is absent.
  func place(_ name: String) throws(Problem) -> Coordinate {
    let places = try places(name, most: 1)
    guard let place = places.first else {
      throw Problem.badParameter(name, value: "", "A place is needed: \(name)=LONGITUDE,LATITUDE.")
    }
    return place
  }

  /// Places in degrees, semicolons between them; none where the parameter is absent.
  func places(_ name: String, most: Int) throws(Problem) -> [Coordinate] {
    guard let text = self[name] else { return [] }
    var places: [Coordinate] = []
    for pair in text.split(separator: ";", omittingEmptySubsequences: false) {
      let numbers = pair.split(separator: ",", omittingEmptySubsequences: false).map { Double($0.trimmed) }
      guard numbers.count == 2, let longitude = numbers[0], let latitude = numbers[1], (-180...180).contains(longitude),
        (-90...90).contains(latitude)
      else {
        throw Problem.badParameter(
          name, value: String(pair), "A place is longitude,latitude in degrees; between places stands a semicolon.")
      }
      places.append(Coordinate(longitude: longitude, latitude: latitude))
    }
    guard places.count <= most else {
      throw Problem(
        .badRequest, code: "too-big",
        detail: most == 1
          ? "One place is needed, \(places.count) were given."
          : "\(places.count) places are more than the \(most) that are taken in one request. Ask in parts.",
        parameter: name)
    }
    return places
  }

  // MARK: Words

  func flag(_ name: String) throws(Problem) -> Bool {
    switch self[name] {
    case "true"?: return true
    case "false"?, nil: return false
    case let other?: throw Problem.badParameter(name, value: other, "true or false is needed.")
    }
  }

  /// One of the cases of an enumeration by its raw value; `nil` where the parameter is absent.
  func choice<T: RawRepresentable<String> & CaseIterable>(_ name: String, of type: T.Type) throws(Problem) -> T? {
    guard let text = self[name] else { return nil }
    guard let value = T(rawValue: text) else {
      throw Problem.badParameter(
        name, value: text, "There is no such value; there are \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return value
  }

  /// Rising numbers above zero, at most `most` of them, none above `largest`; `nil` where the parameter is absent.
  func bounds(_ name: String, most: Int, largest: Double) throws(Problem) -> [Double]? {
    guard let text = self[name] else { return nil }
    let numbers = try numbers(name, counts: Set(1...most)) ?? []
    guard numbers.allSatisfy({ $0 > 0 && $0 <= largest }) else {
      throw Problem.badParameter(name, value: text, "Numbers above 0 and up to \(Int(largest)) are needed.")
    }
    return Array(Set(numbers)).sorted()
  }
}
