import LageplanGeometry

// Where the many small things stand: drawn once, held compactly; what they are is drawn when asked for.

struct EquipmentPlace {
  var playground: Int
  var position: Coordinate

  /// Larger playgrounds have more; every playground has some, as far as they go round.
  static func all(count: Int, playgrounds: [GreenPlan.Playground], seed: UInt64) -> [EquipmentPlace] {
    guard !playgrounds.isEmpty else { return [] }
    var random = RandomSource(seed: seed, stream: 10)
    let shares = DemoTown.shares(of: count, weights: playgrounds.map { 120 + $0.radius * $0.radius })
    var result: [EquipmentPlace] = []
    result.reserveCapacity(count)
    for (index, playground) in playgrounds.enumerated() {
      // Golden-angle spiral: pieces keep apart from each other and within the fence.
      let turn = random.real(0...(2 * .pi))
      for piece in 0..<shares[index] {
        let radius = 0.62 * playground.radius * ((Double(piece) + 0.5) / Double(shares[index])).squareRoot()
        let place = playground.centre + Coordinate(angle: turn + Double(piece) * 2.399963, radius: radius)
        result.append(EquipmentPlace(playground: index, position: place.rounded))
      }
    }
    return result
  }
}

struct TreePlace {
  enum Site: UInt8 {
    case street, avenue, green, yard
  }

  var position: Coordinate
  var site: Site
  /// Index into `TreeKind.all`.
  var kind: UInt8
  var planted: Int16
  /// Index of the street segment; −1 for none.
  var segment: Int32

  static func all(count: Int, network: StreetNetwork, green: GreenPlan, seed: UInt64) -> [TreePlace] {
    var random = RandomSource(seed: seed, stream: 11)
    var result: [TreePlace] = []
    result.reserveCapacity(count)
    var slots = network.segments.indices.flatMap { [($0, 1.0), ($0, -1.0)] }
    random.shuffle(&slots)
    plantRows(slots, network: network, until: count * 64 / 100, rural: false, random: &random, into: &result)
    plantRows(slots, network: network, until: count * 70 / 100, rural: true, random: &random, into: &result)
    plantGreen(green, network: network, until: count * 93 / 100, random: &random, into: &result)
    plantYards(green, network: network, until: count, random: &random, into: &result)
    return result
  }

  private static func year(_ random: inout RandomSource) -> Int16 {
    // Most trees are post-war; a few are as old as the avenues.
    Int16(
      2025
        - Int(
          random.chance(0.12) ? random.real(60...170) : 3 + 62 * random.unit() * random.unit().squareRoot() + random.real(0...9)))
  }

  /// One kind and nearly one age a row, with gaps where driveways are.
  private static func plantRows(
    _ slots: [(Int, Double)], network: StreetNetwork, until goal: Int, rural: Bool, random: inout RandomSource,
    into result: inout [TreePlace]
  ) {
    for (index, side) in slots {
      let segment = network.segments[index]
      let road = network.roads[segment.road]
      guard result.count < goal else { return }
      guard road.streetClass.isRural == rural, segment.length > 34 else { continue }
      let kind = UInt8(random.pick(TreeKind.street))
      let planted = year(&random)
      let spacing = rural ? random.real(13...19) : random.real(8.5...14)
      let offset = road.streetClass == .pedestrian ? 3 : road.streetClass.width / 2 + random.real(1.1...2.4)
      var at = random.real(10...16)
      while at < segment.length - 10, result.count < goal {
        let place = Plane.place(on: segment.line, at: at)
        at += spacing * random.real(0.92...1.08)
        guard !random.chance(rural ? 0.08 : 0.16) else { continue }
        let position = (place.position + place.direction.left * (side * (offset + random.real(-0.15...0.15)))).rounded
        guard (network.index.nearest(position, within: 3)?.line ?? index) == index else { continue }
        let replanted = random.chance(0.09)
        result.append(
          TreePlace(
            position: position, site: rural ? .avenue : .street, kind: replanted ? UInt8(random.pick(TreeKind.street)) : kind,
            planted: replanted ? max(planted, year(&random)) : planted, segment: Int32(index)))
      }
    }
  }

  private static func plantGreen(
    _ green: GreenPlan, network: StreetNetwork, until goal: Int, random: inout RandomSource, into result: inout [TreePlace]
  ) {
    let planted: [GreenKind: Double] = [
      .park: 1, .cemetery: 1.2, .sports: 0.25, .allotments: 0.5, .housing: 0.9, .playground: 0.8,
    ]
    let areas = green.areas.filter { planted[$0.kind] != nil }
    guard !areas.isEmpty, goal > result.count else { return }
    let sizes = areas.map { area in area.polygons[0].reduce(0) { $0 + Plane.area($1) } * (planted[area.kind] ?? 0) }
    for (area, share) in zip(areas, DemoTown.shares(of: goal - result.count, weights: sizes)) {
      let rings = area.polygons[0]
      let box = rings[0].reduce(into: Envelope.empty) { $0.formUnion($1) }
      var group = UInt8(random.pick(TreeKind.park))
      var missing = share
      var throwsLeft = share * 12
      while missing > 0, throwsLeft > 0 {
        throwsLeft -= 1
        let place = Coordinate(x: random.real(box.minX...box.maxX), y: random.real(box.minY...box.maxY))
        guard Plane.contains(rings[0], place), !rings.dropFirst().contains(where: { Plane.contains($0, place) }) else { continue }
        if random.chance(0.3) { group = UInt8(random.pick(TreeKind.park)) }
        result.append(TreePlace(position: place.rounded, site: .green, kind: group, planted: year(&random), segment: -1))
        missing -= 1
      }
    }
  }

