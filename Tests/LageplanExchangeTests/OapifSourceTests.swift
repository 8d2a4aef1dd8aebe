import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// A small OGC API – Features that hands its features out in pages, as the standard has it (17-069r4, 18-058r1).
private struct OapifReplay {
  var features: [String]
  var pageSize = 10
  /// The system in which it keeps its features.
  var storageCrs: String?
  /// Answers in CRS84 whatever it is asked.
  var ignoresCrs = false
  var itemsLink: (_ address: String) -> String = { _ in "/api/collections/trees/items" }
  var nextLink: (_ offset: Int, _ address: String) -> String = { offset, address in
    "\(address)/api/collections/trees/items?offset=\(offset)"
  }

  /// Points on a line, `id` t0, t1, …; in UTM zone 32 where asked for.
  static func trees(_ count: Int) -> OapifReplay {
    OapifReplay(features: (0..<count).map { Self.tree($0, x: 7 + Double($0) / 1000, y: 51) })
  }

  static func tree(_ number: Int, x: Double, y: Double) -> String {
    #"{"type":"Feature","id":"t\#(number)","geometry":{"type":"Point","coordinates":[\#(x),\#(y)]},"properties":{"n":\#(number)}}"#
  }

  func answer(_ request: LoopbackServer.Request, _ address: String) -> LoopbackServer.Answer {
    let crs = storageCrs.map { #","storageCrs":"\#($0)","crs":["http://www.opengis.net/def/crs/OGC/1.3/CRS84","\#($0)"]"# } ?? ""
    let links = #""links":[{"rel":"items","type":"application/geo+json","href":"\#(itemsLink(address))"}]"#
    switch request.path {
    case "/api/collections":
      return .init(type: "application/json", text: #"{"collections":[{"id":"trees"}],"links":[]}"#)
    case "/api/collections/trees":
      return .init(type: "application/json", text: #"{"id":"trees",\#(links)\#(crs)}"#)
    case "/api/collections/trees/items":
      let offset = request.parameter("offset").flatMap { Int($0) } ?? 0
      let page = features.dropFirst(offset).prefix(pageSize)
      let next =
        offset + page.count < features.count
        ? #"{"rel":"next","type":"application/geo+json","href":"\#(nextLink(offset + page.count, address))"}"# : ""
      let text =
        #"{"type":"FeatureCollection","numberMatched":\#(features.count),"numberReturned":\#(page.count),"features":["#
        + page.joined(separator: ",") + #"],"links":[\#(next)]}"#
      let wanted = ignoresCrs ? nil : request.parameter("crs")
      return .init(
        type: "application/geo+json", text: text,
        headers: ["Content-Crs": "<\(wanted ?? "http://www.opengis.net/def/crs/OGC/1.3/CRS84")>"])
    default: return .init(404, type: "application/json", text: #"{"detail":"Nothing here."}"#)
    }
  }
}

struct OapifSourceTests {
  private func deliver(_ replay: OapifReplay, at path: String = "/api", crs: CoordinateReferenceSystem? = nil) throws -> (
    run: Deliver, requests: [LoopbackServer.Request]
  ) {
    nonisolated(unsafe) let replay = replay
    let server = try LoopbackServer { replay.answer($0, $1) }
    var request = SourceRequest(kind: .oapif, address: server.address + path)
    request.crs = crs
    var limits = FetchLimits()
    limits.retries = 0
    let source = try #require(try request.fetch(limits: limits, town: TownTime()).source)
    return (try Deliver(sources: [source]), server.requests)
  }

  @Test(arguments: ["/api", "/api/", "/api/collections", "/api/collections/trees", "/api/collections/trees/items"])
  func everyPageIsReadWhereverTheAddressPoints(path: String) throws {
    let (run, requests) = try deliver(.trees(25), at: path)
    #expect(run.features.map(\.id) == (0..<25).map { "t\($0)" })
    #expect(run.values(of: "n") == (0..<25).map { .integer($0) })
    #expect(run.delivery.crs == .crs84)
    #expect(requests.filter { $0.path.hasSuffix("/items") }.count == 3)
  }

  @Test func parametersOfTheAddressChooseTheFeatures() throws {
    let (_, requests) = try deliver(.trees(3), at: "/api/collections/trees?genus=Quercus&f=html")
    let items = try #require(requests.first { $0.path.hasSuffix("/items") })
    #expect(items.parameter("genus") == "Quercus")
    #expect(items.parameter("f") == nil)
  }

  @Test func positionsAreAskedForAsTheServiceKeepsThem() throws {
    var replay = OapifReplay.trees(0)
    replay.storageCrs = CoordinateReferenceSystem.utm32.uri
    replay.features = [OapifReplay.tree(1, x: 405_000.25, y: 5_755_000.125)]
    let run = try deliver(replay).run
    #expect(run.delivery.crs == .utm32)
    #expect(run.features.first?.geometry == .point(Coordinate(x: 405_000.25, y: 5_755_000.125)))
  }

  @Test func northingComesFirstWhereTheSystemHasItSo() throws {
    var replay = OapifReplay.trees(0)
    // Gauß-Krüger, zone 3: northing before easting in EPSG's order.
    replay.storageCrs = "http://www.opengis.net/def/crs/EPSG/0/31467"
    replay.features = [OapifReplay.tree(1, x: 5_755_000, y: 3_405_000)]
    let run = try deliver(replay).run
    #expect(run.delivery.crs == .epsg(31467))
    #expect(run.features.first?.geometry == .point(Coordinate(x: 3_405_000, y: 5_755_000)))
  }

  @Test func serviceThatAnswersInAnotherSystemIsTakenAtItsWord() throws {
    var replay = OapifReplay.trees(3)
    replay.storageCrs = CoordinateReferenceSystem.utm32.uri
    replay.ignoresCrs = true
    #expect(try deliver(replay).run.delivery.crs == .crs84)
    #expect(throws: FetchError.self) { try deliver(replay, crs: .utm32) }
  }

  @Test func linksToOtherHostsAreNotFollowed() throws {
    var replay = OapifReplay.trees(25)
    replay.nextLink = { offset, _ in "http://169.254.169.254/items?offset=\(offset)" }
    let error = #expect(throws: FetchError.self) { try deliver(replay) }
    #expect(error.map { "\($0)" }?.contains("another host") == true)
  }

  @Test func collectionThatLinksItsFeaturesAtAnotherHostIsRefused() throws {
    let other = try LoopbackServer { _, _ in
      .init(type: "application/geo+json", text: #"{"type":"FeatureCollection","features":[]}"#)
    }
    var replay = OapifReplay.trees(3)
    replay.itemsLink = { _ in "\(other.address)/items" }
    let error = #expect(throws: FetchError.self) { try deliver(replay) }
    #expect(error.map { "\($0)" }?.contains("another host") == true)
    #expect(other.requests.isEmpty)
  }

  @Test func credentialsOfTheAddressGoAlongToTheFeatures() throws {
    var replay = OapifReplay.trees(25)
    replay.itemsLink = { "\($0)/api/collections/trees/items" }
    nonisolated(unsafe) let service = replay
    let server = try LoopbackServer { request, address in
      request.headers["authorization"] == "Basic Z2lzOnNlY3JldA==" ? service.answer(request, address) : .init(401)
    }
    let address = server.address.replacing("http://", with: "http://gis:secret@") + "/api/collections/trees"
    let source = try #require(try SourceRequest(kind: .oapif, address: address).fetch(town: TownTime()).source)
    #expect(try Deliver(sources: [source]).features.count == 25)
  }

  @Test func pageThatLinksToItselfEndsTheRun() throws {
    var replay = OapifReplay.trees(25)
    replay.nextLink = { _, address in "\(address)/api/collections/trees/items?offset=10" }
    #expect(throws: FetchError.self) { try deliver(replay) }
  }

  @Test func featureThatComesTwiceIsNoDelivery() throws {
    var replay = OapifReplay.trees(25)
    replay.features[15] = replay.features[3]
    let error = #expect(throws: ExchangeError.self) { try deliver(replay) }
    #expect(error.map { "\($0)" }?.contains("t3 came twice") == true)
  }

  @Test func answerThatIsNoGeoJSONIsTold() throws {
    let server = try LoopbackServer { request, _ in
      request.path.hasSuffix("/items")
        ? .init(type: "text/html", text: "<html>down</html>") : .init(type: "application/json", text: "{}")
    }
    let request = SourceRequest(kind: .oapif, address: server.address + "/collections/trees")
    let error = #expect(throws: FetchError.self) { try request.fetch(town: TownTime()) }
    #expect(error.map { "\($0)" }?.contains("no GeoJSON came") == true)
  }

  // MARK: Files

  @Test func fileIsFetchedAgainOnlyWhereItHasChanged() throws {
    let server = try LoopbackServer { request, _ in
      request.headers["if-none-match"] == "\"v1\""
        ? .init(304) : .init(type: "text/csv", text: "id;lon;lat\na;7.1;51.5\n", headers: ["ETag": "\"v1\""])
    }
    let request = SourceRequest(kind: .file, address: server.address + "/trees.csv")
    let first = try request.fetch(town: TownTime())
    #expect(try Deliver(sources: [#require(first.source)]).features.map(\.id) == ["a"])
    #expect(first.state == SourceState(entityTag: "\"v1\""))
    let second = try request.fetch(since: first.state, town: TownTime())
    #expect(second.source == nil)
    #expect(second.state == first.state)
  }

  @Test func fetchedFileCannotMakeTheReaderOpenOthers() throws {
    try TemporaryFolder.with { folder in
      let secret = folder.appendingPathComponent("secret.csv")
      try Data("id,password\n1,hidden\n".utf8).write(to: secret)
      let virtual = """
        <OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>\(secret.path)</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>
        """
      let server = try LoopbackServer { _, _ in .init(type: "application/xml", text: virtual) }
      for ending in ["gml", "xml", "geojson", "json", "gpkg", "zip"] {
        let request = SourceRequest(kind: .file, address: "\(server.address)/trees.\(ending)")
        #expect(throws: (any Error).self) { try request.fetch(town: TownTime()) }
      }
    }
  }

  @Test func localFileIsReadAgainOnlyWhereItHasChanged() throws {
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("a.geojson")
      try Data(#"{"type":"FeatureCollection","features":[]}"#.utf8).write(to: file)
      let request = SourceRequest(kind: .file, address: file.path)
      let first = try request.fetch(town: TownTime())
      #expect(first.source != nil)
      #expect(try request.fetch(since: first.state, town: TownTime()).source == nil)
      try Data(#"{"type":"FeatureCollection","features":[ ]}"#.utf8).write(to: file)
      #expect(try request.fetch(since: first.state, town: TownTime()).source != nil)
    }
  }

  @Test(arguments: [
    ("https://gdi.berlin.de/services/wfs/x?SERVICE=WFS", SourceKind.wfs), ("https://a.example/wfs", .wfs),
    ("https://a.example/collections/trees", .oapif), ("https://a.example/data/trees.geojson?v=2", .file),
    ("/srv/trees.gpkg", .file),
    ("https://a.example/", nil),
  ])
  func kindShowsInTheAddress(address: String, kind: SourceKind?) {
    #expect(SourceKind(guessing: address) == kind)
  }

  @Test func settingsSurviveBeingKept() throws {
    var settings = SourceSettings()
    settings.layer = "a:b"
    settings.crs = "EPSG:25833"
    settings.types = ["nr": "text"]
    settings.ignored = ["stand"]
    settings.smallestShare = 0.25
    settings.keepsMissing = true
    settings.pageSize = 500
    #expect(try SourceSettings(JSONValue(parsing: settings.json.json)) == settings)
    #expect(SourceSettings().json.json == "{}")
    #expect(throws: SourceSettings.Fault.self) { try SourceSettings(["colour": "red"]) }
    #expect(throws: SourceSettings.Fault.self) { try SourceSettings(["crs": "Gauß"]) }
  }
}
