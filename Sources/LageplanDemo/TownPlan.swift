import LageplanGeometry

/// Musterstadt on the drawing board: where the core, the villages, the river and the roads lie.
///
/// Plan coordinates are metres around the market place. The core is a wheel (market, old town, a belt of green along the
/// former wall, a ring road, the outskirts; main roads as spokes, the river as two of them), villages are small stars, country
/// roads join them along a Gabriel graph (Gabriel, Sokal 1969, doi:10.2307/2412323), whose straight edges never cross.
struct TownPlan {
  struct Village {
    var name: String
    var centre: Coordinate
    var radius: Double
  }

  /// Kilometres squared, whatever the chance says.
  let area: Double
  /// Side lengths grow with the root of the scale: ten times the trees stand on ten times the land.
  let linear: Double
  /// Of a disc of the town's area, in metres.
  let radius: Double
  let coreRadius: Double
  private(set) var villages: [Village] = []
  private(set) var streets = StreetPlan()
  private(set) var blocks: [PlanBlock] = []
  /// The river from the western to the eastern border of the town, along its middle.
  private(set) var river: [Coordinate] = []

  private let outline: Lobes
  private let outskirts: Lobes
  private var random: RandomSource
  private var rings: [Ring] = []
  private var spokes: [Spoke] = []

  /// 1 plus a few waves over the full circle.
  private struct Lobes {
    var waves: [(count: Double, height: Double, phase: Double)]

    func callAsFunction(_ angle: Double) -> Double {
      waves.reduce(1) { $0 + $1.height * Coordinate(angle: $1.count * angle + $1.phase).x }
    }
  }

  private struct Ring {
    /// Plan nodes of each sector's arc, from spoke to spoke, both included.
    var arcs: [[Int]]
    var lines: [[Int]]
  }

  private struct Spoke {
    var angle: Double
    var isRiver: Bool
    var road: Int?
    /// Per gap between rings: the nodes from the inner to the outer ring, both included.
    var chains: [[Int]] = []
    var lines: [[Int]] = []
  }

  init(seed: UInt64, scale: Double) {
    random = RandomSource(seed: seed, stream: 1)
    area = 204.6 * scale
    linear = scale.squareRoot()
    radius = (area * 1e6 / .pi).squareRoot()
    coreRadius = 3050 * linear
    var draw = random
    outline = Lobes(
      waves: [(2, 0.11), (3, 0.09), (4, 0.05), (5, 0.045), (7, 0.03), (11, 0.015)].map { ($0, $1, draw.real(0...(2 * .pi))) })
    outskirts = Lobes(waves: [(2, 0.13), (3, 0.12), (5, 0.08), (8, 0.05)].map { ($0, $1, draw.real(0...(2 * .pi))) })
    random = draw
    layOutCore()
    layOutVillages()
    layOutCountry()
    let oldTown = wallRadius
    let core = coreRadius
    var splitter = BlockSplitter(random: RandomSource(seed: seed, stream: 2), industryBeyond: core * 0.55) { zone, place in
      switch zone {
      case .oldTown: 6500
      case .housing: place.length < oldTown * 1.5 ? 9000 : 11_500 + 13_000 * min(place.length / core, 1)
      case .village: 12_500
      case .industry: 75_000
      case .open, .square: .infinity
      }
    }
    for block in blocks { splitter.split(block, in: &streets) }
    blocks = splitter.finished
    // Land along the river that no street reaches stays meadow.
    for index in blocks.indices where blocks[index].zone == .housing {
      let block = blocks[index]
      let streetEdges = block.lines.filter { streets.lines[$0].road != nil }.count
      let isLarge = Plane.area(block.corners.map { streets.nodes[$0] }) > 33_000
      if streetEdges == 0 || isLarge { blocks[index].zone = .open }
    }
    addDeadEnds()
  }

  // MARK: Outline

  /// The plan's idea of the border; the districts' cells make it exact.
  func isInTown(_ point: Coordinate) -> Bool {
    point.length < radius * outline(point.angle)
      || villages.contains { $0.centre.distance(to: point) < $0.radius * 1.25 }
  }

  func isInCore(_ point: Coordinate, margin: Double = 0) -> Bool { point.length < coreRadius * outskirts(point.angle) + margin }

