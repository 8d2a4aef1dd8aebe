public import LageplanFeatures
import LageplanGeometry

extension TourRequest {
  /// Reads a request and finds everything that is wrong with it at once.
  ///
  /// Throws ``TourRequestError`` with every fault, or with the first 100 and one `tooMany` that says that there are more. What only the data can tell (unknown collections and properties, too many features) is
  /// found by ``TourWork/select(_:reader:descriptors:limits:)``.
  public init(parsing document: JSONValue, limits: TourLimits = .standard) throws(TourRequestError) {
    var reader = TourRequestReader(limits: limits)
    let request = reader.request(JSONNode(document))
    guard let request, reader.faults.isEmpty else { throw TourRequestError(reader.faults) }
    self = request
  }
}

/// Reads the parts of a request and keeps every fault. Each function answers `nil` where it noted one.
private struct TourRequestReader {
  private(set) var faults: [TourRequestFault] = []
  /// More help nobody, and a body of a million mistakes must not become an answer of a million faults.
  private static let mostFaults = 100
  private static let mostUnknownMembers = 100
  let limits: TourLimits

  init(limits: TourLimits) { self.limits = limits }

  private static let selections = ["bbox", "polygon", "near"]

  mutating func request(_ root: JSONNode) -> TourRequest? {
    let known =
      ["collections", "filter", "serviceMinutes", "requires", "day", "inspectors", "seed", "profile", "detourFactor", "kmh"]
      + Self.selections
    guard isObject(root, with: known) else { return nil }
    let collections = required(root, "collections", "name the collections to visit: [\"playgrounds\"]")
      .flatMap { self.texts($0, atMost: limits.collections) }
    let filter = root.optional("filter").map { self.filter($0) }
    let selection = self.selection(root)
    let service = required(
      root, "serviceMinutes", "say how many minutes a visit takes: 20, or {\"property\":\"minutes\",\"default\":20}"
    )
    .flatMap { self.service($0) }
    let requires = root.optional("requires").map { requirements($0, collections: collections ?? []) } ?? [:]
    let day = required(root, "day", "name the day of the tours: \"2026-12-01\"").flatMap { self.day($0) }
    let inspectors = required(root, "inspectors", "name at least one inspector with id, start, end and shift").flatMap {
      self.inspectors($0)
    }
    let seed = root.optional("seed").map { whole($0, in: 0...Int64.max) } ?? 1
    let travel = self.travel(root)
    let detourFactor = root.optional("detourFactor").map { number($0, in: 1...5) } ?? 1.3
    let kmh = root.optional("kmh").map { number($0, in: 1...130) } ?? 30
    guard let collections, let selection, let service, let requires, let day, let inspectors, let seed, let travel,
      let detourFactor, let kmh
    else { return nil }
    return TourRequest(
      collections: collections, filter: filter ?? nil, selection: selection, service: service, requires: requires, day: day,
      inspectors: inspectors,
      seed: UInt64(seed), travel: travel, detourFactor: detourFactor, kmh: kmh)
  }

  // MARK: - What

  private mutating func selection(_ root: JSONNode) -> TourRequest.Selection? {
    let named = Self.selections.compactMap { name in root.optional(name).map { (name, $0) } }
    guard let (name, node) = named.first else { return .all }
    for (other, place) in named.dropFirst() {
      note("conflict", place, "choose one of bbox, polygon and near; \"\(name)\" and \"\(other)\" cannot be combined")
    }
    switch name {
    case "bbox": return bbox(node)
    case "polygon": return polygon(node)
    default: return near(node)
    }
  }

  /// `profile` asks for roads; a detour factor or a speed means something only as the crow flies, so whoever names one asks for that.
  private mutating func travel(_ root: JSONNode) -> TourRequest.Travel? {
    let crow = ["detourFactor", "kmh"].compactMap { name in root.optional(name).map { (name, $0) } }
    guard let node = root.optional("profile") else { return crow.isEmpty ? .standard : .geodesic }
    for (name, place) in crow {
      note(
        "conflict", place,
        "leave it out: with a profile the speeds of the roads hold, and \(name) is for travel as the crow flies")
    }
    return text(node).map { .roads(profile: $0) }
  }

  private mutating func filter(_ node: JSONNode) -> TourRequest.Filter? {
    let remedy = "send an object of properties and the values that they shall have: {\"district\":\"Nord\"}"
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
    do {
      let geometry = try Geometry(geoJSON: node.value, limits: GeoJSONLimits(vertices: limits.vertices), path: node.path)
      guard geometry.kind == .polygon || geometry.kind == .multiPolygon, !geometry.isEmpty else {
        return note("wrongType", node, "send a GeoJSON Polygon or MultiPolygon that is not empty")
      }
      return .polygon(geometry)
    } catch {
      keep(TourRequestFault(code: "geometry", path: error.path, value: error.value, remedy: "\(error.message); \(error.remedy)"))
      return nil
    }
  }

