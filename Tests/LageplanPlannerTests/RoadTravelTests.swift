import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanRouting
import LageplanTours
import Testing

/// Tours on a village that fits on the screen:
///
///     1 ──── 2 ──── 3        8 ── 9   (an island, 1.6 km north of 3)
///     │             │
///     4 ───◀─── ─── 5        one-way from 5 to 4
struct RoadTravelTests {
  private static let origin = Coordinate(longitude: 10.78, latitude: 52.42)

  private func place(east: Double, north: Double) -> Coordinate {
    Geodesic.destination(
      from: Geodesic.destination(from: Self.origin, azimuth: 90, distance: Metres(east)), azimuth: 0, distance: Metres(north))
  }

  private func router() throws -> RoadRouter {
    let spots: [Int64: (Double, Double)] = [
      1: (0, 1000), 2: (1000, 1000), 3: (2000, 1000), 4: (0, 0), 5: (2000, 0), 8: (2000, 2600), 9: (2300, 2600),
    ]
    let nodes = spots.sorted { $0.key < $1.key }.map {
      OsmNode(id: $0.key, position: RoadPosition(place(east: $0.value.0, north: $0.value.1)))
    }
    func street(_ id: Int64, _ nodes: [Int64], _ more: [(key: String, value: String)] = []) -> OsmWay {
      OsmWay(id: id, nodes: nodes, tags: OsmTags([("highway", "residential"), ("name", "Straße \(id)")] + more))
    }
    let elements = OsmElements(
      name: "village.osm", nodes: nodes,
      ways: [
        street(1, [1, 2, 3]), street(2, [1, 4]), street(3, [3, 5]), street(4, [5, 4], [("oneway", "yes")]), street(5, [8, 9]),
      ])
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Data/profiles")
    let imported = try RoadImporter(profiles: TravelProfile.read(["car"], in: folder)).roads(from: elements)
    let roads = Roads(
      network: imported.network, graphs: [(RoadProfile(id: "car", title: "Auto", kind: .car), imported.graphs[0])],
      source: RoadSource(fileName: "village.osm", importDate: "2026-11-23"))
    return try RoadRouter(roads, profile: "car")
  }

  private func request(_ travel: TourRequest.Travel = .standard, start: Coordinate? = nil) throws -> TourRequest {
    let yard = start ?? place(east: 100, north: 10)
    return TourRequest(
      collections: ["playgrounds"], service: .fixed(600), day: try #require(CalendarDate(iso: "2026-12-01")),
      inspectors: [
        TourRequest.Inspector(id: "A", start: yard, end: yard, shiftStart: Seconds(7 * 3600), shiftEnd: Seconds(15 * 3600))
      ],
      travel: travel)
  }

  private func feature(_ id: String, east: Double, north: Double) -> TourFeature {
    TourFeature(
      reference: FeatureReference(collection: "playgrounds", id: id), location: place(east: east, north: north), service: 600)
  }

  private func plan(_ request: TourRequest, _ features: [TourFeature]) throws -> TourPlan {
    let source = try TravelSources.roads([router()]).source(for: request)
    return try TourPlanner.plan(request, features: features, time: TownTime(), source: source, budget: .iterations(50))
  }

  @Test func theWayOutGoesAroundTheOneWayStreetAndTheWayBackAlongIt() throws {
    let plan = try plan(request(), [feature("17", east: 1900, north: 10)])
    #expect(plan.travel == .roads(profile: "car", network: "village.osm"))
    let route = try #require(plan.routes.first)
    #expect(route.stops.count == 1)
    #expect(route.legs.count == 2)
    // Out: with the one-way street against us from 100 m to 1,900 m, first its 100 m to the west, then around.
    #expect(abs(route.legs[0].metres - (100 + 1000 + 2000 + 1000 + 100)) <= 3, "\(route.legs[0].metres)")
    #expect(abs(route.legs[1].metres - 1800) <= 2, "\(route.legs[1].metres)")
    #expect(route.metres == route.legs[0].metres + route.legs[1].metres)
    #expect(route.seconds == route.legs[0].seconds + route.legs[1].seconds)
    // The lines are as long as they say, and one continues the other.
    for leg in route.legs {
      let length = zip(leg.line, leg.line.dropFirst()).reduce(0) { $0 + Geodesic.distance($1.0, $1.1).value }
      #expect(abs(length - Double(leg.metres)) < 3)
    }
    #expect(route.legs[0].line.last == route.legs[1].line.first)
    #expect(route.line.count == route.legs[0].line.count + route.legs[1].line.count - 1)
  }

  @Test func whatIsFarFromRoadsIsLeftOutAndWhatIsOnAnIslandToo() throws {
    let plan = try plan(
      request(),
      [
        feature("near", east: 1000, north: 990), feature("far", east: 9000, north: 9000),
        feature("island", east: 2150, north: 2610),
      ])
    #expect(plan.routes[0].stops.map(\.features.first?.id) == ["near"])
    let far = try #require(plan.unassigned.first { $0.feature.id == "far" })
    #expect(far.reason == .notOnNetwork)
    #expect(far.message.english.contains("within 1000 m"))
    let island = try #require(plan.unassigned.first { $0.feature.id == "island" })
    #expect(island.reason == .notReachable)
    #expect(island.message.english.contains("not joined"))
  }

  @Test func whoStartsOffTheNetworkIsNamed() throws {
    let plan = try plan(request(start: place(east: 9000, north: 9000)), [feature("near", east: 1000, north: 990)])
    #expect(plan.unassigned.map(\.reason) == [.notReachable])
    #expect(plan.unassigned.first?.message.english.contains("start or end of A") == true)
  }

  @Test func aRequestChoosesItsProfileOrTheCrow() throws {
    let sources = TravelSources.roads([try router()])
    #expect(try sources.source(for: request()).travel.source == "roads")
    #expect(try sources.source(for: request(.geodesic)).travel.source == "geodesic")
    #expect(try sources.source(for: request(.roads(profile: "car"))).travel.profile == "car")
    let error = #expect(throws: TourRequestError.self) { try sources.source(for: request(.roads(profile: "boat"))) }
    #expect(error?.faults.first?.path == "$.profile")
    #expect(error?.faults.first?.remedy.contains("car") == true)
    #expect(throws: TourRequestError.self) { try TravelSources.geodesic.source(for: request(.roads(profile: "car"))) }
  }
}
