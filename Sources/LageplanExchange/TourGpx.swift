import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as GPX 1.1 (https://www.topografix.com/GPX/1/1/) for navigation devices.
///
/// In the order that the schema asks for: a waypoint per stop with its time of arrival, then per inspector with stops a route to follow
/// and a track that shows the plan with its times, along the streets where the way is known. GPX wants times in UTC. Names say inspector and order; what is unassigned has no place in GPX.
public enum TourGpx {
  public static let mediaType = "application/gpx+xml"

  public static func encode(_ plan: TourPlan) -> [UInt8] {
    var xml = XmlLines()
    xml.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    xml.add(
      "<gpx version=\"1.1\" creator=\"Lageplan\" xmlns=\"http://www.topografix.com/GPX/1/1\""
        + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        + " xsi:schemaLocation=\"http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd\">")
    xml.add("<metadata><name>\(XmlText.escaped("Tours \(plan.day.iso)"))</name></metadata>")
    let used = plan.routes.filter { !$0.stops.isEmpty }
    for route in used {
      for (index, stop) in route.stops.enumerated() { point("wpt", named(stop, index, route), to: &xml) }
    }
    for route in used {
      xml.add("<rte><name>\(XmlText.escaped(route.inspector))</name>")
      for place in places(of: route) { point("rtept", place, to: &xml) }
      xml.add("</rte>")
    }
    for route in used {
      xml.add("<trk><name>\(XmlText.escaped(route.inspector))</name><trkseg>")
      for (index, place) in places(of: route).enumerated() {
        point("trkpt", place, to: &xml)
        // Only halts have a time of their own.
        if index < route.legs.count { for vertex in route.legs[index].line { way("trkpt", vertex, to: &xml) } }
      }
      xml.add("</trkseg></trk>")
    }
    xml.add("</gpx>")
    return xml.bytes
  }

  private struct NamedPlace {
    var location: Coordinate
    var time: Instant
    var name: String
    var description: String
  }

  private static func named(_ stop: TourPlan.Stop, _ index: Int, _ route: TourPlan.Route) -> NamedPlace {
    NamedPlace(
      location: stop.location, time: stop.arrival, name: "\(route.inspector) \(index + 1)",
      description: stop.features.map(\.description).joined(separator: ", "))
  }

  private static func places(of route: TourPlan.Route) -> [NamedPlace] {
    [NamedPlace(location: route.start, time: route.departure, name: "\(route.inspector) start", description: "")]
      + route.stops.enumerated().map { named($1, $0, route) }
      + [NamedPlace(location: route.end, time: route.arrival, name: "\(route.inspector) end", description: "")]
  }

  private static func point(_ element: String, _ place: NamedPlace, to xml: inout XmlLines) {
    let description = place.description.isEmpty ? "" : "<desc>\(XmlText.escaped(place.description))</desc>"
    xml.add(
      "<\(element) lat=\"\(degrees(place.location.y))\" lon=\"\(degrees(place.location.x))\"><time>\(place.time.iso)</time>"
        + "<name>\(XmlText.escaped(place.name))</name>\(description)</\(element)>")
  }

  private static func way(_ element: String, _ place: Coordinate, to xml: inout XmlLines) {
    xml.add("<\(element) lat=\"\(degrees(place.y))\" lon=\"\(degrees(place.x))\"/>")
  }

  /// Seven decimals: a centimetre.
  private static func degrees(_ value: Double) -> String {
    var json = JSONWriter()
    json.fixed(value, decimals: 7)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

/// XML text, a line at a time.
private struct XmlLines {
  var bytes: [UInt8] = []

  mutating func add(_ line: String) {
    bytes.append(contentsOf: line.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }
}
