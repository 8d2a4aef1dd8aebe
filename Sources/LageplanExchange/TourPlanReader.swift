public import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// Everything that is wrong with a document, at once; never empty.
public struct TourDocumentError: Error, Hashable, Sendable, CustomStringConvertible {
  public var faults: [JSONFault]

  public init(_ faults: [JSONFault]) { self.faults = faults }

  public var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// Reads the tour plan that ``TourJson`` has written, so that it can be shown, compared and planned anew.
///
/// Whatever ``TourJson`` tells comes back as it was, positions to a centimetre, but for the address of a router elsewhere, which only `tellsAddress` writes:
/// without it the address is empty. Further members of the document itself (`id`, `version`, `links`, …) are passed over; within routes, stops and the rest
/// a member that nobody knows is a fault, as is whatever contradicts itself: stops that end before they begin, breaks behind the last stop.
public struct TourPlanReader {
  private var faults: [JSONFault] = []

  /// Throws ``TourDocumentError`` with every fault.
  public static func plan(parsing document: JSONValue) throws(TourDocumentError) -> TourPlan {
    var reader = TourPlanReader()
    let plan = reader.plan(JSONNode(document))
    guard let plan, reader.faults.isEmpty else { throw TourDocumentError(reader.faults) }
    return plan
  }

  // MARK: - Parts of the plan

  private mutating func plan(_ node: JSONNode) -> TourPlan? {
    let day = required(node, "day").flatMap { self.day($0) }
    let time = required(node, "timeZone").flatMap { self.time($0) }
    let routes = list(node, "routes") { $0.route($1) }
    let unassigned = list(node, "unassigned") { $0.unassigned($1) }
    let travel = required(node, "travel").flatMap { self.travel($0) }
    let at = node.optional("at").flatMap { instant($0) }
    let urgent = optionalList(node, "urgent") { $0.urgent($1) }
    let absent = optionalList(node, "absent") { $0.absence($1) }
    let names = node.optional("names").map { self.names($0) } ?? [:]
    guard let day, let time, let routes, let unassigned, let travel, let urgent, let absent, let names else { return nil }
    return TourPlan(
      day: day, routes: routes, unassigned: unassigned, travel: travel, time: time, at: at, urgent: urgent, absent: absent,
      names: names)
  }

  /// Of inspectors by their ids.
  private mutating func names(_ node: JSONNode) -> [String: String]? {
    guard let members = node.members(&faults) else { return nil }
    let names = members.compactMap { id, node in node.text(&faults).map { (id, $0) } }
    return Dictionary(names) { first, _ in first }
  }

  private mutating func absence(_ node: JSONNode) -> TourChange.Absence? {
    node.refuseMembers(except: ["inspector", "day"], &faults)
    let inspector = required(node, "inspector").flatMap { $0.text(&faults) }
    let day = node.optional("day").flatMap { self.day($0) }
    return inspector.map { TourChange.Absence(inspector: $0, day: day) }
  }

  private mutating func urgent(_ node: JSONNode) -> TourChange.Urgent? {
    node.refuseMembers(except: ["feature", "service", "windows", "level"], &faults)
    let feature = required(node, "feature").flatMap { self.feature($0) }
    let service = node.optional("service").map { count($0) }
    let windows = node.optional("windows") == nil ? nil : list(node, "windows") { $0.window($1) }
    let level = required(node, "level").flatMap { word($0, TourLevel.self) }
    guard let feature, let level else { return nil }
    return TourChange.Urgent(feature: feature, service: (service ?? nil).map { Seconds($0) }, windows: windows, level: level)
  }

  /// Begin and end on the town's clock.
  private mutating func window(_ node: JSONNode) -> TourRequest.DayWindow? {
    guard let elements = node.elements(&faults) else { return nil }
    let clocks = elements.compactMap { $0.text(&faults) }.compactMap { Seconds(timeOfDay: $0) }
    guard elements.count == 2, clocks.count == 2 else {
      return note(node, "no span of the day", "send begin and end: [\"08:00\",\"12:00\"]")
    }
    return TourRequest.DayWindow(begin: clocks[0], endingAt: clocks[1])
  }

