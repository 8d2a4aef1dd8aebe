import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import Synchronization
import TestSupport
import Testing

/// What requests may ask for beyond one tour of one day.
struct TourPlanningTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)

  private func inspector(_ id: String = "A", shift: (Int, Int) = (7, 15)) -> TourRequest.Inspector {
    TourRequest.Inspector(
      id: id, start: Self.yard, end: Self.yard, shiftStart: Seconds(shift.0 * 3600), shiftEnd: Seconds(shift.1 * 3600))
  }

  /// 1 December 2026 is a Tuesday.
  private func request(
    _ inspectors: [TourRequest.Inspector], days: Int = 1, _ change: (inout TourRequest) -> Void = { _ in }
  ) throws -> TourRequest {
    var request = TourRequest(
      collections: ["playgrounds"], service: .fixed(1200), day: try day(1), days: days, inspectors: inspectors)
    change(&request)
    return request
  }

  private func day(_ number: Int) throws -> CalendarDate { try #require(CalendarDate(year: 2026, month: 12, day: number)) }

  private func feature(
    _ id: String, east: Double = 1000, minutes: Int = 20, _ change: (inout TourFeature) -> Void = { _ in }
  ) -> TourFeature {
    var feature = TourFeature(
      reference: reference(id), location: Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(east)),
      service: Seconds(minutes * 60))
    change(&feature)
    return feature
  }

  private func reference(_ id: String) -> FeatureReference { FeatureReference(collection: "playgrounds", id: id) }

  private func plan(_ request: TourRequest, _ features: [TourFeature], rounds: Int = 200) throws -> TourPlan {
    try TourPlanner.plan(
      request, features: features, time: TownTime(), source: GeodesicTravel(detourFactor: 1, kmh: 36), budget: .iterations(rounds)
    )
  }

  private func tours(_ plan: TourPlan) -> [String] {
    plan.routes.map { "\($0.inspector) \($0.day.day): \($0.stops.flatMap(\.features).map(\.id).sorted().joined(separator: " "))" }
  }

  // MARK: Days

  @Test func weekHasAShiftOfEachInspectorOnEachWorkingDay() throws {
    var otto = inspector("O")
    otto.weekdays = [6]
    var zoe = inspector("Z")
    zoe.days = [try day(2)]
    zoe.exceptions = [
      .init(day: try day(2), shift: nil), .init(day: try day(3), shift: .init(begin: 28_800, end: 36_000)),
      .init(day: try day(3), shift: .init(begin: 46_800, end: 50_400)),
    ]
    let plan = try plan(request([inspector(), otto, zoe], days: 7), [])
    #expect(tours(plan) == ["A 1: ", "A 2: ", "A 3: ", "Z 3: ", "Z 3: ", "A 4: ", "O 5: ", "A 7: "])
    // A single day is worked on, whatever day it is.
    let sunday = try self.plan(request([inspector()]) { $0.day = CalendarDate(daysSince1970: $0.day.daysSince1970 + 5) }, [])
    #expect(tours(sunday) == ["A 6: "])
  }

  @Test func dueDateChoosesTheDay() throws {
    let due = try [1: day(1), 2: day(3), 3: day(5), 4: day(20)]
    let features = (1...4).map { number in feature("\(number)", east: 500) { $0.due = due[number] } }
    let plan = try plan(
      request([inspector()], days: 5) {
        $0.due = TourRequest.Due(property: "next", earlyDays: 1, lateDays: 0)
        $0.mergeReach = Metres(0)
      }, features)
    #expect(plan.routes[0].stops.flatMap(\.features).map(\.id) == ["1"])
    for route in plan.routes {
      for visit in route.stops.flatMap(\.visits) {
        let due = try #require(visit.due)
        #expect((due.adding(days: -1)...due).contains(route.day))
      }
    }
    #expect(plan.unassigned.map(\.feature.id) == ["4"])
    #expect(plan.unassigned.first?.message.german.contains("19.12.2026") == true)
  }

  @Test func longerOverdueComesFirstWhereNotAllFit() throws {
    // One hour takes two of them.
    let today = try day(1)
    let features = (1...3).map { number in
      feature("\(number)", east: Double(number) * 100) {
        $0.due = today.adding(days: -number)
        $0.rank = TourLevel.overdue.rank
      }
    }
    let plan = try plan(request([inspector(shift: (7, 8))]) { $0.due = TourRequest.Due(property: "next") }, features)
    #expect(plan.unassigned.map(\.feature.id) == ["1"])
    #expect(plan.routes[0].stops.allSatisfy { $0.reason?.english.contains("overdue since") == true })
  }

  @Test func levelsGoBeforeNumbers() throws {
    let must = feature("must", east: 8000, minutes: 30) { $0.rank = TourLevel.must.rank }
    let routine = (1...3).map { feature("\($0)", east: Double($0) * 100, minutes: 15) }
    let plan = try plan(request([inspector(shift: (7, 8))]), [must] + routine)
    #expect(plan.routes[0].stops.flatMap(\.features).map(\.id).contains("must"))
    #expect(plan.unassigned.allSatisfy { $0.visit.level == .routine })
  }

  // MARK: Times

  @Test func windowsAndNightHold() throws {
    let early = TourRequest.DayWindow(begin: 28_800, end: 32_400)
    let plan = try plan(
      request([inspector(), inspector("N", shift: (20, 30))]) { $0.night = .init(begin: 75_600, end: 90_000) },
      [
        feature("morning", east: 300) { $0.windows = [early] }, feature("lamp", east: 600) { $0.isNightOnly = true },
        feature("never", east: 900) {
          $0.isNightOnly = true
          $0.windows = [early]
        },
      ])
    let stops = Dictionary(uniqueKeysWithValues: plan.routes.flatMap(\.stops).map { ($0.features[0].id, $0) })
    let morning = try #require(stops["morning"])
    #expect(plan.local(morning.begin).hasPrefix("2026-12-01T08:00:00"))
    #expect(morning.reason?.german == "darf nicht vor 08:00 Uhr beginnen")
    let lamp = try #require(stops["lamp"])
    // From 21:00 to 1:00 of the next day.
    #expect("2026-12-01T21:00:00" <= plan.local(lamp.begin))
    #expect(plan.local(lamp.departure) <= "2026-12-02T01:00:00+01:00")
    #expect(plan.unassigned.map(\.feature.id) == ["never"])
    #expect(plan.unassigned[0].reason == .windowMissed)
  }

  @Test func mergedVisitsAllBeginInTheWindow() throws {
    let window = TourRequest.DayWindow(begin: 28_800, end: 30_000)
    let features = (1...4).map { number in
      feature("\(number)", east: 300, minutes: 10) { $0.windows = [window] }
    }
    let plan = try plan(request([inspector(), inspector("B")]), features)
    #expect(plan.unassigned.isEmpty)
    for stop in plan.routes.flatMap(\.stops) {
      let last = stop.begin.millisecondsSince1970 + Int64(stop.visits.dropLast().reduce(0) { $0 + $1.service.value }) * 1000
      let town = try TownTime()
      #expect(town.timeOfDay(of: Instant(millisecondsSince1970: last)) <= window.end)
    }
  }

  @Test func breaksOfAShiftOverMidnightLieInIt() throws {
    var night = inspector(shift: (22, 30))
    night.breaks = [
      .init(duration: 1800, limit: .window(.init(begin: 3600, end: 7200))), .init(duration: 600, limit: .within(5400)),
    ]
    let features = (1...12).map { feature("\($0)", east: Double($0) * 100) }
    let plan = try plan(request([night]), features)
    let breaks = plan.routes[0].breaks.map { plan.local($0.begin) }
    #expect(breaks.count == 2)
    #expect(breaks.contains { "2026-12-02T01:00:00" <= $0 && $0 <= "2026-12-02T02:00:00+01:00" })
    #expect(breaks.contains { $0 <= "2026-12-01T23:30:00+01:00" })
    #expect(plan.unassigned.isEmpty)
  }

  @Test func serviceSetUpAndLimitsFollowTheInspector() throws {
    var senior = inspector()
    senior.type = "senior"
    senior.longestTravel = 300
    let near = feature("near", east: 1000) {
      $0.serviceByType = ["senior": 600]
      $0.setUp = 120
    }
    let plan = try plan(request([senior]), [near, feature("far", east: 2000)])
    let stop = try #require(plan.routes[0].stops.first)
    #expect(stop.begin.millisecondsSince1970 - stop.arrival.millisecondsSince1970 == 120_000)
    #expect(stop.departure.millisecondsSince1970 - stop.begin.millisecondsSince1970 == 600_000)
    #expect(stop.visits.first?.service == 600)
    #expect(plan.unassigned.map(\.reason) == [.shiftTooShort])
  }

  // MARK: Who

  @Test func independencePinsAndPreferencesChooseTheInspector() throws {
    var anna = inspector("A")
    anna.name = "Anna"
    let features = [
      feature("checked", east: 100) { $0.independentOf = ["Anna"] }, feature("pinned", east: 200),
      feature("liked", east: 300) { $0.preferences = ["B": 3600] }, feature("plain", east: 400),
    ]
    let plan = try plan(
      request([anna, inspector("B")]) { $0.pins = [TourRequest.Pin(feature: reference("pinned"), inspector: "A")] }, features)
    func who(_ id: String) -> String? { plan.routes.first { $0.stops.contains { $0.features[0].id == id } }?.inspector }
    #expect(who("checked") == "B")
    #expect(who("pinned") == "A")
    #expect(who("liked") == "B")
  }

  @Test func everybodyWhoMayNotComeHasAnObstacle() throws {
    var anna = inspector("A")
    anna.qualifications = ["Baum"]
    let plan = try plan(
      request([anna, inspector("B")], days: 2) { $0.pins = [.init(feature: reference("3"), inspector: "B", day: nil)] },
      [
        feature("1", east: 100) {
          $0.qualifications = ["Baum"]
          $0.independentOf = ["A"]
        },
        feature("2", east: 199.5, minutes: 600), feature("3", east: 300) { $0.independentOf = ["B"] },
      ])
    let left = Dictionary(uniqueKeysWithValues: plan.unassigned.map { ($0.feature.id, $0) })
    let first = try #require(left["1"])
    #expect(first.reason == .pinnedToOthers)
    #expect(
      first.obstacles.map { "\($0.inspector) \($0.day.day) \($0.reason)" } == [
        "A 1 pinnedToOthers", "B 1 noQualifiedInspector", "A 2 pinnedToOthers", "B 2 noQualifiedInspector",
      ])
    // Ten hours and 40 s of way in a shift of eight.
    #expect(left["2"]?.reason == .shiftTooShort)
    #expect(left["2"]?.obstacles.map { $0.missing } == Array(repeating: 7240, count: 4))
    #expect(left["3"]?.obstacles.map(\.reason) == Array(repeating: .pinnedToOthers, count: 4))
  }

  @Test func fullTourTellsWhatWouldHaveToGo() throws {
    let features = (1...3).map { number in feature("\(number)", east: Double(number) * 300) { $0.name = "Platz \(number)" } }
    let plan = try plan(request([inspector(shift: (7, 8))]), features)
    let obstacle = try #require(plan.unassigned.first?.obstacles.first)
    #expect(obstacle.reason == .noRoomLeft)
    #expect(obstacle.displaces.count == 1)
    #expect(obstacle.message.german.contains("Platz \(obstacle.displaces[0].id) müsste weichen"))
    // What it says is true: without the other the visit fits.
    let without = try self.plan(request([inspector(shift: (7, 8))]), features.filter { $0.reference != obstacle.displaces[0] })
    #expect(without.unassigned.isEmpty)
  }

  @Test func loadsFillVehicles() throws {
    var small = inspector("S")
    small.capacity = ["water": 10]
    var large = inspector("L")
    large.capacity = ["water": 25]
    let features = (1...4).map { number in feature("\(number)", east: Double(number) * 100) { $0.loads = [10] } }
    let plan = try plan(
      request([small, large]) { $0.loads = [TourRequest.Load(measure: "water", amount: .fixed(10))] }, features)
    #expect(plan.routes.map(\.stops.count) == [1, 2])
    #expect(plan.unassigned.map(\.reason) == [.noRoomLeft])
    #expect(plan.unassigned[0].obstacles.map(\.reason) == [.loadTooLarge, .loadTooLarge])
    #expect(plan.unassigned[0].obstacles[1].message.english.hasPrefix("the vehicle lacks room for 5 water"))
  }

  @Test func balanceShortensTheLongestDay() throws {
    // All lie on one side: one tour is the shortest way.
    let features = (1...8).map { feature("\($0)", east: 1000 + Double($0) * 20) }
    func longest(_ plan: TourPlan) -> Int64 {
      plan.routes.map { $0.arrival.millisecondsSince1970 - $0.departure.millisecondsSince1970 }.max() ?? 0
    }
    let plain = try plan(request([inspector("A"), inspector("B")]), features)
    let even = try plan(request([inspector("A"), inspector("B")]) { $0.balance = 100 }, features, rounds: 600)
    #expect(plain.routes.map(\.stops.isEmpty).contains(true))
    #expect(longest(even) < longest(plain))
    #expect(even.routes.allSatisfy { !$0.stops.isEmpty })
  }

  @Test func balanceEndsWhenItIsToldTo() throws {
    let features = (1...8).map { feature("\($0)", east: 1000 + Double($0) * 20) }
    let inBalance = Atomic(0)
    let plan = try TourPlanner.plan(
      request([inspector("A"), inspector("B")]) { $0.balance = 100 }, features: features, time: TownTime(),
      source: GeodesicTravel(detourFactor: 1, kmh: 36), budget: .iterations(1_000)
    ) { progress in
      // The first report of the second half is that of the balance.
      guard progress.spent >= 0.5 else { return true }
      inBalance.add(1, ordering: .relaxed)
      return false
    }
    #expect(inBalance.load(ordering: .relaxed) == 1)
    #expect(plan.unassigned.isEmpty)
  }

  @Test func nobodyOnDutyIsAReasonOfItsOwn() throws {
    var absent = inspector()
    absent.days = []
    let plan = try plan(request([absent]), [feature("1")])
    #expect(plan.routes.isEmpty)
    #expect(plan.unassigned.map(\.message.english) == ["no inspector has a shift on the days of the plan"])
  }

  @Test func progressStopsTheSearch() throws {
    let features = (1...20).map { feature("\($0)", east: Double($0 * 7919 % 4000)) }
    let reports = Atomic(0)
    let plan = try TourPlanner.plan(
      request([inspector()]), features: features, time: TownTime(), source: GeodesicTravel(detourFactor: 1, kmh: 36),
      budget: .iterations(1_000_000)
    ) { progress in
      reports.add(1, ordering: .relaxed)
      return progress.spent < 0.001
    }
    #expect(reports.load(ordering: .relaxed) > 1)
    #expect(plan.routes[0].stops.count + plan.unassigned.count == 20)
  }
}