  private mutating func near(_ node: JSONNode) -> TourRequest.Selection? {
    guard isObject(node, with: ["lon", "lat", "radius"]) else { return nil }
    let longitude = required(node, "lon", "give the longitude in degrees").flatMap { self.number($0, in: -180...180) }
    let latitude = required(node, "lat", "give the latitude in degrees").flatMap { self.number($0, in: -90...90) }
    let radius = required(node, "radius", "give the radius in metres").flatMap { self.number($0, in: 0...100_000) }
    guard let longitude, let latitude, let radius else { return nil }
    return .near(Coordinate(longitude: longitude, latitude: latitude), radius: Metres(radius))
  }

  private mutating func service(_ node: JSONNode) -> TourRequest.Told<Seconds>? {
    if node.value.number != nil { return minutes(node).map { .fixed($0) } }
    guard isObject(node, with: ["property", "default"]) else { return nil }
    let property = required(node, "property", "name the property that tells the minutes").flatMap { self.text($0) }
    let fallback = node.optional("default").map { minutes($0) }
    guard let property else { return nil }
    switch fallback {
    case .none: return .property(property, fallback: nil)
    case .some(.none): return nil
    case .some(.some(let seconds)): return .property(property, fallback: seconds)
    }
  }

  private mutating func minutes(_ node: JSONNode) -> Seconds? {
    number(node, in: 0...1440).map { Seconds(Int(($0 * 60).rounded(.up))) }
  }

  private mutating func requirements(_ node: JSONNode, collections: [String]) -> [String: [String]]? {
    let remedy = "send an object of collections and qualifications: {\"playgrounds\":[\"DIN EN 1176\"]}"
    guard let members = self.members(node, remedy) else { return nil }
    var requirements: [String: [String]] = [:]
    for (collection, place) in members {
      if !collections.contains(collection) { note("unknownCollection", place, "name only collections of this request") }
      requirements[collection] = texts(place, atMost: 64)
    }
    guard Set(requirements.values.joined()).count <= 64 else {
      return note("tooMany", node, "name at most 64 different qualifications")
    }
    return requirements.count == members.count ? requirements : nil
  }

  // MARK: - Who and when

  private mutating func day(_ node: JSONNode) -> CalendarDate? {
    guard let text = self.text(node) else { return nil }
    guard let day = CalendarDate(iso: text), (1970...2199).contains(day.year) else {
      return note("outOfRange", node, "send a day of the calendar, year-month-day: \"2026-12-01\"")
    }
    return day
  }

  private mutating func inspectors(_ node: JSONNode) -> [TourRequest.Inspector]? {
    guard let elements = self.elements(node, count: 1...limits.inspectors, "send a list of 1 to \(limits.inspectors) inspectors")
    else { return nil }
    var ids: Set<String> = []
    let inspectors = elements.compactMap { element -> TourRequest.Inspector? in
      guard let inspector = self.inspector(element) else { return nil }
      if !ids.insert(inspector.id).inserted, let id = element.optional("id") {
        note("repeated", id, "give each inspector an id of its own")
      }
      return inspector
    }
    return inspectors.count == elements.count ? inspectors : nil
  }

  private mutating func inspector(_ node: JSONNode) -> TourRequest.Inspector? {
    guard isObject(node, with: ["id", "start", "end", "shift", "qualifications"]) else { return nil }
    let id = required(node, "id", "give the inspector an id").flatMap { self.text($0) }
    let start = required(node, "start", "say where the tour starts: [lon, lat]").flatMap { self.position($0) }
    let end = required(node, "end", "say where the tour ends: [lon, lat]").flatMap { self.position($0) }
    let shift = required(node, "shift", "say when the shift begins and ends: [\"07:00\",\"15:00\"]").flatMap { self.shift($0) }
    let qualifications = node.optional("qualifications").map { texts($0, atMost: 64) } ?? []
    guard let id, let start, let end, let shift, let qualifications else { return nil }
    return TourRequest.Inspector(
      id: id, start: start, end: end, shiftStart: shift.start, shiftEnd: shift.end, qualifications: qualifications)
  }

  private mutating func position(_ node: JSONNode) -> Coordinate? {
    guard let elements = self.elements(node, count: 2...2, "send [longitude, latitude] in degrees") else { return nil }
    let (longitude, latitude) = (number(elements[0], in: -180...180), number(elements[1], in: -90...90))
    guard let longitude, let latitude else { return nil }
    return Coordinate(longitude: longitude, latitude: latitude)
  }

