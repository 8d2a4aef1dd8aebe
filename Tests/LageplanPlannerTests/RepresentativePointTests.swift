import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

struct RepresentativePointTests {
  @Test func lineHasItsMiddle() {
    let line = Geometry.lineString([Coordinate(x: 0, y: 0), Coordinate(x: 3, y: 0), Coordinate(x: 3, y: 7)])
    #expect(line.representativePoint == Coordinate(x: 3, y: 2))
  }

  @Test func polygonShapedLikeAUHasAPointInside() {
    let ring = [(0.0, 0.0), (9, 0), (9, 9), (6, 9), (6, 2), (2, 2), (2, 9), (0, 9), (0, 0)].map { Coordinate(x: $0.0, y: $0.1) }
    #expect(Geometry.polygon([ring]).representativePoint == Coordinate(x: 7.5, y: 4.5))
  }

  @Test func emptyGeometryHasNone() {
    #expect(Geometry(kind: .polygon).representativePoint == nil)
    #expect(Geometry.geometryCollection([Geometry(kind: .point)]).representativePoint == nil)
    #expect(Geometry.multiPoint([Coordinate(x: 1, y: 2), Coordinate(x: 3, y: 4)]).representativePoint == Coordinate(x: 1, y: 2))
  }

  /// Star-shaped rings with a hole in the middle; the oracle is the even-odd rule of `Geometry.contains`.
  @Test(arguments: Seed.hundred) func pointLiesInThePolygon(seed: Seed) {
    var seed = seed
    func ring(_ radii: ClosedRange<Double>, _ corners: Int) -> [Coordinate] {
      var ring = (0..<corners).map { corner in
        let radius = Double.random(in: radii, using: &seed)
        let unit = Self.unit(Double(corner) / Double(corners))
        return Coordinate(x: 10 + unit.x * radius, y: 10 + unit.y * radius)
      }
      ring.append(ring[0])
      return ring
    }
    let polygon = Geometry.polygon([ring(3...9, 11), ring(0.5...1, 5)])
    #expect(polygon.representativePoint.map { polygon.contains($0) } == true)
  }

  /// A point of the diamond around the origin, at a fraction of its circumference.
  private static func unit(_ turn: Double) -> Coordinate {
    let quarter = Int(turn * 4)
    let rest = turn * 4 - Double(quarter)
    switch quarter {
    case 0: return Coordinate(x: 1 - rest, y: rest)
    case 1: return Coordinate(x: -rest, y: 1 - rest)
    case 2: return Coordinate(x: rest - 1, y: -rest)
    default: return Coordinate(x: rest, y: rest - 1)
    }
  }
}
