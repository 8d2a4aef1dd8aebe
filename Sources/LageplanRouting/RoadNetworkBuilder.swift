/// Cuts the streets of a source into edges between nodes: first which ways anybody travels and which nodes these name, then, when the
/// nodes' places are known, the edges.
struct RoadNetworkBuilder {
  private let streets: OsmStreets
  private let profiles: [TravelProfile]
  /// The rule of tag set `t` for profile `p` is `wayRules[t * profiles.count + p]`.
  private let wayRules: [WayRule]
  /// Indices of the ways that somebody travels.
  private let ways: [Int]
  /// The ids of their nodes, rising strictly.
  let nodeIds: [Int64]

  init(streets: OsmStreets, profiles: [TravelProfile]) {
    self.streets = streets
    self.profiles = profiles
    let wayRules = streets.tagSets.flatMap { tags in profiles.map { $0.rule(for: tags) } }
    let isTravelled = streets.tagSets.indices.map { tags in
      wayRules[tags * profiles.count..<(tags + 1) * profiles.count].contains { !$0.isClosed }
    }
    let ways = streets.wayTags.indices.filter { isTravelled[Int(streets.wayTags[$0])] }
    var ids: [Int64] = []
    for way in ways { ids.append(contentsOf: streets.refs[Int(streets.firstRef[way])..<Int(streets.firstRef[way + 1])]) }
    self.wayRules = wayRules
    self.ways = ways
    nodeIds = Self.sortedUnique(&ids)
  }

  private static func sortedUnique(_ ids: inout [Int64]) -> [Int64] {
    ids.sort()
    var count = 0
    for index in ids.indices where index == 0 || ids[index] != ids[index - 1] {
      ids[count] = ids[index]
      count += 1
    }
    ids.removeSubrange(count...)
    return ids
  }

  /// Throws where the network has more edges or vertices than 31 bits can number.
  func network(_ places: OsmPlaces) throws(OsmError) -> RoadNetworkDraft {
    var draft = RoadNetworkDraft(profileCount: profiles.count, wayRules: wayRules)
    let nodes = places.tagSets.flatMap { tags in profiles.map { $0.rule(forNode: tags) } }
    var special: [Int32: Int32] = [:]
    for (node, tags) in places.tagged {
      let rules = nodes[Int(tags) * profiles.count..<(Int(tags) + 1) * profiles.count]
      if rules.contains(where: { $0 != .free }) { special[node] = tags }
    }
    var restrictions = TurnRestrictionReader(streets.restrictions)
    let indices = nodeIndices()
    let isNode = junctions(indices, places, special, restrictions.viaNodes)
    var numbers = [Int32](repeating: -1, count: nodeIds.count)
    for index in numbers.indices where isNode[index] {
      numbers[index] = Int32(draft.nodePositions.count)
      draft.nodePositions.append(places.positions[index])
      guard let tags = special[Int32(index)] else { continue }
      draft.nodeRules[numbers[index]] = Array(nodes[Int(tags) * profiles.count..<(Int(tags) + 1) * profiles.count])
    }

    var next = 0
    for way in ways {
      let refs = Int(streets.firstRef[way])..<Int(streets.firstRef[way + 1])
      let first = draft.tails.count
      cut(indices[next..<next + refs.count], numbers, places, way, &draft)
      restrictions.note(way: streets.wayIds[way], edges: first..<draft.tails.count)
      next += refs.count
    }
    guard draft.vertices.count < Int(Int32.max) else { throw .tooLarge(what: "vertices of streets", limit: Int(Int32.max)) }
    draft.streetNames = streets.names
    for (index, id) in restrictions.viaNodes.enumerated() {
      if let place = SortedIds.index(of: id, in: nodeIds, near: index) { restrictions.note(node: id, number: numbers[place]) }
    }
    draft.restrictions = restrictions.restrictions(on: draft)
    report(&draft, places, indices, restrictions)
    return draft
  }

  /// For each reference of a travelled way, in order, the index of its node's id.
  private func nodeIndices() -> [Int32] {
    var indices: [Int32] = []
    indices.reserveCapacity(nodeIds.count * 5 / 4)
    var guess = 0
    nodeIds.withUnsafeBufferPointer { ids in
      for way in ways {
        for ref in Int(streets.firstRef[way])..<Int(streets.firstRef[way + 1]) {
          guess = SortedIds.index(of: streets.refs[ref], in: ids, near: guess) ?? 0
          indices.append(Int32(guess))
        }
      }
    }
    return indices
  }

