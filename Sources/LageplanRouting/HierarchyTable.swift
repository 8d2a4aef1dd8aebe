extension RoadMetric {
  /// The durations (tenths of a second) and lengths (decimetres) of the cheapest ways from each start to each end, row by row;
  /// ``RoadGraph/closed`` where there is none. An empty row of seeds reaches nothing. Nil if cancelled.
  ///
  /// Costs are found for several starts at a time, from the top of the hierarchy down to what lies above several ends only (RPHAST:
  /// Delling, Goldberg & Werneck 2011, doi:10.4230/OASIcs.ATMOS.2011.52); what lies above one end alone is walked once, for all starts.
  public func table(
    from starts: [[RoadSeed]], to ends: [[RoadSeed]], isCancelled: () -> Bool = { false }
  ) -> (durations: [Int32], lengths: [Int32])? {
    let (rows, columns) = (starts.count, ends.count)
    var durations = [Int32](repeating: RoadGraph.closed, count: rows * columns)
    var lengths = durations
    let selection = TableSelection(self, ends: ends)
    let sweep = TableSweep(selection)
    for firstRow in stride(from: 0, to: rows, by: TableSweep.laneCount) {
      if isCancelled() { return nil }
      let batch = starts[firstRow..<min(rows, firstRow + TableSweep.laneCount)]
      sweep.begin()
      for (lane, seeds) in batch.enumerated() {
        sweep.place(HierarchySearch(self, from: seeds, to: [], notesWays: false), in: lane)
      }
      sweep.fall()
      for column in 0..<columns {
        let costs = sweep.costs(toColumn: column)
        for lane in 0..<batch.count {
          let cost = PackedCost.cost(costs[lane])
          durations[(firstRow + lane) * columns + column] = cost.duration
          lengths[(firstRow + lane) * columns + column] = cost.length
        }
      }
    }
    return (durations, lengths)
  }
}

/// What of a hierarchy the ends of a table need, whatever the starts are.
///
/// A vertex above one end only is **private** to it, one above several is **shared**. Everything above a shared vertex is shared.
///
///            o root            shared: swept down from the root for every batch of starts
///          ╱   ╲
///         o     o
///        ╱ ╲   ╱ ╲             private: walked up once; the costs from where it ends in shared
///       ┆   ┆ ┆   ┆            vertices are the column's **entries**
///      ends
private struct TableSelection {
  /// An end's cost from a shared vertex.
  struct Entry {
    var place: Int32
    var cost: Double
  }

  let columnCount: Int
  /// The place of a shared vertex in the sweep, from 0 at the top; `-2 - column` of a private one; −1 of all others.
  private(set) var places: [Int32]
  /// The cost from a private vertex to its end.
  private(set) var privateCosts: [Double]
  /// The entries of column `c` are `firstEntry[c] ..< firstEntry[c + 1]`.
  private(set) var firstEntry: [Int] = [0]
  private(set) var entries: [Entry] = []
  /// The links down to the shared vertex at place `p` are `firstLink[p] ..< firstLink[p + 1]`, as entries.
  private(set) var firstLink: [Int] = [0]
  private(set) var links: [Entry] = []

  init(_ metric: RoadMetric, ends: [[RoadSeed]]) {
    let hierarchy = metric.hierarchy
    columnCount = ends.count
    places = [Int32](repeating: -1, count: hierarchy.arcs.count)
    privateCosts = [Double](repeating: .infinity, count: hierarchy.arcs.count)
    let shared = share(hierarchy, ends)
    for (place, vertex) in shared.enumerated() { places[vertex] = Int32(place) }
    for vertex in shared {
      for link in hierarchy.down.range(of: vertex) where metric.downWeights.base[link] < .infinity {
        links.append(Entry(place: places[Int(hierarchy.down.ends.base[link])], cost: metric.downWeights.base[link]))
      }
      firstLink.append(links.count)
    }
    for seeds in ends {
      rise(metric, from: seeds, shared)
      firstEntry.append(entries.count)
    }
  }

