import LageplanFeatures
public import LageplanGeometry
public import LageplanRouting

extension DemoTown {
  /// The streets of the town, and paths through its parks and to its playgrounds, as a mapper draws them in OpenStreetMap: what an importer of
  /// roads reads. A street has the identity of its feature; what is no street begins at 1,000,001.
  ///
  /// The register of streets calls some one-way that have no way around. Nobody could leave them, so here they are open both ways.
  public func roads() throws(CrsError) -> OsmElements {
    var drawing = RoadDrawing(
      name: Self.name, date: Self.today.iso, seed: seed, frame: try CoordinateTransform(from: .utm32, to: .crs84))
    try drawing.addStreets(of: self)
    try drawing.addPaths(through: green, streets: network)
    drawing.addRestrictions(in: network)
    return drawing.elements
  }
}

/// Draws what roads are made of: nodes, ways between them, and relations that forbid turns.
struct RoadDrawing {
  /// Ways that are no streets.
  private static let firstPath: Int64 = 1_000_001
  /// As far as a driver goes around a one-way street, in streets.
  private static let longestWayAround = 200

  /// The words of the register in those of OpenStreetMap.
  private static let surfaces = [
    "Asphalt": "asphalt", "Beton": "concrete", "Pflaster": "paving_stones", "wassergebunden": "compacted",
  ]

  private typealias Tags = [(key: String, value: String)]

  private(set) var elements: OsmElements
  private let frame: CoordinateTransform
  private var random: RandomSource
  private var nodes: [Coordinate: Int64] = [:]
  private var signals: [Int] = []
  private var nextPath = Self.firstPath

  init(name: String, date: String, seed: UInt64, frame: CoordinateTransform) {
    elements = OsmElements(name: name, date: date, nodes: [], ways: [])
    self.frame = frame
    random = RandomSource(seed: seed, stream: 14)
  }

  /// The node at a place around the market place; where something stands there already, that.
  private mutating func node(_ place: Coordinate, _ tags: Tags = []) throws(CrsError) -> Int64 {
    let place = place.rounded
    if let known = nodes[place] { return known }
    let id = Int64(elements.nodes.count + 1)
    let position = RoadPosition(try frame.transform((place + DemoTown.origin).rounded))
    elements.nodes.append(OsmNode(id: id, position: position, tags: OsmTags(tags)))
    nodes[place] = id
    return id
  }

  // MARK: Streets

  mutating func addStreets(of town: DemoTown) throws(CrsError) {
    let network = town.network
    placeSignals(network)
    for index in network.segments.indices {
      let segment = network.segments[index]
      for (end, junction) in [(0, segment.from), (segment.line.count - 1, segment.to)] where signals.contains(junction) {
        _ = try node(segment.line[end], [("highway", "traffic_signals")])
      }
    }
    let builds = network.segments.indices.map { index in
      var random = town.random(for: index, of: .streets)
      return town.build(of: network.roads[network.segments[index].road].streetClass, &random)
    }
    let oneWay = Self.oneWayStreets(of: network, register: builds.map(\.isOneWay))
    for (index, segment) in network.segments.enumerated() {
      var line: [Int64] = []
      for place in segment.line { line.append(try node(place)) }
      let road = network.roads[segment.road]
      var tags = road.streetClass.roadTags
      // Country roads are called by their number.
      tags.append((road.streetClass.isRural ? "ref" : "name", road.name))
      tags.append(("surface", Self.surfaces[builds[index].surface] ?? "asphalt"))
      if oneWay.contains(index) {
        tags.append(("oneway", "yes"))
        if random.chance(0.6) { tags.append(("oneway:bicycle", "no")) }
      }
      elements.ways.append(OsmWay(id: Int64(index + 1), nodes: line, tags: OsmTags(tags)))
    }
  }

  /// Half of the junctions where main roads cross others.
  private mutating func placeSignals(_ network: StreetNetwork) {
    var arms = [(main: Int, other: Int)](repeating: (0, 0), count: network.degree.count)
    for segment in network.segments {
      let streetClass = network.roads[segment.road].streetClass
      for end in [segment.from, segment.to] where end >= 0 {
        switch streetClass {
        case .main, .federal: arms[end].main += 1
        case .collector, .district: arms[end].other += 1
        case .residential, .calmed, .pedestrian: break
        }
      }
    }
    signals = arms.indices.filter { arms[$0].main >= 2 && arms[$0].main + arms[$0].other >= 3 && random.chance(0.5) }
  }

