public import LageplanGeometry

/// Why a job is left out, found by trying every place in every tour.
public enum UnassignedReason: Hashable, Sendable {
  /// No shift holds the skills.
  case noQualifiedInspector
  /// No qualified inspector can come there and back: the travel table has no way.
  case notReachable
  /// More than any qualified shift can carry.
  case loadTooLarge
  /// Even alone on the tour of `shift`, which comes nearest, the visit would begin `late` after its last window closes.
  case windowMissed(shift: Int, late: Seconds)
  /// Even alone on the tour of `shift`, which comes nearest, that many seconds of work are `missing`.
  case shiftTooShort(shift: Int, missing: Seconds)
  /// It would fit alone, but the others fill the tours: at the best place, in the tour of `shift`, that many seconds are `missing`
  /// (of the shift or of a window); `nil`: only load is missing.
  case noRoomLeft(shift: Int, missing: Seconds?)
}
