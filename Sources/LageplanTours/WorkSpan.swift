/// How long a tour takes at least if it leaves at `begins` or later, in the windows and breaks of the tour that leaves then.
///
/// Follows that tour, and keeps how much later it could leave without being late anywhere in those same windows and breaks;
/// so what it says is always possible. Whoever leaves later still comes into other windows: ``next`` says when.
struct WorkSpan {
  private let begins: Int32
  private var now: Int32
  private var taken = 0
  private var waited: Int32 = 0
  /// How much later one may leave: at each stop what is left until it closes, and what was waited before.
  private var slack = SearchSpace.never
  private var isLate = false

  init(begins: Int32) {
    self.begins = begins
    now = begins
  }

  /// From the departure to the end that was reached; ``SearchSpace/never`` where something was missed.
  var least: Int32 { isLate ? SearchSpace.never : now &- begins &- min(waited, slack) }

  /// The first departure that misses one of these windows; `nil` once there is none in time.
  var next: Int32? { isLate ? nil : begins &+ slack &+ 1 }

  private mutating func wait(until moment: Int32) {
    guard moment > now else { return }
    waited &+= moment &- now
    now = moment
  }

  /// The clock stands at a moment that may be at most `latest`.
  private mutating func mustNotPass(_ latest: Int32) {
    if now > latest { isLate = true }
    slack = min(slack, waited &+ latest &- now)
  }

  /// Takes the way from `place` to `node`, with a break where that must be, and serves there.
  mutating func visit(_ node: Int, from place: Int, _ shift: Int, _ space: borrowing SearchSpace) {
    let way = space.way(place, node, shift)
    let isEnd = node >= space.jobCount
    if taken < Int(space.shift[shift].breakCount) {
      let pause = space.breaks[Int(space.shift[shift].firstBreak) &+ taken]
      // Late enough for a break that costs no waiting, or the last chance.
      let arrival = now &+ way
      let following = isEnd ? SearchSpace.never : max(arrival, space.begin(node, arrival)) &+ space.service(of: node, on: shift)
      if arrival >= pause.opens || following > pause.closes {
        mustNotPass(pause.closes)
        now &+= way
        wait(until: pause.opens)
        now &+= pause.duration
        taken &+= 1
        return serve(node, isEnd, shift, space)
      }
    }
    now &+= way
    serve(node, isEnd, shift, space)
  }

  private mutating func serve(_ node: Int, _ isEnd: Bool, _ shift: Int, _ space: borrowing SearchSpace) {
    guard !isEnd else {
      if taken < Int(space.shift[shift].breakCount) { now = SearchSpace.never }
      return mustNotPass(space.shift[shift].ends)
    }
    let begin = space.begin(node, now)
    guard begin < SearchSpace.never else {
      if space.isFixed[node] { now &+= space.service(of: node, on: shift) } else { now = SearchSpace.never }
      return
    }
    wait(until: begin)
    var closes = space.job[node].closes
    let first = Int(space.job[node].firstWindow)
    for window in first..<(first + Int(space.job[node].windowCount)) where now <= space.windows[window].closes {
      closes = space.windows[window].closes
      break
    }
    mustNotPass(closes)
    now &+= space.service(of: node, on: shift)
  }
}
