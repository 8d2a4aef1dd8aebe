/// Makes the graph of one profile from the network: chains of edges become arcs, and turns join them.
///
/// 1. Where the profile may go, how long each step takes, at which nodes it has a choice.
/// 2. Arcs: from a node with a choice along the street to the next.
/// 3. Turns: every way on from an arc, without those that are forbidden; back only where there is no other.
/// 4. Copies: arcs stand twice where what is allowed depends on how one came there (`RoadGraphCopies`).
struct RoadGraphBuilder {
  let network: RoadNetwork
  let profile: TravelProfile
  let drivingSide: DrivingSide
  private let draft: RoadNetworkDraft
  private let profileIndex: Int
  /// Restrictions that concern this profile, and can be broken by it.
  private var restrictions: [TurnRestriction] = []

  /// The time of each step (`edge << 1`, plus 1 against the edge), 0: closed.
  private(set) var durations: [Int32]
  /// Edges that are no way through.
  private var isZone: [Bool]
  /// The steps that leave node `n`, allowed or not, on edges that the profile uses: `leaving[firstLeaving[n] ..< firstLeaving[n + 1]]`.
  private var firstLeaving: [Int32] = []
  private var leaving: [Int32] = []
  /// Nodes at which arcs begin and end.
  private var isJunction: [Bool] = []

  // Arcs, before some stand twice.
  private(set) var firstStep: [Int32] = [0]
  private(set) var steps: [Int32] = []
  private(set) var stepDurations: [Int32] = []
  /// The arc of each step; -1: none.
  private(set) var arcs: [Int32]
  private(set) var arcIsZone: [Bool] = []

  init(network: RoadNetwork, draft: RoadNetworkDraft, profile: TravelProfile, index: Int, drivingSide: DrivingSide) {
    self.network = network
    self.draft = draft
    self.profile = profile
    self.drivingSide = drivingSide
    profileIndex = index
    durations = [Int32](repeating: 0, count: 2 * network.edgeCount)
    isZone = [Bool](repeating: false, count: network.edgeCount)
    arcs = [Int32](repeating: -1, count: 2 * network.edgeCount)
  }

  struct Result {
    var graph: RoadGraph
    var counts: RoadImportReport.Profile
  }

  mutating func graph() -> Result {
    takeSpeeds()
    takeIncidence()
    takeRestrictions()
    findJunctions()
    makeArcs()
    let turns = makeTurns()
    let pairs = restrictions.lazy.filter { $0.walk.count == 2 }
    let patterns = restrictions.filter { $0.walk.count > 2 }.map { TurnPattern(isOnly: $0.isOnly, arcs: arcWalk($0.walk)) }
    let copies = RoadGraphCopies(turns: turns, isZone: throughZones(turns), patterns: patterns)
    var counts = RoadImportReport.Profile(id: profile.id)
    counts.nodeRestrictions = pairs.count
    counts.wayRestrictions = patterns.count
    counts.edges = network.tails.indices.count { durations[2 * $0] > 0 || durations[2 * $0 + 1] > 0 }
    return finish(copies, components(turns), counts)
  }

  // MARK: 1. Where the profile may go

  private mutating func takeSpeeds() {
    for edge in 0..<network.edgeCount {
      let rule = draft.rule(of: edge, for: profileIndex)
      guard !rule.isClosed else { continue }
      isZone[edge] = rule.isZone
      let length = Double(network.lengths[edge])
      let whole = rule.wholeDuration.map { $0 * 10 * length / Double(max(1, draft.wayLengths[Int32(edge)] ?? 1)) }
      // A decimetre at 1 km/h takes 3.6 tenths of a second.
      func time(_ speed: Double) -> Int32 {
        speed == 0 ? 0 : Int32(min(max((whole ?? length * 3.6 / speed).rounded(), 1), 1e8))
      }
      durations[2 * edge] = time(rule.forward)
      durations[2 * edge + 1] = time(rule.backward)
    }
  }

