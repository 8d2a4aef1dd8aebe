import LageplanRouting
import TestSupport
import Testing

struct NestedDissectionTests {
  @Test(arguments: Seed.hundred) func everyEdgeHasARankOfItsOwn(seed: Seed) {
    var seed = seed
    let roads = RandomRoads(&seed, side: Int.random(in: 1...12, using: &seed))
    let ranks = NestedDissection.ranks(positions: roads.positions, tails: roads.tails, heads: roads.heads)
    #expect(ranks.sorted() == Array(0..<Int32(roads.tails.count)))
    #expect(ranks == NestedDissection.ranks(positions: roads.positions, tails: roads.tails, heads: roads.heads))
  }

  //    o─o─o─o─o─o           o─o─o─o─o─o
  //    │ │ │ │ │ │ ── one ── │ │ │ │ │ │
  //    o─o─o─o─o─o   bridge  o─o─o─o─o─o
  @Test func theBridgeBetweenTwoTownsComesLast() {
    var positions: [RoadPosition] = []
    var edges: [(Int32, Int32)] = []
    for town in 0..<2 {
      for column in 0..<6 {
        for row in 0..<6 {
          let node = Int32(positions.count)
          positions.append(RoadPosition(longitude: Int32(town * 10_000 + column * 1_000), latitude: Int32(row * 1_000)))
          if row > 0 { edges.append((node - 1, node)) }
          if column > 0 { edges.append((node - 6, node)) }
        }
      }
    }
    edges.insert((33, 39), at: 20)
    let ranks = NestedDissection.ranks(positions: positions, tails: edges.map(\.0), heads: edges.map(\.1))
    #expect(ranks[20] == Int32(edges.count - 1))
  }

  @Test func theTopOfAGridIsOneOfItsMiddleLines() {
    let side: Int32 = 16
    var positions: [RoadPosition] = []
    var edges: [(Int32, Int32)] = []
    for column in 0..<side {
      for row in 0..<side {
        let node = column * side + row
        positions.append(RoadPosition(longitude: column * 1_000, latitude: row * 1_000))
        if row > 0 { edges.append((node - 1, node)) }
        if column > 0 { edges.append((node - side, node)) }
      }
    }
    let ranks = NestedDissection.ranks(positions: positions, tails: edges.map(\.0), heads: edges.map(\.1))
    // Without the last `side` edges the grid falls apart, and neither part has more than three quarters of its nodes.
    var group = Array(0..<positions.count)
    func root(_ node: Int) -> Int { group[node] == node ? node : root(group[node]) }
    for (edge, (tail, head)) in edges.enumerated() where ranks[edge] < Int32(edges.count) - side {
      group[root(Int(tail))] = root(Int(head))
    }
    let sizes = Dictionary(grouping: group.indices, by: root).values.map(\.count).sorted()
    #expect(sizes.count >= 2 && sizes.last ?? 0 <= positions.count * 3 / 4)
  }

  @Test func noNetworkHasNoOrder() {
    #expect(NestedDissection.ranks(positions: [], tails: [], heads: []).isEmpty)
    #expect(
      NestedDissection.ranks(positions: [RoadPosition(longitude: 0, latitude: 0)], tails: [0, 0], heads: [0, 0]).count == 2)
  }
}
