public import LageplanGeometry

/// What is wrong with a GeoJSON document, at which JSON path, and what to do.
public typealias GeoJSONError = JSONFault

/// How large a GeoJSON geometry may be.
public struct GeoJSONLimits: Hashable, Sendable {
  /// Positions in all.
  public var vertices: Int
  /// Geometry collections within each other.
  public var depth: Int

  public init(vertices: Int = 100_000, depth: Int = 8) {
    self.vertices = vertices
    self.depth = depth
  }
}

extension Geometry {
  /// Reads a GeoJSON geometry (RFC 7946, section 3.1), all seven kinds, in longitude and latitude of WGS 84 or in another `frame`.
  ///
  /// The result is in the frame's system, in x, y order (see ``/LageplanGeometry/Coordinate``). Strict where a mistake would place something wrongly: longitudes from -180 to 180, latitudes from -90 to 90, lines of at least
  /// two positions, closed rings of at least four, heights at all positions or at none, no `crs` but the frame's. The winding of rings is
  /// taken as it comes (section 3.1.6). Empty `coordinates` make an empty geometry. Foreign members are passed over (section 6.1).
  ///
  /// Throws the first fault in the order of the document, with its JSON path below `path`.
  public init(
    geoJSON value: JSONValue, in frame: GeoJSONFrame = .crs84, limits: GeoJSONLimits = GeoJSONLimits(), path: String = "$"
  ) throws(GeoJSONError) {
    var reader = GeoJSONReader(limits: limits, frame: frame)
    self = try reader.geometry(JSONNode(value, path: path), depth: 0)
  }
}

extension Feature {
  /// Reads a GeoJSON feature (RFC 7946, section 3.2) whose properties are those of `schema`; a missing one is null.
  ///
  /// The geometry stays in longitude and latitude; whoever stores it transforms it. The id may be a string or a whole number, and
  /// is empty where there is none. Dates and date-times are ISO 8601 strings; a `json` property takes any value.
  /// Throws the first fault: not a feature, a property that the schema lacks or cannot hold, a faulty geometry.
  public init(
    geoJSON value: JSONValue, schema: Schema, limits: GeoJSONLimits = GeoJSONLimits(), path: String = "$"
  ) throws(GeoJSONError) {
    let node = JSONNode(value, path: path)
    guard value["type"] == "Feature" else {
      throw JSONFault(
        path: "\(path).type", value: value["type"]?.excerpt() ?? "", message: "this is no GeoJSON feature",
        remedy: "send an object with \"type\": \"Feature\", \"geometry\" and \"properties\"")
    }
    let id =
      switch value["id"] {
      case nil: ""
      case .text(let text)?: text
      case .integer(let number)?: String(number)
      case let other?:
        throw JSONNode(other, path: "\(path).id").fault(
          "\(other.typeName) as an id", remedy: "send a string or a whole number")
      }
    let geometry: Geometry? =
      if let geometry = node.optional("geometry") {
        try Geometry(geoJSON: geometry.value, limits: limits, path: geometry.path)
      } else {
        nil
      }
    self.init(id: id, geometry: geometry, values: try Self.values(of: node.optional("properties"), schema))
  }

  private static func values(of node: JSONNode?, _ schema: Schema) throws(GeoJSONError) -> [PropertyValue] {
    var values = [PropertyValue](repeating: .null, count: schema.properties.count)
    guard let node else { return values }
    guard case .object(let members) = node.value else {
      throw node.fault("\(node.value.typeName) as properties", remedy: "send an object, or null")
    }
    for (key, value) in members {
      let member = JSONNode(value, path: JSONNode.path(node.path, key))
      guard let index = schema.index(of: key) else {
        throw member.fault(
          "the collection has no property \"\(key)\"",
          remedy: "leave it out, or use one of \(schema.properties.map(\.name).joined(separator: ", "))")
      }
      let kind = schema.properties[index].kind
      guard let typed = PropertyValue(json: value, as: kind) else {
        throw member.fault("\"\(key)\" is of type \(kind.rawValue)", remedy: kind.example)
      }
      values[index] = typed
    }
    return values
  }
}

