import HTTPTypes
import LageplanFeatures
import LageplanStore
import Testing

@testable import LageplanServer

@Suite struct HttpContractTests {
  /// Path, status, and what the problem must name.
  private static let refused: [(path: String, status: Int, named: String)] = [
    ("/collections/playgrounds/items?limit=-1", 400, "limit"), ("/collections/playgrounds/items?limit=0", 400, "limit"),
    ("/collections/playgrounds/items?limit=many", 400, "limit"),
    ("/collections/playgrounds/items?limit=99999999999999999999", 400, "limit"),
    ("/collections/playgrounds/items?bbox=1,2,3", 400, "bbox"), ("/collections/playgrounds/items?bbox=a,b,c,d", 400, "bbox"),
    ("/collections/playgrounds/items?bbox=nan,0,1,1", 400, "bbox"),
    ("/collections/playgrounds/items?bbox=0,91,1,92", 400, "bbox"),
    ("/collections/playgrounds/items?bbox=0,2,1,1", 400, "bbox"),
    ("/collections/playgrounds/items?datetime=tomorrow", 400, "datetime"),
    ("/collections/playgrounds/items?datetime=../..", 400, "datetime"),
    ("/collections/playgrounds/items?datetime=2002-01-01/2001-01-01", 400, "datetime"),
    ("/collections/playgrounds/items?near=10,91", 400, "near"), ("/collections/playgrounds/items?near=10", 400, "near"),
    ("/collections/playgrounds/items?near=10,inf", 400, "near"),
    ("/collections/playgrounds/items?near=10,52&radius=-5", 400, "radius"),
    ("/collections/playgrounds/items?near=10,52&radius=1e9", 400, "radius"),
    ("/collections/playgrounds/items?radius=5", 400, "radius"), ("/collections/playgrounds/items?colour=red", 400, "colour"),
    ("/collections/playgrounds/items?area=tall", 400, "area"),
    ("/collections/playgrounds/items?opened=2001-02-30", 400, "opened"),
    ("/collections/playgrounds/items?limit=1&limit=2", 400, "limit"), ("/collections/playgrounds/items?name=%FF", 400, "name"),
    ("/collections/playgrounds/items?f=xml", 400, "f"), ("/collections/nothing", 404, "nothing"),
    ("/collections/nothing/items", 404, "nothing"), ("/collections/playgrounds/items/none", 404, "none"),
    ("/collections/playgrounds%27%3B%20DROP/items", 404, "DROP"), ("/tiles/playgrounds/3/9/0.mvt", 404, "column"),
    ("/tiles/playgrounds/99/0/0.mvt", 404, "matri"), ("/tiles/playgrounds/a/0/0.mvt", 400, "z"),
    ("/tiles/WebMercatorQuad/0/0/0.mvt", 400, "0.mvt"), ("/tiles/WebMercatorQuad/3/8/0", 404, "row 8"),
    ("/tiles/AdV_25832/20/0/0", 404, "matri"), ("/tiles/playgrounds", 404, "AdV_25832"),
    ("/tiles/WebMercatorQuad?collections=nothing", 404, "nothing"),
    ("/tiles/AdV_25832?f=tilejson", 400, "WebMercatorQuad"), ("/tileMatrixSets/Nowhere", 404, "WorldCRS84Quad"),
    ("/collections/playgrounds/tiles/WebMercatorQuad/10/0/0", 404, "tileMatrixSetLimits"),
    ("/tiles/playgrounds,playgrounds/0/0/0.mvt", 400, "collections"),
    ("/collections/playgrounds/tiles/Nowhere/0/0/0", 404, "Nowhere"), ("/nowhere", 404, ""),
    ("/tiles/playgrounds.json?f=html", 400, "f"), ("/collections/playgrounds/tiles/WebMercatorQuad/0/0/0?f=png", 400, "f"),
    ("/assets/..%2FPackage.swift", 404, ""),
    ("/assets/.hidden.js", 404, ""),
  ]

