import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import Testing

@testable import LageplanServer

/// Changes of features over HTTP (OGC 20-002r1), against the test town.
@Suite struct EditingTests {
  private static let noon = Instant(millisecondsSince1970: 1_700_000_000_000)
  private static let items = "/collections/playgrounds/items"

  private struct Editor {
    let service: TestService
    let token: String

    func send(
      _ method: HTTPRequest.Method, _ path: String, _ body: String = "", type: String = "application/geo+json",
      headers: [HTTPField.Name: String] = [:]
    ) async throws -> TestService.Reply {
      var fields: HTTPFields = [.authorization: "Bearer \(token)"]
      if !body.isEmpty { fields[.contentType] = type }
      for (name, value) in headers { fields[name] = value }
      return try await service.send(method, path, headers: fields, body: body)
    }

    func get(_ path: String) async throws -> JSONValue {
      let reply = try await service.get(path)
      #expect(reply.status == 200, "\(path): \(reply.text)")
      return try reply.json
    }

    /// The geometry in the database.
    func stored(_ id: String, of collection: String) throws -> Geometry {
      try service.application.store.readSync { reader in
        var shape = Geometry(kind: .point)
        try reader.forEachRow(matching: FeatureQuery(collection: collection, ids: [id])) { row in
          if let bytes = row.geometry { try shape.decode(bytes) }
          return .stop
        }
        return shape
      }
    }

    /// Adds one feature with this geometry, as surveyed; the collection is made with it.
    func survey(_ id: String, _ geometry: Geometry, in crs: CoordinateReferenceSystem) throws {
      let descriptor = CollectionDescriptor(
        id: "surveyed", title: "Aufmaß", geometryKind: geometry.kind, storageCrs: crs,
        schema: Schema(properties: [PropertyDefinition(name: "name", kind: .text)]))
      var rest = [Feature(id: id, geometry: geometry, values: [.null])]
      _ = try service.application.store.importFeatures(into: descriptor) { rest.popLast() }
    }
  }

