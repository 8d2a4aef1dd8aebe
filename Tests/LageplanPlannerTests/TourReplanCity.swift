import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanRouting
import LageplanTours
import TestSupport
import Testing

/// A city of random work on streets, and what must hold of any plan in it: three days, due dates, rounds on foot, tanks of water, one-way streets.
///
///     0 ──▶ 1 ──▶ 2 ──▶ …      every third street west to east is one-way, the others are not;
///     │     │     │            a block is 500 m wide and long
///     9 ─── 10 ── 11 ── …
struct TourReplanCity {
  private static let corner = Coordinate(longitude: 10.78, latitude: 52.42)
  private static let blocks = 8
  static let capacity = 90
  static let reach = 250.0
  static let longestTravel = 5400

  private static let roads = Result { try travelSources() }

  var request: TourRequest
  var features: [TourFeature]
  let time: TownTime
  private let source: any TravelSource
  private let walking: (any TravelSource)?

  private static func place(east: Double, north: Double) -> Coordinate {
    Geodesic.destination(
      from: Geodesic.destination(from: corner, azimuth: 90, distance: Metres(east)), azimuth: 0, distance: Metres(north))
  }

  private static func travelSources() throws -> TravelSources {
    let side = blocks + 1
    let nodes = (0..<side * side).map { number in
      let (row, column) = number.quotientAndRemainder(dividingBy: side)
      let place = place(east: 500 * Double(column), north: 500 * Double(row))
      return OsmNode(id: Int64(number), position: RoadPosition(place))
    }
    var ways: [OsmWay] = []
    func addStreet(_ nodes: [Int64], isOneWay: Bool = false) {
      var tags: [(key: String, value: String)] = [("highway", "residential"), ("name", "Straße \(ways.count)")]
      if isOneWay { tags.append(("oneway", "yes")) }
      ways.append(OsmWay(id: Int64(ways.count), nodes: nodes, tags: OsmTags(tags)))
    }
    for line in 0..<side {
      addStreet((0..<side).map { Int64(line * side + $0) }, isOneWay: line % 3 == 0)
      addStreet((0..<side).map { Int64($0 * side + line) })
    }
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Data/profiles")
    let profiles = try TravelProfile.read(["car", "foot"], in: folder)
    let imported = try RoadImporter(profiles: profiles).roads(from: OsmElements(name: "city.osm", nodes: nodes, ways: ways))
    let kinds = [
      RoadProfile(id: "car", title: "Auto", kind: .car), RoadProfile(id: "foot", title: "Zu Fuß", kind: .foot),
    ]
    let roads = Roads(
      network: imported.network, graphs: Array(zip(kinds, imported.graphs)),
      source: RoadSource(fileName: "city.osm", importDate: "2026-11-23"))
    return .roads(try kinds.map { try RoadRouter(roads, profile: $0.id) })
  }

  init(_ seed: inout Seed) throws {
    time = try TownTime()
    let yard = Self.place(east: 2010, north: 2010)
    let inspectors = ["A", "B", "C"].map { id in
      var inspector = TourRequest.Inspector(id: id, start: yard, end: yard, shiftStart: 25_200, shiftEnd: 46_800)
      inspector.breaks = [
        TourRequest.Inspector.Pause(duration: 1200, limit: .window(TourRequest.DayWindow(begin: 32_400, end: 39_600)))
      ]
      inspector.capacity = ["water": Self.capacity]
      inspector.longestTravel = Seconds(Self.longestTravel)
      return inspector
    }
    request = TourRequest(
      collections: ["trees"], service: .fixed(1200), day: try #require(CalendarDate(iso: "2026-12-01")), days: 3,
      inspectors: inspectors)
    request.walk = TourRequest.Walk(reach: Metres(Self.reach))
    request.loads = [TourRequest.Load(measure: "water", amount: .fixed(0))]
    request.due = TourRequest.Due(property: "due", earlyDays: 1, lateDays: 1)
    source = try Self.roads.get().source(for: request)
    walking = try Self.roads.get().walking(for: request)
    features = []
    var spot = (east: 0.0, north: 0.0)
    for number in 0..<36 {
      if number % 3 == 0 || Bool.random(using: &seed) {
        spot = (Double.random(in: 0...4000, using: &seed), Double.random(in: 0...4000, using: &seed))
      }
      features.append(
        feature(
          "\(number)", east: spot.east + Double.random(in: -80...80, using: &seed),
          north: spot.north + Double.random(in: -80...80, using: &seed), &seed))
    }
  }

  func feature(_ id: String, east: Double, north: Double, _ seed: inout Seed) -> TourFeature {
    var feature = TourFeature(
      reference: FeatureReference(collection: "trees", id: id), location: Self.place(east: east, north: north),
      service: Seconds(60 * Int.random(in: 5...40, using: &seed)))
    feature.setUp = 240
    feature.loads = [Int.random(in: 0...25, using: &seed)]
    feature.due = request.day.adding(days: Int.random(in: -3...3, using: &seed))
    if Int.random(in: 0..<6, using: &seed) == 0 {
      let begin = Seconds(25_200 + 1800 * Int.random(in: 0...6, using: &seed))
      feature.windows = [TourRequest.DayWindow(begin: begin, end: Seconds(begin.value + 7200))]
    }
    return feature
  }

