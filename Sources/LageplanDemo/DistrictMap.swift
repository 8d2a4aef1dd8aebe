import LageplanGeometry

/// The districts (Stadtteile): sets of honeycomb cells, each around the middle of a village or of a part of the core.
struct DistrictMap {
  struct District {
    var name: String
    var isVillage: Bool
    /// Open rings, the shell first, corners rounded to centimetres, around the market place.
    var rings: [[Coordinate]]
    var cells: [Int]
    var area: Double
  }

  private(set) var districts: [District] = []
  private var mesh: HexMesh
  private var label: [Int]
  /// What the cells' corners were multiplied by so that the town has exactly its area.
  private var factor = 1.0

  init(plan: TownPlan, warp: Warp, seed: UInt64, scale: Double) {
    var random = RandomSource(seed: seed, stream: 3)
    let edge = 100 * min(1, max(0.4, plan.linear))
    mesh = HexMesh(radius: plan.radius * 1.05, edge: edge, random: &random)
    label = Array(repeating: -1, count: mesh.cellCount)
    let seeds = Self.seeds(plan: plan, warp: warp, scale: scale, random: &random)
    assign(seeds.map(\.place), plan: plan, warp: warp, random: &random)
    mesh.smoothBorders(of: label, passes: 3)

    var cells = [[Int]](repeating: [], count: seeds.count)
    for cell in label.indices where label[cell] >= 0 { cells[label[cell]].append(cell) }
    let total = rings(of: cells).joined().reduce(0) { $0 + Plane.area($1) }
    factor = (plan.area * 1e6 / total).squareRoot()
    mesh.scaleCorners(by: factor)
    for (index, rings) in rings(of: cells).enumerated() {
      let rounded = rings.map { $0.map(\.rounded) }.sorted { Plane.area($0) > Plane.area($1) }
      districts.append(
        District(
          name: seeds[index].name, isVillage: seeds[index].isVillage, rings: rounded, cells: cells[index],
          area: rounded.reduce(0) { $0 + Plane.area($1) }))
    }
  }

  /// The district that holds the point; `nil` outside the town.
  func district(at point: Coordinate) -> Int? {
    guard let cell = mesh.cell(at: point * (1 / factor)) else { return nil }
    let around = mesh.neighbours(of: cell).map { $0.map { label[$0] } ?? -1 }
    if around.allSatisfy({ $0 == label[cell] }) { return label[cell] < 0 ? nil : label[cell] }
    var tried: [Int] = []
    for candidate in [label[cell]] + around where candidate >= 0 && !tried.contains(candidate) {
      tried.append(candidate)
      let rings = districts[candidate].rings
      if Plane.contains(rings[0], point), !rings.dropFirst().contains(where: { Plane.contains($0, point) }) { return candidate }
    }
    return nil
  }

  private func rings(of cells: [[Int]]) -> [[[Coordinate]]] {
    cells.indices.map { index in mesh.rings(around: cells[index]) { label[$0] == index } }
  }

  private struct Seed {
    var name: String
    var place: Coordinate
    var isVillage: Bool
  }

  /// The core's districts are as far from each other as a few hundred throws allow (best candidate), the first is the town centre.
  private static func seeds(plan: TownPlan, warp: Warp, scale: Double, random: inout RandomSource) -> [Seed] {
    let count = max(2, Int((40 * scale).rounded()) - plan.villages.count)
    var result = [Seed(name: StreetWords.coreDistrict(0), place: Coordinate(x: 0, y: 0), isVillage: false)]
    while result.count < count {
      var best = (place: Coordinate(x: 0, y: 0), room: -1.0)
      for _ in 0..<60 {
        let place = Coordinate(
          angle: random.real(0...(2 * .pi)), radius: plan.coreRadius * (0.22 + 0.78 * random.unit().squareRoot()))
        guard plan.isInCore(place) else { continue }
        let room = result.reduce(Double.infinity) { min($0, $1.place.distance(to: place)) }
        if room > best.room { best = (place, room) }
      }
      result.append(Seed(name: StreetWords.coreDistrict(result.count), place: best.place, isVillage: false))
    }
    // What is called after a direction lies there.
    for (number, angle) in [(1, 0.5), (2, -0.5), (3, 1.0), (4, 0.0)] where number < result.count {
      let heading = Coordinate(angle: angle * .pi)
      guard
        let farthest = (number..<result.count).max(by: { result[$0].place.unit.dot(heading) < result[$1].place.unit.dot(heading) }
        )
      else { continue }
      let place = result[number].place
      result[number].place = result[farthest].place
      result[farthest].place = place
    }
    return result.map { Seed(name: $0.name, place: warp($0.place), isVillage: false) }
      + plan.villages.map { Seed(name: $0.name, place: warp($0.centre), isVillage: true) }
  }

  /// Each cell joins the nearest seed; what that leaves apart joins a neighbour, so that every district is in one piece.
  private mutating func assign(_ seeds: [Coordinate], plan: TownPlan, warp: Warp, random: inout RandomSource) {
    let shake = Warp(
      random: &random,
      waves: [
        (1500 * min(1, plan.linear), 90 * min(1, plan.linear), 4), (600 * min(1, plan.linear), 25 * min(1, plan.linear), 3),
      ])
    var wanted = Array(repeating: -1, count: mesh.cellCount)
    for cell in wanted.indices {
      let place = mesh.centre(of: cell)
      // The plan knows places before the warp: step back by what the warp would add here.
      guard plan.isInTown(place * 2 - warp(place)) else { continue }
      let shaken = shake(place)
      var nearest = Double.infinity
      for (index, seed) in seeds.enumerated() {
        let distance = seed.distance(to: shaken)
        if distance < nearest { (nearest, wanted[cell]) = (distance, index) }
      }
    }
    var queue: [Int] = []
    for (index, seed) in seeds.enumerated() {
      guard let cell = mesh.cell(at: seed), wanted[cell] >= 0 else { continue }
      label[cell] = index
      queue.append(cell)
    }
    // First each district from its seed, then whatever is left from whoever touches it.
    for strict in [true, false] {
      if !strict { queue = label.indices.filter { label[$0] >= 0 } }
      var head = 0
      while head < queue.count {
        let cell = queue[head]
        head += 1
        for neighbour in mesh.neighbours(of: cell) {
          guard let neighbour, label[neighbour] < 0, wanted[neighbour] >= 0, !strict || wanted[neighbour] == label[cell] else {
            continue
          }
          label[neighbour] = label[cell]
          queue.append(neighbour)
        }
      }
    }
  }
}
