import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

@Suite struct TileRendererTests {
  /// A tile in Wolfsburg.
  static let square = Square(zoom: 16, row: 21_585, column: 34_736)

  private func at(_ x: Double, _ y: Double) -> Coordinate { Self.square.place(x: x, y: y) }

  // MARK: Points

  /// Mercator and tile arithmetic as in every textbook, against the renderer.
  @Test(arguments: Seed.hundred)
  func pointsLieWhereTheFormulaSays(seed: Seed) throws {
    var seed = seed
    let place = Coordinate(
      longitude: Double.random(in: -179...179, using: &seed), latitude: Double.random(in: -84...84, using: &seed))
    let zoom = Int.random(in: 0...22, using: &seed)
    let n = pow(2, Double(zoom))
    let x = (place.x + 180) / 360 * n
    let y = (1 - asinh(tan(place.y * .pi / 180)) / .pi) / 2 * n
    let tile = TileCoordinate(matrix: zoom, row: Int(y), column: Int(x))
    let drawn = try TestTown(crs: .crs84, [.point(place)]).drawn(tile)
    let found = try #require(drawn.first?.geometry?.coordinates.first)
    #expect(abs(found.x - (x - x.rounded(.down)) * 4096) < 0.501)
    #expect(abs(found.y - (y - y.rounded(.down)) * 4096) < 0.501)
  }

  @Test func pointOnAnEdgeIsInBothTilesAndFarFromItInOne() throws {
    let town = try TestTown([.point(at(4096, 100)), .point(at(4096 + 63, 200)), .point(at(4096 + 66, 300))])
    let left = try town.drawn(Self.square.tile)
    var next = Self.square
    next.column += 1
    let right = try town.drawn(next.tile)
    #expect(left.map(\.id) == [1, 2])
    #expect(right.map(\.id) == [1, 2, 3])
    #expect(left.map(\.geometry) == [.point(Coordinate(x: 4096, y: 100)), .point(Coordinate(x: 4159, y: 200))])
    #expect(right[0].geometry == .point(Coordinate(x: 0, y: 100)))
  }

  @Test func pointStoredInUtmIsFoundInItsTile() throws {
    let place = Coordinate(longitude: 10.7865, latitude: 52.4227)
    let stored = try CoordinateTransform(from: .crs84, to: .utm32).transform(place)
    for zoom in [0, 5, 10, 16, 22] {
      let n = pow(2, Double(zoom))
      let tile = TileCoordinate(
        matrix: zoom, row: Int((1 - asinh(tan(place.y * .pi / 180)) / .pi) / 2 * n), column: Int((place.x + 180) / 360 * n))
      #expect(try TestTown(crs: .utm32, [.point(stored)]).drawn(tile).count == 1, "zoom \(zoom)")
    }
    // A tile in the Pacific, where UTM zone 32 has no coordinates.
    #expect(try TestTown(crs: .utm32, [.point(stored)]).encoded(TileCoordinate(matrix: 5, row: 12, column: 0)) == nil)
  }

  @Test func multiPointKeepsThePointsInsideAndDropsRepeatedOnes() throws {
    let drawn = try TestTown([.multiPoint([at(10, 10), at(10.2, 10.2), at(9000, 10), at(20, 30)])]).drawn(Self.square.tile)
    #expect(drawn.map(\.geometry) == [.multiPoint([Coordinate(x: 10, y: 10), Coordinate(x: 20, y: 30)])])
  }

  // MARK: Lines

