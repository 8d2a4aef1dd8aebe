import Foundation
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// Foreign tiles: the fixtures of the format's authors, and tiles from the field.
@Suite(.enabled(if: SharedData.isPresent, "skipped: no shared data")) struct MvtDecoderTests {
  static let fixtures: [String] = {
    let folder = SharedData.file("tiles/mvt-fixtures/fixtures").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }()

  /// Two fixtures that are marked valid against the specification's words, and whose sisters are marked invalid:
  /// 057 announces 536,870,911 points and holds one, as 058 does with LineTo (section 4.3.1);
  /// 016 leaves out the type, which section 4.2 demands, and is the same byte for byte as 003. We refuse all four.
  static let contradicted: Set<String> = ["016", "057"]

  private func bytes(_ fixture: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: SharedData.file("tiles/mvt-fixtures/fixtures/\(fixture)/tile.mvt")))
  }

  private func json(_ fixture: String, _ file: String) throws -> [String: Any] {
    let data = try Data(contentsOf: SharedData.file("tiles/mvt-fixtures/fixtures/\(fixture)/\(file)"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func allFixturesAreThere() { #expect(Self.fixtures.count == 74) }

  @Test(arguments: fixtures)
  func validFixturesAreReadAndInvalidOnesRefused(fixture: String) throws {
    let validity = try #require(try json(fixture, "info.json")["validity"] as? [String: Any])
    let isValid = validity["v2"] as? Bool == true && !Self.contradicted.contains(fixture)
    let bytes = try bytes(fixture)
    if isValid {
      let tile = try MvtDecoder.decode(bytes)
      // The fixture's own JSON tells what is in it.
      let layers = try json(fixture, "tile.json")["layers"] as? [[String: Any]] ?? []
      #expect(tile.layers.map(\.name) == layers.map { $0["name"] as? String ?? "" })
      for (layer, expected) in zip(tile.layers, layers) {
        let features = expected["features"] as? [[String: Any]] ?? []
        #expect(layer.features.count == features.count)
        for (feature, entry) in zip(layer.features, features) {
          if let id = entry["id"] as? NSNumber { #expect(feature.id == id.uint64Value) }
          #expect(feature.properties.count * 2 == (entry["tags"] as? [Any] ?? []).count)
        }
      }
    } else {
      #expect(throws: MvtDecodingError.self) { try MvtDecoder.decode(bytes) }
    }
  }

  @Test func examplesOfTheSpecificationGiveItsCoordinates() throws {
    func geometry(_ fixture: String) throws -> Geometry {
      try #require(try MvtDecoder.decode(bytes(fixture)).layers[0].features[0].geometry)
    }
    #expect(try geometry("017") == .point(Coordinate(x: 25, y: 17)))
    #expect(try geometry("020") == .multiPoint([Coordinate(x: 5, y: 7), Coordinate(x: 3, y: 2)]))
    #expect(try geometry("018") == .lineString([Coordinate(x: 2, y: 2), Coordinate(x: 2, y: 10), Coordinate(x: 10, y: 10)]))
    #expect(
      try geometry("019")
        == .polygon([[Coordinate(x: 3, y: 6), Coordinate(x: 8, y: 12), Coordinate(x: 20, y: 34), Coordinate(x: 3, y: 6)]]))
    // Two polygons, the second with a hole (section 4.3.5.6).
    #expect(try geometry("022").polygonEnds == [1, 3])
  }

  @Test func valueTypesAreTold() throws {
    let feature = try #require(try MvtDecoder.decode(bytes("038")).layers.first?.features.first)
    #expect(feature["string_value"] == .text("ello"))
    #expect(feature["bool_value"] == .boolean(true))
    #expect(feature["int_value"] == .integer(6))
    #expect(feature["sint_value"] == .integer(-87948))
    #expect(feature["uint_value"] == .integer(87948))
    #expect(feature["double_value"] == .double(1.23))
    #expect(feature["float_value"] == .float(3.1))
  }

  static let realTiles: [String] = {
    let folder = SharedData.file("tiles/mvt-fixtures/real-world").path
    let all = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    return all.filter { $0.hasSuffix(".mvt") }.sorted()
  }()

  @Test func tilesFromTheFieldAreRead() throws {
    #expect(Self.realTiles.count > 50)
    var features = 0
    for name in Self.realTiles {
      let bytes = [UInt8](try Data(contentsOf: SharedData.file("tiles/mvt-fixtures/real-world/\(name)")))
      features += try MvtDecoder.decode(bytes).layers.reduce(0) { $0 + $1.features.count }
    }
    #expect(features > 1000)
  }

  @Test func contradictedFixturesAreWhatTheyAreSaidToBe() throws {
    #expect(try bytes("016") == bytes("003"))
    #expect(throws: MvtDecodingError(offset: 28, layer: "hello", reason: .countTooLarge(536_870_911))) {
      try MvtDecoder.decode(bytes("057"))
    }
  }

  @Test func packedTileIsNoTileYet() throws {
    let packed = SharedData.file("tiles/mvt-fixtures/real-world/compressed/14-9384-9577.mvt.gz")
    #expect(throws: MvtDecodingError.self) { try MvtDecoder.decode([UInt8](try Data(contentsOf: packed))) }
  }

  /// Every prefix and every single changed byte of a tile is read or refused, never more.
  @Test func damagedTilesDoNoHarm() throws {
    let whole = try bytes("038")
    for length in whole.indices { _ = try? MvtDecoder.decode(Array(whole[..<length])) }
    for index in whole.indices {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var bytes = whole
        bytes[index] ^= change
        _ = try? MvtDecoder.decode(bytes)
      }
    }
    #expect(throws: MvtDecodingError.self) { try MvtDecoder.decode(Array(whole.dropLast())) }
  }
}
