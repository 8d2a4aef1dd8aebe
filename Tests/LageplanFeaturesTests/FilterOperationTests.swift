import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// What each operation of CQL2 means, in literal examples and against simpler oracles.
struct FilterOperationTests {
  private let register = CollectionDescriptor(
    id: "trees", title: "Trees", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "genus", kind: .text), PropertyDefinition(name: "height", kind: .real),
      PropertyDefinition(name: "year", kind: .integer), PropertyDefinition(name: "felled", kind: .boolean),
      PropertyDefinition(name: "planted", kind: .date), PropertyDefinition(name: "seen", kind: .dateTime),
      PropertyDefinition(name: "tags", kind: .json), PropertyDefinition(name: "note", kind: .text),
    ]))

  private let lime: [PropertyValue] = [
    .text("Größe"), .real(12.5), .integer(7), .boolean(true), .date(CalendarDate(daysSince1970: 20_000)),
    // 2024-10-04T06:30:00Z, on the day that is `planted`.
    .dateTime(Instant(millisecondsSince1970: 20_000 * 86_400_000 + 23_400_000)), .json(#"["oak",1,true,["a"]]"#), .null,
  ]

  private func truth(_ text: String) throws -> Bool? {
    let filter = try FilterExpression(cql2Text: text).resolved(against: register)
    return try FilterEvaluator(filter, descriptor: register).evaluate(
      lime, id: "t1", geometry: .point(Coordinate(x: 600_000, y: 5_800_000)))
  }

  @Test(
    arguments: [
      ("CASEI(genus) = casei('GRÖSSE')", true), ("genus = 'größe'", false), ("ACCENTI(genus) = accenti('Große')", true),
      ("ACCENTI(CASEI(genus)) LIKE accenti(casei('GROS%'))", true), ("genus LIKE '_r__e'", true), ("genus LIKE 'Gr'", false),
      ("note LIKE '%'", nil), ("note NOT LIKE '%'", nil), ("CASEI(note) = 'x'", nil), ("genus IN ('Eiche','Größe')", true),
      ("genus NOT IN ('Eiche', note)", nil), ("genus IN ('Größe', note)", true), ("year IN (7.0)", true), ("year IN ('7')", true),
      ("year BETWEEN 7 AND 7", true), ("year BETWEEN 8 AND 6", false), ("height NOT BETWEEN 0 AND 12", true),
      ("planted BETWEEN DATE('2024-01-01') AND '2024-12-31'", true), ("felled", true), ("NOT felled", false),
      ("felled = true", true),
      ("felled = 'true'", true), ("(year > 3) = felled", true), ("(note = 'x') IS NULL", true), ("geometry IS NULL", false),
      ("geom IS NOT NULL", true), ("id = 't1'", true), ("note = genus", nil), ("1 = 1", true), ("'b' > 'a'", true),
      ("tags = '[\"oak\",1,true,[\"a\"]]'", true),
    ] as [(String, Bool?)])
  func comparisonsMeanWhatTheStandardSays(text: String, expected: Bool?) throws {
    #expect(try truth(text) == expected, "\(text)")
  }

  @Test(
    arguments: [
      ("year / 2 = 3.5", true), ("year div 2 = 3", true), ("-7 div 2 = -3", true), ("-7 % 3 = -1", true), ("7.5 % 2 = 1.5", true),
      ("year ^ 2 = 49", true), ("2 ^ 0.5 > 1.41", true), ("year / 0 = 1", nil), ("year % 0 IS NULL", true),
      ("year div 0 IS NULL", true),
      ("9223372036854775807 + 0 = 9223372036854775807", true), ("9223372036854775807 + 1 = 9223372036854775808", true),
      ("height + note > 1", nil), ("year + height = 19.5", true), ("0 ^ -1 IS NULL", true), ("(-8) ^ 0.5 IS NULL", true),
    ] as [(String, Bool?)])
  func arithmeticIsExactOrNull(text: String, expected: Bool?) throws {
    if text.contains("note") {
      #expect(throws: FilterFaults.self) { try truth(text) }
      return
    }
    #expect(try truth(text) == expected, "\(text)")
  }

  @Test(
    arguments: [
      ("A_CONTAINS(tags, ('oak', 1))", true), ("A_CONTAINS(tags, ('oak', 2))", false), ("A_CONTAINEDBY(('oak'), tags)", true),
      ("A_EQUALS(tags, (TRUE, 1.0, ('a'), 'oak', 'oak'))", true), ("A_EQUALS(tags, ('oak'))", false),
      ("A_OVERLAPS(tags, (5, 1))", true),
      ("A_OVERLAPS(tags, ())", false), ("A_CONTAINS(tags, ())", true), ("A_CONTAINS(tags, (note))", nil),
      ("A_EQUALS((genus, year), (7, 'Größe'))", true), ("A_OVERLAPS((planted), (DATE('2024-10-04')))", true),
    ] as [(String, Bool?)])
  func arraysAreSets(text: String, expected: Bool?) throws {
    #expect(try truth(text) == expected, "\(text)")
  }

  @Test(
    arguments: [
      ("seen = DATE('2024-10-04')", true), ("seen > DATE('2024-10-04')", false), ("seen <= DATE('2024-10-04')", true),
      ("seen < DATE('2024-10-05')", true), ("DATE('2024-10-03') < seen", true),
      ("planted = TIMESTAMP('2024-10-04T23:59:59Z')", true),
      ("seen = '2024-10-04T06:30:00Z'", true), ("seen = planted", true), ("seen IN ('2024-10-04T06:30:00Z')", true),
      ("planted IN ('2024-10-04', '2024-10-05')", true), ("T_BEFORE(planted, DATE('2024-10-05'))", true),
      ("T_AFTER(seen, INTERVAL('2024-01-01','2024-10-03'))", true), ("T_INTERSECTS(seen, INTERVAL('2024-10-04','..'))", true),
      ("T_DISJOINT(seen, INTERVAL('..','2024-10-03'))", true),
      ("T_DURING(INTERVAL(planted,planted), INTERVAL('2024-10-01','2024-10-05'))", true),
      ("T_EQUALS(INTERVAL('..',planted), INTERVAL('..','2024-10-04'))", true),
      ("T_MEETS(INTERVAL('..','2024-10-04'), INTERVAL(planted,'..'))", true),
      ("T_MEETS(INTERVAL(planted,'..'), INTERVAL('..','2024-10-04'))", false),
    ] as [(String, Bool?)])
  func instantsAndDaysCompareByTheDay(text: String, expected: Bool?) throws {
    #expect(try truth(text) == expected, "\(text)")
  }

  // MARK: Temporal relations

  /// All intervals within five days, against the sets of days and moments that they are: half days stand for the insides.
  @Test func temporalRelationsAreThoseOfTheTimeOntology() throws {
    let span: [(Int, Int)] = (0..<5).flatMap { start in (start + 1..<6).map { (start, $0) } }
    func day(_ number: Int) -> FilterOperand { .value(.date(CalendarDate(daysSince1970: Int32(number)))) }
    for (a, b) in span {
      for (c, d) in span {
        let (first, second) = (Set(2 * a...2 * b), Set(2 * c...2 * d))
        let common = first.intersection(second)
        // Allen's thirteen relations, told by how the sets of moments lie: exactly one of them holds.
        let expected: [TemporalRelation: Bool] = [
          .before: b < c, .after: d < a, .meets: common == [2 * b] && b == c, .metBy: common == [2 * a] && a == d,
          .equals: first == second,
          .starts: first.isStrictSubset(of: second) && a == c, .startedBy: second.isStrictSubset(of: first) && a == c,
          .finishes: first.isStrictSubset(of: second) && b == d, .finishedBy: second.isStrictSubset(of: first) && b == d,
          .during: first.isStrictSubset(of: second) && a != c && b != d,
          .contains: second.isStrictSubset(of: first) && a != c && b != d,
          .overlaps: common.count > 1 && a < c && b < d, .overlappedBy: common.count > 1 && c < a && d < b,
        ]
        #expect(expected.values.filter { $0 }.count == 1)
        for relation in TemporalRelation.allCases {
          let wanted =
            switch relation {
            case .intersects: !common.isEmpty
            case .disjoint: common.isEmpty
            default: expected[relation] ?? false
            }
          let filter = FilterExpression.temporal(relation, .interval(day(a), day(b)), .interval(day(c), day(d)))
          let found = try FilterEvaluator(filter, descriptor: register).evaluate(lime)
          #expect(found == wanted, "\(filter.cql2Text)")
        }
      }
    }
  }

  // MARK: Patterns and folds

  /// Backtracking, exponential and plainly right.
  private func fits(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let sign = pattern.first else { return text.isEmpty }
    switch sign {
    case "%": return fits(text, pattern.dropFirst()) || !text.isEmpty && fits(text.dropFirst(), pattern)
    case "_": return !text.isEmpty && fits(text.dropFirst(), pattern.dropFirst())
    case "\\" where pattern.count > 1:
      let literal = pattern.dropFirst()
      return text.first == literal.first && fits(text.dropFirst(), literal.dropFirst())
    default: return text.first == sign && fits(text.dropFirst(), pattern.dropFirst())
    }
  }

  @Test(arguments: Seed.hundred) func patternsMatchAsBacktrackingDoes(seed: Seed) {
    var seed = seed
    for _ in 0..<100 {
      let text = (0..<Int.random(in: 0...9, using: &seed)).map { _ in "abä%"[Int.random(in: 0..<4, using: &seed)] }
      let pattern = (0..<Int.random(in: 0...9, using: &seed)).map { _ in "abä%_%\\"[Int.random(in: 0..<7, using: &seed)] }
      #expect(LikePattern(String(pattern)).matches(String(text)) == fits(text[...], pattern[...]), "\(text) LIKE \(pattern)")
    }
  }

  @Test func longPatternsMatchAcrossWords() {
    let text = String(repeating: "ab", count: 100)
    #expect(LikePattern(text).matches(text))
    #expect(LikePattern("%" + text).matches("xx" + text))
    #expect(LikePattern(String(repeating: "_", count: 200)).matches(text))
    #expect(!LikePattern(String(repeating: "_", count: 199)).matches(text))
    #expect(!LikePattern(String(repeating: "%a", count: 101)).matches(text))
    #expect(LikePattern(String(repeating: "%a", count: 100) + "%").matches(text))
  }

  @Test func foldsAreThoseOfUnicode() {
    let same = [
      ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("Οδος", "οδοσ"), ("KØBENHAVN", "københavn"), ("ẞ", "ß"), ("ſ", "s"), ("µ", "μ"),
      ("ŉ", "ʼN"), ("ǰ", "J\u{30C}"), ("ﬁ", "FI"), ("CHIȘINĂU", "chișinău"), ("K", "k"),
    ]
    for (a, b) in same { #expect(a.caseFolded == b.caseFolded, "\(a) \(b)") }
    #expect("ı".caseFolded != "i".caseFolded)
    #expect("Straße".caseFolded == "strasse")
    let plain = [
      ("Chișinău", "Chisinau"), ("Höhe", "Hohe"), ("ÀÉÎõü", "AEIou"), ("København", "Kobenhavn"), ("a\u{308}", "a"),
      ("Łódź", "Lodz"),
      ("Straße", "Strasse"), ("日本", "日本"), ("naïve", "naive"), ("plain", "plain"),
    ]
    for (text, folded) in plain { #expect(text.accentFolded == folded) }
  }

  // MARK: Places

  @Test func spatialRelationsAreThoseOfTheNineIntersectionModel() throws {
    func square(_ x: Double, _ y: Double, _ size: Double) -> Geometry {
      FilterBox(minX: x, minY: y, maxX: x + size, maxY: y + size).polygon
    }
    let a = square(0, 0, 4)
    // Each pair, and all that holds from the first to the second, but for `intersects` and `disjoint`, which are each other's opposite.
    let cases: [(Geometry, Geometry, Set<SpatialRelation>)] = [
      (a, a, [.equals, .within, .contains]), (square(1, 1, 1), a, [.within]), (a, square(1, 1, 1), [.contains]),
      (square(4, 0, 2), a, [.touches]), (square(2, 2, 4), a, [.overlaps]), (square(9, 9, 1), a, [.disjoint]),
      (.point(Coordinate(x: 2, y: 2)), a, [.within]), (.point(Coordinate(x: 4, y: 2)), a, [.touches]),
      (.lineString([Coordinate(x: 1, y: 1), Coordinate(x: 9, y: 9)]), a, [.crosses]),
      (.lineString([Coordinate(x: 0, y: 0), Coordinate(x: 4, y: 0)]), a, [.touches]),
      (
        .lineString([Coordinate(x: 0, y: 0), Coordinate(x: 2, y: 2)]),
        .lineString([Coordinate(x: 0, y: 2), Coordinate(x: 2, y: 0)]),
        [.crosses]
      ),
      (
        .lineString([Coordinate(x: 0, y: 0), Coordinate(x: 2, y: 0)]),
        .lineString([Coordinate(x: 1, y: 0), Coordinate(x: 3, y: 0)]),
        [.overlaps]
      ),
    ]
    for (first, second, holding) in cases {
      for relation in SpatialRelation.allCases {
        let expected = relation == .intersects ? !holding.contains(.disjoint) : holding.contains(relation)
        let filter = FilterExpression.spatial(relation, .property("geometry"), .geometry(second))
        let evaluator = try FilterEvaluator(filter, descriptor: register)
        #expect(evaluator.evaluate(lime, geometry: first) == expected, "\(first.wkt) \(relation) \(second.wkt)")
        let turned = FilterExpression.spatial(relation.converse, .geometry(second), .property("geometry"))
        #expect(try FilterEvaluator(turned, descriptor: register).evaluate(lime, geometry: first) == expected)
        #expect(evaluator.evaluate(lime, geometry: nil) == nil)
      }
    }
  }

  @Test(arguments: Seed.hundred.prefix(10)) func distancesAreGeodesic(seed: Seed) throws {
    var seed = seed
    let toDegrees = try CoordinateTransform(from: .utm32, to: .crs84)
    for _ in 0..<20 {
      let place = Coordinate(
        x: Double.random(in: 400_000...700_000, using: &seed), y: Double.random(in: 5_300_000...6_000_000, using: &seed))
      let here = try toDegrees.transform(place)
      let there = Coordinate(
        x: here.x + Double.random(in: -0.02...0.02, using: &seed), y: here.y + Double.random(in: -0.02...0.02, using: &seed))
      let metres = try #require(GeodesicLine([here, there])).length.value
      for (limit, expected) in [(metres * 0.999, false), (metres * 1.001, true)] {
        let filter = FilterExpression.truth(
          .function("s_dwithin", [.property("geometry"), .geometry(.point(there)), .value(.real(limit))]))
        let evaluator = try FilterEvaluator(filter, descriptor: register)
        #expect(evaluator.evaluate(lime, geometry: .point(place)) == expected)
        #expect(evaluator.evaluate(lime, geometry: nil) == nil)
      }
    }
  }

  @Test func distanceToLinesAndAreasIsToTheirNearestPart() throws {
    // A degree of latitude at 52.4° is 111.27 km: a ten-thousandth is 11.1 m.
    let toStorage = try CoordinateTransform(from: .crs84, to: .utm32)
    func at(_ longitude: Double, _ latitude: Double) throws -> Geometry {
      .point(try toStorage.transform(Coordinate(longitude: longitude, latitude: latitude)))
    }
    let line = "LINESTRING(10.7 52.4, 10.9 52.4)"
    let area = "POLYGON((10.7 52.4, 10.9 52.4, 10.9 52.5, 10.7 52.5, 10.7 52.4))"
    for (other, metres, place, expected) in [
      (line, 12, try at(10.8, 52.4001), true), (line, 10, try at(10.8, 52.4001), false), (line, 0, try at(10.8, 52.3999), false),
      (area, 0, try at(10.8, 52.45), true), (area, 12, try at(10.8, 52.3999), true), (area, 10, try at(10.8, 52.3999), false),
    ] {
      let filter = try FilterExpression(cql2Text: "S_DWITHIN(geometry, \(other), \(metres))").resolved(against: register)
      #expect(try FilterEvaluator(filter, descriptor: register).evaluate(lime, geometry: place) == expected, "\(other) \(metres)")
    }
  }
}

extension String {
  fileprivate subscript(index: Int) -> Character { self[self.index(startIndex, offsetBy: index)] }
}

extension FilterBox {
  fileprivate var polygon: Geometry {
    .polygon([
      [
        Coordinate(x: minX, y: minY), Coordinate(x: maxX, y: minY), Coordinate(x: maxX, y: maxY), Coordinate(x: minX, y: maxY),
        Coordinate(x: minX, y: minY),
      ]
    ])
  }
}