  private mutating func route(_ node: JSONNode) -> TourPlan.Route? {
    node.refuseMembers(
      except: [
        "inspector", "day", "start", "end", "departure", "arrival", "stops", "breaks", "metres", "seconds", "legs",
      ], &faults)
    let inspector = required(node, "inspector").flatMap { $0.text(&faults) }
    let day = required(node, "day").flatMap { self.day($0) }
    let start = required(node, "start").flatMap { position($0) }
    let end = required(node, "end").flatMap { position($0) }
    let departure = required(node, "departure").flatMap { instant($0) }
    let arrival = required(node, "arrival").flatMap { instant($0) }
    let stops = list(node, "stops") { $0.stop($1) }
    let breaks = optionalList(node, "breaks") { $0.pause($1) }
    let metres = required(node, "metres").flatMap { count($0) }
    let seconds = required(node, "seconds").flatMap { count($0) }
    let legs = optionalList(node, "legs") { $0.leg($1) }
    guard let inspector, let day, let start, let end, let departure, let arrival, let stops, let breaks, let metres, let seconds,
      let legs
    else { return nil }
    if !legs.isEmpty, legs.count != stops.count + 1 {
      faults.append(
        node.fault("\(legs.count) legs between \(stops.count) stops", remedy: "send one leg more than stops, or none"))
    }
    for pause in breaks where pause.afterStops > stops.count {
      faults.append(
        node.fault("a break after \(pause.afterStops) of \(stops.count) stops", remedy: "send at most as many as there are"))
    }
    if departure > arrival { faults.append(node.fault("it arrives before it leaves", remedy: "exchange departure and arrival")) }
    return TourPlan.Route(
      inspector: inspector, day: day, start: start, end: end, departure: departure, arrival: arrival, stops: stops,
      breaks: breaks, metres: metres, seconds: seconds, legs: legs)
  }

  private mutating func stop(_ node: JSONNode) -> TourPlan.Stop? {
    node.refuseMembers(
      except: [
        "features", "visits", "location", "arrival", "begin", "departure", "walk", "companions", "fixed", "message", "messages",
      ], &faults)
    let visits = list(node, "visits") { reader, node in
      node.refuseMembers(except: Self.visitMembers, &reader.faults)
      return reader.visit(node)
    }
    let location = required(node, "location").flatMap { position($0) }
    let arrival = required(node, "arrival").flatMap { instant($0) }
    let begin = required(node, "begin").flatMap { instant($0) }
    let departure = required(node, "departure").flatMap { instant($0) }
    let walk = optionalList(node, "walk") { $0.leg($1) }
    let companions = optionalList(node, "companions") { $1.text(&$0.faults) }
    let isFixed = node.optional("fixed").map { $0.boolean(&faults) } ?? false
    let reason = node.optional("messages").map { text($0) }
    guard let visits, let location, let arrival, let begin, let departure, let walk, let companions, let isFixed else {
      return nil
    }
    if visits.isEmpty {
      faults.append(node.fault("nothing is visited", remedy: "send at least one visit, or leave the stop out"))
    }
    if arrival > begin || begin > departure {
      faults.append(node.fault("the times do not follow each other", remedy: "order them arrival, begin, departure"))
    }
    return TourPlan.Stop(
      visits: visits, location: location, arrival: arrival, begin: begin, departure: departure, walk: walk,
      companions: companions, isFixed: isFixed, reason: reason ?? nil)
  }

  private mutating func pause(_ node: JSONNode) -> TourPlan.Pause? {
    node.refuseMembers(except: ["afterStops", "begin", "end"], &faults)
    let afterStops = required(node, "afterStops").flatMap { count($0) }
    let begin = required(node, "begin").flatMap { instant($0) }
    let end = required(node, "end").flatMap { instant($0) }
    guard let afterStops, let begin, let end else { return nil }
    if begin > end { faults.append(node.fault("it ends before it begins", remedy: "exchange begin and end")) }
    return TourPlan.Pause(afterStops: afterStops, begin: begin, end: end)
  }

