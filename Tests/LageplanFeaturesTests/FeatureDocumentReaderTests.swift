import LageplanFeatures
import LageplanGeometry
import Testing

/// What editors send, read against a collection. Expected coordinates are those of GDAL and PROJ.
@Suite struct FeatureDocumentReaderTests {
  private static func collection(
    _ kind: GeometryKind?, in crs: CoordinateReferenceSystem = .utm32, properties: [PropertyDefinition] = []
  ) -> CollectionDescriptor {
    CollectionDescriptor(id: "c", title: "C", geometryKind: kind, storageCrs: crs, schema: Schema(properties: properties))
  }

  private static func read(
    _ text: String, _ descriptor: CollectionDescriptor, in crs: CoordinateReferenceSystem = .crs84
  ) throws -> (feature: Feature?, faults: [JSONFault]) {
    let reader = try FeatureDocumentReader(descriptor: descriptor, frame: GeoJSONFrame(crs))
    var faults: [JSONFault] = []
    let feature = reader.feature(JSONNode(try JSONValue(parsing: text)), &faults)
    return (feature, faults)
  }

  private static func point(_ coordinates: String, _ properties: String = "null") -> String {
    #"{"type":"Feature","geometry":{"type":"Point","coordinates":\#(coordinates)},"properties":\#(properties)}"#
  }

  @Test func latitudeComesFirstWhereTheAuthoritySaysSo() throws {
    let descriptor = Self.collection(.point)
    let straight = try #require(try Self.read(Self.point("[10.7865,52.4227]"), descriptor).feature)
    let swapped = try #require(try Self.read(Self.point("[52.4227,10.7865]"), descriptor, in: .wgs84).feature)
    #expect(straight == swapped)
    let place = try #require(straight.geometry?.coordinates.first)
    // gdaltransform -s_srs OGC:CRS84 -t_srs EPSG:25832
    #expect(abs(place.x - 621_480.6587) < 0.001 && abs(place.y - 5_809_554.9940) < 0.002, "\(place)")
  }

  @Test func storageCoordinatesAreTakenAsTheyAre() throws {
    let feature = try Self.read(Self.point("[621473.90912345,5809450.19812345]"), Self.collection(.point), in: .utm32).feature
    #expect(feature?.geometry == .point(Coordinate(x: 621_473.90912345, y: 5_809_450.19812345)))
  }

  @Test(arguments: [
    ("[10.78,91]", CoordinateReferenceSystem.crs84, "$.geometry.coordinates[1]"),
    ("[181,52]", .crs84, "$.geometry.coordinates[0]"), ("[52.4,181]", .wgs84, "$.geometry.coordinates[1]"),
    ("[91,10.78]", .wgs84, "$.geometry.coordinates[0]"), ("[52.4,10.78]", .crs84, "$.geometry"),
    ("[10.78,52.4]", .wgs84, "$.geometry"), ("[5809450,621473]", .utm32, "$.geometry"), ("[10.78,52.4]", .utm32, "$.geometry"),
    ("[\"10\",52]", .crs84, "$.geometry.coordinates"),
  ])
  func numbersInTheWrongOrderAreNoticed(numbers: String, crs: CoordinateReferenceSystem, path: String) throws {
    let faults = try Self.read(Self.point(numbers), Self.collection(.point), in: crs).faults
    #expect(faults.map(\.path) == [path])
  }

  @Test func aSinglePolygonFitsIntoACollectionOfMultiPolygons() throws {
    let square = "[[[10,52],[10.1,52],[10.1,52.1],[10,52]]]"
    let polygon = #"{"type":"Feature","geometry":{"type":"Polygon","coordinates":\#(square)},"properties":null}"#
    let multi = #"{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[\#(square)]},"properties":null}"#
    let two =
      #"{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[\#(square),[[[11,52],[11.1,52],[11.1,52.1],[11,52]]]]},"properties":null}"#
    #expect(try Self.read(polygon, Self.collection(.multiPolygon)).feature?.geometry?.kind == .multiPolygon)
    #expect(try Self.read(multi, Self.collection(.polygon)).feature?.geometry?.kind == .polygon)
    #expect(try Self.read(two, Self.collection(.polygon)).faults.map(\.path) == ["$.geometry.type"])
    #expect(try Self.read(two, Self.collection(nil)).feature?.geometry?.kind == .multiPolygon)
    #expect(try Self.read(polygon, Self.collection(.point)).faults.map(\.path) == ["$.geometry.type"])
  }

