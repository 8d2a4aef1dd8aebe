/// The place of a row in a list by nearness: by a rank in metres (the distance, or the way along a line), then by the distance in metres,
/// then by number. No two rows share one, so a list can go on behind it.
public struct NearbyPosition: Hashable, Comparable, Sendable {
  public var rank: Double
  public var distance: Double
  public var number: Int64

  public init(rank: Double, distance: Double, number: Int64) {
    self.rank = rank
    self.distance = distance
    self.number = number
  }

  public static func < (a: NearbyPosition, b: NearbyPosition) -> Bool {
    (a.rank, a.distance, a.number) < (b.rank, b.distance, b.number)
  }
}
