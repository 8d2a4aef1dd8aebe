/// What is left of a street network for dissection once all that is ordered in an obvious way has been taken off: loops, dead ends from
/// their tips inwards, and all but one edge of every chain between two junctions.
///
///     o───o───o        loops, trees            ┌───────┐
///     │   │   │──o──o     come first;      o───o───────o      one edge stands
///     o───o───o           then the rest    │   │       │      for each chain
///         └─o─┘           of each chain    └───o───────┘
struct DissectionReduction {
  /// The edges taken off, in the order of their ranks.
  private(set) var peeled: [Int32] = []
  /// The edges that are left, and the junctions that each stands between.
  private(set) var edges: [Int32] = []
  private(set) var tails: [Int32] = []
  private(set) var heads: [Int32] = []

  init(nodeCount: Int, tails: [Int32], heads: [Int32]) {
    var first = [Int32](repeating: 0, count: nodeCount + 1)
    for (tail, head) in zip(tails, heads) where tail != head {
      first[Int(tail)] += 1
      first[Int(head)] += 1
    }
    var degrees = first
    var total: Int32 = 0
    for node in first.indices {
      total += first[node]
      first[node] = total
    }
    var incident = [Int32](repeating: 0, count: Int(total))
    var isTaken = [Bool](repeating: false, count: tails.count)
    for edge in tails.indices.reversed() {
      guard tails[edge] != heads[edge] else {
        isTaken[edge] = true
        peeled.append(Int32(edge))
        continue
      }
      for node in [Int(tails[edge]), Int(heads[edge])] {
        first[node] -= 1
        incident[Int(first[node])] = Int32(edge)
      }
    }
    func nextEdge(at node: Int) -> Int? {
      for place in first[node]..<first[node + 1] where !isTaken[Int(incident[Int(place)])] { return Int(incident[Int(place)]) }
      return nil
    }

    // Dead ends, from their tips inwards.
    for tip in 0..<nodeCount {
      var node = tip
      while degrees[node] == 1, let edge = nextEdge(at: node) {
        isTaken[edge] = true
        peeled.append(Int32(edge))
        degrees[node] = 0
        node = Int(tails[edge]) ^ Int(heads[edge]) ^ node
        degrees[node] -= 1
      }
    }

    // Chains, each from one of its ends; then rings that no junction lies on, which stay as they are.
    for junction in 0..<nodeCount where degrees[junction] > 2 {
      for place in first[junction]..<first[junction + 1] where !isTaken[Int(incident[Int(place)])] {
        let start = Int(incident[Int(place)])
        isTaken[start] = true
        var node = Int(tails[start]) ^ Int(heads[start]) ^ junction
        var rest: [Int32] = []
        while degrees[node] == 2, let edge = nextEdge(at: node) {
          isTaken[edge] = true
          rest.append(Int32(edge))
          node = Int(tails[edge]) ^ Int(heads[edge]) ^ node
        }
        peeled += rest
        if node == junction {
          peeled.append(Int32(start))
        } else {
          edges.append(Int32(start))
          self.tails.append(Int32(junction))
          self.heads.append(Int32(node))
        }
      }
    }
    for edge in tails.indices where !isTaken[edge] {
      edges.append(Int32(edge))
      self.tails.append(tails[edge])
      self.heads.append(heads[edge])
    }
  }
}
