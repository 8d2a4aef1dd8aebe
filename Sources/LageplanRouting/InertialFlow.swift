/// Parts a street network into two balanced halves by few edges: inertial flow (Schild & Sommer 2015, doi:10.1007/978-3-319-20086-6_22).
///
/// Seen along one direction, the first quarter of the nodes is the source of a flow and the last quarter its sink; every edge carries at
/// most one unit, either way. The edges that a greatest flow cannot pass by are a least cut between the quarters. Of several directions
/// the one whose cut is smallest against the smaller half is taken. The flow is Dinitz's (1970): shortest ways by levels, then as many of
/// these as fit.
///
/// A workspace: made for the largest cell, used for many.
final class InertialFlow {
  /// A quarter of the nodes on either side are fixed.
  private static let terminalPart = 4
  /// East, north, the diagonals, and for large cells those between.
  private static let directions: [(x: Int, y: Int)] = [(1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2)]
  private static let mainDirections = 4
  /// From how many nodes on all directions are tried.
  private static let nodesForAllDirections = 48

  /// A key is a place along the direction, then the number of the node.
  private static let nodeBits = 28
  private static let nodeMask = (1 << nodeBits) - 1

  private static let inner: UInt8 = 0
  private static let source: UInt8 = 1
  private static let sink: UInt8 = 2

  // The cell as an adjacency list. An edge `e` of the cell is two half-edges, `2e` from tail to head and `2e + 1` back.
  private let first: UnsafeMutablePointer<Int32>
  private let targets: UnsafeMutablePointer<Int32>
  private let halves: UnsafeMutablePointer<Int32>
  private let origins: UnsafeMutablePointer<Int32>
  private var nodeCount = 0
  private var halfCount = 0

  // The flow and its search.
  private let flow: UnsafeMutablePointer<Int8>
  private let roles: UnsafeMutablePointer<UInt8>
  private let levels: UnsafeMutablePointer<Int32>
  private let cursors: UnsafeMutablePointer<Int32>
  private let queue: UnsafeMutablePointer<Int32>
  private let keys: UnsafeMutablePointer<Int>
  private var trail: [Int32] = []
  private var reachedSinks: [Int32] = []
  private var shore: [Int32] = []
  private var queued = 0

  /// Whether each node of the cell lies on the source's side of the best cut.
  let isOnFirstSide: UnsafeMutablePointer<Bool>

  init(nodeCapacity: Int, edgeCapacity: Int) {
    first = .allocate(capacity: nodeCapacity + 1)
    targets = .allocate(capacity: 2 * edgeCapacity)
    halves = .allocate(capacity: 2 * edgeCapacity)
    origins = .allocate(capacity: 2 * edgeCapacity)
    flow = .allocate(capacity: 2 * edgeCapacity)
    roles = .allocate(capacity: nodeCapacity)
    levels = .allocate(capacity: nodeCapacity)
    cursors = .allocate(capacity: nodeCapacity)
    queue = .allocate(capacity: nodeCapacity)
    keys = .allocate(capacity: nodeCapacity)
    isOnFirstSide = .allocate(capacity: nodeCapacity)
  }

  deinit {
    first.deallocate()
    targets.deallocate()
    halves.deallocate()
    origins.deallocate()
    flow.deallocate()
    roles.deallocate()
    levels.deallocate()
    cursors.deallocate()
    queue.deallocate()
    keys.deallocate()
    isOnFirstSide.deallocate()
  }

  /// Leaves the better half of each node in ``isOnFirstSide``. The cell has two nodes at least.
  func bisect(_ cell: borrowing DissectionCell) {
    load(cell)
    var best: (cut: Int, side: Int)?
    let count = nodeCount < Self.nodesForAllDirections ? Self.mainDirections : Self.directions.count
    for direction in Self.directions.prefix(count) {
      placeTerminals(cell, along: direction)
      // With a cut of this many edges even equal halves are no better than what is known.
      let limit = best.map { ($0.cut * nodeCount + 2 * $0.side - 1) / (2 * $0.side) } ?? Int.max
      guard let cut = greatestFlow(below: limit) else { continue }
      let side = keepSide { side in best.map { cut * $0.side < $0.cut * side } ?? true }
      if let side { best = (cut, side) }
      if cut == 0 { return }
    }
  }

  // MARK: The cell

  private func load(_ cell: borrowing DissectionCell) {
    nodeCount = cell.nodeCount
    halfCount = 2 * cell.edges.count
    first.update(repeating: 0, count: nodeCount + 1)
    for edge in cell.edges.indices {
      first[Int(cell.tails[edge])] += 1
      first[Int(cell.heads[edge])] += 1
      origins[2 * edge] = cell.tails[edge]
      origins[2 * edge + 1] = cell.heads[edge]
    }
    var total: Int32 = 0
    for node in 0...nodeCount {
      total += node < nodeCount ? first[node] : 0
      first[node] = total
    }
    // Filled from behind, which leaves each start where it belongs.
    var half = halfCount - 1
    while half >= 0 {
      let node = Int(origins[half])
      first[node] -= 1
      targets[Int(first[node])] = origins[half ^ 1]
      halves[Int(first[node])] = Int32(truncatingIfNeeded: half)
      half -= 1
    }
  }