  private mutating func leg(_ node: JSONNode) -> TourPlan.Leg? {
    node.refuseMembers(except: ["metres", "seconds", "geometry"], &faults)
    let metres = required(node, "metres").flatMap { count($0) }
    let seconds = required(node, "seconds").flatMap { count($0) }
    let line = node.optional("geometry").map { self.line($0) } ?? []
    guard let metres, let seconds, let line else { return nil }
    return TourPlan.Leg(metres: metres, seconds: seconds, line: line)
  }

  private static let visitMembers = ["feature", "name", "service", "due", "level", "load"]

  /// The members of a visit, among whatever else stands at the node.
  private mutating func visit(_ node: JSONNode) -> TourPlan.Visit? {
    let feature = required(node, "feature").flatMap { self.feature($0) }
    let name = node.optional("name").map { $0.text(&faults) }
    let service = required(node, "service").flatMap { count($0) }
    let due = node.optional("due").map { day($0) }
    let level = required(node, "level").flatMap { word($0, TourLevel.self) }
    let load = node.optional("load").map { self.load($0) } ?? [:]
    guard let feature, let service, let level, let load else { return nil }
    return TourPlan.Visit(
      feature: feature, name: name ?? nil, service: Seconds(service), due: due ?? nil, level: level, load: load)
  }

  /// By measure.
  private mutating func load(_ node: JSONNode) -> [String: Int]? {
    guard let members = node.members(&faults) else { return nil }
    let amounts = members.compactMap { measure, node in
      node.integer(in: 1...1_000_000, &faults).map { (measure, Int($0)) }
    }
    return Dictionary(amounts) { first, _ in first }
  }

  private mutating func unassigned(_ node: JSONNode) -> TourPlan.Unassigned? {
    node.refuseMembers(except: Self.visitMembers + ["location", "reason", "message", "messages", "obstacles"], &faults)
    let visit = self.visit(node)
    let location = node.optional("location").map { position($0) }
    let reason = required(node, "reason").flatMap { word($0, TourPlan.Reason.self) }
    let message = required(node, "messages").flatMap { text($0) }
    let obstacles = optionalList(node, "obstacles") { $0.obstacle($1) }
    guard let visit, let reason, let message, let obstacles else { return nil }
    return TourPlan.Unassigned(visit: visit, location: location ?? nil, reason: reason, message: message, obstacles: obstacles)
  }

  private mutating func obstacle(_ node: JSONNode) -> TourPlan.Obstacle? {
    node.refuseMembers(except: ["inspector", "day", "reason", "missing", "displaces", "message", "messages"], &faults)
    let inspector = required(node, "inspector").flatMap { $0.text(&faults) }
    let day = required(node, "day").flatMap { self.day($0) }
    let reason = required(node, "reason").flatMap { word($0, TourPlan.Reason.self) }
    let missing = node.optional("missing").map { count($0) }
    let displaces = optionalList(node, "displaces") { $0.feature($1) }
    let message = required(node, "messages").flatMap { text($0) }
    guard let inspector, let day, let reason, let displaces, let message else { return nil }
    return TourPlan.Obstacle(
      inspector: inspector, day: day, reason: reason, missing: (missing ?? nil).map { Seconds($0) }, displaces: displaces,
      message: message)
  }

  private mutating func travel(_ node: JSONNode) -> TourPlan.Travel? {
    guard let source = required(node, "source").flatMap({ $0.text(&faults) }) else { return nil }
    if source == "geodesic" {
      node.refuseMembers(except: ["source", "detourFactor", "kmh"], &faults)
      let detourFactor = required(node, "detourFactor").flatMap { $0.number(in: 1...5, &faults) }
      let kmh = required(node, "kmh").flatMap { $0.number(in: 1...130, &faults) }
      guard let detourFactor, let kmh else { return nil }
      return .geodesic(detourFactor: detourFactor, kmh: kmh)
    }
    guard let profile = required(node, "profile").flatMap({ $0.text(&faults) }) else { return nil }
    if source == "roads" {
      node.refuseMembers(except: ["source", "profile", "network"], &faults)
      return required(node, "network").flatMap { $0.text(&faults) }.map { .roads(profile: profile, network: $0) }
    }
    node.refuseMembers(except: ["source", "profile", "address"], &faults)
    guard let address = node.optional("address") else { return .router(service: source, address: "", profile: profile) }
    return address.text(&faults).map { .router(service: source, address: $0, profile: profile) }
  }

