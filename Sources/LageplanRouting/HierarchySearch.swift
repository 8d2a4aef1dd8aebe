/// A search for a cheapest way in a ``RoadMetric`` without a queue: every cheapest way rises to one vertex and falls from there, so it is
/// enough to walk from the starts and the ends to the root of the elimination tree, the lowest vertex first (Dibbelt, Strasser & Wagner
/// 2016, doi:10.1145/2886843).
///
///              root
///               │
///               o   where both know a cost, a way has been found
///              ╱ ╲
///      starts o   o ends
///
/// Several starts and ends are **branches**, each with costs of its own for the places above it. Where two meet they become one.
struct HierarchySearch {
  /// A vertex that has been passed, with the least costs from the starts to it and from it to the ends by ways that lie below it.
  struct Passed {
    var vertex: Int32
    /// The places in ``passed`` of the vertex before on a way from the starts and of the one after on a way to the ends; −1: none.
    var before: Int32
    var after: Int32
    var fromStarts: Double
  }

  /// In ascending order.
  private(set) var passed: [Passed] = []
  /// The cost of a cheapest way; infinite if there is none.
  private(set) var cost = Double.infinity
  /// The place in ``passed`` of the vertex where it turns from rising to falling.
  private(set) var summit = -1

  /// - Parameters:
  ///   - metric: Where the way is sought.
  ///   - starts: Where it may begin.
  ///   - ends: Where it may end. None: all that lies above the starts is passed with its costs.
  ///   - notesWays: Whether ``Passed/before`` and ``Passed/after`` are wanted.
  init(_ metric: RoadMetric, from starts: [RoadSeed], to ends: [RoadSeed], notesWays: Bool) {
    let hierarchy = metric.hierarchy
    var branches = SearchBranches(hierarchy, starts: starts, ends: ends)
    defer { branches.deallocate() }
    passed.reserveCapacity(branches.height)
    while let (vertex, branch) = branches.next() {
      let depth = Int(hierarchy.depths.base[vertex])
      let (fromStarts, toEnds) = (branch.fromStarts[depth], branch.toEnds[depth])
      let place = Int32(truncatingIfNeeded: passed.count)
      passed.append(
        Passed(
          vertex: Int32(truncatingIfNeeded: vertex), before: branch.before[depth], after: branch.after[depth],
          fromStarts: fromStarts))
      if fromStarts + toEnds < cost {
        cost = fromStarts + toEnds
        summit = Int(place)
      }
      // What is not cheaper than a way already found cannot be part of a cheaper one.
      if fromStarts < cost {
        if notesWays {
          Self.relax(hierarchy.up, metric.upWeights, vertex, fromStarts, branch.fromStarts, branch.before, place)
        } else {
          Self.relax(hierarchy.up, metric.upWeights, vertex, fromStarts, branch.fromStarts)
        }
      }
      if toEnds < cost {
        if notesWays {
          Self.relax(hierarchy.down, metric.downWeights, vertex, toEnds, branch.toEnds, branch.after, place)
        } else {
          Self.relax(hierarchy.down, metric.downWeights, vertex, toEnds, branch.toEnds)
        }
      }
    }
  }

  /// Lowers the costs of all that a vertex is linked with. Without a branch: which of two costs is less cannot be guessed.
  @inline(__always)
  private static func relax(
    _ links: RoadLinks, _ weights: FlatArray<Double>, _ vertex: Int, _ cost: Double, _ costs: UnsafeMutablePointer<Double>
  ) {
    for link in links.range(of: vertex) {
      let depth = Int(links.endDepths.base[link])
      let (through, known) = (cost + weights.base[link], costs[depth])
      costs[depth] = through < known ? through : known
    }
  }

  /// The same, and notes where a lowered cost came from.
  @inline(__always)
  private static func relax(
    _ links: RoadLinks, _ weights: FlatArray<Double>, _ vertex: Int, _ cost: Double, _ costs: UnsafeMutablePointer<Double>,
    _ neighbours: UnsafeMutablePointer<Int32>, _ place: Int32
  ) {
    for link in links.range(of: vertex) {
      let depth = Int(links.endDepths.base[link])
      let (through, known) = (cost + weights.base[link], costs[depth])
      let isLess: Int32 = through < known ? -1 : 0
      costs[depth] = through < known ? through : known
      neighbours[depth] = neighbours[depth] & ~isLess | place & isLess
    }
  }
}

/// The branches of a ``HierarchySearch`` on their way to the root.
private struct SearchBranches {
  /// Costs by the depth of the vertex, and where they came from.
  struct Branch {
    /// The vertex that is next, −1 above a root.
    var vertex: Int
    let fromStarts: UnsafeMutablePointer<Double>
    let toEnds: UnsafeMutablePointer<Double>
    let before: UnsafeMutablePointer<Int32>
    let after: UnsafeMutablePointer<Int32>
  }

