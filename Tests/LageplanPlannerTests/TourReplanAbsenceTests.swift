import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

/// Whoever is absent stays so in every later version, until somebody says otherwise.
struct TourReplanAbsenceTests: TourReplanStreet {
  private typealias Absence = TourChange.Absence

  private func day(_ number: Int) throws -> CalendarDate { try #require(CalendarDate(iso: "2026-12-0\(number)")) }

  /// A to the west, B to the east; B is absent by the second plan.
  private func withoutB(_ absence: TourChange.Absence, days: Int = 1) throws -> (
    first: TourPlan, second: TourPlan, request: TourRequest, features: [TourFeature]
  ) {
    let request = try request(["A", "B"], days: days)
    // One alone can do all of it.
    let features = (1...4).map { feature("\($0)", east: Double($0 * 2 - 5) * 2000, minutes: days * 60) }
    let first = try plan(request, features)
    var change = TourChange()
    change.absent = [absence]
    return (first, try replan(first, request, change, features), request, features)
  }

  @Test func absentStaysAbsent() throws {
    let (_, second, request, features) = try withoutB(Absence(inspector: "B"))
    #expect(second.absent == [Absence(inspector: "B")])
    var urgent = TourChange()
    urgent.urgent = [TourChange.Urgent(feature: reference("5"))]
    let all = features + [feature("5", east: 7000)]
    let third = try replan(second, request, urgent, all)
    #expect(third.routes.map(\.inspector) == ["A"])
    #expect(order(third).contains("5"))
    #expect(third.absent == second.absent)
    // Nobody can be given work who is not there.
    urgent.moves = [TourChange.Move(feature: reference("1"), inspector: "B")]
    let error = #expect(throws: TourRequestError.self) { try replan(third, request, urgent, all) }
    #expect(error?.faults.map { "\($0.code) \($0.path)" } == ["conflict $.moves[0]"])
    #expect(error?.faults.first?.remedy.contains("absent") == true)
  }

  @Test func whoComesAllTheSameIsThereAgain() throws {
    let (first, second, request, features) = try withoutB(Absence(inspector: "B", day: day(1)))
    for present in [Absence(inspector: "B"), Absence(inspector: "B", day: try day(1))] {
      var change = TourChange()
      change.present = [present]
      change.moves = [TourChange.Move(feature: reference("4"), inspector: "B")]
      let third = try replan(second, request, change, features)
      #expect(third.absent == [])
      #expect(third.routes.map(\.inspector) == first.routes.map(\.inspector))
      #expect(order(third, "B").contains("4"))
    }
  }

  @Test func whoeverIsAbsentOnAllDaysMayComeOnOne() throws {
    let (_, second, request, features) = try withoutB(Absence(inspector: "B"), days: 3)
    #expect(Set(second.routes.map(\.inspector)) == ["A"])
    var change = TourChange()
    change.present = [Absence(inspector: "B", day: try day(2))]
    let third = try replan(second, request, change, features)
    #expect(third.absent == [Absence(inspector: "B", day: try day(1)), Absence(inspector: "B", day: try day(3))])
    #expect(third.routes.filter { $0.inspector == "B" }.map(\.day) == [try day(2)])
  }

  /// Who went home at noon has done what was begun by then, at whatever time the next change comes.
  @Test func whatWasDoneBeforeGoingHomeStays() throws {
    let request = try request(["A", "B"])
    let features = (1...6).map { feature("\($0)", east: Double($0 * 2 - 7) * 1500, minutes: 90) }
    let first = try plan(request, features)
    let tour = try #require(first.routes.first { $0.inspector == "B" })
    try #require(tour.stops.count >= 2)
    let at = Instant(millisecondsSince1970: tour.stops[0].begin.millisecondsSince1970 + 600_000)
    var change = TourChange(at: at)
    change.absent = [Absence(inspector: "B")]
    let second = try replan(first, request, change, features)
    let gone = try #require(second.routes.first { $0.inspector == "B" })
    #expect(gone.stops.map(\.features) == [tour.stops[0].features])
    for next in [TourChange(), TourChange(at: at), TourChange(at: gone.arrival.later(by: 3600))] {
      let third = try replan(second, request, next, features)
      #expect(third.routes.first { $0.inspector == "B" } == gone)
      #expect(third.absent == second.absent)
      #expect(third.unassigned.map(\.feature) == second.unassigned.map(\.feature))
    }
    // What is over is over: it is not late any more, and cannot be taken out.
    var late = TourChange(at: at)
    late.delays = [TourChange.Delay(inspector: "B", time: 600)]
    late.cancelled = gone.stops[0].features
    let error = #expect(throws: TourRequestError.self) { try replan(second, request, late, features) }
    #expect(error?.faults.map { "\($0.code) \($0.path)" } == ["conflict $.delays[0]", "conflict $.cancelled[0]"])
    // Back in the afternoon: the tour goes on behind what was done.
    var back = TourChange(at: gone.arrival.later(by: 1800))
    back.present = [Absence(inspector: "B")]
    back.moves = [TourChange.Move(feature: try #require(tour.stops.last?.features.first), inspector: "B")]
    let third = try replan(second, request, back, features)
    let afternoon = try #require(third.routes.first { $0.inspector == "B" })
    #expect(afternoon.stops.first == gone.stops.first)
    #expect(afternoon.stops.dropFirst().map(\.features).contains(try #require(tour.stops.last).features))
    #expect(afternoon.stops.dropFirst().allSatisfy { $0.arrival > gone.arrival.later(by: 1800) })
  }

  @Test func absencesThatSayNothingAreNamed() throws {
    let (_, second, request, features) = try withoutB(Absence(inspector: "B"))
    var change = TourChange()
    change.absent = [Absence(inspector: "A", day: try day(2))]
    change.present = [Absence(inspector: "A"), Absence(inspector: "Z"), Absence(inspector: "B", day: try day(9))]
    let error = #expect(throws: TourRequestError.self) { try replan(second, request, change, features) }
    #expect(
      error?.faults.map { "\($0.code) \($0.path)" } == [
        "outOfRange $.absent[0].day", "conflict $.present[0]", "unknownInspector $.present[1].inspector",
        "outOfRange $.present[2].day",
      ])
  }
}

extension Instant {
  fileprivate func later(by seconds: Int64) -> Instant {
    Instant(millisecondsSince1970: millisecondsSince1970 + seconds * 1000)
  }
}
