/// Finds the links of a ``RoadHierarchy``: contracts the arcs from the lowest rank to the highest, and links whatever a contracted arc
/// stood between.
///
///         x ───▶ w          v is contracted before x and w: if a way leads from x through v to w,
///          ╲    ╱           x and w are linked. So the links up from x are its turns, and for each
///           ▶ v             link down to a v all links up from v to what lies above x.
struct RoadContraction {
  private(set) var arcs: [Int32]
  private(set) var parents: [Int32]
  private(set) var depths: [Int32]
  private(set) var up: RoadLinkRows
  private(set) var down: RoadLinkRows
  private(set) var turnLinks: [Int32] = []

  init(of graph: RoadGraph) {
    let count = graph.arcCount
    arcs = [Int32](repeating: 0, count: count)
    for arc in 0..<count { arcs[Int(graph.ranks[arc])] = Int32(arc) }

    let turnsUp = RoadLinkRows(turnsOf: graph, isUp: true)
    let turnsDown = RoadLinkRows(turnsOf: graph, isUp: false)
    parents = Self.eliminationTree(turnsUp, turnsDown)
    depths = [Int32](repeating: 0, count: count)
    for vertex in (0..<count).reversed() where parents[vertex] >= 0 { depths[vertex] = depths[Int(parents[vertex])] + 1 }

    up = RoadLinkRows(capacity: count)
    down = RoadLinkRows(capacity: count)
    // The vertex in whose row each vertex was last put.
    var seen = [Int32](repeating: -1, count: count)
    var row: [Int32] = []
    for vertex in 0..<count {
      gather(vertex, turnsUp, through: down, to: up, seen: &seen, into: &row)
      let upRow = row
      for end in row { seen[Int(end)] = -1 }
      gather(vertex, turnsDown, through: up, to: down, seen: &seen, into: &row)
      for end in row { seen[Int(end)] = -1 }
      up.append(upRow, of: vertex)
      down.append(row, of: vertex)
    }
    up.finish()
    down.finish()
    turnLinks = linksOfTurns(graph)
  }

  /// Collects the higher ends of the links of one direction: of turns, and of ways through lower vertices.
  private func gather(
    _ vertex: Int, _ turns: RoadLinkRows, through entries: RoadLinkRows, to exits: RoadLinkRows, seen: inout [Int32],
    into row: inout [Int32]
  ) {
    row.removeAll(keepingCapacity: true)
    let mark = Int32(vertex)
    for place in turns.range(of: vertex) where seen[Int(turns.ends[place])] != mark {
      seen[Int(turns.ends[place])] = mark
      row.append(turns.ends[place])
    }
    var entry = entries.newest[vertex]
    while entry >= 0 {
      let range = exits.range(of: Int(entries.owners[Int(entry)]))
      var place = range.upperBound - 1
      while place >= range.lowerBound, exits.ends[place] > mark {
        let end = exits.ends[place]
        if seen[Int(end)] != mark {
          seen[Int(end)] = mark
          row.append(end)
        }
        place -= 1
      }
      entry = entries.older[Int(entry)]
    }
    row.sort()
  }

  /// The parent of each vertex in the elimination tree, −1 at a root: the lowest vertex above that it comes to be linked with (Liu 1990,
  /// doi:10.1137/0611010, with path compression).
  private static func eliminationTree(_ turnsUp: RoadLinkRows, _ turnsDown: RoadLinkRows) -> [Int32] {
    let count = turnsUp.first.count - 1
    var parents = [Int32](repeating: -1, count: count)
    var ancestors = parents
    let below = [turnsUp, turnsDown].map {
      RoadLinks(first: $0.first, ends: $0.ends, depths: [Int32](repeating: 0, count: count))
    }
    for vertex in 0..<count {
      for links in below {
        for place in links.rangeBelow(vertex) {
          var node = Int(links.belowEnds[place])
          while ancestors[node] >= 0, Int(ancestors[node]) != vertex {
            let next = Int(ancestors[node])
            ancestors[node] = Int32(vertex)
            node = next
          }
          if ancestors[node] < 0 {
            ancestors[node] = Int32(vertex)
            parents[node] = Int32(vertex)
          }
        }
      }
    }
    return parents
  }

  /// The link that each turn is part of, as ``RoadHierarchy/turnLinks`` tells them.
  private func linksOfTurns(_ graph: RoadGraph) -> [Int32] {
    var links = [Int32](repeating: -1, count: graph.turnCount)
    for arc in 0..<graph.arcCount {
      let tail = graph.ranks[arc]
      for turn in graph.turnRange(of: arc) {
        let head = graph.ranks[Int(graph.turnTargets[turn])]
        if tail < head {
          links[turn] = up.link(from: tail, to: head) << 1
        } else if head < tail {
          links[turn] = down.link(from: head, to: tail) << 1 | 1
        }
      }
    }
    return links
  }
}

/// Rows of links that grow vertex by vertex.
struct RoadLinkRows {
  /// The links of vertex `v`, the lower end, are `first[v] ..< first[v + 1]`.
  private(set) var first: [Int32] = [0]
  /// The higher end of each link.
  private(set) var ends: [Int32] = []
  /// The lower end of each link.
  private(set) var owners: [Int32] = []
  /// The last link that was put in with each vertex as its higher end, and the one before each link; −1 for none.
  private(set) var newest: [Int32]
  private(set) var older: [Int32] = []

  /// Without any row yet.
  init(capacity: Int) {
    newest = [Int32](repeating: -1, count: capacity)
    first.reserveCapacity(capacity + 1)
  }

  /// The turns from lower arcs to higher ones, or from higher to lower; unsorted.
  init(turnsOf graph: RoadGraph, isUp: Bool) {
    newest = []
    first = [Int32](repeating: 0, count: graph.arcCount + 1)
    for isCounting in [true, false] {
      for arc in 0..<graph.arcCount {
        let tail = graph.ranks[arc]
        for turn in graph.turnRange(of: arc) {
          let head = graph.ranks[Int(graph.turnTargets[turn])]
          guard tail != head, (tail < head) == isUp else { continue }
          let lower = Int(min(tail, head))
          if isCounting {
            first[lower] += 1
          } else {
            first[lower] -= 1
            ends[Int(first[lower])] = max(tail, head)
          }
        }
      }
      guard isCounting else { break }
      var total: Int32 = 0
      for vertex in first.indices {
        total += first[vertex]
        first[vertex] = total
      }
      ends = [Int32](repeating: 0, count: Int(total))
    }
  }

  func range(of vertex: Int) -> Range<Int> { Int(first[vertex])..<Int(first[vertex + 1]) }

  mutating func append(_ row: [Int32], of vertex: Int) {
    for end in row {
      older.append(newest[Int(end)])
      newest[Int(end)] = Int32(ends.count)
      owners.append(Int32(vertex))
      ends.append(end)
    }
    first.append(Int32(ends.count))
  }

  /// Gives back the memory that only growing needed.
  mutating func finish() { (owners, newest, older) = ([], [], []) }

  /// The link between two vertices, which must be there.
  func link(from lower: Int32, to higher: Int32) -> Int32 {
    var (low, high) = (Int(first[Int(lower)]), Int(first[Int(lower) + 1]))
    while high - low > 1 {
      let middle = (low + high) / 2
      if ends[middle] <= higher { low = middle } else { high = middle }
    }
    assert(ends[low] == higher)
    return Int32(low)
  }
}