  let height: Int
  private let hierarchy: RoadHierarchy
  private let costs: UnsafeMutablePointer<Double>
  private let neighbours: UnsafeMutablePointer<Int32>
  private var branches: [Branch] = []

  init(_ hierarchy: RoadHierarchy, starts: [RoadSeed], ends: [RoadSeed]) {
    self.hierarchy = hierarchy
    height = hierarchy.height
    let size = max(1, 2 * height * (starts.count + ends.count))
    costs = .allocate(capacity: size)
    neighbours = .allocate(capacity: size)
    costs.initialize(repeating: .infinity, count: size)
    neighbours.initialize(repeating: -1, count: size)
    branches.reserveCapacity(starts.count + ends.count)
    for seed in starts {
      let (branch, depth) = branch(at: seed)
      branch.fromStarts[depth] = min(branch.fromStarts[depth], PackedCost.packed(seed.cost))
    }
    for seed in ends {
      let (branch, depth) = branch(at: seed)
      branch.toEnds[depth] = min(branch.toEnds[depth], PackedCost.packed(seed.cost))
    }
  }

  /// The branch that begins where a seed lies.
  private mutating func branch(at seed: RoadSeed) -> (Branch, depth: Int) {
    let vertex = Int(hierarchy.graph.ranks.base[Int(seed.arc)])
    let depth = Int(hierarchy.depths.base[vertex])
    if let known = branches.first(where: { $0.vertex == vertex }) { return (known, depth) }
    let offset = 2 * height * branches.count
    let branch = Branch(
      vertex: vertex, fromStarts: costs + offset, toEnds: costs + offset + height, before: neighbours + offset,
      after: neighbours + offset + height)
    branches.append(branch)
    return (branch, depth)
  }

  /// Passes the lowest vertex that is next, with all that is known of it.
  mutating func next() -> (vertex: Int, Branch)? {
    guard !branches.isEmpty else { return nil }
    let lowest = branches.count > 1 ? joinLowest() : 0
    let branch = branches[lowest]
    let parent = Int(hierarchy.parents.base[branch.vertex])
    if parent < 0 { branches.remove(at: lowest) } else { branches[lowest].vertex = parent }
    return (branch.vertex, branch)
  }

  /// The branch whose next vertex is the lowest, after all others that have come to the same vertex have become part of it.
  private mutating func joinLowest() -> Int {
    var lowest = 0
    for place in branches.indices where branches[place].vertex < branches[lowest].vertex { lowest = place }
    for place in branches.indices.reversed() where place > lowest && branches[place].vertex == branches[lowest].vertex {
      join(branches.remove(at: place), into: branches[lowest])
    }
    return lowest
  }

  private func join(_ other: Branch, into branch: Branch) {
    for depth in 0...Int(hierarchy.depths.base[branch.vertex]) {
      if other.fromStarts[depth] < branch.fromStarts[depth] {
        branch.fromStarts[depth] = other.fromStarts[depth]
        branch.before[depth] = other.before[depth]
      }
      if other.toEnds[depth] < branch.toEnds[depth] {
        branch.toEnds[depth] = other.toEnds[depth]
        branch.after[depth] = other.after[depth]
      }
    }
  }

  func deallocate() {
    costs.deallocate()
    neighbours.deallocate()
  }
}

extension RoadMetric {
  /// The cost of a cheapest way; ``RoadCost/unreachable`` if there is none.
  public func cost(from starts: [RoadSeed], to ends: [RoadSeed]) -> RoadCost {
    PackedCost.cost(HierarchySearch(self, from: starts, to: ends, notesWays: false).cost)
  }

  /// A cheapest way with its arcs; nil if there is none.
  public func path(from starts: [RoadSeed], to ends: [RoadSeed]) -> RoadPath? {
    let search = HierarchySearch(self, from: starts, to: ends, notesWays: true)
    let cost = PackedCost.cost(search.cost)
    guard cost.isReachable else { return nil }
    var places: [Int32] = []
    var place = Int32(search.summit)
    while place >= 0 {
      places.append(place)
      place = search.passed[Int(place)].before
    }
    let vertices = places.reversed().map { search.passed[Int($0)].vertex }
    var unpacking = HierarchyUnpacking(self, start: Int(vertices[0]))
    for (lower, higher) in zip(vertices, vertices.dropFirst()) { unpacking.rise(from: Int(lower), to: Int(higher)) }
    place = Int32(search.summit)
    while case let next = search.passed[Int(place)].after, next >= 0 {
      unpacking.fall(from: Int(search.passed[Int(place)].vertex), to: Int(search.passed[Int(next)].vertex))
      place = next
    }
    return RoadPath(cost: cost, arcs: unpacking.arcs)
  }
}
