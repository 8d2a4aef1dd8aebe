import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// Thinning, against counting by hand: cells are told here by their definition, from the places of the data.
@Suite struct ThinningTests {
  /// Trees about a few places in Wolfsburg, some of them alone, numbered in no spatial order, each in one of three states.
  struct Trees {
    let town: TestTown
    let places: [Coordinate]
    let states: [String]

    static let names = ["ok", "soon", "overdue"]

    init(_ seed: Seed, count: Int = 1500) throws {
      var seed = seed
      let corner = Square(zoom: 14, row: 5396, column: 8684)
      let centres = (0..<6).map { _ -> Coordinate in
        corner.place(x: .random(in: -6000...10_000, using: &seed), y: .random(in: -6000...10_000, using: &seed))
      }
      places = (0..<count).map { _ -> Coordinate in
        let centre = centres.randomElement(using: &seed) ?? centres[0]
        let reach: Double = [20.0, 300, 4000].randomElement(using: &seed) ?? 300
        return Coordinate(
          x: centre.x + Double.random(in: -reach...reach, using: &seed),
          y: centre.y + Double.random(in: -reach...reach, using: &seed))
      }
      states = places.map { _ in Self.names.randomElement(using: &seed) ?? "ok" }
      town = try TestTown(
        "trees", [PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: "state", kind: .text)],
        zip(places, states).enumerated().map { index, tree in
          Feature(
            id: "t\(index)", number: Int64(index + 1), geometry: .point(tree.0),
            values: [.text("Baum \(index)"), index % 50 == 0 ? .null : .text(tree.1)])
        })
    }

    var extent: Envelope { places.reduce(Envelope.empty) { $0.union(Envelope(around: $1)) } }

