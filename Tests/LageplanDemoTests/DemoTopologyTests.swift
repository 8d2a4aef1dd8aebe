import LageplanDemo
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// What the town's geometry promises, whatever the seed.
@Suite struct DemoTopologyTests {
  static let towns: [(seed: UInt64, scale: Double)] = [(1, 0.3), (2, 0.02), (3, 0.1), (4, 0.02), (5, 0.05)]

  /// Each inner border is walked once in either direction: no gap, no overlap. What is walked once only is the town's border.
  @Test(arguments: towns) func districtsTileTheTown(seed: UInt64, scale: Double) throws {
    let town = try DemoTown(seed: seed, scale: scale)
    var directed: Set<[Coordinate]> = []
    var area = 0.0
    for district in town.features(of: .districts) {
      let geometry = try #require(district.geometry)
      for ring in geometry.partEnds.indices {
        let vertices = geometry.coordinates[geometry.part(ring)]
        #expect(vertices.first == vertices.last)
        for (a, b) in zip(vertices, vertices.dropFirst()) {
          area += (a.x - 620_000) * (b.y - 5_810_000) - (b.x - 620_000) * (a.y - 5_810_000)
          #expect(directed.insert([a, b]).inserted, "an edge belongs to two districts")
        }
      }
    }
    #expect(abs(area / 2 / (204.6e6 * scale) - 1) < 1e-5)
    let rim = directed.filter { !directed.contains([$0[1], $0[0]]) }
    // The border is one closed walk.
    let next = Dictionary(rim.map { ($0[0], $0[1]) }) { first, _ in first }
    #expect(next.count == rim.count)
    var at = try #require(rim.first?[0])
    var steps = 0
    repeat {
      at = try #require(next[at])
      steps += 1
    } while at != rim.first?[0] && steps <= rim.count
    #expect(steps == rim.count)
  }

  /// Whoever drives anywhere can drive everywhere: streets share their ends bit by bit.
  @Test(arguments: towns) func streetsAreConnected(seed: UInt64, scale: Double) throws {
    let town = try DemoTown(seed: seed, scale: scale)
    var neighbours: [Coordinate: [Coordinate]] = [:]
    for street in town.features(of: .streets) {
      let line = try #require(street.geometry).coordinates
      let a = try #require(line.first)
      let b = try #require(line.last)
      neighbours[a, default: []].append(b)
      neighbours[b, default: []].append(a)
    }
    var seen: Set<Coordinate> = []
    var queue = Array(neighbours.keys.prefix(1))
    while let node = queue.popLast() {
      if seen.insert(node).inserted { queue += neighbours[node] ?? [] }
    }
    #expect(seen.count == neighbours.count)
    #expect(town.count(of: .streets) > 20)
  }

  @Test(arguments: towns) func thingsLieInTheTown(seed: UInt64, scale: Double) throws {
    let town = try DemoTown(seed: seed, scale: scale)
    for collection in [DemoCollection.playgrounds, .trees, .sensors, .depots, .signs, .streets] {
      let homeless = town.features(of: collection).filter {
        $0.geometry != nil && town.value($0, "district", collection) == .null
      }
      #expect(homeless.count == 0, "\(homeless.count) of \(collection)")
    }
  }

  @Test func districtOfATreeHoldsIt() throws {
    let town = try DemoTown(seed: 3, scale: 0.1)
    let districts = Dictionary(uniqueKeysWithValues: town.features(of: .districts).map { ($0.id, $0.geometry) })
    for tree in town.features(of: .trees) {
      guard let place = tree.geometry?.coordinates.first, case .text(let id) = town.value(tree, "district", .trees) else {
        continue
      }
      let district = try #require(districts[id] ?? nil)
      #expect(isInside(place, district), "tree \(tree.id) in district \(id)")
    }
  }
}
