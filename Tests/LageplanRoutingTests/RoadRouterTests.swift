import Foundation
import LageplanGeometry
import LageplanRouting
import TestSupport
import Testing

@Suite struct RoadRouterTests {
  let roads: Roads
  let car: RoadRouter

  init() throws {
    roads = try TestRoads.roads(TestRoads.grid, profiles: ["car", "foot"])
    car = try RoadRouter(roads, profile: "car")
  }

  func snap(_ column: Double, _ row: Double) throws -> RoadSnap { try #require(car.snap(TestRoads.gridPlace(column, row)).first) }

  @Test func anUnknownProfileIsNamedWithTheKnownOnes() {
    #expect(throws: RoadError.unknownProfile("tram", known: ["car", "foot"])) { try RoadRouter(roads, profile: "tram") }
  }

  @Test func aPlaceBesideAStreetSnapsToItAtARightAngle() throws {
    let snap = try snap(1.5, 2.1)
    #expect(roads.street(snap.street).name == "C")
    #expect(abs(snap.distance.value - Geodesic.distance(TestRoads.gridPlace(1.5, 2.1), TestRoads.gridPlace(1.5, 2)).value) < 0.01)
    #expect(Geodesic.distance(snap.position, TestRoads.gridPlace(1.5, 2)).value < 0.05)
    #expect(snap.forward && snap.backward && snap.component == 0)
  }

  @Test func aOneWayStreetIsLeftAndEnteredInItsDirection() throws {
    let snap = try snap(2.5, 3)
    #expect(snap.forward != snap.backward)
  }

  /// Street D is one-way and came first; who stood on its end could come only along it, or leave only along it.
  @Test func aPlaceOnAJunctionSnapsToAStreetOfBothDirections() throws {
    for column in 0..<7 {
      let snap = try #require(car.nearest(to: TestRoads.gridPlace(Double(column), 3)))
      #expect(snap.distance.value < 0.05)
      #expect(snap.forward && snap.backward, "at street \(column + 1)")
    }
  }

  @Test func nothingSnapsBeyondTheDistance() {
    #expect(car.snap(TestRoads.gridPlace(30, 30)).isEmpty)
    #expect(car.snap(TestRoads.gridPlace(1.5, 2.5), RoadSnapConditions(within: Metres(40))).isEmpty)
    #expect(car.nearest(to: Coordinate(x: .nan, y: 49)) == nil)
  }

  @Test func carsDoNotSnapToFootPaths() throws {
    let place = TestRoads.gridPlace(3, 7)
    let foot = try RoadRouter(roads, profile: "foot")
    let walked = try #require(foot.snap(place).first)
    let driven = try #require(car.snap(place).first)
    #expect(walked.distance.value < 0.1)
    #expect(driven.distance.value > 99)
  }

  @Test func severalCandidatesAreOnDifferentEdgesNearestFirst() {
    let snaps = car.snap(TestRoads.gridPlace(1.3, 2.3), count: 6)
    #expect(snaps.count == 6)
    #expect(Set(snaps.map(\.edge)).count == 6)
    #expect(snaps.map(\.distance) == snaps.map(\.distance).sorted())
  }

  @Test func aBearingAndTheCurbChooseTheDirection() throws {
    let place = TestRoads.gridPlace(1.5, 2.1)  // north of street C
    let east = RoadSnapConditions(bearing: .init(degrees: 90, tolerance: 20))
    let eastward = try #require(car.snap(place, east).first)
    let curb = try #require(car.snap(place, RoadSnapConditions(approach: .curb)).first)
    let opposite = try #require(car.snap(place, RoadSnapConditions(approach: .opposite)).first)
    // The way was drawn from west to east; whoever drives on the right has the north on the right going west.
    #expect(eastward.forward && !eastward.backward)
    #expect(!curb.forward && curb.backward)
    #expect(opposite.forward && !opposite.backward)
  }

  @Test func aRouteTellsItsStreetsAndTurns() throws {
    let route = try #require(car.route(through: [try snap(0.5, 0), try snap(2, 1.5)]))
    let leg = route.legs[0]
    #expect(leg.steps.map(\.street.name) == ["A", "3", "3"])
    #expect(leg.steps.map(\.manoeuvre) == [.depart, .turn, .arrive])
    #expect(leg.steps[1].direction == .left)
    #expect(abs(leg.steps[1].angle + 90) < 1)
    #expect(abs(leg.steps[0].bearingAfter - 90) < 1)
    #expect(leg.steps.reduce(.zero) { $0 + $1.cost } == route.cost)
    #expect(abs(Double(route.cost.length) / 10 - 300) < 2)
    #expect(abs(Geodesic.length(leg.line).value - Double(route.cost.length) / 10) < 0.5)
  }

  @Test func aOneWayStreetIsNeverTravelledBackwards() throws {
    let (east, west) = (try snap(4.5, 3), try snap(1.5, 3))
    let there = car.cost(from: west, to: east)
    let back = car.cost(from: east, to: west)
    #expect(abs(Double(there.length) - 3000) < 20)
    #expect(abs(Double(back.length) - 7000) < 40)
  }

  @Test func placesOnOneStretchAreReachedDirectly() throws {
    let (a, b) = (try snap(1.2, 2), try snap(1.7, 2))
    let route = try #require(car.route(through: [a, b, a], at: .mayTurnBack))
    #expect(route.legs.map(\.stretches.count) == [1, 1])
    #expect(abs(Double(route.cost.length) - 1000) < 10)
    let table = try #require(car.table(from: [a, b, nil], to: [a, b]))
    #expect(table.lengths[0] == 0 && table.durations[3] == 0)
    #expect(table.lengths[1] == route.legs[0].cost.length && table.lengths[2] == route.legs[1].cost.length)
    #expect(table.duration(2, 0) == nil && table.length(2, 1) == nil)
  }

  @Test func aPlaceBetweenIsPassedWithoutTurningBackWhereAsked() throws {
    let places = [try snap(1.2, 2), try snap(1.7, 2), try snap(1.2, 2)]
    let turned = try #require(car.route(through: places, at: .mayTurnBack))
    let around = try #require(car.route(through: places, at: .goesOn))
    // On to the junction, round a block, and back on the street from its other end.
    #expect(around.cost.length > turned.cost.length + 3000)
    for (before, after) in zip(around.legs, around.legs.dropFirst()) {
      let last = try #require(before.stretches.last)
      let first = try #require(after.stretches.first)
      #expect(last.edge == first.edge && last.isForward == first.isForward)
    }
  }

  @Test func nearestPlacesByRoadStandInOrder() throws {
    let places: [RoadSnap?] = [try snap(5.5, 5), nil, try snap(1.5, 1), try snap(0.5, 3)]
    let origin = try snap(0.5, 0)
    #expect(car.nearest(2, from: origin, among: places).map(\.index) == [2, 3])
    #expect(car.nearest(9, from: origin, among: places).count == 3)
    let shortest = car.nearest(3, from: origin, among: places, by: .length, reverse: true)
    #expect(shortest.map { Int(($0.cost.length + 500) / 1000) } == shortest.map { Int(($0.cost.length + 500) / 1000) }.sorted())
  }
}
