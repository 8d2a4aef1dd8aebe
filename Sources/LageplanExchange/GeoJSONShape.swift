import LageplanFeatures
import LageplanGeometry

/// Reads a geometry of GeoJSON (RFC 7946, section 3.1) from its text straight into a `Geometry`, in whatever system it is.
enum GeoJSONShape {
  struct Fault: Error {
    var reason: String
    var remedy: String
  }

  private static let deepest = 8

  /// At the opening brace. `nil`: an empty one, without a kind of its own, such as `{}`.
  static func read(_ scanner: inout JSONScanner, depth: Int = 0) throws(Fault) -> Geometry? {
    guard depth <= deepest else {
      throw Fault(reason: "geometry collections are nested deeper than \(deepest)", remedy: "Flatten them in the source")
    }
    var type: String?
    var coordinates: Int?
    var geometries: Int?
    do throws(JSONScanner.Fault) {
      try scanner.members { (scanner, key) throws(JSONScanner.Fault) in
        _ = scanner.next()
        if scanner.equals(key, "coordinates") { coordinates = scanner.position }
        if scanner.equals(key, "geometries") { geometries = scanner.position }
        if scanner.equals(key, "type"), scanner.peek == UInt8(ascii: "\"") {
          type = String(decoding: scanner.bytes[try scanner.string().range], as: UTF8.self)
        } else {
          try scanner.skipValue()
        }
      }
    } catch {
      throw malformed(error)
    }
    guard let type else { return nil }
    guard let kind = kinds[type] else {
      throw Fault(reason: "\"\(type)\" is no kind of geometry", remedy: "Write one of the kinds of RFC 7946 in the source")
    }
    let end = scanner.position
    defer { scanner.position = end }
    guard let start = kind == .geometryCollection ? geometries : coordinates else {
      throw Fault(reason: "the \(type) has no coordinates", remedy: "Give it some in the source, or make it null")
    }
    scanner.position = start
    if kind == .geometryCollection {
      var members: [Geometry] = []
      try each(&scanner) { (scanner) throws(Fault) in
        if let member = try read(&scanner, depth: depth + 1) { members.append(member) }
      }
      return .geometryCollection(members)
    }
    var shape = Geometry(kind: kind)
    try fill(&shape, &scanner)
    guard shape.z.isEmpty || shape.z.count == shape.coordinates.count else {
      throw Fault(reason: "some positions have a height and others have none", remedy: "Give all a height, or none")
    }
    return shape
  }

  private static let kinds: [String: GeometryKind] = [
    "Point": .point, "LineString": .lineString, "Polygon": .polygon, "MultiPoint": .multiPoint,
    "MultiLineString": .multiLineString,
    "MultiPolygon": .multiPolygon, "GeometryCollection": .geometryCollection,
  ]

  private static func fill(_ shape: inout Geometry, _ scanner: inout JSONScanner) throws(Fault) {
    switch shape.kind {
    case .point: if !isEmptyArray(&scanner) { try position(&shape, &scanner) }
    case .lineString: if !isEmptyArray(&scanner) { try line(&shape, &scanner) }
    case .polygon: try polygon(&shape, &scanner)
    case .multiPoint: try each(&scanner) { (scanner) throws(Fault) in try position(&shape, &scanner) }
    case .multiLineString: try each(&scanner) { (scanner) throws(Fault) in try line(&shape, &scanner) }
    case .multiPolygon: try each(&scanner) { (scanner) throws(Fault) in try polygon(&shape, &scanner) }
    case .geometryCollection: break
    }
  }

  private static func isEmptyArray(_ scanner: inout JSONScanner) -> Bool {
    var ahead = scanner
    return ahead.take(UInt8(ascii: "[")) && ahead.take(UInt8(ascii: "]"))
  }

  private static func polygon(_ shape: inout Geometry, _ scanner: inout JSONScanner) throws(Fault) {
    var rings = 0
    try each(&scanner) { (scanner) throws(Fault) in
      let start = shape.coordinates.count
      try each(&scanner) { (scanner) throws(Fault) in try position(&shape, &scanner) }
      guard shape.coordinates.count > start else { return }
      guard shape.coordinates.count - start >= 4, shape.coordinates[start] == shape.coordinates[shape.coordinates.count - 1]
      else {
        let first = shape.coordinates[start]
        throw Fault(
          reason: "the ring that begins at \(ExchangeError.show(first)) is not closed or has fewer than four positions",
          remedy: "Repeat its first position at its end in the source")
      }
      shape.partEnds.append(shape.coordinates.count)
      rings += 1
    }
    if rings > 0 { shape.polygonEnds.append(shape.partEnds.count) }
  }

  private static func line(_ shape: inout Geometry, _ scanner: inout JSONScanner) throws(Fault) {
    let start = shape.coordinates.count
    try each(&scanner) { (scanner) throws(Fault) in try position(&shape, &scanner) }
    guard shape.coordinates.count > start else { return }
    guard shape.coordinates.count - start >= 2 else {
      throw Fault(reason: "a line of one position", remedy: "Draw it with two at least in the source, or make it a point")
    }
    shape.partEnds.append(shape.coordinates.count)
  }

  private static func position(_ shape: inout Geometry, _ scanner: inout JSONScanner) throws(Fault) {
    do throws(JSONScanner.Fault) {
      try scanner.expect(UInt8(ascii: "["))
      let x = try number(&scanner)
      try scanner.expect(UInt8(ascii: ","))
      let y = try number(&scanner)
      shape.coordinates.append(Coordinate(x: x, y: y))
      if scanner.take(UInt8(ascii: ",")) {
        shape.z.append(try number(&scanner))
        // Section 3.1.1: what comes after the height has no meaning.
        while scanner.take(UInt8(ascii: ",")) { try scanner.skipValue() }
      }
      try scanner.expect(UInt8(ascii: "]"))
    } catch {
      throw malformed(error)
    }
  }

  private static func number(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) -> Double {
    let start = scanner.position
    guard let number = try scanner.number().number else { throw JSONScanner.Fault(position: start, expected: "a number") }
    return number
  }

  private static func each(_ scanner: inout JSONScanner, _ body: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
    guard scanner.take(UInt8(ascii: "[")) else { throw malformed(scanner.fault("[")) }
    if scanner.take(UInt8(ascii: "]")) { return }
    repeat { try body(&scanner) } while scanner.take(UInt8(ascii: ","))
    guard scanner.take(UInt8(ascii: "]")) else { throw malformed(scanner.fault("] or ,")) }
  }

  private static func malformed(_ fault: JSONScanner.Fault) -> Fault {
    Fault(
      reason: "the coordinates cannot be read: expected \(fault.expected) at byte \(fault.position)",
      remedy: "Correct them in the source")
  }
}