  func plan() throws -> TourPlan {
    try TourPlanner.plan(
      request, features: features, time: time, source: source, walking: walking, budget: .iterations(150))
  }

  func replan(_ plan: TourPlan, _ change: TourChange, searches: Int) throws -> TourPlan {
    try TourReplanner.replan(
      plan, request, change, features: features, time: time, source: source, walking: walking, budget: .iterations(150),
      searches: searches)
  }

  // MARK: - What must hold

  /// Whatever is wrong with a plan, told in words. Of inspectors who are `late` nobody expects windows, shifts and breaks.
  func faults(of plan: TourPlan, late: Set<String> = []) -> [String] {
    plan.routes.filter { !$0.stops.isEmpty }.flatMap { route in
      (waysAndTimes(of: route) + limits(of: route, isLate: late.contains(route.inspector)))
        .map { "\(route.inspector) \(route.day.iso): \($0)" }
    }
  }

  private func waysAndTimes(of route: TourPlan.Route) -> [String] {
    var faults: [String] = []
    guard route.legs.count == route.stops.count + 1 else { return ["\(route.legs.count) ways to \(route.stops.count) stops"] }
    if route.legs.reduce(0, { $0 + $1.seconds }) != route.seconds { faults.append("the ways take another time than the tour") }
    if route.legs.reduce(0, { $0 + $1.metres }) != route.metres { faults.append("the ways are not as long as the tour") }
    var ready = route.departure
    for (index, stop) in route.stops.enumerated() {
      let name = "stop \(index + 1) at \(stop.features.map(\.id))"
      let way = route.legs[index].seconds
      let pauses = route.breaks.filter { $0.afterStops == index }.reduce(0) { $0 + seconds($1.begin, $1.end) }
      if seconds(ready, stop.arrival) < way {
        faults.append("\(name) is reached \(way - seconds(ready, stop.arrival)) s too early")
      }
      if seconds(ready, stop.begin) < way + pauses { faults.append("\(name) begins before way and break are over") }
      if stop.arrival > stop.begin { faults.append("\(name) begins before it is reached") }
      let work = stop.visits.reduce(0) { $0 + $1.service.value } + stop.walk.reduce(0) { $0 + $1.seconds }
      if seconds(stop.begin, stop.departure) < work { faults.append("\(name) is left before the work is done") }
      if !stop.walk.isEmpty, stop.walk.count != stop.visits.count + 1 { faults.append("\(name) has \(stop.walk.count) walks") }
      ready = stop.departure
    }
    if seconds(ready, route.arrival) < route.legs[route.stops.count].seconds { faults.append("home too early") }
    return faults
  }

  private func limits(of route: TourPlan.Route, isLate: Bool) -> [String] {
    let known = Dictionary(features.map { ($0.reference, $0) }) { first, _ in first }
    let visited = route.stops.flatMap(\.features).compactMap { known[$0] }
    var faults: [String] = []
    let water = visited.reduce(0) { $0 + ($1.loads.first ?? 0) }
    if water > Self.capacity { faults.append("\(water) litres of water") }
    if route.seconds > Self.longestTravel { faults.append("\(route.seconds) s on the way") }
    for feature in visited {
      guard let due = feature.due, due >= request.day else { continue }
      if !(due.adding(days: -1)...due.adding(days: 1)).contains(route.day) {
        faults.append("\(feature.reference) is due on \(due.iso)")
      }
    }
    guard !isLate else { return faults }
    if time.timeOfDay(of: route.arrival) > 46_800 { faults.append("home after the shift") }
    if route.breaks.count != 1, route.stops.contains(where: { !$0.isFixed }) { faults.append("\(route.breaks.count) breaks") }
    for stop in route.stops where !stop.isFixed {
      let first = time.timeOfDay(of: stop.begin).value
      let last =
        time.timeOfDay(of: stop.departure).value - (stop.visits.last?.service.value ?? 0) - (stop.walk.last?.seconds ?? 0)
      for feature in stop.features.compactMap({ known[$0] }) where !feature.windows.isEmpty {
        if !feature.windows.contains(where: { $0.begin.value <= first && last <= $0.end.value }) {
          faults.append("\(feature.reference) is visited outside its windows")
        }
      }
    }
    return faults
  }

  /// Features that are not in the plan once, at a stop or left out.
  func missing(in plan: TourPlan) -> [String] {
    let told = plan.routes.flatMap(\.stops).flatMap(\.features) + plan.unassigned.map(\.feature)
    let counts = Dictionary(told.map { ($0, 1) }, uniquingKeysWith: +)
    return features.map(\.reference).filter { counts[$0] != 1 }.map(\.description)
  }

  func seconds(_ from: Instant, _ to: Instant) -> Int {
    Int((to.millisecondsSince1970 - from.millisecondsSince1970) / 1000)
  }
}
