import Foundation
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanRouting

/// Elements put together to shapes. Against osmium-tool and GDAL over a real extract: Tests/Clients/test_real_day.py.
@Suite struct OsmObjectTests {
  /// Nodes 1, 2, … at the corners of a drawing in units of a thousandth of a degree.
  private func shapes(_ places: [(Int32, Int32)]) -> OsmShapes {
    OsmShapes(
      ids: places.indices.map { Int64($0 + 1) },
      positions: places.map { RoadPosition(longitude: $0.0 * 10_000, latitude: $0.1 * 10_000) })
  }

  /// Squares in each other: nodes 1–4 the outermost, 5–8 in it, 9–12 in that.
  private var squares: OsmShapes {
    shapes([
      (0, 0), (10, 0), (10, 10), (0, 10), (2, 2), (8, 2), (8, 8), (2, 8), (4, 4), (6, 4), (6, 6), (4, 6),
    ])
  }

  private func area(_ geometry: Geometry?) -> Double {
    guard let geometry else { return 0 }
    var sum = 0.0
    for polygon in geometry.polygonEnds.indices {
      for (number, ring) in geometry.rings(ofPolygon: polygon).enumerated() {
        let range = geometry.part(ring)
        let twice = range.dropLast().reduce(0.0) { sum, index in
          let (a, b) = (geometry.coordinates[index], geometry.coordinates[index + 1])
          return sum + a.x * b.y - b.x * a.y
        }
        sum += abs(twice) / 2 * (number == 0 ? 1 : -1)
      }
    }
    // In squares of a thousandth of a degree.
    return sum * 1e6
  }

  @Test func aClosedWayIsAnAreaUnlessItsTagsSayThatItIsALine() {
    let shapes = squares
    func kind(_ tags: OsmTags) -> GeometryKind? {
      shapes.object(of: OsmWay(id: 1, nodes: [1, 2, 3, 4, 1], tags: tags)).geometry?.kind
    }
    #expect(kind(["leisure": "playground"]) == .polygon)
    #expect(kind(["highway": "service"]) == .lineString)
    #expect(kind(["highway": "pedestrian", "area": "yes"]) == .polygon)
    #expect(kind(["leisure": "track", "area": "no"]) == .lineString)
    #expect(kind(["barrier": "fence"]) == .lineString)
    #expect(kind(["power": "line"]) == .lineString)
    #expect(kind(["power": "substation"]) == .polygon)
    #expect(kind(["waterway": "ditch"]) == .lineString)
    #expect(kind(["waterway": "dock"]) == .polygon)
    #expect(kind(["railway": "platform"]) == .polygon)
    #expect(kind(["power": "substation", "barrier": "fence"]) == .polygon)
    #expect(kind(["leisure": "playground", "barrier": "fence"]) == .polygon)
    #expect(shapes.object(of: OsmWay(id: 1, nodes: [1, 2, 3], tags: ["leisure": "track"])).geometry?.kind == .lineString)
  }

  @Test func aRelationIsPutTogetherOfWaysInAnyOrderAndDirection() throws {
    var shapes = squares
    // The outermost square in two halves, one of them backwards; a hole in it, and an island in the hole.
    for (id, nodes) in [
      (1, [1, 2, 3]), (2, [1, 4, 3]), (3, [6, 7, 8]), (4, [6, 5, 8]), (5, [9, 10, 11, 12, 9]),
    ] as [(Int64, [Int64])] {
      shapes.ways[id] = OsmWay(id: id, nodes: nodes, tags: [:])
    }
    // Roles are often wrong; the geometry is not.
    let members = [5, 3, 2, 4, 1].map { OsmRelation.Member(.way, $0, role: "outer") }
    let relation = OsmRelation(id: 9, members: members, tags: ["type": "multipolygon", "leisure": "park"])
    let object = shapes.object(of: relation)
    let geometry = try #require(object.geometry)
    #expect(object.id == "relation/9")
    #expect(object.fault == nil)
    #expect(geometry.kind == .multiPolygon)
    #expect(try geometry.isValid())
    #expect(abs(area(geometry) - (100 - 36 + 4)) < 1e-6)
  }

  @Test func whatIsNotWholeSaysSo() {
    var shapes = squares
    shapes.ways[1] = OsmWay(id: 1, nodes: [1, 2, 3, 4, 1], tags: [:])
    shapes.ways[2] = OsmWay(id: 2, nodes: [5, 6, 7], tags: [:])
    func object(_ ways: [Int64], type: String = "multipolygon") -> OsmObject {
      shapes.object(
        of: OsmRelation(id: 1, members: ways.map { OsmRelation.Member(.way, $0, role: "outer") }, tags: ["type": type]))
    }
    #expect(object([1]).fault == nil)
    #expect(object([1, 2]).fault == .cut)
    #expect(object([1, 2]).geometry?.kind == .polygon)
    #expect(object([1, 77]).fault == .cut)
    #expect(object([2]).fault == .openRings)
    #expect(object([77]).fault == .noPlace)
    #expect(object([1], type: "site").fault == .noShape)
    #expect(shapes.object(of: OsmWay(id: 3, nodes: [98, 99], tags: [:])).fault == .noPlace)
    #expect(shapes.object(of: OsmWay(id: 3, nodes: [1, 2, 99], tags: [:])).fault == .cut)
    // A bow tie is no valid ring; its two halves are.
    let bow = shapes.object(of: OsmWay(id: 4, nodes: [1, 2, 4, 3, 1], tags: ["leisure": "playground"]))
    #expect((try? bow.geometry?.isValid()) == true)
    #expect(abs(area(bow.geometry) - 50) < 1e-6)
  }

  @Test func aFilterIsReadAsPeopleWriteIt() {
    #expect(OsmTagFilter(parsing: "leisure=playground") == OsmTagFilter(key: "leisure", value: "playground"))
    #expect(OsmTagFilter(parsing: "amenity") == OsmTagFilter(key: "amenity", value: nil))
    #expect(OsmTagFilter(parsing: "amenity=*") == OsmTagFilter(key: "amenity", value: nil))
    #expect(OsmTagFilter(parsing: "name=a=b") == OsmTagFilter(key: "name", value: "a=b"))
    for text in ["", "=playground", "leisure="] { #expect(OsmTagFilter(parsing: text) == nil) }
  }

  @Test func elementsInAnyOrderAreFoundByTheirTags() throws {
    try TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("sketch.osm.pbf").path
      try Data(PbfSketch.unsorted).write(to: URL(fileURLWithPath: path))
      let file = try OsmFile(path: path)
      let found = try file.objects([OsmTagFilter(key: "highway", value: nil)]).objects
      #expect(found.map(\.id) == ["way/7"])
      #expect(found.first?.geometry?.coordinates.count == 3)
      #expect(try file.objects([OsmTagFilter(key: "leisure", value: nil)]).objects.isEmpty)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func everyAreaOfARealExtractIsValid() throws {
    let file = try OsmFile(path: SharedData.file("osm/herrenberg-minimal.osm.pbf").path)
    let objects = try file.objects(
      ["highway", "building", "landuse", "leisure", "amenity"].map { OsmTagFilter(key: $0, value: nil) })
    #expect(objects.objects.count > 100)
    #expect(Set(objects.objects.map(\.id)).count == objects.objects.count)
    for object in objects.objects {
      let isSound = try object.geometry?.isValid() ?? (object.fault != nil)
      #expect(isSound, "\(object.id)")
    }
  }
}
