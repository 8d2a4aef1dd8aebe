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

  /// At most `count` features that match, behind `beyond`, in their order; `radius` is as the crow flies. Empty where the place is not on
  /// the network.
  ///
  /// Throws 400 where more candidates than allowed would have to be looked at.
  func features(
    matching query: FeatureQuery, of descriptor: CollectionDescriptor, count: Int, radius: Metres?, beyond: NearbyPosition? = nil,
    from reader: StoreReader
  ) throws -> [Reached] {
    guard let start = router.nearest(to: place) else { return [] }
    let reach = router.reachable(from: start, within: limit, reverse: isReverse)
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
      if isBeyond(distance, of: start, last: best.count == count ? best.last : nil) { return .stop }
      looked += 1
      if looked > mostCandidates { throw tooMany(of: descriptor) }
      guard let geometry = try row.geometry.map({ try Geometry(decoding: $0) }), let middle = geometry.representativePoint,
        let snap = router.nearest(to: try toDegrees.transform(middle)), let cost = reach.cost(at: snap)
      else { return .next }
      let reached = Reached(
        number: row.number, id: String(decoding: row.id, as: UTF8.self), cost: cost,
        duration: limit.measure == .duration ? cost.duration : nil, distance: distance)
      if let beyond, reached.position <= beyond { return .next }
      if best.count == count, let last = best.last, last.position < reached.position { return .next }
      best.insert(reached, at: best.firstIndex { reached.position < $0.position } ?? best.count)
      if best.count > count { best.removeLast() }
      return .next
    }
    return best
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