  // MARK: - Values

  private mutating func required(_ node: JSONNode, _ key: String) -> JSONNode? { node.required(key, &faults) }

  /// All elements, or `nil` where one of them is wrong.
  private mutating func list<Element>(
    _ node: JSONNode, _ key: String, _ read: (inout TourPlanReader, JSONNode) -> Element?
  ) -> [Element]? {
    guard let elements = required(node, key)?.elements(&faults) else { return nil }
    let values = elements.compactMap { read(&self, $0) }
    return values.count == elements.count ? values : nil
  }

  private mutating func optionalList<Element>(
    _ node: JSONNode, _ key: String, _ read: (inout TourPlanReader, JSONNode) -> Element?
  ) -> [Element]? {
    node.optional(key) == nil ? [] : list(node, key, read)
  }

  /// A whole number from zero on, of seconds or metres: no way and no time of a plan is longer than ten years.
  private mutating func count(_ node: JSONNode) -> Int? { node.integer(in: 0...315_360_000, &faults).map { Int($0) } }

  private mutating func word<Word: RawRepresentable & CaseIterable>(_ node: JSONNode, _: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let text = node.text(&faults) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
    return note(node, "unknown word \"\(text)\"", "send one of \(words)")
  }

  private mutating func day(_ node: JSONNode) -> CalendarDate? {
    guard let text = node.text(&faults) else { return nil }
    return CalendarDate(iso: text) ?? note(node, "no day of the calendar", "send year-month-day: \"2026-12-01\"")
  }

  private mutating func instant(_ node: JSONNode) -> Instant? {
    guard let text = node.text(&faults) else { return nil }
    return Instant(iso: text)
      ?? note(node, "no instant", "send date, time and offset: \"2026-12-01T07:05:00+01:00\"")
  }

  private mutating func time(_ node: JSONNode) -> TownTime? {
    guard let zone = node.text(&faults) else { return nil }
    do {
      return try TownTime(zone: zone)
    } catch {
      return note(node, "\(error)", "send a time zone of the IANA database: \"Europe/Berlin\"")
    }
  }

  private mutating func feature(_ node: JSONNode) -> FeatureReference? {
    guard let text = node.text(&faults) else { return nil }
    return FeatureReference(spelling: text) ?? note(node, "no name of a feature", "send collection and id: \"playgrounds/17\"")
  }

  private mutating func text(_ node: JSONNode) -> TourText? {
    node.refuseMembers(except: TourLanguage.allCases.map(\.rawValue), &faults)
    let english = required(node, TourLanguage.english.rawValue).flatMap { $0.text(&faults) }
    let german = required(node, TourLanguage.german.rawValue).flatMap { $0.text(&faults) }
    guard let english, let german else { return nil }
    return TourText(english: english, german: german)
  }

  private mutating func position(_ node: JSONNode) -> Coordinate? {
    guard let elements = node.elements(&faults) else { return nil }
    guard elements.count == 2 else { return note(node, "\(elements.count) numbers", "send [longitude, latitude] in degrees") }
    let longitude = elements[0].number(in: -180...180, &faults)
    let latitude = elements[1].number(in: -90...90, &faults)
    guard let longitude, let latitude else { return nil }
    return Coordinate(longitude: longitude, latitude: latitude)
  }

  /// Of a GeoJSON LineString; one that goes nowhere is a single place again.
  private mutating func line(_ node: JSONNode) -> [Coordinate]? {
    guard required(node, "type").flatMap({ $0.text(&faults) }) == "LineString" else {
      return note(node, "no line", "send a GeoJSON LineString")
    }
    guard let line = list(node, "coordinates", { $0.position($1) }) else { return nil }
    return line.count == 2 && line[0] == line[1] ? [line[0]] : line
  }

  private mutating func note<T>(_ node: JSONNode, _ message: String, _ remedy: String) -> T? {
    faults.append(node.fault(message, remedy: remedy))
    return nil
  }
}
