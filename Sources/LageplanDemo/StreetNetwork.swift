import LageplanGeometry

/// The streets as built: the plan's lines cut at every junction, bent by the warp, named by quarter.
struct StreetNetwork {
  /// A street from junction to junction.
  struct Segment {
    var road: Int
    var from: Int
    var to: Int
    /// Around the market place, rounded to centimetres; ends are equal, bit by bit, for all streets that meet there.
    var line: [Coordinate]
    var length: Double
    var district: Int?
  }

  struct Road {
    var streetClass: StreetClass
    var name: String
    /// Five digits, as the register of streets gives them (Straßenschlüssel).
    var key: String
  }

  private(set) var segments: [Segment] = []
  private(set) var roads: [Road] = []
  /// Segments that meet at each node of the plan.
  private(set) var degree: [Int] = []
  private(set) var index = SegmentIndex([])

  init(plan: TownPlan, warp: Warp, map: DistrictMap, seed: UInt64) {
    let streets = plan.streets
    var ways: [(to: Int, road: Int)?] = []
    var waysAtNode = [[Int]](repeating: [], count: streets.nodes.count)
    // Two ways a stretch, there and back, side by side: way ^ 1 is the other direction.
    var origin: [Int] = []
    for line in streets.lines {
      guard let road = line.road else { continue }
      let start = streets.nodes[line.from]
      let stops =
        [line.from]
        + line.junctions.sorted { streets.nodes[$0].distance(to: start) < streets.nodes[$1].distance(to: start) } + [line.to]
      for (a, b) in zip(stops, stops.dropFirst()) where a != b {
        for (here, there) in [(a, b), (b, a)] {
          waysAtNode[here].append(ways.count)
          ways.append((there, road))
          origin.append(here)
        }
      }
    }
    degree = waysAtNode.map(\.count)
    var isUsed = [Bool](repeating: false, count: ways.count)
    let isThrough = waysAtNode.map { around in
      around.count == 2 && ways[around[0]]?.road == ways[around[1]]?.road
    }
    for node in streets.nodes.indices where !isThrough[node] {
      for start in waysAtNode[node] where !isUsed[start] {
        var chain = [node]
        var way = start
        while let step = ways[way] {
          isUsed[way] = true
          isUsed[way ^ 1] = true
          chain.append(step.to)
          guard isThrough[step.to], let next = waysAtNode[step.to].first(where: { $0 != way ^ 1 }), !isUsed[next] else { break }
          way = next
        }
        let road = ways[start]?.road ?? 0
        append(Self.bent(chain.map { streets.nodes[$0] }, warp: warp), road: road, chain: chain, map: map)
      }
    }
    index = SegmentIndex(segments.map(\.line))
    nameRoads(streets, plan: plan, map: map, seed: seed)
  }

  /// Country roads to the neighbours end at the border.
  private mutating func append(_ line: [Coordinate], road: Int, chain: [Int], map: DistrictMap) {
    var kept = line
    var (from, to) = (chain[0], chain[chain.count - 1])
    if map.district(at: line[line.count - 1]) == nil {
      kept = Array(line.prefix { map.district(at: $0) != nil })
      to = -1
    } else if map.district(at: line[0]) == nil {
      kept = line.reversed().prefix { map.district(at: $0) != nil }.reversed()
      from = -1
    }
    guard kept.count > 1 else { return }
    let length = Plane.length(kept)
    let middle = Plane.place(on: kept, at: length / 2).position
    segments.append(
      Segment(road: road, from: from, to: to, line: kept, length: length, district: map.district(at: middle)))
  }

  /// A chain of plan places as a bent line: a vertex every 40 m or so, those that change nothing left out.
  static func bent(_ chain: [Coordinate], warp: Warp) -> [Coordinate] {
    var line = [warp(chain[0]).rounded]
    for (a, b) in zip(chain, chain.dropFirst()) {
      let steps = max(1, Int((a.distance(to: b) / 40).rounded(.up)))
      for step in 1...steps {
        let next = warp(step == steps ? b : a + (b - a) * (Double(step) / Double(steps))).rounded
        line.append(next)
      }
    }
    guard line.count > 2 else { return line }
    var kept = [line[0]]
    for index in 1..<(line.count - 1) {
      // Within 15 cm of the straight way a vertex says nothing.
      if Plane.distance(line[index], kept[kept.count - 1], line[index + 1]) > 0.15 { kept.append(line[index]) }
    }
    kept.append(line[line.count - 1])
    return kept
  }

  private mutating func nameRoads(_ streets: StreetPlan, plan: TownPlan, map: DistrictMap, seed: UInt64) {
    var random = RandomSource(seed: seed, stream: 4)
    var firstSegment = [Int?](repeating: nil, count: streets.roads.count)
    for (index, segment) in segments.enumerated() where firstSegment[segment.road] == nil { firstSegment[segment.road] = index }
    var inTown: Set<String> = Set(streets.roads.compactMap(\.name))
    var inDistrict: [Int: Set<String>] = [:]
    for (index, road) in streets.roads.enumerated() {
      let district = firstSegment[index].flatMap { segments[$0].district } ?? 0
      let place = firstSegment[index].map { segments[$0].line[0] } ?? Coordinate(x: 0, y: 0)
      var name = road.name
      if name == nil {
        let isOld = place.length < plan.wallRadius
        var fallback: String?
        for attempt in 0..<400 where name == nil {
          // The poets’ quarter is district 6, their theme 0; a full quarter borrows from the next theme.
          let theme = StreetWords.themes[isOld && attempt < 40 ? 8 : (district + 4 + attempt / 50) % StreetWords.themes.count]
          let endings = isOld ? StreetWords.oldTownEndings : StreetWords.endings
          let ending = road.streetClass == .collector || random.chance(0.4) ? endings[isOld ? 1 : 0] : random.pick(endings)
          let candidate = StreetWords.street(random.pick(theme.stems), ending)
          if !inTown.contains(candidate) {
            name = candidate
          } else if !inDistrict[district, default: []].contains(candidate) {
            fallback = candidate
          }
        }
        name = name ?? fallback
      }
      let final = name ?? "Straße \(index)"
      inTown.insert(final)
      inDistrict[district, default: []].insert(final)
      let digits = String(index + 1)
      roads.append(
        Road(streetClass: road.streetClass, name: final, key: String(repeating: "0", count: max(0, 5 - digits.count)) + digits))
    }
  }
}
