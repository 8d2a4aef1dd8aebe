import LageplanGeometry

/// The town's lines while they are drawn: nodes, straight lines between them with the junctions that later lines add, and roads,
/// which are what carries a name. Coordinates are those of the plan, before the warp bends them.
struct StreetPlan {
  struct Road {
    var streetClass: StreetClass
    /// Where a name is given already: country roads, rings, the market place.
    var name: String?
  }

  /// A straight line. Without a road it is a bank, a wall or the edge of the fields: it bounds blocks, nobody drives on it.
  struct Line {
    var from: Int
    var to: Int
    var road: Int?
    /// Nodes between the ends, in any order.
    var junctions: [Int] = []
  }

  private(set) var nodes: [Coordinate] = []
  private(set) var lines: [Line] = []
  var roads: [Road] = []
  /// Lines that meet at each node.
  private(set) var linesAtNode: [[Int]] = []

  mutating func addNode(_ position: Coordinate) -> Int {
    nodes.append(position)
    linesAtNode.append([])
    return nodes.count - 1
  }

  mutating func addRoad(_ streetClass: StreetClass, name: String? = nil) -> Int {
    roads.append(Road(streetClass: streetClass, name: name))
    return roads.count - 1
  }

  @discardableResult mutating func addLine(_ from: Int, _ to: Int, road: Int?) -> Int {
    lines.append(Line(from: from, to: to, road: road))
    linesAtNode[from].append(lines.count - 1)
    linesAtNode[to].append(lines.count - 1)
    return lines.count - 1
  }

  mutating func addJunction(_ node: Int, on line: Int) {
    lines[line].junctions.append(node)
    linesAtNode[node].append(line)
  }

  /// A line per pair of neighbours.
  @discardableResult mutating func addChain(_ chain: [Int], road: Int?) -> [Int] {
    zip(chain, chain.dropFirst()).map { addLine($0, $1, road: road) }
  }

  /// A road touches the node: who arrives here can drive on.
  func isReachable(_ node: Int) -> Bool { linesAtNode[node].contains { lines[$0].road != nil } }

  /// A road without a given name that arrives at the node in the direction of `heading`, within 25°: the same street goes on.
  func continuation(at node: Int, heading: Coordinate) -> Int? {
    for index in linesAtNode[node] {
      let line = lines[index]
      guard let road = line.road, roads[road].name == nil, line.from == node || line.to == node else { continue }
      let other = line.from == node ? line.to : line.from
      if (nodes[node] - nodes[other]).unit.dot(heading) > 0.906 { return road }
    }
    return nil
  }
}

/// Land between lines: an open ring of plan nodes, anticlockwise. Edge `i` runs from corner `i` to corner `i + 1` along `lines[i]`.
struct PlanBlock {
  var corners: [Int]
  var lines: [Int]
  var zone: Zone
  /// The end of a street that leads into the block.
  var deadEnd: Int?

  /// What the planners meant the land for; streets divide it as finely as that needs.
  enum Zone {
    case oldTown, housing, village, industry
    /// Left whole: parks, cemeteries, sports grounds.
    case open
    /// The market place.
    case square
  }
}