  /// Those of the register from whose end a car gets back to the beginning by other streets.
  private static func oneWayStreets(of network: StreetNetwork, register: [Bool]) -> Set<Int> {
    var leaving = [[Int]](repeating: [], count: network.degree.count)
    for (index, segment) in network.segments.enumerated() where network.roads[segment.road].streetClass != .pedestrian {
      for end in [segment.from, segment.to] where end >= 0 { leaving[end].append(index) }
    }
    var oneWay: Set<Int> = []
    for (index, segment) in network.segments.enumerated() where register[index] && segment.from >= 0 && segment.to >= 0 {
      var seen: Set<Int> = [segment.to]
      var queue = [segment.to]
      var head = 0
      while head < queue.count, queue.count < longestWayAround, !seen.contains(segment.from) {
        let here = queue[head]
        head += 1
        for street in leaving[here] where street != index {
          let (from, to) = (network.segments[street].from, network.segments[street].to)
          guard here == from || !oneWay.contains(street) else { continue }
          let there = here == from ? to : from
          if there >= 0, seen.insert(there).inserted { queue.append(there) }
        }
      }
      if seen.contains(segment.from) { oneWay.insert(index) }
    }
    return oneWay
  }

  // MARK: Paths

  /// Paths from the streets around a park to its middle, or to the path around what lies there; and one from the street to each playground.
  mutating func addPaths(through green: GreenPlan, streets: StreetNetwork) throws(CrsError) {
    let vertices = VertexGrid(streets.segments.flatMap(\.line))
    for area in green.areas where area.kind == .park || area.kind == .cemetery {
      guard let rings = area.polygons.first, let shell = rings.first else { continue }
      let reach = shell.reduce(0) { max($0, $1.distance(to: area.inside)) } + 40
      let gates = vertices.around(area.inside, within: reach).filter { Plane.distance($0, toRing: shell) < 45 }
      try addPark(area, around: rings.dropFirst().first, gates: gates, streets: streets)
    }
    for playground in green.playgrounds {
      let street = vertices.around(playground.centre, within: 120)
        .filter { Self.isFree($0, playground.centre, streets, avoiding: nil) }
        .min { $0.distance(to: playground.centre) < $1.distance(to: playground.centre) }
      guard let street else { continue }
      try addPath([street, playground.centre], [("highway", "footway"), ("surface", "compacted")])
    }
  }

  private mutating func addPark(
    _ area: GreenPlan.Area, around hole: [Coordinate]?, gates: [Coordinate], streets: StreetNetwork
  ) throws(CrsError) {
    let middle = hole.map { Plane.centroid($0) } ?? area.inside
    let promenade = hole?.map { middle + ($0 - middle) * (1 + 5 / max(1, $0.distance(to: middle))) }
    var tags: Tags = [("highway", "path"), ("foot", "designated"), ("surface", "compacted")]
    tags.append(("bicycle", area.kind == .park ? "yes" : "no"))
    if let name = area.name { tags.append(("name", name)) }
    // The nearest gate of each sixth of the circle.
    var joined = 0
    for sixth in 0..<6 {
      let sector = gates.filter { Int((($0 - middle).angle / .pi + 1) * 3) % 6 == sixth }
        .sorted { $0.distance(to: middle) < $1.distance(to: middle) }
      let target = { (gate: Coordinate) in promenade?.min { $0.distance(to: gate) < $1.distance(to: gate) } ?? middle }
      guard let gate = sector.prefix(8).first(where: { Self.isFree($0, target($0), streets, avoiding: hole) }) else { continue }
      // Bollards keep cars out; the first way in is for the gardeners' vehicles instead.
      let post = gate + (target(gate) - gate).unit * 4
      if joined == 0 {
        _ = try node(post, [("barrier", "gate"), ("foot", "yes"), ("bicycle", "yes")])
        try addPath(
          [gate, post, target(gate)],
          [("highway", "track"), ("tracktype", "grade2"), ("motor_vehicle", "private")] + tags.dropFirst())
      } else {
        _ = try node(post, [("barrier", "bollard")])
        try addPath([gate, post, target(gate)], tags)
      }
      joined += 1
    }
    if let promenade, joined > 0 { try addPath(promenade + promenade.prefix(1), tags) }
  }

  private mutating func addPath(_ line: [Coordinate], _ tags: Tags) throws(CrsError) {
    var chain: [Int64] = []
    for place in line { chain.append(try node(place)) }
    elements.ways.append(OsmWay(id: nextPath, nodes: chain, tags: OsmTags(tags)))
    nextPath += 1
  }

