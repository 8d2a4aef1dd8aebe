import Foundation
import LageplanGeometry
import LageplanRouting

/// Roads from one extract of OpenStreetMap: the import, and for each profile what a new metric, a snap, a route and a table take. CPU
/// seconds of one thread, the median of several rounds; the import's of all threads together.
///
/// `[FILE.osm.pbf] [--points FILE] [--json] [--check]`: Heidelberg from the shared data where no file is named; places drawn from the
/// network where no points are; `--json` gives the figures of the car for `routing.py`; `--check` compares every cell of tables of 1,000
/// places with Dijkstra's algorithm as well (``RoutingCheck``).
enum RoutingBench {
  private static let tableSizes = [100, 500, 1000]

  static func run(_ arguments: [String]) throws {
    var files: [String] = []
    var pointsFile: String?
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--points" { pointsFile = rest.popFirst() } else if !argument.hasPrefix("--") { files.append(argument) }
    }
    let shared = BenchFolder.checkout.deletingLastPathComponent().appendingPathComponent("shared/data/osm")
    let file = files.first ?? shared.appendingPathComponent("heidelberg.osm.pbf").path
    let isQuiet = arguments.contains("--json")
    func say(_ line: String) { if !isQuiet { print(line) } }

    let (roads, figures) = try imported(file)
    let network = roads.network
    say("\((file as NSString).lastPathComponent): \(network.nodeCount) nodes, \(network.edgeCount) edges; " + figures)
    let places = try pointsFile.map(points(in:)) ?? drawn(from: network, count: 2000)
    for profile in roads.profiles {
      let measured = try measure(roads, profile.id, places, say)
      if isQuiet, profile.id == roads.profiles.first?.id {
        print(String(decoding: try JSONSerialization.data(withJSONObject: measured, options: .sortedKeys), as: UTF8.self))
      }
      if arguments.contains("--check") {
        try RoutingCheck.run(roads, profile.id, places, say)
        try RouteCheck.run(roads, profile.id, places, say)
      }
    }
  }

  // MARK: The network

  private static func imported(_ file: String) throws -> (Roads, figures: String) {
    let profiles = try TravelProfile.read(in: BenchFolder.checkout.appendingPathComponent("Data/profiles"))
    let start = ProcessTime.ofAllThreads
    let read = try RoadImporter(profiles: profiles).roads(from: try OsmFile(path: file))
    let middle = ProcessTime.ofAllThreads
    let graphs = zip(read.profiles, read.graphs).map { profile, graph in
      (
        profile: RoadProfile(id: profile.id, title: profile.title, kind: .init(rawValue: profile.kind.rawValue) ?? .car),
        graph: graph
      )
    }
    let source = RoadSource(fileName: (file as NSString).lastPathComponent, importDate: "")
    let roads = Roads(network: read.network, graphs: graphs, source: source)
    let end = ProcessTime.ofAllThreads
    let network = read.network
    let (tails, heads) = (Array(network.tails), Array(network.heads))
    let ordering = seconds(rounds: 1, of: { ProcessTime.ofAllThreads }) {
      _ = NestedDissection.ranks(positions: Array(network.nodePositions), tails: tails, heads: heads)
    }
    let told = String(
      format: "import %.2f s, of which order %.2f s and hierarchies %.2f s", end - start, ordering, end - middle)
    return (roads, told)
  }

  /// `points`, each longitude and latitude.
  private static func points(in file: String) throws -> [Coordinate] {
    struct Points: Decodable {
      var points: [[Double]]
    }
    return try JSONDecoder().decode(Points.self, from: Data(contentsOf: URL(fileURLWithPath: file))).points.compactMap {
      $0.count == 2 ? Coordinate(x: $0[0], y: $0[1]) : nil
    }
  }

  private static func drawn(from network: RoadNetwork, count: Int) -> [Coordinate] {
    (0..<count).map { network.nodePositions[$0 * 7_919_317 % network.nodeCount].coordinate }
  }

  // MARK: Measuring

  private static func measure(
    _ roads: Roads, _ profile: String, _ places: [Coordinate], _ say: (String) -> Void
  ) throws -> [String: Double] {
    let router = try RoadRouter(roads, profile: profile)
    guard let graph = roads.graph(of: profile) else { return [:] }
    let hierarchy = RoadHierarchy(of: graph)
    say("\(profile): \(graph.arcCount) arcs, \(graph.turnCount) turns, \(hierarchy.linkCount) links")
    var figures: [String: Double] = [:]
    func tell(_ key: String, _ title: String, rounds: Int, _ body: (Int) -> Void) {
      var round = 0
      figures[key] = seconds(rounds: rounds, of: { ProcessTime.ofThisThread }) {
        body(round)
        round += 1
      }
      say("  " + title.padding(toLength: 34, withPad: " ", startingAt: 0) + String(format: "%12.6f s", figures[key] ?? 0))
    }

    tell("customise", "a new metric", rounds: 5) { _ in
      let costs = graph.arcCosts(edgeLengths: roads.network.lengths, stepDurations: graph.stepDurations)
      _ = RoadMetric(of: hierarchy, arcCosts: costs, turnDurations: graph.turnDurations)
    }
    // The pairs that the notes on the extracts name.
    let pairs = (0..<1000).map { (places[$0 * 7919 % places.count], places[($0 * 104_729 + 13) % places.count]) }
    tell("snap", "a snap", rounds: pairs.count) { _ = router.nearest(to: pairs[$0].0) }
    tell("route", "cost with both snaps", rounds: pairs.count) { round in
      guard let start = router.nearest(to: pairs[round].0), let end = router.nearest(to: pairs[round].1) else { return }
      _ = router.cost(from: start, to: end)
    }
    tell("routeLine", "route with both snaps and its line", rounds: pairs.count) { round in
      guard let start = router.nearest(to: pairs[round].0), let end = router.nearest(to: pairs[round].1) else { return }
      _ = router.route(through: [start, end], detail: .line)
    }
    for size in tableSizes where size <= places.count {
      let snaps = places.prefix(size).map { router.nearest(to: $0) }
      tell("table\(size)", "table \(size) × \(size)", rounds: 3) { _ in _ = router.table(from: snaps, to: snaps) }
    }
    return figures
  }

  /// The median, after one round that is not counted where there are several.
  private static func seconds(rounds: Int, of clock: () -> Double, _ body: () -> Void) -> Double {
    var spent: [Double] = []
    for _ in 0..<rounds {
      let start = clock()
      body()
      spent.append(clock() - start)
    }
    if spent.count > 1 { spent.removeFirst() }
    return spent.sorted()[spent.count / 2]
  }
}
