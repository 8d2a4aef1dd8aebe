import Foundation
import LageplanGeometry
import TestSupport
import Testing

struct PredicateTests {
  private func square(_ low: Double, _ high: Double) -> [Coordinate] {
    [(low, low), (high, low), (high, high), (low, high), (low, low)].map { Coordinate(x: $0.0, y: $0.1) }
  }

  private func polygon(_ envelope: Envelope) -> Geometry {
    let (a, b) = (Coordinate(x: envelope.minX, y: envelope.minY), Coordinate(x: envelope.maxX, y: envelope.maxY))
    return .polygon([[a, Coordinate(x: b.x, y: a.y), b, Coordinate(x: a.x, y: b.y), a]])
  }

  // MARK: Foreign cases

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data")) func intersectsAgreesWithTheJtsSuite() throws {
    let cases = try JtsCase.read([
      "general/TestRectanglePredicate.xml", "general/TestRelateAA.xml", "general/TestRelateLA.xml", "general/TestRelateLL.xml",
      "general/TestRelatePA.xml", "general/TestRelatePL.xml", "general/TestRelatePP.xml",
      "general/TestPreparedPolygonPredicate.xml",
      "general/TestPreparedPointPredicate.xml", "validate/TestRelateAA.xml", "validate/TestRelateLA.xml",
      "validate/TestRelatePA.xml", "validate/TestRelatePP.xml",
    ])
    var checked = 0
    for item in cases {
      guard let a = item.a, let b = item.b, let expected = item.intersects else { continue }
      #expect(try PreparedGeometry(a).intersects(b) == expected, "\(item)")
      #expect(try a.intersects(b) == expected, "\(item)")
      // A rectangle among the two is also asked of our own test.
      for (rectangle, other) in [(a, b), (b, a)] where isRectangle(rectangle) {
        #expect(other.intersects(rectangle: rectangle.envelope) == expected, "\(item)")
      }
      checked += 1
    }
    #expect(checked >= 200)
  }

  private func isRectangle(_ geometry: Geometry) -> Bool {
    guard geometry.kind == .polygon, geometry.partEnds == [5] else { return false }
    let box = geometry.envelope
    let corners = Set(geometry.coordinates)
    return corners == Set(polygon(box).coordinates) && abs(geometry.signedArea(ofRing: 0)) == box.width * box.height
  }

  /// The predicate tables of tidwall/tg: every pair, both ways round.
  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"), arguments: ["line", "mpoint", "point", "poly"])
  func intersectsAgreesWithTheTgTables(file: String) throws {
    let text = try String(contentsOf: SharedData.file("geometry/tg-relations/\(file).jsonc"), encoding: .utf8)
    var checked = 0
    for entry in text.components(separatedBy: "\"geoms\"").dropFirst() {
      let strings = entry.components(separatedBy: "\"")
      guard strings.count > 3, let answer = entry.firstMatch(of: /"intersects":\s*\["(.)", "(.)"\]/) else { continue }
      guard let a = try? Geometry(wkt: strings[1]), let b = try? Geometry(wkt: strings[3]) else { continue }
      // An open ring cannot be asked of GEOS.
      guard try a.isValid(), try b.isValid() else { continue }
      #expect(try a.intersects(b) == (answer.1 == "T"), "\(a.wkt), \(b.wkt)")
      #expect(try PreparedGeometry(b).intersects(a) == (answer.2 == "T"), "\(a.wkt), \(b.wkt)")
      if b.kind == .point { #expect(a.intersects(rectangle: b.envelope) == (answer.1 == "T"), "\(a.wkt), \(b.wkt)") }
      checked += 1
    }
    #expect(checked >= 8)
  }

  /// Every valid geometry of the JTS suite against the four quarters of its envelope, grown and shifted.
  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data")) func rectanglesMeetJtsGeometriesAsGeosSays() throws {
    let geos = GeosOracle()
    let cases = try JtsCase.read([
      "general/TestValid.xml", "general/TestRelateAA.xml", "general/TestRelateLA.xml", "validate/TestRelateAA.xml",
    ])
    var checked = 0
    for shape in cases.flatMap({ [$0.a, $0.b] }).compactMap({ $0 }) where geos.isValid(shape) == true && !shape.isEmpty {
      let box = shape.envelope
      for (x, y) in [(-0.75, 0.0), (0.5, 0.5), (0.25, -0.5), (0, 1), (0.4, 0.4)] {
        let query = Envelope(
          minX: box.minX + x * box.width, minY: box.minY + y * box.height, maxX: box.minX + (x + 0.5) * box.width + 1,
          maxY: box.minY + (y + 0.5) * box.height + 1)
        let expected = try geos.intersects(shape, polygon(query))
        #expect(shape.intersects(rectangle: query) == expected, "\(shape.wkt) and \(query)")
        checked += 1
      }
    }
    #expect(checked >= 500)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data")) func validityAgreesWithTheJtsSuite() throws {
    let cases = try JtsCase.read([
      "general/TestValid.xml", "general/TestValid2.xml", "misc/TestValid.xml", "misc/TestInvalidA.xml",
    ])
    var checked = 0
    for item in cases {
      guard let geometry = item.a, let expected = item.isValid else { continue }
      #expect(try geometry.isValid() == expected, "\(item)")
      if let repaired = try geometry.repaired() {
        #expect(try repaired.isValid(), "\(item)")
        if geometry.kind != .geometryCollection { #expect(repaired.kind.single == geometry.kind.single, "\(item)") }
      }
      checked += 1
    }
    #expect(checked >= 80)
  }

  // MARK: Rectangles

  @Test(arguments: Seed.hundred, [false, true]) func rectangleTestAgreesWithGeos(seed: Seed, isGrid: Bool) throws {
    let geos = GeosOracle()
    var random = RandomGeometry(seed: seed, extent: 20, isGrid: isGrid)
    for _ in 0..<30 {
      let (p, q) = (random.position(), random.position())
      let rectangle = Envelope(minX: min(p.x, q.x), minY: min(p.y, q.y), maxX: max(p.x, q.x) + 1, maxY: max(p.y, q.y) + 1)
      let shapes: [Geometry] = [
        .point(random.position()), .multiPoint(random.positions(1...3)), .lineString(random.positions(2...4)),
        .polygon([random.positions(3...3)].map { $0 + [$0[0]] }),
        random.star(around: random.position(), radius: 15, spikes: 6, hasHole: true),
        .geometryCollection([.lineString(random.positions(2...2)), .point(random.position())]),
      ]
      for shape in shapes {
        guard geos.isValid(shape) == true else { continue }
        let expected = try geos.intersects(shape, polygon(rectangle))
        #expect(shape.intersects(rectangle: rectangle) == expected, "\(shape.wkt) and \(rectangle)")
      }
    }
  }

  @Test func rectangleInAHoleIsNotMet() {
    let ring = Geometry.polygon([square(0, 10), square(2, 8).reversed()])
    #expect(!ring.intersects(rectangle: Envelope(minX: 3, minY: 3, maxX: 7, maxY: 7)))
    #expect(ring.intersects(rectangle: Envelope(minX: 3, minY: 3, maxX: 8, maxY: 7)))
    #expect(ring.intersects(rectangle: Envelope(minX: -5, minY: -5, maxX: 15, maxY: 15)))
    #expect(!ring.intersects(rectangle: .empty))
    #expect(!Geometry(kind: .polygon).intersects(rectangle: Envelope(minX: 3, minY: 3, maxX: 7, maxY: 7)))
  }

  /// Points a last binary digit or so off the diagonal, where a determinant in doubles tells the wrong side
  /// (the grid of Kettner et al. 2008, doi:10.1016/j.comgeo.2007.06.003).
  @Test func sideOfALineIsExact() {
    let triangle = Geometry.polygon([
      [(-12.0, -12.0), (12.0, -12.0), (12.0, 12.0), (-12.0, -12.0)].map { Coordinate(x: $0.0, y: $0.1) }
    ])
    for i in 0..<64 {
      for j in 0..<64 {
        let point = Coordinate(x: 0.5 + Double(i) * 0.5.ulp, y: 0.5 + Double(j) * 0.5.ulp)
        #expect(triangle.locate(point) == (j < i ? .inside : j == i ? .border : .outside))
        // Lower right corner of the rectangle at the point: the triangle's edge passes through it or below it.
        let box = Envelope(minX: -11, minY: point.y, maxX: point.x, maxY: 13)
        #expect(
          Geometry.lineString([Coordinate(x: 0.4, y: 0.4), Coordinate(x: 12, y: 12)]).intersects(rectangle: box) == (j <= i))
      }
    }
  }

  // MARK: Rings

  @Test(arguments: Seed.hundred) func locationAgreesWithGeos(seed: Seed) throws {
    let geos = GeosOracle()
    var random = RandomGeometry(seed: seed, extent: 12, isGrid: true)
    for _ in 0..<20 {
      let shape = Geometry.polygon([random.ring()])
      guard geos.isValid(shape) == true else { continue }
      for _ in 0..<20 {
        let point = random.position()
        let isMet = try geos.intersects(shape, .point(point))
        #expect(shape.contains(point) == isMet)
        let onBorder = try geos.intersects(.lineString(shape.coordinates), .point(point))
        #expect((shape.locate(point) == .border) == onBorder)
      }
      let area = try #require(geos.area(shape))
      #expect(abs(abs(shape.signedArea(ofRing: 0)) - area) < 1e-9)
    }
  }

  @Test func areaIsPositiveCounterClockwise() {
    let far = square(0, 10).map { Coordinate(x: $0.x + 400_000, y: $0.y + 5_700_000) }
    #expect(Geometry.polygon([far]).signedArea(ofRing: 0) == 100)
    #expect(Geometry.polygon([far.reversed()]).signedArea(ofRing: 0) == -100)
    #expect(Geometry.polygon([[far[0], far[0]]]).signedArea(ofRing: 0) == 0)
  }

  // MARK: Validity and repair

  @Test func faultsAreNamedWithTheirPlace() throws {
    let bowTie = try Geometry(wkt: "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    #expect(try bowTie.validity() == .invalid(reason: "Self-intersection", place: Coordinate(x: 1, y: 1)))
    let open = try Geometry(wkt: "POLYGON ((0 0, 2 0, 2 2, 0 2))")
    #expect(try open.validity() == .invalid(reason: "Ring not closed", place: Coordinate(x: 0, y: 2)))
    let notANumber = Geometry.multiPoint([Coordinate(x: 1, y: .infinity)])
    #expect(try notANumber.validity() == .invalid(reason: "Invalid Coordinate", place: Coordinate(x: 1, y: .infinity)))
    #expect(try !Geometry(wkt: "LINESTRING (1 1)").isValid())
    #expect(try Geometry(kind: .polygon).isValid())
    #expect(try Geometry(wkt: "POLYGON ZM ((0 0 1 1, 2 0 1 1, 2 2 1 1, 0 0 1 1))").isValid())
  }

  @Test(arguments: [
    ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", GeometryKind.multiPolygon, 2.0),
    ("POLYGON ((0 0, 2 0, 2 2, 0 2))", .polygon, 4),
    ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0), (1 1, 1 1))", .polygon, 4),
    ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0, 0 -3, 0 0))", .polygon, 16),
    ("MULTIPOLYGON (((0 0, 1 1)), ((0 0, 2 0, 2 2, 0 2, 0 0)))", .multiPolygon, 4),
    ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((2 0, 6 0, 6 4, 2 4, 2 0)))", .multiPolygon, 24),
  ])
  func polygonsAreRepairedAsPolygons(wkt: String, kind: GeometryKind, area: Double) throws {
    let repaired = try #require(try Geometry(wkt: wkt).repaired())
    #expect(try repaired.isValid())
    #expect(repaired.kind.single == .polygon)
    #expect(repaired.kind == kind)
    #expect(abs((GeosOracle().area(repaired) ?? 0) - area) < 1e-9)
  }

  @Test func whatHasNoAreaIsBeyondRepair() throws {
    #expect(try Geometry(wkt: "POLYGON ((0 0, 2 2, 0 0, 0 0))").repaired() == nil)
    #expect(try Geometry(wkt: "POLYGON ((0 0, 2 2))").repaired() == nil)
    #expect(try Geometry.point(Coordinate(x: .nan, y: 1)).repaired() == nil)
    #expect(try Geometry(kind: .polygon).repaired() == nil)
  }

  @Test func validGeometriesComeBackAsTheyAre() throws {
    let measured = try Geometry(wkt: "LINESTRING ZM (1 2 3 4, 5 6 7 8)")
    #expect(try measured.repaired() == measured)
  }

  @Test func preparedGeometryIsSharedByThreads() async throws {
    var random = RandomGeometry(seed: Seed(1))
    let star = random.star(around: Coordinate(x: 0, y: 0), radius: 10, spikes: 50)
    let prepared = try PreparedGeometry(star)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask { () async throws -> Void in
          var random = RandomGeometry(seed: Seed(UInt64(number)), extent: 12)
          for _ in 0..<200 {
            let point = random.position()
            #expect(try prepared.intersects(.point(point)) == star.contains(point))
            #expect(try prepared.intersects(.multiPoint([point])) == star.contains(point))
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
