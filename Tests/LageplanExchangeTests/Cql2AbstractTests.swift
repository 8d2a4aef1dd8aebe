import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

/// The abstract tests of CQL2 (OGC 21-065r2, annex A): the standard's test data with its predicates and counts, in SQL and in memory, in
/// text and in JSON.
@Suite(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
struct Cql2AbstractTests {
  struct Predicate: Hashable, Sendable, CustomTestStringConvertible {
    var layer: String
    var text: String
    var count: Int
    var testDescription: String { "\(layer): \(text)" }
  }

  private static let places = "ne_110m_populated_places_simple"
  private static let countries = "ne_110m_admin_0_countries"
  private static let rivers = "ne_110m_rivers_lake_centerlines"

  /// The rows of the tables of an annex: cells between bars, predicates in back quotes, where `\<=` stands for `<=`.
  private static func rows(_ annex: String) -> [[String]] {
    let file = SharedData.file("ogc/cql2/ats/annex_ats_\(annex).adoc")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("|") && $0.contains("`") }.map { row in
      row.dropFirst().split(separator: " |").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `|")).replacing("\\<", with: "<")
      }
    }
  }

  /// One predicate and one count a row.
  static let predicates: [Predicate] = [
    "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison", "basic-spatial-functions",
  ].flatMap { annex in
    rows(annex).compactMap { cells in
      guard let layer = cells.firstIndex(where: { $0.hasPrefix("ne_110m") }), cells.count == layer + 3,
        let count = Int(cells[layer + 2])
      else { return nil }
      return Predicate(layer: cells[layer], text: cells[layer + 1], count: count)
    }
  }

  /// Four predicates and one count a row.
  static let combinations: [Predicate] = rows("basic-cql2").compactMap { cells in
    guard cells.count == 5, let count = Int(cells[4]) else { return nil }
    let (p1, p2, p3, p4) = (cells[0], cells[1], cells[2], cells[3])
    return Predicate(layer: places, text: "(NOT (\(p2)) AND \(p1)) OR (\(p3) and \(p4)) or not (\(p1) OR \(p4))", count: count)
  }

  /// Predicates of the annexes on accents, times, arithmetic and the other spatial functions, on the same data. (Two of those on accents
  /// count two places of a name that only one has, and are left out.)
  static let further: [Predicate] = [
    (places, "ACCENTI(name)=accenti('Chisinau')", 1), (places, "ACCENTI(CASEI(name))=accenti(casei('CHIȘINĂU'))", 1),
    (places, "t_after(\"date\",date('2022-04-16'))", 1), (places, "t_disjoint(\"date\",interval('2022-01-01','2022-12-31'))", 2),
    (places, "t_equals(\"date\",interval('2022-04-16','2022-04-16'))", 1),
    (places, "t_before(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))", 1),
    (places, "t_after(interval(start,end),interval('..','2022-04-16T10:13:19Z'))", 1),
    (places, "t_before(interval(start,end),interval('2023-01-01T00:00:00Z','..'))", 2),
    (places, "t_intersects(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:09Z'))", 2),
    (places, "T_DURING(interval(start,end),interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))", 1),
    (places, "T_METBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))", 1),
    (places, "T_OVERLAPPEDBY(interval(start,end),interval('2020-04-16T10:13:19Z','2022-04-16T10:15:10Z'))", 2),
    (places, "T_STARTEDBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))", 1),
    (places, "pop_other=1038280+8", 1), (places, "pop_other>=1038290-2*2^0", 123), (places, "pop_other>1038290-21 div 10", 122),
    (places, "pop_other between 4000000/4 and (3*(900000+100000))", 75), (places, "1038280+8=pop_other", 1),
    (places, "pop_other in (1000000+38288,1000000+600000+11692,3*1000000+13258,3*1000000+13257,30*100000+13259)", 3),
    (countries, "S_INTERSECTS(geom,LINESTRING(-180 -45, 0 -45))", 2),
    (countries, "S_INTERSECTS(geom,MULTILINESTRING((-180 -45, 0 -45), (0 45, 180 45)))", 14),
    (countries, "S_INTERSECTS(geom,GEOMETRYCOLLECTION(POINT(7.02 49.92), POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))))", 8),
    (countries, "S_DISJOINT(geom,LINESTRING(0 40,10 50))", 173), (places, "S_DISJOINT(geom,BBOX(0,40,10,50))", 236),
    (places, "S_EQUALS(geom,POINT(6.1300028 49.6116604))", 1),
    (countries, "S_TOUCHES(geom,POINT(6.043073357781111 50.128051662794235))", 3),
    (countries, "S_TOUCHES(geom,LINESTRING(6.043073357781111 50.128051662794235,6.242751092156993 49.90222565367873))", 3),
    (rivers, "S_CROSSES(geom,BBOX(0,40,10,50))", 1), (rivers, "S_CROSSES(geom,LINESTRING(-60 -90,-60 90))", 2),
    (countries, "S_WITHIN(geom,BBOX(-180,-90,0,90))", 44), (places, "S_WITHIN(geom,BBOX(-180,-90,0,90))", 74),
    (countries, "S_CONTAINS(geom,BBOX(7,50,8,51))", 1), (countries, "S_CONTAINS(geom,POINT(7.02 49.92))", 1),
    (countries, "S_OVERLAPS(geom,BBOX(-180,-90,0,90))", 11),
  ].map { Predicate(layer: $0.0, text: $0.1, count: $0.2) }

  @Test func annexesHaveTheirPredicates() {
    #expect(Self.predicates.count == 80)
    #expect(Self.combinations.count == 77)
  }

  /// A layer as it was imported, in a store and in memory.
  private struct Layer {
    var descriptor: CollectionDescriptor
    var memory: InMemoryFeatureReader
  }

  private func withLayers(_ body: (Store, [String: Layer]) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let store = try Store(path: folder.appendingPathComponent("earth.sqlite").path, mode: .create, readers: 1)
      defer { store.close() }
      var layers: [String: Layer] = [:]
      for name in [Self.countries, Self.places, Self.rivers] {
        let run = try Deliver(
          files: [SharedData.file("ogc/cql2/data/ne110m4cql2.gpkg").path], layer: name, town: TownTime(zone: "UTC"))
        let plain = CollectionDescriptor(
          id: name, title: name, geometryKind: run.delivery.geometryKind, storageCrs: run.delivery.crs,
          schema: run.delivery.schema)
        var rest = run.features[...]
        _ = try store.importFeatures(into: plain, options: ImportOptions(), from: { rest.popFirst() })
        layers[name] = Layer(
          descriptor: try store.descriptor(of: name),
          memory: try InMemoryFeatureReader(descriptor: plain, features: run.features))
      }
      try body(store, layers)
    }
  }

  @Test func everyPredicateFindsItsNumberInSqlAndInMemoryInBothSpellings() throws {
    try withLayers { store, layers in
      var wrong: [String] = []
      for predicate in Self.predicates + Self.combinations + Self.further {
        let layer = try #require(layers[predicate.layer])
        let text = try FilterExpression(cql2Text: predicate.text)
        let json = try FilterExpression(cql2JSON: Array(text.cql2JSON.json.utf8))
        #expect(text == json, "\(predicate.text)")
        let filter = try json.resolved(against: layer.descriptor)
        let query = FeatureQuery(collection: predicate.layer, filter: filter, properties: .none, geometry: false)
        @Sendable func count(_ reader: any FeatureReading) throws -> Int {
          var count = 0
          try reader.forEachRow(matching: query) { _ in
            count += 1
            return .next
          }
          return count
        }
        let counts = (try store.readSync { try count($0) }, try count(layer.memory))
        if counts != (predicate.count, predicate.count) { wrong.append("\(predicate.text): \(counts), not \(predicate.count)") }
      }
      #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }
  }
}
