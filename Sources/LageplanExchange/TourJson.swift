public import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as JSON: the answer of `POST /tours`, and the form in which plans are kept. ``TourPlanReader`` reads it back.
///
/// Instants are ISO 8601 on the town's clock with their offset, positions [longitude, latitude] in degrees with seven decimals (a centimetre),
/// `metres` and `seconds` whole numbers for the way of a route without its visits, `service` and `missing` seconds. Where the way is known, `legs` tell it
/// from halt to halt, each with a GeoJSON LineString as `geometry`; `walk` is the same for a round on foot. `message` is a sentence in the language asked for, `messages` has
/// it in every language. `urgent` keeps what changes have called urgent, on its own terms, `absent` whom they have called absent, without a day for all days;
/// `names` tells what people call the inspectors, by their ids, which stand everywhere else. What there is none of (breaks, walk, companions, obstacles, name,
/// due, load, urgent, absent, names) is left away.
/// The address of a router elsewhere is for who runs the program: `tellsAddress`.
public enum TourJson {
  public static let mediaType = "application/json"

  public static func encode(_ plan: TourPlan, language: TourLanguage = .english, tellsAddress: Bool = false) -> [UInt8] {
    var json = JSONWriter(reservingCapacity: 640 * (plan.unassigned.count + plan.routes.reduce(1) { $0 + $1.stops.count }))
    json.beginObject()
    writeMembers(of: plan, language: language, tellsAddress: tellsAddress, to: &json)
    json.endObject()
    return json.bytes
  }

  /// The members of ``encode(_:language:tellsAddress:)`` into an object that has more of them.
  public static func writeMembers(
    of plan: TourPlan, language: TourLanguage = .english, tellsAddress: Bool = false, to json: inout JSONWriter
  ) {
    json.member("day", plan.day.iso)
    json.member("timeZone", plan.time.identifier)
    if !plan.names.isEmpty {
      json.key("names")
      json.beginObject()
      for (inspector, name) in plan.names.sorted(by: { $0.key < $1.key }) { json.member(inspector, name) }
      json.endObject()
    }
    json.list("routes", plan.routes) { route, json in write(route, of: plan, language, &json) }
    json.list("unassigned", plan.unassigned) { entry, json in write(entry, language, &json) }
    if let at = plan.at { json.member("at", plan.local(at)) }
    if !plan.urgent.isEmpty { json.list("urgent", plan.urgent) { urgent, json in write(urgent, &json) } }
    json.absences("absent", plan.absent)
    json.key("travel")
    json.travel(plan.travel, tellsAddress: tellsAddress)
  }

  private static func write(_ route: TourPlan.Route, of plan: TourPlan, _ language: TourLanguage, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("inspector", route.inspector)
    json.member("day", route.day.iso)
    json.key("start")
    json.position(route.start)
    json.key("end")
    json.position(route.end)
    json.member("departure", plan.local(route.departure))
    json.member("arrival", plan.local(route.arrival))
    json.list("stops", route.stops) { stop, json in write(stop, of: plan, language, &json) }
    if !route.breaks.isEmpty {
      json.list("breaks", route.breaks) { pause, json in
        json.beginObject()
        json.member("afterStops", pause.afterStops)
        json.member("begin", plan.local(pause.begin))
        json.member("end", plan.local(pause.end))
        json.endObject()
      }
    }
    json.member("metres", route.metres)
    json.member("seconds", route.seconds)
    json.legs("legs", route.legs)
    json.endObject()
  }

  private static func write(_ stop: TourPlan.Stop, of plan: TourPlan, _ language: TourLanguage, _ json: inout JSONWriter) {
    json.beginObject()
    json.list("features", stop.features) { feature, json in json.value(feature.description) }
    json.list("visits", stop.visits) { visit, json in
      json.beginObject()
      json.visit(visit)
      json.endObject()
    }
    json.key("location")
    json.position(stop.location)
    json.member("arrival", plan.local(stop.arrival))
    json.member("begin", plan.local(stop.begin))
    json.member("departure", plan.local(stop.departure))
    json.legs("walk", stop.walk)
    if !stop.companions.isEmpty { json.list("companions", stop.companions) { name, json in json.value(name) } }
    if stop.isFixed { json.member("fixed", true) }
    if let reason = stop.reason { json.message(reason, language) }
    json.endObject()
  }

  private static func write(_ urgent: TourChange.Urgent, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("feature", urgent.feature.description)
    if let service = urgent.service { json.member("service", service.value) }
    if let windows = urgent.windows { json.windows(windows) }
    json.member("level", urgent.level.rawValue)
    json.endObject()
  }

