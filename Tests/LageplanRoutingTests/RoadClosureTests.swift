import LageplanGeometry
import LageplanRouting
import TestSupport
import Testing

/// Closures on the grid of ``TestRoads``.
@Suite struct RoadClosureTests {
  let car: RoadRouter

  init() throws { car = try RoadRouter(try TestRoads.roads(TestRoads.grid), profile: "car") }

  func snap(_ column: Double, _ row: Double) throws -> RoadSnap { try #require(car.snap(TestRoads.gridPlace(column, row)).first) }

  func box(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> Geometry {
    .polygon([
      [
        TestRoads.gridPlace(west, south), TestRoads.gridPlace(east, south), TestRoads.gridPlace(east, north),
        TestRoads.gridPlace(west, north), TestRoads.gridPlace(west, south),
      ]
    ])
  }

  func line(_ places: (Double, Double)...) -> Geometry { .lineString(places.map { TestRoads.gridPlace($0.0, $0.1) }) }

  @Test func aPolygonClosesWhatLiesInside() throws {
    let (west, east) = (try snap(0.2, 2), try snap(1.8, 2))
    let closed = car.closing([RoadClosure(geometry: box(0.4, 1.9, 0.6, 2.1))])
    #expect(abs(Double(car.cost(from: west, to: east).length) - 1600) < 10)
    // Back to the first junction, and round the block.
    #expect(abs(Double(closed.cost(from: west, to: east).length) - 4000) < 30)
    #expect(closed.cost(from: try snap(0.2, 2), to: try snap(0.35, 2)) == car.cost(from: try snap(0.2, 2), to: try snap(0.35, 2)))
    #expect(closed.closing([]).cost(from: west, to: east) == car.cost(from: west, to: east))
  }

  @Test func tablesRoutesAndReachesRespectAClosure() throws {
    let closed = car.closing([RoadClosure(geometry: box(0.4, 1.9, 0.6, 2.1))])
    let places = [try snap(0.2, 2), try snap(0.35, 2), try snap(0.8, 2), try snap(5, 5.5), try snap(3.5, 3)]
    let table = try #require(closed.table(from: places, to: places))
    for (row, from) in places.enumerated() {
      let reach = closed.reachable(from: from, within: .unlimited(.duration))
      let reverse = closed.reachable(from: from, within: .unlimited(.duration), reverse: true)
      for (column, to) in places.enumerated() {
        let cost = closed.cost(from: from, to: to)
        #expect(table.duration(row, column) == cost.duration && table.length(row, column) == cost.length)
        #expect(reach.cost(at: to) == cost)
        #expect(reverse.cost(at: to) == closed.cost(from: to, to: from))
        #expect(closed.route(through: [from, to])?.cost == cost)
      }
    }
  }

  @Test func placesInAClosedPartSnapToItsEnd() throws {
    let closed = car.closing([RoadClosure(geometry: box(0.4, 1.9, 0.6, 2.1))])
    let moved = try #require(closed.snap(TestRoads.gridPlace(0.45, 2)).first)
    #expect(abs(moved.fraction - 0.4) < 0.01 || abs(moved.fraction - 0.6) < 0.01)
    #expect(abs(moved.distance.value - 5) < 0.2)
  }

  /// A depot beside a construction site can be left and reached, on either side of it, wherever the closed part ends.
  @Test(arguments: 0..<40) func placesMovedOutOfAClosedPartAreLeftAndReached(place: Int) throws {
    let share = Double(place) / 40
    let (low, high) = (0.3 + 0.1 * share, 0.6 + 0.07 * share)
    let closed = car.closing([RoadClosure(geometry: box(low, 1.9, high, 2.1))])
    let far = try #require(closed.snap(TestRoads.gridPlace(4.5, 5)).first)
    for column in [low + 0.02, high - 0.02] {
      let moved = try #require(closed.snap(TestRoads.gridPlace(column, 2)).first)
      #expect(moved.distance.value < 4)
      for (from, to) in [(moved, far), (far, moved)] {
        let cost = closed.cost(from: from, to: to)
        #expect(cost.isReachable)
        #expect(closed.route(through: [from, to])?.cost == cost)
        #expect(closed.table(from: [from], to: [to])?.duration(0, 0) == cost.duration)
        #expect(closed.reachable(from: from, within: .unlimited(.duration)).cost(at: to) == cost)
      }
    }
  }

  /// The end has a seed in the other direction only; the start may be left in one.
  @Test func tablesFindTheWayThatNeverLeavesAnArcBehindAClosure() throws {
    let closed = car.closing([RoadClosure(geometry: box(0.3, 1.9, 0.5, 2.1))])
    let end = try #require(closed.snap(TestRoads.gridPlace(0.9, 2)).first)
    for (forward, backward) in [(true, false), (false, true)] {
      let start = try #require(closed.snap(TestRoads.gridPlace(0.7, 2)).first).only(forward: forward, backward: backward)
      let cost = closed.cost(from: start, to: end)
      #expect(closed.table(from: [start], to: [end])?.duration(0, 0) == (cost.isReachable ? cost.duration : nil))
    }
  }

  @Test func aLineClosesTheStreetThatItRunsAlongAndNotTheOnesThatItMeets() throws {
    let closed = car.closing([RoadClosure(geometry: line((0.98, 2.02), (2.05, 2.02)))])
    #expect(abs(Double(closed.cost(from: try snap(0.5, 2), to: try snap(2.5, 2)).length) - 4000) < 40)
    // Street 2 crosses it unhindered.
    let (south, north) = (try snap(1, 1.5), try snap(1, 2.5))
    #expect(closed.cost(from: south, to: north) == car.cost(from: south, to: north))
  }

  @Test func aLineAcrossAStreetIsABarrier() throws {
    let (west, east) = (try snap(0.2, 2), try snap(0.8, 2))
    let closed = car.closing([RoadClosure(geometry: line((0.5, 1.8), (0.5, 2.2)))])
    #expect(closed.cost(from: west, to: east).length > car.cost(from: west, to: east).length + 2000)
    let point = car.closing([RoadClosure(geometry: .point(TestRoads.gridPlace(0.5, 2.02)))])
    #expect(point.cost(from: west, to: east) == closed.cost(from: west, to: east))
  }

  @Test func aSlowZoneTakesTheTimeOfItsSpeed() throws {
    let (west, east) = (try snap(0.25, 2), try snap(0.75, 2))
    let slowed = car.closing([RoadClosure(geometry: box(-1, -1, 8, 8), effect: .slow(kilometresPerHour: 3.6))])
    // 50 m at a metre a second.
    #expect(abs(Double(slowed.cost(from: west, to: east).duration) - 500) < 5)
    let fast = car.closing([RoadClosure(geometry: box(-1, -1, 8, 8), effect: .slow(kilometresPerHour: 300))])
    #expect(fast.cost(from: west, to: east) == car.cost(from: west, to: east))
  }

  @Test func aClosureForOthersDoesNotCount() throws {
    let closure = RoadClosure(geometry: box(0.4, 1.9, 0.6, 2.1), profiles: ["bicycle"])
    #expect(car.closing([closure]).closures.isEmpty)
  }

  @Test func aTownThatIsClosedAltogetherHasNoStreets() throws {
    let closed = car.closing([RoadClosure(geometry: box(-1, -1, 8, 8))])
    #expect(closed.snap(TestRoads.gridPlace(2, 2)).isEmpty)
    #expect(!closed.cost(from: try snap(0.5, 2), to: try snap(2.5, 2)).isReachable)
    #expect(closed.route(through: [try snap(0.5, 2), try snap(2.5, 2)]) == nil)
  }
}
