import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import TestSupport
import Testing

/// A town of random work, and what must hold of any plan that is made anew in it.
struct TourReplanTown {
  static let yard = Coordinate(longitude: 10.78, latitude: 52.42)
  static let travel = GeodesicTravel(detourFactor: 1.3, kmh: 30)

  var request: TourRequest
  var features: [TourFeature]
  let time: TownTime

  static func place(east: Double, north: Double) -> Coordinate {
    Geodesic.destination(
      from: Geodesic.destination(from: yard, azimuth: 90, distance: Metres(east)), azimuth: 0, distance: Metres(north))
  }

  static func feature(_ id: String) -> FeatureReference { FeatureReference(collection: "playgrounds", id: id) }

  /// Three inspectors with breaks, and visits some of which have windows, need two people, or stand at one place.
  init(_ seed: inout Seed, visits: Int = 14, days: Int = 1) throws {
    time = try TownTime()
    let inspectors = ["A", "B", "C"].map { id in
      var inspector = TourRequest.Inspector(
        id: id, start: Self.yard, end: Self.yard, shiftStart: 25_200, shiftEnd: Seconds(25_200 + 6 * 3600))
      inspector.breaks = [
        TourRequest.Inspector.Pause(
          duration: 1200, limit: .window(TourRequest.DayWindow(begin: 32_400, end: 39_600)))
      ]
      return inspector
    }
    request = TourRequest(
      collections: ["playgrounds"], service: .fixed(1200), day: try #require(CalendarDate(iso: "2026-12-01")), days: days,
      inspectors: inspectors)
    features = (0..<visits).map { number in
      var feature = TourFeature(
        reference: Self.feature("\(number)"),
        location: Self.place(
          east: Double.random(in: -4000...4000, using: &seed), north: Double.random(in: -4000...4000, using: &seed)),
        service: Seconds(60 * Int.random(in: 5...50, using: &seed)))
      if Int.random(in: 0..<4, using: &seed) == 0 {
        let begin = 25_200 + 1800 * Int.random(in: 0...8, using: &seed)
        feature.windows = [TourRequest.DayWindow(begin: Seconds(begin), end: Seconds(begin + 7200))]
      }
      if Int.random(in: 0..<7, using: &seed) == 0 { feature.people = 2 }
      return feature
    }
    // Some share a place.
    for number in features.indices.dropFirst() where Int.random(in: 0..<6, using: &seed) == 0 {
      features[number].location = features[number - 1].location
    }
  }

  func plan() throws -> TourPlan {
    try TourPlanner.plan(request, features: features, time: time, source: Self.travel, budget: .iterations(60))
  }

  func replan(_ plan: TourPlan, _ change: TourChange, _ features: [TourFeature]? = nil) throws -> TourPlan {
    try TourReplanner.replan(
      plan, request, change, features: features ?? self.features, time: time, source: Self.travel, budget: .iterations(150))
  }

  func instant(_ clock: Int) -> Instant { time.instant(on: request.day, at: Seconds(clock)) }

  // MARK: - What must hold

  /// Whatever is wrong with the times of a plan, told in words: ways are driven, work is done, windows and shifts are kept by every stop that is not fixed.
  func faults(of plan: TourPlan, excusing late: Set<String> = []) throws -> [String] {
    var faults: [String] = []
    let byReference = Dictionary(features.map { ($0.reference, $0) }) { first, _ in first }
    for route in plan.routes where !route.stops.isEmpty {
      let places = [route.start] + route.stops.map(\.location) + [route.end]
      let table = try Self.travel.matrix(of: places).table
      var (ready, metres, seconds) = (route.departure, 0, 0)
      for (index, stop) in route.stops.enumerated() {
        let name = "\(route.inspector) \(route.day) stop \(index + 1)"
        let way = table.seconds(from: index, to: index + 1).value
        (metres, seconds) = (metres + Int(table.metres(from: index, to: index + 1).value), seconds + way)
        // Whoever has turned back on the way is elsewhere than at a stop.
        let isResumed = index > 0 && route.stops[index - 1].isFixed && !stop.isFixed || index == 0
        if !isResumed, Self.seconds(ready, stop.arrival) < way { faults.append("\(name) is reached too early") }
        let work = stop.visits.reduce(0) { $0 + $1.service.value }
        if Self.seconds(stop.begin, stop.departure) < work, !stop.isFixed {
          faults.append("\(name) is left before the work is done")
        }
        if stop.arrival > stop.begin || stop.begin > stop.departure { faults.append("\(name) runs backwards") }
        if stop.arrival < ready { faults.append("\(name) begins before the stop before it ends") }
        ready = stop.departure
        if stop.isFixed || late.contains(route.inspector) { continue }
        for visit in stop.visits {
          let windows = byReference[visit.feature]?.windows ?? []
          let clock = time.timeOfDay(of: stop.begin)
          if !windows.isEmpty, !windows.contains(where: { $0.begin <= clock && clock <= $0.end }) {
            faults.append("\(visit.feature) begins outside its windows")
          }
        }
      }
      if route.arrival < ready { faults.append("\(route.inspector) is home before the last stop ends") }
      if !late.contains(route.inspector), time.timeOfDay(of: route.arrival).value > 25_200 + 6 * 3600 {
        faults.append("\(route.inspector) comes home after the shift")
      }
      if route.breaks.count != 1, !late.contains(route.inspector), route.stops.contains(where: { !$0.isFixed }) {
        faults.append("\(route.inspector) has \(route.breaks.count) breaks")
      }
    }
    return faults
  }

  /// Features that are not as often in the plan as they need people, or left out once.
  func missing(in plan: TourPlan, of features: [TourFeature]) -> [String] {
    var count: [FeatureReference: Int] = [:]
    for feature in plan.routes.flatMap(\.stops).flatMap(\.features) { count[feature, default: 0] += 1 }
    let left = Set(plan.unassigned.map(\.feature))
    return features.filter { feature in
      let times = count[feature.reference] ?? 0
      return left.contains(feature.reference) ? times >= feature.people : times != feature.people
    }.map(\.reference.description)
  }

  static func seconds(_ from: Instant, _ to: Instant) -> Int {
    Int((to.millisecondsSince1970 - from.millisecondsSince1970) / 1000)
  }
}
