import LageplanGeometry
import TestSupport
import Testing

struct WktTests {
  @Test(arguments: Seed.hundred) func writtenTextReadsBackTheSame(seed: Seed) throws {
    var random = RandomGeometry(seed: seed)
    for _ in 0..<20 {
      let geometry = random.geometry()
      #expect(try Geometry(wkt: geometry.wkt) == geometry)
    }
  }

  @Test(arguments: Seed.hundred) func geosReadsOurText(seed: Seed) throws {
    let geos = GeosOracle()
    var random = RandomGeometry(seed: seed)
    for _ in 0..<20 {
      var geometry = random.geometry()
      guard geometry.kind != .geometryCollection, !geometry.isEmpty else { continue }
      geometry.m = []
      let bytes = try #require(geos.wkb(ofWkt: geometry.wkt))
      #expect(try bytes.decoded(.wkb) == geometry)
    }
  }

  @Test(arguments: [
    ("POINT(1 2)", "POINT (1 2)"),
    ("  point ( 1   2 ) ", "POINT (1 2)"),
    ("SRID=25832;POINT (1 2)", "POINT (1 2)"),
    ("POINT Z (1 2 3)", "POINT Z (1 2 3)"),
    ("POINTZ(1 2 3)", "POINT Z (1 2 3)"),
    ("POINT (1 2 3)", "POINT Z (1 2 3)"),
    ("POINT M (1 2 3)", "POINT M (1 2 3)"),
    ("PointZM(1 2 3 4)", "POINT ZM (1 2 3 4)"),
    ("POINT (1 2 3 4)", "POINT ZM (1 2 3 4)"),
    ("POINT EMPTY", "POINT EMPTY"),
    ("polygon z empty", "POLYGON EMPTY"),
    ("MULTIPOINT (1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))"),
    ("MULTIPOINT ((1 2), EMPTY, (3 4))", "MULTIPOINT ((1 2), (3 4))"),
    ("MULTIPOLYGON(((0 0,1 0,1 1,0 0)),EMPTY)", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), EMPTY)"),
    ("GEOMETRYCOLLECTION(POINT(1 2),LINESTRING EMPTY)", "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING EMPTY)"),
    ("POINT (-1.5e3 +2E-2)", "POINT (-1500 0.02)"),
    (
      "POINT (404123.1234567890123456789012345678901234567890 5757000.0000000000000000000000000000000000000001)",
      "POINT (404123.12345678900 5757000)"
    ),
  ])
  func spellingsOfTheWorldAreRead(text: String, meaning: String) throws {
    #expect(try Geometry(wkt: text) == (try Geometry(wkt: meaning)))
  }

  @Test func writtenFormIsTheStandards() throws {
    #expect(Geometry.point(Coordinate(x: 404123, y: 5757000.25)).wkt == "POINT (404123 5757000.25)")
    #expect(Geometry(kind: .multiPolygon).wkt == "MULTIPOLYGON EMPTY")
  }

  @Test func sridIsTold() throws {
    #expect(try Geometry.srid(inWkt: "SRID=25832;POINT (1 2)") == 25832)
    #expect(try Geometry.srid(inWkt: "POINT (1 2)") == nil)
  }

  @Test(arguments: [
    ("", 0), ("POINT", 5), ("POINT (1)", 8), ("POINT (1 2", 10), ("POINT (1 2))", 11), ("POINT (1 nan)", 9),
    ("POINT (1 1e999)", 9), ("CIRCULARSTRING (0 0, 1 1, 2 0)", 0), ("LINESTRING (1 2, 3 4 5)", 21),
    ("LINESTRING Z (1 2)", 17), ("SRID=x;POINT (1 2)", 5), ("POINT (1 2) POINT (1 2)", 12), ("POINT (1..2 3)", 7),
  ])
  func faultsNameTheirByte(text: String, offset: Int) {
    let error = #expect(throws: WktError.self) { try Geometry(wkt: text) }
    #expect(error?.offset == offset)
  }

  @Test func nestingIsLimited() {
    let text = String(repeating: "GEOMETRYCOLLECTION(", count: 100_000)
    #expect(throws: WktError.self) { try Geometry(wkt: text) }
  }
}
