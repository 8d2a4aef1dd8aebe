import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import TestSupport
import Testing

/// Tests of changed plans on one street, timed by hand: a kilometre takes two minutes and 36 seconds (1.3 km at 30 km/h).
protocol TourReplanStreet {}

extension TourReplanStreet {
  func reference(_ id: String) -> FeatureReference { TourReplanTown.feature(id) }

  func feature(_ id: String, east: Double, minutes: Int? = 20, people: Int = 1) -> TourFeature {
    var feature = TourFeature(
      reference: reference(id), location: TourReplanTown.place(east: east, north: 0),
      service: minutes.map { Seconds($0 * 60) })
    feature.people = people
    return feature
  }

  /// From seven to three.
  func inspector(_ id: String) -> TourRequest.Inspector {
    TourRequest.Inspector(id: id, start: TourReplanTown.yard, end: TourReplanTown.yard, shiftStart: 25_200, shiftEnd: 54_000)
  }

  func request(_ inspectors: [String] = ["A"], days: Int = 1) throws -> TourRequest {
    try request(inspectors.map { inspector($0) }, days: days)
  }

  func request(_ inspectors: [TourRequest.Inspector], days: Int = 1) throws -> TourRequest {
    TourRequest(
      collections: ["playgrounds"], service: .fixed(1200), day: try #require(CalendarDate(iso: "2026-12-01")), days: days,
      inspectors: inspectors)
  }

  func plan(_ request: TourRequest, _ features: [TourFeature]) throws -> TourPlan {
    try TourPlanner.plan(
      request, features: features, time: TownTime(), source: TourReplanTown.travel, budget: .iterations(200))
  }

  func replan(
    _ plan: TourPlan, _ request: TourRequest, _ change: TourChange, _ features: [TourFeature]
  ) throws -> TourPlan {
    try TourReplanner.replan(
      plan, request, change, features: features, time: TownTime(), source: TourReplanTown.travel, budget: .iterations(200))
  }

  /// Of the day of the plan, on the town's clock: `10:30:00`.
  func clock(_ text: String) throws -> Instant { try #require(Instant(iso: "2026-12-01T\(text)+01:00")) }

  /// The features of an inspector's stops.
  func order(_ plan: TourPlan, _ inspector: String = "A") -> [String] {
    plan.routes.filter { $0.inspector == inspector }.flatMap(\.stops).map { $0.features.map(\.id).joined(separator: "+") }
  }
}

extension Instant {
  func later(by seconds: Int64) -> Instant { Instant(millisecondsSince1970: millisecondsSince1970 + seconds * 1000) }
}
