import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanStore

/// A plan as features of the ordinary collections `tours` and `stops`, from which the OGC API, tiles and QGIS show it without knowing of tours.
enum TourRelease {
  /// The tours that somebody drives and their stops, all in CRS84.
  static func layers(_ plan: TourPlan, of id: String, version: Int, title: String?) -> [TourPlanFeatures] {
    let routes = plan.routes.filter { !$0.stops.isEmpty }
    // Two shifts of one inspector on one day are two tours. The name of an inspector stands last, where it cannot be taken for anything else.
    var counts: [String: Int] = [:]
    var lines: [Feature] = []
    var points: [Feature] = []
    for route in routes {
      let day = "\(id).\(route.day.iso)"
      let count = counts["\(day).\(route.inspector)", default: 0] + 1
      counts["\(day).\(route.inspector)"] = count
      let tour = "\(day).\(count).\(route.inspector)"
      let name = plan.title(of: route)
      lines.append(line(route, by: name, tour, id, version, title))
      points += route.stops.enumerated().map { at, stop in
        point(stop, "\(day).\(count).\(at + 1).\(route.inspector)", number: at + 1, of: route, by: name, tour, id, version)
      }
    }
    return [TourPlanFeatures(collection: tours, features: lines), TourPlanFeatures(collection: stops, features: points)]
  }

  private static func line(
    _ route: TourPlan.Route, by name: String, _ tour: String, _ id: String, _ version: Int, _ title: String?
  ) -> Feature {
    let line = route.line
    let service = route.stops.flatMap(\.visits).reduce(0) { $0 + $1.service.value }
    return Feature(
      id: tour, geometry: .lineString(line.count > 1 ? line : line + line),
      values: [
        .text(id), .integer(Int64(version)), title.map { .text($0) } ?? .null, .text(route.inspector),
        .text(name), .date(route.day),
        .dateTime(route.departure), .dateTime(route.arrival), .integer(Int64(route.stops.count)), .integer(Int64(route.metres)),
        .integer(minutes(route.seconds)), .integer(minutes(service)),
      ])
  }

  private static func point(
    _ stop: TourPlan.Stop, _ own: String, number: Int, of route: TourPlan.Route, by name: String, _ tour: String, _ id: String,
    _ version: Int
  ) -> Feature {
    let names = stop.visits.map { $0.name ?? $0.feature.description }
    let due = stop.visits.compactMap(\.due).min()
    let level = stop.visits.map(\.level).min() ?? .routine
    return Feature(
      id: own, geometry: .point(stop.location),
      values: [
        .text(id), .integer(Int64(version)), .text(tour), .integer(Int64(number)), .text(route.inspector),
        .text(name), .date(route.day), .dateTime(stop.arrival), .dateTime(stop.begin), .dateTime(stop.departure),
        .text(names.joined(separator: ", ")),
        .text(stop.features.map(\.description).joined(separator: ", ")), due.map { .date($0) } ?? .null, .text(level.rawValue),
        .boolean(stop.isFixed), stop.reason.map { .text($0.german) } ?? .null,
      ])
  }

  private static func minutes(_ seconds: Int) -> Int64 { Int64((seconds + 30) / 60) }

  // MARK: The collections

  static let tours = CollectionDescriptor(
    id: TourDesk.tours, title: "Touren", description: "Die Touren der freigegebenen Tourenpläne.", geometryKind: .lineString,
    storageCrs: .crs84,
    schema: Schema(properties: [
      plan, version, PropertyDefinition(name: "title", kind: .text, title: "Titel"), inspector, inspectorName, day,
      PropertyDefinition(name: "departure", kind: .dateTime, title: "Abfahrt"),
      PropertyDefinition(name: "arrival", kind: .dateTime, title: "Rückkehr"),
      PropertyDefinition(name: "stops", kind: .integer, title: "Halte"),
      PropertyDefinition(name: "metres", kind: .integer, title: "Weg", unit: "m"),
      PropertyDefinition(name: "travel_minutes", kind: .integer, title: "Fahrzeit", unit: "min"),
      PropertyDefinition(name: "service_minutes", kind: .integer, title: "Arbeit", unit: "min"),
    ]), isPublic: false)

  static let stops = CollectionDescriptor(
    id: TourDesk.stops, title: "Halte", description: "Die Halte der freigegebenen Tourenpläne.", geometryKind: .point,
    storageCrs: .crs84,
    schema: Schema(properties: [
      plan, version, PropertyDefinition(name: "tour", kind: .text, title: "Tour", reference: TourDesk.tours),
      PropertyDefinition(name: "number", kind: .integer, title: "Nummer"), inspector, inspectorName, day,
      PropertyDefinition(name: "arrival", kind: .dateTime, title: "Ankunft"),
      PropertyDefinition(name: "begin", kind: .dateTime, title: "Beginn"),
      PropertyDefinition(name: "departure", kind: .dateTime, title: "Weiterfahrt"),
      PropertyDefinition(name: "name", kind: .text, title: "Name"),
      PropertyDefinition(name: "features", kind: .text, title: "Objekte"),
      PropertyDefinition(name: "due", kind: .date, title: "Fällig"),
      PropertyDefinition(
        name: "level", kind: .text, title: "Dringlichkeit", enumeration: TourLevel.allCases.map(\.rawValue)),
      PropertyDefinition(name: "fixed", kind: .boolean, title: "Fest"),
      PropertyDefinition(name: "reason", kind: .text, title: "Begründung"),
    ]), isPublic: false)

  private static let plan = PropertyDefinition(name: TourPlanFeatures.planProperty, kind: .text, title: "Tourenplan")
  private static let version = PropertyDefinition(name: "version", kind: .integer, title: "Fassung")
  private static let inspector = PropertyDefinition(name: "inspector", kind: .text, title: "Kontrolleur")
  private static let inspectorName = PropertyDefinition(name: "inspector_name", kind: .text, title: "Name des Kontrolleurs")
  private static let day = PropertyDefinition(name: "day", kind: .date, title: "Tag")
}
