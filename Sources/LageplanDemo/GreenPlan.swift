import LageplanGeometry

/// What a green area is, in the words of German green registers (GALK).
enum GreenKind: String, CaseIterable {
  case park = "Parkanlage"
  case cemetery = "Friedhof"
  case sports = "Sportanlage"
  case allotments = "Kleingartenanlage"
  case playground = "Spielplatz"
  case housing = "Wohngrün"
  case verge = "Straßenbegleitgrün"
  case wood = "Wald"
  case water = "Gewässer"
}

/// Blocks, woods, water and verges: all land that is green or blue, before it becomes features.
struct GreenPlan {
  struct Area {
    var kind: GreenKind
    /// Open rings per polygon, the shell first.
    var polygons: [[[Coordinate]]]
    var name: String?
    /// A place inside the first polygon.
    var inside: Coordinate
    /// The playground that lies here, as its index.
    var playground: Int?
  }

  struct Playground {
    var centre: Coordinate
    var radius: Double
    var ring: [Coordinate]
  }

  private(set) var areas: [Area] = []
  private(set) var playgrounds: [Playground] = []
  /// Inner discs of blocks of houses, for scattered trees and sensors.
  private(set) var yards: [(centre: Coordinate, radius: Double)] = []

  private struct Land {
    var ring: [Coordinate]
    var centre: Coordinate
    /// From `centre` to the nearest border.
    var room: Double
    var block: PlanBlock
  }

  init(plan: TownPlan, warp: Warp, network: StreetNetwork, map: DistrictMap, seed: UInt64, scale: Double) {
    var random = RandomSource(seed: seed, stream: 5)
    var land = plan.blocks.map { Self.land($0, plan: plan, warp: warp, random: &random) }
    random.shuffle(&land)
    let wanted = max(4, Int((200 * scale).rounded()))
    addOpenBlocks(land, plan: plan, random: &random)
    addHousing(land, wantedPlaygrounds: wanted, random: &random)
    addWater(plan: plan, warp: warp, map: map)
    addWoods(plan: plan, warp: warp, map: map, network: network, seed: seed)
    areas.removeAll { $0.kind != .water && $0.polygons.joined().contains { network.index.crosses($0) } }
    let total = max(40, Int((2800 * scale).rounded()))
    addVerges(total: total, network: network, random: &random)
    if areas.count > total { areas.removeLast(areas.count - total) }
  }

  private static func land(_ block: PlanBlock, plan: TownPlan, warp: Warp, random: inout RandomSource) -> Land {
    let corners = block.corners.map { plan.streets.nodes[$0] }
    let ring = Array(StreetNetwork.bent(corners + [corners[0]], warp: warp).dropLast())
    let box = ring.reduce(into: Envelope.empty) { $0.formUnion($1) }
    let deadEnd = block.deadEnd.map { warp(plan.streets.nodes[$0]) }
    var best = (centre: Plane.centroid(ring), room: 0.0)
    for attempt in 0..<16 {
      let place =
        attempt == 0
        ? best.centre : Coordinate(x: random.real(box.minX...box.maxX), y: random.real(box.minY...box.maxY))
      guard Plane.contains(ring, place) else { continue }
      var room = Plane.distance(place, toRing: ring)
      if let deadEnd { room = min(room, deadEnd.distance(to: place)) }
      if room > best.room { best = (place, room) }
    }
    return Land(ring: ring, centre: best.centre, room: best.room, block: block)
  }

  /// The ring moved inwards by `gap` metres; `nil` where that folds it.
  private static func inset(_ ring: [Coordinate], by gap: Double) -> [Coordinate]? {
    let count = ring.count
    let moved = ring.indices.map { index -> Coordinate in
      let before = (ring[index] - ring[(index + count - 1) % count]).unit
      let after = (ring[(index + 1) % count] - ring[index]).unit
      let bisector = (before.left + after.left).unit
      return ring[index] + bisector * (gap / max(0.45, bisector.dot(after.left)))
    }
    for a in 0..<count {
      guard Plane.distance(moved[a], toRing: ring) > gap * 0.8, Plane.contains(ring, moved[a]) else { return nil }
      for b in (a + 1)..<max(a + 1, count) where b != a + 1 && !(a == 0 && b == count - 1) {
        if Plane.intersect(moved[a], moved[(a + 1) % count], moved[b], moved[(b + 1) % count]) { return nil }
      }
    }
    return Plane.area(moved) > 100 ? moved : nil
  }

  /// A roundish outline with `radius` metres at most, for ponds and playgrounds.
  private static func blob(_ centre: Coordinate, radius: Double, random: inout RandomSource) -> [Coordinate] {
    let phase = random.real(0...(2 * .pi))
    return (0..<14).map { step in
      let angle = Double(step) * 2 * .pi / 14
      let size = radius * (0.84 + 0.1 * Coordinate(angle: 2 * angle + phase).x + 0.06 * Coordinate(angle: 3 * angle - phase).x)
      return (centre + Coordinate(angle: angle, radius: size)).rounded
    }
  }