  /// Marks what lies above the ends of each column; returns what is shared, from the top down.
  private mutating func share(_ hierarchy: RoadHierarchy, _ ends: [[RoadSeed]]) -> [Int] {
    let sharedMark: Int32 = 0
    var shared: [Int] = []
    for (column, seeds) in ends.enumerated() {
      let mark = Int32(-2 - column)
      for seed in seeds {
        var vertex = Int(hierarchy.graph.ranks.base[Int(seed.arc)])
        // Up to where this column or a shared vertex is met.
        while vertex >= 0, places[vertex] != mark, places[vertex] != sharedMark {
          if places[vertex] == -1 {
            places[vertex] = mark
          } else {
            places[vertex] = sharedMark
            shared.append(vertex)
          }
          vertex = Int(hierarchy.parents.base[vertex])
        }
      }
    }
    return shared.sorted(by: >)
  }

  /// Walks up from the ends of one column through its private vertices and keeps what it reaches.
  private mutating func rise(_ metric: RoadMetric, from seeds: [RoadSeed], _ shared: [Int]) {
    let hierarchy = metric.hierarchy
    var walk: Set<Int> = []
    var reached: [Int] = []
    func reach(_ vertex: Int, at cost: Double, _ costs: inout [Double]) {
      if costs[vertex] == .infinity, places[vertex] >= 0, cost < .infinity { reached.append(vertex) }
      costs[vertex] = min(costs[vertex], cost)
    }
    for seed in seeds {
      var vertex = Int(hierarchy.graph.ranks.base[Int(seed.arc)])
      reach(vertex, at: PackedCost.packed(seed.cost), &privateCosts)
      while vertex >= 0, places[vertex] < 0, walk.insert(vertex).inserted { vertex = Int(hierarchy.parents.base[vertex]) }
    }
    for vertex in walk.sorted() where privateCosts[vertex] < .infinity {
      let cost = privateCosts[vertex]
      for link in hierarchy.down.range(of: vertex) {
        reach(Int(hierarchy.down.ends.base[link]), at: cost + metric.downWeights.base[link], &privateCosts)
      }
    }
    for vertex in reached {
      entries.append(Entry(place: places[vertex], cost: privateCosts[vertex]))
      privateCosts[vertex] = .infinity  // the next column's turn
    }
  }
}

/// Carries the costs of several starts at a time down a ``TableSelection``: one lane for each start.
private struct TableSweep: ~Copyable {
  typealias Lanes = SIMD16<Double>
  static let laneCount = Lanes.scalarCount

  private let selection: TableSelection
  private let sharedCount: Int
  private let shared: UnsafeMutablePointer<Lanes>
  /// The costs of ways that never come to a shared vertex.
  private let near: UnsafeMutablePointer<Lanes>

  init(_ selection: TableSelection) {
    self.selection = selection
    sharedCount = selection.firstLink.count - 1
    shared = .allocate(capacity: max(1, sharedCount))
    near = .allocate(capacity: max(1, selection.columnCount))
  }

  deinit {
    shared.deallocate()
    near.deallocate()
  }

  func begin() {
    shared.initialize(repeating: Lanes(repeating: .infinity), count: sharedCount)
    near.initialize(repeating: Lanes(repeating: .infinity), count: selection.columnCount)
  }

  /// Takes over what a search from a start has reached.
  func place(_ search: HierarchySearch, in lane: Int) {
    for passed in search.passed where passed.fromStarts < .infinity {
      let place = Int(selection.places[Int(passed.vertex)])
      if place >= 0 {
        shared[place][lane] = passed.fromStarts
      } else if place < -1 {
        let cost = passed.fromStarts + selection.privateCosts[Int(passed.vertex)]
        near[-2 - place][lane] = min(near[-2 - place][lane], cost)
      }
    }
  }

  /// From the top down: what is above a vertex is known when it is reached.
  func fall() {
    for place in 0..<sharedCount {
      shared[place] = least(shared[place], selection.firstLink[place]..<selection.firstLink[place + 1], selection.links)
    }
  }

  func costs(toColumn column: Int) -> Lanes {
    least(near[column], selection.firstEntry[column]..<selection.firstEntry[column + 1], selection.entries)
  }

  @inline(__always)
  private func least(_ known: Lanes, _ range: Range<Int>, _ entries: [TableSelection.Entry]) -> Lanes {
    var least = known
    for index in range {
      let entry = entries[index]
      let through = shared[Int(entry.place)] + entry.cost
      least = least.replacing(with: through, where: through .< least)
    }
    return least
  }
}