  private mutating func takeIncidence() {
    firstLeaving = [Int32](repeating: 0, count: network.nodeCount + 1)
    func isUsed(_ edge: Int) -> Bool { durations[2 * edge] > 0 || durations[2 * edge + 1] > 0 }
    for edge in 0..<network.edgeCount where isUsed(edge) {
      firstLeaving[Int(network.tails[edge]) + 1] += 1
      firstLeaving[Int(network.heads[edge]) + 1] += 1
    }
    for node in 0..<network.nodeCount { firstLeaving[node + 1] += firstLeaving[node] }
    leaving = [Int32](repeating: 0, count: Int(firstLeaving[network.nodeCount]))
    var next = firstLeaving
    for edge in 0..<network.edgeCount where isUsed(edge) {
      for step in [Int32(2 * edge), Int32(2 * edge + 1)] {
        let node = start(step)
        leaving[Int(next[node])] = step
        next[node] += 1
      }
    }
  }

  /// Only what this profile could do at all can be forbidden to it.
  private mutating func takeRestrictions() {
    restrictions = draft.restrictions.filter { restriction in
      restriction.concerns(profile.turns.vehicles) && restriction.walk.allSatisfy { durations[Int($0)] > 0 }
    }
  }

  private func start(_ step: Int32) -> Int {
    Int(step & 1 == 0 ? network.tails[Int(step >> 1)] : network.heads[Int(step >> 1)])
  }

  private func rule(at node: Int) -> NodeRule { draft.nodeRules[Int32(node)]?[profileIndex] ?? .free }

  /// The tenths of a second that a node costs one who comes to it by `step`.
  private func delay(after step: Int32) -> Int32 {
    guard let rules = draft.nodeRules[Int32(start(step ^ 1))] else { return 0 }
    let rule = rules[profileIndex]
    return Int32(((step & 1 == 0 ? rule.forwardDelay : rule.backwardDelay) * 10).rounded())
  }

  private mutating func findJunctions() {
    isJunction = (0..<network.nodeCount).map { node in !isPassedThrough(node) }
    for restriction in restrictions {
      isJunction[start(restriction.walk[1])] = true
      isJunction[start(restriction.walk[restriction.walk.count - 1])] = true
    }
  }

  /// Two edges meet, and who comes by one may go on by the other and nowhere else: the street only bends here.
  private func isPassedThrough(_ node: Int) -> Bool {
    let range = Int(firstLeaving[node])..<Int(firstLeaving[node + 1])
    guard range.count == 2 else { return false }
    let (a, b) = (leaving[range.lowerBound], leaving[range.lowerBound + 1])
    guard a >> 1 != b >> 1, isZone[Int(a >> 1)] == isZone[Int(b >> 1)], passes(node, from: a, to: b) else { return false }
    return (durations[Int(a ^ 1)] > 0) == (durations[Int(b)] > 0) && (durations[Int(b ^ 1)] > 0) == (durations[Int(a)] > 0)
  }

  /// Nothing at the node keeps one from going on from one step to another: a gate is passed only into or out of what is no way through.
  private func passes(_ node: Int, from last: Int32, to next: Int32) -> Bool {
    let rule = rule(at: node)
    return !rule.isBlocked && (!rule.isGate || isZone[Int(last >> 1)] || isZone[Int(next >> 1)])
  }

  // MARK: 2. Arcs

  private mutating func makeArcs() {
    for node in 0..<network.nodeCount where isJunction[node] { makeArcs(from: node) }
    // What is left are rings without a junction: each gets one.
    for step in durations.indices where durations[step] > 0 && arcs[step] < 0 {
      let node = start(Int32(step))
      isJunction[node] = true
      makeArcs(from: node)
    }
  }

  private mutating func makeArcs(from node: Int) {
    for index in Int(firstLeaving[node])..<Int(firstLeaving[node + 1]) where durations[Int(leaving[index])] > 0 {
      if arcs[Int(leaving[index])] < 0 { makeArc(from: leaving[index]) }
    }
  }