  private mutating func addPlayground(at centre: Coordinate, room: Double, random: inout RandomSource) -> [Coordinate] {
    let radius = min(room * 0.75, random.real(11...26))
    let ring = Self.blob(centre, radius: radius, random: &random)
    areas.append(Area(kind: .playground, polygons: [[ring]], name: nil, inside: centre, playground: playgrounds.count))
    playgrounds.append(Playground(centre: centre.rounded, radius: radius, ring: ring))
    return ring
  }

  private mutating func addOpenBlocks(_ land: [Land], plan: TownPlan, random: inout RandomSource) {
    var number = 0
    for place in land where place.block.zone == .open {
      let isBelt = place.centre.length < plan.beltRadius * 1.3
      // The river runs along some borders: keep its banks.
      let isOnBank = place.block.lines.contains { plan.streets.lines[$0].road == nil }
      guard let shell = Self.inset(place.ring, by: isOnBank ? 22 : 13) else { continue }
      let kind: GreenKind =
        isBelt
        ? .park : random.pick([(.park, weight: 5), (.sports, weight: 2), (.cemetery, weight: 1.5), (.allotments, weight: 2.5)])
      var rings = [shell.map(\.rounded)]
      if kind == .park, !isBelt, place.room > 55 {
        let hole: [Coordinate]
        if random.chance(0.45) {
          hole = Self.blob(place.centre, radius: (place.room - 15) * random.real(0.5...0.85), random: &random)
          areas.append(Area(kind: .water, polygons: [[hole]], name: GreenWords.pond(number), inside: place.centre))
        } else {
          hole = addPlayground(at: place.centre, room: place.room - 20, random: &random)
        }
        rings.append(hole.reversed())
      }
      areas.append(
        Area(kind: kind, polygons: [rings], name: isBelt ? "Wallanlagen" : GreenWords.name(kind, number), inside: place.centre))
      number += 1
    }
  }

  private mutating func addHousing(_ land: [Land], wantedPlaygrounds: Int, random: inout RandomSource) {
    for place in land where place.block.zone != .open && place.block.zone != .square {
      guard place.room > 18 else { continue }
      let isQuiet = place.block.zone == .housing || place.block.zone == .village || place.block.zone == .oldTown
      if isQuiet, playgrounds.count < wantedPlaygrounds, place.room > 26, random.chance(0.3) {
        _ = addPlayground(at: place.centre, room: place.room - 14, random: &random)
      } else if place.block.zone == .housing, place.block.deadEnd == nil, place.room > 42, random.chance(0.28),
        let ring = Self.inset(place.ring, by: place.room * random.real(0.5...0.72))
      {
        areas.append(Area(kind: .housing, polygons: [[ring.map(\.rounded)]], name: nil, inside: place.centre))
      } else {
        yards.append((place.centre, place.room - 9))
      }
    }
    // Second round, where chance was against a small town.
    while playgrounds.count < wantedPlaygrounds, let yard = yards.popLast() {
      _ = addPlayground(at: yard.centre, room: max(yard.radius, 8), random: &random)
    }
  }

  private mutating func addWater(plan: TownPlan, warp: Warp, map: DistrictMap) {
    let bent = Self.softened(StreetNetwork.bent(plan.river, warp: warp))
    guard let first = bent.firstIndex(where: { map.district(at: $0) != nil }),
      let last = bent.lastIndex(where: { map.district(at: $0) != nil }), last - first > 3
    else { return }
    let middle = Array(bent[first...last])
    let width = 11 * max(0.35, min(1.6, plan.linear))
    // Pieces of four dozen vertices: long enough to draw well, short enough for the index.
    var start = 0
    while start < middle.count - 1 {
      let end = min(start + 48, middle.count - 1)
      let ring = Self.band(middle, start...end, from: -width, to: width)
      areas.append(Area(kind: .water, polygons: [[ring]], name: "Muster", inside: middle[start]))
      start = end
    }
  }

  /// Corners cut twice (Chaikin 1974, doi:10.1016/0146-664X(74)90028-8): water does not turn at an angle.
  private static func softened(_ line: [Coordinate]) -> [Coordinate] {
    var result = line
    for _ in 0..<2 {
      var softer = Array(result.prefix(1))
      for (a, b) in zip(result, result.dropFirst()) {
        softer.append(a + (b - a) * 0.25)
        softer.append(a + (b - a) * 0.75)
      }
      result = softer + result.suffix(1)
    }
    return result
  }

  /// The strip between two offsets (metres to the left) of part of a line, anticlockwise. Neighbouring parts share their ends.
  private static func band(_ line: [Coordinate], _ part: ClosedRange<Int>, from: Double, to: Double) -> [Coordinate] {
    let normals = part.map { index -> Coordinate in
      let before = index > 0 ? (line[index] - line[index - 1]).unit : (line[index + 1] - line[index]).unit
      let after = index + 1 < line.count ? (line[index + 1] - line[index]).unit : before
      return (before + after).unit.left
    }
    let right = zip(part, normals).map { (line[$0] + $1 * from).rounded }
    let left = zip(part, normals).map { (line[$0] + $1 * to).rounded }
    return right + left.reversed()
  }

