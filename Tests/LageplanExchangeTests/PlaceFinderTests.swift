import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

struct PlaceFinderTests {
  /// Headers of a pair and a position in degrees under them.
  static let degrees = [
    "X,Y", "x,y", "lon,lat", "Longitude,Latitude", "LAENGENGRAD,BREITENGRAD", "lon_wgs84,lat_wgs84", "lng,lat", "geo-x,geo-y",
  ]
  /// Headers of a pair and a position in UTM 32 under them.
  static let metres = [
    "KOORX,KOORY", "Rechtswert,Hochwert", "RW,HW", "easting,northing", "utm_e,utm_n", "X_25832,Y_25832", "x_coord,y_coord",
    "Ostwert,Nordwert",
  ]

  @Test(arguments: degrees) func pairsOfDegreesAreFoundByName(header: String) throws {
    let run = try Deliver(text: "name,\(header)\nA,7.5,51.9\nB,7.6,51.8\n")
    #expect(run.features.map(\.geometry) == [.point(Coordinate(x: 7.5, y: 51.9)), .point(Coordinate(x: 7.6, y: 51.8))])
    #expect(run.delivery.crs == .crs84)
    #expect(run.delivery.schema.properties.map(\.name) == ["name"])
  }

  @Test(arguments: metres) func pairsOfMetresAreFoundByName(header: String) throws {
    let run = try Deliver(text: "name,\(header)\nA,405000.5,5755000\n") { $0.crs = .utm32 }
    #expect(run.features.map(\.geometry) == [.point(Coordinate(x: 405000.5, y: 5_755_000))])
  }

  @Test func latitudeMayComeFirst() throws {
    let run = try Deliver(text: "breite;länge\n51,9;7,5\n")
    #expect(run.features.map(\.geometry) == [.point(Coordinate(x: 7.5, y: 51.9))])
  }

  @Test(arguments: ["51.9, 7.5", "51.9,7.5", "(51.9; 7.5)", "51,9 7,5", "7.5, 51.9"]) func oneColumnMayHoldBoth(value: String)
    throws
  {
    let run = try Deliver(text: "name,Koordinaten \nA,\"\(value)\"\n")
    #expect(run.features.map(\.geometry) == [.point(Coordinate(x: 7.5, y: 51.9))])
    #expect(run.report.sources[0].place.contains("Koordinaten"))
  }

  @Test func wellKnownTextIsFoundByItsValues() throws {
    let run = try Deliver(text: "a;form\n1;POINT (7.5 51.9)\n2;\n3;LINESTRING (7 51, 8 52)\n")
    #expect(run.features.map(\.geometry?.kind) == [.point, nil, .lineString])
    #expect(run.delivery.geometryKind == nil)
    #expect(run.report.withoutPlace == 1)
  }

  @Test func pointsOfAGermanSpreadsheetAreRead() throws {
    let run = try Deliver(
      text: "n;g\n1;POINT (405000.5 5755000.25)\n2;POINT (405000,5) (5755000,25)\n3;POINT (405000,5 5755000,25)\n"
    ) { $0.crs = .utm32 }
    #expect(run.features.map(\.geometry) == Array(repeating: .point(Coordinate(x: 405000.5, y: 5_755_000.25)), count: 3))
  }

  @Test func namedColumnsCount() throws {
    let run = try Deliver(text: "x,y,a,b\n1,2,7.5,51.9\n") {
      $0.x = "a"
      $0.y = "B"
    }
    #expect(run.features.map(\.geometry) == [.point(Coordinate(x: 7.5, y: 51.9))])
    #expect(run.delivery.schema.properties.map(\.name) == ["x", "y"])
  }

  @Test func unknownColumnIsRefusedWithThoseThatAreThere() {
    #expect(throws: ExchangeError.self) { _ = try Deliver(text: "x,y\n1,2\n") { $0.wkt = "geom" } }
  }

  @Test func tableWithoutAPlaceGivesFeaturesWithoutAPlace() throws {
    let run = try Deliver(text: "name,x\nA,1\nB,2\n")
    #expect(run.features.count == 2)
    #expect(run.report.withoutPlace == 2)
    #expect(run.report.sources[0].place.contains("without a place"))
  }

  @Test func halfAPlaceRejectsTheRow() throws {
    let good = String(repeating: "E,7.5,51.9\n", count: 20)
    let run = try Deliver(text: "name,lon,lat\nA,7.5,51.9\nB,7.5,\nC,,\nD,7.5,weiß nicht\n" + good)
    #expect(run.report.rejected.map(\.position) == [.line(3), .line(5)])
    #expect(run.report.withoutPlace == 1)
    #expect(run.report.read == 24)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func leipzigsNestedKeysAreJoined() throws {
    let run = try Deliver("leipzig/spielplaetze-geraete.json")
    #expect(run.features.count == 304)
    #expect(run.report.sources[0].place == "general.longitude (x) and general.latitude (y)")
    #expect(run.features.allSatisfy { $0.geometry != nil })
    // 981 devices, counted with another JSON reader.
    let devices = run.values(of: "advanced.gaming_devices").compactMap(\.spelling).compactMap { try? JSONValue(parsing: $0) }
    #expect(devices.reduce(0) { $0 + ($1.array?.count ?? 0) } == 981)
  }
}
