import LageplanGeometry
import TestSupport
import Testing

struct GeodesicTests {
  /// Karney 2013, doi:10.1007/s00190-012-0578-z, tables 2 and 3: the direct and the inverse example.
  @Test func karneysExamplesHold() {
    let end = Geodesic.destination(from: Coordinate(longitude: 0, latitude: 40), azimuth: 30, distance: Metres(10_000_000))
    #expect(abs(end.y - 41.79331020506) < 1e-10 && abs(end.x - 137.84490004377) < 1e-10)
    let distance = Geodesic.distance(Coordinate(longitude: 0, latitude: -30), Coordinate(longitude: 179.8, latitude: 29.9))
    #expect(abs(distance.value - 19_989_832.82761) < 1e-4)
  }

  @Test func lengthIsTheSumOfItsEdges() {
    let line = [
      Coordinate(longitude: 0, latitude: 0), Coordinate(longitude: 1, latitude: 0), Coordinate(longitude: 0, latitude: 0),
    ]
    #expect(abs(Geodesic.length(line).value - 2 * 111_319.4907932) < 1e-6)
    #expect(Geodesic.length([]).value == 0)
  }

  @Test(arguments: Seed.hundred) func circleLiesInItsEnvelope(seed: Seed) {
    var seed = seed
    let centre = Envelope(minX: -179, minY: -80, maxX: 179, maxY: 80).random(using: &seed)
    let radius = Metres(.random(in: 1...500_000, using: &seed))
    let envelope = Geodesic.envelope(around: centre, within: radius)
    for azimuth in stride(from: -180.0, to: 180, by: 5) {
      var place = Geodesic.destination(from: centre, azimuth: azimuth, distance: radius)
      if place.x - centre.x > 180 { place.x -= 360 }
      if place.x - centre.x < -180 { place.x += 360 }
      #expect(envelope.contains(place))
    }
  }

  @Test(arguments: Seed.hundred) func nothingInAnEnvelopeUndercutsItsLowerBound(seed: Seed) {
    var seed = seed
    for _ in 0..<50 {
      let globe = Envelope(minX: -180, minY: -89, maxX: 180, maxY: 89)
      let origin = globe.random(using: &seed)
      let corner = globe.random(using: &seed)
      let box = Envelope(
        minX: corner.x, minY: corner.y, maxX: corner.x + .random(in: 0...60, using: &seed),
        maxY: min(90, corner.y + .random(in: 0...30, using: &seed)))
      let bound = GeodesicLowerBound(from: origin).metres(to: box)
      var nearest = Double.infinity
      for step in 0...30 {
        let t = Double(step) / 30
        let x = box.minX + t * box.width
        let y = box.minY + t * box.height
        for place in [
          Coordinate(x: x, y: box.minY), Coordinate(x: x, y: box.maxY), Coordinate(x: box.minX, y: y),
          Coordinate(x: box.maxX, y: y),
        ] {
          nearest = min(nearest, Geodesic.distance(origin, place).value)
        }
      }
      #expect(bound <= nearest * (1 + 1e-12))
      if bound > 0 { #expect(bound > nearest * 0.9 - 400_000) }
    }
  }

  @Test func lowerBoundIsTightInATown() {
    var seed = Seed(5)
    for _ in 0..<1000 {
      let origin = Envelope(minX: 6, minY: 47, maxX: 15, maxY: 55).random(using: &seed)
      let place = Geodesic.destination(
        from: origin, azimuth: .random(in: -180...180, using: &seed), distance: Metres(.random(in: 1...50_000, using: &seed)))
      let bound = GeodesicLowerBound(from: origin).metres(to: Envelope(around: place))
      let truth = Geodesic.distance(origin, place).value
      #expect(bound <= truth && bound > truth * 0.99)
    }
    #expect(GeodesicLowerBound(from: Coordinate(x: 1, y: 1)).metres(to: .empty) == .infinity)
  }

  // MARK: From a place

  /// The least geodesic distance by dense sampling: every edge in 200 steps, the best place then again in 200 steps around it.
  private func sampledDistance(_ origin: Coordinate, _ geometry: Geometry) -> Double {
    var best = Double.infinity
    for ring in geometry.partEnds.indices {
      let part = geometry.part(ring)
      for index in part.dropFirst() {
        let (a, b) = (geometry.coordinates[index - 1], geometry.coordinates[index])
        func metres(_ t: Double) -> Double {
          Geodesic.distance(origin, Coordinate(x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y))).value
        }
        let coarse = (0...200).map { Double($0) / 200 }.min { metres($0) < metres($1) } ?? 0
        for step in -200...200 { best = min(best, metres(min(1, max(0, coarse + Double(step) / 40_000)))) }
      }
    }
    return best
  }