  private var marketRadius: Double { min(75, coreRadius * 0.08) }
  var wallRadius: Double { min(430, coreRadius * 0.34) }
  var beltRadius: Double { wallRadius + min(75, coreRadius * 0.07) }

  // MARK: Core

  private mutating func layOutCore() {
    let spokeCount = 8
    let wallRoad = streets.addRoad(.main, name: "Wallring")
    let market = streets.addRoad(.pedestrian, name: "Marktplatz")
    spokes = (0..<spokeCount).map { index in
      let isRiver = index == 0 || index == spokeCount / 2
      let angle = (Double(index) + random.real(-0.17...0.17)) * 2 * .pi / Double(spokeCount)
      return Spoke(angle: angle, isRiver: isRiver, road: nil)
    }
    let names = StreetWords.radials
    for (index, spoke) in spokes.enumerated() where !spoke.isRiver {
      spokes[index].road = streets.addRoad(.main, name: names[index % names.count])
    }

    rings = [
      addRing(roads: Array(repeating: market, count: spokeCount)) { [marketRadius] angle in
        marketRadius * (1 + 0.1 * angle.squareWave)
      },
      addRing(roads: Array(repeating: wallRoad, count: spokeCount)) { [wallRadius] _ in wallRadius },
      addRing(roads: Array(repeating: nil, count: spokeCount)) { [beltRadius] _ in beltRadius },
    ]
    var ringRadius = 1650.0
    var number = 0
    while ringRadius < coreRadius * 0.75 {
      let road = streets.addRoad(
        .main, name: number == 0 ? "Braunschweiger Ring" : StreetWords.rings[number % StreetWords.rings.count])
      let lobes = outskirts
      let size = ringRadius
      rings.append(addRing(roads: Array(repeating: road, count: spokeCount)) { size * (1 + 0.5 * (lobes($0) - 1)) })
      ringRadius = ringRadius * 1.7
      number += 1
    }
    let lobes = outskirts
    let size = coreRadius
    rings.append(addRing(roads: Array(repeating: nil, count: spokeCount)) { size * lobes($0) })

    for gap in 0..<(rings.count - 1) { addSpokes(between: gap) }
    addSectors()
    layOutRiver()
  }

  private mutating func addRing(roads: [Int?], radius: (Double) -> Double) -> Ring {
    let first = spokes.map { streets.addNode(Coordinate(angle: $0.angle, radius: radius($0.angle))) }
    var ring = Ring(arcs: [], lines: [])
    for index in spokes.indices {
      let start = spokes[index].angle
      let end = index + 1 < spokes.count ? spokes[index + 1].angle : spokes[0].angle + 2 * .pi
      let steps = max(3, Int(((end - start) * radius(start) / 110).rounded()))
      var arc = [first[index]]
      for step in 1..<steps {
        let angle = start + (end - start) * Double(step) / Double(steps)
        arc.append(streets.addNode(Coordinate(angle: angle, radius: radius(angle))))
      }
      arc.append(first[(index + 1) % spokes.count])
      ring.lines.append(streets.addChain(arc, road: roads[index]))
      ring.arcs.append(arc)
    }
    return ring
  }

  private mutating func addSpokes(between gap: Int) {
    for index in spokes.indices {
      let from = rings[gap].arcs[index][0]
      let to = rings[gap + 1].arcs[index][0]
      let (a, b) = (streets.nodes[from], streets.nodes[to])
      let steps = max(1, Int((a.distance(to: b) / 170).rounded()))
      // The river leaves the belt: inside the old town nothing flows, the two spokes are streets.
      let flows = spokes[index].isRiver && gap >= 2
      let sway = flows ? min(150 * linear, a.distance(to: b) * 0.08) : 18 * min(1, linear)
      let phase = random.real(0...(2 * .pi))
      var chain = [from]
      for step in 1..<max(steps, 1) {
        let t = Double(step) / Double(steps)
        let bend = Coordinate(angle: phase + t * 9).x * sway * min(1, 4 * t * (1 - t))
        chain.append(streets.addNode(a + (b - a) * t + (b - a).unit.left * bend))
      }
      chain.append(to)
      let road: Int?
      if spokes[index].isRiver {
        road = gap == 0 ? streets.addRoad(.pedestrian) : nil
      } else {
        road = spokes[index].road
      }
      spokes[index].lines.append(streets.addChain(chain, road: road))
      spokes[index].chains.append(chain)
    }
  }

