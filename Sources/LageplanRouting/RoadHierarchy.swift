/// The topology of a customisable contraction hierarchy over the arcs of one ``RoadGraph``: which shortcuts may ever be needed, whatever
/// the costs are. ``RoadMetric`` gives it costs.
///
/// Its vertices are the arcs, named by their ranks. A **link** is a turn or a shortcut for several; an up link leads from the lower of its
/// two ends to the higher, a down link from the higher to the lower, and both are kept with the lower. Only those links are there that
/// turns can make up: for an arc of a one-way street, most lead one way only.
///
/// All that a vertex is linked with above lies on one way to the root of the **elimination tree**. So a place above a vertex is named by
/// its depth in the tree alone, and a search from a vertex is a walk to the root.
///
/// Customizable contraction hierarchies are by Dibbelt, Strasser & Wagner (2016, doi:10.1145/2886843), those over arcs, with turns as
/// links, by Buchhold, Wagner, Zeitz & Zündorf (2020, doi:10.4230/LIPIcs.ESA.2020.16).
public struct RoadHierarchy: Sendable {
  public let graph: RoadGraph

  /// The arc of each rank.
  let arcs: FlatArray<Int32>
  /// The vertex above each in the elimination tree, −1 at a root.
  let parents: FlatArray<Int32>
  /// How many vertices lie above each.
  let depths: FlatArray<Int32>
  let up: RoadLinks
  let down: RoadLinks
  /// The link that each turn is part of: `link << 1`, plus 1 for a down link; −1 for a turn from an arc into itself.
  let turnLinks: FlatArray<Int32>
  /// The greatest number of vertices on one way to a root.
  let height: Int

  /// Contracts the arcs of a graph in the order of their ranks.
  public init(of graph: RoadGraph) {
    let topology = RoadContraction(of: graph)
    self.graph = graph
    arcs = FlatArray(topology.arcs)
    parents = FlatArray(topology.parents)
    depths = FlatArray(topology.depths)
    up = RoadLinks(first: topology.up.first, ends: topology.up.ends, depths: topology.depths)
    down = RoadLinks(first: topology.down.first, ends: topology.down.ends, depths: topology.depths)
    turnLinks = FlatArray(topology.turnLinks)
    height = Self.height(depths)
  }

  /// The hierarchy that ``sections`` were taken from; nil unless their number and their counts fit the graph.
  public init?(of graph: RoadGraph, sections: [FlatArray<Int32>]) {
    let linkSections = RoadLinks.sectionCount
    guard sections.count == 4 + 2 * linkSections, sections[..<3].allSatisfy({ $0.count == graph.arcCount }),
      sections[3].count == graph.turnCount,
      let up = RoadLinks(sections: sections[4..<(4 + linkSections)], vertexCount: graph.arcCount),
      let down = RoadLinks(sections: sections[(4 + linkSections)...], vertexCount: graph.arcCount)
    else { return nil }
    self.graph = graph
    (arcs, parents, depths, turnLinks) = (sections[0], sections[1], sections[2], sections[3])
    (self.up, self.down) = (up, down)
    height = Self.height(depths)
  }

  private static func height(_ depths: FlatArray<Int32>) -> Int { Int(depths.max() ?? -1) + 1 }

  /// Everything but the graph, for a file.
  public var sections: [FlatArray<Int32>] { [arcs, parents, depths, turnLinks] + up.sections + down.sections }

  /// The number of links, up and down.
  public var linkCount: Int { up.count + down.count }
}

/// All links of one direction.
struct RoadLinks: Sendable {
  static let sectionCount = 6

  /// The links of vertex `v`, the lower end, are `first[v] ..< first[v + 1]`, sorted by their higher ends.
  let first: FlatArray<Int32>
  /// The higher end of each link.
  let ends: FlatArray<Int32>
  /// The depth of the higher end of each link.
  let endDepths: FlatArray<Int32>
  /// The links that have vertex `v` as their higher end are `below[firstBelow[v] ..< firstBelow[v + 1]]`, sorted by their lower ends,
  /// which `belowEnds` names.
  let firstBelow: FlatArray<Int32>
  let below: FlatArray<Int32>
  let belowEnds: FlatArray<Int32>

  var count: Int { ends.count }
  var sections: [FlatArray<Int32>] { [first, ends, endDepths, firstBelow, below, belowEnds] }

  init(first: [Int32], ends: [Int32], depths: [Int32]) {
    var firstBelow = [Int32](repeating: 0, count: first.count)
    for end in ends { firstBelow[Int(end) + 1] += 1 }
    for vertex in firstBelow.indices.dropFirst() { firstBelow[vertex] += firstBelow[vertex - 1] }
    var next = firstBelow
    var below = [Int32](repeating: 0, count: ends.count)
    var belowEnds = below
    for vertex in first.indices.dropLast() {
      for link in first[vertex]..<first[vertex + 1] {
        let end = Int(ends[Int(link)])
        below[Int(next[end])] = link
        belowEnds[Int(next[end])] = Int32(vertex)
        next[end] += 1
      }
    }
    self.first = FlatArray(first)
    self.ends = FlatArray(ends)
    endDepths = FlatArray(ends.map { depths[Int($0)] })
    self.firstBelow = FlatArray(firstBelow)
    self.below = FlatArray(below)
    self.belowEnds = FlatArray(belowEnds)
  }

  init?(sections: ArraySlice<FlatArray<Int32>>, vertexCount: Int) {
    let all = Array(sections)
    let count = all[1].count
    guard all[0].count == vertexCount + 1, all[3].count == vertexCount + 1, [2, 4, 5].allSatisfy({ all[$0].count == count })
    else {
      return nil
    }
    (first, ends, endDepths, firstBelow, below, belowEnds) = (all[0], all[1], all[2], all[3], all[4], all[5])
  }

  /// The links whose lower end is `vertex`.
  @inline(__always) func range(of vertex: Int) -> Range<Int> { Int(first.base[vertex])..<Int(first.base[vertex + 1]) }
  /// The places in `below` of the links whose higher end is `vertex`.
  @inline(__always) func rangeBelow(_ vertex: Int) -> Range<Int> {
    Int(firstBelow.base[vertex])..<Int(firstBelow.base[vertex + 1])
  }

  /// The link between two vertices, if there is one.
  func link(from lower: Int, to higher: Int) -> Int? {
    var range = range(of: lower)
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      let end = Int(ends[middle])
      if end == higher { return middle }
      range = end < higher ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}
