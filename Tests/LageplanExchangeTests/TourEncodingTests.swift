import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

struct TourEncodingTests {
  private func plan() throws -> TourPlan {
    let yard = Coordinate(longitude: 10.78, latitude: 52.42)
    func at(_ minute: Int) -> Instant {
      Instant(millisecondsSince1970: 1_796_104_800_000 + Int64(minute) * 60_000)  // 2026-12-01T06:00:00Z
    }
    let stop = TourPlan.Stop(
      visits: ["17", "<&\"'>"].map {
        TourPlan.Visit(feature: FeatureReference(collection: "playgrounds", id: $0), service: 600)
      }, location: Coordinate(longitude: 10.8, latitude: 52.43), arrival: at(5), begin: at(5), departure: at(25))
    let day = try #require(CalendarDate(iso: "2026-12-01"))
    let route = TourPlan.Route(
      inspector: "Änne & Bo", day: day, start: yard, end: yard, departure: at(0), arrival: at(30), stops: [stop], metres: 4999,
      seconds: 600)
    let idle = TourPlan.Route(
      inspector: "C", day: day, start: yard, end: yard, departure: at(0), arrival: at(0), stops: [], metres: 0, seconds: 0)
    return TourPlan(
      day: day, routes: [route, idle],
      unassigned: [
        TourPlan.Unassigned(
          visit: TourPlan.Visit(feature: FeatureReference(collection: "playgrounds", id: "18"), service: 0), location: nil,
          reason: .noPlace, message: TourText(english: "no geometry", german: "ohne Ort"))
      ], travel: .geodesic(detourFactor: 1.3, kmh: 30), time: try TownTime())
  }

  @Test func answerHasExactlyTheMembersOfTheContract() throws {
    let visits =
      #"{"feature":"playgrounds/17","service":600,"level":"routine"},{"feature":"playgrounds/<&\"'>","service":600,"level":"routine"}"#
    let expected =
      #"{"day":"2026-12-01","timeZone":"Europe/Berlin","routes":[{"inspector":"Änne & Bo","day":"2026-12-01","start":[10.78,52.42],"#
      + #""end":[10.78,52.42],"departure":"2026-12-01T07:00:00+01:00","arrival":"2026-12-01T07:30:00+01:00","#
      + #""stops":[{"features":["playgrounds/17","playgrounds/<&\"'>"],"visits":[\#(visits)],"location":[10.8,52.43],"#
      + #""arrival":"2026-12-01T07:05:00+01:00","begin":"2026-12-01T07:05:00+01:00","departure":"2026-12-01T07:25:00+01:00"}],"#
      + #""metres":4999,"seconds":600},"#
      + #"{"inspector":"C","day":"2026-12-01","start":[10.78,52.42],"end":[10.78,52.42],"departure":"2026-12-01T07:00:00+01:00","#
      + #""arrival":"2026-12-01T07:00:00+01:00","stops":[],"metres":0,"seconds":0}],"#
      + #""unassigned":[{"feature":"playgrounds/18","service":0,"level":"routine","reason":"noPlace","message":"no geometry","#
      + #""messages":{"en":"no geometry","de":"ohne Ort"}}],"#
      + #""travel":{"source":"geodesic","detourFactor":1.3,"kmh":30}}"#
    #expect(try JSONValue(parsing: TourJson.encode(plan())) == JSONValue(parsing: expected))
    #expect(try JSONValue(parsing: TourJson.encode(plan(), language: .german))["unassigned"]?[0]?["message"]?.text == "ohne Ort")
  }