extension PropertyValue {
  /// A JSON value as a property of `kind`; `nil` where the kind cannot hold it. A whole real is an integer, null is null in every kind.
  public init?(json value: JSONValue, as kind: PropertyKind) {
    switch (value, kind) {
    case (.null, _): self = .null
    case (_, .json): self = .json(value.json)
    case (.text(let text), .text): self = .text(text)
    case (.integer(let number), .integer): self = .integer(number)
    case (.real(let number), .integer):
      guard let whole = Int64(exactly: number) else { return nil }
      self = .integer(whole)
    case (.integer(let number), .real): self = .real(Double(number))
    case (.real(let number), .real): self = .real(number)
    case (.boolean(let boolean), .boolean): self = .boolean(boolean)
    case (.text(let text), .date), (.text(let text), .dateTime):
      guard let value = PropertyValue(parsing: text, as: kind) else { return nil }
      self = value
    default: return nil
    }
  }
}

extension PropertyKind {
  /// What to send, for messages.
  var example: String {
    switch self {
    case .text: "send a string"
    case .integer: "send a whole number"
    case .real: "send a number"
    case .boolean: "send true or false"
    case .date: "send a day such as \"2026-12-01\""
    case .dateTime: "send an instant with its offset, such as \"2026-12-01T06:30:00Z\""
    case .json: "send any JSON value"
    }
  }
}

extension GeometryKind {
  /// The name in GeoJSON (RFC 7946, section 1.4).
  public var geoJSONName: String {
    switch self {
    case .point: "Point"
    case .lineString: "LineString"
    case .polygon: "Polygon"
    case .multiPoint: "MultiPoint"
    case .multiLineString: "MultiLineString"
    case .multiPolygon: "MultiPolygon"
    case .geometryCollection: "GeometryCollection"
    }
  }
}

private struct GeoJSONReader {
  let limits: GeoJSONLimits
  let frame: GeoJSONFrame
  /// Positions read so far, in all geometries.
  private var vertices = 0
  /// The geometry being read, and the way to the array being read: its path is spelled out only for a fault.
  private var shape = Geometry(kind: .point)
  private var base = ""
  private var trail: [Int] = []

  init(limits: GeoJSONLimits, frame: GeoJSONFrame) {
    self.limits = limits
    self.frame = frame
  }

  private static let kinds = Dictionary(uniqueKeysWithValues: GeometryKind.allCases.map { ($0.geoJSONName, $0) })

  mutating func geometry(_ node: JSONNode, depth: Int) throws(GeoJSONError) -> Geometry {
    guard case .object = node.value else {
      throw node.fault(
        "\(node.value.typeName) where a geometry should stand",
        remedy: "send {\"type\": \"Point\", \"coordinates\": [10.8, 52.4]}")
    }
    guard case .text(let name)? = node.value["type"], let kind = Self.kinds[name] else {
      throw JSONFault(
        path: "\(node.path).type", value: node.value["type"]?.excerpt() ?? "", message: "this is no geometry type of GeoJSON",
        remedy: "send one of Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon, GeometryCollection")
    }
    try frame.refuseOther(declaredBy: node)
    if kind == .geometryCollection { return try collection(node, depth: depth) }

    let coordinates = try member("coordinates", of: node)
    shape = Geometry(kind: kind)
    base = coordinates.path
    trail = []
    let isEmpty = coordinates.value.array?.isEmpty ?? false
    switch kind {
    case .point: if !isEmpty { try position(coordinates.value) }
    case .lineString: if !isEmpty { try line(coordinates.value) }
    case .polygon: try polygon(coordinates.value)
    case .multiPoint: try each(coordinates.value) { (reader, value) throws(GeoJSONError) in try reader.position(value) }
    case .multiLineString: try each(coordinates.value) { (reader, value) throws(GeoJSONError) in try reader.line(value) }
    case .multiPolygon: try each(coordinates.value) { (reader, value) throws(GeoJSONError) in try reader.polygon(value) }
    case .geometryCollection: break
    }
    guard shape.z.isEmpty || shape.z.count == shape.coordinates.count else {
      throw coordinates.fault("some positions have a height and others have none", remedy: "give all a height, or none")
    }
    return shape
  }

  private mutating func collection(_ node: JSONNode, depth: Int) throws(GeoJSONError) -> Geometry {
    guard depth < limits.depth else {
      throw node.fault("geometry collections nested deeper than \(limits.depth)", remedy: "flatten them")
    }
    let parts = try member("geometries", of: node)
    guard case .array(let elements) = parts.value else {
      throw parts.fault("\(parts.value.typeName) where an array should stand", remedy: "send an array of geometries")
    }
    var members: [Geometry] = []
    for (index, element) in elements.enumerated() {
      members.append(try geometry(JSONNode(element, path: "\(parts.path)[\(index)]"), depth: depth + 1))
    }
    return .geometryCollection(members)
  }