  private mutating func makeArc(from first: Int32) {
    let arc = Int32(arcIsZone.count)
    arcIsZone.append(isZone[Int(first >> 1)])
    var step = first
    while true {
      arcs[Int(step)] = arc
      steps.append(step)
      let end = start(step ^ 1)
      if isJunction[end] {
        stepDurations.append(durations[Int(step)])
        break
      }
      stepDurations.append(durations[Int(step)] + delay(after: step))
      let range = Int(firstLeaving[end])
      step = leaving[range] == step ^ 1 ? leaving[range + 1] : leaving[range]
    }
    firstStep.append(Int32(steps.count))
  }

  // MARK: 3. Turns

  /// All turns out of each arc that are not forbidden by a restriction at the node itself, the one back last.
  private func makeTurns() -> BaseTurns {
    let rules = NodeRestrictions(restrictions.lazy.filter { $0.walk.count == 2 })
    let bearings = StepBearings(network)
    var turns = BaseTurns()
    for arc in arcIsZone.indices {
      let last = steps[Int(firstStep[arc + 1]) - 1]
      let node = start(last ^ 1)
      let range = Int(firstLeaving[node])..<Int(firstLeaving[node + 1])
      let delay = delay(after: last)
      for step in leaving[range]
      where durations[Int(step)] > 0 && step != last ^ 1 && passes(node, from: last, to: step) && rules.allow(last, step) {
        let angle = range.count > 2 ? turnCost(bearings.turn(from: last, to: step)) : 0
        turns.append(Int(arcs[Int(step)]), delay + angle)
      }
      if durations[Int(last ^ 1)] > 0, rules.allow(last, last ^ 1) {
        turns.appendBack(Int(arcs[Int(last ^ 1)]), Int32((profile.turns.back * 10).rounded()))
      }
      turns.endArc()
    }
    return turns
  }

  /// Nothing straight on, the profile's seconds at 90°, twice as much for turning about.
  private func turnCost(_ turn: (cosine: Double, isRight: Bool)) -> Int32 {
    let isNearSide = turn.isRight == (drivingSide == .right)
    return Int32(((isNearSide ? profile.turns.nearSide : profile.turns.farSide) * 10 * (1 - turn.cosine)).rounded())
  }

  /// A walk over steps as one over arcs.
  private func arcWalk(_ walk: [Int32]) -> [Int32] {
    var result: [Int32] = []
    for step in walk where result.last != arcs[Int(step)] || steps[Int(firstStep[Int(arcs[Int(step)])])] == step {
      result.append(arcs[Int(step)])
    }
    return result
  }

  // MARK: 4. Zones and components

  /// Which arcs are no way through. Open streets that are reached over such streets only would else be cut off: they count as part of
  /// what they lie in.
  private func throughZones(_ turns: BaseTurns) -> [Bool] {
    guard arcIsZone.contains(true) else { return arcIsZone }
    let open = StrongComponents(turns) { !arcIsZone[$0] }
    return arcIsZone.indices.map { arcIsZone[$0] || open.numbers[$0] != 0 }
  }

  private func components(_ turns: BaseTurns) -> StrongComponents { StrongComponents(turns) { _ in true } }