  private mutating func addSectors() {
    let market = rings[0]
    blocks.append(
      PlanBlock(corners: market.arcs.flatMap { $0.dropLast() }, lines: market.lines.flatMap { $0 }, zone: .square))
    for gap in 0..<(rings.count - 1) {
      for index in spokes.indices {
        let next = (index + 1) % spokes.count
        let (inner, outer) = (rings[gap], rings[gap + 1])
        // Out along this spoke, anticlockwise along the outer arc, in along the next spoke, back along the inner arc.
        let corners =
          spokes[index].chains[gap].dropLast() + outer.arcs[index].dropLast()
          + spokes[next].chains[gap].reversed().dropLast() + inner.arcs[index].reversed().dropLast()
        let lines =
          spokes[index].lines[gap] + outer.lines[index] + spokes[next].lines[gap].reversed() + inner.lines[index].reversed()
        let zone: PlanBlock.Zone =
          switch gap {
          case 0: .oldTown
          case 1: .open
          default: .housing
          }
        blocks.append(PlanBlock(corners: Array(corners), lines: Array(lines), zone: zone))
      }
    }
  }

  /// From the west along its spoke, around the old town's northern half in the belt, out along the eastern spoke.
  private mutating func layOutRiver() {
    let half = spokes.count / 2
    var east: [Int] = []
    var west: [Int] = []
    for gap in 2..<(rings.count - 1) {
      east += spokes[0].chains[gap].dropFirst(gap == 2 ? 0 : 1)
      west += spokes[half].chains[gap].dropFirst(gap == 2 ? 0 : 1)
    }
    let moat = (0..<half).flatMap { rings[2].arcs[$0].dropFirst($0 == 0 ? 0 : 1) }
    let middle = west.reversed().dropLast() + moat.reversed().dropLast() + east
    river =
      arm(from: streets.nodes[west[west.count - 1]]).reversed().dropLast() + middle.map { streets.nodes[$0] }
      + arm(from: streets.nodes[east[east.count - 1]]).dropFirst()
  }

  private mutating func arm(from start: Coordinate) -> [Coordinate] {
    var result = [start]
    let phase = random.real(0...(2 * .pi))
    let heading = start.unit
    var distance = 0.0
    while distance < radius * 1.5 {
      distance += 90
      let sway = 190 * linear * min(1, distance / (900 * linear))
      result.append(
        start + heading * distance + heading.left * (sway * Coordinate(angle: phase + distance / (330 * max(linear, 0.3))).x))
    }
    return result
  }

  // MARK: Villages

  private mutating func layOutVillages() {
    let count = max(2, Int((16 * linear * linear).rounded()))
    let size = min(1, linear).squareRoot()
    let land = area * 1e6 - .pi * coreRadius * coreRadius
    var gap = (land / Double(count)).squareRoot() * 0.86
    var names = StreetWords.villages
    random.shuffle(&names)
    var failures = 0
    while villages.count < count {
      let radius = random.real(320...590) * size
      let place = Coordinate(angle: random.real(0...(2 * .pi)), radius: self.radius * 1.25 * random.unit().squareRoot())
      let room = place.length + radius * 1.4 < self.radius * outline(place.angle)
      let clear =
        !isInCore(place, margin: max(radius * 1.5 + 130 * linear, 60))
        && villages.allSatisfy { $0.centre.distance(to: place) > gap }
        && river.allSatisfy { $0.distance(to: place) > radius * 1.3 + 40 * linear }
      if room, clear {
        villages.append(Village(name: StreetWords.village(villages.count, of: names), centre: place, radius: radius))
        failures = 0
      } else {
        failures += 1
        if failures.isMultiple(of: 400) { gap *= 0.9 }
        if failures > 12_000 { return }
      }
    }
  }

  // MARK: Country roads

  private struct Place {
    var position: Coordinate
    var village: Int?
    /// A spoke's end on the outskirts.
    var gate: Int?
  }

