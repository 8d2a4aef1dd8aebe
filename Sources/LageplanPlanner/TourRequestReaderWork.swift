import LageplanFeatures
import LageplanGeometry

/// What shall be visited.
extension TourRequestReader {
  private static let selections = ["bbox", "polygon", "near", "along", "ids"]

  mutating func readWork(_ root: JSONNode, _ request: inout TourRequest) {
    request.filter = root.optional("filter").flatMap { filter($0) }
    request.selection = selection(root, request.collections) ?? .all
    request.due = root.optional("due").flatMap { due($0) }
    request.priority = root.optional("priority").flatMap { property($0) }
    request.name = root.optional("name").flatMap { property($0) }
  }

  private mutating func selection(_ root: JSONNode, _ collections: [String]) -> TourRequest.Selection? {
    let named = Self.selections.compactMap { name in root.optional(name).map { (name, $0) } }
    guard let (name, node) = named.first else { return .all }
    for (other, place) in named.dropFirst() {
      note(
        "conflict", place,
        "choose one of \(Self.selections.joined(separator: ", ")); \"\(name)\" and \"\(other)\" cannot be combined")
    }
    switch name {
    case "bbox": return bbox(node)
    case "polygon": return polygon(node)
    case "near": return near(node)
    case "along": return along(node)
    default: return ids(node, collections)
    }
  }

  /// CQL2 as text, as JSON, or an object of properties and values.
  mutating func filter(_ node: JSONNode) -> TourRequest.Filter? {
    do {
      switch node.value {
      case .text(let text): return .expression(try FilterExpression(cql2Text: text))
      case .object where node.value["op"] != nil && node.value["args"] != nil:
        return .expression(try FilterExpression(cql2JSON: node.value))
      default: return equalities(node)
      }
    } catch {
      return note("filter", node, "write the filter in CQL2: \(error)")
    }
  }

  private mutating func equalities(_ node: JSONNode) -> TourRequest.Filter? {
    let remedy =
      "send CQL2 (\"height > 3\"), or an object of properties and the values that they shall have: {\"district\":\"Nord\"}"
    guard let members = self.members(node, remedy) else { return nil }
    var equalities: [TourRequest.PropertyEquality] = []
    for (property, place) in members {
      switch place.value {
      case .null: equalities.append(TourRequest.PropertyEquality(property: property, value: nil))
      case .text(let text): equalities.append(TourRequest.PropertyEquality(property: property, value: text))
      case .boolean, .integer, .real: equalities.append(TourRequest.PropertyEquality(property: property, value: place.value.json))
      case .array, .object:
        note("wrongType", place, "send one value; lists and objects cannot be compared")
      }
    }
    return equalities.count == members.count ? .equalities(equalities) : nil
  }

  private mutating func bbox(_ node: JSONNode) -> TourRequest.Selection? {
    guard let elements = self.elements(node, count: 4...4, "send [west, south, east, north] in degrees") else { return nil }
    let ranges = [-180.0...180, -90...90, -180...180, -90...90]
    let numbers = zip(elements, ranges).map { number($0, in: $1) }
    guard let west = numbers[0], let south = numbers[1], let east = numbers[2], let north = numbers[3] else { return nil }
    guard west <= east, south <= north else {
      return note("outOfRange", node, "order it [west, south, east, north], with west below east and south below north")
    }
    return .bbox(Envelope(minX: west, minY: south, maxX: east, maxY: north))
  }

  private mutating func polygon(_ node: JSONNode) -> TourRequest.Selection? {
    guard let geometry = geometry(node) else { return nil }
    guard geometry.kind == .polygon || geometry.kind == .multiPolygon, !geometry.isEmpty else {
      return note("wrongType", node, "send a GeoJSON Polygon or MultiPolygon that is not empty")
    }
    return .polygon(geometry)
  }

  private mutating func near(_ node: JSONNode) -> TourRequest.Selection? {
    guard isObject(node, with: ["lon", "lat", "radius"]) else { return nil }
    let longitude = required(node, "lon", "give the longitude in degrees").flatMap { self.number($0, in: -180...180) }
    let latitude = required(node, "lat", "give the latitude in degrees").flatMap { self.number($0, in: -90...90) }
    let radius = required(node, "radius", "give the radius in metres").flatMap { self.number($0, in: 0...100_000) }
    guard let longitude, let latitude, let radius else { return nil }
    return .near(Coordinate(longitude: longitude, latitude: latitude), radius: Metres(radius))
  }

  private mutating func along(_ node: JSONNode) -> TourRequest.Selection? {
    guard isObject(node, with: ["line", "distance"]) else { return nil }
    let line = required(node, "line", "give the line as GeoJSON").flatMap { self.line($0) }
    let distance = required(node, "distance", "give the distance in metres").flatMap { self.number($0, in: 0...10_000) }
    guard let line, let distance else { return nil }
    return .along(line, distance: Metres(distance))
  }

  private mutating func line(_ node: JSONNode) -> Geometry? {
    guard let geometry = geometry(node) else { return nil }
    guard geometry.kind == .lineString || geometry.kind == .multiLineString, !geometry.isEmpty else {
      return note("wrongType", node, "send a GeoJSON LineString or MultiLineString that is not empty")
    }
    return geometry
  }

  private mutating func geometry(_ node: JSONNode) -> Geometry? {
    do {
      return try Geometry(geoJSON: node.value, limits: GeoJSONLimits(vertices: limits.vertices), path: node.path)
    } catch {
      keep(TourRequestFault(code: "geometry", path: error.path, value: error.value, remedy: "\(error.message); \(error.remedy)"))
      return nil
    }
  }

  private mutating func ids(_ node: JSONNode, _ collections: [String]) -> TourRequest.Selection? {
    let remedy = "send a list of 1 to \(limits.names) features: [\"playgrounds/17\"]"
    guard let elements = self.elements(node, count: 1...limits.names, remedy) else { return nil }
    var seen: Set<FeatureReference> = []
    let features = elements.compactMap { element -> FeatureReference? in
      guard let feature = self.feature(element) else { return nil }
      if !collections.contains(feature.collection) {
        note("unknownCollection", element, "name features of the collections of this request")
      }
      if !seen.insert(feature).inserted { note("repeated", element, "name each only once") }
      return feature
    }
    return .ids(features)
  }

  private mutating func due(_ node: JSONNode) -> TourRequest.Due? {
    guard isObject(node, with: ["property", "until", "earlyDays", "lateDays"]) else { return nil }
    let property = required(node, "property", "name the property that tells the day by which a visit is due").flatMap {
      self.text($0)
    }
    let until = node.optional("until").flatMap { day($0) }
    let early = node.optional("earlyDays").flatMap { whole($0, in: 0...3660) } ?? 0
    let late = node.optional("lateDays").flatMap { whole($0, in: 0...3660) } ?? 0
    return property.map { TourRequest.Due(property: $0, until: until, earlyDays: Int(early), lateDays: Int(late)) }
  }

  /// `{"property":"…"}`.
  mutating func property(_ node: JSONNode) -> String? {
    guard isObject(node, with: ["property"]) else { return nil }
    return required(node, "property", "name the property").flatMap { self.text($0) }
  }
}
