public import LageplanGeometry
public import LageplanRouting
import LageplanTours

/// Travel on imported roads, for one profile, under the closures that hold for its router.
public struct RoadTravel: TravelSource {
  public let router: RoadRouter

  public init(_ router: RoadRouter) { self.router = router }

  public var travel: TourPlan.Travel {
    .roads(profile: router.profile.id, network: router.roads.source.fileName)
  }

  /// Seconds and metres rounded up, so that nobody is promised too early.
  public func matrix(of places: [Coordinate]) throws(TravelFailure) -> TravelMatrix {
    let snaps = places.map { router.nearest(to: $0) }
    guard let table = router.table(from: snaps, to: snaps) else { throw TravelFailure("the travel table was cancelled") }
    var obstacles: [Int: TravelObstacle] = [:]
    for (index, snap) in snaps.enumerated() {
      if snap == nil {
        obstacles[index] = .notOnNetwork(within: RoadSnapConditions().distance)
      } else if let snap, snap.component != 0 {
        obstacles[index] = .otherComponent
      }
    }
    var (seconds, metres) = (table.durations.map(Self.tenth), table.lengths.map(Self.tenth))
    // Who is at a place is there, on the network or not.
    for place in places.indices {
      seconds[place * places.count + place] = 0
      metres[place * places.count + place] = 0
    }
    do {
      return TravelMatrix(
        table: try TravelTable(locationCount: places.count, seconds: seconds, metres: metres), obstacles: obstacles)
    } catch {
      throw TravelFailure("the travel table of the roads is not valid: \(error)")
    }
  }

  /// Each way by itself, as the table has it: turning back at a stop is allowed.
  public func lines(through places: [Coordinate]) throws(TravelFailure) -> [[Coordinate]]? {
    let snaps = places.map { router.nearest(to: $0) }
    return zip(snaps, snaps.dropFirst()).map { from, to in
      guard let from, let to else { return [] }
      return router.route(through: [from, to])?.legs.first?.line ?? []
    }
  }

  private static func tenth(_ value: Int32) -> Int32 {
    value == RoadTable.unreachable ? TravelTable.unreachable : min(TravelTable.longest, value / 10 + (value % 10 == 0 ? 0 : 1))
  }
}
