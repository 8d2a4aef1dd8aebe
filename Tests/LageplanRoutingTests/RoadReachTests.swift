import LageplanGeometry
import LageplanRouting
import TestSupport
import Testing

@Suite struct RoadReachTests {
  let car: RoadRouter

  init() throws { car = try RoadRouter(try TestRoads.roads(TestRoads.grid), profile: "car") }

  @Test func metresCountAlongTheStreets() throws {
    let origin = try #require(car.snap(TestRoads.gridPlace(2.5, 0)).first)
    let reach = car.reachable(from: origin, within: .length(1500))
    // 150 m: 50 m to the junctions on either side, then 100 m three ways from each; street A ends nowhere near.
    let length = reach.parts().reduce(into: [Int32: Double]()) {
      $0[$1.edge, default: 0] += ($1.to - $1.from) * Double(car.roads.network.lengths[Int($1.edge)])
    }
    #expect(abs(length.values.reduce(0, +) - 5000) < 30)
    let near = try #require(car.snap(TestRoads.gridPlace(2, 0.5)).first)
    #expect(abs(Double(try #require(reach.cost(at: near)).length) - 1000) < 10)
    let far = try #require(car.snap(TestRoads.gridPlace(2, 1.5)).first)
    #expect(reach.cost(at: far) == nil)
  }

  @Test func anAreaHoldsEveryReachedPlaceAndNoneFarOff() throws {
    let origin = try #require(car.snap(TestRoads.gridPlace(3, 3.1)).first)
    for accuracy in [5.0, 20, 60] {
      let area = try car.reachable(from: origin, within: .length(2200)).area(accuracy: Metres(accuracy))
      #expect(try area.geometry.isValid())
      #expect(area.accuracy == Metres(accuracy))
      #expect(area.geometry.contains(TestRoads.gridPlace(3, 4.9)))
      #expect(!area.geometry.contains(TestRoads.gridPlace(3, 5.3 + 1.6 * accuracy / 100)))
      // The middle of a block is 50 m from its streets: a hole, unless the accuracy is coarser than that.
      #expect(area.geometry.contains(TestRoads.gridPlace(3.5, 3.5)) == (accuracy > 50))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"), arguments: [false, true])
  func reachedPlacesOfHerrenbergLieInsideAndOthersOutside(reverse: Bool) throws {
    let roads = try TestRoads.extract("herrenberg-minimal", profiles: ["car", "foot"])
    var seed = Seed(17)
    for profile in ["car", "foot"] {
      let router = try RoadRouter(roads, profile: profile)
      let snaps = TestRoads.snaps(120, on: router, &seed)
      let origin = try #require(snaps.first { $0.component == 0 })
      for tenths in [300, 1800, 6000] {
        let reach = router.reachable(from: origin, within: .duration(tenths), reverse: reverse)
        let area = try reach.area(accuracy: Metres(15))
        #expect(try area.geometry.isValid())
        let distance = GeodesicDistanceToParts(reach)
        for snap in snaps {
          let cost = reverse ? router.cost(from: snap, to: origin) : router.cost(from: origin, to: snap)
          #expect(reach.cost(at: snap) == (cost.duration <= tenths ? cost : nil))
          if cost.duration <= tenths { #expect(area.geometry.contains(snap.position)) }
          if distance.metres(to: snap.position) > 1.65 * 15 { #expect(!area.geometry.contains(snap.position)) }
        }
      }
    }
  }
}

/// The distance from a place to the reached parts, measured one by one on the ellipsoid.
private struct GeodesicDistanceToParts {
  private let lines: Geometry

  init(_ reach: RoadReach) {
    let network = reach.router.roads.network
    lines = .multiLineString(
      reach.parts().map { part in
        let vertices = network.vertexRange(of: Int(part.edge)).map { network.vertices[$0].coordinate }
        return Self.cut(vertices, from: part.from, to: part.to)
      }.filter { $0.count > 1 })
  }

  func metres(to place: Coordinate) -> Double { GeodesicDistance(from: place).distance(to: lines)?.value ?? .infinity }

  private static func cut(_ line: [Coordinate], from: Double, to: Double) -> [Coordinate] {
    let whole = Geodesic.length(line).value
    var result: [Coordinate] = []
    var before = 0.0
    for (a, b) in zip(line, line.dropFirst()) {
      let length = Geodesic.distance(a, b).value
      let (low, high) = ((from * whole - before) / max(length, 1e-9), (to * whole - before) / max(length, 1e-9))
      if low < 1, high > 0 {
        for share in [max(0, low), min(1, high)] {
          result.append(Coordinate(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share))
        }
      }
      before += length
    }
    return result
  }
}