  private static func plantYards(
    _ green: GreenPlan, network: StreetNetwork, until goal: Int, random: inout RandomSource, into result: inout [TreePlace]
  ) {
    while result.count < goal, !green.yards.isEmpty {
      let yard = random.pick(green.yards)
      let place = yard.centre + Coordinate(angle: random.real(0...(2 * .pi)), radius: yard.radius * random.unit().squareRoot())
      result.append(
        TreePlace(
          position: place.rounded, site: .yard, kind: UInt8(random.pick(TreeKind.park)), planted: year(&random), segment: -1))
    }
  }
}

struct SignPlace {
  var position: Coordinate
  /// Index into `SignKind.all`.
  var kind: UInt8
  var direction: Int16
  var segment: Int32

  /// Signs stand on the right, near the ends of a street, and face who comes.
  static func all(count: Int, network: StreetNetwork, seed: UInt64) -> [SignPlace] {
    var random = RandomSource(seed: seed, stream: 12)
    var result: [SignPlace] = []
    result.reserveCapacity(count)
    var order = Array(network.segments.indices)
    random.shuffle(&order)
    while result.count < count {
      for index in order where result.count < count {
        let segment = network.segments[index]
        let road = network.roads[segment.road]
        guard let kinds = SignKind.byClass[road.streetClass], !kinds.isEmpty, segment.length > 16 else { continue }
        for forward in [true, false] where result.count < count && random.chance(0.62) {
          let kind = random.pick(kinds)
          let isAtEnd = ["205", "206", "437", "274.1", "301", "325.1"].contains(SignKind.all[kind].number)
          let at = isAtEnd ? random.real(5...8) : random.real(6...(segment.length - 6))
          let place = Plane.place(on: segment.line, at: forward ? at : segment.length - at)
          let heading = forward ? place.direction : place.direction * -1
          let position = place.position - heading.left * (road.streetClass.width / 2 + random.real(0.4...0.9))
          result.append(
            SignPlace(
              position: position.rounded, kind: UInt8(kind), direction: Int16((heading * -1).compass), segment: Int32(index)))
        }
      }
    }
    return result
  }
}

struct SensorPlace {
  var position: Coordinate
  var kind: UInt8

  static func all(count: Int, network: StreetNetwork, green: GreenPlan, seed: UInt64) -> [SensorPlace] {
    var random = RandomSource(seed: seed, stream: 13)
    let parks = green.areas.filter { [.park, .cemetery, .playground, .housing, .sports].contains($0.kind) }.map(\.inside)
    let water = green.areas.filter { $0.kind == .water }.map(\.inside)
    let streets = network.segments.filter { !network.roads[$0.road].streetClass.isRural && $0.length > 30 }
    return (0..<count).map { _ in
      let kind = random.pick(SensorKind.weighted)
      let name = SensorKind.all[kind].name
      let near = name == "Bodenfeuchte" ? parks : name == "Pegel" ? water : []
      if !near.isEmpty {
        let place = random.pick(near) + Coordinate(angle: random.real(0...(2 * .pi)), radius: random.real(0...6))
        return SensorPlace(position: place.rounded, kind: UInt8(kind))
      }
      let segment = random.pick(streets)
      let place = Plane.place(on: segment.line, at: random.real(8...(segment.length - 8)))
      return SensorPlace(position: (place.position + place.direction.left * 5).rounded, kind: UInt8(kind))
    }
  }
}

extension DemoTown {
  /// In yards that lie far apart: one near the centre, the others on the outskirts of the core.
  static func depots(count: Int, within reach: Double, network: StreetNetwork, green: GreenPlan) -> [Coordinate] {
    let yards = green.yards.map(\.centre).filter { $0.length < reach && network.index.nearest($0, within: 160) != nil }
    guard let first = yards.min(by: { $0.length < $1.length }) else { return [] }
    var result = [first]
    while result.count < count {
      let next = yards.max { a, b in
        result.map { $0.distance(to: a) }.reduce(.infinity, min) < result.map { $0.distance(to: b) }.reduce(.infinity, min)
      }
      guard let next, !result.contains(next) else { break }
      result.append(next)
    }
    return result.map(\.rounded)
  }
}
