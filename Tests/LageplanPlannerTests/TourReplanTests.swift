import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import TestSupport
import Testing

/// One inspector or two on one street, timed by hand: a kilometre takes two minutes and 36 seconds (1.3 km at 30 km/h).
struct TourReplanTests: TourReplanStreet {
  @Test func nothingHappensWhereNothingHasHappened() throws {
    let (request, features) = (try request(), (1...5).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    let new = try replan(plan, request, TourChange(), features)
    #expect(TourComparison(of: plan, with: new).changes == [])
    #expect(new.routes[0].stops.allSatisfy { !$0.isFixed })
  }

  @Test func severalSearchesGiveTheSamePlanEveryTimeAndKeepThePromises() throws {
    let (request, features) = (try request(["A", "B"]), (1...12).map { feature("\($0)", east: Double($0 * 7 % 13) * 700) })
    let plan = try plan(request, features)
    var change = TourChange()
    change.absent = [TourChange.Absence(inspector: "B")]
    change.mostChanges = 1
    func replanned() throws -> TourPlan {
      try TourReplanner.replan(
        plan, request, change, features: features, time: TownTime(), source: TourReplanTown.travel, budget: .iterations(300),
        searches: 3)
    }
    let new = try replanned()
    #expect(try replanned() == new)
    let broken = TourComparison(of: plan, with: new).brokenPromises.filter { $0.before.inspector != "B" }
    #expect(broken.count <= 1)
  }

  @Test func whoIsOnTheWayToACancelledVisitTurnsBackFromThere() throws {
    let (request, features) = (try request(), [feature("far", east: 10_000), feature("west", east: -1000)])
    var plan = try plan(request, features)
    // First to the far one, whatever is shorter: the order of a person.
    var order = TourChange()
    order.moves = [TourChange.Move(feature: reference("far"), inspector: "A", position: 1)]
    plan = try replan(plan, request, order, features)
    #expect(self.order(plan) == ["far", "west"])
    // Ten kilometres take 26 minutes; after 13 half of them are driven.
    let left = plan.routes[0].departure
    let half = Instant(millisecondsSince1970: left.millisecondsSince1970 + 13 * 60_000)
    var change = TourChange(at: half)
    change.cancelled = [reference("far")]
    // Nobody waits to keep the time that was told.
    change.promise = 7200
    let new = try replan(plan, request, change, features)
    #expect(self.order(new) == ["west"])
    // Five kilometres back and one further: 15 minutes and 36 seconds.
    let arrival = try #require(new.routes[0].stops.first?.arrival)
    #expect(abs(TourReplanTown.seconds(half, arrival) - 936) <= 4)
    #expect(new.routes[0].departure == left)
    // Five there, six back, one home: 12 km times 1.3.
    #expect(abs(new.routes[0].metres - 15_600) <= 40)
    #expect(new.unassigned.map(\.reason) == [.cancelled])
  }

  @Test func aDelayMovesTheRestAndTheStopUnderWay() throws {
    let (request, features) = (try request(), (1...3).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    let first = plan.routes[0].stops[0]
    let at = Instant(millisecondsSince1970: first.begin.millisecondsSince1970 + 60_000)
    var change = TourChange(at: at)
    change.delays = [TourChange.Delay(inspector: "A", time: 600)]
    change.mostChanges = 0
    let new = try replan(plan, request, change, features)
    let now = new.routes[0].stops
    #expect((now[0].arrival, now[0].begin) == (first.arrival, first.begin))
    for (old, stop) in zip(plan.routes[0].stops, now) { #expect(TourReplanTown.seconds(old.departure, stop.departure) == 600) }
    #expect(TourReplanTown.seconds(plan.routes[0].arrival, new.routes[0].arrival) == 600)
    #expect(now.map(\.isFixed) == [true, false, false])
  }

  @Test func theToursOfWhoIsAbsentAreDoneByTheOther() throws {
    let (request, features) = (try request(["A", "B"]), (1...4).map { feature("\($0)", east: Double($0 * 2 - 5) * 2000) })
    let plan = try plan(request, features)
    var change = TourChange()
    change.absent = [TourChange.Absence(inspector: "A")]
    change.mostChanges = 0
    let new = try replan(plan, request, change, features)
    #expect(new.routes.map(\.inspector) == ["B"])
    #expect(order(new, "B").sorted() == ["1", "2", "3", "4"])
    #expect(new.unassigned == [])
  }

  @Test func whatIsDoneEarlyIsOverAndTheTourGoesOnFromThere() throws {
    let (request, features) = (try request(), (1...3).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    let last = try #require(plan.routes[0].stops.last)
    let at = Instant(millisecondsSince1970: plan.routes[0].stops[0].departure.millisecondsSince1970 - 60_000)
    var change = TourChange(at: at)
    change.done = [last.features[0]]
    let new = try replan(plan, request, change, features)
    let stops = new.routes[0].stops
    #expect(stops.count == 3)
    #expect(stops[1].features == last.features)
    #expect((stops[1].departure, stops[1].isFixed) == (at, true))
    #expect(stops[2].arrival > at)
  }

  @Test func whatTheRequestNoLongerSelectsIsLeftOutAndSaid() throws {
    let (request, features) = (try request(), (1...3).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    let new = try replan(plan, request, TourChange(), Array(features.prefix(2)))
    #expect(new.unassigned.map(\.feature.id) == ["3"])
    #expect(new.unassigned.map(\.reason) == [.cancelled])
    #expect(new.unassigned[0].message.german.contains("Anfrage"))
    // A feature that is asked for again stays out until somebody wants it.
    #expect(try replan(new, request, TourChange(), features).unassigned.map(\.feature.id) == ["3"])
    var change = TourChange()
    change.urgent = [TourChange.Urgent(feature: reference("3"))]
    #expect(try replan(new, request, change, features).unassigned == [])
  }

  @Test func whoMovesAStopToAnotherDayFindsItThere() throws {
    let request = try request(days: 2)
    let features = (1...3).map { feature("\($0)", east: Double($0) * 1000) }
    let plan = try plan(request, features)
    let day = try #require(plan.routes.first { !$0.stops.isEmpty }?.day)
    let other = try #require(request.calendar.first { $0 != day })
    var change = TourChange()
    change.moves = [TourChange.Move(feature: reference("2"), inspector: "A", day: other)]
    let new = try replan(plan, request, change, features)
    let route = try #require(new.routes.first { $0.stops.contains { $0.features == [reference("2")] } })
    #expect(route.day == other)
    #expect(route.stops.first { $0.features == [reference("2")] }?.isFixed == true)
    #expect(new.unassigned == [])
  }

  @Test func lockedStopsStayLockedUntilTheyAreUnlocked() throws {
    let (request, features) = (try request(["A", "B"]), (1...4).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    var lock = TourChange()
    lock.locks = [reference("2")]
    let locked = try replan(plan, request, lock, features)
    func isFixed(_ plan: TourPlan) -> Bool? {
      plan.routes.flatMap(\.stops).first { $0.features.contains(reference("2")) }?.isFixed
    }
    #expect(isFixed(locked) == true)
    #expect(isFixed(try replan(locked, request, TourChange(), features)) == true)
    var unlock = TourChange()
    unlock.unlocks = [reference("2")]
    #expect(isFixed(try replan(locked, request, unlock, features)) == false)
  }

  @Test func allFaultsAreToldAtOnce() throws {
    let (request, features) = (try request(["A", "B"]), (1...3).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    let used = try #require(plan.routes.first { !$0.stops.isEmpty })
    let begun = used.stops[0]
    var change = TourChange(at: Instant(millisecondsSince1970: begun.begin.millisecondsSince1970 + 1000))
    change.cancelled = [reference("9"), begun.features[0]]
    change.locks = [reference("8")]
    change.urgent = [TourChange.Urgent(feature: reference("7"))]
    change.delays = [TourChange.Delay(inspector: "Z", time: 60)]
    change.absent = [TourChange.Absence(inspector: "B"), TourChange.Absence(inspector: "Y")]
    change.moves = [TourChange.Move(feature: used.stops[1].features[0], inspector: "B")]
    let error = try #require(#expect(throws: TourRequestError.self) { try replan(plan, request, change, features) })
    #expect(
      error.faults.map { "\($0.code) \($0.path)" }.sorted() == [
        "conflict $.cancelled[1]", "conflict $.moves[0]", "unknownFeature $.cancelled[0]", "unknownFeature $.locks[0]",
        "unknownFeature $.urgent[0]", "unknownInspector $.absent[1].inspector", "unknownInspector $.delays[0].inspector",
      ])
  }

  @Test func whatLiesYearsAheadIsAFaultOfTheChange() throws {
    let (request, features) = (try request(), [feature("1", east: 1000)])
    let plan = try plan(request, features)
    func faults(_ change: TourChange) -> [String] {
      let error = #expect(throws: TourRequestError.self) { try replan(plan, request, change, features) }
      return (error?.faults ?? []).map { "\($0.code) \($0.path)" }
    }
    // The end of the year 9999.
    #expect(faults(TourChange(at: Instant(millisecondsSince1970: 253_402_300_799_000))) == ["outOfRange $.at"])
    var change = TourChange()
    change.delays = Array(repeating: TourChange.Delay(inspector: "A", time: 86_400), count: 400)
    #expect(faults(change).first == "outOfRange $.delays[0].minutes")
    // Within a year: everything is over, and stays.
    change = TourChange(at: Instant(millisecondsSince1970: 1_827_576_000_000))
    #expect(try replan(plan, request, change, features).routes[0].stops.map(\.isFixed) == [true])
  }

  @Test func thousandsOfMistakesAreAHundredFaults() throws {
    let (request, features) = (try request(days: 31), [feature("1", east: 1000)])
    let plan = try plan(request, features)
    let day = try #require(CalendarDate(iso: "2030-01-01"))
    var change = TourChange()
    change.moves = (0..<5000).map { TourChange.Move(feature: reference("none\($0)"), inspector: "A") }
    change.absent = Array(repeating: TourChange.Absence(inspector: "A", day: day), count: 5000)
    let error = try #require(#expect(throws: TourRequestError.self) { try replan(plan, request, change, features) })
    #expect(error.faults.count == 101)
    #expect(error.faults.last?.code == "tooMany")
  }

  @Test func nobodyIsThereAnyMore() throws {
    let (request, features) = (try request(), (1...2).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    var change = TourChange()
    change.absent = [TourChange.Absence(inspector: "A")]
    let new = try replan(plan, request, change, features)
    #expect(new.routes == [])
    #expect(new.unassigned.map(\.reason) == [.noRoomLeft, .noRoomLeft])
  }

  @Test func everythingIsOverAtNight() throws {
    let (request, features) = (try request(), (1...3).map { feature("\($0)", east: Double($0) * 1000) })
    let plan = try plan(request, features)
    let new = try replan(plan, request, TourChange(at: try clock("23:00:00")), features)
    var same = plan
    same.at = try clock("23:00:00")
    for stop in same.routes[0].stops.indices { same.routes[0].stops[stop].isFixed = true }
    #expect(new == same)
  }
}
