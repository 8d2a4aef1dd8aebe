import Foundation
import LageplanRouting
import TestSupport
import Testing

/// Reading PBF files, held to osmium-tool on extracts of others and to hand-made files.
@Suite struct OsmFileTests {
  private static let selection = OsmSelection(wayKeys: ["highway", "oneway"], nodeKeys: ["barrier", "highway"])
  private static let hasOsmium = (try? CommandRun.program("osmium", ["--version"]).status) == 0
  static let extracts = ["osm/herrenberg-minimal.osm.pbf", "osm/heidelberg.osm.pbf", "osm/porto.osm.pbf"]

  private func osmium(_ arguments: [String]) throws -> String {
    let run = try CommandRun.program("osmium", arguments)
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  private func reading(_ bytes: [UInt8], _ body: (OsmFile) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("town.osm.pbf")
      try Data(bytes).write(to: file)
      try body(try OsmFile(path: file.path))
    }
  }

  // MARK: Extracts of others

  @Test(.enabled(if: SharedData.isPresent && hasOsmium, "skipped: no shared data or no osmium-tool"), arguments: extracts)
  func countsAreThoseOfOsmium(extract: String) throws {
    let path = SharedData.file(extract).path
    let file = try OsmFile(path: path)
    let streets = try file.streets(Self.selection) { _, _ in }
    func count(_ kind: String) throws -> Int? {
      Int(try osmium(["fileinfo", "-e", "-g", "data.count.\(kind)", path]).trimmingCharacters(in: .whitespacesAndNewlines))
    }
    #expect(try streets.wayCount == count("ways"))
    #expect(try streets.relationCount == count("relations"))

    // The nodes that ways with `highway` name.
    var used: Set<Int64> = []
    for way in streets.wayIds.indices where streets.tagSets[Int(streets.wayTags[way])]["highway"] != nil {
      used.formUnion(streets.refs[Int(streets.firstRef[way])..<Int(streets.firstRef[way + 1])])
    }
    let ids = used.sorted()
    let places = try file.places(of: ids, Self.selection) { _, _ in }
    #expect(try places.nodeCount == count("nodes"))
    try TemporaryFolder.with { folder in
      let filtered = folder.appendingPathComponent("streets.osm.pbf").path
      _ = try osmium(["tags-filter", "--no-progress", path, "w/highway", "-o", filtered])
      let found = try osmium(["fileinfo", "-e", "-g", "data.count.nodes", filtered])
      #expect(found.trimmingCharacters(in: .whitespacesAndNewlines) == "\(ids.count)")
    }
    #expect(!places.positions.contains(OsmPlaces.missing))
  }

