import Foundation
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@Suite struct GeoJSONWriterTests {
  private let trees = CollectionDescriptor(
    id: "trees", title: "Trees", geometryKind: nil, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "genus \"x\"", kind: .text), PropertyDefinition(name: "height", kind: .real),
      PropertyDefinition(name: "year", kind: .integer), PropertyDefinition(name: "felled", kind: .boolean),
      PropertyDefinition(name: "seen", kind: .date), PropertyDefinition(name: "extra", kind: .json),
    ]))

  private func write(
    _ geometry: Geometry?, values: [PropertyValue]? = nil, descriptor: CollectionDescriptor? = nil,
    properties: PropertySelection = .all, target: CoordinateReferenceSystem = .crs84, swapsAxes: Bool = false
  ) throws -> String {
    let descriptor = descriptor ?? trees
    let reader = try InMemoryFeatureReader(
      descriptor: descriptor,
      features: [
        Feature(id: "b-1", geometry: geometry, values: values ?? descriptor.schema.properties.map { _ in .null })
      ])
    var output = JSONWriter()
    var writer = try GeoJSONWriter(descriptor: descriptor, properties: properties, target: target, swapsAxes: swapsAxes)
    try reader.forEachRow(matching: FeatureQuery(collection: descriptor.id, properties: properties)) { row in
      writer.append(row, to: &output)
      return .next
    }
    return String(decoding: output.bytes, as: UTF8.self)
  }

  // The latitude by PROJ, through gdaltransform: 52.350293349965.
  @Test func aRowBecomesAFeature() throws {
    let text = try write(
      .point(Coordinate(x: 500_000, y: 5_800_000)),
      values: [
        .text("Tilia \u{1F333}\n"), .real(12.5), .integer(1987), .boolean(true), .date(CalendarDate(daysSince1970: 20_788)),
        .json("[1, 2]"),
      ])
    #expect(
      text.hasPrefix(#"{"type":"Feature","id":"b-1","geometry":{"type":"Point","coordinates":[9,52.3502933]"#), "\(text)")
    #expect(
      text.hasSuffix(
        #"},"properties":{"genus \"x\"":"Tilia 🌳\n","height":12.5,"year":1987,"felled":true,"seen":"2026-12-01","extra":[1, 2]}}"#
      ), "\(text)")
  }

  @Test func selectionExtrasAndMissingPlace() throws {
    let reader = try InMemoryFeatureReader(
      descriptor: trees, features: [Feature(id: "b-1", geometry: nil, values: Array(repeating: .null, count: 6))])
    var output = JSONWriter()
    var writer = try GeoJSONWriter(descriptor: trees, properties: .named(["year", "height"]))
    let query = FeatureQuery(collection: "trees", properties: .named(["year", "height"]))
    output.beginArray()
    for _ in 0..<2 {
      try reader.forEachRow(matching: query) { row in
        writer.append(
          row, to: &output, properties: { $0.member("distance", 1.25) },
          members: { $0.member("links", ["a"]) })
        return .next
      }
    }
    output.endArray()
    let one =
      #"{"type":"Feature","id":"b-1","geometry":null,"properties":{"year":null,"height":null,"distance":1.25},"links":["a"]}"#
    #expect(String(decoding: output.bytes, as: UTF8.self) == "[\(one),\(one)]")
  }

  @Test func everyKindComesBack() throws {
    // In degrees nothing is transformed, so what is read must be what was written.
    var degrees = trees
    degrees.storageCrs = .crs84
    for wkt in [
      "POINT (10.5 52.25)", "POINT Z (10.5 52.25 80.5)", "LINESTRING (10 50, 11 51, 12 50)", "MULTIPOINT ((1 2), (3 4))",
      "MULTILINESTRING ((10 50, 11 51), (12 50, 13 51))", "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))",
      "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((10 10, 14 10, 14 14, 10 10)))",
      "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4), GEOMETRYCOLLECTION (POINT (5 6)))", "LINESTRING EMPTY",
    ] {
      let geometry = try Geometry(wkt: wkt)
      let document = try JSONValue(parsing: try write(geometry, descriptor: degrees))
      #expect(try Geometry(geoJSON: try #require(document["geometry"])) == geometry)
    }
    #expect(try write(Geometry(kind: .point), descriptor: degrees).contains(#""geometry":null"#))
  }

  @Test(arguments: FeatureReaderConformance.fixtures) func fixturesComeBackToTheCentimetre(fixture: ReaderFixture) throws {
    let reader = try InMemoryFeatureReader(descriptor: fixture.descriptor, features: fixture.features)
    var writer = try GeoJSONWriter(descriptor: fixture.descriptor)
    let back = try CoordinateTransform(from: .crs84, to: fixture.descriptor.storageCrs)
    let tolerance = fixture.descriptor.storageCrs == .utm32 ? 0.01 : 1e-7
    try reader.forEachRow(matching: FeatureQuery(collection: fixture.descriptor.id)) { row in
      var output = JSONWriter()
      writer.append(row, to: &output)
      // Foundation is the foreign reader of the syntax.
      _ = try JSONSerialization.jsonObject(with: Data(output.bytes))
      var feature = try Feature(geoJSON: try JSONValue(parsing: output.bytes), schema: fixture.descriptor.schema)
      let original = reader.features[Int(row.number) - 1]
      #expect(feature.id == original.id)
      #expect(feature.values == original.values)
      guard feature.geometry != nil || original.geometry != nil else { return .next }
      if var geometry = feature.geometry {
        try back.transform(&geometry)
        feature.geometry = geometry
      }
      // Rings may have been turned round; their vertices are the same.
      func sorted(_ geometry: Geometry?) -> [Coordinate] {
        (geometry?.coordinates ?? []).sorted { (($0.x * 4).rounded(), $0.y) < (($1.x * 4).rounded(), $1.y) }
      }
      #expect(feature.geometry?.kind == original.geometry?.kind)
      let pairs = zip(sorted(feature.geometry), sorted(original.geometry))
      #expect(feature.geometry?.coordinates.count == original.geometry?.coordinates.count)
      if fixture.descriptor.storageCrs == .utm32 {
        #expect(pairs.allSatisfy { abs($0.x - $1.x) < tolerance && abs($0.y - $1.y) < tolerance })
      }
      return .next
    }
  }

  @Test func ringsAreWoundForDegreesOnly() throws {
    // Shell clockwise, hole counter-clockwise: the wrong way round.
    let wrong = try Geometry(
      wkt: "POLYGON ((500000 5800000, 500000 5801000, 501000 5801000, 500000 5800000), "
        + "(500200 5800500, 500300 5800600, 500200 5800600, 500200 5800500))")
    let degrees = try JSONValue(parsing: try write(wrong))
    let read = try Geometry(geoJSON: try #require(degrees["geometry"]))
    #expect(read.signedArea(ofRing: 0) > 0)
    #expect(read.signedArea(ofRing: 1) < 0)
    let metres = try write(wrong, target: .utm32)
    #expect(metres.contains("[[[500000,5800000],[500000,5801000],[501000,5801000],[500000,5800000]]"))
  }

  @Test func metresHaveThreeDecimalsAndAxesSwap() throws {
    let place = Geometry.point(Coordinate(x: 500_000.123456, y: 5_800_000.5))
    #expect(try write(place, target: .utm32).contains("[500000.123,5800000.5]"))
    let plain = try JSONValue(parsing: try write(place))["geometry"]?["coordinates"]
    let swapped = try JSONValue(parsing: try write(place, target: .wgs84, swapsAxes: true))["geometry"]?["coordinates"]
    #expect(swapped?[0] == plain?[1])
    #expect(swapped?[1] == plain?[0])
  }

  @Test func whatCannotBePlacedHasNoGeometryAndIsCounted() throws {
    let values = [PropertyValue](repeating: .null, count: 6)
    let broken = (0..<30).map { index in
      Feature(id: "b-\(index)", geometry: .lineString([Coordinate(x: .infinity, y: 1), Coordinate(x: 2, y: 1)]), values: values)
    }
    let sound = Feature(id: "sound", geometry: .point(Coordinate(x: 500_000, y: 5_800_000)), values: values)
    let reader = try InMemoryFeatureReader(descriptor: trees, features: broken + [sound])
    for target in [CoordinateReferenceSystem.crs84, .utm32] {
      var output = JSONWriter()
      var writer = try GeoJSONWriter(descriptor: trees, properties: .none, target: target)
      output.beginArray()
      try reader.forEachRow(matching: FeatureQuery(collection: "trees", properties: .none)) { row in
        writer.append(row, to: &output)
        return .next
      }
      output.endArray()
      let features = try #require(JSONValue(parsing: output.bytes).array)
      #expect(features.count == 31)
      #expect(features.prefix(30).allSatisfy { $0["geometry"] == .null })
      #expect(features.last?["geometry"]?["type"] == "Point")
      #expect(writer.flawCount == 30)
      #expect(writer.flaws.count == RowGeometryReader.keptFlaws)
      #expect(writer.flaws.first?.description.contains("b-0") == true)
    }
  }
}