  private func editing(_ body: (Editor) async throws -> Void) async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let token = try service.application.store.addToken(name: "bauhof", scope: .write, at: Self.noon)
      try await body(Editor(service: service, token: token))
    }
  }

  private static func playground(
    _ coordinates: String = "[10.7712345,52.4212345]", _ properties: String = #""name":"Neu","area":7"#
  )
    -> String
  {
    #"{"type":"Feature","geometry":{"type":"Point","coordinates":\#(coordinates)},"properties":{\#(properties)}}"#
  }

  // MARK: - Who may

  @Test func withoutWritingOnlyReadingIsAllowed() async throws {
    try await TestService.with(TestTown.fill) { service in
      for path in [Self.items, "\(Self.items)/p11"] {
        let options = try await service.send(.options, path)
        #expect(options.status == 200)
        #expect(options.headers[.allow] == "GET, HEAD, OPTIONS")
        for method in [HTTPRequest.Method.post, .put, .patch, .delete] {
          #expect(try await service.send(method, path, body: "{}").status == 405)
        }
      }
      let paths = try #require(try await service.get("/api").json["paths"]?.object)
      for (path, operations) in paths where path.hasPrefix("/collections") { #expect(operations["delete"] == nil, "\(path)") }
    }
  }

  @Test func changesNeedATokenThatMayWriteThere() async throws {
    try await TestService.with(TestTown.fill, isWritable: true) { service in
      let store = service.application.store
      let reader = try store.addToken(name: "reader", scope: .read, at: Self.noon)
      let other = try store.addToken(name: "parks", scope: .write, collections: ["parks"], at: Self.noon)
      let secrets = try store.addToken(name: "secrets", scope: .write, collections: ["secret"], at: Self.noon)
      let requests: [(HTTPRequest.Method, String, String)] = [
        (.post, Self.items, Self.playground()), (.put, "\(Self.items)/p11", Self.playground()),
        (.patch, "\(Self.items)/p11", "{}"), (.delete, "\(Self.items)/p11", ""),
      ]
      for (method, path, body) in requests {
        let nobody = try await service.send(method, path, headers: [.contentType: "application/geo+json"], body: body)
        #expect(nobody.status == 401)
        #expect(nobody.headers[.wwwAuthenticate] == "Bearer realm=\"Lageplan\"")
        for token in [reader, other, secrets] {
          let fields: HTTPFields = [.contentType: "application/geo+json", .authorization: "Bearer \(token)"]
          #expect(try await service.send(method, path, headers: fields, body: body).status == 403)
        }
      }
      // Where not even reading is allowed there is nothing.
      let hidden = try await service.send(
        .delete, "/collections/secret/items/s1", headers: [.authorization: "Bearer \(reader)"])
      #expect(hidden.status == 403)
      #expect(try await service.send(.delete, "/collections/secret/items/s1").status == 404)
      #expect(
        try await service.send(.delete, "/collections/secret/items/s1", headers: [.authorization: "Bearer \(other)"]).status
          == 404)
      #expect(try await service.get("\(Self.items)?limit=100").json["numberMatched"] == 26)
    }
  }

  // MARK: - Insert

  @Test func aNewFeatureIsFoundAtItsLocation() async throws {
    try await editing { editor in
      let reply = try await editor.send(.post, Self.items, Self.playground())
      #expect(reply.status == 201, "\(reply.text)")
      let location = try #require(reply.headers[.location])
      #expect(location.hasPrefix("http://town.example:8080\(Self.items)/"))
      let path = String(location.dropFirst("http://town.example:8080".count))
      let made = try await editor.service.get(path)
      #expect(made.headers[.eTag] == reply.headers[.eTag])
      let feature = try made.json
      #expect(feature["properties"]?["name"] == "Neu")
      #expect(feature["properties"]?["area"] == 7)
      #expect(feature["properties"]?["opened"]?.isNull == true)
      #expect(feature["geometry"]?["coordinates"] == [10.7712345, 52.4212345])
      // The lists and the description follow at once.
      #expect(try await editor.get("\(Self.items)?name=Neu")["numberMatched"] == 1)
      #expect(try await editor.get("/collections/playgrounds")["featureCount"] == 27)
    }
  }

  @Test func anIdThatIsSentIsKeptUnlessItIsTaken() async throws {
    try await editing { editor in
      let body = Self.playground().replacing(#""type":"Feature","#, with: #""type":"Feature","id":"platz/ä 1","#)
      let made = try await editor.send(.post, Self.items, body)
      #expect(made.headers[.location]?.hasSuffix("/items/platz%2F%C3%A4%201") == true)
      #expect(try await editor.get("\(Self.items)/platz%2F%C3%A4%201")["id"] == "platz/ä 1")
      let again = try await editor.send(.post, Self.items, body)
      #expect(again.status == 409)
      #expect(try again.json["parameter"] == "$.id")
      #expect(try again.json["value"] == "platz/ä 1")
    }
  }

  @Test func aCollectionIsTakenWholeOrNotAtAll() async throws {
    try await editing { editor in
      func collection(_ features: [String]) -> String {
        #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#
      }
      let three = try await editor.send(.post, Self.items, collection([Self.playground(), Self.playground(), Self.playground()]))
      #expect(three.status == 201)
      #expect(try three.json["inserted"] == 3)
      #expect(try three.json["features"]?.array?.count == 3)
      #expect(try await editor.get(Self.items)["numberMatched"] == 29)
      // The id of one is taken.
      let taken = Self.playground().replacing(#""type":"Feature","#, with: #""type":"Feature","id":"p11","#)
      let conflict = try await editor.send(.post, Self.items, collection([Self.playground(), taken]))
      #expect(conflict.status == 409)
      #expect(try conflict.json["parameter"] == "$.features[1].id")
      // Two of its own are the same.
      let own = taken.replacing("p11", with: "new")
      let double = try await editor.send(.post, Self.items, collection([own, own]))
      #expect(double.status == 422)
      #expect(try double.json["faults"]?[0]?["path"] == "$.features[1].id")
      #expect(try await editor.send(.post, Self.items, collection([])).status == 422)
      #expect(try await editor.get(Self.items)["numberMatched"] == 29)
    }
  }

  @Test func allFaultsAreToldAtOnce() async throws {
    try await editing { editor in
      let body = #"""
        {"type":"FeatureCollection","features":[
          {"type":"Feature","geometry":{"type":"Point","coordinates":[190,52]},"properties":{"area":"big","colour":"red"}},
          {"type":"Feature","geometry":{"type":"LineString","coordinates":[[10,52],[11,52]]},"properties":{"opened":"2026-02-30"}},
          {"type":"Feature","properties":{"name":"x"}},
          {"type":"Feature","geometry":null,"properties":{"name":"well"}}]}
        """#
      let reply = try await editor.send(.post, Self.items, body)
      #expect(reply.status == 422)
      let faults = try #require(try reply.json["faults"]?.array)
      #expect(
        faults.compactMap { $0["path"]?.text } == [
          "$.features[0].geometry.coordinates[0]", "$.features[0].properties.area", "$.features[0].properties.colour",
          "$.features[1].geometry.type", "$.features[1].properties.opened", "$.features[2].geometry",
        ])
      #expect(faults.allSatisfy { $0["remedy"]?.text?.isEmpty == false })
      #expect(try await editor.get(Self.items)["numberMatched"] == 26)
    }
  }

  @Test func aValueOutsideTheEnumerationIsRefused() async throws {
    try await editing { editor in
      let path = "/collections/equipment/items"
      let reply = try await editor.send(.post, path, Self.playground("[10.71,52.41]", #""kind":"Wippe","playground":"p11""#))
      #expect(reply.status == 422)
      #expect(try reply.json["faults"]?[0]?["path"] == "$.properties.kind")
      #expect(try reply.json["faults"]?[0]?["remedy"]?.text?.contains("Rutsche, Schaukel") == true)
      #expect(
        try await editor.send(.post, path, Self.playground("[10.71,52.41]", #""kind":"Rutsche","playground":"p11""#)).status
          == 201)
    }
  }

  @Test func aPolygonThatCrossesItselfIsRefusedWithThePlace() async throws {
    try await editing { editor in
      let bowtie = #"{"type":"Polygon","coordinates":[[[10,52],[11,53],[11,52],[10,53],[10,52]]]}"#
      let reply = try await editor.send(
        .post, "/collections/parks/items", #"{"type":"Feature","geometry":\#(bowtie),"properties":null}"#)
      #expect(reply.status == 422)
      let message = try reply.json["faults"]?[0]?["message"]?.text ?? ""
      #expect(message.contains("Self-intersection"))
      #expect(message.contains("[10.5, 52.5]"))
    }
  }

  /// Latitude and longitude in the wrong order lie in Yemen, for which the system of the collection is not made.
  @Test func swappedNumbersAreNoticed() async throws {
    try await editing { editor in
      let path = "/collections/equipment/items"
      let reply = try await editor.send(.post, path, Self.playground("[52.41,10.71]", #""kind":"Rutsche""#))
      #expect(reply.status == 422)
      #expect(try reply.json["faults"]?[0]?["remedy"]?.text?.contains("longitude, latitude") == true)
    }
  }

  // MARK: - Coordinate reference systems

  /// The place of `p11`'s swing in each system, by the transformation that its own tests hold against PROJ.
  @Test(arguments: [CoordinateReferenceSystem.crs84, .wgs84, .utm32, .utm33, .webMercator])
  func coordinatesAreReadInEverySystem(crs: CoordinateReferenceSystem) async throws {
    try await editing { editor in
      let place = try CoordinateTransform(from: .crs84, to: crs).transform(TestTown.place(column: 1, row: 1))
      let numbers = crs == .wgs84 ? "[\(place.y),\(place.x)]" : "[\(place.x),\(place.y)]"
      for header in ["<\(crs.uri)>", crs.uri] {
        let reply = try await editor.send(
          .post, "/collections/equipment/items", Self.playground(numbers, #""kind":"Rutsche""#), headers: [.contentCrs: header])
        #expect(reply.status == 201, "\(reply.text)")
        let id = try #require(try reply.json["id"]?.text)
        let made = try await editor.get("/collections/equipment/items/\(id)")
        #expect(made["geometry"]?["coordinates"] == [10.71, 52.41])
      }
    }
  }

  @Test(arguments: ["<http://www.opengis.net/def/crs/EPSG/0/31467>", "mars", "<", ""])
  func anotherSystemIsRefused(header: String) async throws {
    try await editing { editor in
      let reply = try await editor.send(.post, Self.items, Self.playground(), headers: [.contentCrs: header])
      #expect(reply.status == 400)
      #expect(try reply.json["parameter"] == "Content-Crs")
    }
  }

  // MARK: - One feature

  @Test func replacingClearsWhatIsNotNamed() async throws {
    try await editing { editor in
      let reply = try await editor.send(.put, "\(Self.items)/p11", Self.playground())
      #expect(reply.status == 204)
      let after = try await editor.service.get("\(Self.items)/p11")
      #expect(after.headers[.eTag] == reply.headers[.eTag])
      let properties = try after.json["properties"]
      #expect(properties?["name"] == "Neu")
      #expect(properties?["opened"]?.isNull == true)
      #expect(try await editor.send(.put, "\(Self.items)/none", Self.playground()).status == 404)
      let other = Self.playground().replacing(#""type":"Feature","#, with: #""type":"Feature","id":"p12","#)
      #expect(try await editor.send(.put, "\(Self.items)/p11", other).status == 422)
      #expect(try await editor.get("\(Self.items)/p11")["id"] == "p11")
    }
  }

  @Test(arguments: ["application/merge-patch+json", "application/geo+json", "application/json; charset=utf-8"])
  func aPatchChangesWhatItNames(type: String) async throws {
    try await editing { editor in
      let path = "\(Self.items)/p21"
      let before = try await editor.get(path)
      let patch = #"{"properties":{"area":4711,"opened":null}}"#
      #expect(try await editor.send(.patch, path, patch, type: type).status == 204)
      let after = try await editor.get(path)
      #expect(after["properties"]?["area"] == 4711)
      #expect(after["properties"]?["opened"]?.isNull == true)
      #expect(after["properties"]?["name"] == before["properties"]?["name"])
      #expect(after["geometry"] == before["geometry"])
      // A place without its type keeps the kind it had.
      #expect(try await editor.send(.patch, path, #"{"geometry":{"coordinates":[10.9,52.5]}}"#, type: type).status == 204)
      #expect(try await editor.get(path)["geometry"] == ["type": "Point", "coordinates": [10.9, 52.5]])
      #expect(try await editor.send(.patch, path, #"{"geometry":null}"#, type: type).status == 204)
      #expect(try await editor.get(path)["geometry"]?.isNull == true)
      #expect(try await editor.get(path)["properties"]?["area"] == 4711)
    }
  }

  @Test(arguments: [
    (#"{"name":"beside"}"#, "$.name"), (#"{"id":"p12"}"#, "$.id"), (#"{"properties":{"id":"p12"}}"#, "$.properties.id"),
    (#"{"properties":null}"#, "$.properties"), (#"{"properties":{"fenced":"yes"}}"#, "$.properties.fenced"),
    (#"{"geometry":{"type":"Point","coordinates":[]}}"#, "$.geometry"), (#"{"type":"Trafo"}"#, "$.type"), ("[]", "$"),
  ])
  func aPatchThatWouldGoAstrayIsRefused(patch: String, path: String) async throws {
    try await editing { editor in
      let before = try await editor.get("\(Self.items)/p11")
      let reply = try await editor.send(.patch, "\(Self.items)/p11", patch, type: "application/merge-patch+json")
      #expect(reply.status == 422, "\(reply.text)")
      #expect(try reply.json["faults"]?[0]?["path"] == .text(path))
      #expect(try await editor.get("\(Self.items)/p11") == before)
    }
  }

  @Test func aDeletedFeatureIsGone() async throws {
    try await editing { editor in
      let path = "\(Self.items)/ohne%20Ort%2F%C3%A4"
      let deleted = try await editor.send(.delete, path)
      #expect(deleted.status == 204)
      #expect(deleted.body.isEmpty)
      #expect(try await editor.service.get(path).status == 404)
      #expect(try await editor.send(.delete, path).status == 404)
      #expect(try await editor.get(Self.items)["numberMatched"] == 25)
    }
  }

  /// Programs without PATCH send the whole feature back, with a geometry that was rounded on its way to them.
  @Test func aGeometryThatNobodyMovedStaysAsSurveyed() async throws {
    try await editing { editor in
      let before = try editor.stored("e1", of: "equipment")
      let shown = try await editor.get("/collections/equipment/items/e1")
      let geometry = try #require(shown["geometry"]).json
      let body = #"{"type":"Feature","geometry":\#(geometry),"properties":{"kind":"Rutsche","playground":"p11"}}"#
      #expect(try await editor.send(.put, "/collections/equipment/items/e1", body).status == 204)
      #expect(try await editor.get("/collections/equipment/items/e1")["properties"]?["kind"] == "Rutsche")
      #expect(try editor.stored("e1", of: "equipment") == before)
    }
  }

  /// Output in metres has 3 decimals, so a move by 8 mm can be seen, and is meant; one of a tenth of a millimetre cannot.
  @Test func aMoveThatCanBeSeenIsMade() async throws {
    try await editing { editor in
      let path = "/collections/equipment/items/e1"
      let before = try editor.stored("e1", of: "equipment").coordinates[0]
      let utm = [HTTPField.Name.contentCrs: "<\(CoordinateReferenceSystem.utm32.uri)>"]
      func geometry(_ east: Double) -> String { #"{"type":"Point","coordinates":[\#(east),\#(before.y)]}"# }
      let shownEast = (before.x * 1000).rounded() / 1000
      let nothing = #"{"geometry":\#(geometry(shownEast + 0.0001))}"#
      #expect(try await editor.send(.patch, path, nothing, headers: utm).status == 204)
      #expect(try editor.stored("e1", of: "equipment").coordinates == [before])
      let patch = #"{"geometry":\#(geometry(before.x + 0.008))}"#
      #expect(try await editor.send(.patch, path, patch, headers: utm).status == 204)
      #expect(try editor.stored("e1", of: "equipment").coordinates == [Coordinate(x: before.x + 0.008, y: before.y)])
      let body = #"{"type":"Feature","geometry":\#(geometry(before.x + 0.016)),"properties":{"kind":"Rutsche"}}"#
      #expect(try await editor.send(.put, path, body, headers: utm).status == 204)
      #expect(try editor.stored("e1", of: "equipment").coordinates == [Coordinate(x: before.x + 0.016, y: before.y)])
    }
  }

  /// In longitude and latitude, shells are shown counter-clockwise (RFC 7946, section 3.1.6), however they are stored.
  @Test(arguments: [false, true]) func aClockwisePolygonStaysAsSurveyed(hasHeights: Bool) async throws {
    try await editing { editor in
      let corner = Coordinate(x: 620_100.123456, y: 5_808_200.654321)
      let ring = [(0.0, 0.0), (0, 30), (40, 30), (40, 0), (0, 0)].map { Coordinate(x: corner.x + $0, y: corner.y + $1) }
      var field = Geometry.polygon([ring])
      if hasHeights { field.z = [60.12345, 60.2, 60.3, 60.4, 60.12345] }
      try editor.survey("field", field, in: .utm32)
      let path = "/collections/surveyed/items/field"
      for crs in [CoordinateReferenceSystem.crs84, .wgs84, .utm32, .utm33] {
        let shown = try await editor.get("\(path)?crs=\(crs.uri)")
        let geometry = try #require(shown["geometry"]).json
        let body = #"{"type":"Feature","geometry":\#(geometry),"properties":{"name":"\#(crs)"}}"#
        let reply = try await editor.send(.put, path, body, headers: [.contentCrs: "<\(crs.uri)>"])
        #expect(reply.status == 204, "\(reply.text)")
        #expect(try await editor.get(path)["properties"]?["name"] == .text("\(crs)"))
        #expect(try editor.stored("field", of: "surveyed") == field, "\(crs)")
      }
    }
  }

  @Test func aHeightThatIsChangedOrLeftAwayIsAChange() async throws {
    try await editing { editor in
      var place = Geometry.point(Coordinate(x: 620_100.123456, y: 5_808_200.654321))
      place.z = [60.12345]
      try editor.survey("peg", place, in: .utm32)
      let path = "/collections/surveyed/items/peg"
      let utm = [HTTPField.Name.contentCrs: "<\(CoordinateReferenceSystem.utm32.uri)>"]
      for (height, stored) in [(",60.123", [60.12345]), (",60.124", [60.124]), ("", [])] {
        let patch = #"{"geometry":{"type":"Point","coordinates":[620100.123,5808200.654\#(height)]}}"#
        #expect(try await editor.send(.patch, path, patch, headers: utm).status == 204)
        #expect(try editor.stored("peg", of: "surveyed").z == stored)
      }
    }
  }

  // MARK: - Conditions

  @Test func aChangeOnConditionIsMadeOnceOnly() async throws {
    try await editing { editor in
      let path = "\(Self.items)/p11"
      let tag = try #require(try await editor.service.get(path).headers[.eTag])
      #expect(tag.hasPrefix("\""))
      let patch = #"{"properties":{"area":1}}"#
      let first = try await editor.send(.patch, path, patch, headers: [.ifMatch: tag])
      #expect(first.status == 204)
      let late = try await editor.send(.patch, path, #"{"properties":{"area":2}}"#, headers: [.ifMatch: tag])
      #expect(late.status == 412)
      #expect(try late.json["code"] == "changed-meanwhile")
      #expect(try await editor.get(path)["properties"]?["area"] == 1)
      // One of several, a tag that a proxy made weak, any.
      let now = try #require(first.headers[.eTag])
      #expect(
        try await editor.send(.patch, path, #"{"properties":{"area":3}}"#, headers: [.ifMatch: "\"other\", \(now)"]).status == 204
      )
      let newer = try #require(try await editor.service.get(path).headers[.eTag])
      #expect(try await editor.send(.put, path, Self.playground(), headers: [.ifMatch: "W/\(newer)"]).status == 204)
      #expect(try await editor.send(.delete, path, headers: [.ifMatch: "\"strange\""]).status == 412)
      #expect(try await editor.send(.delete, path, headers: [.ifMatch: "unquoted"]).status == 400)
      #expect(try await editor.send(.delete, path, headers: [.ifMatch: "*"]).status == 204)
      // Nothing is there any more that could match.
      for condition in ["*", newer] {
        #expect(try await editor.send(.put, path, Self.playground(), headers: [.ifMatch: condition]).status == 412)
        #expect(try await editor.send(.delete, path, headers: [.ifMatch: condition]).status == 412)
      }
    }
  }

  @Test func theTagStaysWhateverHappensToOthers() async throws {
    try await editing { editor in
      let path = "\(Self.items)/p11"
      let before = try await editor.service.get(path).headers[.eTag]
      #expect(try await editor.send(.post, Self.items, Self.playground()).status == 201)
      #expect(try await editor.send(.delete, "\(Self.items)/p12").status == 204)
      #expect(try await editor.service.get(path).headers[.eTag] == before)
      // What changes nothing is no new state either.
      #expect(try await editor.send(.patch, path, "{}").headers[.eTag] == before)
    }
  }

  @Test func aRequestThatComesAgainIsNotDoneAgain() async throws {
    try await editing { editor in
      let key: [HTTPField.Name: String] = [.idempotencyKey: "\"8e03978e-40d5-43e8-bc93-6894a57f9324\""]
      let first = try await editor.send(.post, Self.items, Self.playground(), headers: key)
      let again = try await editor.send(.post, Self.items, Self.playground(), headers: key)
      #expect(first.status == 201 && again.status == 201)
      #expect(again.headers[.location] == first.headers[.location])
      #expect(again.headers[.eTag] == first.headers[.eTag])
      #expect(try await editor.get(Self.items)["numberMatched"] == 27)
      // The key with something else, and keys that are none.
      let other = try await editor.send(.post, Self.items, Self.playground("[10.8,52.4]"), headers: key)
      #expect(other.status == 422)
      #expect(try other.json["parameter"] == "Idempotency-Key")
      #expect(try await editor.send(.post, Self.items, Self.playground(), headers: [.idempotencyKey: "\"\""]).status == 400)
      // A deletion that is told twice has happened once.
      let deletion: [HTTPField.Name: String] = [.idempotencyKey: "d-1"]
      #expect(try await editor.send(.delete, "\(Self.items)/p11", headers: deletion).status == 204)
      #expect(try await editor.send(.delete, "\(Self.items)/p11", headers: deletion).status == 204)
      let patch: [HTTPField.Name: String] = [.idempotencyKey: "p-1"]
      #expect(try await editor.send(.patch, "\(Self.items)/p12", #"{"properties":{"area":5}}"#, headers: patch).status == 204)
      #expect(try await editor.send(.delete, "\(Self.items)/p12").status == 204)
      #expect(try await editor.send(.patch, "\(Self.items)/p12", #"{"properties":{"area":5}}"#, headers: patch).status == 204)
    }
  }

  // MARK: - Bodies

  @Test func whatIsNoFeatureIsRefused() async throws {
    try await editing { editor in
      let before = try await editor.get(Self.items)
      for body in ["{", "[1", "\"\u{0}\""] {
        #expect(try await editor.send(.post, Self.items, body).status == 400, "\(body)")
      }
      for body in ["[]", "7", #"{"type":"Point","coordinates":[10,52]}"#, #"{"type":"Feature"}"#] {
        #expect(try await editor.send(.post, Self.items, body).status == 422, "\(body)")
      }
      for type in ["text/xml", "application/gml+xml", "text/plain"] {
        #expect(try await editor.send(.post, Self.items, Self.playground(), type: type).status == 415)
        #expect(try await editor.send(.put, "\(Self.items)/p11", Self.playground(), type: type).status == 415)
        #expect(try await editor.send(.patch, "\(Self.items)/p11", "{}", type: type).status == 415)
      }
      #expect(try await editor.send(.put, "\(Self.items)/p11", "{}", type: "application/merge-patch+json").status == 415)
      #expect(try await editor.send(.post, "\(Self.items)?f=json", Self.playground()).status == 400)
      let large = Self.playground().replacing("Neu", with: String(repeating: "x", count: 10_000_001))
      #expect(try await editor.send(.post, Self.items, large).status == 413)
      #expect(try await editor.get(Self.items) == before)
    }
  }

  @Test func valuesThatLookLikeSqlAreValues() async throws {
    try await editing { editor in
      let name = "Robert'); DROP TABLE \"playgrounds\";--"
      let body = Self.playground("[10.77,52.42]", #""name":"Robert'); DROP TABLE \"playgrounds\";--""#)
        .replacing(#""type":"Feature","#, with: #""type":"Feature","id":"x' OR '1'='1","#)
      let reply = try await editor.send(.post, Self.items, body)
      #expect(reply.status == 201)
      #expect(try await editor.get("\(Self.items)/x'%20OR%20'1'='1")["properties"]?["name"] == .text(name))
      #expect(try await editor.send(.delete, "\(Self.items)/x'%20OR%20'1'='1").status == 204)
      #expect(try await editor.get(Self.items)["numberMatched"] == 26)
    }
  }
}