  @Test(arguments: [
    (#"{"type":"Feature","properties":{}}"#, ["$.geometry"]), (#"{"type":"Feature","geometry":null}"#, ["$.properties"]),
    (#"{"type":"Feature","geometry":null,"properties":[]}"#, ["$.properties"]),
    (#"{"type":"Feature","geometry":null,"properties":{},"name":"x"}"#, ["$.name"]),
    (#"{"type":"Feature","geometry":null,"properties":{},"place":{"type":"Point","coordinates":[1,2]}}"#, ["$.place"]),
    (#"{"type":"Feature","id":"","geometry":null,"properties":{}}"#, ["$.id"]),
    (#"{"type":"Feature","id":{},"geometry":null,"properties":{}}"#, ["$.id"]),
    (#"{"type":"Feature","id":"a\u0000","geometry":null,"properties":{}}"#, ["$.id"]),
    (
      #"{"type":"Feature","geometry":null,"properties":{"name":1,"count":"x","odd name":2}}"#,
      [
        "$.properties.name", "$.properties.count", "$.properties['odd name']",
      ]
    ),
    (
      #"{"type":"Feature","crs":{"type":"name","properties":{"name":"EPSG:25832"}},"geometry":null,"properties":{}}"#, ["$.crs"]
    ),
  ])
  func everyFaultHasItsPlace(text: String, paths: [String]) throws {
    let descriptor = Self.collection(
      .point, properties: [PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: "count", kind: .integer)])
    let (feature, faults) = try Self.read(text, descriptor)
    #expect(feature == nil)
    #expect(faults.map(\.path) == paths)
  }

  @Test func foreignMembersArePassedOver() throws {
    let text = #"{"type":"Feature","id":12,"bbox":[1,2,3,4],"links":[],"when":"now","geometry":null,"properties":{"id":null}}"#
    #expect(try Self.read(text, Self.collection(.point)).feature == Feature(id: "12", geometry: nil, values: []))
  }

  @Test func aPatchTouchesOnlyWhatItNames() throws {
    let descriptor = Self.collection(
      .point,
      properties: [
        PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: "height", kind: .real),
        PropertyDefinition(name: "tags", kind: .json),
      ])
    let current = Feature(
      id: "a", geometry: .point(Coordinate(x: 600_000, y: 5_800_000)),
      values: [.text("x"), .real(1), .json(#"{"a":1,"b":{"c":2,"d":3}}"#)])
    let reader = try FeatureDocumentReader(descriptor: descriptor, frame: GeoJSONFrame(.utm32))
    var faults: [JSONFault] = []
    func patch(_ text: String) throws -> FeaturePatch? {
      reader.patch(JSONNode(try JSONValue(parsing: text)), of: current, &faults)
    }
    #expect(try patch("{}") == FeaturePatch())
    #expect(try patch(#"{"properties":{"height":2,"name":null}}"#)?.values == [1: .real(2), 0: .null])
    #expect(try patch(#"{"properties":{"tags":{"a":null,"b":{"c":9}}}}"#)?.values == [2: .json(#"{"b":{"c":9,"d":3}}"#)])
    #expect(
      try patch(#"{"geometry":{"coordinates":[600001,5800001]}}"#)?.geometry == .point(Coordinate(x: 600_001, y: 5_800_001)))
    #expect(try patch(#"{"geometry":null}"#)?.geometry == .some(nil))
    #expect(faults.isEmpty)
    #expect(try patch(#"{"id":"b","colour":1,"properties":{"height":"tall"}}"#) == nil)
    #expect(faults.map(\.path) == ["$.colour", "$.id", "$.properties.height"])
  }

  /// The examples of RFC 7396, appendix A.
  @Test(arguments: [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
    (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"), (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
  ])
  func mergePatchesAreAppliedAsTheStandardShows(target: String, patch: String, result: String) throws {
    #expect(try JSONValue(parsing: target).merged(with: JSONValue(parsing: patch)) == JSONValue(parsing: result))
  }
}
