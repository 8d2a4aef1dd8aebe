/// Something fetched at one job and brought to another by the same tour (Transport): both are served, in this order, or neither is.
public struct TourShipment: Hashable, Sendable {
  /// Indices into the problem's jobs.
  public var pickup: Int
  public var delivery: Int
  /// On board from the one visit to the other, besides what the two jobs load and deliver themselves.
  public var amount: TourLoad

  public init(pickup: Int, delivery: Int, amount: TourLoad = 0) {
    self.pickup = pickup
    self.delivery = delivery
    self.amount = amount
  }
}

/// What ties jobs to each other. A job is in one tie at most.
public struct TourTies: Hashable, Sendable {
  /// Groups of jobs that are done together: they begin in the same second, each in a shift of its own, all of them or none. Two people at one
  /// visit are two jobs at one location. Of a group in which a job is fixed in its shift the others are jobs like all others.
  public var together: [[Int]]
  public var shipments: [TourShipment]

  public init(together: [[Int]] = [], shipments: [TourShipment] = []) {
    self.together = together
    self.shipments = shipments
  }

  public var isEmpty: Bool { together.isEmpty && shipments.isEmpty }
}