  /// The same tour on streets: there by a bend, and back along one street.
  private func planOnStreets(_ travel: TourPlan.Travel = .roads(profile: "car", network: "town.osm.pbf")) throws -> TourPlan {
    var plan = try plan()
    func line(_ places: (Double, Double)...) -> [Coordinate] { places.map { Coordinate(longitude: $0.0, latitude: $0.1) } }
    plan.routes[0].legs = [
      TourPlan.Leg(metres: 2600, seconds: 320, line: line((10.7801, 52.4202), (10.79, 52.425), (10.7999, 52.4301))),
      TourPlan.Leg(metres: 2399, seconds: 280, line: line((10.7999, 52.4301), (10.7801, 52.4202))),
    ]
    plan.unassigned = []
    plan.travel = travel
    return plan
  }

  @Test func jsonTellsTheLegsOfWhoGoes() throws {
    let document = try JSONValue(parsing: TourJson.encode(planOnStreets()))
    let expected =
      #"[{"metres":2600,"seconds":320,"geometry":{"type":"LineString","coordinates":[[10.7801,52.4202],[10.79,52.425],[10.7999,52.4301]]}},"#
      + #"{"metres":2399,"seconds":280,"geometry":{"type":"LineString","coordinates":[[10.7999,52.4301],[10.7801,52.4202]]}}]"#
    #expect(document["routes"]?[0]?["legs"] == (try JSONValue(parsing: expected)))
    #expect(document["routes"]?[1]?["inspector"] == "C")
    #expect(document["routes"]?[1]?["legs"] == nil)
    #expect(document["travel"] == (try JSONValue(parsing: #"{"source":"roads","profile":"car","network":"town.osm.pbf"}"#)))
  }