  /// Places across the border of zones 31 and 32 (6° E) and 32 and 33 (12° E), up to 50 km from the geometry.
  @Test(arguments: Seed.hundred) func distanceAgreesWithDenseSampling(seed: Seed) throws {
    var random = RandomGeometry(seed: seed)
    let centre = Coordinate(
      longitude: [6.0, 9, 12, 15][Int.random(in: 0..<4, using: &random.seed)], latitude: .random(in: 47...55, using: &random.seed)
    )
    let radius = [0.001, 0.05, 0.4][Int.random(in: 0..<3, using: &random.seed)]
    let star = random.star(around: centre, radius: radius, spikes: 7, hasHole: true)
    let line = Geometry.lineString(
      (0..<5).map { _ in
        Coordinate(
          x: centre.x + .random(in: -radius...radius, using: &random.seed),
          y: centre.y + .random(in: -radius...radius, using: &random.seed))
      })
    for geometry in [star, line] {
      let origin = Coordinate(
        x: centre.x + .random(in: -0.4...0.4, using: &random.seed), y: centre.y + .random(in: -0.3...0.3, using: &random.seed))
      let mine = try #require(GeodesicDistance(from: origin).distance(to: geometry)).value
      if geometry.contains(origin) {
        #expect(mine == 0)
      } else {
        let truth = sampledDistance(origin, geometry)
        // Sampling overestimates by the square of its step; ours may be short of nothing.
        #expect(abs(mine - truth) <= truth * 1e-4 + 0.001, "\(mine) against \(truth)")
      }
    }
  }

