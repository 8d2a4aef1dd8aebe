import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// What is common to every request of OSRM's form: the coordinates, and what is asked of each.
///
///     /route/v1/driving/9.18,48.77;9.19,48.78?steps=true        polyline(…) and polyline6(…) instead of the pairs
///     POST /route/v1/driving  {"coordinates": [[9.18, 48.77], [9.19, 48.78]], "steps": true}
struct OsrmRequest {
  /// One coordinate with its conditions.
  struct Place {
    /// Longitude and latitude in degrees.
    var coordinate: Coordinate
    /// The direction of travel, in degrees clockwise from north, and how far it may be from that; `nil`: any.
    var bearing: (value: Double, range: Double)?
    /// How far away the road may be; `nil`: as far as the service looks.
    var radius: Metres?
    var approach = Approach.unrestricted
  }

  enum Approach: String, CaseIterable {
    case unrestricted, curb, opposite
  }

  private enum Snapping: String, CaseIterable {
    // Whether a way may begin on a motorway is not kept, so both mean the same.
    case standard = "default"
    case any
  }

  var places: [Place]
  var options: OsrmOptions
  var skipsWaypoints: Bool
  var generatesHints: Bool

  /// `coordinates` is the last element of the path, percent-decoded.
  init(coordinates text: String, query: RequestQuery, known: [String], most: Int) throws(OsrmFault) {
    let options = try OsrmOptions(query, known: OsrmOptions.general + known)
    try self.init(try Self.coordinates(Self.withoutFormat(text)), options, most: most)
  }

  init(body: JSONValue, known: [String], most: Int) throws(OsrmFault) {
    let options = try OsrmOptions(body, known: OsrmOptions.general + known)
    guard let coordinates = body["coordinates"] else {
      throw OsrmFault(.invalidQuery, "The body lacks \"coordinates\": send [[longitude, latitude], …] or \"polyline(…)\".")
    }
    try self.init(try Self.coordinates(of: coordinates), options, most: most)
  }

  private init(_ coordinates: [Coordinate], _ options: OsrmOptions, most: Int) throws(OsrmFault) {
    let count = coordinates.count
    guard count <= most else {
      throw OsrmFault(
        .tooBig, "\(count) coordinates are more than the \(most) that this server takes in one request. Ask in parts.")
    }
    places = coordinates.map { Place(coordinate: $0) }
    self.options = options
    for (index, text) in try options.elements("bearings", count: count).enumerated() {
      places[index].bearing = try text.map(Self.bearing)
    }
    for (index, text) in try options.elements("radiuses", count: count).enumerated() {
      places[index].radius = try text.flatMap(Self.radius)
    }
    for (index, text) in try options.elements("approaches", count: count).enumerated() {
      guard let text else { continue }
      guard let approach = Approach(rawValue: text) else {
        throw OsrmFault(.invalidQuery, "approaches: \"\(text.prefix(40))\" is not known; there are unrestricted, curb, opposite.")
      }
      places[index].approach = approach
    }
    for hint in try options.elements("hints", count: count) {
      // Finding the road anew costs less than to trust a word from outside: hints are only checked.
      if let hint, !hint.utf8.allSatisfy(Self.isBase64) {
        throw OsrmFault(.invalidValue, "hints: \"\(hint.prefix(40))\" is no hint; send those of an answer, or none.")
      }
    }
    if let classes = options["exclude"], !classes.isEmpty, classes != "none" {
      throw OsrmFault(
        .invalidValue,
        "exclude=\(classes.prefix(60)): no classes can be left out here. Draw a closure, or ask with another profile.")
    }
    _ = try options.choice("snapping", default: Snapping.standard)
    try Self.check(format: options["format"] ?? "json")
    skipsWaypoints = try options.flag("skip_waypoints")
    generatesHints = try options.flag("generate_hints", default: true)
  }

  // MARK: Options of single services

  private enum ContinueStraight: String, CaseIterable {
    case standard = "default"
    case yes = "true"
    case no = "false"
  }

  /// Whether the way may turn back at a place between: only where the client says so, as with OSRM's own profile of cars.
  func viaRule() throws(OsrmFault) -> RoadViaRule {
    try options.choice("continue_straight", default: ContinueStraight.standard) == .no ? .mayTurnBack : .goesOn
  }

