import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

struct Cql2SyntaxTests {
  private func read(_ text: String) throws -> FilterExpression { try FilterExpression(cql2Text: text) }

  private static let a = FilterExpression.truth(.property("a"))
  private static let b = FilterExpression.truth(.property("b"))
  private static let c = FilterExpression.truth(.property("c"))

  // MARK: Text

  @Test(
    arguments: [
      ("a OR b AND c", .or([a, .and([b, c])])), ("(a OR b) AND c", .and([.or([a, b]), c])), ("NOT a AND b", .and([.not(a), b])),
      ("not (a and b)", .not(.and([a, b]))), ("a AND b AND c", .and([a, b, c])), ("a AND (b AND c)", .and([a, .and([b, c])])),
      ("((a))", a), ("TRUE", .literal(true)), ("false OR a", .or([.literal(false), a])), ("NOT NOT a", .not(.not(a))),
    ] as [(String, FilterExpression)])
  func logicBindsAsTheGrammarSays(text: String, expected: FilterExpression) throws {
    #expect(try read(text) == expected)
  }

  @Test(arguments: [
    ("1+2*3", "1 + 2 * 3"), ("(1+2)*3", "(1 + 2) * 3"), ("1-2-3", "1 - 2 - 3"), ("1-(2-3)", "1 - (2 - 3)"),
    ("2*3^2", "2 * 3 ^ 2"),
    ("(2^3)^2", "(2 ^ 3) ^ 2"), ("7 div 2 % 3", "7 div 2 % 3"), ("-h", "-1 * h"), ("-1.5e2", "-150"), ("+4", "4"), (".5", "0.5"),
    ("a*(b/c)", "a * (b / c)"), ("1 - -2", "1 - -2"), ("-(a+b)", "-1 * (a + b)"),
  ]) func arithmeticBindsAsTheGrammarSays(text: String, written: String) throws {
    let filter = try read("x = \(text)")
    #expect(filter.cql2Text == "x = \(written)")
    #expect(try read(filter.cql2Text) == filter)
  }

  @Test func namesMayHaveUmlautsColonsAndQuotes() throws {
    let names = ["Höhe", "eo:cloud_cover", "a.b", "_x", "Straße", "date", "point", "日本"]
    for name in names {
      #expect(try read("\(name) > 3") == .compare(property: name, .greater, .integer(3)), "\(name)")
      #expect(try read("\"\(name)\" > 3") == .compare(property: name, .greater, .integer(3)), "\(name)")
    }
    for name in ["with space", "a\"b", "and", "1st", "TRUE", "a-b", "interval"] {
      let filter = FilterExpression.compare(property: name, .less, .integer(0))
      #expect(try read(filter.cql2Text) == filter, "\(filter.cql2Text)")
    }
  }

