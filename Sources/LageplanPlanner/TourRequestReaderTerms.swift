import LageplanFeatures
import LageplanGeometry

/// How long, when and by whom a visit is made.
extension TourRequestReader {
  /// More at one job would only wait for each other.
  static let mostPeople: Int64 = 4
  private static let mostLoads = 4
  private static let largestLoad: Int64 = 1_000_000

  mutating func readTerms(_ root: JSONNode, _ request: inout TourRequest) {
    request.setUp = root.optional("setUpMinutes").flatMap { told($0) { $0.minutes($1, atMost: 240) } } ?? .fixed(0)
    request.windows = root.optional("windows").flatMap { windows($0) } ?? .fixed([])
    request.nightOnly = root.optional("nightOnly").flatMap { told($0) { $0.boolean($1) } } ?? .fixed(false)
    request.night =
      root.optional("night").flatMap { dayWindow($0, "send begin and end of the night: [\"22:00\",\"05:00\"]") } ?? .night
    if let requires = root.optional("requires") { readRequirements(requires, &request) }
    request.independentOf = root.optional("independentOf").flatMap { property($0) }
    request.people =
      root.optional("people").flatMap { told($0) { reader, node in reader.whole(node, in: 1...Self.mostPeople).map { Int($0) } } }
      ?? .fixed(1)
    request.loads = root.optional("load").flatMap { loads($0) } ?? []
    if let reach = root.optional("mergeMetres").flatMap({ number($0, in: 0...250) }) { request.mergeReach = Metres(reach) }
    request.walk = root.optional("walk").flatMap { walk($0) }
    if let days = root.optional("days").flatMap({ whole($0, in: 1...Int64(limits.days)) }) { request.days = Int(days) }
  }

  /// A value, or `{"property":"…","default":value}`.
  private mutating func told<Value>(
    _ node: JSONNode, _ value: (inout TourRequestReader, JSONNode) -> Value?
  ) -> TourRequest.Told<Value>? {
    guard case .object = node.value else { return value(&self, node).map { .fixed($0) } }
    guard isObject(node, with: ["property", "default"]) else { return nil }
    let property = required(node, "property", "name the property that tells it").flatMap { self.text($0) }
    let fallback = node.optional("default").flatMap { value(&self, $0) }
    return property.map { .property($0, fallback: fallback) }
  }

  /// Minutes, or `{"property","default","byType"}` with a property or a default.
  mutating func service(_ node: JSONNode) -> (told: TourRequest.Told<Seconds>, byType: [String: Seconds])? {
    if node.value.number != nil { return minutes(node).map { (.fixed($0), [:]) } }
    guard isObject(node, with: ["property", "default", "byType"]) else { return nil }
    let fallback = node.optional("default").flatMap { minutes($0) }
    let byType = node.optional("byType").flatMap { self.byType($0) } ?? [:]
    if node.optional("property") == nil, node.optional("default") != nil { return fallback.map { (.fixed($0), byType) } }
    let property = required(node, "property", "name the property that tells the minutes").flatMap { self.text($0) }
    return property.map { (.property($0, fallback: fallback), byType) }
  }

  private mutating func byType(_ node: JSONNode) -> [String: Seconds]? {
    let remedy = "send an object of types of inspectors and minutes: {\"senior\":15}"
    guard let members = self.members(node, remedy) else { return nil }
    guard members.count <= limits.inspectors else { return note("tooMany", node, "name at most \(limits.inspectors) types") }
    var minutes: [String: Seconds] = [:]
    for (type, place) in members { minutes[type] = self.minutes(place) }
    return minutes
  }

  private mutating func windows(_ node: JSONNode) -> TourRequest.Told<[TourRequest.DayWindow]>? {
    told(node) { reader, node in reader.windowList(node) }
  }

  private mutating func windowList(_ node: JSONNode) -> [TourRequest.DayWindow]? {
    guard let elements = self.elements(node, count: 1...24, "send 1 to 24 windows: [[\"08:00\",\"12:00\"]]") else { return nil }
    return elements.compactMap { dayWindow($0, "send begin and end on the town's clock: [\"08:00\",\"12:00\"]") }
      .sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
  }

  /// Qualifications by collection, and under `property` the property that tells them.
  private mutating func readRequirements(_ node: JSONNode, _ request: inout TourRequest) {
    let remedy = "send an object of collections and qualifications: {\"playgrounds\":[\"DIN EN 1176\"]}, or {\"property\":\"…\"}"
    guard let members = self.members(node, remedy) else { return }
    for (collection, place) in members {
      if collection == "property", case .text = place.value {
        request.qualification = text(place)
        continue
      }
      if !request.collections.contains(collection) {
        note("unknownCollection", place, "name only collections of this request")
      }
      request.requires[collection] = texts(place, atMost: 64)
    }
    if Set(request.requires.values.joined()).count > 64 { note("tooMany", node, "name at most 64 different qualifications") }
  }

  private mutating func loads(_ node: JSONNode) -> [TourRequest.Load]? {
    let remedy = "send an object of measures and amounts: {\"water\":{\"property\":\"litres\",\"default\":0}}"
    guard let members = self.members(node, remedy) else { return nil }
    guard members.count <= Self.mostLoads else { return note("tooMany", node, "name at most \(Self.mostLoads) measures") }
    return members.compactMap { measure, place in
      told(place) { reader, node in reader.whole(node, in: 0...Self.largestLoad).map { Int($0) } }
        .map { TourRequest.Load(measure: measure, amount: $0) }
    }
  }

  private mutating func walk(_ node: JSONNode) -> TourRequest.Walk? {
    guard isObject(node, with: ["profile", "metres"]) else { return nil }
    let profile = node.optional("profile").map { text($0) } ?? "foot"
    let reach = required(node, "metres", "say how far from the vehicle people walk").flatMap { self.number($0, in: 1...2000) }
    guard let profile, let reach else { return nil }
    return TourRequest.Walk(profile: profile, reach: Metres(reach))
  }
}
