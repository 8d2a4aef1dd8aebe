/// How long a tour takes at least up to a point, for one choice of breaks and windows on the way.
///
/// Whoever leaves the start at t, not after `latest`, is ready at max(t + `worked`, `ready`). A way, a visit in a window and a break keep that form, so the
/// choices can be compared: one that works less, is ready earlier and may leave later is never worse. It is the segment of Vidal et al. 2013
/// (doi:10.1016/j.cor.2012.07.018) without lateness, seen from the start.
struct WorkLabel: BitwiseCopyable {
  /// Without the waiting that a later departure saves.
  var worked: Int32
  var ready: Int32
  var latest: Int32
  /// How many breaks have been taken.
  var taken: Int32 = 0

  /// Leaves the start between these two.
  init(from earliest: Int32, to latest: Int32) {
    worked = 0
    ready = earliest
    self.latest = latest
  }

  /// After a way.
  @inline(__always)
  func going(_ way: Int32) -> WorkLabel {
    var label = self
    label.worked &+= way
    label.ready &+= way
    return label
  }

  /// After a way with the next break on it, which may begin within these two; `nil` where one comes too late for it.
  @inline(__always)
  func going(_ way: Int32, pausing duration: Int32, from opens: Int32, to closes: Int32) -> WorkLabel? {
    guard ready <= closes else { return nil }
    var label = self
    label.latest = min(latest, closes &- worked)
    label.worked &+= way &+ duration
    label.ready = max(ready &+ way, opens) &+ duration
    label.taken &+= 1
    return label
  }

  /// After a visit that begins within these two; `nil` where one comes too late.
  @inline(__always)
  func serving(_ service: Int32, from opens: Int32, to closes: Int32) -> WorkLabel? {
    guard ready <= closes else { return nil }
    var label = self
    label.latest = min(latest, closes &- worked)
    label.worked &+= service
    label.ready = max(ready, opens) &+ service
    return label
  }

  /// From the best departure on until now.
  @inline(__always)
  var least: Int32 { max(worked, ready &- latest) }

  /// The earliest departure for which that is enough.
  var departure: Int32 { min(ready &- worked, latest) }

  @inline(__always)
  func isAsGood(as other: WorkLabel) -> Bool {
    taken == other.taken && worked <= other.worked && ready <= other.ready && latest >= other.latest
  }
}