  /// The straight path from the street at `gate` crosses no street and not what it shall avoid.
  private static func isFree(
    _ gate: Coordinate, _ end: Coordinate, _ streets: StreetNetwork, avoiding hole: [Coordinate]?
  ) -> Bool {
    let start = gate + (end - gate).unit * 0.5
    guard gate.distance(to: end) > 6, !streets.index.crosses([start, end]) else { return false }
    guard let hole else { return true }
    return !hole.indices.contains { Plane.intersect(start, end, hole[$0], hole[($0 + 1) % hole.count]) }
  }

  // MARK: Forbidden turns

  /// No turn to the left at some signals, and no turning back over a short cross street.
  mutating func addRestrictions(in network: StreetNetwork) {
    var arms = [[(segment: Int, heading: Coordinate)]](repeating: [], count: network.degree.count)
    for (index, segment) in network.segments.enumerated()
    where network.roads[segment.road].streetClass != .pedestrian {
      let line = segment.line
      if segment.from >= 0 { arms[segment.from].append((index, (line[1] - line[0]).unit)) }
      if segment.to >= 0 { arms[segment.to].append((index, (line[line.count - 2] - line[line.count - 1]).unit)) }
    }
    for junction in signals where arms[junction].count >= 3 && random.chance(0.3) {
      let from = random.pick(arms[junction])
      // Who comes in from the arm drives against its heading; left of that is a quarter turn anticlockwise.
      let left = arms[junction].first { $0.segment != from.segment && (from.heading * -1).cross($0.heading) > 0.8 }
      guard let left, let via = junctionNode(junction, of: from.segment, network) else { continue }
      restrict("no_left_turn", from.segment, (.node, via), left.segment)
    }
    for (index, segment) in network.segments.enumerated()
    where segment.length < 120 && segment.from >= 0 && segment.to >= 0 && network.roads[segment.road].streetClass == .collector {
      for enter in arms[segment.from] where enter.segment != index {
        // Out the way one came in, one street further on.
        guard let leave = arms[segment.to].first(where: { $0.segment != index && $0.heading.dot(enter.heading) > 0.7 }) else {
          continue
        }
        if random.chance(0.1) { restrict("no_u_turn", enter.segment, (.way, Int64(index + 1)), leave.segment) }
      }
    }
  }

  private func junctionNode(_ junction: Int, of segment: Int, _ network: StreetNetwork) -> Int64? {
    let segment = network.segments[segment]
    return nodes[segment.from == junction ? segment.line[0] : segment.line[segment.line.count - 1]]
  }

  private mutating func restrict(_ kind: String, _ from: Int, _ via: (kind: OsmRelation.Kind, id: Int64), _ to: Int) {
    elements.relations.append(
      OsmRelation(
        id: Int64(elements.relations.count + 1),
        members: [
          OsmRelation.Member(.way, Int64(from + 1), role: "from"), OsmRelation.Member(via.kind, via.id, role: "via"),
          OsmRelation.Member(.way, Int64(to + 1), role: "to"),
        ], tags: ["type": "restriction", "restriction": kind]))
  }
}

/// Places by square cells.
private struct VertexGrid {
  private struct Cell: Hashable {
    var column, row: Int
  }

  private static let size = 64.0
  private var places: [Cell: [Coordinate]] = [:]

  init(_ vertices: [Coordinate]) {
    for place in Set(vertices).sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) { places[Self.cell(place), default: []].append(place) }
  }

  private static func cell(_ place: Coordinate) -> Cell {
    Cell(column: Int((place.x / size).rounded(.down)), row: Int((place.y / size).rounded(.down)))
  }

  func around(_ centre: Coordinate, within reach: Double) -> [Coordinate] {
    let (low, high) = (
      Self.cell(centre - Coordinate(x: reach, y: reach)), Self.cell(centre + Coordinate(x: reach, y: reach))
    )
    var found: [Coordinate] = []
    for column in low.column...high.column {
      for row in low.row...high.row {
        found += (places[Cell(column: column, row: row)] ?? []).filter { $0.distance(to: centre) <= reach }
      }
    }
    return found
  }
}

extension StreetClass {
  /// What the class is called in OpenStreetMap, and how fast one may drive.
  fileprivate var roadTags: [(key: String, value: String)] {
    let highway =
      switch self {
      case .federal: "primary"
      case .district, .main: "secondary"
      case .collector: "tertiary"
      case .residential: "residential"
      case .calmed: "living_street"
      case .pedestrian: "pedestrian"
      }
    return [("highway", highway)]
      + (self == .calmed ? [] : speedLimit.map { [("maxspeed", String($0))] } ?? [])
  }
}