  /// The coordinates that are stops; those between them are only passed. Throws `InvalidOptions` for a route of less than two.
  func waypoints() throws(OsrmFault) -> [Int] {
    guard places.count >= 2 else { throw OsrmFault(.invalidOptions, "Number of coordinates needs to be at least two.") }
    if let alternatives = options["alternatives"], !["true", "false"].contains(alternatives), Int(alternatives) == nil {
      throw OsrmFault(.invalidQuery, "alternatives=\(alternatives.prefix(40)) is neither true, false nor a number.")
    }
    guard let indices = try options.indices("waypoints", count: places.count) else { return Array(places.indices) }
    guard indices.first == 0, indices.last == places.count - 1, zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw OsrmFault(
        .invalidOptions, "waypoints must rise from 0 to \(places.count - 1): the first and the last coordinate are always stops.")
    }
    return indices
  }

  /// How many roads are asked for, of the one place.
  func number() throws(OsrmFault) -> Int {
    guard places.count == 1 else {
      throw OsrmFault(.invalidOptions, "Only one input coordinate is supported by the nearest service.")
    }
    guard let text = options["number"] else { return 1 }
    guard let number = Int(text), (1...100).contains(number) else {
      throw OsrmFault(.invalidOptions, "number=\(text.prefix(20)) is no whole number from 1 to 100.")
    }
    return number
  }

  // MARK: Coordinates

  private static func check(format: some StringProtocol) throws(OsrmFault) {
    guard format == "json" else {
      throw OsrmFault(.invalidOptions, "The format \(format.prefix(20)) is not served; there is json.")
    }
  }

  /// The path may end in the format of the answer: `9.18,48.77.json`.
  private static func withoutFormat(_ text: String) throws(OsrmFault) -> Substring {
    guard let dot = text.lastIndex(of: "."), text[dot...].dropFirst().first?.isLetter == true, !text.hasSuffix(")") else {
      return text[...]
    }
    try check(format: text[dot...].dropFirst())
    return text[..<dot]
  }

  private static func coordinates(_ text: Substring) throws(OsrmFault) -> [Coordinate] {
    if let line = try polyline(text) { return line }
    var result: [Coordinate] = []
    for pair in text.split(separator: ";", omittingEmptySubsequences: false) {
      let halves = pair.split(separator: ",", omittingEmptySubsequences: false)
      guard halves.count == 2, let longitude = Double(halves[0]), let latitude = Double(halves[1]) else {
        throw OsrmFault(
          .invalidQuery,
          "The coordinates are malformed at \"\(pair.prefix(40))\"; longitude,latitude;longitude,latitude … is needed.")
      }
      result.append(try place(longitude, latitude))
    }
    return result
  }

  private static func coordinates(of value: JSONValue) throws(OsrmFault) -> [Coordinate] {
    if let text = value.text, let line = try polyline(text[...]) { return line }
    guard let pairs = value.array, !pairs.isEmpty else {
      throw OsrmFault(.invalidQuery, "coordinates is \(value.excerpt()); send [[longitude, latitude], …] or \"polyline(…)\".")
    }
    var result: [Coordinate] = []
    for (index, pair) in pairs.enumerated() {
      guard let numbers = pair.array, numbers.count == 2, let longitude = numbers[0].number, let latitude = numbers[1].number
      else { throw OsrmFault(.invalidQuery, "coordinates[\(index)] is \(pair.excerpt()); send [longitude, latitude].") }
      result.append(try place(longitude, latitude))
    }
    return result
  }

  /// `nil` where the text has not the form of one.
  private static func polyline(_ text: Substring) throws(OsrmFault) -> [Coordinate]? {
    for (prefix, decimals) in [("polyline(", 5), ("polyline6(", 6)] where text.hasPrefix(prefix) && text.hasSuffix(")") {
      let inner = text.dropFirst(prefix.count).dropLast()
      guard let line = Polyline.decode(inner.utf8, decimals: decimals), !line.isEmpty else {
        throw OsrmFault(.invalidQuery, "\(prefix)…) is no polyline. In a URL ? \\ ` and | in it must be percent-encoded.")
      }
      for coordinate in line { _ = try place(coordinate.x, coordinate.y) }
      return line
    }
    return nil
  }

  private static func place(_ longitude: Double, _ latitude: Double) throws(OsrmFault) -> Coordinate {
    guard (-180...180).contains(longitude), (-90...90).contains(latitude) else {
      throw OsrmFault(
        .invalidValue,
        "Invalid coordinate value \(longitude),\(latitude): longitude,latitude in degrees are needed, in this order.")
    }
    return Coordinate(longitude: longitude, latitude: latitude)
  }

  // MARK: Elements

  private static func bearing(_ text: String) throws(OsrmFault) -> (value: Double, range: Double) {
    let halves = text.split(separator: ",", omittingEmptySubsequences: false)
    guard halves.count == 2, let value = Int(halves[0]), (0...360).contains(value), let range = Int(halves[1]),
      (0...180).contains(range)
    else {
      throw OsrmFault(
        .invalidQuery, "bearings: \"\(text.prefix(40))\" is none; value,range is needed, whole degrees 0 to 360 and 0 to 180.")
    }
    return (Double(value), Double(range))
  }

  private static func radius(_ text: String) throws(OsrmFault) -> Metres? {
    if text == "unlimited" { return nil }
    guard let metres = Double(text), !metres.isNaN else {
      throw OsrmFault(.invalidQuery, "radiuses: \"\(text.prefix(40))\" is no number of metres, nor unlimited.")
    }
    guard (0...RoutingLimits.largestRadius.value).contains(metres) else {
      throw OsrmFault(
        .invalidOptions,
        "radiuses: \"\(text.prefix(40))\" is not from 0 to \(Int(RoutingLimits.largestRadius.value)) metres. Leave it empty, and "
          + "roads within \(Int(RoutingLimits.farthestSnap.value)) m are found.")
    }
    return Metres(metres)
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="):
      true
    default: false
    }
  }
}
