public import LageplanFeatures
import LageplanGeometry

/// One suite for every reader: what it answers must be what the in-memory reader answers, whose code is simple enough to be believed.
///
///     @Test(arguments: FeatureReaderConformance.fixtures) func storeAnswersAsMemoryDoes(fixture: ReaderFixture) throws {
///       let reader = …                                  // a reader over fixture.descriptor and fixture.features
///       #expect(try FeatureReaderConformance.check(reader: reader, against: fixture) == [])
///     }
public enum FeatureReaderConformance {
  public static let fixtures = ReaderFixture.all

  /// Every disagreement of `reader`, which holds the fixture's features, with the oracle; empty when it conforms.
  ///
  /// A reader may have given the features other numbers; geometry is compared vertex by vertex.
  public static func check(
    reader: any FeatureReading, against fixture: ReaderFixture, queries: Int = 300, seed: UInt64 = 42
  ) throws -> [String] {
    var checker = try ConformanceChecker(reader: reader, fixture: fixture, seed: Seed(seed))
    try checker.checkContent()
    // With other content every further answer differs too.
    guard checker.disagreements.isEmpty else { return checker.disagreements }
    try checker.checkPaging()
    try checker.checkSortedPaging()
    try checker.checkBounds()
    checker.checkRefusals()
    for _ in 0..<queries { try checker.checkRandomQuery() }
    return checker.disagreements
  }

  /// Runs the suite over all fixtures: `makeReader` fills a reader with one of them.
  public static func run(makeReader: (ReaderFixture) throws -> any FeatureReading) throws -> [String] {
    try fixtures.flatMap { fixture in
      try check(reader: try makeReader(fixture), against: fixture).map { "\(fixture): \($0)" }
    }
  }
}

private struct ConformanceChecker {
  let reader: any FeatureReading
  let fixture: ReaderFixture
  let oracle: InMemoryFeatureReader
  var shapes: RandomShapes
  var filters: RandomFilter
  var disagreements: [String] = []

  private var descriptor: CollectionDescriptor { fixture.descriptor }

