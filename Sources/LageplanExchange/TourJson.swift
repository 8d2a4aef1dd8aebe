import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as JSON: the answer of `POST /tours`.
///
/// Instants are ISO 8601 on the town's clock with their offset, positions [longitude, latitude] in degrees with seven decimals (a centimetre),
/// `metres` and `seconds` whole numbers for the way of a route without its visits. Where the way is known, `legs` tell it from halt to halt,
/// each with a GeoJSON LineString as `geometry`. The address of a router elsewhere is for who runs the program: `tellsAddress`.
public enum TourJson {
  public static let mediaType = "application/json"

  public static func encode(_ plan: TourPlan, tellsAddress: Bool = false) -> [UInt8] {
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
      if !route.legs.isEmpty {
        json.key("legs")
        json.beginArray()
        for leg in route.legs {
          json.beginObject()
          json.member("metres", leg.metres)
          json.member("seconds", leg.seconds)
          json.key("geometry")
          json.lineString(leg.line)
          json.endObject()
        }
        json.endArray()
      }
      json.endObject()
    }
    json.endArray()
    json.key("unassigned")
    json.beginArray()
    for entry in plan.unassigned {
      json.beginObject()
      json.member("feature", entry.feature.description)
      json.member("reason", entry.reason.rawValue)
      json.member("message", entry.message.english)
      json.endObject()
    }
    json.endArray()
    json.key("travel")
    json.travel(plan.travel, tellsAddress: tellsAddress)
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