  private func member(_ key: String, of node: JSONNode) throws(GeoJSONError) -> JSONNode {
    guard let member = node.optional(key) else {
      throw JSONFault(path: "\(node.path).\(key)", value: "", message: "the member \"\(key)\" is missing", remedy: "add it")
    }
    return member
  }

  // MARK: Parts

  private mutating func polygon(_ value: JSONValue) throws(GeoJSONError) {
    let rings = try each(value) { (reader, ring) throws(GeoJSONError) in try reader.ring(ring) }
    if rings > 0 { shape.polygonEnds.append(shape.partEnds.count) }
  }

  private mutating func ring(_ value: JSONValue) throws(GeoJSONError) {
    let start = shape.coordinates.count
    let count = try each(value) { (reader, position) throws(GeoJSONError) in try reader.position(position) }
    guard count >= 4 else {
      throw fault(value, "a ring of \(count) positions", remedy: "a ring needs at least four, the last equal to the first")
    }
    let first = shape.coordinates[start]
    let last = shape.coordinates[start + count - 1]
    guard first == last else {
      trail.append(count - 1)
      throw fault(
        value[count - 1] ?? .null,
        "the ring is not closed: it starts at [\(first.x), \(first.y)] and ends at [\(last.x), \(last.y)]",
        remedy: "repeat the first position at the end")
    }
    shape.partEnds.append(shape.coordinates.count)
  }

  private mutating func line(_ value: JSONValue) throws(GeoJSONError) {
    let count = try each(value) { (reader, position) throws(GeoJSONError) in try reader.position(position) }
    guard count >= 2 else { throw fault(value, "a line of \(count) positions", remedy: "a line needs at least two") }
    shape.partEnds.append(shape.coordinates.count)
  }

  private mutating func position(_ value: JSONValue) throws(GeoJSONError) {
    guard case .array(let numbers) = value, numbers.count >= 2, let first = numbers[0].number, let second = numbers[1].number
    else {
      throw fault(
        value, "this is no position",
        remedy: "send [\(frame.order)], two numbers; check how deep the arrays are nested")
    }
    let (x, y) = frame.swapsAxes ? (second, first) : (first, second)
    if frame.isGeographic {
      guard (-180...180).contains(x) else {
        trail.append(frame.swapsAxes ? 1 : 0)
        throw fault(
          numbers[frame.swapsAxes ? 1 : 0], "the longitude is beyond ±180°",
          remedy: "send degrees, \(frame.order); metres must be transformed first")
      }
      guard (-90...90).contains(y) else {
        trail.append(frame.swapsAxes ? 0 : 1)
        throw fault(numbers[frame.swapsAxes ? 0 : 1], "the latitude is beyond ±90°", remedy: "send degrees, \(frame.order)")
      }
    }
    vertices += 1
    guard vertices <= limits.vertices else {
      throw fault(
        value, "more than the \(limits.vertices) positions allowed", remedy: "simplify the geometry or send it in parts")
    }
    shape.coordinates.append(Coordinate(x: x, y: y))
    // Section 3.1.1: what comes after the height has no meaning.
    if numbers.count > 2 {
      guard let height = numbers[2].number else {
        trail.append(2)
        throw fault(numbers[2], "the height is no number", remedy: "send metres, or two numbers only")
      }
      shape.z.append(height)
    }
  }

  /// Calls `body` for each element of an array, whose number it answers.
  @discardableResult
  private mutating func each(
    _ value: JSONValue, _ body: (inout GeoJSONReader, JSONValue) throws(GeoJSONError) -> Void
  ) throws(GeoJSONError) -> Int {
    guard case .array(let elements) = value else {
      throw fault(
        value, "\(value.typeName) where an array should stand", remedy: "check how deep the coordinates are nested")
    }
    trail.append(0)
    for index in elements.indices {
      trail[trail.count - 1] = index
      try body(&self, elements[index])
    }
    trail.removeLast()
    return elements.count
  }

  private func fault(_ value: JSONValue, _ message: String, remedy: String) -> GeoJSONError {
    JSONFault(path: base + trail.map { "[\($0)]" }.joined(), value: value.excerpt(), message: message, remedy: remedy)
  }
}
