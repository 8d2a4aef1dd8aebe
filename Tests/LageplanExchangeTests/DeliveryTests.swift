import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

/// Deliveries from one or several sources, their ids, their geometries, and what a store makes of them.
struct DeliveryTests {
  private func collection(geometry: [String]) -> String {
    let features = geometry.enumerated().map { index, geometry in
      #"{"type":"Feature","properties":{"n":\#(index)},"geometry":\#(geometry)}"#
    }
    return #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#
  }

  private static let bowtie = #"{"type":"Polygon","coordinates":[[[7,51],[8,52],[8,51],[7,52],[7,51]]]}"#
  private static let line = #"{"type":"LineString","coordinates":[[7,51],[8,52]]}"#
  private static let collapsed = #"{"type":"Polygon","coordinates":[[[7,51],[8,52],[7,51],[7,51]]]}"#

  @Test func invalidPolygonIsRepairedAndCounted() throws {
    let run = try Deliver(text: collection(geometry: [Self.bowtie, Self.line]), suffix: "geojson")
    #expect(run.report.repaired == 1)
    #expect(run.report.warnings.contains { $0.contains("feature 1") && $0.contains("elf-intersection") })
    let geometry = try #require(run.features.first?.geometry)
    #expect(try geometry.isValid())
    #expect(geometry.kind == .multiPolygon)
  }

  @Test func polygonThatIsNothingIsRejectedAndNamed() throws {
    let run = try Deliver(text: collection(geometry: [Self.line, Self.collapsed]), suffix: "geojson")
    #expect(run.report.rejected.map(\.position) == [.feature(2)])
    #expect(run.report.rejected.first?.reason.contains("cannot be repaired") == true)
  }

  @Test func rejectedRecordsAreKnownByTheIdThatTheCollectionHas() throws {
    func rejected(_ second: String, idProperty: String? = nil) throws -> Set<String>? {
      try Deliver(text: "id,height,lon,lat\n1,2,7.6,51.9\n\(second)\n", suffix: "csv") {
        $0.types["height"] = .real
        $0.idProperty = idProperty
      }.report.rejectedIds
    }
    #expect(try rejected("2,3,7.6,51.9") == [])
    #expect(try rejected("2,tall,7.6,51.9") == ["2"])
    #expect(try rejected(",3,7.6,51.9", idProperty: "id") == nil)
  }

  @Test func nullAndEmptyGeometryAreFeaturesWithoutAPlace() throws {
    let empty = #"{"type":"Point","coordinates":[]}"#
    let run = try Deliver(text: collection(geometry: ["null", Self.line, empty]), suffix: "geojson")
    #expect(run.features.map { $0.geometry == nil } == [true, false, true])
    #expect(run.report.withoutPlace == 2)
  }

