import Foundation
import LageplanGeometry
import LageplanRouting
import TestSupport
import Testing

@Suite struct RoadFileTests {
  let folder: URL
  var path: String { folder.appendingPathComponent("town.sqlite.roads").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("roads-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write() throws -> Roads {
    let roads = try TestRoads.roads(TestRoads.grid, profiles: ["car", "foot"])
    try roads.write(to: path)
    return roads
  }

  @Test func aMappedFileAnswersAsWhatWasWritten() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let roads = try write()
    let mapped = try Roads(mapping: path)
    #expect(mapped.profiles == roads.profiles)
    #expect(mapped.source == roads.source)
    #expect(mapped.envelope == roads.envelope)
    #expect(Array(mapped.network.vertices) == Array(roads.network.vertices))
    for profile in ["car", "foot"] {
      let (a, b) = (try RoadRouter(roads, profile: profile), try RoadRouter(mapped, profile: profile))
      var seed = Seed(5)
      let snaps = TestRoads.snaps(12, on: a, &seed)
      #expect(snaps.map { b.snap($0.place).first } == snaps)
      #expect(a.table(from: snaps, to: snaps) == b.table(from: snaps, to: snaps))
      #expect(a.route(through: snaps) == b.route(through: snaps))
      let closure = RoadClosure(geometry: .point(snaps[3].position))
      #expect(a.closing([closure]).table(from: snaps, to: snaps) == b.closing([closure]).table(from: snaps, to: snaps))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["town.sqlite.roads"])
  }

  @Test func aFileThatIsReplacedStaysWholeForWhoHasItMapped() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try write()
    let mapped = try Roads(mapping: path)
    let before = Array(mapped.network.vertices)
    try TestRoads.roads(OsmElements(name: "empty", nodes: [], ways: [])).write(to: path)
    #expect(Array(mapped.network.vertices) == before)
    let empty = try Roads(mapping: path)
    #expect(empty.network.edgeCount == 0)
    #expect(try RoadRouter(empty, profile: "car").snap(TestRoads.gridPlace(1, 1)).isEmpty)
  }

  @Test func damageIsRefusedAndTold() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try write()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    func error(_ change: (inout Data) -> Void) throws -> RoadFileError? {
      var data = whole
      change(&data)
      try data.write(to: URL(fileURLWithPath: path))
      return #expect(throws: RoadFileError.self) { try Roads(mapping: path) }
    }
    var seed = Seed(3)
    for _ in 0..<40 {
      let place = Int.random(in: 64..<whole.count, using: &seed)
      let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &seed)
      #expect(try error { $0[place] ^= bit } == .damaged(path: path, what: "its checksum is another"))
    }
    let short = try #require(try error { $0.removeLast(100) })
    #expect(short == .damaged(path: path, what: "it should have \(whole.count) bytes and has \(whole.count - 100)"))
    #expect(short.description.contains("lageplan roads import"))
    #expect(try error { $0[8] = 99 } == .version(path: path, found: 99, known: 1))
    #expect(try error { $0[0] = 0 } == .notRoads(path: path))
    #expect(try error { $0 = Data() } == .notRoads(path: path))
  }

  @Test func aFileThatIsNotThereOrCannotBeWrittenIsNamed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let missing = #expect(throws: RoadFileError.self) { try Roads(mapping: path) }
    #expect(missing?.description.contains(path) == true)
    let roads = try TestRoads.roads(TestRoads.grid)
    #expect(throws: RoadFileError.self) { try roads.write(to: folder.appendingPathComponent("no/where").path) }
  }
}
