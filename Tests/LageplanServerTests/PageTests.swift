import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import Testing

@testable import LageplanServer

/// What browsers send.
private let browser: HTTPFields = [.accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"]

@Suite struct PageTests {
  @Test func whatIsInterpolatedIsEscapedUnlessItIsMarkup() {
    let text = "<b> & \"quotes\" 'both'"
    let inner: Html = "<i>\(text)</i>"
    let page: Html = "<p title='\(text)'>\(inner)\([inner, inner])\(" hidden", if: false)\(3)</p>"
    let escaped = "&lt;b&gt; &amp; &quot;quotes&quot; &#39;both&#39;"
    let piece = "<i>\(escaped)</i>"
    #expect(page.markup == "<p title='\(escaped)'>\(piece)\(piece)\(piece)3</p>")
    #expect(Html(data: ["a": "</script>"]).markup == #"{"a":"\u003c/script>"}"#)
  }

  @Test(arguments: [
    "/", "/collections", "/collections/playgrounds", "/collections/playgrounds/items", "/collections/playgrounds/items/p11",
    "/collections/playgrounds/schema", "/collections/playgrounds/queryables", "/collections/playgrounds/sortables",
    "/conformance",
    "/tileMatrixSets", "/tileMatrixSets/AdV_25832", "/tiles", "/tiles/WebMercatorQuad",
    "/tiles/AdV_25833?collections=parks,equipment",
    "/collections/parks/tiles", "/collections/parks/tiles/WorldCRS84Quad",
    "/collections/playgrounds/items/p11/versions", "/api", "/collections/equipment/items", "/collections/parks/items/park",
    "/tours",
  ])
  func aBrowserGetsAGermanPageWithoutScriptsOfItsOwn(path: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let page = try await service.get(path, headers: browser)
      #expect(page.status == 200)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      #expect(page.headers[.contentLanguage] == "de")
      #expect(page.text.contains("<html lang='de'>"))
      #expect(page.text.ranges(of: "<h1>").count == 1)
      #expect(!page.text.contains(" style=") && !page.text.contains(" onclick="))
      // Scripts are files of our own, or data for search engines.
      for script in page.text.split(separator: "<script").dropFirst() {
        #expect(script.hasPrefix(" type='module' src='/assets/") || script.hasPrefix(" type='application/ld+json'"))
      }
    }
  }

  @Test func theNavigationLeadsToTheToursAndTellsWhereOneIs() async throws {
    try await TestService.with(TestTown.fill) { service in
      let elsewhere = try await service.get("/collections", headers: browser)
      #expect(elsewhere.text.contains("<a href='/tours'>Touren</a>"))
      let plans = try await service.get("/tours", headers: browser)
      #expect(plans.text.contains("<a href='/tours' aria-current='true'>Touren</a>"))
    }
  }

  @Test func aFormsEmptyFieldsAreDroppedFromTheAddress() async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get(
        "/collections/playgrounds/items?q=&name=&area=101&form-from=2001-02-01&form-to=&limit=20", headers: browser)
      #expect(reply.status == 303)
      #expect(reply.headers[.location] == "/collections/playgrounds/items?area=101&limit=20&datetime=2001-02-01%2F..")
      let bare = try await service.get("/collections/playgrounds/items?q=&name=", headers: browser)
      #expect(bare.headers[.location] == "/collections/playgrounds/items")
      // A program that sends an empty value is told that it is none.
      #expect(try await service.get("/collections/playgrounds/items?area=").status == 400)
    }
  }

  @Test func aFaultIsToldAtItsField() async throws {
    try await TestService.with(TestTown.fill) { service in
      let page = try await service.get("/collections/playgrounds/items?area=viel", headers: browser)
      #expect(page.status == 400)
      #expect(page.text.contains("href='#field-area'"))
      #expect(page.text.contains("aria-invalid='true' aria-describedby='error-area' value='viel'"))
      #expect(page.text.contains("id='error-area'"))
      let box = try await service.get("/collections/playgrounds/items?bbox=1,2,3", headers: browser)
      #expect(box.text.contains("id='error-bbox'"))
    }
  }

  @Test func filtersInForceCanBeTakenAwayOneByOne() async throws {
    try await TestService.with(TestTown.fill) { service in
      let page = try await service.get("/collections/playgrounds/items?fenced=true&bbox=10.705,52.3,11,53", headers: browser)
      #expect(page.text.contains("4 Objekte"))
      #expect(page.text.contains("href='/collections/playgrounds/items?fenced=true' aria-label='Filter Ausschnitt entfernen'"))
    }
  }

  @Test func pagesOfFeaturesLeadToAllOfThem() async throws {
    try await TestService.with(TestTown.fill) { service in
      var seen: [String] = []
      var next: String? = "/collections/playgrounds/items?limit=10"
      while let path = next {
        let page = try await service.get(path, headers: browser)
        seen += page.text.matches(of: /<th scope='row'><a href='[^']*'>([^<]*)</).map { String($0.output.1) }
        next = page.text.firstMatch(of: /rel='next' href='([^']*)'/).map { String($0.output.1).replacing("&amp;", with: "&") }
      }
      #expect(seen.count == 26)
      #expect(Set(seen).count == 26)
    }
  }

  @Test func aReferenceLeadsToWhatItNamesUnlessThatIsNotPublic() async throws {
    try await TestService.with(TestTown.fill) { service in
      let page = try await service.get("/collections/equipment/items/e1", headers: browser)
      #expect(page.text.contains("<a href='/collections/playgrounds/items/p11'>p11</a>"))
      let links = service.application.links(
        Request(head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/"), body: .init(buffer: .init())))
      let values = ValueMarkup(links: links, townTime: try TownTime(), linkable: [])
      #expect(values.html("p11", TestTown.equipment.schema["playground"]).markup == "p11")
    }
  }

  @Test func aPersonGetsAProblemAsAPageAndAProgramAsADocument() async throws {
    try await TestService.with(TestTown.fill) { service in
      let page = try await service.get("/collections/nothing%3Cb%3E", headers: browser)
      #expect(page.status == 404)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      #expect(page.text.contains("Nicht gefunden") && page.text.contains("nothing&lt;b&gt;"))
      let document = try await service.get("/collections/nothing%3Cb%3E?f=json", headers: browser)
      #expect(document.headers[.contentType] == "application/problem+json")
      #expect(try await service.get("/nowhere", headers: browser).headers[.contentType] == "text/html; charset=utf-8")
      #expect(try await service.get("/nowhere").headers[.contentType] == "application/problem+json")
      #expect(try await service.send(.head, "/nowhere", headers: browser).body.isEmpty)
    }
  }

  @Test func pagesLinkUnderThePathOfTheProxy() async throws {
    try await TestService.with(TestTown.fill, publicUrl: "https://geo.example.org/lageplan") { service in
      for path in ["/", "/collections", "/collections/equipment/items/e1", "/collections/playgrounds/items", "/nowhere"] {
        let page = try await service.get(path, headers: browser)
        for match in page.text.matches(of: /(?:href|src|action)='(\/[^']*)'/) {
          #expect(match.output.1.hasPrefix("/lageplan/"), "\(path): \(match.output.1)")
        }
      }
    }
  }
}

