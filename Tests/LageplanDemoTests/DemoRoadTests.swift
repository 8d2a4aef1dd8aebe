import Foundation
import LageplanDemo
import LageplanFeatures
import LageplanGeometry
import LageplanRouting
import Testing

/// What the town's roads promise an importer.
@Suite struct DemoRoadTests {
  static let towns: [(seed: UInt64, scale: Double)] = [(1, 0.3), (2, 0.02), (3, 0.1)]

  private func ways(_ roads: OsmElements, _ key: String, _ value: String) -> [OsmWay] {
    roads.ways.filter { $0.tags[key] == value }
  }

  @Test(arguments: towns) func everyWayIsMadeOfNodesThatThereAre(seed: UInt64, scale: Double) throws {
    let roads = try DemoTown(seed: seed, scale: scale).roads()
    let known = Set(roads.nodes.map(\.id))
    #expect(known.count == roads.nodes.count)
    #expect(Set(roads.ways.map(\.id)).count == roads.ways.count)
    #expect(roads.ways.allSatisfy { $0.nodes.count > 1 && $0.nodes.allSatisfy(known.contains) })
    #expect(Set(roads.nodes.map(\.position)).count == roads.nodes.count)
  }

  @Test func aStreetLiesWhereItsFeatureLies() throws {
    let town = try DemoTown(seed: 1, scale: 0.1)
    let roads = try town.roads()
    let frame = try CoordinateTransform(from: .utm32, to: .crs84)
    let positions = Dictionary(uniqueKeysWithValues: roads.nodes.map { ($0.id, $0.position) })
    let ways = Dictionary(uniqueKeysWithValues: roads.ways.map { ($0.id, $0) })
    for street in town.features(of: .streets) {
      let line = try #require(street.geometry).coordinates
      let way = try #require(ways[Int64(street.id) ?? 0])
      #expect(way.nodes.count == line.count)
      for (node, place) in zip(way.nodes, line) {
        let position = try #require(positions[node])
        #expect(position == RoadPosition(try frame.transform(place)))
      }
    }
  }

  /// Whoever may drive anywhere may drive back, one-way streets obeyed.
  @Test(arguments: towns) func everyDriverGetsBack(seed: UInt64, scale: Double) throws {
    let roads = try DemoTown(seed: seed, scale: scale).roads()
    var forward: [Int64: [Int64]] = [:]
    var backward: [Int64: [Int64]] = [:]
    for way in roads.ways {
      guard let highway = way.tags["highway"], !["path", "footway", "track", "pedestrian"].contains(highway) else { continue }
      for (a, b) in zip(way.nodes, way.nodes.dropFirst()) {
        forward[a, default: []].append(b)
        backward[b, default: []].append(a)
        guard way.tags["oneway"] != "yes" else { continue }
        forward[b, default: []].append(a)
        backward[a, default: []].append(b)
      }
    }
    func reached(from start: Int64, _ next: [Int64: [Int64]]) -> Set<Int64> {
      var seen: Set<Int64> = []
      var queue = [start]
      while let node = queue.popLast() {
        if seen.insert(node).inserted { queue += next[node] ?? [] }
      }
      return seen
    }
    let start = try #require(forward.keys.min())
    let there = reached(from: start, forward)
    #expect(there == reached(from: start, backward))
  }

  @Test func theTownHasWhatRoadsNeed() throws {
    let roads = try DemoTown(seed: 1, scale: 0.3).roads()
    #expect(ways(roads, "oneway", "yes").count > 10)
    #expect(ways(roads, "oneway:bicycle", "no").count > 5)
    #expect(ways(roads, "highway", "path").count > 20)
    #expect(ways(roads, "highway", "track").count > 5)
    #expect(ways(roads, "highway", "footway").count > 30)
    #expect(roads.nodes.count { $0.tags["highway"] == "traffic_signals" } > 3)
    #expect(roads.nodes.count { $0.tags["barrier"] != nil } > 20)
    #expect(roads.relations.count { $0.tags["restriction"] == "no_left_turn" } > 0)
    #expect(roads.relations.contains { $0.members.contains { $0.role == "via" && $0.kind == .way } })
  }

  /// Through the importer that reads extracts: no way is lost, and nearly everything that a profile may travel hangs together.
  @Test(arguments: ["car", "bicycle", "foot"]) func theImporterMakesOneNetworkOfIt(profile: String) throws {
    let roads = try DemoTown(seed: 1, scale: 0.1).roads()
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Data/profiles")
    let imported = try RoadImporter(profiles: TravelProfile.read([profile], in: folder)).roads(from: roads)
    let graph = imported.graphs[0]
    let largest = graph.components.count { $0 == 0 }
    #expect(Double(largest) > 0.97 * Double(graph.arcCount), "\(largest) of \(graph.arcCount)")
    let ways = Set(imported.network.ways)
    let streets = roads.ways.filter { $0.id < 1_000_000 && (profile != "car" || $0.tags["highway"] != "pedestrian") }
    #expect(streets.allSatisfy { ways.contains($0.id) })
    #expect(ways.contains { $0 > 1_000_000 } == true)
  }
}