  /// Makes the first and the last quarter of the nodes along a direction sources and sinks, and notes the sources on the shore.
  private func placeTerminals(_ cell: borrowing DissectionCell, along direction: (x: Int, y: Int)) {
    for node in 0..<nodeCount {
      let along = Int(cell.x[node]) * direction.x + Int(cell.y[node]) * direction.y
      keys[node] = along << Self.nodeBits | node
      roles[node] = Self.inner
      levels[node] = -1
    }
    let terminals = max(1, nodeCount / Self.terminalPart)
    select(terminals, from: 0)
    select(nodeCount - terminals, from: terminals)
    for place in 0..<terminals {
      roles[keys[place] & Self.nodeMask] = Self.source
      roles[keys[nodeCount - 1 - place] & Self.nodeMask] = Self.sink
    }
    shore.removeAll(keepingCapacity: true)
    for place in 0..<terminals {
      let node = keys[place] & Self.nodeMask
      let isOnShore = (Int(first[node])..<Int(first[node + 1])).contains { roles[Int(targets[$0])] != Self.source }
      if isOnShore { shore.append(Int32(node)) }
    }
    flow.update(repeating: 0, count: halfCount)
    queued = 0
  }

  /// Rearranges the keys from `start` on so that none before `place` is greater than any from `place` on (Hoare's selection).
  private func select(_ place: Int, from start: Int) {
    var low = start
    var high = nodeCount - 1
    while low < high {
      let pivot = keys[(low + high) / 2]
      var (i, j) = (low, high)
      while i <= j {
        while keys[i] < pivot { i += 1 }
        while keys[j] > pivot { j -= 1 }
        if i <= j {
          (keys[i], keys[j]) = (keys[j], keys[i])
          i += 1
          j -= 1
        }
      }
      if place <= j { high = j } else if place >= i { low = i } else { return }
    }
  }

  // MARK: The flow

  /// The value of a greatest flow; nil as soon as it reaches the limit.
  private func greatestFlow(below limit: Int) -> Int? {
    var value = 0
    while levelUp() {
      for sink in reachedSinks {
        while pushUnit(into: Int(sink)) {
          value += 1
          if value >= limit { return nil }
        }
      }
    }
    return value
  }

  /// Gives every node that the flow can still reach its distance from the sources, up to the nearest sinks. False if there are none.
  private func levelUp() -> Bool {
    for place in 0..<queued { levels[Int(queue[place])] = -1 }
    queued = 0
    reachedSinks.removeAll(keepingCapacity: true)
    for node in shore {
      levels[Int(node)] = 0
      queue[queued] = node
      queued += 1
    }
    var next = 0
    var level: Int32 = 0
    while next < queued, reachedSinks.isEmpty {
      level += 1
      let end = queued
      while next < end {
        let node = Int(queue[next])
        next += 1
        for place in Int(first[node])..<Int(first[node + 1]) where flow[Int(halves[place])] < 1 {
          let target = Int(targets[place])
          guard levels[target] < 0, roles[target] != Self.source else { continue }
          levels[target] = level
          cursors[target] = first[target]
          queue[queued] = Int32(truncatingIfNeeded: target)
          queued += 1
          if roles[target] == Self.sink { reachedSinks.append(Int32(truncatingIfNeeded: target)) }
        }
      }
    }
    return !reachedSinks.isEmpty
  }

  /// Sends one unit to the sink down the levels, found from the sink's end. False if no way is left.
  private func pushUnit(into sink: Int) -> Bool {
    trail.removeAll(keepingCapacity: true)
    var node = sink
    while levels[node] > 0 {
      let before = levels[node] - 1
      var found = false
      while cursors[node] < first[node + 1] {
        let place = Int(cursors[node])
        let half = halves[place] ^ 1  // from the target here
        if levels[Int(targets[place])] == before, flow[Int(half)] < 1 {
          trail.append(half)
          node = Int(targets[place])
          found = true
          break
        }
        cursors[node] += 1
      }
      if !found {
        guard let half = trail.popLast() else { return false }
        node = Int(origins[Int(half ^ 1)])
        cursors[node] += 1
      }
    }
    for half in trail {
      flow[Int(half)] += 1
      flow[Int(half ^ 1)] -= 1
    }
    return true
  }

  // MARK: The cut

  /// Of the two least cuts, the one nearest to the sources and the one nearest to the sinks, keeps the more balanced, if it is wanted;
  /// returns the number of nodes on its smaller side.
  private func keepSide(if isWanted: (Int) -> Bool) -> Int? {
    // After the last search for levels, these are what the sources still reach.
    let sources = max(1, nodeCount / Self.terminalPart)
    let reached = queued - shore.count + sources
    if 2 * reached >= nodeCount {
      let side = nodeCount - reached
      guard isWanted(side) else { return nil }
      keepReached()
      return side
    }
    // What still reaches the sinks, against the flow; the role marks it.
    var stack = reachedSinks
    var count = 0
    for node in 0..<nodeCount where roles[node] == Self.sink {
      stack.append(Int32(truncatingIfNeeded: node))
      count += 1
    }
    while let node = stack.popLast() {
      for place in Int(first[Int(node)])..<Int(first[Int(node) + 1]) where flow[Int(halves[place] ^ 1)] < 1 {
        let target = Int(targets[place])
        guard roles[target] == Self.inner else { continue }
        roles[target] = Self.sink
        stack.append(Int32(truncatingIfNeeded: target))
        count += 1
      }
    }
    let sinkSide = min(count, nodeCount - count)
    let side = max(reached, sinkSide)
    guard isWanted(side) else { return nil }
    if reached >= sinkSide {
      keepReached()
    } else {
      for node in 0..<nodeCount { isOnFirstSide[node] = roles[node] != Self.sink }
    }
    return side
  }

  private func keepReached() {
    for node in 0..<nodeCount { isOnFirstSide[node] = levels[node] >= 0 || roles[node] == Self.source }
  }
}
