import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanRouting
import LageplanStore

/// The features of a collection in the order in which they are reached by road: exactly, and looking at as few as possible.
///
/// One search from the place gives the cost of every road; candidates come by their distance as the crow flies. No way is faster than the
/// fastest road as the crow flies, so once that bound is behind the last place of the list, nothing farther away can belong to it.
struct RoadRanking {
  /// A feature with the way to it.
  struct Reached: Sendable {
    var number: Int64
    var id: String
    /// Of the fastest way; of the shortest, without a duration, where the bound is a length.
    var cost: RoadCost
    var duration: Int32?
    /// As the crow flies, between the place and the feature.
    var distance: Metres

    /// Writes the way as members of the feature's properties: seconds and metres.
    func tell(to output: inout JSONWriter) {
      if let duration {
        output.key("duration")
        output.fixed(Double(duration) / 10, decimals: 1)
      }
      output.key("length")
      output.fixed(Double(cost.length) / 10, decimals: 1)
      // Millimetres: far finer than any survey, and short.
      output.key("distance")
      output.fixed(distance.value, decimals: 3)
    }

    /// By cost; equal ones by number.
    var position: NearbyPosition {
      NearbyPosition(rank: Double(cost.duration), distance: Double(cost.length), number: number)
    }
  }

  let router: RoadRouter
  /// In metres a second: nobody is faster anywhere.
  let fastest: Double
  let place: Coordinate
  /// From the features to the place.
  var isReverse = false
  /// How far along the roads.
  var limit = RoadReachLimit.unlimited(.duration)
  /// Features that are looked at.
  var mostCandidates: Int
  /// The cost of every road that is reached; `nil` before ``search()``, and where the place is not on the network.
  private(set) var reach: RoadReach?
  /// Of the client that waits for the list.
  var departure: Departure?

  init(router: RoadRouter, fastest: Double, place: Coordinate, mostCandidates: Int) {
    self.router = router
    self.fastest = fastest
    self.place = place
    self.mostCandidates = mostCandidates
  }

  /// Searches the roads around the place, which takes some milliseconds: before a reader of the store is held.
  mutating func search() {
    reach = router.nearest(to: place).map { router.reachable(from: $0, within: limit, reverse: isReverse) }
  }

  /// So often is asked whether somebody still waits.
  private static let candidatesBetweenQuestions = 256

  /// At most `count` features that match, behind `beyond`, in their order; `radius` is as the crow flies. Empty where the place is not on
  /// the network. ``search()`` comes first.
  ///
  /// Throws 400 where more candidates than allowed would have to be looked at, `CancellationError` where nobody waits any longer.
  func features(
    matching query: FeatureQuery, of descriptor: CollectionDescriptor, count: Int, radius: Metres?, beyond: NearbyPosition? = nil,
    from reader: StoreReader
  ) throws -> [Reached] {
    guard let reach else { return [] }
    let toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    var query = query
    query.properties = .none
    query.geometry = true
    query.sort = []
    var best: [Reached] = []
    var looked = 0
    try reader.nearest(to: place, count: mostCandidates + 1, radius: radius, beyond: nil, query: query, descriptor: descriptor) {
      row, distance in
      // Everything from here on is farther away still.
      if isBeyond(distance, of: reach.origin, last: best.count == count ? best.last : nil) { return .stop }
      looked += 1
      if looked > mostCandidates { throw tooMany(of: descriptor) }
      if looked % Self.candidatesBetweenQuestions == 0, departure?.hasLeft == true { throw CancellationError() }
      guard let geometry = try row.geometry.map({ try Geometry(decoding: $0) }), let middle = geometry.representativePoint,
        let snap = router.nearest(to: try toDegrees.transform(middle)), let cost = reach.cost(at: snap)
      else { return .next }
      let reached = Reached(
        number: row.number, id: String(decoding: row.id, as: UTF8.self), cost: cost,
        duration: limit.measure == .duration ? cost.duration : nil, distance: distance)
      if let beyond, reached.position <= beyond { return .next }
      if best.count == count, let last = best.last, last.position < reached.position { return .next }
      best.insert(reached, at: Self.index(behind: reached.position, in: best))
      if best.count > count { best.removeLast() }
      return .next
    }
    return best
  }

  /// Where the first stands that comes behind `position`, by halving what is left.
  private static func index(behind position: NearbyPosition, in sorted: [Reached]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if position < sorted[middle].position { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Whether no feature that is at least so far away can belong to the list that ends with `last`.
  private func isBeyond(_ distance: Metres, of start: RoadSnap, last: Reached?) -> Bool {
    // Both ends may lie off the road: so much less has to be travelled on it.
    let onRoad = max(0, distance.value - start.distance.value - RoutingLimits.farthestSnap.value)
    // Tenths of a second or decimetres, as the limit and the costs are.
    let least = limit.measure == .duration ? onRoad / fastest * 10 : onRoad * 10
    if least > Double(limit.value) { return true }
    guard let last else { return false }
    return least > Double(limit.measure == .duration ? last.cost.duration : last.cost.length)
  }

  private func tooMany(of descriptor: CollectionDescriptor) -> Problem {
    Problem(
      .badRequest, code: "too-big",
      detail: "More than \(mostCandidates) features of \(descriptor.id) would have to be looked at. "
        + "Narrow it: fewer minutes, a radius, a filter.")
  }
}

extension LageplanApplication {
  /// With the roads searched, on their thread.
  func searched(_ ranking: RoadRanking, for context: LageplanRequestContext) async throws -> RoadRanking {
    var ranking = ranking
    ranking.departure = Departure.of(context.channel)
    let unsearched = ranking
    return try await roadWork(of: .max, for: context) { _ in
      var searched = unsearched
      searched.search()
      return searched
    }
  }
}
