import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import Testing

/// On 28 March 2027 the clocks of Europe go from 02:00 to 03:00 (directive 2000/84/EC).
struct SummerTimeTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)

  private func plan(
    _ day: String, shift: (String, String), windows: [TourRequest.DayWindow] = [], pause: TourRequest.DayWindow? = nil
  ) throws -> TourPlan {
    let shift = TourRequest.DayWindow(begin: try time(shift.0), end: try time(shift.1))
    var inspector = TourRequest.Inspector(
      id: "A", start: Self.yard, end: Self.yard, shiftStart: shift.begin,
      shiftEnd: shift.begin < shift.end ? shift.end : Seconds(shift.end.value + 86_400))
    inspector.breaks = pause.map { [.init(duration: 1800, limit: .window($0))] } ?? []
    let request = TourRequest(
      collections: ["trees"], service: .fixed(300), day: try #require(CalendarDate(iso: day)), inspectors: [inspector])
    var feature = TourFeature(
      reference: FeatureReference(collection: "trees", id: "1"),
      location: Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(100)), service: 300)
    feature.windows = windows
    return try TourPlanner.plan(
      request, features: [feature], time: TownTime(), source: GeodesicTravel(detourFactor: 1, kmh: 36), budget: .iterations(20))
  }

  private func time(_ text: String) throws -> Seconds {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    try #require(parts.count == 2)
    return Seconds(parts[0] * 3600 + parts[1] * 60)
  }

  private func window(_ begin: String, _ end: String) throws -> TourRequest.DayWindow {
    TourRequest.DayWindow(begin: try time(begin), end: try time(end))
  }

  @Test func aShiftThatBeginsInTheHourThatIsSkippedBeginsAfterIt() throws {
    let route = try #require(try plan("2027-03-28", shift: ("02:45", "03:15")).routes.first)
    #expect(route.departure.iso == "2027-03-28T01:00:00Z")
    #expect(route.stops.count == 1)
    // A shift that the clock skips altogether has no time for anything.
    let none = try plan("2027-03-28", shift: ("02:10", "02:50"))
    #expect(none.routes.flatMap(\.stops).isEmpty)
    #expect(none.unassigned.map(\.reason) == [.shiftTooShort])
  }

  @Test func aBreakInTheHourThatIsSkippedIsTakenAfterIt() throws {
    let late = try window("05:00", "05:30")
    for end in ["03:00", "02:45"] {
      let plan = try plan("2027-03-27", shift: ("22:00", "06:00"), windows: [late], pause: window("02:30", end))
      #expect(plan.routes[0].breaks.map { plan.local($0.begin) } == ["2027-03-28T03:00:00+02:00"])
      #expect(plan.unassigned.isEmpty)
    }
  }

  @Test func aWindowThatTheClockSkipsIsNoneAndSaysSo() throws {
    let skipped = try window("02:10", "02:50")
    let plan = try plan("2027-03-27", shift: ("22:00", "06:00"), windows: [skipped])
    #expect(plan.unassigned.map(\.reason) == [.windowMissed])
    #expect(plan.unassigned.first?.message.german.contains("Sommerzeit") == true)
    // The night before has that hour.
    #expect(try self.plan("2027-03-26", shift: ("22:00", "06:00"), windows: [skipped]).unassigned.isEmpty)
    // What reaches out of it is open for what is left of it.
    let half = try self.plan("2027-03-27", shift: ("22:00", "06:00"), windows: [window("02:30", "03:10")])
    let begin = half.local(try #require(half.routes.first?.stops.first).begin)
    #expect("2027-03-28T03:00:00+02:00" <= begin && begin <= "2027-03-28T03:10:00+02:00")
  }

  @Test(arguments: ["2027-03-28", "2026-10-25"]) func noSpanOfTheNightRunsBackwards(day: String) throws {
    let quarters = stride(from: 3600, through: 14_400, by: 900).map { Seconds($0) }
    for begin in quarters {
      for end in quarters where begin < end {
        let span = TourRequest.DayWindow(begin: begin, end: end)
        #expect(throws: Never.self) { try plan(day, shift: ("00:00", "08:00"), windows: [span], pause: span) }
        let clock = [begin, end].map { "\($0.value / 3600):\($0.value % 3600 / 60)" }
        let route = try plan(day, shift: (clock[0], clock[1])).routes[0]
        #expect(route.departure <= route.arrival)
      }
    }
  }
}
