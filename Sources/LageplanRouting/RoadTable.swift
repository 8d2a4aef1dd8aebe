/// Durations and lengths of the fastest ways from each of some places to each of others.
public struct RoadTable: Hashable, Sendable {
  /// What stands in a cell where there is no way.
  public static let unreachable = RoadGraph.closed

  public let rowCount: Int
  public let columnCount: Int
  /// Row by row, in tenths of a second.
  public let durations: [Int32]
  /// Row by row, in decimetres: the length of the fastest way, of several equally fast ones the shortest.
  public let lengths: [Int32]

  public init(rowCount: Int, columnCount: Int, durations: [Int32], lengths: [Int32]) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.durations = durations
    self.lengths = lengths
  }

  /// The duration in tenths of a second; nil where there is no way.
  public func duration(_ row: Int, _ column: Int) -> Int32? {
    let value = durations[row * columnCount + column]
    return value == Self.unreachable ? nil : value
  }

  /// The length in decimetres; nil where there is no way.
  public func length(_ row: Int, _ column: Int) -> Int32? {
    let value = lengths[row * columnCount + column]
    return value == Self.unreachable ? nil : value
  }
}

extension RoadRouter {
  /// Durations and lengths of the fastest ways from each of `starts` to each of `ends`, in one pass. A place that is not on the network
  /// (nil) reaches nothing and is reached by nothing. Nil if cancelled.
  public func table(
    from starts: [RoadSnap?], to ends: [RoadSnap?], isCancelled: () -> Bool = { false }
  ) -> RoadTable? {
    let startSeeds = starts.map { $0.map { self.starts(at: $0) } ?? [] }
    let endSeeds = ends.map { $0.map { self.ends(at: $0) } ?? [] }
    guard var (durations, lengths) = metric.table(from: startSeeds, to: endSeeds, isCancelled: isCancelled) else { return nil }
    // Two places on one arc: the way that never leaves it is none of a search's.
    var endsByArc: [Int32: [Int]] = [:]
    for (column, seeds) in endSeeds.enumerated() {
      var arcs = Set(seeds.map(\.arc))
      // An end behind a closure has no seed in a direction, but may be reached from this side of it.
      if let end = ends[column] { forEachArc(of: end) { arcs.insert($0) } }
      for arc in arcs { endsByArc[arc, default: []].append(column) }
    }
    for (row, start) in starts.enumerated() {
      guard let start else { continue }
      forEachArc(of: start) { arc in
        for column in endsByArc[arc] ?? [] {
          guard let end = ends[column], let cost = direct(from: start, to: end, by: .duration)?.cost else { continue }
          let cell = row * ends.count + column
          let found =
            durations[cell] == RoadTable.unreachable
            ? .unreachable : RoadCost(duration: Int(durations[cell]), length: Int(lengths[cell]))
          if cost < found { (durations[cell], lengths[cell]) = (cost.duration, cost.length) }
        }
      }
    }
    return RoadTable(rowCount: starts.count, columnCount: ends.count, durations: durations, lengths: lengths)
  }

  /// The arcs that one who starts at a place is on.
  private func forEachArc(of snap: RoadSnap, _ body: (Int32) -> Void) {
    for direction in 0...1 where snap.allows(direction) {
      if let step = firstUse(of: snap.edge, direction: direction) { body(graph.stepArcs[step]) }
    }
  }

  /// The `count` places that are nearest by road, nearest first, as indices into `places` with their costs; fewer where fewer can be
  /// reached. Equally near ones stand in the order of the places.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - origin: Where the ways begin.
  ///   - places: The choice; those not on the network (nil) are never found.
  ///   - measure: By what they are compared; by length, the shortest ways count instead of the fastest.
  ///   - reverse: The ways lead from the places to the origin.
  public func nearest(
    _ count: Int, from origin: RoadSnap, among places: [RoadSnap?], by measure: RoadMeasure = .duration, reverse: Bool = false
  ) -> [(index: Int, cost: RoadCost)] {
    let reach = reachable(from: origin, within: .unlimited(measure), reverse: reverse)
    let found = places.enumerated().compactMap { index, place -> (index: Int, cost: RoadCost)? in
      guard let place, let cost = reach.cost(at: place) else { return nil }
      return (index, cost)
    }
    return Array(found.sorted { ($0.cost, $0.index) < ($1.cost, $1.index) }.prefix(max(0, count)))
  }
}
