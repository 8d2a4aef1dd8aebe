import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// Polygons over many tiles: valid in each (GEOS), nothing lost at an edge, areas that add up.
@Suite struct TilePolygonTests {
  /// Where the random shapes lie: the corner of four tiles at zoom 14.
  static let corner = Square(zoom: 14, row: 5396, column: 8684)

  // MARK: Random shapes, in web mercator metres

  /// A ring around `centre` whose radius changes at random: concave, simple.
  static func star(_ centre: Coordinate, _ radius: ClosedRange<Double>, _ count: Int, _ seed: inout Seed) -> [Coordinate] {
    var ring: [Coordinate] = []
    for index in 0..<count {
      let angle = 2 * Double.pi * Double(index) / Double(count)
      let r = Double.random(in: radius, using: &seed)
      ring.append(Coordinate(x: centre.x + r * cos(angle), y: centre.y + r * sin(angle)))
    }
    ring.append(ring[0])
    return ring
  }

  /// A comb: many thin teeth on a back, which cut every tile edge and come closer than a tile unit to each other.
  static func comb(_ corner: Coordinate, width: Double, height: Double, teeth: Int, _ seed: inout Seed) -> [Coordinate] {
    let pitch = width / Double(teeth)
    var ring = [corner]
    for tooth in 0..<teeth {
      let x = corner.x + Double(tooth) * pitch
      let gap = Double.random(in: 0.01...0.9, using: &seed) * pitch
      let top = corner.y + height * Double.random(in: 0.5...1, using: &seed)
      ring += [
        Coordinate(x: x, y: top), Coordinate(x: x + pitch - gap, y: top),
        Coordinate(x: x + pitch - gap, y: corner.y + height * 0.1),
        Coordinate(x: x + pitch, y: corner.y + height * 0.1),
      ]
    }
    ring += [Coordinate(x: corner.x + width, y: corner.y), corner]
    return ring
  }

  /// Stars with holes, combs, and multipolygons of both, from a few metres to several kilometres.
  static func shapes(_ seed: inout Seed) -> [Geometry] {
    let middle = corner.place(x: 4096, y: 4096)
    var shapes: [Geometry] = []
    for _ in 0..<6 {
      let size = pow(10, Double.random(in: 1...3.4, using: &seed))
      let centre = Coordinate(
        x: middle.x + Double.random(in: -1500...1500, using: &seed), y: middle.y + Double.random(in: -1500...1500, using: &seed))
      let shell = star(centre, (size * 0.5)...size, Int.random(in: 5...120, using: &seed), &seed)
      let offset = size * 0.2
      let holes = [-1.0, 1].map {
        star(
          Coordinate(x: centre.x + $0 * offset, y: centre.y), (size * 0.02)...(size * 0.15), Int.random(in: 3...30, using: &seed),
          &seed)
      }
      shapes.append(.polygon([shell] + holes))
      let comb = comb(centre, width: size, height: size / 3, teeth: Int.random(in: 2...60, using: &seed), &seed)
      shapes.append(.polygon([comb]))
      shapes.append(.multiPolygon([[shell], [comb.map { Coordinate(x: $0.x + 2.1 * size, y: $0.y) }]]))
    }
    return shapes
  }

  // MARK: Measures of the test

  static func area(_ ring: some Collection<Coordinate>) -> Double {
    zip(ring, ring.dropFirst()).reduce(0) { $0 + ($1.0.x * $1.1.y - $1.1.x * $1.0.y) / 2 }
  }

  /// Of a geometry's polygons, holes taken off; and the length of all rings.
  static func measure(_ geometry: Geometry) -> (area: Double, length: Double) {
    var result = (area: 0.0, length: 0.0)
    for polygon in geometry.polygonEnds.indices {
      for (number, ring) in geometry.rings(ofPolygon: polygon).enumerated() {
        let vertices = geometry.coordinates[geometry.part(ring)]
        result.area += (number == 0 ? 1 : -1) * abs(area(vertices))
        result.length += zip(vertices, vertices.dropFirst()).reduce(0) { $0 + hypot($1.0.x - $1.1.x, $1.0.y - $1.1.y) }
      }
    }
    return result
  }

  /// The area that a drawn geometry has within the tile itself, by cutting each ring with the four half planes.
  static func areaInTile(_ geometry: Geometry) -> Double {
    var sum = 0.0
    for ring in geometry.partEnds.indices {
      var vertices = Array(geometry.coordinates[geometry.part(ring)].dropLast())
      for (normalX, normalY, limit) in [(1.0, 0.0, 0.0), (-1, 0, -4096), (0, 1, 0), (0, -1, -4096)] {
        var kept: [Coordinate] = []
        for (a, b) in zip(vertices, vertices.dropFirst() + vertices.prefix(1)) {
          let (p, q) = (a.x * normalX + a.y * normalY - limit, b.x * normalX + b.y * normalY - limit)
          if p >= 0 { kept.append(a) }
          if (p < 0) != (q < 0) {
            kept.append(Coordinate(x: a.x + (b.x - a.x) * p / (p - q), y: a.y + (b.y - a.y) * p / (p - q)))
          }
        }
        vertices = kept
      }
      if vertices.count > 2 { sum += area(vertices + [vertices[0]]) }
    }
    return sum
  }

