import LageplanFeatures
import LageplanGeometry
import Testing

@Suite struct GeoJSONReaderTests {
  private func read(_ text: String, limits: GeoJSONLimits = GeoJSONLimits()) throws -> Geometry {
    try Geometry(geoJSON: try JSONValue(parsing: text), limits: limits)
  }

  // The examples of RFC 7946, appendix A, and their WKT.
  @Test(arguments: [
    (#"{"type":"Point","coordinates":[100.0,0.0]}"#, "POINT (100 0)"),
    (#"{"type":"LineString","coordinates":[[100.0,0.0],[101.0,1.0]]}"#, "LINESTRING (100 0, 101 1)"),
    (
      #"""
      {"type":"Polygon","coordinates":[[[100.0,0.0],[101.0,0.0],[101.0,1.0],[100.0,1.0],[100.0,0.0]],
      [[100.8,0.8],[100.8,0.2],[100.2,0.2],[100.2,0.8],[100.8,0.8]]]}
      """#,
      "POLYGON ((100 0, 101 0, 101 1, 100 1, 100 0), (100.8 0.8, 100.8 0.2, 100.2 0.2, 100.2 0.8, 100.8 0.8))"
    ),
    (#"{"type":"MultiPoint","coordinates":[[100.0,0.0],[101.0,1.0]]}"#, "MULTIPOINT ((100 0), (101 1))"),
    (
      #"{"type":"MultiLineString","coordinates":[[[100.0,0.0],[101.0,1.0]],[[102.0,2.0],[103.0,3.0]]]}"#,
      "MULTILINESTRING ((100 0, 101 1), (102 2, 103 3))"
    ),
    (
      #"""
      {"type":"MultiPolygon","coordinates":[[[[102.0,2.0],[103.0,2.0],[103.0,3.0],[102.0,3.0],[102.0,2.0]]],
      [[[100.0,0.0],[101.0,0.0],[101.0,1.0],[100.0,1.0],[100.0,0.0]],[[100.2,0.2],[100.2,0.8],[100.8,0.8],[100.8,0.2],[100.2,0.2]]]]}
      """#,
      """
      MULTIPOLYGON (((102 2, 103 2, 103 3, 102 3, 102 2)), ((100 0, 101 0, 101 1, 100 1, 100 0), \
      (100.2 0.2, 100.2 0.8, 100.8 0.8, 100.8 0.2, 100.2 0.2)))
      """
    ),
    (
      #"""
      {"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[100.0,0.0]},
      {"type":"LineString","coordinates":[[101.0,0.0],[102.0,1.0]]}]}
      """#,
      "GEOMETRYCOLLECTION (POINT (100 0), LINESTRING (101 0, 102 1))"
    ),
    (#"{"type":"Point","coordinates":[10,50,112.5]}"#, "POINT Z (10 50 112.5)"),
    (#"{"type":"Polygon","coordinates":[]}"#, "POLYGON EMPTY"),
    (#"{"type":"Point","coordinates":[]}"#, "POINT EMPTY"),
  ])
  func readsEveryKind(text: String, wkt: String) throws {
    #expect(try read(text) == Geometry(wkt: wkt))
  }

  @Test(arguments: [
    ("[1,2]", "$", "a geometry"),
    (#"{"coordinates":[1,2]}"#, "$.type", "no geometry type"),
    (#"{"type":"point","coordinates":[1,2]}"#, "$.type", "no geometry type"),
    (#"{"type":"Point"}"#, "$.coordinates", "missing"),
    (#"{"type":"Point","coordinates":"1,2"}"#, "$.coordinates", "no position"),
    (#"{"type":"Point","coordinates":[1]}"#, "$.coordinates", "no position"),
    (#"{"type":"Point","coordinates":[[1,2]]}"#, "$.coordinates", "no position"),
    (#"{"type":"Point","coordinates":[1,"2"]}"#, "$.coordinates", "no position"),
    (#"{"type":"Point","coordinates":[10,91]}"#, "$.coordinates[1]", "latitude"),
    (#"{"type":"Point","coordinates":[603000,5800000]}"#, "$.coordinates[0]", "longitude"),
    (#"{"type":"Point","coordinates":[1,2,"x"]}"#, "$.coordinates[2]", "height"),
    (#"{"type":"LineString","coordinates":[[1,2]]}"#, "$.coordinates", "a line of 1"),
    (#"{"type":"LineString","coordinates":[1,2]}"#, "$.coordinates[0]", "no position"),
    (#"{"type":"LineString","coordinates":[[1,2,3],[1,2]]}"#, "$.coordinates", "height"),
    (#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#, "$.coordinates[0]", "a ring of 3"),
    (#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#, "$.coordinates[0][3]", "not closed"),
    (#"{"type":"Polygon","coordinates":[[0,0],[1,0],[1,1],[0,0]]}"#, "$.coordinates[0][0]", "no position"),
    (
      #"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[0,0],[1,0],[1,99],[0,0]]]]}"#,
      "$.coordinates[1][0][2][1]", "latitude"
    ),
    (#"{"type":"MultiPoint","coordinates":{}}"#, "$.coordinates", "an object where an array"),
    (
      #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[0,200]}]}"#, "$.geometries[0].coordinates[1]",
      "latitude"
    ),
    (#"{"type":"GeometryCollection"}"#, "$.geometries", "missing"),
    (
      #"{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25832"}}}"#, "$.crs",
      "another system"
    ),
  ])
  func faultsNamePathAndRemedy(text: String, path: String, message: String) throws {
    let error = try #require(throws: GeoJSONError.self) { try read(text) }
    #expect(error.path == path)
    #expect(error.message.contains(message), "\(error)")
    #expect(!error.remedy.isEmpty)
  }

  @Test func limitsHold() throws {
    let line = #"{"type":"LineString","coordinates":[[1,2],[1,2],[1,2]]}"#
    #expect(throws: Never.self) { try read(line, limits: GeoJSONLimits(vertices: 3)) }
    #expect(throws: GeoJSONError.self) { try read(line, limits: GeoJSONLimits(vertices: 2)) }
    let nested = #"{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}"#
    #expect(throws: Never.self) { try read(nested, limits: GeoJSONLimits(depth: 2)) }
    #expect(throws: GeoJSONError.self) { try read(nested, limits: GeoJSONLimits(depth: 1)) }
    // The members of a collection share one limit.
    let pair = #"{"type":"GeometryCollection","geometries":[\#(line),\#(line)]}"#
    #expect(throws: GeoJSONError.self) { try read(pair, limits: GeoJSONLimits(vertices: 5)) }
  }

  @Test func oldDeclarationOfWgs84IsAccepted() throws {
    let text =
      #"{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}"#
    #expect(try read(text) == .point(Coordinate(x: 1, y: 2)))
  }
}

@Suite struct GeoJSONFeatureTests {
  private let schema = Schema(properties: [
    PropertyDefinition(name: "genus", kind: .text), PropertyDefinition(name: "height", kind: .real),
    PropertyDefinition(name: "year", kind: .integer), PropertyDefinition(name: "felled", kind: .boolean),
    PropertyDefinition(name: "seen", kind: .date), PropertyDefinition(name: "at", kind: .dateTime),
    PropertyDefinition(name: "extra", kind: .json),
  ])

  @Test func valuesFollowTheSchema() throws {
    let feature = try Feature(
      geoJSON: try JSONValue(
        parsing: #"""
          {"type":"Feature","id":17,"geometry":null,"properties":{"at":"2026-12-01T07:30:00+01:00","genus":"Tilia","height":12,
          "year":1987.0,"felled":false,"extra":{"a":[1,null]}}}
          """#), schema: schema)
    let at = try #require(Instant(iso: "2026-12-01T06:30:00Z"))
    #expect(
      feature
        == Feature(
          id: "17", geometry: nil,
          values: [
            .text("Tilia"), .real(12), .integer(1987), .boolean(false), .null, .dateTime(at), .json(#"{"a":[1,null]}"#),
          ]))
  }

  @Test(arguments: [
    (#"{"type":"Point"}"#, "$.type"), (#"{"type":"Feature","properties":{"kind":1}}"#, "$.properties.kind"),
    (#"{"type":"Feature","properties":{"height":"tall"}}"#, "$.properties.height"),
    (#"{"type":"Feature","properties":{"year":1.5}}"#, "$.properties.year"),
    (#"{"type":"Feature","properties":{"seen":"01.12.2026"}}"#, "$.properties.seen"),
    (#"{"type":"Feature","properties":[]}"#, "$.properties"), (#"{"type":"Feature","id":true}"#, "$.id"),
    (#"{"type":"Feature","geometry":{"type":"Point","coordinates":[0,-91]}}"#, "$.geometry.coordinates[1]"),
  ])
  func faultsNameTheirPath(text: String, path: String) throws {
    let value = try JSONValue(parsing: text)
    let error = try #require(throws: GeoJSONError.self) { try Feature(geoJSON: value, schema: schema) }
    #expect(error.path == path)
  }
}
