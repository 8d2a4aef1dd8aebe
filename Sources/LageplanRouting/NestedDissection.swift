import Dispatch

/// An order of the edges of a street network in which those that part it into halves come last, those that part the halves before
/// them, and so on: nested dissection (George 1973, doi:10.1137/0710032) by edge cuts.
public enum NestedDissection {
  /// Cells with more edges than this are ordered side by side.
  private static let edgesForThreads = 1024

  /// The rank of each edge, from 0: a permutation of the edges.
  ///
  /// The same for the same input, whatever the number of processors.
  ///
  /// - Parameters:
  ///   - positions: Where each node lies.
  ///   - tails: The node that each edge starts at. Directions do not matter; parallel edges and loops may be there.
  ///   - heads: The node that each edge ends at.
  public static func ranks(positions: [RoadPosition], tails: [Int32], heads: [Int32]) -> [Int32] {
    let reduction = DissectionReduction(nodeCount: positions.count, tails: tails, heads: heads)
    var ranks = [Int32](repeating: 0, count: tails.count)
    for (rank, edge) in reduction.peeled.enumerated() { ranks[Int(edge)] = Int32(rank) }
    let whole = DissectionCell(positions: positions, tails: reduction.tails, heads: reduction.heads, edges: reduction.edges)
    ranks.withUnsafeMutableBufferPointer { ranks in
      nonisolated(unsafe) let ranks = ranks
      order(whole, from: reduction.peeled.count, into: ranks, with: nil)
    }
    return ranks
  }

  /// Gives the edges of a cell the ranks from `start` on.
  private static func order(
    _ cell: DissectionCell, from start: Int, into ranks: UnsafeMutableBufferPointer<Int32>, with flow: InertialFlow?
  ) {
    guard cell.edges.count > 2 else {
      for (place, edge) in cell.edges.enumerated() { ranks[Int(edge)] = Int32(start + place) }
      return
    }
    let flow = flow ?? InertialFlow(nodeCapacity: cell.nodeCount, edgeCapacity: cell.edges.count)
    flow.bisect(cell)
    let (parts, cut) = cell.split(flow.isOnFirstSide)
    let cutStart = start + cell.edges.count - cut.count
    for (place, edge) in cut.enumerated() { ranks[Int(edge)] = Int32(cutStart + place) }
    let starts = [start, start + parts[0].edges.count]
    if cell.edges.count > edgesForThreads {
      nonisolated(unsafe) let ranks = ranks
      DispatchQueue.concurrentPerform(iterations: 2) { order(parts[$0], from: starts[$0], into: ranks, with: nil) }
    } else {
      for side in 0..<2 { order(parts[side], from: starts[side], into: ranks, with: flow) }
    }
  }
}

/// A part of a street network with nodes of its own numbers.
struct DissectionCell: Sendable {
  /// Nearly equal units to the east and to the north.
  private(set) var x: [Int32] = []
  private(set) var y: [Int32] = []
  private(set) var tails: [Int32] = []
  private(set) var heads: [Int32] = []
  /// The number of each edge in the whole network.
  private(set) var edges: [Int32] = []

  var nodeCount: Int { x.count }

  private init() {}

  /// The whole of a network, but for nodes without edges.
  init(positions: [RoadPosition], tails: [Int32], heads: [Int32], edges: [Int32]) {
    let middle = positions.isEmpty ? 0 : Double(positions[positions.count / 2].latitude) / 1e7
    let narrowing = cosine(ofDegrees: middle)
    var numbers = [Int32](repeating: -1, count: positions.count)
    func number(_ node: Int32) -> Int32 {
      if numbers[Int(node)] < 0 {
        numbers[Int(node)] = Int32(x.count)
        x.append(Int32(Double(positions[Int(node)].longitude) * narrowing))
        y.append(positions[Int(node)].latitude)
      }
      return numbers[Int(node)]
    }
    self.edges = edges
    self.tails = tails.map(number)
    self.heads = heads.map(number)
  }

  /// The cells on the two sides of a cut, without nodes that have lost all their edges, and the edges across.
  func split(_ isOnFirstSide: UnsafeMutablePointer<Bool>) -> (parts: [DissectionCell], cut: [Int32]) {
    var parts = [DissectionCell(), DissectionCell()]
    var cut: [Int32] = []
    var numbers = [Int32](repeating: -1, count: nodeCount)
    for edge in edges.indices {
      let (tail, head) = (Int(tails[edge]), Int(heads[edge]))
      guard isOnFirstSide[tail] == isOnFirstSide[head] else {
        cut.append(edges[edge])
        continue
      }
      let side = isOnFirstSide[tail] ? 0 : 1
      for node in [tail, head] where numbers[node] < 0 {
        numbers[node] = Int32(parts[side].x.count)
        parts[side].x.append(x[node])
        parts[side].y.append(y[node])
      }
      parts[side].tails.append(numbers[tail])
      parts[side].heads.append(numbers[head])
      parts[side].edges.append(edges[edge])
    }
    return (parts, cut)
  }
}

/// The cosine to about a thousandth between −90° and 90° (Bhaskara I., 7th century): all that a choice of directions needs.
private func cosine(ofDegrees angle: Double) -> Double {
  let square = angle * angle
  return max(0, (32_400 - 4 * square) / (32_400 + square))
}
