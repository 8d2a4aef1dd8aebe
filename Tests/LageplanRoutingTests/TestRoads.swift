import Foundation
import LageplanGeometry
import LageplanRouting
import TestSupport

/// Networks for the tests of questions: small ones drawn by hand, and those of the extracts.
enum TestRoads {
  static let profileFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Data/profiles")

  static func roads(_ source: any OsmSource, profiles: [String] = ["car"]) throws -> Roads {
    let importer = RoadImporter(profiles: try TravelProfile.read(profiles, in: profileFolder))
    return Roads(try importer.roads(from: source), importDate: "2026-11-23T00:00:00Z")
  }

  static func extract(_ name: String, profiles: [String] = ["car"]) throws -> Roads {
    try roads(try OsmFile(path: SharedData.file("osm/\(name).osm.pbf").path), profiles: profiles)
  }

  /// A grid of residential streets, 7 by 7 junctions about 100 m apart: the streets from west to east are called A to G from the south,
  /// those from south to north 1 to 7 from the west. Street D is one-way eastwards, and street 4 has a foot path to the north at its end.
  ///
  ///     G ─┼──┼──┼─        column c, row r: longitude 8.4 + 0.00137 · c,
  ///     …                                   latitude 49 + 0.0009 · r
  ///     B ─┼──┼──┼─
  ///     A ─┼──┼──┼─
  ///        1  2  3 …
  static let grid: OsmElements = {
    let side = 7
    let id = { (column: Int, row: Int) in Int64(row * 100 + column + 1) }
    var nodes: [OsmNode] = []
    var ways: [OsmWay] = []
    for row in 0..<side {
      for column in 0..<side {
        nodes.append(OsmNode(id: id(column, row), position: RoadPosition(gridPlace(Double(column), Double(row)))))
      }
    }
    nodes.append(OsmNode(id: 9000, position: RoadPosition(gridPlace(3, 8))))
    nodes.sort { $0.id < $1.id }
    let letters = ["A", "B", "C", "D", "E", "F", "G"]
    for line in 0..<side {
      var east: OsmTags = ["highway": "residential", "name": letters[line]]
      if line == 3 { east = ["highway": "residential", "name": letters[line], "oneway": "yes"] }
      ways.append(OsmWay(id: Int64(100 + line), nodes: (0..<side).map { id($0, line) }, tags: east))
      ways.append(
        OsmWay(
          id: Int64(200 + line), nodes: (0..<side).map { id(line, $0) },
          tags: ["highway": "residential", "name": "\(line + 1)"]))
    }
    ways.append(OsmWay(id: 300, nodes: [id(3, 6), 9000], tags: ["highway": "footway"]))
    return OsmElements(name: "grid", nodes: nodes, ways: ways.sorted { $0.id < $1.id })
  }()

  static func gridPlace(_ column: Double, _ row: Double) -> Coordinate {
    Coordinate(longitude: 8.4 + 0.00137 * column, latitude: 49 + 0.0009 * row)
  }

  /// Random places on streets of the network: of random edges that the profile may travel, a random share.
  static func snaps(_ count: Int, on router: RoadRouter, _ seed: inout Seed) -> [RoadSnap] {
    let network = router.roads.network
    var snaps: [RoadSnap] = []
    while snaps.count < count {
      let vertex = network.vertices[Int.random(in: 0..<network.vertices.count, using: &seed)].coordinate
      let place = Coordinate(
        x: vertex.x + Double.random(in: -4e-4...4e-4, using: &seed), y: vertex.y + Double.random(in: -4e-4...4e-4, using: &seed))
      if let snap = router.snap(place).first { snaps.append(snap) }
    }
    return snaps
  }
}
