import LageplanFeatures
import LageplanGeometry
import LageplanTours
import TestSupport
import Testing

@testable import LageplanPlanner

/// What a plan says of visits left out, read as a person reads it. A kilometre takes 156 s there and 156 s back.
struct TourObstacleTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)
  private static let crow = GeodesicTravel(detourFactor: 1.3, kmh: 30)

  private func inspector(_ id: String, _ begin: Double = 7, _ end: Double = 15) -> TourRequest.Inspector {
    TourRequest.Inspector(
      id: id, start: Self.yard, end: Self.yard, shiftStart: Seconds(Int(begin * 3600)), shiftEnd: Seconds(Int(end * 3600)))
  }

  private func request(_ inspectors: [TourRequest.Inspector]) throws -> TourRequest {
    TourRequest(
      collections: ["signs"], service: .fixed(1200), day: try #require(CalendarDate(iso: "2026-12-01")), inspectors: inspectors)
  }

  private func feature(_ id: String, minutes: Int) -> TourFeature {
    TourFeature(
      reference: FeatureReference(collection: "signs", id: id),
      location: Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(1000)), service: Seconds(minutes * 60))
  }

  private func plan(_ request: TourRequest, _ features: [TourFeature], rounds: Int = 50) throws -> TourPlan {
    try TourPlanner.plan(request, features: features, time: TownTime(), source: Self.crow, budget: .iterations(rounds))
  }

  private func left(_ request: TourRequest, _ features: [TourFeature]) throws -> TourPlan.Unassigned {
    try #require(try plan(request, features).unassigned.first)
  }

  /// The window is over before the shift begins; that of the next day does not make the shift too short.
  @Test func missedWindowIsToldOfTheNearestShiftAlone() throws {
    var early = feature("1", minutes: 20)
    early.windows = [TourRequest.DayWindow(begin: Seconds(18_000), end: Seconds(23_400))]
    early.qualifications = ["x"]
    var request = try request([inspector("A"), inspector("B", 4, 8)])
    request.inspectors[0].qualifications = ["x"]
    let entry = try left(request, [early])
    #expect(entry.reason == .windowMissed)
    #expect(entry.message.english == "in A's shift, which comes nearest, the visit or a break would begin 33 min too late")
    #expect(
      entry.message.german == "in der Schicht von A, wo am wenigsten fehlt, begänne der Besuch oder eine Pause 33 min zu spät")
    #expect(entry.obstacles.map(\.reason) == [.windowMissed, .noQualifiedInspector])
    #expect(entry.obstacles.first?.missing.map { 1950...1960 ~= $0.value } == true)
  }

  @Test func peopleAreCalledByTheirNames() throws {
    var early = feature("1", minutes: 20)
    early.windows = [TourRequest.DayWindow(begin: Seconds(18_000), end: Seconds(23_400))]
    early.qualifications = ["x"]
    var request = try request([inspector("7"), inspector("8", 4, 8)])
    request.inspectors[0].name = "Anna"
    request.inspectors[0].qualifications = ["x"]
    let plan = try plan(request, [early])
    #expect(plan.names == ["7": "Anna"])
    #expect(plan.routes.map { plan.title(of: $0) } == ["Anna", "8"])
    #expect(plan.unassigned.first?.obstacles.map(\.inspector) == ["7", "8"])
    #expect(plan.unassigned.first?.message.german.hasPrefix("in der Schicht von Anna, ") == true)
    var expert = feature("2", minutes: 20)
    expert.qualifications = ["y"]
    request.pins = [TourRequest.Pin(feature: expert.reference, inspector: "7")]
    request.inspectors[1].qualifications = ["y"]
    let pinned = try left(request, [expert])
    #expect(pinned.message.english == "only Anna may make the visit, who is not qualified or not there then")
  }

  @Test func limitThatIsPassedIsNamedAndWhatIsMissingIsEnough() throws {
    var busy = inspector("A")
    busy.longestWork = 3600
    busy.longestTravel = 60
    // 7,200 s of work and 312 s of way.
    let entry = try left(try request([busy]), [feature("1", minutes: 120)])
    #expect(entry.reason == .shiftTooShort)
    #expect(
      entry.message.english.hasSuffix(
        "it needs 66 more minutes of working time in A's shift and 5 more minutes of driving time in A's shift"))
    #expect(entry.message.german.hasSuffix("in der Schicht von A fehlen 66 Minuten Arbeitszeit und 5 Minuten Fahrzeit"))
    #expect(
      entry.obstacles.first?.message.english
        == "needs 66 more minutes of working time and 5 more minutes of driving time even without other visits")
    busy.longestWork = Seconds(3600 + 66 * 60)
    busy.longestTravel = Seconds(60 + 5 * 60)
    #expect(try plan(try request([busy]), [feature("1", minutes: 120)]).unassigned == [])
  }

  @Test func ofSeveralPeopleEveryShiftThatLacksSomethingIsNamed() throws {
    var visit = feature("1", minutes: 120)
    visit.people = 2
    let both = try left(try request([inspector("A", 7, 8), inspector("B", 7, 8.5)]), [visit])
    #expect(both.reason == .shiftTooShort)
    #expect(both.message.english.contains("needs 2 people at one time, even on empty tours"))
    #expect(both.message.english.hasSuffix("it needs 36 more minutes of B's shift and 66 more minutes of A's shift"))
    #expect(
      both.message.german.hasSuffix("in der Schicht von B fehlen 36 Minuten und in der Schicht von A fehlen 66 Minuten"))
    let one = try left(try request([inspector("A", 7, 8), inspector("B", 7, 9.1 + 1)]), [visit])
    #expect(one.reason == .notEnoughPeople)
    #expect(one.message.english.hasSuffix("it needs 66 more minutes of A's shift"))
    #expect(try plan(try request([inspector("A", 7, 9.1), inspector("B", 7, 9.1)]), [visit]).unassigned == [])
  }

  /// On the only day on which it may come the night is shorter than the visit.
  @Test func nightThatIsTooShortIsNotPutDownToTheDay() throws {
    var endless = feature("1", minutes: 500)
    endless.isNightOnly = true
    var request = try request([inspector("A", 18, 33)])
    request.days = 2
    request.pins = [
      TourRequest.Pin(feature: endless.reference, inspector: "A", day: request.day)
    ]
    let entry = try left(request, [endless])
    #expect(entry.reason == .windowMissed)
    #expect(entry.message.english == "its windows are shorter than the work, or do not meet the night")
  }

  /// A stop with two features is one stop, however many visits it makes.
  @Test func fullTourCountsStops() throws {
    var apart = feature("3", minutes: 5)
    apart.location = Geodesic.destination(from: Self.yard, azimuth: 0, distance: Metres(1000))
    let features = [feature("1", minutes: 5), feature("2", minutes: 5), apart]
    var model = try TourModel(
      request([inspector("A")]), features: features, time: TownTime(), source: Self.crow, walking: nil)
    var shifts = model.problem.shifts
    shifts[0].mostJobs = 1
    model.problem = try model.problem.with(shifts: shifts)
    let full = try model.plan(of: TourSolution(sequences: [[0]], of: model.problem))
    #expect(full.routes[0].stops.map(\.features.count) == [2])
    #expect(
      full.unassigned.flatMap(\.obstacles).map(\.message.english) == [
        "the tour has 1 stop already, and may not have more; signs/1, signs/2 would have to go"
      ])
  }

  @Test func roundsNeverLastLongerThanARequestMay() throws {
    var request = try request([inspector("A")])
    request.iterations = 10_000_000
    #expect(request.budget(jobs: 9) == .iterations(10_000_000, atMost: 60))
    request.isBackground = true
    #expect(request.budget(jobs: 9) == .iterations(10_000_000, atMost: 600))
  }

  /// Sixteen levels of ten visits: a shift with room for twelve makes all of the first level.
  @Test func sixteenLevelsAreKeptApart() throws {
    let features = (0..<160).map { number in
      var visit = feature("\(number)", minutes: 30)
      visit.location = Geodesic.destination(from: Self.yard, azimuth: Double(number * 2), distance: Metres(2000))
      visit.rank = number % 16
      visit.due = CalendarDate(iso: "2020-01-01")
      return visit
    }
    let made = try plan(try request([inspector("A", 7, 15)]), features, rounds: 400)
    let left = Set(made.unassigned.map { $0.feature.id })
    #expect((0..<10).allSatisfy { !left.contains("\(16 * $0)") })
    #expect(made.unassigned.count > 100)
  }
}