  @Test func curvesAreDrawnWithStraightLines() throws {
    let gml = """
      <?xml version="1.0"?><c:C xmlns:c="urn:c" xmlns:gml="http://www.opengis.net/gml/3.2"><gml:featureMember><c:a gml:id="a1"><c:g>
      <gml:Curve srsName="urn:ogc:def:crs:EPSG::25832"><gml:segments><gml:Arc><gml:posList>405000 5755000 405010 5755010 405020 5755000
      </gml:posList></gml:Arc></gml:segments></gml:Curve></c:g><c:code>007</c:code></c:a></gml:featureMember></c:C>
      """
    let run = try Deliver(text: gml, suffix: "gml")
    let feature = try #require(run.features.first)
    #expect(feature.id == "a1")
    #expect(feature.values == [.text("007")])
    let line = try #require(feature.geometry)
    #expect(line.kind == .lineString)
    #expect(line.coordinates.count > 10)
    // Every vertex lies on the circle around (405010, 5755000) with radius 10.
    for vertex in line.coordinates { #expect(abs(hypot(vertex.x - 405_010, vertex.y - 5_755_000) - 10) < 1e-6) }
  }

  @Test func layerMustBeChosenWhereThereAreSeveral() throws {
    let gpx = """
      <gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="51.9" lon="7.6"><name>A</name></wpt>
      <trk><name>T</name><trkseg><trkpt lat="51.9" lon="7.6"/><trkpt lat="51.8" lon="7.5"/></trkseg></trk></gpx>
      """
    let file = Scratch(suffix: "gpx")
    try gpx.write(toFile: file.path, atomically: true, encoding: .utf8)
    let error = #expect(throws: ExchangeError.self) { _ = try Deliver(files: [file.path]) }
    guard case .layerNeeded(_, let layers)? = error else {
      Issue.record("another error")
      return
    }
    #expect(layers == ["waypoints", "tracks"])
    let run = try Deliver(files: [file.path], layer: "waypoints")
    #expect(run.features.map(\.geometry) == [.point(Coordinate(x: 7.6, y: 51.9))])
    #expect(throws: ExchangeError.self) { _ = try Deliver(files: [file.path], layer: "roads") }
  }

  @Test func fileThatBreaksOffIsNoShortFile() throws {
    let whole = collection(geometry: Array(repeating: Self.line, count: 20))
    #expect(throws: ExchangeError.self) { _ = try Deliver(text: String(whole.dropLast(60)), suffix: "geojson") }
    #expect(throws: ExchangeError.self) { _ = try Deliver(text: #"[{"a":1},"#, suffix: "json") }
    #expect(throws: ExchangeError.self) { _ = try Deliver(text: "nothing", suffix: "xyz") }
    let narrow = #expect(throws: ExchangeError.self) { _ = try Deliver(text: "name\nEiche\n") }
    #expect(narrow.map { "\($0)" }?.contains("two columns") == true)
    #expect(throws: ExchangeError.fileMissing(path: "/nowhere.csv")) { _ = try Deliver(files: ["/nowhere.csv"]) }
  }

  @Test func idColumnMustBeFilled() throws {
    let run = try Deliver(text: "nr,a\n1,x\n,y\n3,z\n") { $0.idProperty = "nr" }
    #expect(run.features.map(\.id) == ["1", "3"])
    #expect(run.report.rejected.map(\.position) == [.line(3)])
  }

  @Test func columnNamedIdHoldsTheIdsWhereItIsUnique() throws {
    #expect(try Deliver(text: "id,a\n7,x\n8,y\n").features.map(\.id) == ["7", "8"])
    #expect(try Deliver(text: "id,a\n7,x\n7,y\n").features.map(\.id) == ["", ""])
    #expect(try Deliver(text: "OBJECTID,a\n7,x\n8,y\n").features.map(\.id) == ["", ""])
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func severalSourcesAreOneDelivery() throws {
    let run = try Deliver("leipzig/trees/connewitz.geojson", "leipzig/trees/seehausen.geojson")
    #expect(run.report.read == 1139 + 2863)
    #expect(run.delivery.count == 1139 + 2863)
    #expect(run.delivery.schema["dat_abgabe"]?.kind == .dateTime)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func sourcesInDifferentSystemsAreRefused() throws {
    let error = #expect(throws: ExchangeError.self) {
      _ = try Deliver("berlin/fahrradstrassen.geojson", "koeln/amenity_bench.geojson")
    }
    guard case .crsDiffers? = error else {
      Issue.record("another error")
      return
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func berlinsTablesHaveTheirTypes() throws {
    let parks = try Deliver("berlin/public_parks.csv").delivery.schema
    #expect(parks["Größe in m² (Kataster)"]?.kind == .real)
    #expect(parks["Baujahr"]?.kind == .integer)
    #expect(parks["Objektnummer"]?.kind == .text)
    let areas = try Deliver("berlin/milieuschutzgebiete.geojson").delivery.schema
    #expect(areas["f_gvbl_dat"]?.kind == .date)
    #expect(areas["fl_in_ha"]?.kind == .text)
    let districts = try Deliver("berlin/alkis_bezirke_bezirksgrenzen.gml")
    #expect(districts.values(of: "gem").first == .text("001"))
    #expect(districts.features.first?.id == "bezirksgrenzen.11000001")
  }

  /// The difference of two deliveries, as an import makes it; the numbers were counted with another program.
  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func konstanzSecondDeliveryIsADifference() throws {
    let file = Scratch(suffix: "sqlite")
    let store = try Store(path: file.path, mode: .create)
    defer {
      store.close()
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + suffix) }
    }
    let first = try bring("konstanz/KN_Baumkataster_2020.csv", into: store, ignoring: [])
    #expect(first.inserted == 15711)
    let second = try bring("konstanz/KN_Baumkataster_2020S.csv", into: store, ignoring: ["OBJECTID", "AGOL_Name", "Name_Sym"])
    #expect(second.read == 15936)
    #expect(second.inserted == 658)
    #expect(second.deleted == 433)
    #expect(second.updated == 2133)
    #expect(second.unchanged == 13145)
    #expect(second.changedProperties["hoeheM"] == 21)
    #expect(try store.descriptor(of: "trees").featureCount == 15936)
  }

  private func bring(_ path: String, into store: Store, ignoring: Set<String>) throws -> ImportResult {
    let town = try TownTime()
    var settings = ImportSettings(town: town)
    settings.idProperty = "baumId"
    let delivery = try Delivery([try ImportSource.open(SharedData.file("cities/\(path)").path, town: town)], settings: settings)
    let descriptor = CollectionDescriptor(
      id: "trees", title: "Bäume", geometryKind: delivery.geometryKind, storageCrs: delivery.crs, schema: delivery.schema)
    return try store.importFeatures(into: descriptor, options: ImportOptions(mode: .replace, ignoring: ignoring)) {
      try delivery.next()
    }
  }
}