  /// osmium writes a node as `n17 … x8.8701445 y48.5954297`.
  @Test(.enabled(if: SharedData.isPresent && hasOsmium, "skipped: no shared data or no osmium-tool"))
  func placesAreThoseOfOsmium() throws {
    let path = SharedData.file("osm/herrenberg-minimal.osm.pbf").path
    var expected: [Int64: RoadPosition] = [:]
    for line in try osmium(["cat", "--no-progress", "-f", "opl", "-t", "node", path]).split(separator: "\n") {
      let fields = line.split(separator: " ")
      func field(_ letter: Character) -> Double? { fields.first { $0.first == letter }.flatMap { Double($0.dropFirst()) } }
      let id = try #require(fields.first.flatMap { Int64($0.dropFirst()) })
      expected[id] = RoadPosition(
        longitude: Int32((try #require(field("x")) * 1e7).rounded()), latitude: Int32((try #require(field("y")) * 1e7).rounded()))
    }
    let ids = expected.keys.sorted()
    let places = try OsmFile(path: path).places(of: ids, Self.selection) { _, _ in }
    #expect(places.positions == ids.map { expected[$0] })
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func oneWayStreetsOfATownAreNeverTravelledAgainst() throws {
    let file = try OsmFile(path: SharedData.file("osm/herrenberg-minimal.osm.pbf").path)
    let streets = try file.streets(Self.selection) { _, _ in }
    let oneway = Set(
      streets.wayIds.indices.lazy.filter { streets.tagSets[Int(streets.wayTags[$0])]["oneway"] == "yes" }.map {
        streets.wayIds[$0]
      })
    #expect(oneway.count > 50)
    let roads = try RoadImporter(profiles: [try Profiles.read("car")]).roads(from: file)
    let against = roads.graphs[0].steps.filter { $0 & 1 == 1 && oneway.contains(roads.network.ways[Int($0 >> 1)]) }
    #expect(against.isEmpty)
  }

  // MARK: Files by hand

  @Test func elementsMayStandInAnyOrder() throws {
    try reading(PbfSketch.unsorted) { file in
      let streets = try file.streets(Self.selection) { _, _ in }
      #expect(streets.wayIds == [7])
      #expect(streets.refs == [3, 1, 2])
      let places = try file.places(of: [1, 2, 3, 4], Self.selection) { _, _ in }
      #expect(
        places.positions == [
          RoadPosition(longitude: 20_110_000, latitude: 10_200_000), RoadPosition(longitude: 20_001_200, latitude: 10_002_000),
          RoadPosition(longitude: 20_001_000, latitude: 10_002_000), OsmPlaces.missing,
        ])
    }
  }

  @Test(
    arguments: [
      ([], "it is empty"), (Array("<osm version=\"0.6\">".utf8), "not an OpenStreetMap PBF file"),
      (Array("PK\u{3}\u{4} and so on".utf8), "osmium cat"),
      (PbfSketch.plain("OSMData", []), "no OSMHeader"),
      (PbfSketch.header(["OsmSchema-V0.6", "LocationsOnWays2"]), "LocationsOnWays2"),
      (PbfSketch.header() + [0xFF, 0, 0, 0], "at byte \(PbfSketch.header().count)"),
      (PbfSketch.header() + PbfSketch.unsorted.suffix(20).prefix(3), "ends early"),
    ] as [([UInt8], String)]) func whatIsNoPbfFileIsRefusedWithTheRemedy(bytes: [UInt8], words: String) throws
  {
    let error = #expect(throws: OsmError.self) { try reading(bytes) { _ in } }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func everyShortenedFileIsRefusedOrHasWholeBlocks() throws {
    let whole = PbfSketch.unsorted
    for length in 0..<whole.count {
      do {
        try reading(Array(whole.prefix(length))) { file in _ = try file.streets(Self.selection) { _, _ in } }
        // Cut between two blocks, which no reader can see.
        #expect(length >= PbfSketch.header().count)
      } catch let error as OsmError {
        #expect(!error.description.isEmpty)
      }
    }
  }

  /// Any byte may be wrong: there is an answer or an error that says where, never a trap.
  @Test(arguments: [Seed(11), Seed(12), Seed(13)]) func damagedFilesNeverTrap(seed: Seed) throws {
    var seed = seed
    for _ in 0..<150 {
      var bytes = PbfSketch.unsorted
      for _ in 0..<Int.random(in: 1...3, using: &seed) {
        bytes[Int.random(in: 0..<bytes.count, using: &seed)] = UInt8.random(in: 0...255, using: &seed)
      }
      do {
        try reading(bytes) { file in
          _ = try RoadImporter(profiles: [try Profiles.read("foot")]).roads(from: file)
        }
      } catch is OsmError {}
    }
  }

  @Test func absurdSizesAreRefusedBeforeMemoryIsTaken() throws {
    let huge =
      PbfSketch.header() + PbfSketch.block("OSMData", content: PbfSketch.number(2, 1 << 40) + PbfSketch.bytes(3, [1, 2, 3]))
    try reading(huge) { file in
      let error = #expect(throws: OsmError.self) { try file.streets(Self.selection) { _, _ in } }
      #expect(error?.description.contains("the form allows 33554432") == true)
      #expect(error?.description.contains("at byte \(PbfSketch.header().count)") == true)
    }
    let claims = PbfSketch.text(1, "OSMData") + PbfSketch.number(3, 1 << 30)
    let block = withUnsafeBytes(of: UInt32(claims.count).bigEndian, Array.init) + claims
    #expect(throws: OsmError.self) { try reading(PbfSketch.header() + block) { _ in } }
  }

  @Test func stringsAndPackingsThatAreNotThereAreNamed() throws {
    let strings = PbfSketch.data(strings: ["", "highway"], group: PbfSketch.way(1, key: 1, value: 9, refs: [1, 2]))
    try reading(PbfSketch.header() + strings) { file in
      let error = #expect(throws: OsmError.self) { try file.streets(Self.selection) { _, _ in } }
      #expect(error?.description.contains("string 9") == true)
    }
    let packed = PbfSketch.block("OSMData", content: PbfSketch.number(2, 9) + PbfSketch.bytes(7, [1, 2, 3]))
    try reading(PbfSketch.header() + packed) { file in
      let error = #expect(throws: OsmError.self) { try file.streets(Self.selection) { _, _ in } }
      #expect(error?.description.contains("zstd") == true)
    }
  }
}
