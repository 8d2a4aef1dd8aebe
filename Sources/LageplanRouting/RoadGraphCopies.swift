/// A restriction over ways, as a walk over arcs.
struct TurnPattern {
  var isOnly: Bool
  var arcs: [Int32]
}

/// Arcs with copies: where it matters how one came to an arc, the arc stands once more for each such past, with turns of its own.
///
///     from ──▶ via ──▶ to     no_left_turn over a way: who comes from `from` goes on to a copy of `via`
///     other ─▶ via ──▶ to     that lacks the turn to `to`; who comes from elsewhere is on `via` itself
///
/// Two things of the past matter: how much of the restrictions over ways has been walked, and whether one has entered, from open
/// streets, a zone that is no way through. In a zone entered so, only turns that stay in the zone are left; who begins there may leave.
struct RoadGraphCopies {
  /// The arc that each arc stands for; the first ones stand for themselves.
  private(set) var bases: [Int32]
  private(set) var firstTurn: [Int32] = [0]
  private(set) var targets: [Int32] = []
  private(set) var durations: [Int32] = []

  private struct Past: Hashable {
    var arc: Int32
    var walked: Int32
    var hasEntered: Bool
  }

  init(turns: BaseTurns, isZone: [Bool], patterns: [TurnPattern]) {
    let automaton = TurnPatternAutomaton(patterns)
    var pasts = (0..<turns.arcCount).map { Past(arc: Int32($0), walked: 0, hasEntered: false) }
    var numbers: [Past: Int32] = [:]
    bases = []

    /// The state after a turn, or `nil` where it is forbidden.
    func next(_ past: Past, _ walked: Int32, _ target: Int32) -> Past? {
      let (from, to) = (isZone[Int(past.arc)], isZone[Int(target)])
      if past.hasEntered, !to { return nil }
      guard automaton.isEmpty || automaton.allows(target, after: walked) else { return nil }
      return Past(
        arc: target, walked: automaton.isEmpty ? 0 : automaton.state(after: walked, target),
        hasEntered: to && (past.hasEntered || !from))
    }

    var current = 0
    while current < pasts.count {
      let past = pasts[current]
      current += 1
      let walked = past.walked > 0 ? past.walked : automaton.start(past.arc)
      let arc = Int(past.arc)
      let before = targets.count
      func take(_ turn: Int) {
        guard let next = next(past, walked, turns.targets[turn]) else { return }
        targets.append(number(of: next, &pasts, &numbers))
        durations.append(turns.durations[turn])
      }
      for turn in turns.onward(of: arc) { take(turn) }
      if targets.count == before, turns.hasBack[arc] { take(Int(turns.firstTurn[arc + 1]) - 1) }
      firstTurn.append(Int32(targets.count))
    }
    bases = pasts.map(\.arc)
  }

  private func number(of past: Past, _ pasts: inout [Past], _ numbers: inout [Past: Int32]) -> Int32 {
    if past.walked == 0, !past.hasEntered { return past.arc }
    if let number = numbers[past] { return number }
    let number = Int32(pasts.count)
    pasts.append(past)
    numbers[past] = number
    return number
  }
}

/// All restrictions over ways at once: an automaton over arcs whose state is the longest walk behind the traveller that some restriction
/// begins with (Aho & Corasick 1975, doi:10.1145/360825.360855). So restrictions may overlap.
struct TurnPatternAutomaton {
  private struct State {
    var depth = 0
    var children: [Int32: Int32] = [:]
    /// The longest shorter walk that is also behind the traveller.
    var shorter: Int32 = 0
    var forbidden: Set<Int32> = []
    var only: Set<Int32> = []
  }

  private var states = [State()]

  var isEmpty: Bool { states.count == 1 }

  init(_ patterns: [TurnPattern]) {
    for pattern in patterns {
      var state = 0
      for arc in pattern.arcs.dropLast() { state = child(of: state, arc) }
      guard let last = pattern.arcs.last else { continue }
      if pattern.isOnly { states[state].only.insert(last) } else { states[state].forbidden.insert(last) }
    }
    // Breadth first: what is shorter is done.
    var queue = [0]
    var place = 0
    while place < queue.count {
      let state = queue[place]
      place += 1
      for (arc, child) in states[state].children.sorted(by: { $0.key < $1.key }) {
        queue.append(Int(child))
        if state > 0 { states[Int(child)].shorter = step(states[state].shorter, arc) }
      }
    }
  }

  private mutating func child(of state: Int, _ arc: Int32) -> Int {
    if let known = states[state].children[arc] { return Int(known) }
    states.append(State(depth: states[state].depth + 1))
    states[state].children[arc] = Int32(states.count - 1)
    return states.count - 1
  }

  private func step(_ state: Int32, _ arc: Int32) -> Int32 {
    var state = state
    while true {
      if let next = states[Int(state)].children[arc] { return next }
      if state == 0 { return 0 }
      state = states[Int(state)].shorter
    }
  }

  /// The state of one who begins on an arc.
  func start(_ arc: Int32) -> Int32 { states[0].children[arc] ?? 0 }

  /// The state on `arc` after a turn; 0 where nothing but the arc itself is behind the traveller: that is the arc, no copy.
  func state(after state: Int32, _ arc: Int32) -> Int32 {
    let next = step(state, arc)
    return states[Int(next)].depth > 1 ? next : 0
  }

  /// Whether no restriction that has been walked up to here forbids to go on to `arc`.
  func allows(_ arc: Int32, after state: Int32) -> Bool {
    var state = Int(state)
    while state > 0 {
      if states[state].forbidden.contains(arc) { return false }
      if !states[state].only.isEmpty, !states[state].only.contains(arc) { return false }
      state = Int(states[state].shorter)
    }
    return true
  }
}
