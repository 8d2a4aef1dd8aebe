import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as a GeoJSON FeatureCollection (RFC 7946) for a map: property `kind` says what a feature is.
///
/// `route`: a line from the start over the stops to the end, along the streets where the way is known, per tour with stops. `leg`: a part of it from
/// halt to halt with `order` (from 1), `metres`, `seconds`, where the way is known. `stop`: a point with `inspector`, `inspectorName`
/// where the plan tells it, `day`, `order` (from 1), `features`, their `names`, `arrival`, `begin` and `departure`, whether it is `fixed`, its `companions` and its `reason`. `walk`: the round on foot of a
/// stop. `unassigned`: a point, or no geometry, with `feature`, `name`, `level`, `reason`, `message`.
/// The collection carries `travel` as a foreign member, with the address of a router elsewhere only where `tellsAddress`.
public enum TourGeoJson {
  public static let mediaType = "application/geo+json"

  public static func encode(_ plan: TourPlan, language: TourLanguage = .english, tellsAddress: Bool = false) -> [UInt8] {
    var json = JSONWriter(reservingCapacity: 384 * (plan.unassigned.count + plan.routes.reduce(1) { $0 + $1.stops.count }))
    json.beginObject()
    json.member("type", "FeatureCollection")
    json.key("travel")
    json.travel(plan.travel, tellsAddress: tellsAddress)
    json.key("features")
    json.beginArray()
    for route in plan.driven {
      write(route, plan, &json)
      for (index, leg) in route.legs.enumerated() { write(leg, "leg", order: index + 1, of: route, plan, &json) }
      for (index, stop) in route.stops.enumerated() {
        write(stop, order: index + 1, of: route, plan, language, &json)
        for leg in stop.walk { write(leg, "walk", order: index + 1, of: route, plan, &json) }
      }
    }
    for entry in plan.unassigned { write(entry, language, &json) }
    json.endArray()
    json.endObject()
    return json.bytes
  }

  private static func write(_ route: TourPlan.Route, _ plan: TourPlan, _ json: inout JSONWriter) {
    feature(&json) { json in
      json.lineString(route.line)
    } properties: { json in
      json.member("kind", "route")
      whose(route, plan, &json)
      json.member("stops", route.stops.count)
      json.member("departure", plan.local(route.departure))
      json.member("arrival", plan.local(route.arrival))
      json.member("metres", route.metres)
      json.member("seconds", route.seconds)
    }
  }

  /// Inspector and day.
  private static func whose(_ route: TourPlan.Route, _ plan: TourPlan, _ json: inout JSONWriter) {
    json.member("inspector", route.inspector)
    if let name = plan.names[route.inspector] { json.member("inspectorName", name) }
    json.member("day", route.day.iso)
  }

  private static func write(
    _ leg: TourPlan.Leg, _ kind: String, order: Int, of route: TourPlan.Route, _ plan: TourPlan, _ json: inout JSONWriter
  ) {
    feature(&json) { json in
      json.lineString(leg.line)
    } properties: { json in
      json.member("kind", kind)
      whose(route, plan, &json)
      json.member("order", order)
      json.member("metres", leg.metres)
      json.member("seconds", leg.seconds)
    }
  }

  private static func write(
    _ stop: TourPlan.Stop, order: Int, of route: TourPlan.Route, _ plan: TourPlan, _ language: TourLanguage,
    _ json: inout JSONWriter
  ) {
    feature(&json) { json in
      point(stop.location, &json)
    } properties: { json in
      json.member("kind", "stop")
      whose(route, plan, &json)
      json.member("order", order)
      list("features", stop.features.map(\.description), &json)
      list("names", stop.visits.map(\.title), &json)
      json.member("arrival", plan.local(stop.arrival))
      json.member("begin", plan.local(stop.begin))
      json.member("departure", plan.local(stop.departure))
      json.member("fixed", stop.isFixed)
      if !stop.companions.isEmpty { list("companions", stop.companions, &json) }
      if let reason = stop.reason { json.member("reason", reason.text(in: language)) }
    }
  }

  private static func list(_ name: String, _ texts: [String], _ json: inout JSONWriter) {
    json.key(name)
    json.beginArray()
    for text in texts { json.value(text) }
    json.endArray()
  }

  private static func write(_ entry: TourPlan.Unassigned, _ language: TourLanguage, _ json: inout JSONWriter) {
    feature(&json) { json in
      if let location = entry.location { point(location, &json) } else { json.null() }
    } properties: { json in
      json.member("kind", "unassigned")
      json.member("feature", entry.feature.description)
      if let name = entry.visit.name { json.member("name", name) }
      json.member("level", entry.visit.level.rawValue)
      json.member("reason", entry.reason.rawValue)
      json.member("message", entry.message.text(in: language))
    }
  }

  private static func feature(
    _ json: inout JSONWriter, geometry: (inout JSONWriter) -> Void, properties: (inout JSONWriter) -> Void
  ) {
    json.beginObject()
    json.member("type", "Feature")
    json.key("geometry")
    geometry(&json)
    json.key("properties")
    json.beginObject()
    properties(&json)
    json.endObject()
    json.endObject()
  }

  private static func point(_ place: Coordinate, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("type", "Point")
    json.key("coordinates")
    json.position(place)
    json.endObject()
  }
}
