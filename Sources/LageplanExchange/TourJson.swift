import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as JSON: the answer of `POST /tours`.
///
/// Instants are ISO 8601 on the town's clock with their offset, positions [longitude, latitude] in degrees with seven decimals (a centimetre),
/// `metres` and `seconds` whole numbers for the way of a route without its visits.
public enum TourJson {
  public static let mediaType = "application/json"

  public static func encode(_ plan: TourPlan) -> [UInt8] {
    var json = JSONWriter(reservingCapacity: 256 * (plan.unassigned.count + plan.routes.reduce(1) { $0 + $1.stops.count }))
    json.beginObject()
    json.key("routes")
    json.beginArray()
    for route in plan.routes {
      json.beginObject()
      json.member("inspector", route.inspector)
      json.key("stops")
      json.beginArray()
      for stop in route.stops {
        json.beginObject()
        json.key("features")
        json.beginArray()
        for feature in stop.features { json.value(feature.description) }
        json.endArray()
        json.key("location")
        json.position(stop.location)
        json.member("arrival", plan.local(stop.arrival))
        json.member("departure", plan.local(stop.departure))
        json.endObject()
      }
      json.endArray()
      json.member("metres", route.metres)
      json.member("seconds", route.seconds)
      json.endObject()
    }
    json.endArray()
    json.key("unassigned")
    json.beginArray()
    for entry in plan.unassigned {
      json.beginObject()
      json.member("feature", entry.feature.description)
      json.member("reason", entry.reason.rawValue)
      json.member("message", entry.message)
      json.endObject()
    }
    json.endArray()
    json.key("travel")
    json.travel(plan.travel)
    json.endObject()
    return json.bytes
  }
}

extension JSONWriter {
  /// [longitude, latitude], seven decimals.
  mutating func position(_ place: Coordinate) {
    beginArray()
    fixed(place.x, decimals: 7)
    fixed(place.y, decimals: 7)
    endArray()
  }

  mutating func travel(_ travel: TourPlan.Travel) {
    beginObject()
    member("source", travel.source)
    member("detourFactor", travel.detourFactor)
    member("kmh", travel.kmh)
    endObject()
  }
}
