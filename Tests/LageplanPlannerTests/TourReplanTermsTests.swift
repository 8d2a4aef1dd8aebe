import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import TestSupport
import Testing

/// What a plan remembers for the changes that come after: urgent work on its own terms, and what has been loaded and driven.
struct TourReplanTermsTests: TourReplanStreet {
  private func stop(_ plan: TourPlan, _ id: String) -> TourPlan.Stop? {
    plan.routes.flatMap(\.stops).first { $0.features.contains(reference(id)) }
  }

  // MARK: - Urgent

  @Test func urgentWorkKeepsItsTermsInEveryLaterVersion() throws {
    let request = try request([inspector("A")])
    let features = [feature("1", east: 1000), feature("2", east: 2000, minutes: nil), feature("3", east: 3000)]
    let plan = try plan(request, features)
    #expect(plan.unassigned.map(\.reason) == [.noServiceTime])
    var change = TourChange()
    let noon = TourRequest.DayWindow(begin: 43_200, end: 45_000)
    change.urgent = [TourChange.Urgent(feature: reference("2"), service: 1800, windows: [noon])]
    var new = try replan(plan, request, change, features)
    var delay = TourChange()
    delay.delays = [TourChange.Delay(inspector: "A", time: 600)]
    for later in [TourChange(), delay, TourChange()] {
      new = try replan(new, request, later, features)
      let stop = try #require(self.stop(new, "2"))
      #expect(stop.visits.map(\.service) == [1800] && stop.visits.map(\.level) == [.must])
      let (opens, closes) = (try clock("12:00:00"), try clock("12:30:00"))
      #expect(opens <= stop.begin && stop.begin <= closes)
    }
    // The latest terms are the ones that count.
    change.urgent = [TourChange.Urgent(feature: reference("2"), service: 600, level: .routine)]
    new = try replan(replan(new, request, change, features), request, TourChange(), features)
    #expect(stop(new, "2")?.visits.map(\.service) == [600])
    #expect(new.urgent == change.urgent)
    // A change of the first plan knows nothing of it.
    #expect(try replan(plan, request, TourChange(), features).urgent == [])
  }

  /// Two collections, of which one knows no priority and one no minutes.
  private func register() throws -> TourRegister {
    var register = TourRegister()
    let place = TourReplanTown.place(east: 500, north: 0)
    try register.add(
      "playgrounds", [("district", .text), ("priority", .text), ("minutes", .integer)],
      [("1", place, [.text("N"), .text("must"), .integer(20)]), ("2", place, [.text("S"), .null, .integer(25)])])
    try register.add("trees", [("district", .text), ("minutes", .integer)], [("1", place, [.text("S"), .integer(30)])])
    try register.add("signs", [("district", .text)], [("1", place, [.text("S")])])
    try register.add(
      "inspectors", [("id", .text), ("shift_start", .text), ("shift_end", .text)],
      [("1", TourReplanTown.yard, [.text("A"), .text("07:00"), .text("15:00")])])
    return register
  }

  private func asked() throws -> TourRequest {
    var request = try request([String]())
    request.collections = ["playgrounds", "trees"]
    request.service = .property("minutes", fallback: nil)
    request.filter = .equalities([TourRequest.PropertyEquality(property: "district", value: "N")])
    request.priority = "priority"
    request.register = TourRequest.InspectorRegister(ids: nil)
    return request
  }

