import LageplanGeometry
import TestSupport
import Testing

struct CoordinateTransformTests {
  /// Systems with own formulas and a rectangle of degrees inside the area of use.
  static let own: [(crs: CoordinateReferenceSystem, area: Envelope)] = [
    (.crs84, Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)),
    (.wgs84, Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)),
    (.epsg(4258), Envelope(minX: -16, minY: 33, maxX: 40, maxY: 84)),
    (.webMercator, Envelope(minX: -180, minY: -85.06, maxX: 180, maxY: 85.06)),
    (.epsg(25831), Envelope(minX: 0, minY: 37, maxX: 6, maxY: 82)),
    (.utm32, Envelope(minX: 6, minY: 38, maxX: 12, maxY: 84)),
    (.utm33, Envelope(minX: 12, minY: 46, maxX: 18, maxY: 84)),
    (.epsg(3044), Envelope(minX: 6, minY: 38, maxX: 12, maxY: 84)),
  ]

  static let pairs = own.indices.flatMap { from in own.indices.filter { $0 != from }.map { (from, $0) } }

  @Test(arguments: pairs) func ownFormulasAgreeWithProjToAMillimetre(from: Int, to: Int) throws {
    let (source, target) = (Self.own[from], Self.own[to])
    let area = source.area.intersection(target.area) ?? source.area.union(target.area)
    // Zone to zone: the strip of three degrees on either side of the common border.
    let degrees = area.width > 30 ? Envelope(minX: 6, minY: 47, maxX: 15, maxY: 55) : area
    let transform = try CoordinateTransform(from: source.crs, to: target.crs)
    let toSource = ProjOracle("OGC:CRS84", source.crs.name)
    let oracle = ProjOracle(source.crs.name, target.crs.name)
    let unit = try target.crs.info().metresPerUnit
    var seed = Seed(UInt64(from * 10 + to))
    for _ in 0..<1000 {
      let place = toSource.transform(degrees.random(using: &seed))
      let (mine, theirs) = (try transform.transform(place), oracle.transform(place))
      #expect(abs(mine.x - theirs.x) * unit < 0.001 && abs(mine.y - theirs.y) * unit < 0.001, "\(place): \(mine) \(theirs)")
    }
  }

  @Test(arguments: [25831, 25832, 25833]) func utmHoldsItsMillimetreFarOutsideTheZone(code: Int) throws {
    let meridian = Double(code - 25830) * 6 - 3
    let there = try CoordinateTransform(from: .crs84, to: .epsg(code))
    let back = try CoordinateTransform(from: .epsg(code), to: .crs84)
    let oracle = ProjOracle("OGC:CRS84", "EPSG:\(code)")
    var seed = Seed(7)
    for _ in 0..<1000 {
      let place = Envelope(minX: meridian - 39, minY: -84, maxX: meridian + 39, maxY: 84).random(using: &seed)
      let (mine, theirs) = (try there.transform(place), oracle.transform(place))
      #expect(abs(mine.x - theirs.x) < 0.001 && abs(mine.y - theirs.y) < 0.001, "\(place): \(mine) \(theirs)")
      let again = try back.transform(mine)
      #expect(abs(again.x - place.x) < 1e-8 && abs(again.y - place.y) < 1e-8)
    }
  }

  @Test(arguments: ["EPSG:31467", "EPSG:32632", "EPSG:5650", "EPSG:3035", "EPSG:4326", "OGC:CRS84h", "EPSG:3045", "EPSG:27700"])
  func everyOtherSystemIsProjs(name: String) throws {
    let crs = try #require(CoordinateReferenceSystem(parsing: name))
    let transform = try CoordinateTransform(from: .utm32, to: crs)
    let oracle = ProjOracle("EPSG:25832", name == "OGC:CRS84h" ? "EPSG:4979" : name)
    var seed = Seed(1)
    let unit = try crs.info().metresPerUnit
    for _ in 0..<100 {
      let place = Envelope(minX: 300_000, minY: 5_300_000, maxX: 700_000, maxY: 6_000_000).random(using: &seed)
      let (mine, theirs) = (try transform.transform(place), oracle.transform(place))
      #expect(abs(mine.x - theirs.x) * unit < 0.001 && abs(mine.y - theirs.y) * unit < 0.001)
    }
  }

  @Test func geometriesAreTransformedWithTheirMembers() throws {
    let transform = try CoordinateTransform(from: .crs84, to: .utm32)
    let place = Coordinate(longitude: 7.6, latitude: 51.96)
    let expected = ProjOracle("OGC:CRS84", "EPSG:25832").transform(place)
    var geometry = Geometry.geometryCollection([.point(place), .lineString([place, place])])
    try transform.transform(&geometry)
    let all = geometry.members.flatMap(\.coordinates)
    #expect(all.count == 3)
    for position in all { #expect(abs(position.x - expected.x) < 0.001 && abs(position.y - expected.y) < 0.001) }
  }

  @Test func identityIsKnown() throws {
    #expect(try CoordinateTransform(from: .utm32, to: .utm32).isIdentity)
    #expect(try CoordinateTransform(from: .crs84, to: .wgs84).isIdentity)
    #expect(try CoordinateTransform(from: .utm32, to: .epsg(3044)).isIdentity)
    #expect(try !CoordinateTransform(from: .utm32, to: .utm33).isIdentity)
  }

  @Test func polesAndNonsenseAreRefusedByName() throws {
    let mercator = try CoordinateTransform(from: .crs84, to: .webMercator)
    let zone = try CoordinateTransform(from: .crs84, to: .utm32)
    let gaussKrueger = try CoordinateTransform(from: .crs84, to: .epsg(31467))
    #expect(throws: CrsError.self) { try mercator.transform(Coordinate(longitude: 9, latitude: 90)) }
    #expect(throws: CrsError.self) { try mercator.transform(Coordinate(longitude: .nan, latitude: 9)) }
    #expect(throws: CrsError.self) { try zone.transform(Coordinate(longitude: 120, latitude: 0)) }
    #expect(throws: CrsError.self) { try zone.transform(Coordinate(longitude: 404_000, latitude: 5_757_000)) }
    #expect(throws: CrsError.self) { try zone.transform(Coordinate(longitude: .infinity, latitude: 9)) }
    #expect(throws: CrsError.self) { try gaussKrueger.transform(Coordinate(longitude: .nan, latitude: 9)) }
    #expect(throws: CrsError.self) { try gaussKrueger.transform(Coordinate(longitude: 404_000, latitude: 5_757_000)) }
    #expect(throws: CrsError.unknown(.epsg(1))) { try CoordinateTransform(from: .epsg(1), to: .crs84) }
  }

  @Test(arguments: [
    (CoordinateReferenceSystem.crs84, CoordinateReferenceSystem.utm32), (.utm32, .crs84), (.utm32, .webMercator),
    (.webMercator, .utm33), (.utm32, .utm33), (.utm32, .epsg(31467)), (.crs84, .webMercator),
  ])
  func transformedEnvelopeHoldsEverythingAndLittleMore(source: CoordinateReferenceSystem, target: CoordinateReferenceSystem)
    throws
  {
    let transform = try CoordinateTransform(from: source, to: target)
    let toSource = ProjOracle("OGC:CRS84", source.name)
    let oracle = ProjOracle(source.name, target.name)
    var seed = Seed(3)
    for size in [0.01, 0.5, 8.0] {
      let low = Envelope(minX: 6, minY: 47, maxX: 8, maxY: 48).random(using: &seed)
      let high = toSource.transform(Coordinate(x: low.x + size, y: low.y + size))
      let from = toSource.transform(low)
      let box = Envelope(minX: from.x, minY: from.y, maxX: high.x, maxY: high.y)
      let result = try transform.transform(box)
      var held = Envelope.empty
      for _ in 0..<2000 {
        var place = box.random(using: &seed)
        // Half of the samples lie on the border, where the extremes are.
        switch Int.random(in: 0..<8, using: &seed) {
        case 0: place.x = box.minX
        case 1: place.x = box.maxX
        case 2: place.y = box.minY
        case 3: place.y = box.maxY
        default: break
        }
        held.formUnion(oracle.transform(place))
      }
      #expect(result.expanded(by: 1e-9 * (abs(result.maxX) + abs(result.maxY))).contains(held))
      #expect(result.width < held.width * 1.01 && result.height < held.height * 1.01)
    }
  }

  @Test func theWholeWorldIsCutToTheDomain() throws {
    let world = Envelope(minX: -20_037_508.35, minY: -20_037_508.35, maxX: 20_037_508.35, maxY: 20_037_508.35)
    let zone = try CoordinateTransform(from: .webMercator, to: .utm32).transform(world)
    #expect(zone.contains(Envelope(minX: 166_000, minY: 0, maxX: 834_000, maxY: 9_320_000)))
    let mercator = try CoordinateTransform(from: .crs84, to: .webMercator)
      .transform(Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90))
    #expect(abs(mercator.maxY - 20_037_508.34) < 0.01)
    let degrees = try CoordinateTransform(from: .utm32, to: .crs84)
      .transform(Envelope(minX: -1e7, minY: -1e7, maxX: 1e7, maxY: 1e7))
    #expect(degrees.contains(Envelope(minX: 5, minY: 47, maxX: 16, maxY: 55)))
    #expect(try CoordinateTransform(from: .crs84, to: .utm32).transform(Envelope.empty).isEmpty)
  }

  // MARK: What PROJ's database says

  @Test func infoIsTheDatabases() throws {
    let utm = try CoordinateReferenceSystem.utm32.info()
    #expect(utm.name == "ETRS89 / UTM zone 32N" && !utm.isGeographic && !utm.latitudeFirst && utm.metresPerUnit == 1)
    #expect(utm.areaOfUse.map { $0.minX == 6 && (12..<12.1).contains($0.maxX) } == true)
    let wgs84 = try CoordinateReferenceSystem.wgs84.info()
    #expect(wgs84.isGeographic && wgs84.latitudeFirst && abs(wgs84.metresPerUnit - 111_319.49) < 0.01)
    let crs84 = try CoordinateReferenceSystem.crs84.info()
    #expect(crs84.isGeographic && !crs84.latitudeFirst)
    #expect(try CoordinateReferenceSystem.epsg(3044).info().latitudeFirst)
    #expect(try CoordinateReferenceSystem.epsg(31467).info().latitudeFirst)
    #expect(try abs(CoordinateReferenceSystem.epsg(2263).info().metresPerUnit - 0.3048006096) < 1e-9)
    #expect(try CoordinateReferenceSystem.epsg(5555).info().name.contains("DHHN92"))
    #expect(throws: CrsError.unknown(.epsg(999_999))) { try CoordinateReferenceSystem.epsg(999_999).info() }
  }

  @Test(arguments: [
    (
      "PROJCS[\"WGS_1984_UTM_Zone_32N\",GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],"
        + "PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],"
        + "PARAMETER[\"False_Easting\",500000.0],PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",9.0],"
        + "PARAMETER[\"Scale_Factor\",0.9996],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
      32632
    ),
    (
      "PROJCS[\"ETRS_1989_UTM_Zone_32N\",GEOGCS[\"GCS_ETRS_1989\",DATUM[\"D_ETRS_1989\",SPHEROID[\"GRS_1980\",6378137.0,298.257222101]],"
        + "PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],"
        + "PARAMETER[\"False_Easting\",500000.0],PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",9.0],"
        + "PARAMETER[\"Scale_Factor\",0.9996],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
      25832
    ),
    (
      "PROJCS[\"WGS 84 / UTM zone 32N\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"
        + "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],"
        + "PARAMETER[\"latitude_of_origin\",0],PARAMETER[\"central_meridian\",9],PARAMETER[\"scale_factor\",0.9996],"
        + "PARAMETER[\"false_easting\",500000],PARAMETER[\"false_northing\",0],UNIT[\"metre\",1]]",
      32632
    ),
    (
      "PROJCS[\"custom\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"
        + "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],"
        + "PARAMETER[\"latitude_of_origin\",0],PARAMETER[\"central_meridian\",9],PARAMETER[\"scale_factor\",0.9996],"
        + "PARAMETER[\"false_easting\",500000],PARAMETER[\"false_northing\",0],UNIT[\"metre\",1]]",
      32632
    ),
    (
      "PROJCS[\"DHDN_3_Degree_Gauss_Zone_3\",GEOGCS[\"GCS_Deutsches_Hauptdreiecksnetz\",DATUM[\"D_Deutsches_Hauptdreiecksnetz\","
        + "SPHEROID[\"Bessel_1841\",6377397.155,299.1528128]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],"
        + "PROJECTION[\"Gauss_Kruger\"],PARAMETER[\"False_Easting\",3500000.0],PARAMETER[\"False_Northing\",0.0],"
        + "PARAMETER[\"Central_Meridian\",9.0],PARAMETER[\"Scale_Factor\",1.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
      31467
    ),
    (
      "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],PRIMEM[\"Greenwich\",0.0],"
        + "UNIT[\"Degree\",0.0174532925199433]]",
      4326
    ),
  ])
  func definitionsInWktAreIdentified(wkt: String, code: Int) {
    #expect(CoordinateReferenceSystem.identify(wkt: wkt) == .epsg(code))
  }

  @Test func unknownDefinitionsAreNotGuessed() {
    #expect(CoordinateReferenceSystem.identify(wkt: "") == nil)
    #expect(CoordinateReferenceSystem.identify(wkt: "PROJCS[\"nonsense\"]") == nil)
    let local =
      "PROJCS[\"town grid\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],"
      + "UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",51.3],"
      + "PARAMETER[\"central_meridian\",7.1],PARAMETER[\"scale_factor\",1],PARAMETER[\"false_easting\",1000],"
      + "PARAMETER[\"false_northing\",2000],UNIT[\"metre\",1]]"
    #expect(CoordinateReferenceSystem.identify(wkt: local) == nil)
  }
}

extension Envelope {
  func random(using seed: inout Seed) -> Coordinate {
    Coordinate(x: .random(in: minX...maxX, using: &seed), y: .random(in: minY...maxY, using: &seed))
  }
}