  private mutating func layOutCountry() {
    var places = villages.indices.map { Place(position: villages[$0].centre, village: $0) }
    for spoke in spokes where !spoke.isRiver {
      let gate = spoke.chains[spoke.chains.count - 1].last ?? 0
      places.append(Place(position: streets.nodes[gate], gate: gate))
    }
    // Towns beyond the border, so that roads lead on.
    let abroad = max(7, Int(7 * linear))
    for index in 0..<abroad {
      let angle = (Double(index) + random.real(-0.2...0.2)) * 2 * .pi / Double(abroad)
      places.append(Place(position: Coordinate(angle: angle, radius: radius * outline(angle) * 1.22)))
    }

    var edges: [(Int, Int)] = []
    for a in places.indices {
      for b in (a + 1)..<max(a + 1, places.count) where isRoadWanted(places[a], places[b]) {
        let middle = (places[a].position + places[b].position) * 0.5
        let half = places[a].position.distance(to: places[b].position) / 2
        let isFree = places.indices.allSatisfy { $0 == a || $0 == b || places[$0].position.distance(to: middle) > half }
        if isFree { edges.append((a, b)) }
      }
    }
    joinStranded(places, &edges)
    var rays: [[(angle: Double, edge: Int)]] = villages.map { _ in [] }
    var roads: [Int] = []
    for (index, edge) in edges.enumerated() {
      let isFederal = places[edge.0].gate != nil || places[edge.1].gate != nil
      roads.append(
        streets.addRoad(
          isFederal ? .federal : .district, name: isFederal ? "B \(188 + index % 60)" : "K \(20 + index)"))
      for (here, there) in [edge, (edge.1, edge.0)] {
        guard let village = places[here].village else { continue }
        rays[village].append(((places[there].position - places[here].position).angle, index))
      }
    }
    var ends: [Int: [Int]] = [:]
    for village in villages.indices {
      for (edge, node) in build(village, rays: rays[village], places: places, edges: edges) {
        ends[edge, default: []].append(node)
      }
    }
    for (index, edge) in edges.enumerated() {
      var nodes = ends[index] ?? []
      for place in [edge.0, edge.1] {
        if let gate = places[place].gate { nodes.append(gate) }
        if places[place].village == nil, places[place].gate == nil { nodes.append(streets.addNode(places[place].position)) }
      }
      if nodes.count == 2 { streets.addLine(nodes[0], nodes[1], road: roads[index]) }
    }
  }

  private func isRoadWanted(_ a: Place, _ b: Place) -> Bool {
    // One end at least is a village, or the road leads from the core over the border.
    if a.village == nil, b.village == nil, (a.gate == nil) == (b.gate == nil) { return false }
    // Nobody drives through the core but on its streets.
    return (1..<40).allSatisfy { step in
      let point = a.position + (b.position - a.position) * (Double(step) / 40)
      return !isInCore(point, margin: 25 * min(1, linear))
        || (a.gate != nil && point.distance(to: a.position) < 60) || (b.gate != nil && point.distance(to: b.position) < 60)
    }
  }

  /// Every village reaches a gate of the core: the shortest allowed road that crosses no other is added until all do.
  private func joinStranded(_ places: [Place], _ edges: inout [(Int, Int)]) {
    while true {
      var reached = Set(places.indices.filter { places[$0].gate != nil })
      var grew = true
      while grew {
        grew = false
        for (a, b) in edges where reached.contains(a) != reached.contains(b) {
          reached.formUnion([a, b])
          grew = true
        }
      }
      var best: (length: Double, edge: (Int, Int))?
      for a in villages.indices where !reached.contains(a) {
        for b in places.indices where reached.contains(b) && isRoadWanted(places[a], places[b]) {
          let length = places[a].position.distance(to: places[b].position)
          let crosses = edges.contains { edge in
            ![edge.0, edge.1].contains(a) && ![edge.0, edge.1].contains(b)
              && Plane.intersect(places[a].position, places[b].position, places[edge.0].position, places[edge.1].position)
          }
          if !crosses, length < best?.length ?? .infinity { best = (length, (a, b)) }
        }
      }
      guard let best else { return }
      edges.append(best.edge)
    }
  }