  @Test func lineIsCutAtTheBufferIntoItsPieces() throws {
    // Enters from the left, leaves at the right, comes back further down.
    let line = Geometry.lineString([at(-500, 1000), at(5000, 1000), at(5000, 2000), at(-500, 2000)])
    let drawn = try TestTown([line]).drawn(Self.square.tile)
    #expect(
      drawn.map(\.geometry) == [
        .multiLineString([
          [Coordinate(x: -64, y: 1000), Coordinate(x: 4160, y: 1000)],
          [Coordinate(x: 4160, y: 2000), Coordinate(x: -64, y: 2000)],
        ])
      ])
  }

  @Test func lineWithinATileUnitIsDrawnOneUnitLongAndRepeatedPointsGo() throws {
    let dot = Geometry.lineString([at(10, 10), at(10.1, 10.1)])
    let line = Geometry.lineString([at(100, 100), at(100.2, 100.1), at(200, 100), at(200, 100), at(200, 300)])
    let drawn = try TestTown([dot, line]).drawn(Self.square.tile)
    #expect(drawn.map(\.id) == [1, 2])
    #expect(drawn[0].geometry == .lineString([Coordinate(x: 10, y: 10), Coordinate(x: 11, y: 10)]))
    #expect(
      drawn[1].geometry == .lineString([Coordinate(x: 100, y: 100), Coordinate(x: 200, y: 100), Coordinate(x: 200, y: 300)]))
  }

  @Test func verticesWithinTheToleranceGoBelowTheHighestZoomOnly() throws {
    let line = Geometry.lineString([at(0, 0), at(1000, 1), at(2000, 0), at(3000, 50), at(4000, 0)])
    #expect(try TestTown(maxZoom: 16, [line]).drawn(Self.square.tile)[0].geometry?.coordinates.count == 5)
    #expect(try TestTown(maxZoom: 17, [line]).drawn(Self.square.tile)[0].geometry?.coordinates.count == 4)
  }

  // MARK: Polygons

  @Test func shellsHavePositiveAreaAndHolesNegativeWhateverTheInput() throws {
    func box(_ low: Double, _ high: Double, clockwise: Bool) -> [Coordinate] {
      let ring = [at(low, low), at(high, low), at(high, high), at(low, high), at(low, low)]
      return clockwise ? ring : ring.reversed()
    }
    for shell in [true, false] {
      for hole in [true, false] {
        let polygon = Geometry.polygon([box(100, 400, clockwise: shell), box(200, 300, clockwise: hole)])
        let geometry = try #require(try TestTown([polygon]).drawn(Self.square.tile).first?.geometry)
        // The decoder refuses a first ring of negative area, and takes a later ring of positive area for another shell.
        #expect(geometry.kind == .polygon)
        #expect(geometry.polygonEnds == [2])
      }
    }
  }

  @Test func polygonAroundTheTileFillsItsWindow() throws {
    let polygon = Geometry.polygon([[at(-9000, -9000), at(9000, -9000), at(9000, 9000), at(-9000, 9000), at(-9000, -9000)]])
    let geometry = try #require(try TestTown([polygon]).drawn(Self.square.tile).first?.geometry)
    #expect(geometry.coordinates.count == 5)
    #expect(geometry.envelope == Envelope(minX: -64, minY: -64, maxX: 4160, maxY: 4160))
  }

  @Test func polygonWithinATileUnitIsDrawnOneUnitWide() throws {
    let speck = Geometry.polygon([[at(10.1, 10.1), at(10.3, 10.1), at(10.3, 10.3), at(10.1, 10.1)]])
    // No wider than a unit, however long: rounding leaves a line of it.
    let sliver = Geometry.polygon([[at(20, 20.1), at(90, 20.1), at(90, 20.3), at(20, 20.3), at(20, 20.1)]])
    let drawn = try TestTown([speck, sliver]).drawn(Self.square.tile)
    #expect(drawn.map(\.id) == [1, 2])
    for (each, corner) in zip(drawn, [10.0, 20]) {
      let envelope = try #require(each.geometry?.envelope)
      #expect(envelope == Envelope(minX: corner, minY: corner, maxX: corner + 1, maxY: corner + 1))
      #expect(each.geometry?.coordinates.count == 5)
    }
  }

  // MARK: Features

  @Test func collectionSplitsIntoFeaturesOfOneNumber() throws {
    let collection = Geometry.geometryCollection([
      .point(at(10, 20)), .geometryCollection([.lineString([at(0, 0), at(100, 100)])]), .point(at(90_000, 0)),
      .polygon([[at(100, 100), at(200, 100), at(200, 200), at(100, 100)]]),
    ])
    let town = try TestTown(
      "things", [PropertyDefinition(name: "name", kind: .text)],
      [Feature(id: "a", number: 7, geometry: collection, values: [.text("Anlage")])])
    let drawn: [DecodedFeature] = try town.drawn(Self.square.tile)
    #expect(drawn.map(\.id) == [7, 7, 7])
    #expect(drawn.compactMap { $0.geometry?.kind } == [GeometryKind.point, .lineString, .polygon])
    #expect(drawn.allSatisfy { $0["name"] == .text("Anlage") })
  }

  @Test func valuesKeepTheirTypesAndNullsAreLeftOut() throws {
    let town = try TestTown(
      "things",
      [
        PropertyDefinition(name: "text", kind: .text), PropertyDefinition(name: "small", kind: .integer),
        PropertyDefinition(name: "negative", kind: .integer), PropertyDefinition(name: "largest", kind: .integer),
        PropertyDefinition(name: "least", kind: .integer), PropertyDefinition(name: "real", kind: .real),
        PropertyDefinition(name: "whole", kind: .real), PropertyDefinition(name: "flag", kind: .boolean),
        PropertyDefinition(name: "day", kind: .date), PropertyDefinition(name: "json", kind: .json),
        PropertyDefinition(name: "nothing", kind: .text),
      ],
      [
        Feature(
          id: "a", number: 1, geometry: .point(at(1, 1)),
          values: [
            .text("Straße Übergröße"), .integer(5), .integer(-3), .integer(.max), .integer(.min), .real(12.5), .integer(4),
            .boolean(true), .date(CalendarDate(daysSince1970: 0)), .json("[1]"), .null,
          ]),
        Feature(id: "b", number: .max - 1, geometry: .point(at(2, 2)), values: Array(repeating: .null, count: 11)),
      ])
    let drawn = try town.drawn(Self.square.tile)
    let expected: [(String, DecodedValue)] = [
      ("id", .text("a")), ("text", .text("Straße Übergröße")), ("small", .integer(5)), ("negative", .integer(-3)),
      ("largest", .integer(.max)),
      ("least", .integer(.min)), ("real", .double(12.5)), ("whole", .double(4)), ("flag", .boolean(true)),
      ("day", .text("1970-01-01")), ("json", .text("[1]")),
    ]
    #expect(drawn[0].properties.map(\.name) == expected.map(\.0))
    #expect(drawn[0].properties.map(\.value) == expected.map(\.1))
    #expect(drawn[1].properties.map(\.name) == ["id"])
    #expect(drawn[1].id == UInt64(Int64.max - 1))
  }

  /// Thousands of distinct values make the table grow several times; each must come back under its own feature.
  @Test func everyOneOfManyValuesComesBack() throws {
    let count = 20_000
    let town = try TestTown(
      "things", [PropertyDefinition(name: "a", kind: .text), PropertyDefinition(name: "b", kind: .integer)],
      (0..<count).map { index -> Feature in
        let values: [PropertyValue] = [.text("Nummer \(index / 2)"), .integer(Int64(index))]
        return Feature(id: "f\(index)", number: Int64(index) + 1, geometry: .point(at(Double(index % 64), 5)), values: values)
      })
    let drawn = try town.drawn(Self.square.tile)
    #expect(drawn.count == count)
    for (index, feature) in drawn.enumerated() {
      guard feature["a"] == .text("Nummer \(index / 2)"), feature["b"] == .integer(Int64(index)) else {
        Issue.record("feature \(index) has \(feature.properties)")
        return
      }
    }
  }

  @Test func severalCollectionsBecomeLayersOfTheirNames() throws {
    let trees = try TestTown("trees", [], [Feature(id: "t", number: 1, geometry: .point(at(5, 5)), values: [])])
    struct Both: FeatureReading {
      let parts: [InMemoryFeatureReader]
      func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
        for part in parts where part.descriptor.id == query.collection { try part.forEachRow(matching: query, body) }
      }
    }
    let signs = try TestTown("signs", [], [Feature(id: "s", number: 2, geometry: .point(at(6, 6)), values: [])])
    let empty = try TestTown("empty", [], [])
    let layers = try [trees, empty, signs].map { try TileLayer($0.descriptor) }
    let renderer = try TileRenderer(layers: layers)
    let tile = try #require(
      try renderer.render(
        Self.square.tile, from: Both(parts: [trees.reader, signs.reader, empty.reader]), scratch: TileScratch()))
    let decoded = try MvtDecoder.decode(tile.bytes)
    #expect(decoded.layers.map(\.name) == ["trees", "signs"])
    #expect(decoded.layers.map(\.version) == [2, 2])
    #expect(decoded.layers.map(\.extent) == [4096, 4096])
    #expect(tile.featureCount == 2)
    #expect(throws: TileError.repeatedLayer("trees")) { try TileRenderer(layers: [layers[0], layers[0]]) }
  }

  @Test func layerIsEmptyOutsideItsZooms() throws {
    let town = try TestTown(maxZoom: 15, [.point(at(5, 5))])
    #expect(try town.encoded(Self.square.tile) == nil)
  }

  // MARK: Bytes and faults

  @Test func equalDataGiveEqualBytesAndGzipUnpacksThem() throws {
    let town = try TestTown((0..<500).map { .point(at(Double($0), 7)) })
    let scratch = TileScratch()
    let renderer = try TileRenderer(layers: [try TileLayer(town.descriptor)])
    let first = try #require(try renderer.render(Self.square.tile, from: town.reader, scratch: scratch))
    let second = try #require(try renderer.render(Self.square.tile, from: town.reader, scratch: scratch))
    #expect(first == second)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).gz")
    try Data(TilePacker().pack(first.bytes, as: .gzip, level: 6)).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let gunzip = Process()
    gunzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gunzip.arguments = ["-dc", file.path]
    let output = Pipe()
    gunzip.standardOutput = output
    try gunzip.run()
    let unpacked = output.fileHandleForReading.readDataToEndOfFile()
    gunzip.waitUntilExit()
    #expect([UInt8](unpacked) == first.bytes)
  }

  @Test func damagedGeometryIsCountedAndTheRestDrawn() throws {
    struct Damaged: FeatureReading {
      let place: Coordinate
      func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
        for number in 1...3 as ClosedRange<Int64> {
          var wkb = Geometry.point(place).wkb()
          if number == 2 { wkb.removeLast() }
          _ = try wkb.withUnsafeBytes {
            try body(
              FeatureRow(
                number: number, id: UnsafeRawBufferPointer(start: nil, count: 0),
                geometry: GeometryBytes(encoding: .wkb, bytes: $0),
                values: UnsafeBufferPointer(start: nil, count: 0)))
          }
        }
      }
    }
    let layer = TileLayer(collection: "things", storageCrs: .webMercator, properties: [])
    let tile = try #require(
      try TileRenderer(layers: [layer]).render(Self.square.tile, from: Damaged(place: at(1, 1)), scratch: TileScratch()))
    #expect(tile.featureCount == 2)
    #expect(tile.flawCount == 1)
    #expect(tile.flaws.map(\.number) == [2])
  }

  @Test func textThatIsNotUtf8IsRepaired() throws {
    struct Latin1: FeatureReading {
      let place: Coordinate
      func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
        let wkb = Geometry.point(place).wkb()
        for (number, text) in [[0x42, 0xFC], [0x42], [0x42, 0xFC], [0x43]].enumerated() as EnumeratedSequence<[[UInt8]]> {
          _ = try wkb.withUnsafeBytes { geometry in
            try text.withUnsafeBytes { text in
              try [LentValue.text(text)].withUnsafeBufferPointer {
                try body(
                  FeatureRow(
                    number: Int64(number), id: text, geometry: GeometryBytes(encoding: .wkb, bytes: geometry), values: $0))
              }
            }
          }
        }
      }
    }
    let layer = TileLayer(
      collection: "things", storageCrs: .webMercator, properties: [PropertyDefinition(name: "name", kind: .text)])
    let tile = try #require(
      try TileRenderer(layers: [layer]).render(Self.square.tile, from: Latin1(place: at(1, 1)), scratch: TileScratch()))
    let names = try MvtDecoder.decode(tile.bytes).layers[0].features.map { $0["name"] }
    #expect(names == [.text("B\u{FFFD}"), .text("B"), .text("B\u{FFFD}"), .text("C")])
  }

  @Test func cancelledWorkStopsAtTheNextRow() throws {
    let town = try TestTown((0..<100).map { .point(at(Double($0), 7)) })
    let renderer = try TileRenderer(layers: [try TileLayer(town.descriptor)])
    var asked = 0
    #expect(throws: TileError.cancelled) {
      try renderer.render(Self.square.tile, from: town.reader, scratch: TileScratch()) {
        asked += 1
        return asked > 10
      }
    }
    #expect(asked == 11)
  }

  @Test func tileOutsideTheMatrixIsRefused() throws {
    #expect(throws: TileError.self) { try TestTown([] as [Geometry]).encoded(TileCoordinate(matrix: 3, row: 8, column: 0)) }
  }

  @Test func layerOfAnUnknownPropertyIsRefused() {
    #expect(throws: FeatureError.unknownProperty("height", collection: "things", known: [])) {
      try TileLayer(TestTown([] as [Geometry]).descriptor, properties: ["height"])
    }
  }
}