  @Test func holesArePlacesOutside() throws {
    let ring = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1), (0.0, 0.0)].map { Coordinate(x: $0.0, y: $0.1) }
    let hole = ring.map { Coordinate(x: 0.025 + $0.x / 2, y: 0.025 + $0.y / 2) }
    let polygon = Geometry.polygon([ring, Array(hole.reversed())])
    func metres(_ x: Double, _ y: Double) -> Double? {
      GeodesicDistance(from: Coordinate(x: x, y: y)).distance(to: polygon)?.value
    }
    #expect(metres(0.01, 0.01) == 0)
    #expect(metres(0, 0.05) == 0)
    #expect(metres(0.025, 0.05) == 0)
    let toHole = try #require(metres(0.03, 0.05))
    #expect(abs(toHole - 0.005 * 111_319.49) < 0.1)
  }

  @Test func nearestPartCounts() throws {
    let origin = Coordinate(x: 9, y: 50)
    let near = Coordinate(x: 9.001, y: 50)
    let collection = Geometry.geometryCollection([
      .point(Coordinate(x: 10, y: 50)), .multiPoint([Coordinate(x: 9, y: 51), near]), Geometry(kind: .polygon),
    ])
    let found = try #require(GeodesicDistance(from: origin).nearest(in: collection))
    #expect(found.place == near && found.distance == Geodesic.distance(origin, near))
    #expect(GeodesicDistance(from: origin).distance(to: Geometry(kind: .multiLineString)) == nil)
  }

  @Test func antimeridianIsNoBorder() throws {
    let found = GeodesicDistance(from: Coordinate(x: 179.99, y: 10)).distance(to: .point(Coordinate(x: -179.99, y: 10)))
    #expect(abs(try #require(found).value - 2192.7) < 1)
  }

  // MARK: Along a line

  @Test(arguments: Seed.hundred) func alongAgreesWithDenseSampling(seed: Seed) throws {
    var random = RandomGeometry(seed: seed)
    let centre = Coordinate(x: 12, y: .random(in: 47...55, using: &random.seed))
    func around(_ radius: Double) -> Coordinate {
      Coordinate(
        x: centre.x + .random(in: -radius...radius, using: &random.seed),
        y: centre.y + .random(in: -radius...radius, using: &random.seed))
    }
    let vertices = (0..<40).map { _ in around(0.2) }
    let line = try #require(GeodesicLine(vertices))
    let star = random.star(around: around(0.4), radius: 0.02, spikes: 5)
    for geometry in [.point(around(0.4)), star, .lineString([around(0.4), around(0.4)])] {
      let mine = try #require(line.nearest(to: geometry))
      // The place told by `along` is as far from the geometry as told.
      let there = try #require(place(at: mine.along.value, on: vertices))
      let distanceThere = try #require(GeodesicDistance(from: there).distance(to: geometry)).value
      #expect(abs(distanceThere - mine.distance.value) <= mine.distance.value * 1e-3 + 0.01)
      // No sampled place of the line is nearer.
      for index in 1..<vertices.count {
        for step in 0...50 {
          let t = Double(step) / 50
          let sample = Coordinate(
            x: vertices[index - 1].x * (1 - t) + vertices[index].x * t, y: vertices[index - 1].y * (1 - t) + vertices[index].y * t
          )
          let metres = try #require(GeodesicDistance(from: sample).distance(to: geometry)).value
          #expect(metres >= mine.distance.value * (1 - 1e-4) - 0.001)
        }
      }
    }
  }

  /// The place `metres` along a line whose edges are straight in degrees.
  private func place(at metres: Double, on vertices: [Coordinate]) -> Coordinate? {
    var rest = metres
    for index in 1..<vertices.count {
      let (a, b) = (vertices[index - 1], vertices[index])
      let length = Geodesic.distance(a, b).value
      guard rest > length else {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
          let t = (low + high) / 2
          let here = Coordinate(x: a.x * (1 - t) + b.x * t, y: a.y * (1 - t) + b.y * t)
          if Geodesic.distance(a, here).value < rest { low = t } else { high = t }
        }
        return Coordinate(x: a.x * (1 - low) + b.x * low, y: a.y * (1 - low) + b.y * low)
      }
      rest -= length
    }
    return vertices.last
  }

  /// A hundred thousand vertices: a search that leaves most of them alone must leave none that counts.
  @Test func longWindingLineIsSearchedInParts() throws {
    var random = Seed(77)
    let rows = 50_000
    let vertices = (0..<rows).flatMap { row -> [Coordinate] in
      let y = 52.0 + 0.1 * Double(row) / Double(rows)
      let ends = [Coordinate(x: 10, y: y), Coordinate(x: 10.1, y: y)]
      return row.isMultiple(of: 2) ? ends : ends.reversed()
    }
    let line = try #require(GeodesicLine(vertices))
    let limit = Metres(100)
    var found = 0
    for _ in 0..<5_000 {
      let place = Coordinate(x: .random(in: 10.09...10.11, using: &random), y: .random(in: 52...52.1, using: &random))
      let mine = line.nearest(to: .point(place), within: limit)
      // The rows are 0.2 m apart, so that east of them the distance is that to their ends, and within them almost nothing.
      let oracle = place.x <= 10.1 ? 0 : Geodesic.distance(place, Coordinate(x: 10.1, y: place.y)).value
      if oracle > limit.value + 0.3 { #expect(mine == nil) }
      if oracle < limit.value - 0.3 {
        found += 1
        #expect(abs(try #require(mine).distance.value - oracle) < 0.3)
      }
    }
    #expect(found > 2_000)
  }

  @Test func crossedAndEnclosingThingsAreAtZero() throws {
    let line = try #require(GeodesicLine([Coordinate(x: 0, y: 0), Coordinate(x: 1, y: 0), Coordinate(x: 1, y: 1)]))
    let square = [(0.4, -0.1), (0.6, -0.1), (0.6, 0.1), (0.4, 0.1), (0.4, -0.1)].map { Coordinate(x: $0.0, y: $0.1) }
    let crossed = try #require(line.nearest(to: .polygon([square])))
    #expect(crossed.distance.value == 0 && abs(crossed.along.value - 0.4 * 111_319.49) < 0.1)
    let around = square.map { Coordinate(x: ($0.x - 0.5) * 100, y: $0.y * 100) }
    #expect(try #require(line.nearest(to: .polygon([around]))).along.value == 0)
    let touched = try #require(line.nearest(to: .point(Coordinate(x: 1, y: 0))))
    #expect(touched.distance.value == 0 && abs(touched.along.value - 111_319.49) < 0.1)
    #expect(line.nearest(to: Geometry(kind: .point)) == nil)
    #expect(GeodesicLine([Coordinate(x: 0, y: 0)]) == nil)
    #expect(line.envelope(within: Metres(1000)).contains(Envelope(minX: -0.008, minY: -0.008, maxX: 1.008, maxY: 1.008)))
  }
}