  /// Woods stand where a smooth field is high, away from houses; roads cut them into parts of one wood.
  private mutating func addWoods(plan: TownPlan, warp: Warp, map: DistrictMap, network: StreetNetwork, seed: UInt64) {
    var random = RandomSource(seed: seed, stream: 6)
    let size = min(1, max(0.35, plan.linear))
    var mesh = HexMesh(radius: plan.radius * 1.05, edge: 60 * size, random: &random)
    let field = Warp(random: &random, waves: [(3900 * size, 1, 5), (1700 * size, 1, 4), (800 * size, 1, 3)])
    let fray = Warp(random: &random, waves: [(2300 * size, 170 * size, 4), (700 * size, 40 * size, 4)])
    var label = [Int](repeating: -1, count: mesh.cellCount)
    for cell in label.indices {
      let place = mesh.centre(of: cell)
      guard field.height(fray(place)) > 0.17, !plan.isInCore(place, margin: 260 * size),
        plan.villages.allSatisfy({ warp($0.centre).distance(to: place) > $0.radius * 1.3 + 130 * size }),
        plan.isInTown(place * 1.03)
      else { continue }
      label[cell] = 0
    }
    mesh.smoothBorders(of: label, passes: 3)
    var isCut = [Bool](repeating: false, count: mesh.cellCount)
    let river = StreetNetwork.bent(plan.river, warp: warp)
    for line in network.segments.map(\.line) + [river] {
      let length = Plane.length(line)
      for (a, b) in zip(line, line.dropFirst()) where length > 0 {
        let steps = max(1, Int(a.distance(to: b) / 9))
        for step in 0...steps {
          let point = a + (b - a) * (Double(step) / Double(steps))
          for offset in [-10.0, 0, 10] {
            if let cell = mesh.exactCell(at: point + (b - a).unit.left * offset) { isCut[cell] = true }
          }
        }
      }
    }
    // Components of the uncut wood, each then in the parts that the roads leave.
    var number = 0
    for start in label.indices where label[start] == 0 {
      number += 1
      let cells = Self.flood(start, mesh: mesh) { label[$0] == 0 }
      for cell in cells { label[cell] = number }
      var part = [Int: Int]()
      var polygons: [[[Coordinate]]] = []
      for cell in cells where !isCut[cell] && part[cell] == nil {
        let members = Self.flood(cell, mesh: mesh) { label[$0] == number && !isCut[$0] }
        for member in members { part[member] = polygons.count + 1 }
        let identity = polygons.count + 1
        guard members.count > 7 else { continue }
        let rings = mesh.rings(around: members) { part[$0] == identity }.map { $0.map(\.rounded) }
        polygons.append(rings.sorted { Plane.area($0) > Plane.area($1) })
      }
      guard !polygons.isEmpty, cells.count > 10 else { continue }
      areas.append(
        Area(kind: .wood, polygons: polygons, name: GreenWords.wood(number), inside: mesh.centre(of: cells[cells.count / 2])))
    }
  }

  private static func flood(_ start: Int, mesh: HexMesh, where belongs: (Int) -> Bool) -> [Int] {
    var seen: Set<Int> = [start]
    var queue = [start]
    var head = 0
    while head < queue.count {
      for neighbour in mesh.neighbours(of: queue[head]) {
        if let neighbour, belongs(neighbour), seen.insert(neighbour).inserted { queue.append(neighbour) }
      }
      head += 1
    }
    return queue
  }

  /// Strips of grass between kerb and pavement, from the busiest streets to the quiet ones until the register is full.
  private mutating func addVerges(total: Int, network: StreetNetwork, random: inout RandomSource) {
    var slots = network.segments.indices.flatMap { [($0, 1.0), ($0, -1.0)] }
    random.shuffle(&slots)
    for least in [60.0, 38, 22] {
      for (index, side) in slots where areas.count < total {
        let segment = network.segments[index]
        let road = network.roads[segment.road]
        guard segment.length > least, least == 60 || segment.length <= least * 1.6, road.streetClass != .pedestrian else {
          continue
        }
        let start = random.real(11...16)
        let end = min(segment.length - 12, start + random.real(35...140))
        guard end - start > 8 else { continue }
        let near = road.streetClass.width / 2 + random.real(0.3...1)
        let wide = random.real(1.8...4.2)
        var line = [Plane.place(on: segment.line, at: start).position]
        var passed = 0.0
        for (a, b) in zip(segment.line, segment.line.dropFirst()) {
          passed += a.distance(to: b)
          if passed > start + 1, passed < end - 1 { line.append(b) }
        }
        line.append(Plane.place(on: segment.line, at: end).position)
        let offsets = side > 0 ? (near, near + wide) : (-near - wide, -near)
        let ring = Self.band(line, 0...(line.count - 1), from: offsets.0, to: offsets.1)
        guard Plane.area(ring) > 12, !network.index.crosses(ring) else { continue }
        areas.append(
          Area(kind: .verge, polygons: [[ring]], name: nil, inside: Plane.centroid(ring)))
      }
    }
  }
}
