import Foundation
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanExchange

struct GeoJSONSourceTests {
  private func collection(_ features: String..., more: String = "") -> String {
    #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]\#(more)}"#
  }

  @Test func valuesAreThoseOfTheText() throws {
    let run = try Deliver(
      text: collection(
        #"{"type":"Feature","properties":{"a":1,"b":1.5,"c":"ä\n\u00df😀","d":true,"e":null,"f":[1, 2],"g":{"h":"i"}},"geometry":null}"#,
        #"{"type":"Feature","properties":{"g":null,"a":-9007199254740993,"b":1e3,"c":"","new":"x"},"geometry":null}"#),
      suffix: "geojson")
    #expect(run.values(of: "a") == [.integer(1), .integer(-9_007_199_254_740_993)])
    #expect(run.values(of: "b") == [.real(1.5), .real(1000)])
    #expect(run.values(of: "c") == [.text("ä\nß😀"), .text("")])
    #expect(run.values(of: "d") == [.boolean(true), .null])
    #expect(run.values(of: "f") == [.json("[1,2]"), .null])
    #expect(run.values(of: "g") == [.json(#"{"h":"i"}"#), .null])
    #expect(run.values(of: "new") == [.null, .text("x")])
  }

  /// The oracle is the strict reader of single features.
  @Test func geometriesAreThoseOfTheStrictReader() throws {
    let texts = [
      #"{"type":"Point","coordinates":[7.123456789012345,51.5]}"#, #"{"type":"Point","coordinates":[7.1,51.5,33.25]}"#,
      #"{"coordinates":[[7,51],[7.5,51.25]],"type":"LineString"}"#,
      #"{"type":"Polygon","coordinates":[[[7,51],[8,51],[8,52],[7,51]],[[7.5,51.2],[7.6,51.2],[7.6,51.3],[7.5,51.2]]]}"#,
      #"{"type":"MultiPoint","coordinates":[[7,51],[8,52]]}"#,
      #"{"type":"MultiLineString","coordinates":[[[7,51],[8,52]],[[7,50],[6,50]]]}"#,
      #"{"type":"MultiPolygon","coordinates":[[[[7,51],[8,51],[8,52],[7,51]]],[[[6,50],[6.5,50],[6.5,50.5],[6,50]]]]}"#,
      #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[7,51]},{"type":"LineString","coordinates":[[7,51],[8,52]]}]}"#,
    ]
    let run = try Deliver(
      text: collection(texts.map { #"{"geometry":\#($0),"type":"Feature","properties":{}}"# }.joined(separator: ",")),
      suffix: "geojson")
    #expect(run.features.map(\.geometry) == (try texts.map { try Geometry(geoJSON: JSONValue(parsing: $0)) }))
  }

  @Test func sequencesAndSingleFeaturesAreRead() throws {
    let feature = #"{"type":"Feature","id":7,"properties":{"a":1},"geometry":{"type":"Point","coordinates":[7,51]}}"#
    let other = feature.replacing("7,\"prop", with: "8,\"prop")
    for text in [
      "\(feature)\n\(other)\n", "\u{1E}\(feature)\n\u{1E}\(other)\n", collection(feature, other),
      collection(feature) + collection(other),
    ] {
      let run = try Deliver(text: text, suffix: "geojson")
      #expect(run.features.map(\.id) == ["7", "8"])
    }
    #expect(try Deliver(text: feature, suffix: "json").features.count == 1)
    #expect(try Deliver(text: #"{"type":"Point","coordinates":[7,51]}"#, suffix: "geojson").features.count == 1)
  }

  @Test func faultyGeometryRejectsItsRecordOnly() throws {
    let faulty = [
      #"{"type":"Polygon","coordinates":[[[7,51],[8,51],[8,52]]]}"#, #"{"type":"Point","coordinates":["7","51"]}"#,
      #"{"type":"Line","coordinates":[[7,51],[8,51]]}"#, #"{"type":"LineString","coordinates":[[7,51]]}"#, #"{"type":"Point"}"#,
      #"{"type":"LineString","coordinates":[[7,51,1],[8,51]]}"#,
    ]
    let good = #"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[7,51]}}"#
    for text in faulty {
      let run = try Deliver(
        text: collection(good, #"{"type":"Feature","properties":{},"geometry":\#(text)}"#, good), suffix: "geojson")
      #expect(run.report.rejected.map(\.position) == [.feature(2)])
      #expect(run.features.count == 2)
    }
  }

  @Test func memberCrsOfTheOlderStandardIsObeyed() throws {
    let crs = #","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25832"}}"#
    let run = try Deliver(
      text: collection(
        #"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[405000,5755000]}}"#, more: crs),
      suffix: "geojson")
    #expect(run.delivery.crs == .utm32)
  }

  @Test(arguments: [
    #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":null}"#,
    #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":},"geometry":null}]}"#,
    #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":tru},"geometry":null}]}"#,
    #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"x},"geometry":null}]}"#,
    #"{"type":"FeatureCollection","features":[1]}"#, #"{"type":"Feature"} rest"#,
  ])
  func brokenTextIsToldWithItsPlace(text: String) throws {
    let error = #expect(throws: ExchangeError.self) { try Deliver(text: text, suffix: "geojson") }
    #expect(error.map { "\($0)" }?.contains("byte") == true)
  }

  @Test(arguments: [0, 1, 4, 5, 9, 10, 11])
  func recordsBeyondThoseThatAreKeptAreReadAgain(kept: Int) throws {
    try TemporaryFolder.with { folder in
      let paths = try (0..<2).map { page in
        let features = (0..<5).map { number in
          #"{"type":"Feature","id":\#(page * 5 + number),"properties":{"n":\#(number)},"geometry":{"type":"Point","coordinates":[7,51]}}"#
        }
        let file = folder.appendingPathComponent("\(page).geojson")
        try Data(collection(features.joined(separator: ",")).utf8).write(to: file)
        return file.path
      }
      let source = try GeoJSONSource(name: "pages", paths: paths, keeping: kept)
      let run = try Deliver(sources: [source])
      #expect(run.features.map(\.id) == (0..<10).map { "\($0)" })
      #expect(run.values(of: "n") == (0..<10).map { .integer($0 % 5) })
    }
  }
}
