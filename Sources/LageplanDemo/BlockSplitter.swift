import LageplanGeometry

/// Divides blocks by streets until each is as small as its zone wants: a street runs across the short side, from line to line,
/// and meets a street that comes from the other side where one is near.
struct BlockSplitter {
  var random: RandomSource
  /// Square metres that a block of the zone at this place of the plan should have.
  var target: (PlanBlock.Zone, Coordinate) -> Double
  /// Large blocks farther than this from the market place may become industry.
  var industryBeyond: Double
  /// Blocks that no street divides any more.
  private(set) var finished: [PlanBlock] = []

  init(random: RandomSource, industryBeyond: Double, target: @escaping (PlanBlock.Zone, Coordinate) -> Double) {
    self.random = random
    self.industryBeyond = industryBeyond
    self.target = target
  }

  mutating func split(_ block: PlanBlock, in plan: inout StreetPlan) {
    var open = [block]
    while var next = open.popLast() {
      let ring = next.corners.map { plan.nodes[$0] }
      let area = Plane.area(ring)
      let goal = target(next.zone, Plane.centroid(ring))
      if next.zone == .open || next.zone == .square || area < goal * 1.6 {
        finished.append(next)
        continue
      }
      // Some land stays whole once streets surround it: parks and the like.
      if next.zone == .housing || next.zone == .village, (30_000...190_000).contains(area), random.chance(0.035) {
        next.zone = .open
        finished.append(next)
        continue
      }
      if next.zone == .housing, area > 250_000, Plane.centroid(ring).length > industryBeyond, random.chance(0.09) {
        next.zone = .industry
      }
      if let halves = divide(next, ring: ring, area: area, goal: goal, in: &plan) {
        open.append(halves.0)
        open.append(halves.1)
      } else {
        finished.append(next)
      }
    }
  }

  private mutating func divide(
    _ block: PlanBlock, ring: [Coordinate], area: Double, goal: Double, in plan: inout StreetPlan
  ) -> (PlanBlock, PlanBlock)? {
    let box = Plane.orientedBox(ring)
    let centre = Plane.centroid(ring)
    for attempt in 0..<6 {
      let through = centre + box.axis * (box.long * random.real(-0.14...0.14))
      guard Plane.contains(ring, through) else { continue }
      let turn = random.bell() * (0.05 + 0.06 * Double(attempt))
      let across = box.axis.left + box.axis * turn
      guard let ahead = firstHit(ring, through, across), let behind = firstHit(ring, through, across * -1),
        ahead.edge != behind.edge
      else { continue }
      let snap = min(22, goal.squareRoot() / 5)
      let ends = (
        anchor(ahead, of: block, ring: ring, snap: snap, in: plan), anchor(behind, of: block, ring: ring, snap: snap, in: plan)
      )
      if let halves = cut(block, ends.0, ends.1, area: area, goal: goal, in: &plan) { return halves }
    }
    return nil
  }

  private struct Hit {
    var edge: Int
    var position: Coordinate
  }

  /// Where a new street ends: at a corner of the block, at a junction on one of its edges, or at a new place on an edge.
  private struct Anchor {
    var edge: Int
    /// `nil`: a node is yet to be made.
    var node: Int?
    /// `node` is the corner `edge` of the block.
    var isCorner: Bool
    var position: Coordinate
  }

  private func firstHit(_ ring: [Coordinate], _ origin: Coordinate, _ direction: Coordinate) -> Hit? {
    var nearest: (distance: Double, edge: Int)?
    for edge in ring.indices {
      guard let hit = Plane.hit(origin, direction, ring[edge], ring[(edge + 1) % ring.count]) else { continue }
      if hit.distance < nearest?.distance ?? .infinity { nearest = (hit.distance, edge) }
    }
    return nearest.map { Hit(edge: $0.edge, position: origin + direction * $0.distance) }
  }

  private func anchor(_ hit: Hit, of block: PlanBlock, ring: [Coordinate], snap: Double, in plan: StreetPlan) -> Anchor {
    for corner in [hit.edge, (hit.edge + 1) % ring.count] where ring[corner].distance(to: hit.position) < snap {
      return Anchor(edge: corner, node: block.corners[corner], isCorner: true, position: ring[corner])
    }
    let from = ring[hit.edge]
    let length = from.distance(to: ring[(hit.edge + 1) % ring.count])
    for node in plan.lines[block.lines[hit.edge]].junctions {
      let position = plan.nodes[node]
      let along = (position - from).dot((ring[(hit.edge + 1) % ring.count] - from).unit)
      if position.distance(to: hit.position) < snap, along > 1, along < length - 1 {
        return Anchor(edge: hit.edge, node: node, isCorner: false, position: position)
      }
    }
    return Anchor(edge: hit.edge, node: nil, isCorner: false, position: hit.position)
  }

