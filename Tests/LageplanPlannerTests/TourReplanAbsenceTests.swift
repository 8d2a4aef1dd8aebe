import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import Synchronization
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

  /// More than one of two inspectors can do.
  private func sixVisits() throws -> (request: TourRequest, features: [TourFeature]) {
    (try request(["A", "B"]), (1...6).map { feature("\($0)", east: Double($0 * 2 - 7) * 1500, minutes: 90) })
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
    let (request, features) = try sixVisits()
    let first = try plan(request, features)
    let tour = try #require(first.routes.first { $0.inspector == "B" })
    try #require(tour.stops.count >= 2)
    let at = Instant(millisecondsSince1970: tour.stops[0].begin.millisecondsSince1970 + 600_000)
    var change = TourChange(at: at)
    change.absent = [Absence(inspector: "B")]
    let second = try replan(first, request, change, features)
    let gone = try #require(second.routes.first { $0.inspector == "B" })
    #expect(gone.stops.map(\.features) == [tour.stops[0].features])
    for next in try [
      TourChange(), TourChange(at: clock("06:00:00")), TourChange(at: at), TourChange(at: gone.arrival.later(by: 3600)),
    ] {
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

  /// What two have done together is done, though the next change comes as if nothing had begun.
  @Test(arguments: 0..<8) func whatWasDoneTogetherStaysDoneByBoth(number: Int) throws {
    var seed = Seed.hundred[number]
    let request = try request(["A", "B", "C"])
    let features = (1...16).map { id in
      var feature = feature("\(id)", east: 0, minutes: 30, people: 2)
      feature.location = TourReplanTown.place(
        east: Double.random(in: -3000...3000, using: &seed), north: Double.random(in: -3000...3000, using: &seed))
      return feature
    }
    let first = try plan(request, features)
    let tour = try #require(first.routes.max { $0.stops.count < $1.stops.count })
    try #require(tour.stops.count >= 3)
    var change = TourChange(at: tour.stops[2].begin.later(by: 300))
    change.absent = [Absence(inspector: tour.inspector)]
    let second = try replan(first, request, change, features)
    let gone = try #require(second.routes.first { $0.inspector == tour.inspector })
    #expect(gone.stops.count == 3)
    for next in try [nil, clock("06:00:00"), clock("07:10:00"), clock("07:40:00"), change.at] {
      let third = try replan(second, request, TourChange(at: next), features)
      #expect(third.routes.first { $0.inspector == tour.inspector } == gone)
      let left = Set(third.unassigned.map(\.feature))
      for stop in gone.stops {
        let visits = third.routes.flatMap { route in route.stops.filter { $0.features == stop.features } }
        #expect(visits.count == 2 && Set(visits.map(\.begin)) == [stop.begin] && left.isDisjoint(with: stop.features))
      }
    }
  }

  /// The tour of the afternoon belongs to the shift of the afternoon, though there is no tour of the morning any more.
  @Test func whoComesBackIsNotInTwoPlaces() throws {
    var request = try request(["A", "B"])
    request.inspectors[0].exceptions = try [(25_200, 39_600), (46_800, 64_800)].map { begin, end in
      TourRequest.Inspector.Exception(
        day: try day(1), shift: TourRequest.DayWindow(begin: Seconds(begin), end: Seconds(end)))
    }
    var features = (1...4).map { feature("\($0)", east: Double($0) * 1000, minutes: 45) }
    for index in features.indices { features[index].windows = [TourRequest.DayWindow(begin: 46_800, end: 64_800)] }
    request.pins = features.map { TourRequest.Pin(feature: $0.reference, inspector: "A") }
    let first = try plan(request, features)
    #expect(first.routes.map(\.stops.count) == [0, 4, 0])
    var change = TourChange(at: first.routes[1].stops[1].begin.later(by: 60))
    change.absent = [Absence(inspector: "A")]
    let second = try replan(first, request, change, features)
    #expect(second.routes.filter { $0.inspector == "A" }.map(\.stops.count) == [2])
    var back = TourChange(at: try #require(change.at).later(by: 600))
    back.present = [Absence(inspector: "A")]
    let third = try replan(second, request, back, features)
    #expect(third.unassigned == [])
    let stops = third.routes.filter { $0.inspector == "A" }.flatMap(\.stops).sorted { $0.arrival < $1.arrival }
    #expect(stops.count == 4)
    for (stop, next) in zip(stops, stops.dropFirst()) { #expect(stop.departure <= next.arrival) }
  }

  @Test func whoIsAbsentFromNowOnWasThereBefore() throws {
    let request = try request(["A", "B"], days: 3)
    let features = (1...8).map { feature("\($0)", east: Double($0 * 2 - 9) * 1000, minutes: 150) }
    let first = try plan(request, features)
    let start = try #require(first.routes.first { try $0.inspector == "B" && $0.day == day(1) })
    try #require(!start.stops.isEmpty)
    let nextDay = Instant(millisecondsSince1970: try clock("08:30:00").millisecondsSince1970 + 86_400_000)
    var change = TourChange(at: nextDay)
    change.absent = [Absence(inspector: "B")]
    let second = try replan(first, request, change, features)
    #expect(second.absent == [Absence(inspector: "B", day: try day(2)), Absence(inspector: "B", day: try day(3))])
    var back = TourChange(at: nextDay)
    back.present = [Absence(inspector: "B", day: try day(3))]
    #expect(try replan(second, request, back, features).absent == [Absence(inspector: "B", day: try day(2))])
    // Who comes again without a day was absent on those that are over.
    back = TourChange(at: nextDay.later(by: 86_400))
    back.present = [Absence(inspector: "B")]
    #expect(try replan(second, request, back, features).absent == [Absence(inspector: "B", day: try day(2))])
    // Of a day that is over nothing can be said any more.
    change.absent = [Absence(inspector: "B", day: try day(1))]
    let error = #expect(throws: TourRequestError.self) { try replan(first, request, change, features) }
    #expect(error?.faults.map { "\($0.code) \($0.path)" } == ["conflict $.absent[0].day"])
  }

  @Test func aBetterTimeOfGoingHomeIsTaken() throws {
    let (request, features) = try sixVisits()
    let first = try plan(request, features)
    let tour = try #require(first.routes.first { $0.inspector == "B" })
    try #require(tour.stops.count >= 2)
    func home(_ plan: TourPlan, at: Instant) throws -> TourPlan {
      var change = TourChange(at: at)
      change.absent = [Absence(inspector: "B")]
      return try replan(plan, request, change, features)
    }
    let late = try home(first, at: tour.stops[1].begin.later(by: 60))
    #expect(late.routes.first { $0.inspector == "B" }?.stops.count == 2)
    let early = try home(late, at: tour.stops[0].begin.later(by: 60))
    #expect(early.routes.first { $0.inspector == "B" }?.stops.map(\.features) == [tour.stops[0].features])
    #expect(early.absent == [Absence(inspector: "B")])
    let again = Set(
      early.routes.filter { $0.inspector == "A" }.flatMap(\.stops).flatMap(\.features) + early.unassigned.map(\.feature))
    #expect(again.isSuperset(of: tour.stops[1].features))
  }

  @Test func eachAbsenceIsToldOnce() throws {
    let (_, second, request, features) = try withoutB(Absence(inspector: "B", day: day(1)), days: 2)
    var change = TourChange()
    change.absent = [Absence(inspector: "B", day: try day(2)), Absence(inspector: "B"), Absence(inspector: "B")]
    #expect(try replan(second, request, change, features).absent == [Absence(inspector: "B")])
    // Whom a plan names that nobody knows is forgotten.
    var strange = second
    strange.absent += [Absence(inspector: "Z"), Absence(inspector: "A", day: CalendarDate(iso: "2031-01-01"))]
    #expect(try replan(strange, request, TourChange(), features).absent == second.absent)
  }

  /// The ways of a tour that is over are known; a router elsewhere that fails does not matter to it.
  @Test func aTourThatIsOverKeepsItsWays() throws {
    let (request, features) = try sixVisits()
    let source = DrawnTravel()
    let first = try TourPlanner.plan(request, features: features, time: TownTime(), source: source, budget: .iterations(100))
    let tour = try #require(first.routes.first { $0.inspector == "B" && !$0.legs.isEmpty })
    var change = TourChange(at: tour.stops[0].begin.later(by: 60))
    func next(_ plan: TourPlan, _ change: TourChange) throws -> TourPlan {
      try TourReplanner.replan(
        plan, request, change, features: features, time: TownTime(), source: source, budget: .iterations(100))
    }
    change.absent = [Absence(inspector: "B")]
    let second = try next(first, change)
    let gone = try #require(second.routes.first { $0.inspector == "B" })
    #expect(gone.legs.count == 2)
    source.asked.withLock { $0 = [] }
    let third = try next(second, TourChange(at: clock("06:00:00")))
    #expect(third.routes.first { $0.inspector == "B" } == gone)
    // The tour of A, and nothing else.
    let tours = third.routes.filter { $0.inspector == "A" }
    #expect(source.asked.withLock { $0 } == tours.map { [$0.start] + $0.stops.map(\.location) + [$0.end] })
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

/// As the crow flies, with lines, and a list of those that were asked for.
private final class DrawnTravel: TravelSource {
  let asked = Mutex<[[Coordinate]]>([])

  var travel: TourPlan.Travel { .roads(profile: "car", network: "street") }

  func matrix(of places: [Coordinate]) throws(TravelFailure) -> TravelMatrix { try TourReplanTown.travel.matrix(of: places) }

  func lines(through places: [Coordinate]) throws(TravelFailure) -> [[Coordinate]]? {
    asked.withLock { $0.append(places) }
    return zip(places, places.dropFirst()).map { [$0, $1] }
  }
}