@Suite struct GermanTextTests {
  @Test func numbersAreWrittenTheGermanWay() {
    #expect(GermanText.count(1_234_567) == "1.234.567")
    #expect(GermanText.count(-1_000) == "-1.000")
    #expect(GermanText.count(999) == "999")
    #expect(GermanText.real(12.5) == "12,5")
    #expect(GermanText.real(4) == "4")
    #expect(GermanText.real(5_808_321.4, decimals: 2) == "5.808.321,40")
    #expect(GermanText.real(-0.1239, decimals: 3) == "-0,124")
    #expect(GermanText.objects(1) == "1 Objekt")
  }

  @Test func momentsAreToldByTheTownsClock() throws {
    let townTime = try TownTime()
    let summer = try #require(Instant(iso: "2026-07-01T22:05:00Z"))
    #expect(GermanText.moment(summer, townTime) == "2.7.2026, 00:05 Uhr")
  }

  @Test func placesAreWrittenInTheOrderOfTheirSystem() {
    let geometry: JSONValue = ["type": "Point", "coordinates": [52.5, 10.25]]
    #expect(FeatureNaming.place(geometry, in: .wgs84).markup == "<span class='place'>52,500000°\u{a0}N 10,250000°\u{a0}O</span>")
    let flat: JSONValue = ["type": "Point", "coordinates": [10.25, 52.5]]
    #expect(FeatureNaming.place(flat, in: .crs84).markup == FeatureNaming.place(geometry, in: .wgs84).markup)
    let metres: JSONValue = ["type": "Point", "coordinates": [612_345.5, 5_808_321.25]]
    #expect(FeatureNaming.place(metres, in: .utm32).markup == "<span class='place'>612.345,50 5.808.321,25</span>")
  }
}

