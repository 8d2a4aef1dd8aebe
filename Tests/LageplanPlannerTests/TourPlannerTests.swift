import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import TestSupport
import Testing

struct TourPlannerTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)

  private func request(
    shift: (Int, Int) = (7, 15), day: String = "2026-12-01", requires: [String: [String]] = [:]
  ) throws -> TourRequest {
    TourRequest(
      collections: ["playgrounds"], service: .fixed(1200), requires: requires, day: try #require(CalendarDate(iso: day)),
      inspectors: [
        TourRequest.Inspector(
          id: "A", start: Self.yard, end: Self.yard, shiftStart: Seconds(shift.0 * 3600), shiftEnd: Seconds(shift.1 * 3600))
      ])
  }

  private func feature(
    _ id: String, east: Double = 0, north: Double = 0, minutes: Int? = 20, of whole: String? = nil,
    in collection: String = "playgrounds"
  ) -> TourFeature {
    let place = Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(east))
    return TourFeature(
      reference: FeatureReference(collection: collection, id: id),
      location: Geodesic.destination(from: place, azimuth: 0, distance: Metres(north)), service: minutes.map { Seconds($0 * 60) },
      whole: whole.map { FeatureReference(collection: "playgrounds", id: $0) })
  }

  private func plan(_ request: TourRequest, _ features: [TourFeature]) throws -> TourPlan {
    try TourPlanner.plan(
      request, features: features, time: TownTime(), source: GeodesicTravel(detourFactor: 1.3, kmh: 30), budget: .iterations(50))
  }

  @Test func oneStopIsTimedByHand() throws {
    // 1,000 m · 1.3 at 30 km/h: 156 s there and back.
    let plan = try plan(request(), [feature("17", east: 1000)])
    let route = try #require(plan.routes.first)
    #expect(route.stops.map(\.features) == [[FeatureReference(collection: "playgrounds", id: "17")]])
    #expect(abs(route.metres - 2600) <= 2)
    #expect(abs(route.seconds - 312) <= 2)
    #expect(plan.local(route.departure) == "2026-12-01T07:00:00+01:00")
    #expect(plan.local(route.stops[0].arrival).hasPrefix("2026-12-01T07:02:3"))
    #expect(route.stops[0].departure.millisecondsSince1970 - route.stops[0].arrival.millisecondsSince1970 == 1_200_000)
    #expect(plan.unassigned == [])
  }

  @Test func summerTimeHasItsOffset() throws {
    let plan = try plan(request(day: "2026-07-01"), [feature("1", east: 10)])
    #expect(plan.routes[0].departure.iso == "2026-07-01T05:00:00Z")
    #expect(plan.local(plan.routes[0].departure) == "2026-07-01T07:00:00+02:00")
  }

  @Test func featuresWithinFifteenMetresShareAStop() throws {
    let plan = try plan(request(), [feature("1", east: 500), feature("2", east: 514), feature("3", east: 516)])
    #expect(plan.routes[0].stops.map(\.features.count).sorted() == [1, 2])
    let shared = try #require(plan.routes[0].stops.first { $0.features.count == 2 })
    #expect(shared.departure.millisecondsSince1970 - shared.arrival.millisecondsSince1970 == 2 * 1_200_000)
  }

  @Test func equipmentOfOnePlaygroundSharesAStop() throws {
    let swing = feature("s", east: 500, minutes: 5, of: "17", in: "equipment")
    let slide = feature("r", east: 580, minutes: 5, of: "17", in: "equipment")
    let lost = feature("x", east: 900, minutes: 5, of: "17", in: "equipment")
    let plan = try plan(request(), [swing, slide, lost, feature("17", east: 540)])
    #expect(plan.routes[0].stops.map(\.features.count).sorted() == [1, 3])
    let shared = try #require(plan.routes[0].stops.first { $0.features.count == 3 })
    // The stop is at the playground.
    #expect(shared.features.first?.description == "playgrounds/17")
    #expect(Geodesic.distance(shared.location, Self.yard).value.rounded() == 540)
  }

  @Test func everyReasonIsToldWithFigures() throws {
    var nowhere = feature("nowhere")
    nowhere.location = nil
    let features = [
      nowhere, feature("timeless", east: 700, minutes: nil), feature("endless", east: 800, minutes: 480),
      feature("secret", east: 900, in: "signs"),
    ]
    let plan = try plan(request(requires: ["signs": ["signs"]]), features)
    func reason(_ id: String) -> TourPlan.Unassigned? { plan.unassigned.first { $0.feature.id == id } }
    #expect(reason("nowhere")?.reason == .noPlace)
    #expect(reason("timeless")?.reason == .noServiceTime)
    #expect(reason("endless")?.reason == .shiftTooShort)
    // 1,600 m · 1.3 at 30 km/h are 250 s.
    #expect(reason("endless")?.message.english.contains("5 more minutes of A's shift") == true)
    #expect(reason("secret")?.reason == .noQualifiedInspector)
    #expect(plan.routes[0].stops.isEmpty)
  }

  @Test func fullShiftLeavesNoRoom() throws {
    // One hour takes two of these, not three.
    let features = (1...3).map { feature("\($0)", east: Double($0) * 300) }
    let plan = try plan(request(shift: (7, 8)), features)
    #expect(plan.routes[0].stops.count == 2)
    #expect(plan.unassigned.map(\.reason) == [.noRoomLeft])
    #expect(plan.unassigned.first?.message.english.contains("of A's shift") == true)
  }

  @Test(arguments: Seed.hundred) func everyFeatureIsOnceInThePlan(seed: Seed) throws {
    var seed = seed
    let features = (0..<30).map { id in
      var feature = feature(
        "\(id)", east: Double.random(in: 0...300, using: &seed), north: Double.random(in: 0...300, using: &seed),
        minutes: Int.random(in: 0..<10, using: &seed) == 0 ? nil : Int.random(in: 5...60, using: &seed))
      if Int.random(in: 0..<10, using: &seed) == 0 { feature.location = nil }
      return feature
    }
    let plan = try plan(request(), features)
    let placed = plan.routes.flatMap(\.stops).flatMap(\.features) + plan.unassigned.map(\.feature)
    #expect(placed.map(\.id).sorted() == features.map(\.reference.id).sorted())
    for stop in plan.routes.flatMap(\.stops) {
      for reference in stop.features {
        let place = try #require(features.first { $0.reference == reference }?.location)
        #expect(Geodesic.distance(place, stop.location).value <= 15)
      }
    }
  }

  @Test func sameRequestGivesTheSamePlan() throws {
    let features = (1...40).map { feature("\($0)", east: Double($0 * 7919 % 4000), north: Double($0 * 104_729 % 4000)) }
    #expect(try plan(request(), features) == plan(request(), features))
  }
}