  private mutating func shift(_ node: JSONNode) -> (start: Seconds, end: Seconds)? {
    guard let elements = self.elements(node, count: 2...2, "send begin and end on the town's clock: [\"07:00\",\"15:00\"]") else {
      return nil
    }
    let (start, end) = (timeOfDay(elements[0]), timeOfDay(elements[1]))
    guard let start, let end else { return nil }
    guard start < end else { return note("outOfRange", node, "let the shift end after its begin, on the same day") }
    return (start, end)
  }

  /// `07:00` to `24:00`.
  private mutating func timeOfDay(_ node: JSONNode) -> Seconds? {
    guard let text = self.text(node) else { return nil }
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    guard pieces.count == 2, pieces.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hours = Int(pieces[0]), let minutes = Int(pieces[1]), minutes < 60, hours * 60 + minutes <= 24 * 60
    else { return note("outOfRange", node, "send hours and minutes from \"00:00\" to \"24:00\"") }
    return Seconds(hours * 3600 + minutes * 60)
  }

  // MARK: - Values

  private var isFull: Bool { faults.count > Self.mostFaults }

  private mutating func keep(_ fault: @autoclosure () -> TourRequestFault) {
    if faults.count < Self.mostFaults {
      faults.append(fault())
    } else if !isFull {
      faults.append(
        TourRequestFault(code: "tooMany", path: "$", value: nil, remedy: "there are more faults; mend these first"))
    }
  }

  /// Notes a fault and answers the nothing that stands for the value.
  private mutating func note<T>(_ code: String, _ node: JSONNode, _ remedy: String) -> T? {
    note(code, node, remedy)
    return nil
  }

  private mutating func note(_ code: String, _ node: JSONNode, _ remedy: String) {
    keep(TourRequestFault(code: code, path: node.path, value: node.value.excerpt(), remedy: remedy))
  }

  private mutating func required(_ node: JSONNode, _ key: String, _ remedy: String) -> JSONNode? {
    var missing: [JSONFault] = []
    if let member = node.required(key, &missing) { return member }
    for fault in missing { keep(TourRequestFault(code: "missing", path: fault.path, value: nil, remedy: remedy)) }
    return nil
  }

  private mutating func members(_ node: JSONNode, _ remedy: String) -> [(key: String, node: JSONNode)]? {
    var wrong: [JSONFault] = []
    if let members = node.members(&wrong) { return members }
    return note("wrongType", node, remedy)
  }

  private mutating func isObject(_ node: JSONNode, with known: [String]) -> Bool {
    let remedy = "send an object with \(known.joined(separator: ", "))"
    // Counted before a path is made for each.
    if case .object(let members) = node.value, members.count > known.count + Self.mostUnknownMembers {
      note("tooMany", node, "\(remedy); this one has \(members.count) members")
      return false
    }
    guard let members = self.members(node, remedy) else { return false }
    for (key, member) in members where !known.contains(key) {
      note("unknownMember", member, "leave it out, or use one of \(known.joined(separator: ", "))")
    }
    return true
  }

  private mutating func elements(_ node: JSONNode, count: ClosedRange<Int>, _ remedy: String) -> [JSONNode]? {
    guard case .array(let elements) = node.value else { return note("wrongType", node, remedy) }
    guard count.contains(elements.count) else {
      return note(elements.count > count.upperBound ? "tooMany" : "missing", node, remedy)
    }
    return elements.enumerated().map { JSONNode($1, path: "\(node.path)[\($0)]") }
  }

  /// One or more different texts, none empty.
  private mutating func texts(_ node: JSONNode, atMost limit: Int) -> [String]? {
    guard let elements = self.elements(node, count: 1...limit, "send a list of 1 to \(limit) strings") else { return nil }
    var seen: Set<String> = []
    let texts = elements.compactMap { element -> String? in
      guard let text = self.text(element) else { return nil }
      if !seen.insert(text).inserted { note("repeated", element, "name each only once") }
      return text
    }
    return texts.count == elements.count ? texts : nil
  }

  private mutating func text(_ node: JSONNode) -> String? {
    guard case .text(let text) = node.value else { return note("wrongType", node, "send a string") }
    guard !text.isEmpty, text.utf8.count <= 200 else { return note("outOfRange", node, "send 1 to 200 bytes") }
    return text
  }

  private mutating func number(_ node: JSONNode, in range: ClosedRange<Double>) -> Double? {
    guard let number = node.value.number else { return note("wrongType", node, "send a number") }
    guard range.contains(number) else {
      return note("outOfRange", node, "send a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private mutating func whole(_ node: JSONNode, in range: ClosedRange<Int64>) -> Int64? {
    guard let number = node.value.integer else { return note("wrongType", node, "send a whole number") }
    guard range.contains(number) else {
      return note("outOfRange", node, "send a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
