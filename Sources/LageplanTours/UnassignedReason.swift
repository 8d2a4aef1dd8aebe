public import LageplanGeometry

/// Why a job is left out, found by trying every place in every tour.
public enum UnassignedReason: Hashable, Sendable {
  /// No shift holds the skills.
  case noQualifiedInspector
  /// It is pinned to shifts that do not hold the skills.
  case pinnedToOthers
  /// No qualified inspector can come there and back: the travel table has no way.
  case notReachable
  /// More than any qualified shift can carry.
  case loadTooLarge
  /// Even alone on the tour of `shift`, which comes nearest, the visit would begin `late` after its last window closes.
  case windowMissed(shift: Int, late: Seconds)
  /// Even alone on the tour of `shift`, which comes nearest, that is `missing`.
  case shiftTooShort(shift: Int, missing: TourShortage)
  /// It would fit alone, but the others fill the tours: at the best place, in the tour of `shift`, that is `missing`; nothing: the search has missed the
  /// place; `nil`: not time is missing, but load, metres, or a place among the most jobs.
  case noRoomLeft(shift: Int, missing: TourShortage?)
  /// Even alone the tour of `shift`, which comes nearest, would be that much longer than it may be.
  case wayTooLong(shift: Int, missing: Metres)
  /// It would fit, but not together with this other one: that does not fit itself, or they find no common time.
  case partnerLeftOut(job: Int)
  /// It is done together with others, `of` so many in all, each in a shift of its own, and the shifts that come nearest lack this; the others lack nothing.
  /// `isAlone`: even without any other jobs.
  case peopleMissing([TourNeed], of: Int, isAlone: Bool)
}

/// What keeps a job out of one shift: the least of all places in its tour.
public enum TourObstacle: Hashable, Sendable {
  case skillsMissing(SkillSet)
  case pinnedElsewhere
  case notReachable
  /// By how much the load exceeds the capacity, in each measure.
  case overloaded(TourLoad)
  /// Even alone the visit, or a break, would begin so much too late.
  case windowMissed(late: Seconds)
  /// Even alone so much of the shift, or of the longest work or travel, is missing.
  case shiftTooShort(missing: TourShortage)
  /// Among the others so much time is missing.
  case noRoomLeft(missing: TourShortage)
  /// Even alone the tour would be that much longer than it may be.
  case wayTooLong(missing: Metres)
  /// Among the others that many metres are missing.
  case noWayLeft(missing: Metres)
  /// The tour serves as many jobs as it may.
  case tooManyJobs(most: Int)
  /// It would fit, but not together with this other one.
  case partnerLeftOut(job: Int)
  /// Nothing keeps it out: the search has missed the place.
  case none
}