  private func finish(_ copies: RoadGraphCopies, _ components: StrongComponents, _ counts: RoadImportReport.Profile) -> Result {
    var (firstStep, steps, stepDurations, stepArcs): ([Int32], [Int32], [Int32], [Int32]) = ([0], [], [], [])
    var uses = [Int32](repeating: 0, count: durations.count + 1)
    for (arc, base) in copies.bases.enumerated() {
      let range = Int(self.firstStep[Int(base)])..<Int(self.firstStep[Int(base) + 1])
      steps += self.steps[range]
      stepDurations += self.stepDurations[range]
      stepArcs += repeatElement(Int32(arc), count: range.count)
      firstStep.append(Int32(steps.count))
      for step in self.steps[range] { uses[Int(step) + 1] += 1 }
    }
    for step in durations.indices { uses[step + 1] += uses[step] }
    var next = uses
    var places = [Int32](repeating: 0, count: steps.count)
    // Arcs that stand once come before all copies, so the first use is that of those who begin there.
    for (index, step) in steps.enumerated() {
      places[Int(next[Int(step)])] = Int32(index)
      next[Int(step)] += 1
    }
    let graph = RoadGraph(
      firstStep: FlatArray(firstStep), steps: FlatArray(steps), stepDurations: FlatArray(stepDurations),
      ranks: FlatArray(arcRanks(copies)), components: FlatArray(copies.bases.map { components.numbers[Int($0)] }),
      firstTurn: FlatArray(copies.firstTurn), turnTargets: FlatArray(copies.targets), turnDurations: FlatArray(copies.durations),
      firstUse: FlatArray(uses), uses: FlatArray(places), stepArcs: FlatArray(stepArcs))
    var counts = counts
    counts.arcs = graph.arcCount
    counts.turns = graph.turnCount
    counts.copies = copies.bases.count - arcIsZone.count
    counts.components = components.count
    counts.largestComponent = graph.components.count { $0 == 0 }
    return Result(graph: graph, counts: counts)
  }

  /// By the greatest rank of an arc's edges, then by direction, then copies behind their original.
  private func arcRanks(_ copies: RoadGraphCopies) -> [Int32] {
    let keys = copies.bases.enumerated().map { arc, base in
      let range = Int(firstStep[Int(base)])..<Int(firstStep[Int(base) + 1])
      let last = steps[range].max { network.ranks[Int($0 >> 1)] < network.ranks[Int($1 >> 1)] } ?? 0
      return (rank: network.ranks[Int(last >> 1)] << 1 | last & 1, arc: Int32(arc))
    }
    var ranks = [Int32](repeating: 0, count: keys.count)
    for (rank, key) in keys.sorted(by: { $0 < $1 }).enumerated() { ranks[Int(key.arc)] = Int32(rank) }
    return ranks
  }
}

/// Turns out of arcs in the order of the arcs; the one back stands last and is told apart.
struct BaseTurns {
  private(set) var firstTurn: [Int32] = [0]
  private(set) var targets: [Int32] = []
  private(set) var durations: [Int32] = []
  /// Whether the last turn of the arc leads back.
  private(set) var hasBack: [Bool] = []
  private var endsBack = false

  var arcCount: Int { hasBack.count }

  mutating func append(_ target: Int, _ duration: Int32) {
    targets.append(Int32(target))
    durations.append(duration)
  }

  mutating func appendBack(_ target: Int, _ duration: Int32) {
    append(target, duration)
    endsBack = true
  }

  mutating func endArc() {
    hasBack.append(endsBack)
    firstTurn.append(Int32(targets.count))
    endsBack = false
  }

  /// The turns that lead on, without the one back.
  func onward(of arc: Int) -> Range<Int> { Int(firstTurn[arc])..<Int(firstTurn[arc + 1]) - (hasBack[arc] ? 1 : 0) }

  /// The turns that one who is under no further restriction has: back only where nothing leads on.
  func taken(of arc: Int) -> Range<Int> {
    let onward = onward(of: arc)
    return onward.isEmpty ? Int(firstTurn[arc])..<Int(firstTurn[arc + 1]) : onward
  }
}

/// Restrictions at single nodes: pairs of steps.
private struct NodeRestrictions {
  private var forbidden: Set<Int64> = []
  /// Where a step must be followed by one of these.
  private var only: [Int32: Set<Int32>] = [:]

  init(_ restrictions: some Sequence<TurnRestriction>) {
    for restriction in restrictions {
      let (from, to) = (restriction.walk[0], restriction.walk[1])
      if restriction.isOnly { only[from, default: []].insert(to) } else { forbidden.insert(Int64(from) << 32 | Int64(to)) }
    }
  }

  func allow(_ from: Int32, _ to: Int32) -> Bool {
    if !forbidden.isEmpty, forbidden.contains(Int64(from) << 32 | Int64(to)) { return false }
    guard !only.isEmpty, let permitted = only[from] else { return true }
    return permitted.contains(to)
  }
}
