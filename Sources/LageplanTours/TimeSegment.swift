import LageplanGeometry

/// What a sequence of visits looks like from outside, in time: enough to join two sequences in constant time.
///
/// Vidal, Crainic, Gendreau, Prins 2013, "A hybrid genetic algorithm with adaptive diversity management for a large class of vehicle routing
/// problems with time-windows", doi:10.1016/j.cor.2012.07.018, equations 1–6. All in seconds.
struct TimeSegment: Hashable {
  /// The least time from beginning to end: ways, visits and unavoidable waiting.
  var duration: Int32
  /// How much lateness is unavoidable; 0 means that all windows can be kept.
  var timeWarp: Int32
  /// The first and the last beginning that reach the least duration and the least lateness.
  var earliest: Int32
  var latest: Int32

  /// One visit of `duration` that begins within `earliest...latest`.
  @inline(__always)
  init(duration: Int32, earliest: Int32, latest: Int32) {
    self.duration = duration
    timeWarp = 0
    self.earliest = earliest
    self.latest = latest
  }

  /// This sequence, then a way of `travel` seconds, then the other.
  @inline(__always)
  func then(_ other: TimeSegment, travel: Int32) -> TimeSegment {
    let shift = duration &- timeWarp &+ travel
    let waiting = max(other.earliest &- shift &- latest, 0)
    let lateness = max(earliest &+ shift &- other.latest, 0)
    var joined = self
    joined.duration = duration &+ other.duration &+ travel &+ waiting
    joined.timeWarp = timeWarp &+ other.timeWarp &+ lateness
    joined.earliest = max(other.earliest &- shift, earliest) &- waiting
    joined.latest = min(other.latest &- shift, latest) &+ lateness
    return joined
  }
}
