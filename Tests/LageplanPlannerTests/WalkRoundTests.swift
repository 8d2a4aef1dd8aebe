import LageplanFeatures
import LageplanGeometry
import LageplanTours
import TestSupport
import Testing

@testable import LageplanPlanner

struct WalkRoundTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)

  private func feature(_ id: String, east: Double, north: Double = 0, minutes: Int = 10) -> TourFeature {
    let place = Geodesic.destination(from: Self.yard, azimuth: 90, distance: Metres(east))
    return TourFeature(
      reference: FeatureReference(collection: "trees", id: id),
      location: Geodesic.destination(from: place, azimuth: 0, distance: Metres(north)), service: Seconds(minutes * 60))
  }

  private func plan(_ features: [TourFeature], walk: Double?, setUp: Int = 300) throws -> TourPlan {
    var request = TourRequest(
      collections: ["trees"], service: .fixed(600), day: CalendarDate(daysSince1970: 20_000),
      inspectors: [TourRequest.Inspector(id: "A", start: Self.yard, end: Self.yard, shiftStart: 25_200, shiftEnd: 54_000)])
    request.walk = walk.map { TourRequest.Walk(reach: Metres($0)) }
    return try TourPlanner.plan(
      request,
      features: features.map { feature in
        var feature = feature
        feature.setUp = Seconds(setUp)
        return feature
      }, time: TownTime(), source: GeodesicTravel(detourFactor: 1, kmh: 36), walking: GeodesicTravel(detourFactor: 1, kmh: 3.6),
      budget: .iterations(100))
  }

  @Test(arguments: Seed.hundred) func roundIsTheShortestOfAllOrders(seed: Seed) throws {
    var seed = seed
    let count = Int.random(in: 1...6, using: &seed)
    let seconds = (0..<count * count).map { $0 % (count + 1) == 0 ? 0 : Int32.random(in: 1...500, using: &seed) }
    let table = try TravelTable(locationCount: count, seconds: seconds, metres: seconds)
    func length(_ order: [Int]) -> Int {
      zip(order, order.dropFirst() + [order[0]]).reduce(0) { $0 + table.seconds(from: $1.0, to: $1.1).value }
    }
    func shortest(_ order: [Int], _ rest: [Int]) -> Int {
      rest.isEmpty ? length(order) : rest.map { next in shortest(order + [next], rest.filter { $0 != next }) }.min() ?? 0
    }
    let round = WalkRounds.shortestRound(over: Array(0..<count), table)
    #expect(round.order.sorted() == Array(0..<count))
    #expect(round.seconds == shortest([0], Array(1..<count)))
    #expect(length(round.order) == round.seconds)
  }

  @Test func nearTreesAreOneStopOnFoot() throws {
    let trees = [feature("1", east: 2000), feature("2", east: 2060), feature("3", east: 2120), feature("far", east: 2900)]
    let plan = try plan(trees, walk: 250)
    let stops = plan.routes[0].stops
    #expect(stops.map { $0.features.map(\.id).sorted() }.sorted { $0.count > $1.count } == [["1", "2", "3"], ["far"]])
    let round = try #require(stops.first { $0.visits.count == 3 })
    // There and back at a metre a second.
    #expect(round.walk.map(\.metres).reduce(0, +) >= 240)
    #expect(round.walk.map(\.metres).reduce(0, +) <= 244)
    #expect(round.walk.count == 4)
    #expect(round.walk[0].metres == 0)
    let walked = round.walk.reduce(0) { $0 + $1.seconds }
    #expect(round.departure.millisecondsSince1970 - round.begin.millisecondsSince1970 == Int64(1800 + walked) * 1000)
    #expect(stops.first { $0.visits.count == 1 }?.walk == [])
  }

  @Test func whoDrivesFasterThanWalksDrives() throws {
    let trees = [feature("1", east: 2000), feature("2", east: 2100)]
    // 100 m there and back on foot take 200 s; to drive there 10 s and the set-up.
    #expect(try plan(trees, walk: 250, setUp: 180).routes[0].stops.count == 2)
    #expect(try plan(trees, walk: 250, setUp: 200).routes[0].stops.count == 1)
    #expect(try plan(trees, walk: nil, setUp: 200).routes[0].stops.count == 2)
    #expect(try plan(trees, walk: 90, setUp: 200).routes[0].stops.count == 2)
  }

  @Test(arguments: Seed.hundred) func everyWalkGoesFromVisitToVisitAndBack(seed: Seed) throws {
    var seed = seed
    let trees = (0..<12).map { number in
      feature("\(number)", east: Double.random(in: 0...600, using: &seed), north: Double.random(in: 0...600, using: &seed))
    }
    let plan = try plan(trees, walk: 200)
    let visits = plan.routes[0].stops.flatMap(\.visits)
    #expect(visits.map(\.feature.id).sorted() == trees.map(\.reference.id).sorted())
    for stop in plan.routes[0].stops where !stop.walk.isEmpty {
      #expect(stop.visits.count <= WalkRounds.mostPlaces || stop.walk.contains { $0.metres == 0 })
      // Of two features that share a place both lie within 15 m of it.
      let places = stop.visits.compactMap { visit in trees.first { $0.reference == visit.feature }?.location }
      for place in places { #expect(Geodesic.distance(place, stop.location).value <= 200) }
      let halts = [stop.location] + places + [stop.location]
      for (leg, ends) in zip(stop.walk, zip(halts, halts.dropFirst())) {
        let distance = Geodesic.distance(ends.0, ends.1).value
        #expect(leg.metres == 0 ? distance <= 30 : Double(leg.metres) >= distance - 30)
      }
    }
  }
}