  @Test func textsUndoTheirEscapes() throws {
    let spellings: [(String, String)] = [
      ("'O''Brien'", "O'Brien"), (#"'O\'Brien'"#, "O'Brien"), (#"'\a\b\t\n\v\f\r'"#, "\u{7}\u{8}\t\n\u{B}\u{C}\r"),
      (#"'a\\b'"#, #"a\b"#), (#"'100\%'"#, #"100\%"#), ("''", ""), ("'ÄÖ🌳'", "ÄÖ🌳"), (#"'\\n'"#, #"\n"#),
    ]
    for (spelling, text) in spellings {
      let filter = try read("name = \(spelling)")
      #expect(filter == .compare(property: "name", .equal, .text(text)), "\(spelling)")
      #expect(try read(filter.cql2Text) == filter)
    }
  }

  @Test func whiteSpaceIsThatOfUnicode() throws {
    #expect(try read("\u{3000}a\u{A0}=\t\n1\u{2003}") == .compare(property: "a", .equal, .integer(1)))
  }

  @Test func arraysOfOneAreArrays() throws {
    let one = FilterExpression.array(.contains, .property("tags"), .array([.value(.text("x"))]))
    #expect(try read("A_CONTAINS(tags, ('x'))") == one)
    let nested = FilterExpression.array(.equals, .array([.array([.value(.integer(1))]), .array([])]), .property("tags"))
    #expect(try read("a_equals(((1), ()), tags)") == nested)
    #expect(try read(nested.cql2Text) == nested)
  }

  @Test func geometriesAreReadWithAndWithoutHeights() throws {
    let flat = Geometry.point(Coordinate(x: 7.02, y: 49.92))
    #expect(try read("S_INTERSECTS(geom,POINT(7.02 49.92))") == .spatial(.intersects, .property("geom"), .geometry(flat)))
    for text in ["POINT Z (1 2 3)", "POINTZ(1 2 3)", "POINT (1 2 3)"] {
      guard case .spatial(.within, _, .geometry(let point)) = try read("s_within(geom, \(text))") else {
        Issue.record("\(text) is no geometry")
        continue
      }
      #expect(point.z == [3])
    }
    let box = FilterBox(minX: 1, minY: 2, maxX: 4, maxY: 5, heights: .init(low: 3, high: 6))
    #expect(try read("S_INTERSECTS(geom, BBOX(1,2,3,4,5,6))") == .spatial(.intersects, .property("geom"), .box(box)))
  }

  /// What is wrong, at which byte, and what was expected there.
  @Test(
    arguments: [
      ("", 0, "property"), ("height >", 8, "property"), ("height > 3 AND", 14, "property"), ("height > 3 )", 11, "the end"),
      ("height 3", 7, "the end"), ("height", 0, nil), ("height + 3", 0, "condition"), ("name = 'x", 7, "quotation mark"),
      ("name LIKE 5", 10, "pattern"), ("name LIKE other", 10, "pattern"), ("h BETWEEN 1 OR 2", 12, "AND"),
      ("h IN ()", 7, "at least one"),
      ("h IN 3", 5, "("), ("h IS 3", 5, "NULL"), ("h NOT 3", 6, "LIKE"), ("h = NULL", 4, "IS NULL"), ("h == 3", 3, "property"),
      ("2 ^ 3 ^ 4 = h", 6, "brackets"), ("DATE('2026-02-30') = d", 5, "day"), ("TIMESTAMP('2026-02-01') = d", 10, "UTC"),
      ("T_AFTER(INTERVAL('x','..'), d)", 17, "day"), ("S_WITHIN(geom, BBOX(1,2,3))", 19, "4 or 6"),
      ("S_WITHIN(geom, POINT(1))", 22, "number"), ("S_WITHIN(geom, POLYGON((0 0,1 1,2 0)))", 15, "four positions"),
      ("S_WITHIN(geom, POLYGON((0 0,1 1,2 0,1 0)))", 15, "closed"), ("S_WITHIN(geom)", 13, "second argument"), ("#", 0, "value"),
      ("h = 12abc", 4, "number"), ("h = 1e999", 4, "number"), ("\"h = 3", 0, "quotation mark"), ("Höhe > ü", 8, nil),
      ("ä = 3 4", 7, "the end"),
    ] as [(String, Int, String?)])
  func faultTellsItsByteAndWhatWasExpected(text: String, byte: Int, expected: String?) throws {
    guard let expected else {
      _ = try read(text)
      return
    }
    let fault = #expect(throws: FilterSyntaxError.self) { try read(text) }
    #expect(fault?.place == .byte(byte), "\(text): \(fault.map(\.description) ?? "")")
    #expect(fault?.expected.contains(expected) ?? false, "\(text): \(fault.map(\.description) ?? "")")
  }

  // MARK: JSON

  @Test(arguments: [
    (#"{"op":"and","args":[true]}"#, "$.args", "two"), (#"{"op":"=","args":[{"property":"a"}]}"#, "$.args", "2 arguments"),
    (#"{"op":"like","args":[{"property":"a"},5]}"#, "$.args[1]", "pattern"), (#"{"op":"in","args":[1,2]}"#, "$.args[1]", "array"),
    (#"{"op":"=","args":[{"property":"a"},null]}"#, "$.args[1]", "isNull"), (#"[1]"#, "$", "condition"), (#"{}"#, "$", "member"),
    (#"{"op":5,"args":[]}"#, "$.op", "name"), (#"{"op":"not"}"#, "$", "args"),
    (#"{"op":"not","args":[{"op":"<","args":[{"date":"2026-13-01"},1]}]}"#, "$.args[0].args[0].date", "day"),
    (#"{"op":"t_after","args":[{"interval":["a",".."]},1]}"#, "$.args[0].interval[0]", "day"),
    (#"{"op":"s_within","args":[{"property":"g"},{"bbox":[1,2,"x",4]}]}"#, "$.args[1].bbox", "numbers"),
    (
      #"{"op":"s_within","args":[{"property":"g"},{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}]}"#,
      "$.args[1].coordinates[0]", "four"
    ),
  ])
  func jsonFaultTellsItsPathAndWhatWasExpected(json: String, path: String, expected: String) {
    let fault = #expect(throws: FilterSyntaxError.self) { try FilterExpression(cql2JSON: Array(json.utf8)) }
    #expect(fault?.place == .path(path), "\(fault.map(\.description) ?? "")")
    #expect(fault?.expected.contains(expected) ?? false, "\(fault.map(\.description) ?? "")")
  }

  @Test func brokenJsonTellsItsByte() {
    let fault = #expect(throws: FilterSyntaxError.self) { try FilterExpression(cql2JSON: Array(#"{"op":"#.utf8)) }
    #expect(fault?.place == .byte(6))
  }

  @Test func coordinatesOfJsonAreTakenAsTheyAre() throws {
    let json = #"{"op":"s_within","args":[{"property":"geom"},{"type":"Point","coordinates":[604123.5,5793000]}]}"#
    let point = Geometry.point(Coordinate(x: 604_123.5, y: 5_793_000))
    #expect(try FilterExpression(cql2JSON: Array(json.utf8)) == .spatial(.within, .property("geom"), .geometry(point)))
  }

  // MARK: Round trips

  @Test(arguments: FeatureReaderConformance.fixtures) func randomFiltersComeBackFromBothSpellings(fixture: ReaderFixture) throws {
    var filters = RandomFilter(fixture, seed: 99)
    for _ in 0..<200 {
      // Once written and read, a tree is in the terms of the parser: whole reals are integers, conditions of one are themselves.
      let filter = try FilterExpression(cql2Text: filters.next().cql2Text)
      #expect(try FilterExpression(cql2Text: filter.cql2Text) == filter, "\(filter.cql2Text)")
      #expect(try FilterExpression(cql2JSON: filter.cql2JSON) == filter, "\(filter.cql2Text)")
    }
  }

  // MARK: Limits

  @Test(
    arguments: [
      ("10,000 alternatives", (0..<10_000).map { "a=\($0)" }.joined(separator: " OR "), "bytes"),
      ("3,000 alternatives", (0..<3_000).map { "a=\($0)" }.joined(separator: " OR "), "conditions and operands"),
      ("brackets", String(repeating: "(", count: 30_000) + "a", "levels"),
      ("negations", String(repeating: "NOT ", count: 10_000) + "a", "levels"),
      ("a long sum", "a = " + Array(repeating: "1", count: 900).joined(separator: "+"), "levels"),
      ("functions", String(repeating: "f(", count: 10_000) + "1", "levels"),
      ("folds", "a = " + String(repeating: "CASEI(", count: 8_000), "levels"),
      ("a long list", "a IN (" + (0..<1_500).map(String.init).joined(separator: ",") + ")", "items"),
      (
        "many positions", "S_WITHIN(g, LINESTRING(" + Array(repeating: "0 0", count: 12_000).joined(separator: ",") + "))",
        "positions"
      ),
      ("collections", "S_WITHIN(g, " + String(repeating: "GEOMETRYCOLLECTION(", count: 3_000), "nested"),
    ] as [(String, String, String)])
  func excessIsRefused(name: String, text: String, expected: String) {
    let fault = #expect(throws: FilterSyntaxError.self, "\(name)") { try read(text) }
    #expect(fault?.expected.contains(expected) ?? false, "\(name): \(fault.map(\.description) ?? "")")
  }

  @Test func deepJsonIsRefused() {
    let deep = String(repeating: #"{"op":"not","args":["#, count: 5_000) + "true" + String(repeating: "]}", count: 5_000)
    var limits = FilterLimits()
    limits.bytes = 1_000_000
    let fault = #expect(throws: FilterSyntaxError.self) { try FilterExpression(cql2JSON: Array(deep.utf8), limits: limits) }
    #expect(fault?.found.contains("nested") ?? false)
    let shallow = String(repeating: #"{"op":"not","args":["#, count: 100) + "true" + String(repeating: "]}", count: 100)
    let other = #expect(throws: FilterSyntaxError.self) { try FilterExpression(cql2JSON: Array(shallow.utf8)) }
    #expect(other?.expected.contains("levels") ?? false)
  }

  /// Whatever is cut out of, doubled in or swapped within a good filter: it is read or refused, never a crash.
  @Test(arguments: Seed.hundred.prefix(20)) func mangledFiltersAreReadOrRefused(seed: Seed) {
    var seed = seed
    let good = Array(
      """
      CASEI("Höhe") LIKE casei('%Lin\\'de_') AND (a+3)*2 >= -1.5E3 OR NOT S_INTERSECTS(geom, POLYGON Z((0 0 1,1 0 1,1 1 1,0 0 1))) \
      AND T_DURING(INTERVAL(x,'..'),INTERVAL('2026-01-01','2026-02-01T00:00:00Z')) AND A_OVERLAPS(tags,('a',(1,2),TRUE)) \
      AND d NOT IN (DATE('2026-01-01'),TIMESTAMP('2026-01-01T00:00:00Z')) AND b IS NOT NULL AND f(1,'x') BETWEEN 1 AND 2^3
      """.utf8)
    for _ in 0..<500 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &seed) {
        let at = Int.random(in: bytes.indices, using: &seed)
        switch Int.random(in: 0..<4, using: &seed) {
        case 0: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...9, using: &seed)))
        case 1: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 12)], at: at)
        case 2: bytes[at] = UInt8.random(in: 0...255, using: &seed)
        default: bytes.swapAt(at, Int.random(in: bytes.indices, using: &seed))
        }
        if bytes.isEmpty { bytes = good }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      do throws(FilterSyntaxError) {
        let filter = try FilterExpression(cql2Text: text)
        #expect(throws: Never.self, "\(text)") { try FilterExpression(cql2Text: filter.cql2Text) }
      } catch {
        guard case .byte(let offset) = error.place else {
          Issue.record("no byte: \(error)")
          continue
        }
        #expect((0...text.utf8.count).contains(offset))
      }
    }
  }
}