  /// A line of GeoJSON has two positions at least (RFC 7946, section 3.1.4).
  @Test func aLegThatGoesNowhereIsALineOfTwoPositionsAndOneWithoutAWayHasNone() throws {
    var plan = try planOnStreets()
    plan.routes[0].legs[0].line = [Coordinate(longitude: 10.78, latitude: 52.42)]
    plan.routes[0].legs[1].line = []
    let legs = try JSONValue(parsing: TourJson.encode(plan))["routes"]?[0]?["legs"]
    #expect(
      legs?[0]?["geometry"] == (try JSONValue(parsing: #"{"type":"LineString","coordinates":[[10.78,52.42],[10.78,52.42]]}"#)))
    #expect(legs?[1]?["geometry"]?.isNull == true)
  }

  @Test func geoJsonDrawsTheRouteOnTheStreetsAndEachLeg() throws {
    let features = try #require(try JSONValue(parsing: TourGeoJson.encode(planOnStreets()))["features"]?.array)
    #expect(features.map { $0["properties"]?["kind"]?.text } == ["route", "leg", "leg", "stop"])
    let way = "[10.7801,52.4202],[10.79,52.425],[10.7999,52.4301]"
    #expect(
      features[0]["geometry"]
        == (try JSONValue(parsing: #"{"type":"LineString","coordinates":[\#(way),[10.7801,52.4202]]}"#)))
    #expect(
      features[1]
        == (try JSONValue(
          parsing: #"{"type":"Feature","geometry":{"type":"LineString","coordinates":[\#(way)]},"#
            + #""properties":{"kind":"leg","inspector":"Änne & Bo","day":"2026-12-01","order":1,"metres":2600,"seconds":320}}"#)))
    #expect(
      features[2]
        == (try JSONValue(
          parsing: #"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[10.7999,52.4301],[10.7801,52.4202]]},"#
            + #""properties":{"kind":"leg","inspector":"Änne & Bo","day":"2026-12-01","order":2,"metres":2399,"seconds":280}}"#)))
  }

  @Test func gpxTracksFollowTheStreetsBetweenTheHaltsAndRoutesDoNot() throws {
    let lines = String(decoding: try TourGpx.encode(planOnStreets()), as: UTF8.self).components(separatedBy: "\n")
    let halts = [
      #" lat="52.42" lon="10.78"><time>2026-12-01T06:00:00Z</time><name>Änne &amp; Bo start</name></"#,
      #" lat="52.43" lon="10.8"><time>2026-12-01T06:05:00Z</time><name>Änne &amp; Bo 1</name>"#
        + "<cmt>arrival 2026-12-01T07:05:00+01:00, begin 2026-12-01T07:05:00+01:00, departure 2026-12-01T07:25:00+01:00</cmt>"
        + "<desc>playgrounds/17, playgrounds/&lt;&amp;&quot;'&gt;</desc></",
      #" lat="52.42" lon="10.78"><time>2026-12-01T06:30:00Z</time><name>Änne &amp; Bo end</name></"#,
    ]
    #expect(lines.filter { $0.hasPrefix("<rtept") } == halts.map { "<rtept\($0)rtept>" })
    #expect(
      lines.filter { $0.hasPrefix("<trkpt") } == [
        "<trkpt\(halts[0])trkpt>",
        #"<trkpt lat="52.4202" lon="10.7801"/>"#,
        #"<trkpt lat="52.425" lon="10.79"/>"#,
        #"<trkpt lat="52.4301" lon="10.7999"/>"#,
        "<trkpt\(halts[1])trkpt>",
        #"<trkpt lat="52.4301" lon="10.7999"/>"#,
        #"<trkpt lat="52.4202" lon="10.7801"/>"#,
        "<trkpt\(halts[2])trkpt>",
      ])
  }

  @Test func theAddressOfARouterIsToldOnlyToWhoAsksForIt() throws {
    let plan = try planOnStreets(.router(service: "osrm", address: "http://router.intern:5000", profile: "car"))
    for document in [TourJson.encode(plan), TourGeoJson.encode(plan), TourGpx.encode(plan)] {
      #expect(!String(decoding: document, as: UTF8.self).contains("router.intern"))
    }
    #expect(try JSONValue(parsing: TourJson.encode(plan))["travel"] == JSONValue(parsing: #"{"source":"osrm","profile":"car"}"#))
    let whole = try JSONValue(parsing: #"{"source":"osrm","profile":"car","address":"http://router.intern:5000"}"#)
    #expect(try JSONValue(parsing: TourJson.encode(plan, tellsAddress: true))["travel"] == whole)
    #expect(try JSONValue(parsing: TourGeoJson.encode(plan, tellsAddress: true))["travel"] == whole)
  }

  @Test func geoJsonHasRouteStopsAndUnassigned() throws {
    let document = try JSONValue(parsing: TourGeoJson.encode(plan()))
    #expect(document["type"]?.text == "FeatureCollection")
    let features = try #require(document["features"]?.array)
    #expect(features.map { $0["properties"]?["kind"]?.text } == ["route", "stop", "unassigned"])
    #expect(features[0]["geometry"]?["coordinates"]?.array?.count == 3)
    #expect(features[1]["properties"]?["order"]?.integer == 1)
    #expect(features[2]["geometry"]?.isNull == true)
  }

  /// GDAL is the foreign reader.
  @Test func gdalReadsTheGpx() throws {
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("tour.gpx")
      try Data(TourGpx.encode(plan())).write(to: file)
      let run = try CommandRun.program("ogrinfo", ["-ro", "-al", file.path])
      #expect(run.status == 0)
      #expect(!run.errors.contains("ERROR"))
      for (layer, count) in ["waypoints": 1, "routes": 1, "tracks": 1, "route_points": 3, "track_points": 3] {
        #expect(run.output.contains("Layer name: \(layer)\n"))
        let part = run.output.components(separatedBy: "Layer name: \(layer)\n").dropFirst().first ?? ""
        #expect(
          part.components(separatedBy: "\n").first { $0.hasPrefix("Feature Count") } == "Feature Count: \(count)", "\(layer)")
      }
      #expect(run.output.contains("name (String) = Änne & Bo 1"))
      #expect(run.output.contains("desc (String) = playgrounds/17, playgrounds/<&\"'>"))
      #expect(run.output.contains("time (DateTime) = 2026/12/01 06:05:00+00"))
    }
  }
}
