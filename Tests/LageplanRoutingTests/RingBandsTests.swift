import Foundation
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanRouting

@Suite struct RingBandsTests {
  /// A star of random spikes about a hole of the same kind.
  private func star(_ random: inout Seed, vertices: Int) -> Geometry {
    func ring(_ low: Double, _ high: Double) -> [Coordinate] {
      let ring = (0..<vertices).map { index in
        let (angle, reach) = (Double(index) / Double(vertices) * 2 * Double.pi, Double.random(in: low...high, using: &random))
        return Coordinate(x: 9 + reach * cos(angle), y: 48 + reach * sin(angle))
      }
      return ring + [ring[0]]
    }
    return .polygon([ring(0.05, 0.1), ring(0.01, 0.04)])
  }

  @Test(arguments: UInt64(1)...20) func bandsSayWhatAllSidesSay(seed: UInt64) {
    var random = Seed(seed)
    let polygon = star(&random, vertices: Int.random(in: 3...400, using: &random))
    let bands = RingBands(of: polygon)
    func place() -> Coordinate {
      Coordinate(x: .random(in: 8.85...9.15, using: &random), y: .random(in: 47.85...48.15, using: &random))
    }
    for _ in 0..<200 {
      let (a, b) = (place(), place())
      #expect(bands.contains(a) == polygon.contains(a))
      var all: Set<Double> = []
      for ring in polygon.partEnds.indices {
        for vertex in polygon.part(ring).dropFirst() {
          let side = (polygon.coordinates[vertex - 1], polygon.coordinates[vertex])
          if let share = RingBands.crossing(a, b, side.0, side.1) { all.insert(share) }
        }
      }
      #expect(Set(bands.crossings(a, b)) == all)
    }
  }

  @Test func aPolygonWithoutHeightHasNoInside() {
    let flat = Geometry.polygon([
      [Coordinate(x: 9, y: 48), Coordinate(x: 9.1, y: 48), Coordinate(x: 9.2, y: 48), Coordinate(x: 9, y: 48)]
    ])
    let bands = RingBands(of: flat)
    #expect(!bands.contains(Coordinate(x: 9.05, y: 48)))
    #expect(bands.crossings(Coordinate(x: 9.05, y: 47), Coordinate(x: 9.05, y: 49)).count == 2)
  }
}