  /// A junction is where ways meet or cross themselves, where one ends or is cut off, where something at the node matters to a
  /// profile, and where a restriction speaks of it.
  private func junctions(
    _ indices: [Int32], _ places: OsmPlaces, _ special: [Int32: Int32], _ viaNodes: [Int64]
  ) -> [Bool] {
    var uses = [UInt8](repeating: 0, count: nodeIds.count)
    func use(_ index: Int32, times: UInt8) { uses[Int(index)] = min(uses[Int(index)] + times, 2) }
    var next = 0
    for way in ways {
      let count = Int(streets.firstRef[way + 1] - streets.firstRef[way])
      forEachRun(indices[next..<next + count], places) { run in
        for (place, index) in run.enumerated() { use(index, times: place == 0 || place == run.count - 1 ? 2 : 1) }
      }
      next += count
    }
    var isNode = uses.map { $0 >= 2 }
    // A marked node counts only where a run of at least two places passes it.
    for node in special.keys where uses[Int(node)] > 0 { isNode[Int(node)] = true }
    for id in viaNodes {
      if let index = SortedIds.index(of: id, in: nodeIds, near: 0), uses[index] > 0 { isNode[index] = true }
    }
    return isNode
  }

  /// The stretches of a way between nodes that are missing: at least two different nodes each, none twice in a row.
  private func forEachRun(_ indices: ArraySlice<Int32>, _ places: OsmPlaces, _ body: ([Int32]) -> Void) {
    var run: [Int32] = []
    for index in indices {
      if places.positions[Int(index)] == OsmPlaces.missing {
        if run.count > 1 { body(run) }
        run.removeAll(keepingCapacity: true)
      } else if run.last != index {
        run.append(index)
      }
    }
    if run.count > 1 { body(run) }
  }

  /// Cuts one way at its junctions.
  private func cut(
    _ indices: ArraySlice<Int32>, _ numbers: [Int32], _ places: OsmPlaces, _ way: Int, _ draft: inout RoadNetworkDraft
  ) {
    let tags = streets.wayTags[way]
    let first = draft.tails.count
    forEachRun(indices, places) { run in
      for (place, index) in run.enumerated() {
        draft.vertices.append(places.positions[Int(index)])
        let number = numbers[Int(index)]
        guard number >= 0 else { continue }
        if place > 0 { draft.endEdge(at: number, way: streets.wayIds[way], street: streets.wayNames[way], tags: tags) }
        guard place < run.count - 1 else { continue }
        // The place between two edges stands in both lines.
        if place > 0 { draft.vertices.append(places.positions[Int(index)]) }
        draft.beginEdge(at: number)
      }
    }
    // What a ferry takes as a whole is shared out by length.
    guard wayRules[Int(tags) * profiles.count..<(Int(tags) + 1) * profiles.count].contains(where: { $0.wholeDuration != nil })
    else {
      return
    }
    let length = draft.lengths[first...].reduce(0) { $0 + Int($1) }
    for edge in first..<draft.tails.count { draft.wayLengths[Int32(edge)] = length }
  }

  private func report(
    _ draft: inout RoadNetworkDraft, _ places: OsmPlaces, _ indices: [Int32], _ restrictions: TurnRestrictionReader
  ) {
    draft.report.nodesRead = places.nodeCount
    draft.report.waysRead = streets.wayCount
    draft.report.relationsRead = streets.relationCount
    draft.report.streets = ways.count
    draft.report.usedNodes = nodeIds.count
    draft.report.missingNodes = places.positions.count { $0 == OsmPlaces.missing }
    draft.report.duplicateNodes = places.duplicateCount
    var next = 0
    for way in ways {
      let count = Int(streets.firstRef[way + 1] - streets.firstRef[way])
      if indices[next..<next + count].contains(where: { places.positions[Int($0)] == OsmPlaces.missing }) {
        draft.report.cutWays += 1
      }
      next += count
    }
    draft.report.nodes = draft.nodePositions.count
    draft.report.edges = draft.tails.count
    draft.report.kilometres = draft.lengths.reduce(0.0) { $0 + Double($1) } / 10_000
    draft.report.restrictions = streets.restrictions.count
    draft.report.restrictionsTaken = restrictions.taken
    draft.report.restrictionsLeftOut = restrictions.faults
  }
}
