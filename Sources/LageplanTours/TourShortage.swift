public import LageplanGeometry

/// What of its time a tour lacks for a job, at the best place: all zero, and the job fits. Whoever adds each of them finds that it does.
public struct TourShortage: Hashable, Sendable {
  /// So much too late a visit or a break would begin, all of them together.
  public var lateness: Seconds
  /// By which the shift, its longest work and its longest travel would have to be longer.
  public var shift: Seconds
  public var work: Seconds
  public var travel: Seconds

  public init(lateness: Seconds = 0, shift: Seconds = 0, work: Seconds = 0, travel: Seconds = 0) {
    self.lateness = lateness
    self.shift = shift
    self.work = work
    self.travel = travel
  }

  /// By which the limit that is passed most would have to be longer.
  public var ofLimits: Seconds { max(shift, work, travel) }
  /// The same; where only windows or breaks are missed, by how much.
  public var longest: Seconds { ofLimits > 0 ? ofLimits : lateness }
}

/// What a shift lacks for one of several jobs that are done together.
public struct TourNeed: Hashable, Sendable {
  public var shift: Int
  public var missing: TourShortage

  public init(shift: Int, missing: TourShortage) {
    self.shift = shift
    self.missing = missing
  }
}
