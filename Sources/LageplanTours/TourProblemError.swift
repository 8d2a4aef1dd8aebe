import LageplanGeometry

/// What cannot be meant in a tour problem.
public enum TourProblemError: Error, Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    case job(Int)
    case shift(Int)
    case objective
    /// A group or a shipment of ``TourTies``.
    case together(Int)
    case shipment(Int)
  }

  /// The travel tables do not have the square of the locations.
  case tableSize(locations: Int, seconds: Int, metres: Int)
  case travelOutOfRange(from: Int, to: Int, seconds: Int, metres: Int)
  case locationOutOfRange(Part, location: Int)
  case valueOutOfRange(Part, String, Int)
  /// Ends before it begins, overlaps the one before, or lies outside the clock.
  case badWindow(Part, TimeWindow)
  /// A pin or a wish names a shift, or a shift's fixed jobs name a job, that the problem does not have.
  case unknownIndex(Part, String, Int)
  /// Fixed in two shifts or twice in one.
  case fixedTwice(job: Int)
  case tooManyBreaks(shift: Int, count: Int)
  /// In two ties, or twice in one.
  case tiedTwice(job: Int)
  /// Fewer than two jobs are done together, or more than there are shifts that a search may try at once.
  case badGroup(Int, jobs: Int)
  /// The delivery of a shipment is fixed in a shift in which its pickup is not fixed before it.
  case deliveredBeforePickup(shipment: Int)
  /// A shift moves by a travel table that the problem does not have, or one of the tables has other locations than the first.
  case unknownProfile(shift: Int, profile: Int)
  case otherTravelSize(profile: Int, locations: Int, expected: Int)
  /// More jobs or shifts than a search can hold.
  case tooLarge(jobs: Int, shifts: Int)
  /// One way, or the work of one job, costs more than the search can count: use smaller weights.
  case costTooLarge
}