/// Several people at one visit, and several searches.
struct TourTogetherTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)

  private func request(_ inspectors: [String], _ change: (inout TourRequest) -> Void = { _ in }) -> TourRequest {
    var request = TourRequest(
      collections: ["trees"], service: .fixed(1200), day: CalendarDate(daysSince1970: 20_000),
      inspectors: inspectors.map {
        TourRequest.Inspector(id: $0, start: Self.yard, end: Self.yard, shiftStart: 25_200, shiftEnd: 54_000)
      })
    change(&request)
    return request
  }

  private func feature(_ id: String, east: Double, people: Int = 1) -> TourFeature {
    var feature = TourFeature(
      reference: FeatureReference(collection: "trees", id: id),
      location: Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(east)), service: 1200)
    feature.people = people
    return feature
  }

  private func plan(_ request: TourRequest, _ features: [TourFeature], searches: Int = 1) throws -> TourPlan {
    try TourPlanner.plan(
      request, features: features, time: TownTime(), source: GeodesicTravel(detourFactor: 1, kmh: 36), budget: .iterations(200),
      searches: searches)
  }

  @Test func twoPeopleBeginInTheSameSecond() throws {
    let features = (1...6).map { feature("\($0)", east: Double($0) * 400, people: $0 % 3 == 0 ? 2 : 1) }
    let plan = try plan(request(["A", "B"]) { $0.pins = [.init(feature: features[2].reference, inspector: "B")] }, features)
    #expect(plan.unassigned.isEmpty)
    for shared in features.filter({ $0.people == 2 }) {
      let stops = plan.routes.flatMap(\.stops).filter { $0.features == [shared.reference] }
      #expect(stops.count == 2)
      #expect(Set(stops.map(\.begin)).count == 1)
      #expect(Set(stops.flatMap(\.companions)) == ["A", "B"])
      #expect(stops.allSatisfy { $0.reason?.german.hasPrefix("zur gleichen Zeit wie") == true })
    }
  }

  @Test func notEnoughPeopleIsToldOnce() throws {
    let plan = try plan(request(["A", "B"]), [feature("1", east: 400, people: 3), feature("2", east: 800)])
    #expect(plan.unassigned.map(\.feature.id) == ["1"])
    #expect(plan.unassigned.first?.reason == .notEnoughPeople)
    #expect(plan.routes.flatMap(\.stops).flatMap(\.features).map(\.id) == ["2"])
  }

  @Test func searchesSideBySideAreNeverWorseAndAlwaysTheSame() throws {
    let features = (1...30).map { feature("\($0)", east: Double($0 * 7919 % 5000)) }
    let both = try plan(request(["A", "B"]), features, searches: 2)
    #expect(try plan(request(["A", "B"]), features, searches: 2) == both)
    let alone = try plan(request(["A", "B"]), features)
    func way(_ plan: TourPlan) -> Int { plan.routes.reduce(0) { $0 + $1.seconds } }
    #expect(both.unassigned.count <= alone.unassigned.count)
    #expect(both.unassigned.count < alone.unassigned.count || way(both) <= way(alone))
  }

  @Test func progressHandsOutWholePlans() throws {
    let features = (1...20).map { feature("\($0)", east: Double($0 * 7919 % 5000)) }
    let told = Mutex([TourPlan]())
    _ = try TourPlanner.plan(
      request(["A", "B"]), features: features, time: TownTime(), source: GeodesicTravel(detourFactor: 1, kmh: 36),
      budget: .iterations(500)
    ) { progress in
      told.withLock { plans in
        if plans.count < 3, let plan = try? progress.plan() { plans.append(plan) }
      }
      return true
    }
    let plans = told.withLock { $0 }
    #expect(plans.count == 3)
    for plan in plans {
      let all = plan.routes.flatMap(\.stops).flatMap(\.features) + plan.unassigned.map(\.feature)
      #expect(all.map(\.id).sorted() == features.map(\.reference.id).sorted())
    }
  }
}
