import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A tour plan as GPX 1.1 (https://www.topografix.com/GPX/1/1/) for navigation devices.
///
/// In the order that the schema asks for: a waypoint per stop with its time of arrival, then per tour with stops a route to follow
/// and a track that shows the plan with its times, along the streets where the way is known. GPX wants times in UTC. Names say inspector, the day where the
/// plan has several, order, and what is visited; the comment of a stop tells on the town's clock, in the language asked for, when one arrives, begins and leaves. What is unassigned has no
/// place in GPX.
public enum TourGpx {
  public static let mediaType = "application/gpx+xml"

  /// `title`: what the plan is called; `nil`: tours, and their days.
  public static func encode(_ plan: TourPlan, title: String? = nil, language: TourLanguage = .english) -> [UInt8] {
    let phrases = TourPhrases(language: language, time: plan.time)
    var xml = XmlLines()
    xml.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    xml.add(
      "<gpx version=\"1.1\" creator=\"Lageplan\" xmlns=\"http://www.topografix.com/GPX/1/1\""
        + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        + " xsi:schemaLocation=\"http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd\">")
    let days = plan.driven.map(\.day)
    let (first, last) = (days.min() ?? plan.day, days.max() ?? plan.day)
    let called = title ?? "\(phrases.say("Touren", "Tours")) \(first == last ? first.iso : "\(first.iso) – \(last.iso)")"
    xml.add("<metadata><name>\(XmlText.escaped(called))</name></metadata>")
    for route in plan.driven {
      for (index, stop) in route.stops.enumerated() { point("wpt", named(stop, index, route, plan, phrases), to: &xml) }
    }
    for route in plan.driven {
      xml.add("<rte><name>\(XmlText.escaped(name(of: route, plan)))</name>")
      for place in places(of: route, plan, phrases) { point("rtept", place, to: &xml) }
      xml.add("</rte>")
    }
    for route in plan.driven {
      xml.add("<trk><name>\(XmlText.escaped(name(of: route, plan)))</name><trkseg>")
      for (index, place) in places(of: route, plan, phrases).enumerated() {
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
    var comment = ""
    var description = ""
  }

  /// The inspector, and the day where the plan has several.
  private static func name(of route: TourPlan.Route, _ plan: TourPlan) -> String {
    plan.hasSeveralDays ? "\(plan.title(of: route)) \(route.day.iso)" : plan.title(of: route)
  }

  private static func named(
    _ stop: TourPlan.Stop, _ index: Int, _ route: TourPlan.Route, _ plan: TourPlan, _ phrases: TourPhrases
  ) -> NamedPlace {
    let names = stop.visits.compactMap(\.name).joined(separator: ", ")
    let times = [
      (phrases.say("Ankunft", "arrival"), stop.arrival), (phrases.say("Beginn", "begin"), stop.begin),
      (phrases.say("Abfahrt", "departure"), stop.departure),
    ]
    return NamedPlace(
      location: stop.location, time: stop.arrival,
      name: "\(name(of: route, plan)) \(index + 1)" + (names.isEmpty ? "" : " \(names)"),
      comment: times.map { "\($0.0) \(plan.local($0.1))" }.joined(separator: ", "),
      description: stop.features.map(\.description).joined(separator: ", "))
  }

  private static func places(of route: TourPlan.Route, _ plan: TourPlan, _ phrases: TourPhrases) -> [NamedPlace] {
    let name = name(of: route, plan)
    return [NamedPlace(location: route.start, time: route.departure, name: "\(name) \(phrases.say("Start", "start"))")]
      + route.stops.enumerated().map { named($1, $0, route, plan, phrases) }
      + [NamedPlace(location: route.end, time: route.arrival, name: "\(name) \(phrases.say("Ende", "end"))")]
  }

  private static func point(_ element: String, _ place: NamedPlace, to xml: inout XmlLines) {
    func optional(_ name: String, _ text: String) -> String {
      text.isEmpty ? "" : "<\(name)>\(XmlText.escaped(text))</\(name)>"
    }
    xml.add(
      "<\(element) lat=\"\(degrees(place.location.y))\" lon=\"\(degrees(place.location.x))\"><time>\(place.time.iso)</time>"
        + "<name>\(XmlText.escaped(place.name))</name>\(optional("cmt", place.comment))\(optional("desc", place.description))</\(element)>"
    )
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
