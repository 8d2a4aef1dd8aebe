import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import TestSupport
import Testing

/// Where a person puts a stop: with several people at it, and with several shifts a day.
struct TourReplanMovesTests: TourReplanStreet {
  @Test(arguments: [nil, 1]) func whoeverIsGivenAVisitForTwoIsOneOfThem(position: Int?) throws {
    let request = try request(["A", "B", "C"].map { inspector($0) })
    let features = [feature("two", east: 2000, people: 2), feature("1", east: -1000), feature("2", east: 1000)]
    let plan = try plan(request, features)
    func people(_ plan: TourPlan) -> Set<String> {
      Set(plan.routes.filter { $0.stops.contains { $0.features == [TourReplanTown.feature("two")] } }.map(\.inspector))
    }
    let idle = try #require(Set(["A", "B", "C"]).subtracting(people(plan)).first)
    var change = TourChange()
    change.moves = [TourChange.Move(feature: TourReplanTown.feature("two"), inspector: idle, position: position)]
    let new = try replan(plan, request, change, features)
    #expect(people(new).count == 2 && people(new).contains(idle))
    #expect(new.unassigned == [])
    // And stays so.
    #expect(people(try replan(new, request, TourChange(), features)) == people(new))
  }

  @Test(arguments: [nil, 1]) func whatIsMovedGoesIntoAShiftThatIsNotOver(position: Int?) throws {
    var anna = inspector("A")
    let day = try #require(CalendarDate(iso: "2026-12-01"))
    anna.exceptions = [(25_200, 25_800), (43_200, 54_000)].map { begin, end in
      TourRequest.Inspector.Exception(day: day, shift: TourRequest.DayWindow(begin: Seconds(begin), end: Seconds(end)))
    }
    var request = try request([anna, inspector("B")])
    let features = (1...3).map { feature("\($0)", east: Double($0) * 1000) }
    request.pins = features.map { TourRequest.Pin(feature: $0.reference, inspector: "B") }
    let plan = try plan(request, features)
    #expect(plan.routes.map(\.stops.count) == [0, 0, 3])
    // The first shift of A is over at ten past seven, and B is at the first visit.
    let now = try #require(Instant(iso: "2026-12-01T07:15:00+01:00"))
    var change = TourChange(at: now)
    let last = try #require(plan.routes[2].stops.last?.features.first)
    change.moves = [TourChange.Move(feature: last, inspector: "A", position: position)]
    let new = try replan(plan, request, change, features)
    #expect(new.unassigned == [])
    let route = try #require(new.routes.first { $0.stops.contains { $0.features == [last] } })
    #expect(route.inspector == "A")
    let noon = try #require(Instant(iso: "2026-12-01T12:00:00+01:00"))
    #expect(route.stops[0].begin >= noon)
    // Within its own tour a stop is moved in the shift that it is planned in.
    change.at = nil
    let again = try replan(new, request, change, features)
    #expect(again.routes.map(\.stops.count) == new.routes.map(\.stops.count))
  }
}
