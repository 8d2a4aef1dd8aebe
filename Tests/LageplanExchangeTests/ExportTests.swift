import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// What exported files hold, told by other programs, and what they cannot hold, told by us.
struct ExportTests {
  private static let longName = "Baumhöhe in Metern"
  private static let schema = Schema(properties: [
    PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: "number", kind: .integer),
    PropertyDefinition(name: longName, kind: .real), PropertyDefinition(name: "checked", kind: .dateTime),
  ])

  private static func feature(_ id: String, _ geometry: Geometry?, name: String = "Linde", number: Int64 = 1) -> Feature {
    Feature(
      id: id, geometry: geometry,
      values: [
        .text(name), .integer(number), .real(12.5), .dateTime(Instant(millisecondsSince1970: 1_717_779_941_000)),
      ])
  }

  private static let place = Geometry.point(Coordinate(x: 405_000.25, y: 5_755_000))

  /// Writes the features to a file in a folder of its own, and gives what came of it and what GDAL says of the file.
  private func export(
    _ features: [Feature], kind: GeometryKind? = .point, to suffix: String, properties: PropertySelection = .all,
    crs: CoordinateReferenceSystem? = nil
  ) throws -> (result: FeatureExporter.Result, foreign: String, text: String) {
    try TemporaryFolder.with { folder in
      let descriptor = CollectionDescriptor(
        id: "trees", title: "Bäume & Sträucher", geometryKind: kind, storageCrs: .utm32, schema: Self.schema)
      let reader = try InMemoryFeatureReader(descriptor: descriptor, features: features)
      let path = folder.appendingPathComponent("trees.\(suffix)").path
      let exporter = FeatureExporter(
        descriptor, as: try ExportFormat(named: nil, path: path), properties: properties, crs: crs)
      let result = try exporter.write(FeatureQuery(collection: "trees", after: 0), from: reader, to: path)
      let run = try CommandRun.program("ogrinfo", ["-ro", "-al", path])
      #expect(run.status == 0, "\(run.errors)")
      return (result, run.output, String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self))
    }
  }

  @Test func csvTellsItsSystem() throws {
    let (result, foreign, text) = try export([Self.feature("a", Self.place)], to: "csv")
    #expect(result == FeatureExporter.Result(features: 1, warnings: []))
    #expect(foreign.contains("ID[\"EPSG\",25832]") && foreign.contains("POINT (405000.25 5755000)"))
    #expect(text.hasPrefix("feature_id,name,number,Baumhöhe in Metern,checked,_WKT_EPSG_25832\r\n"))
    let degrees = try export([Self.feature("a", Self.place)], to: "csv", properties: .named(["number"]), crs: .crs84)
    #expect(degrees.foreign.contains("ID[\"EPSG\",4326]") && degrees.foreign.contains("POINT (7.6"))
    #expect(degrees.text.hasPrefix("feature_id,number,_WKT_EPSG_4326\r\n"))
  }

  @Test func importReadsTheSystemFromTheColumnOfACsv() throws {
    let metres = try Deliver(text: "feature_id,_WKT_EPSG_25833\r\na,POINT (390000 5820000)\r\n")
    #expect(metres.delivery.crs == .utm33)
    #expect(metres.features.map(\.geometry) == [.point(Coordinate(x: 390_000, y: 5_820_000))])
    // A name that tells none leaves the question open, as before.
    #expect(throws: ExchangeError.self) { _ = try Deliver(text: "feature_id,wkt\r\na,POINT (390000 5820000)\r\n") }
  }

  /// Quotes, separators, line ends, blanks at the ends, nothing, and what a spreadsheet takes for a formula.
  @Test(arguments: ["a\"b", "a,b", "a\r\nb", " a ", "", "=1+1", "+49", "-1", "@x", "NULL", "ä\u{1F333}"])
  func csvHoldsTextsAsTheyAre(name: String) throws {
    let (_, _, text) = try export([Self.feature("a", Self.place, name: name)], to: "csv", properties: .named(["name"]))
    let run = try CommandRun.program(
      "python3", ["-c", "import csv, sys; print(repr(list(csv.reader(sys.argv[1].splitlines(keepends=True)))[1][1]))", text])
    let expected = try CommandRun.program("python3", ["-c", "import sys; print(repr(sys.argv[1]))", name])
    #expect(run.output == expected.output)
  }

  @Test(arguments: ["kml", "gpx", "csv", "gpkg"]) func numbersOf64BitsAndLongTextsSurvive(suffix: String) throws {
    let long = String(repeating: "Straße & <Weg> ", count: 100)
    let (result, foreign, text) = try export(
      [Self.feature("a", Self.place, name: long, number: 4_000_000_000_123)], to: suffix)
    #expect(result.warnings.isEmpty)
    if suffix != "gpkg" { #expect(text.contains("4000000000123")) }
    #expect(foreign.contains("4000000000123"), "\(foreign)")
    #expect(foreign.contains(long.dropLast()), "\(foreign)")
    #expect(foreign.contains("12.5"))
  }

  @Test func kmlKeepsEveryKindOfGeometry() throws {
    let ring = { (x: Double, size: Double) in
      [(0, 0), (size, 0), (size, size), (0, size), (0, 0)].map { Coordinate(x: x + $0.0, y: 5_755_000 + $0.1) }
    }
    let geometries: [Geometry] = [
      Self.place, .lineString([Coordinate(x: 405_000, y: 5_755_000), Coordinate(x: 405_100, y: 5_755_100)]),
      .polygon([ring(405_000, 100), ring(405_010, 20)]), .multiPoint([Coordinate(x: 405_000, y: 5_755_000)]),
      .multiPolygon([[ring(405_000, 10)], [ring(406_000, 10)]]),
    ]
    let features = geometries.enumerated().map { Self.feature("f\($0)", $1) } + [Self.feature("nowhere", nil)]
    let (result, foreign, _) = try export(features, kind: nil, to: "kml")
    #expect(result.features == 6)
    #expect(foreign.contains("Feature Count: 6"))
    for word in ["POINT (", "LINESTRING (", "POLYGON ((", "),(", "MULTIPOINT (", "MULTIPOLYGON ("] {
      #expect(foreign.contains(word), "\(word)")
    }
  }

  @Test func gpxLeavesOutWhatHasNoPlaceAndSaysSo() throws {
    let (result, foreign, _) = try export([Self.feature("a", Self.place), Self.feature("b", nil)], to: "gpx")
    #expect(result.features == 1 && result.warnings.count == 1)
    #expect(result.warnings[0].contains("without a place"))
    #expect(foreign.contains("Layer name: waypoints") && foreign.contains("feature_id (String) = a"))
    let lines = try export(
      [Self.feature("weg", .lineString([Coordinate(x: 405_000, y: 5_755_000), Coordinate(x: 405_100, y: 5_755_100)]))],
      kind: .lineString, to: "gpx")
    #expect(lines.foreign.contains("Layer name: tracks"))
    #expect(throws: ExchangeError.self) { _ = try export([], kind: .polygon, to: "gpx") }
    #expect(throws: ExchangeError.self) { _ = try export([], kind: nil, to: "gpx") }
  }

  @Test func shapefileTellsWhatItCutsOff() throws {
    let (result, _, _) = try export([Self.feature("a", Self.place, name: String(repeating: "ab", count: 200))], to: "shp")
    #expect(result.features == 1)
    #expect(result.warnings.contains { $0.contains(Self.longName) && $0.contains("is called") }, "\(result.warnings)")
    #expect(result.warnings.contains { $0.contains("254") }, "\(result.warnings)")
  }

  @Test(arguments: ["xlsx", "ods"]) func spreadsheetsHoldTheGeometryAsText(suffix: String) throws {
    let ring = (0...2_000).map { Coordinate(x: 405_000 + 1 / Double($0 + 3), y: 5_755_000 + Double($0) / 7) }
    let long = Geometry.lineString(ring)
    let (result, foreign, _) = try export(
      [Self.feature("a", Self.place, name: "=1+1"), Self.feature("b", long)], kind: nil, to: suffix)
    #expect(result.features == 2)
    #expect(foreign.contains("_WKT_EPSG_25832") && foreign.contains("POINT (405000.25 5755000)"))
    #expect(foreign.contains("= =1+1"))
    #expect(result.warnings.contains { $0.contains("longer than a cell") }, "\(result.warnings)")
  }
}
