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
      features: [
        FeatureReference(collection: "playgrounds", id: "17"), FeatureReference(collection: "playgrounds", id: "<&\"'>"),
      ], location: Coordinate(longitude: 10.8, latitude: 52.43), arrival: at(5), departure: at(25))
    let route = TourPlan.Route(
      inspector: "Änne & Bo", start: yard, end: yard, departure: at(0), arrival: at(30), stops: [stop], metres: 4999, seconds: 600
    )
    let idle = TourPlan.Route(
      inspector: "C", start: yard, end: yard, departure: at(0), arrival: at(0), stops: [], metres: 0, seconds: 0)
    return TourPlan(
      day: try #require(CalendarDate(iso: "2026-12-01")), routes: [route, idle],
      unassigned: [
        TourPlan.Unassigned(
          feature: FeatureReference(collection: "playgrounds", id: "18"), location: nil, reason: .noPlace, message: "no geometry")
      ], travel: .geodesic(detourFactor: 1.3, kmh: 30), time: try TownTime())
  }

  @Test func answerHasExactlyTheMembersOfTheContract() throws {
    let expected =
      #"{"routes":[{"inspector":"Änne & Bo","stops":[{"features":["playgrounds/17","playgrounds/<&\"'>"],"location":[10.8,52.43],"#
      + #""arrival":"2026-12-01T07:05:00+01:00","departure":"2026-12-01T07:25:00+01:00"}],"metres":4999,"seconds":600},"#
      + #"{"inspector":"C","stops":[],"metres":0,"seconds":0}],"#
      + #""unassigned":[{"feature":"playgrounds/18","reason":"noPlace","message":"no geometry"}],"#
      + #""travel":{"source":"geodesic","detourFactor":1.3,"kmh":30}}"#
    #expect(try JSONValue(parsing: TourJson.encode(plan())) == JSONValue(parsing: expected))
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
