import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// From a filter as it is sent to one that a collection can answer.
struct FilterResolutionTests {
  /// A town in UTM 32, 30 km wide.
  private let town = CollectionDescriptor(
    id: "trees", title: "Trees", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: "height", kind: .real),
      PropertyDefinition(name: "planted", kind: .date), PropertyDefinition(name: "felled", kind: .boolean),
    ]),
    storageExtent: Envelope(minX: 600_000, minY: 5_790_000, maxX: 630_000, maxY: 5_820_000))

  private func resolved(_ text: String, in crs: CoordinateReferenceSystem = .crs84) throws -> FilterExpression {
    try FilterExpression(cql2Text: text).resolved(against: town, literalsIn: crs)
  }

  private func literal(_ text: String, in crs: CoordinateReferenceSystem = .crs84) throws -> Geometry {
    guard case .spatial(_, .property("geometry"), .geometry(let geometry)) = try resolved(text, in: crs) else {
      Issue.record("\(text) became \(try resolved(text, in: crs))")
      return Geometry(kind: .point)
    }
    return geometry
  }

  @Test func allFaultsAreToldAtOnceWithTheirNames() {
    let text =
      "nme = 'x' AND height LIKE 'a%' AND planted > 'soon' AND f(1) AND S_WITHIN(name, POINT(500 7)) AND name + 1 > hight"
    let faults = #expect(throws: FilterFaults.self) { try resolved(text) }
    let told = faults?.description ?? ""
    #expect(faults?.faults.count == 7, "\(told)")
    for name in ["nme", "height", "planted", "f", "POINT (500 7)", "name", "hight", "S_DWITHIN"] {
      #expect(told.contains(name), "\(name) in \(told)")
    }
  }

  @Test(arguments: [
    "name = 3", "height = 'tall'", "felled > 3", "planted = 5", "height IN (1, 'x')", "height BETWEEN 'a' AND 3",
    "CASEI(height) = 'x'",
    "name", "height AND felled", "geometry = 3", "S_WITHIN(name, POINT(10 52))", "S_WITHIN(geometry, name)",
    "T_AFTER(name, DATE('2026-01-01'))", "T_DURING(planted, INTERVAL('2026-01-01','..'))", "A_OVERLAPS(name, ('x'))",
    "S_DWITHIN(geometry, POINT(10 52))", "S_DWITHIN(geometry, POINT(10 52), -1)", "S_DWITHIN(geometry, geometry, 5)",
    "S_DWITHIN(POINT(10 52), POINT(10 52), 5)", "Buffer(geometry, 10, 'm') IS NULL", "INTERVAL(name, '..') IS NULL",
    "S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(10 52), POINT(10 51)))", "S_DWITHIN(geometry, POINT(10 52), height)",
  ])
  func whatDoesNotFitIsRefused(text: String) {
    #expect(throws: FilterFaults.self) { try resolved(text) }
  }

  @Test func faultIsToldOnce() {
    let faults = #expect(throws: FilterFaults.self) { try resolved("nme = 'x' OR nme = 'y' OR nme = 'z'") }
    #expect(faults?.faults.count == 1)
  }

  /// As a reader's extent may be for a while after somebody stored a place that is none.
  @Test func boxOfTheGlobeIsTakenWhereTheExtentIsBroken() throws {
    var broken = town
    broken.storageExtent = Envelope(minX: -1e300, minY: 0, maxX: 1e300, maxY: 5_820_000)
    var empty = town
    empty.storageExtent = nil
    for descriptor in [broken, empty] {
      for relation in SpatialRelation.allCases {
        let text = "\(relation.cql2Name)(geom, BBOX(-180,-90,180,90))"
        _ = try FilterExpression(cql2Text: text).resolved(against: descriptor)
      }
    }
  }

  @Test func textsBecomeWhatTheyAreComparedWith() throws {
    let day = PropertyValue.date(CalendarDate(daysSince1970: 20_000))
    #expect(try resolved("planted = '2024-10-04'") == .compare(property: "planted", .equal, day))
    #expect(try resolved("'2024-10-04' = planted") == .comparison(.value(day), .equal, .property("planted")))
    #expect(try resolved("height > '3.5'") == .compare(property: "height", .greater, .real(3.5)))
    #expect(try resolved("felled = 'true'") == .compare(property: "felled", .equal, .boolean(true)))
    #expect(try resolved("name = '3.5'") == .compare(property: "name", .equal, .text("3.5")))
  }

  @Test(arguments: [
    (CoordinateReferenceSystem.crs84, "POINT(10.8 52.4)"), (.wgs84, "POINT(52.4 10.8)"),
    (.webMercator, "POINT(1202250.501 6872776.254)"),
    (.utm32, "POINT(622461.441 5807053.152)"), (.utm33, "POINT(214310.017 5813831.510)"), (.epsg(4258), "POINT(52.4 10.8)"),
  ])
  func placesComeFromEverySystemInItsOwnOrderOfAxes(crs: CoordinateReferenceSystem, text: String) throws {
    let expected = try CoordinateTransform(from: .crs84, to: .utm32).transform(Coordinate(longitude: 10.8, latitude: 52.4))
    let found = try literal("S_WITHIN(geom, \(text))", in: crs)
    #expect(found.kind == .point)
    let place = try #require(found.coordinates.first)
    #expect(abs(place.x - expected.x) < 0.02 && abs(place.y - expected.y) < 0.02, "\(place) \(expected)")
  }

  @Test func boxesHaveTheAxesOfTheirSystem() throws {
    let degrees = try literal("S_INTERSECTS(geom, BBOX(10.7,52.3,10.8,52.4))")
    let turned = try literal("S_INTERSECTS(geom, BBOX(52.3,10.7,52.4,10.8))", in: .wgs84)
    #expect(degrees == turned)
    #expect(
      try literal("S_INTERSECTS(geom, BBOX(610000,5800000,620000,5810000))", in: .utm32).envelope
        == Envelope(minX: 610_000, minY: 5_800_000, maxX: 620_000, maxY: 5_810_000))
    #expect(throws: FilterFaults.self) { try resolved("S_INTERSECTS(geom, BBOX(620000,5800000,610000,5810000))", in: .utm32) }
    #expect(throws: FilterFaults.self) { try resolved("S_INTERSECTS(geom, BBOX(10.7,52.4,10.8,52.3))") }
  }

  @Test(arguments: [
    "POINT(90 180)", "POINT(190 5)", "MULTIPOINT(7.02 49.92, 90 180)", "BBOX(-181,0,0,5)", "LINESTRING(0 0, 0 91)",
  ])
  func degreesOutOfRangeAreRefused(literal: String) {
    for condition in ["S_INTERSECTS(geom, \(literal))", "S_DWITHIN(geom, \(literal), 5)", "S_CONTAINS(\(literal), geom)"] {
      let fault = #expect(throws: FilterFaults.self) { try resolved(condition) }
      #expect(fault?.description.contains("no longitude and latitude") ?? false)
    }
  }

  @Test func boxWestOfItsEastBorderCrossesTheAntimeridian() throws {
    var globe = town
    globe.storageCrs = .crs84
    globe.storageExtent = Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)
    let filter = try FilterExpression(cql2Text: "S_INTERSECTS(geom, BBOX(170,-10,-170,10))").resolved(against: globe)
    let evaluator = try FilterEvaluator(filter, descriptor: globe)
    for (longitude, expected) in [(175.0, true), (-175, true), (180, true), (160, false), (-160, false), (0, false)] {
      #expect(evaluator.matches([.null, .null, .null, .null], geometry: .point(Coordinate(x: longitude, y: 0))) == expected)
    }
  }

  @Test func polygonThatCrossesItselfIsTheAreaThatItEncloses() throws {
    let bowtie = try literal("S_INTERSECTS(geom, POLYGON((10.7 52.3, 10.8 52.4, 10.8 52.3, 10.7 52.4, 10.7 52.3)))")
    #expect(try bowtie.isValid())
    #expect(bowtie.kind == .multiPolygon)
  }

  /// The edge along a parallel is 25 km long: its image in UTM leaves the chord by some 13 m, and the literal must follow it.
  @Test func longEdgesStayWhereTheyAre() throws {
    let area = try literal("S_WITHIN(geom, POLYGON((10.5 52.3, 10.87 52.3, 10.87 52.4, 10.5 52.4, 10.5 52.3)))")
    let toStorage = try CoordinateTransform(from: .crs84, to: .utm32)
    for (latitude, expected) in [(52.30001, true), (52.29999, false)] {
      let place = try toStorage.transform(Coordinate(longitude: 10.685, latitude: latitude))
      #expect(area.contains(place) == expected)
    }
  }

  /// UTM has no coordinates for the whole globe, and every relation must be right nevertheless.
  @Test(arguments: [
    ("S_INTERSECTS(geom, BBOX(-180,-90,180,90))", true), ("S_DISJOINT(geom, BBOX(-180,-90,180,90))", false),
    ("S_WITHIN(geom, BBOX(-180,-90,180,90))", true), ("S_TOUCHES(geom, BBOX(-180,-90,180,90))", false),
    ("S_CONTAINS(geom, BBOX(-180,-90,180,90))", false), ("S_EQUALS(geom, BBOX(-180,-90,180,90))", false),
    ("S_CROSSES(geom, BBOX(-180,-90,180,90))", false), ("S_OVERLAPS(geom, BBOX(-180,-90,180,90))", false),
    ("S_INTERSECTS(geom, POINT(-100 10))", false), ("S_DISJOINT(geom, POINT(-100 10))", true),
    ("S_EQUALS(geom, POINT(-100 10))", false),
    ("S_INTERSECTS(geom, LINESTRING(-100 10, 10.8 52.4))", true), ("S_CONTAINS(geom, MULTIPOINT(10.8 52.4, -100 10))", false),
    ("S_CONTAINS(geom, POINT(10.8 52.4))", true),
    ("S_WITHIN(geom, MULTIPOLYGON(((-100 0,-90 0,-90 5,-100 0)),((10 52,11 52,11 53,10 53,10 52))))", true),
    ("S_INTERSECTS(geom, GEOMETRYCOLLECTION(POINT(-100 10), POLYGON((10 52,11 52,11 53,10 52))))", true),
  ])
  func literalsMayReachBeyondTheFrame(text: String, expected: Bool) throws {
    let toStorage = try CoordinateTransform(from: .crs84, to: .utm32)
    var area = Geometry.polygon([
      [
        Coordinate(longitude: 10.79, latitude: 52.39), Coordinate(longitude: 10.81, latitude: 52.39),
        Coordinate(longitude: 10.81, latitude: 52.41), Coordinate(longitude: 10.79, latitude: 52.39),
      ]
    ])
    try toStorage.transform(&area)
    let evaluator = try FilterEvaluator(try resolved(text), descriptor: town)
    #expect(evaluator.evaluate([.null, .null, .null, .null], geometry: area) == expected)
  }

  @Test func relationThatASeveredPartDecidesIsRefusedWhereTheFrameHasNoPlaceForIt() {
    let text = "S_OVERLAPS(geom, MULTIPOLYGON(((-100 0,-90 0,-90 5,-100 0)),((10 52,11 52,11 53,10 53,10 52))))"
    #expect(throws: FilterFaults.self) { try resolved(text) }
  }

  @Test func twoLiteralsAreComparedAsTheyAre() throws {
    #expect(try resolved("S_CROSSES(LINESTRING(43.7 -79.3, 43.8 -79.2), LINESTRING(43.7 -79.2, 43.8 -79.3))") == .literal(true))
    #expect(try resolved("S_DISJOINT(POINT(1 1), BBOX(0,0,2,2))") == .literal(false))
  }

  @Test func thousandsOfEdgesAcrossAContinentAreRefusedNotBent() {
    var globe = town
    globe.storageExtent = Envelope(minX: -2_000_000, minY: 3_000_000, maxX: 3_000_000, maxY: 8_000_000)
    let zigzag = (0..<1_500).map { "\($0 % 2 == 0 ? -5 : 25) \(40 + Double($0) / 100)" }.joined(separator: ",")
    let fault = #expect(throws: FilterFaults.self) {
      try FilterExpression(cql2Text: "S_CROSSES(geom, LINESTRING(\(zigzag)))").resolved(against: globe)
    }
    #expect(fault?.description.contains("fewer or shorter") ?? false)
  }

  @Test func resolvedFilterIsAcceptedByEveryReader() throws {
    let reader = try InMemoryFeatureReader(
      descriptor: town,
      features: [
        Feature(
          id: "a", geometry: .point(Coordinate(x: 622_473, y: 5_807_049)), values: [.text("Linde"), .real(3), .null, .null]),
        Feature(
          id: "b", geometry: .point(Coordinate(x: 601_000, y: 5_791_000)), values: [.text("Eiche"), .real(30), .null, .null]),
      ])
    let filter = try FilterExpression(cql2Text: "S_DWITHIN(geom, POINT(10.8 52.4), 200) AND CASEI(name) LIKE casei('LIN%')")
      .resolved(against: reader.descriptor)
    let query = FeatureQuery(collection: "trees", filter: filter)
    #expect(try reader.rows(matching: query, of: reader.descriptor).map(\.id) == ["a"])
  }
}
