import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

struct TourComparisonTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)

  private static func at(_ minute: Int) -> Instant {
    Instant(millisecondsSince1970: 1_796_104_800_000 + Int64(minute) * 60_000)  // 2026-12-01T06:00:00Z
  }

  private static func feature(_ id: String) -> FeatureReference { FeatureReference(collection: "p", id: id) }

  /// Tours by inspector, each stop with its features and the minute of its begin; every visit takes ten minutes.
  private func plan(
    _ tours: [(inspector: String, stops: [(features: [String], begin: Int)])], leftOut: [(String, TourPlan.Reason)] = []
  ) throws -> TourPlan {
    let day = try #require(CalendarDate(iso: "2026-12-01"))
    return TourPlan(
      day: day,
      routes: tours.map { tour in
        TourPlan.Route(
          inspector: tour.inspector, day: day, start: Self.yard, end: Self.yard,
          departure: Self.at((tour.stops.first?.begin ?? 5) - 5), arrival: Self.at((tour.stops.last?.begin ?? -10) + 15),
          stops: tour.stops.map { stop in
            TourPlan.Stop(
              visits: stop.features.map { TourPlan.Visit(feature: Self.feature($0), service: 600) }, location: Self.yard,
              arrival: Self.at(stop.begin - 1), begin: Self.at(stop.begin), departure: Self.at(stop.begin + 10))
          }, metres: 1000 * tour.stops.count, seconds: 300 * tour.stops.count)
      },
      unassigned: leftOut.map {
        TourPlan.Unassigned(
          visit: TourPlan.Visit(feature: Self.feature($0.0), service: 600), location: nil, reason: $0.1,
          message: TourText(english: "", german: ""))
      }, travel: .geodesic(detourFactor: 1.3, kmh: 30), time: try TownTime())
  }

  @Test func equalPlansDoNotDiffer() throws {
    let plan = try plan([("A", [(["1", "2"], 60), (["3"], 90)]), ("B", [])])
    let comparison = TourComparison(of: plan, with: plan)
    #expect(comparison.changes == [])
    #expect(comparison.brokenPromises == [])
    #expect(comparison.before == comparison.after)
  }

  @Test func eachFeatureIsToldWithItsKind() throws {
    let old = try plan([("A", [(["1"], 60), (["2"], 90), (["3"], 120), (["4"], 150)]), ("B", [(["5"], 60), (["6"], 100)])])
    let new = try plan(
      [("A", [(["1"], 60), (["3"], 90), (["5"], 120)]), ("B", [(["6"], 131), (["7"], 160)])],
      leftOut: [("2", .cancelled), ("4", .noRoomLeft)])
    let comparison = TourComparison(of: old, with: new)
    #expect(comparison.changes.map(\.feature.id) == ["2", "3", "4", "5", "6", "7"])
    #expect(comparison.changes.map(\.kind) == [.removed, .earlier, .removed, .moved, .later, .added])
    #expect(comparison.changes.map(\.reason) == [.cancelled, nil, .noRoomLeft, nil, nil, nil])
    #expect(comparison.changes.map { $0.later?.value } == [nil, -1800, nil, 3600, 1860, nil])
    #expect(comparison.changes.map(\.breaksPromise) == [false, false, true, true, true, false])
    #expect(comparison.brokenPromises.map(\.features) == [[Self.feature("4")], [Self.feature("5")], [Self.feature("6")]])
    #expect(comparison.changes[3].before?.inspector == "B")
    #expect(comparison.changes[3].after?.order == 3)
  }

  /// Thirty minutes are kept, a second more is not.
  @Test func aPromiseHoldsUpToItsMeasure() throws {
    let old = try plan([("A", [(["1"], 60)])])
    let new = try plan([("A", [(["1"], 90)])])
    #expect(TourComparison(of: old, with: new).brokenPromises == [])
    #expect(TourComparison(of: old, with: new, promise: 1799).brokenPromises.count == 1)
  }

  @Test func aStopIsOnePromiseHoweverManyFeaturesItHas() throws {
    let old = try plan([("A", [(["1", "2", "3"], 60)]), ("B", [])])
    let new = try plan([("A", []), ("B", [(["1"], 60), (["2", "3"], 80)])])
    let comparison = TourComparison(of: old, with: new)
    #expect(comparison.count(.moved) == 3)
    #expect(comparison.brokenPromises.map(\.features) == [["1", "2", "3"].map(Self.feature)])
  }

  @Test func whereTwoComeTogetherEachKeepsTheOwnPlace() throws {
    let old = try plan([("A", [(["1"], 60)]), ("B", [(["1"], 60)]), ("C", [])])
    #expect(TourComparison(of: old, with: try plan([("B", [(["1"], 60)]), ("A", [(["1"], 60)]), ("C", [])])).changes == [])
    let other = TourComparison(of: old, with: try plan([("A", []), ("B", [(["1"], 60)]), ("C", [(["1"], 60)])]))
    #expect(other.changes.map(\.before?.inspector) == ["A"])
    #expect(other.changes.map(\.after?.inspector) == ["C"])
  }

  @Test func figuresAreCountedByHand() throws {
    let figures = TourComparison.Figures(
      of: try plan(
        [("A", [(["1", "2"], 60), (["3"], 90)]), ("B", [(["4"], 60)]), ("C", [])], leftOut: [("5", .noPlace), ("6", .cancelled)]))
    #expect((figures.visited, figures.leftOut, figures.stops, figures.tours) == (4, 1, 3, 2))
    #expect((figures.metres, figures.travel) == (3000, 900))
    // A from 55 to 105, B from 55 to 75.
    #expect((figures.work, figures.longestWork) == (4200, 3000))
  }
}