    func place(_ feature: DecodedFeature) throws -> Coordinate { places[Int(try #require(feature.id)) - 1] }

    func inside(_ square: Square) -> [Int] {
      places.indices.filter {
        let units = square.units(places[$0])
        return 0 <= units.x && units.x < 4096 && 0 <= units.y && units.y < 4096
      }
    }
  }

  static let settings = TileSettings(thinBelow: 14, statusProperty: "state", byteBudget: .max)

  private static func count(_ feature: DecodedFeature, _ key: String = "point_count") -> Int {
    if case .integer(let count)? = feature[key] { Int(count) } else { 0 }
  }

  // MARK: Counts

  @Test(arguments: (1...6).map { Seed($0) })
  func countsAddUpToTheFeaturesOfTheTile(seed: Seed) throws {
    let trees = try Trees(seed)
    for zoom in [6, 9, 11, 13] {
      for square in Square.covering(trees.extent, zoom: zoom) {
        let inside = trees.inside(square)
        let drawn = try trees.town.drawn(square.tile, thinning: .automatic, settings: Self.settings).filter {
          let units = square.units(try trees.place($0))
          return 0 <= units.x && units.x < 4096 && 0 <= units.y && units.y < 4096
        }
        #expect(drawn.reduce(0) { $0 + max(1, Self.count($1)) } == inside.count, "\(square)")
        #expect(!drawn.contains { Self.count($0) == 1 })
        for state in Trees.names {
          let stated = drawn.reduce(0) { sum, feature in
            if feature["point_count"] != nil { return sum + Self.count(feature, "status:\(state)") }
            return sum + (feature["state"] == .text(state) ? 1 : 0)
          }
          #expect(stated == inside.filter { trees.states[$0] == state && $0 % 50 != 0 }.count, "\(square), \(state)")
        }
      }
    }
  }

  @Test func tileTellsHowManyItsFeaturesStandFor() throws {
    let trees = try Trees(Seed(9))
    let square = Square(zoom: 6, row: 21, column: 33)
    let tile = try #require(try trees.town.encoded(square.tile, thinning: .automatic, settings: Self.settings))
    #expect(tile.representedCount == trees.inside(square).count)
    #expect(tile.featureCount < 20)
    let whole = try #require(try trees.town.encoded(square.tile))
    #expect(whole.representedCount == trees.places.count)
    #expect(whole.featureCount == trees.places.count)
  }

  // MARK: Cells

  /// Four pixels of 512, from the corner of the world: told by the places alone.
  @Test(arguments: (1...6).map { Seed($0) })
  func oneFeatureStandsInEachCellThatHasAny(seed: Seed) throws {
    let trees = try Trees(seed)
    for zoom in [7, 10, 12] {
      for square in Square.covering(trees.extent, zoom: zoom) {
        func cell(_ place: Coordinate) -> [Int] {
          let units = square.units(place)
          return [Int((units.x / 32).rounded(.down)), Int((units.y / 32).rounded(.down))]
        }
        let wanted = Set(trees.inside(square).map { cell(trees.places[$0]) })
        let drawn = try trees.town.drawn(square.tile, thinning: .automatic, settings: Self.settings)
          .map { cell(try trees.place($0)) }.filter { (0..<128).contains($0[0]) && (0..<128).contains($0[1]) }
        #expect(drawn.count == wanted.count, "\(square)")
        #expect(Set(drawn) == wanted, "\(square)")
      }
    }
  }

  @Test(arguments: (1...6).map { Seed($0) })
  func whatIsDrawnStaysWhenZoomingIn(seed: Seed) throws {
    let trees = try Trees(seed)
    var before: Set<UInt64> = []
    for zoom in 5...15 {
      var drawn: Set<UInt64> = []
      for square in Square.covering(trees.extent, zoom: zoom) {
        drawn.formUnion(
          try trees.town.drawn(square.tile, thinning: .automatic, settings: Self.settings).compactMap(\.id))
      }
      #expect(drawn.isSuperset(of: before), "zoom \(zoom)")
      before = drawn
    }
    #expect(before.count == trees.places.count)
  }

  @Test(arguments: (1...4).map { Seed($0) })
  func neighboursAgreeAboutTheirCommonEdge(seed: Seed) throws {
    let trees = try Trees(seed)
    var compared = 0
    for zoom in [11, 12, 13] {
      let squares = Set(Square.covering(trees.extent, zoom: zoom))
      for left in squares {
        var right = left
        right.column += 1
        guard squares.contains(right) else { continue }
        // Within 60 units of the edge both have everything, but for what rounding puts on the border of a buffer.
        func strip(_ square: Square, _ edge: Double) throws -> Set<[DecodedProperty]> {
          let drawn = try trees.town.drawn(square.tile, thinning: .automatic, settings: Self.settings)
          return Set(
            drawn.filter { feature in
              feature.geometry?.coordinates.allSatisfy { abs($0.x - edge) < 60 && $0.y > 0 && $0.y < 4000 } ?? false
            }.map(\.properties))
        }
        let fromLeft = try strip(left, 4096)
        #expect(fromLeft == (try strip(right, 0)), "\(left)")
        compared += fromLeft.count
      }
    }
    #expect(compared > 20)
  }

  // MARK: Clusters

  @Test func clusterIsAPointInTheMiddleWithCountsOnly() throws {
    let square = TileRendererTests.square
    let town = try TestTown(
      "trees", [PropertyDefinition(name: "state", kind: .text)],
      [(260.0, 300.0, "ok"), (300, 340, "soon"), (331, 320, "ok"), (3000, 3000, "ok")].enumerated().map { index, tree in
        Feature(
          id: "t\(index)", number: Int64(index + 1), geometry: .point(square.place(x: tree.0 + 0.01, y: tree.1 + 0.01)),
          values: [.text(tree.2)])
      })
    let settings = TileSettings(thinBelow: 17, grouping: .clusters, statusProperty: "state")
    let drawn = try town.drawn(square.tile, thinning: .automatic, settings: settings)
    #expect(drawn.count == 2)
    let cluster = try #require(drawn.first { $0.id == nil })
    #expect(cluster.geometry == .point(Coordinate(x: 297, y: 320)))
    #expect(cluster.properties.map(\.name) == ["point_count", "status:ok", "status:soon"])
    #expect(cluster.properties.map(\.value) == [.integer(3), .integer(2), .integer(1)])
    let alone = try #require(drawn.first { $0.id == 4 })
    #expect(alone["state"] == .text("ok"))
    #expect(alone["point_count"] == nil)
  }

  /// Cells as wide as that are in no buffer: each cluster is in one tile.
  @Test func clustersOfAllTilesTogetherStandForAll() throws {
    let trees = try Trees(Seed(5))
    var settings = Self.settings
    settings.grouping = .clusters
    for zoom in [9, 12] {
      let represented = try Square.covering(trees.extent, zoom: zoom).reduce(0) {
        $0 + (try trees.town.encoded($1.tile, thinning: .automatic, settings: settings)?.representedCount ?? 0)
      }
      #expect(represented == trees.places.count)
    }
  }

  // MARK: Budget

  @Test(arguments: [500, 2000, 10_000, 60_000], [7, 12, 15])
  func tileKeepsItsByteBudgetAndStandsForAll(budget: Int, zoom: Int) throws {
    let trees = try Trees(Seed(UInt64(zoom)), count: 4000)
    var settings = Self.settings
    settings.byteBudget = budget
    for square in Square.covering(trees.extent, zoom: zoom) {
      guard let tile = try trees.town.encoded(square.tile, thinning: .automatic, settings: settings) else { continue }
      #expect(tile.bytes.count <= budget, "\(square)")
      let drawn = try MvtDecoder.decode(tile.bytes).layers.flatMap(\.features)
      let own = try drawn.filter { trees.inside(square).contains(Int(try #require($0.id)) - 1) }
      #expect(own.reduce(0) { $0 + max(1, Self.count($1)) } == trees.inside(square).count, "\(square)")
    }
  }

  @Test func withoutThinningEveryFeatureIsServedWhateverTheBudget() throws {
    let trees = try Trees(Seed(3))
    var settings = Self.settings
    settings.byteBudget = 100
    settings.propertyMinZooms = ["name": 20]
    let drawn = try trees.town.drawn(Square(zoom: 6, row: 21, column: 33).tile, settings: settings)
    #expect(drawn.count == trees.places.count)
    #expect(drawn.allSatisfy { $0["name"] != nil && $0["point_count"] == nil })
  }

  @Test func layersShareTheBudgetOfATile() throws {
    let many = try Trees(Seed(1), count: 3000)
    let few = try TestTown(
      "signs", [], (0..<20).map { Feature(id: "s\($0)", number: $0 + 1, geometry: .point(many.places[Int($0)]), values: []) })
    struct Both: FeatureReading {
      let parts: [InMemoryFeatureReader]
      func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
        for part in parts where part.descriptor.id == query.collection { try part.forEachRow(matching: query, body) }
      }
    }
    let square = Square(zoom: 6, row: 21, column: 33)
    let layers = try [many.town, few].map { town in
      var layer = try TileLayer(town.descriptor)
      layer.settings = TileSettings(thinBelow: nil, byteBudget: 4000)
      return layer
    }
    let tile = try #require(
      try TileRenderer(layers: layers).render(
        square.tile, from: Both(parts: [many.town.reader, few.reader]), scratch: TileScratch()))
    #expect(tile.bytes.count <= 4000)
    let decoded = try MvtDecoder.decode(tile.bytes)
    // The small layer takes less than its half and keeps all it has.
    #expect(decoded["signs"]?.features.count == 20)
    #expect(decoded["signs"]?.features.contains { $0["point_count"] != nil } == false)
    #expect((decoded["trees"]?.features.count ?? 0) > 5)
    #expect(tile.representedCount == 3020)
  }

  // MARK: Properties by zoom

  @Test func propertiesComeFromTheirZoomOn() throws {
    let trees = try Trees(Seed(4), count: 50)
    var settings = Self.settings
    settings.propertyMinZooms = ["name": 12, "state": 13]
    for zoom in [11, 12, 13, 15] {
      let drawn = try Square.covering(trees.extent, zoom: zoom).flatMap {
        try trees.town.drawn($0.tile, thinning: .automatic, settings: settings)
      }
      #expect(drawn.allSatisfy { ($0["name"] != nil) == (zoom >= 12) }, "zoom \(zoom)")
      #expect(drawn.contains { $0["state"] != nil } == (zoom >= 13), "zoom \(zoom)")
      #expect(drawn.allSatisfy { $0["id"] != nil })
    }
    // A status that is not written is counted all the same.
    let far = try trees.town.drawn(Square(zoom: 6, row: 21, column: 33).tile, thinning: .automatic, settings: settings)
    #expect(far.contains { Self.count($0, "status:ok") + Self.count($0, "status:soon") > 0 })
  }

  // MARK: Lines and polygons

  @Test func smallPolygonsAreMergedIntoSquaresOfTheirArea() throws {
    let square = Square(zoom: 12, row: 1349, column: 2171)
    func box(_ x: Double, _ y: Double, _ side: Double) -> Geometry {
      .polygon([
        [
          square.place(x: x, y: y), square.place(x: x + side, y: y), square.place(x: x + side, y: y + side),
          square.place(x: x, y: y + side), square.place(x: x, y: y),
        ]
      ])
    }
    // Sixteen plots of 6 × 6 units in one cell, one of them alone in another, and a park.
    let plots = (0..<16).map { box(1024 + Double($0 % 4) * 7 + 0.3, 1024 + Double($0 / 4) * 7 + 0.3, 6) }
    let town = try TestTown(plots + [box(2050, 2050, 6), box(3000, 3000, 100)])
    let drawn = try town.drawn(square.tile, thinning: .automatic)
    #expect(drawn.count == 3)
    let merged = try #require(drawn.first { $0["point_count"] != nil })
    #expect(merged["point_count"] == .integer(16))
    // 16 · 36 = 24²
    #expect(TilePolygonTests.measure(try #require(merged.geometry)).area == 576)
    let alone = try #require(drawn.first { $0.id == 17 })
    #expect(TilePolygonTests.measure(try #require(alone.geometry)).area == 36)
    let park = try #require(drawn.first { $0.id == 18 })
    #expect(TilePolygonTests.measure(try #require(park.geometry)).area == 10_000)
  }

  @Test func shortLinesHaveOneRepresentativeAndLongOnesStay() throws {
    let square = Square(zoom: 12, row: 1349, column: 2171)
    func line(_ x: Double, _ y: Double, _ length: Double) -> Geometry {
      .lineString([square.place(x: x, y: y), square.place(x: x + length, y: y)])
    }
    let short = (0..<10).map { line(1025 + Double($0), 1030, 0.4) }
    let drawn = try TestTown(short + [line(1030, 1040, 7.9), line(1030, 1040, 8.1)]).drawn(square.tile, thinning: .automatic)
    #expect(drawn.map(\.id).contains(12))
    #expect(drawn.count == 2)
    let representative = try #require(drawn.first { $0.id != 12 })
    #expect(representative["point_count"] == .integer(11))
    #expect(representative.geometry?.kind == .lineString)
    #expect(representative.geometry?.coordinates.count == 2)
  }

  @Test(arguments: (1...4).map { Seed($0) })
  func thinnedPolygonsAreValidAndStandForAll(seed: Seed) throws {
    var seed = seed
    let shapes = TilePolygonTests.shapes(&seed)
    let extent = shapes.reduce(Envelope.empty) { $0.union($1.envelope) }
    let town = try TestTown(shapes)
    for zoom in [2, 6, 9, 11, 13] {
      for budget in [Int.max, 3000, 600] {
        for square in Square.covering(extent, zoom: zoom) {
          let settings = TileSettings(byteBudget: budget)
          guard let tile = try town.encoded(square.tile, thinning: .automatic, settings: settings) else { continue }
          #expect(tile.bytes.count <= budget, "zoom \(zoom), \(square)")
          for feature in try MvtDecoder.decode(tile.bytes).layers.flatMap(\.features) {
            #expect(try feature.geometry?.validity() == .valid, "zoom \(zoom), \(square), feature \(feature.id ?? 0)")
          }
          if zoom == 2 { #expect(tile.representedCount == shapes.count) }
        }
      }
    }
  }

  @Test func countsOfOurOwnNameTakeThePlaceOfAProperty() throws {
    let square = TileRendererTests.square
    let town = try TestTown(
      "things", [PropertyDefinition(name: "point_count", kind: .integer)],
      (0..<5).map { Feature(id: "f\($0)", number: $0 + 1, geometry: .point(square.place(x: 5, y: 5)), values: [.integer(70)]) })
    let drawn = try town.drawn(square.tile, thinning: .automatic, settings: TileSettings(thinBelow: 20))
    #expect(drawn.map { $0["point_count"] } == [.integer(5)])
    #expect(drawn[0].properties.map(\.name) == ["id", "point_count"])
  }
}