@Suite struct FeatureErrorTests {
  @Test func everyErrorTellsPlaceValueAndRemedy() {
    #expect("\(FeatureError.unknownCollection("tres"))".contains("\"tres\"; list the collections"))
    let property = "\(FeatureError.unknownProperty("hight", collection: "trees", known: ["height", "year"]))"
    #expect(property.contains("trees") && property.contains("hight") && property.contains("use one of height, year"))
    let value = "\(FeatureError.typeMismatch(property: "height", kind: .real, value: "tall"))"
    #expect(value.contains("height") && value.contains("\"tall\"") && value.contains("\(PropertyKind.real.rawValue)"))
  }
}

@Suite struct SpatialFilterFrameTests {
  /// A grid of points stored in UTM, of which an area in degrees must give exactly those inside.
  @Test(arguments: [CoordinateReferenceSystem.utm32, .utm33, .webMercator, .wgs84]) func areasInDegreesAreExact(
    crs: CoordinateReferenceSystem
  ) throws {
    var seed = Seed(21)
    let transform = try CoordinateTransform(from: .crs84, to: crs)
    let places = (0..<2000).map { _ in
      Coordinate(
        longitude: Double.random(in: 11...13, using: &seed), latitude: Double.random(in: 51...52, using: &seed))
    }
    let reader = try InMemoryFeatureReader(
      descriptor: CollectionDescriptor(id: "c", title: "C", geometryKind: .point, storageCrs: crs, schema: Schema()),
      features: try places.enumerated().map { index, place in
        Feature(id: "p\(index)", number: Int64(index + 1), geometry: .point(try transform.transform(place)), values: [])
      })
    func found(_ spatial: SpatialFilter) throws -> Set<Int64> {
      var numbers: Set<Int64> = []
      try reader.forEachRow(matching: FeatureQuery(collection: "c", spatial: spatial)) { row in
        numbers.insert(row.number)
        return .next
      }
      return numbers
    }
    func expected(_ isInside: (Coordinate) -> Bool) -> Set<Int64> {
      Set(places.indices.filter { isInside(places[$0]) }.map { Int64($0 + 1) })
    }
    // 140 km wide: its straight southern edge leaves the chord in UTM by almost 500 m.
    let box = Envelope(minX: 11.0, minY: 51.3, maxX: 13.0, maxY: 51.7)
    #expect(try found(.box(box, of: reader.descriptor)) == expected(box.contains))
    let area = try Geometry(
      wkt: "POLYGON ((11.1 51.1, 12.9 51.2, 12.5 51.9, 11.2 51.8, 11.1 51.1), (11.6 51.4, 12.4 51.4, 12.2 51.6, 11.6 51.4))")
    #expect(try found(.area(area, of: reader.descriptor)) == expected(area.contains))
    // As large as the globe, and elsewhere.
    let globe = Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)
    #expect(try found(.box(globe, of: reader.descriptor)).count == places.count)
    let everything = Geometry.polygon([
      [
        Coordinate(x: -180, y: -90), Coordinate(x: 180, y: -90), Coordinate(x: 180, y: 90), Coordinate(x: -180, y: 90),
        Coordinate(x: -180, y: -90),
      ]
    ])
    #expect(try found(.area(everything, of: reader.descriptor)).count == places.count)
    #expect(try found(.box(Envelope(minX: -60, minY: -40, maxX: -50, maxY: -30), of: reader.descriptor)).isEmpty)
  }

  @Test func aCollectionWithoutPlacesHasNothingInAnyArea() throws {
    let empty = CollectionDescriptor(id: "c", title: "C", geometryKind: .point, storageCrs: .utm32, schema: Schema())
    #expect(try SpatialFilter.box(Envelope(minX: 0, minY: 0, maxX: 9, maxY: 9), of: empty) == .envelope(.empty))
  }
}