  private mutating func cut(
    _ block: PlanBlock, _ first: Anchor, _ second: Anchor, area: Double, goal: Double, in plan: inout StreetPlan
  ) -> (PlanBlock, PlanBlock)? {
    let across = second.position - first.position
    guard across.length > 30, isClear(first, second, of: block, in: plan), isSquare(first, across, block, plan),
      isSquare(second, across, block, plan)
    else { return nil }

    // Both halves must be worth having; measured before anything is written.
    let there = corners(of: block, from: first, to: second)
    let back = corners(of: block, from: second, to: first)
    let half = Plane.area([first.position] + there.map { plan.nodes[block.corners[$0]] } + [second.position])
    guard half > goal * 0.35, area - half > goal * 0.35 else { return nil }

    let from = first.node ?? plan.addNode(first.position)
    let to = second.node ?? plan.addNode(second.position)
    if first.node == nil { plan.addJunction(from, on: block.lines[first.edge]) }
    if second.node == nil { plan.addJunction(to, on: block.lines[second.edge]) }
    let street = draw(from, to, zone: block.zone, area: area, in: &plan)

    // One half returns along the new street, the other follows it.
    return (
      PlanBlock(
        corners: [from] + there.map { block.corners[$0] } + [to] + street.nodes.reversed(),
        lines: [block.lines[first.edge]] + there.map { block.lines[$0] } + street.lines.reversed(), zone: block.zone),
      PlanBlock(
        corners: [to] + back.map { block.corners[$0] } + [from] + street.nodes,
        lines: [block.lines[second.edge]] + back.map { block.lines[$0] } + street.lines, zone: block.zone)
    )
  }

  /// The indices of the block's corners between two anchors, anticlockwise, neither anchor included.
  private func corners(of block: PlanBlock, from: Anchor, to: Anchor) -> [Int] {
    var result: [Int] = []
    for step in 1...block.corners.count {
      let corner = (from.edge + step) % block.corners.count
      if to.isCorner, corner == to.edge { break }
      result.append(corner)
      if corner == to.edge { break }
    }
    return result
  }

  /// No edge of the block lies between the two anchors.
  private func isClear(_ first: Anchor, _ second: Anchor, of block: PlanBlock, in plan: StreetPlan) -> Bool {
    let ring = block.corners.map { plan.nodes[$0] }
    let middle = (first.position + second.position) * 0.5
    guard Plane.contains(ring, middle) else { return false }
    let a = first.position + (middle - first.position) * 0.02
    let b = second.position + (middle - second.position) * 0.02
    for edge in ring.indices where Plane.intersect(a, b, ring[edge], ring[(edge + 1) % ring.count]) { return false }
    return true
  }

  /// The street leaves the block's edge at 40° or more.
  private func isSquare(_ anchor: Anchor, _ across: Coordinate, _ block: PlanBlock, _ plan: StreetPlan) -> Bool {
    let count = block.corners.count
    let edges = anchor.isCorner ? [anchor.edge, (anchor.edge + count - 1) % count] : [anchor.edge]
    return edges.allSatisfy { edge in
      let along = plan.nodes[block.corners[(edge + 1) % count]] - plan.nodes[block.corners[edge]]
      return abs(along.unit.cross(across.unit)) > 0.64
    }
  }

  /// Draws the street. An end that no road touches (a bank, the edge of the fields) is left 35 m short: a dead end.
  private mutating func draw(_ from: Int, _ to: Int, zone: PlanBlock.Zone, area: Double, in plan: inout StreetPlan) -> (
    nodes: [Int], lines: [Int]
  ) {
    let reachable = (plan.isReachable(from), plan.isReachable(to))
    guard reachable.0 || reachable.1 else { return ([], [plan.addLine(from, to, road: nil)]) }
    let heading = (plan.nodes[to] - plan.nodes[from]).unit
    let road =
      plan.continuation(at: from, heading: heading) ?? plan.continuation(at: to, heading: heading * -1)
      ?? plan.addRoad(streetClass(zone: zone, area: area))
    guard !(reachable.0 && reachable.1) else { return ([], [plan.addLine(from, to, road: road)]) }
    let length = plan.nodes[from].distance(to: plan.nodes[to])
    let short = min(35, length * 0.4)
    let end = plan.addNode(reachable.0 ? plan.nodes[to] - heading * short : plan.nodes[from] + heading * short)
    return (
      [end], [plan.addLine(from, end, road: reachable.0 ? road : nil), plan.addLine(end, to, road: reachable.0 ? nil : road)]
    )
  }

  private mutating func streetClass(zone: PlanBlock.Zone, area: Double) -> StreetClass {
    switch zone {
    case .oldTown: random.chance(0.35) ? .pedestrian : .residential
    case .industry: .collector
    case .housing, .village, .open, .square: area > 300_000 ? .collector : random.chance(0.12) ? .calmed : .residential
    }
  }
}