  init(reader: any FeatureReading, fixture: ReaderFixture, seed: Seed) throws {
    self.reader = reader
    self.fixture = fixture
    shapes = RandomShapes(seed: seed)
    filters = RandomFilter(fixture, seed: 4_711)
    // The oracle takes over the reader's numbers.
    var numbers: [String: Int64] = [:]
    try reader.forEachRow(matching: FeatureQuery(collection: fixture.descriptor.id, properties: .none, geometry: false)) { row in
      numbers[String(decoding: row.id, as: UTF8.self)] = row.number
      return .next
    }
    let numbered = fixture.features.map { feature in
      var copy = feature
      copy.number = numbers[feature.id] ?? feature.number
      return copy
    }
    oracle = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: numbered)
  }

  private mutating func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition, disagreements.count < 20 { disagreements.append(message()) }
  }

  private func ask(_ query: FeatureQuery) throws -> [OwnedRow] { try reader.rows(matching: query, of: descriptor) }

  // MARK: Fixed questions

  /// All features, against the fixture itself, not the oracle.
  mutating func checkContent() throws {
    let rows = try ask(FeatureQuery(collection: descriptor.id))
    let count = fixture.features.count
    expect(rows.count == count, "\(rows.count) rows of \(count) features")
    expect(Set(rows.map(\.number)).count == rows.count, "numbers come twice")
    let byId = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for feature in fixture.features {
      guard let row = byId[feature.id] else {
        expect(false, "no row \(feature.id)")
        continue
      }
      expect(row.geometry == feature.geometry, "\(feature.id): geometry \(row.geometry?.wkt ?? "none")")
      expect(row.values == feature.values, "\(feature.id): values \(row.values), expected \(feature.values)")
    }
  }

  mutating func checkPaging() throws {
    let count = fixture.features.count
    for size in [1, 7, 1000] where count / size < 500 {
      var after: Int64 = .min
      var seen: [String] = []
      while true {
        let page = try ask(
          FeatureQuery(collection: descriptor.id, properties: .none, geometry: false, after: after, limit: size))
        expect(page.count <= size, "a page of \(page.count) rows, asked for \(size)")
        for row in page {
          expect(row.number > after, "number \(row.number) after \(after)")
          after = row.number
        }
        seen += page.map(\.id)
        if page.count < size || seen.count > count { break }
      }
      expect(seen.count == count, "pages of \(size) yield \(seen.count) rows of \(count)")
      expect(Set(seen) == Set(fixture.features.map(\.id)), "pages of \(size) miss or repeat features")
    }
  }

  /// Page after page, each from the keys of the last row before, is the whole in its order.
  mutating func checkSortedPaging() throws {
    for _ in 0..<6 {
      let sort = randomSort()
      var all = FeatureQuery(collection: descriptor.id, geometry: false, sort: sort)
      let expected = try oracle.rows(matching: all, of: descriptor)
      expect(try ask(all) == expected, "the order by \(sort) differs")
      let size = max(3, expected.count / 10)
      var seen: [OwnedRow] = []
      all.limit = size
      while seen.count <= expected.count {
        let page = try ask(all)
        seen += page
        guard page.count == size, let last = page.last else { break }
        all.after = last.number
        all.afterKeys = sort.map { key in
          switch key.value {
          case .id: .text(last.id)
          case .property(let name): last.values[descriptor.schema.index(of: name) ?? 0]
          }
        }
      }
      expect(seen == expected, "pages of \(size) by \(sort) are \(seen.count) rows, in another order or not all")
    }
  }

  private mutating func randomSort() -> [SortKey] {
    let names = descriptor.schema.properties.map(\.name).shuffled(using: &shapes.seed)
    var keys = names.prefix(Int.random(in: 1...3, using: &shapes.seed)).map { name in
      SortKey(property: name, ascending: Bool.random(using: &shapes.seed))
    }
    if Int.random(in: 0..<3, using: &shapes.seed) == 0 {
      keys.insert(.id(ascending: Bool.random(using: &shapes.seed)), at: Int.random(in: 0...keys.count, using: &shapes.seed))
    }
    return keys
  }

  mutating func checkBounds() throws {
    let id = descriptor.id
    expect(try ask(FeatureQuery(collection: id, limit: 0)).isEmpty, "a limit of 0 yields rows")
    expect(try ask(FeatureQuery(collection: id, ids: [])).isEmpty, "no ids yield rows")
    expect(try ask(FeatureQuery(collection: id, ids: ["nobody"])).isEmpty, "an unknown id yields rows")
    expect(try ask(FeatureQuery(collection: id, after: .max)).isEmpty, "rows after the last number")
    for spatial in [SpatialFilter.envelope(.empty), .rectangle(.empty), .geometry(.polygon([]))] {
      expect(try ask(FeatureQuery(collection: id, spatial: spatial)).isEmpty, "the empty area \(spatial) yields rows")
    }
    // Rows without geometry asked for lend none, stop stops, and an error of the body comes through.
    expect(try ask(FeatureQuery(collection: id, geometry: false)).allSatisfy { $0.geometry == nil }, "geometry lent unasked")
    guard !fixture.features.isEmpty else { return }
    var count = 0
    try reader.forEachRow(matching: FeatureQuery(collection: id)) { _ in
      count += 1
      return count == 3 ? .stop : .next
    }
    expect(count == 3, "\(count) rows though stopped after 3")
    struct Thrown: Error {}
    do {
      try reader.forEachRow(matching: FeatureQuery(collection: id)) { _ in throw Thrown() }
      expect(false, "an error thrown by the body is swallowed")
    } catch { expect(error is Thrown, "the body's error comes out as \(error)") }
    expect(try ask(FeatureQuery(collection: id)).count == fixture.features.count, "the reader is broken after an error")
  }

  mutating func checkRefusals() {
    let id = descriptor.id
    let known = descriptor.schema.properties.map(\.name)
    let unknown = FeatureError.unknownProperty("nothing", collection: id, known: known)
    let wrong: [(FeatureQuery, FeatureError)] = [
      (FeatureQuery(collection: "nobody"), .unknownCollection("nobody")),
      (FeatureQuery(collection: id, properties: .named(["name", "nothing"])), unknown),
      (FeatureQuery(collection: id, filter: .isNull(property: "nothing")), unknown),
      (FeatureQuery(collection: id, filter: .not(.compare(property: "nothing", .equal, .null))), unknown),
      (
        FeatureQuery(collection: id, filter: .compare(property: "year", .less, .text("old"))),
        .typeMismatch(property: "year", kind: .integer, value: "old")
      ),
      (FeatureQuery(collection: id, sort: [SortKey(property: "nothing")]), unknown),
      (
        FeatureQuery(collection: id, sort: [.id, SortKey(property: "year")], after: 1, afterKeys: [.text("a")]),
        .brokenPage(expected: 2, found: 1)
      ),
      (FeatureQuery(collection: id, sort: [.id], afterKeys: [.text("a")]), .brokenPage(expected: 1, found: 1)),
      (
        FeatureQuery(collection: id, text: Array(repeating: "wort", count: 101).joined(separator: " ")),
        .tooManyWords(found: 101, limit: 100)
      ),
    ]
    for (query, fault) in wrong {
      do {
        try reader.forEachRow(matching: query) { _ in .next }
        expect(false, "answered instead of \(fault)")
      } catch { expect(error as? FeatureError == fault, "threw \(error) instead of \(fault)") }
    }
  }

  // MARK: Random questions

  mutating func checkRandomQuery() throws {
    let query = randomQuery()
    let answer = try ask(query)
    if query.after != nil || query.limit == nil || !query.sort.isEmpty {
      var expected = try oracle.rows(matching: query, of: descriptor)
      var found = answer
      if query.after == nil, query.sort.isEmpty {
        expected.sort { $0.number < $1.number }
        found.sort { $0.number < $1.number }
      }
      expect(found == expected, "\(found.count) rows instead of \(expected.count) for \(query)")
    } else {
      // Without an order the reader chooses which rows; they must be matches, and as many as asked for.
      var unlimited = query
      unlimited.limit = nil
      let matches = Set(try oracle.rows(matching: unlimited, of: descriptor))
      expect(answer.count == min(matches.count, query.limit ?? 0), "\(answer.count) rows of \(matches.count) for \(query)")
      expect(matches.isSuperset(of: answer), "rows that do not match \(query)")
      expect(Set(answer).count == answer.count, "rows come twice for \(query)")
    }
  }

  private static let searches = [
    "linde", "LIND", "eiche,ahorn", "strasse", "Straße", "a", "ä", "a\u{308}", "o brien", "brien o", "100", "linde eiche", "",
    ",",
    "%", "\"", "linde* OR eiche", "🌳", "quo, ,xyz",
  ]

  private mutating func randomQuery() -> FeatureQuery {
    var query = FeatureQuery(collection: descriptor.id)
    if Int.random(in: 0..<3, using: &shapes.seed) > 0 { query.spatial = randomArea() }
    if Bool.random(using: &shapes.seed) { query.filter = filters.next() }
    if Int.random(in: 0..<4, using: &shapes.seed) == 0 {
      query.ids = fixture.features.shuffled(using: &shapes.seed).prefix(40).map(\.id) + ["nobody", "'; --"]
    }
    if Bool.random(using: &shapes.seed) {
      let names = descriptor.schema.properties.map(\.name).shuffled(using: &shapes.seed)
      query.properties = .named(Array(names.prefix(Int.random(in: 0...names.count, using: &shapes.seed))))
    }
    query.geometry = Bool.random(using: &shapes.seed)
    if Bool.random(using: &shapes.seed) {
      query.after = oracle.features.randomElement(using: &shapes.seed)?.number ?? 0
      if Bool.random(using: &shapes.seed) { query.after = .min }
    }
    if Int.random(in: 0..<4, using: &shapes.seed) == 0 { query.text = Self.searches.randomElement(using: &shapes.seed) }
    if Int.random(in: 0..<3, using: &shapes.seed) == 0 { query.sort = randomSort() }
    if Bool.random(using: &shapes.seed) { query.limit = Int.random(in: 0...60, using: &shapes.seed) }
    return query
  }

  /// Areas from a metre to the whole; half of the rectangles have a corner on a vertex of the data.
  private mutating func randomArea() -> SpatialFilter {
    let extent = oracle.descriptor.storageExtent ?? Envelope(minX: 599_000, minY: 5_799_000, maxX: 601_000, maxY: 5_801_000)
    let feature = fixture.features.randomElement(using: &shapes.seed)
    let vertex = feature?.geometry?.coordinates.randomElement(using: &shapes.seed) ?? extent.centre
    let share: Double = [0.001, 0.05, 0.3, 2.0].randomElement(using: &shapes.seed) ?? 1
    let width = extent.width * share
    let height = extent.height * share
    var corner = vertex
    if Bool.random(using: &shapes.seed) {
      corner.x -= width * Double.random(in: 0...1, using: &shapes.seed)
      corner.y -= height * Double.random(in: 0...1, using: &shapes.seed)
    }
    let box = Envelope(minX: corner.x, minY: corner.y, maxX: corner.x + width, maxY: corner.y + height)
    switch Int.random(in: 0..<5, using: &shapes.seed) {
    case 0: return .envelope(box)
    case 1, 2: return .rectangle(box)
    case 3: return .geometry(.polygon(diamond(box)))
    default:
      let other = Envelope(
        minX: box.maxX + width / 4, minY: box.minY, maxX: box.maxX + width, maxY: box.maxY + height / 2)
      return .geometry(.multiPolygon([diamond(box), diamond(other)]))
    }
  }

  /// The rhomb in a rectangle, with a rhomb as hole.
  private func diamond(_ box: Envelope) -> [[Coordinate]] {
    let middle = box.centre
    func rhomb(_ share: Double) -> [Coordinate] {
      let (dx, dy) = (box.width / 2 * share, box.height / 2 * share)
      return [
        Coordinate(x: middle.x + dx, y: middle.y), Coordinate(x: middle.x, y: middle.y + dy),
        Coordinate(x: middle.x - dx, y: middle.y), Coordinate(x: middle.x, y: middle.y - dy),
        Coordinate(x: middle.x + dx, y: middle.y),
      ]
    }
    return [rhomb(1), rhomb(0.4).reversed()]
  }
}
