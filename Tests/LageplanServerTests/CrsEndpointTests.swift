import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import Testing

@testable import LageplanServer

/// OGC API Features Part 2 (18-058r1): every system, in its authority's axis order, for answers and for boxes.
@Suite struct CrsEndpointTests {
  private static let systems: [CoordinateReferenceSystem] = [.crs84, .wgs84, .utm32, .utm33, .webMercator]

  @Test func collectionsNameTheirSystems() async throws {
    try await TestService.with(TestTown.fill) { service in
      let one = try await service.get("/collections/equipment").json
      #expect(one["crs"]?.array?.compactMap(\.text) == Self.systems.map(\.uri))
      #expect(one["storageCrs"]?.text == CoordinateReferenceSystem.utm32.uri)
      let all = try await service.get("/collections").json
      #expect(all["crs"]?.array?.compactMap(\.text) == Self.systems.map(\.uri))
    }
  }

  @Test(arguments: systems) func coordinatesComeInTheAskedSystem(crs: CoordinateReferenceSystem) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get("/collections/playgrounds/items/p11?crs=\(crs.uri)")
      #expect(reply.headers[.contentCrs] == "<\(crs.uri)>")
      let place = try CoordinateTransform(from: .crs84, to: crs).transform(TestTown.place(column: 1, row: 1))
      // Only EPSG:4326 of these has its latitude first.
      let expected = crs == .wgs84 ? [place.y, place.x] : [place.x, place.y]
      let coordinates = try reply.json["geometry"]?["coordinates"]?.array
      let numbers = try #require(coordinates).compactMap(\.number)
      #expect(abs(numbers[0] - expected[0]) < 1e-3 && abs(numbers[1] - expected[1]) < 1e-3)
      if crs == .wgs84 { #expect(abs(numbers[0] - 52.41) < 1e-6) }
      let list = try await service.get("/collections/playgrounds/items?limit=1&crs=\(crs.uri)")
      #expect(list.headers[.contentCrs] == "<\(crs.uri)>")
    }
  }

  @Test(arguments: systems) func boxesAreReadInTheirSystem(crs: CoordinateReferenceSystem) async throws {
    try await TestService.with(TestTown.fill) { service in
      let around = Envelope(minX: 10.705, minY: 52.405, maxX: 10.715, maxY: 52.415)
      let box = try CoordinateTransform(from: .crs84, to: crs).transform(around)
      let numbers =
        crs == .wgs84 ? [box.minY, box.minX, box.maxY, box.maxX] : [box.minX, box.minY, box.maxX, box.maxY]
      let text = numbers.map { "\($0)" }.joined(separator: ",")
      for collection in ["playgrounds", "equipment"] {
        let reply = try await service.get("/collections/\(collection)/items?bbox=\(text)&bbox-crs=\(crs.uri)")
        let ids = try reply.json["features"]?.array?.compactMap { $0["id"]?.text } ?? []
        #expect(Set(ids) == (collection == "playgrounds" ? ["p11"] : ["e1", "e2"]), "\(crs)")
      }
    }
  }

  @Test func filterGeometriesAreReadInTheirSystem() async throws {
    try await TestService.with(TestTown.fill) { service in
      for (crs, polygon) in [
        (CoordinateReferenceSystem.crs84, "10.705 52.405,10.715 52.405,10.715 52.415,10.705 52.415,10.705 52.405"),
        (.wgs84, "52.405 10.705,52.405 10.715,52.415 10.715,52.415 10.705,52.405 10.705"),
      ] {
        let filter = RequestQuery.encode("S_INTERSECTS(geometry, POLYGON((\(polygon))))")
        let reply = try await service.get("/collections/equipment/items?filter=\(filter)&filter-crs=\(crs.uri)")
        #expect(reply.status == 200)
        #expect(try reply.json["numberMatched"] == 2, "\(crs)")
      }
    }
  }

  @Test(arguments: ["crs", "bbox-crs", "filter-crs"]) func unservedSystemsAreRefused(parameter: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      for value in ["http://www.opengis.net/def/crs/EPSG/0/31467", "nonsense", ""] {
        let reply = try await service.get(
          "/collections/playgrounds/items?\(parameter)=\(value)&bbox=1,2,3,4&filter=true")
        #expect(reply.status == 400)
        #expect(try reply.json["parameter"]?.text == parameter)
      }
    }
  }

  @Test func aSystemWithoutItsPartnerIsRefused() async throws {
    try await TestService.with(TestTown.fill) { service in
      for parameter in ["bbox-crs", "filter-crs"] {
        let reply = try await service.get("/collections/playgrounds/items?\(parameter)=\(CoordinateReferenceSystem.utm32.uri)")
        #expect(reply.status == 400)
      }
    }
  }
}