  private static func write(_ entry: TourPlan.Unassigned, _ language: TourLanguage, _ json: inout JSONWriter) {
    json.beginObject()
    json.visit(entry.visit)
    if let location = entry.location {
      json.key("location")
      json.position(location)
    }
    json.member("reason", entry.reason.rawValue)
    json.message(entry.message, language)
    if !entry.obstacles.isEmpty {
      json.list("obstacles", entry.obstacles) { obstacle, json in
        json.beginObject()
        json.member("inspector", obstacle.inspector)
        json.member("day", obstacle.day.iso)
        json.member("reason", obstacle.reason.rawValue)
        if let missing = obstacle.missing { json.member("missing", missing.value) }
        if !obstacle.displaces.isEmpty {
          json.list("displaces", obstacle.displaces) { feature, json in json.value(feature.description) }
        }
        json.message(obstacle.message, language)
        json.endObject()
      }
    }
    json.endObject()
  }
}

extension JSONWriter {
  /// Nothing where there are none.
  fileprivate mutating func absences(_ name: String, _ absences: [TourChange.Absence]) {
    guard !absences.isEmpty else { return }
    list(name, absences) { absence, json in
      json.beginObject()
      json.member("inspector", absence.inspector)
      if let day = absence.day { json.member("day", day.iso) }
      json.endObject()
    }
  }

  /// On the town's clock, each with begin and end.
  fileprivate mutating func windows(_ windows: [TourRequest.DayWindow]) {
    list("windows", windows) { window, json in
      json.beginArray()
      json.clock(window.begin)
      json.clock(Seconds(window.end.value > 86_400 ? window.end.value - 86_400 : window.end.value))
      json.endArray()
    }
  }

  private mutating func clock(_ time: Seconds) {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    value("\(two(time.value / 3600)):\(two(time.value / 60 % 60))")
  }

  mutating func list<Element>(_ name: String, _ elements: [Element], _ write: (Element, inout JSONWriter) -> Void) {
    key(name)
    beginArray()
    for element in elements { write(element, &self) }
    endArray()
  }

  /// Members of an object that tells one visit.
  fileprivate mutating func visit(_ visit: TourPlan.Visit) {
    member("feature", visit.feature.description)
    if let name = visit.name { member("name", name) }
    member("service", visit.service.value)
    if let due = visit.due { member("due", due.iso) }
    member("level", visit.level.rawValue)
    guard !visit.load.isEmpty else { return }
    key("load")
    beginObject()
    for (measure, amount) in visit.load.sorted(by: { $0.key < $1.key }) { member(measure, amount) }
    endObject()
  }

  /// A sentence in one language, and in all of them.
  mutating func message(_ text: TourText, _ language: TourLanguage) {
    member("message", text.text(in: language))
    key("messages")
    beginObject()
    for language in TourLanguage.allCases { member(language.rawValue, text.text(in: language)) }
    endObject()
  }

  /// Nothing where there are none.
  fileprivate mutating func legs(_ name: String, _ legs: [TourPlan.Leg]) {
    guard !legs.isEmpty else { return }
    list(name, legs) { leg, json in
      json.beginObject()
      json.member("metres", leg.metres)
      json.member("seconds", leg.seconds)
      json.key("geometry")
      json.lineString(leg.line)
      json.endObject()
    }
  }

  /// [longitude, latitude], seven decimals.
  mutating func position(_ place: Coordinate) {
    beginArray()
    fixed(place.x, decimals: 7)
    fixed(place.y, decimals: 7)
    endArray()
  }

  /// A GeoJSON LineString, which has two positions at least: who stays stands at one place twice. `null` for no way.
  mutating func lineString(_ line: [Coordinate]) {
    guard let first = line.first else { return null() }
    beginObject()
    member("type", "LineString")
    key("coordinates")
    beginArray()
    for place in line.count == 1 ? [first, first] : line { position(place) }
    endArray()
    endObject()
  }

  mutating func travel(_ travel: TourPlan.Travel, tellsAddress: Bool) {
    beginObject()
    member("source", travel.source)
    switch travel {
    case .geodesic(let detourFactor, let kmh):
      member("detourFactor", detourFactor)
      member("kmh", kmh)
    case .roads(let profile, let network):
      member("profile", profile)
      member("network", network)
    case .router(_, let address, let profile):
      member("profile", profile)
      if tellsAddress { member("address", address) }
    }
    endObject()
  }
}