@Suite struct MapFigureTests {
  private let links = Links(base: "")

  private func positions(_ geometries: [JSONValue], _ crs: CoordinateReferenceSystem) -> [(Double, Double)] {
    let markup = MapFigure(geometries: geometries, crs: crs, description: "Probe").html(links).markup
    return markup.matches(of: /cx='([-0-9.]+)' cy='([-0-9.]+)'/).compactMap { match in
      Double(match.output.1).flatMap { x in Double(match.output.2).map { (x, $0) } }
    }
  }

  @Test func northIsUpAndEastIsRightInEveryAxisOrder() {
    let southWest: JSONValue = ["type": "Point", "coordinates": [10.0, 52.0]]
    let northEast: JSONValue = ["type": "Point", "coordinates": [10.1, 52.05]]
    let drawn = positions([southWest, northEast], .crs84)
    #expect(drawn.count == 2 && drawn[0].0 < drawn[1].0 && drawn[0].1 > drawn[1].1)
    let turned: [JSONValue] = [
      ["type": "Point", "coordinates": [52.0, 10.0]], ["type": "Point", "coordinates": [52.05, 10.1]],
    ]
    let same = positions(turned, .wgs84)
    #expect(zip(drawn, same).allSatisfy { $0 == $1 })
  }

  @Test func aSquareOnTheGroundIsASquareInTheDrawing() {
    // A degree of longitude at 60° north is half as long as one of latitude.
    let corners: [JSONValue] = [
      ["type": "Point", "coordinates": [10.0, 59.99]], ["type": "Point", "coordinates": [10.04, 60.01]],
    ]
    let drawn = positions(corners, .crs84)
    let (width, height) = (drawn[1].0 - drawn[0].0, drawn[0].1 - drawn[1].1)
    #expect(abs(width / height - 1) < 0.01)
  }

  @Test func everythingLiesWithinTheDrawing() {
    let line: JSONValue = [
      "type": "LineString", "coordinates": [[600_000, 5_800_000], [601_000, 5_800_010], [601_000, 5_800_500]],
    ]
    let markup = MapFigure(geometries: [line], crs: .utm32, description: "Probe").html(links).markup
    let path = markup.firstMatch(of: /class='line' d='([^']*)'/).map { String($0.output.1) } ?? ""
    let numbers = path.matches(of: /[ML]([-0-9.]+) ([-0-9.]+)/).compactMap { match in
      Double(match.output.1).flatMap { x in Double(match.output.2).map { (x, $0) } }
    }
    #expect(numbers.count == 3)
    #expect(numbers.allSatisfy { (0...720).contains($0.0) && (0...420).contains($0.1) })
    #expect(markup.contains("200 m</text>"))
  }

  @Test func whatHasNoPlaceSaysSo() {
    #expect(MapFigure(geometries: [], crs: .crs84, description: "Probe").html(links).markup.contains("Ohne Ort"))
  }
}
