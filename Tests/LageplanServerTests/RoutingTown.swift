import LageplanFeatures
import LageplanGeometry
import LageplanRouting
import LageplanStore

@testable import LageplanServer

/// Streets for ``TestTown``: a grid whose crossings are its playgrounds, so that every travel time can be told in the head.
///
///     p04 ── p14 ── p24 ── p34 ── p44      a stretch from west to east takes 60 s and is 680 m long,
///      │      │      │      │      │       one from south to north 100 s and 1,112 m; turns take no time.
///     p03 ── p13 ── …                      On foot both take ten times as long, and the westernmost column (p00 to p04) is
///      │      │                            one-way to the north for cars.
///     …
///
/// Far to the east lies an island: one street without a way to the others.
enum RoutingTown {
  static let secondsEast = 60
  static let secondsNorth = 100

  /// By car, between playgrounds that are not in the westernmost column.
  static func seconds(_ from: (column: Int, row: Int), _ to: (column: Int, row: Int)) -> Double {
    Double(abs(from.column - to.column) * secondsEast + abs(from.row - to.row) * secondsNorth)
  }

  static let island = Coordinate(longitude: 10.80, latitude: 52.40)

  /// The town with its streets in the file beside the database, and a collection for closures.
  static func fill(_ store: Store) throws {
    try TestTown.fill(store)
    try store.createCollection(closures)
    try roads.write(to: store.path + ".roads")
  }

  static let closures = CollectionDescriptor(
    id: "closures", title: "Sperrungen", geometryKind: .lineString, storageCrs: .crs84,
    schema: Schema(properties: [
      PropertyDefinition(name: "kind", kind: .text), PropertyDefinition(name: "kmh", kind: .real),
      PropertyDefinition(name: "profiles", kind: .text), PropertyDefinition(name: "validFrom", kind: .dateTime),
      PropertyDefinition(name: "validTo", kind: .date),
    ]))

  static let roads = make()

  private struct Edge {
    var tail: Int32
    var head: Int32
    var length: Int32
    var seconds: Int32
    var street: Int32
    var isOneWay = false
  }

  private static func make() -> Roads {
    var places: [RoadPosition] = []
    var edges: [Edge] = []
    for row in 0..<5 {
      for column in 0..<5 {
        let node = Int32(places.count)
        places.append(RoadPosition(TestTown.place(column: column, row: row)))
        if column > 0 {
          edges.append(Edge(tail: node - 1, head: node, length: 6_800, seconds: Int32(secondsEast), street: Int32(1 + row)))
        }
        if row > 0 {
          edges.append(
            Edge(
              tail: node - 5, head: node, length: 11_120, seconds: Int32(secondsNorth), street: Int32(6 + column),
              isOneWay: column == 0))
        }
      }
    }
    places.append(RoadPosition(island))
    places.append(RoadPosition(Coordinate(longitude: island.x + 0.01, latitude: island.y)))
    edges.append(Edge(tail: 25, head: 26, length: 6_800, seconds: 60, street: 0))

    let names = [""] + (0..<5).map { "Reihe \($0)" } + (0..<5).map { "Spalte \($0)" }
    var text: [UInt8] = []
    var firstByte: [Int32] = [0]
    for name in names {
      text += Array("\(name)\t".utf8)
      firstByte.append(Int32(text.count))
    }
    let network = RoadNetwork(
      nodePositions: FlatArray(places), tails: FlatArray(edges.map(\.tail)), heads: FlatArray(edges.map(\.head)),
      lengths: FlatArray(edges.map(\.length)), firstVertex: FlatArray((0...edges.count).map { Int32(2 * $0) }),
      vertices: FlatArray(edges.flatMap { [places[Int($0.tail)], places[Int($0.head)]] }),
      streets: FlatArray(edges.map(\.street)),
      ways: FlatArray(edges.indices.map { Int64($0) }), ranks: FlatArray(edges.indices.map { Int32($0) }),
      firstStreetByte: FlatArray(firstByte), streetText: FlatArray(text))
    return Roads(
      network: network,
      graphs: [
        (RoadProfile(id: "car", title: "Auto", kind: .car), graph(of: edges, factor: 1, keepsOneWays: true)),
        (RoadProfile(id: "foot", title: "Zu Fuß", kind: .foot), graph(of: edges, factor: 10, keepsOneWays: false)),
      ], source: RoadSource(fileName: "town.osm.pbf", importDate: "2026-11-23T09:00:00Z", counts: ["ways": edges.count]))
  }

  /// Every edge is an arc in each direction; from each one may go on everywhere but back, and back only at the island's ends.
  private static func graph(of edges: [Edge], factor: Int32, keepsOneWays: Bool) -> RoadGraph {
    var arcs: [(edge: Int, isBackward: Bool)] = []
    for edge in edges.indices {
      arcs.append((edge, false))
      if !(edges[edge].isOneWay && keepsOneWays) { arcs.append((edge, true)) }
    }
    let start = { (arc: (edge: Int, isBackward: Bool)) in arc.isBackward ? edges[arc.edge].head : edges[arc.edge].tail }
    let end = { (arc: (edge: Int, isBackward: Bool)) in arc.isBackward ? edges[arc.edge].tail : edges[arc.edge].head }
    var firstTurn: [Int32] = [0]
    var targets: [Int32] = []
    for arc in arcs {
      let onward = arcs.indices.filter { start(arcs[$0]) == end(arc) }
      let ahead = onward.filter { arcs[$0].edge != arc.edge }
      targets += (ahead.isEmpty ? onward : ahead).map { Int32($0) }
      firstTurn.append(Int32(targets.count))
    }
    var firstUse: [Int32] = [0]
    var uses: [Int32] = []
    for edge in edges.indices {
      for isBackward in [false, true] {
        if let step = arcs.firstIndex(where: { $0.edge == edge && $0.isBackward == isBackward }) { uses.append(Int32(step)) }
        firstUse.append(Int32(uses.count))
      }
    }
    return RoadGraph(
      firstStep: FlatArray((0...arcs.count).map { Int32($0) }),
      steps: FlatArray(arcs.map { Int32($0.edge << 1 | ($0.isBackward ? 1 : 0)) }),
      stepDurations: FlatArray(arcs.map { edges[$0.edge].seconds * 10 * factor }),
      ranks: FlatArray(arcs.indices.map { Int32($0) }),
      components: FlatArray(arcs.map { $0.edge == edges.count - 1 ? 1 : 0 }), firstTurn: FlatArray(firstTurn),
      turnTargets: FlatArray(targets), turnDurations: FlatArray(targets.map { _ in 0 }), firstUse: FlatArray(firstUse),
      uses: FlatArray(uses), stepArcs: FlatArray(arcs.indices.map { Int32($0) }))
  }
}
