/// From restriction relations to walks over edges. Told, while the network is cut, which edges the ways became.
struct TurnRestrictionReader {
  private struct Members {
    var from: [Int64] = []
    var to: [Int64] = []
    var viaWays: [Int64] = []
    var viaNodes: [Int64] = []
  }

  private let relations: [OsmRelation]
  private let namedWays: Set<Int64>
  /// The nodes that restrictions turn at.
  let viaNodes: [Int64]
  private var edges: [Int64: Range<Int>] = [:]
  private var numbers: [Int64: Int32] = [:]
  private(set) var faults: [TurnRestriction.Fault: Int] = [:]
  private(set) var taken = 0

  init(_ relations: [OsmRelation]) {
    self.relations = relations
    var ways: Set<Int64> = []
    var nodes: Set<Int64> = []
    for member in relations.lazy.flatMap(\.members) {
      if member.kind == .way { ways.insert(member.id) }
      if member.kind == .node, member.role == "via" { nodes.insert(member.id) }
    }
    namedWays = ways
    viaNodes = nodes.sorted()
  }

  mutating func note(way: Int64, edges range: Range<Int>) { if namedWays.contains(way) { edges[way] = range } }
  mutating func note(node: Int64, number: Int32) { if number >= 0 { numbers[node] = number } }

  /// All restrictions that can be told on the network; the others are counted.
  mutating func restrictions(on draft: RoadNetworkDraft) -> [TurnRestriction] {
    var result: [TurnRestriction] = []
    for relation in relations {
      do {
        result += try read(relation, draft)
        taken += 1
      } catch {
        faults[error, default: 0] += 1
      }
    }
    return result
  }

  private func read(_ relation: OsmRelation, _ draft: RoadNetworkDraft) throws(TurnRestriction.Fault) -> [TurnRestriction] {
    guard let (kind, vehicle) = Self.kind(of: relation.tags) else {
      let isConditional = relation.tags.tags.contains { $0.key.hasPrefix("restriction") && $0.key.hasSuffix(":conditional") }
      throw isConditional ? .conditional : .unknownKind
    }
    guard kind.hasPrefix("no_") || kind.hasPrefix("only_") else { throw .unknownKind }
    let members = Self.members(of: relation)
    // no_entry has several ways to come from, no_exit several to go to.
    guard !members.from.isEmpty, !members.to.isEmpty, members.from.count == 1 || kind == "no_entry",
      members.to.count == 1 || kind == "no_exit", members.viaWays.isEmpty != members.viaNodes.isEmpty, members.viaNodes.count <= 1
    else { throw .incomplete }
    let exceptions = Set((relation.tags["except"] ?? "").split(separator: ";").map { String($0.drop { $0 == " " }) })
    var result: [TurnRestriction] = []
    for from in members.from {
      for to in members.to {
        let walk = try walk(from: from, members, to: to, draft)
        result.append(TurnRestriction(isOnly: kind.hasPrefix("only_"), walk: walk, vehicle: vehicle, exceptions: exceptions))
      }
    }
    return result
  }

  /// The value of `restriction`, or of `restriction:VEHICLE` with the vehicle.
  private static func kind(of tags: OsmTags) -> (String, String?)? {
    if let kind = tags["restriction"] { return (kind, nil) }
    for tag in tags.tags where tag.key.hasPrefix("restriction:") && !tag.key.hasSuffix(":conditional") {
      return (tag.value, String(tag.key.dropFirst("restriction:".count)))
    }
    return nil
  }

  private static func members(of relation: OsmRelation) -> Members {
    var members = Members()
    for member in relation.members {
      switch (member.role, member.kind) {
      case ("from", .way): members.from.append(member.id)
      case ("to", .way): members.to.append(member.id)
      case ("via", .way): members.viaWays.append(member.id)
      case ("via", .node): members.viaNodes.append(member.id)
      default: break
      }
    }
    return members
  }

  private func range(_ way: Int64) throws(TurnRestriction.Fault) -> Range<Int> {
    guard let range = edges[way], !range.isEmpty else { throw .absent }
    return range
  }

  private func walk(
    from: Int64, _ members: Members, to: Int64, _ draft: RoadNetworkDraft
  ) throws(TurnRestriction.Fault) -> [Int32] {
    let (from, to) = (try range(from), try range(to))
    if let via = members.viaNodes.first {
      guard let node = numbers[via] else { throw .absent }
      guard let first = Self.only(Self.leaving(node, from, draft)), let last = Self.only(Self.leaving(node, to, draft)) else {
        throw .unclear
      }
      return [first ^ 1, last]
    }
    var vias: [Range<Int>] = []
    for way in members.viaWays { vias.append(try range(way)) }
    // The first way over can be entered at either end; the right one is where the walk goes through.
    let walks = [vias[0].lowerBound << 1, (vias[0].upperBound - 1) << 1 | 1].compactMap { start in
      Self.walk(from: from, over: vias, enteredBy: Int32(start), to: to, draft)
    }
    guard let walk = Self.only(walks) else { throw .unclear }
    return walk
  }

  private static func only<Element>(_ elements: [Element]) -> Element? { elements.count == 1 ? elements[0] : nil }

  private static func start(_ step: Int32, _ draft: RoadNetworkDraft) -> Int32 {
    step & 1 == 0 ? draft.tails[Int(step >> 1)] : draft.heads[Int(step >> 1)]
  }

  /// The steps over edges of a way that leave a node.
  private static func leaving(_ node: Int32, _ edges: Range<Int>, _ draft: RoadNetworkDraft) -> [Int32] {
    edges.flatMap { edge in [Int32(edge << 1), Int32(edge << 1 | 1)].filter { start($0, draft) == node } }
  }

  /// Along all via ways in their order, each from one end to the other; `nil` where the walk breaks off.
  private static func walk(
    from: Range<Int>, over vias: [Range<Int>], enteredBy step: Int32, to: Range<Int>, _ draft: RoadNetworkDraft
  ) -> [Int32]? {
    guard let first = only(leaving(start(step, draft), from, draft)) else { return nil }
    var walk = [first ^ 1]
    var node = start(step, draft)
    for via in vias {
      let forward = start(Int32(via.lowerBound << 1), draft) == node
      let steps = forward ? via.map { Int32($0 << 1) } : via.reversed().map { Int32($0 << 1 | 1) }
      for step in steps {
        guard start(step, draft) == node else { return nil }
        walk.append(step)
        node = start(step ^ 1, draft)
      }
    }
    guard let last = only(leaving(node, to, draft)) else { return nil }
    return walk + [last]
  }
}

extension TurnRestriction.Fault: Error {}
