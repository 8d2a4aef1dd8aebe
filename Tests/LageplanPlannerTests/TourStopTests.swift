import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import TestSupport
import Testing

/// What shares a stop is never lost by it: whatever somebody could visit alone is visited, or there is no time left for it.
struct TourStopTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)
  private static let morning = TourRequest.DayWindow(begin: 36_000, end: 37_800)

  private func inspector(_ id: String, _ begin: Double = 7, _ end: Double = 15) -> TourRequest.Inspector {
    TourRequest.Inspector(
      id: id, start: Self.yard, end: Self.yard, shiftStart: Seconds(Int(begin * 3600)), shiftEnd: Seconds(Int(end * 3600)))
  }

  /// 1 December 2026 is a Tuesday.
  private func request(_ inspectors: [TourRequest.Inspector], _ change: (inout TourRequest) -> Void = { _ in }) -> TourRequest {
    var request = TourRequest(
      collections: ["trees"], service: .fixed(1200), day: CalendarDate(daysSince1970: 20_788), inspectors: inspectors)
    change(&request)
    return request
  }

  private func reference(_ id: String) -> FeatureReference { FeatureReference(collection: "trees", id: id) }

  private func feature(
    _ id: String, east: Double = 500, minutes: Int = 20, _ change: (inout TourFeature) -> Void = { _ in }
  ) -> TourFeature {
    var feature = TourFeature(
      reference: reference(id), location: Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(east)),
      service: Seconds(minutes * 60))
    change(&feature)
    return feature
  }

  private func plan(
    _ request: TourRequest, _ features: [TourFeature], source: any TravelSource = GeodesicTravel(detourFactor: 1, kmh: 36),
    walking: (any TravelSource)? = GeodesicTravel(detourFactor: 1, kmh: 3.6)
  ) throws -> TourPlan {
    try TourPlanner.plan(
      request, features: features, time: TownTime(), source: source, walking: walking, budget: .iterations(100))
  }

  private func replan(
    _ plan: TourPlan, _ request: TourRequest, _ change: TourChange, _ features: [TourFeature]
  ) throws -> TourPlan {
    try TourReplanner.replan(
      plan, request, change, features: features, time: TownTime(), source: GeodesicTravel(detourFactor: 1, kmh: 36),
      budget: .iterations(100))
  }

  private func stops(_ plan: TourPlan) -> [String] {
    plan.routes.flatMap(\.stops).map { $0.features.map(\.id).joined(separator: "+") }.sorted()
  }

  // MARK: Sharing a stop

  @Test func twoLoadsShareAStopOnlyWhereAVehicleCarriesBoth() throws {
    func tours(capacity: Int) throws -> TourPlan {
      let inspectors = ["A", "B"].map { id in
        var inspector = inspector(id)
        inspector.capacity = ["water": capacity]
        return inspector
      }
      return try plan(
        request(inspectors) { $0.loads = [TourRequest.Load(measure: "water", amount: .fixed(600))] },
        [feature("1") { $0.loads = [600] }, feature("2", east: 505) { $0.loads = [600] }])
    }
    #expect(stops(try tours(capacity: 800)) == ["1", "2"])
    #expect(stops(try tours(capacity: 1200)) == ["1+2"])
  }

  @Test func aStopFitsTheLongestWorkOfThoseWhoMayCome() throws {
    let hours = (1...4).map { feature("\($0)", east: 500 + Double($0), minutes: 60) }
    var short = inspector("A")
    short.longestWork = 10_800
    // Three hours hold two of them and the way.
    #expect(try plan(request([short]), hours).unassigned.count == 2)
    var qualified = inspector("B", 7, 10.5)
    qualified.qualifications = ["Baum"]
    let trees = hours.map { hour in
      var hour = hour
      hour.qualifications = ["Baum"]
      return hour
    }
    #expect(try plan(request([inspector("A"), qualified]), trees).unassigned.count == 1)
  }

  @Test func aStopThatIsReachedTooLateForAllOfItIsDivided() throws {
    // A quarter of an hour away: each may begin at 8:15, but not one after the other by 8:20.
    let window = TourRequest.DayWindow(begin: 28_800, end: 30_000)
    let far = ["1", "2"].map { id in feature(id, east: 9000, minutes: 10) { $0.windows = [window] } }
    #expect(stops(try plan(request([inspector("A", 8), inspector("B", 8)]), far)) == ["1", "2"])
    // Who begins at seven is there in time for both.
    #expect(stops(try plan(request([inspector("A")]), far)) == ["1+2"])
  }

  @Test func twoPeopleShareAStopOnlyForAsLongAsBothAreThere() throws {
    let two = ["1", "2"].map { id in feature(id, minutes: 40) { $0.people = 2 } }
    // From ten to eleven.
    let brief = try plan(request([inspector("A", 7, 11), inspector("B", 10, 14)]), two)
    #expect(brief.unassigned.count == 1)
    #expect(Set(brief.unassigned.map(\.feature)).isDisjoint(with: brief.routes.flatMap(\.stops).flatMap(\.features)))
    #expect(try plan(request([inspector("A", 7, 13), inspector("B", 10, 14)]), two).unassigned.isEmpty)
  }

  // MARK: Types

  @Test func theSlowDoNotCloseTheWindowsOfTheOthers() throws {
    var slow = inspector("B", 20, 31)
    slow.type = "slow"
    let lamp = feature("1") {
      $0.isNightOnly = true
      $0.serviceByType = ["slow": 28_800]
    }
    let night = try plan(request([inspector("A", 20, 31), slow]), [lamp])
    #expect(night.routes.first { !$0.stops.isEmpty }?.inspector == "A")
    var junior = inspector("B")
    junior.type = "junior"
    let merged = ["1", "2"].map { id in
      feature(id) {
        $0.windows = [Self.morning]
        $0.serviceByType = ["junior": 3600]
      }
    }
    #expect(try plan(request([inspector("A"), junior]), merged).unassigned.isEmpty)
    // Nor do they go where they cannot be done in time.
    let alone = try plan(request([junior]), merged)
    #expect(stops(alone) == ["1"] || stops(alone) == ["2"])
  }

  // MARK: Walking

  @Test func aRoundOnFootEndsInTheWindowToo() throws {
    // The way to the second takes 200 s: 24 minutes and the way are more than the 25 of the window.
    let window = TourRequest.DayWindow(begin: 36_000, end: 37_500)
    func tours(_ window: TourRequest.DayWindow) throws -> TourPlan {
      let trees = [500.0, 700].enumerated().map { number, east in
        feature("\(number + 1)", east: east, minutes: 24) {
          $0.windows = [window]
          $0.setUp = 600
        }
      }
      return try plan(
        request([inspector("A"), inspector("B")]) { $0.walk = TourRequest.Walk(reach: Metres(300)) }, trees)
    }
    #expect(stops(try tours(window)) == ["1", "2"])
    #expect(stops(try tours(TourRequest.DayWindow(begin: 36_000, end: 38_000))) == ["1+2"])
  }

  /// Nobody can drive to what lies east of here.
  private struct Island: TravelSource {
    let east: Double
    private let plain = GeodesicTravel(detourFactor: 1, kmh: 36)
    var travel: TourPlan.Travel { plain.travel }

    init(east: Double) { self.east = east }

    func lines(through places: [Coordinate]) -> [[Coordinate]]? { nil }

    func matrix(of places: [Coordinate]) throws(TravelFailure) -> TravelMatrix {
      var matrix = try plain.matrix(of: places)
      var (seconds, metres) = (matrix.table.seconds, matrix.table.metres)
      for from in places.indices {
        for to in places.indices where from != to && max(places[from].x, places[to].x) > east {
          seconds[from * places.count + to] = TravelTable.unreachable
          metres[from * places.count + to] = TravelTable.unreachable
        }
      }
      do {
        matrix.table = try TravelTable(locationCount: places.count, seconds: seconds, metres: metres)
      } catch {
        throw TravelFailure("\(error)")
      }
      return matrix
    }
  }

  @Test func whatCannotBeDrivenToJoinsARoundByTheSameRules() throws {
    let trees = [feature("here"), feature("yonder", east: 700)]
    let island = Island(east: Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(600)).x)
    func tours(detour: Double, minutes: Int = 20) throws -> TourPlan {
      let trees = trees.map { tree in
        var tree = tree
        (tree.service, tree.windows) = (Seconds(minutes * 60), [Self.morning])
        return tree
      }
      return try plan(
        request([inspector("A")]) { $0.walk = TourRequest.Walk(reach: Metres(250)) }, trees, source: island,
        walking: GeodesicTravel(detourFactor: detour, kmh: 3.6))
    }
    #expect(stops(try tours(detour: 1)) == ["here+yonder"])
    // 600 m on foot are more than 250.
    #expect(stops(try tours(detour: 3)) == ["here"])
    // The last visit must begin within half an hour.
    #expect(stops(try tours(detour: 1, minutes: 28)) == ["here"])
  }

  // MARK: Planned anew

  @Test func aFeatureOfAStopWithConditionsOfItsOwnLeavesTheStop() throws {
    let (request, features) = (request([inspector("A"), inspector("B")]), [feature("1"), feature("2", east: 503)])
    let known = try plan(request, features)
    #expect(stops(known) == ["1+2"])
    var change = TourChange()
    change.urgent = [
      TourChange.Urgent(feature: reference("2"), windows: [TourRequest.DayWindow(begin: 43_200, end: 46_800)])
    ]
    let urgent = try replan(known, request, change, features)
    #expect(stops(urgent) == ["1", "2"])
    let begins = Dictionary(uniqueKeysWithValues: urgent.routes.flatMap(\.stops).map { ($0.features[0].id, $0.begin) })
    #expect("2026-12-01T12:00:00" <= urgent.local(try #require(begins["2"])))

    let who = try #require(known.routes.first { !$0.stops.isEmpty }?.inspector)
    let independent = try replan(
      known, request, TourChange(), [features[0], feature("2", east: 503) { $0.independentOf = [who] }])
    func visitor(_ id: String) -> String? {
      independent.routes.first { $0.stops.contains { $0.features.contains(reference(id)) } }?.inspector
    }
    #expect(visitor("1") == who)
    #expect(visitor("2") != nil && visitor("2") != who)
  }

  @Test func aStopThatNoLongerFitsAShiftIsDivided() throws {
    let (request, features) = (request([inspector("A"), inspector("B")]), [feature("1"), feature("2", east: 503)])
    let known = try plan(request, features)
    func longer(_ minutes: Int) throws -> TourPlan {
      var change = TourChange()
      change.urgent = [TourChange.Urgent(feature: reference("2"), service: Seconds(minutes * 60))]
      return try replan(known, request, change, features)
    }
    #expect(stops(try longer(400)) == ["1+2"])
    #expect(stops(try longer(470)) == ["1", "2"])
  }

  @Test func whoLocksOneFeatureOfAStopLocksTheStop() throws {
    let (request, features) = (request([inspector("A"), inspector("B")]), [feature("1"), feature("2", east: 503)])
    var change = TourChange()
    change.locks = [reference("2")]
    let locked = try replan(plan(request, features), request, change, features)
    #expect(stops(locked) == ["1+2"])
    #expect(locked.routes.flatMap(\.stops).map(\.isFixed) == [true])
    change.locks = []
    change.unlocks = [reference("1")]
    #expect(try replan(locked, request, change, features).routes.flatMap(\.stops).map(\.isFixed) == [false])
  }

  // MARK: At random

  @Test(arguments: Seed.hundred) func whatFitsAloneIsLeftOutForWantOfRoomOnly(seed: Seed) throws {
    var seed = seed
    func chance(_ parts: Int) -> Bool { Int.random(in: 0..<parts, using: &seed) == 0 }
    let inspectors = ["A", "B", "C"].prefix(Int.random(in: 1...3, using: &seed)).map { id in
      let begin = Double(Int.random(in: 6...9, using: &seed))
      var inspector = inspector(id, begin, begin + Double(Int.random(in: 1...8, using: &seed)))
      if chance(2) { inspector.type = chance(2) ? "slow" : "quick" }
      if chance(3) { inspector.longestWork = Seconds(3600 * Int.random(in: 1...4, using: &seed)) }
      if chance(2) { inspector.capacity = ["water": 100 * Int.random(in: 4...10, using: &seed)] }
      if chance(2) { inspector.qualifications = ["Baum"] }
      return inspector
    }
    let request = request(inspectors) {
      $0.loads = [TourRequest.Load(measure: "water", amount: .fixed(0))]
      if chance(2) { $0.walk = TourRequest.Walk(reach: Metres(200)) }
    }
    let windows = [[], [TourRequest.DayWindow(begin: 30_600, end: 32_400)], [Self.morning]]
    let features = (0..<6).map { number in
      feature(
        "\(number)", east: 2000 + Double.random(in: 0...120, using: &seed), minutes: 10 * Int.random(in: 1...9, using: &seed)
      ) {
        $0.serviceByType = chance(2) ? ["slow": 7200, "quick": 300] : ["slow": 3600]
        $0.setUp = chance(2) ? 600 : 0
        $0.loads = [100 * Int.random(in: 0...4, using: &seed)]
        $0.windows = windows[Int.random(in: 0...2, using: &seed)]
        if chance(3) { $0.qualifications = ["Baum"] }
      }
    }
    for entry in try plan(request, features).unassigned where entry.reason != .noRoomLeft {
      let alone = features.filter { $0.reference == entry.feature }
      #expect(try plan(request, alone).unassigned.map(\.feature) == [entry.feature], "\(entry.message.english)")
    }
  }
}
