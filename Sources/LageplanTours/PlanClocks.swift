/// When each node of a route can be left, and by when it must be reached.
extension WorkingPlan {
  /// When each node from `first` on can be left, until nothing changes any more.
  mutating func refreshForward(from first: Int, _ space: borrowing SearchSpace, force: Bool) {
    let shift = Int(node[first].route)
    let last = end(shift)
    var at = first
    var isForced = force
    while at != last {
      let early = early(at, space)
      if !isForced, Self.isEqual(early, node[at].early, space, shift) { return }
      isForced = false
      note(at)
      node[at].early = early
      at = Int(node[at].next)
    }
  }

  /// By when each node from `first` on, towards the start, must be reached, until nothing changes any more.
  mutating func refreshBackward(from first: Int, _ space: borrowing SearchSpace, force: Bool) {
    let shift = Int(node[first].route)
    let last = start(shift)
    var at = first
    var isForced = force
    while at != last {
      let late = late(at, space)
      if !isForced, Self.isEqual(late, node[at].late, space, shift) { return }
      isForced = false
      note(at)
      node[at].late = late
      at = Int(node[at].previous)
    }
  }

  @inline(__always)
  func early(_ at: Int, _ space: borrowing SearchSpace) -> Clock {
    let before = node + Int(node[at].previous)
    let shift = Int(node[at].route)
    if space.hasFixed, space.isFixed[at] {
      return doneFixed(before.pointee.early, way: before.pointee.way, at, service: node[at].service, shift, space)
    }
    return space.done(before.pointee.early, way: before.pointee.way, at, service: node[at].service, shift)
  }

  @inline(__always)
  func late(_ at: Int, _ space: borrowing SearchSpace) -> Clock {
    let following = node + Int(node[at].next)
    return space.arrive(
      before: following.pointee.late, way: node[at].way, at, service: node[at].service, Int(node[at].route))
  }

  private func doneFixed(
    _ early: Clock, way: Int32, _ job: Int, service: Int32, _ shift: Int, _ space: borrowing SearchSpace
  ) -> Clock {
    var result = SearchSpace.clock(SearchSpace.never)
    for taken in 0...Int(space.shift[shift].breakCount) {
      var begin = beginFixed(job, early[taken] &+ way, space)
      if taken > 0 {
        let pause = space.breaks[Int(space.shift[shift].firstBreak) &+ taken &- 1]
        if early[taken &- 1] <= pause.closes {
          begin = min(begin, beginFixed(job, max(early[taken &- 1] &+ way, pause.opens) &+ pause.duration, space))
        }
      }
      result[taken] = min(SearchSpace.never, begin &+ service)
    }
    return result
  }

  /// Where all windows are closed by then a fixed job begins at once.
  private func beginFixed(_ job: Int, _ arrival: Int32, _ space: borrowing SearchSpace) -> Int32 {
    let begin = arrival < SearchSpace.never ? space.begin(job, arrival) : SearchSpace.never
    return begin == SearchSpace.never ? arrival : begin
  }

  @inline(__always)
  static func isEqual(_ a: Clock, _ b: Clock, _ space: borrowing SearchSpace, _ shift: Int) -> Bool {
    if space.shift[shift].breakCount == 0 { return a[0] == b[0] }
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3]
  }
}
