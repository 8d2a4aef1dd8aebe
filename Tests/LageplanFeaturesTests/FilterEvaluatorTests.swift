import LageplanFeatures
import LageplanGeometry
import Testing

@Suite struct FilterEvaluatorTests {
  private let trees = CollectionDescriptor(
    id: "trees", title: "Trees", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "genus", kind: .text), PropertyDefinition(name: "height", kind: .real),
      PropertyDefinition(name: "year", kind: .integer), PropertyDefinition(name: "felled", kind: .boolean),
      PropertyDefinition(name: "seen", kind: .date), PropertyDefinition(name: "extra", kind: .json),
    ]))

  private func evaluate(_ filter: FilterExpression, _ values: [PropertyValue]) throws -> Bool? {
    try FilterEvaluator(filter, descriptor: trees).evaluate(values)
  }

  private let lime: [PropertyValue] = [.text("Tilia"), .real(12.5), .integer(1987), .boolean(true), .null, .json("{}")]

  @Test func truthTableIsThreeValued() throws {
    // year = 1987 is true, year = 0 false, seen = today unknown.
    let known: [(FilterExpression, Bool?)] = [
      (.compare(property: "year", .equal, .integer(1987)), true), (.compare(property: "year", .equal, .integer(0)), false),
      (.compare(property: "seen", .equal, .date(CalendarDate(daysSince1970: 0))), nil),
    ]
    // Kleene: false < unknown < true; `and` is the least, `or` the greatest, `not` turns the order round.
    func rank(_ truth: Bool?) -> Int { truth.map { $0 ? 2 : 0 } ?? 1 }
    for (a, x) in known {
      #expect(rank(try evaluate(.not(a), lime)) == 2 - rank(x))
      for (b, y) in known {
        #expect(rank(try evaluate(.and([a, b]), lime)) == min(rank(x), rank(y)))
        #expect(rank(try evaluate(.or([a, b]), lime)) == max(rank(x), rank(y)))
      }
    }
    #expect(try evaluate(.and([]), lime) == true)
    #expect(try evaluate(.or([]), lime) == false)
  }

  @Test func nullIsNeverEqualAndNeverUnequal() throws {
    #expect(try evaluate(.compare(property: "seen", .notEqual, .date(CalendarDate(daysSince1970: 0))), lime) == nil)
    #expect(try evaluate(.compare(property: "genus", .notEqual, .null), lime) == nil)
    #expect(try evaluate(.isNull(property: "seen"), lime) == true)
    #expect(try evaluate(.not(.isNull(property: "seen")), lime) == false)
    #expect(try evaluate(.isNull(property: "height"), [.null, .real(.nan), .null, .null, .null, .null]) == true)
  }

  @Test func textComparesByBytes() throws {
    #expect(try evaluate(.compare(property: "genus", .less, .text("Ulmus")), lime) == true)
    #expect(try evaluate(.compare(property: "genus", .greater, .text("tilia")), lime) == false)
    // ä in one scalar and in two look the same and are different bytes.
    let umlaut: [PropertyValue] = [.text("\u{E4}"), .null, .null, .null, .null, .null]
    #expect(try evaluate(.compare(property: "genus", .equal, .text("a\u{308}")), umlaut) == false)
  }

  @Test func integersAndRealsCompareExactly() throws {
    let huge: [PropertyValue] = [.null, .null, .integer(9_007_199_254_740_993), .null, .null, .null]
    #expect(try evaluate(.compare(property: "year", .greater, .real(9_007_199_254_740_992)), huge) == true)
    #expect(try evaluate(.compare(property: "year", .less, .real(1e19)), huge) == true)
    #expect(try evaluate(.compare(property: "year", .greater, .real(-1e19)), huge) == true)
    #expect(try evaluate(.compare(property: "year", .less, .real(1987.5)), lime) == true)
    #expect(try evaluate(.compare(property: "height", .lessOrEqual, .integer(12)), lime) == false)
    #expect(try evaluate(.compare(property: "height", .equal, .real(12.5)), lime) == true)
  }

  @Test func unknownPropertyIsNamedWithTheKnownOnes() {
    let query = FeatureQuery(collection: "trees", filter: .not(.isNull(property: "species")))
    #expect(
      throws: FeatureError.unknownProperty(
        "species", collection: "trees", known: ["genus", "height", "year", "felled", "seen", "extra"])
    ) { try query.validate(against: trees) }
    #expect(throws: FeatureError.self) {
      try FeatureQuery(collection: "trees", properties: .named(["genus", "x"])).validate(against: trees)
    }
    #expect(throws: FeatureError.unknownCollection("signs")) {
      try FeatureQuery(collection: "signs").validate(against: trees)
    }
  }

  @Test(arguments: [
    ("height", PropertyValue.text("tall")), ("year", .boolean(true)), ("genus", .integer(1)), ("felled", .integer(1)),
    ("seen", .text("2026-12-01")), ("extra", .text("{}")),
  ])
  func mismatchedTypesAreRefused(property: String, value: PropertyValue) {
    let query = FeatureQuery(collection: "trees", filter: .and([.compare(property: property, .equal, value)]))
    #expect(throws: FeatureError.self) { try query.validate(against: trees) }
  }

  @Test func jsonHasNoOrder() {
    #expect(throws: FeatureError.self) {
      try FeatureQuery(collection: "trees", filter: .compare(property: "extra", .less, .json("{}"))).validate(against: trees)
    }
  }
}
