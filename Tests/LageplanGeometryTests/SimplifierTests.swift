import LageplanGeometry
import TestSupport
import Testing

struct SimplifierTests {
  private func simplified(_ geometry: Geometry, _ tolerance: Double) -> Geometry {
    var simplifier = Simplifier()
    var result = geometry
    simplifier.simplify(&result, tolerance: tolerance)
    return result
  }

  private func distance(_ p: Coordinate, _ a: Coordinate, _ b: Coordinate) -> Double {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length2 = dx * dx + dy * dy
    let t = length2 > 0 ? min(1, max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2)) : 0
    let (ex, ey) = (a.x + t * dx - p.x, a.y + t * dy - p.y)
    return (ex * ex + ey * ey).squareRoot()
  }

  /// The textbook's recursion.
  private func textbook(_ line: ArraySlice<Coordinate>, _ tolerance: Double) -> [Coordinate] {
    guard line.count > 2, let first = line.first, let last = line.last else { return Array(line) }
    let inner = line.indices.dropFirst().dropLast()
    var farthest = inner.lowerBound
    for index in inner where distance(line[index], first, last) > distance(line[farthest], first, last) { farthest = index }
    guard distance(line[farthest], first, last) > tolerance else { return [first, last] }
    return textbook(line[...farthest], tolerance) + textbook(line[farthest...], tolerance).dropFirst()
  }

  @Test(arguments: Seed.hundred) func lineEqualsTheTextbookRecursion(seed: Seed) {
    var random = RandomGeometry(seed: seed)
    let line = random.positions(2...60)
    for tolerance in [1.0, 100, 400, 2000] {
      #expect(simplified(.lineString(line), tolerance).coordinates == textbook(line[...], tolerance))
    }
  }

  @Test(arguments: Seed.hundred) func ringStaysWithinToleranceAndARing(seed: Seed) throws {
    var random = RandomGeometry(seed: seed)
    let star = random.star(around: Coordinate(x: 0, y: 0), radius: 100, spikes: 40, hasHole: true)
    for tolerance in [1.0, 20, 1000] {
      let result = simplified(star, tolerance)
      #expect(result.partEnds.count == 2 && result.polygonEnds == [2])
      for ring in 0..<2 {
        let vertices = Array(result.coordinates[result.part(ring)])
        #expect(vertices.count >= 4 && vertices.first == vertices.last)
        for vertex in star.coordinates[star.part(ring)] {
          let nearest = vertices.indices.dropFirst().map { distance(vertex, vertices[$0 - 1], vertices[$0]) }.min()
          #expect(try #require(nearest) <= tolerance * (1 + 1e-12))
        }
      }
      if tolerance == 1000 { #expect(result.coordinates.count == 8) }
    }
  }

  @Test func heightsAndMeasuresGoWithTheirVertices() throws {
    let line = try Geometry(wkt: "MULTILINESTRING ZM ((0 0 1 5, 1 0.1 2 6, 2 0 3 7), (5 5 4 8, 6 9 5 9, 7 5 6 10))")
    let expected = "MULTILINESTRING ZM ((0 0 1 5, 2 0 3 7), (5 5 4 8, 6 9 5 9, 7 5 6 10))"
    #expect(simplified(line, 0.5).wkt == expected)
    #expect(simplified(.geometryCollection([line]), 0.5).members.first?.wkt == expected)
  }

  @Test func pointsTrianglesAndNoToleranceChangeNothing() throws {
    for wkt in ["MULTIPOINT ((0 0), (0.1 0))", "POLYGON ((0 0, 1 0, 0 1, 0 0))", "POLYGON EMPTY", "LINESTRING (0 0, 0 0)"] {
      let geometry = try Geometry(wkt: wkt)
      #expect(simplified(geometry, 100) == geometry)
    }
    let line = try Geometry(wkt: "LINESTRING (0 0, 1 0, 2 0)")
    #expect(simplified(line, 0) == line)
    #expect(simplified(line, .nan) == line)
  }
}