  @Test(arguments: refused)
  func badRequestsGetAProblemThatNamesTheCulprit(path: String, status: Int, named: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get(path)
      #expect(reply.status == status)
      #expect(reply.headers[.contentType] == "application/problem+json")
      let problem = try reply.json
      #expect(problem["status"] == .integer(Int64(status)))
      #expect(problem["detail"]?.text?.isEmpty == false)
      #expect(reply.text.contains(named), "\(reply.text)")
    }
  }

  private static let bodies: [(body: String, status: Int, named: String)] = [
    ("", 400, "line 1"), ("{", 400, "line 1"), ("[]", 400, ""), ("null", 400, ""),
    (#"{"type":"Polygon","coordinates":[[[10,52],[11,52],[11,53]]]}"#, 400, "coordinates"),
    (#"{"type":"Polygon","coordinates":[[[10,52],[11,52],[11,53],[10,53]]]}"#, 400, "clos"),
    (#"{"type":"Polygon","coordinates":[[[10,91],[11,91],[11,92],[10,91]]]}"#, 400, "91"),
    (#"{"type":"Polygon","coordinates":[[[10,NaN],[11,52],[11,53],[10,52]]]}"#, 400, "line 1"),
    (#"{"type":"Point","coordinates":[10,52]}"#, 400, "near"),
    (#"{"type":"Polygon","coordinates":[[[10,52],[11,53],[11,52],[10,53],[10,52]]]}"#, 400, "crossing"),
    (#"{"type":"FeatureCollection","features":[]}"#, 400, "exactly one"),
    (#"{"type":"LineString","coordinates":[[10,52],[11,52]]}"#, 400, "radius"),
  ]

  @Test(arguments: bodies)
  func badBodiesGetAProblem(body: String, status: Int, named: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.post("/collections/playgrounds/search", body)
      #expect(reply.status == status)
      #expect(reply.headers[.contentType] == "application/problem+json")
      #expect(reply.text.contains(named), "\(reply.text)")
    }
  }

  @Test(arguments: [
    ("/collections/playgrounds/items?near=10,52&sortby=name", "sortby"),
    ("/collections/playgrounds/search?radius=5&bbox=1,2,3,4", "bbox"),
    ("/collections/playgrounds/search?radius=5&near=10,52", "near"), ("/collections/playgrounds/search?radius=5&f=html", "f"),
  ])
  func parametersWithoutEffectAreRefused(path: String, named: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply =
        path.contains("search")
        ? try await service.post(path, #"{"type":"LineString","coordinates":[[10,52],[11,52]]}"#) : try await service.get(path)
      #expect(reply.status == 400)
      #expect(try reply.json["parameter"] == .text(named))
    }
  }

  @Test func headOfAnErrorHasNoBody() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.send(.head, "/collections/none")
      #expect(reply.status == 404)
      #expect(reply.body.isEmpty)
      let missing = try await service.get("/collections/playgrounds/items/nope", headers: [.ifNoneMatch: "*"])
      #expect(missing.status == 404)
    }
  }

  @Test func pagesLinkBelowThePathOfAProxy() async throws {
    try await TestService.with(TestTown.fill, publicUrl: "https://geo.example.org/plan") { service in
      for path in ["/?f=html", "/collections?f=html", "/collections/playgrounds/items?f=html&limit=2", "/api?f=html"] {
        let page = try await service.get(path).text
        for piece in page.split(separator: "href=\"").dropFirst() {
          let target = piece.prefix { $0 != "\"" }
          #expect(target.hasPrefix("/plan/") || target.hasPrefix("http") || target.hasPrefix("#"), "\(path): \(target)")
        }
      }
    }
  }

  @Test func everyPageFindsItsStyleSheet() async throws {
    try await TestService.with(TestTown.fill) { service in
      let sheet = try await service.get("/assets/site.css")
      #expect(sheet.status == 200)
      #expect(sheet.headers[.contentType]?.hasPrefix("text/css") == true)
    }
  }

  @Test func theStyleNamesOnlyCollectionsThatAreHere() async throws {
    try await TestService.with(TestTown.fill) { service in
      let style = try await service.get("/styles/lageplan").json
      let sources = Set(style["sources"]?.object?.map(\.key) ?? [])
      #expect(sources == ["playgrounds", "equipment", "parks"])
      for layer in style["layers"]?.array ?? [] {
        #expect(layer["source"]?.text.map(sources.contains) ?? true)
      }
    }
  }

  @Test func hugeBodiesAndShapesAreRefused() async throws {
    try await TestService.with(TestTown.fill) { service in
      let long = String(repeating: " ", count: 10_000_001)
      #expect(try await service.post("/collections/playgrounds/search", long).status == 413)
      let ring = (0...100_001).map { "[\(10 + Double($0 % 1_000) / 10_000),52]" }.joined(separator: ",")
      let shape = try await service.post("/collections/playgrounds/search", #"{"type":"Polygon","coordinates":[[\#(ring)]]}"#)
      #expect(shape.status == 400)
      #expect(shape.text.contains("100000") || shape.text.contains("100,000"), "\(shape.text)")
      let zigzag = (0..<20).map { "[\($0 % 2 == 0 ? -10 : 10),52]" }.joined(separator: ",")
      let line = try await service.post(
        "/collections/playgrounds/search?radius=5", #"{"type":"LineString","coordinates":[\#(zigzag)]}"#)
      #expect(line.status == 400)
      #expect(line.text.contains("km"))
      let deep = String(repeating: "[", count: 10_000)
      #expect(try await service.post("/collections/playgrounds/search", deep).status == 400)
      #expect(try await service.post("/collections/playgrounds/search", "{}", type: "text/xml").status == 415)
    }
  }

  @Test func otherMethodsAreTold() async throws {
    try await TestService.with(TestTown.fill) { service in
      for method in [HTTPRequest.Method.put, .delete, .patch, .trace, .post] {
        let reply = try await service.send(method, "/collections/playgrounds/items")
        #expect(reply.status == 405)
        #expect(reply.headers[.allow] == "GET, HEAD, OPTIONS")
      }
      let options = try await service.send(.options, "/collections/playgrounds/search")
      #expect(options.status == 200)
      #expect(options.headers[.allow] == "OPTIONS, POST")
      #expect(options.headers[.accessControlAllowOrigin] == "*")
    }
  }

  @Test(arguments: [
    "/collections", "/collections/playgrounds", "/collections/playgrounds/items?limit=3", "/collections/playgrounds/items/p11",
    "/collections/playgrounds/schema", "/tiles/playgrounds.json", "/tiles/playgrounds/10/542/336.mvt",
  ])
  func aKnownStateIsNotSentAgain(path: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let first = try await service.get(path)
      #expect(first.status == 200)
      let tag = try #require(first.headers[.eTag])
      #expect(first.headers[.vary]?.contains("Accept-Encoding") == true)
      let again = try await service.get(path, headers: [.ifNoneMatch: tag])
      #expect(again.status == 304)
      #expect(again.body.isEmpty)
      #expect(again.headers[.eTag] == tag)
      let head = try await service.send(.head, path)
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      #expect(head.headers[.contentLength] == String(first.body.count))
      // An edit makes a new state.
      var descriptor = try service.application.store.descriptor(of: "playgrounds")
      descriptor.title = "Anders"
      try service.application.store.updateCollection(descriptor)
      let changed = try await service.get(path, headers: [.ifNoneMatch: tag])
      #expect(changed.status == 200)
    }
  }

  @Test func gzipIsSentOnlyWhereItIsTaken() async throws {
    try await TestService.with(TestTown.fill) { service in
      let plain = try await service.get("/collections/playgrounds/items")
      #expect(plain.headers[.contentEncoding] == nil)
      let packed = try await service.get("/collections/playgrounds/items", headers: [.acceptEncoding: "br, gzip;q=0.5"])
      #expect(packed.headers[.contentEncoding] == "gzip")
      #expect(packed.body.starts(with: [0x1f, 0x8b]))
      #expect(packed.body.count < plain.body.count)
      let refused = try await service.get("/collections/playgrounds/items", headers: [.acceptEncoding: "gzip;q=0"])
      #expect(refused.headers[.contentEncoding] == nil)
    }
  }

  @Test func tilesAreThereOrEmptyOrNowhere() async throws {
    try await TestService.with(TestTown.fill) { service in
      let full = try await service.get("/tiles/playgrounds,parks/10/542/336.mvt")
      #expect(full.status == 200)
      #expect(full.headers[.contentType] == "application/vnd.mapbox-vector-tile")
      let ogc = try await service.get("/collections/playgrounds/tiles/WebMercatorQuad/10/336/542")
      let alias = try await service.get("/tiles/playgrounds/10/542/336.mvt")
      #expect(ogc.body == alias.body)
      #expect(try await service.get("/tiles/playgrounds/10/0/0.mvt").status == 204)
      let tileJson = try await service.get("/tiles/playgrounds,parks.json").json
      #expect(tileJson["tilejson"] == "3.0.0")
      #expect(tileJson["vector_layers"]?.array?.compactMap { $0["id"]?.text } == ["playgrounds", "parks"])
    }
  }

  @Test func everyReferenceOfTheOpenApiDocumentResolves() async throws {
    try await TestService.with(TestTown.fill) { service in
      let api = try await service.get("/api").json
      #expect(api["openapi"] == "3.0.3")
      #expect(api["components"]?["parameters"]?["limit"]?["schema"]?["maximum"] == 10_000)
      #expect(api["paths"]?["/collections/playgrounds/items"]?["get"] != nil)
      var references: [String] = []
      collect(api, into: &references)
      #expect(!references.isEmpty)
      for reference in references {
        let steps = reference.dropFirst(2).split(separator: "/").map(String.init)
        #expect(reference.hasPrefix("#/") && steps.reduce(api as JSONValue?) { $0?[$1] } != nil, "\(reference)")
      }
    }
  }

  private func collect(_ value: JSONValue, into references: inout [String]) {
    switch value {
    case .object(let members):
      for (key, inner) in members {
        if key == "$ref", let text = inner.text { references.append(text) } else { collect(inner, into: &references) }
      }
    case .array(let elements):
      for element in elements { collect(element, into: &references) }
    case .null, .boolean, .integer, .real, .text: break
    }
  }
}