  /// Lays out one village: a street along each road that arrives, sectors between them. Answers the node where each road enters.
  private mutating func build(
    _ index: Int, rays given: [(angle: Double, edge: Int)], places: [Place], edges: [(Int, Int)]
  ) -> [(Int, Int)] {
    let village = villages[index]
    var rays: [(angle: Double, edge: Int?)] = given.map { ($0.angle, $0.edge) }
    if rays.isEmpty { return [] }
    rays = rays.map { (($0.angle + 4 * .pi).truncatingRemainder(dividingBy: 2 * .pi), $0.edge) }.sorted { $0.angle < $1.angle }
    // A village has no bare half: where roads leave more than 160° free, a street of its own runs out to the fields.
    var gap = (start: 0.0, width: 0.0)
    for (here, ray) in rays.enumerated() {
      let next = here + 1 < rays.count ? rays[here + 1].angle : rays[0].angle + 2 * .pi
      if next - ray.angle > gap.width { gap = (ray.angle, next - ray.angle) }
    }
    if gap.width > 2.8 {
      let angle = gap.start + gap.width * random.real(0.44...0.56)
      rays.append((angle.truncatingRemainder(dividingBy: 2 * .pi), nil))
      rays.sort { $0.angle < $1.angle }
    }
    let phase = random.real(0...(2 * .pi))
    let size = { (angle: Double) in
      village.radius * (1 + 0.18 * Coordinate(angle: 2 * angle + phase).x + 0.1 * Coordinate(angle: 3 * angle - phase).x)
    }
    let centre = streets.addNode(village.centre)
    let mouths = rays.map { streets.addNode(village.centre + Coordinate(angle: $0.angle, radius: size($0.angle))) }
    var spokeLines: [Int] = []
    for (ray, mouth) in zip(rays, mouths) {
      let name = ray.edge.map { edge in
        let other = edges[edge].0 == index ? edges[edge].1 : edges[edge].0
        return places[other].village.map { StreetWords.road(to: villages[$0].name) } ?? "Musterstädter Straße"
      }
      spokeLines.append(streets.addLine(centre, mouth, road: streets.addRoad(.collector, name: name ?? "Dorfstraße")))
    }
    for (here, ray) in rays.enumerated() {
      let there = (here + 1) % rays.count
      let end = there > here ? rays[there].angle : rays[there].angle + 2 * .pi
      let steps = max(2, Int(((end - ray.angle) * village.radius / 90).rounded()))
      var rim = [mouths[here]]
      for step in 1..<steps {
        let angle = ray.angle + (end - ray.angle) * Double(step) / Double(steps)
        rim.append(streets.addNode(village.centre + Coordinate(angle: angle, radius: size(angle))))
      }
      rim.append(mouths[there])
      let rimLines = streets.addChain(rim, road: nil)
      blocks.append(
        PlanBlock(corners: [centre] + rim, lines: [spokeLines[here]] + rimLines + [spokeLines[there]], zone: .village))
    }
    return zip(rays, mouths).compactMap { ray, mouth in ray.edge.map { ($0, mouth) } }
  }

  // MARK: Dead ends

  /// A short street into some of the larger blocks of houses, named like the street it leaves.
  private mutating func addDeadEnds() {
    for index in blocks.indices where blocks[index].zone == .housing || blocks[index].zone == .village {
      let block = blocks[index]
      let ring = block.corners.map { streets.nodes[$0] }
      guard Plane.area(ring) > 14_000, random.chance(0.3) else { continue }
      let edges = ring.indices.filter { edge in
        ring[edge].distance(to: ring[(edge + 1) % ring.count]) > 90
          && (streets.lines[block.lines[edge]].road.map { streets.roads[$0].streetClass == .residential } ?? false)
      }
      guard !edges.isEmpty else { continue }
      let edge = random.pick(edges)
      let (a, b) = (ring[edge], ring[(edge + 1) % ring.count])
      let foot = a + (b - a) * random.real(0.42...0.58)
      let inward = (b - a).unit.left
      let depth = ring.indices.compactMap { Plane.hit(foot + inward, inward, ring[$0], ring[($0 + 1) % ring.count])?.distance }
        .min()
      guard let depth, depth > 90, let road = streets.lines[block.lines[edge]].road else { continue }
      let crowded = streets.lines[block.lines[edge]].junctions.contains { streets.nodes[$0].distance(to: foot) < 25 }
      guard !crowded else { continue }
      let mouth = streets.addNode(foot)
      streets.addJunction(mouth, on: block.lines[edge])
      let end = streets.addNode(foot + inward * min(depth * 0.55, 120))
      streets.addLine(mouth, end, road: road)
      blocks[index].deadEnd = end
    }
  }
}

extension Double {
  /// A bump per eighth of the circle: the market place is no perfect circle.
  fileprivate var squareWave: Double { Coordinate(angle: self * 3).x }
}