  @Test func urgentFeaturesOfEveryCollectionAreReadByTheRulesOfTheRequest() throws {
    let (register, request) = (try register(), try asked())
    func work(_ plan: TourPlan, _ change: TourChange) throws -> TourWork {
      try TourReplanner.work(plan, request, change, reader: register, descriptors: register.descriptors)
    }
    func trees(_ id: String) -> FeatureReference { FeatureReference(collection: "trees", id: id) }
    let first = try TourWork(request, reader: register, descriptors: register.descriptors)
    var plan = try plan(first.request, first.features)
    #expect(plan.routes.flatMap(\.stops).flatMap(\.features).map(\.description) == ["playgrounds/1"])
    // Trees have no priority, signs no minutes.
    let sign = FeatureReference(collection: "signs", id: "1")
    var change = TourChange()
    change.urgent = [TourChange.Urgent(feature: trees("1")), TourChange.Urgent(feature: sign, service: 300)]
    for (number, change) in [change, TourChange(), TourChange()].enumerated() {
      let work = try work(plan, change)
      // The inspectors stand in a collection.
      #expect(work.request.inspectors.map(\.id) == ["A"])
      plan = try replan(plan, work.request, change, work.features)
      let minutes = Dictionary(
        plan.routes.flatMap(\.stops).flatMap(\.visits).map { ($0.feature.description, $0.service.value / 60) }
      ) { first, _ in first }
      #expect(minutes == ["playgrounds/1": 20, "trees/1": 30, "signs/1": 5], "after \(number) further changes")
    }
    // What is not there is told in its place, and what is not there any more is left out.
    let lamp = FeatureReference(collection: "lamps", id: "1")
    change.urgent = [trees("1"), trees("9"), lamp].map { TourChange.Urgent(feature: $0) }
    let unknown = try work(plan, change)
    let error = try #require(
      #expect(throws: TourRequestError.self) {
        try TourReplanner.check(change, of: plan, unknown.request, features: unknown.features)
      })
    #expect(error.faults.map { "\($0.code) \($0.path)" } == ["unknownFeature $.urgent[1]", "unknownFeature $.urgent[2]"])
    plan.urgent.append(TourChange.Urgent(feature: trees("9")))
    #expect(try work(plan, TourChange()).features.count == 3)
  }

  // MARK: - Loads and ways

  @Test func whatHasBeenLoadedStaysOnBoardWhenTheRegisterKnowsOfTheVisit() throws {
    var anna = inspector("A")
    anna.capacity = ["water": 1000]
    var request = try request([anna])
    request.loads = [TourRequest.Load(measure: "water", amount: .fixed(0))]
    var features = [feature("1", east: 1000), feature("2", east: 2000)]
    (features[0].loads, features[1].loads) = ([600], [700])
    // The first one matters more, so that the second one finds no room.
    features[0].rank = TourLevel.must.rank
    let plan = try plan(request, features)
    #expect(plan.unassigned.map(\.feature) == [reference("2")])
    #expect(plan.routes[0].stops[0].visits[0].load == ["water": 600])
    let change = TourChange(at: try clock("07:30:00"))
    for known in [features, [features[1]]] {
      let new = try replan(plan, request, change, known)
      #expect(new.routes[0].stops.map(\.features) == [[reference("1")]])
      // The vehicle could carry it, were it empty.
      #expect(new.unassigned.map(\.reason) == [.noRoomLeft])
      #expect(new.unassigned[0].message.german.contains("mit dem, was schon geladen ist"))
      // And so after the next change.
      #expect(try replan(new, request, TourChange(at: clock("07:40:00")), known).routes[0].stops.count == 1)
    }
  }

  @Test func beingLateIsNotDriving() throws {
    // There and back, to three visits: 9 km times 1.3 at 30 km/h are 23 minutes and 24 seconds.
    var anna = inspector("A")
    anna.longestTravel = Seconds(24 * 60)
    let request = try request([anna])
    let features = (1...3).map { feature("\($0)", east: Double($0) * 1500) }
    let plan = try plan(request, features)
    #expect(plan.unassigned == [])
    // On the way to the first one.
    let at = Instant(millisecondsSince1970: plan.routes[0].departure.millisecondsSince1970 + 60_000)
    var change = TourChange(at: at)
    change.delays = [TourChange.Delay(inspector: "A", time: 3600)]
    let new = try replan(plan, request, change, features)
    #expect(new.unassigned == [])
    #expect(new.routes[0].stops.map(\.features) == plan.routes[0].stops.map(\.features))
    #expect(new.routes[0].seconds == plan.routes[0].seconds)
  }

  /// Of a tour in which nothing is open any more, the break and the way home are still to come.
  @Test func aBreakThatIsStillToComeStays() throws {
    var anna = inspector("A")
    anna.breaks = [TourRequest.Inspector.Pause(duration: 1800, limit: .window(TourRequest.DayWindow(begin: 39_600, end: 46_800)))]
    let request = try request([anna])
    let features = (1...2).map { feature("\($0)", east: Double($0) * 1000, minutes: 150) }
    let plan = try plan(request, features)
    let pause = try #require(plan.routes[0].breaks.first)
    #expect(pause.afterStops == 2)
    var change = TourChange(at: plan.routes[0].stops[1].begin.later(by: 60))
    #expect(try replan(plan, request, change, features).routes[0].breaks == [pause])
    change.delays = [TourChange.Delay(inspector: "A", time: 600)]
    let late = try replan(plan, request, change, features).routes[0]
    #expect(late.breaks == [TourPlan.Pause(afterStops: 2, begin: pause.begin.later(by: 600), end: pause.end.later(by: 600))])
    #expect(late.arrival == plan.routes[0].arrival.later(by: 600))
  }

  /// Nobody rests before the work.
  @Test(arguments: [8.0, 3.0]) func aBreakWithinSomeHoursDoesNotBeginTheDay(shift: Double) throws {
    var anna = inspector("A")
    anna.shift.end = Seconds(25_200 + Int(shift * 3600))
    anna.breaks = [TourRequest.Inspector.Pause(duration: 1800, limit: .within(Seconds(6 * 3600)))]
    let plan = try plan(try request([anna]), [feature("1", east: 1000, minutes: 60), feature("2", east: 2000, minutes: 45)])
    #expect(plan.unassigned == [])
    let pause = try #require(plan.routes[0].breaks.first)
    let half = min(3.0, (shift - 0.5) / 2)
    #expect(pause.begin >= (try clock("07:00:00")).later(by: Int64(half * 3600)))
  }

  @Test func whatHasBegunStaysSoWhereAChangeTellsNoTime() throws {
    let request = try request([inspector("A"), inspector("B")])
    let features = (1...6).map { feature("\($0)", east: Double($0 * 2 - 7) * 1000, minutes: 80) }
    let plan = try plan(request, features)
    let at = plan.routes[0].stops[0].begin.later(by: 60)
    let second = try replan(plan, request, TourChange(at: at), features)
    #expect(second.at == at)
    var change = TourChange()
    change.absent = [TourChange.Absence(inspector: "A")]
    let third = try replan(second, request, change, features)
    #expect(third.at == at)
    #expect(third.routes.first { $0.inspector == "A" }?.stops.map(\.features) == [plan.routes[0].stops[0].features])
    // Told, an earlier one is taken.
    change.at = try clock("06:00:00")
    #expect(try replan(second, request, change, features).routes.map(\.inspector) == ["B"])
  }

  @Test func aLockSaysNothingOfTheDaysOnWhichAVisitMayBeMade() throws {
    let request = try request([inspector("A")], days: 3)
    let features = (1...3).map { feature("\($0)", east: Double($0) * 1000) }
    let plan = try plan(request, features)
    var change = TourChange()
    change.locks = features.map(\.reference)
    let locked = try replan(plan, request, change, features)
    for stop in locked.routes.flatMap(\.stops) {
      #expect(stop.isFixed && stop.reason?.german.contains("letzte Tag") == false, "\(stop.reason?.german ?? "")")
    }
  }

  // MARK: - The rest of a shift

  @Test func nobodyIsToldThatYesterdayWasTooShort() throws {
    let request = try request([inspector("A")], days: 2)
    let features = (1...2).map { feature("\($0)", east: Double($0) * 1000, minutes: 60) }
    let plan = try plan(request, features)
    let tomorrow = try clock("08:00:00").later(by: 86_400)
    let late = try replan(plan, request, TourChange(at: tomorrow), features + [feature("long", east: 500, minutes: 450)])
    let entry = try #require(late.unassigned.first)
    let second = try #require(CalendarDate(iso: "2026-12-02"))
    #expect(entry.obstacles.map(\.day) == [second])
    #expect(entry.message.english.contains("2026-12-02"), "\(entry.message.english)")
    // A tour without stops stays on its day.
    let empty = try #require(late.routes.first { $0.stops.isEmpty })
    #expect(empty.departure == empty.arrival && empty.departure < tomorrow || empty.day == second)
  }

  @Test func whatIsTooLongForTheRestOfTheDayIsNotCalledTooLong() throws {
    let request = try request([inspector("A")])
    let plan = try plan(request, [feature("1", east: 1000)])
    // Five hours fit into the shift, but not into what is left of it at noon.
    let features = [feature("1", east: 1000), feature("long", east: 1000, minutes: 300)]
    #expect(try self.plan(request, features).unassigned == [])
    let new = try replan(plan, request, TourChange(at: try clock("12:00:00")), features)
    let entry = try #require(new.unassigned.first)
    #expect(entry.reason == .noRoomLeft)
    #expect(entry.message.english.contains("the rest of A's shift") && !entry.message.english.contains("empty tour"))
    #expect(entry.message.german.contains("im Rest der Schicht von A"))
    #expect(entry.obstacles.map(\.reason) == [.noRoomLeft])
    // Before anything has begun it is as ever.
    let tooLong = [feature("1", east: 1000), feature("long", east: 1000, minutes: 600)]
    let early = try replan(plan, request, TourChange(), tooLong)
    #expect(early.unassigned.map(\.reason) == [.shiftTooShort])
    // And what no shift could hold is said to be so at noon too.
    let late = try replan(plan, request, TourChange(at: try clock("12:00:00")), tooLong)
    #expect(late.unassigned.map(\.reason) == [.shiftTooShort])
  }
}