  // MARK: Facts

  @Test(arguments: (1...12).map { Seed($0) })
  func everyTileIsValidNothingIsLostAndAreasAddUp(seed: Seed) throws {
    var seed = seed
    let shapes = Self.shapes(&seed)
    for zoom in [13, 15] {
      let town = try TestTown(maxZoom: zoom, shapes)
      let unitsPerMetre = 4096 / Square(zoom: zoom, row: 0, column: 0).width
      var areas = [Double](repeating: 0, count: shapes.count)
      for square in Square.covering(shapes.reduce(Envelope.empty) { $0.union($1.envelope) }, zoom: zoom) {
        let drawn = try town.drawn(square.tile)
        for feature in drawn {
          let geometry = try #require(feature.geometry)
          #expect(try geometry.validity() == .valid, "zoom \(zoom), \(square), feature \(feature.id ?? 0)")
          areas[Int(try #require(feature.id)) - 1] += Self.areaInTile(geometry)
        }
        // Whoever has a vertex well inside the tile, or its whole middle, must be there; shapes are larger than a unit.
        let present = Set(drawn.compactMap(\.id))
        for (index, shape) in shapes.enumerated() where shape.coordinates.contains(where: { square.envelope.contains($0) }) {
          guard Self.measure(shape).area * unitsPerMetre * unitsPerMetre > 50 else { continue }
          #expect(present.contains(UInt64(index + 1)), "zoom \(zoom), \(square), feature \(index + 1)")
        }
      }
      for (index, area) in areas.enumerated() {
        let shape = shapes[index]
        let expected = Self.measure(shape)
        // Rounding moves a boundary by at most 0.71 units.
        let allowance = 0.71 * expected.length * unitsPerMetre + 2
        #expect(
          abs(area - expected.area * unitsPerMetre * unitsPerMetre) <= allowance,
          "zoom \(zoom), feature \(index + 1): \(area) for \(expected.area * unitsPerMetre * unitsPerMetre)")
      }
    }
  }

  /// Below the highest zoom vertices are left out, which may make rings cross: still valid.
  @Test(arguments: (1...12).map { Seed($0) })
  func simplifiedTilesAreValidToo(seed: Seed) throws {
    var seed = seed
    let shapes = Self.shapes(&seed)
    for zoom in [8, 11, 12, 14] {
      let town = try TestTown(shapes)
      for square in Square.covering(shapes.reduce(Envelope.empty) { $0.union($1.envelope) }, zoom: zoom) {
        for feature in try town.drawn(square.tile) {
          #expect(try feature.geometry?.validity() == .valid, "zoom \(zoom), \(square), feature \(feature.id ?? 0)")
        }
      }
    }
  }

  @Test(arguments: [
    // A bow tie.
    [(100.0, 100.0), (300, 300), (300, 100), (100, 300)],
    // Two squares joined by a neck a tenth of a unit wide.
    [
      (100, 100), (200, 100), (200, 150), (300, 150), (300, 100), (400, 100), (400, 200), (300, 200), (300, 150.1), (200, 150.1),
      (200, 200), (100, 200),
    ],
    // Leaves the window at the top twice: the clipped ring runs forth and back along it.
    [(100, 500), (100, -500), (200, -500), (200, 400), (300, 400), (300, -500), (400, -500), (400, 500)],
  ])
  func ringsThatTouchAfterRoundingAreRepaired(ring: [(Double, Double)]) throws {
    let square = TileRendererTests.square
    let vertices = (ring + ring.prefix(1)).map { square.place(x: $0.0, y: $0.1) }
    let drawn = try TestTown([.polygon([vertices])]).drawn(square.tile)
    let geometry = try #require(drawn.first?.geometry)
    #expect(try geometry.validity() == .valid)
    #expect(geometry.kind == .multiPolygon || geometry.polygonEnds.count == 1)
    for vertex in geometry.coordinates { #expect(vertex.x == vertex.x.rounded() && vertex.y == vertex.y.rounded()) }
  }

  @Test func linesAcrossManyTilesAreInEachOfThem() throws {
    var seed = Seed(7)
    let middle = Self.corner.place(x: 4096, y: 4096)
    let lines = (0..<20).map { _ in
      Geometry.lineString(
        (0..<30).map { _ in
          Coordinate(
            x: middle.x + Double.random(in: -3000...3000, using: &seed),
            y: middle.y + Double.random(in: -3000...3000, using: &seed))
        })
    }
    let town = try TestTown(lines)
    for square in Square.covering(lines.reduce(Envelope.empty) { $0.union($1.envelope) }, zoom: 14) {
      let present = Set(try town.drawn(square.tile).compactMap(\.id))
      for (index, line) in lines.enumerated() {
        // A thousand places along each edge of the line: those in the tile ask for it.
        let isInside = zip(line.coordinates, line.coordinates.dropFirst()).contains { a, b in
          (0...1000).contains { step in
            let t = Double(step) / 1000
            return square.envelope.contains(Coordinate(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t))
          }
        }
        if isInside { #expect(present.contains(UInt64(index + 1)), "\(square), line \(index + 1)") }
      }
    }
  }

  /// The districts of Münster's elections, as published: degrees, two of them cross themselves.
  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func realDistrictsAreValidInEveryTile() throws {
    let data = try Data(contentsOf: SharedData.file("cities/muenster/stimmbezirke.geojson"))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let districts = try #require(root["features"] as? [[String: Any]]).compactMap { feature -> Geometry? in
      let geometry = feature["geometry"] as? [String: Any]
      guard let rings = geometry?["coordinates"] as? [[[Double]]] else { return nil }
      return .polygon(rings.map { $0.map { Coordinate(x: $0[0], y: $0[1]) } })
    }
    #expect(districts.count == 172)
    let town = try TestTown(crs: .crs84, maxZoom: 15, districts)
    let toMercator = try CoordinateTransform(from: .crs84, to: .webMercator)
    let extent = try toMercator.transform(districts.reduce(Envelope.empty) { $0.union($1.envelope) })
    for zoom in [9, 12, 13, 15] {
      var seen: Set<UInt64> = []
      for square in Square.covering(extent, zoom: zoom) {
        for feature in try town.drawn(square.tile) {
          #expect(try feature.geometry?.validity() == .valid, "zoom \(zoom), \(square), feature \(feature.id ?? 0)")
          if let id = feature.id { seen.insert(id) }
        }
      }
      #expect(seen.count == 172, "zoom \(zoom)")
    }
  }

  /// The green areas of Köln, as published, in every tile from far to near: lawns of a few metres, a green belt around the town.
  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"), arguments: [8, 10, 12, 13, 14, 16])
  func greenAreasOfATownAreValidInEveryTile(zoom: Int) throws {
    let town = try TestTown(crs: .crs84, Self.greenAreas())
    #expect(town.reader.features.count > 2700)
    let resident = try ResidentCollection(descriptor: town.descriptor, version: 1, reading: town.reader)
    let toMercator = try CoordinateTransform(from: .crs84, to: .webMercator)
    let extent = try toMercator.transform(try #require(town.descriptor.storageExtent))
    let scratch = TileScratch()
    for thinning in TileThinning.allCases where thinning == .none || zoom < 14 {
      let renderer = try TileRenderer(layers: [try TileLayer(town.descriptor, thinning: thinning)])
      var seen = 0
      for square in Square.covering(extent, zoom: zoom) {
        guard let tile = try renderer.render(square.tile, from: town.reader, residents: [resident], scratch: scratch) else {
          continue
        }
        #expect(tile.flawCount == 0, "\(tile.flaws)")
        for feature in try MvtDecoder.decode(tile.bytes).layers.flatMap(\.features) {
          #expect(try feature.geometry?.validity() == .valid, "zoom \(zoom), \(square), feature \(feature.id ?? 0)")
        }
        seen += tile.representedCount
      }
      // Thinned, each is somewhere, be it in another's name; else what is narrower than a unit may be nowhere.
      #expect(seen >= (thinning == .automatic ? town.reader.features.count : 2000))
    }
  }

  private static func greenAreas() throws -> [Geometry] {
    var areas: [Geometry] = []
    for layer in [2, 4, 7, 8, 11, 12] {
      let data = try Data(contentsOf: SharedData.file("cities/koeln/gruenflaechen-json/\(layer).json"))
      let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      for feature in try #require(root["features"] as? [[String: Any]]) {
        let coordinates = (feature["geometry"] as? [String: Any])?["coordinates"]
        func ring(_ pairs: [[Double]]) -> [Coordinate] { pairs.map { Coordinate(x: $0[0], y: $0[1]) } }
        if let polygons = coordinates as? [[[[Double]]]] {
          areas.append(.multiPolygon(polygons.map { $0.map(ring) }))
        } else if let rings = coordinates as? [[[Double]]] {
          areas.append(.polygon(rings.map(ring)))
        }
      }
    }
    return areas
  }
}
